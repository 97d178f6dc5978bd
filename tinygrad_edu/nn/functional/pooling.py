"""Pooling: one number for each window of the last dimensions, their mean, maximum or norm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops import window as rows
from ...ops.shape import pad, reshape
from ...primitive import raw, wrap
from .sizes import Ints, check_spatial, sizes

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "avg_pool1d", "avg_pool2d", "avg_pool3d", "lp_pool1d", "lp_pool2d", "lp_pool3d", "max_pool1d", "max_pool2d",
    "max_pool3d",
]  # fmt: skip


class Windows:
    """How windows lie along the last d dimensions, as a pooling function was told, and what they give."""

    def __init__(
        self,
        name: str,
        d: int,
        input: Tensor,
        kernel_size: Ints,
        stride: Ints | None,
        padding: Ints,
        dilation: Ints,
        ceil_mode: bool,
    ) -> None:
        shape = raw(input).shape
        check_spatial(name, shape, d)
        self.length = shape[-d:]
        self.size = sizes(name, "kernel_size", kernel_size, d, 1)
        self.stride = (
            self.size if not stride and stride != 0 else sizes(name, "stride", stride, d, 1)
        )
        self.padding = sizes(name, "padding", padding, d, 0)
        self.dilation = sizes(name, "dilation", dilation, d, 1)
        self.counts, self.widths = [], [(0, 0)] * (len(shape) - d)
        for n, k, s, p, i in zip(self.length, self.size, self.stride, self.padding, self.dilation):
            if p > (i * (k - 1) + 1) // 2:
                raise RuntimeError(
                    f"{name}: pad should be at most half of effective kernel size, got padding "
                    f"{self.padding}, kernel_size {self.size} and dilation {self.dilation}"
                )
            span = i * (k - 1) + 1
            count = (n + 2 * p - span + (s - 1 if ceil_mode else 0)) // s + 1
            if ceil_mode and (count - 1) * s >= n + p:
                count -= 1  # the last window would begin outside
            if count < 1:
                raise RuntimeError(
                    f"{name}: expected windows that fit, got input {list(shape)}, kernel_size {self.size}, "
                    f"padding {self.padding} and dilation {self.dilation}"
                )
            self.counts.append(count)
            self.widths.append((p, max((count - 1) * s + span - n - p, 0)))

    def padded(self, input: Tensor, value: float) -> Tensor:
        """The input with `value` where windows reach beyond it."""
        if not any(map(any, self.widths)):
            return input
        return pad(input, widths=tuple(self.widths), value=value)

    def places(self) -> list[Any]:
        """For each dimension, (out, size): the places of each window's elements, within the input."""
        found = []
        for n, count, k, s, p, i in zip(
            self.length, self.counts, self.size, self.stride, self.padding, self.dilation
        ):
            at = np.arange(count)[:, None] * s - p + np.arange(k) * i
            inside = (at >= 0) & (at < n)
            first, last = np.where(inside, at, n).min(1), np.where(inside, at, -1).max(1)
            found.append(np.clip(at, first[:, None], last[:, None]))
        return found


# ---- means ---------------------------------------------------------------------------------------
def avg_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """`avg_pool2d` in one dimension.

    Example:
        >>> te.nn.functional.avg_pool1d(te.tensor([[1.0, 2.0, 3.0, 6.0]]), 2)
        tensor([[1.5000, 4.5000]])
    """
    return _avg_pool(
        "avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad
    )


def avg_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window; windows are `stride` apart, without it side by side.

    `padding` zeros are put on both sides, and counted unless `count_include_pad` is False; with
    `divisor_override` sums are divided by that instead.  With `ceil_mode` a last window may reach
    beyond the end, what is outside not counted.

    Shapes: `(N, C, H, W) -> (N, C, H', W')`, or both without N, where
    H' = (H + 2 padding - kernel_size) / stride + 1, rounded down, or up with `ceil_mode`.
    Raises RuntimeError for other shapes and for padding of more than half a window.

    Example:
        >>> te.nn.functional.avg_pool2d(te.arange(16.0).reshape(1, 4, 4), 2)
        tensor([[[ 2.5000,  4.5000],
                 [10.5000, 12.5000]]])
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )  # fmt: skip


def avg_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """`avg_pool2d` in three dimensions.

    Example:
        >>> te.nn.functional.avg_pool3d(te.ones(2, 3, 4, 4, 4), 2).shape
        tinygrad_edu.Size([2, 3, 2, 2, 2])
    """
    return _avg_pool(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )  # fmt: skip


