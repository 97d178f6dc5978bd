"""The normal distribution of vectors."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from ..functional import broadcast_tensors, diag_embed, log
from ..functional.linalg import cholesky, inv, solve_triangular
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .distribution import Distribution, standard

__all__ = ["LowRankMultivariateNormal", "MultivariateNormal"]


class MultivariateNormal(Distribution):
    """The normal distribution of a mean vector and one of: covariance, precision (its inverse), scale_tril (its
    Cholesky factor).

    >>> d = te.distributions.MultivariateNormal(te.zeros(2), te.eye(2))
    >>> d.log_prob(te.zeros(2))
    tensor(-1.8379)
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        given = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        named = [(name, m) for name, m in given.items() if m is not None]
        if len(named) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified."
            )
        ((name, matrix),) = named
        if matrix.dim() < 2:
            raise ValueError(
                f"{name} must be at least two-dimensional, got shape {tuple(matrix.shape)}"
            )
        batch = np.broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        self.loc = loc.expand(*batch, loc.shape[-1])
        self.__dict__[name] = matrix.expand(*batch, *matrix.shape[-2:])
        super().__init__(batch, loc.shape[-1:], validate_args)

    @cached_property
    def covariance_matrix(self) -> Tensor:
        """scale_tril scale_tril^T"""
        return self.scale_tril @ self.scale_tril.mT

    @cached_property
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariance"""
        return inv(self.covariance_matrix)

    @cached_property
    def scale_tril(self) -> Tensor:
        """The Cholesky factor of the covariance"""
        named = self.__dict__
        covariance = named.get("covariance_matrix")
        return cholesky(inv(named["precision_matrix"]) if covariance is None else covariance)

    @property
    def support(self) -> Constraint:
        """All vectors."""
        return constraints.real_vector

    @property
    def mean(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The diagonal of the covariance"""
        return (self.scale_tril**2).sum(-1)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """loc + scale_tril (standard normal values)"""
        z = standard("standard_normal", self._extended_shape(sample_shape), self.loc)
        return self.loc + (self.scale_tril @ z.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self) -> Tensor:
        return log(self.scale_tril.diagonal(0, -2, -1)).sum(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """-(d^T S^-1 d + k log(2 pi) + log det S) / 2"""
        away = (self._checked(value) - self.loc).unsqueeze(-1)
        scale = self.scale_tril
        shape = np.broadcast_shapes(away.shape[:-2], scale.shape[:-2])
        away, scale = away.expand(*shape, -1, -1), scale.expand(*shape, -1, -1)
        z = solve_triangular(scale, away, upper=False).squeeze(-1)
        k: int = self._event_shape[0]
        return -0.5 * (k * math.log(2 * math.pi) + (z**2).sum(-1)) - self._half_log_det()

    def entropy(self) -> Tensor:
        """(k (1 + log(2 pi)) + log det S) / 2"""
        k: int = self._event_shape[0]
        return 0.5 * k * (1 + math.log(2 * math.pi)) + self._half_log_det()


class LowRankMultivariateNormal(MultivariateNormal):
    """The normal distribution of covariance W W^T + diag(d): few factors that all values share, and noise of each.

    Shapes: loc and cov_diag: (*, n); cov_factor W: (*, n, m).

    Difference from PyTorch: densities take the Cholesky factor of the whole covariance, n^3 operations for its n m^2.

    >>> d = te.distributions.LowRankMultivariateNormal(te.zeros(2), te.ones(2, 1), te.ones(2))
    >>> d.covariance_matrix
    tensor([[2., 1.],
            [1., 2.]])
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.positive_vector,
    }

    def __init__(
        self,
        loc: Tensor,
        cov_factor: Tensor,
        cov_diag: Tensor,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        n: int = loc.shape[-1]
        if cov_factor.dim() < 2 or cov_factor.shape[-2] != n:
            raise ValueError(
                f"cov_factor must be a batch of matrices with shape {n} x m, got {tuple(cov_factor.shape)}"
            )
        if cov_diag.dim() < 1 or cov_diag.shape[-1] != n:
            raise ValueError(
                f"cov_diag must be a batch of vectors with shape ({n},), got {tuple(cov_diag.shape)}"
            )
        column, self.cov_factor, diagonal = broadcast_tensors(
            loc.unsqueeze(-1), cov_factor, cov_diag.unsqueeze(-1)
        )
        self.cov_diag = diagonal[..., 0]
        covariance = self.cov_factor @ self.cov_factor.mT + diag_embed(self.cov_diag)
        super().__init__(column[..., 0], covariance, validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """loc + W (standard normal values) + sqrt(d) (others)"""
        shape = self._extended_shape(sample_shape)
        shared = standard("standard_normal", (*shape[:-1], self.cov_factor.shape[-1]), self.loc)
        own = standard("standard_normal", shape, self.loc)
        together = (self.cov_factor @ shared.unsqueeze(-1)).squeeze(-1)
        return self.loc + together + self.cov_diag.sqrt() * own
