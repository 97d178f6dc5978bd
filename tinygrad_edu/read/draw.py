"""Drawing a graph: one box per value, the operation that made it in its title, as Graphviz DOT.

The DOT text needs no program; a picture needs Graphviz's `dot`.  The arrays that a graph no longer
keeps are computed again from its leaves and constants, for a graph is a program.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import graphviz
import numpy as np

from .. import primitive as made
from ..autograd import as_sequence
from ..graph import Leaf, Node
from ..value import Value
from .replay import anchor, edges_of, made_of, replay
from .words import name_all, summary, title

__all__ = ["Drawing", "draw"]

LIMIT = 500  # boxes: `dot` lays them out in 0.1 s, ten times as many in 14 s

#        kind:      fill,      border,    text,      width of the border
COLOURS = {
    "input": ("#e3f0fc", "#1f5f9e", "#123a63", 1),
    "parameter": ("#fdf1d6", "#8f5a00", "#5c3a00", 2),
    "operation": ("#ffffff", "#52606d", "#1f2933", 1),
    "constant": ("#f1f3f5", "#7b8794", "#3e4c59", 1),
    "output": ("#dff3e6", "#1d6f42", "#0f4527", 2),
}
GRADS = ("#fbeef5", "#f3cfe3", "#e39fc5", "#b84a8b", "#9a2c71")  # |grad|, small to large
CAPTION, EDGE, TEXT, WHITE = "#52606d", "#7b8794", "#1f2933", "#ffffff"


class Drawing(graphviz.Digraph):  # type: ignore[misc]
    """A Graphviz graph that shows its DOT text where there is no `dot` to lay it out."""

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **options: Any
    ) -> dict[str, Any]:
        try:
            bundle: dict[str, Any] = super()._repr_mimebundle_(include, exclude, **options)
        except (graphviz.ExecutableNotFound, graphviz.CalledProcessError, OSError):
            return {"text/plain": self.source}
        return bundle


def draw(x: Any, names: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> Drawing:
    """The graph that `x`, a Tensor, a Value or several, was computed by; `.source` is its DOT text.

    `names` gives Tensors and Values a name: a dict, or pairs as `model.named_parameters()` gives
    them; a Value's label is its name anyway.  Of more than 500 values the youngest 500 are drawn.
    A box shows the numbers of a value, or their mean and standard deviation if they are more than
    6, and the gradient of a leaf.  Numbers that were written over since have no place in it.

    >>> import tinygrad_edu as te
    >>> a, b = te.Value(2.0, label="a"), te.Value(-3.0, label="b")
    >>> print(te.draw(a * b).source.count("v1 = a × b"))
    1
    """
    roots = as_sequence(x)
    things = made_of(roots)
    drawn = things[-LIMIT:]
    called = name_all(things, dict(names))
    shown = {id(t): summary(a) for t, a in replay(things, roots)}
    grads = {id(t): g for t in drawn if (g := gradient(t, roots)) is not None}
    fills = bins({key: g for key, g in grads.items() if not isinstance(g, str)})
    outputs = {id(anchor(root)) for root in roots}

    picture = Drawing(
        "graph", graph_attr={"rankdir": "TB", "nodesep": "0.3", "ranksep": "0.4", "ordering": "in"}
    )
    picture.attr("node", shape="plain", fontname="Arial", fontsize="14")
    picture.attr("edge", color=EDGE, penwidth="1.2", arrowsize="0.7", arrowhead="vee")
    places = {id(t): f"n{k}" for k, t in enumerate(drawn, 1)}
    if len(drawn) < len(things):
        text = f"{len(things) - len(drawn):,} older values are not drawn"
        picture.node("note", box("constant", text, "", []), id="note", **{"class": "note"})
        picture.edge("note", "n1", style="dashed", id="note-n1", **{"class": "note"})
    for t in drawn:
        key, place = id(t), places[id(t)]
        kind = kind_of(t, key in outputs)
        cells = [cell("data", shown.get(key), WHITE)] if key in shown else []
        if key in grads:
            cells.append(cell("grad", grads[key], fills.get(key, WHITE)))
        shape = "×".join(map(str, t.shape))
        picture.node(place, box(kind, title(t, called), shape, cells), id=place, **{"class": kind})
        for k, e in enumerate(edges_of(t)):
            if id(e) in places:
                picture.edge(
                    places[id(e)], place, id=f"{places[id(e)]}-{place}-{k}", **{"class": "flow"}
                )
    return picture


# ---- kinds and colours -------------------------------------------------------------------------
def kind_of(thing: Any, is_output: bool) -> str:
    """A key of COLOURS."""
    if not isinstance(thing, Node):
        return "input" if thing.ndim else "constant"
    return "parameter" if thing.op is None else "output" if is_output else "operation"


def gradient(thing: Any, roots: Sequence[Any]) -> Any:
    """Its gradient: an array; words if it has none yet; None if none is asked for."""
    if isinstance(thing, Value):
        return np.asarray(float(thing.grad))
    if isinstance(thing, Leaf):
        t = thing.variable
        return None if t is None else "not computed" if t._grad is None else t._grad.array
    held = next((t for t in roots if isinstance(t, made.Tensor) and t.node is thing), None)
    return None if held is None or held._grad is None else held._grad.array


def bins(grads: Mapping[int, Any]) -> dict[int, str]:
    """A fill for each gradient: five equal steps of log |grad| from the smallest to the largest."""
    sizes = {
        key: math.sqrt(np.mean(np.square(np.abs(g), dtype=np.float64))) if g.size else 0.0
        for key, g in grads.items()
    }
    some = [math.log(s) for s in sizes.values() if 0 < s < math.inf]
    if not some:
        return {}
    low, span = min(some), (max(some) - min(some)) or 1.0
    return {
        key: GRADS[
            4
            if not math.isfinite(s)
            else 0
            if s == 0
            else min(4, int(5 * (math.log(s) - low) / span))
        ]
        for key, s in sizes.items()
    }


# ---- boxes -------------------------------------------------------------------------------------
def box(kind: str, text: str, shape: str, cells: Sequence[str]) -> str:
    """A table: the title above, data and gradient side by side below."""
    fill, border, colour, width = COLOURS[kind]
    small = f' <FONT POINT-SIZE="10">{shape}</FONT>' if shape else ""
    words = f'<FONT COLOR="{colour}"><B>{xml(text)}</B>{small}</FONT>'
    head = f'<TD COLSPAN="{max(1, len(cells))}" BGCOLOR="{fill}">{words}</TD>'
    body = f"<TR>{''.join(cells)}</TR>" if cells else ""
    return (
        f'<<TABLE BORDER="{width}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4" COLOR="{border}" BGCOLOR="{WHITE}">'
        f"<TR>{head}</TR>{body}</TABLE>>"
    )


def cell(caption: str, content: Any, fill: str) -> str:
    """A caption over lines, an array or words, on a ground that leaves them readable."""
    dark = fill in GRADS[3:]
    small, large = (WHITE, WHITE) if dark else (CAPTION, TEXT)
    lines = (
        [content]
        if isinstance(content, str)
        else summary(content)
        if isinstance(content, np.ndarray)
        else content
    )
    top = f'<FONT POINT-SIZE="10" COLOR="{small}">{caption}</FONT>'
    inside = f'{top}<BR/><FONT COLOR="{large}">{"<BR/>".join(map(xml, lines))}</FONT>'
    return f'<TD BGCOLOR="{fill}">{inside}</TD>'


def xml(text: str) -> str:
    """Text for an HTML-like label, in which a backslash would start an escape of DOT's own."""
    return escape(text).replace("\\", "&#92;&#92;")
