"""Layers that drop some of their input in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class _Dropout(Module):
    """What the layers share: `p`, the probability that a number or a channel is dropped."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """In training, sets elements to 0 with probability `p` and divides the others by 1 - p.

    Raises ValueError for p outside [0, 1].  Source: Srivastava et al. 2014.

    Example:
        >>> te.nn.Dropout(0.2).eval()(te.ones(3))
        tensor([1., 1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x, some of it dropped in training."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """`Dropout` of whole channels of (N, C, L) or (C, L).

    Example:
        >>> te.nn.Dropout1d(0.5).eval()(te.ones(1, 2))
        tensor([[1., 1.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x, some channels dropped in training."""
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """`Dropout` of whole channels of (N, C, H, W).

    Example:
        >>> te.nn.Dropout2d(0.5)(te.ones(4, 3, 2, 2)).shape
        tinygrad_edu.Size([4, 3, 2, 2])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x, some channels dropped in training."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """`Dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).

    Example:
        >>> te.nn.Dropout3d(0.5)(te.ones(4, 3, 2, 2, 2)).shape
        tinygrad_edu.Size([4, 3, 2, 2, 2])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x, some channels dropped in training."""
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """Dropout for networks of SELU: to its floor, with mean 0 and variance 1 kept.

    Source: Klambauer et al. 2017.

    Example:
        >>> te.nn.AlphaDropout(0.5).eval()(te.ones(3))
        tensor([1., 1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x, some of it dropped in training."""
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of (N, C, ...).

    Example:
        >>> te.nn.FeatureAlphaDropout(0.5)(te.ones(4, 3, 2)).shape
        tinygrad_edu.Size([4, 3, 2])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x, some channels dropped in training."""
        return F.feature_alpha_dropout(input, self.p, self.training)
