"""Layers that convolve, and learn their number of input channels from their first input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..functional.sizes import Ints
from ..parameter import UninitializedParameter
from .conv import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    _ConvNd,
    _ConvTransposeNd,
    check_channels,
)
from .lazy import LazyModuleMixin

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "LazyConv1d", "LazyConv2d", "LazyConv3d", "LazyConvTranspose1d", "LazyConvTranspose2d", "LazyConvTranspose3d",
]  # fmt: skip


class _Lazy(LazyModuleMixin, _ConvNd):
    weight: UninitializedParameter
    bias: UninitializedParameter | None

    def _postpone(self, out_channels: int, bias: bool, device: Any, dtype: Any) -> None:
        self.out_channels = out_channels
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw weight and bias afresh, once they have their shapes."""
        if self.in_channels and not self.has_uninitialized_params():
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        """Take `in_channels` from the input. Raises RuntimeError for one with too few or many dimensions."""
        d = self.dimensions
        if input.ndim not in (d + 1, d + 2):
            raise RuntimeError(
                f"Expected {d + 1}D (unbatched) or {d + 2}D (batched) input to {self._get_name()}, "
                f"but got input of size: {list(input.shape)}"
            )
        self.in_channels = input.shape[-d - 1]
        if self.has_uninitialized_params():
            check_channels(self.in_channels, self.out_channels, self.groups)
            self.weight.materialize(self._weight_shape())
            if self.bias is not None:
                self.bias.materialize((self.out_channels,))
            self.reset_parameters()


class _LazyConv(_Lazy):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints = 1,
        padding: Ints | str = 0,
        dilation: Ints = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode)
        self._postpone(out_channels, bias, device, dtype)


class _LazyConvTranspose(_Lazy, _ConvTransposeNd):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints = 1,
        padding: Ints = 0,
        output_padding: Ints = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Ints = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            0, 0, kernel_size, stride, padding, output_padding, groups, False, dilation, padding_mode
        )  # fmt: skip
        self._postpone(out_channels, bias, device, dtype)


class LazyConv1d(_LazyConv, Conv1d):
    """A Conv1d that takes `in_channels` from its first input, and is a Conv1d from then on.

    Example:
        >>> te.nn.LazyConv1d(8, 3)(te.ones(1, 4, 5)).shape
        tinygrad_edu.Size([1, 8, 3])
    """

    cls_to_become = Conv1d


class LazyConv2d(_LazyConv, Conv2d):
    """A Conv2d that takes `in_channels` from its first input, and is a Conv2d from then on.

    Example:
        >>> layer = te.nn.LazyConv2d(8, 3)
        >>> layer(te.ones(1, 4, 5, 5)).shape, layer
        (tinygrad_edu.Size([1, 8, 3, 3]), Conv2d(4, 8, kernel_size=(3, 3), stride=(1, 1)))
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyConv, Conv3d):
    """A Conv3d that takes `in_channels` from its first input, and is a Conv3d from then on.

    Example:
        >>> te.nn.LazyConv3d(8, 3)(te.ones(1, 4, 5, 5, 5)).shape
        tinygrad_edu.Size([1, 8, 3, 3, 3])
    """

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):
    """A ConvTranspose1d that takes `in_channels` from its first input, and is one from then on.

    Example:
        >>> te.nn.LazyConvTranspose1d(8, 3)(te.ones(1, 4, 5)).shape
        tinygrad_edu.Size([1, 8, 7])
    """

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):
    """A ConvTranspose2d that takes `in_channels` from its first input, and is one from then on.

    Example:
        >>> te.nn.LazyConvTranspose2d(8, 3)(te.ones(1, 4, 5, 5)).shape
        tinygrad_edu.Size([1, 8, 7, 7])
    """

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):
    """A ConvTranspose3d that takes `in_channels` from its first input, and is one from then on.

    Example:
        >>> te.nn.LazyConvTranspose3d(8, 3)(te.ones(1, 4, 5, 5, 5)).shape
        tinygrad_edu.Size([1, 8, 7, 7, 7])
    """

    cls_to_become = ConvTranspose3d
