"""From all numbers to those that a constraint allows: `biject_to` one to one, `transform_to` by what optimises well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import constraints
from .constraints import Constraint
from .transforms import (
    AffineTransform,
    CatTransform,
    ComposeTransform,
    ExpTransform,
    IndependentTransform,
    LowerCholeskyTransform,
    PositiveDefiniteTransform,
    SigmoidTransform,
    SoftmaxTransform,
    StackTransform,
    StickBreakingTransform,
    Transform,
    identity_transform,
)

__all__ = ["ConstraintRegistry", "biject_to", "transform_to"]

Factory = Callable[[Any], Transform]


class ConstraintRegistry:
    """Finds the transform to what a constraint allows.

    Raises NotImplementedError for a constraint that has none here.

    >>> positive = te.distributions.constraints.positive
    >>> te.distributions.transform_to(positive)(te.zeros(2))
    tensor([1., 1.])
    """

    def __init__(self) -> None:
        self._factories: dict[Any, Factory] = {}

    def register(self, constraint: Any, factory: Factory | None = None) -> Any:
        """Give a constraint, or a type of them, what makes its transform; without `factory`, a decorator."""
        if factory is None:
            return lambda factory: self.register(constraint, factory)
        if not isinstance(constraint, Constraint) and not (
            isinstance(constraint, type) and issubclass(constraint, Constraint)
        ):
            raise TypeError(
                f"Expected constraint to be either a Constraint subclass or instance, but got {constraint}"
            )
        self._factories[_kind(constraint)] = factory
        return factory

    def __call__(self, constraint: Constraint) -> Transform:
        """The transform to what a constraint allows."""
        factory = self._factories.get(_kind(constraint))
        if factory is None:
            raise NotImplementedError(f"Cannot transform {constraint} constraints")
        return factory(constraint)


def _kind(constraint: Any) -> Any:
    """What a constraint is registered by: its type, or its name where that says all."""
    if isinstance(constraint, constraints.Condition):
        return repr(constraint)
    return constraint if isinstance(constraint, type) else type(constraint)


def _above(constraint: Any) -> Transform:
    return ComposeTransform([ExpTransform(), AffineTransform(constraint.lower_bound, 1)])


def _below(constraint: Any) -> Transform:
    return ComposeTransform([ExpTransform(), AffineTransform(constraint.upper_bound, -1)])


def _between(constraint: Any) -> Transform:
    low, high = constraint.lower_bound, constraint.upper_bound
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and (low, high) == (0, 1):
        return SigmoidTransform()
    return ComposeTransform([SigmoidTransform(), AffineTransform(low, high - low)])


biject_to, transform_to = ConstraintRegistry(), ConstraintRegistry()

for _registry in biject_to, transform_to:

    def _by_parts(constraint: Any, to: ConstraintRegistry = _registry) -> Transform:
        parts = [to(c) for c in constraint.cseq]
        if isinstance(constraint, constraints.cat):
            return CatTransform(parts, constraint.dim, constraint.lengths)
        return StackTransform(parts, constraint.dim)

    def _independent(constraint: Any, to: ConstraintRegistry = _registry) -> Transform:
        return IndependentTransform(
            to(constraint.base_constraint), constraint.reinterpreted_batch_ndims
        )

    _registry.register(constraints.real, lambda _: identity_transform)
    _registry.register(constraints.greater_than, _above)
    _registry.register(constraints.greater_than_eq, _above)
    _registry.register(constraints.less_than, _below)
    _registry.register(constraints.interval, _between)
    _registry.register(constraints.half_open_interval, _between)
    _registry.register(constraints.independent, _independent)
    _registry.register(constraints.cat, _by_parts)
    _registry.register(constraints.stack, _by_parts)

biject_to.register(constraints.simplex, lambda _: StickBreakingTransform())
transform_to.register(constraints.simplex, lambda _: SoftmaxTransform())
transform_to.register(constraints.lower_cholesky, lambda _: LowerCholeskyTransform())
for _matrices in constraints.positive_definite, constraints.positive_semidefinite:
    transform_to.register(_matrices, lambda _: PositiveDefiniteTransform())
