"""Rows that reduce along axes, which come as a sorted tuple of non-negative ints."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import eq, exp, where
from .shape import flip, permute, reshape

Axes = tuple[int, ...]


def restore(g: Any, shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """A reduced array with its axes back, as size 1, so that it broadcasts against the input."""
    if keepdims or not shape:
        return g
    return reshape(g, shape=tuple(1 if i in axis else n for i, n in enumerate(shape)))


def prod_vjp(g: Any, out: Any, x: Any, axis: Axes, keepdims: bool) -> Any:
    """The product of the others: out / x, or counted out one by one where some x is 0."""
    g = restore(g, x.shape, axis, keepdims)
    if raw(x).all():
        return g * restore(out, x.shape, axis, keepdims) / x
    order = (*(i for i in range(len(x.shape)) if i not in axis), *axis)
    moved = permute(x, axes=order)
    kept = moved.shape[: len(order) - len(axis)]
    n = int(np.prod(moved.shape[len(kept) :]))
    rows = broadcast_to(reshape(moved, shape=(*kept, 1, n)), shape=(*kept, n, n))
    others = prod(where(np.eye(n, dtype=bool), raw(x).dtype.type(1), rows), axis=(len(kept) + 1,), keepdims=False)
    back = tuple(sorted(range(len(order)), key=order.__getitem__))
    return g * permute(reshape(others, shape=moved.shape), axes=back)


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
    """A ufunc's reduction as a forward function."""

    def forward(x: Any, axis: Axes, keepdims: bool) -> Any:
        return ufunc.reduce(x, axis=axis, keepdims=keepdims)

    forward.__name__ = ufunc.__name__ + "_reduce"
    return forward


def sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum `g` over the axes along which `shape` was broadcast: the transpose of copying is adding."""
    lead = len(g.shape) - len(shape)
    axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1 != g.shape[lead + i]))
    return reshape(sum(g, axis=axes, keepdims=True), shape=shape) if axes else g


def broadcast_forward(x: Any, shape: tuple[int, ...]) -> Any:
    """One element for many places, without copying; of a 0-d array by strides of 0, ten times as fast."""
    if x.shape == () and isinstance(x, np.ndarray):
        return np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
    return np.broadcast_to(x, shape)


# fmt: off
broadcast_to = primitive("broadcast_to", broadcast_forward, lambda g, out, x, shape: sum_to(g, x.shape),
                         source="np.broadcast_to({0}, {shape})", view=True)
sum = primitive("sum", over(np.add),
                lambda g, out, x, axis, keepdims: broadcast_to(restore(g, x.shape, axis, keepdims), shape=x.shape),
                source="np.sum({0}, {axis}, keepdims={keepdims})", symbol="Σ")
prod = primitive("prod", over(np.multiply), prod_vjp, source="np.prod({0}, {axis}, keepdims={keepdims})", symbol="Π")
amax = primitive("amax", over(np.maximum), extreme_vjp, source="np.max({0}, {axis}, keepdims={keepdims})", symbol="max")
amin = primitive("amin", over(np.minimum), extreme_vjp, source="np.min({0}, {axis}, keepdims={keepdims})", symbol="min")
logsumexp = primitive("logsumexp", logsumexp_forward,
                      lambda g, out, x, axis, keepdims: restore(g, x.shape, axis, keepdims) * exp(x - restore(out, x.shape, axis, keepdims)))
cumsum = primitive("cumsum", lambda x, axis: np.add.accumulate(x, axis),
                   lambda g, out, x, axis: flip(cumsum(flip(g, axis=(axis,)), axis=axis), axis=(axis,)), source="np.cumsum({0}, {axis})")

argmax = primitive("argmax", lambda x, axis: np.argmax(x, axis), None)
argmin = primitive("argmin", lambda x, axis: np.argmin(x, axis), None)
any = primitive("any", over(np.logical_or), None, source="np.any({0}, {axis}, keepdims={keepdims})")
all = primitive("all", over(np.logical_and), None, source="np.all({0}, {axis}, keepdims={keepdims})")
# fmt: on
