"""Functions that write into a Tensor what is given, not what is computed from it; methods only."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..inplace import assign
from ..promotion import cast
from .dims import size_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["apply_", "copy_", "fill_", "fill_diagonal_", "map_", "resize_", "resize_as_", "zero_"]


def copy_(input: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Put the elements of another in place, broadcast and converted.

    >>> te.zeros(2, 2).copy_(te.tensor([1, 2]))
    tensor([[1., 2.],
            [1., 2.]])
    """
    assign(input, (...,), src, "copy_")
    return input


def zero_(input: Tensor) -> Tensor:
    """Put 0 in every place.

    >>> te.ones(2).zero_()
    tensor([0., 0.])
    """
    assign(input, (...,), 0, "zero_")
    return input


def fill_(input: Tensor, value: Any) -> Tensor:
    """Put one number in every place. Raises RuntimeError for a Tensor with dimensions.

    >>> te.zeros(2).fill_(5)
    tensor([5., 5.])
    """
    if isinstance(value, made.Tensor) and value.array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value.array.ndim} dimensions."
        )
    assign(input, (...,), value, "fill_")
    return input


def fill_diagonal_(input: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Put one number in the main diagonal; with `wrap`, of a tall matrix again below each square.

    Raises RuntimeError for less than 2 dimensions, or more of different sizes.

    >>> te.zeros(2, 3).fill_diagonal_(5)
    tensor([[5., 0., 0.],
            [0., 5., 0.]])
    """
    shape = input.array.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise RuntimeError(
            f"fill_diagonal_: expected a matrix, or more dimensions of one size, got {tuple(shape)}"
        )
    step = sum(math.prod(shape[k:]) for k in range(1, len(shape) + 1))
    flat = np.zeros(input.array.size, bool)
    tall = len(shape) == 2 and shape[0] > shape[1] and not wrap
    flat[: shape[1] ** 2 if tall else None : step] = True
    return input.masked_fill_(cast(flat.reshape(shape), flat.dtype), fill_value)


def apply_(input: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """Put what a function of one number makes of each element in its place; slow, not recorded.

    >>> te.tensor([1.0, 2.0]).apply_(lambda x: x + 10)
    tensor([11., 12.])
    """
    return _each("apply_", callable, input)


def map_(input: Tensor, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Put what a function makes of each element and that of another in its place; not recorded.

    >>> te.tensor([1.0, 2.0]).map_(te.tensor([2.0, 1.0]), max)
    tensor([2., 2.])
    """
    return _each("map_", callable, input, tensor)


def _each(op: str, callable: Callable[..., Any], input: Tensor, *others: Tensor) -> Tensor:
    if input.requires_grad:
        raise RuntimeError(
            f"Can't call {op}() on Variable that requires grad. Use var.detach().{op}() instead."
        )
    each = np.vectorize(callable, otypes=[input.array.dtype])
    assign(input, (...,), each(input.array, *(x.array for x in others)), op)
    return input


def resize_(input: Tensor, *sizes: Any) -> Tensor:
    """Take another shape in place: of the first elements, followed by zeros if it holds more.

    Raises RuntimeError where it requires grad.

    >>> te.tensor([1, 2, 3]).resize_(2, 2)
    tensor([[1, 2],
            [3, 0]])
    """
    if input.requires_grad:
        raise RuntimeError("cannot resize variables that require grad; use reshape()")
    shape, elements = size_of(sizes), input.array.ravel()
    missing = max(0, math.prod(shape) - elements.size)
    if missing:
        elements = np.concatenate([elements, np.zeros(missing, elements.dtype)])
    input.array, input._view = elements[: math.prod(shape)].reshape(shape), None
    return input


def resize_as_(input: Tensor, other: Tensor) -> Tensor:
    """`resize_` to the shape of another.

    >>> te.tensor([1, 2, 3]).resize_as_(te.ones(2))
    tensor([1, 2])
    """
    return resize_(input, other.array.shape)
