"""Asserting that results are close, as PyTorch's tests do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .tensor import Tensor

__all__ = ["assert_close"]

TOLERANCES = {"float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Raise AssertionError unless |actual - expected| <= atol + rtol |expected| in every element.

    Takes Tensors, arrays, numbers, and sequences and mappings of them.  Tolerances are by dtype unless both are
    given: float32 rtol 1.3e-6, atol 1e-5, float64 1e-7 both, float16 1e-3 and 1e-5, integers and bools 0.

    >>> te.testing.assert_close(te.tensor([1.0, 2.0]), te.tensor([1.0, 2.1]))
    Traceback (most recent call last):
    AssertionError: Tensor-likes are not close!
    <BLANKLINE>
    Mismatched elements: 1 / 2 (50.0%)
    Greatest absolute difference: 0.0999999 at index (1,) (up to 1e-05 allowed)
    Greatest relative difference: 0.0476190 at index (1,) (up to 1.3e-06 allowed)
    """
    if (rtol is None) != (atol is None):
        raise ValueError("assert_close: expected rtol and atol both or neither, got one of them")
    for place, a, b in _pairs(actual, expected, ""):
        found = _difference(a, b, rtol, atol, equal_nan, check_dtype, check_stride)
        if found:
            text = found + (f"\n\nThe failure occurred for item {place}" if place else "")
            raise AssertionError(msg(text) if callable(msg) else msg or text)


def _pairs(a: Any, b: Any, place: str) -> Any:
    """(where, actual, expected) of each leaf of two containers of one build."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if a.keys() != b.keys():
            raise AssertionError(
                f"The keys of the mappings do not match: {[*a]} and {[*b]}{place and f' at {place}'}"
            )
        for key in a:
            yield from _pairs(a[key], b[key], f"{place}[{key!r}]")
    elif _is_sequence(a) and _is_sequence(b):
        if len(a) != len(b):
            raise AssertionError(
                f"The length of the sequences mismatch: {len(a)} != {len(b)}{place and f' at {place}'}"
            )
        for k, (x, y) in enumerate(zip(a, b)):
            yield from _pairs(x, y, f"{place}[{k}]")
    else:
        yield place, a, b


def _is_sequence(x: Any) -> bool:
    return isinstance(x, Sequence) and not isinstance(x, str)


def _difference(
    a: Any, b: Any, rtol: Any, atol: Any, equal_nan: bool, dtypes: bool, strides: bool
) -> str:
    """What is wrong with one result, nothing if it is close."""
    numbers = not isinstance(a, (Tensor, np.ndarray)) and not isinstance(b, (Tensor, np.ndarray))
    if a is None or b is None:
        return "" if a is b else f"None mismatch: {a} is not {b}"
    if numbers and dtypes and type(a) is not type(b):
        return f"The (d)types do not match: {type(a)} != {type(b)}."
    x, y = (np.asarray(t.detach().numpy() if isinstance(t, Tensor) else t) for t in (a, b))
    if x.shape != y.shape:
        return f"The values for attribute 'shape' do not match: {x.shape} != {y.shape}."
    if dtypes and not numbers and x.dtype != y.dtype:
        return f"The values for attribute 'dtype' do not match: {x.dtype} != {y.dtype}."
    if strides and x.strides != y.strides:
        return "The values for attribute 'stride()' do not match"
    if rtol is None:
        kinds = ("float64",) if numbers and isinstance(b, float) else (x.dtype.name, y.dtype.name)
        rtol, atol = (max(TOLERANCES.get(k, (0, 0))[i] for k in kinds) for i in (0, 1))
    with np.errstate(all="ignore"):
        close = np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
        if close.all():
            return ""
        off = np.where(close, 0, np.abs(x.astype(float) - y.astype(float)))
        share = np.where(close, 0, off / np.abs(y))
    if not x.ndim:
        return f"Scalars are not close!\n\nExpected {y.item()} but got {x.item()}."
    lines = [
        "Tensor-likes are not close!\n",
        f"Mismatched elements: {(~close).sum()} / {close.size} ({100 * (~close).mean():.1f}%)",
    ]
    for name, found, allowed in (("absolute", off, atol), ("relative", share, rtol)):
        at = np.unravel_index(int(np.argmax(found)), found.shape)
        where = tuple(int(k) for k in at)
        lines.append(
            f"Greatest {name} difference: {found[at]:.7f} at index {where} (up to {allowed:g} allowed)"
        )
    return "\n".join(lines)
