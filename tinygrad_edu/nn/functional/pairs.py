"""Losses of pairs and triplets: what is alike should be near, what is not by a margin farther."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ... import functional as te
from ...ops import elementwise as rows
from ...primitive import raw
from .distance import pairwise_distance
from .reduction import reduced, reduction_of

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "cosine_embedding_loss", "hinge_embedding_loss", "margin_ranking_loss", "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]  # fmt: skip


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """For a distance x: x where t is 1 (alike), max(0, margin - x) where t is -1.

    Example:
        >>> te.nn.functional.hinge_embedding_loss(te.tensor([0.2, 0.3]), te.tensor([1, -1]))
        tensor(0.4500)
    """
    unlike = te.where(rows.ne(target, 1), te.clamp(margin - input, min=0), 0.0)
    alike = te.where(rows.ne(target, -1), input, 0.0)
    return reduced(unlike + alike, reduction_of(reduction, size_average, reduce))


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """1 - cos(x1, x2) where t is 1 (alike), max(0, cos(x1, x2) - margin) where t is -1.

    Shapes: `input1, input2: (N, d)`, `target: (N,)`; or `(d,)` and `()`.
    Raises RuntimeError for other shapes.

    Example:
        >>> te.nn.functional.cosine_embedding_loss(te.ones(1, 2), te.ones(1, 2), te.tensor([-1]))
        tensor(1.)
    """
    x1, x2, t = raw(input1), raw(input2), raw(target)
    if t.ndim > 1 or x1.ndim != t.ndim + 1 or x2.ndim != t.ndim + 1:
        raise RuntimeError(
            "cosine_embedding_loss: expected inputs (N, d) and target (N,), or (d,) and (), got "
            f"{x1.shape}, {x2.shape} and {t.shape}"
        )
    least = float(np.finfo(np.float32).tiny if x1.dtype == np.float16 else 1e-12)
    square1, square2 = (te.sum(x * x, -1) + least for x in (input1, input2))
    cosine = te.sum(input1 * input2, -1) / rows.sqrt(square1 * square2)
    alike = te.where(rows.eq(target, 1), 1 - cosine, 0.0)
    unlike = te.where(rows.eq(target, -1), te.clamp(cosine - margin, min=0), 0.0)
    return reduced(alike + unlike, reduction_of(reduction, size_average, reduce))


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin - t (x1 - x2)): x1 should be larger where t is 1, smaller where it is -1.

    Raises RuntimeError if the numbers of dimensions differ.

    Example:
        >>> te.nn.functional.margin_ranking_loss(te.ones(1), te.tensor([3.0]), te.tensor([1]))
        tensor(2.)
    """
    shapes = [raw(x).shape for x in (input1, input2, target)]
    if len({len(shape) for shape in shapes}) > 1:
        raise RuntimeError(
            f"margin_ranking_loss: expected tensors of the same number of dimensions, got {shapes}"
        )
    losses = te.clamp(-target * (input1 - input2) + float(margin), min=0)
    return reduced(losses, reduction_of(reduction, size_average, reduce))


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-06,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, d(a, p) - d(a, n) + margin), d being `pairwise_distance`.

    With `swap` the distance to the negative is the lesser of the anchor's and the positive's.
    Raises ValueError unless margin > 0, RuntimeError if the numbers of dimensions differ.
    Source: Balntas et al. 2016.

    Example:
        >>> a, p, n = te.zeros(1, 1), te.tensor([[1.0]]), te.tensor([[1.5]])
        >>> te.nn.functional.triplet_margin_loss(a, p, n)
        tensor(0.5000)
    """

    def distance(x1: Tensor, x2: Tensor) -> Tensor:
        return pairwise_distance(x1, x2, p, eps)

    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=distance,
        margin=margin,
        swap=swap,
        reduction=reduction_of(reduction, size_average, reduce),
    )


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with a distance of one's own.

    Example:
        >>> a, p, n = te.zeros(1, 1), te.tensor([[1.0]]), te.tensor([[1.5]])
        >>> te.nn.functional.triplet_margin_with_distance_loss(
        ...     a, p, n, distance_function=lambda x, y: (x - y).abs().sum(-1)
        ... )
        tensor(0.5000)
    """
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    shapes = [raw(x).shape for x in (anchor, positive, negative)]
    if len({len(shape) for shape in shapes}) > 1:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: {shapes}"
        )
    distance = distance_function or pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = te.minimum(far, distance(positive, negative))
    return reduced(te.clamp(near - far + margin, min=0), reduction)
