"""The numbers on a graph: gradients, derivatives along edges, what is kept for backward, times.

All of it is found without touching the graph or any `.grad`: the arrays that were freed are computed
again (`replay`), and the backward pass runs over copies of the nodes that hold them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from .. import primitive as made
from ..autograd import backward_steps
from ..graph import Leaf, Node
from ..primitive import TABLE
from ..rules import ALL
from ..value import Value
from ..writes import owner
from .replay import anchor

__all__ = [
    "CHANGED", "NOT_COMPUTED", "Walk", "bytes_saved", "carried", "gradients", "in_table", "local_derivatives",
    "seconds_taken", "walk",
]  # fmt: skip

NOT_COMPUTED, CHANGED = "not computed", "changed since"
_CANNOT = (RuntimeError, TypeError, ValueError, AttributeError, ArithmeticError)


class Walk:
    """A backward pass over copies of the nodes, which leaves the graph and every `.grad` as they are.

    thing_of  the node that each copy is of
    steps     (copy, its cotangent, [(copy of an input, contribution), ...]): youngest first, leaves last
    """

    def __init__(
        self, things: Sequence[Any], roots: Sequence[Any], arrays: Mapping[int, Any]
    ) -> None:
        self.thing_of, seeds = copied(things, roots, arrays)
        with np.errstate(all="ignore"):
            self.steps = list(backward_steps(seeds, free=False))

    @cached_property
    def gradients(self) -> dict[int, Any]:
        """The derivative by each node, by its id; a tuple where a node has several results."""
        return {id(self.thing_of[n]): g for n, g, _ in self.steps}


def walk(things: Sequence[Any], roots: Sequence[Any], arrays: Mapping[int, Any]) -> Walk | None:
    """A `Walk`; None where an array that it needs is gone."""
    try:
        return Walk(things, roots, arrays)
    except _CANNOT:
        return None


def gradients(
    things: Sequence[Any], roots: Sequence[Any], arrays: Mapping[int, Any], changed: bool
) -> dict[int, Any]:
    """The gradient that a backward pass gave each thing: an array, or NOT_COMPUTED, or CHANGED.

    It is what is in `.grad`, and for Tensors in between what the pass carried.  `changed` says that
    leaves have other numbers now; then what the pass carried may be lost.
    """
    delivered = _delivered(things, roots)
    ran = any(not isinstance(g, str) for g in delivered.values())
    tensors = any(isinstance(t, Node) and not isinstance(t, Value) for t in things)
    if not (ran and tensors):
        return delivered
    return carried(things, walk(things, roots, arrays), changed) | delivered


def carried(things: Sequence[Any], walked: Walk | None, changed: bool) -> dict[int, Any]:
    """What a pass carried, as arrays; CHANGED where it could not be run since leaves were `changed`."""
    if walked is None:
        return {id(t): CHANGED for t in things if isinstance(t, Node)} if changed else {}
    return {key: np.asarray(g) for key, g in walked.gradients.items() if not isinstance(g, tuple)}


def _delivered(things: Sequence[Any], roots: Sequence[Any]) -> dict[int, Any]:
    """What is in `.grad`.  All Values start at 0: while all are 0, no backward pass has been."""
    held: list[tuple[Any, Any]] = [(t, t.variable) for t in things if isinstance(t, Leaf)]
    held += [(anchor(t), t) for t in roots if isinstance(t, made.Tensor) and t._grad is not None]
    found = {
        id(t): NOT_COMPUTED if v._grad is None else v._grad.array.copy()
        for t, v in held
        if v is not None
    }
    values = [t for t in things if isinstance(t, Value)]
    numbers = [float(v.grad) for v in values]
    if any(numbers):
        found |= {id(v): np.asarray(g) for v, g in zip(values, numbers)}
    else:
        found |= dict.fromkeys(map(id, values), NOT_COMPUTED)
    return found


def copied(
    things: Sequence[Any], roots: Sequence[Any], arrays: Mapping[int, Any]
) -> tuple[dict[Node, Any], dict[Node, Any]]:
    """Copies of the nodes that hold what their rules read, each with its node; the cotangents to start from."""
    copies: dict[int, Node] = {}
    thing_of: dict[Node, Any] = {}
    for t in things:
        if isinstance(t, Node):
            n = copies[id(t)] = Node()
            n.op, n.params, n.serial, n.shape, n.hooks = t.op, t.params, t.serial, t.shape, None
            n.edges = tuple([copies.get(id(e), e) for e in t.edges])
            n.saved = (
                t.saved if isinstance(t, Value) or not in_table(t) else _restored(t, n, arrays)
            )
            thing_of[n] = t
    seeds: dict[Node, Any] = {}
    for root in roots:
        start = copies.get(id(anchor(root)))
        if start is not None:
            one = 1.0 if isinstance(root, Value) else np.ones_like(root.array)
            seeds[start] = seeds[start] + one if start in seeds else one
    return thing_of, seeds


def in_table(t: Node) -> bool:
    """Whether a node was made by a row of the table, not by a Function of the user's."""
    return t.op is not None and TABLE.get(t.op.name) is t.op


