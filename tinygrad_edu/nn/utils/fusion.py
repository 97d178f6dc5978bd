"""A linear layer and the batch normalisation that follows it, as one layer, for evaluation.

In evaluation batch normalisation is (x - mean) / sqrt(var + eps) * weight + bias with fixed numbers:
a scale and a shift for each channel, which the layer before it can apply itself.
"""

from __future__ import annotations

import copy
from typing import Any

from ... import functional as te
from ...tensor import Tensor
from ..parameter import Parameter

__all__ = [
    "fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights",
]  # fmt: skip


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """A convolution that computes bn(conv(x)); `transpose` says that it is a transposed one.

    Raises AssertionError unless both are in evaluation mode and `bn` has running statistics.

    Example:
        >>> conv, bn = te.nn.Conv2d(1, 2, 3).eval(), te.nn.BatchNorm2d(2).eval()
        >>> x = te.rand(1, 1, 4, 4)
        >>> te.allclose(te.nn.utils.fuse_conv_bn_eval(conv, bn)(x), bn(conv(x)), atol=1e-6)
        True
    """
    _check(conv, bn)
    fused = copy.deepcopy(conv)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        conv.weight, conv.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, transpose
    )  # fmt: skip
    return fused


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """A linear layer that computes bn(linear(x)).

    Raises AssertionError unless both are in evaluation mode, `bn` has running statistics, and it has
    as many features as `linear` gives, or one.

    Example:
        >>> linear, bn = te.nn.Linear(2, 3).eval(), te.nn.BatchNorm1d(3).eval()
        >>> x = te.ones(1, 2)
        >>> te.allclose(te.nn.utils.fuse_linear_bn_eval(linear, bn)(x), bn(linear(x)), atol=1e-6)
        True
    """
    _check(linear, bn)
    if bn.num_features not in (linear.out_features, 1):
        raise AssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, "
            f"got linear.out_features={linear.out_features} and bn.num_features={bn.num_features}"
        )
    fused = copy.deepcopy(linear)
    fused.weight, fused.bias = fuse_linear_bn_weights(
        linear.weight, linear.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias
    )
    return fused


def _check(layer: Any, bn: Any) -> None:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None")


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """(weight, bias) of `fuse_conv_bn_eval`, from those of the two and the running statistics.

    Example:
        >>> one = te.ones(1)
        >>> w, b = te.nn.utils.fuse_conv_bn_weights(te.ones(1, 1, 1, 1), None, one, one, 0.0, 2 * one, one)
        >>> w.item(), b.item()
        (2.0, -1.0)
    """
    scale = te.rsqrt(bn_rv + bn_eps)
    if bn_w is not None:
        scale = bn_w * scale
    sizes = [1] * conv_w.ndim
    sizes[1 if transpose else 0] = -1
    bias = (-bn_rm if conv_b is None else conv_b - bn_rm) * scale
    if bn_b is not None:
        bias = bias + bn_b
    return (
        Parameter((conv_w * scale.reshape(sizes)).to(conv_w.dtype), conv_w.requires_grad),
        Parameter(
            bias.to((conv_w if conv_b is None else conv_b).dtype),
            conv_b is not None and conv_b.requires_grad,
        ),
    )


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
) -> tuple[Parameter, Parameter]:
    """(weight, bias) of `fuse_linear_bn_eval`, from those of the two and the running statistics.

    Example:
        >>> one = te.ones(1)
        >>> w, b = te.nn.utils.fuse_linear_bn_weights(te.ones(1, 1), None, one, one, 0.0, 2 * one, one)
        >>> w.item(), b.item()
        (2.0, -1.0)
    """
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)
