"""Operators between Tensors and numbers: the rows themselves where speed counts, else the functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import functional as F
from ..inplace import assign, in_place
from ..ops import elementwise as rows

if TYPE_CHECKING:
    from ..tensor import Tensor


def swapped(function: Callable[..., Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """The method for when the Tensor is on the right."""

    def method(self: Tensor, other: Any) -> Tensor:
        return function(other, self)

    return method


def _sub(self: Tensor, other: Any) -> Tensor:
    return rows.sub(self, other) if self.array.dtype.kind == "f" else F.sub(self, other)


def _rsub(self: Tensor, other: Any) -> Tensor:
    return rows.sub(other, self) if self.array.dtype.kind == "f" else F.sub(other, self)


def _pow(self: Tensor, other: Any) -> Tensor:
    return rows.pow(self, other) if self.array.dtype.kind == "f" else F.pow(self, other)


def _neg(self: Tensor) -> Tensor:
    return rows.neg(self) if self.array.dtype.kind == "f" else F.neg(self)


def _invert(self: Tensor) -> Tensor:
    if self.array.dtype.kind == "f":
        raise TypeError(
            "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return F.bitwise_not(self)


def _setitem(self: Tensor, index: Any, value: Any) -> None:
    *before, last = F.as_index(index)
    assign(F.getitem(self, before[0]) if before else self, last, value)


class Operators:
    """What Python's operators do."""

    __slots__ = ()

    __hash__ = object.__hash__

    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __eq__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...

    else:
        __add__ = __radd__ = rows.add
        __mul__ = __rmul__ = rows.mul
        __truediv__ = rows.div
        __eq__, __ne__, __lt__ = rows.eq, rows.ne, rows.lt
        __le__, __gt__, __ge__ = rows.le, rows.gt, rows.ge

    __sub__, __rsub__ = _sub, _rsub
    __rtruediv__ = __rdiv__ = swapped(F.div)
    __floordiv__, __rfloordiv__ = F.floor_divide, swapped(F.floor_divide)
    __mod__, __rmod__ = F.remainder, swapped(F.remainder)
    __pow__, __rpow__ = _pow, swapped(F.pow)
    __matmul__, __rmatmul__ = F.matmul, swapped(F.matmul)
    __and__ = __rand__ = F.bitwise_and
    __or__ = __ror__ = F.bitwise_or
    __xor__ = __rxor__ = F.bitwise_xor
    __lshift__, __rlshift__ = F.bitwise_left_shift, swapped(F.bitwise_left_shift)
    __rshift__, __rrshift__ = F.bitwise_right_shift, swapped(F.bitwise_right_shift)
    __abs__, __neg__, __pos__, __invert__ = F.abs, _neg, F.positive, _invert
    __getitem__, __setitem__ = F.getitem, _setitem

    __iadd__, __imul__, __itruediv__ = map(in_place, (rows.add, rows.mul, rows.div))
    __isub__, __ipow__ = in_place(F.sub), in_place(F.pow)
    __ifloordiv__, __imod__ = in_place(F.floor_divide), in_place(F.remainder)
    __iand__, __ior__, __ixor__ = map(in_place, (F.bitwise_and, F.bitwise_or, F.bitwise_xor))
    __ilshift__, __irshift__ = map(in_place, (F.bitwise_left_shift, F.bitwise_right_shift))
