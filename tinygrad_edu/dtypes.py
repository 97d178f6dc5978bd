"""Element types, by PyTorch's names and rules, over NumPy's.

PyTorch sorts types into kinds (bool < integer < float) and lets an operand decide only what its
rank allows: tensors with dimensions first, then 0-d tensors, then Python numbers.  A lower rank
changes the result's type only by being of a higher kind: `int64 tensor * 2.5` is the default
float, `float32 tensor * float64 0-d tensor` stays float32.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "as_dtype",
    "as_numpy",
    "called",
    "default_dtype",
    "dtype",
    "get_default_dtype",
    "result_dtype",
    "set_default_dtype",
]


def called(name: str) -> str:
    """A name with the package's before it, or with `torch` while that is bound to this package."""
    ours = sys.modules["tinygrad_edu"]
    return f"{'torch' if sys.modules.get('torch') is ours else 'tinygrad_edu'}.{name}"


class dtype:
    """The type of a tensor's elements, such as `tinygrad_edu.float32`.

    >>> te.tensor([1, 2]).dtype, te.float32.is_floating_point
    (tinygrad_edu.int64, True)
    """

    __slots__ = ("itemsize", "is_complex", "is_floating_point", "is_signed", "name", "numpy")

    def __init__(self, name: str, numpy: Any) -> None:
        self.name = name
        self.numpy: np.dtype[Any] = np.dtype(numpy)
        self.itemsize = self.numpy.itemsize
        self.is_floating_point = self.numpy.kind == "f"
        self.is_complex = self.numpy.kind == "c"
        self.is_signed = self.numpy.kind in "ifc"

    def __repr__(self) -> str:
        return called(self.name)

    def __reduce__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        if isinstance(other, dtype):
            return self is other
        return isinstance(other, (np.dtype, type)) and other is not bool and self.numpy == other

    def __hash__(self) -> int:
        return hash(self.numpy)


bool_ = dtype("bool", np.bool_)
uint8 = dtype("uint8", np.uint8)
int8 = dtype("int8", np.int8)
int16 = short = dtype("int16", np.int16)
int32 = int_ = dtype("int32", np.int32)
int64 = long = dtype("int64", np.int64)
float16 = half = dtype("float16", np.float16)
float32 = float_ = dtype("float32", np.float32)
float64 = double = dtype("float64", np.float64)
complex64 = cfloat = dtype("complex64", np.complex64)
complex128 = cdouble = dtype("complex128", np.complex128)


class _Bfloat16(dtype):
    """Can be named and compared with, as programs do; NumPy has no such type, so no tensor is of it."""

    def __init__(self) -> None:
        self.name, self.itemsize = "bfloat16", 2
        self.is_floating_point, self.is_complex, self.is_signed = True, False, True

    @property
    def numpy(self) -> Any:  # type: ignore[override]
        raise TypeError("bfloat16: expected a dtype of NumPy; use float32")

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self.name)


bfloat16 = _Bfloat16()

KINDS = "biufc"
_known = (bool_, uint8, int8, int16, int32, int64, float16, float32, float64, complex64, complex128)
_by_numpy: dict[Any, dtype] = {d.numpy: d for d in _known}
_by_python: dict[Any, dtype] = {bool: bool_, int: int64, complex: complex64}
_default = [float32]


def as_dtype(like: Any) -> dtype:
    """The dtype for one of ours, a NumPy dtype, or the Python types bool, int, float, complex."""
    if isinstance(like, dtype):
        return like
    if like is float:
        return _default[0]
    found = _by_python.get(like) if isinstance(like, type) else None
    if found is None:
        try:
            found = _by_numpy.get(np.dtype(like))
        except TypeError:
            found = None
    if found is None:
        names = ", ".join(d.name for d in _known)
        raise TypeError(f"dtype: expected one of {names}, got {like!r}")
    return found


def as_numpy(like: Any) -> np.dtype[Any]:
    """The NumPy dtype for anything `as_dtype` takes."""
    return like.numpy if type(like) is dtype else as_dtype(like).numpy


def get_default_dtype() -> dtype:
    """The float type of what is made from Python numbers; float32 unless set.

    >>> te.get_default_dtype()
    tinygrad_edu.float32
    """
    return _default[0]


def set_default_dtype(d: Any) -> None:
    """Make a floating-point dtype the default. Raises TypeError for any other kind.

    >>> te.set_default_dtype(te.float64); x = te.tensor(1.0); te.set_default_dtype(te.float32)
    >>> x.dtype
    tinygrad_edu.float64
    """
    d = as_dtype(d)
    if d.numpy.kind != "f":
        raise TypeError(f"set_default_dtype: expected a floating-point dtype, got {d!r}")
    _default[0] = d


def default_dtype() -> np.dtype[Any]:
    """The default float type, as NumPy's."""
    return _default[0].numpy


def promote(a: np.dtype[Any] | None, b: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """The type that holds both, as PyTorch has it: a float of any width outranks all integers."""
    if a is None or b is None or a == b:
        return b if a is None else a
    ka, kb = a.kind, b.kind
    if ka in "fc" and kb in "biu":
        return a
    if kb in "fc" and ka in "biu":
        return b
    return np.promote_types(a, b)


def _outranked(high: np.dtype[Any] | None, low: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """`high`, unless `low` is of a higher kind."""
    if high is None or low is None:
        return low if high is None else high
    if high.kind == "c" or (high.kind == "f" and low.kind != "c"):
        return high
    if high.kind == "f":
        return np.dtype(np.complex128 if high.itemsize == 8 else np.complex64)
    if high.kind == "b" or low.kind in "fc":
        return promote(high, low)
    return high


def result_dtype(operands: Iterable[Any]) -> np.dtype[Any]:
    """The dtype PyTorch gives an operation on these arrays and Python numbers."""
    ranks: list[np.dtype[Any] | None] = [None, None, None]  # with dimensions, 0-d, numbers
    for x in operands:
        if isinstance(x, np.ndarray):
            rank, d = int(x.ndim == 0), x.dtype
        else:
            rank, d = 2, number_dtype(x)
        ranks[rank] = promote(ranks[rank], d)
    found = _outranked(ranks[0], _outranked(ranks[1], ranks[2]))
    assert found is not None
    return found


def number_dtype(x: Any) -> np.dtype[Any]:
    """The dtype of a Python number: bool, int64, the default float or its complex."""
    if isinstance(x, bool):
        return bool_.numpy
    if isinstance(x, int):
        return int64.numpy
    if isinstance(x, float):
        return default_dtype()
    return (complex128 if _default[0] is float64 else complex64).numpy
