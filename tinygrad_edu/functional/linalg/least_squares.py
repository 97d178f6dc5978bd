"""Matrices that have no inverse: rank, pseudoinverse and least squares.

All ask which singular values count as 0: those up to max(atol, rtol * the largest).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ... import return_types
from ...ops import factor
from ...ops.factor import as_column
from ...ops.index import getitem
from ...ops.shape import mT, reshape
from ...primitive import raw, wrap
from ..products import matmul
from .errors import apply_row, check_matrices

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["lstsq", "matrix_rank", "pinv"]


def matrix_rank(
    A: Tensor,
    *,
    tol: Any = None,
    atol: Any = None,
    rtol: Any = None,
    hermitian: bool = False,
) -> Tensor:
    """How many singular values are above max(atol, rtol * the largest), as int64.

    >>> te.linalg.matrix_rank(te.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
    check_matrices("matrix_rank", A, square=hermitian)
    a = raw(A)
    if a.size == 0:
        return wrap(np.zeros(a.shape[:-2], np.int64))
    s = np.abs(np.linalg.eigvalsh(a)) if hermitian else np.linalg.svd(a, compute_uv=False)
    atol = raw(tol if atol is None else atol)
    least = np.maximum(0.0 if atol is None else atol, _relative(a, atol, rtol) * s.max(-1))
    return wrap(np.asarray((s > least[..., None]).sum(-1), np.int64))


def pinv(
    A: Tensor,
    *,
    atol: float | None = None,
    rtol: float | None = None,
    hermitian: bool = False,
    rcond: float | None = None,
) -> Tensor:
    """The Moore-Penrose pseudoinverse; singular values up to max(atol, rtol * the largest) count as 0.

    Its gradient holds while the rank does not change.

    >>> te.linalg.pinv(te.tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    check_matrices("pinv", A, square=hermitian)
    a = raw(A)
    if a.size == 0:
        empty: Tensor = mT(A) * 1
        return empty
    cut = _cutoffs(a, atol, rtol if rtol is not None else rcond)
    return apply_row("pinv", factor.pinv, A, rcond=cut, hermitian=hermitian)  # type: ignore[no-any-return]


def _relative(a: Any, atol: Any, rtol: Any) -> Any:
    """`rtol`; unless given 0 beside an `atol`, else the larger size of the matrices times their precision."""
    if rtol is not None:
        return raw(rtol)
    return 0.0 if atol is not None else max(a.shape[-2:]) * np.finfo(a.dtype).eps


def _cutoffs(a: Any, atol: Any, rtol: Any) -> Any:
    """The share of the largest singular value that counts as 0, for each matrix."""
    atol, rtol = raw(atol), _relative(a, atol, rtol)
    if atol is None:
        return np.broadcast_to(np.asarray(rtol, np.float64), a.shape[:-2])
    largest = np.linalg.norm(a, 2, axis=(-2, -1))
    share = np.divide(
        atol, largest, out=np.full(np.shape(atol * largest), np.inf), where=largest > 0
    )
    return np.broadcast_to(np.maximum(rtol, share), a.shape[:-2])


def lstsq(
    A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None
) -> return_types.linalg_lstsq:
    """The X of least squares, min |A X - B|, and of least norm if there are several.

    Fields: solution; residuals, squared, for full rank and more rows than columns, with a driver other
    than "gelsy" (the default), else empty; rank; singular_values with "gelsd" and "gelss", else empty.

    >>> A = te.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    >>> te.linalg.lstsq(A, te.tensor([[1.0], [2.0], [3.0]])).solution
    tensor([[1.],
            [2.]])
    """
    check_matrices("lstsq", A)
    a, b = raw(A), raw(B)
    if b.ndim < 1 or a.shape[-2] != b.shape[-1 if b.ndim < a.ndim else -2]:
        raise RuntimeError(
            f"linalg.lstsq: expected as many rows in A as in B, got {tuple(a.shape)} and {tuple(b.shape)}"
        )
    if driver not in (None, "gelsy", "gels", "gelsd", "gelss"):
        raise RuntimeError(
            f"linalg.lstsq: expected driver 'gels', 'gelsy', 'gelsd' or 'gelss', got {driver!r}"
        )
    vectors = b.ndim == a.ndim - 1
    y = as_column(B) if vectors else B
    m, n = a.shape[-2:]
    solution = matmul(pinv(A, rtol=rcond), y)
    rank = matrix_rank(A, rtol=rcond)
    residuals = getitem(reshape(solution, shape=(-1,)), index=(slice(0, 0),))
    if driver not in (None, "gelsy") and m > n and bool((rank.array == n).all()):
        left = y - matmul(A, solution)
        residuals = (left * left).sum(-2)
    values = (
        np.linalg.svd(a, compute_uv=False) if driver in ("gelsd", "gelss") else np.empty(0, a.dtype)
    )
    return return_types.linalg_lstsq(
        getitem(solution, index=(..., 0)) if vectors else solution,
        residuals,
        wrap(np.empty(0, np.int64)) if driver == "gels" else rank,
        wrap(values),
    )
