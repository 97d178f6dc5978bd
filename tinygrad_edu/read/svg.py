"""A scene and its layout written as SVG: no font, script or file from elsewhere, dark mode inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Any

from ..palette import (
    BACKWARD,
    BINS,
    BLACK,
    CAPTION,
    CARD,
    DATA,
    EDGE,
    GRADIENT,
    GRID,
    GROUP,
    LINE as FRAME,
    PAPER,
    ink_on,
)
from .boxes import BESIDE, CAPTION_SIZE, LINE, STACK, TEXT_SIZE, TITLE_SIZE, inside, tile_of
from .layout import Frame, Layout, Point
from .look import FONT, KINDS, inks_on, style_sheet, width_of
from .scene import Box, Cell, Edge, Group, Scene

__all__ = ["HALO", "STROKE", "svg", "text", "wrapped"]

MARGIN = 16.0
HALO = f'stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'  # of labels over lines
STROKE = f'fill="none" stroke="{EDGE}" stroke-width="1.3"'  # of lines


def svg(scene: Scene, laid: Layout, *, sheet: bool = True, legend: bool = True) -> str:
    """The picture as one `<svg>` element; `sheet` puts the style sheet for dark mode in."""
    entries = _legend(scene) if legend else []
    width = max(laid.width, min(_row_width(entries), 420.0)) + 2 * MARGIN
    notes = (
        [line for note in scene.notes for line in wrapped(note, width - 2 * MARGIN)]
        if legend
        else []
    )
    rows = _rows(entries, width - 2 * MARGIN)
    foot = (20.0 * len(rows) + 16.0 * len(notes) + 12.0) if rows or notes else 0.0
    height = laid.height + 2 * MARGIN + foot
    left = (width - laid.width) / 2
    body = [
        f'<g transform="translate({n(left)},{n(MARGIN)})">',
        *(_group(g, laid.frames[g.key]) for g in scene.groups),
        *(
            _edge(k, e, route, at, laid)
            for k, (e, route, at) in enumerate(zip(scene.edges, laid.routes, laid.labels))
        ),
        *(_group_title(g, laid.frames[g.key], laid.titles[g.key]) for g in scene.groups),
        *(_box(box, laid.frames[box.key]) for box in scene.boxes),
        "</g>",
    ]
    if foot:
        body.append(_foot(rows, notes, laid.height + 2 * MARGIN + 8))
    style = f"<style>{style_sheet()}</style>" if sheet else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="te" width="{n(width)}" height="{n(height)}" '
        f'viewBox="0 0 {n(width)} {n(height)}" role="group" aria-label="{attribute(scene.title)}" '
        f'font-family="{FONT}" font-size="{n(CAPTION_SIZE)}" text-anchor="middle" '
        f'style="min-width:{n(0.72 * width)}px">{style}<rect width="100%" height="100%" rx="8" '
        f'fill="{PAPER}"/>{"".join(body)}</svg>'
    )


# ---- groups, edges, boxes --------------------------------------------------------------------------
def _group(group: Group, f: Frame) -> str:
    return (
        f'<g class="group" id="{attribute(group.key)}"><rect x="{n(f.x)}" y="{n(f.y)}" width="{n(f.width)}" '
        f'height="{n(f.height)}" rx="9" fill="{GROUP}" stroke="{FRAME}"/></g>'
    )


def _group_title(group: Group, f: Frame, x: float) -> str:
    """A group's title, above the edges that it can be read."""
    title = _text(0, 0, group.title, 12, CAPTION, bold=True, left=True, halo=True)
    beside, note = width_of(group.title, 12, True) + 6, ""
    if group.note:
        note = _text(beside, 0, group.note, CAPTION_SIZE, CAPTION, left=True, halo=True)
    return (
        f'<g class="group-title" data-of="{attribute(group.key)}" transform="translate({n(x)},{n(f.y + 18)})">'
        f"{title}{note}</g>"
    )


