"""A scene and its layout written as SVG: no font, script or file from elsewhere, dark mode inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..palette import CAPTION, CARD, DATA, EDGE, GRADIENT, LINE as FRAME, PAPER, ink_on
from .boxes import BESIDE, CAPTION_SIZE, LINE, STACK, TEXT_SIZE, TITLE_SIZE, inside, tile_of
from .layout import Frame, Layout, Point
from .look import BACKWARD, BIN_COLOURS, FONT, GROUP_FILL, KINDS, inks_on, style_sheet, width_of
from .scene import Box, Cell, Edge, Group, Scene

__all__ = ["svg"]

MARGIN = 16.0


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
    y = laid.height + 2 * MARGIN + 8
    for row in rows:
        x = MARGIN
        for w, draw in row:
            body.append(f'<g transform="translate({n(x)},{n(y)})">{draw}</g>')
            x += w + 14
        y += 20
    for note in notes:
        body.append(_text(MARGIN, y + 6, note, CAPTION_SIZE, CAPTION))
        y += 16
    style = f"<style>{style_sheet()}</style>" if sheet else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="te" width="{n(width)}" height="{n(height)}" '
        f'viewBox="0 0 {n(width)} {n(height)}" role="group" aria-label="{attribute(scene.title)}" '
        f'font-family="{FONT}" style="min-width:{n(0.72 * width)}px">{style}'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>' + "".join(body) + "</svg>"
    )


# ---- groups, edges, boxes --------------------------------------------------------------------------
def _group(group: Group, f: Frame) -> str:
    return (
        f'<g class="group" id="{attribute(group.key)}"><rect x="{n(f.x)}" y="{n(f.y)}" width="{n(f.width)}" '
        f'height="{n(f.height)}" rx="9" fill="{GROUP_FILL}" stroke="{FRAME}"/></g>'
    )


def _group_title(group: Group, f: Frame, x: float) -> str:
    """A group's title, above the edges that it can be read."""
    title = _text(x, f.y + 18, group.title, 12, CAPTION, bold=True, halo=True)
    x += width_of(group.title, 12, True) + 6
    note = _text(x, f.y + 18, group.note, CAPTION_SIZE, CAPTION, halo=True) if group.note else ""
    return f'<g class="group-title" data-of="{attribute(group.key)}">{title}{note}</g>'


def _edge(number: int, edge: Edge, route: Sequence[Point], at: Point, laid: Layout) -> str:
    (ax, ay), (bx, by) = route[-2:]
    if laid.splines or abs(bx - ax) + abs(by - ay) < 0.01:
        ax, ay = (bx, by - 1) if laid.direction == "TB" else (bx - 1, by)
    if not laid.splines and laid.direction == "TB":
        ax = bx  # curves meet boxes at right angles
    elif not laid.splines:
        ay = by
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
    ux, uy = (bx - ax) / length, (by - ay) / length
    tip = (
        f"M{n(bx)} {n(by)}L{n(bx - 7 * ux - 3.2 * uy)} {n(by - 7 * uy + 3.2 * ux)}"
        f"L{n(bx - 5 * ux)} {n(by - 5 * uy)}L{n(bx - 7 * ux + 3.2 * uy)} {n(by - 7 * uy - 3.2 * ux)}Z"
    )
    points = [*route[:-1], (bx - 5 * ux, by - 5 * uy)]
    dash = ' stroke-dasharray="5 4"' if edge.dashed else ""
    label = ""
    if edge.label:
        colour = BACKWARD if edge.backward else CAPTION
        label = _text(at[0], at[1] + 4, edge.label, CAPTION_SIZE, colour, middle=True, halo=True)
    return (
        f'<g class="edge {"backward" if edge.backward else "forward"}" id="e{number}" '
        f'data-from="{attribute(edge.tail)}" data-to="{attribute(edge.head)}">'
        f'<path d="{_curve(points, laid)}" fill="none" stroke="{EDGE}" stroke-width="1.3"{dash}/>'
        f'<path d="{tip}" fill="{EDGE}"/>{label}</g>'
    )


