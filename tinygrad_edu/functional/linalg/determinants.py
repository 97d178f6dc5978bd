"""Determinants, and their logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ... import return_types
from ...ops import factor
from ...ops.elementwise import where
from ...primitive import raw
from .errors import apply_row, check_matrices

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["det", "slogdet"]


def det(A: Tensor) -> Tensor:
    """The determinants of square matrices; the gradient holds at singular ones too.

    >>> te.linalg.det(te.tensor([[2.0, 1.0], [0.0, 3.0]]))
    tensor(6.)
    """
    check_matrices("det", A, square=True)
    return apply_row("det", factor.det, A)  # type: ignore[no-any-return]


def slogdet(A: Tensor) -> return_types.linalg_slogdet:
    """The sign and the logarithm of the absolute value of determinants, 0 and -inf for singular matrices.

    >>> te.linalg.slogdet(te.tensor([[-1.0, 0.0], [0.0, 1.0]]))
    tinygrad_edu.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(0.))
    """
    check_matrices("slogdet", A, square=True)
    logabsdet = apply_row("slogdet", factor.logabsdet, A)
    sign = np.asarray(np.linalg.slogdet(raw(A))[0])
    hung = where(np.False_, logabsdet, sign)  # on A in the history, as in PyTorch, with gradient 0
    return return_types.linalg_slogdet(hung, logabsdet)
