"""Functions that give a copy of the input written at indices, masks and parts of dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..ops import index as rows
from ..ops.elementwise import floor_divide, mul, where
from ..ops.index import at
from ..ops.reduce import amax, amin, prod
from ..ops.shape import concatenate, reshape
from ..primitive import raw, wrap
from ..promotion import cast
from .copying import clone, ravel
from .dims import axis_of
from .indexing import as_index, as_positions, check_fits, flat_positions, mask_of, positions
from .shaping import broadcast_shapes, expand

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "index_add", "index_copy", "index_fill", "index_put", "index_reduce", "masked_fill", "masked_scatter", "put",
    "scatter", "scatter_add", "scatter_reduce", "select_scatter", "slice_scatter",
]  # fmt: skip


def as_vector(x: Any) -> Any:
    """A Tensor of no dimensions as a vector of one element."""
    return ravel(x) if isinstance(x, made.Tensor) and not x.array.ndim else x


def like(out: Tensor, input: Tensor) -> Tensor:
    """What was made of a vector back as a Tensor of no dimensions, if the input had none."""
    return out if raw(input).ndim else reshape(out, shape=())


def check_dtype(op: str, input: Tensor, source: Tensor) -> None:
    """Raise RuntimeError unless both have one dtype."""
    a, b = raw(input).dtype, raw(source).dtype
    if a != b:
        raise RuntimeError(f"{op}: expected {a}, the dtype of the input, got {b}; convert it first")


# ---- along a dimension, each element with a position of its own -----------------------------------
def _parts(op: str, input: Tensor, dim: int, index: Tensor, src: Any) -> tuple[Any, int, Any, Any]:
    """(input, axis, index, src): at least vectors, checked, src cut to what the index places."""
    x = as_vector(input)
    shape = raw(x).shape
    axis = axis_of(dim, len(shape))
    i = np.atleast_1d(positions(op, index, shape, axis, RuntimeError))
    if not i.size:
        nothing = (0,) * len(shape)
        return x, axis, i.reshape(nothing), wrap(np.zeros(nothing, raw(x).dtype))
    check_fits(op, i.shape, shape, axis)
    if not isinstance(src, made.Tensor):
        return x, axis, i, wrap(np.full(i.shape, src, raw(x).dtype))
    check_dtype(op, x, src)
    src = as_vector(src)
    check_fits(op, i.shape, raw(src).shape, None)
    return x, axis, i, rows.getitem(src, index=tuple(map(slice, i.shape)))


def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Any = None,
    *,
    value: float | None = None,
    reduce: str | None = None,
) -> Tensor:
    """input with src[i, j] (or a number) put at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1).

    Of several for one place the last remains; `reduce` "add" or "multiply" takes them all.

    Difference from PyTorch: where positions repeat, the last one wins and has the gradient; there any
    may.

    >>> te.scatter(te.zeros(3), 0, te.tensor([2, 0]), te.tensor([5.0, 6.0]))
    tensor([6., 0., 5.])
    """
    if reduce is not None:
        ways = {"add": "sum", "multiply": "prod"}
        if reduce not in ways:
            raise RuntimeError(f"scatter: expected reduce 'add' or 'multiply', got {reduce!r}")
        return scatter_reduce(input, dim, index, src if value is None else value, ways[reduce])
    x, axis, i, part = _parts("scatter", input, dim, index, src if value is None else value)
    return like(rows.replace(x, part, ways=(), index=rows.along(i, axis)), input)


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """input with src[i, j] added at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1).

    >>> te.scatter_add(te.zeros(3), 0, te.tensor([0, 2, 2]), te.tensor([1.0, 2.0, 3.0]))
    tensor([1., 0., 5.])
    """
    x, axis, i, part = _parts("scatter_add", input, dim, index, src)
    return like(x + rows.scatter_add(part, axis=axis, index=i, shape=raw(x).shape), input)


def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Any, reduce: str, *, include_self: bool = True
) -> Tensor:
    """input with src[i, j] combined into [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1).

    `reduce` is "sum", "prod", "mean", "amax" or "amin", over what is there too unless `include_self` is False.

    >>> te.scatter_reduce(te.ones(2), 0, te.tensor([0, 0, 1]), te.tensor([3.0, 2.0, 0.0]), "amax")
    tensor([3., 1.])
    """
    x, axis, i, part = _parts("scatter_reduce", input, dim, index, src)
    return like(_reduced("scatter_reduce", x, axis, i, part, reduce, include_self), input)


def _reduced(op: str, x: Tensor, axis: int, i: Any, part: Tensor, reduce: str, own: bool) -> Tensor:
    shape, dtype = raw(x).shape, raw(x).dtype
    neutral = {"sum": 0, "mean": 0, "prod": 1, **dict(zip(("amin", "amax"), _bounds(dtype)))}
    if reduce not in neutral:
        raise RuntimeError(
            f"{op}: expected reduce 'sum', 'prod', 'mean', 'amax' or 'amin', got {reduce!r}"
        )
    if not i.size:
        return clone(x)
    count = rows.scatter_add_forward(np.ones(i.shape, np.intp), axis, i, shape)
    fill = np.asarray(neutral[reduce], dtype)
    if not own:
        x = where(count > 0, wrap(fill), x)
    if reduce in ("sum", "mean"):
        total = x + rows.scatter_add(part, axis=axis, index=i, shape=shape)
        if reduce == "sum":
            return total
        share = wrap(np.maximum(count + own, 1).astype(dtype))
        return total / share if dtype.kind == "f" else floor_divide(total, share)
    over = {"prod": prod, "amax": amax, "amin": amin}[reduce]
    return cast(over(_piled(x, axis, i, part, fill), axis=(0,), keepdims=False), dtype)


def _bounds(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """What no number of a dtype is above, and what none is below."""
    if dtype.kind in "fb":
        return (np.inf, -np.inf) if dtype.kind == "f" else (True, False)
    return np.iinfo(dtype).max, np.iinfo(dtype).min


def _piled(x: Tensor, axis: int, i: Any, part: Tensor, fill: Any) -> Tensor:
    """x, and upon it in a new first dimension what goes to each place, one after the other; `fill` elsewhere."""
    shape, index = raw(x).shape, rows.along(i, axis)
    place = np.ravel_multi_index(np.broadcast_arrays(*index), shape).reshape(-1)
    order = np.argsort(place, kind="stable")
    turn = np.empty_like(place)
    turn[order] = np.arange(place.size) - np.searchsorted(place[order], place[order])
    layers = wrap(np.full((turn.max() + 1, *shape), fill))
    layers = rows.replace(layers, part, ways=(), index=(turn.reshape(i.shape), *index))
    sizes = (1, turn.max() + 1)
    return concatenate(reshape(x, shape=(1, *shape)), layers, axis=0, sizes=sizes)


# ---- along a dimension, slice by slice ------------------------------------------------------------
def _slices(
    op: str, input: Tensor, dim: int, index: Tensor, source: Tensor, error: type[Exception]
) -> tuple[Any, int, Any, Any]:
    """(input, axis, index, source): at least vectors, checked, a slice of the source for each position."""
    x = as_vector(input)
    shape = raw(x).shape
    axis = axis_of(dim, len(shape))
    i = np.atleast_1d(positions(op, index, shape, axis, error))
    check_dtype(op, x, source)
    source = as_vector(source)
    expected = (*shape[:axis], i.size, *shape[axis + 1 :])
    if i.ndim > 1 or raw(source).shape != expected:
        raise (IndexError if i.ndim > 1 else RuntimeError)(
            f"{op}: expected positions in a vector and a source of shape {list(expected)}, "
            f"got {list(i.shape)} and {list(raw(source).shape)}"
        )
    return x, axis, i, source


def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """input with alpha * source's slices added at positions along `dim`; repeated ones add up.

    >>> te.index_add(te.zeros(2, 2), 0, te.tensor([1]), te.ones(1, 2))
    tensor([[0., 0.],
            [1., 1.]])
    """
    x, axis, i, part = _slices("index_add", input, dim, index, source, RuntimeError)
    part = part if alpha == 1 else mul(part, alpha)
    return like(x + rows.index_add(part, index=at(axis, i), shape=raw(x).shape), input)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """input with source's slices put at positions along `dim`; of several for one the last remains.

    Difference from PyTorch: where positions repeat, the last one wins and has the gradient; there any
    may.

    >>> te.index_copy(te.zeros(3), 0, te.tensor([2, 0]), te.tensor([5.0, 6.0]))
    tensor([6., 0., 5.])
    """
    x, axis, i, part = _slices("index_copy", input, dim, index, source, IndexError)
    return like(rows.replace(x, part, ways=(), index=at(axis, i)), input)


def index_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """`scatter_reduce` of source's slices to positions along `dim`, by "prod", "mean", "amax" or "amin".

    >>> te.index_reduce(te.ones(2), 0, te.tensor([1, 1]), te.tensor([2.0, 3.0]), "prod")
    tensor([1., 6.])
    """
    x, axis, i, part = _slices("index_reduce", input, dim, index, source, IndexError)
    shape = raw(part).shape
    full = np.broadcast_to(i.reshape([-1 if k == axis else 1 for k in range(len(shape))]), shape)
    return like(_reduced("index_reduce", x, axis, full, part, reduce, include_self), input)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """input with one number in the slices at positions along `dim`; negative ones count from the end.

    >>> te.index_fill(te.zeros(3), 0, te.tensor([0, 2]), 7)
    tensor([7., 0., 7.])
    """
    x = as_vector(input)
    axis = axis_of(dim, raw(x).ndim)
    number = one_number("index_fill", value, raw(x).dtype)
    return like(rows.replace(x, number, ways=(), index=at(axis, as_positions(index))), input)


def one_number(op: str, value: Any, dtype: np.dtype[Any]) -> Tensor:
    """A number or a Tensor of no dimensions as a Tensor of a dtype."""
    if isinstance(value, made.Tensor):
        if value.array.ndim:
            raise RuntimeError(
                f"{op}: expected a number or a 0-dimensional value, got {value.array.ndim} dimensions"
            )
        return cast(value, dtype)
    return wrap(np.asarray(value).astype(dtype))


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """input with `src` at one position along `dim`.

    >>> te.select_scatter(te.zeros(2, 2), te.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    axis, n = axis_of(dim, raw(input).ndim), raw(input).shape[dim]
    if not -n <= index < n:
        raise IndexError(
            f"select_scatter: index {index} out of range for dimension {dim} of size {n}"
        )
    return replaced("select_scatter", input, src, at(axis, index))


def slice_scatter(
    input: Tensor,
    src: Tensor,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Tensor:
    """input with `src` in input[start:end:step] along `dim`.

    >>> te.slice_scatter(te.zeros(4), te.ones(2), step=2)
    tensor([1., 0., 1., 0.])
    """
    if step <= 0:
        raise RuntimeError(f"slice_scatter: expected a positive step, got {step}")
    axis = axis_of(dim, raw(input).ndim)
    return replaced("slice_scatter", input, src, at(axis, slice(start, end, step)))


def replaced(op: str, input: Tensor, src: Tensor, index: Any, ways: Any = ()) -> Tensor:
    """input with `src` in place of what a view of it sees at an index. Raises RuntimeError unless of its shape."""
    seen = rows.region(raw(input), ways)[index]
    if raw(src).shape != seen.shape:
        raise RuntimeError(
            f"{op}: expected src of shape {list(seen.shape)}, got {list(raw(src).shape)}"
        )
    return rows.replace(input, cast(src, seen.dtype), ways=ways, index=index)


# ---- at an index of all dimensions ----------------------------------------------------------------
def index_put(
    input: Tensor, indices: Sequence[Tensor | None], values: Tensor, accumulate: bool = False
) -> Tensor:
    """input with input[indices] = values, or += values; of several for one place the last, or all added.

    Difference from PyTorch: where positions repeat, the last one wins and has the gradient; there any
    may.

    >>> te.index_put(te.zeros(2, 2), (te.tensor([0, 1]), te.tensor([1, 0])), te.tensor([5.0, 6.0]))
    tensor([[0., 5.],
            [6., 0.]])
    """
    check_dtype("index_put", input, values)
    (index,) = as_index(tuple(slice(None) if i is None else i for i in indices))
    a = raw(input)
    try:
        shape = a[index].shape
        np.broadcast_to(raw(values), shape)
    except ValueError:
        raise RuntimeError(
            f"index_put: expected values that broadcast to {list(shape)}, got {list(raw(values).shape)}"
        ) from None
    if accumulate:
        return input + rows.index_add(expand(values, shape), index=index, shape=a.shape)
    return rows.replace(input, values, ways=(), index=index)


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """input with source's elements put at, or added to, positions in the flattened input.

    >>> te.Tensor.put(te.zeros(2, 2), te.tensor([3]), te.tensor([9.0]))
    tensor([[0., 0.],
            [0., 9.]])
    """
    check_dtype("put", input, source)
    i = flat_positions("put", input, index).reshape(-1)
    if i.size != raw(source).size:
        raise IndexError(f"put: expected a source of {i.size} elements, got {raw(source).size}")
    out = index_put(ravel(input), (wrap(i),), ravel(source), accumulate)
    return reshape(out, shape=raw(input).shape)


# ---- where a mask holds -----------------------------------------------------------------------------
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """input with `value` where the mask is True. Raises RuntimeError for a mask that is not bool.

    >>> te.masked_fill(te.tensor([1.0, 2.0]), te.tensor([True, False]), 0)
    tensor([0., 2.])
    """
    mask_of("masked_fill", mask)
    return where(mask, one_number("masked_fill", value, raw(input).dtype), input)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """input with the elements of `source`, one after the other, where the mask is True.

    >>> te.masked_scatter(te.zeros(3), te.tensor([True, False, True]), te.tensor([1.0, 2.0]))
    tensor([1., 0., 2.])
    """
    m = mask_of("masked_scatter", mask)
    check_dtype("masked_scatter", input, source)
    shape = broadcast_shapes(raw(input).shape, m.shape)
    index = (np.broadcast_to(m, shape),)
    count = int(np.count_nonzero(index[0]))
    if count > raw(source).size:
        raise RuntimeError(
            f"masked_scatter: expected at least {count} elements in source, got {raw(source).size}"
        )
    part = rows.getitem(ravel(source), index=(slice(0, count),))
    return rows.replace(expand(input, shape), part, ways=(), index=index)
