"""Products of vectors and matrices, and what is solved with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops import linalg as rows
from ..ops.index import getitem
from ..ops.reduce import sum as sum_row
from ..ops.shape import mT, permute, reshape
from ..primitive import raw

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "addmm", "bmm", "dot", "einsum", "matmul", "mm", "mv", "outer", "tensordot",
]  # fmt: skip


def matmul(input: Any, other: Any) -> Tensor:
    """The product of vectors, matrices or batches of matrices, batches broadcast.

    Raises RuntimeError for scalars, for inner sizes that differ, and for dtypes that differ.
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
            return rows.matmul(input, other)
        except ValueError:
            raise RuntimeError(
                f"matmul: expected batches that broadcast, got {tuple(a.shape)} @ {tuple(b.shape)}"
            ) from None
    x = reshape(input, shape=(1, *a.shape)) if a.ndim == 1 else input
    y = reshape(other, shape=(*b.shape, 1)) if b.ndim == 1 else other
    out = rows.matmul(x, y)
    shape = raw(out).shape
    shape = shape[:-1] if b.ndim == 1 else shape
    return reshape(
        out,
        shape=shape
        if a.ndim > 1
        else (*shape[: max(b.ndim - 2, 0)], *shape[len(shape) - (b.ndim > 1) :]),
    )


def _of_dims(op: str, *pairs: tuple[Any, int]) -> None:
    for x, ndim in pairs:
        if raw(x).ndim != ndim:
            raise RuntimeError(
                f"{op}: expected a {ndim}-dimensional tensor, got shape {tuple(raw(x).shape)}"
            )


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices."""
    _of_dims("mm", (input, 2), (mat2, 2))
    return matmul(input, mat2)


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices, of equal size."""
    _of_dims("bmm", (input, 3), (mat2, 3))
    if raw(input).shape[0] != raw(mat2).shape[0]:
        raise RuntimeError(
            f"bmm: expected batches of one size, got {raw(input).shape[0]} and {raw(mat2).shape[0]}"
        )
    return matmul(input, mat2)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """The product of a matrix and a vector."""
    _of_dims("mv", (input, 2), (vec, 1))
    return matmul(input, vec)


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The inner product of two vectors."""
    _of_dims("dot", (input, 1), (tensor, 1))
    return matmul(input, tensor)


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The matrix of all products of two vectors' elements."""
    _of_dims("outer", (input, 1), (vec2, 1))
    return reshape(input, shape=(-1, 1)) * vec2


def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """beta * input + alpha * mat1 @ mat2"""
    product = mm(mat1, mat2)
    return (input if beta == 1 else input * beta) + (product if alpha == 1 else product * alpha)


def einsum(equation: str, *operands: Any) -> Tensor:
    """A sum of products, written with one letter per dimension: "bij,bjk->bik"; `...` stands for the rest.

    Raises RuntimeError for a wrong number of letters, sizes that differ, and letters that are unknown.
    """
    xs = list(
        operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    )
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(xs):
        raise RuntimeError(
            f"einsum: expected {len(terms)} operands for {equation!r}, got {len(xs)}"
        )
    spare = [c for c in map(chr, range(0x3B1, 0x3D0))]  # letters that no equation uses, for `...`
    width = max(
        [0, *(raw(x).ndim - len(t.replace("...", "")) for t, x in zip(terms, xs) if "..." in t)]
    )
    for k, (term, x) in enumerate(zip(terms, xs)):
        rest = raw(x).ndim - len(term.replace("...", ""))
        if rest < 0 or (rest and "..." not in term):
            raise RuntimeError(
                f"einsum: expected {len(term.replace('...', ''))} dimensions for "
                f"{term!r}, got shape {tuple(raw(x).shape)}"
            )
        terms[k] = term.replace("...", "".join(spare[width - rest : width]))
    letters = "".join(terms)
    if not arrow:
        output = "..." + "".join(
            sorted(c for c in set(letters) if letters.count(c) == 1 and c not in spare)
        )
    output = output.replace("...", "".join(c for c in spare[:width]))
    if set(output) - set(letters) or len(set(output)) != len(output):
        raise RuntimeError(
            f"einsum: expected each output letter once, and in an input, got {equation!r}"
        )
    size: dict[str, int] = {}
    for term, x in zip(terms, xs):
        for c, n in zip(term, raw(x).shape):
            if size.setdefault(c, n) != n and n != 1 != size[c]:
                raise RuntimeError(
                    f"einsum: expected one size for {c!r} in {equation!r}, got {size[c]} and {n}"
                )
            size[c] = max(size[c], n) if 1 in (size[c], n) else n
    out, seen = _simple(xs[0], terms[0], set("".join(terms[1:]) + output), size)
    for k in range(1, len(xs)):
        later = set("".join(terms[k + 1 :]) + output)
        x, term = _simple(xs[k], terms[k], later | set(seen), size)
        gone = [c for c in seen if c not in term and c not in later]
        if gone:
            out = sum_row(out, axis=tuple(seen.index(c) for c in gone), keepdims=False)
            seen = "".join(c for c in seen if c not in gone)
        made = "".join(c for c in dict.fromkeys(seen + term) if c in later)
        out, seen = rows.einsum(out, x, subscripts=(seen, term, made)), made
    gone = [c for c in seen if c not in output]
    if gone:
        out = sum_row(out, axis=tuple(seen.index(c) for c in gone), keepdims=False)
        seen = "".join(c for c in seen if c not in gone)
    return permute(out, axes=tuple(seen.index(c) for c in output))


