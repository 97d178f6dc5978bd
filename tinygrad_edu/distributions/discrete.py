"""Distributions of yes or no and of counts.

Those of a probability take it or its logit; the other is worked out when asked for.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from ..functional import (
    broadcast_tensors,
    exp,
    lgamma,
    log,
    log1p,
    where,
    xlogy,
)
from ..nn.functional import binary_cross_entropy_with_logits, logsigmoid
from ..primitive import wrap
from ..random import default_generator
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .distribution import Distribution, parameters, standard
from .utils import logits_to_probs, probs_to_logits

__all__ = ["Bernoulli", "Binomial", "Geometric", "NegativeBinomial", "Poisson"]


def one_of(probs: Any, logits: Any) -> Any:
    """The one that is given. Raises ValueError for both or neither."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
    return logits if probs is None else probs


class YesOrNo(Distribution):
    """What distributions of a probability of yes share: `probs` and `logits`, log(p / (1 - p))."""

    def _set(self, probs: Any, logits: Any, *others: Any) -> list[Tensor]:
        given, *rest = parameters(one_of(probs, logits), *others)
        self.__dict__["logits" if probs is None else "probs"] = given
        self._param = given
        return rest

    @cached_property
    def logits(self) -> Tensor:
        """log(p / (1 - p))"""
        return probs_to_logits(self.probs, is_binary=True)

    @cached_property
    def probs(self) -> Tensor:
        """1 / (1 + exp(-logits))"""
        return logits_to_probs(self.logits, is_binary=True)


class Bernoulli(YesOrNo):
    """1 with a probability, else 0.

    >>> te.distributions.Bernoulli(te.tensor([0.25])).log_prob(te.tensor([1.0])).exp()
    tensor([0.2500])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._set(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0 and 1."""
        return constraints.boolean

    @property
    def mean(self) -> Tensor:
        """p"""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """1 where p > 1/2, nan at 1/2"""
        found = (self.probs >= 0.5).to(self.probs.dtype)
        return where(self.probs == 0.5, math.nan, found)

    @property
    def variance(self) -> Tensor:
        """p (1 - p)"""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Zeros and ones."""
        p = self.probs.array
        drawn = default_generator.numpy.random(self._extended_shape(sample_shape)) < p
        return wrap(np.asarray(drawn).astype(p.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        """x log p + (1 - x) log(1 - p)"""
        value = self._checked(value).to(self._param.dtype)
        logits, value = broadcast_tensors(self.logits, value)
        return -binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> Tensor:
        """-p log p - (1 - p) log(1 - p)"""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 and 1."""
        return self._over_batch(wrap(np.arange(2, dtype=self._param.array.dtype)), expand)


