"""What distributions of one's own are written with, by PyTorch's names."""

from __future__ import annotations

from functools import cached_property as lazy_property
from typing import Any

import numpy as np

from ..functional import log, log1p, softmax
from ..tensor import Tensor
from .distribution import parameters

__all__ = ["broadcast_all", "clamp_probs", "lazy_property", "logits_to_probs", "probs_to_logits"]


def broadcast_all(*values: Any) -> tuple[Tensor, ...]:
    """Numbers and Tensors as Tensors of one shape; numbers in the dtype of the Tensors.

    >>> te.distributions.utils.broadcast_all(1.0, te.zeros(2))
    (tensor([1., 1.]), tensor([0., 0.]))
    """
    return tuple(parameters(*values))


def clamp_probs(probs: Tensor) -> Tensor:
    """Probabilities kept from 0 and 1 by the rounding of their dtype, so that logarithms are finite.

    >>> te.distributions.utils.clamp_probs(te.tensor([0.0, 0.5]))
    tensor([1.1921e-07, 5.0000e-01])
    """
    eps = float(np.finfo(probs.array.dtype).eps)
    return probs.clamp(eps, 1 - eps)


def logits_to_probs(logits: Tensor, is_binary: bool = False) -> Tensor:
    """softmax(logits), or the sigmoid for yes or no.

    >>> te.distributions.utils.logits_to_probs(te.zeros(2))
    tensor([0.5000, 0.5000])
    """
    return logits.sigmoid() if is_binary else softmax(logits, -1)


def probs_to_logits(probs: Tensor, is_binary: bool = False) -> Tensor:
    """log p, or log(p / (1 - p)) for yes or no.

    >>> te.distributions.utils.probs_to_logits(te.tensor([0.5]), is_binary=True)
    tensor([0.])
    """
    p = clamp_probs(probs)
    return log(p) - log1p(-p) if is_binary else log(p)
