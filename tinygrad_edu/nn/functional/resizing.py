"""Images made larger or smaller.

Linear and cubic interpolation are linear in the elements and independent along each dimension: a
matrix for each, whose row says of which elements an output is made.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...ops.index import getitem
from ...primitive import raw, wrap
from .pooling_to_size import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .sizes import Ints, along_each

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

Factors = float | Sequence[float]
AREA = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}
DIMENSIONS = {"linear": 1, "bilinear": 2, "bicubic": 2, "lanczos": 2, "trilinear": 3}


def interpolate(
    input: Tensor,
    size: Ints | None = None,
    scale_factor: Factors | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """The image at another size, given as such or as a factor.

    mode
        "nearest" and "nearest-exact" repeat or drop elements (the second measures from their centres,
        as other programs do); "area" takes means; "linear", "bilinear" and "trilinear" (for 1, 2 and 3
        dimensions) and "bicubic" interpolate, as does "lanczos", with `antialias` only.
    align_corners
        whether the centres of the corner elements stay in place (True), or their outer corners.
    antialias
        when making smaller, average over all elements that an output covers.

    With `recompute_scale_factor` the factor is that of the rounded sizes, not the one given.

    Shapes: `(N, C, *S) -> (N, C, *size)` with 1 to 3 dimensions S.
    Raises ValueError unless one of `size` and `scale_factor` is given, and for settings that do not go
    together; NotImplementedError for a mode that is not for so many dimensions.
    Source: Keys 1981, cubic convolution with A = -0.75 (-0.5 with `antialias`).

    Example:
        >>> te.nn.functional.interpolate(te.tensor([[[1.0, 3.0]]]), scale_factor=2, mode="linear")
        tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    shape = tuple(raw(input).shape[2:])
    d = len(shape)
    wanted, scales = _sizes(shape, size, scale_factor, recompute_scale_factor, mode)
    if align_corners is not None and mode in ("nearest", "nearest-exact", "area"):
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: "
            "linear | bilinear | bicubic | trilinear"
        )
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and d == 2):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor"
        )
    if mode == "lanczos" and (align_corners or not antialias):
        raise ValueError("Lanczos mode requires antialias=True and does not support align_corners")
    if not 1 <= d <= 3 or DIMENSIONS.get(mode, d) != d or mode not in _MODES:
        raise NotImplementedError(
            f"interpolate: expected 3D input for linear, 4D for bilinear, bicubic and lanczos, 5D for trilinear, "
            f"any of them for nearest, nearest-exact and area; got {d + 2}D input and mode {mode!r}"
        )
    if min(wanted) <= 0 or 0 in raw(input).shape[1:]:
        raise RuntimeError(
            f"interpolate: Input and output sizes should be greater than 0, got {list(raw(input).shape)} and {wanted}"
        )
    if mode == "area":
        return AREA[d](input, wanted)
    if mode in ("nearest", "nearest-exact"):
        for k, (n, m, scale) in enumerate(zip(shape, wanted, scales), 2):
            at = _nearest(n, m, scale, 0.5 if mode == "nearest-exact" else 0.0)
            input = getitem(input, index=(*(slice(None),) * k, at))
        return input
    make = _antialiased if antialias else _interpolated
    matrices = [
        make(_MODES[mode], n, m, scale, bool(align_corners))
        for n, m, scale in zip(shape, wanted, scales)
    ]
    return along_each(input, matrices) if raw(input).dtype != np.uint8 else _bytes(input, matrices)


def _bytes(input: Tensor, matrices: list[Any]) -> Tensor:
    """`along_each` with weights of 16 bits, rounded after each dimension, as Pillow and PyTorch do it."""
    found = raw(input)
    for axis, matrix in reversed(list(enumerate(matrices, 2))):
        bits = 22
        while round(matrix.max() * 2**bits) >= 2**15:
            bits -= 1
        whole = np.trunc(matrix * 2**bits + np.copysign(0.5, matrix)).astype(np.int64)
        summed = np.moveaxis(np.moveaxis(found, axis, -1) @ whole.T, -1, axis)
        found = np.clip((summed + 2 ** (bits - 1)) >> bits, 0, 255).astype(np.uint8)
    return wrap(found)


def _sizes(
    shape: tuple[int, ...], size: Any, scale_factor: Any, recompute: bool | None, mode: str
) -> tuple[list[int], list[float | None]]:
    """The sizes asked for, and how many elements of the input to one of the output where that was said."""
    d = len(shape)
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: expected one of size and scale_factor, got both or none")
    given = scale_factor if size is None else size
    given = list(given) if isinstance(given, (tuple, list)) else [given] * d
    if len(given) != d:
        raise ValueError(
            "interpolate: Input and output must have the same number of spatial dimensions, "
            f"got {list(shape)} and {given}"
        )
    if size is not None:
        if recompute:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        if not all(isinstance(n, (int, np.integer)) for n in given):
            raise TypeError(f"interpolate: expected size to be ints, got {size}")
        return given, [None] * d
    wanted = [int(n * f) for n, f in zip(shape, given)]
    return wanted, [None if recompute or mode == "area" else 1 / f for f in given]


