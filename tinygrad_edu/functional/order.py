"""Sorting, picking by rank, and searching in what is sorted.

Indices are found with NumPy and the values read at them, so gradients go to the elements picked.
As in PyTorch nan counts as the greatest of all; among equal elements the first come first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import return_types
from ..inplace import written
from ..ops.index import gather
from ..ops.shape import reshape
from ..primitive import raw, wrap
from .dims import axis_of, numpy_names, reduced_shape
from .operands import ordered

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "argsort", "bucketize", "isin", "kthvalue", "msort", "searchsorted", "sort", "topk", "unique",
    "unique_consecutive",
]  # fmt: skip

Pair = TypeVar("Pair")


def along(input: Tensor, dim: int) -> tuple[Tensor, int]:
    """A Tensor with at least one dimension, and the axis that `dim` names."""
    x = input if raw(input).ndim else reshape(input, shape=(1,))
    return x, axis_of(dim, raw(x).ndim)


def places_along(a: Any, axis: int) -> Any:
    """0, 1, 2, ... along an axis of an array, to stand beside it."""
    return np.arange(a.shape[axis]).reshape(-1, *(1,) * (a.ndim - axis - 1))


def chosen(kind: Callable[[Tensor, Tensor], Pair], input: Tensor, dim: int, find: Any) -> Pair:
    """The elements at the indices that `find(array, axis)` names, and those indices; a 0-d input gives 0-d ones."""
    ordered(kind.__name__, input)
    x, axis = along(input, dim)
    index = find(raw(x), axis)
    values = gather(x, axis=axis, index=index)
    if raw(input).ndim:
        return kind(values, wrap(index))
    return kind(reshape(values, shape=()), wrap(index.reshape(())))


def picked(
    kind: Callable[[Tensor, Tensor], Pair], input: Tensor, dim: int, keepdim: bool, find: Any
) -> Pair:
    """The one element of each slice along `dim` at the index that `find(array, axis)` names, and that index."""
    ordered(kind.__name__, input)
    x, axis = along(input, dim)
    if not raw(x).shape[axis]:
        raise IndexError(
            f"{kind.__name__}: expected at least one element along dimension {dim}, got shape {raw(x).shape}"
        )
    index = find(raw(x), axis)
    shape = reduced_shape(raw(input).shape, (axis,), keepdim)
    return kind(reshape(gather(x, axis=axis, index=index), shape=shape), wrap(index.reshape(shape)))


# ---- sorting --------------------------------------------------------------------------------------
def order(a: Any, axis: int, descending: bool = False) -> Any:
    """The indices that sort an array along an axis, stably."""
    if not descending:
        return np.argsort(a, axis, kind="stable")
    # backwards twice, so that equal elements keep their order
    return np.flip(a.shape[axis] - 1 - np.argsort(np.flip(a, axis), axis, kind="stable"), axis)


@numpy_names
def sort(
    input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False
) -> return_types.sort:
    """The elements in order along `dim`, and where each was: (values, indices). Always stable.

    Difference from PyTorch: equal elements keep their order without `stable=True` too.

    >>> te.sort(te.tensor([2.0, 3.0, 1.0]), descending=True).indices
    tensor([1, 0, 2])
    """
    return chosen(return_types.sort, input, dim, lambda a, axis: order(a, axis, descending))


@numpy_names
def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that sort `input` along `dim`.

    Difference from PyTorch: equal elements keep their order without `stable=True` too.

    >>> te.argsort(te.tensor([2.0, 3.0, 1.0]))
    tensor([2, 0, 1])
    """
    return sort(input, dim, descending).indices


def msort(input: Tensor) -> Tensor:
    """The elements in order along the first dimension.

    >>> te.msort(te.tensor([[2, 1], [1, 2]]))
    tensor([[1, 1],
            [2, 2]])
    """
    return sort(input, 0).values


@numpy_names
def topk(
    input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True
) -> return_types.topk:
    """The `k` largest (or smallest) along `dim`, in order: (values, indices). Raises RuntimeError for k out of range.

    Difference from PyTorch: of equal elements the first come first; which do is left open there.

    >>> te.topk(te.tensor([2.0, 3.0, 1.0]), 2).values
    tensor([3., 2.])
    """
    x, axis = along(input, dim)
    n = raw(x).shape[axis]
    if not 0 <= k <= n:
        raise RuntimeError(f"topk: selected index k out of range, expected 0 to {n}, got {k}")
    return chosen(
        return_types.topk,
        input,
        dim,
        lambda a, axis: np.take(order(a, axis, largest), range(k), axis),
    )


