"""Functions that count: how often a number occurs, how many lie in a bin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .. import return_types
from ..primitive import raw, wrap
from .reduction import needs_float

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["bincount", "histc", "histogram"]


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements fall in each of `bins` equal bins from `min` to `max`; from least to greatest if both are 0.

    Raises RuntimeError for integers, and bins or a range that make no sense.

    >>> te.histc(te.tensor([0.0, 1.0, 1.5, 4.0]), bins=4)
    tensor([1., 2., 0., 1.])
    """
    a = raw(needs_float("histc", input)).reshape(-1)
    low, high = float(min), float(max)
    if low == high == 0 and a.size:
        low, high = float(a.min()), float(a.max())
    if low == high:
        low, high = low - 1, high + 1
    if bins <= 0 or not -math.inf < low < high < math.inf:
        raise RuntimeError(
            f"histc: expected bins > 0 and a finite range with min < max, got {bins} bins in [{low}, {high}]"
        )
    inside = a[(a >= low) & (a <= high)]
    place = np.minimum((inside - low) / (high - low) * bins, bins - 1).astype(np.int64)
    return wrap(np.bincount(place, minlength=bins).astype(a.dtype))


def histogram(
    input: Tensor,
    bins: int | Tensor = 100,
    *,
    range: tuple[float, float] | None = None,
    weight: Tensor | None = None,
    density: bool = False,
) -> return_types.histogram:
    """(hist, bin_edges): how many elements, or the sum of their weights, lie in each bin; `density` makes the area 1.

    bins  a number of equal bins over `range`, from least to greatest unless told, or the edges themselves.
    The last bin has its right edge in it. Constants: no gradient.

    >>> te.histogram(te.tensor([1.0, 2.0, 1.0]), bins=4, range=(0.0, 3.0), weight=te.tensor([1.0, 2.0, 4.0])).hist
    tensor([0., 5., 2., 0.])
    """
    a = raw(needs_float("histogram", input)).reshape(-1)
    w = None if weight is None else raw(weight).reshape(-1)
    if w is not None and w.shape != a.shape:
        raise RuntimeError(
            f"histogram: expected as many weights as elements, got {w.size} and {a.size}"
        )
    try:
        hist, edges = np.histogram(a, raw(bins), range, weights=w)
    except ValueError as error:
        raise RuntimeError(f"histogram: {error}; give other bins or another range") from None
    hist = hist.astype(a.dtype)
    if density:
        hist = hist / (hist.sum() * np.diff(edges)).astype(a.dtype)
    return return_types.histogram(wrap(hist), wrap(edges.astype(a.dtype)))


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2, ... occurs, or the sum of the weights of its occurrences.

    Raises RuntimeError for anything but non-negative integers in one dimension.

    >>> te.bincount(te.tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    a, w = raw(input), raw(weights)
    if a.ndim != 1 or a.dtype.kind not in "iu" or (a < 0).any() or minlength < 0:
        raise RuntimeError(
            "bincount: only supports 1-d non-negative integral inputs and minlength >= 0, "
            f"got shape {a.shape} of {a.dtype}, minlength {minlength}"
        )
    if w is not None and w.shape != a.shape:
        raise RuntimeError(
            f"bincount: weights should be 1-d and have the same length as input, got {w.shape} and {a.shape}"
        )
    counts = np.bincount(a.astype(np.int64), w, minlength)
    return wrap(counts.astype(np.float32) if w is not None and w.dtype == np.float32 else counts)
