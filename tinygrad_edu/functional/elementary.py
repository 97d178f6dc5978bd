"""Elementary functions, element by element: powers of e, logarithms, roots, angles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..ops import elementwise as rows
from .comparison import choose
from .operands import refuse, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "asin", "asinh",
    "atan", "atan2", "atanh", "cos", "cosh", "deg2rad", "exp", "exp2", "expm1", "hypot", "log", "log10", "log1p",
    "log2", "logaddexp", "logaddexp2", "rad2deg", "relu", "rsqrt", "sigmoid", "sin", "sinc", "sinh", "sqrt",
    "tan", "tanh",
]  # fmt: skip


def exp(input: Tensor) -> Tensor:
    """e^x"""
    return rows.exp(input)


def expm1(input: Tensor) -> Tensor:
    """e^x - 1, exact near 0."""
    return rows.expm1(input)


def exp2(input: Tensor) -> Tensor:
    """2^x"""
    return rows.pow(2.0, input)


def log(input: Tensor) -> Tensor:
    """The natural logarithm."""
    return rows.log(input)


def log1p(input: Tensor) -> Tensor:
    """log(1 + x), exact near 0."""
    return rows.log1p(input)


def log2(input: Tensor) -> Tensor:
    """The logarithm to base 2."""
    return rows.log2(input)


def log10(input: Tensor) -> Tensor:
    """The logarithm to base 10."""
    return rows.log10(input)


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """log(e^x + e^y), without overflow."""
    tensors("logaddexp", input, other)
    refuse("bi", "logaddexp", input, other)
    return rows.logaddexp(input, other)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """log2(2^x + 2^y), without overflow."""
    tensors("logaddexp2", input, other)
    refuse("bi", "logaddexp2", input, other)
    ln2 = math.log(2)
    return rows.div(rows.logaddexp(rows.mul(input, ln2), rows.mul(other, ln2)), ln2)


def sqrt(input: Tensor) -> Tensor:
    """The square root; its gradient at 0 is inf."""
    return rows.sqrt(input)


def rsqrt(input: Tensor) -> Tensor:
    """1 / sqrt(x)"""
    return rows.rsqrt(input)


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """sqrt(x^2 + y^2), without overflow."""
    tensors("hypot", input, other)
    refuse("bi", "hypot", input, other)
    return rows.hypot(input, other)


# ---- angles ---------------------------------------------------------------------------------------
def sin(input: Tensor) -> Tensor:
    """The sine."""
    return rows.sin(input)


def cos(input: Tensor) -> Tensor:
    """The cosine."""
    return rows.cos(input)


def tan(input: Tensor) -> Tensor:
    """The tangent."""
    return rows.tan(input)


def sinc(input: Tensor) -> Tensor:
    """sin(pi x) / (pi x), which is 1 at 0."""
    origin = rows.eq(input, 0)
    angle = rows.mul(choose(origin, 1, input), math.pi)
    return choose(origin, 1.0, rows.div(rows.sin(angle), angle))


def arcsin(input: Tensor) -> Tensor:
    """The inverse of sin, in [-pi/2, pi/2]."""
    return rows.arcsin(input)


def arccos(input: Tensor) -> Tensor:
    """The inverse of cos, in [0, pi]."""
    return rows.arccos(input)


def arctan(input: Tensor) -> Tensor:
    """The inverse of tan, in (-pi/2, pi/2)."""
    return rows.arctan(input)


def arctan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input), in [-pi, pi]."""
    tensors("atan2", input, other)
    return rows.arctan2(input, other)


def deg2rad(input: Tensor) -> Tensor:
    """Degrees as radians."""
    return rows.mul(input, math.pi / 180)


def rad2deg(input: Tensor) -> Tensor:
    """Radians as degrees."""
    return rows.mul(input, 180 / math.pi)


def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine."""
    return rows.sinh(input)


def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine."""
    return rows.cosh(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return rows.tanh(input)


def arcsinh(input: Tensor) -> Tensor:
    """The inverse of sinh."""
    return rows.arcsinh(input)


def arccosh(input: Tensor) -> Tensor:
    """The inverse of cosh, not below 0."""
    return rows.arccosh(input)


def arctanh(input: Tensor) -> Tensor:
    """The inverse of tanh."""
    return rows.arctanh(input)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e^-x)"""
    return rows.sigmoid(input)


def relu(input: Tensor) -> Tensor:
    """max(x, 0); its gradient at 0 is 0."""
    return rows.relu(input)


asin, acos, atan, atan2 = arcsin, arccos, arctan, arctan2
asinh, acosh, atanh = arcsinh, arccosh, arctanh
