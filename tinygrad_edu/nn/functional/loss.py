"""Losses: how far predictions are from targets, one number unless `reduction` is "none".

`reduction` says what becomes of the elements' losses: their "mean", their "sum", or "none".
`size_average` and `reduce` are its predecessors, still taken.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ...ops import elementwise as rows, fused
from ...ops.index import gather, getitem
from ...ops.reduce import sum as sum_row
from ...ops.shape import permute, reshape
from ...primitive import raw, wrap

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "half_squared_error", "l1_loss",
    "mse_loss", "nll_loss",
]  # fmt: skip

LOWEST_LOG = -100.0
INT64, UINT64, UINT8 = np.dtype(np.int64), np.dtype(np.uint64), np.dtype(np.uint8)


# ---- reductions ----------------------------------------------------------------------------------
def reduction_of(reduction: str, size_average: bool | None, reduce: bool | None) -> str:
    """The reduction asked for, in the new way or, with a warning, in the old."""
    if size_average is not None or reduce is not None:
        reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            stacklevel=4,
        )
    return reduction


def total(x: Any) -> Tensor:
    """The sum of all elements."""
    return sum_row(x, axis=tuple(range(raw(x).ndim)), keepdims=False)


def reduced(losses: Any, reduction: str, weight: Any = None) -> Tensor:
    """The losses, their sum or their mean; with weights, the weighted ones."""
    if weight is not None:
        losses = losses * weight
    if reduction == "none":
        found: Tensor = losses
        return found
    if reduction == "sum":
        return total(losses)
    if reduction != "mean":
        raise ValueError(f"{reduction} is not a valid value for reduction")
    count = float(raw(losses).size) if weight is None else total(weight)
    return total(losses) / (math.nan if isinstance(count, float) and not count else count)


# ---- numbers ---------------------------------------------------------------------------------------
def _square(x: Any) -> Any:
    return rows.pow(x, 2)


def _of_difference(
    op: str,
    measure: Any,
    input: Tensor,
    target: Tensor,
    reduction: str,
    weight: Tensor | None = None,
    divisor: float = 1.0,
) -> Tensor:
    """measure(input - target) / divisor, reduced, with PyTorch's warning if the shapes differ."""
    x, t = raw(input), raw(target)
    floats = x.dtype == t.dtype and x.dtype.kind == "f"
    if (
        measure is _square
        and floats
        and x.shape == t.shape
        and weight is None
        and reduction in ("mean", "sum")
    ):
        summed = fused.squared_error(input, target)
        count = divisor * x.size if reduction == "mean" else divisor
        return summed if count == 1 else summed / (count or math.nan)
    if x.shape != t.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=3,
        )
    if weight is not None and raw(weight).shape != x.shape:
        raise ValueError(
            f"Weights and input must have the same size, got {weight.shape} and {input.shape}."
        )
    losses = measure(input - target)
    if raw(losses).dtype.kind not in "fc":
        raise RuntimeError(
            f"{op}: expected floating-point tensors, got {losses.dtype}; convert them with float()"
        )
    return reduced(losses if divisor == 1 else losses / divisor, reduction, weight)


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """(x - t)^2; its mean is the mean squared error. Warns if the shapes differ.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.mse_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(5.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    return _of_difference("mse_loss", _square, input, target, reduction, weight)


def half_squared_error(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """(x - t)^2 / 2, whose derivative is x - t. Warns if the shapes differ.

    The textbooks' E = 1/2 sum (x - t)^2 has reduction "sum"; their cost C = 1/(2n) sum over n samples,
    "batchmean": the sum over the first dimension's size.  Not in PyTorch.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.half_squared_error(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]), "sum")
        tensor(5.)
    """
    divisor = 2.0
    if reduction == "batchmean":
        divisor, reduction = 2.0 * (len(input) if input.ndim else 1), "sum"
    return _of_difference("half_squared_error", _square, input, target, reduction, None, divisor)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """|x - t|, with gradient 0 at 0; its mean is the mean absolute error. Warns if the shapes differ.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.l1_loss(te.tensor([1.0, 5.0]), te.tensor([2.0, 2.0]))
        tensor(2.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    return _of_difference("l1_loss", rows.abs, input, target, reduction, weight)


# ---- probabilities of yes ----------------------------------------------------------------------------
def _log(x: Any) -> Any:
    """log x, but at least -100: a wrong certainty costs much, not everything."""
    large = rows.gt(x, math.exp(LOWEST_LOG))
    return rows.where(large, rows.log(rows.where(large, x, 1.0)), LOWEST_LOG)


def _minus_log_sigmoid(x: Any) -> Any:
    """log(1 + e^-x), as log(1 + e^x) - x for x <= 0: no overflow, and smooth at 0 in every order."""
    positive = rows.gt(x, 0)
    raised = rows.log1p(rows.exp(rows.where(positive, -x, x)))
    return raised - rows.where(positive, 0.0, x)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-(t log x + (1 - t) log(1 - x)), each logarithm at least -100, for probabilities x.

    Raises ValueError if the shapes differ, RuntimeError for elements outside [0, 1].

    Example:
        >>> import tinygrad_edu as te
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
        if not ((a >= 0) & (a <= 1)).all():
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    losses = (target - 1) * _log(1 - input) - target * _log(input)
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

    Raises ValueError if the shapes differ.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.binary_cross_entropy_with_logits(te.tensor([0.0]), te.tensor([1.0]))
        tensor(0.6931)
    """
    if raw(input).shape != raw(target).shape:
        raise ValueError(
            f"Target size ({target.shape}) must be the same as input size ({input.shape})"
        )
    missed = _minus_log_sigmoid(input)
    if pos_weight is not None:
        missed = missed * ((pos_weight - 1) * target + 1)
    losses = (1 - target) * input + missed
    if weight is not None:
        losses = losses * weight
    return reduced(losses, reduction_of(reduction, size_average, reduce))


# ---- one class of several ----------------------------------------------------------------------------
def _by_class(
    op: str, input: Tensor, target: Tensor, ignore_index: int, reduction: str
) -> tuple[Any, Any, Any]:
    """(samples, classes, kept) of what is to be compared.

    Samples are the input as rows (N, C), classes are (N,).  What is ignored is left out or, where
    every element's loss is wanted, has class 0; kept then says which are not ignored, if some are.
    """
    x, t = raw(input), raw(target)
    if t.dtype != INT64 and t.dtype != UINT8:
        raise RuntimeError(f"{op}: expected target dtype to be Long or Byte, but got {t.dtype}")
    if x.ndim == 0 or t.shape != x.shape[:1] * (x.ndim > 1) + x.shape[2:]:
        error = ValueError if x.ndim == 2 and t.ndim == 1 else RuntimeError
        raise error(
            f"{op}: expected input (N, C, ...) and target (N, ...), or (C,) and (), got "
            f"{x.shape} and {t.shape}; targets are class indices without a dimension of their own"
        )
    classes = x.shape[min(x.ndim - 1, 1)]
    if x.ndim > 2:
        input = permute(input, axes=(0, *range(2, x.ndim), 1))
    if x.ndim != 2:
        input = reshape(input, shape=(-1, classes) if x.size else (t.size, classes))
    t = t.astype(INT64, copy=False).reshape(-1)
    if ignore_index < 0 or ignore_index >= classes:
        # the usual case: no target is ignored or wrong (as unsigned, negative ones are huge)
        if not t.size or np.maximum.reduce(t.view(UINT64)) < classes:
            return input, t, None
    kept = t != ignore_index
    t = np.where(kept, t, 0)
    for wrong in t[(t < 0) | (t >= classes)]:
        raise IndexError(f"Target {wrong} is out of bounds.")
    if kept.all():
        return input, t, None
    return (
        (input, t, kept) if reduction == "none" else (getitem(input, index=(kept,)), t[kept], None)
    )


def _class_weights(op: str, weight: Tensor | None, input: Tensor) -> Any:
    """The weight of each class as an array, or None."""
    x = raw(input)
    classes = x.shape[min(x.ndim - 1, 1)]
    if weight is None:
        return None
    if raw(weight).shape != (classes,):
        raise RuntimeError(
            f"{op}: weight tensor should be defined either for all {classes} classes or no classes "
            f"but got weight tensor of shape: {list(weight.shape)}"
        )
    return raw(weight).astype(x.dtype, copy=False)


def _negative_log_likelihood(
    logs: Any, classes: Any, kept: Any, by_class: Any, shape: Any, reduction: str, smoothing: float
) -> Tensor:
    """The loss given logs (N, C) of probabilities, and what `_by_class` found."""
    picked = -reshape(gather(logs, axis=1, index=classes[:, None]), shape=(-1,))
    weight = None if by_class is None else by_class[classes]
    losses = picked if weight is None else picked * wrap(weight)
    if smoothing:
        spread = logs if by_class is None else logs * wrap(by_class)
        others = sum_row(spread, axis=(1,), keepdims=False) * (smoothing / raw(logs).shape[1])
        losses = losses * (1 - smoothing) - others
    if reduction == "none":
        if kept is not None:
            losses = rows.where(wrap(kept), losses, 0.0)
        return reshape(losses, shape=shape)
    if reduction == "mean" and weight is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            return total(losses) / wrap(np.add.reduce(weight, keepdims=True).reshape(()))
    return reduced(losses, reduction)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-x[t]: the negative log likelihood of class t, if x are logarithms of probabilities.

    Losses are multiplied by the `weight` of their class, and the mean is the weighted one.  Targets
    `ignore_index` do not count.

    Shapes: `input: (N, C, ...)`, `target: (N, ...)` of class indices, or `(C,)` and `()`.
    Raises IndexError for a class that is not in [0, C), ValueError or RuntimeError for other shapes.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.nll_loss(te.tensor([[-1.0, -3.0]]), te.tensor([1]))
        tensor(3.)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    samples, classes, kept = _by_class("nll_loss", input, target, ignore_index, reduction)
    by_class = _class_weights("nll_loss", weight, input)
    shape = raw(target).shape
    return _negative_log_likelihood(samples, classes, kept, by_class, shape, reduction, 0.0)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-log softmax(x)[t]: the negative log likelihood of class t, given logits x.

    A target may also be probabilities p of all classes: the loss is then -sum p log softmax(x).
    Losses are multiplied by the `weight` of their class; the mean over class indices is the weighted
    one.  Targets `ignore_index` do not count.  `label_smoothing` takes this much from the target
    distribution and spreads it evenly.

    Shapes: `input: (N, C, ...)`, `target: (N, ...)` of class indices or `(N, C, ...)` of
    probabilities; or `(C,)` with `()` or `(C,)`.
    Raises IndexError for a class that is not in [0, C), ValueError or RuntimeError for other shapes.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.cross_entropy(te.tensor([[0.0, 0.0]]), te.tensor([1]))
        tensor(0.6931)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    by_class = _class_weights("cross_entropy", weight, input)
    if raw(input).shape == raw(target).shape:
        if ignore_index >= 0:
            raise RuntimeError("ignore_index is not supported for floating point target")
        return _of_probabilities(input, target, by_class, reduction, label_smoothing)
    samples, classes, kept = _by_class("cross_entropy", input, target, ignore_index, reduction)
    if kept is None and by_class is None and not label_smoothing and len(classes):
        if reduction == "mean":
            return fused.cross_entropy(samples, target=classes, weight=1 / len(classes))
        if reduction == "sum":
            return fused.cross_entropy(samples, target=classes, weight=1.0)
    logs = fused.log_softmax(samples, axis=1)
    shape = raw(target).shape
    return _negative_log_likelihood(
        logs, classes, kept, by_class, shape, reduction, label_smoothing
    )


def _of_probabilities(
    input: Tensor, target: Tensor, by_class: Any, reduction: str, smoothing: float
) -> Tensor:
    if raw(target).dtype.kind != "f":
        raise RuntimeError(
            f"cross_entropy: expected floating point type for target with class probabilities, got {target.dtype}"
        )
    shape = raw(input).shape
    axis = min(len(shape) - 1, 1)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / shape[axis]
    losses = -(fused.log_softmax(input, axis=axis) * target)
    if by_class is not None:
        losses = losses * wrap(
            by_class.reshape([-1 if k == axis else 1 for k in range(len(shape))])
        )
    return reduced(sum_row(losses, axis=(axis,), keepdims=False), reduction)
