"""Modules that hold modules, as a list or by name."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, overload

from .module import Module, indent
from .roles import MODULE

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


def place(index: Any, length: int) -> int:
    """An index that may count from the end, counted from 0. Raises IndexError outside."""
    index = operator.index(index)
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of range")
    return int(index % length)


# ---- modules in order --------------------------------------------------------------------------
class ModuleSequence(Module):
    """What `Sequential` and `ModuleList` share: modules in order, named "0", "1", ..."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter([module for _, module in self._held(MODULE)])

    def _from(self, items: list[tuple[str, Module]]) -> Self:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _from(items)"
        )

    @overload
    def __getitem__(self, idx: slice) -> Self: ...
    @overload
    def __getitem__(self, idx: int) -> Module: ...
    def __getitem__(self, idx: int | slice) -> Self | Module:
        items = self._held(MODULE)
        if isinstance(idx, slice):
            return self._from(items[idx])
        module: Module = items[place(idx, len(items))][1]
        return module

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, list(self._modules)[place(idx, len(self))], module)

    def __delitem__(self, idx: int | slice) -> None:
        modules = list(self)
        del modules[idx if isinstance(idx, slice) else place(idx, len(self))]
        self._refill(modules)

    def _refill(self, modules: list[Module]) -> None:
        """Hold these modules and no others, numbered afresh."""
        self._modules.clear()
        self.extend(modules)

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"{self._get_name()}.extend: expected an iterable of modules, "
                f"got {type(modules).__name__}; append a single module"
            )
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a module before place `index`; those after it move up by one."""
        if not isinstance(module, Module):
            raise TypeError(
                f"{self._get_name()}.insert: expected a Module, got {type(module).__name__}"
            )
        if not -len(self) <= index <= len(self):
            raise IndexError(f"Index out of range: {index}")
        modules = list(self)
        modules.insert(index, module)
        self._refill(modules)
        return self

    def pop(self, key: int | slice) -> Any:
        """Take out and return the module (or, for a slice, modules) at `key`."""
        found = self[key]
        del self[key]
        return found

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name.isdigit()]


class Sequential(ModuleSequence):
    """Modules applied one after the other.

    Takes them as arguments, or an OrderedDict of them, whose keys become their names.

    Example:
        >>> from tinygrad_edu import nn
        >>> nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))[:-1]
        Sequential(
          (0): Linear(in_features=4, out_features=3, bias=True)
          (1): ReLU()
        )
    """

    @overload
    def __init__(self, *args: Module) -> None: ...
    @overload
    def __init__(self, arg: OrderedDict[str, Module], /) -> None: ...
    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            self.extend(args)

    def _from(self, items: list[tuple[str, Module]]) -> Self:
        return self.__class__(OrderedDict(items))

    def forward(self, input: Any) -> Any:
        """Apply the modules in order."""
        for _, module in self._held(MODULE):
            input = module(input)
        return input

    def __add__(self, other: Sequential) -> Sequential:
        return Sequential(*self).__iadd__(other)

    def __iadd__(self, other: Sequential) -> Self:
        if not isinstance(other, Sequential):
            raise ValueError(f"Sequential +: expected a Sequential, got {type(other).__name__}")
        return self.extend(other)

    def __mul__(self, other: int) -> Sequential:
        return Sequential(*self).__imul__(other)

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Self:
        if not isinstance(other, int):
            raise TypeError(f"Sequential *: expected an int, got {type(other).__name__}")
        if other <= 0:
            raise ValueError(f"Sequential *: expected a positive factor, got {other}")
        return self.extend(list(self) * (other - 1))


class ModuleList(ModuleSequence):
    """A list whose modules are part of the model.

    Example:
        >>> from tinygrad_edu import nn
        >>> layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(3))
        >>> len(list(layers.parameters()))
        6
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def _from(self, items: list[tuple[str, Module]]) -> Self:
        return self.__class__([module for _, module in items])

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __repr__(self) -> str:
        lines, start = [], 0
        for text, same in groupby(map(repr, self)):
            n = len(list(same))
            number = f"({start}-{start + n - 1}): {n} x " if n > 1 else f"({start}): "
            lines.append(number + indent(text))
            start += n
        return (
            f"{self._get_name()}(" + "".join(f"\n  {s}" for s in lines) + "\n" * bool(lines) + ")"
        )


# ---- by name -----------------------------------------------------------------------------------
class Named(Module):
    """What `ModuleDict` and `ParameterDict` share: things by name, in the order they came."""

    def _keys(self) -> Collection[str]:
        raise NotImplementedError(f"{type(self).__name__}: expected the subclass to define _keys()")

    def __setitem__(self, key: str, value: Any) -> None:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define __setitem__(key, value)"
        )

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        return getattr(self, key)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())

    def __contains__(self, key: object) -> bool:
        return key in self._keys()

    def keys(self) -> Any:
        """The names."""
        return dict.fromkeys(self._keys()).keys()

    def values(self) -> Any:
        """What is held."""
        return {key: self[key] for key in self}.values()

    def items(self) -> Any:
        """(name, what it holds) pairs."""
        return {key: self[key] for key in self}.items()

    def pop(self, key: str) -> Any:
        """Take out and return what `key` holds. Raises KeyError if there is no such name."""
        found = self[key]
        del self[key]
        return found

    def clear(self) -> None:
        """Take out everything."""
        for key in list(self):
            del self[key]

    def update(self, other: Any) -> None:
        """Add the pairs of a mapping, or of an iterable of pairs; known names get new values."""
        if not isinstance(other, Iterable):
            raise TypeError(
                f"{self._get_name()}.update: expected a mapping or an iterable of key/value pairs, "
                f"got {type(other).__name__}"
            )
        pairs = list(other.items() if isinstance(other, (Mapping, Named)) else other)
        for n, pair in enumerate(pairs):
            if not isinstance(pair, Iterable):
                raise TypeError(
                    f"{self._get_name()}.update: expected pairs, got {type(pair).__name__} at {n}"
                )
            if len(tuple(pair)) != 2:
                raise ValueError(
                    f"{self._get_name()}.update: expected pairs, got {len(tuple(pair))} items at {n}"
                )
        for key, value in pairs:
            self[key] = value


class ModuleDict(Named):
    """A dictionary whose modules are part of the model.

    Example:
        >>> from tinygrad_edu import nn
        >>> act = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
        >>> act["tanh"]
        Tanh()
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def _keys(self) -> Collection[str]:
        return [name for name, _ in self._held(MODULE)]

    def __setitem__(self, key: str, value: Module) -> None:
        self.add_module(key, value)
