"""Rows of factorisations and spectral functions, on matrices in the last two axes, batched over the others.

A row has one result: a factorisation's factors come stacked in one array, which the functions in
`functional.linalg` take apart, so that a cotangent comes stacked in the same way.  Where a factor is not
unique (equal eigenvalues) a gradient that depends on the choice is not defined, and comes out as inf or nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import mul
from .index import getitem
from .linalg import inv, matmul, solve
from .reduce import prod
from .shape import concatenate, mT

__all__ = ["det", "eigh", "eigvalsh", "logabsdet", "matrix_exp", "pinv", "qr", "svd", "svdvals"]


# ---- helpers ---------------------------------------------------------------------------------------
def rows_of(stack: Any, start: int | None, stop: int | None = None) -> Any:
    """Some rows of matrices, a factor of a stack."""
    return getitem(stack, index=(..., slice(start, stop), slice(None)))


def row_of(stack: Any, at: int) -> Any:
    """One row of matrices, as vectors."""
    return getitem(stack, index=(..., at, slice(None)))


def as_row(v: Any) -> Any:
    """Vectors as matrices of one row."""
    return getitem(v, index=(..., None, slice(None)))


def as_column(v: Any) -> Any:
    """Vectors as matrices of one column."""
    return getitem(v, index=(..., slice(None), None))


def as_matrix(v: Any) -> Any:
    """Numbers as matrices of one element."""
    return getitem(v, index=(..., None, None))


def identity(x: Any, n: int) -> Any:
    """The n by n identity in the dtype of x."""
    return np.eye(n, dtype=raw(x).dtype)


def divided(x: Any, y: Any) -> Any:
    """x / y, and 0 / 0 is 0: what does not depend on an undefined choice has no part in it."""
    nothing = (raw(x) == 0) & (raw(y) == 0)
    return x / (y + nothing.astype(raw(y).dtype))


def differences(v: Any) -> Any:
    """v_j - v_i in row i, column j; 1 on the diagonal."""
    return as_row(v) - as_column(v) + identity(v, raw(v).shape[-1])


# ---- forwards and rules ------------------------------------------------------------------------------
def eigh_forward(x: Any) -> Any:
    """[w; V] with x = V diag(w) V^T, from the lower triangle."""
    w, v = np.linalg.eigh(x)
    return np.concatenate([w[..., None, :], v], -2)


def eigh_vjp(g: Any, out: Any, x: Any) -> Any:
    """V (diag(gw) + skew(V^T gV) / (w_j - w_i)) V^T (Giles 2008)."""
    w, v = row_of(out, 0), rows_of(out, 1)
    eye = identity(x, x.shape[-1])
    turned = 0.5 * matmul(mT(v), rows_of(g, 1))
    inner = divided(turned - mT(turned), differences(w)) + eye * as_row(row_of(g, 0))
    return matmul(matmul(v, inner), mT(v))


def svd_forward(x: Any) -> Any:
    """[U; S; V] with x = U diag(S) V^T, as many columns as the shorter side of x."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], np.swapaxes(vh, -1, -2)], -2)


def svd_vjp(g: Any, out: Any, x: Any) -> Any:
    """Townsend 2016, "Differentiating the singular value decomposition", from the three cotangents."""
    m, n = x.shape[-2:]
    k, eye = min(m, n), identity(x, min(m, n))
    u, s, v = rows_of(out, 0, m), row_of(out, m), rows_of(out, m + 1)
    gu, gs, gv = rows_of(g, 0, m), row_of(g, m), rows_of(g, m + 1)
    ugu, vgv = matmul(mT(u), gu), matmul(mT(v), gv)
    gaps = differences(s * s)
    inner = divided(ugu - mT(ugu), gaps) * as_row(s) + as_column(s) * divided(vgv - mT(vgv), gaps)
    inner = inner + eye * as_row(gs)
    left = matmul(u, inner)
    if m > k:
        left = left + divided(gu - matmul(u, ugu), as_row(s))
    result = matmul(left, mT(v))
    if n > k:
        result = result + matmul(u, divided(mT(gv - matmul(v, vgv)), as_column(s)))
    return result


def qr_forward(x: Any, mode: Any) -> Any:
    """[Q; R^T] with x = Q R, Q's columns orthonormal; as many as rows of x in mode "complete"."""
    q, r = np.linalg.qr(x, mode)
    return np.concatenate([q, np.swapaxes(r, -1, -2)], -2)


def qr_vjp(g: Any, out: Any, x: Any, mode: str) -> Any:
    """Walter and Lehmann 2018 for tall x, Roberts and Roberts 2020 for wide x."""
    m, n = x.shape[-2:]
    if mode == "complete" and m > n:
        raise RuntimeError(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols, got "
            f"{m} and {n}; use mode='reduced'"
        )
    q, r = rows_of(out, 0, m), mT(rows_of(out, m))
    gq, gr = rows_of(g, 0, m), mT(rows_of(g, m))
    inner = matmul(gr, mT(r)) - matmul(mT(q), gq)
    ones, eye = np.ones(raw(inner).shape[-2:], raw(x).dtype), identity(x, min(m, n))
    if m >= n:
        upper = inner * np.triu(ones)
        wanted = gq + matmul(q, (upper + mT(upper)) * (1 - 0.5 * eye))
        return mT(solve(r, mT(wanted)))
    lower = (mT(inner) - inner) * np.tril(ones)
    square = getitem(r, index=(..., slice(None), slice(0, m)))
    left = mT(solve(square, mT(matmul(q, lower))))
    rest = np.zeros((*raw(x).shape[:-1], n - m), raw(x).dtype)
    return concatenate(left, rest, axis=raw(x).ndim - 1, sizes=(m, n - m)) + matmul(q, gr)


