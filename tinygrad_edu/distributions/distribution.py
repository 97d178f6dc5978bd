"""What all distributions share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..creation import as_tensor
from ..dtypes import default_dtype
from ..functional import broadcast_tensors, exp
from ..grad_mode import no_grad
from ..primitive import wrap
from ..random import default_generator
from ..tensor import Size, Tensor
from .constraints import Constraint, independent

__all__ = ["Distribution", "ExponentialFamily", "Independent"]


class Distribution:
    """A distribution, or a batch of independent ones.

    batch_shape     of distributions with parameters of their own
    event_shape     of one value
    A subclass keeps its parameters as attributes named in `arg_constraints`, says in `support` what
    values it takes, and defines `sample` or `rsample`, `log_prob`, and what else has a formula.

    Raises ValueError for parameters, and for values in `log_prob`, outside their constraints; not
    with `validate_args=False`.

    >>> d = te.distributions.Normal(te.zeros(3), 1.0)
    >>> d.batch_shape, d.event_shape, d.sample((2,)).shape
    (tinygrad_edu.Size([3]), tinygrad_edu.Size([]), tinygrad_edu.Size([2, 3]))
    """

    arg_constraints: dict[str, Constraint] = {}
    has_rsample = False
    _shared: tuple[str, ...] = ()  # parameters that a whole batch has in common
    _validate_by_default = True

    def __init__(
        self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        self._validate_args = self._validate_by_default if validate_args is None else validate_args
        if self._validate_args:
            for name, constraint in self.arg_constraints.items():
                value = self.__dict__.get(name)
                if isinstance(value, Tensor) and not bool(constraint.check(value).array.all()):
                    raise ValueError(
                        f"Expected parameter {name} (Tensor of shape {tuple(value.shape)}) of distribution "
                        f"{type(self).__name__} to satisfy the constraint {constraint}, "
                        f"but found invalid values:\n{value}"
                    )

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether distributions made from now on check their arguments."""
        Distribution._validate_by_default = bool(value)

    @property
    def batch_shape(self) -> Size:
        """The shape of the batch of distributions."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one value."""
        return self._event_shape

    @property
    def support(self) -> Constraint:
        """What the values are."""
        raise NotImplementedError(f"{type(self).__name__} has no support here")

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        raise NotImplementedError(f"{type(self).__name__} has no mean here")

    @property
    def mode(self) -> Tensor:
        """The most likely value."""
        raise NotImplementedError(f"{type(self).__name__} has no mode here")

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        raise NotImplementedError(f"{type(self).__name__} has no variance here")

    @property
    def stddev(self) -> Tensor:
        """The square root of the variance."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Values drawn, without gradients: (*sample_shape, *batch_shape, *event_shape)."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Values drawn as a function of the parameters, so that gradients reach these."""
        raise NotImplementedError(
            f"{type(self).__name__} cannot sample with gradients; use sample()"
        )

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, or probability, at values: (*, *batch_shape)."""
        raise NotImplementedError(f"{type(self).__name__} has no log_prob here")

    def cdf(self, value: Tensor) -> Tensor:
        """The probability of at most `value`."""
        raise NotImplementedError(f"{type(self).__name__} has no cdf here")

    def icdf(self, value: Tensor) -> Tensor:
        """The value whose `cdf` is given."""
        raise NotImplementedError(f"{type(self).__name__} has no icdf here")

    def entropy(self) -> Tensor:
        """The expected -log_prob, in nats."""
        raise NotImplementedError(f"{type(self).__name__} has no entropy here")

    def perplexity(self) -> Tensor:
        """exp(entropy)"""
        perplexity: Tensor = exp(self.entropy())
        return perplexity

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All values, along a new first dimension."""
        raise NotImplementedError(f"{type(self).__name__} has no values here that can be listed")

    def expand(self, batch_shape: Any) -> Distribution:
        """The same distribution with its batch expanded to a shape."""
        size, count = Size(batch_shape), len(self._batch_shape)
        other = object.__new__(type(self))
        for name, value in self.__dict__.items():
            if isinstance(value, Tensor) and name not in self._shared:
                value = value.expand(*size, *value.shape[count:])
            elif isinstance(value, Distribution):
                value = value.expand(size)
            other.__dict__[name] = value
        other._batch_shape = size
        return other

    # ---- for subclasses --------------------------------------------------------------------------
    def _extended_shape(self, sample_shape: Any = ()) -> tuple[int, ...]:
        return (*sample_shape, *self._batch_shape, *self._event_shape)

    def _checked(self, given: Any) -> Tensor:
        """A value as a Tensor. Raises ValueError where it does not fit the shape or the support."""
        value = as_tensor(given)
        if not self._validate_args:
            return value
        try:
            np.broadcast_shapes(value.shape, (*self._batch_shape, *self._event_shape))
        except ValueError:
            raise ValueError(
                f"Value is not broadcastable with batch_shape+event_shape: {tuple(value.shape)} vs "
                f"{(*self._batch_shape, *self._event_shape)}."
            ) from None
        if not bool(self.support.check(value).array.all()):
            raise ValueError(
                f"Expected value argument (Tensor of shape {tuple(value.shape)}) to be within the support "
                f"({self.support}) of the distribution {self!r}, but found invalid values:\n{value}"
            )
        return value

    def _over_batch(self, values: Tensor, expand: bool) -> Tensor:
        """All values, (n, *event_shape), as (n, *batch_shape, *event_shape), or with 1s unless `expand`."""
        (n, *event), batch = values.shape, self._batch_shape
        values = values.view(n, *(1,) * len(batch), *event)
        return values.expand(n, *batch, *event) if expand else values

    def __repr__(self) -> str:
        parts = []
        for name in self.arg_constraints:
            value = self.__dict__.get(name)
            if isinstance(value, Tensor):
                parts.append(f"{name}: {value if value.numel() == 1 else value.size()}")
        return f"{type(self).__name__}({', '.join(parts)})"


