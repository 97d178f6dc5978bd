"""Pooling that is told the size of its output, and what undoes pooling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops import window as rows
from ...ops.shape import reshape
from ...primitive import raw, wrap
from ...random import default_generator
from .pooling import picked
from .sizes import Ints, SomeInts, along_each, check_spatial, each, sizes

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool3d", "fractional_max_pool2d", "fractional_max_pool3d", "max_unpool1d", "max_unpool2d",
    "max_unpool3d",
]  # fmt: skip


# ---- adaptive ------------------------------------------------------------------------------------
def adaptive_avg_pool1d(input: Tensor, output_size: Ints) -> Tensor:
    """`adaptive_avg_pool2d` in one dimension.

    Example:
        >>> te.nn.functional.adaptive_avg_pool1d(te.tensor([[1.0, 2.0, 3.0, 6.0]]), 2)
        tensor([[1.5000, 4.5000]])
    """
    return _adaptive_avg("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: SomeInts) -> Tensor:
    """The means of as many windows as the output is to have elements.

    Of n elements, m windows go from floor(i n / m) to ceil((i + 1) n / m): all of one size if m
    divides n.  None keeps the size of a dimension.

    Shapes: `(N, C, H, W) -> (N, C, *output_size)`, or both without N.
    Raises RuntimeError for other shapes.

    Example:
        >>> te.nn.functional.adaptive_avg_pool2d(te.arange(16.0).reshape(1, 4, 4), 1)
        tensor([[[7.5000]]])
    """
    return _adaptive_avg("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: SomeInts) -> Tensor:
    """`adaptive_avg_pool2d` in three dimensions.

    Example:
        >>> te.nn.functional.adaptive_avg_pool3d(te.ones(2, 3, 4, 5, 6), (2, None, 3)).shape
        tinygrad_edu.Size([2, 3, 2, 5, 3])
    """
    return _adaptive_avg("adaptive_avg_pool3d", 3, input, output_size)


def _adaptive_avg(name: str, d: int, input: Tensor, output_size: SomeInts) -> Tensor:
    length, wanted = _adaptive_sizes(name, d, input, output_size)
    if all(m and n % m == 0 for n, m in zip(length, wanted)):
        size = tuple(n // m for n, m in zip(length, wanted))
        return rows.avg_pool(input, size=size, stride=size, divisor=math.prod(size))
    means = []
    for n, m in zip(length, wanted):
        start, end = _bounds(n, m)
        inside = (np.arange(n) >= start[:, None]) & (np.arange(n) < end[:, None])
        means.append(inside / (end - start)[:, None])
    return along_each(input, means)


def _adaptive_sizes(name: str, d: int, input: Tensor, output_size: SomeInts) -> Any:
    """The sizes that the last dimensions have, and are to have."""
    shape = raw(input).shape
    if len(shape) <= d and isinstance(output_size, (tuple, list)):
        raise ValueError(f"{name}: Input dimension should be at least {d + 1}, got {list(shape)}")
    check_spatial(name, shape, d)
    given = (
        (output_size,) * d if output_size is None or isinstance(output_size, int) else output_size
    )
    whole = [n if m is None else m for n, m in zip(shape[-d:], given)]
    return shape[-d:], sizes(name, "output_size", whole if len(given) == d else given, d, 0)  # type: ignore[arg-type]


def _bounds(n: int, m: int) -> tuple[Any, Any]:
    """Where m windows over n elements start and end."""
    i = np.arange(m)
    return i * n // max(m, 1), -(-(i + 1) * n // max(m, 1))


def adaptive_max_pool1d(input: Tensor, output_size: Ints, return_indices: bool = False) -> Any:
    """`adaptive_max_pool2d` in one dimension.

    Example:
        >>> te.nn.functional.adaptive_max_pool1d(te.tensor([[1.0, 2.0, 3.0, 6.0]]), 2)
        tensor([[2., 6.]])
    """
    return _adaptive_max("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Tensor, output_size: SomeInts, return_indices: bool = False) -> Any:
    """The maxima of the windows of `adaptive_avg_pool2d`; with `return_indices` also where they are.

    Shapes: `(N, C, H, W) -> (N, C, *output_size)`, or both without N.
    Raises RuntimeError for other shapes.

    Example:
        >>> te.nn.functional.adaptive_max_pool2d(te.arange(20.0).reshape(1, 4, 5), 2)
        tensor([[[ 7.,  9.],
                 [17., 19.]]])
    """
    return _adaptive_max("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Tensor, output_size: SomeInts, return_indices: bool = False) -> Any:
    """`adaptive_max_pool2d` in three dimensions.

    Example:
        >>> te.nn.functional.adaptive_max_pool3d(te.ones(2, 3, 4, 5, 6), (2, None, 3)).shape
        tinygrad_edu.Size([2, 3, 2, 5, 3])
    """
    return _adaptive_max("adaptive_max_pool3d", 3, input, output_size, return_indices)


def _adaptive_max(
    name: str, d: int, input: Tensor, output_size: SomeInts, return_indices: bool
) -> Any:
    places = []
    for n, m in zip(*_adaptive_sizes(name, d, input, output_size)):
        start, end = _bounds(n, m)
        longest = (end - start).max(initial=1)
        places.append(np.minimum(start[:, None] + np.arange(longest), end[:, None] - 1))
    return _maxima(input, places, return_indices)


def _maxima(input: Tensor, places: list[Any], return_indices: bool) -> Any:
    index = rows.argmax_of_windows(raw(input), places)
    out = picked(input, index, len(places))
    return (out, wrap(index)) if return_indices else out


# ---- fractional ----------------------------------------------------------------------------------
def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Ints,
    output_size: Ints | None = None,
    output_ratio: float | Sequence[float] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The maximum of each window, the windows lying at random: apart by one of two steps, in any order.

    There are `output_size` windows along each dimension, or `output_ratio` times its size.
    `_random_samples` (N, C, 2), uniform in [0, 1), say where they begin.

    Shapes: `(N, C, H, W) -> (N, C, H', W')`, or both without N.
    Raises ValueError without any of both sizes, RuntimeError for windows that do not fit.
    Source: Graham 2015, "Fractional max-pooling".

    Example:
        >>> te.nn.functional.fractional_max_pool2d(te.ones(1, 5, 7, 7), 3, output_size=(3, 4)).shape
        tinygrad_edu.Size([1, 5, 3, 4])
    """
    return _fractional(
        "fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples
    )  # fmt: skip


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Ints,
    output_size: Ints | None = None,
    output_ratio: float | Sequence[float] | None = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """`fractional_max_pool2d` in three dimensions, `_random_samples` being (N, C, 3).

    Example:
        >>> te.nn.functional.fractional_max_pool3d(te.ones(1, 5, 6, 6, 6), 2, output_ratio=0.5).shape
        tinygrad_edu.Size([1, 5, 3, 3, 3])
    """
    return _fractional(
        "fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples
    )  # fmt: skip


