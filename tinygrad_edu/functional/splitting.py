"""Functions that split a Tensor along a dimension, into views."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops.index import at, getitem
from ..primitive import raw
from .dims import axis_of, numpy_names

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "chunk", "dsplit", "hsplit", "split", "split_with_sizes", "tensor_split", "unbind", "vsplit",
]  # fmt: skip


def split(
    tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Views of a given length along `dim` (the last may be shorter), or of the given lengths.

    Difference from PyTorch: the views may be written to in place while recording; so may those of
    `chunk`, `tensor_split` and `unbind`.

    >>> te.split(te.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    sizes = split_size_or_sections
    if not isinstance(sizes, int):
        return split_with_sizes(tensor, sizes, dim)
    n = _length("split", tensor, dim)
    if sizes < 0 or (sizes == 0 and n):
        raise RuntimeError(f"split: expected a positive split_size, got {sizes}")
    return _cut(tensor, [*range(0, n, max(sizes, 1)), n] if n else [0, 0], dim)


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the given lengths along `dim`, which must sum to its size.

    >>> te.split_with_sizes(te.arange(5), [1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
    n = _length("split_with_sizes", input, dim)
    if min(split_sizes, default=0) < 0 or sum(split_sizes) != n:
        raise RuntimeError(
            f"split_with_sizes: expected sizes that sum to {n}, the size of dimension {dim}, "
            f"got {list(split_sizes)}"
        )
    return _cut(input, list(itertools.accumulate(split_sizes, initial=0)), dim)


@numpy_names
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal length along `dim`, the last perhaps shorter.

    >>> te.chunk(te.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    n = _length("chunk", input, dim)
    if chunks <= 0:
        raise RuntimeError(f"chunk: expects `chunks` to be greater than 0, got: {chunks}")
    if not n:
        return _cut(input, [0] * (chunks + 1), dim)
    return split(input, -(-n // chunks), dim)


@numpy_names
def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """So many views along `dim`, the first ones longer by one, or views between the given positions.

    >>> te.tensor_split(te.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    n = _length("tensor_split", input, dim)
    parts = raw(indices_or_sections)
    if isinstance(parts, np.ndarray):
        parts = parts.tolist()
    if not isinstance(parts, int):
        ends = [slice(k).indices(n)[1] for k in parts]
        return _cut(input, [0, *ends, n], dim)
    if parts <= 0:
        raise RuntimeError(f"tensor_split: expected more than 0 sections, got {parts}")
    longer, size = n % parts, n // parts
    return _cut(input, [k * size + min(k, longer) for k in range(parts + 1)], dim)


def _length(op: str, x: Tensor, dim: int) -> int:
    if not raw(x).ndim:
        raise RuntimeError(f"{op}: expected at least 1 dimension, got 0")
    n: int = raw(x).shape[axis_of(dim, raw(x).ndim)]
    return n


def _cut(x: Tensor, ends: list[int], dim: int) -> tuple[Tensor, ...]:
    axis = axis_of(dim, raw(x).ndim)
    return tuple(getitem(x, index=at(axis, slice(a, b))) for a, b in zip(ends, ends[1:]))


def hsplit(input: Tensor, indices_or_sections: int | Sequence[int]) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts along dimension 1, of vectors along 0.

    >>> te.hsplit(te.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1],
            [3]]), tensor([[2],
            [4]]))
    """
    dim = 0 if raw(input).ndim == 1 else 1
    return _equal_split("hsplit", input, indices_or_sections, dim, 1)


def vsplit(input: Tensor, indices_or_sections: int | Sequence[int]) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts along dimension 0.

    >>> te.vsplit(te.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    return _equal_split("vsplit", input, indices_or_sections, 0, 2)


def dsplit(input: Tensor, indices_or_sections: int | Sequence[int]) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts along dimension 2.

    >>> te.dsplit(te.tensor([[[1, 2]]]), 2)
    (tensor([[[1]]]), tensor([[[2]]]))
    """
    return _equal_split("dsplit", input, indices_or_sections, 2, 3)


def _equal_split(op: str, x: Tensor, parts: Any, dim: int, least: int) -> tuple[Tensor, ...]:
    shape = raw(x).shape
    if len(shape) < least:
        raise RuntimeError(f"{op}: expected at least {least} dimensions, got {len(shape)}")
    if isinstance(parts, int) and (parts <= 0 or shape[dim] % parts):
        raise RuntimeError(
            f"{op}: expected a number of parts that divides {shape[dim]}, the size of dimension {dim}, got {parts}"
        )
    return tensor_split(x, parts, dim)


@numpy_names
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The views at each position along `dim`.

    >>> te.unbind(te.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    axis = axis_of(dim, raw(input).ndim)
    if not raw(input).ndim:
        raise IndexError("unbind: dimension specified as 0 but tensor has no dimensions")
    return tuple(getitem(input, index=at(axis, k)) for k in range(raw(input).shape[axis]))
