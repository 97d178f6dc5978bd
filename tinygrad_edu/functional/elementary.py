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
    """e^x

    >>> te.exp(te.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return rows.exp(input)


def expm1(input: Tensor) -> Tensor:
    """e^x - 1, exact near 0 too.

    >>> te.expm1(te.tensor([0.0, 1e-8]))
    tensor([0.0000e+00, 1.0000e-08])
    """
    return rows.expm1(input)


def exp2(input: Tensor) -> Tensor:
    """2^x

    >>> te.exp2(te.tensor([-1.0, 0.0, 3.0]))
    tensor([0.5000, 1.0000, 8.0000])
    """
    return rows.pow(2.0, input)


def log(input: Tensor) -> Tensor:
    """The natural logarithm; -inf at 0 and nan below.

    >>> te.log(te.tensor([-1.0, 0.0, 1.0]))
    tensor([nan, -inf, 0.])
    """
    return rows.log(input)


def log1p(input: Tensor) -> Tensor:
    """log(1 + x), exact near 0 too; -inf at -1 and nan below.

    >>> te.log1p(te.tensor([0.0, 1e-8]))
    tensor([0.0000e+00, 1.0000e-08])
    """
    return rows.log1p(input)


def log2(input: Tensor) -> Tensor:
    """The logarithm to base 2; -inf at 0 and nan below.

    >>> te.log2(te.tensor([0.5, 1.0, 8.0]))
    tensor([-1.,  0.,  3.])
    """
    return rows.log2(input)


def log10(input: Tensor) -> Tensor:
    """The logarithm to base 10; -inf at 0 and nan below.

    >>> te.log10(te.tensor([1.0, 10.0]))
    tensor([0., 1.])
    """
    return rows.log10(input)


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """log(e^x + e^y), without overflow.

    >>> te.logaddexp(te.tensor([1000.0]), te.tensor([1000.0])) - 1000
    tensor([0.6932])
    """
    tensors("logaddexp", input, other)
    refuse("bi", "logaddexp", input, other)
    return rows.logaddexp(input, other)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """log2(2^x + 2^y), without overflow.

    >>> te.logaddexp2(te.tensor([1.0]), te.tensor([1.0]))
    tensor([2.])
    """
    tensors("logaddexp2", input, other)
    refuse("bi", "logaddexp2", input, other)
    ln2 = math.log(2)
    return rows.div(rows.logaddexp(rows.mul(input, ln2), rows.mul(other, ln2)), ln2)


def sqrt(input: Tensor) -> Tensor:
    """The square root, nan below 0; its gradient at 0 is inf.

    >>> te.sqrt(te.tensor([4.0, 0.0, -1.0]))
    tensor([2., 0., nan])
    """
    return rows.sqrt(input)


def rsqrt(input: Tensor) -> Tensor:
    """1 / sqrt(x); inf at 0 and nan below.

    >>> te.rsqrt(te.tensor([4.0, 0.0]))
    tensor([0.5000,    inf])
    """
    return rows.rsqrt(input)


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """sqrt(x^2 + y^2), without overflow; the gradient at (0, 0) is nan.

    >>> te.hypot(te.tensor(3e30), te.tensor(4e30)) / 1e30
    tensor(5.)
    """
    tensors("hypot", input, other)
    refuse("bi", "hypot", input, other)
    return rows.hypot(input, other)


# ---- angles ---------------------------------------------------------------------------------------
def sin(input: Tensor) -> Tensor:
    """The sine of an angle in radians.

    >>> te.sin(te.tensor([0.0, te.pi / 2]))
    tensor([0., 1.])
    """
    return rows.sin(input)


def cos(input: Tensor) -> Tensor:
    """The cosine of an angle in radians.

    >>> te.cos(te.tensor([0.0, te.pi]))
    tensor([ 1., -1.])
    """
    return rows.cos(input)


def tan(input: Tensor) -> Tensor:
    """The tangent of an angle in radians.

    >>> te.tan(te.tensor([0.0, te.pi / 4]))
    tensor([0., 1.])
    """
    return rows.tan(input)


def sinc(input: Tensor) -> Tensor:
    """sin(pi x) / (pi x), which is 1 at 0.

    >>> te.sinc(te.tensor([0.0, 0.5]))
    tensor([1.0000, 0.6366])
    """
    origin = rows.eq(input, 0)
    angle = rows.mul(choose(origin, 1, input), math.pi)
    return choose(origin, 1.0, rows.div(rows.sin(angle), angle))


def arcsin(input: Tensor) -> Tensor:
    """The inverse of sin, from [-1, 1] to [-pi/2, pi/2]; nan elsewhere. The gradient at -1 and 1 is inf.

    >>> te.arcsin(te.tensor([0.0, 1.0, 2.0]))
    tensor([0.0000, 1.5708,    nan])
    """
    return rows.arcsin(input)


def arccos(input: Tensor) -> Tensor:
    """The inverse of cos, from [-1, 1] to [0, pi]; nan elsewhere. The gradient at -1 and 1 is -inf.

    >>> te.arccos(te.tensor([1.0, 0.0, -1.0]))
    tensor([0.0000, 1.5708, 3.1416])
    """
    return rows.arccos(input)


def arctan(input: Tensor) -> Tensor:
    """The inverse of tan, in (-pi/2, pi/2).

    >>> te.arctan(te.tensor([0.0, 1.0, te.inf]))
    tensor([0.0000, 0.7854, 1.5708])
    """
    return rows.arctan(input)


def arctan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input), in [-pi, pi]; its gradient at (0, 0) is nan.

    >>> te.arctan2(te.tensor([1.0, -1.0]), te.tensor([1.0, -1.0]))
    tensor([ 0.7854, -2.3562])
    """
    tensors("atan2", input, other)
    return rows.arctan2(input, other)


