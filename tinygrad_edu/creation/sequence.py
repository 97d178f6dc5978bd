"""Tensors of numbers in sequence, and of the places in a triangle."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..primitive import raw
from .options import Options, dtype_of, made

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..tensor import Tensor

__all__ = ["arange", "linspace", "logspace", "range", "tril_indices", "triu_indices"]

INT64 = np.dtype(np.int64)


def arange(start: Any, end: Any = None, step: Any = 1, **options: Unpack[Options]) -> Tensor:
    """Numbers from start (0 unless given) up to, not including, end.

    Integers give int64, others the default float.  Where an integer dtype is asked for, start and
    step are cut to it first.  Raises RuntimeError for a step of 0 or away from end.

    >>> te.arange(1, 2, 0.5)
    tensor([1.0000, 1.5000])
    """
    start, end = (0, start) if end is None else (start, end)
    first, last, by = (np.asarray(raw(x)).item() for x in (start, end, step))
    if by == 0:
        raise RuntimeError("arange: step must be nonzero")
    if not (math.isfinite(first) and math.isfinite(last)):
        raise RuntimeError(f"arange: unsupported range: {first} -> {last}")
    if (last - first) * by < 0:
        raise RuntimeError(
            f"arange: upper bound and lower bound inconsistent with step sign, got {first} to {last} by {by}"
        )
    whole = all(isinstance(x, int) for x in (first, last, by))
    kind = dtype_of(options, INT64 if whole else None)
    if kind == INT64:
        first, last, by = int(first), int(last), int(by)
        if not by:
            raise ValueError(f"arange: step must be nonzero, got {step}, which is 0 in {kind}")
    count = math.ceil((last - first) / by)
    if kind.kind != "f":
        first, by = int(first), int(by)
    places = np.arange(count, dtype=np.int64 if kind.kind != "f" or whole else np.float64)
    return made((first + by * places).astype(kind), options, "arange")


def range(start: Any = 0, end: Any = None, step: Any = 1, **options: Unpack[Options]) -> Tensor:
    """Deprecated: numbers from start to end, end included; use `arange`."""
    warnings.warn("range is deprecated: it includes its end; use arange", UserWarning, stacklevel=2)
    return arange(float(start), float(end) + step / 2, step, **options)


def _even(name: str, start: Any, end: Any, steps: int, kind: np.dtype[Any]) -> Any:
    """`steps` numbers evenly from start to end, which an integer dtype cuts first."""
    first, last = np.asarray(raw(start)), np.asarray(raw(end))
    if first.ndim or last.ndim:
        raise RuntimeError(
            f"{name} only supports 0-dimensional start and end tensors, but got start with "
            f"{first.ndim} dimension(s) and end with {last.ndim} dimension(s)"
        )
    if steps < 0:
        raise RuntimeError(f"{name}: number of steps must be non-negative, got {steps}")
    whole = kind.kind != "f"
    if whole:
        first, last = first.astype(kind), last.astype(kind)
    drawn = np.float64 if whole or kind.itemsize == 8 else np.float32
    return np.linspace(float(first), float(last), steps).astype(drawn, copy=False)


def linspace(start: Any, end: Any, steps: int, **options: Unpack[Options]) -> Tensor:
    """`steps` numbers evenly from start to end, both included.

    >>> te.linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    kind = dtype_of(options)
    return made(_even("linspace", start, end, steps, kind).astype(kind), options, "linspace")


def logspace(
    start: Any, end: Any, steps: int, base: float = 10.0, **options: Unpack[Options]
) -> Tensor:
    """`base` to the powers evenly from start to end, both included.

    >>> te.logspace(0, 2, 3, base=2)
    tensor([1., 2., 4.])
    """
    kind = dtype_of(options)
    powers = _even("logspace", start, end, steps, kind)
    return made((float(base) ** powers).astype(kind), options, "logspace")


def tril_indices(row: int, col: int, offset: int = 0, **options: Unpack[Options]) -> Tensor:
    """Rows and columns of the lower triangle of a matrix, (2, n) of int64.

    >>> te.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    found = np.stack(np.tril_indices(row, offset, col)).astype(dtype_of(options, INT64))
    return made(found, options, "tril_indices")


def triu_indices(row: int, col: int, offset: int = 0, **options: Unpack[Options]) -> Tensor:
    """Rows and columns of the upper triangle of a matrix, (2, n) of int64.

    >>> te.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    found = np.stack(np.triu_indices(row, offset, col)).astype(dtype_of(options, INT64))
    return made(found, options, "triu_indices")
