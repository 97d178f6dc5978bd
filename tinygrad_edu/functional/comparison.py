"""Comparisons, and what is chosen by them, element by element."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .. import primitive as made
from ..ops import elementwise as rows
from ..primitive import cast, raw, wrap
from .logic import logical_or
from .operands import applied, computed, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "allclose", "clamp", "clamp_max", "clamp_min", "clip", "eq", "equal", "fill", "fmax", "fmin", "ge", "greater",
    "greater_equal", "gt", "heaviside", "isclose", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "le", "less",
    "less_equal", "lt", "maximum", "minimum", "nan_to_num", "ne", "not_equal", "signbit", "where",
]  # fmt: skip


def eq(input: Tensor, other: Any) -> Tensor:
    """input == other"""
    return _compared(rows.eq, input, other)


def ne(input: Tensor, other: Any) -> Tensor:
    """input != other"""
    return _compared(rows.ne, input, other)


def lt(input: Tensor, other: Any) -> Tensor:
    """input < other"""
    return _compared(rows.lt, input, other)


def le(input: Tensor, other: Any) -> Tensor:
    """input <= other"""
    return _compared(rows.le, input, other)


def gt(input: Tensor, other: Any) -> Tensor:
    """input > other"""
    return _compared(rows.gt, input, other)


def ge(input: Tensor, other: Any) -> Tensor:
    """input >= other"""
    return _compared(rows.ge, input, other)


def _compared(row: Any, x: Tensor, y: Any) -> Tensor:
    tensors(row.__name__, x)
    return applied(row, x, y)


def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    """|input - other| <= atol + rtol |other|. Raises RuntimeError for unequal dtypes or a negative tolerance."""
    tensors("isclose", input, other)
    if input.dtype != other.dtype:
        raise RuntimeError(f"isclose: expected equal dtypes, got {input.dtype} and {other.dtype}")
    if rtol < 0 or atol < 0:
        raise RuntimeError(f"isclose: expected tolerances >= 0, got rtol={rtol}, atol={atol}")
    return wrap(np.asarray(np.isclose(input.array, other.array, rtol, atol, equal_nan)))


def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all pairs are close."""
    return builtins.bool(isclose(input, other, rtol, atol, equal_nan).array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether shapes and all elements are equal."""
    return builtins.bool(np.array_equal(raw(input), raw(other)))


# ---- kinds of numbers -----------------------------------------------------------------------------
def isnan(input: Tensor) -> Tensor:
    """Whether each element is nan."""
    return rows.isnan(input)


def isinf(input: Tensor) -> Tensor:
    """Whether each element is inf or -inf."""
    return rows.isinf(input)


def isfinite(input: Tensor) -> Tensor:
    """Whether each element is neither inf nor nan."""
    return rows.isfinite(input)


def isposinf(input: Tensor) -> Tensor:
    """Whether each element is inf."""
    return rows.eq(input, np.inf)


def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -inf."""
    return rows.eq(input, -np.inf)


def signbit(input: Tensor) -> Tensor:
    """Whether each element has a minus sign, as -0.0 has."""
    return computed("signbit", lambda x: np.signbit(x) if x.dtype.kind == "f" else x < 0, input)


# ---- chosen ---------------------------------------------------------------------------------------
@overload
def where(condition: Any) -> tuple[Tensor, ...]: ...
@overload
def where(condition: Any, input: Any, other: Any) -> Tensor: ...
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where the condition holds, else `other`; with the condition alone, where it holds (nonzero).

    The gradient goes to the side chosen; a nan in the other side's derivative does not pass.
    Raises RuntimeError unless the condition is of bools.

    >>> import tinygrad_edu as te
    >>> x = te.tensor([-1.0, 2.0])
    >>> te.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if input is None and other is None:
        return tuple(wrap(i) for i in np.nonzero(raw(condition)))
    if not isinstance(condition, made.Tensor):
        condition = wrap(np.asarray(condition))
    if condition.array.dtype.name not in ("bool", "uint8"):
        raise RuntimeError(
            f"where: expected a condition of bools, got {condition.dtype}; compare, or convert with bool()"
        )
    return choose(condition, input, other)


def choose(condition: Tensor, x: Any, y: Any) -> Tensor:
    """x where the condition holds, else y, both brought to one dtype."""
    operands = [made.as_operand(v) for v in (x, y)]
    dtype = made.promoted_dtype(operands)
    return rows.where(condition, *(cast(v, dtype) for v in operands))


def fill(input: Tensor, value: Any) -> Tensor:
    """`value` in every place of a Tensor like `input`, to which goes no gradient."""
    everywhere = wrap(np.ones(input.array.shape, bool))
    return rows.where(everywhere, cast(value, input.array.dtype), input)


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair; a tie gives half of the gradient to each. nan wins."""
    tensors("maximum", input, other)
    return rows.maximum(input, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair; a tie gives half of the gradient to each. nan wins."""
    tensors("minimum", input, other)
    return rows.minimum(input, other)


def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair; a tie gives the gradient to `input`. nan loses."""
    tensors("fmax", input, other)
    return choose(logical_or(rows.ge(input, other), rows.isnan(other)), input, other)


def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair; a tie gives the gradient to `input`. nan loses."""
    tensors("fmin", input, other)
    return choose(logical_or(rows.le(input, other), rows.isnan(other)), input, other)


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """input kept between min and max; at a bound the gradient passes. Raises RuntimeError with neither."""
    if min is None and max is None:
        raise RuntimeError("clamp: expected min, max or both, got neither")
    out = input if min is None else clamp_min(input, min)
    return out if max is None else clamp_max(out, max)


def clamp_min(input: Tensor, min: Any) -> Tensor:
    """input where it is not below min, else min."""
    return choose(lt(input, min), min, input)


def clamp_max(input: Tensor, max: Any) -> Tensor:
    """input where it is not above max, else max."""
    return choose(gt(input, max), max, input)


def nan_to_num(
    input: Tensor,
    nan: float | None = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """nan, inf and -inf replaced by numbers: 0 and the greatest and the least there are, unless told."""
    if input.array.dtype.kind != "f":
        return input.clone()
    ends = np.finfo(input.array.dtype)
    out = choose(isnan(input), 0.0 if nan is None else nan, input)
    out = choose(isposinf(input), float(ends.max) if posinf is None else posinf, out)
    return choose(isneginf(input), float(ends.min) if neginf is None else neginf, out)


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 where input < 0, 1 where input > 0, else `values`; without gradient. Raises RuntimeError for two dtypes."""
    tensors("heaviside", input, values)
    if input.dtype != values.dtype:
        raise RuntimeError(
            f"heaviside: expected equal dtypes, got {input.dtype} and {values.dtype}"
        )
    return computed(
        "heaviside", lambda x, v: np.where(x == 0, v, (x > 0).astype(x.dtype)), input, values
    )


greater, greater_equal, less, less_equal, not_equal, clip = gt, ge, lt, le, ne, clamp
