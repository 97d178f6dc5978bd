"""Distributions of positive numbers that are transformed values of others.

Densities and samples follow from the transforms; moments and entropies have formulas of their own.
"""

from __future__ import annotations

import math
from typing import Any

from ..creation import ones_like, zeros_like
from ..functional import digamma, exp, expm1, lgamma, log, where
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .continuous import EULER, Cauchy, Exponential, Normal
from .distribution import parameters
from .gamma import Gamma
from .transformed import TransformedDistribution
from .transforms import AbsTransform, AffineTransform, ExpTransform, PowerTransform

__all__ = ["HalfCauchy", "HalfNormal", "InverseGamma", "LogNormal", "Pareto", "Weibull"]


class LogNormal(TransformedDistribution):
    """The distribution of exp of a normal value of mean loc and standard deviation scale.

    >>> te.distributions.LogNormal(0.0, 1.0).mean
    tensor(1.6487)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = parameters(loc, scale)
        base = Normal(self.loc, self.scale, validate_args)
        super().__init__(base, ExpTransform(), validate_args)

    @property
    def mean(self) -> Tensor:
        """exp(loc + scale^2 / 2)"""
        return exp(self.loc + self.scale**2 / 2)

    @property
    def mode(self) -> Tensor:
        """exp(loc - scale^2)"""
        return exp(self.loc - self.scale**2)

    @property
    def variance(self) -> Tensor:
        """(exp(scale^2) - 1) exp(2 loc + scale^2)"""
        return expm1(self.scale**2) * exp(2 * self.loc + self.scale**2)

    def entropy(self) -> Tensor:
        """That of the normal, plus loc"""
        return self.base_dist.entropy() + self.loc


class Half(TransformedDistribution):
    """What distributions of |x| share, x symmetric around 0, with a scale."""

    arg_constraints = {"scale": constraints.positive}
    base: type[Normal | Cauchy]

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        (self.scale,) = parameters(scale)
        base = self.base(zeros_like(self.scale), self.scale, validate_args)
        super().__init__(base, AbsTransform(), validate_args)

    @property
    def support(self) -> Constraint:
        """Numbers from 0 on."""
        return constraints.nonnegative

    @property
    def mode(self) -> Tensor:
        """0"""
        return self.scale.detach() * 0

    def log_prob(self, value: Tensor) -> Tensor:
        """Twice the density of both sides, of values from 0 on"""
        value = self._checked(value)
        return where(value >= 0, math.log(2) + self.base_dist.log_prob(value), -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        """2 P(X <= x) - 1, X of both sides"""
        return 2 * self.base_dist.cdf(self._checked(value)) - 1

    def icdf(self, value: Tensor) -> Tensor:
        """That of both sides, at (p + 1) / 2"""
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        """That of both sides, less log 2"""
        return self.base_dist.entropy() - math.log(2)


class HalfNormal(Half):
    """The distribution of |x|, x normal of mean 0 and standard deviation scale.

    >>> te.distributions.HalfNormal(1.0).mean
    tensor(0.7979)
    """

    base = Normal

    @property
    def mean(self) -> Tensor:
        """scale sqrt(2 / pi)"""
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Tensor:
        """scale^2 (1 - 2 / pi)"""
        return self.scale**2 * (1 - 2 / math.pi)


class HalfCauchy(Half):
    """The distribution of |x|, x of a Cauchy distribution around 0; it has no mean.

    >>> te.distributions.HalfCauchy(1.0).cdf(te.tensor(1.0))
    tensor(0.5000)
    """

    base = Cauchy

    @property
    def mean(self) -> Tensor:
        """inf"""
        return self.scale.detach() * 0 + math.inf

    @property
    def variance(self) -> Tensor:
        """inf"""
        return self.mean


class Weibull(TransformedDistribution):
    """scale * x^(1 / concentration), x exponential of rate 1.

    >>> te.distributions.Weibull(2.0, 1.0).mean
    tensor(2.)
    """

    arg_constraints = {"scale": constraints.positive, "concentration": constraints.positive}

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = parameters(scale, concentration)
        transforms = [PowerTransform(1 / self.concentration), AffineTransform(0, self.scale)]
        super().__init__(Exponential(ones_like(self.scale), False), transforms, validate_args)

    @property
    def support(self) -> Constraint:
        """Positive numbers."""
        return constraints.positive

    def _moment(self, k: int) -> Tensor:
        return exp(lgamma(1 + k / self.concentration))

    @property
    def mean(self) -> Tensor:
        """scale Gamma(1 + 1/k)"""
        return self.scale * self._moment(1)

    @property
    def mode(self) -> Tensor:
        """scale ((k - 1) / k)^(1/k)"""
        k = self.concentration
        return self.scale * ((k - 1) / k) ** (1 / k)

    @property
    def variance(self) -> Tensor:
        """scale^2 (Gamma(1 + 2/k) - Gamma(1 + 1/k)^2)"""
        return self.scale**2 * (self._moment(2) - self._moment(1) ** 2)

    def entropy(self) -> Tensor:
        """0.5772 (1 - 1/k) + log(scale / k) + 1"""
        k = self.concentration
        return EULER * (1 - 1 / k) + log(self.scale / k) + 1


class Pareto(TransformedDistribution):
    """scale * exp(x), x exponential of rate alpha: a power law from scale on.

    >>> te.distributions.Pareto(1.0, 2.0).mean
    tensor(2.)
    """

    arg_constraints = {"alpha": constraints.positive, "scale": constraints.positive}

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = parameters(scale, alpha)
        transforms = [ExpTransform(), AffineTransform(0, self.scale)]
        super().__init__(Exponential(self.alpha, validate_args), transforms, validate_args)

    @property
    def support(self) -> Constraint:
        """From scale on."""
        return constraints.greater_than_eq(self.scale.detach())

    @property
    def mean(self) -> Tensor:
        """scale a / (a - 1); inf for alpha up to 1"""
        a = self.alpha.clamp(min=1)
        return a * self.scale / (a - 1)

    @property
    def mode(self) -> Tensor:
        """scale"""
        return self.scale

    @property
    def variance(self) -> Tensor:
        """scale^2 a / ((a - 1)^2 (a - 2)); inf for alpha up to 2"""
        a = self.alpha.clamp(min=2)
        return self.scale**2 * a / ((a - 1) ** 2 * (a - 2))

    def entropy(self) -> Tensor:
        """log(scale / a) + 1 + 1/a"""
        return log(self.scale / self.alpha) + 1 + 1 / self.alpha


class InverseGamma(TransformedDistribution):
    """1 / x, x of a gamma distribution.

    >>> te.distributions.InverseGamma(2.0, 3.0).mean
    tensor(3.)
    """

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = parameters(concentration, rate)
        base = Gamma(self.concentration, self.rate, validate_args)
        super().__init__(base, PowerTransform(-1), validate_args)

    @property
    def support(self) -> Constraint:
        """Positive numbers."""
        return constraints.positive

    @property
    def mean(self) -> Tensor:
        """rate / (a - 1); inf for a up to 1"""
        a = self.concentration
        return where(a > 1, self.rate / (a - 1), math.inf)

    @property
    def mode(self) -> Tensor:
        """rate / (a + 1)"""
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Tensor:
        """rate^2 / ((a - 1)^2 (a - 2)); inf for a up to 2"""
        a = self.concentration
        return where(a > 2, self.rate**2 / ((a - 1) ** 2 * (a - 2)), math.inf)

    def entropy(self) -> Tensor:
        """a + log(rate) + log Gamma(a) - (1 + a) digamma(a)"""
        a = self.concentration
        return a + log(self.rate) + lgamma(a) - (1 + a) * digamma(a)
