"""Arithmetic of two or three operands, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import return_types
from ..inplace import written
from ..ops import elementwise as rows
from ..primitive import raw, wrap
from ..promotion import cast
from .comparison import choose
from .operands import Number, alike, applied, computed, kind, refuse, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "add", "addcdiv", "addcmul", "div", "divide", "float_power", "floor_divide", "fmod", "frexp", "gcd", "lcm",
    "ldexp", "lerp", "mul", "multiply", "neg", "negative", "positive", "pow", "reciprocal", "remainder", "rsub",
    "square", "sub", "subtract", "true_divide",
]  # fmt: skip

DOUBLE = np.dtype(np.float64)


def add(input: Any, other: Any, *, alpha: Number = 1, out: Tensor | None = None) -> Tensor:
    """input + alpha * other

    >>> te.add(te.tensor([1, 2]), te.tensor([10, 20]), alpha=2)
    tensor([21, 42])
    """
    if alpha != 1:
        input, other = _scaled("add", input, other, alpha)
    result = applied(rows.add, input, other)
    return result if out is None else written("add", result, out)


def sub(input: Any, other: Any, *, alpha: Number = 1, out: Tensor | None = None) -> Tensor:
    """input - alpha * other. Raises RuntimeError for bools, which have no difference.

    >>> te.sub(te.tensor([5, 5]), te.tensor([1, 2]), alpha=2)
    tensor([3, 1])
    """
    if alpha != 1:
        _refuse_bools("sub", input, other)
        input, other = _scaled("sub", input, other, alpha)
    try:
        result = applied(rows.sub, input, other)
    except TypeError:
        _refuse_bools("sub", input, other)
        raise
    return result if out is None else written("sub", result, out)


def _scaled(op: str, x: Any, y: Any, alpha: Number) -> tuple[Tensor, Tensor]:
    """x and alpha * y, in the dtype that x and y are promoted to."""
    if isinstance(alpha, float) and kind(x, y) != "f":
        raise RuntimeError(f"{op}: expected an int alpha for integers, got {alpha}; use floats")
    x, y = alike(op, x, y)
    return x, rows.mul(y, cast(alpha, y.array.dtype))


def rsub(input: Any, other: Any, *, alpha: Number = 1) -> Tensor:
    """other - alpha * input

    >>> te.rsub(te.tensor([1, 2]), 10)
    tensor([9, 8])
    """
    tensors("rsub", input)
    return sub(other, input, alpha=alpha)


def mul(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """input * other

    >>> te.mul(te.tensor([1.0, 2.0]), te.tensor([[10.0], [20.0]]))
    tensor([[10., 20.],
            [20., 40.]])
    """
    result = applied(rows.mul, input, other)
    return result if out is None else written("mul", result, out)


def div(
    input: Any,
    other: Any,
    *,
    rounding_mode: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """input / other; of integers the default float.

    Rounded by "trunc" (towards 0) or "floor" integers stay integers, and the gradient is 0.
    Raises RuntimeError for integers divided by 0 and rounded.

    >>> te.div(te.tensor([7, -7]), 2, rounding_mode="trunc")
    tensor([ 3, -3])
    """
    if rounding_mode is None:
        result = applied(rows.div, input, other)
    else:
        result = _divided_and_rounded(input, other, rounding_mode)
    return result if out is None else written("div", result, out)


def _divided_and_rounded(input: Any, other: Any, rounding_mode: str) -> Tensor:
    if rounding_mode not in ("trunc", "floor"):
        raise RuntimeError(
            f"div: expected rounding_mode None, 'trunc' or 'floor', got {rounding_mode!r}"
        )
    _refuse_zero("div", input, other)
    if rounding_mode == "floor":
        return applied(rows.floor_divide, input, other)
    if kind(input, other) == "i":
        x, y = alike("div", input, other)
        return floor_divide(sub(x, fmod(x, y)), y)
    return rows.trunc(applied(rows.div, input, other))


def floor_divide(input: Any, other: Any) -> Tensor:
    """The quotient rounded towards minus infinity, without gradient. Raises RuntimeError for integers by 0.

    >>> te.floor_divide(te.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    return wrap(div(input, other, rounding_mode="floor").array)


def remainder(input: Any, other: Any) -> Tensor:
    """What is left of floor division: it has the sign of `other`. Raises RuntimeError for integers by 0.

    >>> te.remainder(te.tensor([7, -7]), 3)
    tensor([1, 2])
    """
    _refuse_zero("remainder", input, other)
    return applied(rows.remainder, input, other)


def fmod(input: Tensor, other: Any) -> Tensor:
    """What is left of division rounded towards 0: it has the sign of `input`. Raises RuntimeError for integers by 0.

    >>> te.fmod(te.tensor([7, -7]), 3)
    tensor([ 1, -1])
    """
    tensors("fmod", input)
    _refuse_zero("fmod", input, other)
    return applied(rows.fmod, input, other)


def _refuse_zero(op: str, x: Any, y: Any) -> None:
    refuse("b", op, x, y)
    if kind(x, y) == "i" and not np.all(raw(y)):
        raise RuntimeError(
            f"{op}: ZeroDivisionError: expected integers other than 0 to divide by; use floats for inf"
        )


def pow(input: Any, exponent: Any) -> Tensor:
    """input ** exponent. Raises RuntimeError for integers to a power that is a negative Python int.

    Of integers to the powers of an integer Tensor, negative ones round to 0, but for those of 1 and -1.

    >>> te.pow(te.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    if kind(input, exponent) == "f":
        return applied(rows.pow, input, exponent)
    if kind(input) == "b" and isinstance(exponent, bool):
        return computed("pow", np.logical_or, input, not exponent)
    refuse("b", "pow", input, exponent)
    negative = np.less(raw(exponent), 0)
    if not np.any(negative):
        return applied(rows.pow, input, exponent)
    if isinstance(exponent, (int, np.integer)):
        raise RuntimeError(
            f"pow: expected a non-negative power of integers, got {exponent}; use a float exponent"
        )
    vanishes = wrap(np.asarray(negative & (np.abs(raw(input)) != 1)))
    return choose(vanishes, 0, applied(rows.pow, input, rows.abs(exponent)))


def float_power(input: Any, exponent: Any) -> Tensor:
    """input ** exponent, in float64.

    >>> te.float_power(te.tensor([2, 3]), -1)
    tensor([0.5000, 0.3333], dtype=tinygrad_edu.float64)
    """
    wide = [x if isinstance(x, (int, float)) else cast(x, DOUBLE) for x in (input, exponent)]
    return applied(rows.pow, *wide)


def square(input: Tensor) -> Tensor:
    """input ** 2

    >>> te.square(te.tensor([-2.0, 3.0]))
    tensor([4., 9.])
    """
    return rows.pow(input, 2)


def reciprocal(input: Tensor) -> Tensor:
    """1 / input; inf at 0.

    >>> te.reciprocal(te.tensor([4.0, 0.0]))
    tensor([0.2500,    inf])
    """
    return rows.div(1, input)


def neg(input: Tensor) -> Tensor:
    """-input. Raises RuntimeError for bools.

    >>> te.neg(te.tensor([1, -2]))
    tensor([-1,  2])
    """
    _refuse_bools("neg", input)
    return rows.neg(input)


def positive(input: Tensor) -> Tensor:
    """The Tensor itself. Raises RuntimeError for bools.

    >>> te.positive(te.tensor([1, -2]))
    tensor([ 1, -2])
    """
    _refuse_bools("positive", input)
    return input


def _refuse_bools(op: str, *xs: Any) -> None:
    if any(kind(x) == "b" for x in xs):
        raise RuntimeError(
            f"{op}: expected numbers, got bools; use logical_not() or logical_xor(), or convert with int()"
        )


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """input + value * tensor1 * tensor2

    >>> te.addcmul(te.ones(2), te.tensor([1.0, 2.0]), te.tensor([3.0, 4.0]), value=0.5)
    tensor([2.5000, 5.0000])
    """
    return add(input, mul(tensor1, tensor2), alpha=value)


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1) -> Tensor:
    """input + value * tensor1 / tensor2. Raises RuntimeError where all are integers.

    >>> te.addcdiv(te.ones(2), te.tensor([1.0, 2.0]), te.tensor([2.0, 8.0]), value=2)
    tensor([2.0000, 1.5000])
    """
    if kind(tensor1, tensor2) != "f":
        raise RuntimeError("addcdiv: expected floats to divide, got integers; convert with float()")
    return add(input, div(tensor1, tensor2), alpha=value)


def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """input + weight * (end - input), which is `end` to the last digit where the weight is 1.

    >>> te.lerp(te.tensor([0.0, 10.0]), te.tensor([1.0, 20.0]), 0.25)
    tensor([ 0.2500, 12.5000])
    """
    refuse("bi", "lerp", input)
    way, near = sub(end, input), abs(weight) < 0.5
    if isinstance(near, bool):
        return add(input, mul(way, weight)) if near else sub(end, mul(way, 1 - weight))
    return choose(near, add(input, mul(way, weight)), sub(end, mul(way, 1 - weight)))


def ldexp(input: Tensor, other: Tensor) -> Tensor:
    """input * 2 ** other

    >>> te.ldexp(te.tensor([1.0, 3.0]), te.tensor([2, -1]))
    tensor([4.0000, 1.5000])
    """
    tensors("ldexp", input, other)
    return mul(input, pow(2.0, other))


def frexp(input: Tensor) -> return_types.frexp:
    """(mantissa, exponent) with input = mantissa * 2 ** exponent and 0.5 <= |mantissa| < 1, or mantissa 0.

    >>> te.frexp(te.tensor([8.0, 0.75]))
    tinygrad_edu.return_types.frexp(
    mantissa=tensor([0.5000, 0.7500]),
    exponent=tensor([4, 0], dtype=tinygrad_edu.int32))
    """
    refuse("bi", "frexp", input)
    exponent = wrap(np.asarray(np.frexp(raw(input))[1]))
    return return_types.frexp(ldexp(input, neg(exponent)), exponent)


def gcd(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor, never negative.

    >>> te.gcd(te.tensor([12, -9]), te.tensor([8, 6]))
    tensor([4, 3])
    """
    return _of_integers(np.gcd, input, other)


def lcm(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple, never negative.

    >>> te.lcm(te.tensor([4, -3]), te.tensor([6, 5]))
    tensor([12, 15])
    """
    return _of_integers(np.lcm, input, other)


def _of_integers(ufunc: Any, x: Tensor, y: Tensor) -> Tensor:
    tensors(ufunc.__name__, x, y)
    refuse("bf", ufunc.__name__, x, y)
    return computed(ufunc.__name__, ufunc, x, y)


subtract, multiply, divide, true_divide, negative = sub, mul, div, div, neg
