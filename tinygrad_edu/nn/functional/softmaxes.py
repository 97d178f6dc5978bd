"""Numbers made into probabilities along a dimension."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...primitive import raw, wrap
from ...random import default_generator

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["gumbel_softmax", "log_softmax", "softmax", "softmin"]


def _chosen(name: str, input: Tensor, dim: int | None, stacklevel: int) -> int:
    """The dimension asked for or, with PyTorch's warning, the one it would take."""
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.ndim in (0, 1, 3) else 1


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """e^x over its sum along `dim`. Raises RuntimeError for integers.

    Example:
        >>> te.nn.functional.softmax(te.tensor([0.0, 0.0]), dim=0)
        tensor([0.5000, 0.5000])
    """
    return te.softmax(input, _chosen("softmax", input, dim, _stacklevel), dtype)


def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """softmax(-x): the smallest counts most. Raises RuntimeError for integers.

    Example:
        >>> te.nn.functional.softmin(te.tensor([0.0, 100.0]), dim=0)
        tensor([1.0000e+00, 3.7835e-44])
    """
    return te.softmax(-input, _chosen("softmin", input, dim, _stacklevel), dtype)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """The logarithm of softmax along `dim`, without overflow. Raises RuntimeError for integers.

    Example:
        >>> te.nn.functional.log_softmax(te.tensor([0.0, 0.0]), dim=0)
        tensor([-0.6931, -0.6931])
    """
    return te.log_softmax(input, _chosen("log_softmax", input, dim, _stacklevel), dtype)


def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """softmax((x + Gumbel noise) / tau): a sample of classes that can be differentiated.

    The smaller tau, the nearer it is to one class.  With `hard` it is 1 for one class and 0 for the others,
    and its gradient that of the soft sample.  `eps` has no effect.  Source: Jang et al. 2017.

    Example:
        >>> te.nn.functional.gumbel_softmax(te.tensor([0.0, 100.0, 0.0]), hard=True)
        tensor([0., 1., 0.])
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    x = raw(logits)
    noise = default_generator.numpy.gumbel(size=x.shape).astype(x.dtype)
    soft = te.softmax((logits + wrap(noise)) / tau, dim)
    if not hard:
        return soft
    chosen = np.zeros_like(x)
    np.put_along_axis(chosen, raw(te.argmax(soft, dim, keepdim=True)), 1, te.axis_of(dim, x.ndim))
    return wrap(chosen) - soft.detach() + soft
