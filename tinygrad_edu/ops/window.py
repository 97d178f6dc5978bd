"""Sliding windows over the last axes, and what is taken of each: all of it, its sum or its maximum.

A *tap* is a place in the window: a slice of the array per tap has that element of every window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .index import scatter_add
from .reduce import broadcast_to
from .shape import reshape

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


def taps(x: Any, counts: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Iterator[Any]:
    """(..., *L) -> (..., *counts) for each tap, from the first to the last."""
    for tap in product(*map(range, size)):
        starts = [t * d for t, d in zip(tap, dilation)]
        yield x[(..., *(slice(a, a + s * (n - 1) + 1, s) for a, s, n in zip(starts, stride, counts)))]


def all_taps(x: Any, size: Sizes, stride: Sizes, dilation: Sizes) -> Iterator[Any]:
    """`taps` of as many windows as fit."""
    return taps(x, window_counts(x.shape[x.ndim - len(size) :], size, stride, dilation), size, stride, dilation)


def beside(x: Any, shape: Sizes, make: Any = np.zeros) -> Any:
    """Zeros, or what else `make` makes, of `shape`, the axes in memory in the order in which those of x are."""
    order = sorted(range(len(shape)), key=lambda k: -abs(x.strides[k]))
    return make([shape[k] for k in order], x.dtype).transpose(np.argsort(order))


def fold_forward(y: Any, length: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """(..., *out, *size) -> (..., *length): each window added back where it was taken."""
    d = len(size)
    out = beside(y, (*y.shape[: y.ndim - 2 * d], *length))
    for tap, into in zip(product(*map(range, size)), taps(out, y.shape[-2 * d : -d], size, stride, dilation)):
        into += y[(..., *tap)]
    return out


def batch_last(x: Any) -> Any:
    """x (N, C, H, *W) in the memory order of convolutions: (H, C, *W, N), or (C, L, N) for (N, C, L)."""
    if x.ndim < 3 or x.strides[0] == x.itemsize or len(x) == 1:
        return x
    order = (1, 2, 0) if x.ndim == 3 else (2, 1, *range(3, x.ndim), 0)
    return np.ascontiguousarray(x.transpose(order)).transpose(np.argsort(order))


# ---- means and maxima ----------------------------------------------------------------------------
def avg_pool_forward(x: Any, size: Sizes, stride: Sizes, divisor: float) -> Any:
    """(..., *L) -> (..., *out): the sum of each window, divided."""
    found = all_taps(x, size, stride, (1,) * len(size))
    out = next(found) + next(found, 0)
    for tap in found:
        out += tap
    if divisor != 1:
        out *= 1 / divisor
    return out


def avg_pool_vjp(g: Any, out: Any, x: Any, size: Sizes, stride: Sizes, divisor: float) -> Any:
    """g / divisor at every tap."""
    share = g / divisor
    share = batch_last(share) if isinstance(share, np.ndarray) else share
    each = broadcast_to(reshape(share, shape=(*g.shape, *(1,) * len(size))), shape=(*g.shape, *size))
    return fold(each, length=x.shape[len(x.shape) - len(size) :], size=size, stride=stride, dilation=(1,) * len(size))


def max_pool_forward(x: Any, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """(..., *L) -> (..., *out): the largest of each window; nan where there is one."""
    found = all_taps(x, size, stride, dilation)
    first = next(found)
    out = np.maximum(first, next(found, first))
    for tap in found:
        np.maximum(out, tap, out=out)
    return out


def max_pool_vjp(g: Any, out: Any, x: Any, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """g where the maximum was found first."""
    if not isinstance(g, np.ndarray):
        length = x.shape[len(x.shape) - len(size) :]
        index = argmax_of_windows(raw(x), regular_places(length, size, stride, dilation))
        return put_back(g, index, length)
    apart = all(s >= (k - 1) * d + 1 for k, s, d in zip(size, stride, dilation))
    tiled = size == stride and x.shape[-len(size) :] == tuple(n * k for n, k in zip(out.shape[-len(size) :], size))
    found, free = beside(x, x.shape, np.empty if tiled else np.zeros), np.ones_like(out, bool)
    if g.strides != out.strides:
        g, given = np.empty_like(out), g  # all in one memory order
        g[...] = given
    for tap, into in zip(all_taps(x, size, stride, dilation), all_taps(found, size, stride, dilation)):
        hit = tap == out
        hit &= free
        free ^= hit
        if apart:  # no element is in two windows
            np.multiply(g, hit, out=into)
        else:
            into += g * hit
    return found


def regular_places(length: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> list[Any]:
    """For each axis, (out, size): the places of the elements of each window."""
    counts = window_counts(length, size, stride, dilation)
    return [np.arange(n)[:, None] * s + np.arange(k) * d for n, k, s, d in zip(counts, size, stride, dilation)]


def argmax_of_windows(x: Any, places: list[Any]) -> Any:
    """(..., *L) -> (..., *out): where the first maximum of each window is, the axes L counted as one.

    `places` has for each axis an array (out, size), or one (..., out, size) per window of the axes before.
    """
    d = len(places)
    lead, length = x.shape[: x.ndim - d], x.shape[x.ndim - d :]
    flat: Any = 0
    for k, (place, n) in enumerate(zip(places, length)):
        *own, count, size = place.shape
        spread = [count if i == k else size if i == d + k else 1 for i in range(2 * d)]
        flat = flat * n + place.reshape(*own, *spread)
    windows = flat.reshape(*flat.shape[:-d], math.prod(flat.shape[-d:]))  # (..., *out, size)
    windows = np.broadcast_to(windows, (*lead, *windows.shape[-d - 1 :]))
    each = windows.reshape(*lead, math.prod(windows.shape[len(lead) :]))
    taken = np.take_along_axis(x.reshape(*lead, math.prod(length)), each, -1).reshape(windows.shape)
    return np.take_along_axis(windows, taken.argmax(-1)[..., None], -1)[..., 0]


def put_back(g: Any, index: Any, length: Sizes) -> Any:
    """(..., *out) -> (..., *L): each g added where `index` says, in zeros."""
    lead = g.shape[: len(g.shape) - len(length)]
    each = (*lead, math.prod(index.shape[len(lead) :]))
    flat = scatter_add(
        reshape(g, shape=each), axis=len(lead), index=index.reshape(each), shape=(*lead, math.prod(length))
    )
    return reshape(flat, shape=(*lead, *length))


# fmt: off
unfold = primitive(
    "unfold", unfold_forward,
    lambda g, out, x, size, stride, dilation:
        fold(g, length=x.shape[len(x.shape) - len(size):], size=size, stride=stride, dilation=dilation), view=True)
fold = primitive(
    "fold", fold_forward,
    lambda g, out, y, length, size, stride, dilation: unfold(g, size=size, stride=stride, dilation=dilation))
avg_pool = primitive("avg_pool", avg_pool_forward, avg_pool_vjp)
max_pool = primitive("max_pool", max_pool_forward, max_pool_vjp)
# fmt: on
