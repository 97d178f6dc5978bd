"""Rows that move elements without changing them; the adjoint of each is another of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ..primitive import primitive
from .index import at, getitem

__all__ = ["concatenate", "flip", "mT", "pad", "permute", "reshape", "strided", "strided_add"]

Ints = tuple[int, ...]


def mT(x: Any) -> Any:
    """Swap the last two axes."""
    n = len(x.shape)
    return permute(x, axes=(*range(n - 2), n - 1, n - 2))


def inverse_order(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `axes`."""
    return tuple(sorted(range(len(axes)), key=axes.__getitem__))


def concatenate_vjps(g: Any, out: Any, *xs: Any, needs: Any, axis: int, sizes: tuple[int, ...]) -> Any:
    """Each input's slice of g."""
    ends = accumulate(sizes)
    return [
        getitem(g, index=at(axis, slice(end - n, end))) if need else None
        for n, end, need in zip(sizes, ends, needs)
    ]


def pad_inside(shape: tuple[int, ...], widths: tuple[tuple[int, int], ...]) -> tuple[slice, ...]:
    """Where the input lies in the padded array."""
    return tuple(slice(before, before + n) for n, (before, _) in zip(shape, widths))


def pad_forward(x: Any, widths: tuple[tuple[int, int], ...], value: float) -> Any:
    """x with `value` around it, so many before and after along each axis."""
    out = np.full([n + before + after for n, (before, after) in zip(x.shape, widths)], value, x.dtype)
    out[pad_inside(x.shape, widths)] = x
    return out


def strided_forward(x: Any, shape: Ints, start: Ints, steps: tuple[Ints, ...]) -> Any:
    """out[i, j, ...] = x[start + i * steps[0] + j * steps[1] + ...], with no copy."""
    corner = x[(*(slice(k, None) for k in start), ...)]
    strides = [sum(s * t for s, t in zip(x.strides, step)) for step in steps]
    return np.lib.stride_tricks.as_strided(corner, shape, strides, writeable=not meets(shape, strides))


def meets(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether strides may lead to one element by two ways."""
    reach = 0
    for step, n in sorted((abs(s), n) for s, n in zip(strides, shape) if n > 1):
        if step <= reach:
            return True
        reach += step * (n - 1)
    return False


def strided_add_forward(y: Any, shape: Ints, start: Ints, steps: tuple[Ints, ...]) -> Any:
    """Zeros of `shape` with y added where `strided` would look; one by one along short axes where places meet."""
    out = np.zeros(shape, y.dtype)
    axes = sorted(range(y.ndim), key=lambda k: int(y.shape[k]))
    y, steps = y.transpose(axes), tuple(steps[k] for k in axes)
    strides = [sum(s * t for s, t in zip(out.strides, step)) for step in steps]
    singly = next(k for k in range(y.ndim + 1) if not meets(y.shape[k:], strides[k:]))
    for i in np.ndindex(y.shape[:singly]):
        first = tuple(k + sum(n * step[axis] for n, step in zip(i, steps)) for axis, k in enumerate(start))
        seen = strided_forward(out, y.shape[singly:], first, steps[singly:])
        seen += y[i]
    return out


# fmt: off
reshape = primitive("reshape", lambda x, shape: x.reshape(shape), lambda g, out, x, shape: reshape(g, shape=x.shape),
                    source="{0}.reshape({shape})", view=True)
permute = primitive("permute", lambda x, axes: x.transpose(axes), lambda g, out, x, axes: permute(g, axes=inverse_order(axes)),
                    source="{0}.transpose({axes})", view=True)
strided = primitive("strided", strided_forward,
                    lambda g, out, x, shape, start, steps: strided_add(g, shape=x.shape, start=start, steps=steps),
                    view=True)
strided_add = primitive("strided_add", strided_add_forward,
                        lambda g, out, y, shape, start, steps: strided(g, shape=y.shape, start=start, steps=steps))
flip = primitive("flip", lambda x, axis: np.flip(x, axis).copy(), lambda g, out, x, axis: flip(g, axis=axis), source="np.flip({0}, {axis})")
pad = primitive("pad", pad_forward,
                lambda g, out, x, widths, value: getitem(g, index=pad_inside(x.shape, widths)),
                source="np.pad({0}, {widths}, constant_values={value})")
concatenate = primitive("concatenate", lambda *xs, axis, sizes: np.concatenate(xs, axis), joint=concatenate_vjps,
                        source="np.concatenate([{args}], {axis})", symbol="cat")
# fmt: on
