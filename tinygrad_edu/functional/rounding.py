"""Rounding, signs and absolute values, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ops import elementwise as rows
from .comparison import choose
from .operands import applied, kind, refuse, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "abs", "absolute", "ceil", "copysign", "fix", "floor", "frac", "nextafter", "round", "sgn", "sign", "trunc",
]  # fmt: skip


def abs(input: Tensor) -> Tensor:
    """The absolute value; its gradient at 0 is 0.

    >>> x = te.tensor([-2.0, 0.0, 3.0], requires_grad=True)
    >>> te.abs(x).sum().backward(); x.grad
    tensor([-1.,  0.,  1.])
    """
    refuse("b", "abs", input)
    return rows.abs(input)


def sign(input: Tensor) -> Tensor:
    """-1, 0 or 1, and 0 for nan; its gradient is 0.

    >>> te.sign(te.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    if kind(input) == "b":
        return input.clone()
    return rows.sign(choose(rows.isnan(input), 0, input))  # NumPy's sign of nan is nan


def copysign(input: Tensor, other: Any) -> Tensor:
    """The absolute value of `input` with the sign of `other`; the gradient is 0 for `other`, and where input is 0.

    >>> te.copysign(te.tensor([1.0, -2.0]), te.tensor([-0.0, 3.0]))
    tensor([-1.,  2.])
    """
    tensors("copysign", input)
    return applied(rows.copysign, input, other)


def nextafter(input: Tensor, other: Tensor) -> Tensor:
    """The next number after `input` towards `other`; the gradient is 1 for `input` and none for `other`.

    Raises NotImplementedError for integers.

    >>> te.nextafter(te.tensor([1.0]), te.tensor([2.0])) - 1
    tensor([1.1921e-07])
    """
    tensors("nextafter", input, other)
    refuse("bi", "nextafter", input, other)
    return rows.nextafter(input, other)


def floor(input: Tensor) -> Tensor:
    """The greatest integer not above x; its gradient is 0.

    >>> te.floor(te.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return _rounded(rows.floor, input)


def ceil(input: Tensor) -> Tensor:
    """The least integer not below x; its gradient is 0.

    >>> te.ceil(te.tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return _rounded(rows.ceil, input)


def trunc(input: Tensor) -> Tensor:
    """x without its fraction; its gradient is 0.

    >>> te.trunc(te.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return _rounded(rows.trunc, input)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer, halves to even, or the nearest multiple of 10^-decimals; its gradient is 0.

    >>> te.round(te.tensor([0.5, 1.5, 2.6]))
    tensor([0., 2., 3.])
    """
    if decimals:
        refuse("bi", "round", input)
        return rows.div(rows.round(rows.mul(input, 10.0**decimals)), 10.0**decimals)
    return _rounded(rows.round, input)


def _rounded(row: Any, x: Tensor) -> Tensor:
    refuse("b", row.__name__, x)
    return row(x) if kind(x) == "f" else x.clone()


def frac(input: Tensor) -> Tensor:
    """x - trunc(x), with the sign of x; its gradient is 1, at the jumps too.

    >>> te.frac(te.tensor([-1.5, 1.25]))
    tensor([-0.5000,  0.2500])
    """
    refuse("bi", "frac", input)
    return rows.sub(input, rows.trunc(input))


absolute, fix, sgn = abs, trunc, sign
