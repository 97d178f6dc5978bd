"""What parameters and values of distributions must be: a constraint checks a Tensor element by element.

The last `event_dim` dimensions are checked as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..functional.joining import cat as joined, stack as stacked
from ..primitive import raw, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "Constraint", "boolean", "cat", "dependent", "dependent_property", "greater_than", "greater_than_eq",
    "half_open_interval", "independent", "integer_interval", "interval", "is_dependent", "less_than",
    "lower_cholesky", "lower_triangular", "multinomial", "nonnegative", "nonnegative_integer", "one_hot", "positive",
    "positive_definite", "positive_integer", "positive_semidefinite", "positive_vector", "real", "real_vector",
    "simplex", "square", "stack", "symmetric", "unit_interval",
]  # fmt: skip


class Constraint:
    """A condition. A subclass gives `check`; those of this module give it for arrays, as `_holds`.

    >>> te.distributions.constraints.positive.check(te.tensor([-1.0, 2.0]))
    tensor([False,  True])
    """

    is_discrete: bool = False
    event_dim: int = 0

    def check(self, value: Tensor) -> Tensor:
        """Where the condition holds, as bools, over all but the last `event_dim` dimensions."""
        return wrap(np.asarray(self._holds(raw(value))))

    def _holds(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}: give it a method check(value)")

    def __repr__(self) -> str:
        return type(self).__name__.removeprefix("_") + "()"


class Condition(Constraint):
    """A condition on each value, or on each vector or matrix, with the name that it is shown by."""

    def __init__(
        self, name: str, holds: Callable[[Any], Any], event_dim: int = 0, is_discrete: bool = False
    ) -> None:
        self._name, self._condition = name, holds
        self.event_dim, self.is_discrete = event_dim, is_discrete

    def _holds(self, x: Any) -> Any:
        return self._condition(x)

    def __repr__(self) -> str:
        return self._name


class greater_than(Constraint):
    """Above a bound."""

    def __init__(self, lower_bound: Any) -> None:
        self.lower_bound = lower_bound

    def _holds(self, x: Any) -> Any:
        return x > raw(self.lower_bound)

    def __repr__(self) -> str:
        return f"GreaterThan(lower_bound={self.lower_bound})"


class greater_than_eq(Constraint):
    """From a bound on."""

    def __init__(self, lower_bound: Any) -> None:
        self.lower_bound = lower_bound

    def _holds(self, x: Any) -> Any:
        return x >= raw(self.lower_bound)

    def __repr__(self) -> str:
        return f"GreaterThanEq(lower_bound={self.lower_bound})"


class less_than(Constraint):
    """Below a bound."""

    def __init__(self, upper_bound: Any) -> None:
        self.upper_bound = upper_bound

    def _holds(self, x: Any) -> Any:
        return x < raw(self.upper_bound)

    def __repr__(self) -> str:
        return f"LessThan(upper_bound={self.upper_bound})"


class interval(Constraint):
    """From one bound to another, both included."""

    def __init__(self, lower_bound: Any, upper_bound: Any) -> None:
        self.lower_bound, self.upper_bound = lower_bound, upper_bound

    def _holds(self, x: Any) -> Any:
        return (x >= raw(self.lower_bound)) & (x <= raw(self.upper_bound))

    def __repr__(self) -> str:
        return f"Interval(lower_bound={self.lower_bound}, upper_bound={self.upper_bound})"


class half_open_interval(interval):
    """From one bound to another, this not included."""

    def _holds(self, x: Any) -> Any:
        return (x >= raw(self.lower_bound)) & (x < raw(self.upper_bound))

    def __repr__(self) -> str:
        return f"HalfOpen{super().__repr__()}"


class integer_interval(interval):
    """Integers from one bound to another, both included."""

    is_discrete = True

    def _holds(self, x: Any) -> Any:
        return super()._holds(x) & _whole(x)

    def __repr__(self) -> str:
        return f"Integer{super().__repr__()}"


class multinomial(Constraint):
    """Vectors of counts that sum to at most a bound."""

    is_discrete, event_dim = True, 1

    def __init__(self, upper_bound: Any) -> None:
        self.upper_bound = upper_bound

    def _holds(self, x: Any) -> Any:
        return (x >= 0).all(-1) & (x.sum(-1) <= raw(self.upper_bound))

    def __repr__(self) -> str:
        return f"Multinomial(upper_bound={self.upper_bound})"


class independent(Constraint):
    """A constraint that must hold in all of the last dimensions together.

    >>> vector = te.distributions.constraints.independent(te.distributions.constraints.positive, 1)
    >>> vector.check(te.tensor([[1.0, 2.0], [1.0, -2.0]]))
    tensor([ True, False])
    """

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint = base_constraint
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def check(self, value: Tensor) -> Tensor:
        """Where the base holds in all of the event's dimensions."""
        found, count = raw(self.base_constraint.check(value)), self.reinterpreted_batch_ndims
        if np.ndim(found) < count:
            raise ValueError(
                f"Expected value.dim() >= {self.event_dim} but got {value.dim()}; "
                "a value of this constraint has more dimensions"
            )
        return wrap(np.asarray(found.all(tuple(range(-count, 0))))) if count else wrap(found)

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint}, {self.reinterpreted_batch_ndims})"


