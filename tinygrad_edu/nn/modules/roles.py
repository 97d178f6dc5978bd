"""What an attribute of a module is there for: to be learned, to be kept, or to be a part."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .module import Module

__all__ = ["BUFFER", "BUFFERS", "MODULE", "PARAMETER", "UNSAVED_BUFFER", "RoleMapping"]


# Strings: every walk over a model compares them, and an Enum's members are slow to look up.
PARAMETER, BUFFER, UNSAVED_BUFFER, MODULE = "parameter", "buffer", "unsaved buffer", "module"
BUFFERS = (BUFFER, UNSAVED_BUFFER)


class RoleMapping(MutableMapping[str, Any]):
    """The attributes of a module in some roles, by name; what is written here is set there."""

    __slots__ = ("_module", "_roles")

    def __init__(self, module: Module, *roles: str) -> None:
        self._module, self._roles = module, roles

    def __iter__(self) -> Iterator[str]:
        return (name for name, role in self._module._roles.items() if role in self._roles)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, name: str) -> Any:
        if self._module._roles.get(name) not in self._roles:
            raise KeyError(name)
        return self._module.__dict__[name]

    def __setitem__(self, name: str, value: Any) -> None:
        role = self._module._roles.get(name)
        self._module._hold(name, value, role if role in self._roles else self._roles[0])

    def __delitem__(self, name: str) -> None:
        self[name]
        delattr(self._module, name)

    def __repr__(self) -> str:
        return repr(dict(self))
