"""Walks over a tree of modules: each part and each tensor, by its dotted name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...tensor import Tensor
from ..parameter import Parameter
from .roles import BUFFERS, MODULE, PARAMETER, Attributes

if TYPE_CHECKING:
    from .module import Module

__all__ = ["Tree"]


class Tree(Attributes):
    """A module with those below it. A part or tensor held twice is met once, by its first name."""

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it by their dotted names, a parent before its children."""
        memo = set() if memo is None else memo
        stack: list[tuple[str, Any]] = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if remove_duplicate:
                if module in memo:
                    continue
                memo.add(module)
            yield path, module
            parts = [(name, part) for name, part in module._held(MODULE) if part is not None]
            if parts:
                dot = path + "." if path else ""
                stack.extend((dot + name, part) for name, part in reversed(parts))

    def _named(
        self, roles: tuple[str, ...], prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        """The tensors in some roles by their dotted names."""
        seen = set()
        modules: Iterator[tuple[str, Any]] = iter([(prefix, self)])
        if recurse:
            modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        for path, module in modules:
            for name, tensor in module._held(*roles):
                if tensor is None or id(tensor) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(tensor))
                yield f"{path}.{name}" if path else name, tensor

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters by their dotted names; only the module's own unless `recurse`."""
        return self._named((PARAMETER,), prefix, recurse, remove_duplicate)

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers by their dotted names; only the module's own unless `recurse`."""
        return self._named(BUFFERS, prefix, recurse, remove_duplicate)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The parts just below this module, by name."""
        seen = set()
        for name, module in self._held(MODULE):
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once: what an optimiser takes."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def children(self) -> Iterator[Module]:
        """The parts just below this module."""
        return (m for _, m in self.named_children())

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """This module and all below it."""
        return (m for _, m in self.named_modules(remove_duplicate=remove_duplicate))

    # ---- by name -----------------------------------------------------------------------------------
    def get_submodule(self, target: str) -> Module:
        """The module of a dotted name, this one for "". Raises AttributeError if there is none."""
        module: Any = self
        for name in target.split(".") if target else ():
            module = module._get(name, "an nn.Module", MODULE)
        found: Module = module
        return found

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put `module` at a dotted name, where there must be one already if `strict`.

        Raises ValueError for an empty name and for what is not a Module, AttributeError where the name
        leads to no module.
        """
        if not target:
            raise ValueError("Cannot set the submodule without a target name!")
        if not isinstance(module, Tree):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict or hasattr(parent, name):
            parent._get(name, "an nn.Module", MODULE)
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of a dotted name. Raises AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        found: Parameter = self.get_submodule(path)._get(name, "an nn.Parameter", PARAMETER)
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a dotted name. Raises AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        found: Tensor = self.get_submodule(path)._get(name, "a buffer", *BUFFERS)
        return found

    def _get(self, name: str, kind: str, *roles: str) -> Any:
        if not hasattr(self, name):
            raise AttributeError(f"{type(self).__name__} has no attribute `{name}`")
        if self._roles.get(name) not in roles:
            raise AttributeError(f"`{name}` is not {kind}")
        return self.__dict__[name]
