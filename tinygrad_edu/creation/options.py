"""What every function that makes a tensor takes: dtype, device and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from ..device import device
from ..dtypes import as_numpy, default_dtype
from ..functional.dims import size_of
from ..inplace import written
from ..primitive import wrap

if TYPE_CHECKING:
    from ..random import Generator
    from ..tensor import Tensor


class Options(TypedDict, total=False):
    """What functions that make a tensor take by name.

    dtype           of the result; each function says what it is otherwise
    device          "cpu"; others raise RuntimeError
    requires_grad   whether to record what is done with the result
    out             a tensor to write the result into, which takes its shape
    layout, memory_format, pin_memory
                    for PyTorch's sake: there is one layout, and no memory to pin
    """

    dtype: Any
    device: Any
    requires_grad: bool
    out: Tensor | None
    layout: Any
    memory_format: Any
    pin_memory: bool


class SizedOptions(Options, total=False):
    """The same with the size by name: `zeros(size=(2, 3))`."""

    size: Any


class RandomOptions(Options, total=False):
    """The same with the stream to draw from, the default generator unless told."""

    generator: Generator | None


class SizedRandomOptions(SizedOptions, RandomOptions, total=False):
    """Both."""


NAMES = Options.__optional_keys__  # a function that takes `size` or `generator` has taken it out


def made(array: Any, options: Any, name: str) -> Tensor:
    """The tensor around a new array, by the options of the function of that name."""
    for key in options:
        if key not in NAMES:
            raise TypeError(f"{name}() got an unexpected keyword argument {key!r}")
    if options.get("device") is not None:
        device(options["device"])
    t = written(name, wrap(array), options.get("out"))
    if options.get("requires_grad"):
        t.requires_grad_()
    return t


def dtype_of(options: Any, default: Any = None) -> np.dtype[Any]:
    """The dtype asked for, or a default, or the default float."""
    asked = options.get("dtype")
    if asked is not None:
        return as_numpy(asked)
    out = options.get("out")
    return out.array.dtype if out is not None else default or default_dtype()


def fitting(name: str, numbers: Any, dtype: np.dtype[Any]) -> Any:
    """Numbers as somebody wrote them, in a dtype; negative ones in unsigned integers count from the top, as in C.

    Raises RuntimeError for one that an integer dtype cannot hold, ValueError for one beyond them all.
    """
    array = np.asarray(numbers)
    if dtype.kind in "iu" and array.dtype.kind in "iuf" and array.size:
        limits, low, high = np.iinfo(dtype), array.min().item(), array.max().item()
        if not (low >= (limits.min or -limits.max) and high <= limits.max):
            error = RuntimeError if array.dtype != np.uint64 else ValueError
            raise error(
                f"{name}: expected numbers from {limits.min} to {limits.max} for {dtype}, "
                f"got {low if high <= limits.max else high}; give another dtype"
            )
    return array.astype(dtype)


def shape_of(size: tuple[Any, ...], options: Any) -> tuple[int, ...]:
    """The shape given as f(2, 3), f((2, 3)) or f(size=(2, 3)). Raises RuntimeError for negative sizes."""
    shape = size_of((options.pop("size"),) if "size" in options and not size else size)
    if min(shape, default=0) < 0:
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(shape)}: {list(shape)}"
        )
    return shape
