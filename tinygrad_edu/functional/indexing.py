"""Functions that read and write at indices."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..ops import index as rows
from ..ops.elementwise import mul
from ..ops.shape import reshape
from ..primitive import cast, raw, wrap
from .dims import axis_of
from .pointwise import where

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "as_index", "diag", "diagonal", "gather", "getitem", "index_add", "index_select", "masked_fill",
    "masked_select", "nonzero", "scatter", "scatter_add", "take_along_dim", "tril", "triu",
]  # fmt: skip


def as_index(index: Any) -> tuple[Any, ...]:
    """An index as people write it (ints, slices, None, ..., lists, arrays, Tensors), as rows take it.

    Raises IndexError for floats and other things that select nothing, ValueError for negative steps.
    """
    parts: Any = index if type(index) is tuple else (index,)
    if type(index) is list and builtins.any(
        isinstance(i, (slice, list, tuple, type(None), type(...))) or raw(i) is not i for i in index
    ):
        parts = tuple(index) if not builtins.any(isinstance(i, list) for i in index) else (index,)
    found, basic = [], True
    for i in parts:
        kind: Any = type(i)
        if kind is int or i is None or i is Ellipsis:
            found.append(i)
        elif isinstance(i, slice):
            if i.step is not None and raw_int(i.step) <= 0:
                raise ValueError(f"slice step must be positive, got {i.step}; use flip()")
            whole = i.start is None and i.stop is None and i.step is None
            found.append(
                i
                if whole
                else slice(*(None if n is None else raw_int(n) for n in (i.start, i.stop, i.step)))
            )
        else:
            a = np.asarray(raw(i))
            if not a.size and a.dtype.kind == "f" and not isinstance(i, made.Tensor):
                a = a.astype(np.int64)
            if a.dtype.kind not in "biu":
                raise IndexError(
                    f"getitem: expected ints, slices, None, ..., integer or bool tensors "
                    f"as an index, got {kind.__name__} of {a.dtype}"
                )
            if a.ndim == 0 and a.dtype.kind in "iu":
                found.append(int(a))
            else:
                if a.dtype == np.uint8:
                    a = a.astype(bool)
                found.append(a)
                basic = False
    if basic and Ellipsis not in found:
        found.append(Ellipsis)  # so that NumPy gives a view, also of one element
    return tuple(found)


def raw_int(n: Any) -> int:
    """A bound of a slice, which may be a Tensor of one integer."""
    return int(n.item()) if isinstance(n, made.Tensor) else n.__index__()


def getitem(input: Tensor, index: Any) -> Tensor:
    """What `input[index]` reads: a view for ints and slices, a copy for arrays and masks. Raises IndexError."""
    found = as_index(index)
    try:
        return rows.getitem(input, index=found)
    except IndexError as error:
        raise IndexError(
            f"getitem: expected an index into shape {tuple(raw(input).shape)}, got {_shown(found)}; {error}"
        ) from None


def _shown(index: tuple[Any, ...]) -> str:
    return ", ".join(
        f"array {i.shape}" if isinstance(i, np.ndarray) else str(i)
        for i in index
        if i is not Ellipsis
    )


def _indices(op: str, index: Any) -> Any:
    a = raw(index)
    if getattr(a, "dtype", None) not in (np.int64, np.int32):
        raise RuntimeError(
            f"{op}: expected an index of dtype int64 or int32, got {getattr(a, 'dtype', type(a).__name__)}"
        )
    return a


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """out[i, j] = input[index[i, j], j] for dim 0, input[i, index[i, j]] for dim 1. Shape of `index`."""
    a, i = raw(input), _indices("gather", index)
    axis = axis_of(dim, a.ndim)
    if not a.ndim:
        return reshape(
            gather(reshape(input, shape=(1,)), 0, reshape(index, shape=(-1,))), shape=i.shape
        )
    if not i.size:
        return (
            wrap(np.zeros(i.shape, a.dtype))
            if i.ndim != a.ndim
            else rows.gather(input, axis=axis, index=i)
        )
    _check_along("gather", a.shape, i, axis)
    return rows.gather(input, axis=axis, index=i)


def _check_along(op: str, shape: tuple[int, ...], i: Any, axis: int) -> None:
    if i.ndim != len(shape) or builtins.any(
        n > m for k, (n, m) in enumerate(zip(i.shape, shape)) if k != axis
    ):
        raise RuntimeError(
            f"{op}: expected an index that fits in {list(shape)} apart from dimension {axis}, got shape {list(i.shape)}"
        )
    if i.size and (i.min() < 0 or i.max() >= shape[axis]):
        bad = i.min() if i.min() < 0 else i.max()
        raise (IndexError if op == "index_select" else RuntimeError)(
            f"{op}: index {bad} is out of bounds for dimension {axis} with size {shape[axis]}"
        )


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """input with src[i, j] added at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1)."""
    a, i = raw(input), _indices("scatter_add", index)
    axis = axis_of(dim, a.ndim)
    if not i.size:
        return mul(input, 1)
    _check_along("scatter_add", a.shape, i, axis)
    part = rows.getitem(src, index=tuple(slice(0, n) for n in i.shape))
    return input + rows.scatter_add(part, axis=axis, index=i, shape=a.shape)


def scatter(input: Tensor, dim: int, index: Tensor, src: Any) -> Tensor:
    """input with src[i, j] (or a number) put at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1)."""
    a, i = raw(input), _indices("scatter", index)
    axis = axis_of(dim, a.ndim)
    if not i.size:
        return mul(input, 1)
    _check_along("scatter", a.shape, i, axis)
    if isinstance(src, made.Tensor):
        if src.array.dtype != a.dtype:
            raise RuntimeError(f"scatter: expected src of dtype {a.dtype}, got {src.array.dtype}")
        src = rows.getitem(src, index=tuple(slice(0, n) for n in i.shape))
    else:
        src = wrap(np.full(i.shape, src, a.dtype))
    return rows.replace(input, src, ways=(), index=rows.along(i, axis))


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices along `dim` at the given positions."""
    a, i = raw(input), _indices("index_select", index)
    axis = axis_of(dim, a.ndim)
    if i.ndim > 1:
        raise IndexError(
            f"index_select: expected an index of at most 1 dimension, got shape {list(i.shape)}"
        )
    if i.size and (i.min() < 0 or i.max() >= (a.shape[axis] if a.ndim else 1)):
        raise IndexError(
            f"index_select: index out of range in self, expected 0 to {a.shape[axis] - 1}, got {i.min()} to {i.max()}"
        )
    if not a.ndim:
        return rows.getitem(reshape(input, shape=(1,)), index=(i.reshape(-1)[0], ...))
    return rows.getitem(input, index=(*(slice(None),) * axis, i.reshape(-1)))


