"""Hooks: functions of the user's that are called at some time, until their handle takes them away."""

from __future__ import annotations

from itertools import count
from typing import Any

__all__ = ["RemovableHandle", "add_hook"]

_keys = count()


class RemovableHandle:
    """Takes a hook away again."""

    def __init__(self, hooks: dict[int, Any], key: int) -> None:
        self.hooks, self.key = hooks, key

    def remove(self) -> None:
        """Take the hook away; it may be gone already."""
        self.hooks.pop(self.key, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


def add_hook(hooks: dict[int, Any], hook: Any, prepend: bool = False) -> RemovableHandle:
    """Enter a hook, last or first; the handle takes it off."""
    key = next(_keys)
    others = list(hooks) if prepend else []
    hooks[key] = hook
    for other in others:
        hooks[other] = hooks.pop(other)
    return RemovableHandle(hooks, key)
