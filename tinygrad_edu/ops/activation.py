"""Rows of activation functions with a kink or an integral; the others are composed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import primitive
from .elementwise import erf, exp, gt, lt, maximum, relu, sigmoid

NORMAL_CDF = (
    0.797884291, 0.036334183, -3.30828018e-05, -5.52503108e-05, 3.97018352e-06, -1.33500121e-07, 1.80661942e-09,
)  # fmt: skip
"""A polynomial P for which (1 + tanh(x P(x^2))) / 2 is Phi(x) to 1.5e-7 in float32: a minimax fit."""


def ndtr_forward(x: Any) -> Any:
    """Phi(x), the standard normal distribution; in float32 by `NORMAL_CDF`, a fifth of the time of erf."""
    if x.dtype != np.float32:
        return 0.5 * (1 + erf(x * math.sqrt(0.5)))
    square = x * x
    y = square * NORMAL_CDF[-1]
    for c in NORMAL_CDF[-2:0:-1]:
        y += c
        y *= square
    y += NORMAL_CDF[0]
    y *= x
    return 0.5 * np.tanh(y) + 0.5


def leaky_relu_forward(x: Any, slope: float) -> Any:
    """The larger of x and slope x, the smaller for a slope above 1."""
    return (np.maximum if slope <= 1 else np.minimum)(x, x * slope)


def leaky_relu_vjp(g: Any, out: Any, x: Any, slope: float) -> Any:
    """1 where x > 0, else slope; as a sum, because NumPy chooses between numbers slowly."""
    return g * slope + g * gt(x, 0) * (1 - slope)


def elu_forward(x: Any, alpha: float, rate: float) -> Any:
    """x where x > 0, else alpha (e^(rate x) - 1): the sum of what either side gives."""
    return np.maximum(x, 0) + alpha * np.expm1(rate * np.minimum(x, 0))


def elu_vjp(g: Any, out: Any, x: Any, alpha: float, rate: float) -> Any:
    """1 where x > 0, else alpha rate e^(rate x)"""
    below = g * exp(-rate * relu(-x)) * (alpha * rate)
    return below if alpha * rate == 1 else below + g * gt(x, 0) * (1 - alpha * rate)


def softplus_forward(x: Any, threshold: float | None) -> Any:
    """log(1 + e^x) as max(x, 0) + log(1 + e^-|x|), which cannot overflow; x itself above the threshold."""
    out = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return out if threshold is None else np.where(x > threshold, x, out)


def softplus_vjp(g: Any, out: Any, x: Any, threshold: float | None) -> Any:
    """sigmoid(x), 1 above the threshold"""
    slope = sigmoid(x)
    return g * (slope if threshold is None else maximum(slope, gt(x, threshold)))


# fmt: off
ndtr = primitive("ndtr", ndtr_forward, lambda g, out, x: g * exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi)),
                 symbol="Φ")
leaky_relu = primitive("leaky_relu", leaky_relu_forward, leaky_relu_vjp)
hardtanh = primitive("hardtanh", lambda x, low, high: np.minimum(np.maximum(x, low), high),
                     lambda g, out, x, low, high: g * (gt(x, low) & lt(x, high)))
elu = primitive("elu", elu_forward, elu_vjp)
softplus = primitive("softplus", softplus_forward, softplus_vjp)
# fmt: on
