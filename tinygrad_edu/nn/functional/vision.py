"""Functions of images: windows as columns, channels as pixels and back, sampling at a grid."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops import window as rows
from ...ops.index import getitem
from ...ops.shape import pad, permute, reshape
from ...primitive import raw, wrap
from .resizing import cubic_inner, cubic_outer
from .sizes import Ints, check_spatial, sizes

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "affine_grid", "channel_shuffle", "fold", "grid_sample", "pixel_shuffle", "pixel_unshuffle", "unfold",
]  # fmt: skip


# ---- windows as columns --------------------------------------------------------------------------
def unfold(
    input: Tensor, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1
) -> Tensor:
    """Each window of an image as a column, as a convolution multiplies them ("im2col").

    Shapes: `(N, C, H, W) -> (N, C h w, L)`, L windows of h x w; or both without N.
    Raises RuntimeError for other shapes and for windows that do not fit.

    Example:
        >>> te.nn.functional.unfold(te.arange(6.0).reshape(1, 1, 2, 3), (2, 2))
        tensor([[[0., 1.],
                 [1., 2.],
                 [3., 4.],
                 [4., 5.]]])
    """
    x = raw(input)
    check_spatial("unfold", x.shape, 2)
    size, apart, around, step = _window_sizes("unfold", kernel_size, dilation, padding, stride)
    _, counts = _padded_windows("unfold", x.shape[-2:], size, apart, around, step)
    widths = (*((0, 0),) * (x.ndim - 2), *((p, p) for p in around))
    padded = pad(input, widths=widths, value=0.0) if any(around) else input
    found = rows.unfold(padded, size=size, stride=step, dilation=apart)  # (..., C, H', W', h, w)
    n = x.ndim - 2
    found = permute(found, axes=(*range(n), n + 2, n + 3, n, n + 1))
    shape = *x.shape[:-3], x.shape[-3] * math.prod(size), math.prod(counts)
    return _apart_from(input, reshape(found, shape=shape))


def fold(
    input: Tensor,
    output_size: Ints,
    kernel_size: Ints,
    dilation: Ints = 1,
    padding: Ints = 0,
    stride: Ints = 1,
) -> Tensor:
    """The columns that `unfold` makes of an image of `output_size` added up where they were.

    Shapes: `(N, C h w, L) -> (N, C, *output_size)`, or both without N.
    Raises RuntimeError for another number of columns, or rows that h w does not divide.

    Example:
        >>> te.nn.functional.fold(te.ones(1, 4, 2), (2, 3), (2, 2))
        tensor([[[[1., 2., 1.],
                  [1., 2., 1.]]]])
    """
    x = raw(input)
    length = sizes("fold", "output_size", output_size, 2, 1)
    size, apart, around, step = _window_sizes("fold", kernel_size, dilation, padding, stride)
    if x.ndim not in (2, 3) or 0 in x.shape[-2:] or x.shape[-2] % math.prod(size):
        raise RuntimeError(
            f"fold: expected 2D or 3D input whose rows are a multiple of {math.prod(size)}, got {list(x.shape)}"
        )
    whole, counts = _padded_windows("fold", length, size, apart, around, step)
    if math.prod(counts) != x.shape[-1]:
        raise RuntimeError(
            f"fold: expected {math.prod(counts)} columns, one for each of {counts[0]} x {counts[1]} windows, "
            f"got {x.shape[-1]}: input {list(x.shape)}, output_size {length}"
        )
    lead = (*x.shape[:-2], x.shape[-2] // math.prod(size))
    n = len(lead)
    taken = permute(
        reshape(input, shape=(*lead, *size, *counts)), axes=(*range(n), n + 2, n + 3, n, n + 1)
    )
    found = rows.fold(taken, length=whole, size=size, stride=step, dilation=apart)
    inside = tuple(slice(p, p + m) for p, m in zip(around, length))
    return getitem(found, index=(..., *inside)) if any(around) else found


def _window_sizes(name: str, kernel_size: Ints, dilation: Ints, padding: Ints, stride: Ints) -> Any:
    settings = {
        "kernel_size": kernel_size,
        "dilation": dilation,
        "padding": padding,
        "stride": stride,
    }
    return [sizes(name, what, x, 2, int(what != "padding")) for what, x in settings.items()]


def _padded_windows(
    name: str, length: Any, size: Any, apart: Any, around: Any, step: Any
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lengths with padding, and how many windows fit."""
    whole = tuple(n + 2 * p for n, p in zip(length, around))
    counts = rows.window_counts(whole, size, step, apart)
    if min(counts) < 1:
        raise RuntimeError(
            f"{name}: expected windows that fit, got size {list(length)}, kernel_size {size}, "
            f"dilation {apart} and padding {around}"
        )
    return whole, counts


