"""Distributions of counts and classes.

Those of classes and of yes or no take either probabilities or logits; the other is worked out when asked for.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from ..creation import multinomial
from ..functional import (
    broadcast_tensors,
    exp,
    lgamma,
    log,
    log1p,
    logsumexp,
    softmax,
    where,
    xlogy,
)
from ..grad_mode import no_grad
from ..nn.functional import binary_cross_entropy_with_logits, one_hot
from ..primitive import wrap
from ..random import default_generator
from ..tensor import Size, Tensor
from . import constraints
from .constraints import Constraint
from .distribution import Distribution, parameters

__all__ = [
    "Bernoulli", "Binomial", "Categorical", "Geometric", "Multinomial", "OneHotCategorical", "Poisson",
]  # fmt: skip


def one_of(probs: Any, logits: Any) -> Any:
    """The one that is given. Raises ValueError for both or neither."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
    return logits if probs is None else probs


def clamped(probs: Tensor) -> Tensor:
    """Probabilities kept from 0 and 1 by the rounding of their dtype, so that logarithms are finite."""
    eps = float(np.finfo(probs.array.dtype).eps)
    return probs.clamp(eps, 1 - eps)


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
        p = clamped(self.probs)
        return log(p) - log1p(-p)

    @cached_property
    def probs(self) -> Tensor:
        """1 / (1 + exp(-logits))"""
        return self.logits.sigmoid()


