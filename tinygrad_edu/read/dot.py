"""A scene written as DOT text: HTML-like labels, ids and classes on all that is drawn, literal colours."""

from __future__ import annotations

from html import escape

from ..palette import BACKWARD, BINS, CAPTION, CARD, EDGE, GROUP, LINE, PAPER, ink_on
from .look import KINDS, inks_on
from .scene import Box, Cell, Edge, Group, Scene

__all__ = ["dot", "nested"]


def dot(scene: Scene) -> str:
    """The DOT text of a scene."""
    font = f'fontname=Arial fontsize=11 fontcolor="{CAPTION}"'
    lines = [
        "digraph {",
        f'  graph [rankdir={scene.direction} nodesep=0.3 ranksep=0.4 bgcolor="{PAPER}" {font}]',
        f"  graph [class=te labelloc=b label={quoted(_words(scene))}]",
        "  node [shape=plain fontname=Arial fontsize=14]",
        f'  edge [color="{EDGE}" penwidth=1.3 arrowhead=vee arrowsize=0.7 {font}]',
        *nested(
            scene,
            {box.key: _box_attributes(box) for box in scene.boxes},
            {group.key: _group_attributes(group) for group in scene.groups},
        ),
        *(_edge(k, edge) for k, edge in enumerate(scene.edges)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def nested(scene: Scene, boxes: dict[str, str], groups: dict[str, str]) -> list[str]:
    """Lines that state the boxes, with these attributes, each inside the clusters of its groups."""
    lines: dict[str, list[str]] = {group.key: [] for group in scene.groups}
    lines[""] = []
    for box in scene.boxes:
        lines[box.group].append(f"  {box.key} [{boxes[box.key]}]")
    for group in reversed(scene.groups):
        inner = [f"  {line}" for line in lines[group.key]]
        begin = [f"  subgraph cluster_{group.key} {{", f"    graph [{groups[group.key]}]"]
        lines[group.parent] += [*begin, *inner, "  }"]
    return lines[""]


def _box_attributes(box: Box) -> str:
    tip = quoted(box.tip or box.title)
    return f"id={box.key} class={box.kind} tooltip={tip} label=<{_table(box)}>"


def _group_attributes(group: Group) -> str:
    words = f"<B>{xml(group.title) or ' '}</B> {xml(group.note)}"
    return (
        f'id={group.key} class=group style="rounded,filled" color="{LINE}" fillcolor="{GROUP}" '
        f'labeljust=l labelloc=t margin=12 fontcolor="{CAPTION}" label=<{words}>'
    )


def _edge(number: int, edge: Edge) -> str:
    looks = [f"id=e{number}", f"class={'backward' if edge.backward else 'forward'}"]
    if edge.label:
        looks.append(f"label={quoted(' ' + edge.label)}")
    if edge.backward:
        looks.append(f'fontcolor="{BACKWARD}"')
    if edge.dashed:
        looks.append("style=dashed")
    return f"  {edge.tail} -> {edge.head} [{' '.join(looks)}]"


# ---- HTML-like labels --------------------------------------------------------------------------------
def _table(box: Box) -> str:
    kind = KINDS[box.kind]
    note = f' <FONT POINT-SIZE="11">{xml(box.note)}</FONT>' if box.note else ""
    head = f'<FONT COLOR="{kind.text}"><B>{xml(box.title) or " "}</B>{note}</FONT>'
    cells = "".join(map(_cell, box.cells))
    style = ' STYLE="dashed"' if kind.dash else ""
    table = (
        f'<TABLE BORDER="{kind.width}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4" COLOR="{kind.border}" '
        f'BGCOLOR="{CARD}"{style}><TR><TD COLSPAN="{max(1, len(box.cells))}" BGCOLOR="{kind.fill}">{head}</TD></TR>'
        f"{f'<TR>{cells}</TR>' if cells else ''}</TABLE>"
    )
    if not box.stacked:
        return table
    return (  # a second border around the first: several sheets
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="3" CELLPADDING="0" COLOR="{kind.border}" BGCOLOR="{kind.fill}">'
        f"<TR><TD>{table}</TD></TR></TABLE>"
    )


def _cell(cell: Cell) -> str:
    small, large = inks_on(cell.fill)
    caption = f'<FONT POINT-SIZE="11" COLOR="{small}">{xml(cell.caption) or " "}</FONT>'
    lines = "<BR/>".join(map(xml, cell.lines))
    if cell.heat is None:
        between = " " if cell.beside else "<BR/>"
        words = f'{caption}{between}<FONT COLOR="{large}">{lines or " "}</FONT>'
        return f'<TD BGCOLOR="{cell.fill}">{words}</TD>'
    side = 10 if len(cell.heat.colours) > 8 or len(cell.heat.colours[0]) > 8 else 12
    rows = []
    for i, row in enumerate(cell.heat.colours):
        texts = cell.heat.texts[i] if cell.heat.texts is not None else None
        tiles = []
        for j, colour in enumerate(row):
            if texts is None:
                tiles.append(
                    f'<TD BGCOLOR="{colour}" WIDTH="{side}" HEIGHT="{side}" FIXEDSIZE="TRUE"></TD>'
                )
            else:
                tiles.append(
                    f'<TD BGCOLOR="{colour}"><FONT POINT-SIZE="12" COLOR="{ink_on(colour)}">{xml(texts[j])}</FONT></TD>'
                )
        rows.append(f"<TR>{''.join(tiles)}</TR>")
    padding = 2 if cell.heat.texts is not None else 0
    heat = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}">{"".join(rows)}</TABLE>'
    scale = (
        f'<TR><TD><FONT POINT-SIZE="11" COLOR="{small}">{lines}</FONT></TD></TR>' if lines else ""
    )
    return (
        f'<TD BGCOLOR="{cell.fill}"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
        f"<TR><TD>{caption}</TD></TR><TR><TD>{heat}</TD></TR>{scale}</TABLE></TD>"
    )


def _words(scene: Scene) -> str:
    """The legend and what was folded, below the graph."""
    kinds = [k for k in KINDS if any(box.kind == k for box in scene.boxes)]
    cells = [cell for box in scene.boxes for cell in box.cells]
    words = {
        "input": "input: blue", "parameter": "parameter: yellow, thick border", "operation": "operation: white",
        "constant": "constant: grey, dashed border", "output": "output: green, thick border",
        "module": "module: violet", "failed": "failed: red, dashed border",
    }  # fmt: skip
    lines = [" · ".join(words[k] for k in kinds)]
    if any(cell.fill in BINS for cell in cells):
        lines.append("the darker the magenta, the larger")
    if any(cell.heat is not None for cell in cells):
        lines.append("data: orange −, blue + · grad: green −, purple +")
    if any(edge.backward for edge in scene.edges):
        lines.append("×2 on an edge: the derivative along it")
    return "\n".join([*lines, *scene.notes])


def xml(words: str) -> str:
    """Text for an HTML-like label, in which a backslash would start an escape of DOT's own."""
    safe = "".join(c if c.isprintable() else " " for c in words)
    return escape(safe).replace("\\", "&#92;&#92;")


def quoted(words: str) -> str:
    """Text as a quoted string of DOT."""
    lines = ["".join(c if c.isprintable() else " " for c in line) for line in words.split("\n")]
    return '"' + "\\n".join(s.replace("\\", "\\\\").replace('"', '\\"') for s in lines) + '"'