def _fractional(
    name: str,
    d: int,
    input: Tensor,
    kernel_size: Ints,
    output_size: Ints | None,
    output_ratio: float | Sequence[float] | None,
    return_indices: bool,
    samples: Tensor | None,
) -> Any:
    x = raw(input)
    check_spatial(name, x.shape, d)
    if output_size is None:
        if output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
        ratios = each(output_ratio, d, (int, float))
        if len(ratios) > d:
            raise ValueError(
                f"{name} requires output_ratio to be one or {d} numbers, got {output_ratio}"
            )
        output_size = [int(n * r) for n, r in zip(x.shape[-d:], ratios)]
    wanted, size = (
        sizes(name, "output_size", output_size, d, 1),
        sizes(name, "kernel_size", kernel_size, d, 1),
    )
    planes = x.shape[:-d] if x.ndim == d + 2 else (1, *x.shape[:-d])
    u = default_generator.numpy.random((*planes, d)) if samples is None else raw(samples)
    if u.shape[1:] != (planes[1], d) or len(u) < planes[0]:
        raise RuntimeError(
            f"{name}: expected _random_samples of shape {[*planes, d]}, got {list(u.shape)}"
        )
    u = u[: planes[0]].reshape(*x.shape[:-d], d)
    places = []
    for k, (n, m, s) in enumerate(zip(x.shape[-d:], wanted, size)):
        if m + s - 1 > n:
            raise RuntimeError(
                f"{name}: expected a window of {s} and {m} outputs to fit into {n} elements of dimension {k}"
            )
        column = d - 1 - k if d == 2 else k  # PyTorch takes the width first in two dimensions
        places.append(_starts(u[..., column, None], n, m, s)[..., None] + np.arange(s))
    return _maxima(input, places, return_indices)


