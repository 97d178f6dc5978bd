"""Functions that look at the same elements in another shape or order: views, as far as strides allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import as_numpy, dtype, int64
from ..graph import Leaf
from ..ops import shape as rows
from ..ops.reduce import broadcast_to as broadcast_row, sum_to
from ..primitive import raw, wrap
from ..promotion import cast
from .dims import axes_of, axis_of, numpy_names, size_of

if TYPE_CHECKING:
    from ..methods.facts import Size
    from ..tensor import Tensor

__all__ = [
    "adjoint", "as_strided", "broadcast_shapes", "broadcast_tensors", "broadcast_to", "expand", "flatten",
    "moveaxis", "movedim", "permute", "reshape", "squeeze", "swapaxes", "swapdims", "t", "transpose",
    "unflatten", "unfold", "unsqueeze", "view",
]  # fmt: skip

Ints = int | Sequence[int]


def reshape(input: Tensor, shape: Ints, *more: int) -> Tensor:
    """The elements in another shape, of which one size may be -1; a view where strides allow it.

    >>> te.reshape(te.arange(4), (2, -1))
    tensor([[0, 1],
            [2, 3]])
    """
    return rows.reshape(input, shape=_sizes("reshape", raw(input), size_of((shape, *more))))


def _sizes(op: str, a: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    if shape.count(-1) > 1:
        raise RuntimeError(f"{op}: only one dimension can be inferred, got {list(shape)}")
    if any(n < -1 for n in shape):
        raise RuntimeError(
            f"{op}: invalid shape dimension, got {list(shape)}; sizes are -1 or more"
        )
    known = math.prod(n for n in shape if n != -1)
    if -1 in shape:
        if not known and not a.size:
            raise RuntimeError(
                f"{op}: cannot reshape tensor of 0 elements into shape {list(shape)}: -1 can be any value"
            )
        if known and a.size % known == 0:
            return tuple(a.size // known if n == -1 else n for n in shape)
    elif known == a.size:
        return shape
    raise RuntimeError(
        f"{op}: shape '{list(shape)}' is invalid for input of size {a.size} (shape {list(a.shape)})"
    )


def view(input: Tensor, size: Ints | dtype, *more: int) -> Tensor:
    """The elements in another shape, or the bytes as another dtype (without gradient), sharing memory.

    Raises RuntimeError where strides do not allow it.

    >>> x = te.arange(4)
    >>> x.view(2, 2)[0, 0] = 9; x
    tensor([9, 1, 2, 3])
    """
    a = raw(input)
    if isinstance(size, (dtype, type)):
        return _bytes_as(a, as_numpy(size))
    sizes = _sizes("view", a, size_of((size, *more)))
    out = rows.reshape(input, shape=sizes)
    if out._view is None and a.size:
        if input._view is not None:
            raise RuntimeError(
                f"view: size {list(sizes)} is not compatible with input tensor's size {list(a.shape)} and strides; "
                "use reshape() or contiguous() first"
            )
        input.data = wrap(np.ascontiguousarray(a))  # its memory order was a convolution's choice
        out = rows.reshape(input, shape=sizes)
    return out


def _bytes_as(a: Any, kind: np.dtype[Any]) -> Tensor:
    try:
        return wrap(a.view(kind))
    except ValueError as error:
        raise RuntimeError(
            f"view: expected a shape and strides whose last dimension can be read as {kind}, "
            f"got {list(a.shape)} of {a.dtype} ({error})"
        ) from None


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from start_dim to end_dim made one.

    >>> te.flatten(te.zeros(2, 3, 4), start_dim=1).shape
    tinygrad_edu.Size([2, 12])
    """
    shape = raw(input).shape
    start, end = axis_of(start_dim, len(shape)), axis_of(end_dim, len(shape))
    if start > end:
        raise RuntimeError(f"flatten: expected start_dim <= end_dim, got {start_dim} and {end_dim}")
    if not shape:
        return rows.reshape(input, shape=(1,))
    if start == end:
        return input
    return rows.reshape(
        input, shape=(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])
    )


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """One dimension split into several, of which one size may be -1.

    >>> te.unflatten(te.zeros(6), 0, (2, -1)).shape
    tinygrad_edu.Size([2, 3])
    """
    shape = raw(input).shape
    axis = axis_of(dim, len(shape))
    known = math.prod(n for n in sizes if n != -1)
    inner = [shape[axis] // max(known, 1) if n == -1 else n for n in sizes]
    if math.prod(inner) != shape[axis]:
        raise RuntimeError(
            f"unflatten: provided sizes {list(sizes)} don't multiply up to the size of dim {dim} ({shape[axis]})"
        )
    return rows.reshape(input, shape=(*shape[:axis], *inner, *shape[axis + 1 :]))


@numpy_names
def squeeze(input: Tensor, dim: Ints | None = None) -> Tensor:
    """Without the dimensions of size 1, or without those of `dim` that are.

    >>> te.squeeze(te.zeros(1, 3, 1)).shape
    tinygrad_edu.Size([3])
    """
    shape = raw(input).shape
    gone = {k for k in axes_of(dim, len(shape)) if shape[k] == 1} if dim != () else set()
    return rows.reshape(input, shape=tuple(n for k, n in enumerate(shape) if k not in gone))


@numpy_names
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a dimension of size 1 put in at `dim`.

    >>> te.unsqueeze(te.tensor([1, 2]), 1)
    tensor([[1],
            [2]])
    """
    shape = raw(input).shape
    axis = axis_of(dim, len(shape) + 1)
    return rows.reshape(input, shape=(*shape[:axis], 1, *shape[axis:]))


# ---- dimensions in another order ----------------------------------------------------------------
def permute(input: Tensor, dims: Ints, *more: int) -> Tensor:
    """The dimensions in another order.

    >>> te.permute(te.zeros(2, 3, 4), (2, 0, 1)).shape
    tinygrad_edu.Size([4, 2, 3])
    """
    order = size_of((dims, *more))
    n = raw(input).ndim
    axes = tuple(axis_of(d, n) for d in order)
    if len(axes) != n:
        raise RuntimeError(f"permute: expected an order of {n} dimensions, got {list(order)}")
    axes_of(axes, n)
    return rows.permute(input, axes=axes)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions swapped.

    >>> te.transpose(te.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([[1, 3],
            [2, 4]])
    """
    axes = list(range(raw(input).ndim))
    a, b = axis_of(dim0, len(axes)), axis_of(dim1, len(axes))
    if axes:
        axes[a], axes[b] = b, a
    return rows.permute(input, axes=tuple(axes))


swapaxes = swapdims = transpose


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; what has fewer dimensions stays. Raises RuntimeError for more.

    >>> te.t(te.tensor([[1, 2, 3]]))
    tensor([[1],
            [2],
            [3]])
    """
    n = raw(input).ndim
    if n > 2:
        raise RuntimeError(
            f"t: expected a tensor with <= 2 dimensions, got {n}; use mT or transpose(-2, -1)"
        )
    return rows.permute(input, axes=tuple(reversed(range(n))))


def adjoint(input: Tensor) -> Tensor:
    """The transposes of matrices: the last two dimensions swapped, real numbers being their own conjugates.

    >>> te.adjoint(te.zeros(2, 3, 4)).shape
    tinygrad_edu.Size([2, 4, 3])
    """
    if raw(input).ndim == 1:
        raise RuntimeError("adjoint: expected a matrix or a batch of matrices, got 1 dimension")
    return transpose(input, -2, -1) if raw(input).ndim else input


def movedim(input: Tensor, source: Ints, destination: Ints) -> Tensor:
    """Dimensions moved to other places, the rest in order.

    >>> te.movedim(te.zeros(2, 3, 4), 0, -1).shape
    tinygrad_edu.Size([3, 4, 2])
    """
    n = raw(input).ndim
    moved, places = (
        [axis_of(d, n) for d in ([dims] if isinstance(dims, int) else dims)]
        for dims in (source, destination)
    )
    if len(moved) != len(places):
        raise RuntimeError(
            f"movedim: expected as many sources as destinations, got {source} and {destination}"
        )
    for dims in moved, places:
        axes_of(dims, n)  # none twice
    rest = iter(k for k in range(n) if k not in moved)
    placed = dict(zip(places, moved))
    axes = tuple(placed[k] if k in placed else next(rest) for k in range(n))
    return rows.permute(input, axes=axes)


moveaxis = movedim


# ---- one element in many places -----------------------------------------------------------------
def expand(input: Tensor, size: Ints, *more: int, implicit: bool = False) -> Tensor:
    """Dimensions of size 1 repeated without copying; -1 keeps a size, new ones come first.

    >>> te.tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    shape, wanted = raw(input).shape, size_of((size, *more))
    lead = len(wanted) - len(shape)
    if lead < 0:
        raise RuntimeError(
            f"expand: expected at least {len(shape)} sizes for shape {list(shape)}, got {list(wanted)}"
        )
    full = list(wanted)
    for k, n in enumerate(shape, lead):
        if full[k] == -1:
            full[k] = n
        elif n not in (1, full[k]):
            raise RuntimeError(
                f"expand: the expanded size of the tensor ({full[k]}) must match the existing size ({n}) "
                f"at non-singleton dimension {k}"
            )
    if min(full, default=0) < 0:
        raise RuntimeError(f"expand: expected a size for each new dimension, got {list(wanted)}")
    return broadcast_row(input, shape=tuple(full))


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """The same as `expand`.

    >>> te.broadcast_to(te.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, size)


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """All expanded to their common shape.

    >>> [x.shape for x in te.broadcast_tensors(te.ones(3, 1), te.ones(2))]
    [tinygrad_edu.Size([3, 2]), tinygrad_edu.Size([3, 2])]
    """
    shape = broadcast_shapes(*(raw(x).shape for x in tensors))
    return tuple(broadcast_row(x, shape=shape) for x in tensors)


def broadcast_shapes(*shapes: Ints) -> Size:
    """The common shape. Raises RuntimeError where there is none.

    >>> te.broadcast_shapes((3, 1), (2,))
    tinygrad_edu.Size([3, 2])
    """
    try:
        shape = np.broadcast_shapes(*((s,) if isinstance(s, int) else tuple(s) for s in shapes))
        return wrap(np.broadcast_to(0, shape)).shape
    except ValueError:
        raise RuntimeError(
            f"broadcast_shapes: shape mismatch: {list(shapes)} cannot be broadcast to one shape"
        ) from None


def sum_to_size(input: Tensor, size: Ints, *more: int) -> Tensor:
    """The sum over the dimensions along which `size` would be expanded to the shape of the input."""
    shape, wanted = raw(input).shape, size_of((size, *more))
    kept = shape[len(shape) - len(wanted) :]
    if len(wanted) > len(shape) or any(n not in (1, m) for n, m in zip(wanted, kept)):
        raise RuntimeError(
            f"sum_to_size: size {list(wanted)} is not expandable to size {list(shape)}"
        )
    if (wanted != shape or not shape) and raw(input).dtype.kind in "biu":
        input = cast(input, int64.numpy)
    out: Tensor = sum_to(input, wanted)
    return out


# ---- windows on memory --------------------------------------------------------------------------
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of a size, a step apart, along a dimension: a view with the windows in a new last dimension.

    >>> te.arange(4).unfold(0, 2, 1)
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    x = input if raw(input).ndim else flatten(input)
    shape, n = raw(x).shape, raw(x).ndim
    axis = axis_of(dimension, n)
    if not 0 <= size <= shape[axis] or step <= 0:
        raise RuntimeError(
            f"unfold: maximum size for tensor at dimension {dimension} is {shape[axis]} and "
            f"step > 0, got size {size}, step {step}"
        )
    count = (shape[axis] - size) // step + 1
    along = [unit(k, n, step if k == axis else 1) for k in range(n)]
    counts = (*shape[:axis], count, *shape[axis + 1 :]) if raw(input).ndim else ()
    return rows.strided(
        x, shape=(*counts, size), start=(0,) * n, steps=(*along[: len(counts)], unit(axis, n))
    )


def unit(axis: int, ndim: int, step: int = 1) -> tuple[int, ...]:
    """A step along one axis and none along the others."""
    return tuple(step if k == axis else 0 for k in range(ndim))


def as_strided(
    input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A view of the memory that `input` or its base looks at, steps and offset counted in elements.

    The gradient of an element seen several times is the sum; to write there is an error.
    Raises RuntimeError for steps out of the memory, and where the memory has gaps.

    Difference from PyTorch: a tensor whose memory has gaps, such as every other column of a matrix, is
    refused, and so is memory outside of a leaf that requires grad.

    >>> te.as_strided(te.arange(4), (3, 2), (1, 1))
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    shape, steps = tuple(size), tuple(stride)
    if len(shape) != len(steps):
        raise RuntimeError(f"as_strided: mismatch in length of strides {steps} and shape {shape}")
    own = input.storage_offset()
    start = own if storage_offset is None else storage_offset
    length = 1 + sum((n - 1) * s for n, s in zip(shape, steps)) if 0 not in shape else 0
    base = None if isinstance(input.node, Leaf) else input._base  # a leaf's gradient is its own
    for x, offset in (input, own), (base, 0):
        memory = None if x is None else _in_memory_order(x)
        if memory is not None and min(*shape, *steps, start - offset, 0) == 0:
            if start - offset + length <= raw(memory).size:
                return rows.strided(
                    memory, shape=shape, start=(start - offset,), steps=tuple((s,) for s in steps)
                )
    raise RuntimeError(
        f"as_strided: expected sizes and strides of 0 or more, within memory without gaps, got size {list(shape)}, "
        f"stride {list(steps)}, storage_offset {start} for a tensor of {raw(input).size} elements"
    )


def _in_memory_order(x: Tensor) -> Tensor | None:
    """The elements as they lie in memory; None if there are gaps between them."""
    a = raw(x)
    order = tuple(sorted(range(a.ndim), key=lambda k: -int(a.strides[k])))
    dense = a.transpose(order).flags.c_contiguous
    return flatten(rows.permute(x, axes=order)) if dense else None
