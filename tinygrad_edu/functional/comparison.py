"""Comparisons, and what is chosen by them, element by element."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .. import primitive as made
from ..ops import elementwise as rows
from ..primitive import raw, wrap
from ..promotion import as_operand, cast, promoted_dtype
from .logic import logical_or
from .operands import applied, computed, ordered, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "allclose", "clamp", "clamp_max", "clamp_min", "clip", "eq", "equal", "fill", "fmax", "fmin", "ge", "greater",
    "greater_equal", "gt", "heaviside", "isclose", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "le", "less",
    "less_equal", "lt", "maximum", "minimum", "nan_to_num", "ne", "not_equal", "signbit", "where",
]  # fmt: skip

PLAIN = (int, float, type(None))  # bounds that change no dtype of floats


def eq(input: Tensor, other: Any) -> Tensor:
    """input == other

    >>> te.eq(te.tensor([1, 2, 3]), 2)
    tensor([False,  True, False])
    """
    return _compared(rows.eq, input, other)


def ne(input: Tensor, other: Any) -> Tensor:
    """input != other

    >>> te.ne(te.tensor([1, 2, 3]), 2)
    tensor([ True, False,  True])
    """
    return _compared(rows.ne, input, other)


def lt(input: Tensor, other: Any) -> Tensor:
    """input < other

    >>> te.lt(te.tensor([1, 2, 3]), 2)
    tensor([ True, False, False])
    """
    return _compared(rows.lt, input, other)


def le(input: Tensor, other: Any) -> Tensor:
    """input <= other

    >>> te.le(te.tensor([1, 2, 3]), 2)
    tensor([ True,  True, False])
    """
    return _compared(rows.le, input, other)


def gt(input: Tensor, other: Any) -> Tensor:
    """input > other

    >>> te.gt(te.tensor([1, 2, 3]), 2)
    tensor([False, False,  True])
    """
    return _compared(rows.gt, input, other)


def ge(input: Tensor, other: Any) -> Tensor:
    """input >= other

    >>> te.ge(te.tensor([1, 2, 3]), 2)
    tensor([False,  True,  True])
    """
    return _compared(rows.ge, input, other)


def _compared(row: Any, x: Tensor, y: Any) -> Tensor:
    tensors(row.__name__, x)
    if row not in (rows.eq, rows.ne):
        ordered(row.__name__, x, y)
    return applied(row, x, y)


def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    """|input - other| <= atol + rtol |other|. Raises RuntimeError for unequal dtypes or a negative tolerance.

    >>> te.isclose(te.tensor([1.0, 1.1]), te.tensor([1.000001, 1.0]))
    tensor([ True, False])
    """
    tensors("isclose", input, other)
    if input.dtype != other.dtype:
        raise RuntimeError(f"isclose: expected equal dtypes, got {input.dtype} and {other.dtype}")
    if rtol < 0 or atol < 0:
        raise RuntimeError(f"isclose: expected tolerances >= 0, got rtol={rtol}, atol={atol}")
    return wrap(np.asarray(np.isclose(input.array, other.array, rtol, atol, equal_nan)))


def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether `isclose` holds for all pairs.

    >>> te.allclose(te.tensor([1.0, 2.0]), te.tensor([1.0, 2.000001]))
    True
    """
    return builtins.bool(isclose(input, other, rtol, atol, equal_nan).array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether shapes and all elements are equal.

    >>> te.equal(te.tensor([1, 2]), te.tensor([1, 2]))
    True
    """
    return builtins.bool(np.array_equal(raw(input), raw(other)))


# ---- kinds of numbers -----------------------------------------------------------------------------
def isnan(input: Tensor) -> Tensor:
    """Whether each element is nan.

    >>> te.isnan(te.tensor([1.0, te.nan]))
    tensor([False,  True])
    """
    return rows.isnan(input)


def isinf(input: Tensor) -> Tensor:
    """Whether each element is inf or -inf.

    >>> te.isinf(te.tensor([1.0, -te.inf]))
    tensor([False,  True])
    """
    return rows.isinf(input)


def isfinite(input: Tensor) -> Tensor:
    """Whether each element is neither inf nor nan.

    >>> te.isfinite(te.tensor([1.0, te.inf, te.nan]))
    tensor([ True, False, False])
    """
    return rows.isfinite(input)


def isposinf(input: Tensor) -> Tensor:
    """Whether each element is inf.

    >>> te.isposinf(te.tensor([te.inf, -te.inf]))
    tensor([ True, False])
    """
    return rows.eq(input, np.inf)


def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -inf.

    >>> te.isneginf(te.tensor([te.inf, -te.inf]))
    tensor([False,  True])
    """
    return rows.eq(input, -np.inf)


def signbit(input: Tensor) -> Tensor:
    """Whether each element has a minus sign, as -0.0 has.

    >>> te.signbit(te.tensor([1.0, -0.0]))
    tensor([False,  True])
    """
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
    operands = [as_operand(v) for v in (x, y)]
    dtype = promoted_dtype(operands)
    return rows.where(condition, *(cast(v, dtype) for v in operands))


def fill(input: Tensor, value: Any) -> Tensor:
    """`value` in every place of a Tensor like `input`, to which goes no gradient.

    >>> te.fill(te.tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    everywhere = wrap(np.ones(input.array.shape, bool))
    return rows.where(everywhere, cast(value, input.array.dtype), input)


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair; a tie gives half of the gradient to each. nan wins.

    >>> x = te.tensor([1.0, 2.0], requires_grad=True)
    >>> te.maximum(x, te.tensor([0.0, 2.0])).sum().backward(); x.grad
    tensor([1.0000, 0.5000])
    """
    tensors("maximum", input, other)
    return rows.maximum(input, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair; a tie gives half of the gradient to each. nan wins.

    >>> te.minimum(te.tensor([1.0, te.nan]), te.tensor([0.0, 2.0]))
    tensor([0., nan])
    """
    tensors("minimum", input, other)
    return rows.minimum(input, other)


def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The larger of each pair; a tie gives the gradient to `input`. nan loses.

    >>> te.fmax(te.tensor([1.0, te.nan]), te.tensor([0.0, 2.0]))
    tensor([1., 2.])
    """
    tensors("fmax", input, other)
    return choose(logical_or(rows.ge(input, other), rows.isnan(other)), input, other)


def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of each pair; a tie gives the gradient to `input`. nan loses.

    >>> te.fmin(te.tensor([1.0, te.nan]), te.tensor([0.0, 2.0]))
    tensor([0., 2.])
    """
    tensors("fmin", input, other)
    return choose(logical_or(rows.le(input, other), rows.isnan(other)), input, other)


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """input kept between min and max; at a bound the gradient passes. Raises RuntimeError with neither.

    >>> x = te.tensor([-2.0, 1.0, 3.0], requires_grad=True)
    >>> te.clamp(x, -1, 1).sum().backward(); x.grad
    tensor([0., 1., 0.])
    """
    if min is None and max is None:
        raise RuntimeError("clamp: expected min, max or both, got neither")
    if input.array.dtype.kind == "f" and type(min) in PLAIN and type(max) in PLAIN:
        return rows.clamp(input, low=min, high=max)
    out = input if min is None else clamp_min(input, min)
    return out if max is None else clamp_max(out, max)


def clamp_min(input: Tensor, min: Any) -> Tensor:
    """input where it is not below min, else min.

    >>> te.clamp_min(te.tensor([-2.0, 1.0, 3.0]), 1)
    tensor([1., 1., 3.])
    """
    return choose(lt(input, min), min, input)


def clamp_max(input: Tensor, max: Any) -> Tensor:
    """input where it is not above max, else max.

    >>> te.clamp_max(te.tensor([-2.0, 1.0, 3.0]), 1)
    tensor([-2.,  1.,  1.])
    """
    return choose(gt(input, max), max, input)


def nan_to_num(
    input: Tensor,
    nan: float | None = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """nan, inf and -inf replaced by numbers: 0 and the greatest and the least there are, unless told.

    >>> te.nan_to_num(te.tensor([te.nan, te.inf, 1.0]), posinf=9.0)
    tensor([0., 9., 1.])
    """
    if input.array.dtype.kind != "f":
        return input.clone()
    ends = np.finfo(input.array.dtype)
    out = choose(isnan(input), 0.0 if nan is None else nan, input)
    out = choose(isposinf(input), float(ends.max) if posinf is None else posinf, out)
    return choose(isneginf(input), float(ends.min) if neginf is None else neginf, out)


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 where input < 0, 1 where input > 0, else `values`; without gradient. Raises RuntimeError for two dtypes.

    >>> te.heaviside(te.tensor([-1.0, 0.0, 2.0]), te.tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
    tensors("heaviside", input, values)
    if input.dtype != values.dtype:
        raise RuntimeError(
            f"heaviside: expected equal dtypes, got {input.dtype} and {values.dtype}"
        )
    return computed(
        "heaviside", lambda x, v: np.where(x == 0, v, (x > 0).astype(x.dtype)), input, values
    )


greater, greater_equal, less, less_equal, not_equal, clip = gt, ge, lt, le, ne, clamp
