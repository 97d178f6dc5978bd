"""Functions that rearrange elements, by view where PyTorch gives a view."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..ops import shape as rows
from ..ops.elementwise import astype
from ..ops.index import getitem
from ..ops.reduce import broadcast_to as broadcast_row
from ..ops.window import unfold as windows
from ..primitive import as_operand, cast, promoted_dtype, raw
from .dims import axes_of, axis_of, size_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "broadcast_shapes", "broadcast_tensors", "broadcast_to", "cat", "chunk", "clone", "concat", "concatenate",
    "contiguous", "expand", "flatten", "flip", "meshgrid", "moveaxis", "movedim", "permute", "ravel", "repeat",
    "repeat_interleave", "reshape", "roll", "split", "squeeze", "stack", "swapaxes", "swapdims", "t", "tile",
    "transpose", "unbind", "unflatten", "unfold", "unsqueeze", "view",
]  # fmt: skip

Ints = builtins.int | Sequence[builtins.int]


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The elements in another shape, of which one size may be -1; a view where strides allow it."""
    return rows.reshape(input, shape=_sizes("reshape", raw(input), size_of(shape)))


def _sizes(op: str, a: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    if shape.count(-1) > 1:
        raise RuntimeError(f"{op}: only one dimension can be inferred, got {list(shape)}")
    if builtins.any(n < -1 for n in shape):
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


def view(input: Tensor, *shape: Any) -> Tensor:
    """The elements in another shape, sharing memory. Raises RuntimeError where strides do not allow it."""
    a = raw(input)
    sizes = _sizes("view", a, size_of(shape))
    out = rows.reshape(input, shape=sizes)
    if a.size and not np.may_share_memory(raw(out), a):
        raise RuntimeError(
            f"view: size {list(sizes)} is not compatible with input tensor's size {list(a.shape)} and strides; "
            "use reshape() or contiguous() first"
        )
    return out


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from start_dim to end_dim made one."""
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
    """One dimension split into several, of which one size may be -1."""
    shape = raw(input).shape
    axis = axis_of(dim, len(shape))
    known = math.prod(n for n in sizes if n != -1)
    inner = [shape[axis] // builtins.max(known, 1) if n == -1 else n for n in sizes]
    if math.prod(inner) != shape[axis]:
        raise RuntimeError(
            f"unflatten: provided sizes {list(sizes)} don't multiply up to the size of dim {dim} ({shape[axis]})"
        )
    return rows.reshape(input, shape=(*shape[:axis], *inner, *shape[axis + 1 :]))


def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension."""
    return rows.reshape(input, shape=(raw(input).size,))


def squeeze(input: Tensor, dim: Ints | None = None) -> Tensor:
    """Without the dimensions of size 1, or without those of `dim` that are."""
    shape = raw(input).shape
    gone = {k for k in axes_of(dim, len(shape)) if shape[k] == 1} if dim != () else set()
    return rows.reshape(input, shape=tuple(n for k, n in enumerate(shape) if k not in gone))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a dimension of size 1 put in at `dim`."""
    shape = raw(input).shape
    axis = axis_of(dim, len(shape) + 1)
    return rows.reshape(input, shape=(*shape[:axis], 1, *shape[axis:]))


def permute(input: Tensor, *dims: Any) -> Tensor:
    """The dimensions in another order."""
    order = size_of(dims)
    n = raw(input).ndim
    axes = tuple(axis_of(d, n) for d in order)
    if len(axes) != n:
        raise RuntimeError(f"permute: expected an order of {n} dimensions, got {list(order)}")
    axes_of(axes, n)
    return rows.permute(input, axes=axes)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions swapped."""
    axes = list(range(raw(input).ndim))
    a, b = axis_of(dim0, len(axes)), axis_of(dim1, len(axes))
    if axes:
        axes[a], axes[b] = b, a
    return rows.permute(input, axes=tuple(axes))


swapaxes = swapdims = transpose


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; what has fewer dimensions stays. Raises RuntimeError for more."""
    n = raw(input).ndim
    if n > 2:
        raise RuntimeError(
            f"t: expected a tensor with <= 2 dimensions, got {n}; use mT or transpose(-2, -1)"
        )
    return rows.permute(input, axes=tuple(reversed(range(n))))


def movedim(input: Tensor, source: Ints, destination: Ints) -> Tensor:
    """Dimensions moved to other places, the rest in order."""
    n = raw(input).ndim
    pairs = [
        [axis_of(d, n) for d in ([dims] if isinstance(dims, int) else dims)]
        for dims in (source, destination)
    ]
    if len(pairs[0]) != len(pairs[1]):
        raise RuntimeError(
            f"movedim: expected as many sources as destinations, got {source} and {destination}"
        )
    rest = iter(k for k in range(n) if k not in pairs[0])
    placed = dict(zip(pairs[1], pairs[0]))
    return rows.permute(
        input, axes=tuple(placed[k] if k in placed else next(rest) for k in range(n))
    )


moveaxis = movedim


def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Dimensions of size 1 repeated without copying; -1 keeps a size, new ones come first."""
    shape, wanted = raw(input).shape, size_of(sizes)
    lead = len(wanted) - len(shape)
    if lead < 0:
        raise RuntimeError(
            f"expand: expected at least {len(shape)} sizes for shape {list(shape)}, got {list(wanted)}"
        )
    full = tuple(shape[k - lead] if n == -1 and k >= lead else n for k, n in enumerate(wanted))
    for k, n in enumerate(shape):
        if n != 1 and full[lead + k] != n:
            raise RuntimeError(
                f"expand: the expanded size ({full[lead + k]}) must match the existing size ({n}) at non-singleton "
                f"dimension {lead + k}; target sizes: {list(wanted)}, tensor sizes: {list(shape)}"
            )
    if builtins.any(n < 0 for n in full):
        raise RuntimeError(
            f"expand: -1 is not allowed in a leading, non-existing dimension, got {list(wanted)}"
        )
    return broadcast_row(input, shape=full)


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """The same as `expand`."""
    return expand(input, tuple(size))


def repeat(input: Tensor, *sizes: Any) -> Tensor:
    """Copies laid side by side, so many along each dimension; new dimensions come first."""
    times, shape = size_of(sizes), raw(input).shape
    if len(times) < len(shape):
        raise RuntimeError(
            f"repeat: expected at least {len(shape)} numbers for shape {list(shape)}, got {list(times)}"
        )
    shape = (1,) * (len(times) - len(shape)) + shape
    spread = rows.reshape(input, shape=tuple(n for size in shape for n in (1, size)))
    full = broadcast_row(spread, shape=tuple(n for pair in zip(times, shape) for n in pair))
    return clone(rows.reshape(full, shape=tuple(a * b for a, b in zip(times, shape))))


def tile(input: Tensor, *dims: Any) -> Tensor:
    """Copies laid side by side; missing leading numbers are 1."""
    times = size_of(dims)
    return repeat(input, (1,) * (raw(input).ndim - len(times)) + times)


def repeat_interleave(input: Tensor, repeats: Any, dim: int | None = None) -> Tensor:
    """Each element (or slice along `dim`) repeated in place, all alike or each its own number of times."""
    x = ravel(input) if dim is None else input
    axis = axis_of(0 if dim is None else dim, raw(x).ndim)
    index = np.repeat(np.arange(raw(x).shape[axis]), raw(repeats))
    return getitem(x, index=(*(slice(None),) * axis, index))


def clone(input: Tensor) -> Tensor:
    """A copy with memory of its own, in the graph."""
    dtype = raw(input).dtype
    return astype(input, dtype=dtype, origin=dtype)


def contiguous(input: Tensor) -> Tensor:
    """The Tensor itself if its elements lie in order, else a copy where they do."""
    if raw(input).flags.c_contiguous:
        return input
    copied = clone(input)
    copied.array = np.ascontiguousarray(copied.array)
    return copied


# ---- several Tensors ------------------------------------------------------------------------------
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors joined along an existing dimension, brought to one dtype."""
    operands = [as_operand(x) for x in tensors]
    if not operands:
        raise RuntimeError("cat: expected a non-empty list of tensors")
    dtype = promoted_dtype(operands)
    xs = [cast(x, dtype) for x in operands]
    if builtins.any(not raw(x).ndim for x in xs):
        raise RuntimeError("cat: zero-dimensional tensor cannot be concatenated; use stack()")
    xs = [x for x in xs if raw(x).shape != (0,)] or xs[:1]
    shapes = [raw(x).shape for x in xs]
    axis = axis_of(dim, len(shapes[0]))
    for k, shape in enumerate(shapes):
        if shape[:axis] + shape[axis + 1 :] != shapes[0][:axis] + shapes[0][axis + 1 :] or len(
            shape
        ) != len(shapes[0]):
            raise RuntimeError(
                f"cat: Sizes of tensors must match except in dimension {axis}: expected like {list(shapes[0])}, "
                f"got {list(shape)} for tensor number {k} in the list"
            )
    return rows.concatenate(*xs, axis=axis, sizes=tuple(shape[axis] for shape in shapes))


concat = concatenate = cat


def stack(tensors: Sequence[Any], dim: int = 0) -> Tensor:
    """Tensors of one shape (or Values) laid along a new dimension."""
    if not len(tensors):
        raise RuntimeError("stack: expected a non-empty list of tensors")
    if all(isinstance(x, made.Value) for x in tensors):
        dtype = promoted_dtype(tensors)
        tensors = [cast(x, dtype) for x in tensors]
    shapes = [tuple(raw(x).shape) for x in tensors]
    for k, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise RuntimeError(
                f"stack: expects each tensor to be equal size, but got {list(shapes[0])} "
                f"at entry 0 and {list(shape)} at entry {k}"
            )
    axis_of(dim, len(shapes[0]) + 1)
    return cat([unsqueeze(x, dim) for x in tensors], axis_of(dim, len(shapes[0]) + 1))


def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of a given length along `dim` (the last may be shorter), or of the given lengths."""
    axis = axis_of(dim, raw(tensor).ndim)
    n = raw(tensor).shape[axis] if raw(tensor).ndim else 0
    sizes = split_size_or_sections
    if isinstance(sizes, int):
        if sizes <= 0 and n:
            raise RuntimeError(f"split: expected a positive split_size, got {sizes}")
        sizes = [builtins.min(sizes, n - k) for k in range(0, n, builtins.max(sizes, 1))] or [0]
    elif builtins.sum(sizes) != n:
        raise RuntimeError(
            f"split: expected sizes that sum to {n}, the size of dimension {dim}, got {list(sizes)}"
        )
    lead, starts = (slice(None),) * axis, np.cumsum([0, *sizes]).tolist()
    return tuple(
        getitem(tensor, index=(*lead, slice(a, b), ...)) for a, b in zip(starts, starts[1:])
    )


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal length along `dim`, the last perhaps shorter."""
    if chunks <= 0:
        raise RuntimeError(f"chunk: expects `chunks` to be greater than 0, got: {chunks}")
    n = raw(input).shape[axis_of(dim, raw(input).ndim)]
    return split(input, builtins.max(-(-n // chunks), 1), dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The views at each position along `dim`."""
    axis = axis_of(dim, raw(input).ndim)
    if not raw(input).ndim:
        raise IndexError("unbind: dimension specified as 0 but tensor has no dimensions")
    lead = (slice(None),) * axis
    return tuple(getitem(input, index=(*lead, k, ...)) for k in range(raw(input).shape[axis]))


def flip(input: Tensor, *dims: Any) -> Tensor:
    """A copy with the order along some dimensions reversed."""
    order = size_of(dims)
    return rows.flip(input, axis=axes_of(order, raw(input).ndim) if order else ())


def roll(input: Tensor, shifts: Ints, dims: Ints | None = None) -> Tensor:
    """A copy shifted along dimensions, what falls off one end put back at the other."""
    if dims is None:
        return rows.reshape(roll(ravel(input), shifts, 0), shape=raw(input).shape)
    shifts, dims = ([x] if isinstance(x, int) else list(x) for x in (shifts, dims))
    if len(shifts) != len(dims):
        raise RuntimeError(
            f"roll: shifts and dimensions must align, got {len(shifts)} and {len(dims)}"
        )
    out = input
    for shift, dim in zip(shifts, dims):
        axis = axis_of(dim, raw(input).ndim)
        n = raw(input).shape[axis]
        index = (np.arange(n) - shift) % builtins.max(n, 1)
        out = getitem(out, index=(*(slice(None),) * axis, index))
    return out


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Each 1-d tensor spread over the grid of all; "xy" swaps the first two dimensions."""
    xs = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    sizes = [raw(x).size for x in xs]
    spread = [
        broadcast_row(
            rows.reshape(x, shape=tuple(n if i == k else 1 for i, n in enumerate(sizes))),
            shape=tuple(sizes),
        )
        for k, x in enumerate(xs)
    ]
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f"meshgrid: expected indexing 'ij' or 'xy', got {indexing!r}")
    return (
        tuple(transpose(x, 0, 1) for x in spread)
        if indexing == "xy" and len(xs) > 1
        else tuple(spread)
    )


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """All expanded to their common shape."""
    shape = broadcast_shapes(*(raw(x).shape for x in tensors))
    return tuple(broadcast_row(x, shape=shape) for x in tensors)


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The common shape. Raises RuntimeError where there is none."""
    try:
        return np.broadcast_shapes(*(tuple(s) if not isinstance(s, int) else (s,) for s in shapes))
    except ValueError:
        raise RuntimeError(
            f"broadcast_shapes: shape mismatch: {[list(s) for s in shapes]} cannot be broadcast to one shape"
        ) from None


def constant_pad(input: Tensor, pad: Sequence[int], value: float = 0.0) -> Tensor:
    """`value` put around (or, by negative numbers, elements cut off), pairs from the last dimension back."""
    n = raw(input).ndim
    if len(pad) % 2 or len(pad) > 2 * n:
        raise RuntimeError(
            f"pad: expected an even count of at most {2 * n} paddings, got {list(pad)}"
        )
    pairs = [(0, 0)] * (n - len(pad) // 2) + [
        (pad[k], pad[k + 1]) for k in range(len(pad) - 2, -1, -2)
    ]
    if builtins.any(p < 0 for pair in pairs for p in pair):
        cut = tuple(
            slice(builtins.max(-a, 0), size - builtins.max(-b, 0))
            for (a, b), size in zip(pairs, raw(input).shape)
        )
        input = getitem(input, index=cut)
    return rows.pad(
        input, widths=tuple((builtins.max(a, 0), builtins.max(b, 0)) for a, b in pairs), value=value
    )


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of a size, a step apart, along a dimension: a view with the windows in a new last dimension."""
    axis, n = axis_of(dimension, raw(input).ndim), raw(input).ndim
    length = raw(input).shape[axis] if n else 1
    if size > length or step <= 0:
        raise RuntimeError(
            f"unfold: maximum size for tensor at dimension {dimension} is {length} and "
            f"step > 0, got size {size}, step {step}"
        )
    last = movedim(input, axis, -1)
    return movedim(windows(last, size=(size,), stride=(step,), dilation=(1,)), -2, axis)
