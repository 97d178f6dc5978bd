"""Layers that keep the maximum of each window, and that put it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .. import functional as F
from ..functional.sizes import Ints, SomeInts, each
from .module import Module
from .pooling import Pool

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "FractionalMaxPool2d", "FractionalMaxPool3d",
    "MaxPool1d", "MaxPool2d", "MaxPool3d", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d",
]  # fmt: skip


class _MaxPoolNd(Pool):
    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        dilation: Ints = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Tensor) -> Any:
        """The maximum of each window, and where it is if `return_indices`."""
        return type(self).function(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )  # fmt: skip


class MaxPool1d(_MaxPoolNd):
    """The maximum of each window of `(N, C, L)`; see `nn.functional.max_pool2d`.

    Example:
        >>> te.nn.MaxPool1d(3, stride=2)(te.ones(20, 16, 50)).shape
        tinygrad_edu.Size([20, 16, 24])
    """

    function = F.max_pool1d


class MaxPool2d(_MaxPoolNd):
    """The maximum of each window of `(N, C, H, W)`; see `nn.functional.max_pool2d`.

    Example:
        >>> te.nn.MaxPool2d((3, 2), stride=(2, 1))(te.ones(20, 16, 50, 32)).shape
        tinygrad_edu.Size([20, 16, 24, 31])
    """

    function = F.max_pool2d


class MaxPool3d(_MaxPoolNd):
    """The maximum of each window of `(N, C, D, H, W)`; see `nn.functional.max_pool2d`.

    Example:
        >>> te.nn.MaxPool3d(2)(te.ones(1, 3, 4, 6, 8)).shape
        tinygrad_edu.Size([1, 3, 2, 3, 4])
    """

    function = F.max_pool3d


class _MaxUnpoolNd(Pool):
    dimensions: ClassVar[int]
    function: ClassVar[Callable[..., Tensor]]

    def __init__(self, kernel_size: Ints, stride: Ints | None = None, padding: Ints = 0) -> None:
        super().__init__()
        d = self.dimensions
        self.kernel_size, self.padding = each(kernel_size, d), each(padding, d)
        self.stride = each(kernel_size if stride is None else stride, d)

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """The input back at the indices, zeros elsewhere."""
        return type(self).function(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )


class MaxUnpool1d(_MaxUnpoolNd):
    """Puts what `MaxPool1d(return_indices=True)` found back where it was; see `max_unpool2d`.

    Example:
        >>> x, at = te.nn.MaxPool1d(2, return_indices=True)(te.tensor([[1.0, 5.0, 4.0, 2.0]]))
        >>> te.nn.MaxUnpool1d(2)(x, at)
        tensor([[0., 5., 4., 0.]])
    """

    dimensions, function = 1, F.max_unpool1d


class MaxUnpool2d(_MaxUnpoolNd):
    """Puts what `MaxPool2d(return_indices=True)` found back where it was; see `max_unpool2d`.

    Example:
        >>> x, at = te.nn.MaxPool2d(2, return_indices=True)(te.arange(4.0).reshape(1, 2, 2))
        >>> te.nn.MaxUnpool2d(2)(x, at)
        tensor([[[0., 0.],
                 [0., 3.]]])
    """

    dimensions, function = 2, F.max_unpool2d


class MaxUnpool3d(_MaxUnpoolNd):
    """Puts what `MaxPool3d(return_indices=True)` found back where it was; see `max_unpool2d`.

    Example:
        >>> x, at = te.nn.MaxPool3d(2, return_indices=True)(te.ones(1, 1, 2, 4, 4))
        >>> te.nn.MaxUnpool3d(2)(x, at).shape
        tinygrad_edu.Size([1, 1, 2, 4, 4])
    """

    dimensions, function = 3, F.max_unpool3d


class _FractionalMaxPoolNd(Module):
    dimensions: ClassVar[int]
    function: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        kernel_size: Ints,
        output_size: Ints | None = None,
        output_ratio: float | Sequence[float] | None = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:
        super().__init__()
        d, name = self.dimensions, self._get_name()
        self.kernel_size = each(kernel_size, d)
        if any(k <= 0 for k in self.kernel_size):
            raise ValueError(f"kernel_size must be greater than 0, but got {kernel_size}")
        if (output_size is None) == (output_ratio is None):
            raise ValueError(
                f"{name} requires either an output size or a pooling ratio, and only one of them"
            )
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else each(output_size, d)
        self.output_ratio = None if output_ratio is None else each(output_ratio, d, (int, float))
        if self.output_ratio is not None and not all(0 < r < 1 for r in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def forward(self, input: Tensor) -> Any:
        """The maximum of each window, and where it is if `return_indices`."""
        return type(self).function(
            input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices, self._random_samples
        )  # fmt: skip


class FractionalMaxPool2d(_FractionalMaxPoolNd):
    """The maximum of windows that lie at random; see `nn.functional.fractional_max_pool2d`.

    Raises ValueError unless one of `output_size` and `output_ratio` is given, ratios within (0, 1).

    Example:
        >>> te.nn.FractionalMaxPool2d(3, output_ratio=0.5)(te.ones(20, 16, 50, 32)).shape
        tinygrad_edu.Size([20, 16, 25, 16])
    """

    dimensions, function = 2, F.fractional_max_pool2d


class FractionalMaxPool3d(_FractionalMaxPoolNd):
    """`FractionalMaxPool2d` in three dimensions.

    Example:
        >>> te.nn.FractionalMaxPool3d(2, output_size=3)(te.ones(1, 1, 5, 5, 5)).shape
        tinygrad_edu.Size([1, 1, 3, 3, 3])
    """

    dimensions, function = 3, F.fractional_max_pool3d


class _AdaptiveMaxPoolNd(Pool):
    shown = ("output_size",)

    def __init__(self, output_size: SomeInts, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input: Tensor) -> Any:
        """The maxima, as many as asked for, and where they are if `return_indices`."""
        return type(self).function(input, self.output_size, self.return_indices)


class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd):
    """As many maxima as asked for, of `(N, C, L)`; see `nn.functional.adaptive_max_pool2d`.

    Example:
        >>> te.nn.AdaptiveMaxPool1d(2)(te.tensor([[1.0, 3.0, 5.0, 7.0]]))
        tensor([[3., 7.]])
    """

    function = F.adaptive_max_pool1d


class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd):
    """As many maxima as asked for, of `(N, C, H, W)`; see `nn.functional.adaptive_max_pool2d`.

    Example:
        >>> te.nn.AdaptiveMaxPool2d((5, None))(te.ones(1, 64, 8, 9)).shape
        tinygrad_edu.Size([1, 64, 5, 9])
    """

    function = F.adaptive_max_pool2d


class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd):
    """As many maxima as asked for, of `(N, C, D, H, W)`; see `nn.functional.adaptive_max_pool2d`.

    Example:
        >>> te.nn.AdaptiveMaxPool3d(1)(te.ones(2, 3, 4, 5, 6)).shape
        tinygrad_edu.Size([2, 3, 1, 1, 1])
    """

    function = F.adaptive_max_pool3d
