"""Products of vectors and matrices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..inplace import written
from ..ops import linalg as rows
from ..ops.shape import permute, reshape
from ..primitive import raw
from .dims import axis_of, numpy_names

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "addbmm", "addmm", "addmv", "addr", "baddbmm", "bmm", "chain_matmul", "cross", "dot", "ger", "inner", "kron",
    "matmul", "mm", "mv", "outer", "tensordot", "trace", "vdot",
]  # fmt: skip


def matmul(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The product of vectors, matrices or batches of matrices, batches broadcast.

    Raises RuntimeError for scalars, for inner sizes that differ, and for dtypes that differ.

    >>> te.matmul(te.tensor([[1, 2], [3, 4]]), te.tensor([10, 1]))
    tensor([12, 34])
    """
    a, b = raw(input), raw(other)
    if not (hasattr(a, "ndim") and hasattr(b, "ndim")):
        return NotImplemented  # type: ignore[no-any-return]
    if a.ndim == 0 or b.ndim == 0:
        raise RuntimeError(
            f"matmul: expected at least 1-dimensional tensors, got {a.ndim} and {b.ndim} dimensions; use *"
        )
    if a.dtype is not b.dtype and a.dtype != b.dtype:
        raise RuntimeError(
            f"matmul: expected the same dtype, got {a.dtype} @ {b.dtype}; convert one operand"
        )
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise RuntimeError(
            f"matmul: expected x.shape[-1] == y.shape[-2], got {tuple(a.shape)} @ "
            f"{tuple(b.shape)}; transpose one operand?"
        )
    if a.ndim > 1 and b.ndim > 1:
        try:
            product = rows.matmul(input, other)
            return product if out is None else written("matmul", product, out)
        except ValueError:
            raise RuntimeError(
                f"matmul: expected batches that broadcast, got {tuple(a.shape)} @ {tuple(b.shape)}"
            ) from None
    x = reshape(input, shape=(1, *a.shape)) if a.ndim == 1 else input
    y = reshape(other, shape=(*b.shape, 1)) if b.ndim == 1 else other
    product = rows.matmul(x, y)
    shape = raw(product).shape
    shape = shape[:-1] if b.ndim == 1 else shape
    if a.ndim == 1:
        shape = *shape[: max(b.ndim - 2, 0)], *shape[len(shape) - (b.ndim > 1) :]
    return written("matmul", reshape(product, shape=shape), out)


def _of_dims(op: str, *pairs: tuple[Any, int]) -> None:
    for x, ndim in pairs:
        if raw(x).ndim != ndim:
            raise RuntimeError(
                f"{op}: expected a {ndim}-dimensional tensor, got shape {tuple(raw(x).shape)}"
            )


def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two matrices.

    >>> te.mm(te.tensor([[1, 2], [3, 4]]), te.tensor([[1], [10]]))
    tensor([[21],
            [43]])
    """
    _of_dims("mm", (input, 2), (mat2, 2))
    return matmul(input, mat2, out=out)


def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of two batches of matrices, of equal size.

    >>> te.bmm(te.ones(2, 3, 4), te.ones(2, 4, 5)).shape
    tinygrad_edu.Size([2, 3, 5])
    """
    _of_dims("bmm", (input, 3), (mat2, 3))
    if raw(input).shape[0] != raw(mat2).shape[0]:
        raise RuntimeError(
            f"bmm: expected batches of one size, got {raw(input).shape[0]} and {raw(mat2).shape[0]}"
        )
    return matmul(input, mat2, out=out)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """The product of a matrix and a vector.

    >>> te.mv(te.tensor([[1, 2], [3, 4]]), te.tensor([1, 10]))
    tensor([21, 43])
    """
    _of_dims("mv", (input, 2), (vec, 1))
    return matmul(input, vec)


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The inner product of two vectors.

    >>> te.dot(te.tensor([1, 2]), te.tensor([3, 4]))
    tensor(11)
    """
    _of_dims("dot", (input, 1), (tensor, 1))
    return matmul(input, tensor)


vdot = dot


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The matrix of all products of two vectors' elements.

    >>> te.outer(te.tensor([1, 2]), te.tensor([3, 4, 5]))
    tensor([[ 3,  4,  5],
            [ 6,  8, 10]])
    """
    _of_dims("outer", (input, 1), (vec2, 1))
    return reshape(input, shape=(-1, 1)) * vec2


ger = outer


