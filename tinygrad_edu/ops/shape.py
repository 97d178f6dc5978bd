"""Rows that move elements without changing them; the adjoint of each is another of them."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from ..primitive import primitive
from .index import getitem

__all__ = ["concatenate", "flip", "mT", "pad", "permute", "reshape"]


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
    lead = (slice(None),) * axis
    return [
        getitem(g, index=(*lead, slice(end - n, end), ...)) if need else None
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


# fmt: off
reshape = primitive("reshape", lambda x, shape: x.reshape(shape), lambda g, out, x, shape: reshape(g, shape=x.shape),
                    source="{0}.reshape({shape})", view=True)
permute = primitive("permute", lambda x, axes: x.transpose(axes), lambda g, out, x, axes: permute(g, axes=inverse_order(axes)),
                    source="{0}.transpose({axes})", view=True)
flip = primitive("flip", lambda x, axis: np.flip(x, axis).copy(), lambda g, out, x, axis: flip(g, axis=axis), source="np.flip({0}, {axis})")
pad = primitive("pad", pad_forward,
                lambda g, out, x, widths, value: getitem(g, index=pad_inside(x.shape, widths)),
                source="np.pad({0}, {widths}, constant_values={value})")
concatenate = primitive("concatenate", lambda *xs, axis, sizes: np.concatenate(xs, axis), joint=concatenate_vjps,
                        source="np.concatenate([{args}], {axis})", symbol="cat")
# fmt: on
