"""Distributions of transformed values: of any base and transforms, and named ones of bounded values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..creation import ones_like, zeros_like
from ..functional import digamma, exp, lgamma, log, where
from ..grad_mode import no_grad
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .continuous import EULER, Normal, Uniform
from .distribution import Distribution, Independent, parameters, summed
from .transforms import (
    AffineTransform,
    ComposeTransform,
    PowerTransform,
    StickBreakingTransform,
    Transform,
)
from .transforms.base import of_at_least

__all__ = ["Kumaraswamy", "LogisticNormal", "TransformedDistribution"]


class TransformedDistribution(Distribution):
    """The distribution of t(x), x of a base distribution and t one transform or several after each other.

    log p(y) = log p(x) - log |dy/dx|

    >>> from tinygrad_edu.distributions import AffineTransform, Normal
    >>> d = TransformedDistribution(Normal(0.0, 1.0), AffineTransform(5.0, 2.0))
    >>> d.log_prob(te.tensor(5.0)) == Normal(5.0, 2.0).log_prob(te.tensor(5.0))
    tensor(True)
    """

    def __init__(
        self,
        base_distribution: Distribution,
        transforms: Transform | Sequence[Transform],
        validate_args: bool | None = None,
    ) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else list(transforms)
        if not all(isinstance(t, Transform) for t in self.transforms):
            raise ValueError(
                f"transforms must be a Transform or a list of Transforms, got {transforms}"
            )
        whole, base = ComposeTransform(self.transforms), base_distribution
        shape = (*base.batch_shape, *base.event_shape)
        domain, codomain = whole.domain.event_dim, whole.codomain.event_dim
        if len(shape) < domain:
            raise ValueError(
                f"base_distribution needs to have shape with size at least {domain}, but got {shape}."
            )
        after = whole.forward_shape(shape)
        before = whole.inverse_shape(after)
        if before != shape:
            base = base.expand(before[: len(before) - len(base.event_shape)])
        event_dim = max(codomain, len(base.event_shape) + codomain - domain)
        if domain > len(base.event_shape):
            base = Independent(base, domain - len(base.event_shape))
        self.base_dist = base
        cut = len(after) - event_dim
        super().__init__(after[:cut], after[cut:], validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether samples have gradients, as those of the base."""
        return self.base_dist.has_rsample

    @property
    def support(self) -> Constraint:
        """What the last transform gives."""
        if not self.transforms:
            return self.base_dist.support
        return of_at_least(self.transforms[-1].codomain, len(self.event_shape))

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Values of the base, transformed."""
        with no_grad():
            return self._forward(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Values of the base, transformed, with gradients for both."""
        return self._forward(self.base_dist.rsample(sample_shape))

    def _forward(self, x: Tensor) -> Tensor:
        for transform in self.transforms:
            x = transform(x)
        return x

    def log_prob(self, value: Tensor) -> Tensor:
        """That of the base, minus the log-determinants of the transforms"""
        y, event_dim = self._checked(value), len(self.event_shape)
        changes = []
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            event_dim += transform.domain.event_dim - transform.codomain.event_dim
            change = transform.log_abs_det_jacobian(x, y)
            changes.append(summed(change, event_dim - transform.domain.event_dim))
            y = x
        found = summed(self.base_dist.log_prob(y), event_dim - len(self.base_dist.event_shape))
        for change in changes:
            found = found - change
        return found

    def _turned(self, p: Tensor) -> Tensor:
        """p, or 1 - p where the transforms fall."""
        sign = ComposeTransform(self.transforms).sign
        return p if isinstance(sign, int) and sign == 1 else (p - 0.5).mul(sign) + 0.5

    def cdf(self, value: Tensor) -> Tensor:
        """That of the base at what is transformed to `value`; all transforms must rise or fall everywhere."""
        x = self._checked(value)
        for transform in reversed(self.transforms):
            x = transform.inv(x)
        return self._turned(self.base_dist.cdf(x))

    def icdf(self, value: Tensor) -> Tensor:
        """What the base's is transformed to."""
        return self._forward(self.base_dist.icdf(self._turned(value)))


class LogisticNormal(TransformedDistribution):
    """Probabilities that sum to 1, made by breaking a stick by normal values; there is one more than of these.

    >>> te.distributions.LogisticNormal(te.zeros(2), te.ones(2)).event_shape
    tinygrad_edu.Size([3])
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args)
        if not base.batch_shape:
            base = Normal(base.loc.unsqueeze(0), base.scale.unsqueeze(0), False)
        super().__init__(base, StickBreakingTransform(), validate_args)
        self.loc, self.scale = base.loc, base.scale


class Kumaraswamy(TransformedDistribution):
    """Numbers of 0 to 1, much like those of a Beta distribution, with gradients of all orders.

    >>> te.distributions.Kumaraswamy(1.0, 1.0).mean
    tensor(0.5000)
    """

    arg_constraints = {
        "concentration1": constraints.positive,
        "concentration0": constraints.positive,
    }

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        a, b = parameters(concentration1, concentration0)
        self.concentration1, self.concentration0 = a, b
        transforms = [PowerTransform(1 / b), AffineTransform(1, -1), PowerTransform(1 / a)]
        super().__init__(Uniform(zeros_like(a), ones_like(a), False), transforms, validate_args)

    @property
    def support(self) -> Constraint:
        """From 0 to 1."""
        return constraints.unit_interval

    def _moment(self, k: int) -> Tensor:
        term, b = 1 + k / self.concentration1, self.concentration0
        return b * exp(lgamma(term) + lgamma(b) - lgamma(term + b))

    @property
    def mean(self) -> Tensor:
        """b B(1 + 1/a, b), B the beta function"""
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        """((a - 1) / (a b - 1))^(1/a); nan where a or b is below 1"""
        a, b = self.concentration1, self.concentration0
        return where((a < 1) | (b < 1), math.nan, ((a - 1) / (a * b - 1)) ** (1 / a))

    @property
    def variance(self) -> Tensor:
        """b B(1 + 2/a, b) - mean^2"""
        return self._moment(2) - self._moment(1) ** 2

    def entropy(self) -> Tensor:
        """1 - 1/b + (1 - 1/a) H_b - log(a b), H the harmonic number"""
        a, b = self.concentration1, self.concentration0
        return 1 - 1 / b + (1 - 1 / a) * (digamma(b + 1) + EULER) - log(a * b)
