"""What all transforms share, the inverse of one, and the composition of several."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from ...creation import zeros_like
from ...tensor import Size, Tensor
from .. import constraints
from ..constraints import Constraint
from ..distribution import summed

__all__ = ["ComposeTransform", "Transform", "identity_transform"]


class Transform:
    """A map y = t(x) that can be inverted, and log |dy/dx| of it.

    A subclass gives `_call(x)`, `_inverse(y)` and `log_abs_det_jacobian(x, y)`, and says of what values
    (`domain`) to what values (`codomain`) it maps.  With `cache_size=1` the last pair of x and y is kept, so that
    inverting what was just computed costs nothing and is exact.

    >>> class Double(te.distributions.Transform):
    ...     domain = codomain = te.distributions.constraints.real
    ...     bijective = True
    ...     def _call(self, x):
    ...         return 2 * x
    ...     def _inverse(self, y):
    ...         return y / 2
    ...     def log_abs_det_jacobian(self, x, y):
    ...         return te.full_like(x, 2.0).log()
    >>> te.distributions.TransformedDistribution(te.distributions.Normal(0.0, 1.0), Double()).log_prob(te.tensor(0.0))
    tensor(-1.6121)
    """

    bijective: bool = False
    domain: Constraint
    codomain: Constraint

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError("cache_size must be 0 or 1")
        self._cache_size = cache_size
        self._last: tuple[Any, Any] = (None, None)
        super().__init__()

    @property
    def event_dim(self) -> int:
        """How many dimensions are mapped together. Raises ValueError if they differ on both sides."""
        if self.domain.event_dim == self.codomain.event_dim:
            return self.domain.event_dim
        raise ValueError("Please use either .domain.event_dim or .codomain.event_dim")

    @property
    def inv(self) -> Transform:
        """The inverse; its own inverse is this transform."""
        return _InverseTransform(self)

    @property
    def sign(self) -> Any:
        """1 if it rises everywhere, -1 if it falls."""
        raise NotImplementedError(f"{type(self).__name__} neither rises nor falls everywhere")

    def with_cache(self, cache_size: int = 1) -> Transform:
        """The same transform, with or without a cache."""
        if self._cache_size == cache_size:
            return self
        other = copy(self)
        other._cache_size, other._last = cache_size, (None, None)
        return other

    def __call__(self, x: Tensor) -> Tensor:
        """y of x."""
        if self._cache_size == 0:
            return self._call(x)
        if x is not self._last[0]:
            self._last = x, self._call(x)
        return self._last[1]  # type: ignore[no-any-return]

    def _inv_call(self, y: Tensor) -> Tensor:
        """x of y."""
        if self._cache_size == 0:
            return self._inverse(y)
        if y is not self._last[1]:
            self._last = self._inverse(y), y
        return self._last[0]  # type: ignore[no-any-return]

    def _call(self, x: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__}: give it a method _call(x)")

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no inverse")

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log |dy/dx|, summed over what is mapped together."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it changes volume")

    def forward_shape(self, shape: Any) -> Size:
        """The shape of y, of that of x."""
        return Size(shape)

    def inverse_shape(self, shape: Any) -> Size:
        """The shape of x, of that of y."""
        return Size(shape)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _InverseTransform(Transform):
    """A transform backwards. It keeps nothing of its own: the cache is that of the other."""

    def __init__(self, transform: Transform) -> None:
        super().__init__(transform._cache_size)
        self._inv = transform

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """The codomain of the other"""
        return self._inv.codomain

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """The domain of the other"""
        return self._inv.domain

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """That of the other"""
        return self._inv.bijective

    @property
    def sign(self) -> Any:
        """That of the other"""
        return self._inv.sign

    @property
    def inv(self) -> Transform:
        """The other"""
        return self._inv

    def with_cache(self, cache_size: int = 1) -> Transform:
        """The inverse of the other with or without a cache."""
        return self._inv.with_cache(cache_size).inv

    def __call__(self, x: Tensor) -> Tensor:
        """The other, inverted."""
        return self._inv._inv_call(x)

    def _inv_call(self, y: Tensor) -> Tensor:
        return self._inv(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Minus that of the other"""
        return -self._inv.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Any) -> Size:
        """The other's, backwards."""
        return self._inv.inverse_shape(shape)

    def inverse_shape(self, shape: Any) -> Size:
        """The other's, backwards."""
        return self._inv.forward_shape(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _InverseTransform) and self._inv == other._inv

    __hash__ = Transform.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._inv!r})"


