"""What matrices are factored into: Cholesky, QR, eigenvalues and singular values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ... import return_types
from ...ops import factor, linalg as rows
from ...ops.factor import row_of, rows_of
from ...ops.shape import concatenate, mT
from ...primitive import raw, wrap
from .errors import apply_row, check_matrices

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["cholesky", "eigh", "eigvalsh", "qr", "svd", "svdvals"]


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """L with L L^T = A, lower triangular, for symmetric positive-definite A; L^T if `upper`.

    Only the lower triangle of A is read.  Raises LinAlgError for others.

    >>> te.linalg.cholesky(te.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    check_matrices("cholesky", A, square=True)
    out = apply_row("cholesky", rows.cholesky, A)
    return mT(out) if upper else out  # type: ignore[no-any-return]


def qr(A: Tensor, mode: str = "reduced") -> return_types.linalg_qr:
    """Q, with orthonormal columns, and R, upper triangular, with A = Q R.

    mode: "reduced"; "complete" for a square Q; "r" for R alone, Q being empty.

    >>> Q, R = te.linalg.qr(te.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> te.allclose(Q @ R, te.tensor([[3.0, 1.0], [4.0, 2.0]]))
    True
    """
    check_matrices("qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    m = raw(A).shape[-2]
    stack = apply_row("qr", factor.qr, A, mode="complete" if mode == "complete" else "reduced")
    q = wrap(np.empty(0, raw(A).dtype)) if mode == "r" else rows_of(stack, 0, m)
    return return_types.linalg_qr(q, mT(rows_of(stack, m)))


def eigh(A: Tensor, UPLO: str = "L") -> return_types.linalg_eigh:
    """Eigenvalues, rising, and eigenvectors, as columns, of symmetric matrices, read from one triangle.

    Gradients through the eigenvectors need distinct eigenvalues.

    >>> te.linalg.eigh(te.tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    check_matrices("eigh", A, square=True)
    stack = apply_row("eigh", factor.eigh, _triangle("eigh", A, UPLO))
    return return_types.linalg_eigh(row_of(stack, 0), rows_of(stack, 1))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of symmetric matrices, rising, read from one triangle.

    >>> te.linalg.eigvalsh(te.tensor([[0.0, 1.0], [1.0, 0.0]]))
    tensor([-1.,  1.])
    """
    check_matrices("eigvalsh", A, square=True)
    return apply_row("eigvalsh", factor.eigvalsh, _triangle("eigvalsh", A, UPLO))  # type: ignore[no-any-return]


def _triangle(op: str, A: Tensor, UPLO: str) -> Any:
    """A, so that the triangle asked for is the lower one."""
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"linalg.{op}: Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return mT(A) if UPLO.upper() == "U" else A


def svd(
    A: Tensor, full_matrices: bool = True, *, driver: str | None = None
) -> return_types.linalg_svd:
    """U, S, Vh with A = U diag(S) Vh, S falling; U and Vh square if `full_matrices`.

    Gradients through U and Vh need distinct singular values; the columns that only full matrices have
    are constants.

    >>> te.linalg.svd(te.tensor([[3.0, 0.0], [0.0, -2.0]])).S
    tensor([3., 2.])
    """
    check_matrices("svd", A)
    m, n = raw(A).shape[-2:]
    stack = apply_row("svd", factor.svd, A)
    u, s, vh = rows_of(stack, 0, m), row_of(stack, m), mT(rows_of(stack, m + 1))
    if full_matrices and m != n:
        whole = np.linalg.svd(raw(A), full_matrices=True)
        k, last = min(m, n), raw(A).ndim - 1
        if m > n:
            u = concatenate(u, whole[0][..., k:], axis=last, sizes=(k, m - k))
        else:
            vh = concatenate(vh, whole[2][..., k:, :], axis=last - 1, sizes=(k, n - k))
    return return_types.linalg_svd(u, s, vh)


def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values of matrices, falling.

    >>> te.linalg.svdvals(te.tensor([[3.0, 0.0], [0.0, -2.0]]))
    tensor([3., 2.])
    """
    check_matrices("svdvals", A)
    return apply_row("svdvals", factor.svdvals, A)  # type: ignore[no-any-return]
