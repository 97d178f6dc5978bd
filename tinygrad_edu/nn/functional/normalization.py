"""Normalisation: activations brought to a common scale, by their own statistics or by running ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...autograd import no_grad
from ...ops.elementwise import rsqrt
from ...ops.norm import count, mean, moments, standardize
from ...ops.reduce import Axes
from ...ops.shape import reshape
from ...primitive import raw, wrap

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "batch_norm", "group_norm", "instance_norm", "layer_norm", "local_response_norm", "normalize", "rms_norm",
]  # fmt: skip


def _affine(x: Any, weight: Any, bias: Any) -> Tensor:
    """x weight + bias, of those there are."""
    out: Tensor = x if weight is None else x * weight
    return out if bias is None else out + bias


def _by_channel(t: Any, ndim: int) -> Any:
    """(C,) -> (C, 1, ...), to stand beside (N, C, ...)."""
    return t if t is None or ndim == 2 else reshape(t, shape=(-1, *(1,) * (ndim - 2)))


def _check_channels(op: str, input: Tensor, **given: Any) -> None:
    """Raise RuntimeError unless what is given per channel is of that size."""
    x = raw(input)
    if x.ndim < 2:
        raise RuntimeError(f"{op}: expected an input (N, C, ...), got shape {tuple(x.shape)}")
    for name, t in given.items():
        if t is not None and raw(t).shape != (x.shape[1],):
            raise RuntimeError(
                f"{op}: {name} should contain {x.shape[1]} elements, one per channel, got shape {tuple(raw(t).shape)}"
            )


def _track(x: Any, axis: Axes, running_mean: Any, running_var: Any, momentum: float) -> None:
    """Move running statistics, in place, towards those of an array along axes, averaged by channel."""
    if running_mean is None and running_var is None:
        return
    center, variance = moments(x, axis)
    n = count(x.shape, axis)
    seen = (center, variance * (n / max(n - 1, 1)))
    with no_grad():
        for running, new in zip((running_mean, running_var), seen):
            if running is not None:
                moved = new.mean(0).reshape(-1) * momentum + running.array * (1 - momentum)
                running.copy_(wrap(moved))


def _by_running(
    op: str, input: Tensor, running_mean: Any, running_var: Any, weight: Any, bias: Any, eps: float
) -> Tensor:
    """((x - mean) / sqrt(var + eps)) weight + bias, what is given per channel put together first."""
    if running_mean is None or running_var is None:
        raise RuntimeError(
            f"{op}: Expected running_mean and running_var to be defined when not training"
        )
    scale = _affine(rsqrt(running_var + eps), weight, None)
    shift = _affine(-running_mean * scale, None, bias)
    n = raw(input).ndim
    return _affine(input, _by_channel(scale, n), _by_channel(shift, n))


def _by_input(
    input: Tensor,
    axis: tuple[int, ...],
    running_mean: Any,
    running_var: Any,
    weight: Any,
    bias: Any,
    momentum: float,
    eps: float,
) -> Tensor:
    """The same by the input's own statistics along axes, towards which the running ones are moved."""
    x = raw(input)
    _track(x, axis, running_mean, running_var, momentum)
    return _affine(
        standardize(input, axis=axis, eps=eps),
        _by_channel(weight, x.ndim),
        _by_channel(bias, x.ndim),
    )


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) weight + bias, for each channel over all samples and places.

    In training the statistics are the batch's (variance without correction), and the running ones
    move towards them (with it) by `momentum`, in place; otherwise the running ones are used.

    Shapes: `input: (N, C, ...)`, the others `(C,)`.  Raises ValueError for a single value per channel
    in training, RuntimeError for other shapes.  Source: Ioffe and Szegedy 2015.

    Example:
        >>> te.nn.functional.batch_norm(te.tensor([[1.0], [3.0]]), None, None, training=True)
        tensor([[-1.0000],
                [ 1.0000]])
    """
    x = raw(input)
    if not x.size:
        return te.clone(input)
    if eps < 0 or (training and eps == 0):
        raise ValueError(f"batch_norm eps must be positive, got {eps}")
    _check_channels(
        "batch_norm", input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )  # fmt: skip
    if not training:
        return _by_running("batch_norm", input, running_mean, running_var, weight, bias, eps)
    if x.size == x.shape[1]:
        raise ValueError(
            f"Expected more than 1 value per channel when training, got input size {input.shape}"
        )
    axis = (0, *range(2, x.ndim))
    return _by_input(input, axis, running_mean, running_var, weight, bias, momentum, eps)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) weight + bias, for each channel of each sample over its places.

    The running statistics move by `momentum` towards the mean of the samples', in place; without
    `use_input_stats` they are used instead.

    Shapes: `input: (N, C, ...)`, the others `(C,)`.  Raises ValueError for a single place, RuntimeError
    for other shapes.  Source: Ulyanov et al. 2016.

    Example:
        >>> te.nn.functional.instance_norm(te.tensor([[[1.0, 3.0]]]))
        tensor([[[-1.0000,  1.0000]]])
    """
    _check_channels(
        "instance_norm", input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )  # fmt: skip
    x = raw(input)
    if not use_input_stats:
        return _by_running("instance_norm", input, running_mean, running_var, weight, bias, eps)
    if math.prod(x.shape[2:]) == 1:
        raise ValueError(
            f"Expected more than 1 spatial element when training, got input size {input.shape}"
        )
    axis = tuple(range(2, x.ndim))
    return _by_input(input, axis, running_mean, running_var, weight, bias, momentum, eps)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) weight + bias, for each group of channels of each sample.

    Shapes: `input: (N, C, ...)`, weight and bias `(C,)`.  Raises RuntimeError for other shapes, or
    unless `num_groups` divides C; ValueError for a single value per group.  Source: Wu and He 2018.

    Example:
        >>> te.nn.functional.group_norm(te.tensor([[1.0, 3.0, 5.0, 9.0]]), 2)
        tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    _check_channels("group_norm", input, weight=weight, bias=bias)
    x = raw(input)
    if num_groups <= 0 or x.shape[1] % num_groups:
        raise RuntimeError(
            "group_norm: expected number of channels in input to be divisible by num_groups, "
            f"got input of shape {list(x.shape)} and num_groups={num_groups}"
        )
    if x.size == x.shape[0] * num_groups == num_groups:
        raise ValueError(
            f"Expected more than 1 value per channel when training, got input size {input.shape}"
        )
    groups = reshape(input, shape=(x.shape[0], num_groups, math.prod(x.shape[1:]) // num_groups))
    out = reshape(standardize(groups, axis=(2,), eps=eps), shape=x.shape)
    return _affine(out, _by_channel(weight, x.ndim), _by_channel(bias, x.ndim))


def _trailing(
    op: str, input: Tensor, normalized_shape: Sequence[int], **given: Any
) -> tuple[int, ...]:
    """The axes of `normalized_shape`, checked against the input, weight and bias."""
    shape, x = tuple(normalized_shape), raw(input)
    if not shape:
        raise RuntimeError(
            f"{op}: Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element"
        )
    for name, t in given.items():
        if t is not None and raw(t).shape != shape:
            raise RuntimeError(
                f"{op}: Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(raw(t).shape)} and normalized_shape={list(shape)}"
            )
    if x.shape[max(x.ndim - len(shape), 0) :] != shape:
        raise RuntimeError(
            f"{op}: Given normalized_shape={list(shape)}, expected input with shape "
            f"[*, {', '.join(map(str, shape))}], but got input of size{list(x.shape)}"
        )
    return tuple(range(x.ndim - len(shape), x.ndim))


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) weight + bias, over the last dimensions.

    Shapes: `input: (*, *normalized_shape)`, weight and bias `normalized_shape`.
    Raises RuntimeError for other shapes.  Source: Ba et al. 2016.

    Example:
        >>> te.nn.functional.layer_norm(te.tensor([[1.0, 3.0], [5.0, 5.0]]), (2,))
        tensor([[-1.0000,  1.0000],
                [ 0.0000,  0.0000]])
    """
    axis = _trailing("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    return _affine(standardize(input, axis=axis, eps=eps), weight, bias)


def rms_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """x / sqrt(mean x^2 + eps) weight, over the last dimensions; `eps` is the dtype's unless given.

    Shapes: `input: (*, *normalized_shape)`, weight `normalized_shape`.
    Raises RuntimeError for other shapes.  Source: Zhang and Sennrich 2019.

    Example:
        >>> te.nn.functional.rms_norm(te.tensor([3.0, 4.0]), (2,))
        tensor([0.8485, 1.1314])
    """
    axis = _trailing("rms_norm", input, normalized_shape, weight=weight)
    if eps is None:
        eps = float(np.finfo(raw(input).dtype).eps)
    return _affine(input * rsqrt(mean(input * input, axis) + eps), weight, None)


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """x / (k + alpha mean x^2)^beta, the mean over `size` neighbouring channels, 0 beyond the ends.

    Shapes: `(N, C, L, ...)`.  Raises ValueError below 3 dimensions.
    Source: Krizhevsky et al. 2012, section 3.3.

    Example:
        >>> te.nn.functional.local_response_norm(te.ones(1, 2, 1), 2, alpha=1.0, beta=1.0)
        tensor([[[0.6667],
                 [0.5000]]])
    """
    x = raw(input)
    if x.ndim < 3:
        raise ValueError(f"Expected 3D or higher dimensionality input (got {x.ndim} dimensions)")
    if not x.size:
        return input
    around = [*(0, 0) * (x.ndim - 2), size // 2, (size - 1) // 2]
    windows = te.unfold(te.constant_pad_nd(input * input, around), 1, size, 1)
    out: Tensor = input / (te.sum(windows, -1) * (alpha / size) + k) ** beta
    return out


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """x / max(norm, eps), the p-norm taken along `dim`.

    Example:
        >>> te.nn.functional.normalize(te.tensor([[3.0, 4.0]]))
        tensor([[0.6000, 0.8000]])
    """
    return input / te.clamp(te.norm(input, p, dim, True), min=eps)
