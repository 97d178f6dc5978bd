"""Drawing a graph: one box per value, the operation that made it in its title, as Graphviz DOT.

The DOT text needs no program; a picture needs Graphviz's `dot`.  The arrays that a graph no longer
keeps are computed again from its leaves and constants, for a graph is a program.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import graphviz
import numpy as np

from .. import primitive as made
from ..autograd import as_sequence, node_of
from ..graph import Leaf, Node, written_at
from ..primitive import TABLE, raw
from ..value import Value

__all__ = ["Drawing", "draw"]

LIMIT = 500  # boxes: `dot` lays them out in 0.1 s, ten times as many in 14 s
FEW = 6  # numbers that are written out
FIGURE_SPACE = "\u2007"

#        kind:      fill,      border,    text,      width of the border
COLOURS = {
    "input": ("#e3f0fc", "#1f5f9e", "#123a63", 1),
    "parameter": ("#fdf1d6", "#8f5a00", "#5c3a00", 2),
    "operation": ("#ffffff", "#52606d", "#1f2933", 1),
    "constant": ("#f1f3f5", "#7b8794", "#3e4c59", 1),
    "output": ("#dff3e6", "#1d6f42", "#0f4527", 2),
}
GRADS = (
    "#fbeef5",
    "#f3cfe3",
    "#e39fc5",
    "#b84a8b",
    "#9a2c71",
)  # |grad|, in five equal steps of its logarithm
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
    shown = numbers(things, roots)
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


# ---- what is drawn -----------------------------------------------------------------------------
def anchor(root: Any) -> Any:
    """The node of a Tensor or Value; the array of a Tensor that has none."""
    node = node_of(root)
    return raw(root) if node is None else node


def edges_of(thing: Any) -> Sequence[Any]:
    """What a value was made of."""
    return thing.edges if isinstance(thing, Node) else ()


def made_of(roots: Sequence[Any]) -> list[Any]:
    """The nodes and constant arrays that `roots` were made of, inputs before what was made of them."""
    nodes: dict[int, Node] = {}
    ahead = [anchor(root) for root in roots]
    loose = [a for a in ahead if not isinstance(a, Node)]
    while ahead:
        n = ahead.pop()
        if isinstance(n, Node) and id(n) not in nodes:
            nodes[id(n)] = n
            ahead.extend(n.edges)
    things: dict[int, Any] = {}
    for n in sorted(nodes.values(), key=lambda n: n.serial):
        things.update((id(e), e) for e in n.edges if isinstance(e, np.ndarray))
        things[id(n)] = n
    things.update((id(a), a) for a in loose)
    return list(things.values())


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


def numbers(things: Sequence[Any], roots: Sequence[Any]) -> dict[int, Any]:
    """The array of each thing, computed again where it was not kept; without those written over since."""
    found: dict[int, Any] = {
        id(anchor(root)): raw(root) for root in roots if isinstance(root, made.Tensor)
    }
    readers = Counter(id(e) for t in things for e in edges_of(t))
    summaries: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for t in things:
            a = found.get(id(t))
            if a is None:
                a = found[id(t)] = array_of(t, found)
            if a is not None:
                summaries[id(t)] = summary(a)
            for e in edges_of(t):
                readers[id(e)] -= 1
                if not readers[id(e)]:
                    found.pop(id(e), None)
    return summaries


def array_of(t: Any, found: Mapping[int, Any]) -> Any:
    """The array of a node whose inputs' arrays were found; None where they are not those it was made of."""
    if isinstance(t, Value):
        return np.asarray(t.data)
    if not isinstance(t, Node):
        return t
    if isinstance(t, Leaf):
        return t.array
    if t.op is None or TABLE.get(t.op.name) is not t.op:
        return None
    kept = t.saved[0] if t.saved else None
    if isinstance(kept, np.ndarray):
        return None if written_at(kept) > t.serial else kept
    inputs = [found.get(id(e)) if isinstance(e, (Node, np.ndarray)) else e for e in t.edges]
    if any(a is None or written_at(a) > t.serial for a in inputs):
        return None
    return np.asarray(t.op.forward(*inputs, **t.params))


