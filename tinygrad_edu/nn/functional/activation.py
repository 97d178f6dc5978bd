"""Activation functions, element by element; those with `inplace` can write over their input."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...inplace import become, in_place
from ...ops import activation as kinked, elementwise as rows
from ...primitive import raw, wrap
from ...random import default_generator

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "celu", "celu_", "elu", "elu_", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "hardtanh_",
    "leaky_relu", "leaky_relu_", "logsigmoid", "mish", "prelu", "relu", "relu6", "relu_", "rrelu", "rrelu_", "selu",
    "selu_", "sigmoid", "silu", "softplus", "softshrink", "softsign", "tanh", "tanhshrink", "threshold", "threshold_",
]  # fmt: skip

sigmoid, tanh = te.sigmoid, te.tanh


def _into(input: Tensor, name: str, out: Any, inplace: bool) -> Tensor:
    """The result, or the input with the result in its place."""
    return become(input, f"{name}_", out) if inplace else out


def _floats(name: str, input: Tensor) -> Tensor:
    """The input. Raises NotImplementedError unless it has floating-point numbers."""
    if raw(input).dtype.kind != "f":
        raise NotImplementedError(
            f"{name}: expected a floating-point tensor, got {raw(input).dtype}; convert it with float()"
        )
    return input


# ---- straight lines ------------------------------------------------------------------------------
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0); the gradient at 0 is 0.

    Example:
        >>> te.nn.functional.relu(te.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    return _into(input, "relu", rows.relu(input), inplace)


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """x kept between min_val and max_val; the gradient at both is 0.

    Raises ValueError if min_val > max_val.

    Example:
        >>> te.nn.functional.hardtanh(te.tensor([-3.0, 0.5]))
        tensor([-1.0000,  0.5000])
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: expected min_val <= max_val, got {min_val} and {max_val}")
    if raw(input).dtype.kind != "f":
        min_val, max_val = int(min_val), int(max_val)
    return _into(input, "hardtanh", kinked.hardtanh(input, low=min_val, high=max_val), inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6); the gradient at 0 and 6 is 0.

    Example:
        >>> te.nn.functional.relu6(te.tensor([-1.0, 2.0, 8.0]))
        tensor([0., 2., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """relu6(x + 3) / 6: sigmoid in three straight lines.

    Example:
        >>> te.nn.functional.hardsigmoid(te.tensor([-3.0, 0.0, 1.5]))
        tensor([0.0000, 0.5000, 0.7500])
    """
    return _into(input, "hardsigmoid", relu6(_floats("hardsigmoid", input) + 3.0) / 6.0, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x hardsigmoid(x). Source: Howard et al. 2019.

    Example:
        >>> te.nn.functional.hardswish(te.tensor([-3.0, 1.5, 4.0]))
        tensor([-0.0000,  1.1250,  4.0000])
    """
    return _into(input, "hardswish", input * hardsigmoid(input), inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where x > 0, else negative_slope x. Source: Maas et al. 2013.

    Example:
        >>> te.nn.functional.leaky_relu(te.tensor([-1.0, 2.0]), 0.1)
        tensor([-0.1000,  2.0000])
    """
    out = kinked.leaky_relu(_floats("leaky_relu", input), slope=negative_slope)
    return _into(input, "leaky_relu", out, inplace)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x where x > 0, else weight x: a leaky_relu that learns its slope. Source: He et al. 2015.

    Shapes: `input: (N, C, ...)`, `weight: (C,)`, one slope for each channel, or `(1,)` or `()`.
    Raises RuntimeError for other weights.

    Example:
        >>> te.nn.functional.prelu(te.tensor([-1.0, 2.0]), te.tensor(0.5))
        tensor([-0.5000,  2.0000])
    """
    x, w = raw(input), raw(weight)
    channels = x.shape[1] if x.ndim > 1 else 1
    if w.ndim > 1 or w.size not in (1, channels):
        raise RuntimeError(
            f"prelu: expected a weight of shape ({channels},), (1,) or () for input {x.shape}, got {w.shape}"
        )
    if w.dtype != x.dtype:
        raise RuntimeError(f"prelu: expected a weight of {x.dtype}, got {w.dtype}; convert one")
    weight = te.reshape(weight, (1,) * x.ndim if w.size == 1 else (-1, *(1,) * (x.ndim - 2)))
    positive = rows.gt(input, 0)
    return rows.where(positive, input, weight * rows.where(positive, 0.0, input))


def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """In training, x where x > 0, else a random slope in [lower, upper] times x; otherwise their mean.

    Raises RuntimeError if lower > upper.  Source: Xu et al. 2015.

    Example:
        >>> te.nn.functional.rrelu(te.tensor([-1.0, 2.0]), 0.25, 0.75)
        tensor([-0.5000,  2.0000])
    """
    if not lower <= upper:
        raise RuntimeError(
            f"rrelu: Lower bound should be less than or equal to the upper bound, got {lower} and {upper}"
        )
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    x = raw(_floats("rrelu", input))
    slope = default_generator.numpy.uniform(lower, upper, x.shape)
    out = input * wrap(np.where(x > 0, 1.0, slope).astype(x.dtype))
    return _into(input, "rrelu", out, inplace)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where x > threshold, else `value`.

    Example:
        >>> te.nn.functional.threshold(te.tensor([-1.0, 2.0]), 0.5, -3.0)
        tensor([-3.,  2.])
    """
    fill = raw(input).dtype.type(value)
    return _into(input, "threshold", rows.where(rows.le(input, threshold), fill, input), inplace)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x where |x| > lambd, else 0.

    Example:
        >>> te.nn.functional.hardshrink(te.tensor([-0.4, 2.0]))
        tensor([0., 2.])
    """
    return rows.where(rows.le(rows.abs(_floats("hardshrink", input)), lambd), 0.0, input)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x, brought nearer to 0 by lambd: 0 where |x| <= lambd.

    Raises RuntimeError for a negative lambd.

    Example:
        >>> te.nn.functional.softshrink(te.tensor([-0.4, 2.0]))
        tensor([0.0000, 1.5000])
    """
    if not lambd >= 0:
        raise RuntimeError(f"lambda must be greater or equal to 0, but found to be {lambd}.")
    return input - te.clamp(_floats("softshrink", input), -lambd, lambd)


# ---- curves --------------------------------------------------------------------------------------
def _elu(name: str, input: Tensor, alpha: float, rate: float = 1.0) -> Tensor:
    return kinked.elu(_floats(name, input), alpha=alpha, rate=rate)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where x > 0, else alpha (e^x - 1). Source: Clevert et al. 2016.

    Example:
        >>> te.nn.functional.elu(te.tensor([-1.0, 2.0]))
        tensor([-0.6321,  2.0000])
    """
    return _into(input, "elu", _elu("elu", input, alpha), inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where x > 0, else alpha (e^(x / alpha) - 1): smooth for any alpha. Source: Barron 2017.

    Raises RuntimeError for alpha = 0.

    Example:
        >>> te.nn.functional.celu(te.tensor([-1.0, 2.0]), alpha=2.0)
        tensor([-0.7869,  2.0000])
    """
    if alpha == 0:
        raise RuntimeError("celu: expected an alpha other than 0, got 0: e^(x / 0) has no value")
    return _into(input, "celu", _elu("celu", input, alpha, 1 / alpha), inplace)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """scale elu(x, alpha), which keeps mean 0 and variance 1. Source: Klambauer et al. 2017.

    Example:
        >>> te.nn.functional.selu(te.tensor([-1.0, 2.0]))
        tensor([-1.1113,  2.1014])
    """
    x = input.clone() if inplace else input
    return _into(input, "selu", _elu("selu", x, SELU_ALPHA) * SELU_SCALE, inplace)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x Phi(x), Phi the standard normal distribution; "tanh" approximates it.

    Raises RuntimeError for another `approximate`.  Source: Hendrycks and Gimpel 2016.

    Example:
        >>> te.nn.functional.gelu(te.tensor([-1.0, 2.0]))
        tensor([-0.1587,  1.9545])
    """
    _floats("gelu", input)
    if approximate == "none":
        return kinked.gelu(input)
    if approximate != "tanh":
        raise RuntimeError(
            f"gelu: approximate argument must be either none or tanh, got {approximate!r}"
        )
    slope = math.sqrt(8 / math.pi)  # (1 + tanh u) / 2 = sigmoid(2 u)
    return input * rows.sigmoid(input * (input * input * (0.044715 * slope) + slope))


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x sigmoid(x), also called swish. Source: Hendrycks and Gimpel 2016.

    Example:
        >>> te.nn.functional.silu(te.tensor([-1.0, 2.0]))
        tensor([-0.2689,  1.7616])
    """
    return _into(input, "silu", kinked.silu(_floats("silu", input)), inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x tanh(log(1 + e^x)). Source: Misra 2020.

    Example:
        >>> te.nn.functional.mish(te.tensor([-1.0, 2.0]))
        tensor([-0.3034,  1.9440])
    """
    x = _floats("mish", input.clone() if inplace else input)
    out = x * rows.tanh(kinked.softplus(x, threshold=None))
    return _into(input, "mish", out, inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + e^(beta x)) / beta; x itself where beta x > threshold.

    Example:
        >>> te.nn.functional.softplus(te.tensor([-1.0, 2.0]))
        tensor([0.3133, 2.1269])
    """
    _floats("softplus", input)
    if beta == 1:
        return kinked.softplus(input, threshold=threshold)
    return kinked.softplus(input * beta, threshold=threshold) / beta


def logsigmoid(input: Tensor) -> Tensor:
    """log sigmoid(x), without overflow.

    Example:
        >>> te.nn.functional.logsigmoid(te.tensor([-1.0, 2.0]))
        tensor([-1.3133, -0.1269])
    """
    return -kinked.softplus(-_floats("logsigmoid", input), threshold=None)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|)

    Example:
        >>> te.nn.functional.softsign(te.tensor([-1.0, 3.0]))
        tensor([-0.5000,  0.7500])
    """
    return input / (rows.abs(input) + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh x

    Example:
        >>> te.nn.functional.tanhshrink(te.tensor([-1.0, 2.0]))
        tensor([-0.2384,  1.0360])
    """
    return input - rows.tanh(input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a sigmoid(b), where a and b are the halves of x along `dim`: b opens and shuts a.

    Raises RuntimeError for an odd size along `dim`.  Source: Dauphin et al. 2017.

    Example:
        >>> te.nn.functional.glu(te.tensor([4.0, 2.0, 0.0, 100.0]))
        tensor([2., 2.])
    """
    shape = raw(input).shape
    if not shape:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    if shape[te.axis_of(dim, len(shape))] % 2:
        raise RuntimeError(
            f"Halving dimension must be even, but dimension {dim} is size {shape[dim]}"
        )
    a, b = te.chunk(input, 2, dim)
    return a * rows.sigmoid(b)


# ---- in place ------------------------------------------------------------------------------------
relu_, leaky_relu_, rrelu_ = in_place(relu), in_place(leaky_relu), in_place(rrelu)
elu_, celu_, selu_ = in_place(elu), in_place(celu), in_place(selu)
hardtanh_, threshold_ = in_place(hardtanh), in_place(threshold)
