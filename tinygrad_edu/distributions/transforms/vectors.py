"""Transforms of vectors to probabilities, and of matrices to factors and covariances."""

from __future__ import annotations

from typing import Any

from ...functional import diag_embed, exp, log, softmax
from ...functional.linalg import cholesky
from ...nn.functional import logsigmoid, pad
from ...tensor import Size, Tensor
from .. import constraints
from ..distribution import tiny
from .base import Parameterless
from .elementwise import sigmoid

__all__ = [
    "LowerCholeskyTransform", "PositiveDefiniteTransform", "SoftmaxTransform", "StickBreakingTransform",
]  # fmt: skip


class SoftmaxTransform(Parameterless):
    """y = softmax(x), which forgets a constant in x: for sampling take StickBreakingTransform.

    >>> SoftmaxTransform()(te.zeros(2))
    tensor([0.5000, 0.5000])
    """

    domain, codomain = constraints.real_vector, constraints.simplex

    def _call(self, x: Tensor) -> Tensor:
        return softmax(x, -1)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)

    def forward_shape(self, shape: Any) -> Size:
        """The same."""
        return _of_vectors(shape)

    inverse_shape = forward_shape


class StickBreakingTransform(Parameterless):
    """n numbers as n + 1 probabilities: each takes its share of what the ones before it left; 0 gives equal ones.

    >>> StickBreakingTransform()(te.zeros(3))
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """

    domain, codomain, bijective = constraints.real_vector, constraints.simplex, True

    def _call(self, x: Tensor) -> Tensor:
        share = sigmoid(x - _log_left(x))
        left = (1 - share).cumprod(-1)
        return pad(share, (0, 1), value=1.0) * pad(left, (1, 0), value=1.0)

    def _inverse(self, y: Tensor) -> Tensor:
        y = y[..., :-1]
        left = (1 - y.cumsum(-1)).clamp(min=tiny(y))
        return log(y) - log(left) + _log_left(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """The sum over all shares of log y + log(1 - share)"""
        x = x - _log_left(x)
        return (-x + logsigmoid(x) + log(y[..., :-1])).sum(-1)

    def forward_shape(self, shape: Any) -> Size:
        """One more."""
        *batch, n = _of_vectors(shape)
        return Size((*batch, n + 1))

    def inverse_shape(self, shape: Any) -> Size:
        """One less."""
        *batch, n = _of_vectors(shape)
        return Size((*batch, n - 1))


class LowerCholeskyTransform(Parameterless):
    """A matrix as a Cholesky factor: its lower triangle, with exp of the diagonal.

    >>> LowerCholeskyTransform()(te.zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """

    domain, codomain = constraints.independent(constraints.real, 2), constraints.lower_cholesky

    def _call(self, x: Tensor) -> Tensor:
        return x.tril(-1) + diag_embed(exp(x.diagonal(0, -2, -1)))

    def _inverse(self, y: Tensor) -> Tensor:
        return y.tril(-1) + diag_embed(log(y.diagonal(0, -2, -1)))


class PositiveDefiniteTransform(Parameterless):
    """A matrix as a covariance: L L^T, where L is what LowerCholeskyTransform makes of it.

    >>> PositiveDefiniteTransform()(te.zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """

    domain, codomain = constraints.independent(constraints.real, 2), constraints.positive_definite

    def _call(self, x: Tensor) -> Tensor:
        factor = LowerCholeskyTransform()(x)
        return factor @ factor.mT

    def _inverse(self, y: Tensor) -> Tensor:
        return LowerCholeskyTransform().inv(cholesky(y))


def _log_left(x: Tensor) -> Tensor:
    """The logarithms of n, ..., 2, 1, for a last dimension of n: how many pieces are still to come."""
    n: int = x.shape[-1]
    return log(n + 1 - x.new_ones(n).cumsum(-1))


def _of_vectors(shape: Any) -> Size:
    if len(shape) < 1:
        raise ValueError("Too few dimensions on input")
    return Size(shape)