class Bernoulli(YesOrNo):
    """1 with a probability, else 0.

    >>> import tinygrad_edu as te
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
        values = wrap(np.arange(2, dtype=self._param.array.dtype))
        values = values.view(-1, *(1,) * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values


class Geometric(YesOrNo):
    """How many failures come before the first success, of a given probability."""

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
    """How many of `total_count` trials succeed, each with a probability."""

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
        drawn = default_generator.numpy.binomial(n, p, self._extended_shape(sample_shape))
        return wrap(np.asarray(drawn).astype(p.dtype))

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
        values = wrap(np.arange(n + 1, dtype=self._param.array.dtype))
        values = values.view(-1, *(1,) * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values

    def entropy(self) -> Tensor:
        """The sum over all counts of -p log p."""
        each = self.log_prob(self.enumerate_support(False))
        return -(exp(each) * each).sum(0)


class Poisson(Distribution):
    """How many events happen, at a rate."""

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
        rate = self.rate.array
        drawn = default_generator.numpy.poisson(rate, self._extended_shape(sample_shape))
        return wrap(np.asarray(drawn).astype(rate.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        """x log(rate) - rate - log x!"""
        value = self._checked(value)
        return xlogy(value, self.rate) - self.rate - lgamma(value + 1)


class Classes(Distribution):
    """What distributions over classes share: `probs`, that sum to 1, and `logits`, their logarithms."""

    def _set(self, probs: Any, logits: Any) -> None:
        given = one_of(probs, logits)
        if given.dim() < 1:
            name = "logits" if probs is None else "probs"
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        if probs is None:
            self.logits = given - logsumexp(given, -1, True)
        else:
            self.probs = given / given.sum(-1, True)
        self._param = self.logits if probs is None else self.probs
        self._num_events = given.shape[-1]

    @cached_property
    def logits(self) -> Tensor:
        """log p"""
        return log(clamped(self.probs))

    @cached_property
    def probs(self) -> Tensor:
        """softmax(logits)"""
        return softmax(self.logits, -1)

    def _drawn(self, count: int) -> Tensor:
        """(count, *batch_shape) classes."""
        flat = self.probs.detach().reshape(-1, self._num_events)
        found = multinomial(flat, count, True).t()
        return found.reshape(count, *self._batch_shape)

    def _entropy(self) -> Tensor:
        low = float(np.finfo(self._param.array.dtype).min)
        return -(self.logits.clamp(min=low) * self.probs).sum(-1)


class Categorical(Classes):
    """One class, by number.

    >>> import tinygrad_edu as te
    >>> te.distributions.Categorical(te.tensor([0.25, 0.75])).log_prob(te.tensor(1)).exp()
    tensor(0.7500)
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._set(probs, logits)
        super().__init__(self._param.shape[:-1], validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """0 to the number of classes - 1."""
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def param_shape(self) -> Size:
        """The shape of the probabilities."""
        return self._param.shape

    @property
    def mean(self) -> Tensor:
        """nan: numbers of classes have none"""
        return wrap(np.full(self._batch_shape, math.nan, self._param.array.dtype))

    @property
    def variance(self) -> Tensor:
        """nan"""
        return self.mean

    @property
    def mode(self) -> Tensor:
        """The likeliest class"""
        return self.probs.argmax(-1)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Numbers of classes, of int64."""
        return self._drawn(math.prod(sample_shape)).reshape(self._extended_shape(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """log p of the class"""
        value = self._checked(value).long().unsqueeze(-1)
        shape = np.broadcast_shapes(value.shape[:-1], self.logits.shape[:-1])
        value = value.expand(*shape, 1)
        return self.logits.expand(*shape, self._num_events).gather(-1, value).squeeze(-1)

    def entropy(self) -> Tensor:
        """The sum of -p log p"""
        return self._entropy()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All numbers of classes."""
        values = wrap(np.arange(self._num_events)).view(-1, *(1,) * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values


class OneHotCategorical(Classes):
    """One class, as a vector of zeros with a 1 in its place."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._set(probs, logits)
        super().__init__(self._param.shape[:-1], self._param.shape[-1:], validate_args)

    @property
    def support(self) -> Constraint:
        """Vectors with one 1."""
        return constraints.one_hot

    @property
    def mean(self) -> Tensor:
        """p"""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """The likeliest class"""
        return one_hot(self.probs.argmax(-1), self._num_events).to(self.probs.dtype)

    @property
    def variance(self) -> Tensor:
        """p (1 - p)"""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Vectors with one 1."""
        drawn = one_hot(self._drawn(math.prod(sample_shape)), self._num_events)
        return drawn.to(self._param.dtype).reshape(self._extended_shape(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """log p of the class"""
        return (self.logits * self._checked(value)).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All vectors with one 1."""
        n, batch = self._num_events, self._batch_shape
        values = wrap(np.eye(n, dtype=self._param.array.dtype))
        values = values.view(n, *(1,) * len(batch), n)
        return values.expand(n, *batch, n) if expand else values

    def entropy(self) -> Tensor:
        """The sum of -p log p"""
        return self._entropy()


class Multinomial(Classes):
    """How often each class comes, in `total_count` draws."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self,
        total_count: int = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._set(probs, logits)
        super().__init__(self._param.shape[:-1], self._param.shape[-1:], validate_args)

    @property
    def support(self) -> Constraint:
        """Counts that sum to total_count."""
        n = self.total_count
        return Constraint(
            f"Multinomial(total_count={n})", lambda x: (x >= 0).all(-1) & (x.sum(-1) == n), 1
        )

    @property
    def mean(self) -> Tensor:
        """n p"""
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        """n p (1 - p)"""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts."""
        with no_grad():
            drawn = self._drawn(self.total_count * math.prod(sample_shape))
            counts = one_hot(drawn, self._num_events).to(self._param.dtype)
            shape = self._extended_shape(sample_shape)
            return counts.reshape(self.total_count, *shape).sum(0)

    def entropy(self) -> Tensor:
        """n (entropy of a class) - log n! + the sum over classes of E[log x!], x binomial"""
        n = wrap(np.asarray(self.total_count, self._param.array.dtype))
        one = Binomial(self.total_count, self.probs, validate_args=False)
        counts = one.enumerate_support(False)[1:]
        orders = (exp(one.log_prob(counts)) * lgamma(counts + 1)).sum((0, -1))
        return n * self._entropy() - lgamma(n + 1) + orders

    def log_prob(self, value: Tensor) -> Tensor:
        """log n! - sum log x! + sum x log p"""
        value = self._checked(value)
        orders = lgamma(value.sum(-1) + 1) - lgamma(value + 1).sum(-1)
        logits, value = broadcast_tensors(self.logits, value)
        return orders + where((value == 0) & (logits == -math.inf), 0.0, logits * value).sum(-1)
