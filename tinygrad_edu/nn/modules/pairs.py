"""Losses of pairs and triplets as layers: each holds the settings of its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import functional as F
from .distance import PairwiseDistance
from .loss import Loss

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "CosineEmbeddingLoss", "HingeEmbeddingLoss", "MarginRankingLoss", "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]  # fmt: skip


class MarginLoss(Loss):
    """What losses with a `margin` share."""

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class MarginRankingLoss(MarginLoss):
    """max(0, margin - t (x1 - x2)): x1 should be larger where t is 1, smaller where it is -1.

    Example:
        >>> te.nn.MarginRankingLoss()(te.ones(1), te.tensor([3.0]), te.tensor([1]))
        tensor(2.)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """The loss of two scores against which should be larger."""
        return F.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(MarginLoss):
    """1 - cos(x1, x2) where t is 1 (alike), max(0, cos(x1, x2) - margin) where t is -1.

    Example:
        >>> te.nn.CosineEmbeddingLoss()(te.ones(1, 2), te.ones(1, 2), te.tensor([-1]))
        tensor(1.)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """The loss of two vectors against whether they are alike."""
        return F.cosine_embedding_loss(
            input1, input2, target, self.margin, reduction=self.reduction
        )


class HingeEmbeddingLoss(MarginLoss):
    """For a distance x: x where t is 1 (alike), max(0, margin - x) where t is -1.

    Example:
        >>> te.nn.HingeEmbeddingLoss()(te.tensor([0.2, 0.3]), te.tensor([1, -1]))
        tensor(0.4500)
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of distances against whether the two are alike."""
        return F.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


def _check_margin(name: str, margin: float) -> None:
    if margin <= 0:
        raise ValueError(f"{name}: expected margin to be greater than 0, got {margin} instead")


class TripletMarginLoss(Loss):
    """max(0, d(a, p) - d(a, n) + margin), d being the p-norm of the difference.

    Settings as those of `nn.functional.triplet_margin_loss`.  Raises ValueError unless margin > 0.

    Example:
        >>> te.nn.TripletMarginLoss()(te.zeros(1, 1), te.ones(1, 1), te.tensor([[1.5]]))
        tensor(0.5000)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-06,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        _check_margin("TripletMarginLoss", margin)
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """The loss of anchors, each with what is alike and what is not."""
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            self.margin,
            self.p,
            self.eps,
            self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with a distance of one's own, `PairwiseDistance()` unless given.

    Raises ValueError unless margin > 0.

    Example:
        >>> far = te.nn.TripletMarginWithDistanceLoss(distance_function=te.nn.L1Loss())
        >>> far(te.zeros(1, 1), te.ones(1, 1), te.tensor([[1.5]]))
        tensor(0.5000)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        _check_margin("TripletMarginWithDistanceLoss", margin)
        self.distance_function = (
            PairwiseDistance() if distance_function is None else distance_function
        )
        self.margin, self.swap = margin, swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """The loss of anchors, each with what is alike and what is not."""
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
