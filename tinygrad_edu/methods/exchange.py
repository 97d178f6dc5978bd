"""What others see of a Tensor: Python numbers, lists, arrays of NumPy and of the array protocols."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import functional as F, primitive as made
from ..ops import elementwise as rows
from ..primitive import TABLE, raw, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

_UFUNCS = {
    "subtract": F.sub,
    "multiply": F.mul,
    "divide": F.div,
    "floor_divide": F.floor_divide,
    "remainder": F.remainder,
    "power": F.pow,
    "float_power": F.float_power,
    "negative": F.neg,
    "bitwise_and": F.bitwise_and,
    "bitwise_or": F.bitwise_or,
    "bitwise_xor": F.bitwise_xor,
    "left_shift": F.bitwise_left_shift,
    "right_shift": F.bitwise_right_shift,
    "equal": rows.eq,
    "not_equal": rows.ne,
    "less": rows.lt,
    "less_equal": rows.le,
    "greater": rows.gt,
    "greater_equal": rows.ge,
}  # NumPy's functions that are not the row of that name


def _iter(self: Tensor) -> Iterator[Tensor]:
    if not self.array.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter(F.unbind(self))


def _arrays(x: Any) -> Any:
    """The arrays of Tensors in arguments. Raises RuntimeError for those that require grad, as numpy() does."""
    if isinstance(x, dict):
        return {name: _arrays(value) for name, value in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(map(_arrays, x))
    return x.numpy() if isinstance(x, made.Tensor) else x


class Exchange:
    """A Tensor as numbers, lists and arrays, and NumPy's functions of a Tensor."""

    __slots__ = ()

    array: np.ndarray[Any, Any]
    requires_grad: Any
    __iter__ = _iter

    def item(self) -> Any:
        """The one element, as a Python number. Raises RuntimeError if there are more."""
        if self.array.size != 1:
            raise RuntimeError(
                f"item: a Tensor with {self.array.size} elements cannot be converted to Scalar; use tolist()"
            )
        return self.array.item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self.array.tolist()

    def numpy(self, *, force: bool = False) -> np.ndarray[Any, Any]:
        """The array itself, sharing memory. Raises RuntimeError if it requires grad, unless forced.

        What NumPy writes there no graph can see: change what a graph has used through a Tensor.
        """
        if self.requires_grad and not force:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        return self.array

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        return (
            np.array(array, dtype=dtype)
            if copy or (dtype is not None and dtype != array.dtype)
            else array
        )

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: Any = None,
        dl_device: Any = None,
        copy: Any = None,
    ) -> Any:
        if self.requires_grad:
            raise BufferError(
                "__dlpack__: expected a Tensor without history, got one that requires grad; use tensor.detach()"
            )
        asked = {"max_version": max_version, "dl_device": dl_device, "copy": copy}
        return self.array.__dlpack__(**{k: v for k, v in asked.items() if v is not None})

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name: str = ufunc.__name__
        ours: Any = _UFUNCS.get(name) or (name in TABLE and TABLE[name].apply)
        if method != "__call__" or kwargs or not ours:
            raise TypeError(
                f"np.{name}: expected a function that tinygrad_edu has, got {method} {kwargs or ''} on a Tensor; "
                "use detach().numpy() first"
            )
        return ours(*(wrap(x) if isinstance(x, np.ndarray) else x for x in inputs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        ours: Any = getattr(F, function.__name__, None)
        if ours is None or function.__module__ != "numpy":
            return function(*_arrays(args), **_arrays(kwargs))
        names: dict[Any, str] = {"axis": "dim", "keepdims": "keepdim"}
        ours_named: dict[str, Any] = {str(names.get(k, k)): v for k, v in kwargs.items()}
        return ours(*args, **ours_named)

    def _number(self) -> Any:
        """The one element. Raises ValueError, as Python's conversions do, for more or none."""
        if self.array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars, "
                f"got shape {tuple(self.array.shape)}"
            )
        return self.array.item()

    def __float__(self) -> float:
        return float(self._number())

    def __int__(self) -> int:
        return int(self._number())

    def __complex__(self) -> complex:
        return complex(self._number())

    def __index__(self) -> int:
        if self.array.dtype.kind not in "biu":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __bool__(self) -> bool:
        if self.array.size != 1:
            what = "no values" if not self.array.size else "more than one value"
            raise RuntimeError(
                f"Boolean value of Tensor with {what} is ambiguous; use any() or all()"
            )
        return bool(self.array.item())

    def __len__(self) -> int:
        if not self.array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self.array)

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (made.Tensor, np.generic, bool, int, float, complex)):
            raise RuntimeError(f"in: expected a Tensor or a number, got {type(element).__name__}")
        return bool((self.array == raw(element)).any())
