"""Arguments and results that hold Tensors in nested dicts, lists and tuples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..tensor import Tensor

__all__ = ["leaves", "mapped"]


def leaves(tree: Any) -> list[Any]:
    """What is in a tree of dicts, lists and tuples, in order."""
    if isinstance(tree, dict):
        return [leaf for branch in tree.values() for leaf in leaves(branch)]
    if isinstance(tree, (list, tuple)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [tree]


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """A tree of the same build, each leaf what `function` makes of it (and of those of other trees)."""
    if isinstance(tree, dict):
        return {k: mapped(function, v, *(o[k] for o in others)) for k, v in tree.items()}
    if isinstance(tree, (list, tuple)):
        branches = [mapped(function, *parts) for parts in zip(tree, *others)]
        return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
    return function(tree, *others)


def tensors_of(tree: Any, what: str) -> list[Tensor]:
    """The leaves of a tree, all of them Tensors. Raises RuntimeError for others."""
    found = leaves(tree)
    for leaf in found:
        if not isinstance(leaf, Tensor):
            raise RuntimeError(f"{what}: expected Tensors, got {type(leaf).__name__}")
    return found