def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """input with alpha * source's slices added at positions along `dim`; repeated ones add up."""
    a, i = raw(input), _indices("index_add", index)
    axis = axis_of(dim, a.ndim)
    shape = raw(source).shape
    if i.ndim > 1 or (a.ndim and shape != a.shape[:axis] + (i.size,) + a.shape[axis + 1 :]):
        raise RuntimeError(
            f"index_add: expected source like {list(a.shape)} with {i.size} along dim {dim}, got {list(shape)}"
        )
    if i.size and (i.min() < 0 or i.max() >= (a.shape[axis] if a.ndim else 1)):
        raise IndexError(
            f"index_add: expected positions 0 to {a.shape[axis] - 1}, got {i.min()} to {i.max()}"
        )
    scaled = source if alpha == 1 else source * alpha
    if not a.ndim:
        return input + scaled.reshape(())
    return input + rows.index_add(
        scaled, index=(*(slice(None),) * axis, i.reshape(-1)), shape=a.shape
    )


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """`gather` with the index broadcast against the input; over the flattened input without `dim`."""
    if dim is None:
        return gather(
            reshape(input, shape=(raw(input).size,)),
            0,
            reshape(indices, shape=(raw(indices).size,)),
        )
    a, i = raw(input), raw(indices)
    axis = axis_of(dim, a.ndim)
    shape = tuple(
        n if k == axis else np.broadcast_shapes((n,), (m,))[0]
        for k, (n, m) in enumerate(zip(i.shape, a.shape))
    )
    full = tuple(a.shape[axis] if k == axis else n for k, n in enumerate(shape))
    return rows.gather(input.expand(full), axis=axis, index=np.broadcast_to(i, shape))


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """input with `value` where the mask is True. Raises RuntimeError for a mask that is not bool."""
    m = raw(mask)
    if m.dtype != bool:
        raise RuntimeError(
            f"masked_fill: expected a mask of dtype bool, got {m.dtype}; compare first"
        )
    if isinstance(value, made.Tensor) and value.array.ndim:
        raise RuntimeError(
            f"masked_fill: expected a number or a 0-dimensional value, got {value.array.ndim} dimensions"
        )
    dtype = raw(input).dtype
    value = (
        cast(value, dtype)
        if isinstance(value, made.Tensor)
        else wrap(np.asarray(value).astype(dtype))
    )
    out: Tensor = where(mask, value, input)
    return out


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where the mask is True, in one dimension."""
    if raw(mask).dtype != bool:
        raise RuntimeError(f"masked_select: expected a mask of dtype bool, got {raw(mask).dtype}")
    shape = np.broadcast_shapes(raw(input).shape, raw(mask).shape)
    return rows.getitem(input.expand(shape), index=(np.broadcast_to(raw(mask), shape),))


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of matrices, 0 above the diagonal."""
    return _triangle(np.tri, input, diagonal, "tril")


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of matrices, 0 below the diagonal."""
    return _triangle(
        lambda n, m, k, dtype: np.logical_not(np.tri(n, m, k - 1, dtype)), input, diagonal, "triu"
    )


def _triangle(mask: Any, x: Any, diagonal: int, op: str) -> Tensor:
    a = raw(x)
    if a.ndim < 2:
        raise RuntimeError(f"{op}: expected a tensor with at least 2 dimensions, got {a.ndim}")
    out: Tensor = where(
        wrap(mask(a.shape[-2], a.shape[-1], diagonal, bool)), x, wrap(np.zeros((), a.dtype))
    )
    return out


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of two dimensions, as a new last one."""
    n = raw(input).ndim
    a, b = axis_of(dim1, n), axis_of(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal: expected two different dimensions, got {dim1} and {dim2}")
    moved = input.permute(*(k for k in range(n) if k not in (a, b)), a, b)
    height, width = raw(moved).shape[-2:]
    count = builtins.max(
        builtins.min(height, width - offset)
        if offset >= 0
        else builtins.min(height + offset, width),
        0,
    )
    k = np.arange(count)
    return rows.getitem(
        moved, index=(..., k + builtins.max(-offset, 0), k + builtins.max(offset, 0))
    )


main_diagonal = diagonal


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A vector as the diagonal of a matrix, or a matrix's diagonal as a vector."""
    a = raw(input)
    if a.ndim == 2:
        return main_diagonal(input, diagonal)
    if a.ndim != 1:
        raise RuntimeError(f"diag: expected a vector or a matrix, got {a.ndim} dimensions")
    k, n = np.arange(len(a)), len(a) + builtins.abs(diagonal)
    return rows.index_add(
        input, index=(k + builtins.max(-diagonal, 0), k + builtins.max(diagonal, 0)), shape=(n, n)
    )


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Where elements are other than 0: one row per element, or one tensor per dimension."""
    found = np.nonzero(np.atleast_1d(raw(input)))
    if as_tuple:
        return tuple(wrap(i) for i in found)
    return wrap(np.stack(found, 1)[:, : raw(input).ndim])
