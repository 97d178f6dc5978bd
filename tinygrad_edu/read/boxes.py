"""The inside of boxes: how large each is, and where its title, cells and heat maps stand in it."""

from __future__ import annotations

from dataclasses import dataclass

from .look import width_of
from .scene import Box, Cell, Edge, Heat, Scene

__all__ = [
    "BESIDE",
    "CAPTION_SIZE",
    "LINE",
    "TEXT_SIZE",
    "TITLE_SIZE",
    "Inside",
    "inside",
    "label_size",
    "measure",
    "title_widths",
    "tile_of",
]

TITLE_SIZE, TEXT_SIZE, CAPTION_SIZE = 14.0, 13.0, 11.0
HEADER, LINE, CAPTION, EDGE = 26.0, 17.0, 18.0, 9.0  # heights, and the room left and right
BESIDE = 6.0  # between a caption and the line beside it
SIGN = 8.0  # room for the sign that says a box can be opened
STACK = 5.0  # how far the second sheet of a stack shows
WIDE = 200.0  # a note that would make the header wider stands below the title


@dataclass
class Inside:
    """A box from within: the header's height, each cell's width, where the note stands."""

    width: float
    height: float
    header: float
    note_below: bool
    cells: list[float]


def inside(box: Box) -> Inside:
    """Measure a box."""
    title = width_of(box.title, TITLE_SIZE, bold=True)
    note = width_of(box.note, CAPTION_SIZE)
    below = bool(box.note) and title + note > WIDE
    words = max(title, note) if below else title + (note + 7 if box.note else 0)
    header = HEADER + (CAPTION_SIZE + 3 if below else 0)
    cells = [_width(cell) for cell in box.cells]
    sign = 2 * SIGN if box.opens else 0.0
    width = max(words + 2 * EDGE + 2 + sign, sum(cells), 34.0 if not box.cells else 64.0)
    if cells:
        more = (width - sum(cells)) / len(cells)
        cells = [w + more for w in cells]
    height = header + max(map(_height, box.cells), default=0.0)
    return Inside(width, height, header, below, cells)


def measure(scene: Scene) -> dict[str, tuple[float, float]]:
    """The size of every box."""
    sizes = {}
    for box in scene.boxes:
        found = inside(box)
        more = STACK if box.stacked else 0.0
        sizes[box.key] = (found.width + more, found.height + more)
    return sizes


def title_widths(scene: Scene) -> dict[str, float]:
    """How wide the title of every group is."""
    return {
        g.key: width_of(g.title, 12, bold=True) + width_of(g.note, CAPTION_SIZE) + 8
        for g in scene.groups
    }


def label_size(edge: Edge) -> tuple[float, float]:
    """The size of an edge's label."""
    return (width_of(edge.label, CAPTION_SIZE) + 2, CAPTION_SIZE) if edge.label else (0.0, 0.0)


def tile_of(heat: Heat) -> tuple[float, float]:
    """The width and height of one square of a heat map."""
    if heat.texts is not None:
        return max(width_of(text, 12) for row in heat.texts for text in row) + 8, LINE
    side = max(4.5, min(12.0, 76 / max(len(heat.colours), len(heat.colours[0]))))
    return side, side


def heat_size(heat: Heat | None) -> tuple[float, float]:
    """The size of a heat map."""
    if heat is None:
        return 0.0, 0.0
    w, h = tile_of(heat)
    return w * len(heat.colours[0]), h * len(heat.colours)


def _width(cell: Cell) -> float:
    size = CAPTION_SIZE if cell.heat else TEXT_SIZE
    lines = [width_of(line, size) for line in cell.lines]
    if cell.beside:
        return width_of(cell.caption, CAPTION_SIZE) + BESIDE + sum(lines) + 2 * EDGE
    return (
        max(width_of(cell.caption, CAPTION_SIZE), heat_size(cell.heat)[0], *lines, 0.0) + 2 * EDGE
    )


def _height(cell: Cell) -> float:
    if cell.beside:
        return CAPTION + 4
    return CAPTION + heat_size(cell.heat)[1] + LINE * len(cell.lines) + 6