def _edge(number: int, edge: Edge, route: Sequence[Point], at: Point, laid: Layout) -> str:
    """A line with a tip and a label, placed by its tip: then many edges are the same but for their place."""
    x, y = (round(c, 1) for c in route[-1])
    route = [(px - x, py - y) for px, py in route]
    ax, ay = route[-2]
    if laid.splines or abs(ax) + abs(ay) < 0.01:
        ax, ay = (0, -1) if laid.direction == "TB" else (-1, 0)
    if not laid.splines and laid.direction == "TB":
        ax = 0  # curves meet boxes at right angles
    elif not laid.splines:
        ay = 0
    length = math.hypot(ax, ay) or 1.0
    ux, uy = -ax / length, -ay / length
    left, right = (-7 * ux - 3.2 * uy, -7 * uy + 3.2 * ux), (-7 * ux + 3.2 * uy, -7 * uy - 3.2 * ux)
    tip = _moves((0, 0), ("l", left, (-5 * ux, -5 * uy), right))
    dash = ' stroke-dasharray="5 4"' if edge.dashed else ""
    label = ""
    if edge.label:
        colour = BACKWARD if edge.backward else CAPTION
        label = _text(at[0] - x, at[1] - y + 4, edge.label, CAPTION_SIZE, colour, halo=True)
    return (
        f'<g class="edge {"backward" if edge.backward else "forward"}" id="e{number}" '
        f'data-from="{attribute(edge.tail)}" data-to="{attribute(edge.head)}" transform="translate({n(x)},{n(y)})">'
        f'<path d="{_curve([*route[:-1], (-5 * ux, -5 * uy)], laid)}" {STROKE}{dash}/>'
        f'<path d="{tip}z" fill="{EDGE}"/>{label}</g>'
    )


def _curve(points: Sequence[Point], laid: Layout) -> str:
    """Straight where the direction of the drawing is kept, an S where it is left."""
    if laid.splines:
        return _moves(points[0], ("c" if len(points) > 2 else "l", *points[1:]))
    steps: list[tuple[Any, ...]] = []
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if laid.direction == "TB" and abs(ax - bx) > 0.05:
            middle = (ay + by) / 2
            steps.append(("c", (ax, middle), (bx, middle), (bx, by)))
        elif laid.direction == "LR" and abs(ay - by) > 0.05:
            middle = (ax + bx) / 2
            steps.append(("c", (middle, ay), (middle, by), (bx, by)))
        elif steps and steps[-1][0] == "l":
            steps[-1] = ("l", (bx, by))  # straight on
        else:
            steps.append(("l", (bx, by)))
    return _moves(points[0], *steps)


def _moves(start: Point, *steps: tuple[Any, ...]) -> str:
    """A path, each step a command and its points: written relative to where the pen is, which is shorter."""
    x, y = (round(c, 1) for c in start)
    d = f"M{n(x)} {n(y)}"
    for command, *points in steps:
        every = {"l": 1, "c": 3}[command]  # points, after which the pen has moved
        numbers = []
        for k, (px, py) in enumerate(points, 1):
            right, down = round(px - x, 1), round(py - y, 1)
            numbers += [n(right), n(down)]
            if k % every == 0:
                x, y = x + right, y + down
        d += command + " ".join(numbers)
    return d.replace(" -", "-")


def _box(box: Box, f: Frame) -> str:
    kind, size = KINDS[box.kind], inside(box)
    w, h = (f.width - STACK, f.height - STACK) if box.stacked else (f.width, f.height)
    radius = (
        13.0 if not box.cells and box.kind == "operation" else 8.0 if box.kind == "input" else 3.0
    )
    border = f'stroke="{kind.border}" stroke-width="{n(kind.width)}"' + (
        f' stroke-dasharray="{kind.dash}"' if kind.dash else ""
    )
    shape = f'width="{n(w)}" height="{n(h)}" rx="{n(radius)}"'
    parts = [f"<title>{text(box.tip or box.title)}</title>"]
    if box.stacked:
        parts.append(f'<rect x="{n(STACK)}" y="{n(STACK)}" {shape} fill="{kind.fill}" {border}/>')
    parts.append(f'<rect {shape} fill="{kind.fill}"/>')
    if box.cells:
        parts.append(f'<path d="{_lower_part(w, h, size.header, radius)}" fill="{CARD}"/>')
    x, scale = 0.0, w / (sum(size.cells) or 1.0)
    for k, (cell, cell_width) in enumerate(zip(box.cells, size.cells)):
        corners = (k == 0, k == len(box.cells) - 1)
        parts.append(
            _cell(cell, x, size.header, cell_width * scale, h - size.header, radius, corners)
        )
        x += cell_width * scale
    parts.append(f'<rect {shape} fill="none" {border}/>')
    title, note = width_of(box.title, TITLE_SIZE, True), width_of(box.note, CAPTION_SIZE)
    if size.note_below or not box.note:
        parts.append(_text(w / 2, 18, box.title, TITLE_SIZE, kind.text, bold=True))
        if box.note:
            parts.append(_text(w / 2, 32, box.note, CAPTION_SIZE, kind.text))
    else:
        start = (w - title - note - 7) / 2
        parts.append(_text(start, 18, box.title, TITLE_SIZE, kind.text, bold=True, left=True))
        parts.append(_text(start + title + 7, 18, box.note, CAPTION_SIZE, kind.text, left=True))
    return (
        f'<g class="node {box.kind}" id="{attribute(box.key)}" transform="translate({n(f.x)},{n(f.y)})">'
        + "".join(parts)
        + "</g>"
    )


