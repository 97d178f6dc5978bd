"""A graph made into scenes: what each box says, at any folding.

`GraphView` knows all that can be shown of a graph; `scene(opened)` is one picture of it, in which the
modules with those keys are open.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import Leaf, Node
from ..palette import CARD, DATA, GRADIENT, heat_of
from ..value import Value
from .fold import Item, Link, Nest, fold, links_between
from .look import bins, size_of
from .numbers import (
    CHANGED,
    NOT_COMPUTED,
    bytes_saved,
    carried,
    gradients,
    in_table,
    local_derivatives,
    seconds_taken,
    walk,
)
from .replay import anchor, changed_since, edges_of, replay
from .scene import Box, Cell, Edge, Group, Heat, Scene
from .scopes import Scope
from .words import alike, amount, extent, name_all, number, operand, plain, summary, title

__all__ = ["LIMIT", "GraphView"]

LIMIT = 500  # boxes
FEW = 60  # values: up to here parameters and constants have boxes of their own
READABLE, TALL = 26, 12  # boxes in all and one after another: what `depth=None` opens at most
WRITTEN, SEEN = 12, 16  # numbers written out; rows and columns of a heat map


class GraphView:
    """All that is known of a graph: its values and numbers, the names and the modules they belong to."""

    def __init__(
        self,
        things: Sequence[Any],
        roots: Sequence[Any],
        names: Mapping[str, Any],
        scope_of: Mapping[int, Scope],
        inputs: Collection[int],
        parameters: Collection[int],
        *,
        title: str = "graph",
        values: bool = True,
        grads: bool | str = True,
        folds: bool = True,
        overlay: str | None = None,
        direction: str = "auto",
        failed: Box | None = None,
        recovered: bool = False,
    ) -> None:
        self.things, self.roots, self.inputs, self.parameters = things, roots, inputs, parameters
        self.title, self.direction, self.overlay = title, direction, overlay
        self.values, self.grads, self.folds = values, grads, folds
        self.recovered = recovered  # which module an operation is in was told from parameters
        self.outputs = set() if failed else {id(anchor(root)) for root in roots}
        self.nest = Nest(things, scope_of)
        self.called = name_all(things, names)
        self.is_network = bool(self.nest.scopes) and folds
        replayed = dict.fromkeys(map(id, things)) | {id(t): a for t, a in replay(things, roots)}
        self.arrays = {key: a for key, a in replayed.items() if isinstance(a, np.ndarray)}
        self.changed = changed_since(things)  # leaves and constants, by id
        unknown = [t for t in things if isinstance(t, Node) and replayed[id(t)] is None]
        self.lost: set[int] = set()  # freed, and made of what has been written to since
        untold = {id(t) for t in unknown if not in_table(t)}  # by a Function, and what it leads to
        for t in unknown:
            if untold.isdisjoint(map(id, edges_of(t))):
                self.lost |= {id(t)} - untold
            else:
                untold.add(id(t))
        self.measured: dict[int, float] = {}  # what the overlay shows of each operation
        if overlay == "memory":
            self.measured.update(bytes_saved(things, self.arrays))
        elif overlay == "time":
            self.measured.update(seconds_taken(things, self.arrays))
        for key in {id(t) for t in things if not edges_of(t)} & self.arrays.keys() - self.changed:
            self.arrays[key] = self.arrays[key].copy()  # as they are now: training may go on
        self.walk = walk(things, roots, self.arrays) if grads == "compute" else None
        self.gradient_of: dict[int, Any] = {}
        if grads == "compute":
            self.gradient_of = carried(things, self.walk, bool(self.changed))
        elif grads:
            self.gradient_of = gradients(things, roots, self.arrays, bool(self.changed))
        self.failed = failed  # the operation that raised: the roots are what it was given
        self._latest: tuple[Any, tuple[list[Item], dict[int, Item]]] | None = None

    # ---- scenes ----------------------------------------------------------------------------------
    def opened_to(self, depth: int | None) -> frozenset[str]:
        """The open modules at a depth; as many levels as can be read at a glance for None."""
        if not self.folds and depth is None:
            return frozenset(self.nest.scopes)
        if depth is not None:
            return self.nest.opened(depth)
        chosen = self.nest.opened(1)
        for level in range(2, 2 + max((s.level for s in self.nest.scopes.values()), default=0)):
            further = self.nest.opened(level)
            items, item_of = self._folded(further)
            if len(items) > READABLE or _longest_way(links_between(items, item_of, True)) > TALL:
                break
            chosen = further
        return chosen

    def _folded(self, opened: Collection[str]) -> tuple[list[Item], dict[int, Item]]:
        """The boxes, and the box of each value; the latest are kept, for who asks asks again."""
        asked = frozenset(opened), self.folds
        if self._latest is None or self._latest[0] != asked:
            apart = not self.folds or (not self.is_network and len(self.things) <= FEW)
            found = fold(self.things, self.nest, opened, self.inputs, apart, self.folds, LIMIT)
            self._latest = asked, found
        return self._latest[1]

    def boxes_of(self, opened: Collection[str]) -> dict[int, str]:
        """The key of the box that shows each value; of a folded one, the first that it is in."""
        items, item_of = self._folded(opened)
        found = {key: item.key for key, item in item_of.items()}
        for item in items:
            for t in item.absorbed:
                found.setdefault(id(t), item.key)
        return found

    def scene(self, opened: Collection[str]) -> Scene:
        """The picture in which these modules are open and all others closed."""
        items, item_of = self._folded(opened)
        links = links_between(items, item_of, merge=self.is_network)
        fills = bins(self._sizes(items))
        boxes = [self._box(item, fills.get(item.key)) for item in items]
        edges = [self._edge(link) for link in links]
        if self.failed is not None:
            boxes.append(self.failed)
            for x in self.roots:
                tail = item_of.get(id(anchor(x)))
                if tail is not None:
                    edges.append(Edge(tail.key, self.failed.key, _shape(x.shape)))
        groups: dict[str, Group] = {}
        for item in items:
            for s in [*reversed(item.parent.around), item.parent] if item.parent else ():
                groups.setdefault(s.key, self._group(s))
        return Scene(
            self.title, boxes, edges, list(groups.values()), self._notes(items), self.direction
        )

    def _notes(self, items: Sequence[Item]) -> list[str]:
        """What was folded, in words."""
        absorbed = {id(t): self._kind(t) for item in items for t in item.absorbed}
        kinds = Counter("constant" if kind == "input" else kind for kind in absorbed.values())
        parts = [f"{count:,} {kind}{'s' * (count != 1)}" for kind, count in sorted(kinds.items())]
        notes = [f"{' and '.join(parts)} folded into what uses them"] if parts else []
        closed = sum(len(item.things) for item in items if item.scopes)
        modules = sum(len(item.scopes) for item in items)
        if closed > modules:
            notes.append(
                f"{closed:,} operations folded into {modules:,} module{'s' * (modules != 1)}"
            )
        notes += [f"{len(i.things):,} older values are one box" for i in items if i.older]
        if self.recovered and any(item.parent for item in items):
            notes.append(
                "modules are told from their parameters; draw(model, x) shows them exactly"
            )
        if self.changed:
            count = len(self.changed)
            notes.append(f"{count:,} {'leaf has' if count == 1 else 'leaves have'} {CHANGED}")
        return notes

    def _group(self, s: Scope) -> Group:
        name, kind = self._module_title(s)
        return Group(s.key, name, kind, s.parent.key if s.parent else "")

    def _module_title(self, s: Scope) -> tuple[str, str]:
        """A module's name and class; its class alone where the name is only a number."""
        if not s.name or s.name.isdigit():
            return plain(s.kind), plain(s.name)
        return plain(s.name), plain(s.kind) if s.kind != s.name else ""

    # ---- edges -----------------------------------------------------------------------------------
    def _edge(self, link: Link) -> Edge:
        value, tail, head = link.value, link.tail.key, link.head.key
        if link.tail.older:
            return Edge(tail, head, dashed=True)
        if isinstance(value, Value):
            local = local_derivatives(link.user) if self.grads else []
            if link.operand < len(local) and local[link.operand] is not None:
                return Edge(tail, head, "×" + number(local[link.operand]), backward=True)
            return Edge(tail, head)
        return Edge(tail, head, _shape(value.shape))

    # ---- boxes -----------------------------------------------------------------------------------
    def _sizes(self, items: Sequence[Item]) -> dict[str, float]:
        """What colours a box: its gradient, or what the overlay measures."""
        found: dict[str, float] = {}
        for item in items:
            if self.overlay in ("memory", "time"):
                total = self._measure(item)
                if total is not None:
                    found[item.key] = total
                continue
            grads = self._parameter_grads(item)
            if grads is None and len(item.things) == 1 and not item.scopes:
                g = self.gradient_of.get(id(item.things[0]))
                if isinstance(g, np.ndarray):
                    found[item.key] = size_of(g)
            elif isinstance(grads, float):
                found[item.key] = grads
        return found

    def _parameters(self, item: Item) -> list[Any]:
        """The leaf Tensors folded into a box, each once."""
        return [t for t in item.absorbed if isinstance(t, Leaf) and id(t) not in self.inputs]

    def _parameter_grads(self, item: Item) -> float | str | None:
        """The norm of the gradients of a box's parameters; None if it has no parameters."""
        grads = [self.gradient_of.get(id(t)) for t in self._parameters(item)]
        if not grads or not self.grads:
            return None
        if any(g is None or isinstance(g, str) for g in grads):
            return (
                CHANGED if any(isinstance(g, str) and g == CHANGED for g in grads) else NOT_COMPUTED
            )
        return math.sqrt(sum(size_of(g) ** 2 * g.size for g in grads))  # type: ignore[union-attr]

    def _box(self, item: Item, fill: str | None) -> Box:
        if item.older:
            return Box(
                item.key, "constant", f"{len(item.things):,} older values", "not drawn one by one"
            )
        if item.scopes:
            return self._module_box(item, fill)
        t = item.things[0]
        group = item.parent.key if item.parent else ""
        box = Box(item.key, self._kind(t), plain(title(t, self.called), 48), group=group)
        box.tip = self._tip(t)
        if self.is_network and isinstance(t, Node) and t.op is not None:
            box.title = _short(t)
            box.cells = self._parameter_cells(item, fill)
            if id(t) in self.outputs:
                if self._is_named(t):
                    box.title, box.note = self.called[id(t)], box.title
                box.cells = [*self._data_cells(t), *box.cells]
        else:
            if id(t) in self.outputs or not edges_of(t):
                box.note = _shape(t.shape)
            box.cells = self._data_cells(t) + self._gradient_cells(t, fill)
        box.cells += self._overlay_cells(item, fill)
        return box

    def _is_named(self, t: Any) -> bool:
        return self.called[id(t)].rstrip("0123456789") != "v"

    def _kind(self, t: Any) -> str:
        if id(t) in self.inputs or (not isinstance(t, Node) and t.ndim):
            return "input"
        if not isinstance(t, Node):
            return "constant"
        if t.op is not None:
            return "output" if id(t) in self.outputs else "operation"
        return "parameter" if id(t) in self.parameters or not isinstance(t, Value) else "input"

    def _module_box(self, item: Item, fill: str | None) -> Box:
        scope, count = item.scopes[0], len(item.scopes)
        name, kind = self._module_title(scope)
        ops = len(item.things) // count
        note = " · ".join(words for words in (kind, f"{ops} ops" if ops > 1 else "") if words)
        if count > 1:
            name = f"{plain(scope.kind)} × {count}"
            note = f"alike · {ops} op{'s' * (ops != 1)} each"
        group = item.parent.key if item.parent else ""
        box = Box(item.key, "module", name, note, group=group, stacked=count > 1, opens=scope.key)
        box.cells = self._parameter_cells(item, fill) + self._overlay_cells(item, fill)
        results = [t for t in item.things if id(t) in self.outputs and t.shape == ()]
        box.cells = [cell for t in results for cell in self._data_cells(t)] + box.cells
        box.tip = f"{name}: {plain(scope.module, 200)}" if scope.module is not None else name
        return box

    def _parameter_cells(self, item: Item, fill: str | None) -> list[Cell]:
        """How many parameters a box has, and how large their gradient is."""
        parameters = self._parameters(item)
        if not parameters:
            return []
        count = sum(math.prod(t.shape) for t in parameters)
        if item.scopes:
            cells = [Cell("params", [f"{count:,}"], beside=True)]
        else:
            cells = [
                Cell(self.called[id(t)], [_shape(t.shape) or "1"], beside=True)
                for t in parameters[:3]
            ]
        norm = self._parameter_grads(item)
        if norm is not None and self.overlay in (None, "grad"):
            words = norm if isinstance(norm, str) else "0, dead" if norm == 0 else number(norm)
            cells.append(Cell("|grad|", [words], fill=fill or CARD, beside=True))
        return cells

    def _overlay_cells(self, item: Item, fill: str | None) -> list[Cell]:
        if self.overlay not in ("memory", "time"):
            return []
        total = self._measure(item)
        caption, unit = ("saved", "B") if self.overlay == "memory" else ("time", "s")
        words = "" if total is None else amount(total, unit)
        return [Cell(caption, [words], fill=fill or CARD, beside=self.is_network)] if words else []

    def _measure(self, item: Item) -> float | None:
        """What the overlay shows of a box: bytes or seconds."""
        found = [self.measured[id(t)] for t in item.things if id(t) in self.measured]
        return sum(found) if found else None

    def _data_cells(self, t: Any) -> list[Cell]:
        if not self.values:
            return []
        if id(t) in self.lost:
            return [Cell("data", [CHANGED])]
        a = self.arrays.get(id(t))
        if a is None:
            return []
        cell = array_cell(f"data, {CHANGED}" if id(t) in self.changed else "data", a, DATA)
        cell.beside = self.is_network and cell.heat is None and len(cell.lines) == 1
        return [cell]

    def _gradient_cells(self, t: Any, fill: str | None) -> list[Cell]:
        g = self.gradient_of.get(id(t))
        if g is None or self.overlay in ("memory", "time"):
            return []
        if isinstance(g, str):
            return [Cell("grad", [g])]
        return [array_cell("grad", g, GRADIENT, fill)]

    def _tip(self, t: Any) -> str:
        """Everything of a value in one line."""
        parts = [title(t, self.called)]
        if t.shape:
            parts.append(f"shape {_shape(t.shape)}")
        for what, a in (("data", self.arrays.get(id(t))), ("grad", self.gradient_of.get(id(t)))):
            if isinstance(a, str):
                parts.append(f"{what} {a}")
            elif a is not None and (self.values or what == "grad"):
                parts.append(f"{what} {', '.join(summary(a))}")
        return "; ".join(parts)


