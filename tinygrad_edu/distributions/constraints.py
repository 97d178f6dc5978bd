"""What parameters and values of distributions must be: each constraint checks a Tensor element by element."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..primitive import raw, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "Constraint", "boolean", "dependent", "greater_than_eq", "integer_interval", "interval", "lower_cholesky",
    "nonnegative", "nonnegative_integer", "one_hot", "positive", "positive_definite", "positive_integer",
    "positive_vector", "real", "real_vector", "simplex", "unit_interval",
]  # fmt: skip


class Constraint:
    """A condition with a name; `check(value)` says where it holds, over all but the last `event_dim` dimensions."""

    def __init__(self, name: str, holds: Callable[[Any], Any], event_dim: int = 0) -> None:
        self.name, self._holds, self.event_dim = name, holds, event_dim

    def check(self, value: Tensor) -> Tensor:
        """Where the condition holds, as bools."""
        return wrap(np.asarray(self._holds(raw(value))))

    def __repr__(self) -> str:
        return self.name


def _whole(x: Any) -> Any:
    return x % 1 == 0


def _definite(x: Any) -> Any:
    symmetric = np.isclose(x, np.swapaxes(x, -1, -2), atol=1e-6).all((-2, -1))
    return symmetric & (np.linalg.eigvalsh(np.nan_to_num(x)) > 0).all(-1)


real = Constraint("Real()", lambda x: x == x)
real_vector = Constraint("RealVector()", lambda x: (x == x).all(-1), 1)
positive = Constraint("GreaterThan(lower_bound=0.0)", lambda x: x > 0)
positive_vector = Constraint(
    "IndependentConstraint(GreaterThan(lower_bound=0.0), 1)", lambda x: (x > 0).all(-1), 1
)
nonnegative = Constraint("GreaterThanEq(lower_bound=0.0)", lambda x: x >= 0)
unit_interval = Constraint(
    "Interval(lower_bound=0.0, upper_bound=1.0)", lambda x: (x >= 0) & (x <= 1)
)
boolean = Constraint("Boolean()", lambda x: (x == 0) | (x == 1))
nonnegative_integer = Constraint(
    "IntegerGreaterThan(lower_bound=0)", lambda x: (x >= 0) & _whole(x)
)
positive_integer = Constraint("IntegerGreaterThan(lower_bound=1)", lambda x: (x >= 1) & _whole(x))
simplex = Constraint("Simplex()", lambda x: (x >= 0).all(-1) & (np.abs(x.sum(-1) - 1) < 1e-6), 1)
one_hot = Constraint("OneHot()", lambda x: ((x == 0) | (x == 1)).all(-1) & (x.sum(-1) == 1), 1)
lower_cholesky = Constraint(
    "LowerCholesky()",
    lambda x: (np.tril(x) == x).all((-2, -1)) & (np.diagonal(x, 0, -2, -1) > 0).all(-1),
    2,
)
positive_definite = Constraint("PositiveDefinite()", _definite, 2)
dependent = Constraint("Dependent()", lambda x: x == x)


def interval(low: Any, high: Any) -> Constraint:
    """From low to high, both included."""
    return Constraint(
        f"Interval(lower_bound={low}, upper_bound={high})",
        lambda x: (x >= raw(low)) & (x <= raw(high)),
    )


def integer_interval(low: Any, high: Any, event_dim: int = 0) -> Constraint:
    """Integers from low to high, both included."""

    def holds(x: Any) -> Any:
        each = (x >= raw(low)) & (x <= raw(high)) & _whole(x)
        return each.all(-1) if event_dim else each

    return Constraint(f"IntegerInterval(lower_bound={low}, upper_bound={high})", holds, event_dim)


def greater_than_eq(low: Any) -> Constraint:
    """From low on."""
    return Constraint(f"GreaterThanEq(lower_bound={low})", lambda x: x >= raw(low))