def _lower_part(
    w: float,
    h: float,
    top: float,
    r: float,
    left: float = 0.0,
    corners: tuple[bool, bool] = (True, True),
) -> str:
    """The outline of a cell that reaches the bottom, round where the box is."""
    a, b = (r if corners[0] else 0.0), (r if corners[1] else 0.0)
    return (
        f"M{n(left)} {n(top)}H{n(left + w)}V{n(h - b)}" + (f"a{n(b)} {n(b)} 0 0 1 {n(-b)} {n(b)}" if b else "")
        + f"H{n(left + a)}" + (f"a{n(a)} {n(a)} 0 0 1 {n(-a)} {n(-a)}" if a else "") + "Z"
    )  # fmt: skip


def _cell(
    cell: Cell, x: float, y: float, w: float, h: float, radius: float, corners: tuple[bool, bool]
) -> str:
    small, large = inks_on(cell.fill)
    parts = []
    if cell.fill != CARD:
        parts.append(
            f'<path d="{_lower_part(w, y + h, y, radius, x, corners)}" fill="{cell.fill}"/>'
        )
    if cell.beside:
        caption, line = width_of(cell.caption, CAPTION_SIZE), "".join(cell.lines)
        left = x + (w - caption - BESIDE - width_of(line, TEXT_SIZE)) / 2
        parts.append(_text(left, y + 15, cell.caption, CAPTION_SIZE, small, left=True))
        parts.append(_text(left + caption + BESIDE, y + 15, line, TEXT_SIZE, large, left=True))
        return _cell_group(cell, parts)
    parts.append(_text(x + w / 2, y + 14, cell.caption, CAPTION_SIZE, small))
    at = y + 19
    if cell.heat is not None:
        tile, high = tile_of(cell.heat)
        left = x + (w - tile * len(cell.heat.colours[0])) / 2
        parts.append(_heat(cell, left, at, tile, high))
        at += high * len(cell.heat.colours)
    size, colour = (CAPTION_SIZE, small) if cell.heat else (TEXT_SIZE, large)
    for k, line in enumerate(cell.lines):
        parts.append(_text(x + w / 2, at + 13 + LINE * k, line, size, colour))
    return _cell_group(cell, parts)


def _cell_group(cell: Cell, parts: Iterable[str]) -> str:
    return f'<g class="cell" data-cell="{attribute(cell.caption)}">{"".join(parts)}</g>'


def _heat(cell: Cell, left: float, top: float, w: float, h: float) -> str:
    """One path for all squares of a colour; numbers over them where there are few."""
    heat = cell.heat
    assert heat is not None
    squares: dict[str, str] = {}
    numbers = []
    for i, row in enumerate(heat.colours):
        j = 0
        for colour, alike in groupby(row):
            width = w * len(list(alike))
            path = f"M{n(j * w)} {n(i * h)}h{n(width)}v{n(h)}h{n(-width)}z"
            squares[colour] = squares.get(colour, "") + path
            j += round(width / w)
        for j, words in enumerate(heat.texts[i] if heat.texts is not None else ()):
            ink = ink_on(row[j])
            numbers.append(
                _text((j + 0.5) * w, i * h + 12.5, words, None, None if ink == BLACK else ink)
            )
    paths = "".join(f'<path d="{d}" fill="{colour}"/>' for colour, d in squares.items())
    across, down = len(heat.colours[0]), len(heat.colours)
    grid = "".join(f"M{n(j * w)} 0v{n(h * down)}" for j in range(across + 1)) + "".join(
        f"M0 {n(i * h)}h{n(w * across)}" for i in range(down + 1)
    )
    lines = f'<path d="{grid}" stroke="{GRID}" stroke-width="0.5" fill="none"/>'
    over = f'<g font-size="12" fill="{BLACK}">{"".join(numbers)}</g>' if numbers else ""
    return f'<g transform="translate({n(left)},{n(top)})">{paths}{lines}{over}</g>'


