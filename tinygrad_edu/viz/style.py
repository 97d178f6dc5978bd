"""One quiet look for every figure: light ground, few lines, large text, colours that the colour-blind tell apart.

Figures are made without pyplot, which would keep each of them and choose a window for it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..palette import (
    BLUE,
    CAPTION as EDGE,
    CLASSES,
    COUNTS,
    DATA,
    GRADIENT,
    GREEN,
    GRID,
    HEIGHT,
    INK,
    LINE,
    MAGENTA,
    ORANGE,
    SERIES,
    WHITE as PAPER,
)
from ..tensor import Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

__all__ = [
    "BLUE", "EDGE", "GREEN", "INK", "MAGENTA", "ORANGE", "PAPER", "SERIES", "array_of", "as_written", "colour_map",
    "name_ends", "panels", "place", "styled",
]  # fmt: skip

Array = NDArray[Any]
P = ParamSpec("P")
Drawn = TypeVar("Drawn")

LOOK = {
    "figure.facecolor": PAPER,
    "figure.dpi": 110,
    "savefig.dpi": 160,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 12,
    "text.color": INK,
    "axes.facecolor": PAPER,
    "axes.edgecolor": EDGE,
    "axes.labelcolor": EDGE,
    "axes.linewidth": 1.0,
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 1.0,
    "xtick.color": EDGE,
    "ytick.color": EDGE,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.0,
    "figure.constrained_layout.h_pad": 0.12,
    "figure.constrained_layout.w_pad": 0.12,
}

MAPS = {
    "signed": DATA,
    "gradient": GRADIENT,
    "classes": CLASSES,
    "counts": COUNTS,
    "ink": (PAPER, INK),
    "height": HEIGHT,
}


def styled(draw: Callable[P, Drawn]) -> Callable[P, Drawn]:
    """Draw in our look. Raises ImportError, with what to type, where matplotlib is missing."""

    @wraps(draw)
    def in_our_look(*args: P.args, **kwargs: P.kwargs) -> Drawn:
        try:
            from matplotlib import rc_context
        except ImportError:
            raise ImportError(
                f"{draw.__name__}: expected matplotlib, to draw with, found none; "
                "pip install tinygrad_edu[viz]"
            ) from None
        with rc_context(LOOK):  # type: ignore[arg-type]
            return draw(*args, **kwargs)

    return in_our_look


@cache
def _figure_class() -> type[Figure]:
    from matplotlib.figure import Figure

    class Picture(Figure):
        """A figure that a notebook shows although pyplot does not know it."""

        def _repr_png_(self) -> bytes:
            file = io.BytesIO()
            self.savefig(file, format="png", dpi=110)
            return file.getvalue()

    return Picture


def place(ax: Axes | None, title: str | None, size: tuple[float, float]) -> tuple[Figure, Axes]:
    """The given axes and their figure, or new ones of `size` inches, with a title if there is one."""
    figure: Any = _figure_class()(figsize=size, layout="constrained") if ax is None else ax.figure
    axes: Axes = figure.add_subplot() if ax is None else ax
    if title:
        axes.set_title(title)
    return figure, axes


@styled
def panels(
    rows: int,
    columns: int,
    size: tuple[float, float] | None = None,
    title: str | None = None,
    **options: Any,
) -> tuple[Figure, list[Axes]]:
    """A figure of rows x columns axes, row by row, for pictures side by side: hand each to `ax=`.

        figure, (left, right) = te.viz.panels(1, 2)
        te.viz.curves(losses, ax=left)
        te.viz.boundary(model, X, y, ax=right)

    `size` is (width, height) in inches; `options` are those of matplotlib's Figure.subplots.
    """
    size = size or (6.5 * columns, 4.2 * rows)
    figure = _figure_class()(figsize=size, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=14, fontweight="bold")
    return figure, list(axes.ravel())


def colour_map(name: str) -> Colormap:
    """One of MAPS, running through its colours; what is not a number is left grey."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(name, MAPS[name]).with_extremes(bad=LINE)


def array_of(x: Any) -> Array:
    """The numbers of a Tensor, an array or a list."""
    return x.detach().numpy() if isinstance(x, Tensor) else np.asarray(x)


def as_written(text: str, longest: int = 80) -> str:
    """A short text of the user's in which matplotlib finds no formula."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return short.replace("$", r"\$")


def name_ends(ax: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write (height, text, colour) right of the axes, each at its height but clear of the others."""
    to_share = ax.transAxes.inverted()
    placed = [
        (float(to_share.transform(ax.transData.transform((0.0, y)))[1]), text, colour)
        for y, text, colour in ends
        if np.isfinite(y)
    ]
    inches = ax.figure.bbox.height / ax.figure.dpi * ax.get_position().height
    gap = 0.22 / inches  # a line of text
    heights: list[float] = []
    for height, _, _ in sorted(placed):
        height = min(max(height, 0.0), 1.0)
        heights.append(max(height, heights[-1] + gap) if heights else height)
    over = max(heights, default=0.0) - 1.0
    if over > 0:  # push down from the top what does not fit
        heights[-1] = 1.0
        for k in range(len(heights) - 1, 0, -1):
            heights[k - 1] = min(heights[k - 1], heights[k] - gap)
    for y, (_, text, colour) in zip(heights, sorted(placed)):
        ax.annotate(
            text, (1.015, y), xycoords="axes fraction", color=colour, va="center", fontsize=11,
            annotation_clip=False,
        )  # fmt: skip
