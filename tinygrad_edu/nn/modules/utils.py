"""What programs take from PyTorch's file of this path: numbers as tuples, and prefixes off state dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

__all__ = ["consume_prefix_in_state_dict_if_present"]


def _ntuple(n: int) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives one thing n times, and several as they are."""
    return lambda x: tuple(x) if isinstance(x, Iterable) else tuple(repeat(x, n))


_single, _pair, _triple, _quadruple = map(_ntuple, (1, 2, 3, 4))


def consume_prefix_in_state_dict_if_present(state_dict: dict[str, Any], prefix: str) -> None:
    """Take a prefix off all names of a state dict that have it, such as "module." of DataParallel.

    >>> state = {"module.weight": te.ones(2), "bias": te.zeros(2)}
    >>> te.nn.modules.utils.consume_prefix_in_state_dict_if_present(state, "module."); list(state)
    ['weight', 'bias']
    """
    for names in state_dict, getattr(state_dict, "_metadata", {}):
        # a dot for the while, so that the module of the prefix itself becomes the root, ""
        kept = [((name + ".").removeprefix(prefix)[:-1], value) for name, value in names.items()]
        names.clear()
        names.update(kept)
