"""Rows of activation functions with a kink or an integral; the others are composed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import primitive as made
from ..primitive import primitive, raw
from .elementwise import erf, exp, gt, lt, maximum, minimum, one_plus_exp_minus, relu, sigmoid, step

NORMAL_CDF = (
    0.797884291, 0.036334183, -3.30828018e-05, -5.52503108e-05, 3.97018352e-06, -1.33500121e-07, 1.80661942e-09,
)  # fmt: skip
"""A polynomial P for which (1 + tanh(x P(x^2))) / 2 is Phi(x) to 1.5e-7 in float32: a minimax fit."""

PIECE = 1 << 15
"""Elements at a time of a long formula on large arrays, so that what lies between its steps stays in the cache."""


def in_pieces(fill: Callable[..., None], *arrays: Any) -> Any:
    """What `fill(out, *arrays, room)` writes into `out`, piece by piece; `room` is for what it needs meanwhile."""
    out = np.empty_like(arrays[0])
    if out.size <= PIECE or not all(a.flags.c_contiguous for a in arrays):
        fill(out, *arrays, np.empty_like(out))
        return out
    flat = [a.reshape(-1) for a in (out, *arrays)]
    room = np.empty(PIECE, out.dtype)
    for k in range(0, out.size, PIECE):
        piece = flat[0][k : k + PIECE]
        fill(piece, *(a[k : k + PIECE] for a in flat[1:]), room[: len(piece)])
    return out


def ndtr_forward(x: Any) -> Any:
    """Phi(x), the standard normal distribution; in float32 by `NORMAL_CDF`, a fifth of the time of erf."""
    return in_pieces(fill_ndtr, x) if x.dtype == np.float32 else 0.5 * (1 + erf(x * math.sqrt(0.5)))


def fill_ndtr(out: Any, x: Any, square: Any) -> None:
    """(1 + tanh(x P(x^2))) / 2"""
    np.multiply(x, x, out=square)
    np.multiply(square, NORMAL_CDF[-1], out=out)
    for c in NORMAL_CDF[-2:0:-1]:
        out += c
        out *= square
    out += NORMAL_CDF[0]
    out *= x
    np.tanh(out, out=out)
    out += 1
    out *= 0.5


def gelu_forward(x: Any) -> Any:
    """x Phi(x)"""
    return in_pieces(fill_gelu, x) if x.dtype == np.float32 else x * ndtr_forward(x)


def fill_gelu(out: Any, x: Any, room: Any) -> None:
    """x Phi(x)"""
    fill_ndtr(out, x, room)
    out *= x


def gelu_vjp(g: Any, out: Any, x: Any) -> Any:
    """g (Phi(x) + x phi(x)); of arrays Phi(x) = out / x, a tenth of the time of computing it again."""
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray):
        return in_pieces(fill_gelu_vjp, x, out, g)
    return g * (ndtr(x) + x * density(x))


def fill_gelu_vjp(slope: Any, x: Any, out: Any, g: Any, room: Any) -> None:
    """g (out / x + x phi(x)), g / 2 where x is too small to divide by."""
    np.multiply(x, x, out=room)
    tiny = None if room.min(initial=1) > 0 else room == 0
    room *= -0.5
    np.exp(room, out=room)
    room *= x
    room *= 1 / math.sqrt(2 * math.pi)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(out, x, out=slope)
    if tiny is not None:
        slope[tiny] = 0.5
    slope += room
    slope *= g


def density(x: Any) -> Any:
    """phi(x), the standard normal density"""
    return exp(-0.5 * (x * x)) * (1 / math.sqrt(2 * math.pi))


def silu_forward(x: Any) -> Any:
    """x / (1 + exp(-x))"""
    out = one_plus_exp_minus(x)
    return np.divide(x, out, out=out)


def silu_vjp(g: Any, out: Any, x: Any) -> Any:
    """g (s + out (1 - s)), s = sigmoid(x)"""
    s = sigmoid(x)
    return g * (s + out * (1 - s))


def kink(x: Any, left: float, right: float) -> Any:
    """`right` where x > 0, else `left`, as an array; by a product and a sum, because NumPy chooses slowly."""
    if isinstance(x, made.Tensor):
        return step(x) * (right - left) + left
    out = np.asarray(x > 0).astype(x.dtype)
    out *= right - left
    out += left
    return out


def within(x: Any, low: float, high: float) -> Any:
    """Where low < x < high, as `positive`."""
    return step(x - low) * step(high - x) if isinstance(x, made.Tensor) else gt(x, low) & lt(x, high)


def leaky_relu_forward(x: Any, slope: float) -> Any:
    """The larger of x and slope x, the smaller for a slope above 1."""
    return (np.maximum if slope <= 1 else np.minimum)(x, x * slope)


def elu_forward(x: Any, alpha: float, rate: float) -> Any:
    """x where x > 0, else alpha (e^(rate x) - 1): the larger of the two, or the sum of what either side gives."""
    below = np.expm1(rate * np.minimum(x, 0))
    if rate > 0 and 0 <= alpha * rate <= 1:
        return np.maximum(x, alpha * below)
    return np.maximum(x, 0) + alpha * below


def elu_vjp(g: Any, out: Any, x: Any, alpha: float, rate: float) -> Any:
    """1 where x > 0, else alpha rate e^(rate x) = rate (out + alpha)"""
    if alpha * rate == 1 and rate > 0:
        return g * (rate * minimum(out, 0) + 1)
    return g * (exp(-rate * relu(-x)) * (alpha * rate) + kink(x, 0.0, 1 - alpha * rate))


def softplus_forward(x: Any, threshold: float | None) -> Any:
    """log(1 + e^x) as max(x, 0) + log(1 + e^-|x|), which cannot overflow; x itself above the threshold."""
    out = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return np.where(x > threshold, x, out) if above(x, threshold) else out


def softplus_vjp(g: Any, out: Any, x: Any, threshold: float | None) -> Any:
    """sigmoid(x), 1 above the threshold"""
    slope = sigmoid(x)
    return g * (maximum(slope, gt(x, threshold)) if above(x, threshold) else slope)


def above(x: Any, threshold: float | None) -> bool:
    """Whether any element is above the threshold."""
    return threshold is not None and bool((raw(x) > threshold).any())


# fmt: off
ndtr = primitive("ndtr", ndtr_forward, lambda g, out, x: g * density(x), scalar=lambda x: 0.5 * math.erfc(-x * math.sqrt(0.5)), symbol="Φ")
gelu = primitive("gelu", gelu_forward, gelu_vjp, scalar=lambda x: 0.5 * x * math.erfc(-x * math.sqrt(0.5)))
silu = primitive("silu", silu_forward, silu_vjp, scalar=lambda x: x * sigmoid(x))
leaky_relu = primitive("leaky_relu", leaky_relu_forward, lambda g, out, x, slope: g * kink(x, slope, 1.0))
hardtanh = primitive("hardtanh", lambda x, low, high: np.minimum(np.maximum(x, low), high),
                     lambda g, out, x, low, high: g * within(x, low, high))
elu = primitive("elu", elu_forward, elu_vjp)
softplus = primitive("softplus", softplus_forward, softplus_vjp)
# fmt: on
