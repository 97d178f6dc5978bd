"""Instance normalisation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .. import functional as F
from .batchnorm import LazyNorm, Norm

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "LazyInstanceNorm1d", "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
]  # fmt: skip


class _InstanceNorm(Norm):
    """`dims` are those of an input without and with a batch dimension."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def forward(self, input: Tensor) -> Tensor:
        """(x - mean) / sqrt(var + eps) weight + bias"""
        self._check_input_dim(input)
        batched = input.ndim == self.dims[1]
        if input.shape[batched] != self.num_features:
            told = f"expected input's size at dim={int(batched)} to match num_features"
            if self.affine:
                raise ValueError(f"{told} ({self.num_features}), but got: {input.shape[batched]}.")
            warnings.warn(f"{told}; it is not used because affine=False", stacklevel=2)
        out = F.instance_norm(
            input if batched else input.unsqueeze(0),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out if batched else out.squeeze(0)


class InstanceNorm1d(_InstanceNorm):
    """Standardises each channel of each sample, (N, C, L) or (C, L), over its places.

    Raises ValueError for other shapes, a single place, or with `affine` another number of channels.
    Source: Ulyanov et al. 2016.

    Example:
        >>> te.nn.InstanceNorm1d(1)(te.tensor([[[1.0, 3.0]]]))
        tensor([[[-1.0000,  1.0000]]])
    """

    dims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """`InstanceNorm1d` for (N, C, H, W) or (C, H, W).

    Example:
        >>> te.nn.InstanceNorm2d(1)(te.tensor([[[[1.0, 3.0]]]]))
        tensor([[[[-1.0000,  1.0000]]]])
    """

    dims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """`InstanceNorm1d` for (N, C, D, H, W) or (C, D, H, W).

    Example:
        >>> te.nn.InstanceNorm3d(2)(te.ones(1, 2, 3, 4, 5)).shape
        tinygrad_edu.Size([1, 2, 3, 4, 5])
    """

    dims = (4, 5)


class LazyInstanceNorm1d(LazyNorm, _InstanceNorm):
    """An InstanceNorm1d that takes `num_features` from the first input it sees.

    Example:
        >>> layer = te.nn.LazyInstanceNorm1d()
        >>> layer(te.ones(2, 3, 4)).shape, layer.num_features
        (tinygrad_edu.Size([2, 3, 4]), 3)
    """

    cls_to_become = InstanceNorm1d
    dims = InstanceNorm1d.dims


class LazyInstanceNorm2d(LazyNorm, _InstanceNorm):
    """An InstanceNorm2d that takes `num_features` from the first input it sees.

    Example:
        >>> layer = te.nn.LazyInstanceNorm2d()
        >>> layer(te.ones(2, 3, 4, 5)).shape, layer.num_features
        (tinygrad_edu.Size([2, 3, 4, 5]), 3)
    """

    cls_to_become = InstanceNorm2d
    dims = InstanceNorm2d.dims


class LazyInstanceNorm3d(LazyNorm, _InstanceNorm):
    """An InstanceNorm3d that takes `num_features` from the first input it sees.

    Example:
        >>> layer = te.nn.LazyInstanceNorm3d()
        >>> layer(te.ones(2, 3, 4, 5, 6)).shape, layer.num_features
        (tinygrad_edu.Size([2, 3, 4, 5, 6]), 3)
    """

    cls_to_become = InstanceNorm3d
    dims = InstanceNorm3d.dims
