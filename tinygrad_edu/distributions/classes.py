"""Distributions over classes, by probabilities or by logits; the other is worked out when asked for."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from ..creation import multinomial
from ..functional import broadcast_tensors, exp, lgamma, logsumexp, where
from ..grad_mode import no_grad
from ..nn.functional import one_hot
from ..primitive import wrap
from ..tensor import Size, Tensor
from . import constraints
from .constraints import Constraint
from .discrete import Binomial, one_of
from .distribution import Distribution
from .utils import logits_to_probs, probs_to_logits

__all__ = ["Categorical", "Multinomial", "OneHotCategorical"]


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
        return probs_to_logits(self.probs)

    @cached_property
    def probs(self) -> Tensor:
        """softmax(logits)"""
        return logits_to_probs(self.logits)

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
        return self._over_batch(wrap(np.arange(self._num_events)), expand)


class OneHotCategorical(Classes):
    """One class, as a vector of zeros with a 1 in its place.

    >>> te.distributions.OneHotCategorical(te.tensor([0.0, 1.0])).sample()
    tensor([0., 1.])
    """

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
        return self._over_batch(
            wrap(np.eye(self._num_events, dtype=self._param.array.dtype)), expand
        )

    def entropy(self) -> Tensor:
        """The sum of -p log p"""
        return self._entropy()


class Multinomial(Classes):
    """How often each class comes, in `total_count` draws.

    >>> te.distributions.Multinomial(4, te.tensor([0.25, 0.75])).mean
    tensor([1., 3.])
    """

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
        return constraints.multinomial(self.total_count)

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
