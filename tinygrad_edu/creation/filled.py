"""Tensors filled with one number, or not at all, and the identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..dtypes import default_dtype
from ..primitive import raw
from .options import Options, SizedOptions, dtype_of, fitting, made, shape_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..tensor import Tensor

__all__ = [
    "empty", "empty_like", "empty_strided", "eye", "full", "full_like", "ones", "ones_like", "zeros", "zeros_like",
]  # fmt: skip


def zeros(*sizes: Any, **options: Unpack[SizedOptions]) -> Tensor:
    """Zeros of a shape.

    >>> te.zeros(2, 3, dtype=te.int64)
    tensor([[0, 0, 0],
            [0, 0, 0]])
    """
    return made(np.zeros(shape_of(sizes, options), dtype_of(options)), options, "zeros")


def ones(*sizes: Any, **options: Unpack[SizedOptions]) -> Tensor:
    """Ones of a shape.

    >>> te.ones(3)
    tensor([1., 1., 1.])
    """
    return made(np.ones(shape_of(sizes, options), dtype_of(options)), options, "ones")


def empty(*sizes: Any, **options: Unpack[SizedOptions]) -> Tensor:
    """A tensor of a shape, its numbers whatever memory held.

    >>> te.empty(2, 3).shape
    tinygrad_edu.Size([2, 3])
    """
    return made(np.empty(shape_of(sizes, options), dtype_of(options)), options, "empty")


def empty_strided(size: Any, stride: Any, **options: Unpack[Options]) -> Tensor:
    """A tensor of a shape and of strides, in elements, its numbers whatever memory held.

    >>> te.empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    shape, kind = shape_of((size,), {}), dtype_of(options)
    count = 1 + sum((n - 1) * s for n, s in zip(shape, stride)) if 0 not in shape else 0
    strides = [s * kind.itemsize for s in stride]
    array = np.lib.stride_tricks.as_strided(np.empty(count, kind), shape, strides)
    return made(array, options, "empty_strided")


def full(size: Any, fill_value: Any, **options: Unpack[Options]) -> Tensor:
    """One number in every place; the dtype follows from it unless told.

    >>> te.full((2,), 7)
    tensor([7, 7])
    """
    kind = np.asarray(raw(fill_value)).dtype
    chosen = dtype_of(
        options,
        default_dtype() if kind.kind == "f" else np.dtype(np.int64) if kind == np.uint64 else kind,
    )
    return made(_filled(shape_of((size,), {}), fill_value, chosen), options, "full")


def _filled(shape: tuple[int, ...], value: Any, kind: np.dtype[Any]) -> Any:
    """An array of one number."""
    return np.full(shape, fitting("full", raw(value), kind), kind)


def zeros_like(input: Tensor, **options: Unpack[Options]) -> Tensor:
    """Zeros in the shape and dtype of another.

    >>> te.zeros_like(te.tensor([1, 2]))
    tensor([0, 0])
    """
    array = np.zeros(input.array.shape, dtype_of(options, input.array.dtype))
    return made(array, options, "zeros_like")


def ones_like(input: Tensor, **options: Unpack[Options]) -> Tensor:
    """Ones in the shape and dtype of another.

    >>> te.ones_like(te.tensor([1.0, 2.0]))
    tensor([1., 1.])
    """
    array = np.ones(input.array.shape, dtype_of(options, input.array.dtype))
    return made(array, options, "ones_like")


def empty_like(input: Tensor, **options: Unpack[Options]) -> Tensor:
    """A tensor in the shape and dtype of another, its numbers whatever memory held.

    >>> te.empty_like(te.tensor([1, 2])).dtype
    tinygrad_edu.int64
    """
    array = np.empty(input.array.shape, dtype_of(options, input.array.dtype))
    return made(array, options, "empty_like")


def full_like(input: Tensor, fill_value: Any, **options: Unpack[Options]) -> Tensor:
    """One number in every place, in the shape and dtype of another.

    >>> te.full_like(te.tensor([1, 2]), 7)
    tensor([7, 7])
    """
    array = _filled(input.array.shape, fill_value, dtype_of(options, input.array.dtype))
    return made(array, options, "full_like")


def new_zeros(input: Tensor, *sizes: Any, **options: Unpack[SizedOptions]) -> Tensor:
    """Zeros of a shape, in this dtype unless told.

    >>> te.tensor([1]).new_zeros(2)
    tensor([0, 0])
    """
    array = np.zeros(shape_of(sizes, options), dtype_of(options, input.array.dtype))
    return made(array, options, "new_zeros")


def new_ones(input: Tensor, *sizes: Any, **options: Unpack[SizedOptions]) -> Tensor:
    """Ones of a shape, in this dtype unless told.

    >>> te.tensor([1]).new_ones(2)
    tensor([1, 1])
    """
    array = np.ones(shape_of(sizes, options), dtype_of(options, input.array.dtype))
    return made(array, options, "new_ones")


def new_empty(input: Tensor, *sizes: Any, **options: Unpack[SizedOptions]) -> Tensor:
    """A tensor of a shape, in this dtype unless told, its numbers whatever memory held.

    >>> te.tensor([1]).new_empty(2, 3).shape
    tinygrad_edu.Size([2, 3])
    """
    array = np.empty(shape_of(sizes, options), dtype_of(options, input.array.dtype))
    return made(array, options, "new_empty")


def new_full(input: Tensor, size: Any, fill_value: Any, **options: Unpack[Options]) -> Tensor:
    """One number in every place of a shape, in this dtype unless told.

    >>> te.tensor([1.0]).new_full((2,), 7)
    tensor([7., 7.])
    """
    array = _filled(shape_of((size,), {}), fill_value, dtype_of(options, input.array.dtype))
    return made(array, options, "new_full")


def eye(n: int, m: int | None = None, **options: Unpack[Options]) -> Tensor:
    """Ones on the diagonal of a matrix of n by m, by default n by n; zeros elsewhere.

    >>> te.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    for name, size in (("n", n), ("m", m)):
        if size is not None and size < 0:
            raise RuntimeError(f"eye: {name} must be greater or equal to 0, got {size}")
    return made(np.eye(n, m, dtype=dtype_of(options)), options, "eye")
