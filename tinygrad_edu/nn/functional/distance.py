"""Distances and similarities of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops.index import getitem
from ...primitive import raw, wrap
from ...promotion import cast, promoted_dtype

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["cosine_similarity", "pairwise_distance", "pdist"]


def lifted(x: Tensor, least: float) -> Any:
    """max(x, least) with the gradient of x: as PyTorch keeps what it divides by away from 0."""
    missing = np.maximum(least - raw(x), 0)
    return x + wrap(np.asarray(missing, raw(x).dtype))


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-08) -> Tensor:
    """x1 . x2 / (|x1| |x2|) along `dim`, each norm at least eps.

    Raises RuntimeError for integers.

    Example:
        >>> te.nn.functional.cosine_similarity(te.tensor([[3.0, 4.0]]), te.tensor([[4.0, 3.0]]))
        tensor([0.9600])
    """
    dtype = promoted_dtype((x1, x2))
    if dtype.kind != "f":
        raise RuntimeError(
            f"cosine_similarity: expected floating-point tensors, got {dtype}; convert them with float()"
        )
    x1, x2 = te.broadcast_tensors(cast(x1, dtype), cast(x2, dtype))
    unit1, unit2 = (x / lifted(te.norm(x, 2, dim, True), eps) for x in (x1, x2))
    return te.sum(unit1 * unit2, dim)


def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-06, keepdim: bool = False
) -> Tensor:
    """The p-norm of x1 - x2 + eps along the last dimension.

    Shapes: `x1, x2: (..., d)` -> `(...)`, or `(..., 1)` with `keepdim`.

    Example:
        >>> te.nn.functional.pairwise_distance(te.tensor([[3.0, 4.0]]), te.zeros(1, 2))
        tensor([5.0000])
    """
    return te.norm(x1 - x2 + eps, p, -1, keepdim)


def pdist(input: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference of every two rows: of 0 and 1, 0 and 2, ..., 1 and 2, ...

    Shapes: `input: (n, d)` -> `(n (n - 1) / 2,)`.
    Raises RuntimeError for other shapes, for integers, and for a negative p.

    Example:
        >>> te.nn.functional.pdist(te.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]]))
        tensor([5., 3., 4.])
    """
    x = raw(input)
    if x.ndim != 2 or x.dtype.kind != "f" or p < 0:
        raise RuntimeError(
            f"pdist: expected a 2-dimensional floating-point tensor and p >= 0, got {x.dtype} {x.shape} and {p}"
        )
    first, second = np.triu_indices(len(x), 1)
    return te.norm(getitem(input, index=(first,)) - getitem(input, index=(second,)), p, 1)
