"""Activation functions: element by element, and softmax along a dimension."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ... import functional as te
from ...ops import elementwise as rows

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh",
    "threshold",
]  # fmt: skip

sigmoid, tanh = te.sigmoid, te.tanh


def _into(input: Tensor, out: Any, inplace: bool) -> Tensor:
    """The result, or the input with the result in its place."""
    return input.copy_(out) if inplace else out


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0); the gradient at 0 is 0.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.relu(te.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    return _into(input, rows.relu(input), inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where x > 0, else negative_slope x.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.leaky_relu(te.tensor([-1.0, 2.0]), 0.1)
        tensor([-0.1000,  2.0000])
    """
    return _into(input, rows.where(rows.gt(input, 0), input, input * negative_slope), inplace)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where x > 0, else alpha (e^x - 1). Source: Clevert et al. 2016.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.elu(te.tensor([-1.0, 2.0]))
        tensor([-0.6321,  2.0000])
    """
    positive = rows.gt(input, 0)
    negative = rows.where(positive, 0.0, input)  # so that no exponential overflows unseen
    return _into(input, rows.where(positive, input, rows.expm1(negative) * alpha), inplace)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where x > threshold, else `value`.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.threshold(te.tensor([-1.0, 2.0]), 0.5, -3.0)
        tensor([-3.,  2.])
    """
    return _into(input, rows.where(rows.gt(input, threshold), input, value), inplace)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x Phi(x), Phi the standard normal distribution; "tanh" approximates it.

    Raises RuntimeError for another `approximate`.  Source: Hendrycks and Gimpel 2016.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.gelu(te.tensor([-1.0, 2.0]))
        tensor([-0.1587,  1.9545])
    """
    return te.gelu(input, approximate)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x sigmoid(x), also called swish. Source: Hendrycks and Gimpel 2016.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.silu(te.tensor([-1.0, 2.0]))
        tensor([-0.2689,  1.7616])
    """
    return _into(input, te.silu(input), inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + e^(beta x)) / beta; x itself where beta x > threshold.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.softplus(te.tensor([-1.0, 2.0]))
        tensor([0.3133, 2.1269])
    """
    return te.softplus(input, beta, threshold)


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """e^x over its sum along `dim`. Raises RuntimeError for integers.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.softmax(te.tensor([0.0, 0.0]), dim=0)
        tensor([0.5000, 0.5000])
    """
    return te.softmax(input, _chosen("softmax", input, dim, _stacklevel), dtype)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """The logarithm of softmax along `dim`, without overflow. Raises RuntimeError for integers.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.log_softmax(te.tensor([0.0, 0.0]), dim=0)
        tensor([-0.6931, -0.6931])
    """
    return te.log_softmax(input, _chosen("log_softmax", input, dim, _stacklevel), dtype)


def _chosen(name: str, input: Tensor, dim: int | None, stacklevel: int) -> int:
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.ndim in (0, 1, 3) else 1
