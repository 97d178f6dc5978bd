"""Tensors as pictures: weights, filters, feature maps, attention, and the images a network gets wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .style import (
    BLUE,
    EDGE,
    INK,
    ORANGE,
    Array,
    array_of,
    as_written,
    colour_map,
    panels,
    place,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["attention", "images", "mistakes"]

GAP = 0.14  # between tiles, in widths of one


@styled
def images(
    tensor: Any,
    *,
    shape: tuple[int, int] | None = None,
    names: Sequence[str] = (),
    columns: int | None = None,
    own_scale: bool = False,
    ax: Axes | None = None,
    title: str | None = None,
) -> Figure:
    """Tiles side by side. With signs: orange for minus, blue for plus, white for 0; else ink on paper.

    All tiles share one scale, `own_scale=True` gives each its own. `names` stand below the tiles.

    Shapes: (H, W), (N, H, W), (N, 1, H, W), in colour (N, 3, H, W) within [0, 1]; filters
    (N, C, H, W) become a row of C tiles each; weights (N, pixels) are cut to `shape`, or to squares.
    """
    tiles, columns, coloured = _tiles(array_of(tensor), shape, columns)
    count, height, width = tiles.shape[:3]
    rows = math.ceil(count / columns)
    down, across = (1 + GAP + (0.2 if names else 0)) * height, (1 + GAP) * width
    ratio = (rows * down) / (columns * across)
    signed = not coloured and tiles.min(initial=0) < 0
    wide = max(2.0, min(10.0, max(1.4 * columns, 4.0), 7.0 / ratio))
    room = 1.1 if signed and not own_scale else 0.3  # for the scale
    figure, ax = place(ax, title, (wide + room, wide * ratio + (0.7 if title else 0.3)))
    largest = float(np.abs(tiles).max(initial=0)) or 1.0
    options: Any = {}
    if not coloured:
        low = -largest if signed else min(0.0, float(tiles.min(initial=0)))
        options = {"cmap": colour_map("signed" if signed else "ink"), "vmin": low, "vmax": largest}
    drawn: Any = None
    for k, tile in enumerate(tiles):
        left, top = (k % columns) * across, (k // columns) * down
        if own_scale and not coloured:
            tile = tile * (largest / (float(np.abs(tile).max()) or 1.0))
        box = (left, left + width, top + height, top)
        drawn = ax.imshow(tile, extent=box, interpolation="nearest", **options)
        frame: Any = {"fill": False, "edgecolor": EDGE, "linewidth": 0.6, "clip_on": False}
        from matplotlib.patches import Rectangle

        ax.add_patch(Rectangle((left, top), width, height, **frame))
        if k < len(names):
            middle = left + width / 2
            ax.text(middle, top + 1.04 * height, names[k], ha="center", va="top", fontsize=11)
    ax.set(xlim=(-0.02 * width, columns * across - GAP * width), aspect="equal")
    ax.set_ylim(rows * down - GAP * height + 0.02 * height, -0.02 * height)
    ax.set_axis_off()
    if signed and not own_scale:
        bar = figure.colorbar(drawn, ax=ax, shrink=0.8, pad=0.03, aspect=24)
        bar.outline.set_visible(False)
    return figure


def _tiles(a: Array, shape: tuple[int, int] | None, columns: int | None) -> tuple[Array, int, bool]:
    """The tiles (N, H, W) or (N, H, W, 3), how many stand in a row, and whether they have colours."""
    if a.ndim == 2 and (
        shape is not None or math.isqrt(a.shape[1]) ** 2 == a.shape[1] > a.shape[0]
    ):
        side = math.isqrt(a.shape[1])
        a = a.reshape(len(a), *(shape or (side, side)))
    elif a.ndim == 2:
        a = a[None]
    if a.ndim == 4 and a.shape[1] == 3 and a.min(initial=0) >= 0 and a.max(initial=0) <= 1:
        return np.moveaxis(a, 1, -1), columns or _columns(len(a)), True
    if a.ndim == 4:
        columns = columns or (a.shape[1] if a.shape[1] > 1 else _columns(len(a)))
        a = a.reshape(-1, *a.shape[2:])
    if a.ndim != 3:
        raise ValueError(
            f"images: expected (H, W), (N, H, W) or (N, C, H, W), got {a.shape}; choose some of it"
        )
    return a, columns or _columns(len(a)), False


def _columns(count: int) -> int:
    return max(1, min(count, math.ceil(math.sqrt(1.6 * count))))


@styled
def attention(
    weights: Any,
    tokens: Sequence[str] = (),
    *,
    title: str | None = None,
) -> Figure:
    """How much each token (a row) looks at each other one (a column), head by head.

    Shapes: (T, T) or (heads, T, T), each row a distribution; `tokens` are T texts.
    """
    a = array_of(weights)
    heads = a[None] if a.ndim == 2 else a
    if heads.ndim != 3:
        raise ValueError(
            f"attention: expected (T, T) or (heads, T, T), got {a.shape}; choose one of the batch"
        )
    columns = min(4, len(heads))
    rows = math.ceil(len(heads) / columns)
    figure, axes = panels(rows, columns, (3.1 * columns + 0.6, 3.3 * rows + 0.3), title)
    names = [as_written(token, 12) for token in tokens]
    drawn: Any = None
    for k, ax in enumerate(axes):
        if k >= len(heads):
            ax.set_axis_off()
            continue
        drawn = ax.imshow(heads[k], cmap=colour_map("counts"), vmin=0, vmax=1)
        ax.set_title(f"head {k}" if len(heads) > 1 else "")
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0, labelsize=max(6.0, 11.0 - 0.12 * heads.shape[1]))
        if names:
            ax.set_xticks(range(len(names)), names, rotation=90 if max(map(len, names)) > 2 else 0)
            ax.set_yticks(range(len(names)), names if k % columns == 0 else [])
    bar = figure.colorbar(drawn, ax=axes, shrink=0.6, aspect=24)
    bar.outline.set_visible(False)
    return figure


@styled
def mistakes(
    X: Any,
    y: Any,
    p: Any,
    *,
    count: int = 18,
    classes: Sequence[str] = (),
    title: str | None = None,
) -> Figure:
    """The mistakes that a classifier was surest of: what each image is, what it was taken for, how surely.

    Shapes: X (N, H, W), (N, 1, H, W), (N, 3, H, W) or (N, pixels); y (N,); scores p (N, classes),
    or (N,): how sure it is of class 1.
    """
    pictures, labels, scores = array_of(X), array_of(y).reshape(-1), array_of(p)
    if pictures.ndim == 4 and pictures.shape[1] == 1:
        pictures = pictures[:, 0]
    if scores.ndim == 1 or scores.shape[1] == 1:
        scores = np.stack([1 - scores.reshape(-1), scores.reshape(-1)], 1)
    said = scores.argmax(1)
    wrong = np.flatnonzero(said != labels)
    surest = wrong[np.argsort(-scores[wrong, said[wrong]], kind="stable")][:count]
    heading = title if title is not None else f"{len(wrong):,} of {len(labels):,} wrong"
    columns = min(6, max(len(surest), 1))
    rows = math.ceil(len(surest) / columns) or 1
    figure, axes = panels(rows, columns, (max(1.75 * columns, 4.0), 2.35 * rows + 0.4), heading)
    for ax in axes:
        ax.set_axis_off()
    if not len(surest):
        axes[0].text(0.5, 0.5, "no mistakes", ha="center", va="center", color=EDGE, fontsize=16)
    shown, _, coloured = _tiles(pictures[surest], None, None) if len(surest) else ((), 1, False)
    for ax, tile, k in zip(axes, shown, surest.tolist()):
        is_, taken = int(labels[k]), int(said[k])
        ax.imshow(tile, cmap=None if coloured else colour_map("ink"), interpolation="nearest")
        name, other = (classes[c] if classes else str(c) for c in (is_, taken))
        below: Any = {"transform": ax.transAxes, "ha": "center", "va": "top", "fontsize": 11}
        ax.text(0.5, -0.04, f"is {name}", color=BLUE, **below)
        sure = f"said {other}, {100 * scores[k, taken]:.0f} %"
        ax.text(
            0.5, -0.19, sure, color=ORANGE if not math.isnan(scores[k, taken]) else INK, **below
        )
    return figure