# ---- words -------------------------------------------------------------------------------------
def name_all(things: Sequence[Any], names: Mapping[str, Any]) -> dict[int, str]:
    """A name for each: its own, or x (an array), w (a leaf Tensor), c (a number), v (the rest) and a count."""
    given = {id(anchor(t)): name for name, t in names.items()}
    given.update((id(t), t.label) for t in things if isinstance(t, Value) and t.label)
    taken, counts = set(given.values()), Counter[str]()
    called = {}
    for t in things:
        name = given.get(id(t))
        if name is None:
            letter = (
                "w"
                if isinstance(t, Leaf)
                else "v"
                if isinstance(t, Node)
                else "x"
                if t.ndim
                else "c"
            )
            while name is None or name in taken:
                counts[letter] += 1
                name = f"{letter}{counts[letter]}"
        called[id(t)] = plain(name)
    return called


def plain(text: Any, longest: int = 32) -> str:
    """One short line that XML can hold."""
    line = "".join(c if c.isprintable() else " " for c in str(text))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def title(t: Any, called: Mapping[int, str]) -> str:
    """Its name, and how it was made: `v3 = v1 × v2`."""
    name = called[id(t)]
    if not isinstance(t, Node) or t.op is None:
        return name
    symbol = t.op.symbol
    xs = [called[id(e)] if id(e) in called else operand(e) for e in t.edges]
    if symbol.startswith("[ ]"):  # reading at an index, and writing there
        index = index_text(t.params.get("index", ()))
        made_by = f"{xs[0]}[{index}]" if len(xs) == 1 else f"{xs[0]} with [{index}] = {xs[1]}"
    elif " " in symbol:
        made_by = symbol.format(*xs)
    elif len(xs) == 2 and not symbol[0].isalpha():
        made_by = f"{xs[0]} {symbol} {xs[1]}"
    elif len(xs) == 1 and not symbol[0].isalpha():
        made_by = symbol + xs[0]
    else:
        told = [words for key, value in t.params.items() if (words := setting(key, value, t))]
        made_by = f"{symbol}({', '.join([*xs[:3], *(['…'] if len(xs) > 3 else []), *told])})"
    return f"{name} = {made_by}"


def operand(e: Any) -> str:
    """A number as it stands in a formula."""
    if not isinstance(e, (bool, int, float, complex, np.generic)):
        return plain(e, 12)
    text = number(e)
    return f"({text})" if text.startswith("−") else text


def setting(key: str, value: Any, t: Node) -> str:
    """What else an operation was told, in few words; nothing where its shape says it."""
    if key in ("axis", "axes"):
        axes = value if isinstance(value, tuple) else (value,)
        whole = t.shape == () and len(axes) > 1
        return "" if whole or None in axes else "dim " + ", ".join(map(str, axes))
    if key == "shape" and isinstance(value, tuple):
        return "×".join(map(str, value))
    return ""


def index_text(index: Any) -> str:
    """An index as it is written between brackets."""
    parts = []
    whole = index if isinstance(index, tuple) else (index,)
    for i in whole[:-1] if whole and whole[-1] is Ellipsis else whole:
        if isinstance(i, slice):
            ends = ["" if end is None else str(end) for end in (i.start, i.stop, i.step)]
            parts.append(":".join(ends[:2] if i.step is None else ends))
        else:
            parts.append(
                "…" if i is Ellipsis else "array" if isinstance(i, (np.ndarray, list)) else str(i)
            )
    return plain(", ".join(parts))


def number(value: Any) -> str:
    """Four digits and a true minus sign."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    return (str(value) if isinstance(value, (int, np.integer)) else f"{value:.4g}").replace(
        "-", "−"
    )


def summary(a: Any) -> list[str]:
    """Lines of numbers: all of a few, the mean and standard deviation of many."""
    if a.size > FEW:
        spread = a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)
        return [f"mean {number(spread.mean())}", f"std {number(spread.std())}"]
    if a.size < 2:
        return [number(value) for value in a.flat] or ["empty"]
    texts = alike(list(a.flat))
    wide = a.shape[-1]
    return [" ".join(texts[k : k + wide]) for k in range(0, a.size, wide)]


def alike(values: list[Any]) -> list[str]:
    """Numbers with equally many decimals, padded to one width by spaces as wide as a digit."""
    texts = [number(value) for value in values]
    largest = max((abs(v) for v in values if v == v and abs(v) < math.inf), default=0)
    if any("." in text or "e" in text for text in texts) and 1e-3 <= largest < 1e4:
        decimals = max(0, 3 - math.floor(math.log10(largest)))
        texts = [f"{value:.{decimals}f}".replace("-", "−") for value in values]
    wide = max(map(len, texts))
    return [text.rjust(wide, FIGURE_SPACE) for text in texts]


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
