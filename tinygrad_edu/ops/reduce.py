"""Rows that reduce along axes (a sorted tuple of non-negative ints) or run along one of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import eq, exp, where
from .index import MANY, getitem
from .shape import flip, inverse_order, pad, permute, reshape

Axes = tuple[int, ...]


def restore(g: Any, shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """A reduced array with its axes back, as size 1, so that it broadcasts against the input."""
    if keepdims or not shape:
        return g
    return reshape(g, shape=tuple(1 if i in axis else n for i, n in enumerate(shape)))


def prod_vjp(g: Any, out: Any, x: Any, axis: Axes, keepdims: bool) -> Any:
    """The product of the others: out / x, or, where some x is 0, of those before and of those after."""
    g = restore(g, x.shape, axis, keepdims)
    if raw(x).all():
        return g * restore(out, x.shape, axis, keepdims) / x
    order = (*(i for i in range(len(x.shape)) if i not in axis), *axis)
    moved = permute(x, axes=order)
    last = len(order) - len(axis)
    lines = reshape(moved, shape=(*moved.shape[:last], math.prod(moved.shape[last:])))
    others = before(lines, last) * flip(before(flip(lines, axis=(last,)), last), axis=(last,))
    return g * permute(reshape(others, shape=moved.shape), axes=inverse_order(order))


def before(x: Any, axis: int) -> Any:
    """The product of all earlier elements along an axis."""
    widths = tuple((int(k == axis), 0) for k in range(len(x.shape)))
    earlier = getitem(pad(x, widths=widths, value=1), index=tuple(map(slice, x.shape)))
    return cumprod(earlier, axis=axis)


def cumprod_vjp(g: Any, out: Any, x: Any, axis: int) -> Any:
    """For x_k the sum over i >= k of g_i out_i / x_k; where some x is 0, of g_i and the other factors of out_i."""
    if raw(x).all():
        return running_sums_back(g * out, axis) / x
    n = x.shape[axis]
    after = cumprod(masked_copies(x, axis, np.tri(n, k=-1, dtype=bool).T, 1), axis=axis + 1)
    later = masked_copies(g, axis, np.tri(n, dtype=bool).T, 0)
    return before(x, axis) * sum(later * after, axis=(axis + 1,), keepdims=False)


def masked_copies(x: Any, axis: int, mask: Any, fill: Any) -> Any:
    """x along `axis` + 1 for each row of a square mask, which lie along `axis`, with `fill` where the mask is False."""
    shape, n = x.shape, x.shape[axis]
    mask = mask.reshape(n, n, *(1,) * (len(shape) - axis - 1))
    return where(mask, reshape(x, shape=(*shape[:axis], 1, *shape[axis:])), raw(x).dtype.type(fill))


def running_sums_back(g: Any, axis: int) -> Any:
    """The sums of each element and all later ones."""
    return flip(cumsum(flip(g, axis=(axis,)), axis=axis), axis=(axis,))


def extreme_vjp(g: Any, out: Any, x: Any, axis: Axes, keepdims: bool) -> Any:
    """Shared evenly among the elements that tie."""
    ties = eq(x, restore(out, x.shape, axis, keepdims))
    count = np.add.reduce(raw(ties), axis=axis, keepdims=True, dtype=raw(g).dtype)
    return restore(g, x.shape, axis, keepdims) / count * ties


def logsumexp_forward(x: Any, axis: Axes, keepdims: bool) -> Any:
    """log sum exp(x), shifted by the maximum so that nothing overflows."""
    top = np.maximum.reduce(x, axis=axis, keepdims=True, initial=None if x.size else -np.inf)
    top = np.where(np.isfinite(top), top, top.dtype.type(0))
    out = np.log(np.add.reduce(np.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else out.reshape([n for i, n in enumerate(x.shape) if i not in axis])


def over(ufunc: Any) -> Any:
    """A ufunc's reduction as a forward function; the dtype stays."""

    reduce = ufunc.reduce

    def forward(x: Any, axis: Axes, keepdims: bool) -> Any:
        return reduce(x, axis, x.dtype, None, keepdims)

    forward.__name__ = ufunc.__name__ + "_reduce"
    return forward


add_along = over(np.add)


def sum_forward(x: Any, axis: Axes, keepdims: bool) -> Any:
    """The sum along axes; of many floats along the first ones by a product with ones, three times as fast."""
    if x.size >= MANY and axis and x.dtype.char in "fd" and x.flags.c_contiguous:
        kept = x.shape[len(axis) :]
        if axis[-1] == len(axis) - 1 and math.prod(kept) > 1:
            rows = x.reshape(-1, math.prod(kept))
            out = np.ones(len(rows), x.dtype) @ rows
            return out.reshape(*(1,) * len(axis), *kept) if keepdims else out.reshape(kept)
    return add_along(x, axis, keepdims)


def sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum `g` over the axes along which `shape` was broadcast: the transpose of copying is adding."""
    lead = len(g.shape) - len(shape)
    axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1 != g.shape[lead + i]))
    return reshape(sum(g, axis=axes, keepdims=True), shape=shape) if axes else g


def broadcast_forward(x: Any, shape: tuple[int, ...]) -> Any:
    """One element for many places, without copying; of a 0-d array by strides of 0, ten times as fast."""
    if x.shape == ():
        return np.ndarray(shape, x.dtype, np.asarray(x), 0, (0,) * len(shape))
    return np.broadcast_to(x, shape)


# fmt: off
broadcast_to = primitive("broadcast_to", broadcast_forward, lambda g, out, x, shape: sum_to(g, x.shape),
                         source="np.broadcast_to({0}, {shape})", view=True)
sum = primitive("sum", sum_forward,
                lambda g, out, x, axis, keepdims: broadcast_to(restore(g, x.shape, axis, keepdims), shape=x.shape),
                source="np.sum({0}, {axis}, keepdims={keepdims})", symbol="Σ")
prod = primitive("prod", over(np.multiply), prod_vjp, source="np.prod({0}, {axis}, keepdims={keepdims})", symbol="Π")
amax = primitive("amax", over(np.maximum), extreme_vjp, source="np.max({0}, {axis}, keepdims={keepdims})", symbol="max")
amin = primitive("amin", over(np.minimum), extreme_vjp, source="np.min({0}, {axis}, keepdims={keepdims})", symbol="min")
logsumexp = primitive("logsumexp", logsumexp_forward,
                      lambda g, out, x, axis, keepdims:
                          restore(g, x.shape, axis, keepdims) * exp(x - restore(out, x.shape, axis, keepdims)))
cumsum = primitive("cumsum", lambda x, axis: np.add.accumulate(x, axis, x.dtype),
                   lambda g, out, x, axis: running_sums_back(g, axis), source="np.cumsum({0}, {axis})")
cumprod = primitive("cumprod", lambda x, axis: np.multiply.accumulate(x, axis, x.dtype), cumprod_vjp,
                    source="np.cumprod({0}, {axis})")
# fmt: on
