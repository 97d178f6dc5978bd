"""Standardising: the row behind batch, layer, group and instance normalisation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import rsqrt
from .fused import COMPOSITION, inner
from .linalg import matmul
from .reduce import Axes, sum

__all__ = ["count", "mean", "moments", "standardize"]


def count(shape: tuple[int, ...], axis: Axes) -> int:
    """How many elements are averaged; at least 1, so that nothing is divided by 0."""
    return max(math.prod([shape[k] for k in axis]), 1)


def mean(x: Any, axis: Axes) -> Any:
    """The mean along axes, which stay as size 1; along the last one by a product, four times as fast."""
    n = count(x.shape, axis)
    if axis == (len(x.shape) - 1,) and len(x.shape) > 1:
        return matmul(x, np.full((x.shape[-1], 1), 1 / n, raw(x).dtype))
    return sum(x, axis=axis, keepdims=True) / n


def total(x: Any, axis: Axes) -> Any:
    """The sum along axes of an array, which stay as size 1."""
    if axis == (x.ndim - 1,):
        return np.matmul(x, np.ones((x.shape[-1], 1), x.dtype))
    return np.add.reduce(x, axis=axis, keepdims=True)


def total_product(x: Any, y: Any, axis: Axes) -> Any:
    """The sum of x y along axes, which stay as size 1."""
    if len(axis) == 1:
        return inner(x, y, axis[0])
    return sum(x * y, axis=axis, keepdims=True)


def moments(x: Any, axis: Axes) -> tuple[Any, Any]:
    """The mean and the variance, without correction, of an array along axes, which stay as size 1."""
    n = count(x.shape, axis)
    center = total(x, axis) / n
    apart = x - center
    return center, total_product(apart, apart, axis) / n


def standardize_forward(x: Any, axis: Axes, eps: float) -> Any:
    """(x - mean) / sqrt(variance + eps)"""
    n = count(x.shape, axis)
    out = x - total(x, axis) / n
    out *= 1 / np.sqrt(total_product(out, out, axis) / n + eps)
    return out


def standardize_vjp(g: Any, out: Any, x: Any, axis: Axes, eps: float) -> Any:
    """What of g neither shifts nor stretches x: (g - mean g - out mean(g out)) / std."""
    n, apart = count(x.shape, axis), x - mean(x, axis)
    scale = rsqrt(total_product(apart, apart, axis) / n + eps)
    shifted, stretched = g - mean(g, axis), out * (total_product(g, out, axis) / n)
    if not isinstance(g, np.ndarray):
        return (shifted - stretched) * scale
    shifted -= stretched
    shifted *= scale
    return shifted


def by_hand(x: Any, axis: Axes, eps: float) -> Any:
    """`standardize`, from other rows."""
    apart = x - mean(x, axis)
    return apart * rsqrt(mean(apart * apart, axis) + eps)


standardize = primitive("standardize", standardize_forward, standardize_vjp)
COMPOSITION["standardize"] = by_hand
