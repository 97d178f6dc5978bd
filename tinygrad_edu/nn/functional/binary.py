"""Losses of answers yes or no: targets 1 and 0, or 1 and -1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ... import functional as te
from ...ops import activation, loss
from ...primitive import raw
from ...promotion import cast
from .reduction import reduced, reduction_of

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss", "soft_margin_loss",
]  # fmt: skip


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-(t log x + (1 - t) log(1 - x)) for probabilities x, times `weight`.

    Each logarithm is at least -100, and the derivative (x - t) / max(x (1 - x), 1e-12): a wrong
    certainty costs much, not everything.
    Raises ValueError if the shapes differ, RuntimeError for elements outside [0, 1].

    Example:
        >>> te.nn.functional.binary_cross_entropy(te.tensor([0.5, 0.0]), te.tensor([1.0, 1.0]))
        tensor(50.3466)
    """
    x, t = raw(input), raw(target)
    if x.shape != t.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}) is deprecated. Please ensure they have the same size."
        )
    if t.dtype != x.dtype:
        raise RuntimeError(f"binary_cross_entropy: expected a target of {x.dtype}, got {t.dtype}")
    for name, a in (("input", x), ("target", t)):
        if a.size and not (np.minimum.reduce(a, None) >= 0 and np.maximum.reduce(a, None) <= 1):
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    losses = loss.binary_cross_entropy(input, target)
    if weight is not None:
        losses = losses * weight
    return reduced(losses, reduction_of(reduction, size_average, reduce))


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """`binary_cross_entropy` of sigmoid(x), without overflow; `pos_weight` multiplies the t log part.

    Raises ValueError if the shapes differ, RuntimeError for targets that are not floating-point.

    Example:
        >>> te.nn.functional.binary_cross_entropy_with_logits(te.tensor([0.0]), te.tensor([1.0]))
        tensor(0.6931)
    """
    x, t = raw(input), raw(target)
    if x.shape != t.shape:
        raise ValueError(
            f"Target size ({target.shape}) must be the same as input size ({input.shape})"
        )
    if t.dtype.kind != "f":
        raise RuntimeError(
            "binary_cross_entropy_with_logits: expected floating-point targets, "
            f"got {target.dtype}; convert them with float()"
        )
    if pos_weight is None and x.dtype == t.dtype:
        losses = loss.binary_cross_entropy_with_logits(input, target)
    else:
        missed = activation.softplus(-input, threshold=None)
        if pos_weight is not None:
            missed = missed * ((pos_weight - 1) * target + 1)
        losses = (1 - target) * input + missed
    if weight is not None:
        losses = losses * weight
    return reduced(losses, reduction_of(reduction, size_average, reduce))


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`binary_cross_entropy_with_logits` of each class, times its `weight`, averaged over the classes.

    Shapes: `input, target: (..., C)` -> `(...)` before the reduction.

    Example:
        >>> te.nn.functional.multilabel_soft_margin_loss(te.zeros(1, 3), te.ones(1, 3))
        tensor(0.6931)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if raw(target).dtype.kind in "iu":
        target = cast(target, raw(input).dtype)
    losses = binary_cross_entropy_with_logits(input, target, weight, reduction="none")
    return reduced(te.mean(losses, -1), reduction)


def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """log(1 + e^(-t x)) for targets 1 and -1; it grows like -t x and does not overflow.

    Raises RuntimeError if the targets do not broadcast to the shape of the input.
    Difference from PyTorch: finite where e^(-t x) overflows, which gives inf there.

    Example:
        >>> te.nn.functional.soft_margin_loss(te.tensor([2.0, 0.0]), te.tensor([1.0, -1.0]))
        tensor(0.4100)
    """
    losses = activation.softplus(-target * input, threshold=None)
    if losses.shape != input.shape:
        raise RuntimeError(
            f"soft_margin_loss: expected a target of shape {tuple(input.shape)}, got {tuple(target.shape)}"
        )
    return reduced(losses, reduction_of(reduction, size_average, reduce))
