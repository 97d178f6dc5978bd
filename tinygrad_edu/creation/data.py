"""Tensors from data that is there already."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as people
from ..device import device as Device
from ..dtypes import as_numpy, number_dtype, promote
from ..primitive import raw, wrap
from ..value import Value
from .filled import new_empty
from .options import Options, dtype_of, fitting, made

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..tensor import Tensor

__all__ = ["as_tensor", "asarray", "from_dlpack", "from_numpy", "scalar_tensor", "tensor"]


HISTORY = "history"  # found among data


def tensor(data: Any, **options: Unpack[Options]) -> Tensor:
    """A copy of data (numbers, nested lists, arrays), with no history.

    Floats get the default dtype, ints int64, bools bool; arrays keep theirs, those of other libraries
    (PyTorch's tensors, pandas' frames) too. Warns of Tensors that require grad. Raises ValueError for
    ragged lists, RuntimeError for numbers that an integer dtype asked for cannot hold.

    >>> te.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    given = type(data).__name__
    data, found = _as_array(data), set[Any]()
    try:
        array = np.array(_plain(data, found))
    except ValueError as error:
        raise ValueError(
            f"tensor: expected sequences of equal length at each depth, got a ragged list; {error}"
        ) from None
    if array.dtype.kind not in "biufc":
        raise TypeError(f"tensor: expected numbers or bools, got {given} of {array.dtype}")
    if HISTORY in found:
        import warnings

        found.remove(HISTORY)
        warnings.warn(
            "tensor: a Tensor that requires grad is copied without its history; use clone() or stack() "
            "to keep it, detach() it first if that is meant",
            UserWarning,
            stacklevel=2,
        )
    kinds = (number_dtype(d()) if isinstance(d, type) else as_numpy(d) for d in found)
    dtype = dtype_of(options, reduce(promote, kinds, None))
    if isinstance(data, (np.ndarray, np.generic, people.Tensor)):
        array = array.astype(dtype, copy=False)
    else:
        array = fitting("tensor", array, dtype)
    return made(array, options, "tensor")


def new_tensor(input: Tensor, data: Any, **options: Unpack[Options]) -> Tensor:
    """A copy of data, in this dtype unless told.

    >>> te.tensor([1.0]).new_tensor([2, 3])
    tensor([2., 3.])
    """
    array = np.array(raw(data), dtype=dtype_of(options, input.array.dtype))
    return made(array, options, "new_tensor")


def new(input: Tensor, *data: Any) -> Tensor:
    """Of data, or of a size, in this dtype: the old way to say `new_tensor` and `new_empty`.

    >>> te.tensor([1.0]).new([2, 3])
    tensor([2., 3.])
    """
    if len(data) == 1 and not isinstance(data[0], int):
        return new_tensor(input, data[0])
    return new_empty(input, data)


def _as_array(data: Any) -> Any:
    """An array of another library as NumPy's, sharing memory where it can; anything else as it is."""
    if isinstance(data, (people.Tensor, np.generic)) or not hasattr(type(data), "__array__"):
        return data
    return np.asarray(data.detach() if hasattr(data, "detach") else data)


def _plain(data: Any, found: set[Any]) -> Any:
    """Nested lists with every Tensor in them as its array; into `found` go the types and dtypes of the elements."""
    if isinstance(data, (list, tuple)):
        return [_plain(x, found) for x in data]
    if type(data) in (float, int, bool, complex):
        found.add(type(data))
        return data
    if isinstance(data, Value):
        raise TypeError(
            "tensor: expected numbers, got a Value, whose history would be lost; use stack(), or float(v)"
        )
    if isinstance(data, people.Tensor) and data.requires_grad:
        found.add(HISTORY)
    array = raw(_as_array(data))
    found.add(np.asarray(array).dtype)
    return array


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Data as a Tensor, sharing memory and history where it can.

    >>> x = te.ones(2)
    >>> te.as_tensor(x) is x
    True
    """
    if isinstance(data, people.Tensor):
        return data if dtype is None else data.to(dtype)
    data = _as_array(data)
    if isinstance(data, np.ndarray):
        array = data.astype(as_numpy(data.dtype if dtype is None else dtype), copy=False)
        return made(array, {"device": device}, "as_tensor")
    return tensor(data, dtype=dtype, device=device)


def asarray(
    obj: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool | None = None,
) -> Tensor:
    """Data as a Tensor, on the same memory where it can be, unless `copy`; with `copy=False` only then.

    `requires_grad` is that of `obj` unless given.  Raises ValueError where `copy=False` and a copy is needed.

    >>> a = te.zeros(2)
    >>> te.asarray(a, copy=True).add_(1); a
    tensor([1., 1.])
    tensor([0., 0.])
    """
    t = as_tensor(obj, dtype, device)
    shared = t.array is raw(obj)
    if copy is False and not shared:
        raise ValueError(
            "asarray: expected a Tensor or an array of that dtype, which can be shared, "
            f"got {type(obj).__name__}; leave copy=None"
        )
    if copy and shared:
        t = t.clone()
    if requires_grad is False and t.requires_grad:
        return t.detach()
    return t.requires_grad_() if requires_grad else t


def from_numpy(ndarray: np.ndarray[Any, Any]) -> Tensor:
    """A Tensor on the memory of an array: a write to one is seen in the other. Raises TypeError for other things.

    >>> x = te.zeros(2)
    >>> te.from_numpy(x.numpy()).add_(1); x
    tensor([1., 1.])
    tensor([1., 1.])
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(
            f"from_numpy: expected np.ndarray, got {type(ndarray).__name__}; use tensor()"
        )
    as_numpy(ndarray.dtype)
    return wrap(ndarray.view())  # a view cannot be resized as an `out`: the array would stay behind


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A Tensor on the memory of another library's, by DLPack; of its own with `copy=True`.

    `ext_tensor` has `__dlpack__`, or is a capsule, whose memory cannot be written if it is of the old kind.
    Raises BufferError for what NumPy cannot share: other devices, bfloat16, `copy=False` where it must copy.

    >>> x = np.zeros(2)
    >>> te.from_dlpack(x).add_(1); x
    tensor([1., 1.], dtype=tinygrad_edu.float64)
    array([1., 1.])
    """
    if device is not None:
        Device(device)  # which refuses others
    if type(ext_tensor).__name__ == "PyCapsule":
        ext_tensor = _Capsule(ext_tensor)
    if not hasattr(ext_tensor, "__dlpack__"):
        raise TypeError(
            f"from_dlpack: expected an object with __dlpack__, got {type(ext_tensor).__name__}; use tensor()"
        )
    options: dict[str, Any] = {} if copy is None else {"copy": copy}
    try:
        array = np.from_dlpack(ext_tensor, **options)
    except RuntimeError as error:
        raise BufferError(
            f"from_dlpack: expected memory of the CPU, of a dtype that NumPy has, got another; {error}"
        ) from None
    as_numpy(array.dtype)
    return wrap(array)


class _Capsule:
    """A DLPack capsule, as the protocol wants it since."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __dlpack__(self, **options: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0  # the CPU


def scalar_tensor(s: Any, **options: Unpack[Options]) -> Tensor:
    """A 0-d tensor of a number, of the default dtype unless told.

    >>> te.scalar_tensor(5)
    tensor(5.)
    """
    return made(np.asarray(raw(s)).astype(dtype_of(options)), options, "scalar_tensor")
