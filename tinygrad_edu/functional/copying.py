"""Functions that lay elements out anew: turned, shifted, repeated, with others around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops import shape as rows
from ..ops.elementwise import astype
from ..ops.index import at, getitem
from ..ops.reduce import broadcast_to as broadcast_row
from ..primitive import raw, wrap
from .dims import axes_of, axis_of, numpy_names, size_of
from .shaping import Ints, transpose

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "clone", "constant_pad_nd", "contiguous", "flip", "fliplr", "flipud", "ravel", "repeat", "repeat_interleave",
    "roll", "rot90", "tile",
]  # fmt: skip


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with memory of its own, in the graph; its dimensions lie in memory as those of the input.

    Difference from PyTorch: `memory_format` has no effect.

    >>> x = te.tensor([1.0, 2.0], requires_grad=True)
    >>> x.clone().sum().backward(); x.grad
    tensor([1., 1.])
    """
    a = raw(input)
    copied = astype(input, dtype=a.dtype, origin=a.dtype)
    if 0 in a.strides:  # expanded: no order to keep
        copied.array = np.ascontiguousarray(copied.array)
    return copied


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """The Tensor itself if its elements lie in order, else a copy where they do.

    Difference from PyTorch: `memory_format` has no effect.

    >>> te.ones(2, 3).t().contiguous().stride()
    (2, 1)
    """
    if raw(input).flags.c_contiguous:
        return input
    copied = clone(input)
    copied.array = np.ascontiguousarray(copied.array)
    return copied


def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension, in order: a view if they lie so.

    >>> te.ravel(te.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return rows.reshape(contiguous(input), shape=(raw(input).size,))


# ---- turned and shifted -------------------------------------------------------------------------
def flip(input: Tensor, dims: Ints, *more: int) -> Tensor:
    """A copy with the order along some dimensions reversed.

    >>> te.flip(te.tensor([[1, 2], [3, 4]]), (0, 1))
    tensor([[4, 3],
            [2, 1]])
    """
    order = size_of((dims, *more))
    return rows.flip(input, axis=axes_of(order, raw(input).ndim) if order else ())


def fliplr(input: Tensor) -> Tensor:
    """A copy with the columns in reverse order.

    >>> te.fliplr(te.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if raw(input).ndim < 2:
        raise RuntimeError(f"fliplr: expected at least 2 dimensions, got {raw(input).ndim}")
    return rows.flip(input, axis=(1,))


def flipud(input: Tensor) -> Tensor:
    """A copy with the rows in reverse order.

    >>> te.flipud(te.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if raw(input).ndim < 1:
        raise RuntimeError("flipud: expected at least 1 dimension, got 0")
    return rows.flip(input, axis=(0,))


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """A copy turned by k right angles, from the first of two dimensions towards the second.

    >>> te.rot90(te.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    n = raw(input).ndim
    if len(dims) != 2 or n < 2:
        raise RuntimeError(f"rot90: expected 2 dims of at least 2 dimensions, got {dims} of {n}")
    first, second = axis_of(dims[0], n), axis_of(dims[1], n)
    if first == second:
        raise RuntimeError(f"rot90: expected two different dimensions, got {dims}")
    turned = (), (second,), (first, second), (first,)
    out = rows.flip(input, axis=turned[k % 4])
    return transpose(out, first, second) if k % 2 else out


def roll(input: Tensor, shifts: Ints, dims: Ints | None = None) -> Tensor:
    """A copy shifted along dimensions, what falls off one end put back at the other.

    >>> te.roll(te.tensor([1, 2, 3, 4]), 1)
    tensor([4, 1, 2, 3])
    """
    if dims is None:
        return rows.reshape(roll(ravel(input), shifts, 0), shape=raw(input).shape)
    shifts, dims = ([x] if isinstance(x, int) else list(x) for x in (shifts, dims))
    if len(shifts) != len(dims) or not dims:
        raise RuntimeError(
            f"roll: shifts and dimensions must align, got {len(shifts)} and {len(dims)}"
        )
    out = input
    for shift, dim in zip(shifts, dims):
        axis = axis_of(dim, raw(input).ndim)
        n = raw(input).shape[axis]
        index = (np.arange(n) - shift) % max(n, 1)
        out = getitem(out, index=at(axis, index))
    return out


# ---- repeated -----------------------------------------------------------------------------------
def repeat(input: Tensor, repeats: Ints, *more: int) -> Tensor:
    """Copies laid side by side, so many along each dimension; new dimensions come first.

    >>> te.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times, shape = size_of((repeats, *more)), raw(input).shape
    if len(times) < len(shape):
        raise RuntimeError(
            f"repeat: expected at least {len(shape)} numbers for shape {list(shape)}, got {list(times)}"
        )
    shape = (1,) * (len(times) - len(shape)) + shape
    spread = rows.reshape(input, shape=tuple(n for size in shape for n in (1, size)))
    full = broadcast_row(spread, shape=tuple(n for pair in zip(times, shape) for n in pair))
    out = rows.reshape(full, shape=tuple(a * b for a, b in zip(times, shape)))
    return out if out._view is None else clone(out)


def tile(input: Tensor, dims: Ints, *more: int) -> Tensor:
    """Copies laid side by side; missing leading numbers are 1.

    >>> te.tile(te.tensor([1, 2]), (2,))
    tensor([1, 2, 1, 2])
    """
    times = size_of((dims, *more))
    return repeat(input, (1,) * (raw(input).ndim - len(times)) + times)


@numpy_names
def repeat_interleave(
    input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element (or slice along `dim`) repeated in place, all alike or each its own number of times.

    Of `repeats` alone, the positions 0, 1, ... repeated so often. `output_size`, if given, must be the
    resulting length.

    >>> te.repeat_interleave(te.tensor([1, 2]), te.tensor([1, 3]))
    tensor([1, 2, 2, 2])
    """
    if repeats is None:
        n = len(raw(input))
        return repeat_interleave(wrap(np.arange(n)), input, 0, output_size=output_size)
    x = ravel(input) if dim is None else input
    axis = axis_of(0 if dim is None else dim, raw(x).ndim)
    index = np.repeat(np.arange(raw(x).shape[axis]), raw(repeats))
    if output_size is not None and output_size != len(index):
        raise RuntimeError(
            f"repeat_interleave: expected output_size {len(index)}, the sum of the repeats, got {output_size}"
        )
    return getitem(x, index=at(axis, index))


def constant_pad_nd(input: Tensor, pad: Sequence[int], value: float = 0) -> Tensor:
    """`value` put around (or, by negative numbers, elements cut off), pairs from the last dimension back.

    >>> te.constant_pad_nd(te.tensor([1, 2, 3]), (1, -1), 9)
    tensor([9, 1, 2])
    """
    n = raw(input).ndim
    if len(pad) % 2 or len(pad) > 2 * n:
        raise RuntimeError(
            f"pad: expected an even count of at most {2 * n} paddings, got {list(pad)}"
        )
    pairs = [(0, 0)] * (n - len(pad) // 2) + [
        (pad[k], pad[k + 1]) for k in range(len(pad) - 2, -1, -2)
    ]
    if any(p < 0 for pair in pairs for p in pair):
        cut = tuple(
            slice(max(-a, 0), size - max(-b, 0)) for (a, b), size in zip(pairs, raw(input).shape)
        )
        input = getitem(input, index=cut)
    return rows.pad(input, widths=tuple((max(a, 0), max(b, 0)) for a, b in pairs), value=value)
