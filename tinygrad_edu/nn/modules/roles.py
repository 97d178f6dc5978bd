"""What an attribute of a module is there for: to be learned, to be kept, or to be a part."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from ...tensor import Tensor
from ..parameter import Buffer, Parameter

if TYPE_CHECKING:
    from .module import Module

__all__ = [
    "BUFFER",
    "BUFFERS",
    "MODULE",
    "PARAMETER",
    "UNSAVED_BUFFER",
    "Attributes",
    "RoleMapping",
]


# Strings: every walk over a model compares them, and an Enum's members are slow to look up.
PARAMETER, BUFFER, UNSAVED_BUFFER, MODULE = "parameter", "buffer", "unsaved buffer", "module"
BUFFERS = (BUFFER, UNSAVED_BUFFER)

# Called as hook(module, name, value) when a module is given such an attribute; may replace the value.
ON_PARAMETER, ON_BUFFER, ON_MODULE = (OrderedDict[int, Callable[..., Any]]() for _ in range(3))
REGISTRATION_HOOKS = {
    PARAMETER: ON_PARAMETER,
    BUFFER: ON_BUFFER,
    UNSAVED_BUFFER: ON_BUFFER,
    MODULE: ON_MODULE,
}


class Attributes:
    """The attributes of a module, and the role that some of them play."""

    _roles: dict[str, str]

    def __setattr__(self, name: str, value: Any) -> None:
        role, known = _role_of(value), self.__dict__.get("_roles", {}).get(name)
        if role is None or known == PARAMETER or (known == MODULE and role in BUFFERS):
            role = known  # as in PyTorch, a Parameter may replace a module, but not the reverse
        if role is None:
            object.__setattr__(self, name, value)
        else:
            self._hold(name, value, role)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._roles.pop(name, None)

    def _hold(self, name: str, value: Any, role: str) -> None:
        """Make `value` the attribute `name`, in a role."""
        roles = self.__dict__.get("_roles")
        if roles is None:
            raise AttributeError(
                f"cannot assign {role} before Module.__init__() call; "
                f"begin {type(self).__name__}.__init__ with super().__init__()"
            )
        expected, expected_name = _EXPECTED[role]
        if value is not None and not isinstance(value, expected):
            raise TypeError(
                f"cannot assign '{type(value).__name__}' as {role} '{name}': "
                f"expected {expected_name} or None; delete '{name}' first to make it another thing"
            )
        if isinstance(getattr(type(self), name, None), property):
            raise KeyError(f"attribute '{name}' already exists")  # and would hide this one
        if isinstance(value, Parameter) and not value.is_leaf:
            raise ValueError(
                f"cannot assign non-leaf Tensor as parameter '{name}'; "
                "compute what depends on other tensors in forward()"
            )
        if value is not None or role != PARAMETER:
            for hook in REGISTRATION_HOOKS[role].values():
                replaced = hook(self, name, value)
                value = value if replaced is None else replaced
        if roles.get(name) != role:
            roles.pop(name, None)
            roles[name] = role
        self.__dict__[name] = value

    def _register(self, name: str, value: Any, *roles: str) -> None:
        """`_hold` by a name that must be new, or be known in one of the roles."""
        kind = roles[0]
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and self.__dict__.get("_roles", {}).get(name) not in roles:
            raise KeyError(f"attribute '{name}' already exists")
        self._hold(name, value, roles[0])

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Make `param` the attribute `name`; None says that there could be one.

        Raises KeyError if another attribute has the name, TypeError for what is not a Parameter.
        """
        self._register(name, param, PARAMETER)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Make `tensor` the attribute `name`: kept, moved and, if `persistent`, saved; not learned.

        Raises KeyError if another attribute has the name, TypeError for what is not a Tensor.
        """
        self._register(name, tensor, *(BUFFERS if persistent else reversed(BUFFERS)))

    def register_module(self, name: str, module: Module | None) -> None:
        """Make `module` the attribute `name`.

        Raises KeyError if another attribute has the name, TypeError for what is not a Module.
        """
        self._register(name, module, MODULE)

    def add_module(self, name: str, module: Module | None) -> None:
        """PyTorch's other name for `register_module`."""
        self.register_module(name, module)

    def _held(self, *roles: str) -> list[tuple[str, Any]]:
        """The attributes in some roles, by name, None included."""
        attributes = self.__dict__
        return [(name, attributes[name]) for name, role in self._roles.items() if role in roles]

    @property
    def _parameters(self) -> RoleMapping:
        return RoleMapping(self, PARAMETER)

    @property
    def _buffers(self) -> RoleMapping:
        return RoleMapping(self, *BUFFERS)

    @property
    def _modules(self) -> RoleMapping:
        return RoleMapping(self, MODULE)

    @property
    def _non_persistent_buffers_set(self) -> set[str]:
        return {name for name, _ in self._held(UNSAVED_BUFFER)}


_EXPECTED: dict[str, tuple[type, str]] = {
    PARAMETER: (Parameter, "Parameter"),
    BUFFER: (Tensor, "Tensor"),
    UNSAVED_BUFFER: (Tensor, "Tensor"),
    MODULE: (Attributes, "Module"),
}


def _role_of(value: Any) -> str | None:
    """The role that a value asks for by its type."""
    if isinstance(value, Parameter):
        return PARAMETER
    if isinstance(value, Attributes):
        return MODULE
    if isinstance(value, Buffer):
        return BUFFER if value.persistent else UNSAVED_BUFFER
    return None


class RoleMapping(MutableMapping[str, Any]):
    """The attributes of a module in some roles, by name; what is written here is set there."""

    __slots__ = ("_module", "_roles")

    def __init__(self, module: Attributes, *roles: str) -> None:
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
