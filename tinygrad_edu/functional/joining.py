"""Functions that join Tensors along a dimension."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..dtypes import default_dtype
from ..inplace import written
from ..ops import shape as rows
from ..primitive import raw, wrap
from ..promotion import as_operand, cast, promoted_dtype
from .copying import constant_pad_nd, ravel
from .dims import axis_of, numpy_names
from .shaping import unsqueeze

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "cat", "column_stack", "concat", "concatenate", "dstack",
    "hstack", "row_stack", "stack", "vstack",
]  # fmt: skip


# ---- joined -------------------------------------------------------------------------------------
@numpy_names
def cat(tensors: Sequence[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors joined along an existing dimension, brought to one dtype.

    >>> te.cat([te.tensor([1, 2]), te.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    xs = _of_one_dtype(_listed("cat", tensors))
    shapes = [x.array.shape for x in xs]
    if () in shapes:
        raise RuntimeError("cat: zero-dimensional tensor cannot be concatenated; use stack()")
    if (0,) in shapes:  # which PyTorch lets go with any shape
        xs = [x for x in xs if x.array.shape != (0,)] or xs[:1]
        shapes = [x.array.shape for x in xs]
    axis = axis_of(dim, len(shapes[0]))
    try:
        joined = rows.concatenate(*xs, axis=axis, sizes=tuple([shape[axis] for shape in shapes]))
    except (ValueError, IndexError):
        others = [(*s[:axis], *s[axis + 1 :]) for s in shapes]
        k = next(k for k, other in enumerate(others) if other != others[0])
        raise RuntimeError(
            f"cat: Sizes of tensors must match except in dimension {axis}: expected like {list(shapes[0])}, "
            f"got {list(shapes[k])} for tensor number {k} in the list"
        ) from None
    return joined if out is None else written("cat", joined, out, *tensors)


concat = concatenate = cat


@numpy_names
def stack(tensors: Sequence[Any], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of one shape (or Values) laid along a new dimension.

    >>> te.stack([te.tensor([1, 2]), te.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    if all(isinstance(x, made.Value) for x in _listed("stack", tensors)):
        dtype = promoted_dtype(tensors)
        tensors = [cast(x, dtype) for x in tensors]
    shapes = [tuple(raw(x).shape) for x in tensors]
    for k, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise RuntimeError(
                f"stack: expects each tensor to be equal size, but got {list(shapes[0])} "
                f"at entry 0 and {list(shape)} at entry {k}"
            )
    size = shapes[0]
    axis = axis_of(dim, len(size) + 1)
    if axis == len(size):
        return cat([unsqueeze(x, axis) for x in tensors], axis, out=out)
    # laid along a dimension that is there, which is then taken apart
    joined = rows.reshape(cat(tensors, axis), shape=(*size[:axis], len(shapes), *size[axis:]))
    return joined if out is None else written("stack", joined, out, *tensors)


def _of_one_dtype(tensors: Any) -> Any:
    """Tensors and numbers as Tensors, brought to the dtype that they are promoted to."""
    kinds = {x.array.dtype if isinstance(x, made.Tensor) else None for x in tensors}
    if len(kinds) == 1 and None not in kinds:
        return tensors
    operands = [as_operand(x) for x in tensors]
    dtype = promoted_dtype(operands)
    return [cast(x, dtype) for x in operands]


def _listed(op: str, tensors: Any) -> Any:
    if not isinstance(tensors, (tuple, list)):
        raise TypeError(f"{op}: expected a list or tuple of tensors, got {type(tensors).__name__}")
    if not tensors:
        raise (ValueError if op == "cat" else RuntimeError)(
            f"{op}: expected a non-empty list of tensors"
        )
    return tensors


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Vectors joined end to end, all else along dimension 1.

    >>> te.hstack([te.tensor([1, 2]), te.tensor([3])])
    tensor([1, 2, 3])
    """
    xs = [_at_least(1, x) for x in _listed("hstack", tensors)]
    return cat(xs, 0 if raw(xs[0]).ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Joined along dimension 0, vectors as rows.

    >>> te.vstack([te.tensor([1, 2]), te.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return cat([_at_least(2, x) for x in _listed("vstack", tensors)], 0)


row_stack = vstack


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Joined along dimension 2, matrices as slices of depth 1.

    >>> te.dstack([te.tensor([1, 2]), te.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat([_at_least(3, x) for x in _listed("dstack", tensors)], 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Joined along dimension 1, vectors as columns.

    >>> te.column_stack([te.tensor([1, 2]), te.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    xs = _listed("column_stack", tensors)
    return cat([x if raw(x).ndim > 1 else unsqueeze(ravel(x), 1) for x in xs], 1)


def block_diag(*tensors: Tensor) -> Tensor:
    """Matrices along the diagonal of a large one, 0 elsewhere; vectors count as rows.

    >>> te.block_diag(te.tensor([[1, 2]]), te.tensor([[3], [4]]))
    tensor([[1, 2, 0],
            [0, 0, 3],
            [0, 0, 4]])
    """
    xs = [_at_least(2, x) for x in tensors] or [wrap(np.zeros((1, 0), default_dtype()))]
    if any(raw(x).ndim > 2 for x in xs):
        raise RuntimeError("block_diag: expected tensors of at most 2 dimensions")
    ends = list(itertools.accumulate((raw(x).shape[1] for x in xs), initial=0))
    return cat([constant_pad_nd(x, (a, ends[-1] - b)) for x, a, b in zip(xs, ends, ends[1:])])


# ---- dimensions of size 1 -----------------------------------------------------------------------
def _at_least(n: int, x: Tensor) -> Tensor:
    shape = raw(x).shape
    if len(shape) >= n:
        return x
    lead = (1,) if len(shape) < 2 <= n else ()
    full = (*lead, *(shape or (1,)))
    return rows.reshape(x, shape=(*full, *(1,) * (n - len(full))))


def atleast_1d(*tensors: Any) -> Any:
    """Scalars as vectors of one element, all else as it is; several tensors give a tuple.

    >>> te.atleast_1d(te.tensor(5))
    tensor([5])
    """
    return _each_at_least(1, tensors)


def atleast_2d(*tensors: Any) -> Any:
    """Vectors as matrices of one row, all else as it is; several tensors give a tuple.

    >>> te.atleast_2d(te.tensor([5, 6]))
    tensor([[5, 6]])
    """
    return _each_at_least(2, tensors)


def atleast_3d(*tensors: Any) -> Any:
    """Matrices (m, n) as (m, n, 1), vectors (n) as (1, n, 1), all else as it is; several give a tuple.

    >>> te.atleast_3d(te.ones(4, 5)).shape
    tinygrad_edu.Size([4, 5, 1])
    """
    return _each_at_least(3, tensors)


def _each_at_least(n: int, tensors: tuple[Any, ...]) -> Any:
    if len(tensors) == 1 and isinstance(tensors[0], made.Tensor):
        return _at_least(n, tensors[0])
    xs = tensors[0] if len(tensors) == 1 else tensors
    return tuple(_at_least(n, x) for x in xs)
