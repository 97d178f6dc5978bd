"""The colours of all that is seen, and numbers as colours: drawings, pages, reports and figures take theirs here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLACK", "BLUE", "BRIGHT", "CAPTION", "CARD", "DATA", "EDGE", "GRADIENT", "GREEN", "INK", "LINE", "MAGENTA",
    "ORANGE", "PAPER", "SERIES", "WHITE", "colours", "contrast", "heat_of", "ink_on", "scaled",
]  # fmt: skip

Array = NDArray[Any]

PAPER, CARD, LINE = "#fbfcfd", "#fefeff", "#d5dbe3"  # the ground; the inside of boxes; frames
INK, CAPTION, EDGE = "#1f2933", "#52606d", "#7b8794"  # text, small text, lines between boxes
WHITE, BLACK = "#ffffff", "#14181d"  # on a ground that is the same in light and dark
BLUE, ORANGE, MAGENTA, GREEN = "#1f5f9e", "#b35806", "#9a2c71", "#1d6f42"
SERIES = (BLUE, ORANGE, MAGENTA, GREEN, "#7a5c00", "#4b53a8", CAPTION)
"""Of lines, in this order; the colour-blind tell neighbours apart."""
BRIGHT = "#4a90d9"
"""A line that is seen on a light ground and on a dark one."""

# from minus to plus, nearly white in the middle
DATA = (
    "#b35806", "#d9883f", "#efc08f", "#fae5cd", "#f7f8fa", "#dbe9f7", "#a6c9e9", "#6aa3d8", "#20609f",
)  # fmt: skip
GRADIENT = (
    "#1b7837", "#67b56d", "#a6dba0", "#daf0d4", "#f7f8fa", "#e9d8ea", "#c9aed2", "#aa87bb", "#762a83",
)  # fmt: skip


# ---- numbers as colours --------------------------------------------------------------------------
def scaled(a: Any) -> Array:
    """Numbers from -1 to 1, by the largest finite magnitude among them; nan is 0."""
    numbers = np.nan_to_num(np.asarray(a, np.float64), posinf=np.inf, neginf=-np.inf)
    largest = np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)
    return np.clip(numbers / (largest or 1.0), -1, 1)


def heat_of(a: Any, through: Sequence[str] = DATA) -> list[list[str]]:
    """A colour of nine for each number of a matrix, from minus to plus its largest magnitude."""
    steps = np.rint(scaled(a) * 4).astype(int) + 4
    return [[through[int(k)] for k in row] for row in steps]


def colours(values: Array, through: Sequence[str] = DATA) -> Array:
    """The first colour for -1, the middle one for 0, the last for +1: (h, w) -> (h, w, 3) bytes."""
    stops = np.array([list(bytes.fromhex(colour[1:])) for colour in through])
    at = np.linspace(-1, 1, len(stops))
    return np.stack([np.interp(values, at, stops[:, k]) for k in range(3)], -1).astype(np.uint8)


# ---- contrast ------------------------------------------------------------------------------------
def contrast(one: str, other: str) -> float:
    """The ratio of two colours' brightness, from 1 to 21.  Source: WCAG 2.2, contrast ratio."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """Black or white, whichever reads better on a colour that is the same in light and dark."""
    return max((BLACK, WHITE), key=lambda ink: contrast(ink, fill))


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
