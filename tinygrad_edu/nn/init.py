"""How parameters start: fill a Tensor in place, by the formulas PyTorch uses.

Each function writes into the Tensor without recording and returns it.  The random ones draw from
`generator`, or from the default one.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec

import numpy as np

from ..autograd import no_grad
from ..primitive import wrap
from ..random import Generator, stream_of
from ..tensor import Tensor

__all__ = [
    "calculate_gain", "constant_", "dirac_", "eye_", "kaiming_normal_", "kaiming_uniform_", "normal_", "ones_",
    "orthogonal_", "sparse_", "trunc_normal_", "uniform_", "xavier_normal_", "xavier_uniform_", "zeros_",
]  # fmt: skip

SAME_SCALE = ("linear", "sigmoid", *(f"conv{t}{n}d" for t in ("", "_transpose") for n in (1, 2, 3)))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor on the standard deviation that keeps the scale of signals through a nonlinearity.

    `param` is the negative slope of "leaky_relu".  Raises ValueError for an unknown nonlinearity.

    Example:
        >>> te.nn.init.calculate_gain("leaky_relu", 0.0)
        1.4142135623730951
    """
    if nonlinearity in SAME_SCALE:
        return 1
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "selu":
        return 3.0 / 4
    if nonlinearity != "leaky_relu":
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    if param is not None and (isinstance(param, bool) or not isinstance(param, (int, float))):
        raise ValueError(f"negative_slope {param} not a valid number")
    return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))


