"""`testing.assert_close` fails where PyTorch's fails, and says the same of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")

CASES = {
    "close": lambda t: (t.tensor([1.0, 2.0]), t.tensor([1.0, 2.000001])),
    "one off": lambda t: (t.tensor([1.0, 2.0, 4.0]), t.tensor([1.0, 2.5, 4.0])),
    "integers": lambda t: (t.tensor([1, 2]), t.tensor([1, 3])),
    "numbers": lambda t: (1.0, 1.00001),
    "an integer for a float": lambda t: (1.0, 1),
    "shapes": lambda t: (t.ones(2), t.ones(3)),
    "dtypes": lambda t: (t.ones(2), t.ones(2, dtype=t.float64)),
    "nan": lambda t: (t.tensor([float("nan")]), t.tensor([float("nan")])),
    "a list": lambda t: ([t.ones(2), 3], [t.ones(2), 4]),
    "lengths": lambda t: ([1], [1, 2]),
    "a mapping": lambda t: ({"a": t.ones(1)}, {"a": t.zeros(1)}),
    "keys": lambda t: ({"a": 1}, {"b": 1}),
    "double": lambda t: (t.tensor(1.0, dtype=t.float64), t.tensor(1.0 + 1e-6, dtype=t.float64)),
}


def message(lib: Any, make: Any, **options: Any) -> str:
    try:
        lib.testing.assert_close(*make(lib), **options)
    except AssertionError as error:
        return str(error).split("\n")[0].replace("torch.", "")
    return ""


@pytest.mark.parametrize(
    "options", [{}, {"rtol": 0, "atol": 0.6}, {"equal_nan": True}, {"check_dtype": False}]
)
@pytest.mark.parametrize("name", CASES)
def test_both_fail_or_pass(name: str, options: dict[str, Any]) -> None:
    ours, theirs = (message(lib, CASES[name], **options) for lib in (te, torch))
    assert bool(ours) == bool(theirs)
    assert ours.split(" ")[:3] == theirs.split(" ")[:3] or name in (
        "integers",
        "an integer for a float",
        "a list",
    )


def test_it_says_how_far_off_and_where() -> None:
    with pytest.raises(
        AssertionError, match=r"Mismatched elements: 1 / 3[^$]*0\.5000000 at index \(1,\)"
    ):
        te.testing.assert_close(np.array([1.0, 2.0, 4.0], "f"), te.tensor([1.0, 2.5, 4.0]))
    with pytest.raises(AssertionError, match="mine"):
        te.testing.assert_close(1, 2, msg="mine")
    with pytest.raises(ValueError, match="both"):
        te.testing.assert_close(1, 1, rtol=0.1)