def inner(input: Tensor, other: Tensor) -> Tensor:
    """Sums of products over the last dimensions; of 0-d tensors, the product.

    >>> te.inner(te.tensor([[1, 2], [3, 4]]), te.tensor([1, 10]))
    tensor([21, 43])
    """
    if not (raw(input).ndim and raw(other).ndim):
        return input * other
    if raw(input).shape[-1] != raw(other).shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(raw(input).shape)} and {list(raw(other).shape)}"
        )
    return tensordot(input, other, dims=([-1], [-1]))


def kron(input: Tensor, other: Tensor) -> Tensor:
    """The Kronecker product: blocks `other`, scaled by each element of `input`.

    >>> te.kron(te.tensor([[1, 2]]), te.tensor([[1], [10]]))
    tensor([[ 1,  2],
            [10, 20]])
    """
    n = max(raw(input).ndim, raw(other).ndim)
    a = (1,) * (n - raw(input).ndim) + raw(input).shape
    b = (1,) * (n - raw(other).ndim) + raw(other).shape
    left = reshape(input, shape=tuple(k for size in a for k in (size, 1)))
    right = reshape(other, shape=tuple(k for size in b for k in (1, size)))
    out: Tensor = reshape(left * right, shape=tuple(m * n for m, n in zip(a, b)))
    return out


def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix.

    >>> te.trace(te.tensor([[1, 2], [3, 4]]))
    tensor(5)
    """
    _of_dims("trace", (input, 2))
    out: Tensor = input.diagonal().sum()
    return out


@numpy_names
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross products of vectors of 3 elements, along `dim`, by default the first of size 3.

    Raises RuntimeError where that dimension is not of size 3.

    >>> te.cross(te.tensor([1, 0, 0]), te.tensor([0, 1, 0]))
    tensor([0, 0, 1])
    """
    a, b = raw(input).shape, raw(other).shape
    if len(a) != len(b):
        raise RuntimeError(
            f"cross: inputs must have the same number of dimensions, got {a} and {b}"
        )
    if dim is None:
        if 3 not in a:
            raise RuntimeError("cross: no dimension of size 3 in input")
        axis = a.index(3)
    else:
        axis = axis_of(dim, len(a))
    if a[axis] != 3 or b[axis] != 3:
        raise RuntimeError(
            f"cross: inputs dimension {axis} must have length 3. Got {a[axis]} and {b[axis]}"
        )
    return input.roll(-1, axis) * other.roll(-2, axis) - input.roll(-2, axis) * other.roll(-1, axis)


def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    The first and the last may be vectors.  Source: Cormen et al., Introduction to Algorithms, 15.2.

    >>> te.chain_matmul(te.ones(2, 3), te.ones(3, 4), te.ones(4, 1)).shape
    tinygrad_edu.Size([2, 1])
    """
    given: Any = matrices
    xs = list(given[0] if len(given) == 1 and isinstance(given[0], (list, tuple)) else given)
    if len(xs) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(xs)}")
    for k, x in enumerate(xs):
        if raw(x).ndim != 2 and (raw(x).ndim != 1 or 0 < k < len(xs) - 1):
            raise RuntimeError(
                f"multi_dot(): tensor {k} must be 2D but got {raw(x).ndim}D; only the ends may be 1D"
            )
    ends = raw(xs[0]).ndim == 1, raw(xs[-1]).ndim == 1
    inner = [raw(x).shape[-1] for x in xs[:-1]]
    sizes = [1 if ends[0] else raw(xs[0]).shape[0], *inner, 1 if ends[1] else raw(xs[-1]).shape[1]]
    split = _cheapest_splits(sizes)

    def product(i: int, j: int) -> Any:
        return xs[i] if i == j else matmul(product(i, split[i, j]), product(split[i, j] + 1, j))

    return product(0, len(xs) - 1)  # type: ignore[no-any-return]


def _cheapest_splits(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Where to split the product of matrices i to j, matrix k being sizes[k] by sizes[k + 1]."""
    n = len(sizes) - 1
    cost, split = {(i, i): 0 for i in range(n)}, {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            cost[i, j], split[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )
    return split


# ---- a product added to something --------------------------------------------------------------------
def _added(op: str, input: Tensor, product: Tensor, beta: float, alpha: float) -> Tensor:
    """beta * input + alpha * product; a beta of 0 leaves out even nan."""
    a, b = raw(input), raw(product)
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"{op}: expected one dtype, got input of {a.dtype} and a product of {b.dtype}; convert one with to()"
        )
    if b.dtype.kind != "f":  # the factors are cut to the dtype, as in PyTorch
        beta, alpha = (b.dtype.type(factor).item() for factor in (beta, alpha))
    try:
        fits = np.broadcast_shapes(a.shape, b.shape) == b.shape
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(
            f"{op}: expected input that expands to {tuple(b.shape)}, got {tuple(a.shape)}"
        )
    product = product if alpha == 1 else product * alpha
    if beta == 0:
        return product
    return (input if beta == 1 else input * beta) + product


