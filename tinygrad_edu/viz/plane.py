"""Pictures of a plane: what a classifier says of every point, and how high a loss is above two weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..creation import tensor
from ..dtypes import get_default_dtype
from ..grad_mode import no_grad
from ..nn import Module
from ..palette import CLASS_INKS
from ..tensor import Tensor
from .style import (
    EDGE,
    INK,
    MAGENTA,
    PAPER,
    SERIES,
    Array,
    array_of,
    colour_map,
    place,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["boundary", "surface"]

MARKERS = "o^sDvP*"
Limits = tuple[float, float]


@styled
def boundary(
    model: Callable[[Any], Any],
    X: Any,
    y: Any,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    threshold: float | None = None,
    steps: int = 160,
    limits: tuple[Limits, Limits] | None = None,
) -> Figure:
    """What a model says of every point of the plane, the line on which it is undecided, and the data.

    Points that it is wrong about are filled black; each class has a marker of its own.

    Shapes: X (N, 2), y (N,) or (N, 1) with the classes 0, 1, ... or -1 and 1;
    `model`: (M, 2) -> (M,) or (M, 1), class 1 where above `threshold`, or (M, classes), the largest wins.
    `threshold` is 1/2 if the model's numbers all lie in [0, 1], and else 0, unless given.
    """
    points, labels = array_of(X), array_of(y).reshape(-1)
    if points.ndim != 2 or points.shape[1] != 2 or len(labels) != len(points):
        raise ValueError(
            f"boundary: expected X (N, 2) and y (N,), got {points.shape} and {labels.shape}; "
            "choose two of the inputs"
        )
    figure, ax = place(ax, title, (5.6, 5.0))
    (left, right), (low, high) = limits or (_around(points[:, 0]), _around(points[:, 1]))
    xs, ys = np.linspace(left, right, steps), np.linspace(low, high, steps)
    plane = np.stack([a.ravel() for a in np.meshgrid(xs, ys)], 1)
    with no_grad():
        everywhere, here = (
            array_of(model(tensor(a, dtype=_dtype_for(model, X)))).astype(float)
            for a in (plane, points)
        )
    grid = everywhere.reshape(steps, steps, -1)
    inks: tuple[str, ...]
    if grid.shape[2] == 1:
        kinds, inks = np.unique(labels), CLASS_INKS
        threshold = _threshold(grid) if threshold is None else threshold
        right_about = (here.reshape(-1) > threshold) == (labels == kinds[-1])
        leads = [_shades(grid[..., 0], threshold)]
    else:
        kinds, inks = np.arange(grid.shape[2]), SERIES
        right_about = here.argmax(1) == labels
        leads = [grid[..., k] - np.delete(grid, k, 2).max(2) for k in kinds]
    look: Any = {"origin": "lower", "extent": (left, right, low, high), "aspect": "auto"}
    if len(leads) == 1:
        look |= {"cmap": colour_map("classes"), "vmin": -1.15, "vmax": 1.15}
    ax.imshow(leads[0] if len(leads) == 1 else _mixed(grid), interpolation="bilinear", **look)
    for lead in leads:
        if lead.min() < 0 < lead.max():
            ax.contour(xs, ys, lead, [0.0], colors=INK, linewidths=2)
    room = 26 if len(points) > 20 else 90  # points squared, of one marker
    for k, kind in enumerate(kinds):
        of_kind, marker, ink = labels == kind, MARKERS[k % len(MARKERS)], inks[k % len(inks)]
        for chosen, fill, size in ((right_about, PAPER, room), (~right_about, INK, room + 18)):
            x1, x2 = points[of_kind & chosen].T
            edge = ink if fill == PAPER else PAPER
            ax.scatter(
                x1, x2, s=size, c=fill, marker=marker, edgecolors=edge, linewidths=1.1, zorder=3
            )
    wrong = f"black: wrong, {np.count_nonzero(~right_about)} of {len(labels)}"
    ax.set_title(wrong, loc="right", fontsize=11, fontweight="normal", color=EDGE)
    ax.set(xlim=(left, right), ylim=(low, high))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return figure


def _dtype_for(model: Any, X: Any) -> Any:
    """What the model computes in: the element type of its parameters, else of X if that is a Tensor."""
    parameters = model.parameters() if isinstance(model, Module) else ()
    return next((x.dtype for x in (*parameters, X) if isinstance(x, Tensor)), get_default_dtype())


def _threshold(numbers: Array) -> float:
    """1/2 for chances, 0 for logits."""
    return 0.5 if numbers.min() >= 0 and numbers.max() <= 1 else 0.0


def _shades(numbers: Array, threshold: float) -> Array:
    """How far from undecided, -1 to 1; a logit of 4 is as good as sure: 98 %."""
    reach = float(np.abs(numbers - threshold).max()) or 1.0
    return np.clip((numbers - threshold) / (min(reach, 4.0) if threshold == 0 else reach), -1, 1)


def _around(numbers: Array) -> Limits:
    low, high = float(numbers.min()), float(numbers.max())
    room = 0.12 * (high - low) or 1.0
    return low - room, high + room


def _mixed(scores: Array) -> Array:
    """The colour of the class with the highest score, paler the less it leads."""
    from matplotlib.colors import to_rgb

    inks: Array = np.array([to_rgb(SERIES[k % len(SERIES)]) for k in range(scores.shape[-1])])
    if scores.min() < 0 or scores.max() > 1:  # logits
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores = scores / scores.sum(-1, keepdims=True)
    first, second = np.sort(scores, -1)[..., -1], np.sort(scores, -1)[..., -2]
    strength = 0.08 + 0.5 * (first - second)[..., None]
    mixed: Array = 1 - strength * (1 - inks[scores.argmax(-1)])
    return mixed


@styled
def surface(
    loss: Callable[[float, float], Any],
    path: Sequence[Sequence[float]] | Any = None,
    *,
    x: Limits | None = None,
    y: Limits | None = None,
    names: tuple[str, str] = ("w1", "w2"),
    ax: Axes | None = None,
    title: str | None = None,
    steps: int = 50,
) -> Figure:
    """How high a loss is above two weights, and the path that descent took, from the ring to the star.

    Shapes: `loss`: two numbers -> a number, asked steps x steps times; `path`: (points, 2).
    The limits `x` and `y` come from the path unless given. Dark is high; the levels are as many
    points below each as below the next, that narrow valleys are seen.
    """
    walked = None if path is None else array_of(path).astype(float)
    if walked is None and (x is None or y is None):
        raise ValueError("surface: expected x and y, or a path to take them from, got neither")
    figure, ax = place(ax, title, (6.6, 5.0))
    (left, right), (low, high) = (
        limits if limits is not None else _wide(walked[:, k])  # type: ignore[index]
        for k, limits in enumerate((x, y))
    )
    xs, ys = np.linspace(left, right, steps), np.linspace(low, high, steps)
    with no_grad():
        heights = np.array([[float(loss(float(a), float(b))) for a in xs] for b in ys])
    finite = heights[np.isfinite(heights)]
    levels = np.unique(np.quantile(finite, np.linspace(0, 1, 25)))
    if len(levels) < 2:
        levels = np.array([levels[0] - 0.5, levels[0] + 0.5])
    from matplotlib.colors import BoundaryNorm

    colours = colour_map("height")
    drawn = ax.contourf(xs, ys, heights, levels, cmap=colours, norm=BoundaryNorm(levels, colours.N))
    ax.contour(xs, ys, heights, levels, colors="white", linewidths=0.5, alpha=0.6)
    bar = figure.colorbar(drawn, ax=ax, pad=0.02, ticks=levels[:: max(1, len(levels) // 6)])
    bar.ax.set_yticklabels([f"{t:.3g}" for t in bar.get_ticks()])
    bar.outline.set_visible(False)
    bar.set_label("loss")
    if walked is not None:
        a, b = walked.T
        ax.plot(a, b, "-", color=PAPER, linewidth=4.5)
        ax.plot(a, b, "-", color=MAGENTA, linewidth=2.2)
        if len(a) <= 60:
            ax.plot(a, b, "o", color=MAGENTA, markersize=3.5)
        ends: Any = {"color": MAGENTA, "markeredgecolor": PAPER, "zorder": 4}
        ax.plot(
            a[0], b[0], "o", **(ends | {"color": PAPER, "markeredgecolor": MAGENTA}), mew=2, ms=9
        )
        ax.plot(a[-1], b[-1], "*", **ends, markersize=17)
    ax.set(xlabel=names[0], ylabel=names[1], xlim=(left, right), ylim=(low, high))
    ax.tick_params(length=0, colors=EDGE)
    ax.spines[:].set_visible(False)
    return figure


def _wide(numbers: Array) -> Limits:
    """Limits that leave the path in the middle half of the picture."""
    low, high = float(numbers.min()), float(numbers.max())
    room = 0.5 * (high - low) or 1.0
    return low - room, high + room
