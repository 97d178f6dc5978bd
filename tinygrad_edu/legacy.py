"""Names of PyTorch's early years that programs still use: `FloatTensor` and its like, `Variable`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import as_dtype, dtype, set_default_dtype
from .primitive import wrap
from .tensor import Size, Tensor

__all__ = [
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor", "IntTensor", "LongTensor",
    "ShortTensor", "set_default_tensor_type",
]  # fmt: skip


class TensorType(type):
    """The type of `FloatTensor`: what it makes are Tensors, and all Tensors of its dtype are instances."""

    dtype: dtype

    def __call__(cls, *data: Any) -> Tensor:
        """`FloatTensor([1, 2])` of data, `FloatTensor(2, 3)` of a size, its numbers left open."""
        kind = cls.dtype.numpy
        if len(data) == 1 and isinstance(data[0], Tensor):
            if data[0].dtype != cls.dtype:
                raise TypeError(
                    f"{cls.__name__}: expected a tensor of {cls.dtype}, got {data[0].dtype}; convert it with to()"
                )
            return data[0].detach()
        if len(data) == 1 and isinstance(data[0], (Sequence, np.ndarray)):
            source = data[0]
            return wrap(
                np.empty(source, kind) if isinstance(source, Size) else np.array(source, kind)
            )
        if not all(isinstance(n, (int, np.integer)) for n in data):
            raise TypeError(f"{cls.__name__}: expected a sequence or sizes, got {data}")
        return wrap(np.empty(data if data else (0,), kind))

    def __instancecheck__(cls, x: object) -> bool:
        return isinstance(x, Tensor) and x.dtype == cls.dtype


class FloatTensor(metaclass=TensorType):
    """Tensors of float32, made of data or, with their numbers left open, of sizes.

    >>> te.FloatTensor([1, 2])
    tensor([1., 2.])
    """

    dtype = as_dtype(np.float32)


class DoubleTensor(metaclass=TensorType):
    """Tensors of float64, made of data or, with their numbers left open, of sizes.

    >>> te.DoubleTensor([1, 2])
    tensor([1., 2.], dtype=tinygrad_edu.float64)
    """

    dtype = as_dtype(np.float64)


class HalfTensor(metaclass=TensorType):
    """Tensors of float16, made of data or, with their numbers left open, of sizes.

    >>> te.HalfTensor([1, 2])
    tensor([1., 2.], dtype=tinygrad_edu.float16)
    """

    dtype = as_dtype(np.float16)


class LongTensor(metaclass=TensorType):
    """Tensors of int64, made of data or, with their numbers left open, of sizes.

    >>> te.LongTensor([1, 2])
    tensor([1, 2])
    """

    dtype = as_dtype(np.int64)


class IntTensor(metaclass=TensorType):
    """Tensors of int32, made of data or, with their numbers left open, of sizes.

    >>> te.IntTensor([1, 2])
    tensor([1, 2], dtype=tinygrad_edu.int32)
    """

    dtype = as_dtype(np.int32)


class ShortTensor(metaclass=TensorType):
    """Tensors of int16, made of data or, with their numbers left open, of sizes.

    >>> te.ShortTensor([1, 2])
    tensor([1, 2], dtype=tinygrad_edu.int16)
    """

    dtype = as_dtype(np.int16)


class CharTensor(metaclass=TensorType):
    """Tensors of int8, made of data or, with their numbers left open, of sizes.

    >>> te.CharTensor([1, 2])
    tensor([1, 2], dtype=tinygrad_edu.int8)
    """

    dtype = as_dtype(np.int8)


class ByteTensor(metaclass=TensorType):
    """Tensors of uint8, made of data or, with their numbers left open, of sizes.

    >>> te.ByteTensor([1, 2])
    tensor([1, 2], dtype=tinygrad_edu.uint8)
    """

    dtype = as_dtype(np.uint8)


class BoolTensor(metaclass=TensorType):
    """Tensors of bool, made of data or, with their numbers left open, of sizes.

    >>> te.BoolTensor([1, 0])
    tensor([ True, False])
    """

    dtype = as_dtype(np.bool_)


class VariableType(type):
    """The type of `Variable`, of which all Tensors are instances."""

    def __call__(cls, data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Tensor:
        """The numbers of a Tensor as a Tensor of its own, recorded from here on if `requires_grad`."""
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        return data.detach().requires_grad_(requires_grad)

    def __instancecheck__(cls, x: object) -> bool:
        return isinstance(x, Tensor)


class Variable(metaclass=VariableType):
    """What carried gradients before Tensors did; `Variable(x)` is a Tensor.

    >>> te.autograd.Variable(te.ones(2), requires_grad=True)
    tensor([1., 1.], requires_grad=True)
    """


def set_default_tensor_type(t: Any) -> None:
    """`set_default_dtype`, said with `FloatTensor` or "torch.FloatTensor".

    >>> te.set_default_tensor_type(te.DoubleTensor); x = te.tensor(1.0)
    >>> te.set_default_tensor_type("torch.FloatTensor"); x.dtype
    tinygrad_edu.float64
    """
    name = t.rpartition(".")[2] if isinstance(t, str) else t.__name__
    kinds = {k.__name__: k for k in (FloatTensor, DoubleTensor, HalfTensor)}
    if name not in kinds:
        raise TypeError(f"set_default_tensor_type: expected one of {', '.join(kinds)}, got {t!r}")
    set_default_dtype(kinds[name].dtype)
