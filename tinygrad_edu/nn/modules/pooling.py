"""Layers that pool: the mean or the norm of each window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from .. import functional as F
from ..functional.sizes import Ints, SomeInts, each
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "LPPool1d",
    "LPPool2d", "LPPool3d",
]  # fmt: skip


class Pool(Module):
    """What all layers of pooling have: a function and the attributes that are printed."""

    function: ClassVar[Callable[..., Any]]
    shown: ClassVar[tuple[str, ...]] = ("kernel_size", "stride", "padding")

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.shown)


# ---- means ---------------------------------------------------------------------------------------
class AvgPool1d(Pool):
    """The mean of each window of `(N, C, L)`; see `nn.functional.avg_pool2d`.

    Example:
        >>> te.nn.AvgPool1d(3, stride=2)(te.ones(20, 16, 50)).shape
        tinygrad_edu.Size([20, 16, 24])
    """

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size, self.padding = each(kernel_size, 1), each(padding, 1)
        self.stride = each(kernel_size if stride is None else stride, 1)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        """The mean of each window."""
        return F.avg_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
        )


class _AvgPoolNd(Pool):
    function: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """The mean of each window."""
        return type(self).function(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,
            self.divisor_override,
        )  # fmt: skip


class AvgPool2d(_AvgPoolNd):
    """The mean of each window of `(N, C, H, W)`; see `nn.functional.avg_pool2d`.

    Example:
        >>> te.nn.AvgPool2d((3, 2), stride=(2, 1))(te.ones(20, 16, 50, 32)).shape
        tinygrad_edu.Size([20, 16, 24, 31])
    """

    function = F.avg_pool2d


class AvgPool3d(_AvgPoolNd):
    """The mean of each window of `(N, C, D, H, W)`; see `nn.functional.avg_pool2d`.

    Example:
        >>> te.nn.AvgPool3d(2)(te.ones(1, 3, 4, 6, 8)).shape
        tinygrad_edu.Size([1, 3, 2, 3, 4])
    """

    function = F.avg_pool3d


# ---- norms ---------------------------------------------------------------------------------------
class _LPPoolNd(Pool):
    function: ClassVar[Callable[..., Tensor]]
    shown = ("norm_type", "kernel_size", "stride", "ceil_mode")

    def __init__(
        self,
        norm_type: float,
        kernel_size: Ints,
        stride: Ints | None = None,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size = norm_type, kernel_size
        self.stride, self.ceil_mode = stride, ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        """The norm of each window."""
        return type(self).function(
            input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode
        )


class LPPool1d(_LPPoolNd):
    """The p-norm of each window of `(N, C, L)`; see `nn.functional.lp_pool2d`.

    Example:
        >>> te.nn.LPPool1d(2, 2)(te.tensor([[3.0, 4.0]]))
        tensor([[5.]])
    """

    function = F.lp_pool1d


class LPPool2d(_LPPoolNd):
    """The p-norm of each window of `(N, C, H, W)`; see `nn.functional.lp_pool2d`.

    Example:
        >>> te.nn.LPPool2d(2, 2)(te.ones(1, 1, 2, 2))
        tensor([[[[2.]]]])
    """

    function = F.lp_pool2d


class LPPool3d(_LPPoolNd):
    """The p-norm of each window of `(N, C, D, H, W)`; see `nn.functional.lp_pool2d`.

    Example:
        >>> te.nn.LPPool3d(2, 2)(te.ones(1, 1, 2, 4, 4)).shape
        tinygrad_edu.Size([1, 1, 1, 2, 2])
    """

    function = F.lp_pool3d


# ---- to a size -----------------------------------------------------------------------------------
class _AdaptiveAvgPoolNd(Pool):
    function: ClassVar[Callable[..., Tensor]]
    shown = ("output_size",)

    def __init__(self, output_size: SomeInts) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """The means, as many as asked for."""
        return type(self).function(input, self.output_size)


class AdaptiveAvgPool1d(_AdaptiveAvgPoolNd):
    """As many means as asked for, of `(N, C, L)`; see `nn.functional.adaptive_avg_pool2d`.

    Example:
        >>> te.nn.AdaptiveAvgPool1d(2)(te.tensor([[1.0, 3.0, 5.0, 7.0]]))
        tensor([[2., 6.]])
    """

    function = F.adaptive_avg_pool1d


class AdaptiveAvgPool2d(_AdaptiveAvgPoolNd):
    """As many means as asked for, of `(N, C, H, W)`; see `nn.functional.adaptive_avg_pool2d`.

    Example:
        >>> te.nn.AdaptiveAvgPool2d((5, None))(te.ones(1, 64, 8, 9)).shape
        tinygrad_edu.Size([1, 64, 5, 9])
    """

    function = F.adaptive_avg_pool2d


class AdaptiveAvgPool3d(_AdaptiveAvgPoolNd):
    """As many means as asked for, of `(N, C, D, H, W)`; see `nn.functional.adaptive_avg_pool2d`.

    Example:
        >>> te.nn.AdaptiveAvgPool3d(1)(te.ones(2, 3, 4, 5, 6)).shape
        tinygrad_edu.Size([2, 3, 1, 1, 1])
    """

    function = F.adaptive_avg_pool3d
