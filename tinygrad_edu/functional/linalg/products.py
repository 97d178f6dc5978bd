"""Products of vectors and of matrices, powers of numbers and of a matrix, and its exponential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...ops import factor
from ...primitive import raw, wrap
from ..joining import cat
from ..products import chain_matmul, cross as _cross, matmul
from ..reduction import needs_float
from ..scan import cumprod
from .errors import apply_row, check_matrices
from .solving import inv

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["cross", "matrix_exp", "matrix_power", "multi_dot", "vander", "vecdot"]


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross products of vectors of 3 elements along `dim`.

    >>> te.linalg.cross(te.tensor([[1, 0, 0]]), te.tensor([[0, 1, 0]]))
    tensor([[0, 0, 1]])
    """
    return _cross(input, other, dim)


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """The inner products of vectors along `dim`. Raises RuntimeError for integers.

    >>> te.linalg.vecdot(te.tensor([[1.0, 2.0], [3.0, 4.0]]), te.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    return (needs_float("linalg.vecdot", x) * y).sum(dim)  # type: ignore[no-any-return]


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    >>> te.linalg.multi_dot([te.ones(2, 3), te.ones(3, 4), te.ones(4)])
    tensor([12., 12.])
    """
    return chain_matmul(*tensors)


def matrix_power(A: Tensor, n: int) -> Tensor:
    """A multiplied by itself n times, by repeated squaring; of the inverse for a negative n.

    >>> te.linalg.matrix_power(te.tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    shape = raw(A).shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise RuntimeError(
            f"linalg.matrix_power: expected square matrices, got shape {tuple(shape)}"
        )
    if n == 0:
        eye = np.eye(shape[-1], dtype=raw(A).dtype)
        return wrap(np.broadcast_to(eye, shape).copy()) + A * 0
    power, out = (inv(A), None) if n < 0 else (A, None)
    n = abs(n)
    while n:
        n, bit = divmod(n, 2)
        if bit:
            out = power if out is None else matmul(out, power)
        power = matmul(power, power) if n else power
    return out * 1 if out is A else out  # type: ignore[return-value]


def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of square matrices, 1 + A + A^2 / 2! + ...

    >>> te.linalg.matrix_exp(te.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    check_matrices("matrix_exp", A, square=True)
    return apply_row("matrix_exp", factor.matrix_exp, A)  # type: ignore[no-any-return]


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each element: (*, n) -> (*, n, N), by default (*, n, n).

    Integers give int64. Raises RuntimeError for bools, and unless N > 1.

    >>> te.linalg.vander(te.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [1, 2, 4],
            [1, 3, 9]])
    """
    if raw(x).dtype.kind == "b":
        raise RuntimeError(
            "linalg.vander: expected floats or integers, got bools; convert with to()"
        )
    column = x.reshape(*(raw(x).shape or (1,)), 1)
    count = raw(column).shape[-2] if N is None else N
    if count <= 1:
        raise RuntimeError(f"linalg.vander: N must be greater than 1, got {count}")
    return powers(column, count)


def powers(column: Tensor, count: int) -> Tensor:
    """The powers 0 to count - 1, side by side: (*, n, 1) -> (*, n, count). Bools and integers give int64."""
    ones = wrap(np.ones_like(raw(column)))
    repeated = column.expand(*raw(column).shape[:-1], max(count - 1, 0))
    return cumprod(cat([ones[..., :count], repeated], -1), -1)
