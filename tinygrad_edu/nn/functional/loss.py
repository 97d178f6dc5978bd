"""Losses of numbers and of distributions: how far predictions are from targets."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from ... import functional as te
from ...ops import elementwise as rows, fused, loss
from ...primitive import raw, wrap
from ...promotion import cast
from .distance import lifted
from .reduction import reduced, reduction_of

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "gaussian_nll_loss", "half_squared_error", "huber_loss", "kl_div", "l1_loss", "mse_loss", "poisson_nll_loss",
    "smooth_l1_loss",
]  # fmt: skip


# ---- of the difference ---------------------------------------------------------------------------
def _difference(op: str, input: Tensor, target: Tensor, stacklevel: int = 3) -> Tensor:
    """input - target, with PyTorch's warning if the shapes differ. Raises RuntimeError for integers."""
    if raw(input).shape != raw(target).shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=stacklevel,
        )
    if op != "l1_loss" and raw(target).dtype.kind == "b":
        target = cast(target, raw(input).dtype)
    out = input - target
    if raw(out).dtype.kind != "f":
        raise RuntimeError(
            f"{op}: expected floating-point tensors, got {out.dtype}; convert them with float()"
        )
    return out


def _check_weight(op: str, weight: Tensor | None, input: Tensor) -> None:
    if weight is not None and raw(weight).shape != raw(input).shape:
        raise ValueError(
            f"{op}: Weights and input must have the same size, got {weight.shape} and {input.shape}"
        )


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """(x - t)^2; its mean is the mean squared error, with `weight` the weighted one.

    Warns if the shapes differ.

    Example:
        >>> te.nn.functional.mse_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(5.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    return _squared_error("mse_loss", input, target, reduction, weight)


def half_squared_error(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """(x - t)^2 / 2, whose derivative is x - t. Warns if the shapes differ.

    The textbooks' E = 1/2 sum (x - t)^2 has reduction "sum"; their cost C = 1/(2n) sum over n samples,
    "batchmean": the sum over the first dimension's size.  Not in PyTorch.

    Example:
        >>> te.nn.functional.half_squared_error(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]), "sum")
        tensor(5.)
    """
    divisor = 2.0
    if reduction == "batchmean":
        divisor, reduction = 2.0 * (len(input) if input.ndim else 1), "sum"
    return _squared_error("half_squared_error", input, target, reduction, None, divisor)


def _squared_error(
    op: str,
    input: Tensor,
    target: Tensor,
    reduction: str,
    weight: Tensor | None,
    divisor: float = 1.0,
) -> Tensor:
    x, t = raw(input), raw(target)
    if (
        weight is None
        and x.shape == t.shape
        and x.dtype == t.dtype
        and x.dtype.kind == "f"
        and reduction in ("mean", "sum")
    ):
        summed = fused.squared_error(input, target)
        count = divisor * x.size if reduction == "mean" else divisor
        return summed if count == 1 else summed / (count or math.nan)
    _check_weight(op, weight, input)
    losses = rows.pow(_difference(op, input, target, stacklevel=4), 2)
    return reduced(losses if divisor == 1 else losses / divisor, reduction, weight)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """|x - t|, with gradient 0 at 0; its mean is the mean absolute error, with `weight` the weighted one.

    Warns if the shapes differ.

    Example:
        >>> te.nn.functional.l1_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(2.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    _check_weight("l1_loss", weight, input)
    return reduced(rows.abs(_difference("l1_loss", input, target)), reduction, weight)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """(x - t)^2 / 2 where |x - t| <= delta, else delta (|x - t| - delta / 2), times `weight`.

    Warns if the shapes differ.  Raises RuntimeError unless delta > 0.  Source: Huber 1964.

    Example:
        >>> te.nn.functional.huber_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(1.5000)
    """
    difference = _difference("huber_loss", input, target)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    _check_weight("huber_loss", weight, input)
    losses = loss.huber(difference, delta=delta)
    return reduced(losses if weight is None else losses * weight, reduction)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """(x - t)^2 / (2 beta) where |x - t| < beta, else |x - t| - beta / 2.

    Warns if the shapes differ.  Raises RuntimeError for beta < 0.  Source: Girshick 2015.

    Example:
        >>> te.nn.functional.smooth_l1_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(1.5000)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    difference = _difference("smooth_l1_loss", input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    losses = rows.abs(difference) if beta == 0 else loss.huber(difference, delta=beta) / float(beta)
    return reduced(losses, reduction)


# ---- of distributions ----------------------------------------------------------------------------
def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-08,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-log of the chance to count t where x, or with `log_input` e^x, are expected.

    That is e^x - t x, or x - t log(x + eps); with `full` Stirling's approximation of log t! is added
    for t > 1.

    Example:
        >>> te.nn.functional.poisson_nll_loss(te.tensor([0.0, 1.0]), te.tensor([1.0, 2.0]))
        tensor(0.8591)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if log_input:
        losses = rows.exp(input) - target * input
    else:
        losses = input - target * rows.log(input + eps)
    if full:
        several = rows.gt(target, 1)
        n = rows.where(several, target, raw(target).dtype.type(1))
        stirling = n * rows.log(n) - n + 0.5 * rows.log(2 * math.pi * n)
        losses = losses + rows.where(several, stirling, 0.0)
    return reduced(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-06,
    reduction: str = "mean",
) -> Tensor:
    """(log v + (x - t)^2 / v) / 2, v being the variance, at least eps; with `full` log(2 pi) / 2 is added.

    Shapes: `var` has that of `input`, or is one number for all or for each element of the last dimension.
    Raises ValueError for other shapes and for a negative variance.  Source: Nix and Weigend 1994.

    Example:
        >>> te.nn.functional.gaussian_nll_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]), 1.0)
        tensor(2.5000)
    """
    x = raw(input)
    shape = x.shape
    if isinstance(var, (int, float)):
        var = wrap(np.full(shape, var, x.dtype))
    variance = raw(var)
    if (variance < 0).any():
        raise ValueError("var has negative entry/entries")
    if variance.shape != shape:
        differing = [n for m, n in zip(shape, variance.shape) if m != n]
        if variance.shape == shape[:-1]:
            var = te.unsqueeze(var, -1)
        elif variance.ndim != len(shape) or differing != [1]:
            raise ValueError(
                f"gaussian_nll_loss: var is of incorrect size {variance.shape} for input {shape}"
            )
    var = lifted(var, eps)
    losses = 0.5 * (rows.log(var) + rows.pow(input - target, 2) / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return reduced(losses, reduction)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """t (log t - x), summed the divergence of e^x from t; 0 where t is 0. With `log_target` t is log t.

    "batchmean" is the sum over the first dimension's size.  Source: Kullback and Leibler 1951.

    Example:
        >>> logs = te.tensor([[0.5, 0.5]]).log()
        >>> te.nn.functional.kl_div(logs, te.tensor([[1.0, 0.0]]), reduction="batchmean")
        tensor(0.6931)
    """
    if size_average is not None or reduce is not None:
        reduction = reduction_of(reduction, size_average, reduce)
    elif reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
            "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
            stacklevel=2,
        )
    if log_target:
        losses = rows.exp(target) * (target - input)
    else:
        losses = te.xlogy(target, target) - target * input
    if reduction == "batchmean":
        return reduced(losses, "sum") / float(len(input) if input.ndim else 1)
    return reduced(losses, reduction)
