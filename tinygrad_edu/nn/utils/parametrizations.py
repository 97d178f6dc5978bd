"""Parametrisations in use: weights of a given length, of largest singular value 1, or orthogonal."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from ... import functional as te
from ...autograd import no_grad
from ...creation import eye, randn, zeros_like
from ...linalg import matrix_exp, qr, solve
from ...primitive import raw, wrap
from ...tensor import Tensor
from ..functional import normalize
from ..modules.module import Module
from . import parametrize
from .spectral_norm import (
    as_matrix,
    check_steps,
    divided,
    outputs_dim,
    power_steps,
    start_vectors,
)
from .weight_norm import norm_except_dim, scaled_to

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]

M = TypeVar("M", bound=Module)


def _tensor_of(module: Module, name: str) -> Tensor:
    tensor = getattr(module, name, None)
    if not isinstance(tensor, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return tensor


# ---- length and direction ------------------------------------------------------------------------
class _WeightNorm(Module):
    """g v / |v| of a length g and a direction v."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        """The weight."""
        return scaled_to(weight_g, weight_v, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Its length, and itself."""
        return norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Learn the length and the direction of a weight apart: w = g v / |v|.

    There is a length for each slice along `dim`, one for all with None.
    Source: Salimans and Kingma 2016.

    Example:
        >>> from tinygrad_edu import nn
        >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(20, 40))
        >>> layer.parametrizations.weight.original0.shape
        tinygrad_edu.Size([40, 1])
    """
    parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def rename(state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        old = [f"{prefix}{name}_g", f"{prefix}{name}_v"]
        if all(key in state_dict for key in old):
            for k, key in enumerate(old):
                state_dict[f"{prefix}parametrizations.{name}.original{k}"] = state_dict.pop(key)

    module._register_load_state_dict_pre_hook(rename)  # for a state of `nn.utils.weight_norm`
    return module


# ---- largest singular value ----------------------------------------------------------------------
class _SpectralNorm(Module):
    """W / sigma(W), the largest singular value estimated by the power method."""

    _u: Tensor
    _v: Tensor

    def __init__(
        self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12
    ) -> None:
        super().__init__()
        ndim = weight.ndim
        if not -ndim <= dim < ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{ndim}, {ndim - 1}] but got {dim})"
            )
        check_steps(n_power_iterations)
        self.dim, self.eps = dim % ndim, eps
        if ndim > 1:
            self.n_power_iterations = n_power_iterations
            matrix = as_matrix(weight.detach(), self.dim)
            u, v = start_vectors(matrix, eps)
            self.register_buffer("_u", u)
            self.register_buffer("_v", v)
            self._power_method(matrix, 15)

    def _power_method(self, matrix: Tensor, steps: int) -> None:
        power_steps(matrix.T, self._v, self._u, steps, self.eps)  # u first, then v

    def forward(self, weight: Tensor) -> Tensor:
        """The weight divided, a vector by its length."""
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._power_method(matrix, self.n_power_iterations)
        return divided(weight, matrix, self._u, self._v)

    def right_inverse(self, value: Tensor) -> Tensor:
        """The value itself."""
        return value


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Divide a weight by its largest singular value, W / sigma(W).

    That is estimated by `n_power_iterations` steps of the power method whenever the weight is read in
    training.  `dim` counts outputs: 0, and 1 for transposed convolutions.
    Source: Miyato et al. 2018.

    Example:
        >>> layer = te.nn.utils.parametrizations.spectral_norm(te.nn.Linear(20, 40))
        >>> bool(te.linalg.matrix_norm(layer.weight, 2) < 1.2)
        True
    """
    weight = _tensor_of(module, name)
    dim = outputs_dim(module) if dim is None else dim
    norm = _SpectralNorm(weight, n_power_iterations, dim, eps)
    parametrize.register_parametrization(module, name, norm)
    return module


# ---- orthogonal ----------------------------------------------------------------------------------
MAPS = ("matrix_exp", "cayley", "householder")


