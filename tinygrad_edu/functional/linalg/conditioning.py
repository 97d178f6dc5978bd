"""How much of an error in a linear system its solution may have."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ...ops.elementwise import isnan, where
from ...primitive import raw, wrap
from ..norms import matrix_norm
from .decompositions import svdvals
from .errors import check_matrices
from .solving import inv

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["cond"]


def cond(A: Tensor, p: Any = None) -> Tensor:
    """The condition numbers of matrices: the norm of A times that of its inverse, in the matrix norm of order `p`.

    Without `p`, and for 2 and -2, a ratio of singular values, which matrices that are not square have too.
    For "fro", inf, -inf, 1 and -1 it is inf where A is singular.

    Raises RuntimeError for other orders, and anything but matrices of floats.

    >>> te.linalg.cond(te.tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    if p not in (None, 2, -2, 1, -1, math.inf, -math.inf, "fro", "nuc"):
        raise RuntimeError(
            f"linalg.cond got an invalid norm type: {p}, expected fro, nuc, 2, 1, inf, -2, -1 or -inf"
        )
    by_values = p in (None, 2, -2)
    check_matrices("cond", A, square=not by_values and raw(A).size > 0)
    if not raw(A).size:
        return wrap(np.zeros(raw(A).shape[:-2], raw(A).dtype))
    if by_values:
        largest, smallest = matrix_norm(A, 2), matrix_norm(A, -2)
        return smallest / largest if p == -2 else largest / smallest
    if p == "nuc":
        values = svdvals(A)
        return values.sum(-1) * (1 / values).sum(-1)
    singular = np.asarray(np.linalg.slogdet(raw(A))[0] == 0)[..., None, None]
    inverse = where(
        singular, math.inf, inv(where(singular, np.eye(raw(A).shape[-1], dtype=raw(A).dtype), A))
    )
    product = matrix_norm(A, p) * matrix_norm(inverse, p)
    return where(isnan(product), math.inf, product)  # 0 times inf
