"""Normalisation of each sample by itself: layer, group, root mean square and local response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...creation import empty
from .. import functional as F, init
from ..functional.sizes import each
from ..parameter import Parameter
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["GroupNorm", "LayerNorm", "LocalResponseNorm", "RMSNorm"]


class Affine(Module):
    """What layers that normalise share: weight, 1 at first, and bias, 0 at first, or None."""

    weight: Parameter | None
    bias: Parameter | None

    def _parameters_of(self, shape: Any, device: Any, dtype: Any, **wanted: bool) -> None:
        for name, want in wanted.items():
            t = Parameter(empty(shape, device=device, dtype=dtype)) if want else None
            self.register_parameter(name, t)

    def reset_parameters(self) -> None:
        """Start afresh."""
        if self.weight is not None:
            init.ones_(self.weight)
        bias: Tensor | None = getattr(self, "bias", None)  # which RMSNorm never has
        if bias is not None:
            init.zeros_(bias)


class LayerNorm(Affine):
    """Standardises each sample over its last dimensions, `normalized_shape`, then weight x + bias.

    Raises RuntimeError for an input that does not end in `normalized_shape`.  Source: Ba et al. 2016.

    Example:
        >>> te.nn.LayerNorm(2)(te.tensor([[1.0, 3.0], [5.0, 5.0]])).detach()
        tensor([[-1.0000,  1.0000],
                [ 0.0000,  0.0000]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape, self.eps = each(normalized_shape, 1), eps
        self.elementwise_affine = elementwise_affine
        self._parameters_of(
            self.normalized_shape,
            device,
            dtype,
            weight=elementwise_affine,
            bias=elementwise_affine and bias,
        )
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        """(x - mean) / sqrt(var + eps) weight + bias"""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Affine):
    """Divides each sample by its root mean square over its last dimensions, then weight x.

    Raises RuntimeError for an input that does not end in `normalized_shape`.
    Source: Zhang and Sennrich 2019.

    Example:
        >>> te.nn.RMSNorm(2)(te.tensor([3.0, 4.0])).detach()
        tensor([0.8485, 1.1314])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape, self.eps = each(normalized_shape, 1), eps
        self.elementwise_affine = elementwise_affine
        self._parameters_of(self.normalized_shape, device, dtype, weight=elementwise_affine)
        self.reset_parameters()

    def forward(self, x: Tensor) -> Tensor:
        """x / sqrt(mean x^2 + eps) weight"""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(Affine):
    """Standardises each group of channels of each sample, (N, C, ...), then weight x + bias by channel.

    Raises ValueError unless `num_groups` divides `num_channels`.  Source: Wu and He 2018.

    Example:
        >>> te.nn.GroupNorm(2, 4)(te.tensor([[1.0, 3.0, 5.0, 9.0]])).detach()
        tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})"
            )
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        self._parameters_of(num_channels, device, dtype, weight=affine, bias=affine and bias)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        """(x - mean) / sqrt(var + eps) weight + bias"""
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """x / (k + alpha mean x^2)^beta, the mean over `size` neighbouring channels of (N, C, L, ...).

    Source: Krizhevsky et al. 2012, section 3.3.

    Example:
        >>> te.nn.LocalResponseNorm(2, alpha=1.0, beta=1.0)(te.ones(1, 2, 1))
        tensor([[[0.6667],
                 [0.5000]]])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        """x / (k + alpha mean x^2)^beta"""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
