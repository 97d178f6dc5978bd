"""The visual language of drawings: colours with their dark twins, heat maps, and the width of text.

Every colour is a literal, in DOT as in SVG, so that a picture needs nothing around it; dark mode is
a style sheet that names those literals.  No meaning rests on colour alone: kinds differ by their
border too, numbers have signs, and a gradient of 0 is called so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple
from unicodedata import east_asian_width

import numpy as np

from ..palette import CAPTION, CARD, EDGE, INK, LINE, PAPER, WHITE

__all__ = [
    "BACKWARD", "BIN_COLOURS", "DARK", "FONT", "GROUP_FILL", "KINDS", "bins", "inks_on", "size_of", "style_sheet",
    "width_of",
]  # fmt: skip

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"  # without quotes: it stands between some


class Kind(NamedTuple):
    """How a kind of box looks; `dash` and `width` of its border tell kinds apart without colour."""

    fill: str
    border: str
    text: str
    width: float
    dash: str = ""


KINDS = {
    "input": Kind("#e3f0fc", "#1f5f9e", "#123a63", 1),
    "parameter": Kind("#fdf1d6", "#8f5a00", "#5c3a00", 2),
    "operation": Kind(CARD, CAPTION, INK, 1),
    "constant": Kind("#f1f3f5", EDGE, "#3e4c59", 1, "4 3"),
    "output": Kind("#dff3e6", "#1d6f42", "#0f4527", 2),
    "module": Kind("#eef0fb", "#4b53a8", "#2b3180", 1),
    "failed": Kind("#fdeceb", "#b3261e", "#7a1a14", 3, "7 4"),
}

BIN_COLOURS = ("#fbeef5", "#f3cfe3", "#e39fc5", "#b84a8b", "#9a2c71")  # |gradient|, small to large

DARK = {  # the dark twin of each literal
    PAPER: "#12161c", CARD: "#1b2129", LINE: "#36404c", INK: "#e6eaf0", CAPTION: "#a9b4c1", EDGE: "#8b98a8",
    "#e3f0fc": "#16304b", "#1f5f9e": "#7db8f5", "#123a63": "#cfe5fc",
    "#fdf1d6": "#3d2f0d", "#8f5a00": "#e0a83a", "#5c3a00": "#fbe3ae",
    "#f1f3f5": "#262d36", "#3e4c59": "#c5ced9",
    "#dff3e6": "#12351f", "#1d6f42": "#5cc98a", "#0f4527": "#c5f0d6",
    "#eef0fb": "#23264a", "#4b53a8": "#9aa2f0", "#2b3180": "#d9dcff",
    "#fdeceb": "#45191a", "#b3261e": "#ff9188", "#7a1a14": "#ffd5d1",
    "#fbeef5": "#3d1730", "#f3cfe3": "#571f43", "#e39fc5": "#7a2b5f", "#b84a8b": "#a83a80", "#9a2c71": "#c9308d",
    "#f5f6fa": "#171c23", "#8f2a69": "#f08cc4",
}  # fmt: skip
GROUP_FILL, BACKWARD = "#f5f6fa", "#8f2a69"


# ---- colours for numbers -------------------------------------------------------------------------
def size_of(a: Any) -> float:
    """The root of the mean square: how large the numbers of an array are, whatever their count."""
    a = np.asarray(a)
    return math.sqrt(np.mean(np.square(np.abs(a), dtype=np.float64))) if a.size else 0.0


def bins(sizes: Mapping[Any, float]) -> dict[Any, str]:
    """A colour for each size: five equal steps of its logarithm, from the smallest to the largest."""
    logs = [math.log(s) for s in sizes.values() if 0 < s < math.inf]
    if not logs:
        return {}
    low, span = min(logs), (max(logs) - min(logs)) or 1.0
    steps = {
        key: 4
        if not math.isfinite(s)
        else min(4, int(5 * (math.log(s) - low) / span))
        if s > 0
        else 0
        for key, s in sizes.items()
    }
    return {key: BIN_COLOURS[step] for key, step in steps.items()}


def inks_on(fill: str) -> tuple[str, str]:
    """The colours of a caption and of numbers on the ground of a cell, in light as in dark mode."""
    if fill in BIN_COLOURS:
        return (WHITE, WHITE) if fill in BIN_COLOURS[3:] else (INK, INK)
    return CAPTION, INK


def style_sheet() -> str:
    """Dark mode: by the system's setting, unless a page or a notebook says what its theme is."""
    lines = {kind.border for kind in KINDS.values()} | {PAPER, LINE, EDGE}
    only_lines = lines - {CAPTION, PAPER, LINE, EDGE}
    rules = "".join(
        f'svg.te [{paint}="{colour}"]{{{paint}:var(--{colour[1:]},{colour})}}'
        for paint, colours in (("fill", DARK.keys() - only_lines), ("stroke", lines))
        for colour in sorted(colours)
    )
    dark = "".join(f"--{colour[1:]}:{twin};" for colour, twin in DARK.items())
    light = "".join(f"--{colour[1:]}:initial;" for colour in DARK)
    says_dark = ":is([data-theme=dark],[data-jp-theme-light=false],[theme=dark],.vscode-dark)"
    says_light = ":is([data-theme=light],[data-jp-theme-light=true],.vscode-light)"
    return (
        f"svg.te{{max-width:100%;height:auto}}{rules}"
        f"@media screen{{@media (prefers-color-scheme:dark){{svg.te{{{dark}}}}}"
        f"{says_light} svg.te{{{light}}}{says_dark} svg.te{{{dark}}}}}"
    )


# ---- the width of text -----------------------------------------------------------------------------
_WIDTHS = (  # of Arial's characters from space to ~, in thousandths of the size
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_WIDTH_OF = {chr(32 + k): int(w) for k, w in enumerate(_WIDTHS.split())} | {"−": 584, "×": 584}


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text in Arial is, in pixels."""
    thousandths = sum(
        _WIDTH_OF.get(c) or (1000 if east_asian_width(c) in "WF" else 620) for c in text
    )
    return thousandths * size / 1000 * (1.08 if bold else 1.0)
