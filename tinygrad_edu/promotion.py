"""Operands of several types: brought to one dtype by PyTorch's rules, in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import primitive as made
from .dtypes import default_dtype, result_dtype
from .grad_mode import is_recording
from .ops.elementwise import astype
from .primitive import TABLE, raw, wrap

if TYPE_CHECKING:
    from .primitive import Row
    from .tensor import Tensor

__all__ = ["as_operand", "cast", "promoted", "promoted_dtype"]


def promoted(row: Row, xs: tuple[Any, ...]) -> Any:
    """Apply a row to operands of several types; NotImplemented if one is not an operand."""
    operands = [as_operand(x) for x in xs]
    if any(x is NotImplemented for x in operands):
        return NotImplemented
    dtype = promoted_dtype(operands)
    if row.mixes == "number" and any(
        isinstance(x, bool) or getattr(raw(x), "dtype", None) == bool for x in operands
    ):
        raise RuntimeError(
            f"{row.name}: expected numbers, got bools; use `^` or logical_xor() instead"
        )
    if row.mixes == "float" and dtype.kind in "biu":
        dtype = default_dtype()
    ours = [cast(x, dtype) for x in operands]
    if dtype.kind == "c":  # never recorded: see `cast`
        return wrap(row.forward(*map(raw, ours)))
    return row.apply(*ours)


def promoted_dtype(operands: Any) -> np.dtype[Any]:
    """The dtype PyTorch gives an operation on these Tensors, Values and numbers."""
    return result_dtype([x.data if isinstance(x, made.Value) else raw(x) for x in operands])


def as_operand(x: Any) -> Any:
    """What may stand beside a Tensor: Tensors, Values, arrays and Python numbers."""
    if isinstance(x, np.generic):
        return x.item()
    if isinstance(x, (made.Tensor, made.Value, bool, int, float, complex)):
        return x
    return wrap(x) if isinstance(x, np.ndarray) else NotImplemented


def cast(x: Any, dtype: np.dtype[Any]) -> Tensor:
    """A Tensor of the given dtype, in the graph of x. Raises RuntimeError where that were a complex graph."""
    if (
        dtype.kind == "c"
        and is_recording()
        and (isinstance(x, made.Value) or (isinstance(x, made.Tensor) and x.requires_grad))
    ):
        raise RuntimeError(
            "cast: expected real numbers where gradients are asked for, got complex ones; "
            "keep real and imaginary parts as Tensors of their own, or detach()"
        )
    if isinstance(x, made.Tensor):
        if x.array.dtype == dtype:
            return x
        if dtype.kind in "biu" and x.requires_grad:  # no gradient flows through integers
            x = wrap(x.array)
        return astype(x, dtype=dtype, origin=x.array.dtype)
    if isinstance(x, made.Value):
        return TABLE["tensor_of"].apply(x, dtype)  # type: ignore[no-any-return]
    return wrap(np.asarray(x).astype(dtype))  # integers that do not fit wrap around
