"""`linalg`: what is solved with matrices and what they are factored into, batched over leading dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import return_types
from ..ops import factor, linalg as rows
from ..ops.elementwise import where
from ..ops.factor import as_column, row_of, rows_of
from ..ops.index import getitem
from ..ops.shape import concatenate, mT, reshape
from ..primitive import raw, wrap
from .norms import linalg_norm as norm, matrix_norm, vector_norm
from .products import chain_matmul, cross as _cross, matmul
from .reduction import needs_float

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "LinAlgError", "cholesky", "cross", "det", "diagonal", "eigh", "eigvalsh", "inv", "lstsq", "matmul",
    "matrix_exp", "matrix_norm", "matrix_power", "matrix_rank", "multi_dot", "norm", "pinv", "qr", "slogdet",
    "solve", "solve_triangular", "svd", "svdvals", "vecdot", "vector_norm",
]  # fmt: skip


class LinAlgError(RuntimeError):
    """A matrix has no inverse, or is not positive-definite, or a factorisation did not converge.

    >>> try:
    ...     te.linalg.inv(te.zeros(2, 2))
    ... except te.linalg.LinAlgError:
    ...     print("singular")
    singular
    """


def _matrices(op: str, x: Any, square: bool = False) -> None:
    """Raise RuntimeError unless x is floating-point matrices, square if asked."""
    shape = raw(x).shape
    if len(shape) < 2:
        raise RuntimeError(
            f"linalg.{op}: The input tensor A must have at least 2 dimensions, got shape {tuple(shape)}"
        )
    if square and shape[-1] != shape[-2]:
        raise RuntimeError(
            f"linalg.{op}: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} matrices"
        )
    if raw(x).dtype.kind != "f":
        raise RuntimeError(
            f"linalg.{op}: Expected a floating point tensor as input, got {raw(x).dtype}; convert it with to()"
        )


def _row(op: str, row: Any, *xs: Any, **params: Any) -> Any:
    """A row applied, NumPy's complaints as ours."""
    try:
        return row(*xs, **params)
    except np.linalg.LinAlgError as error:
        wanted = "positive-definite" if op == "cholesky" else "invertible"
        raise LinAlgError(
            f"linalg.{op}: expected {wanted} matrices, got others of shape {tuple(raw(xs[0]).shape)}: {error}"
        ) from None


# ---- solving -----------------------------------------------------------------------------------------
def inv(A: Tensor) -> Tensor:
    """The inverse of square matrices. Raises LinAlgError for a singular one.

    >>> te.linalg.inv(te.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    _matrices("inv", A, square=True)
    return _row("inv", rows.inv, A)  # type: ignore[no-any-return]


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B (X A = B for left=False), B a vector, a matrix or batches of them.

    Raises LinAlgError for a singular A.

    >>> te.linalg.solve(te.tensor([[2.0, 0.0], [0.0, 4.0]]), te.tensor([2.0, 2.0]))
    tensor([1.0000, 0.5000])
    """
    _matrices("solve", A, square=True)
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
    x = _row("solve", rows.solve, A, y) if left else mT(_row("solve", rows.solve, mT(A), mT(y)))
    return getitem(x, index=(..., 0)) if vectors else x


