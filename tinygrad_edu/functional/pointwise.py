"""Functions that work element by element."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..dtypes import as_numpy, result_dtype
from ..ops import elementwise as rows
from ..primitive import cast, raw, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "abs", "absolute", "acos", "add", "allclose", "arccos", "arcsin", "arctan", "arctan2", "asin", "atan",
    "atan2", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "ceil", "clamp", "clip", "cos", "cosh",
    "div", "divide", "eq", "equal", "erf", "exp", "expm1", "fix", "floor", "floor_divide", "ge", "gelu",
    "greater", "greater_equal", "gt", "isclose", "isfinite", "isinf", "isnan", "le", "lerp", "less",
    "less_equal", "log", "log10", "log1p", "log2", "logical_and", "logical_not", "logical_or", "logical_xor",
    "lt", "maximum", "minimum", "mul", "multiply", "ne", "neg", "negative", "not_equal", "pow", "reciprocal",
    "relu", "remainder", "round", "rsqrt", "rsub", "sigmoid", "sign", "silu", "sin", "sinh", "softplus", "sqrt",
    "square", "sub", "subtract", "tan", "tanh", "to_dtype", "true_divide", "trunc", "where",
]  # fmt: skip

Number = builtins.bool | builtins.int | builtins.float


def _applied(row: Any, *xs: Any) -> Tensor:
    """A row's result; TypeError if it knows nothing of its operands."""
    out: Tensor = row(*xs)
    if out is NotImplemented:
        names = ", ".join(type(x).__name__ for x in xs)
        raise TypeError(f"{row.__name__}: expected Tensors, arrays or numbers, got ({names})")
    return out


# ---- arithmetic -----------------------------------------------------------------------------------
def add(input: Any, other: Any, *, alpha: Number = 1) -> Tensor:
    """input + alpha * other"""
    return _applied(rows.add, input, other if alpha == 1 else mul(other, alpha))


def sub(input: Any, other: Any, *, alpha: Number = 1) -> Tensor:
    """input - alpha * other. Raises RuntimeError for bools, which have no difference."""
    if getattr(raw(input), "dtype", None) == bool or getattr(raw(other), "dtype", None) == bool:
        raise RuntimeError(
            "sub: expected numbers, got bool tensors; use `^` or logical_xor() instead"
        )
    return _applied(rows.sub, input, other if alpha == 1 else mul(other, alpha))


def rsub(input: Any, other: Any, *, alpha: Number = 1) -> Tensor:
    """other - alpha * input"""
    return sub(other, input, alpha=alpha)


def mul(input: Any, other: Any) -> Tensor:
    """input * other"""
    return _applied(rows.mul, input, other)


def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """input / other; integers give the default float unless rounded by "trunc" or "floor"."""
    if rounding_mode == "floor":
        return floor_divide(input, other)
    if rounding_mode == "trunc":
        quotient = trunc(_applied(rows.div, input, other))
        kinds = {getattr(raw(x), "dtype", np.asarray(raw(x)).dtype).kind for x in (input, other)}
        return quotient if kinds & set("f") else cast(quotient, np.dtype(np.int64))
    if rounding_mode is not None:
        raise RuntimeError(
            f"div: expected rounding_mode None, 'trunc' or 'floor', got {rounding_mode!r}"
        )
    return _applied(rows.div, input, other)


def floor_divide(input: Any, other: Any) -> Tensor:
    """The quotient rounded towards minus infinity. Raises ZeroDivisionError for integers divided by 0."""
    _refuse_zero("floor_divide", input, other)
    return _applied(rows.floor_divide, input, other)


def remainder(input: Any, other: Any) -> Tensor:
    """What is left of floor division: it has the sign of `other`."""
    _refuse_zero("remainder", input, other)
    return _applied(rows.remainder, input, other)


def _refuse_bools(name: str, *arrays: Any) -> None:
    if all(type(a) is bool or getattr(a, "dtype", None) == bool for a in arrays):
        raise NotImplementedError(
            f"{name}: expected numbers, got bools; convert one operand with int()"
        )


def _refuse_zero(name: str, *xs: Any) -> None:
    arrays = [raw(x) for x in xs]
    _refuse_bools(name, *arrays)
    if all(
        isinstance(a, int) or getattr(a, "dtype", np.dtype(float)).kind in "biu" for a in arrays
    ):
        if not np.all(arrays[1]):
            raise RuntimeError(
                f"{name}: expected integers other than 0 to divide by, got 0; use floats for inf"
            )


def pow(input: Any, exponent: Any) -> Tensor:
    """input ** exponent. Raises RuntimeError for an integer to a negative integer power."""
    base, power = raw(input), raw(exponent)
    if type(power) is bool and getattr(base, "dtype", None) == bool:
        return logical_or(input, not power)
    _refuse_bools("pow", base, power)
    integer = all(
        isinstance(a, int) or getattr(a, "dtype", np.dtype(float)).kind in "biu"
        for a in (base, power)
    )
    if integer and np.any(np.asarray(power) < 0):
        raise RuntimeError(
            "pow: expected a non-negative power of integers, got a negative one; use a float exponent"
        )
    return _applied(rows.pow, input, exponent)


