"""Layers that convolve, and layers that do the transpose of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ...creation import empty
from .. import functional as F, init
from ..functional.conv import paddings
from ..functional.sizes import Ints, each
from ..parameter import Parameter
from .linear import draw
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _ConvNd(Module):
    """What all layers of convolution share; each says its number of dimensions and its function."""

    dimensions: ClassVar[int]
    function: ClassVar[Callable[..., Tensor]]
    transposed = False
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
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
        super().__init__()
        check_channels(in_channels, out_channels, groups)
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"padding_mode must be one of {PADDING_MODES}, but got padding_mode='{padding_mode}'"
            )
        d = self.dimensions
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = each(kernel_size, d), each(stride, d)
        self.dilation, self.output_padding = each(dilation, d), each(0, d)
        self.padding = padding if isinstance(padding, str) else each(padding, d)
        self.padding_mode = padding_mode
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(
                    f"Invalid padding string {padding!r}, should be one of 'same', 'valid'"
                )
            if padding == "same" and any(s != 1 for s in self.stride):
                raise ValueError("padding='same' is not supported for strided convolutions")
        self.weight = Parameter(empty(self._weight_shape(), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _weight_shape(self) -> tuple[int, ...]:
        first, second = self.out_channels, self.in_channels
        if self.transposed:
            first, second = second, first
        return (first, second // self.groups, *self.kernel_size)

    def reset_parameters(self) -> None:
        """Draw weight and bias afresh."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            draw([self.bias], math.prod(self.weight.shape[1:]))

    def forward(self, input: Tensor) -> Tensor:
        """The convolution of the input with the weight, plus the bias."""
        padding: Ints | str = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._around(), self.padding_mode), 0
        return type(self).function(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def _around(self) -> list[int]:
        """`padding` as `F.pad` wants it."""
        if isinstance(self.padding, str):
            name, size = self._get_name(), self.kernel_size
            pairs = paddings(name, self.padding, self.stride, size, self.dilation)
        else:
            pairs = [(p, p) for p in self.padding]
        return [p for pair in reversed(pairs) for p in pair]

    def extra_repr(self) -> str:
        """The settings that are not the default, as printed."""
        zero = (0,) * self.dimensions
        found = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != zero:
            found += f", padding={self.padding}"
        if self.dilation != (1,) * self.dimensions:
            found += f", dilation={self.dilation}"
        if self.output_padding != zero:
            found += f", output_padding={self.output_padding}"
        if self.groups != 1:
            found += f", groups={self.groups}"
        if self.bias is None:
            found += ", bias=False"
        if self.padding_mode != "zeros":
            found += f", padding_mode={self.padding_mode}"
        return found


def check_channels(in_channels: int, out_channels: int, groups: int) -> None:
    if groups <= 0:
        raise ValueError(f"groups must be a positive integer, got {groups}")
    for name, n in (("in_channels", in_channels), ("out_channels", out_channels)):
        if n % groups:
            raise ValueError(f"{name} must be divisible by groups, got {n} and {groups}")


class Conv1d(_ConvNd):
    """`Conv2d` in one dimension: `(N, C, L) -> (N, K, L')`.

    Example:
        >>> te.nn.Conv1d(16, 33, 3, stride=2)(te.ones(20, 16, 50)).shape
        tinygrad_edu.Size([20, 33, 24])
    """

    dimensions, function = 1, F.conv1d


class Conv2d(_ConvNd):
    """Slides K kernels over the input: one output channel for each, see `nn.functional.conv2d`.

    `weight` (K, C / groups, h, w) and `bias` (K,) are uniform in [-1/sqrt(n), 1/sqrt(n)) at first,
    n = C / groups h w.  `padding_mode` says what lies around the input: "zeros", or what
    `nn.functional.pad` takes from it by "reflect", "replicate" or "circular".

    Shapes: `(N, C, H, W) -> (N, K, H', W')`, or both without N.
    Raises ValueError for channels that `groups` does not divide, and other modes of padding.
    Source: LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition".

    Example:
        >>> te.nn.Conv2d(1, 6, kernel_size=5, padding=2)(te.ones(64, 1, 28, 28)).shape
        tinygrad_edu.Size([64, 6, 28, 28])
    """

    dimensions, function = 2, F.conv2d


class Conv3d(_ConvNd):
    """`Conv2d` in three dimensions: `(N, C, D, H, W) -> (N, K, D', H', W')`.

    Example:
        >>> te.nn.Conv3d(2, 4, (1, 3, 3), bias=False)(te.ones(1, 2, 5, 6, 7)).shape
        tinygrad_edu.Size([1, 4, 5, 4, 5])
    """

    dimensions, function = 3, F.conv3d


class _ConvTransposeNd(_ConvNd):
    transposed = True

    def __init__(
        self,
        in_channels: int,
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
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {self._get_name()}')
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            device=device, dtype=dtype,
        )  # fmt: skip
        self.output_padding = each(output_padding, self.dimensions)

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The transposed convolution; `output_size` says which of the sizes that it may have is meant.

        Raises ValueError for an `output_size` that is none of them.
        """
        more = self.output_padding if output_size is None else self._missing(input, output_size)
        return type(self).function(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            more,
            self.groups,
            self.dilation,
        )

    def _missing(self, input: Tensor, output_size: Sequence[int]) -> list[int]:
        """The output padding that gives the output the size asked for."""
        d, padding = self.dimensions, cast("tuple[int, ...]", self.padding)
        if len(output_size) not in (d, input.ndim):
            raise ValueError(
                f"{self._get_name()}: for {input.ndim}D input, output_size must have {d} or "
                f"{input.ndim} elements (got {len(output_size)})"
            )
        least = [
            (n - 1) * s - 2 * p + i * (k - 1) + 1
            for n, s, p, i, k in zip(
                input.shape[-d:], self.stride, padding, self.dilation, self.kernel_size
            )
        ]
        asked = list(output_size[-d:])
        most = [n + s - 1 for n, s in zip(least, self.stride)]
        if not all(a <= n <= b for a, n, b in zip(least, asked, most)):
            raise ValueError(
                f"requested an output size of {asked}, but valid sizes range from {least} to {most} "
                f"(for an input of {input.shape[-d:]})"
            )
        return [n - a for n, a in zip(asked, least)]


class ConvTranspose1d(_ConvTransposeNd):
    """`ConvTranspose2d` in one dimension: `(N, C, L) -> (N, K, L')`.

    Example:
        >>> te.nn.ConvTranspose1d(16, 33, 3, stride=2)(te.ones(20, 16, 50)).shape
        tinygrad_edu.Size([20, 33, 101])
    """

    dimensions, function = 1, F.conv_transpose1d


class ConvTranspose2d(_ConvTransposeNd):
    """Adds each element times a kernel where a convolution's window was; see `conv_transpose2d`.

    `weight` is (C, K / groups, h, w), drawn as that of `Conv2d`.

    Shapes: `(N, C, H, W) -> (N, K, H', W')`, or both without N.

    Example:
        >>> up = te.nn.ConvTranspose2d(16, 16, 3, stride=2, padding=1)
        >>> up(te.ones(1, 16, 6, 6)).shape, up(te.ones(1, 16, 6, 6), output_size=(12, 12)).shape
        (tinygrad_edu.Size([1, 16, 11, 11]), tinygrad_edu.Size([1, 16, 12, 12]))
    """

    dimensions, function = 2, F.conv_transpose2d


class ConvTranspose3d(_ConvTransposeNd):
    """`ConvTranspose2d` in three dimensions: `(N, C, D, H, W) -> (N, K, D', H', W')`.

    Example:
        >>> te.nn.ConvTranspose3d(2, 4, 2)(te.ones(1, 2, 5, 6, 7)).shape
        tinygrad_edu.Size([1, 4, 6, 7, 8])
    """

    dimensions, function = 3, F.conv_transpose3d