def adjugate(x: Any, out: Any) -> Any:
    """det(x) x^-1, and what it tends to where x is singular, from its singular values."""
    array, n = raw(x), raw(x).shape[-1]
    s = np.linalg.svd(array, compute_uv=False)
    if (s[..., -1:] > s[..., :1] * n * np.finfo(array.dtype).eps).all():
        return mul(as_matrix(out), inv(x))
    stack = svd(x)
    u, s, v = rows_of(stack, 0, n), row_of(stack, n), rows_of(stack, n + 1)
    sign = np.linalg.det(raw(u)) * np.linalg.det(raw(v))
    eye = identity(x, n)
    others = prod(as_row(s) * (1 - eye) + eye, axis=(array.ndim - 1,), keepdims=False)
    return matmul(v * as_row(others * sign[..., None]), mT(u))


def det_vjp(g: Any, out: Any, x: Any) -> Any:
    """g adj(x)^T (Jacobi's formula)."""
    return as_matrix(g) * mT(adjugate(x, out))


def pinv_vjp(g: Any, out: Any, x: Any, rcond: float, hermitian: bool) -> Any:
    """Golub and Pereyra 1973, for a constant rank."""
    gt, pt = mT(g), mT(out)
    k = matmul(gt, out)
    kp = matmul(k, pt)
    return (
        kp
        - mT(matmul(out, k))
        - matmul(matmul(x, out), kp)
        + matmul(matmul(pt, out), gt - matmul(k, x))
    )


PADE = (
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
    670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
)  # fmt: skip


def matrix_exp_forward(x: Any) -> Any:
    """Scaling and squaring with the 13th Pade approximant (Higham 2005)."""
    norm = np.abs(x).sum(-2).max(initial=0.0)
    squarings = max(0, int(np.ceil(np.log2(norm / 5.37)))) if np.isfinite(norm) and norm > 5.37 else 0
    a = x.astype(np.float64) / 2**squarings
    a2 = a @ a
    powers = [np.broadcast_to(np.eye(x.shape[-1]), a.shape), a2]
    for _ in range(5):
        powers.append(powers[-1] @ a2)
    odd = a @ sum(b * p for b, p in zip(PADE[1::2], powers))
    even = sum(b * p for b, p in zip(PADE[0::2], powers))
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    return result.astype(x.dtype)


def matrix_exp_vjp(g: Any, out: Any, x: Any) -> Any:
    """The upper right block of exp [[x^T, g], [0, x^T]] (Mathias 1996)."""
    n, last = x.shape[-1], x.ndim - 1
    xt, zero = mT(x), np.zeros(raw(x).shape, raw(x).dtype)
    upper = concatenate(xt, g, axis=last, sizes=(n, n))
    lower = concatenate(zero, xt, axis=last, sizes=(n, n))
    whole = matrix_exp(concatenate(upper, lower, axis=last - 1, sizes=(n, n)))
    return getitem(whole, index=(..., slice(0, n), slice(n, None)))


def eigvalsh_vjp(g: Any, out: Any, x: Any) -> Any:
    """V diag(g) V^T."""
    v = rows_of(eigh(x), 1)
    return matmul(v * as_row(g), mT(v))


def svdvals_vjp(g: Any, out: Any, x: Any) -> Any:
    """U diag(g) V^T."""
    m = x.shape[-2]
    stack = svd(x)
    return matmul(rows_of(stack, 0, m) * as_row(g), mT(rows_of(stack, m + 1)))


# fmt: off
eigh = primitive("eigh", eigh_forward, eigh_vjp)
eigvalsh = primitive("eigvalsh", np.linalg.eigvalsh, eigvalsh_vjp, source="np.linalg.eigvalsh({0})")
svd = primitive("svd", svd_forward, svd_vjp)
svdvals = primitive("svdvals", lambda x: np.linalg.svd(x, compute_uv=False), svdvals_vjp,
                    source="np.linalg.svd({0}, compute_uv=False)")
qr = primitive("qr", qr_forward, qr_vjp)
det = primitive("det", np.linalg.det, det_vjp, source="np.linalg.det({0})")
logabsdet = primitive("logabsdet", lambda x: np.linalg.slogdet(x)[1],
                      lambda g, out, x: as_matrix(g) * mT(inv(x)), source="np.linalg.slogdet({0})[1]")
pinv = primitive("pinv", np.linalg.pinv, pinv_vjp, source="np.linalg.pinv({0}, {rcond}, {hermitian})")
matrix_exp = primitive("matrix_exp", matrix_exp_forward, matrix_exp_vjp, symbol="expm")
# fmt: on