class _Parts(Constraint):
    """A constraint for each part of a Tensor along a dimension."""

    def __init__(self, cseq: Sequence[Constraint], dim: int = 0) -> None:
        self.cseq, self.dim = list(cseq), dim
        self.is_discrete = any(c.is_discrete for c in self.cseq)
        self.event_dim = max(c.event_dim for c in self.cseq)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.cseq}, dim={self.dim})"


class cat(_Parts):
    """A constraint for each of the parts, of given lengths, that a Tensor is joined of."""

    def __init__(
        self, cseq: Sequence[Constraint], dim: int = 0, lengths: Sequence[int] | None = None
    ) -> None:
        super().__init__(cseq, dim)
        self.lengths = [1] * len(self.cseq) if lengths is None else list(lengths)

    def check(self, value: Tensor) -> Tensor:
        """What each constraint says of its part, joined."""
        parts = value.split(self.lengths, self.dim)
        return joined([c.check(part) for c, part in zip(self.cseq, parts)], self.dim)


class stack(_Parts):
    """A constraint for each index of a dimension."""

    def check(self, value: Tensor) -> Tensor:
        """What each constraint says of its index, stacked."""
        parts = value.unbind(self.dim)
        return stacked([c.check(part) for c, part in zip(self.cseq, parts)], self.dim)


class dependent_property(property):
    """A property whose value is a constraint that depends on the distribution's parameters."""

    def __init__(
        self,
        fn: Callable[[Any], Any] | None = None,
        *,
        is_discrete: bool = False,
        event_dim: int = 0,
    ) -> None:
        super().__init__(fn)
        self.is_discrete, self.event_dim = is_discrete, event_dim

    def __call__(self, fn: Callable[[Any], Any]) -> dependent_property:
        """As `@dependent_property(is_discrete=..., event_dim=...)`."""
        return dependent_property(fn, is_discrete=self.is_discrete, event_dim=self.event_dim)


def is_dependent(constraint: Any) -> bool:
    """Whether a constraint needs a distribution to be known."""
    return constraint is dependent or isinstance(constraint, dependent_property)


def _whole(x: Any) -> Any:
    return x % 1 == 0


def _symmetric(x: Any) -> Any:
    return np.isclose(x, np.swapaxes(x, -1, -2), atol=1e-6).all((-2, -1))


def _smallest_eigenvalue(x: Any) -> Any:
    return np.linalg.eigvalsh(np.nan_to_num(x))[..., 0]


real = Condition("Real()", lambda x: x == x)
real_vector = independent(real, 1)
positive = greater_than(0.0)
positive_vector = independent(positive, 1)
nonnegative = greater_than_eq(0.0)
unit_interval = interval(0.0, 1.0)
boolean = Condition("Boolean()", lambda x: (x == 0) | (x == 1), is_discrete=True)
nonnegative_integer = Condition(
    "IntegerGreaterThan(lower_bound=0)", lambda x: (x >= 0) & _whole(x), is_discrete=True
)
positive_integer = Condition(
    "IntegerGreaterThan(lower_bound=1)", lambda x: (x >= 1) & _whole(x), is_discrete=True
)
simplex = Condition("Simplex()", lambda x: (x >= 0).all(-1) & (np.abs(x.sum(-1) - 1) < 1e-6), 1)
one_hot = Condition(
    "OneHot()", lambda x: ((x == 0) | (x == 1)).all(-1) & (x.sum(-1) == 1), 1, is_discrete=True
)
lower_triangular = Condition("LowerTriangular()", lambda x: (np.tril(x) == x).all((-2, -1)), 2)
lower_cholesky = Condition(
    "LowerCholesky()",
    lambda x: (np.tril(x) == x).all((-2, -1)) & (np.diagonal(x, 0, -2, -1) > 0).all(-1),
    2,
)
square = Condition("Square()", lambda x: np.full(x.shape[:-2], x.shape[-1] == x.shape[-2]), 2)
symmetric = Condition("Symmetric()", _symmetric, 2)
positive_semidefinite = Condition(
    "PositiveSemidefinite()", lambda x: _symmetric(x) & (_smallest_eigenvalue(x) >= -1e-6), 2
)
positive_definite = Condition(
    "PositiveDefinite()", lambda x: _symmetric(x) & (_smallest_eigenvalue(x) > 0), 2
)
dependent = Condition("Dependent()", lambda x: x == x)
