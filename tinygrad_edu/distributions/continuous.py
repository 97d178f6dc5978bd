"""Continuous distributions of a number with a location and a scale."""

from __future__ import annotations

import math
from typing import Any

from ..functional import erf, erfinv, exp, expm1, log, log1p
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .distribution import LOG_ROOT_TWO_PI, Distribution, parameters, standard

__all__ = [
    "Cauchy", "Exponential", "Gumbel", "Laplace", "Normal", "Uniform",
]  # fmt: skip

EULER = 0.57721566490153286060


class LocationScale(Distribution):
    """What distributions of loc + scale * (a standard value) share; `_standard` is how NumPy draws that."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    has_rsample = True
    _standard: str

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = parameters(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """All numbers."""
        return constraints.real

    @property
    def mean(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """loc + scale * (a standard value)"""
        drawn = standard(self._standard, self._extended_shape(sample_shape), self.loc)
        return self.loc + self.scale * drawn


class Normal(LocationScale):
    """The normal distribution of mean loc and standard deviation scale.

    >>> te.distributions.Normal(0.0, 1.0).log_prob(te.tensor(0.0))
    tensor(-0.9189)
    """

    _standard = "standard_normal"

    @property
    def stddev(self) -> Tensor:
        """scale"""
        return self.scale

    @property
    def variance(self) -> Tensor:
        """scale^2"""
        return self.scale**2

    def log_prob(self, value: Tensor) -> Tensor:
        """-(x - loc)^2 / (2 scale^2) - log(scale sqrt(2 pi))"""
        value = self._checked(value)
        return -((value - self.loc) ** 2) / (2 * self.variance) - log(self.scale) - LOG_ROOT_TWO_PI

    def cdf(self, value: Tensor) -> Tensor:
        """(1 + erf(z / sqrt 2)) / 2"""
        value = self._checked(value)
        return 0.5 * (1 + erf((value - self.loc) / self.scale / math.sqrt(2)))

    def icdf(self, value: Tensor) -> Tensor:
        """loc + scale sqrt(2) erfinv(2 p - 1)"""
        return self.loc + self.scale * erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Tensor:
        """1/2 + log(scale sqrt(2 pi))"""
        return 0.5 + LOG_ROOT_TWO_PI + log(self.scale)


class Laplace(LocationScale):
    """The two-sided exponential distribution around loc.

    >>> te.distributions.Laplace(0.0, 1.0).log_prob(te.tensor(0.0)).exp()
    tensor(0.5000)
    """

    _standard = "laplace"

    @property
    def variance(self) -> Tensor:
        """2 scale^2"""
        return 2 * self.scale**2

    def log_prob(self, value: Tensor) -> Tensor:
        """-|x - loc| / scale - log(2 scale)"""
        value = self._checked(value)
        return -log(2 * self.scale) - abs(value - self.loc) / self.scale

    def cdf(self, value: Tensor) -> Tensor:
        """1/2 - sign(z) (exp(-|z|) - 1) / 2"""
        z = self._checked(value) - self.loc
        return 0.5 - 0.5 * z.sign() * expm1(-abs(z) / self.scale)

    def icdf(self, value: Tensor) -> Tensor:
        """loc - scale sign(p - 1/2) log(1 - 2 |p - 1/2|)"""
        term = value - 0.5
        return self.loc - self.scale * term.sign() * log1p(-2 * abs(term))

    def entropy(self) -> Tensor:
        """1 + log(2 scale)"""
        return 1 + log(2 * self.scale)


class Cauchy(LocationScale):
    """The Cauchy distribution, of median loc; it has no mean.

    >>> te.distributions.Cauchy(2.0, 1.0).cdf(te.tensor(2.0))
    tensor(0.5000)
    """

    _standard = "standard_cauchy"

    @property
    def mean(self) -> Tensor:
        """nan"""
        return self.loc.detach() * math.nan

    @property
    def variance(self) -> Tensor:
        """inf"""
        return self.loc.detach() * 0 + math.inf

    def log_prob(self, value: Tensor) -> Tensor:
        """-log(pi scale (1 + z^2))"""
        z = (self._checked(value) - self.loc) / self.scale
        return -math.log(math.pi) - log(self.scale) - log1p(z**2)

    def cdf(self, value: Tensor) -> Tensor:
        """atan(z) / pi + 1/2"""
        return ((self._checked(value) - self.loc) / self.scale).atan() / math.pi + 0.5

    def icdf(self, value: Tensor) -> Tensor:
        """loc + scale tan(pi (p - 1/2))"""
        return (math.pi * (value - 0.5)).tan() * self.scale + self.loc

    def entropy(self) -> Tensor:
        """log(4 pi scale)"""
        return math.log(4 * math.pi) + log(self.scale)


class Gumbel(LocationScale):
    """The distribution of the largest of many values.

    >>> te.distributions.Gumbel(0.0, 1.0).mean
    tensor(0.5772)
    """

    _standard = "gumbel"

    @property
    def mean(self) -> Tensor:
        """loc + 0.5772 scale"""
        return self.loc + self.scale * EULER

    @property
    def variance(self) -> Tensor:
        """(pi scale)^2 / 6"""
        return math.pi**2 / 6 * self.scale**2

    def log_prob(self, value: Tensor) -> Tensor:
        """-z - exp(-z) - log(scale)"""
        z = (self._checked(value) - self.loc) / self.scale
        return -z - exp(-z) - log(self.scale)

    def cdf(self, value: Tensor) -> Tensor:
        """exp(-exp(-z))"""
        return exp(-exp(-(self._checked(value) - self.loc) / self.scale))

    def icdf(self, value: Tensor) -> Tensor:
        """loc - scale log(-log p)"""
        return self.loc - self.scale * log(-log(value))

    def entropy(self) -> Tensor:
        """log(scale) + 1.5772"""
        return log(self.scale) + (1 + EULER)


class Exponential(Distribution):
    """The time until an event that happens at a rate.

    >>> te.distributions.Exponential(2.0).mean
    tensor(0.5000)
    """

    arg_constraints = {"rate": constraints.positive}
    has_rsample = True

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = parameters(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """Numbers from 0 on."""
        return constraints.nonnegative

    @property
    def mean(self) -> Tensor:
        """1 / rate"""
        return 1 / self.rate

    @property
    def mode(self) -> Tensor:
        """0"""
        return self.rate.detach() * 0

    @property
    def variance(self) -> Tensor:
        """1 / rate^2"""
        return self.rate**-2

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """(a standard value) / rate"""
        drawn = standard("standard_exponential", self._extended_shape(sample_shape), self.rate)
        return drawn / self.rate

    def log_prob(self, value: Tensor) -> Tensor:
        """log(rate) - rate x"""
        return log(self.rate) - self.rate * self._checked(value)

    def cdf(self, value: Tensor) -> Tensor:
        """1 - exp(-rate x)"""
        return -expm1(-self.rate * self._checked(value))

    def icdf(self, value: Tensor) -> Tensor:
        """-log(1 - p) / rate"""
        return -log1p(-value) / self.rate

    def entropy(self) -> Tensor:
        """1 - log(rate)"""
        return 1 - log(self.rate)


class Uniform(Distribution):
    """All numbers of [low, high) alike.

    >>> te.distributions.Uniform(0.0, 4.0).log_prob(te.tensor(1.0)).exp()
    tensor(0.2500)
    """

    arg_constraints = {"low": constraints.dependent, "high": constraints.dependent}
    has_rsample = True

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = parameters(low, high)
        super().__init__(self.low.shape, validate_args=validate_args)
        if self._validate_args and not bool((self.low.array < self.high.array).all()):
            raise ValueError("Uniform is not defined when low>= high")

    @property
    def support(self) -> Constraint:
        """From low to high."""
        return constraints.interval(self.low.detach(), self.high.detach())

    @property
    def mean(self) -> Tensor:
        """(low + high) / 2"""
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Tensor:
        """nan: all are equally likely"""
        return math.nan * self.high

    @property
    def variance(self) -> Tensor:
        """(high - low)^2 / 12"""
        return (self.high - self.low) ** 2 / 12

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """low + (high - low) * (a value of [0, 1))"""
        drawn = standard("random", self._extended_shape(sample_shape), self.low)
        return self.low + drawn * (self.high - self.low)

    def log_prob(self, value: Tensor) -> Tensor:
        """-log(high - low) inside, -inf outside"""
        value = self._checked(value)
        inside = (value >= self.low) & (value < self.high)
        return log(inside.type_as(self.low)) - log(self.high - self.low)

    def cdf(self, value: Tensor) -> Tensor:
        """(x - low) / (high - low), held to [0, 1]"""
        return ((self._checked(value) - self.low) / (self.high - self.low)).clamp(0, 1)

    def icdf(self, value: Tensor) -> Tensor:
        """low + p (high - low)"""
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Tensor:
        """log(high - low)"""
        return log(self.high - self.low)