def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """X with A X = B (X A = B for left=False), of A only one triangle, its diagonal 1 if unitriangular.

    >>> te.linalg.solve_triangular(te.tensor([[1.0, 0.0], [1.0, 1.0]]), te.tensor([[1.0], [3.0]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    _matrices("solve_triangular", A, square=True)
    ones = np.ones(raw(A).shape[-2:], raw(A).dtype)
    k = 1 if unitriangular else 0
    triangle = A * wrap(np.triu(ones, k) if upper else np.tril(ones, -k))
    if unitriangular:
        triangle = triangle + wrap(np.eye(len(ones), dtype=ones.dtype))
    return solve(triangle, B, left=left)


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """L with L L^T = A, lower triangular, for symmetric positive-definite A; L^T if `upper`.

    Only the lower triangle of A is read.  Raises LinAlgError for others.

    >>> te.linalg.cholesky(te.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    _matrices("cholesky", A, square=True)
    out = _row("cholesky", rows.cholesky, A)
    return mT(out) if upper else out  # type: ignore[no-any-return]


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of L L^T (L^T L if `upper`).

    >>> te.cholesky_inverse(te.tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    return inv(matmul(mT(L), L) if upper else matmul(L, mT(L)))


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """X with L L^T X = B (L^T L X = B if `upper`).

    >>> te.cholesky_solve(te.tensor([[4.0], [3.0]]), te.tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[1.],
            [3.]])
    """
    lower = mT(L) if upper else L
    inner = solve_triangular(lower, B, upper=False)
    return solve_triangular(mT(lower), inner, upper=True)


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
    _matrices("pinv", A, square=hermitian)
    a = raw(A)
    relative = rtol if rtol is not None else rcond
    if a.size == 0:
        empty: Tensor = mT(A) * 1
        return empty
    cut = _cutoffs(a, atol, relative, hermitian)
    return _row("pinv", factor.pinv, A, rcond=cut, hermitian=hermitian)  # type: ignore[no-any-return]


def _cutoffs(a: Any, atol: Any, rtol: Any, hermitian: bool = False) -> Any:
    """The share of the largest singular value that counts as 0, for each matrix."""
    atol, rtol = raw(atol), raw(rtol)
    if rtol is None:
        rtol = max(a.shape[-2:]) * np.finfo(a.dtype).eps if atol is None else 0.0
    if atol is None:
        return np.broadcast_to(np.asarray(rtol, np.float64), a.shape[:-2])
    largest = np.linalg.norm(a, 2, axis=(-2, -1))
    share = np.divide(
        atol, largest, out=np.full(np.shape(atol * largest), np.inf), where=largest > 0
    )
    return np.broadcast_to(np.maximum(rtol, share), a.shape[:-2])


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
    _matrices("matrix_rank", A, square=hermitian)
    a = raw(A)
    if a.size == 0:
        return wrap(np.zeros(a.shape[:-2], np.int64))
    s = np.abs(np.linalg.eigvalsh(a)) if hermitian else np.linalg.svd(a, compute_uv=False)
    atol, rtol = raw(tol if atol is None else atol), raw(rtol)
    if rtol is None:
        rtol = max(a.shape[-2:]) * np.finfo(a.dtype).eps if atol is None else 0.0
    least = np.maximum(0.0 if atol is None else atol, rtol * s.max(-1))
    return wrap(np.asarray((s > least[..., None]).sum(-1), np.int64))


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
    _matrices("lstsq", A)
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


# ---- factorisations ----------------------------------------------------------------------------------
def svd(
    A: Tensor, full_matrices: bool = True, *, driver: str | None = None
) -> return_types.linalg_svd:
    """U, S, Vh with A = U diag(S) Vh, S falling; U and Vh square if `full_matrices`.

    Gradients through U and Vh need distinct singular values; the columns that only full matrices have
    are constants.

    >>> te.linalg.svd(te.tensor([[3.0, 0.0], [0.0, -2.0]])).S
    tensor([3., 2.])
    """
    _matrices("svd", A)
    m, n = raw(A).shape[-2:]
    stack = _row("svd", factor.svd, A)
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
    _matrices("svdvals", A)
    return _row("svdvals", factor.svdvals, A)  # type: ignore[no-any-return]


def eigh(A: Tensor, UPLO: str = "L") -> return_types.linalg_eigh:
    """Eigenvalues, rising, and eigenvectors, as columns, of symmetric matrices, read from one triangle.

    Gradients through the eigenvectors need distinct eigenvalues.

    >>> te.linalg.eigh(te.tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    _matrices("eigh", A, square=True)
    stack = _row("eigh", factor.eigh, _triangle("eigh", A, UPLO))
    return return_types.linalg_eigh(row_of(stack, 0), rows_of(stack, 1))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of symmetric matrices, rising, read from one triangle.

    >>> te.linalg.eigvalsh(te.tensor([[0.0, 1.0], [1.0, 0.0]]))
    tensor([-1.,  1.])
    """
    _matrices("eigvalsh", A, square=True)
    return _row("eigvalsh", factor.eigvalsh, _triangle("eigvalsh", A, UPLO))  # type: ignore[no-any-return]


def _triangle(op: str, A: Tensor, UPLO: str) -> Any:
    """A, so that the triangle asked for is the lower one."""
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"linalg.{op}: Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return mT(A) if UPLO.upper() == "U" else A


def qr(A: Tensor, mode: str = "reduced") -> return_types.linalg_qr:
    """Q, with orthonormal columns, and R, upper triangular, with A = Q R.

    mode: "reduced"; "complete" for a square Q; "r" for R alone, Q being empty.

    >>> Q, R = te.linalg.qr(te.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> te.allclose(Q @ R, te.tensor([[3.0, 1.0], [4.0, 2.0]]))
    True
    """
    _matrices("qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    m = raw(A).shape[-2]
    stack = _row("qr", factor.qr, A, mode="complete" if mode == "complete" else "reduced")
    q = wrap(np.empty(0, raw(A).dtype)) if mode == "r" else rows_of(stack, 0, m)
    return return_types.linalg_qr(q, mT(rows_of(stack, m)))


# ---- numbers of matrices -----------------------------------------------------------------------------
def det(A: Tensor) -> Tensor:
    """The determinants of square matrices; the gradient holds at singular ones too.

    >>> te.linalg.det(te.tensor([[2.0, 1.0], [0.0, 3.0]]))
    tensor(6.)
    """
    _matrices("det", A, square=True)
    return _row("det", factor.det, A)  # type: ignore[no-any-return]


def slogdet(A: Tensor) -> return_types.linalg_slogdet:
    """The sign and the logarithm of the absolute value of determinants, 0 and -inf for singular matrices.

    >>> te.linalg.slogdet(te.tensor([[-1.0, 0.0], [0.0, 1.0]]))
    tinygrad_edu.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(0.))
    """
    _matrices("slogdet", A, square=True)
    logabsdet = _row("slogdet", factor.logabsdet, A)
    sign = np.asarray(np.linalg.slogdet(raw(A))[0])
    hung = where(np.False_, logabsdet, sign)  # on A in the history, as in PyTorch, with gradient 0
    return return_types.linalg_slogdet(hung, logabsdet)


def logdet(input: Tensor) -> Tensor:
    """The logarithm of determinants; nan for negative ones, -inf for 0.

    >>> te.logdet(te.eye(2))
    tensor(0.)
    """
    sign, logabsdet = slogdet(input)
    if (sign.array >= 0).all():
        return logabsdet
    return where(sign.array < 0, np.array(np.nan, sign.array.dtype), logabsdet)


# ---- functions and products --------------------------------------------------------------------------
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
    _matrices("matrix_exp", A, square=True)
    return _row("matrix_exp", factor.matrix_exp, A)  # type: ignore[no-any-return]


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    >>> te.linalg.multi_dot([te.ones(2, 3), te.ones(3, 4), te.ones(4)])
    tensor([12., 12.])
    """
    return chain_matmul(*tensors)


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


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonals of matrices, as `diagonal` but of the last two dimensions.

    >>> te.linalg.diagonal(te.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    out: Tensor = A.diagonal(offset, dim1, dim2)
    return out
