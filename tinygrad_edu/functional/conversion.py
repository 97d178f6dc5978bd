"""The same numbers in another dtype."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from .. import primitive as made
from ..device import contiguous_format, device as Device, memory_format as Format, preserve_format
from ..dtypes import (
    as_dtype,
    as_numpy,
    bfloat16 as bfloat16_,
    bool_,
    dtype as Dtype,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
)
from ..promotion import cast
from .copying import clone, contiguous

if TYPE_CHECKING:
    from ..tensor import Tensor

LEGACY = {
    "float32": "torch.FloatTensor",
    "float64": "torch.DoubleTensor",
    "float16": "torch.HalfTensor",
    "int64": "torch.LongTensor",
    "int32": "torch.IntTensor",
    "int16": "torch.ShortTensor",
    "int8": "torch.CharTensor",
    "uint8": "torch.ByteTensor",
    "bool": "torch.BoolTensor",
}
FROM_LEGACY = {name: kind for kind, name in LEGACY.items()}


def to(
    input: Tensor,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    other: Tensor | None = None,
    non_blocking: builtins.bool = False,
    copy: builtins.bool = False,
    memory_format: Format = preserve_format,
) -> Tensor:
    """In another dtype, on a device ("cpu" is the only one); itself where nothing changes and no copy is asked for.

    As `to(dtype)`, `to(device, dtype)` or `to(other)`, each with `non_blocking` and `copy` after it.
    Raises RuntimeError for a device that does not exist.

    >>> te.tensor([1.5, -2.5]).to("cpu", te.int64)
    tensor([ 1, -2])
    """
    flags = [a for a in args if isinstance(a, builtins.bool)]
    for a in (*args, device, other, dtype):
        if isinstance(a, made.Tensor):
            dtype = a.dtype
        elif isinstance(a, (str, Device)):
            Device(a)
        elif a is not None and not isinstance(a, builtins.bool):
            dtype = a
    out = input if dtype is None else cast(input, as_numpy(dtype))
    if (copy or flags[1:] == [True]) and out is input:
        out = clone(input)
    return contiguous(out) if memory_format == contiguous_format else out


def _cast(x: Tensor, wanted: Dtype, memory_format: Format) -> Tensor:
    out = cast(x, wanted.numpy)
    return contiguous(out) if memory_format == contiguous_format else out


def type(input: Tensor, dtype: Any = None, non_blocking: builtins.bool = False) -> Any:
    """In another dtype; without one, the legacy name of its own, such as "torch.FloatTensor"."""
    if dtype is None:
        return LEGACY[input.array.dtype.name]
    of_class = getattr(dtype, "dtype", None)  # of `FloatTensor` and its like
    named = of_class if isinstance(of_class, Dtype) else FROM_LEGACY.get(dtype, dtype)
    return cast(input, as_dtype(named).numpy)


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """In the dtype of another."""
    return cast(input, other.array.dtype)


def float(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In float32."""
    return _cast(input, float32, memory_format)


def double(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In float64."""
    return _cast(input, float64, memory_format)


def half(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In float16."""
    return _cast(input, float16, memory_format)


def bfloat16(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """Raises TypeError: NumPy has no bfloat16."""
    return _cast(input, bfloat16_, memory_format)


def long(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In int64; what follows the point is dropped."""
    return _cast(input, int64, memory_format)


def int(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In int32; what follows the point is dropped."""
    return _cast(input, int32, memory_format)


def short(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In int16; what follows the point is dropped."""
    return _cast(input, int16, memory_format)


def char(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In int8; what follows the point is dropped."""
    return _cast(input, int8, memory_format)


def byte(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """In uint8; what follows the point is dropped."""
    return _cast(input, uint8, memory_format)


def bool(input: Tensor, memory_format: Format = preserve_format) -> Tensor:
    """Whether each element is other than 0."""
    return _cast(input, bool_, memory_format)
