"""Tensors print character for character as PyTorch's do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import tinygrad_edu as te
from tinygrad_edu import printing

torch = pytest.importorskip("torch")

OPTIONS: list[dict[str, Any]] = [
    {},
    {"precision": 2},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"threshold": 5, "edgeitems": 0},
    {"threshold": 0, "edgeitems": 2},
    {"linewidth": 30},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"profile": "full"},
    {"profile": "short", "precision": 6},
]
DTYPES = [
    "float32",
    "float64",
    "float16",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint8",
    "bool",
    "complex64",
    "complex128",
]
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0]


@pytest.fixture(autouse=True)
def same_names_and_default_options(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(printing, "called", lambda name: f"torch.{name}")
    yield
    torch.set_printoptions(profile="default")
    printing.set_printoptions(profile="default")


def some_array(rng: np.random.Generator, dtype: str) -> NDArray[Any]:
    """An array of a random shape whose values are of a random character."""
    shapes = [(), (0,), (2, 0), (1,), (3,), (25,), (1200,), (2, 3), (8, 9), (30, 50), (2, 3, 4)]
    shape = shapes[rng.integers(len(shapes))]
    values = rng.standard_normal(shape)
    character = rng.integers(6)
    if character == 1:
        values = np.round(values * 10)
    elif character == 2:
        values = values * 10.0 ** rng.integers(-6, 12)
    elif character == 3:
        values = np.exp(values * 6)
    elif character == 4:
        values = np.where(rng.random(shape) < 0.3, rng.choice(SPECIAL, shape), np.round(values * 3))
    elif character == 5:
        values = np.where(rng.random(shape) < 0.3, rng.choice(SPECIAL, shape), values)
    if dtype[:3] in ("int", "uin"):
        values = np.clip(np.nan_to_num(values * 10), 0 if dtype[0] == "u" else -100, 100)
    with np.errstate(over="ignore"):
        array = np.asarray(values).astype(dtype)
    if dtype[0] == "c":
        array.imag = rng.choice([0, -1, 1.5, -0.0, np.nan, 1e6], shape)
    return array


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_print_as_in_torch(dtype: str, options: dict[str, Any]) -> None:
    rng = np.random.default_rng([DTYPES.index(dtype), OPTIONS.index(options)])
    torch.set_printoptions(**options)
    printing.set_printoptions(**options)
    for _ in range(20):
        array = some_array(rng, dtype)
        assert printing.tensor_text(array) == repr(torch.from_numpy(array))


@pytest.mark.parametrize("size", range(1, 13))
def test_suffixes_break_lines_as_in_torch(size: int) -> None:
    array = np.linspace(-1, 1, size)
    leaf = torch.from_numpy(array).requires_grad_()
    assert printing.tensor_text(array, requires_grad=True) == repr(leaf)
    assert printing.tensor_text(array + 1, grad_fn="AddBackward0") == repr(leaf + 1)


def test_the_default_dtype_goes_unsaid_as_in_torch() -> None:
    torch.set_default_dtype(torch.float64)
    te.set_default_dtype(te.float64)
    try:
        for dtype in DTYPES:
            array = np.ones(2, dtype)
            assert repr(te.from_numpy(array)) == repr(torch.from_numpy(array))
    finally:
        torch.set_default_dtype(torch.float32)
        te.set_default_dtype(te.float32)