class ComposeTransform(Transform):
    """Transforms one after the other; of none, what maps everything to itself.

    >>> from tinygrad_edu.distributions import AffineTransform, ExpTransform
    >>> ComposeTransform([ExpTransform(), AffineTransform(1.0, 2.0)])(te.tensor(0.0))
    tensor(3.)
    """

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = [part.with_cache(cache_size) for part in parts] if cache_size else list(parts)

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """That of the first, over as many dimensions as any of them needs"""
        return (
            of_at_least(self.parts[0].domain, self._event_dims()[0])
            if self.parts
            else constraints.real
        )

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """That of the last, over as many dimensions as any of them needs"""
        return (
            of_at_least(self.parts[-1].codomain, self._event_dims()[-1])
            if self.parts
            else constraints.real
        )

    def _event_dims(self) -> list[int]:
        """How many dimensions are one event before, between and after the parts."""
        dims = [0]
        for part in self.parts:
            short = max(part.domain.event_dim - dims[-1], 0)
            dims = [n + short for n in dims]
            dims.append(dims[-1] + part.codomain.event_dim - part.domain.event_dim)
        return dims

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """Whether all are"""
        return all(part.bijective for part in self.parts)

    @property
    def sign(self) -> Any:
        """The product of theirs"""
        sign = 1
        for part in self.parts:
            sign = sign * part.sign
        return sign

    @property
    def inv(self) -> Transform:
        """Their inverses, the last first"""
        return ComposeTransform([part.inv for part in reversed(self.parts)], self._cache_size)

    def with_cache(self, cache_size: int = 1) -> Transform:
        """The same, each part with or without a cache."""
        if self._cache_size == cache_size:
            return self
        return ComposeTransform(self.parts, cache_size)

    def __call__(self, x: Tensor) -> Tensor:
        """One after the other."""
        for part in self.parts:
            x = part(x)
        return x

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """The sum of theirs, each over the whole event"""
        if not self.parts:
            return zeros_like(x)
        values = [x]
        for part in self.parts[:-1]:
            values.append(part(values[-1]))
        values.append(y)
        total: Any = 0
        for k, (part, dims) in enumerate(zip(self.parts, self._event_dims())):
            change = part.log_abs_det_jacobian(values[k], values[k + 1])
            total = total + summed(change, dims - part.domain.event_dim)
        return total  # type: ignore[no-any-return]

    def forward_shape(self, shape: Any) -> Size:
        """One after the other."""
        for part in self.parts:
            shape = part.forward_shape(shape)
        return Size(shape)

    def inverse_shape(self, shape: Any) -> Size:
        """One after the other, the last first."""
        for part in reversed(self.parts):
            shape = part.inverse_shape(shape)
        return Size(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ComposeTransform) and self.parts == other.parts

    __hash__ = Transform.__hash__

    def __repr__(self) -> str:
        inner = ",\n    ".join(map(repr, self.parts))
        return f"ComposeTransform(\n    {inner}\n)" if self.parts else "ComposeTransform()"


def of_at_least(constraint: Constraint, event_dim: int) -> Constraint:
    """A constraint on events of so many dimensions."""
    missing = event_dim - constraint.event_dim
    return constraints.independent(constraint, missing) if missing > 0 else constraint


class Parameterless(Transform):
    """A transform without parameters: two of one type are equal."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


identity_transform = ComposeTransform([])
