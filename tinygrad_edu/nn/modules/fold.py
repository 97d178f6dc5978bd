"""Layers that lay windows out as columns, and add them up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from ..functional.sizes import Ints
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["Fold", "Unfold"]


class Unfold(Module):
    """Each window of an image as a column: `(N, C, H, W) -> (N, C h w, L)`; see `nn.functional.unfold`.

    Example:
        >>> te.nn.Unfold((2, 3))(te.ones(2, 5, 3, 4)).shape
        tinygrad_edu.Size([2, 30, 4])
    """

    def __init__(
        self, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1
    ) -> None:
        super().__init__()
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Tensor) -> Tensor:
        """The windows as columns."""
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Unfold):
    """The columns of `Unfold` added up where they were: `(N, C h w, L) -> (N, C, *output_size)`.

    Example:
        >>> te.nn.Fold((4, 5), (2, 2))(te.ones(1, 12, 12)).shape
        tinygrad_edu.Size([1, 3, 4, 5])
    """

    def __init__(
        self,
        output_size: Ints,
        kernel_size: Ints,
        dilation: Ints = 1,
        padding: Ints = 0,
        stride: Ints = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """The image that the columns add up to."""
        return F.fold(
            input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
