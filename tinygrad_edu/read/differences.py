"""Finite differences: what the gradient should be, found by computing the result again nearby."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..graph import Node
from ..primitive import TABLE
from .replay import anchor

__all__ = ["Check", "Differences"]

STEP = 1e-5  # relative: the error of a central difference in float64 is then about 1e-10
MOST = 10_000  # nodes, up to which the result is computed again
WORK = 3e7  # numbers computed again, all checks together


class Check(NamedTuple):
    """One element of a leaf: its gradient, and the slope between two points around it."""

    place: tuple[int, ...]
    gradient: float
    slope: float

    @property
    def agrees(self) -> bool:
        """Whether both are the same, as far as the gradient's dtype can tell."""
        return bool(np.isclose(self.gradient, self.slope, rtol=2e-3, atol=1e-5))


class Differences:
    """Computes results again, in float64, with one number of one leaf changed."""

    def __init__(
        self, things: Sequence[Any], roots: Sequence[Any], arrays: Mapping[int, Any]
    ) -> None:
        self.things, self.roots = things, [id(anchor(root)) for root in roots]
        self.possible = len(things) <= MOST and all(
            id(t) in arrays
            and (not isinstance(t, Node) or t.op is None or TABLE.get(t.op.name) is t.op)
            for t in things
        )
        self.arrays = {key: _wide(a) for key, a in arrays.items()} if self.possible else {}
        self.left = WORK
        self.cost = sum(a.size for a in self.arrays.values()) + 100 * len(things)

    def check(self, leaf: Any, gradient: Any, most: int = 3) -> list[Check]:
        """At most `most` elements of a leaf, those of the largest gradients; none where it takes too long."""
        a, g = self.arrays.get(id(leaf)), np.asarray(gradient)
        if not self.possible or a is None or a.dtype.kind != "f":
            return []
        largest = np.argsort(-np.abs(g), axis=None, kind="stable")[:most]
        checks = []
        for flat in sorted(map(int, largest)):
            self.left -= 2 * self.cost
            if self.left < 0:
                break
            index = tuple(map(int, np.unravel_index(flat, a.shape)))
            h = STEP * max(1.0, abs(float(a[index])))
            above, below = (self._result(leaf, index, float(a[index]) + d) for d in (h, -h))
            slope = (above - below) / (2 * h)
            if not math.isfinite(slope):
                continue
            checks.append(Check(index, float(g[index]), slope))
        return checks

    def _result(self, leaf: Any, index: tuple[int, ...], value: float) -> float:
        changed = {id(leaf): self.arrays[id(leaf)].copy()}
        changed[id(leaf)][index] = value
        for t in self.things:
            if isinstance(t, Node) and any(id(e) in changed for e in t.edges):
                changed[id(t)] = self._again(t, changed)
        return float(sum(np.sum(changed.get(key, self.arrays[key])) for key in self.roots))

    def _again(self, t: Node, changed: Mapping[int, Any]) -> Any:
        row: Any = t.op
        inputs = [
            changed.get(id(e), self.arrays.get(id(e), e))
            if isinstance(e, (Node, np.ndarray))
            else e
            for e in t.edges
        ]
        if row.name in ("astype", "tensor_of") and np.dtype(t.params["dtype"]).kind == "f":
            return inputs[0]
        with np.errstate(all="ignore"):
            out = row.forward(*inputs, **t.params)
        return out if isinstance(out, tuple) else np.asarray(out)


def _wide(a: Any) -> Any:
    return a.astype(np.float64) if a.dtype.kind == "f" else a
