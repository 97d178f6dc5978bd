"""Folding: which values and modules of a graph are boxes of a drawing.

A value is a box of its own, or is part of the box of a closed module, or, if it is a parameter or a
constant, may be a line in the box that uses it.  Modules of the same kind and structure that follow
one another share a box, "Block × 12".  Whatever is put into one box was made in one stretch of time,
so a folded graph has no cycle either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..graph import Node
from .replay import edges_of
from .scopes import Scope

__all__ = ["Item", "Link", "Nest", "fold", "links_between"]


@dataclass(eq=False)
class Item:
    """One box: a value, a closed module with its twins, or all older values.

    things    the values it stands for
    parent    the open module it is drawn in
    scopes    the closed calls it stands for: one, or several that are alike
    absorbed  the parameters and constants folded into it
    """

    key: str
    things: list[Any]
    parent: Scope | None = None
    scopes: list[Scope] = field(default_factory=list)
    absorbed: list[Any] = field(default_factory=list)
    older: bool = False


@dataclass
class Link:
    """An edge between boxes: the value that passes, and the first edge of the graph it stands for."""

    tail: Item
    head: Item
    value: Any
    user: Any
    operand: int


class Nest:
    """The calls of modules in a graph: which are inside which, and which repeat the one before."""

    def __init__(self, things: Iterable[Any], scope_of: Mapping[int, Scope]) -> None:
        self.scope_of = scope_of
        self.chain_of: dict[int, list[Scope]] = {}  # from the outermost call in
        self.twins: dict[Scope, Scope] = {}  # each call that repeats the one before it
        self.scopes: dict[str, Scope] = {}
        chains: dict[Scope, list[Scope]] = {}
        latest: dict[Scope | None, Any] = {}
        marks: dict[Scope, Any] = {}
        for t in things:
            scope = scope_of.get(id(t))
            if scope is None:
                if isinstance(t, Node) and t.op is not None:
                    latest[None] = t
                continue
            if scope not in chains:
                chains[scope] = [*reversed(scope.around), scope]
            for s in chains[scope]:
                if s.key not in self.scopes:
                    self.scopes[s.key] = s
                    before = latest.get(s.parent)
                    if isinstance(before, Scope) and _alike(before, s, marks):
                        self.twins[s] = before
                    latest[s.parent] = s
            latest[scope] = t
            self.chain_of[id(t)] = chains[scope]

    def is_leaf(self, scope: Scope) -> bool:
        """Whether a call made no calls."""
        return not any(isinstance(x, Scope) for x in scope.inside)

    def opened(self, depth: int) -> frozenset[str]:
        """The calls that are open when the outer `depth` levels are; of calls that are alike, the first."""
        found: set[str] = set()
        for key, s in self.scopes.items():
            visible = s.parent is None or s.parent.key in found
            if visible and s.level < depth and s not in self.twins and not self.is_leaf(s):
                found.add(key)
        return frozenset(found)


def _alike(one: Scope, other: Scope, marks: dict[Scope, Any]) -> bool:
    """The same structure, and names that differ in a number at most: `ih` and `hh` are no stack."""
    same_name = one.name.rstrip("0123456789") == other.name.rstrip("0123456789")
    return same_name and _mark(one, marks) == _mark(other, marks)


def _mark(scope: Scope, known: dict[Scope, Any]) -> Any:
    """What two calls must share to be alike: class, operations, shapes."""
    if scope not in known:
        known[scope] = (
            scope.kind,
            tuple(
                _mark(x, known) if isinstance(x, Scope) else (x.op.name if x.op else "", x.shape)
                for x in scope.inside
            ),
        )
    return known[scope]


def fold(
    things: Sequence[Any],
    nest: Nest,
    opened: Collection[str],
    inputs: Collection[int],
    apart: bool,
    stack: bool,
    limit: int,
) -> tuple[list[Item], dict[int, Item]]:
    """The boxes in order of time, and the box of each value.

    `opened` are the keys of open calls, `inputs` the ids of leaves and constants that are always boxes
    of their own, `apart` whether the others are, `stack` whether calls that are alike share one.
    Of more than `limit` boxes the oldest are put into one.
    """
    item_of = _grouped(things, nest, opened, stack, limit)
    placed = list(dict.fromkeys(item_of.values()))
    users: dict[int, dict[Item, None]] = {id(t): {} for t in things if not edges_of(t)}
    for item in placed:
        for t in item.things:
            for e in t.edges:
                if id(e) in users:
                    users[id(e)][item] = None
    before: dict[Item | None, list[Item]] = {}  # leaves and constants stand before their first use
    for k, t in enumerate(things, 1):
        if id(t) not in users:
            continue
        using = list(users[id(t)])
        outside = id(t) in inputs
        if using and not outside and (using[0].scopes or not apart):
            for item in using:
                item.absorbed.append(t)
            continue
        home = None if outside or not using else using[0].parent
        item_of[id(t)] = own = Item(f"n{k}", [t], home)
        before.setdefault(using[0] if using else None, []).append(own)
    ordered = [one for item in placed for one in (*before.get(item, []), item)]
    ordered += before.get(None, [])
    if len(ordered) > limit:
        old = ordered[: len(ordered) - limit + 1]
        lump = Item("older", [t for item in old for t in item.things], older=True)
        item_of.update((id(t), lump) for t in lump.things)
        ordered = [lump, *ordered[len(old) :]]
    return ordered, item_of


def _grouped(
    things: Sequence[Any], nest: Nest, opened: Collection[str], stack: bool, limit: int
) -> dict[int, Item]:
    """The box of each result: its own, its outermost closed module's, or that of the modules' stack."""
    results = [(k, t) for k, t in enumerate(things, 1) if edges_of(t)]
    item_of: dict[int, Item] = {}
    if not nest.chain_of and len(results) > limit:  # no box for what will not have one
        older = Item("older", [t for _, t in results[:-limit]], older=True)
        item_of = dict.fromkeys(map(id, older.things), older)
        results = results[-limit:]
    items: dict[str, Item] = {}
    last: Item | None = None
    for k, t in results:
        chain = nest.chain_of.get(id(t), [])
        closed = next((s for s in chain if s.key not in opened), None)
        if closed is None:
            item = Item(f"n{k}", [], chain[-1] if chain else None)
        elif closed.key in items:
            item = items[closed.key]
        elif stack and last and last.scopes and nest.twins.get(closed) is last.scopes[-1]:
            item = items[closed.key] = last
            item.scopes.append(closed)
        else:
            item = items[closed.key] = Item(closed.key, [], closed.parent, [closed])
        item.things.append(t)
        item_of[id(t)] = last = item
    return item_of


def links_between(items: Iterable[Item], item_of: Mapping[int, Item], merge: bool) -> list[Link]:
    """The edges between boxes; with `merge`, one for each pair of boxes and value."""
    found: list[Link] = []
    seen = set()
    for item in items:
        for t in item.things if not item.older else ():
            for k, e in enumerate(edges_of(t)):
                tail = item_of.get(id(e))
                if tail is None or tail is item:
                    continue
                key = (tail.key, item.key, id(e))
                if (merge or tail.older or item.scopes) and key in seen:
                    continue
                seen.add(key)
                found.append(Link(tail, item, e, t, k))
    return found
