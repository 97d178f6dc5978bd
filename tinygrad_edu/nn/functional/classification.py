"""Losses of classes: the right one, or the right ones, of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...ops import elementwise as rows, fused
from ...ops.index import gather, getitem
from ...ops.reduce import sum as sum_row
from ...ops.shape import permute, reshape
from ...primitive import raw, wrap
from .layer import linear
from .reduction import check_reduction, reduced, reduction_of, total

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "cross_entropy", "linear_cross_entropy", "multi_margin_loss", "multilabel_margin_loss", "nll_loss",
]  # fmt: skip

INT64, UINT64, UINT8 = np.dtype(np.int64), np.dtype(np.uint64), np.dtype(np.uint8)


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
        raise IndexError(
            f"{op}: Target {wrong} is out of bounds: expected class indices from 0 to {classes - 1}"
        )
    if kept.all():
        return input, t, None
    return (
        (input, t, kept) if reduction == "none" else (getitem(input, index=(kept,)), t[kept], None)
    )


def _class_weights(op: str, weight: Tensor | None, input: Tensor) -> Any:
    """The weight of each class as an array, or None."""
    if weight is None:
        return None
    x = raw(input)
    classes = x.shape[min(x.ndim - 1, 1)]
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


# ---- margins -------------------------------------------------------------------------------------
def _rows(op: str, input: Tensor) -> Any:
    """The input (N, C), (C,) or () as (N, C)."""
    shape = raw(input).shape
    if len(shape) > 2 or 0 in shape[-1:]:
        raise RuntimeError(f"{op}: expected input (N, C) or (C,) with C > 0, got {shape}")
    return reshape(input, shape=(-1, shape[-1] if shape else 1))


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """sum_j max(0, margin - x[t] + x[j])^p / C over the other classes j, times the `weight` of class t.

    Shapes: `input: (N, C)`, `target: (N,)`, or `(C,)` and `()`.
    Raises ValueError unless p is 1 or 2, RuntimeError for other shapes or classes outside [0, C).

    Example:
        >>> te.nn.functional.multi_margin_loss(te.tensor([[1.0, 0.5, 3.0]]), te.tensor([0]))
        tensor(1.1667)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    check_reduction(reduction)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: only p == 1 and p == 2 supported, got {p}")
    if weight is not None and raw(weight).ndim != 1:
        raise ValueError(f"multi_margin_loss: weight must be one-dimensional, got {weight.shape}")
    samples, t = _rows("multi_margin_loss", input), raw(target)
    n, classes = samples.shape
    if t.ndim > 1 or t.size != n:
        raise RuntimeError(
            f"multi_margin_loss: expected a target for each of {n} samples, got {t.shape}"
        )
    if t.size and not 0 <= t.min() <= t.max() < classes:
        raise RuntimeError(f"multi_margin_loss: expected targets in [0, {classes}), got others")
    by_class = _class_weights("multi_margin_loss", weight, input)
    chosen = t.reshape(-1, 1)
    counted = (np.arange(classes) != chosen).astype(samples.array.dtype) / classes
    if by_class is not None:
        counted *= by_class[chosen]
    short = rows.relu(samples - gather(samples, axis=1, index=chosen) + margin)
    losses = sum_row(short**p * wrap(counted), axis=(1,), keepdims=False)
    return reduced(reshape(losses, shape=raw(input).shape[:-1]), reduction)


def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """sum_jk max(0, 1 - x[j] + x[k]) / C over the right classes j and the wrong ones k.

    `target` lists the right classes of a sample; what follows a -1 does not count.

    Shapes: `input, target: (N, C)` or `(C,)`.  Raises RuntimeError for other shapes or classes.

    Example:
        >>> right = te.tensor([[3, 0, -1, 1]])
        >>> te.nn.functional.multilabel_margin_loss(te.tensor([[0.1, 0.2, 0.4, 0.8]]), right)
        tensor(0.8500)
    """
    reduction = reduction_of(reduction, size_average, reduce)
    check_reduction(reduction)
    samples, t = _rows("multilabel_margin_loss", input), raw(target)
    n, classes = samples.shape
    if t.shape != raw(input).shape or t.max(initial=-1) >= classes:
        raise RuntimeError(
            f"multilabel_margin_loss: expected a target of shape {raw(input).shape} with classes "
            f"below {classes}, got {t.shape} and {t.max(initial=-1)}"
        )
    t = t.reshape(n, classes)
    listed = np.logical_and.accumulate(t >= 0, 1)
    right = np.where(listed, t, t[:, :1])
    wrong = np.ones((n, classes), bool)
    np.put_along_axis(wrong, right, False, 1)
    counted = (listed[:, :, None] & wrong[:, None, :]).astype(samples.array.dtype) / classes
    picked = reshape(gather(samples, axis=1, index=right), shape=(n, classes, 1))
    short = rows.relu(reshape(samples, shape=(n, 1, classes)) - picked + 1.0)  # (N, j, k)
    losses = sum_row(short * wrap(counted), axis=(1, 2), keepdims=False)
    return reduced(reshape(losses, shape=raw(input).shape[:-1]), reduction)


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """`cross_entropy` of the logits that a linear layer makes of `input`, (in,) or (N, in).

    `linear_weight: (classes, ..., in)`, `linear_bias: (classes, ...)`; what stands in between are further
    dimensions of the loss.  Raises RuntimeError for other shapes, and for `ignore_index` with probabilities.

    Difference from PyTorch: `options`, about saving memory, is taken and ignored.

    >>> x, w = te.ones(1, 2), te.zeros(3, 2)
    >>> te.nn.functional.linear_cross_entropy(x, w, te.tensor([1]))
    tensor(1.0986)
    """
    x, w = raw(input), raw(linear_weight)
    if (
        not 1 <= x.ndim <= 2
        or w.ndim < 2
        or (w.ndim > 2 and x.ndim == 1)
        or x.shape[-1] != w.shape[-1]
    ):
        raise RuntimeError(
            "linear_cross_entropy: expected input (in,) or (N, in) and linear_weight (classes, in), or with (N, in) "
            f"also (classes, ..., in), got {x.shape} and {w.shape}"
        )
    if linear_bias is not None:
        if linear_bias.shape != w.shape[:-1]:
            raise RuntimeError(
                f"linear_cross_entropy: expected linear_bias {w.shape[:-1]}, got {tuple(linear_bias.shape)}"
            )
        linear_bias = reshape(linear_bias, shape=(-1,))
    logits = linear(input, reshape(linear_weight, shape=(-1, w.shape[-1])), linear_bias)
    logits = reshape(logits, shape=(*x.shape[:-1], *w.shape[:-1]))
    if ignore_index is not None and target.shape == logits.shape:
        raise RuntimeError(
            "linear_cross_entropy: ignore_index cannot be specified when target contains probabilities"
        )
    return cross_entropy(
        logits,
        target,
        weight,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )
