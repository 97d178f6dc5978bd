"""Functions that a user hangs on a module's call: before forward, and after it."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from ...tensor import Handle

if TYPE_CHECKING:
    from .module import Module

__all__ = ["AFTER", "BEFORE", "Hook", "add_hook", "call_with_hooks"]

BEFORE, AFTER = "before forward", "after forward"
_keys = count()


class Hook(NamedTuple):
    """When a function is called, and how: with keyword arguments too, even if forward failed."""

    when: str
    function: Callable[..., Any]
    with_kwargs: bool
    always_call: bool


def add_hook(hooks: OrderedDict[int, Hook], hook: Hook, prepend: bool) -> Handle:
    """Enter a hook, last or first; the handle takes it off."""
    key = next(_keys)
    hooks[key] = hook
    if prepend:
        hooks.move_to_end(key, last=False)
    return Handle(hooks, key)


def call_with_hooks(
    module: Module, hooks: list[Hook], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call `module.forward` between its hooks, each of which may replace what it is shown."""
    out, waiting = None, [h for h in hooks if h.when is AFTER]
    try:
        for hook in hooks:
            if hook.when is BEFORE:
                args, kwargs = _call_before(module, hook, args, kwargs)
        out = module.forward(*args, **kwargs)
        while waiting:
            out = _call_after(module, waiting.pop(0), args, kwargs, out)
    except Exception:
        for hook in waiting:
            if hook.always_call:
                _call_in_vain(module, hook, args, kwargs, out)
        raise
    return out


def _call_before(
    module: Module, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if not hook.with_kwargs:
        found = hook.function(module, args)
        if found is None:
            return args, kwargs
        return (found if isinstance(found, tuple) else (found,)), kwargs
    found = hook.function(module, args, kwargs)
    if found is None:
        return args, kwargs
    if not (isinstance(found, tuple) and len(found) == 2):
        raise RuntimeError(
            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {found}."
        )
    return found


def _call_after(
    module: Module, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any
) -> Any:
    shown = (args, kwargs, out) if hook.with_kwargs else (args, out)
    found = hook.function(module, *shown)
    return out if found is None else found


def _call_in_vain(
    module: Module, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any
) -> None:
    try:
        _call_after(module, hook, args, kwargs, out)
    except Exception as error:
        warnings.warn(
            "module forward hook with always_call=True raised an exception that was silenced, "
            f"for forward had raised one before: {error}",
            stacklevel=4,
        )
