"""What a classifier takes for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..palette import ink_on
from ..report import confusion as count_pairs
from .style import EDGE, array_of, colour_map, place, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["confusion"]


@styled
def confusion(
    y: Any,
    p: Any,
    *,
    classes: Sequence[str] = (),
    ax: Axes | None = None,
    title: str | None = None,
) -> Figure:
    """How often each class (a row) was taken for each (a column); the shade is the share of the row.

    Shapes: labels y (N,); p the labels that were said (N,), or scores (N, classes).
    """
    labels, said = array_of(y).reshape(-1).astype(np.int64), array_of(p)
    if said.ndim == 2:
        said = said.argmax(1)
    said = said.astype(np.int64)
    if said.shape != labels.shape:
        raise ValueError(
            f"confusion: expected as many answers as labels, got {said.shape} and {labels.shape}; "
            "give labels (N,) or scores (N, classes)"
        )
    n = len(classes) or 1 + int(max(labels.max(initial=0), said.max(initial=0)))
    counts = count_pairs(labels, said, n)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    side = min(8.0, 2.2 + 0.52 * n)
    figure, ax = place(ax, title, (side + 0.6, side))
    shades = colour_map("counts")
    ax.imshow(shares, cmap=shades, vmin=0, vmax=1)
    size = 15 if n <= 4 else 12 if n <= 10 else 8
    for (i, j), number in np.ndenumerate(counts):
        if number or n <= 4:
            ground = "#" + bytes(shades(shares[i, j], bytes=True)[:3]).hex()
            ink = ink_on(ground) if number else EDGE
            weight = "bold" if i == j else "normal"
            ax.text(
                j, i, f"{number:,}", ha="center", va="center", color=ink, size=size, weight=weight
            )
    names = list(classes) or list(map(str, range(n)))
    slanted: Any = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(
        range(n), names, **(slanted if max(map(len, names)) > (3 if n > 4 else 9) else {})
    )
    ax.set_yticks(range(n), names)
    ax.set_xticks(np.arange(0.5, n - 1), minor=True)
    ax.set_yticks(np.arange(0.5, n - 1), minor=True)
    ax.grid(which="minor", color="white", linewidth=2)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="what was said", ylabel="what it is")
    return figure
