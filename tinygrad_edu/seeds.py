"""Where a backward pass starts: nodes, and the cotangents they are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, ValuesView
from typing import Any

import numpy as np

from . import primitive as made
from .graph import Node
from .primitive import raw, wrap
from .promotion import cast
from .views import follow

__all__ = ["as_sequence", "node_of", "seeds_of"]


def as_sequence(x: Any) -> list[Any]:
    """One thing, several or None, as a list; several may come as `model.parameters()` gives them."""
    several = isinstance(x, (list, tuple, Iterator, ValuesView))
    return [] if x is None else list(x) if several else [x]


def node_of(t: Any) -> Node | None:
    """The node a Tensor has now, or a Value itself; None for a constant."""
    if isinstance(t, made.Value):
        return t
    if not isinstance(t, made.Tensor):
        raise TypeError(f"autograd: expected a Tensor or a Value, got {type(t).__name__}")
    follow(t)
    return t.node


def seeds_of(roots: Sequence[Any], weights: Sequence[Any], create_graph: bool) -> dict[Node, Any]:
    """The cotangent of each root's node: what was given, or 1 for a scalar; Tensors with `create_graph`."""
    if weights and len(weights) != len(roots):
        raise RuntimeError(
            f"backward: expected {len(roots)} gradients, one per tensor, got {len(weights)}"
        )
    seeds: dict[Node, Any] = {}
    for k, t in enumerate(roots):
        n, g = node_of(t), weights[k] if weights else None
        if n is None:
            raise RuntimeError(
                f"backward: element {k} of tensors does not require grad and does not have a grad_fn; "
                "call requires_grad_() on what it is to be differentiated by"
            )
        if isinstance(t, made.Value):
            g = 1.0 if g is None else g
            g = made.Value(g) if create_graph and not isinstance(g, made.Value) else g
        else:
            g = _ones_for(t) if g is None else g
            if tuple(g.shape) != n.shape:
                raise RuntimeError(
                    f"backward: expected a gradient of shape {n.shape}, got {tuple(g.shape)}"
                )
            if create_graph:
                g = cast(g if isinstance(g, made.Tensor) else wrap(g), t.array.dtype)
            else:
                g = raw(g).astype(t.array.dtype, copy=False)
        seeds[n] = seeds[n] + g if n in seeds else g
    return seeds


def _ones_for(t: Any) -> Any:
    if t.array.size != 1:
        raise RuntimeError(
            "backward: grad can be implicitly created only for scalar outputs, "
            f"got shape {t.array.shape}; pass gradient=, or reduce it with sum() or mean()"
        )
    return np.ones_like(t.array)
