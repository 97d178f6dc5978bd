"""Functions of truth values and of bits, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..inplace import written
from ..ops import elementwise as rows
from .operands import applied, computed, refuse, tensors

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "logical_and", "logical_not", "logical_or", "logical_xor",
]  # fmt: skip


def logical_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether each element is 0.

    >>> te.logical_not(te.tensor([0, 1, 2]))
    tensor([ True, False, False])
    """
    return written("logical_not", rows.logical_not(input), out)


def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether both are other than 0.

    >>> te.logical_and(te.tensor([0, 1, 2]), te.tensor([True, True, False]))
    tensor([False,  True, False])
    """
    tensors("logical_and", input, other)
    return written("logical_and", rows.logical_and(input, other), out)


def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether either is other than 0.

    >>> te.logical_or(te.tensor([0, 1, 0]), te.tensor([True, True, False]))
    tensor([ True,  True, False])
    """
    tensors("logical_or", input, other)
    return written("logical_or", rows.logical_or(input, other), out)


def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether just one is other than 0.

    >>> te.logical_xor(te.tensor([0, 1, 0]), te.tensor([True, True, False]))
    tensor([ True, False, False])
    """
    tensors("logical_xor", input, other)
    return written("logical_xor", rows.logical_xor(input, other), out)


def bitwise_not(input: Tensor) -> Tensor:
    """~input, for bools and integers.

    >>> te.bitwise_not(te.tensor([0, 5]))
    tensor([-1, -6])
    """
    refuse("f", "bitwise_not", input)
    return rows.invert(input)


def bitwise_and(input: Any, other: Any) -> Tensor:
    """input & other, for bools and integers.

    >>> te.bitwise_and(te.tensor([12, 7]), 10)
    tensor([8, 2])
    """
    refuse("f", "bitwise_and", input, other)
    return applied(rows.bitwise_and, input, other)


def bitwise_or(input: Any, other: Any) -> Tensor:
    """input | other, for bools and integers.

    >>> te.bitwise_or(te.tensor([12, 7]), 10)
    tensor([14, 15])
    """
    refuse("f", "bitwise_or", input, other)
    return applied(rows.bitwise_or, input, other)


def bitwise_xor(input: Any, other: Any) -> Tensor:
    """input ^ other, for bools and integers.

    >>> te.bitwise_xor(te.tensor([12, 7]), 10)
    tensor([ 6, 13])
    """
    refuse("f", "bitwise_xor", input, other)
    return applied(rows.bitwise_xor, input, other)


def bitwise_left_shift(input: Any, other: Any) -> Tensor:
    """input * 2^other, for integers: the bits moved to the left.

    >>> te.bitwise_left_shift(te.tensor([1, 3]), 2)
    tensor([ 4, 12])
    """
    refuse("bf", "bitwise_left_shift", input, other)
    return computed("bitwise_left_shift", np.left_shift, input, other)


def bitwise_right_shift(input: Any, other: Any) -> Tensor:
    """input / 2^other rounded down, for integers: the bits moved to the right.

    >>> te.bitwise_right_shift(te.tensor([8, -3]), 1)
    tensor([ 4, -2])
    """
    refuse("bf", "bitwise_right_shift", input, other)
    return computed("bitwise_right_shift", np.right_shift, input, other)