def _curve(points: Sequence[Point], laid: Layout) -> str:
    """Straight where the direction of the drawing is kept, an S where it is left."""
    if laid.splines:
        pairs = " ".join(f"{n(x)} {n(y)}" for x, y in points[1:-1])
        (ax, ay), (bx, by) = points[0], points[-1]
        return (
            f"M{n(ax)} {n(ay)}C{pairs} {n(bx)} {n(by)}"
            if pairs
            else f"M{n(ax)} {n(ay)}L{n(bx)} {n(by)}"
        )
    d = f"M{n(points[0][0])} {n(points[0][1])}"
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if laid.direction == "TB" and abs(ax - bx) > 0.05:
            middle = (ay + by) / 2
            d += f"C{n(ax)} {n(middle)} {n(bx)} {n(middle)} {n(bx)} {n(by)}"
        elif laid.direction == "LR" and abs(ay - by) > 0.05:
            middle = (ax + bx) / 2
            d += f"C{n(middle)} {n(ay)} {n(middle)} {n(by)} {n(bx)} {n(by)}"
        else:
            d += f"L{n(bx)} {n(by)}"
    return d


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
        parts.append(_text(w / 2, 18, box.title, TITLE_SIZE, kind.text, bold=True, middle=True))
        if box.note:
            parts.append(_text(w / 2, 32, box.note, CAPTION_SIZE, kind.text, middle=True))
    else:
        start = (w - title - note - 7) / 2
        parts.append(_text(start, 18, box.title, TITLE_SIZE, kind.text, bold=True))
        parts.append(_text(start + title + 7, 18, box.note, CAPTION_SIZE, kind.text))
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
        parts.append(_text(left, y + 15, cell.caption, CAPTION_SIZE, small))
        parts.append(_text(left + caption + BESIDE, y + 15, line, TEXT_SIZE, large))
        return _cell_group(cell, parts)
    parts.append(_text(x + w / 2, y + 14, cell.caption, CAPTION_SIZE, small, middle=True))
    at = y + 19
    if cell.heat is not None:
        tile, high = tile_of(cell.heat)
        left = x + (w - tile * len(cell.heat.colours[0])) / 2
        parts.append(_heat(cell, left, at, tile, high))
        at += high * len(cell.heat.colours)
    size, colour = (CAPTION_SIZE, small) if cell.heat else (TEXT_SIZE, large)
    for k, line in enumerate(cell.lines):
        parts.append(_text(x + w / 2, at + 13 + LINE * k, line, size, colour, middle=True))
    return _cell_group(cell, parts)


def _cell_group(cell: Cell, parts: Iterable[str]) -> str:
    return f'<g class="cell" data-cell="{attribute(cell.caption)}">{"".join(parts)}</g>'


def _heat(cell: Cell, left: float, top: float, w: float, h: float) -> str:
    """One path for all squares of a colour; numbers over them where there are few."""
    heat = cell.heat
    assert heat is not None
    squares: dict[str, list[str]] = {}
    numbers = []
    for i, row in enumerate(heat.colours):
        for j, colour in enumerate(row):
            squares.setdefault(colour, []).append(f"M{n(j * w)} {n(i * h)}h{n(w)}v{n(h)}h{n(-w)}z")
            if heat.texts is not None:
                numbers.append(
                    _text(
                        (j + 0.5) * w,
                        i * h + 12.5,
                        heat.texts[i][j],
                        12,
                        ink_on(colour),
                        middle=True,
                    )
                )
    paths = "".join(f'<path d="{"".join(d)}" fill="{colour}"/>' for colour, d in squares.items())
    across, down = len(heat.colours[0]), len(heat.colours)
    grid = "".join(f"M{n(j * w)} 0v{n(h * down)}" for j in range(across + 1)) + "".join(
        f"M0 {n(i * h)}h{n(w * across)}" for i in range(down + 1)
    )
    lines = f'<path d="{grid}" stroke="{FRAME}" stroke-width="0.5" fill="none"/>'
    return f'<g transform="translate({n(left)},{n(top)})">{paths}{lines}{"".join(numbers)}</g>'


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
    if any(cell.fill in BIN_COLOURS for cell in cells):
        what = next((c.caption for c in cells if c.fill in BIN_COLOURS), "grad")
        what = "|grad|" if "grad" in what else what
        swatch = "".join(
            f'<rect x="{1 + 12 * k}" y="-5" width="12" height="11" fill="{c}" stroke="{EDGE}" stroke-width="0.5"/>'
            for k, c in enumerate(BIN_COLOURS)
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
            _entry(_text(1, 4, "×2", CAPTION_SIZE, BACKWARD), 18, "derivative along an edge")
        )
    return entries


def _entry(swatch: str, at: float, words: str) -> tuple[float, str]:
    return at + width_of(words, CAPTION_SIZE), swatch + _text(at, 4, words, CAPTION_SIZE, CAPTION)


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
    return f"{round(x, 1):g}"


def text(words: str) -> str:
    """Text of the user, safe in SVG and HTML: markup escaped, no character that XML cannot hold."""
    return escape("".join(c if c.isprintable() else " " for c in words), quote=True)


attribute = text


def _text(
    x: float,
    y: float,
    words: str,
    size: float,
    fill: str,
    *,
    bold: bool = False,
    middle: bool = False,
    halo: bool = False,
) -> str:
    more = ' font-weight="bold"' if bold else ""
    more += ' text-anchor="middle"' if middle else ""
    more += (
        f' stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
        if halo
        else ""
    )
    return f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" fill="{fill}"{more}>{text(words)}</text>'
