"""Losses as layers: each holds its settings and calls the function of nn.functional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from ..functional.loss import reduction_of
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HalfSquaredError", "L1Loss", "MSELoss", "NLLLoss",
]  # fmt: skip


class Loss(Module):
    """What losses share: `reduction`, one of "mean", "sum" and "none"."""

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        self.reduction = reduction_of(reduction, size_average, reduce)


class WeightedLoss(Loss):
    """A loss with a `weight`, kept as a buffer."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class MSELoss(Loss):
    """(x - t)^2; its mean is the mean squared error. Warns if the shapes differ.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.MSELoss()(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(5.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against targets."""
        return F.mse_loss(input, target, reduction=self.reduction)


class HalfSquaredError(Loss):
    """(x - t)^2 / 2, whose derivative is x - t. Warns if the shapes differ.

    `reduction` may also be "batchmean": the sum over the first dimension's size, which is the
    textbooks' cost 1/(2n) sum over n samples.  Not in PyTorch.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.HalfSquaredError(reduction="sum")(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(5.)
    """

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against targets."""
        return F.half_squared_error(input, target, self.reduction)


class L1Loss(Loss):
    """|x - t|, with gradient 0 at 0; its mean is the mean absolute error. Warns if the shapes differ.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.L1Loss()(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(2.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against targets."""
        return F.l1_loss(input, target, reduction=self.reduction)


class BCELoss(WeightedLoss):
    """-(t log x + (1 - t) log(1 - x)), each logarithm at least -100, for probabilities x.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.BCELoss()(te.tensor([0.5, 0.0]), te.tensor([1.0, 1.0]))
        tensor(50.3466)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of probabilities against targets in [0, 1]."""
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """`BCELoss` of sigmoid(x), without overflow; `pos_weight` multiplies the t log part.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.BCEWithLogitsLoss()(te.tensor([0.0]), te.tensor([1.0]))
        tensor(0.6931)
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of logits against targets in [0, 1]."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class NLLLoss(WeightedLoss):
    """-x[t]: the negative log likelihood of class t, if x are logarithms of probabilities.

    Shapes and settings as those of `nn.functional.nll_loss`.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.NLLLoss()(te.tensor([[-1.0, -3.0]]), te.tensor([1]))
        tensor(3.)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of log probabilities against class indices."""
        return F.nll_loss(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class CrossEntropyLoss(WeightedLoss):
    """-log softmax(x)[t]: the negative log likelihood of class t, given logits x.

    Shapes and settings as those of `nn.functional.cross_entropy`; a target may be probabilities.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.CrossEntropyLoss()(te.tensor([[0.0, 0.0]]), te.tensor([1]))
        tensor(0.6931)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of logits against class indices, or against probabilities."""
        return F.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )
