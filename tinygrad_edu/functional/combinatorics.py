"""The elements of vectors in every combination: grids, products and subsets."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops.index import getitem
from ..ops.reduce import broadcast_to
from ..ops.shape import reshape
from ..primitive import raw
from .copying import ravel
from .joining import stack
from .shaping import transpose

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["cartesian_prod", "combinations", "meshgrid"]


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Each 1-d tensor spread over the grid of all; "xy" swaps the first two dimensions.

    >>> x, y = te.meshgrid(te.tensor([1, 2]), te.tensor([3, 4]), indexing="ij")
    >>> y
    tensor([[3, 4],
            [3, 4]])
    """
    xs = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f"meshgrid: expected indexing 'ij' or 'xy', got {indexing!r}")
    if any(raw(x).ndim > 1 or raw(x).dtype != raw(xs[0]).dtype for x in xs) or not xs:
        raise RuntimeError("meshgrid: expected tensors of one dtype, each with 0 or 1 dimensions")
    sizes = tuple(raw(x).size for x in xs)
    spread = [
        broadcast_to(
            reshape(x, shape=tuple(n if i == k else 1 for i, n in enumerate(sizes))),
            shape=sizes,
        )
        for k, x in enumerate(xs)
    ]
    swapped = indexing == "xy" and len(xs) > 1
    return tuple(transpose(x, 0, 1) if swapped else x for x in spread)


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Every way to pick one element of each 1-d tensor, as rows; of one tensor, itself.

    >>> te.cartesian_prod(te.tensor([1, 2]), te.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    if len(tensors) == 1 and raw(tensors[0]).ndim == 1:
        return tensors[0]
    if any(raw(x).ndim != 1 for x in tensors):
        raise RuntimeError("cartesian_prod: expected 1-dimensional tensors")
    return stack([ravel(x) for x in meshgrid(*tensors)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Every way to pick r elements of a vector, in their order, as rows.

    >>> te.combinations(te.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if raw(input).ndim != 1 or r < 0:
        raise RuntimeError(
            f"combinations: expected a vector and r >= 0, got {raw(input).ndim} dimensions and r = {r}"
        )
    ways = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    picked = list(ways(range(raw(input).size), r)) if r else []
    return getitem(input, index=(np.array(picked, np.intp).reshape((-1, r) if r else (0,)),))
