"""Arrays as small pictures for a page: a number, or matrices of coloured squares with their numbers."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from ..palette import heat_of
from .words import alike, number

__all__ = ["Tiles", "shape_text"]

ROWS, COLUMNS, SHEETS = 16, 24, 3  # what a picture has at most
WRITTEN = 24  # numbers that are written on their squares
LEVELS = tuple("012345678")


class Tiles:
    """The pictures of a page, each kept once."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self._index: dict[str, int] = {}

    def add(self, a: Any, kind: str) -> int | None:
        """The number of the picture of an array; `kind` is "d" for data, "g" for gradients."""
        if a is None or isinstance(a, tuple):
            return None
        made = picture(np.asarray(a), kind)
        key = json.dumps(made)
        if key not in self._index:
            self._index[key] = len(self.all)
            self.all.append(made)
        return self._index[key]


def shape_text(shape: tuple[int, ...]) -> str:
    """4×3, or "number"."""
    return "×".join(map(str, shape)) or "number"


def picture(a: Any, kind: str) -> dict[str, Any]:
    """`v`, what it says in a word; of an array `s`, its shape, and `m`, its matrices: levels and numbers.

    `cut` says that only a part is shown, or "shrunk": a square is the largest of several numbers.
    """
    if a.shape == ():
        return {"v": number(a.item()), "k": kind}
    if not a.size or a.dtype.kind not in "fiub":
        return {"v": "empty" if not a.size else str(a.dtype), "s": shape_text(a.shape), "k": kind}
    numbers = a.astype(np.float64)
    if a.size == 1:
        return {"v": number(a.item()), "s": shape_text(a.shape), "k": kind}
    sheets = numbers.reshape((-1, *a.shape[-2:])) if a.ndim > 1 else numbers[None, None]
    if a.ndim > 2 and len(sheets) > SHEETS and a.shape[-1] * a.shape[-2] <= 6:
        sheets = numbers.reshape(1, -1, a.shape[-1])  # many tiny matrices are one tall one
    shown = [_shrunk(sheet) for sheet in sheets[:SHEETS]]
    levels = heat_of(np.concatenate([s.reshape(-1) for s in shown])[None], LEVELS)[0]
    texts = alike(list(a.reshape(-1))) if a.size <= WRITTEN and sheets.shape[-1] <= 6 else None
    matrices, start = [], 0
    for sheet in shown:
        h, w = sheet.shape
        mine = "".join(levels[start : start + h * w])
        one: dict[str, Any] = {"h": [mine[k * w : (k + 1) * w] for k in range(h)]}
        if texts:
            one["t"] = [texts[start + k * w : start + (k + 1) * w] for k in range(h)]
        matrices.append(one)
        start += h * w
    finite = np.abs(numbers[np.isfinite(numbers)])
    made = {"v": f"±{number(finite.max() if finite.size else math.nan)}", "s": shape_text(a.shape)}
    cut = ""
    if len(sheets) > SHEETS:
        cut = f"{SHEETS} of {len(sheets)} shown"
    if shown[0].shape != sheets.shape[1:]:
        cut += (", " if cut else "") + "shrunk"
    return made | {"k": kind, "m": matrices} | ({"cut": cut} if cut else {})


def _shrunk(matrix: Any) -> Any:
    """A matrix that fits: of each block the number of the largest magnitude."""
    h, w = matrix.shape
    down, across = -(-h // ROWS), -(-w // COLUMNS)
    if down == across == 1:
        return matrix
    padded = np.zeros((-(-h // down) * down, -(-w // across) * across))
    padded[:h, :w] = np.nan_to_num(matrix)
    four = padded.reshape(len(padded) // down, down, -1, across).swapaxes(1, 2)
    blocks = four.reshape(*four.shape[:2], -1)
    at = np.abs(blocks).argmax(-1)[..., None]
    return np.take_along_axis(blocks, at, -1)[..., 0]
