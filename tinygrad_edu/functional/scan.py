"""Functions that run along a dimension: sums and products so far, differences, areas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import return_types
from ..ops import reduce as rows
from ..ops.elementwise import logical_xor
from ..ops.index import getitem
from ..ops.shape import reshape
from ..primitive import raw, wrap
from .copying import clone
from .dims import axes_of, axis_of, numpy_names
from .indexing import narrow
from .joining import cat
from .order import chosen, places_along
from .reduction import as_float, counting, sum

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "cummax", "cummin", "cumprod", "cumsum", "cumulative_trapezoid", "diff", "gradient",
    "logcumsumexp", "trapezoid", "trapz",
]  # fmt: skip


# ---- so far -----------------------------------------------------------------------------------------
@numpy_names
def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Running sums along `dim`. Bools and integers give int64.

    >>> te.cumsum(te.tensor([1, 2, 3]), 0)
    tensor([1, 3, 6])
    """
    return _scanned(rows.cumsum, counting(input, dtype), dim)


@numpy_names
def cumprod(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Running products along `dim`; zeros are differentiated right. Bools and integers give int64.

    >>> te.cumprod(te.tensor([1, 2, 3]), 0)
    tensor([1, 2, 6])
    """
    return _scanned(rows.cumprod, counting(input, dtype), dim)


@numpy_names
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """log of the running sums of e^x along `dim`, without overflow; through all prefixes, n^2 numbers.

    Difference from PyTorch: the gradient in float32 is as exact as the numbers allow, and takes the
    memory of n^2 of them.

    >>> te.logcumsumexp(te.tensor([0.0, 0.0]), 0)
    tensor([0.0000, 0.6931])
    """
    return _scanned(_logcumsumexp, as_float(input), dim)


def _logcumsumexp(x: Any, axis: int) -> Any:
    prefixes = rows.masked_copies(x, axis, np.tri(raw(x).shape[axis], dtype=bool), -math.inf)
    return rows.logsumexp(prefixes, axis=(axis + 1,), keepdims=False)


def _scanned(row: Any, input: Tensor, dim: int) -> Tensor:
    axis = axis_of(dim, raw(input).ndim)
    out: Tensor = row(input, axis=axis) if raw(input).ndim else clone(input)
    return out


@numpy_names
def cummax(input: Tensor, dim: int) -> return_types.cummax:
    """The largest so far along `dim` and the last place it was found: (values, indices). nan stays.

    >>> te.cummax(te.tensor([1.0, 3.0, 2.0, 3.0]), 0).indices
    tensor([0, 1, 1, 3])
    """
    return chosen(return_types.cummax, input, dim, lambda a, axis: _latest(np.maximum, a, axis))


@numpy_names
def cummin(input: Tensor, dim: int) -> return_types.cummin:
    """The smallest so far along `dim` and the last place it was found: (values, indices). nan stays.

    >>> te.cummin(te.tensor([2.0, 1.0, 3.0]), 0).values
    tensor([2., 1., 1.])
    """
    return chosen(return_types.cummin, input, dim, lambda a, axis: _latest(np.minimum, a, axis))


def _latest(ufunc: Any, a: Any, axis: int) -> Any:
    """At each position the index of the last element so far that is the extreme so far."""
    renewed = (a == ufunc.accumulate(a, axis)) | (a != a)
    return np.maximum.accumulate(np.where(renewed, places_along(a, axis), 0), axis)


# ---- neighbours ---------------------------------------------------------------------------------------
@numpy_names
def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
) -> Tensor:
    """Each element minus the one before it along `dim`, `n` times over; of bools, whether they differ.

    >>> te.diff(te.tensor([1, 4, 9]))
    tensor([3, 5])
    """
    if not raw(input).ndim:
        raise RuntimeError("diff: expected an input of at least one dimension, got a 0-d tensor")
    if n < 0:
        raise RuntimeError(f"diff: order must be non-negative but got {n}")
    axis = axis_of(dim, raw(input).ndim)
    if not n:
        return clone(input)
    ends = [x for x in (prepend, input, append) if x is not None]
    x = cat(ends, axis) if len(ends) > 1 else input
    for _ in range(min(n, raw(x).shape[axis])):
        left, right = neighbours(x, axis)
        x = logical_xor(right, left) if raw(x).dtype == bool else right - left
    return x


@numpy_names
def gradient(
    input: Tensor, *, spacing: Any = None, dim: Any = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """Slopes along each dimension of `dim`, all unless told: inside, of the parabola through three neighbours.

    spacing     the distance of samples: one number (1), or for each dimension a number or a Tensor of coordinates
    edge_order  at both ends the line through two samples (1), or the parabola through three (2)

    Raises RuntimeError for fewer than edge_order + 1 samples.

    >>> te.gradient(te.tensor([0.0, 1.0, 4.0, 9.0]))
    (tensor([1., 2., 4., 5.]),)
    """
    x, axes = as_float(input), axes_of(dim, raw(input).ndim)
    spacing = 1 if spacing is None else spacing
    each = spacing if isinstance(spacing, (tuple, list)) else [spacing] * len(axes)
    if len(each) != len(axes):
        raise RuntimeError(f"gradient: expected {len(axes)} spacings, got {len(each)}")
    return tuple(_slopes(x, axis, raw(h), edge_order) for axis, h in zip(axes, each))


def _slopes(x: Tensor, axis: int, spacing: Any, edge_order: int) -> Tensor:
    n = raw(x).shape[axis]
    if edge_order not in (1, 2) or n <= edge_order:
        raise RuntimeError(
            f"gradient: expected edge_order 1 or 2 and more samples than that, got {edge_order} and {n}"
        )
    steps = np.diff(spacing) if np.ndim(spacing) else np.full(n - 1, spacing)
    if len(steps) != n - 1:
        raise RuntimeError(f"gradient: expected {n} coordinates, got {len(steps) + 1}")
    h = wrap(steps.astype(raw(x).dtype).reshape(-1, *[1] * (raw(x).ndim - axis - 1)))
    left, right = neighbours(x, axis)
    lines = (right - left) / h
    (h1, h2), (before, after) = neighbours(h, 0), neighbours(lines, axis)
    inside = (h2 * before + h1 * after) / (h1 + h2)
    first, last = (narrow(lines, axis, k, 1) for k in (0, n - 2))
    if edge_order == 2:
        first = 2 * first - narrow(inside, axis, 0, 1)
        last = 2 * last - narrow(inside, axis, n - 3, 1)
    return cat([first, inside, last], axis)


def neighbours(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """All elements but the last along an axis, and all but the first."""
    lead = (slice(None),) * axis
    return (
        getitem(x, index=(*lead, slice(0, -1), ...)),
        getitem(x, index=(*lead, slice(1, None), ...)),
    )


@numpy_names
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = 1.0, dim: int = -1) -> Tensor:
    """The integral of `y` along `dim` by the trapezoidal rule, over points `x` or points `dx` apart.

    >>> te.trapezoid(te.tensor([0.0, 1.0, 2.0]), dx=0.5)
    tensor(1.)
    """
    areas, axis = _areas("trapezoid", y, x, dx, dim)
    return sum(areas, axis) / 2.0


trapz = trapezoid


@numpy_names
def cumulative_trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: Any = 1.0, dim: int = -1
) -> Tensor:
    """The integral of `y` along `dim` up to each point but the first, as `trapezoid` has it.

    >>> te.cumulative_trapezoid(te.tensor([0.0, 1.0, 2.0]))
    tensor([0.5000, 2.0000])
    """
    areas, axis = _areas("cumulative_trapezoid", y, x, dx, dim)
    return cumsum(areas, axis) / 2.0


def _areas(op: str, y: Tensor, x: Tensor | None, dx: Any, dim: int) -> tuple[Any, int]:
    """Twice the area between each pair of neighbours."""
    if bool in (raw(y).dtype, getattr(raw(x), "dtype", None)):
        raise RuntimeError(f"{op}: expected numbers, got bools; convert them with int()")
    n, axis = raw(y).ndim, axis_of(dim, raw(y).ndim)
    if x is not None:
        points = raw(x).shape
        if len(points) == 1:
            if points[0] != raw(y).shape[axis]:
                raise RuntimeError(
                    f"{op}: There must be one `x` value for each sample point, "
                    f"got {points[0]} for {raw(y).shape[axis]}"
                )
            points = (*points, *(1,) * (n - axis - 1))
        dx = diff(reshape(x, shape=(1,) * (n - len(points)) + points), dim=axis)
    left, right = neighbours(y, axis)
    return (left + right) * dx, axis
