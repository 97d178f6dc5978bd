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

from ..palette import BINS, CAPTION, DARK, EDGE, INK, KINDS as COLOURS, LINE, PAPER, WHITE

__all__ = ["FONT", "KINDS", "Kind", "bins", "inks_on", "size_of", "style_sheet", "width_of"]

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"  # without quotes: it stands between some


class Kind(NamedTuple):
    """How a kind of box looks; `dash` and `width` of its border tell kinds apart without colour."""

    fill: str
    border: str
    text: str
    width: float
    dash: str = ""


_BORDERS: dict[str, tuple[float, str]] = {
    "parameter": (2, ""), "constant": (1, "4 3"), "output": (2, ""), "failed": (3, "7 4"),
}  # fmt: skip
KINDS = {name: Kind(*three, *_BORDERS.get(name, (1, ""))) for name, three in COLOURS.items()}


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
    return {key: BINS[step] for key, step in steps.items()}


def inks_on(fill: str) -> tuple[str, str]:
    """The colours of a caption and of numbers on the ground of a cell, in light as in dark mode."""
    if fill in BINS:
        return (WHITE, WHITE) if fill in BINS[3:] else (INK, INK)
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