def _avg_pool(
    name: str,
    d: int,
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Tensor:
    windows = Windows(name, d, input, kernel_size, stride, padding, 1, ceil_mode)
    if divisor_override == 0:
        raise RuntimeError(f"{name}: divisor must be not zero")
    divisor: Any = divisor_override or math.prod(windows.size)
    if divisor_override is None and any(map(any, windows.widths)):
        divisor = _counted(windows, count_include_pad)
    whole = raw(input).dtype.kind != "f"
    alike = isinstance(divisor, int) and not whole
    out = rows.avg_pool(
        windows.padded(input, 0),
        size=windows.size,
        stride=windows.stride,
        divisor=divisor if alike else 1,
    )
    if alike:
        return out
    if whole:
        return te.div(out, wrap(np.asarray(divisor)), rounding_mode="trunc").to(input.dtype)
    return out / wrap(np.asarray(divisor, raw(input).dtype))


def _counted(windows: Windows, count_include_pad: bool) -> Any:
    """Of how many elements each window takes the mean."""
    found: Any = 1
    for n, count, k, s, p in zip(
        windows.length, windows.counts, windows.size, windows.stride, windows.padding
    ):
        start = np.arange(count) * s - p
        first, last = (-p, n + p) if count_include_pad else (0, n)
        of_each = np.minimum(start + k, last) - np.maximum(start, first)
        found = np.multiply.outer(found, of_each)
    return found


# ---- maxima --------------------------------------------------------------------------------------
def max_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """`max_pool2d` in one dimension.

    Example:
        >>> te.nn.functional.max_pool1d(te.tensor([[1.0, 2.0, 3.0, 6.0]]), 2)
        tensor([[2., 6.]])
    """
    return _max_pool(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The maximum of each window; windows are `stride` apart, without it side by side.

    Their elements are `dilation` apart.  `padding` elements that are never the maximum are put on
    both sides; with `ceil_mode` a last window may reach beyond the end.  With `return_indices` also
    where each maximum is, the last two dimensions counted as one.  The gradient goes to the first
    maximum of a window; nan is a maximum.

    Shapes: `(N, C, H, W) -> (N, C, H', W')`, or both without N, where
    H' = (H + 2 padding - dilation (kernel_size - 1) - 1) / stride + 1, rounded down, or up with `ceil_mode`.
    Raises RuntimeError for other shapes and for padding of more than half a window.

    Example:
        >>> te.nn.functional.max_pool2d(te.arange(16.0).reshape(1, 4, 4), 2)
        tensor([[[ 5.,  7.],
                 [13., 15.]]])
    """
    return _max_pool(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """`max_pool2d` in three dimensions.

    Example:
        >>> te.nn.functional.max_pool3d(te.ones(2, 3, 4, 4, 4), 2).shape
        tinygrad_edu.Size([2, 3, 2, 2, 2])
    """
    return _max_pool(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def _max_pool(
    name: str,
    d: int,
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    windows = Windows(name, d, input, kernel_size, stride, padding, dilation, ceil_mode)
    if return_indices:
        index = rows.argmax_of_windows(raw(input), windows.places())
        return picked(input, index, d), wrap(index)
    dtype = raw(input).dtype
    lowest = -np.inf if dtype.kind == "f" else np.iinfo(dtype).min
    return rows.max_pool(
        windows.padded(input, lowest),
        size=windows.size,
        stride=windows.stride,
        dilation=windows.dilation,
    )


def picked(input: Tensor, index: Any, d: int) -> Tensor:
    """(..., *L) -> (..., *out): the elements at the places `index`, the last d dimensions counted as one."""
    lead = raw(input).shape[:-d]
    flat = te.gather(
        reshape(input, shape=(*lead, math.prod(raw(input).shape[-d:]))),
        -1,
        wrap(index.reshape(*lead, math.prod(index.shape[len(lead) :]))),
    )
    return reshape(flat, shape=index.shape)


# ---- norms ---------------------------------------------------------------------------------------
def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: Ints,
    stride: Ints | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """`lp_pool2d` in one dimension.

    Example:
        >>> te.nn.functional.lp_pool1d(te.tensor([[3.0, 4.0, 6.0, 8.0]]), 2, 2)
        tensor([[ 5., 10.]])
    """
    return _lp_pool(avg_pool1d, 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: Ints,
    stride: Ints | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """(sum of x^p)^(1/p) over each window, with p = `norm_type`; 0 where the sum is not positive.

    Shapes and windows as in `avg_pool2d`.

    Example:
        >>> te.nn.functional.lp_pool2d(te.ones(1, 4, 4), 2, 2)
        tensor([[[2., 2.],
                 [2., 2.]]])
    """
    return _lp_pool(avg_pool2d, 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: Ints,
    stride: Ints | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """`lp_pool2d` in three dimensions.

    Example:
        >>> te.nn.functional.lp_pool3d(te.ones(2, 3, 4, 4, 4), 2, 2).shape
        tinygrad_edu.Size([2, 3, 2, 2, 2])
    """
    return _lp_pool(avg_pool3d, 3, input, norm_type, kernel_size, stride, ceil_mode)


def _lp_pool(
    mean: Any,
    d: int,
    input: Tensor,
    norm_type: float,
    kernel_size: Ints,
    stride: Ints | None,
    ceil_mode: bool,
) -> Tensor:
    """As PyTorch, which takes a sum to be the mean times the size of the window, also at the edge."""
    means = mean(te.pow(input, norm_type), kernel_size, stride, 0, ceil_mode)
    count = math.prod(sizes("lp_pool", "kernel_size", kernel_size, d, 1))
    return te.pow(te.sign(means) * te.relu(te.abs(means)) * count, 1.0 / norm_type)
