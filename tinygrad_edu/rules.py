"""What a derivative rule reads, found from the rule itself, so that it cannot go stale."""

from __future__ import annotations

import dis
import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ALL", "reads"]

ALL = -1  # in place of an input: all of `*xs`


def reads(rule: Callable[..., Any] | None, arity: int = 0) -> tuple[frozenset[int], frozenset[int]]:
    """Which of (out, *inputs) a rule mentions, and of which it reads more than the shape.

    The inputs are the first `arity`, or all positional arguments of a joint rule; ALL stands for `*xs`.
    """
    if rule is None:
        return frozenset(), frozenset()
    code = rule.__code__
    place = {
        name: k
        for k, name in enumerate(code.co_varnames[1 : arity + 2 if arity else code.co_argcount])
    }
    if code.co_flags & inspect.CO_VARARGS:
        place[code.co_varnames[code.co_argcount + code.co_kwonlyargcount]] = ALL
    mentioned, read = set(), set()
    steps = list(dis.get_instructions(code))
    for step, following in zip(steps, [*steps[1:], None]):
        names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if not step.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE")):
            continue
        for name in names:
            if name in place:
                mentioned.add(place[name])
                shape_only = following is not None and following.argval == "shape"
                if not (shape_only and name is names[-1]):
                    read.add(place[name])
    return frozenset(mentioned), frozenset(read)