ExponentialFamily = Distribution


def parameters(*values: Any) -> list[Tensor]:
    """Numbers and Tensors as Tensors of one shape; numbers in the dtype of the Tensors."""
    first = next((v for v in values if isinstance(v, Tensor)), None)
    kind = default_dtype() if first is None else first.array.dtype
    tensors = [v if isinstance(v, Tensor) else wrap(np.asarray(v, kind)) for v in values]
    return list(broadcast_tensors(*tensors))


def standard(draw: str, shape: tuple[int, ...], like: Tensor, *arguments: Any) -> Tensor:
    """Numbers of a method of NumPy's generator, in the dtype of a Tensor."""
    drawn = getattr(default_generator.numpy, draw)(*arguments, size=shape)
    return wrap(np.asarray(drawn).astype(like.array.dtype))


def summed(x: Tensor, count: int) -> Tensor:
    """The sum over the last `count` dimensions."""
    return x.sum(tuple(range(-count, 0))) if count else x


def tiny(like: Tensor) -> float:
    """The smallest positive normal number of a dtype."""
    return float(np.finfo(like.array.dtype).tiny)


class Independent(Distribution):
    """The last dimensions of a batch taken as one event: their log-probabilities are summed.

    >>> d = te.distributions.Independent(te.distributions.Normal(te.zeros(3), te.ones(3)), 1)
    >>> d.batch_shape, d.event_shape
    (tinygrad_edu.Size([]), tinygrad_edu.Size([3]))
    """

    def __init__(
        self,
        base_distribution: Distribution,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        count, batch = reinterpreted_batch_ndims, base_distribution.batch_shape
        if count > len(batch):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), "
                f"actual {count} vs {len(batch)}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, count
        cut = len(batch) - count
        super().__init__(batch[:cut], (*batch[cut:], *base_distribution.event_shape), validate_args)

    def _summed(self, x: Tensor) -> Tensor:
        return summed(x, self.reinterpreted_batch_ndims)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether samples have gradients, as those of the base."""
        return self.base_dist.has_rsample

    @property
    def support(self) -> Constraint:
        """That of the base."""
        return independent(self.base_dist.support, self.reinterpreted_batch_ndims)

    @property
    def mean(self) -> Tensor:
        """That of the base."""
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        """That of the base."""
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        """That of the base."""
        return self.base_dist.variance

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Values of the base."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Values of the base."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """The sum over the event of the base's."""
        return self._summed(self.base_dist.log_prob(value))

    def entropy(self) -> Tensor:
        """The sum over the event of the base's."""
        return self._summed(self.base_dist.entropy())

    def expand(self, batch_shape: Any) -> Independent:
        """The same with its batch expanded to a shape."""
        cut = len(self._event_shape) - len(self.base_dist.event_shape)
        base = self.base_dist.expand((*batch_shape, *self._event_shape[:cut]))
        return Independent(base, self.reinterpreted_batch_ndims, self._validate_args)

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"


LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)
