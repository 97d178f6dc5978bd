"""A graph is a program: what it is made of, and its arrays computed again from leaves and constants."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import primitive as made
from ..graph import Leaf, Node
from ..primitive import TABLE, raw
from ..seeds import node_of
from ..value import Value
from ..writes import written_at

__all__ = ["anchor", "changed_since", "edges_of", "made_of", "replay"]


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


def replay(things: Sequence[Any], roots: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each thing and its array, computed again where it was not kept; without those written over since.

    `things` is what `made_of(roots)` found. An array is let go when its last reader has it.
    """
    found: dict[int, Any] = {
        id(anchor(root)): raw(root) for root in roots if isinstance(root, made.Tensor)
    }
    readers = Counter(id(e) for t in things for e in edges_of(t))
    held = _held_by_readers(things)
    for t in things:
        a = found.get(id(t))
        if a is None:
            a = array_of(t, found)
            a = found[id(t)] = held.get(id(t)) if a is None else a
        if a is not None:
            yield t, a
        for e in edges_of(t):
            readers[id(e)] -= 1
            if not readers[id(e)]:
                found.pop(id(e), None)


def _held_by_readers(things: Sequence[Any]) -> dict[int, Any]:
    """The arrays that nodes keep of their inputs, by the id of the input: as they were when it was read."""
    return {
        id(e): a
        for t in things
        if isinstance(t, Node) and not isinstance(t, Value)
        for e, a in zip(t.edges, (t.saved or ())[1:])
        if isinstance(e, Node) and isinstance(a, np.ndarray) and written_at(a) <= t.serial
    }


def changed_since(things: Sequence[Any]) -> set[int]:
    """The ids of leaves and constants that hold other numbers than those that the graph was made of."""
    found: set[int] = set()
    for t in things:
        if isinstance(t, Value):
            found |= _changed_values(t)
            continue
        for e in edges_of(t):
            a = e.array if isinstance(e, Leaf) else e
            if isinstance(a, np.ndarray) and written_at(a) > t.serial:
                found.add(id(e))
    return found


def _changed_values(t: Value) -> set[int]:
    """The leaves that a Value was made of and that have new numbers: those it keeps tell, else its own."""
    leaves = [k for k, e in enumerate(t.edges) if isinstance(e, Value) and e.op is None]
    if t.op is None or not leaves:
        return set()
    kept = [*(t.saved or ()), *[None] * (1 + len(t.edges))][1:]
    unknown = [k for k in leaves if kept[k] is None]
    changed = [k for k in leaves if kept[k] is not None and kept[k] != t.edges[k].data]
    if unknown:
        numbers = [
            e if not isinstance(e, Value) else e.data if old is None else old
            for e, old in zip(t.edges, kept)
        ]
        with np.errstate(all="ignore"):
            again = float(t.op.forward(*numbers, **t.params))
        if not math.isclose(again, t.data, rel_tol=1e-9) and again == again:
            changed += unknown
    return {id(t.edges[k]) for k in changed}


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
    with np.errstate(all="ignore"):
        out = t.op.forward(*inputs, **t.params)
    return out if isinstance(out, tuple) else np.asarray(out)