# ---- channels as pixels --------------------------------------------------------------------------
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """r^2 channels become r x r pixels, r = `upscale_factor`: a larger image from more channels.

    Shapes: `(..., C r^2, H, W) -> (..., C, H r, W r)`.
    Raises RuntimeError for fewer than 3 dimensions, or channels that r^2 does not divide.
    Source: Shi et al. 2016, sub-pixel convolution.

    Example:
        >>> te.nn.functional.pixel_shuffle(te.arange(4.0).reshape(4, 1, 1), 2)
        tensor([[[0., 1.],
                 [2., 3.]]])
    """
    shape, r = raw(input).shape, upscale_factor
    if len(shape) < 3 or r <= 0 or shape[-3] % (r * r):
        raise RuntimeError(
            f"pixel_shuffle: expected at least 3 dimensions, an upscale_factor > 0 and channels that its square "
            f"divides, got {list(shape)} and {r}"
        )
    *lead, c, h, w = shape
    n = len(lead)
    split = reshape(input, shape=(*lead, c // (r * r), r, r, h, w))
    mixed = permute(split, axes=(*range(n + 1), n + 3, n + 1, n + 4, n + 2))
    return _apart_from(input, reshape(mixed, shape=(*lead, c // (r * r), h * r, w * r)))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """r x r pixels become r^2 channels, r = `downscale_factor`: what `pixel_shuffle` undoes.

    Shapes: `(..., C, H r, W r) -> (..., C r^2, H, W)`.
    Raises RuntimeError for fewer than 3 dimensions, or sizes that r does not divide.

    Example:
        >>> te.nn.functional.pixel_unshuffle(te.ones(1, 4, 6), 2).shape
        tinygrad_edu.Size([4, 2, 3])
    """
    shape, r = raw(input).shape, downscale_factor
    if len(shape) < 3 or r <= 0 or shape[-2] % r or shape[-1] % r:
        raise RuntimeError(
            f"pixel_unshuffle: expected at least 3 dimensions and a downscale_factor > 0 that divides the last two, "
            f"got {list(shape)} and {r}"
        )
    *lead, c, h, w = shape
    n = len(lead)
    split = reshape(input, shape=(*lead, c, h // r, r, w // r, r))
    mixed = permute(split, axes=(*range(n + 1), n + 2, n + 4, n + 1, n + 3))
    return reshape(mixed, shape=(*lead, c * r * r, h // r, w // r))


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """The channels of each group dealt out: the first of each group first, then the second of each, ...

    Shapes: `(N, C, *) -> (N, C, *)`.
    Raises RuntimeError for fewer than 3 dimensions, or channels that `groups` does not divide.
    Source: Zhang et al. 2018, ShuffleNet.

    Example:
        >>> te.nn.functional.channel_shuffle(te.arange(4.0).reshape(1, 4, 1), 2).flatten()
        tensor([0., 2., 1., 3.])
    """
    shape = raw(input).shape
    if len(shape) < 3 or groups <= 0 or shape[1] % groups:
        raise RuntimeError(
            f"channel_shuffle: expected at least 3 dimensions and groups > 0 that divide the channels, "
            f"got {list(shape)} and {groups}"
        )
    n, c, *rest = shape
    split = reshape(input, shape=(n, groups, c // groups, *rest))
    mixed = permute(split, axes=(0, 2, 1, *range(3, len(shape) + 1)))
    return _apart_from(input, reshape(mixed, shape=shape))


def _apart_from(input: Tensor, found: Tensor) -> Tensor:
    """`found`, copied if it is only another view of the input: nothing was moved."""
    return te.clone(found) if np.may_share_memory(raw(found), raw(input)) else found


# ---- sampling at a grid --------------------------------------------------------------------------
def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """Where in its input each element of an image lies, after the affine map `theta`; for `grid_sample`.

    Coordinates (x, y) go from -1 to 1, from corner to corner with `align_corners` meaning the centres of
    the corner elements, else their outer corners.

    Shapes: `theta: (N, 2, 3)` and `size: (N, C, H, W)` -> `(N, H, W, 2)`; `(N, 3, 4)` and five sizes ->
    `(N, D, H, W, 3)`.  Raises ValueError for others, NotImplementedError for other counts of sizes.
    Source: Jaderberg et al. 2015, spatial transformer networks.

    Example:
        >>> te.nn.functional.affine_grid(te.eye(2, 3)[None], (1, 1, 1, 2), align_corners=False)
        tensor([[[[-0.5000,  0.0000],
                  [ 0.5000,  0.0000]]]])
    """
    align_corners = _alignment(align_corners)
    t, d = raw(theta), len(size) - 2
    if t.dtype.kind != "f":
        raise ValueError(f"Expected theta to have floating point type, but got {t.dtype}")
    if d not in (2, 3):
        raise NotImplementedError(f"affine_grid: expected 4 or 5 sizes, got {tuple(size)}")
    if t.shape != (size[0], d, d + 1):
        raise ValueError(
            f"affine_grid: expected matrices of shape {[size[0], d, d + 1]} for size {tuple(size)}, got {list(t.shape)}"
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {tuple(size)}")
    steps = []
    for n in size[2:]:
        ends = 1.0 if align_corners else (n - 1) / n
        steps.append(np.linspace(-ends, ends, n) if n > 1 else np.zeros(1))
    places = np.meshgrid(*steps, indexing="ij")[::-1]  # x runs along the last dimension
    base = np.stack([*places, np.ones(tuple(size[2:]))], -1).reshape(-1, d + 1).astype(t.dtype)
    return reshape(te.matmul(wrap(base), te.transpose(theta, 1, 2)), shape=(size[0], *size[2:], d))


def _alignment(align_corners: bool | None) -> bool:
    if align_corners is None:
        warnings.warn(
            "grid_sample and affine_grid: align_corners is False by default; say which is meant",
            stacklevel=3,
        )
    return bool(align_corners)


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """The image at the places of `grid`, whose last dimension is (x, y) in [-1, 1]; see `affine_grid`.

    Between elements it interpolates ("bilinear", trilinear in three dimensions, or "bicubic") or takes
    the nearest ("nearest").  Outside lie "zeros", what is at the "border", or the "reflection".

    Shapes: `input: (N, C, H, W)`, `grid: (N, H', W', 2)` -> `(N, C, H', W')`; or with three dimensions.
    Raises ValueError for other modes, RuntimeError for other shapes and mixed dtypes.

    Example:
        >>> image, at = te.tensor([[[[1.0, 3.0]]]]), te.tensor([[[[0.0, 0.0]]]])
        >>> te.nn.functional.grid_sample(image, at, align_corners=False)
        tensor([[[[2.]]]])
    """
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"grid_sample: expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            f"grid_sample: expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '{padding_mode}'"
        )
    aligned = _alignment(align_corners)
    x, g, d = raw(input), raw(grid), raw(input).ndim - 2
    if (
        d not in (2, 3)
        or g.ndim != d + 2
        or g.shape[-1] != d
        or len(g) != len(x)
        or 0 in x.shape[1:]
    ):
        raise RuntimeError(
            f"grid_sample: expected input (N, C, H, W) and grid (N, H', W', 2), or in three dimensions "
            f"(N, C, D, H, W) and (N, D', H', W', 3), got {list(x.shape)} and {list(g.shape)}"
        )
    if x.dtype != g.dtype or (mode == "bicubic" and d == 3):
        raise RuntimeError(
            f"grid_sample: expected input and grid of one dtype, and 4D input for bicubic, got {x.dtype}, "
            f"{g.dtype} and {d + 2}D"
        )
    around = _Around(padding_mode, aligned)
    along = []  # for each dimension, (places, weights) of the elements that are mixed
    for k, n in enumerate(x.shape[2:]):
        unit = getitem(grid, index=(..., d - 1 - k))
        place = (unit + 1) * ((n - 1) / 2) if aligned else ((unit + 1) * n - 1) / 2
        if mode == "bicubic":
            along.append([(around.inside(at, n), w) for at, w in _cubic_taps(place)])
        else:
            place = around.folded(place, n)
            along.append(_nearest_tap(place) if mode == "nearest" else _linear_taps(place))
    flat = reshape(input, shape=(*x.shape[:2], math.prod(x.shape[2:])))
    out = wrap(np.zeros((*x.shape[:2], *g.shape[1:-1]), x.dtype))
    for taps in product(*along):
        at: Any = 0
        known: Any = True
        weight = None
        for (place, share), n in zip(taps, x.shape[2:]):
            known = known & (place >= 0) & (place < n)
            at = at * n + np.clip(place, 0, n - 1).astype(np.int64)
            weight = share if weight is None else weight * share
        index = np.broadcast_to(at.reshape(len(x), 1, -1), (*x.shape[:2], math.prod(g.shape[1:-1])))
        taken = reshape(te.gather(flat, 2, wrap(index)), shape=(*x.shape[:2], *g.shape[1:-1]))
        out = out + taken * te.unsqueeze(weight * wrap(known.astype(x.dtype)), 1)
    return out


class _Around:
    """What lies around an image of which places are asked for."""

    def __init__(self, mode: str, aligned: bool) -> None:
        self.mode, self.aligned = mode, aligned

    def folded(self, place: Tensor, n: int) -> Tensor:
        """The place inside that stands for one outside: linear in it, with slope 0 or 1 or -1."""
        if self.mode == "zeros":
            return place
        at = raw(place)
        found, slope = at, np.ones_like(at)
        if self.mode == "reflection":
            found, slope = self._reflected(at, n)
        slope = slope * ((found > 0) & (found < n - 1))
        found = np.clip(found, 0, n - 1)
        return place * wrap(slope) + wrap(found - at * slope)

    def inside(self, at: Any, n: int) -> Any:
        """`folded` for places of elements, as an array."""
        if self.mode == "zeros":
            return at
        return np.clip(self._reflected(at, n)[0] if self.mode == "reflection" else at, 0, n - 1)

    def _reflected(self, at: Any, n: int) -> tuple[Any, Any]:
        """Mirrored at the first and the last element, or at their outer edges, and with which slope."""
        low, span = (0.0, n - 1.0) if self.aligned else (-0.5, float(n))
        if span == 0:
            return np.zeros_like(at), np.zeros_like(at)
        distance = np.abs(at - low)
        times = np.floor(distance / span)
        rest, odd = distance - times * span, times % 2 == 1
        slope = np.where(odd, -1.0, 1.0) * np.where(at < low, -1.0, 1.0)
        return np.where(odd, span - rest, rest) + low, slope.astype(at.dtype)


Taps = list[tuple[Any, Any]]


def _nearest_tap(place: Tensor) -> Taps:
    return [(np.rint(raw(place)), wrap(np.ones_like(raw(place))))]


def _linear_taps(place: Tensor) -> Taps:
    low = np.floor(raw(place))
    share = place - wrap(low)
    return [(low, 1 - share), (low + 1, share)]


def _cubic_taps(place: Tensor) -> Taps:
    low = np.floor(raw(place))
    share = place - wrap(low)
    weights = (
        cubic_outer(share + 1),
        cubic_inner(share),
        cubic_inner(1 - share),
        cubic_outer(2 - share),
    )
    return [(low + tap, weight) for tap, weight in enumerate(weights, -1)]
