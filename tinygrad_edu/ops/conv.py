"""Convolution and the two convolutions that are its derivatives, in any number of dimensions.

In memory the activations (N, C, H, W) of a convolution lie as (H, C, W, N).  Windows along W are
copied out, as often as the kernel is wide; those along H then overlap as they stand: the matrix of all
windows of one output row is a view, and one product per row computes it.  What results lies in memory
as the input did, so no product is transposed, and the copies are of long runs.  Further dimensions
are as W; where the first cannot overlap so, a new one of size 1 takes its place.

`padding` has (before, after) for each dimension and leaves no remainder: the last window ends where
the padded input ends, so each of the three sizes follows from the others.  A negative `after` cuts off.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import primitive
from .reduce import sum
from .window import Sizes, batch_last, fold_forward, unfold_forward, window_counts

Pairs = tuple[tuple[int, int], ...]


def to_rows(x: Any, groups: int) -> Any:
    """(N, C, H, *W) -> (G, H, C/G, *W N)"""
    n, c, h, *w = x.shape
    rows = x.transpose(2, 1, *range(3, x.ndim), 0)
    return rows.reshape(h, groups, c // groups, math.prod(w) * n).swapaxes(0, 1)


def from_rows(rows: Any) -> Any:
    """(H, C, *W, N) -> (N, C, H, *W)"""
    return rows.transpose(rows.ndim - 1, 1, 0, *range(2, rows.ndim - 1))


def padded(x: Any, padding: Pairs) -> Any:
    """x (N, C, *S) with zeros around it, in the memory order of convolutions."""
    if any(after < 0 for _, after in padding):
        x = x[(..., *(slice(n + min(after, 0)) for n, (_, after) in zip(x.shape[2:], padding)))]
        padding = tuple((before, max(after, 0)) for before, after in padding)
    if not any(map(any, padding)):
        return batch_last(x)
    n, c, *sizes = x.shape
    h, *w = (before + m + after for m, (before, after) in zip(sizes, padding))
    out = from_rows(np.zeros((h, c, *w, n), x.dtype))
    out[(..., *(slice(before, before + m) for m, (before, _) in zip(sizes, padding)))] = x
    return out


def overlapping(rows: Any, size: int, stride: int) -> Any:
    """(G, H, m, n) -> (G, out, size m, n): each row with the following ones below it."""
    rows = np.ascontiguousarray(rows)
    groups, height, m, n = rows.shape
    group, row, column, item = rows.strides
    return np.lib.stride_tricks.as_strided(
        rows, (groups, (height - size) // stride + 1, size * m, n), (group, stride * row, column, item), writeable=False
    )


def windows(x: Any, size: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    """(N, C, *S) -> (G, out[0], size[0] C/G size[1:], out[1:] N): the matrix of each output row's windows."""
    taken = unfold_forward(padded(x, padding), size[1:], stride[1:], dilation[1:])
    n, c, h, *beside = taken.shape  # (N, C, H, *out[1:], *size[1:])
    d = len(beside) // 2
    taken = taken.transpose(1, 2, *range(3 + d, 3 + 2 * d), *range(3, 3 + d), 0)
    taken = taken.reshape(groups, c // groups, *taken.shape[1:]).swapaxes(1, 2)
    rows = np.ascontiguousarray(taken).reshape(groups, h, c // groups * math.prod(size[1:]), math.prod(beside[:d]) * n)
    return overlapping(rows, size[0], stride[0])


def with_first(forward: Any, x: Any, y: Any, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    """`forward` of arrays (N, C, *S) taken as (N, C, 1, *S)."""
    return forward(x[:, :, None], y[:, :, None], (1, *stride), ((0, 0), *padding), (1, *dilation), groups)[:, :, 0]


def correlate(x: Any, w: Any, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    """(N, C, *S) and (K, C/G, *size) -> (N, K, *out): the sum of each window times w."""
    if len(stride) == 1 or dilation[0] > 1:
        return with_first(correlate, x, w, stride, padding, dilation, groups)
    k, c, *size = w.shape
    matrices = windows(x, tuple(size), stride, padding, dilation, groups)
    kernel = w.reshape(groups, k // groups, c, *size).swapaxes(2, 3)
    h, n = matrices.shape[1], len(x)
    rows = np.empty((h, groups, k // groups, matrices.shape[3]), x.dtype)
    np.matmul(kernel.reshape(groups, 1, k // groups, -1), matrices, out=rows.swapaxes(0, 1))
    whole = tuple(m + before + after for m, (before, after) in zip(x.shape[3:], padding[1:]))
    return from_rows(rows.reshape(h, k, *window_counts(whole, tuple(size[1:]), stride[1:], dilation[1:]), n))


def spread(x: Any, w: Any, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    """(N, K, *out) and (K, C/G, *size) -> (N, C, *S): each x times w, added up where its window lies."""
    if len(stride) == 1 or dilation[0] > 1 or stride[0] > 1:
        return with_first(spread, x, w, stride, padding, dilation, groups)
    n, k, _, *out = x.shape
    _, c, first, *size = w.shape
    before, after = padding[0]
    given = overlapping(to_rows(padded(x, ((first - 1,) * 2, *((0, 0),) * len(out))), groups), first, 1)
    given = given[:, before : given.shape[1] - after]  # each row's are the windows that it is in
    kernel = np.moveaxis(w.reshape(groups, k // groups, c, first, *size)[:, :, :, ::-1], (3, 1), (-2, -1))
    h, d = given.shape[1], len(size)
    rows = np.empty((h, groups, c * math.prod(size), given.shape[3]), x.dtype)
    np.matmul(kernel.reshape(groups, 1, rows.shape[2], given.shape[2]), given, out=rows.swapaxes(0, 1))
    taken: Any = rows.reshape(h, groups * c, *size, *out, n)
    taken = taken.transpose(2 + 2 * d, 1, 0, *range(2 + d, 2 + 2 * d), *range(2, 2 + d))
    if {*size, *stride[1:]} == {1} and not any(map(any, padding[1:])):
        return taken[(..., *(0,) * d)]  # windows of one element each
    whole = [(o - 1) * s + i * (m - 1) + 1 for o, m, s, i in zip(out, size, stride[1:], dilation[1:])]
    room = tuple(m + max(-q, 0) for m, (_, q) in zip(whole, padding[1:]))
    folded = fold_forward(taken, room, tuple(size), stride[1:], dilation[1:])
    return folded[(..., *(slice(p, m - q) for m, (p, q) in zip(whole, padding[1:])))]


def correlate_weight(x: Any, g: Any, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    """(N, C, *S) and (N, K, *out) -> (K, C/G, *size): each window times its g, summed over all windows."""
    if len(stride) == 1 or dilation[0] > 1:
        return with_first(correlate_weight, x, g, stride, padding, dilation, groups)
    k, c = g.shape[1], x.shape[1] // groups
    size = tuple(
        (m + before + after - (o - 1) * s - 1) // d + 1
        for m, o, (before, after), s, d in zip(x.shape[2:], g.shape[2:], padding, stride, dilation)
    )
    given = to_rows(padded(g, ((0, 0),) * len(size)), groups).swapaxes(2, 3)
    found = np.matmul(windows(x, size, stride, padding, dilation, groups), given)  # (G, out[0], size C/G, K/G)
    found = np.add.reduce(found, axis=1).reshape(groups, size[0], c, *size[1:], k // groups)
    return np.moveaxis(found, (-1, 1), (1, 3)).reshape(k, c, *size)


def convolution_forward(x: Any, w: Any, b: Any, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    """`correlate`, with b (K,) added to each channel; b may be None."""
    out = correlate(x, w, stride, padding, dilation, groups)
    if b is not None:
        out += b.reshape(-1, *(1,) * len(stride))
    return out


# fmt: off
convolution = primitive(
    "convolution", convolution_forward,
    lambda g, out, x, w, b, stride, padding, dilation, groups:
        transposed_convolution(g, w, stride=stride, padding=padding, dilation=dilation, groups=groups),
    lambda g, out, x, w, b, stride, padding, dilation, groups:
        convolution_weight(x, g, stride=stride, padding=padding, dilation=dilation, groups=groups),
    lambda g, out, x, w, b, stride, padding, dilation, groups:
        sum(g, axis=(0, *range(2, len(g.shape))), keepdims=False))
transposed_convolution = primitive(
    "transposed_convolution", spread,
    lambda g, out, x, w, stride, padding, dilation, groups:
        convolution(g, w, None, stride=stride, padding=padding, dilation=dilation, groups=groups),
    lambda g, out, x, w, stride, padding, dilation, groups:
        convolution_weight(g, x, stride=stride, padding=padding, dilation=dilation, groups=groups))
convolution_weight = primitive(
    "convolution_weight", correlate_weight,
    lambda g, out, x, y, stride, padding, dilation, groups:
        transposed_convolution(y, g, stride=stride, padding=padding, dilation=dilation, groups=groups),
    lambda g, out, x, y, stride, padding, dilation, groups:
        convolution(x, g, None, stride=stride, padding=padding, dilation=dilation, groups=groups))
# fmt: on
