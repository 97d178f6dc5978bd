"""Transforms of each number by itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...creation import zeros_like
from ...functional import atanh, exp, expm1, log, log1p
from ...nn.functional import logsigmoid, softplus
from ...primitive import raw
from ...tensor import Size, Tensor
from .. import constraints
from ..constraints import Constraint
from ..distribution import Distribution, summed, tiny
from .base import Parameterless, Transform, of_at_least

__all__ = [
    "AbsTransform", "AffineTransform", "CumulativeDistributionTransform", "ExpTransform", "PowerTransform",
    "SigmoidTransform", "SoftplusTransform", "TanhTransform",
]  # fmt: skip


class Increasing(Parameterless):
    """A transform without parameters that rises everywhere."""

    domain, bijective = constraints.real, True

    @property
    def sign(self) -> int:
        """1"""
        return 1


class ExpTransform(Increasing):
    """y = exp(x)

    >>> ExpTransform().inv(te.tensor(1.0))
    tensor(0.)
    """

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return exp(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """x"""
        return x


class SigmoidTransform(Increasing):
    """y = 1 / (1 + exp(-x)), kept from 0 and 1 by the rounding of its dtype

    >>> SigmoidTransform()(te.tensor(0.0))
    tensor(0.5000)
    """

    codomain = constraints.unit_interval

    def _call(self, x: Tensor) -> Tensor:
        return sigmoid(x)

    def _inverse(self, y: Tensor) -> Tensor:
        y = inside_unit(y)
        return log(y) - log1p(-y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log y + log(1 - y)"""
        return -softplus(-x) - softplus(x)


class TanhTransform(Increasing):
    """y = tanh(x); where values come near 1 take `cache_size=1`, for the inverse is not exact there.

    >>> TanhTransform(cache_size=1)(te.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """

    codomain = constraints.interval(-1.0, 1.0)

    def _call(self, x: Tensor) -> Tensor:
        return x.tanh()

    def _inverse(self, y: Tensor) -> Tensor:
        return atanh(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log(1 - y^2), by x so that it stays exact for large ones"""
        return 2 * (math.log(2) - x - softplus(-2 * x))


class SoftplusTransform(Increasing):
    """y = log(1 + exp(x))

    >>> SoftplusTransform()(te.tensor(0.0))
    tensor(0.6931)
    """

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(-expm1(-y)) + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log of the sigmoid of x"""
        return -softplus(-x)


class AbsTransform(Parameterless):
    """y = |x|, which has no one inverse: `inv` gives y itself.

    >>> AbsTransform()(te.tensor(-2.0))
    tensor(2.)
    """

    domain, codomain = constraints.real, constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return abs(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return y


class PowerTransform(Transform):
    """y = x^exponent, of positive x

    >>> PowerTransform(2.0)(te.tensor(3.0))
    tensor(9.)
    """

    domain, codomain, bijective = constraints.positive, constraints.positive, True

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent = exponent

    @property
    def sign(self) -> Any:
        """1 for exponents above 0, -1 below"""
        return _sign(self.exponent)

    def _call(self, x: Tensor) -> Tensor:
        return x.pow(self.exponent)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log |exponent y / x|"""
        return log(abs(self.exponent * y / x))

    def forward_shape(self, shape: Any) -> Size:
        """That of x and exponent broadcast"""
        return Size(np.broadcast_shapes(tuple(shape), np.shape(raw(self.exponent))))

    inverse_shape = forward_shape

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PowerTransform) and _equal(self.exponent, other.exponent)

    __hash__ = Transform.__hash__


class AffineTransform(Transform):
    """y = loc + scale x; `event_dim` dimensions are one event

    >>> AffineTransform(1.0, 2.0)(te.tensor([0.0, 1.0]))
    tensor([1., 3.])
    """

    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self._event_dim = loc, scale, event_dim

    @property
    def event_dim(self) -> int:
        """How many dimensions are one event"""
        return self._event_dim

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """All numbers"""
        return of_at_least(constraints.real, self._event_dim)

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """All numbers"""
        return self.domain

    @property
    def sign(self) -> Any:
        """That of scale"""
        return _sign(self.scale)

    def _call(self, x: Tensor) -> Tensor:
        return x.mul(self.scale).add(self.loc)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.sub(self.loc).div(self.scale)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log |scale|, for each number of the event"""
        return summed(log(zeros_like(x).add(abs(self.scale))), self._event_dim)

    def forward_shape(self, shape: Any) -> Size:
        """That of x, loc and scale broadcast"""
        own = np.shape(raw(self.loc)), np.shape(raw(self.scale))
        return Size(np.broadcast_shapes(tuple(shape), *own))

    inverse_shape = forward_shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AffineTransform):
            return False
        return _equal(self.loc, other.loc) and _equal(self.scale, other.scale)

    __hash__ = Transform.__hash__


class CumulativeDistributionTransform(Transform):
    """y = P(X <= x), of a distribution of one number; its inverse makes any distribution of uniform values.

    >>> normal = te.distributions.Normal(0.0, 1.0)
    >>> CumulativeDistributionTransform(normal)(te.tensor(0.0))
    tensor(0.5000)
    """

    bijective, codomain = True, constraints.unit_interval

    def __init__(self, distribution: Distribution, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.distribution = distribution

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """What the distribution takes"""
        return self.distribution.support

    @property
    def sign(self) -> int:
        """1"""
        return 1

    def _call(self, x: Tensor) -> Tensor:
        return self.distribution.cdf(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log of the density"""
        return self.distribution.log_prob(x)


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + exp(-x)), kept from 0 and 1; through its logarithm, which is exact for small values too."""
    return inside_unit(exp(logsigmoid(x)))


def inside_unit(p: Tensor) -> Tensor:
    """Probabilities kept from 0 and 1, so that their logarithms are finite."""
    return p.clamp(tiny(p), 1 - float(np.finfo(p.array.dtype).eps))


def _sign(x: Any) -> Any:
    return x.sign() if isinstance(x, Tensor) else (x > 0) - (x < 0)


def _equal(x: Any, y: Any) -> bool:
    """Whether numbers or Tensors are the same everywhere."""
    return bool(np.all(raw(x) == raw(y)))
