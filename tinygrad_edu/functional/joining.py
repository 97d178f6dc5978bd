"""Functions that join Tensors along a dimension, and that split them again into views."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..dtypes import default_dtype
from ..inplace import written
from ..ops import shape as rows
from ..ops.index import at, getitem
from ..ops.reduce import broadcast_to as broadcast_row
from ..primitive import raw, wrap
from ..promotion import as_operand, cast, promoted_dtype
from .copying import constant_pad_nd, ravel
from .dims import axis_of
from .shaping import transpose, unsqueeze

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "cartesian_prod", "cat", "chunk", "column_stack",
    "combinations", "concat", "concatenate", "dsplit", "dstack", "hsplit", "hstack", "meshgrid", "row_stack",
    "split", "split_with_sizes", "stack", "tensor_split", "unbind", "vsplit", "vstack",
]  # fmt: skip


# ---- joined -------------------------------------------------------------------------------------
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


# ---- split --------------------------------------------------------------------------------------
def split(
    tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Views of a given length along `dim` (the last may be shorter), or of the given lengths.

    Difference from PyTorch: the views may be written to in place while recording; so may those of
    `chunk`, `tensor_split` and `unbind`.

    >>> te.split(te.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    sizes = split_size_or_sections
    if not isinstance(sizes, int):
        return split_with_sizes(tensor, sizes, dim)
    n = _length("split", tensor, dim)
    if sizes < 0 or (sizes == 0 and n):
        raise RuntimeError(f"split: expected a positive split_size, got {sizes}")
    return _cut(tensor, [*range(0, n, max(sizes, 1)), n] if n else [0, 0], dim)


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the given lengths along `dim`, which must sum to its size.

    >>> te.split_with_sizes(te.arange(5), [1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    n = _length("split_with_sizes", input, dim)
    if min(split_sizes, default=0) < 0 or sum(split_sizes) != n:
        raise RuntimeError(
            f"split_with_sizes: expected sizes that sum to {n}, the size of dimension {dim}, "
            f"got {list(split_sizes)}"
        )
    return _cut(input, list(itertools.accumulate(split_sizes, initial=0)), dim)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal length along `dim`, the last perhaps shorter.

    >>> te.chunk(te.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    n = _length("chunk", input, dim)
    if chunks <= 0:
        raise RuntimeError(f"chunk: expects `chunks` to be greater than 0, got: {chunks}")
    if not n:
        return _cut(input, [0] * (chunks + 1), dim)
    return split(input, -(-n // chunks), dim)


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """So many views along `dim`, the first ones longer by one, or views between the given positions.

    >>> te.tensor_split(te.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    n = _length("tensor_split", input, dim)
    parts = raw(indices_or_sections)
    if isinstance(parts, np.ndarray):
        parts = parts.tolist()
    if not isinstance(parts, int):
        ends = [slice(k).indices(n)[1] for k in parts]
        return _cut(input, [0, *ends, n], dim)
    if parts <= 0:
        raise RuntimeError(f"tensor_split: expected more than 0 sections, got {parts}")
    longer, size = n % parts, n // parts
    return _cut(input, [k * size + min(k, longer) for k in range(parts + 1)], dim)


def _length(op: str, x: Tensor, dim: int) -> int:
    if not raw(x).ndim:
        raise RuntimeError(f"{op}: expected at least 1 dimension, got 0")
    n: int = raw(x).shape[axis_of(dim, raw(x).ndim)]
    return n


def _cut(x: Tensor, ends: list[int], dim: int) -> tuple[Tensor, ...]:
    axis = axis_of(dim, raw(x).ndim)
    return tuple(getitem(x, index=at(axis, slice(a, b))) for a, b in zip(ends, ends[1:]))


def hsplit(input: Tensor, indices_or_sections: int | Sequence[int]) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts along dimension 1, of vectors along 0.

    >>> te.hsplit(te.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1],
            [3]]), tensor([[2],
            [4]]))
    """
    dim = 0 if raw(input).ndim == 1 else 1
    return _equal_split("hsplit", input, indices_or_sections, dim, 1)


def vsplit(input: Tensor, indices_or_sections: int | Sequence[int]) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts along dimension 0.

    >>> te.vsplit(te.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    return _equal_split("vsplit", input, indices_or_sections, 0, 2)


def dsplit(input: Tensor, indices_or_sections: int | Sequence[int]) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts along dimension 2.

    >>> te.dsplit(te.tensor([[[1, 2]]]), 2)
    (tensor([[[1]]]), tensor([[[2]]]))
    """
    return _equal_split("dsplit", input, indices_or_sections, 2, 3)


def _equal_split(op: str, x: Tensor, parts: Any, dim: int, least: int) -> tuple[Tensor, ...]:
    shape = raw(x).shape
    if len(shape) < least:
        raise RuntimeError(f"{op}: expected at least {least} dimensions, got {len(shape)}")
    if isinstance(parts, int) and (parts <= 0 or shape[dim] % parts):
        raise RuntimeError(
            f"{op}: expected a number of parts that divides {shape[dim]}, the size of dimension {dim}, got {parts}"
        )
    return tensor_split(x, parts, dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The views at each position along `dim`.

    >>> te.unbind(te.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    axis = axis_of(dim, raw(input).ndim)
    if not raw(input).ndim:
        raise IndexError("unbind: dimension specified as 0 but tensor has no dimensions")
    return tuple(getitem(input, index=at(axis, k)) for k in range(raw(input).shape[axis]))


# ---- combined -----------------------------------------------------------------------------------
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Each 1-d tensor spread over the grid of all; "xy" swaps the first two dimensions.

    >>> x, y = te.meshgrid(te.tensor([1, 2]), te.tensor([3, 4]), indexing="ij")
    >>> y
    tensor([[3, 4],
            [3, 4]])
    """
    xs = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f"meshgrid: expected indexing 'ij' or 'xy', got {indexing!r}")
    if any(raw(x).ndim > 1 or raw(x).dtype != raw(xs[0]).dtype for x in xs) or not xs:
        raise RuntimeError("meshgrid: expected tensors of one dtype, each with 0 or 1 dimensions")
    sizes = tuple(raw(x).size for x in xs)
    spread = [
        broadcast_row(
            rows.reshape(x, shape=tuple(n if i == k else 1 for i, n in enumerate(sizes))),
            shape=sizes,
        )
        for k, x in enumerate(xs)
    ]
    swapped = indexing == "xy" and len(xs) > 1
    return tuple(transpose(x, 0, 1) if swapped else x for x in spread)


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Every way to pick one element of each 1-d tensor, as rows; of one tensor, itself.

    >>> te.cartesian_prod(te.tensor([1, 2]), te.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    if len(tensors) == 1 and raw(tensors[0]).ndim == 1:
        return tensors[0]
    if any(raw(x).ndim != 1 for x in tensors):
        raise RuntimeError("cartesian_prod: expected 1-dimensional tensors")
    return stack([ravel(x) for x in meshgrid(*tensors)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Every way to pick r elements of a vector, in their order, as rows.

    >>> te.combinations(te.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if raw(input).ndim != 1 or r < 0:
        raise RuntimeError(
            f"combinations: expected a vector and r >= 0, got {raw(input).ndim} dimensions and r = {r}"
        )
    ways = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    picked = list(ways(range(raw(input).size), r)) if r else []
    return getitem(input, index=(np.array(picked, np.intp).reshape((-1, r) if r else (0,)),))
