"""Numbers made into probabilities along a dimension, as layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from .activation import Activation

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class AlongDimension(Activation):
    """An activation that works along one dimension."""

    settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim


class Softmax(AlongDimension):
    """e^x over its sum along `dim`.

    Example:
        >>> te.nn.Softmax(dim=0)(te.tensor([0.0, 0.0]))
        tensor([0.5000, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """softmax x"""
        return F.softmax(input, self.dim, _stacklevel=5)


class LogSoftmax(AlongDimension):
    """The logarithm of softmax along `dim`, without overflow.

    Example:
        >>> te.nn.LogSoftmax(dim=0)(te.tensor([0.0, 0.0]))
        tensor([-0.6931, -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        """log softmax x"""
        return F.log_softmax(input, self.dim, _stacklevel=5)


class Softmin(AlongDimension):
    """softmax(-x): the smallest counts most.

    Example:
        >>> te.nn.Softmin(dim=0)(te.tensor([0.0, 0.0]))
        tensor([0.5000, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """softmax -x"""
        return F.softmin(input, self.dim, _stacklevel=5)


class Softmax2d(Activation):
    """softmax over the channels, at each place of a picture.

    Shapes: `(N, C, H, W)` or `(C, H, W)`.  Raises ValueError for others.

    Example:
        >>> te.nn.Softmax2d()(te.zeros(2, 1, 1)).flatten()
        tensor([0.5000, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """softmax x over C"""
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return F.softmax(input, -3)
