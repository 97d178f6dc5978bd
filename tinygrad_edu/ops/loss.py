"""Rows of losses, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive
from .activation import hardtanh, softplus, softplus_forward
from .elementwise import abs, le, log, log1p, maximum, sigmoid, where
from .fused import COMPOSITION

LOWEST_LOG = -100.0


def binary_cross_entropy_forward(x: Any, y: Any) -> Any:
    """-(y log x + (1 - y) log(1 - x)), each logarithm at least -100."""
    no = np.maximum(np.log1p(-x), LOWEST_LOG)
    return (y - 1) * no - y * np.maximum(np.log(x), LOWEST_LOG)


def logits_forward(x: Any, y: Any) -> Any:
    """The same of sigmoid(x): (1 - y) x + log(1 + e^-x)."""
    return (1 - y) * x + softplus_forward(-x, None)


def huber_forward(x: Any, delta: float) -> Any:
    """x^2 / 2 where |x| <= delta, else delta (|x| - delta / 2): c (x - c / 2), c being x kept in bounds."""
    kept = np.minimum(np.maximum(x, -delta), delta)
    return (x - 0.5 * kept) * kept


# fmt: off
huber = primitive("huber", huber_forward, lambda g, out, x, delta: g * hardtanh(x, low=-delta, high=delta))
binary_cross_entropy = primitive(
    "binary_cross_entropy", binary_cross_entropy_forward,
    lambda g, out, x, y: g * (x - y) / maximum(x * (1 - x), 1e-12),
    lambda g, out, x, y: g * (log1p(-x) - log(x)))
binary_cross_entropy_with_logits = primitive(
    "binary_cross_entropy_with_logits", logits_forward,
    lambda g, out, x, y: g * (sigmoid(x) - y),
    lambda g, out, x, y: -g * x)

COMPOSITION["huber"] = lambda x, delta: where(le(abs(x), delta), 0.5 * x * x, delta * abs(x) - 0.5 * delta * delta)
COMPOSITION["binary_cross_entropy_with_logits"] = lambda x, y: (1 - y) * x + softplus(-x, threshold=None)
# fmt: on
