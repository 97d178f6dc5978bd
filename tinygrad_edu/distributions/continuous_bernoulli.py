"""A density on the numbers between 0 and 1: what a Bernoulli's likelihood of grey pixels is, normalised."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from ..functional import broadcast_tensors, log, log1p, where
from ..nn.functional import binary_cross_entropy_with_logits
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .discrete import YesOrNo
from .distribution import standard
from .utils import clamp_probs, logits_to_probs

__all__ = ["ContinuousBernoulli"]


class ContinuousBernoulli(YesOrNo):
    """Numbers x between 0 and 1 of density C p^x (1 - p)^(1 - x).

    Where p lies within `lims`, formulas that would divide 0 by 0 at p = 1/2 are replaced by their Taylor series.
    Source: Loaiza-Ganem and Cunningham 2019, "The continuous Bernoulli: fixing a pervasive error in VAEs".

    >>> ContinuousBernoulli(te.tensor([0.5])).mean
    tensor([0.5000])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    has_rsample = True

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        self._set(probs, logits)
        self._lims = lims
        super().__init__(self._param.shape, validate_args=validate_args)
        if probs is not None:
            self.probs = self._param = clamp_probs(self.probs)

    @cached_property
    def probs(self) -> Tensor:
        """1 / (1 + exp(-logits)), kept from 0 and 1"""
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    @property
    def support(self) -> Constraint:
        """From 0 to 1."""
        return constraints.unit_interval

    @property
    def _far(self) -> Tensor:
        """Where p is not near 1/2."""
        return (self.probs <= self._lims[0]) | (self.probs > self._lims[1])

    @property
    def _cut(self) -> Tensor:
        """p, or a number that is safe to divide by where it is near 1/2."""
        return where(self._far, self.probs, self._lims[0])

    def _log_constant(self) -> Tensor:
        """log C = log(2 atanh(1 - 2 p) / (1 - 2 p))"""
        p, x = self._cut, (self.probs - 0.5) ** 2
        found = log(abs(log1p(-p) - log(p))) - log(abs(1 - 2 * p))
        return where(self._far, found, math.log(2) + (4 / 3 + 104 / 45 * x) * x)

    @property
    def mean(self) -> Tensor:
        """p / (2 p - 1) + 1 / (2 atanh(1 - 2 p))"""
        p, x = self._cut, self.probs - 0.5
        found = p / (2 * p - 1) + 1 / (log1p(-p) - log(p))
        return where(self._far, found, 0.5 + (1 / 3 + 16 / 45 * x**2) * x)

    @property
    def variance(self) -> Tensor:
        """p (p - 1) / (1 - 2 p)^2 + 1 / (2 atanh(1 - 2 p))^2"""
        p, x = self._cut, (self.probs - 0.5) ** 2
        found = p * (p - 1) / (1 - 2 * p) ** 2 + 1 / (log1p(-p) - log(p)) ** 2
        return where(self._far, found, 1 / 12 - (1 / 15 - 128 / 945 * x) * x)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """icdf of uniform values"""
        return self.icdf(standard("random", self._extended_shape(sample_shape), self.probs))

    def log_prob(self, value: Tensor) -> Tensor:
        """x log p + (1 - x) log(1 - p) + log C"""
        logits, value = broadcast_tensors(self.logits, self._checked(value))
        inside = binary_cross_entropy_with_logits(logits, value, reduction="none")
        return self._log_constant() - inside

    def cdf(self, value: Tensor) -> Tensor:
        """(p^x (1 - p)^(1 - x) + p - 1) / (2 p - 1), held to [0, 1]"""
        value, p = self._checked(value), self._cut
        found = (p**value * (1 - p) ** (1 - value) + p - 1) / (2 * p - 1)
        inside = where(self._far, found, value)
        return where(value <= 0, 0.0, where(value >= 1, 1.0, inside))

    def icdf(self, value: Tensor) -> Tensor:
        """log(1 + u (2 p - 1) / (1 - p)) / logit"""
        p = self._cut
        found = (log1p(-p + value * (2 * p - 1)) - log1p(-p)) / (log(p) - log1p(-p))
        return where(self._far, found, value)

    def entropy(self) -> Tensor:
        """mean (log(1 - p) - log p) - log C - log(1 - p)"""
        no = log1p(-self.probs)
        return self.mean * (no - log(self.probs)) - self._log_constant() - no
