"""Systems of linear equations and inverses, of matrices that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...ops import linalg as rows
from ...ops.factor import as_column
from ...ops.index import getitem
from ...ops.shape import mT
from ...primitive import raw, wrap
from .errors import apply_row, check_matrices

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["inv", "solve", "solve_triangular"]


def inv(A: Tensor) -> Tensor:
    """The inverse of square matrices. Raises LinAlgError for a singular one.

    >>> te.linalg.inv(te.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    check_matrices("inv", A, square=True)
    return apply_row("inv", rows.inv, A)  # type: ignore[no-any-return]


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B (X A = B for left=False), B a vector, a matrix or batches of them.

    Raises LinAlgError for a singular A.

    >>> te.linalg.solve(te.tensor([[2.0, 0.0], [0.0, 4.0]]), te.tensor([2.0, 2.0]))
    tensor([1.0000, 0.5000])
    """
    check_matrices("solve", A, square=True)
    a, b = raw(A), raw(B)
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"linalg.solve: Expected A and B to have the same dtype, but found {a.dtype} and {b.dtype}"
        )
    vectors = b.ndim == 1 or (b.ndim == a.ndim - 1 and b.shape == a.shape[:-1])
    if vectors and not left:
        raise RuntimeError(
            "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False"
        )
    y = as_column(B) if vectors else B
    if raw(y).shape[-2 if left else -1] != a.shape[-1]:
        raise RuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({tuple(a.shape)} and {tuple(b.shape)})"
        )
    x = (
        apply_row("solve", rows.solve, A, y)
        if left
        else mT(apply_row("solve", rows.solve, mT(A), mT(y)))
    )
    return getitem(x, index=(..., 0)) if vectors else x


def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """X with A X = B (X A = B for left=False), of A only one triangle, its diagonal 1 if unitriangular.

    >>> te.linalg.solve_triangular(te.tensor([[1.0, 0.0], [1.0, 1.0]]), te.tensor([[1.0], [3.0]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    check_matrices("solve_triangular", A, square=True)
    ones = np.ones(raw(A).shape[-2:], raw(A).dtype)
    k = 1 if unitriangular else 0
    triangle = A * wrap(np.triu(ones, k) if upper else np.tril(ones, -k))
    if unitriangular:
        triangle = triangle + wrap(np.eye(len(ones), dtype=ones.dtype))
    return solve(triangle, B, left=left)
