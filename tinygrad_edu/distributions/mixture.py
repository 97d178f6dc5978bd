"""Mixtures of distributions of one family."""

from __future__ import annotations

from typing import Any

from ..functional import logsumexp
from ..grad_mode import no_grad
from ..nn.functional import log_softmax
from ..tensor import Tensor
from .classes import Categorical
from .constraints import Constraint
from .distribution import Distribution

__all__ = ["MixtureSameFamily"]


class _OfComponents(Constraint):
    """Values that all components take."""

    def __init__(self, components: Distribution) -> None:
        self._components = components
        self._base = components.support
        self.event_dim, self.is_discrete = self._base.event_dim, self._base.is_discrete

    def check(self, value: Tensor) -> Tensor:
        """Where they do."""
        place = -1 - len(self._components.event_shape)
        return self._base.check(value.unsqueeze(place)).all(-1)

    def __repr__(self) -> str:
        return f"MixtureSameFamilyConstraint({self._base})"


class MixtureSameFamily(Distribution):
    """One of k components, chosen by a Categorical: log p(x) = logsumexp_k (log w_k + log p_k(x)).

    The components are the last batch dimension of `component_distribution`.

    >>> from tinygrad_edu.distributions import Categorical, Normal
    >>> weights, humps = Categorical(te.ones(2)), Normal(te.tensor([-1.0, 3.0]), te.ones(2))
    >>> MixtureSameFamily(weights, humps).mean
    tensor(1.)
    """

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                "The Mixture distribution needs to be an instance of Categorical, "
                f"got a {type(mixture_distribution).__name__}"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                "The Component distribution needs to be an instance of Distribution, "
                f"got a {type(component_distribution).__name__}"
            )
        *batch, count = component_distribution.batch_shape
        weights = mixture_distribution.batch_shape
        if any(1 not in (m, n) and m != n for m, n in zip(reversed(weights), reversed(batch))):
            raise ValueError(
                f"`mixture_distribution.batch_shape` ({weights}) is not compatible with "
                f"`component_distribution.batch_shape` ({tuple(batch)})"
            )
        if mixture_distribution.param_shape[-1] != count:
            raise ValueError(
                f"`mixture_distribution component` ({mixture_distribution.param_shape[-1]}) does not equal "
                f"`component_distribution.batch_shape[-1]` ({count})"
            )
        self._place = -1 - len(component_distribution.event_shape)  # of the components in a value
        super().__init__(batch, component_distribution.event_shape, validate_args)

    @property
    def support(self) -> Constraint:
        """What all components take."""
        return _OfComponents(self.component_distribution)

    def _mean_of(self, x: Tensor) -> Tensor:
        """What components have, weighted: (*batch, k, *event) -> (*batch, *event)"""
        probs = self.mixture_distribution.probs
        return (probs.view(*probs.shape, *(1,) * len(self.event_shape)) * x).sum(self._place)

    @property
    def mean(self) -> Tensor:
        """The weighted mean of the components' means"""
        return self._mean_of(self.component_distribution.mean)

    @property
    def variance(self) -> Tensor:
        """The mean of the variances, and the variance of the means"""
        parts = self.component_distribution
        off = parts.mean - self.mean.unsqueeze(self._place)
        return self._mean_of(parts.variance) + self._mean_of(off.pow(2))

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Values of components that were drawn first."""
        with no_grad():
            chosen = self.mixture_distribution.expand(self.batch_shape).sample(sample_shape)
            values = self.component_distribution.sample(sample_shape)
            place = values.ndim + self._place
            chosen = chosen.view(*chosen.shape, *(1,) * -self._place)
            return values.gather(
                place, chosen.expand(*values.shape[:place], 1, *self.event_shape)
            ).squeeze(place)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the weighted sum of the components' densities"""
        value = self._checked(value).unsqueeze(self._place)
        weights = log_softmax(self.mixture_distribution.logits, -1)
        return logsumexp(self.component_distribution.log_prob(value) + weights, -1)

    def cdf(self, value: Tensor) -> Tensor:
        """The weighted sum of the components'"""
        return self._mean_of(self.component_distribution.cdf(value.unsqueeze(self._place)))

    def expand(self, batch_shape: Any) -> MixtureSameFamily:
        """The same with its batch expanded to a shape."""
        weights: Any = self.mixture_distribution.expand(batch_shape)
        count = self.component_distribution.batch_shape[-1]
        parts = self.component_distribution.expand((*batch_shape, count))
        return MixtureSameFamily(weights, parts, self._validate_args)

    def __repr__(self) -> str:
        return f"MixtureSameFamily({self.mixture_distribution}, {self.component_distribution})"
