"""Questions about tensors and dtypes, and the numbers that have names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .dtypes import KINDS, as_dtype, as_numpy, dtype, promote, result_dtype
from .primitive import raw
from .tensor import Tensor

__all__ = [
    "can_cast", "e", "finfo", "iinfo", "inf", "is_complex", "is_floating_point", "is_nonzero", "is_tensor", "nan",
    "newaxis", "numel", "pi", "promote_types", "result_type", "typename",
]  # fmt: skip

e, inf, nan, pi, newaxis = math.e, math.inf, math.nan, math.pi, None


class finfo:
    """The limits of a floating-point dtype, by default the default one.

    >>> te.finfo(te.float32).max
    3.4028234663852886e+38
    """

    def __init__(self, type: Any = None) -> None:
        kind = as_numpy(float if type is None else type)
        if kind.kind != "f":
            raise TypeError(f"finfo: expected a floating-point dtype, got {kind}; use iinfo")
        limits = np.finfo(kind)
        self.bits, self.dtype = limits.bits, kind.name
        self.eps, self.resolution = float(limits.eps), float(limits.resolution)
        self.max, self.min = float(limits.max), float(limits.min)
        self.tiny = self.smallest_normal = float(limits.tiny)

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.tiny:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """The limits of an integer dtype.

    >>> te.iinfo(te.int8)
    iinfo(min=-128, max=127, dtype=int8)
    """

    def __init__(self, type: Any) -> None:
        kind = as_numpy(type)
        if kind.kind not in "iu":
            raise TypeError(f"iinfo: expected an integer dtype, got {kind}; use finfo")
        limits = np.iinfo(kind)
        self.bits, self.dtype = limits.bits, kind.name
        self.max, self.min = int(limits.max), int(limits.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def is_tensor(obj: Any) -> bool:
    """Whether it is a Tensor.

    >>> te.is_tensor(te.ones(2)), te.is_tensor([1.0])
    (True, False)
    """
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is a floating-point one.

    >>> te.is_floating_point(te.tensor([1, 2]))
    False
    """
    return input.is_floating_point()


def is_complex(input: Tensor) -> bool:
    """Whether the dtype is a complex one.

    >>> te.is_complex(te.tensor([1.0]))
    False
    """
    return input.is_complex()


def is_nonzero(input: Tensor) -> bool:
    """Whether the one element of a tensor is not 0. Raises RuntimeError for more or none.

    >>> te.is_nonzero(te.tensor([0.5]))
    True
    """
    return bool(input)


def numel(input: Tensor) -> int:
    """How many elements a tensor has.

    >>> te.numel(te.ones(2, 3))
    6
    """
    return input.array.size


def typename(obj: Any) -> str:
    """The type as a string, of a Tensor by its dtype; a class by its own name.

    >>> te.typename(te.ones(2))
    'torch.FloatTensor'
    """
    if isinstance(obj, Tensor):
        return str(obj.type())
    named = obj if isinstance(obj, type) else type(obj)
    return f"{named.__module__}.{named.__qualname__}"


def result_type(tensor1: Any, tensor2: Any) -> dtype:
    """The dtype of an operation on two tensors or numbers.

    >>> te.result_type(te.tensor([1, 2]), 1.0)
    tinygrad_edu.float32
    """
    return as_dtype(result_dtype([raw(tensor1), raw(tensor2)]))


def promote_types(type1: Any, type2: Any) -> dtype:
    """The smallest dtype that holds both, integers with floats in the float.

    >>> te.promote_types(te.int64, te.float32)
    tinygrad_edu.float32
    """
    return as_dtype(promote(as_numpy(type1), as_numpy(type2)))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether a result of one dtype may be written into a tensor of another: not from floats to integers.

    >>> te.can_cast(te.float32, te.int64)
    False
    """
    a, b = as_numpy(from_).kind, as_numpy(to).kind
    return KINDS.index("i" if a == "u" else a) <= KINDS.index("u" if b in "iu" else b)
