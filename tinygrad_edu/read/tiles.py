"""Arrays as small pictures for a page: a number, or matrices of coloured squares with their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from ..palette import levels_of
from .words import alike, extent, number

__all__ = ["Tiles", "can_turn", "shape_text"]

SHORT, LONG, SHEETS = 16, 24, 3  # rows and columns up to which a matrix is shown whole; matrices
WRITTEN = 24  # numbers that are written on their squares


class Tiles:
    """The pictures of a page, each kept once."""

    def __init__(self) -> None:
        self.all: list[list[Any]] = []
        self._index: dict[str, int] = {}
        self._known: dict[
            tuple[int, str], tuple[Any, int]
        ] = {}  # with the array, that its id stays its own

    def add(self, a: Any, kind: str) -> int | None:
        """The number of the picture of an array; `kind` is "d" for data, "g" for gradients."""
        if a is None or isinstance(a, tuple):
            return None
        known = self._known.get((id(a), kind))
        if known is None:
            made = picture(np.asarray(a), kind)
            number = self._index.setdefault(repr(made), len(self.all))
            if number == len(self.all):
                self.all.append(made)
            known = self._known[id(a), kind] = a, number
        return known[1]


def can_turn(a: Any) -> bool:
    """Whether the picture of an array, its rows and columns exchanged, is that of its transpose."""
    return bool(a.ndim > 1 and math.prod(a.shape[:-2]) <= SHEETS and a.size > 1)


def shape_text(shape: tuple[int, ...]) -> str:
    """4×3, or "number"."""
    return "×".join(map(str, shape)) or "number"


def picture(a: Any, kind: str) -> list[Any]:
    """`[kind, what it says in a word, shape, matrices, rows, columns, levels, numbers, note]`, as far as there are.

    The levels of all matrices, from 0 for minus to 8, are one text; the numbers are written on few
    squares only.  The note says that only a part is shown, or "shrunk": a square is the largest of several.
    """
    if a.shape == ():
        return [kind, number(a.item())]
    shape = shape_text(a.shape)
    if not a.size or a.dtype.kind not in "fiub":
        return [kind, "empty" if not a.size else str(a.dtype), shape]
    if a.size == 1:
        return [kind, number(a.item()), shape]
    numbers = a.astype(np.float64)
    sheets = numbers.reshape((-1, *a.shape[-2:])) if a.ndim > 1 else numbers[None, None]
    if a.ndim > 2 and len(sheets) > SHEETS and a.shape[-1] * a.shape[-2] <= 6:
        sheets = numbers.reshape(1, -1, a.shape[-1])  # many tiny matrices are one tall one
    shown = np.stack([_shrunk(sheet) for sheet in sheets[:SHEETS]])
    levels = packed(levels_of(shown).reshape(-1).tolist())
    written = a.size <= WRITTEN and sheets.shape[-1] <= 6
    notes = [f"{SHEETS} of {len(sheets)} shown"] if len(sheets) > SHEETS else []
    notes += ["shrunk"] if shown.shape[1:] != sheets.shape[1:] else []
    made = [kind, extent(a), shape, *shown.shape, levels]
    if written or notes:
        made.append(alike(list(a.reshape(-1))) if written else 0)
    return [*made, ", ".join(notes)] if notes else made


def packed(levels: Sequence[int]) -> str:
    """Levels from 0 to 8, two in each character from # on, without the \\ that JSON would write twice."""
    pairs = zip_longest(levels[::2], levels[1::2], fillvalue=0)
    codes = (35 + 9 * one + other for one, other in pairs)
    return "".join(chr(code + (code >= 92)) for code in codes)


def _shrunk(matrix: Any) -> Any:
    """A matrix that fits, at most SHORT × SHORT where not whole: of each block the number of the largest magnitude."""
    h, w = matrix.shape
    if min(h, w) <= SHORT and max(h, w) <= LONG:
        return matrix
    down, across = -(-h // SHORT), -(-w // SHORT)
    padded = np.zeros((-(-h // down) * down, -(-w // across) * across))
    padded[:h, :w] = np.nan_to_num(matrix)
    four = padded.reshape(len(padded) // down, down, -1, across).swapaxes(1, 2)
    blocks = four.reshape(*four.shape[:2], -1)
    at = np.abs(blocks).argmax(-1)[..., None]
    return np.take_along_axis(blocks, at, -1)[..., 0]
