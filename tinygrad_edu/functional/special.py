"""Functions without a formula in elementary ones, and what is made of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..ops import elementwise as rows
from .arithmetic import mul, neg
from .comparison import choose, clamp
from .logic import logical_and, logical_or
from .operands import alike, no_derivative_by, refuse, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

# `entr`, `erfcx`, `log_ndtr`, `ndtr`, `ndtri`, `xlog1py` and `zeta` are found in `tinygrad_edu.special` only
__all__ = [
    "digamma", "erf", "erfc", "erfinv", "igamma", "igammac", "lgamma", "logit", "mvlgamma", "polygamma", "xlogy",
]  # fmt: skip


def erf(input: Tensor) -> Tensor:
    """2/sqrt(pi) times the integral of e^(-t^2) from 0 to x.

    >>> te.erf(te.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """
    return rows.erf(input)


def erfc(input: Tensor) -> Tensor:
    """1 - erf(x), exact for large x.

    >>> te.erfc(te.tensor([0.0, 10.0]))
    tensor([1.0000e+00, 1.4013e-45])
    """
    return rows.erfc(input)


def erfcx(input: Tensor) -> Tensor:
    """e^(x^2) erfc(x), which neither underflows nor loses digits for large x.

    >>> te.special.erfcx(te.tensor([0.0, 10.0]))
    tensor([1.0000, 0.0561])
    """
    return rows.erfcx(input)


def erfinv(input: Tensor) -> Tensor:
    """The inverse of erf, from (-1, 1); nan outside of [-1, 1].

    >>> te.erfinv(te.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.4769,    inf])
    """
    return rows.erfinv(input)


def ndtr(input: Tensor) -> Tensor:
    """The area under the standard normal density left of x.

    >>> te.special.ndtr(te.tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
    return mul(erfc(mul(input, -math.sqrt(0.5))), 0.5)


def log_ndtr(input: Tensor) -> Tensor:
    """log of ndtr(x), exact where ndtr underflows.

    >>> te.special.log_ndtr(te.tensor([0.0, -100.0]))
    tensor([-6.9315e-01, -5.0055e+03])
    """
    return rows.log_ndtr(input)


def ndtri(input: Tensor) -> Tensor:
    """The inverse of ndtr, from (0, 1): the quantile of the standard normal distribution.

    >>> te.special.ndtri(te.tensor([0.0, 0.5, 0.975]))
    tensor([  -inf, 0.0000, 1.9600])
    """
    return rows.ndtri(input)


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """log(x / (1 - x)), the inverse of sigmoid, of x kept in [eps, 1 - eps] if eps is given.

    >>> te.logit(te.tensor([0.5, 1.0]), eps=0.1)
    tensor([0.0000, 2.1972])
    """
    return rows.logit(input if eps is None else clamp(input, eps, 1 - eps))


def xlogy(input: Any, other: Any) -> Tensor:
    """x log y; 0 where x = 0, unless y is nan.

    >>> te.xlogy(te.tensor([0.0, 2.0]), te.tensor([0.0, 1.0]))
    tensor([0., 0.])
    """
    x, y = alike("xlogy", input, other, floats=True)
    return rows.mul(x, rows.log(_unless(x, y, 0)))


def xlog1py(input: Any, other: Any) -> Tensor:
    """x log(1 + y); 0 where x = 0, unless y is nan.

    >>> te.special.xlog1py(te.tensor([0.0, 2.0]), te.tensor([-1.0, 1.0]))
    tensor([0.0000, 1.3863])
    """
    x, y = alike("xlog1py", input, other, floats=True)
    return rows.mul(x, rows.log1p(_unless(x, y, -1)))


def _unless(x: Tensor, y: Tensor, edge: int) -> Tensor:
    """y, but 1 where x = 0 and y lies outside of (edge, inf), where the logarithm is finite."""
    singular = logical_or(rows.le(y, edge), rows.isinf(y))
    return choose(logical_and(rows.eq(x, 0), singular), 1, y)


def entr(input: Tensor) -> Tensor:
    """-x log x; 0 at 0, where the derivative is inf, and -inf below.

    >>> te.special.entr(te.tensor([-1.0, 0.5]))
    tensor([  -inf, 0.3466])
    """
    at_edge = choose(rows.eq(input, 0), rows.sqrt(input), -math.inf)  # 0 at 0, with a slope of inf
    return choose(rows.gt(input, 0), neg(xlogy(input, input)), at_edge)


def lgamma(input: Tensor) -> Tensor:
    """log |Gamma(x)|; its derivative is digamma.

    >>> te.lgamma(te.tensor([1.0, 5.0]))
    tensor([0.0000, 3.1781])
    """
    return rows.lgamma(input)


def digamma(input: Tensor) -> Tensor:
    """The derivative of lgamma.

    >>> te.digamma(te.tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """
    return polygamma(0, input)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The n-th derivative of digamma. Raises RuntimeError for n < 0.

    >>> te.polygamma(1, te.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    if n < 0:
        raise RuntimeError(f"polygamma: expected n >= 0, got {n}")
    (x,) = alike("polygamma", input, floats=True)
    return rows.polygamma(x, n=n)


def mvlgamma(input: Tensor, p: int) -> Tensor:
    """log of the p-variate gamma function: p (p - 1) / 4 log pi + the sum of lgamma(x - j / 2) for j < p.

    Raises RuntimeError for p < 1.

    >>> te.mvlgamma(te.tensor([2.0, 3.0]), 2)
    tensor([0.4516, 1.5502])
    """
    if p < 1:
        raise RuntimeError(f"mvlgamma: expected p >= 1, got {p}")
    constant = p * (p - 1) / 4 * math.log(math.pi)
    return sum((lgamma(input - j / 2) for j in range(1, p)), start=lgamma(input - 0.0) + constant)


def igamma(input: Tensor, other: Tensor) -> Tensor:
    """1/Gamma(a) times the integral of t^(a-1) e^-t from 0 to x, of a = `input` and x = `other`.

    Raises NotImplementedError for integers, and for an `input` that requires grad: there is no formula
    for the derivative by it.

    Difference from PyTorch: it raises at once, PyTorch in backward.

    >>> te.igamma(te.tensor([1.0, 2.0]), te.tensor([1.0, 1.0]))
    tensor([0.6321, 0.2642])
    """
    tensors("igamma", input, other)
    refuse("bi", "igamma", input, other)
    no_derivative_by("igamma", input)
    return rows.igamma(input, other)


def igammac(input: Tensor, other: Tensor) -> Tensor:
    """1 - igamma, exact for large x: 1/Gamma(a) times the integral from x on.

    Raises NotImplementedError for integers, and for an `input` that requires grad: there is no formula
    for the derivative by it.

    Difference from PyTorch: it raises at once, PyTorch in backward.

    >>> te.igammac(te.tensor([1.0, 2.0]), te.tensor([1.0, 1.0]))
    tensor([0.3679, 0.7358])
    """
    tensors("igammac", input, other)
    refuse("bi", "igammac", input, other)
    no_derivative_by("igammac", input)
    return rows.igammac(input, other)


def zeta(input: Any, other: Any) -> Tensor:
    """The Hurwitz zeta function: the sum of 1 / (k + q)^x over k >= 0, of x = `input` and q = `other`.

    Raises NotImplementedError for an `input` that requires grad, for which there is no formula.

    Difference from PyTorch: it raises at once, PyTorch in backward.

    >>> te.special.zeta(te.tensor([2.0, 4.0]), 1)
    tensor([1.6449, 1.0823])
    """
    no_derivative_by("zeta", input)
    return rows.zeta(*alike("zeta", input, other, floats=True))
