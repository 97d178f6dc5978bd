"""Functions of diagonals and triangles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops import shape as rows
from ..ops.elementwise import where
from ..primitive import TABLE, raw, wrap
from .copying import clone, ravel
from .dims import axis_of
from .scattering import replaced
from .shaping import unit

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["diag", "diag_embed", "diagflat", "diagonal", "diagonal_scatter", "tril", "triu"]


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of matrices, 0 above the diagonal.

    >>> te.tril(te.ones(2, 3))
    tensor([[1., 0., 0.],
            [1., 1., 0.]])
    """
    return _where_lower("tril", input, diagonal, True)


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of matrices, 0 below the diagonal.

    >>> te.triu(te.ones(2, 3), diagonal=1)
    tensor([[0., 1., 1.],
            [0., 0., 1.]])
    """
    return _where_lower("triu", input, diagonal - 1, False)


def _where_lower(op: str, x: Tensor, diagonal: int, keep: bool) -> Tensor:
    a = raw(x)
    if a.ndim < 2:
        raise RuntimeError(f"{op}: expected a tensor with at least 2 dimensions, got {a.ndim}")
    lower, zero = np.tri(a.shape[-2], a.shape[-1], diagonal, bool), wrap(np.zeros((), a.dtype))
    return where(lower, x, zero) if keep else where(lower, zero, x)


def _line(shape: tuple[int, ...], offset: int, dim1: int, dim2: int) -> dict[str, Any]:
    """How `strided` sees a diagonal of two dimensions, as a new last one."""
    n = len(shape)
    a, b = axis_of(dim1, n), axis_of(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal: expected two different dimensions, got {dim1} and {dim2}")
    down, right = max(-offset, 0), max(offset, 0)
    rest = [k for k in range(n) if k not in (a, b)]
    length = max(min(shape[a] - down, shape[b] - right), 0)
    start = tuple(down if k == a else right if k == b else 0 for k in range(n))
    both = tuple(int(k in (a, b)) for k in range(n))
    return {
        "shape": (*(shape[k] for k in rest), length),
        "start": start,
        "steps": (*(unit(k, n) for k in rest), both),
    }


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of two dimensions as a new last one: a view.

    >>> te.diagonal(te.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return rows.strided(input, **_line(raw(input).shape, offset, dim1, dim2))


def linalg_diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonals of matrices, as `diagonal` but of the last two dimensions.

    >>> te.linalg.diagonal(te.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return diagonal(A, offset, dim1, dim2)


def diagonal_scatter(
    input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1
) -> Tensor:
    """input with `src` on a diagonal.

    >>> te.diagonal_scatter(te.zeros(2, 2), te.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    way = TABLE["strided"], _line(raw(input).shape, offset, dim1, dim2)
    return replaced("diagonal_scatter", input, src, (...,), (way,))


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices in dimensions dim1 and dim2 with the last dimension of the input on a diagonal, 0 elsewhere.

    >>> te.diag_embed(te.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    shape, n = raw(input).shape, raw(input).ndim + 1
    a, b = axis_of(dim1, n), axis_of(dim2, n)
    rest = iter(shape[:-1])
    side = shape[-1] + abs(offset) if shape else 0
    full = tuple(side if k in (a, b) else next(rest) for k in range(n)) if a != b else (0,) * n
    line = _line(full, offset, a, b)
    return rows.strided_add(input, shape=full, start=line["start"], steps=line["steps"])


_diagonal = diagonal


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A vector as the diagonal of a matrix, or a matrix's diagonal as a vector: a copy, where `diagonal` is a view.

    >>> te.diag(te.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    n = raw(input).ndim
    if n not in (1, 2):
        raise RuntimeError(f"diag: expected a vector or a matrix, got {n} dimensions")
    return diag_embed(input, diagonal) if n == 1 else clone(_diagonal(input, diagonal))


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """All elements on a diagonal of a matrix.

    >>> te.diagflat(te.tensor([[1], [2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(ravel(input), offset)