def neg(input: Tensor) -> Tensor:
    """-input. Raises RuntimeError for bools."""
    if getattr(raw(input), "dtype", None) == bool:
        raise RuntimeError(
            "neg: expected numbers, got a bool tensor; use `~` or logical_not() instead"
        )
    return rows.neg(input)


def square(input: Tensor) -> Tensor:
    """input ** 2"""
    return rows.mul(input, input)


def reciprocal(input: Tensor) -> Tensor:
    """1 / input"""
    return rows.div(1, input)


def maximum(input: Tensor, other: Any) -> Tensor:
    """The larger of each pair; a tie gives half of the gradient to each. nan wins."""
    return _applied(rows.maximum, input, other)


def minimum(input: Tensor, other: Any) -> Tensor:
    """The smaller of each pair; a tie gives half of the gradient to each. nan wins."""
    return _applied(rows.minimum, input, other)


def arctan2(input: Tensor, other: Any) -> Tensor:
    """The angle of the point (other, input), in (-pi, pi]."""
    return _applied(rows.arctan2, input, other)


def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """input + weight * (end - input)"""
    return add(input, mul(sub(end, input), weight))


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """input kept between min and max; at a bound the gradient passes. Raises ValueError with neither."""
    if min is None and max is None:
        raise RuntimeError("clamp: expected min, max or both, got neither")
    out = input
    if min is not None:
        out = where(rows.lt(out, min), min, out)
    if max is not None:
        out = where(rows.gt(out, max), max, out)
    return out


clip = clamp


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where the condition holds, else `other`; with the condition alone, where it holds (nonzero).

    The gradient goes to the side chosen; a nan in the other side's derivative does not pass.
    """
    if input is None and other is None:
        return tuple(wrap(i) for i in np.nonzero(raw(condition)))
    if isinstance(condition, (bool, np.bool_)) or not isinstance(
        condition, (made.Tensor, np.ndarray)
    ):
        condition = wrap(np.asarray(bool(condition)))
    operands = [made.as_operand(x) for x in (input, other)]
    arrays = [raw(x) if not isinstance(x, made.Value) else x.data for x in operands]
    dtype = result_dtype(arrays)
    return rows.where(condition, *(cast(x, dtype) for x in operands))


# ---- of one variable ------------------------------------------------------------------------------
def exp(input: Tensor) -> Tensor:
    """e^x"""
    return rows.exp(input)


def expm1(input: Tensor) -> Tensor:
    """e^x - 1, exact near 0."""
    return rows.expm1(input)


def log(input: Tensor) -> Tensor:
    """The natural logarithm."""
    return rows.log(input)


def log1p(input: Tensor) -> Tensor:
    """log(1 + x), exact near 0."""
    return rows.log1p(input)


def log2(input: Tensor) -> Tensor:
    """The logarithm to base 2."""
    return rows.log2(input)


def log10(input: Tensor) -> Tensor:
    """The logarithm to base 10."""
    return rows.log10(input)


def sqrt(input: Tensor) -> Tensor:
    """The square root; its gradient at 0 is inf."""
    return rows.sqrt(input)


def rsqrt(input: Tensor) -> Tensor:
    """1 / sqrt(x)"""
    return rows.rsqrt(input)


def abs(input: Tensor) -> Tensor:
    """The absolute value; its gradient at 0 is 0."""
    return rows.abs(input)


def sign(input: Tensor) -> Tensor:
    """-1, 0 or 1; its gradient is 0."""
    return rows.sign(input)


def sin(input: Tensor) -> Tensor:
    """The sine."""
    return rows.sin(input)


def cos(input: Tensor) -> Tensor:
    """The cosine."""
    return rows.cos(input)


def tan(input: Tensor) -> Tensor:
    """The tangent."""
    return rows.tan(input)


def arcsin(input: Tensor) -> Tensor:
    """The inverse of sin, in [-pi/2, pi/2]."""
    return rows.arcsin(input)


def arccos(input: Tensor) -> Tensor:
    """The inverse of cos, in [0, pi]."""
    return rows.arccos(input)


def arctan(input: Tensor) -> Tensor:
    """The inverse of tan, in (-pi/2, pi/2)."""
    return rows.arctan(input)


def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine."""
    return rows.sinh(input)


def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine."""
    return rows.cosh(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return rows.tanh(input)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e^-x)"""
    return rows.sigmoid(input)


def relu(input: Tensor) -> Tensor:
    """max(x, 0); its gradient at 0 is 0."""
    return rows.relu(input)


def erf(input: Tensor) -> Tensor:
    """2/sqrt(pi) times the integral of e^(-t^2) from 0 to x."""
    return rows.erf(input)


def floor(input: Tensor) -> Tensor:
    """The greatest integer not above x; its gradient is 0."""
    return _rounded(rows.floor, input)


def ceil(input: Tensor) -> Tensor:
    """The least integer not below x; its gradient is 0."""
    return _rounded(rows.ceil, input)


