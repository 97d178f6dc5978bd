"""Transforms made of others: over more dimensions at once, by parts of a Tensor; and reshaping."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...functional import cat, stack
from ...tensor import Size, Tensor
from .. import constraints
from ..constraints import Constraint
from ..distribution import summed
from .base import Transform

__all__ = ["CatTransform", "IndependentTransform", "ReshapeTransform", "StackTransform"]


class IndependentTransform(Transform):
    """A transform whose last dimensions are taken as one event: its log-determinants are summed over them.

    >>> from tinygrad_edu.distributions import ExpTransform
    >>> x = te.ones(2, 3)
    >>> IndependentTransform(ExpTransform(), 1).log_abs_det_jacobian(x, x.exp())
    tensor([3., 3.])
    """

    def __init__(
        self, base_transform: Transform, reinterpreted_batch_ndims: int, cache_size: int = 0
    ) -> None:
        super().__init__(cache_size)
        self.base_transform = base_transform
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """That of the base, over more dimensions"""
        return constraints.independent(self.base_transform.domain, self.reinterpreted_batch_ndims)

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """That of the base, over more dimensions"""
        return constraints.independent(self.base_transform.codomain, self.reinterpreted_batch_ndims)

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """That of the base"""
        return self.base_transform.bijective

    @property
    def sign(self) -> Any:
        """That of the base"""
        return self.base_transform.sign

    def _call(self, x: Tensor) -> Tensor:
        if x.dim() < self.domain.event_dim:
            raise ValueError("Too few dimensions on input")
        return self.base_transform(x)

    def _inverse(self, y: Tensor) -> Tensor:
        if y.dim() < self.codomain.event_dim:
            raise ValueError("Too few dimensions on input")
        return self.base_transform.inv(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """That of the base, summed"""
        return summed(
            self.base_transform.log_abs_det_jacobian(x, y), self.reinterpreted_batch_ndims
        )

    def forward_shape(self, shape: Any) -> Size:
        """That of the base"""
        return self.base_transform.forward_shape(shape)

    def inverse_shape(self, shape: Any) -> Size:
        """That of the base"""
        return self.base_transform.inverse_shape(shape)

    def __repr__(self) -> str:
        return f"IndependentTransform({self.base_transform!r}, {self.reinterpreted_batch_ndims})"


class ReshapeTransform(Transform):
    """The last dimensions, of one shape, in another of as many numbers.

    >>> ReshapeTransform((4,), (2, 2))(te.zeros(3, 4)).shape
    tinygrad_edu.Size([3, 2, 2])
    """

    bijective = True

    def __init__(self, in_shape: Any, out_shape: Any, cache_size: int = 0) -> None:
        self.in_shape, self.out_shape = Size(in_shape), Size(out_shape)
        if math.prod(self.in_shape) != math.prod(self.out_shape):
            raise ValueError(
                f"in_shape, out_shape have different numbers of elements: {tuple(in_shape)}, {tuple(out_shape)}"
            )
        super().__init__(cache_size)

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """All numbers"""
        return constraints.independent(constraints.real, len(self.in_shape))

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """All numbers"""
        return constraints.independent(constraints.real, len(self.out_shape))

    def _call(self, x: Tensor) -> Tensor:
        return x.reshape(*x.shape[: x.dim() - len(self.in_shape)], *self.out_shape)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.reshape(*y.shape[: y.dim() - len(self.out_shape)], *self.in_shape)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """0"""
        return x.new_zeros(_exchanged(x.shape, self.in_shape, Size()))

    def forward_shape(self, shape: Any) -> Size:
        """With the other end. Raises ValueError if it does not end so."""
        return _exchanged(shape, self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Any) -> Size:
        """With the other end. Raises ValueError if it does not end so."""
        return _exchanged(shape, self.out_shape, self.in_shape)


def _exchanged(shape: Any, end: Size, other: Size) -> Size:
    """A shape with another end than it has."""
    if len(shape) < len(end):
        raise ValueError("Too few dimensions on input")
    cut = len(shape) - len(end)
    if tuple(shape[cut:]) != tuple(end):
        raise ValueError(f"Shape mismatch: expected {tuple(shape[cut:])} but got {tuple(end)}")
    return Size((*shape[:cut], *other))


class _Parts(Transform):
    """A transform for each part of a Tensor along a dimension; a subclass says how it is cut and joined."""

    def __init__(self, tseq: Sequence[Transform], dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.transforms = list(tseq)
        self.dim = dim

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """Whether all are"""
        return all(t.bijective for t in self.transforms)

    def _cut(self, x: Tensor) -> Sequence[Tensor]:
        raise NotImplementedError(f"{type(self).__name__}: expected the subclass to define _cut(x)")

    def _joined(self, parts: Sequence[Tensor]) -> Tensor:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _joined(parts)"
        )

    def _call(self, x: Tensor) -> Tensor:
        return self._joined([t(part) for t, part in zip(self.transforms, self._cut(x))])

    def _inverse(self, y: Tensor) -> Tensor:
        return self._joined([t.inv(part) for t, part in zip(self.transforms, self._cut(y))])


class CatTransform(_Parts):
    """A transform for each of the parts, of given lengths, that a Tensor is joined of by `cat`.

    >>> from tinygrad_edu.distributions import ExpTransform, identity_transform
    >>> CatTransform([ExpTransform(), identity_transform], lengths=[1, 2])(te.zeros(3))
    tensor([1., 0., 0.])
    """

    def __init__(
        self,
        tseq: Sequence[Transform],
        dim: int = 0,
        lengths: Sequence[int] | None = None,
        cache_size: int = 0,
    ) -> None:
        super().__init__(tseq, dim, cache_size)
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise AssertionError(
                f"lengths ({len(self.lengths)}) must match transforms ({len(self.transforms)})"
            )

    @property
    def event_dim(self) -> int:
        """The most that any of them has"""
        return max(t.event_dim for t in self.transforms)

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """Theirs, part by part"""
        return constraints.cat([t.domain for t in self.transforms], self.dim, self.lengths)

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """Theirs, part by part"""
        return constraints.cat([t.codomain for t in self.transforms], self.dim, self.lengths)

    def _cut(self, x: Tensor) -> Sequence[Tensor]:
        if x.shape[self.dim] != sum(self.lengths):
            raise AssertionError(
                f"x.size({self.dim}) = {x.shape[self.dim]} must equal length {sum(self.lengths)}"
            )
        return x.split(self.lengths, self.dim)

    def _joined(self, parts: Sequence[Tensor]) -> Tensor:
        return cat(list(parts), self.dim)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Theirs joined; summed, if the dimension belongs to the event"""
        changes = [
            summed(t.log_abs_det_jacobian(a, b), self.event_dim - t.event_dim)
            for t, a, b in zip(self.transforms, self._cut(x), self._cut(y))
        ]
        dim = (self.dim if self.dim < 0 else self.dim - x.dim()) + self.event_dim
        if dim < 0:
            return cat(changes, dim)
        return sum(changes[1:], changes[0])


class StackTransform(_Parts):
    """A transform for each index of a dimension.

    >>> from tinygrad_edu.distributions import ExpTransform, identity_transform
    >>> StackTransform([ExpTransform(), identity_transform], 1)(te.zeros(3, 2))
    tensor([[1., 0.],
            [1., 0.],
            [1., 0.]])
    """

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """Theirs, index by index"""
        return constraints.stack([t.domain for t in self.transforms], self.dim)

    @property
    def codomain(self) -> Constraint:  # type: ignore[override]
        """Theirs, index by index"""
        return constraints.stack([t.codomain for t in self.transforms], self.dim)

    def _cut(self, x: Tensor) -> Sequence[Tensor]:
        if x.shape[self.dim] != len(self.transforms):
            raise AssertionError(
                f"x.size({self.dim}) = {x.shape[self.dim]} must equal len(transforms) {len(self.transforms)}"
            )
        return x.unbind(self.dim)

    def _joined(self, parts: Sequence[Tensor]) -> Tensor:
        return stack(list(parts), self.dim)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Theirs, index by index"""
        return self._joined(
            [
                t.log_abs_det_jacobian(a, b)
                for t, a, b in zip(self.transforms, self._cut(x), self._cut(y))
            ]
        )
