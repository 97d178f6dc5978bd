"""Functions without a formula in elementary ones, and what is made of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..ops import elementwise as rows
from .arithmetic import mul, neg
from .comparison import choose, clamp
from .logic import logical_and, logical_or
from .operands import alike

if TYPE_CHECKING:
    from ..tensor import Tensor

# `entr`, `ndtr` and `xlog1py` are found in `tinygrad_edu.special` only
__all__ = [
    "digamma", "erf", "erfc", "erfinv", "lgamma", "logit", "mvlgamma", "polygamma", "xlogy",
]  # fmt: skip


def erf(input: Tensor) -> Tensor:
    """2/sqrt(pi) times the integral of e^(-t^2) from 0 to x."""
    return rows.erf(input)


def erfc(input: Tensor) -> Tensor:
    """1 - erf(x), exact for large x."""
    return rows.erfc(input)


def erfinv(input: Tensor) -> Tensor:
    """The inverse of erf, from (-1, 1); nan outside of [-1, 1]."""
    return rows.erfinv(input)


def ndtr(input: Tensor) -> Tensor:
    """The area under the standard normal density left of x."""
    return mul(erfc(mul(input, -math.sqrt(0.5))), 0.5)


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """log(x / (1 - x)), the inverse of sigmoid, of x kept in [eps, 1 - eps] if eps is given."""
    return rows.logit(input if eps is None else clamp(input, eps, 1 - eps))


def xlogy(input: Any, other: Any) -> Tensor:
    """x log y; 0 where x = 0, unless y is nan."""
    x, y = alike("xlogy", input, other, floats=True)
    return rows.mul(x, rows.log(_unless(x, y, 0)))


def xlog1py(input: Any, other: Any) -> Tensor:
    """x log(1 + y); 0 where x = 0, unless y is nan."""
    x, y = alike("xlog1py", input, other, floats=True)
    return rows.mul(x, rows.log1p(_unless(x, y, -1)))


def _unless(x: Tensor, y: Tensor, edge: int) -> Tensor:
    """y, but 1 where x = 0 and y lies outside of (edge, inf), where the logarithm is finite."""
    singular = logical_or(rows.le(y, edge), rows.isinf(y))
    return choose(logical_and(rows.eq(x, 0), singular), 1, y)


def entr(input: Tensor) -> Tensor:
    """-x log x; 0 at 0 and -inf below."""
    return choose(rows.lt(input, 0), -math.inf, neg(xlogy(input, input)))


def lgamma(input: Tensor) -> Tensor:
    """log |Gamma(x)|; its derivative is digamma."""
    return rows.lgamma(input)


def digamma(input: Tensor) -> Tensor:
    """The derivative of lgamma."""
    return polygamma(0, input)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The n-th derivative of digamma. Raises RuntimeError for n < 0."""
    if n < 0:
        raise RuntimeError(f"polygamma: expected n >= 0, got {n}")
    (x,) = alike("polygamma", input, floats=True)
    return rows.polygamma(x, n=n)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """log of the p-variate gamma function: p (p - 1) / 4 log pi + the sum of lgamma(x - j / 2) for j < p.

    Raises RuntimeError for p < 1.
    """
    if p < 1:
        raise RuntimeError(f"mvlgamma: expected p >= 1, got {p}")
    constant = p * (p - 1) / 4 * math.log(math.pi)
    return sum((lgamma(input - j / 2) for j in range(1, p)), start=lgamma(input - 0.0) + constant)
