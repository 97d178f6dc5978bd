"""Norms of vectors and matrices."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..dtypes import as_numpy, promote
from ..ops import reduce as rows
from ..ops.elementwise import abs, eq, gt, ne, pow, sqrt, where
from ..ops.factor import svdvals
from ..ops.shape import permute, reshape
from ..primitive import raw
from ..promotion import cast
from .dims import axes_of, axis_of, numpy_names, reduced_shape
from .reduction import Dim, needs_float, sum

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["dist", "norm", "renorm"]


@numpy_names
def norm(
    input: Tensor, p: Any = "fro", dim: Dim = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """The norm of order `p` of all elements, or over `dim`: `linalg.vector_norm`, "fro" being order 2.

    For p="nuc" `linalg.matrix_norm`. The gradient at 0 is 0.

    Difference from PyTorch: the second derivative at 0 is 0, not nan.

    >>> te.norm(te.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if isinstance(p, str) and p != "fro":
        return matrix_norm(input, p, axes_of(dim, raw(input).ndim), keepdim, dtype=dtype)
    return vector_norm(input, 2 if p in ("fro", None) else p, dim, keepdim, dtype=dtype)


@numpy_names
def vector_norm(
    x: Tensor, ord: float = 2, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """(sum |x|^ord)^(1/ord) over `dim`, or over all; for inf and -inf the largest and least |x|, for 0 how many != 0.

    The gradient at 0 is 0. Raises RuntimeError for integers, and where nothing has no norm.

    Difference from PyTorch: the second derivative at 0 is 0, not nan.

    >>> te.linalg.vector_norm(te.tensor([3.0, -4.0]), ord=te.inf)
    tensor(4.)
    """
    x = _widened("linalg.vector_norm", x, dtype)
    if isinstance(ord, str):
        raise TypeError(f"linalg.vector_norm: expected ord to be a number, got {ord!r}")
    axes = axes_of(dim, raw(x).ndim)
    if (ord < 0 or ord == math.inf) and 0 in [raw(x).shape[k] for k in axes]:
        raise RuntimeError(
            f"linalg.vector_norm: expected at least one element for order {ord}, got shape {tuple(raw(x).shape)}"
        )
    if ord == math.inf:
        return rows.amax(abs(x), axis=axes, keepdims=keepdim)
    if ord == -math.inf:
        return rows.amin(abs(x), axis=axes, keepdims=keepdim)
    if ord == 2:
        return power_or_0(rows.sum(x * x, axis=axes, keepdims=keepdim), 0.5)
    if ord == 0:
        powers = where(ne(x, 0), 1, x * 0)
    else:
        powers = abs(x) if ord == 1 else power_or_0(abs(x), ord)
    total = rows.sum(powers, axis=axes, keepdims=keepdim)
    return total if ord in (0, 1) else power_or_0(total, 1 / ord)


def power_or_0(x: Any, exponent: float) -> Tensor:
    """x^exponent for x >= 0, with gradient 0 where x is 0."""
    zero = eq(x, 0)
    safe = where(zero, 1, x)
    powers = sqrt(safe) if exponent == 0.5 else pow(safe, exponent)
    return where(zero, 0 if exponent > 0 else math.inf, powers)


def matrix_norm(
    A: Tensor,
    ord: Any = "fro",
    dim: Sequence[int] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The norm of matrices: "fro" sqrt(sum x^2), "nuc" the sum of the singular values, 2 the largest of these, 1 the
    largest sum |x| of a column, inf that of a row; -2, -1 and -inf the smallest.

    Raises RuntimeError for other orders, and anything but matrices of floats.

    >>> te.linalg.matrix_norm(te.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(5.)
    """
    x = _widened("linalg.matrix_norm", A, dtype)
    n = raw(x).ndim
    if n < 2 or len(dim) != 2:
        raise RuntimeError(
            f"linalg.matrix_norm: expected at least 2 dimensions and a pair of them, got {n} dimensions, dim={dim}"
        )
    row, column = axis_of(dim[0], n), axis_of(dim[1], n)
    if row == column:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different, got {dim}")
    if ord == "fro":
        return vector_norm(x, 2, dim, keepdim)
    if ord not in ("nuc", 2, -2, 1, -1, math.inf, -math.inf):
        raise RuntimeError(
            f"linalg.matrix_norm: Order {ord} not supported, expected fro, nuc, 2, 1, inf, -2, -1 or -inf"
        )
    shape = reduced_shape(raw(x).shape, (row, column), keepdim)
    if not raw(x).size and ord != "nuc" and ord > 0:
        return sum(x, (row, column), keepdim)
    if ord in ("nuc", 2, -2):
        rest = tuple(k for k in range(n) if k not in (row, column))
        parts, last = svdvals(permute(x, axes=(*rest, row, column))), n - 2
    else:
        added, last = (row, column) if builtins.abs(ord) == 1 else (column, row)
        parts = rows.sum(abs(x), axis=(added,), keepdims=True)
    reduce = rows.sum if ord == "nuc" else rows.amax if ord > 0 else rows.amin
    return reshape(reduce(parts, axis=(last,), keepdims=False), shape=shape)


@numpy_names
def linalg_norm(
    A: Tensor,
    ord: Any = None,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """`matrix_norm` over two dimensions, `vector_norm` over one; without `ord` the vector norm of all.

    Raises RuntimeError for more dimensions.

    Difference from PyTorch: the second derivative at 0 is 0, not nan.

    >>> te.linalg.norm(te.tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
    tensor(7.)
    """
    dims = (dim,) if isinstance(dim, int) else dim
    n = raw(A).ndim if dims is None else len(dims)
    if (n not in (1, 2)) if dims is not None else (ord is not None and n > 2):
        raise RuntimeError(
            f"linalg.norm: expected one or two dimensions, got {n}; name them with dim, or leave out ord"
        )
    if ord is None:
        return vector_norm(A, 2, dims, keepdim, dtype=dtype)
    if n == 2 or isinstance(ord, str):
        return matrix_norm(A, ord, (-2, -1) if dims is None else dims, keepdim, dtype=dtype)
    return vector_norm(A, ord, dims, keepdim, dtype=dtype)


def _widened(op: str, x: Tensor, dtype: Any) -> Any:
    """x in a wider dtype, if one is asked for. Raises RuntimeError for integers and narrower ones."""
    x = needs_float(op, x)
    if dtype is None:
        return x
    wanted, given = as_numpy(dtype), raw(x).dtype
    if wanted.kind not in "fc" or promote(wanted, given) != wanted:
        raise RuntimeError(
            f"{op}: expected a floating-point dtype not narrower than {given}, got {wanted}"
        )
    return cast(x, wanted)


def dist(input: Tensor, other: Any, p: float = 2) -> Tensor:
    """The norm of order `p` of input - other.

    >>> te.dist(te.tensor([1.0, 2.0]), te.tensor([4.0, 6.0]))
    tensor(5.)
    """
    return norm(input - other, p)


def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """`input` with the slices along `dim` whose norm of order `p` exceeds `maxnorm` scaled down to it.

    >>> te.renorm(te.tensor([[3.0, 4.0], [0.3, 0.4]]), p=2, dim=0, maxnorm=1)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    n = raw(input).ndim
    if n < 2 or p <= 0 or maxnorm < 0:
        raise RuntimeError(
            "renorm: expected an input that needs at least 2 dimensions, p > 0 and maxnorm >= 0, "
            f"got {n} dimensions, p={p}, maxnorm={maxnorm}"
        )
    axis = axis_of(dim, n)
    norms = norm(input, p, tuple(k for k in range(n) if k != axis), True)
    return input * where(gt(norms, maxnorm), maxnorm / (norms + 1e-7), 1)