class Geometric(YesOrNo):
    """How many failures come before the first success, of a given probability.

    >>> te.distributions.Geometric(0.25).mean
    tensor(3.)
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._set(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)
        if self._validate_args and probs is not None and not bool((self.probs.array > 0).all()):
            raise ValueError(
                f"Expected parameter probs of distribution Geometric to be positive, but found invalid values:\n{probs}"
            )

    @property
    def support(self) -> Constraint:
        """0, 1, 2, ..."""
        return constraints.nonnegative_integer

    @property
    def mean(self) -> Tensor:
        """1 / p - 1"""
        return 1 / self.probs - 1

    @property
    def mode(self) -> Tensor:
        """0"""
        return self.probs.detach() * 0

    @property
    def variance(self) -> Tensor:
        """(1 / p - 1) / p"""
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts."""
        p = self.probs.array
        drawn = default_generator.numpy.geometric(p, self._extended_shape(sample_shape)) - 1
        return wrap(np.asarray(drawn).astype(p.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        """x log(1 - p) + log p"""
        value, p = broadcast_tensors(self._checked(value).to(self._param.dtype), self.probs)
        return where((p == 1) & (value == 0), 0.0, value * log1p(-p)) + log(p)

    def entropy(self) -> Tensor:
        """The entropy of a yes or no, over p"""
        return (
            binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs
        )


class Binomial(YesOrNo):
    """How many of `total_count` trials succeed, each with a probability.

    >>> te.distributions.Binomial(4, te.tensor(0.5)).log_prob(te.tensor(2.0)).exp()
    tensor(0.3750)
    """

    arg_constraints = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }

    def __init__(
        self,
        total_count: Any = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.total_count,) = self._set(probs, logits, total_count)
        self.total_count = self.total_count.to(self._param.dtype)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0 to total_count."""
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Tensor:
        """n p"""
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        """The whole part of (n + 1) p, at most n"""
        return ((self.total_count + 1) * self.probs).floor().minimum(self.total_count)

    @property
    def variance(self) -> Tensor:
        """n p (1 - p)"""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts."""
        p, n = self.probs.array, self.total_count.array.astype(np.int64)
        return standard("binomial", self._extended_shape(sample_shape), self.probs, n, p)

    def log_prob(self, value: Tensor) -> Tensor:
        """log (n choose x) + x log p + (n - x) log(1 - p)"""
        value, n = self._checked(value), self.total_count
        choices = lgamma(n + 1) - lgamma(value + 1) - lgamma(n - value + 1)
        worst = self.logits.clamp(min=0)  # so that neither exponential overflows
        normal = n * worst + n * log1p(exp(-abs(self.logits)))
        return value * self.logits + choices - normal

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 to total_count, which must be the same everywhere."""
        n = int(self.total_count.array.max())
        if not (self.total_count.array == n).all():
            raise NotImplementedError(
                "Inhomogeneous total count not supported by `enumerate_support`."
            )
        return self._over_batch(wrap(np.arange(n + 1, dtype=self._param.array.dtype)), expand)

    def entropy(self) -> Tensor:
        """The sum over all counts of -p log p."""
        each = self.log_prob(self.enumerate_support(False))
        return -(exp(each) * each).sum(0)


class NegativeBinomial(YesOrNo):
    """How many trials succeed, each with a probability, before `total_count` have failed.

    >>> te.distributions.NegativeBinomial(4, te.tensor(0.5)).mean
    tensor(4.)
    """

    arg_constraints = {
        "total_count": constraints.nonnegative,
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }

    def __init__(
        self,
        total_count: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (total_count,) = self._set(probs, logits, total_count)
        self.total_count: Tensor = total_count.to(self._param.dtype)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0, 1, 2, ..."""
        return constraints.nonnegative_integer

    @property
    def mean(self) -> Tensor:
        """n p / (1 - p)"""
        return self.total_count * exp(self.logits)

    @property
    def mode(self) -> Tensor:
        """The whole part of (n - 1) p / (1 - p), at least 0"""
        return ((self.total_count - 1) * exp(self.logits)).floor().clamp(min=0)

    @property
    def variance(self) -> Tensor:
        """n p / (1 - p)^2"""
        return self.mean / (-self.logits).sigmoid()

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Poisson counts of gamma rates."""
        stream, shape = default_generator.numpy, self._extended_shape(sample_shape)
        odds = exp(self.logits.detach()).array
        rates = stream.standard_gamma(self.total_count.array, shape) * odds
        return wrap(np.asarray(stream.poisson(rates)).astype(odds.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        """log (n + x - 1 choose x) + n log(1 - p) + x log p"""
        value, n = self._checked(value), self.total_count
        inside = n * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
        choices = lgamma(n + value) - lgamma(1 + value) - lgamma(n)
        return inside + choices.masked_fill(n + value == 0, 0.0)


class Poisson(Distribution):
    """How many events happen, at a rate.

    >>> te.distributions.Poisson(2.0).log_prob(te.tensor(0.0))
    tensor(-2.)
    """

    arg_constraints = {"rate": constraints.nonnegative}

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = parameters(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0, 1, 2, ..."""
        return constraints.nonnegative_integer

    @property
    def mean(self) -> Tensor:
        """rate"""
        return self.rate

    @property
    def mode(self) -> Tensor:
        """The whole part of the rate"""
        return self.rate.floor()

    @property
    def variance(self) -> Tensor:
        """rate"""
        return self.rate

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts."""
        shape = self._extended_shape(sample_shape)
        return standard("poisson", shape, self.rate, self.rate.array)

    def log_prob(self, value: Tensor) -> Tensor:
        """x log(rate) - rate - log x!"""
        value = self._checked(value)
        return xlogy(value, self.rate) - self.rate - lgamma(value + 1)
