"""Functions that read at indices, masks and ranges."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..inplace import written
from ..ops import index as rows
from ..ops.index import at
from ..ops.shape import reshape
from ..primitive import raw, wrap
from .copying import ravel
from .dims import axis_of, numpy_names, size_of
from .shaping import broadcast_shapes, expand

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "argwhere", "as_index", "gather", "getitem", "index_select", "masked_select", "narrow", "nonzero", "select",
    "take", "take_along_dim", "unravel_index",
]  # fmt: skip

Index = tuple[Any, ...]


# ---- what stands in brackets --------------------------------------------------------------------
def as_index(index: Any) -> tuple[Index, ...]:
    """An index as people write it (ints, slices, None, ..., lists, arrays, Tensors), as rows take it.

    One, or two to take one after the other.  Raises IndexError for floats and other things that select
    nothing, ValueError for negative steps.
    """
    if type(index) is int:
        return ((index, ...),)
    parts: Any = index if type(index) is tuple else (index,)
    if type(index) is list and any(
        isinstance(i, (slice, list, tuple, type(None), type(...))) or raw(i) is not i for i in index
    ):
        parts = tuple(index) if not any(isinstance(i, list) for i in index) else (index,)
    found, basic = [], True
    for i in parts:
        kind: Any = type(i)
        if kind is int or i is None or i is Ellipsis:
            found.append(i)
        elif kind is slice:
            found.append(_slice(i))
        else:
            a = as_positions(i)
            found.append(a)
            basic = basic and type(a) is int
    if not basic:
        return _in_turns(found) if len(found) > 1 else (tuple(found),)
    if Ellipsis not in found:
        found.append(Ellipsis)  # so that NumPy gives a view, also of one element
    return (tuple(found),)


def _slice(s: slice) -> slice:
    if s.start is None and s.stop is None and s.step is None:
        return s
    step = None if s.step is None else operator.index(s.step)
    if step is not None and step <= 0:
        raise ValueError(f"slice step must be positive, got {step}; use flip()")
    start, stop = (None if n is None else operator.index(n) for n in (s.start, s.stop))
    return slice(start, stop, step)


def as_positions(i: Any) -> Any:
    """An int, or an array of integers or bools."""
    a = np.asarray(raw(i))
    if not a.size and a.dtype.kind == "f" and not isinstance(i, made.Tensor):
        a = a.astype(np.int64)
    if a.dtype.kind not in "biu" or (isinstance(i, made.Tensor) and a.dtype in (np.int8, np.int16)):
        raise IndexError(
            f"getitem: expected ints, slices, None, ..., tensors of int64, int32, uint8 or bool "
            f"as an index, got {type(i).__name__} of {a.dtype}"
        )
    if a.dtype == np.uint8:
        a = a.astype(bool)
    return a if a.ndim or a.dtype == bool else int(a)


def _in_turns(index: list[Any]) -> tuple[Index, ...]:
    """Ints, slices and None first, then arrays and masks: so PyTorch reads an index that has both.

    NumPy counts ints among the arrays, and where these are apart it puts their dimensions first.
    """
    kinds = [type(i) for i in index]
    if int not in kinds:
        return (tuple(index),)
    first: list[Any] = []
    then: list[Any] = []
    for i, kind in zip(index, kinds):
        if kind is np.ndarray:
            first += [slice(None)] * (i.ndim if i.dtype == bool else 1)
            then.append(i)
        else:
            first.append(i)
            then += [] if kind is int else [i if i is Ellipsis else slice(None)]
    return tuple(first) if Ellipsis in first else (*first, ...), tuple(then)


def getitem(input: Tensor, index: Any) -> Tensor:
    """What `input[index]` reads: a view for ints and slices, a copy for arrays and masks. Raises IndexError."""
    out = input
    try:
        for part in as_index(index):
            out = rows.getitem(out, index=part)
    except IndexError as error:
        raise IndexError(
            f"getitem: expected an index into shape {tuple(raw(input).shape)}, got {_shown(index)}; {error}"
        ) from None
    return out


def _shown(index: Any) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    arrays = (tuple, list, np.ndarray, made.Tensor)
    return ", ".join(
        f"array {np.shape(raw(i))}" if isinstance(i, arrays) else str(i) for i in parts
    )


# ---- ranges of one dimension --------------------------------------------------------------------
def select(input: Tensor, dim: int, index: int) -> Tensor:
    """The view at one position along `dim`.

    >>> te.select(te.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    axis, shape = axis_of(dim, raw(input).ndim), raw(input).shape
    if not shape or not -shape[axis] <= index < shape[axis]:
        raise IndexError(f"select: index {index} out of range for shape {list(shape)}, dim {dim}")
    return rows.getitem(input, index=at(axis, operator.index(index)))


def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """The view of `length` positions along `dim` from `start`, which may be negative or a Tensor.

    >>> te.narrow(te.arange(5), 0, 1, 3)
    tensor([1, 2, 3])
    """
    if not raw(input).ndim:
        raise RuntimeError("narrow: expected a tensor of at least 1 dimension, got 0")
    axis = axis_of(dim, raw(input).ndim)
    n = raw(input).shape[axis]
    if isinstance(start, made.Tensor) and (start.ndim or start.array.dtype.kind not in "iu"):
        raise RuntimeError("narrow: expected start as an int or a 0-dimensional tensor of one")
    first = operator.index(start)
    if not -n <= first <= n:
        raise IndexError(f"narrow: expected start in [{-n}, {n}], got {first}")
    first += n if first < 0 else 0
    if not 0 <= length <= n - first:
        raise RuntimeError(f"narrow: expected 0 <= length <= {n - first}, got {length}")
    return rows.getitem(input, index=at(axis, slice(first, first + length)))


# ---- positions along a dimension ----------------------------------------------------------------
def positions(
    op: str, index: Any, shape: tuple[int, ...], axis: int, error: type[Exception]
) -> Any:
    """The array of an index Tensor. Raises RuntimeError for another dtype, `error` for one out of bounds."""
    a = raw(index)
    if getattr(a, "dtype", None) not in (np.int64, np.int32) and np.size(a):
        raise RuntimeError(
            f"{op}: expected an index of dtype int64 or int32, got {getattr(a, 'dtype', type(a).__name__)}"
        )
    n = shape[axis] if shape else 1
    if a.size and (a.min() < 0 or a.max() >= n):
        bad = a.min() if a.min() < 0 else a.max()
        raise error(f"{op}: index {bad} is out of bounds for dimension {axis} with size {n}")
    return a


def index_select(input: Tensor, dim: int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The slices along `dim` at the given positions.

    >>> te.index_select(te.tensor([[1, 2], [3, 4]]), 1, te.tensor([1, 1]))
    tensor([[2, 2],
            [4, 4]])
    """
    a = raw(input)
    axis = axis_of(dim, a.ndim)
    i = positions("index_select", index, a.shape, axis, IndexError)
    if i.ndim > 1 or (not a.ndim and i.size != 1):
        raise IndexError(
            f"index_select: expected an index of at most 1 dimension, got shape {list(i.shape)}"
        )
    found = rows.getitem(input, index=at(axis, i.reshape(-1)) if a.ndim else (...,))
    return written("index_select", found, out, input, index, dtype=True)


def gather(
    input: Tensor,
    dim: int,
    index: Tensor,
    *,
    sparse_grad: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """out[i, j] = input[index[i, j], j] for dim 0, input[i, index[i, j]] for dim 1. Shape of `index`.

    Difference from PyTorch: `sparse_grad` has no effect: gradients are dense.

    >>> te.gather(te.tensor([[1, 2], [3, 4]]), 1, te.tensor([[0, 0], [1, 0]]))
    tensor([[1, 1],
            [4, 3]])
    """
    shape = raw(input).shape
    axis = axis_of(dim, len(shape))
    i = positions("gather", index, shape, axis, RuntimeError)
    if not shape or not i.ndim:
        found = reshape(rows.gather(ravel(input), axis=0, index=i.reshape(-1)), shape=i.shape)
    elif not i.size and i.ndim != len(shape):
        found = rows.getitem(ravel(input), index=(i.astype(np.intp),))
    else:
        check_fits("gather", i.shape, shape, axis)
        found = rows.gather(input, axis=axis, index=i)
    return written("gather", found, out, input, index, dtype=True)


def check_fits(op: str, part: tuple[int, ...], whole: tuple[int, ...], axis: int | None) -> None:
    """Raise RuntimeError unless `part` is as large as `whole` at most, apart from one axis."""
    if len(part) != len(whole) or any(
        n > m for k, (n, m) in enumerate(zip(part, whole)) if k != axis
    ):
        apart = "" if axis is None else f" apart from dimension {axis}"
        raise RuntimeError(
            f"{op}: expected an index that fits in {list(whole)}{apart}, got shape {list(part)}"
        )


def take(input: Tensor, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements at positions in the flattened input. Shape of `index`.

    >>> te.take(te.tensor([[1, 2], [3, 4]]), te.tensor([3, 0]))
    tensor([4, 1])
    """
    found = rows.getitem(ravel(input), index=(flat_positions("take", input, index),))
    return written("take", found, out, input, index)


def flat_positions(op: str, input: Tensor, index: Tensor) -> Any:
    """The array of an index into the flattened input, negative ones counted from the end."""
    i, n = raw(index), raw(input).size
    if getattr(i, "dtype", None) != np.int64:
        raise RuntimeError(f"{op}: expected an index of dtype int64, got {i.dtype}")
    if i.size and (i.min() < -n or i.max() >= n):
        raise IndexError(f"{op}: index out of range: expected -{n} to {n - 1}")
    return i


@numpy_names
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """`gather` with the index broadcast against the input; over the flattened input without `dim`.

    Negative positions count from the end.

    >>> te.take_along_dim(te.tensor([[3, 1], [2, 4]]), te.tensor([[1], [0]]), dim=1)
    tensor([[1],
            [2]])
    """
    if dim is None:
        return gather(ravel(input), 0, ravel(indices))
    a, i = raw(input), raw(indices)
    if i.ndim != a.ndim:
        raise RuntimeError(
            f"take_along_dim: expected as many dimensions of both, got {a.ndim} and {i.ndim}"
        )
    axis = axis_of(dim, a.ndim)
    shape = broadcast_shapes(*((*s[:axis], 1, *s[axis + 1 :]) for s in (a.shape, i.shape)))
    lead, rest = shape[:axis], shape[axis + 1 :]
    i = np.where(i < 0, i + a.shape[axis], i)
    index = wrap(np.broadcast_to(i, (*lead, i.shape[axis], *rest)))
    return gather(expand(input, (*lead, a.shape[axis], *rest)), axis, index)


# ---- where something holds ----------------------------------------------------------------------
def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements where the mask is True, in one dimension.

    >>> x = te.tensor([1.0, -2.0, 3.0])
    >>> te.masked_select(x, x > 0)
    tensor([1., 3.])
    """
    m = mask_of("masked_select", mask)
    shape = broadcast_shapes(raw(input).shape, m.shape)
    found = rows.getitem(expand(input, shape), index=(np.broadcast_to(m, shape),))
    return written("masked_select", found, out, input, mask)


def mask_of(op: str, mask: Any) -> Any:
    """The array of a mask. Raises RuntimeError for one that is not of bools."""
    m = raw(mask)
    if getattr(m, "dtype", None) != bool:
        raise RuntimeError(f"{op}: expected a mask of dtype bool, got {m.dtype}; compare first")
    return m


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Where elements are other than 0: one row per element, or one tensor per dimension.

    >>> te.nonzero(te.tensor([0, 5, 7]))
    tensor([[1],
            [2]])
    """
    found = np.nonzero(np.atleast_1d(raw(input)))
    if as_tuple:
        return tuple(wrap(i) for i in found)
    return wrap(np.stack(found, 1)[:, : raw(input).ndim])


def argwhere(input: Tensor) -> Tensor:
    """Where elements are other than 0, one row per element.

    >>> te.argwhere(te.tensor([[0, 5], [7, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    found: Tensor = nonzero(input)
    return found


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """Where in an array of a shape the elements are that come at these places in reading order.

    Raises ValueError for places that are not in it.

    >>> te.unravel_index(te.tensor([4, 1]), (2, 3))
    (tensor([1, 0]), tensor([1, 1]))
    """
    a, lengths = raw(indices), size_of((shape,))
    if a.dtype.kind not in "iu":
        raise ValueError(f"unravel_index: expected 'indices' to be integer dtype, got {a.dtype}")
    if a.size and not 0 <= a.min() <= a.max() < math.prod(lengths):
        raise ValueError(
            f"unravel_index: expected indices from 0 to {math.prod(lengths) - 1} for shape {lengths}, "
            f"got {a.min()} to {a.max()}"
        )
    return tuple(wrap(np.asarray(k, np.int64)) for k in np.unravel_index(a, lengths))
