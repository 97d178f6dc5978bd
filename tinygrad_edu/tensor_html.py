"""How a tensor looks in a notebook: its numbers in print, and beside them as colours, with statistics."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .palette import DATA, EDGE, GRADIENT, colours, scaled
from .pictures import picture

__all__ = ["tensor_html"]

Array = NDArray[Any]
SIDE = 112  # pixels of the longer side of a heat map
MOST = 96  # numbers along it; of more, every so manyth is shown


def tensor_html(text: str, array: Array, grad: Array | None) -> str:
    """The printed form, then a heat map and statistics of the numbers, and of their gradient.

    Orange is minus and blue is plus; of gradients green is minus and purple is plus.
    """
    maps = _heat_map("data", array, DATA)
    if grad is not None:
        maps += _heat_map("gradient", grad, GRADIENT)
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start">'
        f'<pre style="margin:0">{escape(text)}</pre>{maps}</div>'
    )


def _heat_map(name: str, array: Array, through: tuple[str, ...]) -> str:
    """A figure of a matrix; of more dimensions, all but the last two at their first index."""
    if array.ndim == 0 or not array.size or array.dtype.kind == "c":
        return ""
    matrix = array[(0,) * (array.ndim - 2)] if array.ndim > 2 else np.atleast_2d(array)
    rows, columns = (-(-n // MOST) for n in matrix.shape)
    numbers = matrix[::rows, ::columns].astype(np.float64)
    shades = colours(scaled(numbers), through)
    shades[~np.isfinite(numbers)] = 128
    height, width = shades.shape[:2]
    scale = min(14.0, SIDE / max(height, width))
    size = f'width="{max(4, round(width * scale))}" height="{max(4, round(height * scale))}"'
    words = "; ".join(_statistics(array))
    part = "" if matrix.size == array.size else f", at {', '.join(['0'] * (array.ndim - 2))}"
    return (
        '<figure style="margin:0;font:12px/1.5 sans-serif;max-width:260px">'
        f"<figcaption>{name}{part}</figcaption>"
        f'<img {size} alt="{name}: {words}" src="{picture(shades)}" '
        f'style="image-rendering:pixelated;border:1px solid {EDGE}">'
        f"<div>{words.replace('; ', '<br>')}</div></figure>"
    )


def _statistics(array: Array) -> list[str]:
    shape = " × ".join(map(str, array.shape))
    if array.dtype.kind == "b":
        return [f"{shape} {array.dtype}", f"{100 * array.mean():.0f} % are True"]
    with np.errstate(all="ignore"):
        wide = array.astype(np.float64)
        finite = wide[np.isfinite(wide)]
        lines = [f"{shape} {array.dtype}"]
        if finite.size:
            lines.append(f"{finite.min():.3g} to {finite.max():.3g}")
            lines.append(f"mean {finite.mean():.3g}, std {finite.std():.3g}")
    if finite.size < array.size:
        lines.append(f"{array.size - finite.size:,} not finite")
    return lines
