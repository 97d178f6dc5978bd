"""Functions of matrices that PyTorch has beside `linalg`, most of them the older names of what is there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .. import return_types
from ..ops.elementwise import where
from ..ops.shape import mT
from ..primitive import raw
from . import linalg
from .linalg.products import powers
from .products import matmul

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "cdist", "cholesky", "cholesky_inverse", "cholesky_solve", "det", "inverse", "logdet", "matrix_exp", "matrix_power",
    "pinverse", "qr", "slogdet", "svd", "vander",
]  # fmt: skip

det = linalg.det
inverse = linalg.inv
matrix_exp = linalg.matrix_exp
matrix_power = linalg.matrix_power
slogdet = linalg.slogdet


def cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """`linalg.cholesky`, with `upper` by place.

    >>> te.cholesky(te.tensor([[4.0, 0.0], [0.0, 9.0]]))
    tensor([[2., 0.],
            [0., 3.]])
    """
    return linalg.cholesky(input, upper=upper)


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of L L^T (L^T L if `upper`).

    >>> te.cholesky_inverse(te.tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    return linalg.inv(matmul(mT(L), L) if upper else matmul(L, mT(L)))


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """X with L L^T X = B (L^T L X = B if `upper`).

    >>> te.cholesky_solve(te.tensor([[4.0], [3.0]]), te.tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[1.],
            [3.]])
    """
    lower = mT(L) if upper else L
    inner = linalg.solve_triangular(lower, B, upper=False)
    return linalg.solve_triangular(mT(lower), inner, upper=True)


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """`linalg.pinv` with its older cut: singular values up to rcond * the largest count as 0.

    >>> te.pinverse(te.tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    return linalg.pinv(input, rcond=rcond)


def qr(input: Tensor, some: bool = True) -> return_types.linalg_qr:
    """`linalg.qr`, reduced if `some`, else complete.

    >>> te.qr(te.tensor([[0.0, 2.0], [1.0, 0.0]])).Q.shape
    tinygrad_edu.Size([2, 2])
    """
    return linalg.qr(input, "reduced" if some else "complete")


def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> return_types.svd:
    """U, S, V with input = U diag(S) V^T: `linalg.svd`, but V is not transposed; reduced if `some`.

    >>> te.svd(te.tensor([[3.0, 0.0], [0.0, -2.0]])).S
    tensor([3., 2.])
    """
    u, s, vh = linalg.svd(input, not some)
    return return_types.svd(u, s, mT(vh))


def logdet(input: Tensor) -> Tensor:
    """The logarithm of determinants; nan for negative ones, -inf for 0.

    >>> te.logdet(te.eye(2))
    tensor(0.)
    """
    sign, logabsdet = linalg.slogdet(input)
    if (sign.array >= 0).all():
        return logabsdet
    return where(sign.array < 0, np.array(np.nan, sign.array.dtype), logabsdet)


def cdist(
    x1: Tensor,
    x2: Tensor,
    p: float = 2.0,
    compute_mode: str = "use_mm_for_euclid_dist_if_necessary",
) -> Tensor:
    """The p-norm distances between the rows of two matrices: (*, m, d) and (*, n, d) -> (*, m, n).

    The gradient of a distance of 0 is 0.  All values of `compute_mode` mean the same here.

    >>> te.cdist(te.tensor([[0.0, 0.0], [3.0, 0.0]]), te.tensor([[0.0, 4.0]]))
    tensor([[4.],
            [5.]])
    """
    a, b = raw(x1).shape, raw(x2).shape
    if len(a) < 2 or len(b) < 2:
        raise RuntimeError(f"cdist: expected at least 2-dimensional tensors, got {a} and {b}")
    if a[-1] != b[-1]:
        raise RuntimeError(
            f"cdist: X1 and X2 must have the same number of columns. X1: {a[-1]} X2: {b[-1]}"
        )
    if not p >= 0 or math.isnan(p):
        raise RuntimeError(f"cdist only supports non-negative p values, got {p}")
    out: Tensor = (x1.unsqueeze(-2) - x2.unsqueeze(-3)).norm(p, -1)
    return out


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers N - 1 to 0 of each element, or 0 to N - 1 if `increasing`: (n,) -> (n, N), by default (n, n).

    Bools and integers give int64. Raises RuntimeError for other than vectors, and for a negative N.

    >>> te.vander(te.tensor([1, 2, 3]), 3)
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if raw(x).ndim != 1:
        raise RuntimeError(
            f"vander: x must be a one-dimensional tensor, got shape {tuple(raw(x).shape)}"
        )
    count = len(raw(x)) if N is None else N
    if count < 0:
        raise RuntimeError(f"vander: N must be non-negative, got {N}")
    out = powers(x.unsqueeze(-1), count)
    return out if increasing else out.flip(-1)
