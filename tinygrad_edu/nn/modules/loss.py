"""Losses of numbers and of distributions as layers: each holds the settings of its function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from ..functional.reduction import reduction_of
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "GaussianNLLLoss", "HalfSquaredError", "HuberLoss", "KLDivLoss", "L1Loss", "MSELoss", "PoissonNLLLoss",
    "SmoothL1Loss",
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


_Loss, _WeightedLoss = Loss, WeightedLoss  # PyTorch's names, from which some programs derive


class MSELoss(Loss):
    """(x - t)^2; its mean is the mean squared error. Warns if the shapes differ.

    Example:
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
        >>> te.nn.L1Loss()(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(2.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against targets."""
        return F.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(Loss):
    """(x - t)^2 / 2 where |x - t| <= delta, else delta (|x - t| - delta / 2).

    Raises TypeError for a delta that is not a number.

    Example:
        >>> te.nn.HuberLoss()(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(1.5000)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        if not isinstance(delta, (float, int)):
            raise TypeError(f"delta must be a float or int, got: {type(delta)}")
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against targets."""
        return F.huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """(x - t)^2 / (2 beta) where |x - t| < beta, else |x - t| - beta / 2.

    Example:
        >>> te.nn.SmoothL1Loss()(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(1.5000)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of predictions against targets."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class PoissonNLLLoss(Loss):
    """-log of the chance to count t where x, or with `log_input` e^x, are expected.

    Settings as those of `nn.functional.poisson_nll_loss`.

    Example:
        >>> te.nn.PoissonNLLLoss()(te.tensor([0.0, 1.0]), te.tensor([1.0, 2.0]))
        tensor(0.8591)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-08,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        """The loss of expected against counted numbers."""
        return F.poisson_nll_loss(
            log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Loss):
    """(log v + (x - t)^2 / v) / 2, v being the variance.

    Shapes and settings as those of `nn.functional.gaussian_nll_loss`.

    Example:
        >>> te.nn.GaussianNLLLoss()(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]), te.ones(2))
        tensor(2.5000)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-06, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full, self.eps = full, eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        """The loss of expected values and variances against targets."""
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class KLDivLoss(Loss):
    """t (log t - x), summed the divergence of e^x from t; with `log_target` t is log t.

    `reduction` may also be "batchmean": the sum over the first dimension's size.

    Example:
        >>> logs = te.tensor([[0.5, 0.5]]).log()
        >>> te.nn.KLDivLoss(reduction="batchmean")(logs, te.tensor([[1.0, 0.0]]))
        tensor(0.6931)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of log probabilities against probabilities."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