def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """beta * input + alpha * mat1 @ mat2

    >>> te.addmm(te.ones(2, 2), te.ones(2, 3), te.ones(3, 2), beta=10)
    tensor([[13., 13.],
            [13., 13.]])
    """
    return _added("addmm", input, mm(mat1, mat2), beta, alpha)


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * mat @ vec

    >>> te.addmv(te.tensor([1, 1]), te.tensor([[1, 2], [3, 4]]), te.tensor([1, 10]))
    tensor([22, 44])
    """
    return _added("addmv", input, mv(mat, vec), beta, alpha)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * the outer product of vec1 and vec2

    >>> te.addr(te.zeros(2, 2), te.tensor([1.0, 2.0]), te.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    if raw(input).dtype.kind != "f" and any(isinstance(factor, float) for factor in (beta, alpha)):
        raise RuntimeError(
            "addr: For integral input tensors, arguments beta and alpha must not be floating point numbers."
        )
    return _added("addr", input, outer(vec1, vec2), beta, alpha)


def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """beta * input + alpha * batch1 @ batch2

    >>> te.baddbmm(te.ones(2, 1, 1), te.ones(2, 1, 3), te.ones(2, 3, 1))
    tensor([[[4.]],
    <BLANKLINE>
            [[4.]]])
    """
    return _added("baddbmm", input, bmm(batch1, batch2), beta, alpha)


def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """beta * input + alpha * the sum over the batch of batch1 @ batch2

    Difference from PyTorch: in place, `addbmm_` refuses a result of another shape and does not resize the
    input.

    >>> te.addbmm(te.ones(1, 1), te.ones(2, 1, 3), te.ones(2, 3, 1))
    tensor([[7.]])
    """
    return _added("addbmm", input, bmm(batch1, batch2).sum(0, dtype=batch1.dtype), beta, alpha)


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sums over the last `dims` dimensions of a and the first of b, or over the two lists of dimensions given.

    >>> te.tensordot(te.ones(2, 3, 4), te.ones(3, 4, 5), dims=2).shape
    tinygrad_edu.Size([2, 5])
    """
    n, m = raw(a).ndim, raw(b).ndim
    if isinstance(dims, int):
        if dims < 0 or dims > min(n, m):
            raise RuntimeError(
                f"tensordot expects dims of at least 0 and at most {min(n, m)}, got {dims}"
            )
        dims = range(n - dims, n), range(dims)
    left, right = ([axis_of(k, ndim) for k in side] for side, ndim in zip(dims, (n, m)))
    x = permute(a, axes=(*(k for k in range(n) if k not in left), *left))
    y = permute(b, axes=(*right, *(k for k in range(m) if k not in right)))
    kept = raw(x).shape[: n - len(left)], raw(y).shape[len(right) :]
    sizes = raw(x).shape[n - len(left) :], raw(y).shape[: len(right)]
    if sizes[0] != sizes[1]:
        if all(1 in pair or pair[0] == pair[1] for pair in zip(*sizes)):
            # PyTorch sums over a dimension whose partner has size 1
            lonely = [k for k, n in zip(left, sizes[1]) if n == 1]
            others = [k for k, n in zip(right, sizes[0]) if n == 1]
            a = a.sum(lonely, keepdim=True, dtype=a.dtype) if lonely else a
            b = b.sum(others, keepdim=True, dtype=b.dtype) if others else b
            return tensordot(a, b, dims=(left, right))
        raise RuntimeError(
            f"tensordot: contracted dimensions need to match, got {sizes[0]} and {sizes[1]}"
        )
    x = reshape(x, shape=(math.prod(kept[0]), math.prod(sizes[0])))
    y = reshape(y, shape=(math.prod(sizes[1]), math.prod(kept[1])))
    out: Tensor = reshape(matmul(x, y), shape=(*kept[0], *kept[1]))
    return out
