"""The graph: what an array remembers of how it was made.

A `Node` stands for one value.  Its edges point back at what it was made of, so the nodes of a
computation form a directed acyclic graph, and because a node is always made after its inputs, the
order of creation is a topological order: that one fact is all that backpropagation needs.

Three rules keep graphs cheap and honest.  A node holds its inputs, never its users, so there are no
reference cycles and a graph dies with the last thing that needs it.  It holds only the arrays its
derivative rules read.  And the clock that numbers the nodes also times every write into an array
(writes.py), so that numbers written over since they were used are never taken for the old ones.
"""

from __future__ import annotations

import weakref
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from .primitive import Row

__all__ = ["Leaf", "Node", "observers", "tick"]

tick = count(1).__next__
"""The clock: numbers nodes and times writes."""

observers: list[Callable[[Node], None]] = []
"""Called with each new node while not empty: anomaly mode and drawings listen here."""


class Node:
    """How one value was made.

    op      the row of the table that made it; None for a leaf
    edges   one per input: the input's node, or the constant itself, so that a graph can be replayed
    saved   (out, *inputs): the arrays that rules read, edges where no rule reads the numbers;
            None once a backward pass has freed them
    params  what else the operation was told: axes, shapes, indices
    serial  time of creation; an input is always older than what was made of it
    shape   of the value; () for a scalar `Value`
    hooks   called with the cotangent when the backward pass reaches the node
    """

    __slots__ = ("__weakref__", "edges", "hooks", "op", "params", "saved", "serial", "shape")

    op: Row | None
    edges: tuple[Any, ...]
    saved: tuple[Any, ...] | None
    params: dict[str, Any]
    serial: int
    shape: tuple[int, ...]
    hooks: dict[int, Callable[[Any], Any]] | None

    def name(self) -> str:
        """PyTorch's name for it: `MulBackward0`, or `AccumulateGrad` for a leaf."""
        if self.op is None:
            return "AccumulateGrad"
        return "".join(part.capitalize() for part in self.op.name.split("_")) + "Backward0"

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The inputs' nodes, None for constants, as PyTorch lists them."""
        return tuple((e if isinstance(e, Node) else None, 0) for e in self.edges)

    def __repr__(self) -> str:
        return f"<{self.name()} object at {hex(id(self))}>"


class Leaf(Node):
    """Where a gradient is delivered: knows its Tensor weakly and its array strongly."""

    __slots__ = ("after", "array", "tensor")

    after: dict[int, Callable[[Any], Any]] | None
    array: np.ndarray[Any, Any]
    tensor: weakref.ref[Any]

    def __init__(self, tensor: Any) -> None:
        self.op, self.edges, self.saved, self.params, self.hooks = None, (), (), {}, None
        self.tensor, self.array, self.after = weakref.ref(tensor), tensor.array, None
        self.shape, self.serial = self.array.shape, tick()

    @property
    def variable(self) -> Any:
        """The leaf Tensor, as PyTorch calls it; None if it is gone."""
        return self.tensor()
