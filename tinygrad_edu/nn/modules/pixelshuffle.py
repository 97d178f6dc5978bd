"""Layers that make pixels of channels, and channels of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["PixelShuffle", "PixelUnshuffle"]


class PixelShuffle(Module):
    """`(..., C r^2, H, W) -> (..., C, H r, W r)`, r = `upscale_factor`; see `nn.functional.pixel_shuffle`.

    Example:
        >>> te.nn.PixelShuffle(3)(te.ones(1, 9, 4, 4)).shape
        tinygrad_edu.Size([1, 1, 12, 12])
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """A larger image from fewer channels."""
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """`(..., C, H r, W r) -> (..., C r^2, H, W)`, r = `downscale_factor`; see `nn.functional.pixel_unshuffle`.

    Example:
        >>> te.nn.PixelUnshuffle(3)(te.ones(1, 1, 12, 12)).shape
        tinygrad_edu.Size([1, 9, 4, 4])
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """A smaller image with more channels."""
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"downscale_factor={self.downscale_factor}"