# ---- constants -----------------------------------------------------------------------------------
def _fill(tensor: Tensor, values: Any) -> Tensor:
    with no_grad():
        return tensor.copy_(wrap(np.broadcast_to(values, tensor.shape)))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Every element is `val`.

    Example:
        >>> te.nn.init.constant_(te.empty(2), 0.5)
        tensor([0.5000, 0.5000])
    """
    return _fill(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Every element is 1.

    Example:
        >>> te.nn.init.ones_(te.empty(2))
        tensor([1., 1.])
    """
    return _fill(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Every element is 0.

    Example:
        >>> te.nn.init.zeros_(te.empty(2))
        tensor([0., 0.])
    """
    return _fill(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix. Raises ValueError unless `tensor` has 2 dimensions.

    Example:
        >>> te.nn.init.eye_(te.empty(2, 3))
        tensor([[1., 0., 0.],
                [0., 1., 0.]])
    """
    return _fill(tensor, np.eye(*_matrix(tensor)))


def _matrix(tensor: Tensor) -> tuple[int, int]:
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    return rows, columns


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The kernel (K, C, ...) of a convolution that passes its input on, in each of the groups.

    Raises ValueError unless it has 3, 4 or 5 dimensions and K is divisible by `groups`.

    Example:
        >>> te.nn.init.dirac_(te.empty(1, 1, 3))
        tensor([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    outputs, inputs = tensor.shape[:2]
    if outputs % groups:
        raise ValueError("dim 0 must be divisible by groups")
    per_group = outputs // groups
    channel = np.arange(outputs) % per_group
    passed = np.flatnonzero(channel < inputs)
    values = np.zeros(tensor.shape)
    centre = tuple(n // 2 for n in tensor.shape[2:])
    values[(passed, channel[passed], *centre)] = 1
    return _fill(tensor, values)


# ---- random --------------------------------------------------------------------------------------
def _drawn_as(tensor: Tensor) -> Any:
    """The dtype to draw in: double precision only where it is kept."""
    if not tensor.is_floating_point():
        raise NotImplementedError(f"init: expected a floating-point tensor, got {tensor.dtype}")
    return np.float64 if tensor.array.dtype == np.float64 else np.float32


def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform in [a, b). Raises RuntimeError if a > b.

    Example:
        >>> te.nn.init.uniform_(te.empty(100), -1, 1).abs().max() <= 1
        tensor(True)
    """
    if a > b:
        raise RuntimeError(f"uniform_: expected a <= b, got a={a}, b={b}")
    return _fill(tensor, a + (b - a) * stream_of(generator).random(tensor.shape, _drawn_as(tensor)))


def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Normal. Raises RuntimeError for a negative `std`.

    Example:
        >>> te.nn.init.normal_(te.empty(2), mean=5.0, std=0.0)
        tensor([5., 5.])
    """
    if std < 0:
        raise RuntimeError(f"normal_: expected std >= 0, got {std}")
    return _fill(
        tensor, mean + std * stream_of(generator).standard_normal(tensor.shape, _drawn_as(tensor))
    )


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal, among the values in [a, b]. Warns if these are more than 2 std off the mean.

    Example:
        >>> te.nn.init.trunc_normal_(te.empty(100), a=-1.0, b=1.0).abs().max() <= 1
        tensor(True)
    """
    from scipy.special import ndtr, ndtri

    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=2,
        )
    side = -1 if mean < a else 1  # in the lower tail, where small probabilities are exact
    low, high = sorted((side * (a - mean) / std, side * (b - mean) / std))
    chance = stream_of(generator).uniform(ndtr(low), ndtr(high), tensor.shape)
    return _fill(tensor, np.clip(mean + side * std * ndtri(chance), a, b))


def _fans(tensor: Tensor) -> tuple[int, int]:
    """(fan in, fan out) of a weight (out, in, ...): elements that meet in an output, an input."""
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"
        )
    outputs, inputs = tensor.shape[:2]
    field = math.prod(tensor.shape[2:])
    return inputs * field, outputs * field


_calculate_fan_in_and_fan_out = _fans  # PyTorch's name, which programs use


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform in [-a, a), a = gain sqrt(6 / (fan in + fan out)).

    Raises ValueError below 2 dimensions.  Source: Glorot and Bengio 2010, formula 16.

    Example:
        >>> te.nn.init.xavier_uniform_(te.empty(300, 300)).abs().max() <= 0.1
        tensor(True)
    """
    bound = gain * math.sqrt(6.0 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with std = gain sqrt(2 / (fan in + fan out)).

    Raises ValueError below 2 dimensions.  Source: Glorot and Bengio 2010.

    Example:
        >>> 0.09 < te.nn.init.xavier_normal_(te.empty(100, 100)).std() < 0.11
        tensor(True)
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans(tensor))), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Uniform in [-b, b), b = gain sqrt(3 / fan), `a` the negative slope of a leaky ReLU that follows.

    `mode` says which fan.  Raises ValueError for another, or below 2 dimensions.
    Source: He et al. 2015.

    Example:
        >>> te.nn.init.kaiming_uniform_(te.empty(3, 600)).abs().max() <= 0.1
        tensor(True)
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    return (
        tensor
        if std is None
        else uniform_(tensor, -math.sqrt(3.0) * std, math.sqrt(3.0) * std, generator)
    )


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal with std = gain / sqrt(fan), `a` the negative slope of a leaky ReLU that follows.

    `mode` says which fan.  Raises ValueError for another, or below 2 dimensions.
    Source: He et al. 2015.

    Example:
        >>> 0.18 < te.nn.init.kaiming_normal_(te.empty(100, 50), nonlinearity="relu").std() < 0.22
        tensor(True)
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    return tensor if std is None else normal_(tensor, 0.0, std, generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float | None:
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return None
    return calculate_gain(nonlinearity, a) / math.sqrt(_calculate_correct_fan(tensor, mode))


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    modes = ["fan_in", "fan_out"]
    if mode.lower() not in modes:
        raise ValueError(f"Mode {mode} not supported, please use one of {modes}")
    return _fans(tensor)[modes.index(mode.lower())]


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """`gain` times a matrix (n, rest) whose rows or columns are orthonormal, uniform among those.

    Raises ValueError below 2 dimensions.  Source: Saxe et al. 2014; Mezzadri 2007.

    Example:
        >>> w = te.nn.init.orthogonal_(te.empty(2, 3))
        >>> te.allclose(w @ w.T, te.eye(2), atol=1e-6)
        True
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if 0 in tensor.shape:
        return tensor
    rows = tensor.shape[0]
    columns = math.prod(tensor.shape[1:])
    long, short = max(rows, columns), min(rows, columns)
    q, r = np.linalg.qr(stream_of(generator).standard_normal((long, short)))
    q *= np.sign(np.diagonal(r))
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Tensor:
    """Normal, with a fraction `sparsity` of each column set to 0.

    Raises ValueError unless `tensor` has 2 dimensions.  Source: Martens 2010.

    Example:
        >>> (te.nn.init.sparse_(te.empty(10, 2), sparsity=0.3) == 0).sum(0)
        tensor([3, 3])
    """
    rows, columns = _matrix(tensor)
    stream = stream_of(generator)
    values = std * stream.standard_normal((rows, columns))
    order = stream.permuted(np.tile(np.arange(rows)[:, None], columns), axis=0)
    values[order < math.ceil(sparsity * rows)] = 0
    return _fill(tensor, values)


# ---- old names -----------------------------------------------------------------------------------
P = ParamSpec("P")


def _old(function: Callable[P, Tensor]) -> Callable[P, Tensor]:
    """A function by its name without the underscore, which warns that it is old."""
    new = function.__name__

    @functools.wraps(function)
    def warns(*args: P.args, **kwargs: P.kwargs) -> Tensor:
        warnings.warn(
            f"`nn.init.{new[:-1]}` is now deprecated in favor of `nn.init.{new}`.",
            FutureWarning,
            stacklevel=2,
        )
        return function(*args, **kwargs)

    warns.__name__ = new[:-1]
    return warns


constant, dirac, eye, sparse = _old(constant_), _old(dirac_), _old(eye_), _old(sparse_)
normal, uniform, orthogonal = _old(normal_), _old(uniform_), _old(orthogonal_)
kaiming_normal, kaiming_uniform = _old(kaiming_normal_), _old(kaiming_uniform_)
xavier_normal, xavier_uniform = _old(xavier_normal_), _old(xavier_uniform_)