def trunc(input: Tensor) -> Tensor:
    """x without its fraction; its gradient is 0."""
    return _rounded(lambda x: rows.sign(x) * rows.floor(rows.abs(x)), input)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer, halves to even; its gradient is 0."""
    if decimals:
        return rows.round(input * 10.0**decimals) / 10.0**decimals
    return _rounded(rows.round, input)


def _rounded(row: Any, x: Any) -> Tensor:
    out: Tensor = x.clone() if getattr(raw(x), "dtype", np.dtype(float)).kind in "iu" else row(x)
    return out


absolute, negative, subtract, multiply, divide, true_divide = abs, neg, sub, mul, div, div
asin, acos, atan, atan2, fix = arcsin, arccos, arctan, arctan2, trunc


# ---- comparisons ----------------------------------------------------------------------------------
def eq(input: Tensor, other: Any) -> Tensor:
    """input == other"""
    return _applied(rows.eq, input, other)


def ne(input: Tensor, other: Any) -> Tensor:
    """input != other"""
    return _applied(rows.ne, input, other)


def lt(input: Tensor, other: Any) -> Tensor:
    """input < other"""
    return _applied(rows.lt, input, other)


def le(input: Tensor, other: Any) -> Tensor:
    """input <= other"""
    return _applied(rows.le, input, other)


def gt(input: Tensor, other: Any) -> Tensor:
    """input > other"""
    return _applied(rows.gt, input, other)


def ge(input: Tensor, other: Any) -> Tensor:
    """input >= other"""
    return _applied(rows.ge, input, other)


greater, greater_equal, less, less_equal, not_equal = gt, ge, lt, le, ne


def logical_not(input: Tensor) -> Tensor:
    """Whether each element is 0."""
    return rows.logical_not(input)


def logical_and(input: Tensor, other: Any) -> Tensor:
    """Whether both are other than 0."""
    return _applied(rows.logical_and, input, other)


def logical_or(input: Tensor, other: Any) -> Tensor:
    """Whether either is other than 0."""
    return _applied(rows.logical_or, input, other)


def logical_xor(input: Tensor, other: Any) -> Tensor:
    """Whether just one is other than 0."""
    return _applied(rows.logical_xor, input, other)


def bitwise_not(input: Tensor) -> Tensor:
    """~input, for bools and integers."""
    return _bits(rows.invert, input)


def bitwise_and(input: Tensor, other: Any) -> Tensor:
    """input & other, for bools and integers."""
    return _bits(rows.bitwise_and, input, other)


def bitwise_or(input: Tensor, other: Any) -> Tensor:
    """input | other, for bools and integers."""
    return _bits(rows.bitwise_or, input, other)


def bitwise_xor(input: Tensor, other: Any) -> Tensor:
    """input ^ other, for bools and integers."""
    return _bits(rows.bitwise_xor, input, other)


def _bits(row: Any, *xs: Any) -> Tensor:
    if any(getattr(raw(x), "dtype", np.asarray(raw(x)).dtype).kind not in "biu" for x in xs):
        raise RuntimeError(f"{row.__name__}: expected bools or integers, got floats; compare first")
    return _applied(row, *xs)


def isnan(input: Tensor) -> Tensor:
    """Whether each element is nan."""
    return rows.isnan(input)


def isinf(input: Tensor) -> Tensor:
    """Whether each element is inf or -inf."""
    return rows.isinf(input)


def isfinite(input: Tensor) -> Tensor:
    """Whether each element is neither inf nor nan."""
    return rows.isfinite(input)


def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    """|input - other| <= atol + rtol |other|"""
    return wrap(np.asarray(np.isclose(raw(input), raw(other), rtol, atol, equal_nan)))


def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all pairs are close."""
    if raw(input).dtype != raw(other).dtype:
        raise RuntimeError(
            f"allclose: expected equal dtypes, got {raw(input).dtype} and {raw(other).dtype}"
        )
    return bool(np.allclose(raw(input), raw(other), rtol, atol, equal_nan))


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether shapes and all elements are equal."""
    return bool(np.array_equal(raw(input), raw(other)))


# ---- kind of number -------------------------------------------------------------------------------
def to_dtype(input: Tensor, dtype: Any) -> Tensor:
    """The same numbers in another dtype; the Tensor itself if it has it already."""
    return cast(input, as_numpy(dtype))


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + e^(beta x)) / beta; x itself where beta x > threshold."""
    scaled = input * beta
    large = rows.gt(scaled, threshold)
    out: Tensor = where(large, input, rows.log1p(rows.exp(where(large, 0.0, scaled))) / beta)
    return out


def silu(input: Tensor) -> Tensor:
    """x sigmoid(x)"""
    return input * rows.sigmoid(input)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x Phi(x), Phi the standard normal distribution; "tanh" approximates it (Hendrycks and Gimpel 2016)."""
    if approximate == "tanh":
        inner = 0.7978845608028654 * (input + 0.044715 * input * input * input)
        return 0.5 * input * (1.0 + rows.tanh(inner))
    if approximate != "none":
        raise RuntimeError(f"gelu: expected approximate 'none' or 'tanh', got {approximate!r}")
    return 0.5 * input * (1.0 + rows.erf(input * 0.7071067811865476))