def _nearest(n: int, m: int, scale: float | None, centre: float) -> Any:
    """For each of m outputs which of n elements is nearest, reckoned in single precision as PyTorch does."""
    ratio = np.float32(n) / np.float32(m) if scale is None else np.float32(scale)
    at = np.floor((np.arange(m, dtype=np.float32) + np.float32(centre)) * ratio)
    return np.minimum(at.astype(np.int64), n - 1)


# ---- weights -------------------------------------------------------------------------------------
def linear(t: Any, a: float = 0.0) -> Any:
    """A triangle: 1 at 0, 0 from 1 on."""
    return np.maximum(1 - np.abs(t), 0)


def cubic(t: Any, a: float = -0.75) -> Any:
    """Keys' piecewise cubic: 1 at 0, 0 at the other integers and from 2 on."""
    t = np.abs(t)
    return np.where(t <= 1, cubic_inner(t, a), np.where(t < 2, cubic_outer(t, a), 0))


def cubic_inner(t: Any, a: float = -0.75) -> Any:
    """`cubic` for t in [0, 1]."""
    return ((a + 2) * t - (a + 3)) * t * t + 1


def cubic_outer(t: Any, a: float = -0.75) -> Any:
    """`cubic` for t in [1, 2]."""
    return a * (((t - 5) * t + 8) * t - 4)


def lanczos(t: Any, a: float = 0.0) -> Any:
    """sinc(t) sinc(t / 3), 0 from 3 on."""
    return np.where(np.abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0)


_MODES: dict[str, Any] = {  # the filter and how far it reaches
    "nearest": None, "nearest-exact": None, "area": None, "linear": (linear, 1), "bilinear": (linear, 1),
    "trilinear": (linear, 1), "bicubic": (cubic, 2), "lanczos": (lanczos, 3),
}  # fmt: skip


def _interpolated(mode: Any, n: int, m: int, scale: float | None, align_corners: bool) -> Any:
    """The matrix (m, n) that interpolates, what is outside being like the edge."""
    weigh, reach = mode
    i = np.arange(m)
    if align_corners:
        centre = i * ((n - 1) / (m - 1) if m > 1 else 0.0)
    else:
        centre = (i + 0.5) * (n / m if scale is None else scale) - 0.5
        if reach == 1:
            centre = np.maximum(centre, 0)
    found = np.zeros((m, n))
    for tap in range(1 - reach, reach + 1):
        at = np.floor(centre).astype(np.int64) + tap
        np.add.at(found, (i, np.clip(at, 0, n - 1)), weigh(centre - at))
    return found


def _antialiased(mode: Any, n: int, m: int, scale: float | None, align_corners: bool) -> Any:
    """The matrix (m, n) whose filter is as wide as an output, if that is wider than an element."""
    weigh, reach = mode
    if align_corners:
        scale = (n - 1) / (m - 1) if m > 1 else 0.0
    elif scale is None:
        scale = n / m
    stretch = max(scale, 1.0)
    centre = scale * (np.arange(m)[:, None] + 0.5)
    first = np.maximum(np.trunc(centre - reach * stretch + 0.5), 0)
    last = np.minimum(np.trunc(centre + reach * stretch + 0.5), n)
    j = np.arange(n)
    weights = weigh((j - centre + 0.5) / stretch, -0.5) * ((j >= first) & (j < last))
    return weights / weights.sum(1, keepdims=True)


# ---- older names ---------------------------------------------------------------------------------
def upsample(
    input: Tensor,
    size: Ints | None = None,
    scale_factor: Factors | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """The older name of `interpolate`; warns."""
    _outdated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(
    input: Tensor, size: Ints | None = None, scale_factor: Factors | None = None
) -> Tensor:
    """`interpolate` with mode "nearest"; warns."""
    _outdated("upsample_nearest")
    return interpolate(input, size, scale_factor)


def upsample_bilinear(
    input: Tensor, size: Ints | None = None, scale_factor: Factors | None = None
) -> Tensor:
    """`interpolate` with mode "bilinear" and `align_corners`; warns."""
    _outdated("upsample_bilinear")
    return interpolate(input, size, scale_factor, "bilinear", True)


def _outdated(name: str) -> None:
    warnings.warn(
        f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=3,
    )