class _Orthogonal(Module):
    """A matrix of orthonormal columns, or rows if those are fewer, from any matrix X of its shape.

    "matrix_exp" and "cayley" take the lower triangle of X for a skew-symmetric A = L - L', and give
    exp(A) or (I + A/2) / (I - A/2); "householder" takes its columns for reflections.  With a `base`
    B the result is B times that.
    """

    base: Tensor

    def __init__(
        self, weight: Tensor, orthogonal_map: str, *, use_trivialization: bool = True
    ) -> None:
        super().__init__()
        self.shape, self.orthogonal_map = weight.shape, orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Tensor) -> Tensor:
        """The orthogonal matrix."""
        wide = X.shape[-2] < X.shape[-1]
        if wide:
            X = X.mT
        n, k = X.shape[-2:]
        if self.orthogonal_map == "householder":
            Q = _reflections(X.tril(-1)) * wrap(np.trunc(raw(X.diagonal(0, -2, -1)))).unsqueeze(-2)
        else:
            L = te.constant_pad_nd(X.tril(), [0, n - k])
            A, identity = L - L.mT, eye(n, dtype=X.dtype)
            if self.orthogonal_map == "matrix_exp":
                Q = matrix_exp(A)
            else:
                Q = solve(identity - A / 2, identity + A / 2)
            Q = Q[..., :k]
        if "base" in self.__dict__:
            Q = self.base @ Q
        return Q.mT if wide else Q

    @no_grad()
    def right_inverse(self, Q: Tensor) -> Tensor:
        """What gives Q, which is made orthogonal first if it is not: a new base, and X = -I.

        Raises NotImplementedError without a base, except for "householder".
        """
        if Q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. "
                f"Got a tensor of shape {Q.shape}."
            )
        start = zeros_like(Q)
        wide = Q.shape[-2] < Q.shape[-1]
        Q = Q.mT if wide else Q
        n, k = Q.shape[-2:]
        if "base" in self.__dict__:
            if n != k or not _is_orthogonal(Q):
                more = randn(*Q.shape[:-1], n - k, dtype=Q.dtype)
                Q = _columns(te.cat([Q, more], -1))
            self.base = Q.clone()
            start.diagonal(0, -2, -1).fill_(-1.0)
            return start
        if self.orthogonal_map != "householder":
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley "
                "parametrizations when use_trivialization=False."
            )
        packed = _packed_reflections(raw(Q))
        return wrap(np.ascontiguousarray(np.swapaxes(packed, -1, -2) if wide else packed))


def _reflections(V: Tensor) -> Tensor:
    """The first k columns of H1 H2 ... Hk, Hi = I - 2 v v' / |v|², v the i-th column of V (n, k) with 1 at i."""
    n, k = V.shape[-2:]
    V = V + eye(n, k, dtype=V.dtype)
    Q: Tensor = eye(n, k, dtype=V.dtype)
    for i in reversed(range(k)):
        v = V[..., :, i : i + 1]
        Q = Q - v @ (v.mT @ Q) * (2 / (v * v).sum((-2, -1), keepdim=True))
    return Q


def _packed_reflections(Q: Any) -> Any:
    """The reflections of matrices (..., n, k), below a diagonal that says the signs of their columns."""
    found = np.empty_like(Q)
    for place in np.ndindex(Q.shape[:-2]):
        h, tau = np.linalg.qr(Q[place], mode="raw")
        packed = h.T
        diagonal = np.sign(np.diagonal(packed)) * np.where(tau == 0, -1, 1)
        np.fill_diagonal(packed, diagonal)
        found[place] = packed
    return found


def _is_orthogonal(Q: Tensor) -> bool:
    n, k = Q.shape[-2:]
    close = 10.0 * n * np.finfo(raw(Q).dtype).eps
    return te.allclose(Q.mT @ Q, eye(k, dtype=Q.dtype), atol=float(close))


def _columns(A: Tensor) -> Tensor:
    """The Q of A = QR, the signs such that the diagonal of R is positive."""
    Q, R = qr(A)
    return Q * R.diagonal(0, -2, -1).sgn().unsqueeze(-2)


def orthogonal(
    module: M,
    name: str = "weight",
    orthogonal_map: str | None = None,
    *,
    use_trivialization: bool = True,
) -> M:
    """Keep the columns of a matrix (..., m, n) orthonormal, or its rows if m < n.

    `orthogonal_map` is "matrix_exp" (the default for square ones), "cayley" or "householder" (the
    default for others).  It starts from the weight, made orthogonal; without `use_trivialization`
    only "householder" does.  Raises ValueError for a vector, or another map.
    Source: Lezcano-Casado 2019, "Trivializations for gradient-based optimization on manifolds".

    Example:
        >>> layer = te.nn.utils.parametrizations.orthogonal(te.nn.Linear(3, 5))
        >>> te.allclose(layer.weight.T @ layer.weight, te.eye(3), atol=1e-5)
        True
    """
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(
            f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions."
        )
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in MAPS:
        raise ValueError(
            'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". '
            f"Got: {orthogonal_map}"
        )
    new = _Orthogonal(weight, orthogonal_map, use_trivialization=use_trivialization)
    parametrize.register_parametrization(module, name, new, unsafe=True)
    return module
