"""Modules that hold parameters, as a list or by name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, overload

from ...tensor import Tensor
from ..parameter import Parameter
from .container import Named, place
from .module import Module

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["ParameterDict", "ParameterList"]


def as_parameter(value: Any) -> Any:
    """A Tensor made a Parameter; anything else as it is."""
    return (
        Parameter(value)
        if isinstance(value, Tensor) and not isinstance(value, Parameter)
        else value
    )


def described(key: Any, value: Any, kind: Callable[[Tensor], Any]) -> str:
    """A line of a parameter container's print; `kind` says what is told of a Tensor's elements."""
    if not isinstance(value, Tensor):
        return f"  ({key}): Object of type: {type(value).__name__}"
    name = "Parameter" if isinstance(value, Parameter) else "Tensor"
    size = "x".join(map(str, value.shape))
    return f"  ({key}): {name} containing: [{kind(value)} of size {size}]"


def not_called(self: Module, *args: Any, **kwargs: Any) -> NoReturn:
    """Raises RuntimeError: parameters alone compute nothing."""
    raise RuntimeError(f"{self._get_name()} should not be called.")


class ParameterList(Module):
    """A list whose Tensors become parameters of the model; other values are kept as they are.

    Example:
        >>> te.nn.ParameterList([te.zeros(2), te.zeros(3)])[1].shape
        tinygrad_edu.Size([3])
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, str(n)) for n in range(self._size))

    @overload
    def __getitem__(self, idx: slice) -> Self: ...
    @overload
    def __getitem__(self, idx: int) -> Any: ...
    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return self.__class__(list(self)[idx])
        return getattr(self, str(place(idx, self._size)))

    def __setitem__(self, idx: int, param: Any) -> None:
        setattr(self, str(place(idx, self._size)), as_parameter(param))

    def append(self, value: Any) -> Self:
        """Add a value at the end."""
        setattr(self, str(self._size), as_parameter(value))
        self._size += 1
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add values at the end."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(
                "ParameterList.extend: expected an iterable of values, "
                f"got {type(values).__name__}; append a single one"
            )
        for value in list(values):
            self.append(value)
        return self

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return "\n".join(described(n, value, lambda t: t.dtype) for n, value in enumerate(self))

    __call__ = not_called

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name.isdigit()]


class ParameterDict(Named):
    """A dictionary whose Tensors become parameters of the model; other values stay as they are.

    Example:
        >>> list(te.nn.ParameterDict({"left": te.zeros(2), "right": te.ones(2)}))
        ['left', 'right']
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._names: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def _keys(self) -> Collection[str]:
        return self._names

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(
                f"ParameterDict: expected a string as key, got {type(key).__name__}; str() it"
            )
        setattr(self, key, as_parameter(value))
        self._names[key] = None

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        del self._names[key]

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._names)

    def update(self, other: Any) -> None:
        """Add the pairs of a mapping (a plain dict's sorted, as in PyTorch) or an iterable of pairs."""
        if isinstance(other, Mapping) and not isinstance(other, OrderedDict):
            other = sorted(other.items())
        super().update(other)

    def get(self, key: str, default: Any = None) -> Any:
        """What `key` holds, or `default`."""
        return self[key] if key in self else default  # noqa: SIM401

    def setdefault(self, key: str, default: Any = None) -> Any:
        """What `key` holds, which becomes `default` if there is no such name."""
        if key not in self:
            self[key] = default
        return self[key]

    def popitem(self) -> tuple[str, Any]:
        """Take out and return the last pair."""
        key = next(reversed(self))
        return key, self.pop(key)

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """A new one that holds `default` under each of the names."""
        return ParameterDict((key, default) for key in keys)

    def copy(self) -> ParameterDict:
        """A new one that holds the same parameters."""
        return ParameterDict(OrderedDict(self.items()))

    def __or__(self, other: Any) -> ParameterDict:
        joined = self.copy()
        joined.update(other)
        return joined

    def __ror__(self, other: Any) -> ParameterDict:
        joined = ParameterDict(OrderedDict(other.items()))
        joined.update(self)
        return joined

    def __ior__(self, other: Any) -> Self:
        self.update(other)
        return self

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return "\n".join(described(key, value, Tensor.type) for key, value in self.items())

    __call__ = not_called