def _starts(u: Any, n: int, m: int, size: int) -> Any:
    """Where m windows begin in n elements: the last at the end, the others by floor(alpha (i + u)) - floor(alpha u)."""
    alpha = u.dtype.type((n - size) / max(m - 1, 1))
    i = np.arange(m).astype(u.dtype)
    starts = np.floor((i + u) * alpha) - np.floor(u * alpha)
    starts[..., -1] = n - size
    return starts.astype(np.int64)


# ---- back ----------------------------------------------------------------------------------------
def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """`max_unpool2d` in one dimension.

    Example:
        >>> te.nn.functional.max_unpool1d(te.tensor([[2.0, 6.0]]), te.tensor([[1, 3]]), 2)
        tensor([[0., 2., 0., 6.]])
    """
    return _max_unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """The maxima back where `max_pool2d` found them, zeros elsewhere.

    `output_size` says which of the sizes that give such a number of windows is meant.

    Shapes: `input` and `indices`: `(N, C, H', W') -> (N, C, H, W)`, or all without N, where
    H = (H' - 1) stride - 2 padding + kernel_size.
    Raises ValueError for an `output_size` that is not within a stride of that, RuntimeError for
    indices of another shape or dtype, or beyond the output.

    Example:
        >>> x, at = te.nn.functional.max_pool2d(te.arange(4.0).reshape(1, 2, 2), 2, return_indices=True)
        >>> te.nn.functional.max_unpool2d(x, at, 2)
        tensor([[[0., 0.],
                 [0., 3.]]])
    """
    return _max_unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """`max_unpool2d` in three dimensions.

    Example:
        >>> x, at = te.nn.functional.max_pool3d(te.ones(1, 4, 4, 4), 2, return_indices=True)
        >>> te.nn.functional.max_unpool3d(x, at, 2).shape
        tinygrad_edu.Size([1, 4, 4, 4])
    """
    return _max_unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(
    name: str,
    d: int,
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    output_size: Sequence[int] | None,
) -> Tensor:
    x, at = raw(input), raw(indices)
    size, around = (
        sizes(name, "kernel_size", kernel_size, d, 1),
        sizes(name, "padding", padding, d, 0),
    )
    step = size if stride is None else sizes(name, "stride", stride, d, 1)
    if at.dtype != np.int64:
        raise RuntimeError(f"{name}: expected indices of dtype int64, got {at.dtype}")
    if at.shape != x.shape or x.ndim not in (d + 1, d + 2):
        raise RuntimeError(
            f"{name}: expected {d + 1}D or {d + 2}D input and indices of one shape, "
            f"got {list(x.shape)} and {list(at.shape)}"
        )
    wanted = [(n - 1) * s + k - 2 * p for n, s, k, p in zip(x.shape[-d:], step, size, around)]
    if output_size is not None:
        asked = list(output_size)[-d:] if len(output_size) == d + 2 else list(output_size)
        if len(asked) != d or any(abs(a - n) >= s for a, n, s in zip(asked, wanted, step)):
            raise ValueError(
                f"{name}: expected an output_size within {step} of {wanted}, got {list(output_size)}"
            )
        wanted = asked
    if any(n < 0 for n in wanted):
        raise ValueError(f"{name}: expected an output_size that is not negative, got {wanted}")
    lead, total = x.shape[:-d], math.prod(wanted)
    if at.size and not 0 <= at.min() <= at.max() < total:
        raise RuntimeError(
            f"{name}: expected indices from 0 to {total - 1}, got {at.min()} to {at.max()}"
        )
    values, flat = reshape(input, shape=(*lead, -1)), wrap(at.reshape(*lead, -1))
    empty = wrap(np.zeros((*lead, total), x.dtype))
    summed = te.scatter_add(empty, -1, flat, values)
    # of what several windows found the last is kept, and as in PyTorch all have the gradient
    found = summed + (te.scatter(empty, -1, flat, values) - summed).detach()
    return reshape(found, shape=(*lead, *wanted))
