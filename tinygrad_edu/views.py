"""Views: Tensors that look at another's memory, and take their history from it.

A write through any of them changes all, so it belongs to the Tensor that owns the memory: its base
gets a new node, and a view whose base has one takes its own history afresh when next used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .grad_mode import set_recording
from .graph import Node

if TYPE_CHECKING:
    from .primitive import Row
    from .tensor import Tensor


class View:
    """How a Tensor looks at another's memory.

    base  the Tensor that owns it
    ways  the (row, params) that lead from the base to the view
    seen  the base's node when the view's history was taken
    """

    __slots__ = ("base", "seen", "ways")

    base: Tensor
    seen: Node | None
    ways: tuple[tuple[Row, dict[str, Any]], ...]

    def __init__(self, of: Tensor, row: Row, params: dict[str, Any]) -> None:
        outer = of._view
        self.base = of if outer is None else outer.base
        self.ways = ((row, params),) if outer is None else (*outer.ways, (row, params))
        self.seen = self.base.node


def follow(t: Tensor) -> None:
    """Give a view its history afresh if its base was written to since it was taken."""
    view = t._view
    if view is None:
        return
    if view.base._view is not None:  # reshaped in place, it became a view of what it was
        view.base = view.base._view.base
    if view.seen is view.base.node:
        return
    view.seen = node = view.base.node
    if node is not None and node.op is not None:
        before = set_recording(True)
        taken = view.base
        for row, params in view.ways:
            taken = row.apply(taken, **params)
        set_recording(before)
        t.node = taken.node