def array_cell(
    caption: str, a: np.ndarray[Any, Any], colours: tuple[str, ...], fill: str | None = None
) -> Cell:
    """A few numbers written on their colours, more as a heat map with its scale, many as statistics."""
    ground = fill or CARD
    if a.size < 2 or a.dtype.kind not in "fiub":
        return Cell(caption, summary(a), fill=ground)
    matrix = a.reshape(-1, a.shape[-1])
    if max(matrix.shape) > SEEN:
        return Cell(caption, summary(a), fill=ground)
    heat = Heat(heat_of(matrix, colours))
    if a.size <= WRITTEN and matrix.shape[1] <= 6:
        texts = alike(list(matrix.flat))
        wide = matrix.shape[1]
        heat.texts = [texts[k : k + wide] for k in range(0, len(texts), wide)]
        return Cell(caption, heat=heat, fill=ground)
    return Cell(caption, [extent(a)], heat, ground)


def _longest_way(links: Sequence[Link]) -> int:
    """The number of boxes on the longest way; links come in order of time."""
    ways: dict[str, int] = {}
    for link in links:
        ways[link.head.key] = max(ways.get(link.head.key, 1), 1 + ways.get(link.tail.key, 1))
    return max(ways.values(), default=1)


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _short(t: Any) -> str:
    """An operation without its operands but for a number: `+`, `softmax`, `** 2`."""
    symbol = t.op.symbol
    if symbol.startswith("[ ]"):
        return "write" if "=" in symbol else "index"
    if len(t.edges) == 2 and not symbol[0].isalpha() and "{" not in symbol:
        left, right = ("" if isinstance(e, (Node, np.ndarray)) else operand(e) for e in t.edges)
        return plain(f"{left} {symbol} {right}".strip())
    return plain((t.op.name if "{" in symbol else symbol).replace("_", " "))