def deg2rad(input: Tensor) -> Tensor:
    """Degrees as radians.

    >>> te.deg2rad(te.tensor([180.0, -90.0]))
    tensor([ 3.1416, -1.5708])
    """
    return rows.mul(input, math.pi / 180)


def rad2deg(input: Tensor) -> Tensor:
    """Radians as degrees.

    >>> te.rad2deg(te.tensor([te.pi, -te.pi / 2]))
    tensor([180., -90.])
    """
    return rows.mul(input, 180 / math.pi)


def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine, (e^x - e^-x) / 2.

    >>> te.sinh(te.tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """
    return rows.sinh(input)


def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine, (e^x + e^-x) / 2.

    >>> te.cosh(te.tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """
    return rows.cosh(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, sinh(x) / cosh(x), in (-1, 1).

    >>> te.tanh(te.tensor([0.0, 1.0, 100.0]))
    tensor([0.0000, 0.7616, 1.0000])
    """
    return rows.tanh(input)


def arcsinh(input: Tensor) -> Tensor:
    """The inverse of sinh, log(x + sqrt(x^2 + 1)).

    >>> te.arcsinh(te.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """
    return rows.arcsinh(input)


def arccosh(input: Tensor) -> Tensor:
    """The inverse of cosh, from [1, inf) to [0, inf); nan below. The gradient at 1 is inf.

    >>> te.arccosh(te.tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """
    return rows.arccosh(input)


def arctanh(input: Tensor) -> Tensor:
    """The inverse of tanh, from [-1, 1]; -inf and inf at its ends, nan elsewhere.

    >>> te.arctanh(te.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.5493,    inf])
    """
    return rows.arctanh(input)


def sigmoid(input: Tensor) -> Tensor:
    """The logistic function, 1 / (1 + e^-x), in (0, 1).

    >>> te.sigmoid(te.tensor([-1.0, 0.0, 100.0]))
    tensor([0.2689, 0.5000, 1.0000])
    """
    return rows.sigmoid(input)


def relu(input: Tensor) -> Tensor:
    """max(x, 0); its gradient at the kink, 0, is 0.

    >>> x = te.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    >>> te.relu(x).sum().backward(); x.grad
    tensor([0., 0., 1.])
    """
    return rows.relu(input)


asin, acos, atan, atan2 = arcsin, arccos, arctan, arctan2
asinh, acosh, atanh = arcsinh, arccosh, arctanh
