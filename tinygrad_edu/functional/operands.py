"""What may stand beside a Tensor, looked at before a row is applied."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made
from ..dtypes import default_dtype, number_dtype
from ..grad_mode import is_recording
from ..primitive import raw, wrap
from ..promotion import as_operand, cast, promoted_dtype

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "Number",
    "alike",
    "applied",
    "computed",
    "kind",
    "no_derivative_by",
    "ordered",
    "refuse",
    "tensors",
]

Number = builtins.bool | builtins.int | builtins.float


def applied(row: Any, *xs: Any) -> Tensor:
    """A row's result. Raises TypeError where it is neither Tensor nor Value, so that no operand was one."""
    out: Tensor = row(*xs)
    if not isinstance(out, (made.Tensor, made.Value)):
        raise _mistaken(row.__name__, "a Tensor and Tensors or numbers", xs)
    return out


def tensors(op: str, *xs: Any) -> None:
    """Raise TypeError unless all operands are Tensors."""
    for x in xs:
        if not isinstance(x, (made.Tensor, made.Value)):
            raise _mistaken(op, "Tensors", xs)


def _mistaken(op: str, wanted: str, xs: tuple[Any, ...]) -> TypeError:
    names = ", ".join(type(x).__name__ for x in xs)
    return TypeError(f"{op}: expected {wanted}, got ({names}); make Tensors with tensor()")


def kind(*xs: Any) -> str:
    """What Tensors, arrays and numbers are promoted to: "b" for bools, "i" for integers, "f" for floats."""
    found = {x.dtype.kind if hasattr(x, "dtype") else number_dtype(x).kind for x in map(raw, xs)}
    return "f" if found & {"f", "c"} else "i" if found != {"b"} else "b"


def refuse(kinds: str, op: str, *xs: Any) -> None:
    """Raise NotImplementedError if the operands are promoted to a kind that an operation lacks."""
    found = kind(*xs)
    if found in kinds:
        name = {"b": "bools", "i": "integers", "f": "floats"}[found]
        raise NotImplementedError(f"{op}: expected other numbers than {name}; convert an operand")


def ordered(op: str, *xs: Any) -> None:
    """Raise NotImplementedError for complex numbers, of which none is the larger."""
    if any(
        isinstance(x, complex) or getattr(raw(x), "dtype", np.dtype(bool)).kind == "c" for x in xs
    ):
        raise NotImplementedError(
            f"{op}: expected numbers that have an order, got complex ones; compare their abs()"
        )


def no_derivative_by(op: str, x: Any) -> None:
    """Raise NotImplementedError if a gradient is asked for where there is none to be had."""
    if is_recording() and isinstance(x, made.Tensor) and x.requires_grad:
        raise NotImplementedError(
            f"{op}: the derivative is not implemented for an argument that requires grad here; detach() it"
        )


def alike(op: str, *xs: Any, floats: builtins.bool = False) -> list[Tensor]:
    """Tensors of the operands, of the dtype they are promoted to, if asked for at least the default float.

    Raises TypeError if none is a Tensor.
    """
    operands = [as_operand(x) for x in xs]
    if any(x is NotImplemented for x in operands) or not any(
        isinstance(x, made.Tensor) for x in xs
    ):
        raise _mistaken(op, "a Tensor and Tensors or numbers", xs)
    dtype = promoted_dtype(operands)
    if floats and dtype.kind in "biu":
        dtype = default_dtype()
    return [cast(x, dtype) for x in operands]


def computed(op: str, ufunc: Any, *xs: Any) -> Tensor:
    """What a function without derivative makes of the operands, brought to one dtype."""
    return wrap(np.asarray(ufunc(*(x.array for x in alike(op, *xs)))))