# ---- the legend ------------------------------------------------------------------------------------
def _legend(scene: Scene) -> list[tuple[float, str]]:
    """What colours and borders mean: of those that are there, each with its width."""
    entries = []
    for name, kind in KINDS.items():
        if any(box.kind == name for box in scene.boxes):
            dash = f' stroke-dasharray="{kind.dash}"' if kind.dash else ""
            swatch = (
                f'<rect x="1" y="-5" width="13" height="11" rx="{4 if name == "input" else 1}" fill="{kind.fill}" '
                f'stroke="{kind.border}" stroke-width="{n(kind.width)}"{dash}/>'
            )
            entries.append(_entry(swatch, 20, name))
    cells = [cell for box in scene.boxes for cell in box.cells]
    if any(cell.fill in BINS for cell in cells):
        what = next((c.caption for c in cells if c.fill in BINS), "grad")
        what = "|grad|" if "grad" in what else what
        swatch = "".join(
            f'<rect x="{1 + 12 * k}" y="-5" width="12" height="11" fill="{c}" stroke="{EDGE}" stroke-width="0.5"/>'
            for k, c in enumerate(BINS)
        )
        entries.append(_entry(swatch, 68, f"{what}, small to large"))
    for caption, colours in (("data", DATA), ("grad", GRADIENT)):
        if any(cell.heat is not None and cell.caption == caption for cell in cells):
            swatch = "".join(
                f'<rect x="{1 + 7 * k}" y="-5" width="7" height="11" fill="{c}"/>'
                for k, c in enumerate(colours)
            )
            entries.append(_entry(swatch, 70, f"{caption}: − 0 +"))
    if any(edge.backward for edge in scene.edges):
        entries.append(
            _entry(
                _text(1, 4, "×2", CAPTION_SIZE, BACKWARD, left=True), 18, "derivative along an edge"
            )
        )
    return entries


def _foot(rows: Sequence[Sequence[tuple[float, str]]], notes: Iterable[str], top: float) -> str:
    """The legend's rows of entries, and notes below them."""
    y, parts = 0.0, []
    for row in rows:
        x = MARGIN
        for w, draw in row:
            parts.append(f'<g class="entry" transform="translate({n(x)},{n(y)})">{draw}</g>')
            x += w + 14
        y += 20
    for note in notes:
        parts.append(_text(MARGIN, y + 6, note, CAPTION_SIZE, CAPTION, left=True))
        y += 16
    return f'<g class="legend" transform="translate(0,{n(top)})">{"".join(parts)}</g>'


def _entry(swatch: str, at: float, words: str) -> tuple[float, str]:
    return at + width_of(words, CAPTION_SIZE), swatch + _text(
        at, 4, words, CAPTION_SIZE, CAPTION, left=True
    )


def _row_width(entries: Iterable[tuple[float, str]]) -> float:
    return sum(w + 14 for w, _ in entries)


def _rows(entries: Iterable[tuple[float, str]], width: float) -> list[list[tuple[float, str]]]:
    """Entries in rows that fit the width."""
    rows: list[list[tuple[float, str]]] = []
    for entry in entries:
        if rows and _row_width(rows[-1]) + entry[0] <= width:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def wrapped(line: str, width: float) -> list[str]:
    """A note in lines that fit the width."""
    lines = [""]
    for word in line.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, CAPTION_SIZE) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


# ---- words and numbers -----------------------------------------------------------------------------
def n(x: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{round(x, 1) + 0.0:g}"  # no -0


def text(words: str) -> str:
    """Text of the user, safe in SVG and HTML: markup escaped, no character that XML cannot hold."""
    return escape("".join(c if c.isprintable() else " " for c in words), quote=True)


attribute = text


def _text(
    x: float,
    y: float,
    words: str,
    size: float | None,
    fill: str | None,
    *,
    bold: bool = False,
    left: bool = False,
    halo: bool = False,
) -> str:
    """Words whose middle, or `left` end, is at a place; size and fill may be those of what is around (None)."""
    more = "" if size in (None, CAPTION_SIZE) else f' font-size="{n(size or 0)}"'
    more += f' fill="{fill}"' if fill else ""
    more += ' font-weight="bold"' if bold else ""
    more += ' text-anchor="start"' if left else ""
    more += f" {HALO}" if halo else ""
    return f'<text x="{n(x)}" y="{n(y)}"{more}>{text(words)}</text>'
