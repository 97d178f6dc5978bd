"""Sliding windows over the last axes and their adjoint: what convolution and pooling are made of."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from ..primitive import primitive

Sizes = tuple[int, ...]


def unfold_forward(x: Any, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """(..., *L) -> (..., *out, *size): a window of each position, with no copy."""
    lead, step = x.shape[: x.ndim - len(size)], x.strides[x.ndim - len(size) :]
    counts = window_counts(x.shape[len(lead) :], size, stride, dilation)
    return np.lib.stride_tricks.as_strided(
        x,
        (*lead, *counts, *size),
        (*x.strides[: len(lead)], *(s * t for s, t in zip(step, stride)), *(s * d for s, d in zip(step, dilation))),
        writeable=False,
    )


def window_counts(length: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Sizes:
    """How many windows fit along each axis."""
    return tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(length, size, stride, dilation))


def fold_forward(y: Any, length: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """(..., *out, *size) -> (..., *length): each window added back where it was taken."""
    d = len(size)
    lead, counts = y.shape[: y.ndim - 2 * d], y.shape[y.ndim - 2 * d : y.ndim - d]
    out = np.zeros((*lead, *length), y.dtype)
    for tap in product(*map(range, size)):
        place = tuple(slice(t * dl, t * dl + s * (n - 1) + 1, s) for t, dl, s, n in zip(tap, dilation, stride, counts))
        into: Any = (..., *place)
        out[into] += y[(..., *tap)]
    return out


# fmt: off
unfold = primitive("unfold", unfold_forward,
                   lambda g, out, x, size, stride, dilation:
                       fold(g, length=x.shape[len(x.shape) - len(size):], size=size, stride=stride, dilation=dilation), view=True)
fold = primitive("fold", fold_forward,
                 lambda g, out, y, length, size, stride, dilation: unfold(g, size=size, stride=stride, dilation=dilation))
# fmt: on