def _simple(x: Any, term: str, needed: set[str], size: dict[str, int]) -> tuple[Any, str]:
    """An operand with each letter once, and none that nobody needs."""
    for c in dict.fromkeys(term):
        while term.count(c) > 1:
            i = term.index(c)
            j = term.index(c, i + 1)
            order = (*(k for k in range(len(term)) if k not in (i, j)), i, j)
            k = np.arange(size[c])
            x = getitem(permute(x, axes=order), index=(..., k, k))
            term = "".join(term[k] for k in order[:-2]) + c
    gone = [c for c in term if c not in needed]
    if gone:
        x = sum_row(x, axis=tuple(sorted(term.index(c) for c in gone)), keepdims=False)
        term = "".join(c for c in term if c not in gone)
    full = tuple(size[c] for c in term)
    return (x if raw(x).shape == full else x.expand(full)), term


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sums over the last `dims` dimensions of a and the first of b, or over the two lists of dimensions given."""
    n, m = raw(a).ndim, raw(b).ndim
    left, right = (range(n - dims, n), range(dims)) if isinstance(dims, int) else dims
    left, right = [k % n for k in left], [k % m for k in right]
    x = permute(a, axes=(*(k for k in range(n) if k not in left), *left))
    y = permute(b, axes=(*right, *(k for k in range(m) if k not in right)))
    inner = int(np.prod([raw(a).shape[k] for k in left]))
    kept = raw(x).shape[: n - len(left)] + raw(y).shape[len(right) :]
    return reshape(matmul(reshape(x, shape=(-1, inner)), reshape(y, shape=(inner, -1))), shape=kept)


# ---- linalg ---------------------------------------------------------------------------------------
def _square(op: str, x: Any) -> None:
    shape = raw(x).shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise RuntimeError(f"{op}: expected square matrices, got shape {tuple(shape)}")
    if raw(x).dtype.kind != "f":
        raise RuntimeError(f"{op}: expected a floating-point dtype, got {raw(x).dtype}")


def inv(A: Tensor) -> Tensor:
    """The inverse of square matrices. Raises RuntimeError for a singular one."""
    _square("inv", A)
    return _solved("inv", rows.inv, A)


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B (or X A = B, for left=False), B a vector, matrix or batch.

    Raises RuntimeError for a singular A.
    """
    _square("solve", A)
    if not left:
        out: Tensor = mT(solve(mT(A), mT(B)))
        return out
    vector = raw(B).ndim == 1 or (
        raw(B).ndim == raw(A).ndim - 1 and raw(B).shape == raw(A).shape[:-1]
    )
    if not vector:
        return _solved("solve", rows.solve, A, B)
    return reshape(
        _solved("solve", rows.solve, A, reshape(B, shape=(*raw(B).shape, 1))), shape=raw(B).shape
    )


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """L with L L^T = A for symmetric positive-definite matrices. Raises RuntimeError for others."""
    _square("cholesky", A)
    out = _solved("cholesky", rows.cholesky, A)
    return mT(out) if upper else out


def _solved(op: str, row: Any, *xs: Any) -> Tensor:
    try:
        out: Tensor = row(*xs)
        return out
    except np.linalg.LinAlgError as error:
        what = "positive-definite" if op == "cholesky" else "invertible"
        raise LinAlgError(
            f"{op}: expected {what} matrices, got shape {tuple(raw(xs[0]).shape)}: {error}"
        ) from None


class LinAlgError(RuntimeError):
    """A matrix has no inverse, or is not positive-definite."""
