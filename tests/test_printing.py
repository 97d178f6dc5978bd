"""Golden strings: what PyTorch 2.13 prints, with its name replaced by ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tinygrad_edu.printing import (
    get_printoptions,
    printoptions,
    set_printoptions,
    tensor_text,
)

f32 = np.float32

GOLDEN: list[tuple[NDArray[Any], str]] = [
    (np.array(1.5, f32), "tensor(1.5000)"),
    (np.array(3), "tensor(3)"),
    (np.array(True), "tensor(True)"),
    (f32([1, 2.5, -3]), "tensor([ 1.0000,  2.5000, -3.0000])"),
    (f32([1, 2, 3]), "tensor([1., 2., 3.])"),
    (f32([1, np.nan, -np.inf]), "tensor([1., nan, -inf])"),
    (f32([0.5, np.nan, -np.inf]), "tensor([0.5000,    nan,   -inf])"),
    (f32([0, -0.0]), "tensor([0., -0.])"),
    (f32([1e-5, 1]), "tensor([1.0000e-05, 1.0000e+00])"),
    (f32([1, 1e9]), "tensor([1.0000e+00, 1.0000e+09])"),
    (f32([1, 1000]), "tensor([   1., 1000.])"),
    (f32([0.1, 1000]), "tensor([1.0000e-01, 1.0000e+03])"),
    (np.array([1, -20, 300]), "tensor([  1, -20, 300])"),
    (np.array([True, False]), "tensor([ True, False])"),
    (np.array([1, 2], np.uint8), "tensor([1, 2], dtype=tinygrad_edu.uint8)"),
    (np.array([0.5]), "tensor([0.5000], dtype=tinygrad_edu.float64)"),
    (np.array([1 + 2j], np.complex64), "tensor([1.+2.j])"),
    (np.zeros(0, f32), "tensor([])"),
    (np.zeros((0, 3), f32), "tensor([], size=(0, 3))"),
    (np.zeros(0, np.int64), "tensor([], dtype=tinygrad_edu.int64)"),
    (f32([[1, 2], [3, 4]]), "tensor([[1., 2.],\n        [3., 4.]])"),
    (
        np.arange(8).reshape(2, 2, 2),
        "tensor([[[0, 1],\n         [2, 3]],\n\n        [[4, 5],\n         [6, 7]]])",
    ),
    (np.arange(1001), "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    (
        np.arange(1400).reshape(7, 200),
        "tensor([[   0,    1,    2,  ...,  197,  198,  199],\n"
        "        [ 200,  201,  202,  ...,  397,  398,  399],\n"
        "        [ 400,  401,  402,  ...,  597,  598,  599],\n"
        "        ...,\n"
        "        [ 800,  801,  802,  ...,  997,  998,  999],\n"
        "        [1000, 1001, 1002,  ..., 1197, 1198, 1199],\n"
        "        [1200, 1201, 1202,  ..., 1397, 1398, 1399]])",
    ),
    (
        np.arange(20) * 1000,
        "tensor([    0,  1000,  2000,  3000,  4000,  5000,  6000,  7000,  8000,  9000,\n"
        "        10000, 11000, 12000, 13000, 14000, 15000, 16000, 17000, 18000, 19000])",
    ),
]


@pytest.fixture(autouse=True)
def default_options() -> Iterator[None]:
    yield
    set_printoptions(profile="default")


@pytest.mark.parametrize(("array", "text"), GOLDEN, ids=[text[:40] for _, text in GOLDEN])
def test_an_array_prints_as_its_golden_string(array: NDArray[Any], text: str) -> None:
    assert tensor_text(array) == text


def test_grad_fn_replaces_requires_grad() -> None:
    x = f32([1, 2])
    assert tensor_text(x, requires_grad=True) == "tensor([1., 2.], requires_grad=True)"
    text = tensor_text(x, requires_grad=True, grad_fn="MulBackward0")
    assert text == "tensor([1., 2.], grad_fn=<MulBackward0>)"


def test_a_suffix_that_does_not_fit_starts_a_line() -> None:
    text = tensor_text(np.linspace(0, 1, 6), grad_fn="AddBackward0")
    assert text == (
        "tensor([0.0000, 0.2000, 0.4000, 0.6000, 0.8000, 1.0000],\n"
        "       dtype=tinygrad_edu.float64, grad_fn=<AddBackward0>)"
    )


def test_lines_are_indented_by_the_prefix() -> None:
    assert tensor_text(np.eye(2, dtype=f32), prefix="P(") == "P([[1., 0.],\n   [0., 1.]])"


def test_printing_reads_any_layout_and_writes_nothing() -> None:
    x = np.arange(6.0, dtype=f32).reshape(2, 3)
    x.setflags(write=False)
    assert tensor_text(x.T[::-1]) == "tensor([[2., 5.],\n        [1., 4.],\n        [0., 3.]])"


def test_options_change_what_prints() -> None:
    with printoptions(precision=2, sci_mode=True):
        assert tensor_text(f32([1.5])) == "tensor([1.50e+00])"
    with printoptions(threshold=3, edgeitems=1):
        assert tensor_text(np.arange(4)) == "tensor([0,  ..., 3])"
    with printoptions(linewidth=20):
        assert tensor_text(np.arange(4)) == "tensor([0, 1, 2, 3])"
    assert tensor_text(f32([1.5])) == "tensor([1.5000])"


def test_options_are_restored_after_an_error() -> None:
    before = get_printoptions()
    with pytest.raises(KeyError), printoptions(profile="short"):
        raise KeyError
    assert get_printoptions() == before


def test_a_profile_comes_first_and_sci_mode_is_not_kept() -> None:
    set_printoptions(sci_mode=True)
    set_printoptions(profile="short", edgeitems=5)
    assert get_printoptions() == {
        "precision": 2,
        "threshold": 1000,
        "edgeitems": 5,
        "linewidth": 80,
        "sci_mode": None,
    }


def test_an_unknown_profile_is_an_error_and_changes_nothing() -> None:
    before = get_printoptions()
    with pytest.raises(ValueError, match="expected profile in .*'short'"):
        set_printoptions(profile="shrt", precision=1)
    assert get_printoptions() == before