def _restored(t: Node, copy: Node, arrays: Mapping[int, Any]) -> tuple[Any, ...]:
    """What the rules of a node read: arrays as they are known, else what it saved, else only shapes."""
    kept = t.saved or (None,) * (1 + len(t.edges))
    return tuple(
        [
            arrays.get(id(e), k if isinstance(k, np.ndarray) else c)
            for k, e, c in zip(kept, (t, *t.edges), (copy, *copy.edges))
        ]
    )


def local_derivatives(t: Any) -> list[float | None]:
    """The derivative of a Value by each of its inputs: the numbers on its edges."""
    if not isinstance(t, Value) or t.op is None or not t.saved:
        return []
    row, numbers = t.op, [float("nan") if a is None else a for a in t.saved]
    try:
        if row.joint is not None:
            found = row.joint(1.0, *t.saved, needs=(True,) * len(t.edges))
        else:
            found = [rule and rule(1.0, *numbers) for rule in row.vjps]
        return [None if g is None else float(g) for g in found]
    except _CANNOT:
        return []


def bytes_saved(things: Sequence[Any], arrays: Mapping[int, Any]) -> dict[int, int]:
    """The memory each operation keeps for the backward pass; an array counts once, a leaf's not at all."""
    counted = {id(owner(t.array)) for t in things if isinstance(t, Leaf)}
    found = {}
    for t in things:
        if not isinstance(t, Node) or not in_table(t):
            continue
        row: Any = t.op
        read = frozenset[int]().union(*(r[1] for r in row.reads))
        total = 0
        for k, e in enumerate((t, *t.edges)):
            a = arrays.get(id(e))
            if (
                (k in read or ALL in read)
                and isinstance(a, np.ndarray)
                and not isinstance(t, Value)
            ):
                memory = owner(a)
                if id(memory) not in counted:
                    counted.add(id(memory))
                    total += memory.nbytes
        found[id(t)] = total
    return found


def seconds_taken(things: Sequence[Any], arrays: Mapping[int, Any]) -> dict[int, float]:
    """How long the forward function of each operation takes, run again: the best of three."""
    found = {}
    for t in things:
        if not isinstance(t, Node) or not in_table(t):
            continue
        row: Any = t.op
        inputs = [arrays.get(id(e)) if isinstance(e, (Node, np.ndarray)) else e for e in t.edges]
        if any(a is None for a in inputs):
            continue
        times = []
        for _ in range(3):
            start = perf_counter()
            with np.errstate(all="ignore"):
                row.forward(*inputs, **t.params)
            times.append(perf_counter() - start)
        found[id(t)] = min(times)
    return found
