"""The colours of all that is seen, and numbers as colours: drawings, pages, reports and figures take theirs here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BACKWARD", "BINS", "BLACK", "BLUE", "BRIGHT", "CAPTION", "CARD", "CLASSES", "CLASS_INKS", "COUNTS", "DARK", "DATA",
    "EDGE", "GRADIENT", "GREEN", "GRID", "GROUP", "HEIGHT", "INK", "KINDS", "LINE", "MAGENTA", "ORANGE", "PAGE",
    "PAPER", "SERIES", "WHITE", "coloured", "colours", "contrast", "heat_of", "ink_on", "levels_of", "scaled",
]  # fmt: skip

Array = NDArray[Any]

PAPER, CARD, LINE = "#fbfcfd", "#fefeff", "#d5dbe3"  # the ground; the inside of boxes; frames
INK, CAPTION, EDGE = "#1f2933", "#52606d", "#7b8794"  # text, small text, lines between boxes
WHITE, BLACK = "#ffffff", "#14181d"  # on a ground that is the same in light and dark
GROUP, GRID = "#f5f6fa", "#e8ecf1"  # the inside of an open module; the lines of charts
BLUE, ORANGE, MAGENTA, GREEN, RED = "#1f5f9e", "#b35806", "#9a2c71", "#1d6f42", "#b3261e"
BACKWARD = "#8f2a69"
"""Of labels: a derivative along an edge."""
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
CLASSES = ("#b4702f", "#ecbc85", "#fbfbfb", "#a3b9e0", "#4c6cb0")  # from one class to the other
CLASS_INKS = ("#7a3d00", "#1c3a7a")  # points of the two
# from none to many
BINS = ("#fbeef5", "#f3cfe3", "#e39fc5", "#b84a8b", "#9a2c71")  # |gradient|
COUNTS = ("#f7fafd", "#a6c9e9", "#20609f", "#123a63")
HEIGHT = ("#f4f8fc", "#cfe0f1", "#93b9de", "#5a8fc4", "#2f6199", "#1c3f68")

KINDS = {  # of boxes: fill, border, text
    "input": ("#e3f0fc", BLUE, "#123a63"),
    "parameter": ("#fdf1d6", "#8f5a00", "#5c3a00"),
    "operation": (CARD, CAPTION, INK),
    "constant": ("#f1f3f5", EDGE, "#3e4c59"),
    "output": ("#dff3e6", GREEN, "#0f4527"),
    "module": ("#eef0fb", "#4b53a8", "#2b3180"),
    "failed": ("#fdeceb", RED, "#7a1a14"),
}

DARK = {  # the dark twin of what drawings are made of
    PAPER: "#12161c", CARD: "#1b2129", LINE: "#36404c", INK: "#e6eaf0", CAPTION: "#a9b4c1", EDGE: "#8b98a8",
    GROUP: "#171c23", BACKWARD: "#f08cc4",
    "#e3f0fc": "#16304b", BLUE: "#7db8f5", "#123a63": "#cfe5fc",
    "#fdf1d6": "#3d2f0d", "#8f5a00": "#e0a83a", "#5c3a00": "#fbe3ae",
    "#f1f3f5": "#262d36", "#3e4c59": "#c5ced9",
    "#dff3e6": "#12351f", GREEN: "#5cc98a", "#0f4527": "#c5f0d6",
    "#eef0fb": "#23264a", "#4b53a8": "#9aa2f0", "#2b3180": "#d9dcff",
    "#fdeceb": "#45191a", RED: "#ff9188", "#7a1a14": "#ffd5d1",
    "#fbeef5": "#3d1730", "#f3cfe3": "#571f43", "#e39fc5": "#7a2b5f", "#b84a8b": "#a83a80", "#9a2c71": "#c9308d",
}  # fmt: skip


# ---- pages ---------------------------------------------------------------------------------------
PAGE = {  # CSS variables, in light and in dark
    "bg": ("#f3f5f8", "#0c0f13"), "card": (WHITE, "#171c23"), "soft": (GROUP, "#1f262f"),
    "ink": (INK, DARK[INK]), "sub": (CAPTION, DARK[CAPTION]), "line": (LINE, DARK[LINE]), "track": (GRID, "#2a323d"),
    "forward": (BLUE, DARK[BLUE]), "forward-soft": ("#e9f2fb", "#132c47"),
    "backward": (MAGENTA, DARK[BACKWARD]), "backward-soft": (BINS[0], "#35162a"),
    "yes": (GREEN, DARK[GREEN]), "no": (RED, DARK[RED]), "training": (BLUE, DARK[BLUE]), "unseen": (ORANGE, "#f0a550"),
    # right and wrong, from few to many: the ground, the ink on it
    "hit-1": ("#edf5fd", "#182838"), "hit-1-ink": ("#123a63", "#cfe5fc"),
    "hit-2": ("#cfe4f8", "#1a3a5c"), "hit-2-ink": ("#123a63", "#cfe5fc"),
    "hit-3": ("#9cc5ee", "#1f5286"), "hit-3-ink": ("#123a63", WHITE),
    "hit-4": ("#3273b3", "#2a6cb0"), "hit-4-ink": (WHITE, WHITE),
    "hit-5": (BLUE, DARK[BLUE]), "hit-5-ink": (WHITE, "#0b1d30"),
    "miss-1": ("#fdf3e7", "#2e2418"), "miss-1-ink": ("#6b3400", "#fbdcb5"),
    "miss-2": ("#fbdcb5", "#4d3314"), "miss-2-ink": ("#6b3400", "#fbdcb5"),
    "miss-3": ("#f0ad62", "#7d4a0c"), "miss-3-ink": ("#4a2300", WHITE),
    "miss-4": (ORANGE, "#f0a550"), "miss-4-ink": (WHITE, "#2b1500"),
}  # fmt: skip
PAGE |= {f"bin-{k}": (colour, DARK[colour]) for k, colour in enumerate(BINS)}
PAGE |= {
    f"{kind}-{part}": (colour, DARK[colour])
    for kind, three in KINDS.items()
    for part, colour in zip(("fill", "line", "ink"), three)
}


def coloured(sheet: str) -> str:
    """A style sheet with the variables of PAGE that it uses: dark where the system or `data-theme` says so.

    Paper is light.
    """
    used = [name for name in dict.fromkeys(re.findall(r"var\(--([\w-]+)", sheet)) if name in PAGE]
    light, dark = (
        f"color-scheme:{scheme};" + ";".join(f"--{name}:{PAGE[name][k]}" for name in used)
        for k, scheme in enumerate(("light", "dark"))
    )
    return (
        f":root{{{light}}}@media screen{{@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}}}\n{sheet}"
    )


# ---- numbers as colours --------------------------------------------------------------------------
def scaled(a: Any) -> Array:
    """Numbers from -1 to 1, by the largest finite magnitude among them; nan is 0."""
    numbers = np.nan_to_num(np.asarray(a, np.float64), posinf=np.inf, neginf=-np.inf)
    largest = np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)
    return np.clip(numbers / (largest or 1.0), -1, 1)


def levels_of(a: Any) -> Array:
    """Numbers as levels from 0 to 8: minus to plus their largest magnitude."""
    levels: Array = np.rint(scaled(a) * 4).astype(int) + 4
    return levels


def heat_of(a: Any, through: Sequence[str] = DATA) -> list[list[str]]:
    """A colour of nine for each number of a matrix, by its level."""
    rows: list[list[int]] = levels_of(a).tolist()
    return [[through[k] for k in row] for row in rows]


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
