"""Convolutions and transposed convolutions in one, two and three dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...ops import conv as rows
from ...ops.shape import reshape
from ...primitive import raw
from .sizes import Ints, sizes

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
]  # fmt: skip


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """`conv2d` in one dimension.

    Example:
        >>> te.nn.functional.conv1d(te.tensor([[1.0, 2.0, 4.0]]), te.tensor([[[-1.0, 1.0]]]))
        tensor([[1., 2.]])
    """
    return _convolution("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """out[n, k] = bias[k] + sum over c of weight[k, c] slid over input[n, c], a cross-correlation.

    Windows are `stride` apart, their elements `dilation` apart.  `padding` zeros are put on both sides;
    "same" puts as many as give the output the size of the input, "valid" none.  With `groups`, channels
    are split into so many convolutions side by side.  The derivatives are convolutions too.

    Shapes: `input: (N, C, H, W)` or `(C, H, W)`, `weight: (K, C / groups, h, w)`, `bias: (K,)` ->
    `(N, K, H', W')`, where H' = (H + 2 padding - dilation (h - 1) - 1) // stride + 1.
    Raises RuntimeError for other shapes, sizes and mixed dtypes.
    Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning".

    Example:
        >>> te.nn.functional.conv2d(te.ones(1, 1, 3, 3), te.ones(1, 1, 3, 3), padding=1)
        tensor([[[[4., 6., 4.],
                  [6., 9., 6.],
                  [4., 6., 4.]]]])
    """
    return _convolution("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """`conv2d` in three dimensions.

    Example:
        >>> te.nn.functional.conv3d(te.ones(2, 3, 5, 5, 5), te.ones(4, 3, 2, 2, 2)).shape
        tinygrad_edu.Size([2, 4, 4, 4, 4])
    """
    return _convolution("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """`conv_transpose2d` in one dimension.

    Example:
        >>> te.nn.functional.conv_transpose1d(te.tensor([[1.0, 2.0]]), te.ones(1, 1, 3), stride=2)
        tensor([[1., 1., 3., 2., 2.]])
    """
    return _transposed(
        "conv_transpose1d",
        1,
        input,
        weight,
        bias,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
    )


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The derivative of `conv2d` by its input: each element times the kernel, added where its window was.

    `padding` elements are cut off on both sides, `output_padding` of them left at the end: which of the
    sizes that `conv2d` makes one of, when it strides, is meant.

    Shapes: `input: (N, C, H, W)` or `(C, H, W)`, `weight: (C, K / groups, h, w)`, `bias: (K,)` ->
    `(N, K, H', W')`, where H' = (H - 1) stride - 2 padding + dilation (h - 1) + output_padding + 1.
    Raises RuntimeError for other shapes, sizes and mixed dtypes.

    Example:
        >>> te.nn.functional.conv_transpose2d(te.ones(1, 2, 2), te.ones(1, 1, 2, 2))
        tensor([[[1., 2., 1.],
                 [2., 4., 2.],
                 [1., 2., 1.]]])
    """
    return _transposed(
        "conv_transpose2d",
        2,
        input,
        weight,
        bias,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
    )


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """`conv_transpose2d` in three dimensions.

    Example:
        >>> te.nn.functional.conv_transpose3d(te.ones(2, 4, 4, 4, 4), te.ones(4, 3, 2, 2, 2)).shape
        tinygrad_edu.Size([2, 3, 5, 5, 5])
    """
    return _transposed(
        "conv_transpose3d",
        3,
        input,
        weight,
        bias,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
    )


def _convolution(
    name: str,
    d: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Ints,
    padding: Ints | str,
    dilation: Ints,
    groups: int,
) -> Tensor:
    steps, apart = sizes(name, "stride", stride, d, 1), sizes(name, "dilation", dilation, d, 1)
    x, unbatched = _checked(name, d, input, weight, bias, groups, weight_in=1)
    length, size = raw(x).shape[2:], raw(weight).shape[2:]
    around = paddings(name, padding, steps, size, apart)
    widths = []
    for n, k, s, i, (before, after) in zip(length, size, steps, apart, around):
        rest = before + n + after - i * (k - 1) - 1
        if rest < 0:
            raise RuntimeError(
                f"{name}: expected a padded input at least as large as the kernel, got input "
                f"{list(length)}, padding {padding} and kernel {list(size)} with dilation {list(apart)}"
            )
        widths.append((before, after - rest % s))
    out = rows.convolution(
        x, weight, bias, stride=steps, padding=tuple(widths), dilation=apart, groups=groups
    )
    return reshape(out, shape=out.shape[1:]) if unbatched else out


