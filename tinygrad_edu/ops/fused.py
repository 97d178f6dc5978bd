"""Rows that could be composed from others and are faster whole.

Each names the composition that defines it; a test holds the two equal, gradients included.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import add, exp, mul, sub
from .index import MANY, gather
from .linalg import matmul
from .reduce import logsumexp, sum
from .shape import mT, reshape

COMPOSITION: dict[str, Callable[..., Any]] = {}
"""What each fused row computes, from other rows."""


def linear_forward(x: Any, weight: Any, bias: Any) -> Any:
    """x @ weight.T + bias, the sum into the product's own memory; one product for all rows."""
    out = np.matmul(rows_of(x), weight.T)
    out += bias
    return out if x.ndim == 2 else out.reshape(*x.shape[:-1], weight.shape[0])


def linear_vjp_x(g: Any, out: Any, x: Any, weight: Any, bias: Any) -> Any:
    """g @ weight, one product for all rows."""
    if len(g.shape) == 2:
        return matmul(g, weight)
    return reshape(matmul(rows_of(g), weight), shape=x.shape)


def rows_of(x: Any) -> Any:
    """(..., n) -> (N, n)"""
    return x if len(x.shape) == 2 else reshape(x, shape=(math.prod(x.shape[:-1]), x.shape[-1]))


def softmax_forward(x: Any, axis: int) -> Any:
    """exp(x) / sum exp(x); of many floats only those rows are shifted whose sum is extreme: finding maxima is slow."""
    if x.size < MANY or axis != x.ndim - 1 or x.dtype.char not in "fd":
        return shifted_softmax(x, axis)
    with np.errstate(all="ignore"):
        out = np.exp(x)
        total = sum_along(out, axis)
        out *= 1 / total
    extreme = ~((total > 1e-18) & (total < 1e18))[..., 0]  # elements of 1e-20 of their row are exact yet
    if extreme.any():
        out[extreme] = shifted_softmax(x[extreme], 1)
    return out


def shifted_softmax(x: Any, axis: int) -> Any:
    """exp(x) / sum exp(x), shifted by the maximum so that nothing overflows."""
    out = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    np.exp(out, out=out)
    out /= sum_along(out, axis)
    return out


def sum_along(x: Any, axis: int) -> Any:
    """The sum of an array along an axis, which stays as size 1; along the last by a product, four times as fast."""
    if axis == x.ndim - 1 and axis:
        return np.matmul(x, np.ones((x.shape[-1], 1), x.dtype))
    return np.add.reduce(x, axis=axis, keepdims=True)


def inner(x: Any, y: Any, axis: int) -> Any:
    """The sum of x y along an axis, which stays as size 1; of arrays along the last without an array for x y."""
    if axis == len(x.shape) - 1 and isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
        return np.vecdot(x, y)[..., None]
    return sum(x * y, axis=(axis,), keepdims=True)


def log_softmax_forward(x: Any, axis: int) -> Any:
    """x - log sum exp(x)."""
    out = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    out -= np.log(sum_along(np.exp(out), axis))
    return out


def softmax_vjp(g: Any, out: Any, x: Any, axis: int) -> Any:
    """out (g - sum g out)"""
    return (g - inner(g, out, axis)) * out


def cross_entropy_forward(x: Any, target: Any, weight: Any) -> Any:
    """-sum_i weight[i] log softmax(x[i])[target[i]], for x (N, C)."""
    shifted = x - np.maximum.reduce(x, axis=1, keepdims=True)
    picked = shifted[np.arange(len(target)), target]
    np.exp(shifted, out=shifted)
    return np.add.reduce((np.log(sum_along(shifted, 1)[:, 0]) - picked) * weight)


def cross_entropy_vjp(g: Any, out: Any, x: Any, target: Any, weight: Any) -> Any:
    """(softmax(x) - onehot(target)) weight g"""
    p = softmax(x, axis=1)
    scale = reshape(g * weight, shape=(-1, 1))
    if isinstance(p, np.ndarray):
        p[np.arange(len(target)), target] -= 1
        p *= scale
        return p
    return (p - np.eye(p.shape[1], dtype=raw(p).dtype)[target]) * scale


def squared_error_forward(x: Any, y: Any) -> Any:
    """The sum of (x - y)^2, by one inner product."""
    apart = (x - y).reshape(-1)
    return np.dot(apart, apart)


# fmt: off
squared_error = primitive("squared_error", squared_error_forward, lambda g, out, x, y: (2 * g) * (x - y), lambda g, out, x, y: (2 * g) * (y - x),
                          symbol="Σ({0} − {1})²")
linear = primitive("linear", linear_forward,
                   linear_vjp_x,
                   lambda g, out, x, weight, bias: matmul(mT(rows_of(g)), rows_of(x)),
                   lambda g, out, x, weight, bias: sum(rows_of(g), axis=(0,), keepdims=False),
                   source="{0} @ {1}.T + {2}")
softmax = primitive("softmax", softmax_forward, softmax_vjp)
log_softmax = primitive("log_softmax", log_softmax_forward,
                        lambda g, out, x, axis: g - exp(out) * sum(g, axis=(axis,), keepdims=True))
cross_entropy = primitive("cross_entropy", cross_entropy_forward, cross_entropy_vjp)

COMPOSITION["linear"] = lambda x, weight, bias: add(matmul(x, mT(weight)), bias)
COMPOSITION["squared_error"] = lambda x, y: sum(sub(x, y) * sub(x, y), axis=tuple(range(len(x.shape))), keepdims=False)
COMPOSITION["softmax"] = lambda x, axis: exp(sub(x, logsumexp(x, axis=(axis,), keepdims=True)))
COMPOSITION["log_softmax"] = lambda x, axis: sub(x, logsumexp(x, axis=(axis,), keepdims=True))
COMPOSITION["cross_entropy"] = lambda x, target, weight: -sum(
    reshape(gather(log_softmax(x, axis=1), axis=1, index=target[:, None]), shape=(-1,)) * weight, axis=(0,), keepdims=False)
# fmt: on


def dot_forward(*xs: Any) -> Any:
    """w . x + b, from n weights, n inputs and one bias: a neuron of scalars."""
    n = len(xs) // 2
    return builtins.sum(map(operator.mul, xs[:n], xs[n:-1]), xs[-1])


def dot_vjps(g: Any, out: Any, *xs: Any, needs: Any) -> Any:
    """g x for the weights, g w for the inputs, g for the bias."""
    n = len(xs) // 2
    return [*(g * x for x in xs[n:-1]), *(g * w for w in xs[:n]), g]


dot = primitive("dot", dot_forward, joint=dot_vjps, scalar=dot_forward, symbol="w·x + b")
COMPOSITION["dot"] = lambda *xs: add(_pairs(xs), xs[-1])


def _pairs(xs: tuple[Any, ...]) -> Any:
    n = len(xs) // 2
    out = mul(xs[0], xs[n])
    for w, x in zip(xs[1:n], xs[n + 1 : -1]):
        out = add(out, mul(w, x))
    return out
