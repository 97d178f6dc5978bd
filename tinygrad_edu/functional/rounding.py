"""Rounding, signs and absolute values, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ops import elementwise as rows
from .comparison import choose
from .operands import applied, kind, refuse, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "abs", "absolute", "ceil", "copysign", "fix", "floor", "frac", "round", "sgn", "sign", "trunc",
]  # fmt: skip


def abs(input: Tensor) -> Tensor:
    """The absolute value; its gradient at 0 is 0."""
    refuse("b", "abs", input)
    return rows.abs(input)


def sign(input: Tensor) -> Tensor:
    """-1, 0 or 1, and 0 for nan; its gradient is 0."""
    if kind(input) == "b":
        return input.clone()
    return rows.sign(choose(rows.isnan(input), 0, input))  # NumPy's sign of nan is nan


def copysign(input: Tensor, other: Any) -> Tensor:
    """The absolute value of `input` with the sign of `other`; the gradient is 0 for `other`, and where input is 0."""
    tensors("copysign", input)
    return applied(rows.copysign, input, other)


def floor(input: Tensor) -> Tensor:
    """The greatest integer not above x; its gradient is 0."""
    return _rounded(rows.floor, input)


def ceil(input: Tensor) -> Tensor:
    """The least integer not below x; its gradient is 0."""
    return _rounded(rows.ceil, input)


def trunc(input: Tensor) -> Tensor:
    """x without its fraction; its gradient is 0."""
    return _rounded(rows.trunc, input)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer, halves to even, or the nearest multiple of 10^-decimals; its gradient is 0."""
    if decimals:
        refuse("bi", "round", input)
        return rows.div(rows.round(rows.mul(input, 10.0**decimals)), 10.0**decimals)
    return _rounded(rows.round, input)


def _rounded(row: Any, x: Tensor) -> Tensor:
    refuse("b", row.__name__, x)
    return row(x) if kind(x) == "f" else x.clone()


def frac(input: Tensor) -> Tensor:
    """x - trunc(x)"""
    refuse("bi", "frac", input)
    return rows.sub(input, rows.trunc(input))


absolute, fix, sgn = abs, trunc, sign
