"""Losses of classes as layers: each holds the settings of its function."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import functional as F
from .linear import Linear
from .loss import Loss, WeightedLoss

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CTCLoss", "CrossEntropyLoss", "LinearCrossEntropyLoss", "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss", "MultiMarginLoss", "NLLLoss", "SoftMarginLoss",
]  # fmt: skip


class BCELoss(WeightedLoss):
    """-(t log x + (1 - t) log(1 - x)), each logarithm at least -100, for probabilities x.

    Example:
        >>> te.nn.BCELoss()(te.tensor([0.5, 0.0]), te.tensor([1.0, 1.0]))
        tensor(50.3466)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of probabilities against targets in [0, 1]."""
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """`BCELoss` of sigmoid(x), without overflow; `pos_weight` multiplies the t log part.

    Example:
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


class SoftMarginLoss(Loss):
    """log(1 + e^(-t x)) for targets 1 and -1.

    Difference from PyTorch: finite where e^(-t x) overflows, which gives inf there.

    Example:
        >>> te.nn.SoftMarginLoss()(te.tensor([2.0, 0.0]), te.tensor([1.0, -1.0]))
        tensor(0.4100)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of scores against 1 and -1."""
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """`BCEWithLogitsLoss` of each class, times its `weight`, averaged over the classes.

    Example:
        >>> te.nn.MultiLabelSoftMarginLoss()(te.zeros(1, 3), te.ones(1, 3))
        tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of logits against 1 for the right classes and 0 for the others."""
        return F.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


class NLLLoss(WeightedLoss):
    """-x[t]: the negative log likelihood of class t, if x are logarithms of probabilities.

    Shapes and settings as those of `nn.functional.nll_loss`.

    Example:
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


class LinearCrossEntropyLoss(WeightedLoss):
    """`CrossEntropyLoss` of the logits of a linear layer of its own, `linear`.

    Shapes and settings as those of `nn.functional.linear_cross_entropy`; `out_features` are the further
    dimensions.  Raises RuntimeError for a `weight` that is not one per class and smoothing outside [0, 1].

    Example:
        >>> te.nn.LinearCrossEntropyLoss(5, 10)(te.zeros(2, 5), te.tensor([0, 9]))
        tensor(2.3026, grad_fn=<CrossEntropyBackward0>)
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Tensor | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        if weight is not None and weight.shape != (num_classes,):
            raise RuntimeError(
                f"LinearCrossEntropyLoss: expected weight ({num_classes},), got {tuple(weight.shape)}"
            )
        if not 0 <= label_smoothing <= 1:
            raise RuntimeError(
                f"LinearCrossEntropyLoss: expected label_smoothing in [0, 1], got {label_smoothing}"
            )
        super().__init__(weight, reduction=reduction)
        self.num_classes, self.out_features, self.options = num_classes, out_features, options
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing
        size = math.prod(out_features, start=num_classes)
        self.linear = Linear(in_features, size, bias=bias, device=device, dtype=dtype)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of features against class indices, or against probabilities."""
        shape = self.num_classes, *self.out_features
        bias: Tensor | None = self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape(*shape, self.linear.in_features),
            target,
            linear_bias=None if bias is None else bias.reshape(shape),
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )

    def extra_repr(self) -> str:
        """The sizes and settings."""
        names = (
            "num_classes",
            "out_features",
            "bias",
            "reduction",
            "ignore_index",
            "label_smoothing",
            "options",
        )
        shown = {**vars(self), "bias": self.linear.bias is not None}
        return ", ".join(
            [f"in_features={self.linear.in_features}", *(f"{n}={shown[n]}" for n in names)]
        )


class MultiMarginLoss(WeightedLoss):
    """sum_j max(0, margin - x[t] + x[j])^p / C over the other classes j, times the `weight` of class t.

    Raises ValueError unless p is 1 or 2.

    Example:
        >>> te.nn.MultiMarginLoss()(te.tensor([[1.0, 0.5, 3.0]]), te.tensor([0]))
        tensor(1.1667)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError("only p == 1 and p == 2 supported")
        if weight is not None and weight.ndim != 1:
            raise ValueError(
                f"MultiMarginLoss: expected weight to be None or 1D tensor, got {weight.ndim}D instead"
            )
        self.p, self.margin = p, margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of scores against class indices."""
        return F.multi_margin_loss(
            input, target, self.p, self.margin, self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(Loss):
    """sum_jk max(0, 1 - x[j] + x[k]) / C over the right classes j and the wrong ones k.

    Example:
        >>> right = te.tensor([[3, 0, -1, 1]])
        >>> te.nn.MultiLabelMarginLoss()(te.tensor([[0.1, 0.2, 0.4, 0.8]]), right)
        tensor(0.8500)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of scores against the right classes, ended by -1."""
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class CTCLoss(Loss):
    """-log of the chance that steps, each a label or `blank`, read as the target.

    Shapes and settings as those of `nn.functional.ctc_loss`.

    Example:
        >>> even = te.full((2, 1, 2), 0.5).log()
        >>> te.nn.CTCLoss()(even, te.tensor([[1]]), [2], [1])
        tensor(0.2877)
    """

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        super().__init__(reduction=reduction)
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(
        self,
        log_probs: Tensor,
        targets: Tensor,
        input_lengths: Tensor | Sequence[int],
        target_lengths: Tensor | Sequence[int],
    ) -> Tensor:
        """The loss of log probabilities against label sequences."""
        return F.ctc_loss(
            log_probs,
            targets,
            input_lengths,
            target_lengths,
            self.blank,
            self.reduction,
            self.zero_infinity,
        )
