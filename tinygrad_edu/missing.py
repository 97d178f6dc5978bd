"""What to say of a name that is not there."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["no_such_name"]


def no_such_name(module: str, name: str, names: Sequence[str]) -> AttributeError:
    """The error for a name that a module has not, with the nearest that it has."""
    from difflib import get_close_matches

    near = get_close_matches(name, [n for n in names if not n.startswith("_")], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return AttributeError(f"module {module!r} has no attribute {name!r}{hint}", name=name)