@numpy_names
def kthvalue(
    input: Tensor,
    k: int,
    dim: int = -1,
    keepdim: bool = False,
    *,
    out: tuple[Tensor, Tensor] | None = None,
) -> return_types.kthvalue:
    """The k-th smallest along `dim`, k from 1, and its place: (values, indices).

    Raises RuntimeError for k out of range.

    >>> te.kthvalue(te.tensor([3.0, 1.0, 2.0]), 2).values
    tensor(2.)
    """
    x, axis = along(input, dim)
    n = raw(x).shape[axis]
    if n and not 1 <= k <= n:
        raise RuntimeError(
            f"kthvalue: selected number k out of range for dimension {dim}, expected 1 to {n}, got {k}"
        )
    found: return_types.kthvalue = picked(
        return_types.kthvalue,
        input,
        dim,
        keepdim,
        lambda a, axis: np.take(order(a, axis), [k - 1], axis),
    )
    if out is None:
        return found
    return return_types.kthvalue(
        *(written("kthvalue", x, into, input) for x, into in zip(found, out))
    )


# ---- different elements -----------------------------------------------------------------------------
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The different elements (or slices along `dim`) in order, with no gradient.

    With the flags a tuple: also where each input element is among them, and how often each occurs.

    >>> te.unique(te.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    a = raw(input)
    axis = None if dim is None else axis_of(dim, a.ndim)
    values, inverse, counts = np.unique(
        a, return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    inverse = inverse.reshape(a.shape if axis is None else a.shape[axis])
    return _asked(values, inverse, counts, return_inverse, return_counts)


def unique_consecutive(
    input: Tensor,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """`input` with only the first of each run of equal elements (or slices along `dim`).

    The flags are those of `unique`.

    >>> te.unique_consecutive(te.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    a = raw(input)
    lines = a.reshape(-1, 1) if dim is None else np.moveaxis(a, axis_of(dim, a.ndim), 0)
    first = np.ones(len(lines), bool)
    first[1:] = (lines[1:] != lines[:-1]).any(tuple(range(1, lines.ndim)))
    values = lines[first].reshape(-1) if dim is None else np.moveaxis(lines[first], 0, dim)
    inverse = np.cumsum(first) - 1
    counts = np.diff(np.flatnonzero(np.append(first, True)))
    if dim is None:
        inverse = inverse.reshape(a.shape)
    return _asked(values, inverse, counts, return_inverse, return_counts)


def _asked(values: Any, inverse: Any, counts: Any, with_inverse: bool, with_counts: bool) -> Any:
    """What is wanted of (values, inverse, counts): a Tensor, or a tuple of several."""
    found = (wrap(values), *[wrap(inverse)] * with_inverse, *[wrap(counts)] * with_counts)
    return found if len(found) > 1 else found[0]


# ---- searching --------------------------------------------------------------------------------------
def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Where to insert `input` so that the sequence stays sorted: before equal elements, with `right` behind them.

    A sequence of more than one dimension holds one for each row of `input`.

    >>> te.searchsorted(te.tensor([1, 3, 5]), te.tensor([3, 4]))
    tensor([1, 2])
    """
    lines, values = raw(sorted_sequence), np.asarray(raw(input))
    if side not in (None, "left", "right") or (side == "left" and right):
        raise RuntimeError(
            f"searchsorted: expected side 'left' or 'right' in agreement with right={right}, got {side!r}"
        )
    if lines.ndim != 1 and lines.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            "searchsorted: expected one sequence, or one for each row of input, "
            f"got {tuple(lines.shape)} for {tuple(values.shape)}"
        )
    if sorter is not None:
        lines = np.take_along_axis(lines, raw(sorter), -1)
    where: Any = "right" if right else side or "left"
    if lines.ndim == 1:
        found = np.searchsorted(lines, values, where)
    else:
        found = np.empty(values.shape, np.int64)
        for k in np.ndindex(values.shape[:-1]):
            found[k] = np.searchsorted(lines[k], values[k], where)
    return wrap(np.asarray(found, np.int32 if out_int32 else np.int64))


def bucketize(
    input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    """The number of the bucket that each element falls in, between sorted boundaries.

    >>> te.bucketize(te.tensor([1, 3, 9]), te.tensor([2, 4]))
    tensor([0, 1, 2])
    """
    if raw(boundaries).ndim != 1:
        raise RuntimeError(
            f"bucketize: boundaries tensor must be 1 dimension, got shape {tuple(raw(boundaries).shape)}"
        )
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def isin(
    elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Whether each element is (or, with `invert`, is not) among the others.

    >>> te.isin(te.tensor([1, 2, 3]), te.tensor([2, 4]))
    tensor([False,  True, False])
    """
    return wrap(np.asarray(np.isin(raw(elements), raw(test_elements), assume_unique, invert)))