def paddings(
    name: str, padding: Ints | str, stride: Any, size: Any, dilation: Any
) -> list[tuple[int, int]]:
    """(before, after) for each dimension."""
    if not isinstance(padding, str):
        return [(p, p) for p in sizes(name, "padding", padding, len(size), 0)]
    if padding == "valid":
        return [(0, 0)] * len(size)
    if padding != "same":
        raise RuntimeError(f"{name}: expected padding 'same', 'valid' or ints, got {padding!r}")
    if any(s != 1 for s in stride):
        raise RuntimeError(
            f"{name}: padding='same' is not supported for strided convolutions, got stride {stride}"
        )
    total = [i * (k - 1) for i, k in zip(dilation, size)]
    return [(t // 2, t - t // 2) for t in total]


def _transposed(
    name: str,
    d: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Ints,
    padding: Ints,
    output_padding: Ints,
    groups: int,
    dilation: Ints,
) -> Tensor:
    steps, apart = sizes(name, "stride", stride, d, 1), sizes(name, "dilation", dilation, d, 1)
    around = sizes(name, "padding", padding, d, 0)
    extra = sizes(name, "output_padding", output_padding, d, 0)
    x, unbatched = _checked(name, d, input, weight, bias, groups, weight_in=0)
    for n, k, s, i, p, e in zip(
        raw(x).shape[2:], raw(weight).shape[2:], steps, apart, around, extra
    ):
        if e >= max(s, i):
            raise RuntimeError(
                f"{name}: output padding must be smaller than either stride or dilation, "
                f"got output_padding {extra}, stride {steps} and dilation {apart}"
            )
        if (n - 1) * s + i * (k - 1) + 1 + e - 2 * p <= 0:
            raise RuntimeError(
                f"{name}: expected a padding that leaves something of the output, got {around} for "
                f"input {list(raw(x).shape)} and kernel {list(raw(weight).shape[2:])}"
            )
    widths = tuple((p, p - e) for p, e in zip(around, extra))
    out = rows.transposed_convolution(
        x, weight, stride=steps, padding=widths, dilation=apart, groups=groups
    )
    if bias is not None:
        out = out + reshape(bias, shape=(-1, *(1,) * d))
    return reshape(out, shape=out.shape[1:]) if unbatched else out


def _checked(
    name: str,
    d: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    groups: int,
    *,
    weight_in: int,
) -> tuple[Tensor, bool]:
    """The input as a batch, and whether it was none; `weight_in` is the weight's axis of input channels."""
    x, w = raw(input), raw(weight)
    b = None if bias is None else raw(bias)
    if x.dtype is not w.dtype or (b is not None and b.dtype is not w.dtype):
        _check_dtypes(name, x, w, b)
    if w.ndim != d + 2 or x.ndim not in (d + 1, d + 2):
        raise RuntimeError(
            f"{name}: expected {d + 1}D (unbatched) or {d + 2}D (batched) input and a {d + 2}D weight, "
            f"got input {list(x.shape)} and weight {list(w.shape)}"
        )
    if groups <= 0 or w.shape[0] % groups:
        raise RuntimeError(
            f"{name}: expected groups > 0 that divide weight.shape[0], got {groups} for weight {list(w.shape)}"
        )
    inside, outside = w.shape[weight_in], w.shape[1 - weight_in]
    inside, outside = (inside * groups, outside) if weight_in else (inside, outside * groups)
    if x.shape[-d - 1] != inside:
        raise RuntimeError(
            f"{name}: expected input with {inside} channels, got {x.shape[-d - 1]} channels: input "
            f"{list(x.shape)}, weight {list(w.shape)}, groups {groups}"
        )
    if b is not None and b.shape != (outside,):
        raise RuntimeError(f"{name}: expected bias of shape [{outside}], got {list(b.shape)}")
    unbatched = x.ndim == d + 1
    return (reshape(input, shape=(1, *x.shape)) if unbatched else input), unbatched


def _check_dtypes(name: str, x: Any, w: Any, b: Any) -> None:
    found = [a.dtype for a in (x, w, b) if a is not None]
    if any(dtype != found[0] for dtype in found):
        raise RuntimeError(
            f"{name}: expected input, weight and bias of one dtype, got {', '.join(map(str, found))}; "
            "convert with to()"
        )
