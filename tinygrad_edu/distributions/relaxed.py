"""Discrete distributions whose samples carry gradients: relaxed by a temperature, or passed straight through.

Source: Maddison et al. 2017, "The concrete distribution"; Jang et al. 2017, "Categorical reparameterization with
Gumbel-softmax".
"""

from __future__ import annotations

import math
from typing import Any

from ..functional import broadcast_tensors, exp, log, log1p, logsumexp
from ..nn.functional import log_softmax
from ..tensor import Tensor
from . import constraints
from .classes import Classes, OneHotCategorical
from .constraints import Constraint
from .discrete import YesOrNo
from .distribution import parameters, standard
from .transformed import TransformedDistribution
from .transforms import ExpTransform, SigmoidTransform, Transform

__all__ = [
    "ExpRelaxedCategorical", "LogitRelaxedBernoulli", "OneHotCategoricalStraightThrough", "RelaxedBernoulli",
    "RelaxedOneHotCategorical",
]  # fmt: skip


class LogitRelaxedBernoulli(YesOrNo):
    """The logits of RelaxedBernoulli values: (logits + a logistic value) / temperature.

    >>> LogitRelaxedBernoulli(te.tensor(0.5), probs=te.tensor([0.25])).sample().shape
    tinygrad_edu.Size([1])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    has_rsample = True
    _shared = ("temperature",)

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.temperature,) = parameters(temperature)
        self._set(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """All numbers."""
        return constraints.real

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """(logits + a logistic value) / temperature"""
        noise = standard("logistic", self._extended_shape(sample_shape), self._param)
        return (self.logits + noise) / self.temperature

    def log_prob(self, value: Tensor) -> Tensor:
        """log t + d - 2 log(1 + e^d), d = logits - t x"""
        d = self.logits - self._checked(value) * self.temperature
        return log(self.temperature) + d - 2 * log1p(exp(d))


class Relaxed(TransformedDistribution):
    """What the relaxed distributions share: parameters, which are those of the base that they transform."""

    base: type[LogitRelaxedBernoulli | ExpRelaxedCategorical]
    transform: type[Transform]
    base_dist: LogitRelaxedBernoulli | ExpRelaxedCategorical

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        base = self.base(temperature, probs, logits, validate_args)
        super().__init__(base, self.transform(), validate_args)

    @property
    def temperature(self) -> Tensor:
        """How far values are from 0 and 1"""
        return self.base_dist.temperature

    @property
    def logits(self) -> Tensor:
        """log(p / (1 - p)) of a yes or no, log p of classes"""
        return self.base_dist.logits

    @property
    def probs(self) -> Tensor:
        """p"""
        return self.base_dist.probs


class RelaxedBernoulli(Relaxed):
    """Numbers between 0 and 1, the nearer to these the lower the temperature.

    >>> RelaxedBernoulli(te.tensor(0.5), probs=te.tensor([0.25])).rsample().shape
    tinygrad_edu.Size([1])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    base, transform = LogitRelaxedBernoulli, SigmoidTransform


class ExpRelaxedCategorical(Classes):
    """The logarithms of RelaxedOneHotCategorical values.

    >>> ExpRelaxedCategorical(te.tensor(0.5), te.ones(3)).sample().exp().sum().round()
    tensor(1.)
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_rsample = True
    _shared = ("temperature",)

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.temperature,) = parameters(temperature)
        self._set(probs, logits)
        super().__init__(self._param.shape[:-1], self._param.shape[-1:], validate_args)

    @property
    def support(self) -> Constraint:
        """Vectors."""
        return constraints.real_vector

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """log softmax((logits + Gumbel values) / temperature)"""
        noise = standard("gumbel", self._extended_shape(sample_shape), self._param)
        return log_softmax((self.logits + noise) / self.temperature, -1)

    def log_prob(self, value: Tensor) -> Tensor:
        """log Gamma(k) + (k - 1) log t + sum log softmax(logits - t x)"""
        logits, value = broadcast_tensors(self.logits, self._checked(value))
        k: int = self._num_events
        score = logits - value * self.temperature
        score = (score - logsumexp(score, -1, True)).sum(-1)
        return score + (math.lgamma(k) + (k - 1) * log(self.temperature))


class RelaxedOneHotCategorical(Relaxed):
    """Probabilities that sum to 1, the nearer to one 1 among zeros the lower the temperature.

    >>> RelaxedOneHotCategorical(te.tensor(0.5), te.ones(3)).rsample().sum().round()
    tensor(1.)
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    base, transform = ExpRelaxedCategorical, ExpTransform

    @property
    def support(self) -> Constraint:
        """Vectors that sum to 1."""
        return constraints.simplex


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """One class as a vector, whose gradient is that of the probabilities.

    >>> p = te.tensor([0.0, 1.0], requires_grad=True)
    >>> OneHotCategoricalStraightThrough(p).rsample()
    tensor([0., 1.], grad_fn=<AddBackward0>)
    """

    has_rsample = True

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """A sample, plus the probabilities less themselves without gradient"""
        drawn = self.sample(sample_shape)
        return drawn + (self.probs - self.probs.detach())
