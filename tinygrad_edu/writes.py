"""What was written when: no derivative is taken from numbers that have changed since they were used.

Every write into an array is noted against the memory that was written, with the time on the clock
that numbers the nodes.  An array that a rule wants back and that was written after its node was made
is caught by comparing two integers, whichever view, `detach()` or `.data` it was written through.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from .graph import Node, tick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "ChangedError",
    "check_unwritten",
    "latest_write",
    "owner",
    "stamp",
    "write_observers",
    "written_at",
]

write_observers: list[Callable[[Any], None]] = []
"""Called with the memory of each write while not empty."""

_writes: dict[int, tuple[int, weakref.ref[Any]]] = {}
latest_write = [0]
"""The time of the last write anywhere: a node younger than this has nothing to check."""


def owner(array: Any) -> Any:
    """The array that owns the memory `array` looks at: all views of it share one stamp."""
    base = getattr(array, "base", None)
    if base is None:
        return array
    if type(base) is np.ndarray and base.base is None:  # nearly always
        return base
    while base is not None and hasattr(base, "__array_interface__"):
        array, base = base, getattr(base, "base", None)
    return array


def stamp(array: Any) -> None:
    """Note that the memory of `array` was written now."""
    memory = owner(array)
    for see in write_observers:
        see(memory)
    key = id(memory)
    known = _writes.get(key)
    forget = known[1] if known else weakref.ref(memory, lambda _: _writes.pop(key, None))
    latest_write[0] = now = tick()
    _writes[key] = (now, forget)


def written_at(array: Any) -> int:
    """When the memory of `array` was last written; 0 if never."""
    return _writes.get(id(owner(array)), (0,))[0] if latest_write[0] else 0


class ChangedError(RuntimeError):
    """An array that a derivative needs was written to since it was used."""

    def __init__(self, message: str, node: Node, array: Any) -> None:
        super().__init__(message)
        self.node, self.array = node, array


def check_unwritten(n: Node) -> None:
    """Raise if an array that the rules of `n` read was written after `n` was made.

    If it is only what `n` itself gave, and its inputs were kept too, that is computed again.
    """
    row: Any = n.op
    saved: Any = n.saved
    written = [a for a in arrays_in((*saved, *n.params.values())) if written_at(a) > n.serial]
    if not written:
        return
    out, *inputs = saved
    if all(a is out for a in written) and not any(isinstance(x, Node) for x in inputs):
        n.saved = (np.asarray(row.forward(*inputs, **n.params)), *inputs)
        return
    raise ChangedError(
        f"{row.name}: expected the array {written[0].shape} as it was when used, got one modified by an inplace "
        "operation since; write to a clone(), or write before it is used",
        n,
        written[0],
    )


def arrays_in(things: Iterable[Any]) -> Iterator[Any]:
    """The arrays among things, and in tuples and lists of them."""
    for a in things:
        if isinstance(a, np.ndarray):
            yield a
        elif isinstance(a, (tuple, list)):
            yield from arrays_in(a)
