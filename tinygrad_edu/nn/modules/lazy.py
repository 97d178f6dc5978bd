"""Modules that learn the shapes of their parameters from their first input."""

from __future__ import annotations

from typing import Any, ClassVar

from ..parameter import is_lazy
from .module import Module
from .roles import BUFFERS, PARAMETER

__all__ = ["LazyModuleMixin"]


class LazyModuleMixin(Module):
    """Makes a module lazy: `class LazyThing(LazyModuleMixin, Thing)`.

    Its `__init__` assigns `UninitializedParameter`s and `UninitializedBuffer`s, and
    `initialize_parameters` gives them their shapes and values, from what the module is first called
    with; the module then becomes a `cls_to_become` and is lazy no longer.  Loading a state gives the
    parameters their shapes too.
    """

    cls_to_become: ClassVar[type[Module] | None] = None

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Give parameters their shapes and values, from the arguments of a call."""
        raise NotImplementedError(
            f"initialize_parameters is not implemented for {self._get_name()}"
        )

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer of its own does not know its shape yet."""
        return any(is_lazy(tensor) for _, tensor in self._held(PARAMETER, *BUFFERS))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What `forward` computes, after the parameters were given their shapes."""
        if self.cls_to_become is not None or self.has_uninitialized_params():
            self.initialize_parameters(*args, **kwargs)
            if self.has_uninitialized_params():
                raise RuntimeError(f"module {self._get_name()} has not been fully initialized")
        if self.cls_to_become is not None:
            self.__class__ = self.cls_to_become  # type: ignore[assignment]
            return self(*args, **kwargs)
        return super().__call__(*args, **kwargs)
