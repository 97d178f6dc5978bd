"""Rows of linear algebra, on matrices in the last two axes, batched over the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .shape import mT

__all__ = ["cholesky", "einsum", "inv", "matmul", "solve"]


def einsum_forward(x: Any, y: Any, subscripts: tuple[str, str, str]) -> Any:
    """Contract two operands by one batched matrix product.

    Every letter of an operand is in the other operand or in the result, and none twice in one.
    """
    left, right, out = subscripts
    batch = [c for c in left if c in right and c in out]
    inner = [c for c in left if c in right and c not in out]
    rows, columns = [c for c in left if c not in right], [c for c in right if c not in left]
    size = dict(zip(left + right, x.shape + y.shape))

    def matrices(a: Any, letters: str, *groups: list[str]) -> Any:
        sizes = [size[c] for c in batch] + [int(np.prod([size[c] for c in group])) for group in groups]
        return a.transpose([letters.index(c) for c in [*batch, *groups[0], *groups[1]]]).reshape(sizes)

    z = np.matmul(matrices(x, left, rows, inner), matrices(y, right, inner, columns))
    made = [*batch, *rows, *columns]
    return z.reshape([size[c] for c in made]).transpose([made.index(c) for c in out])


def cholesky_vjp(g: Any, out: Any, x: Any) -> Any:
    """L^-T P L^-1, P the symmetrised lower half of L^T g with its diagonal halved (Murray 2016, eq. 10)."""
    n = out.shape[-1]
    half = np.tril(np.ones((n, n))) - 0.5 * np.eye(n)
    p = matmul(mT(out), g) * half.astype(raw(out).dtype)
    inverse = inv(out)
    return 0.5 * matmul(mT(inverse), matmul(p + mT(p), inverse))


# fmt: off
matmul = primitive("matmul", np.matmul, lambda g, out, x, y: matmul(g, mT(y)), lambda g, out, x, y: matmul(mT(x), g),
                   source="{0} @ {1}", symbol="@")
einsum = primitive("einsum", einsum_forward,
                   lambda g, out, x, y, subscripts: einsum(g, y, subscripts=(subscripts[2], subscripts[1], subscripts[0])),
                   lambda g, out, x, y, subscripts: einsum(x, g, subscripts=(subscripts[0], subscripts[2], subscripts[1])))
inv = primitive("inv", np.linalg.inv, lambda g, out, x: -matmul(mT(out), matmul(g, mT(out))), source="np.linalg.inv({0})")
solve = primitive("solve", np.linalg.solve, lambda g, out, x, y: -matmul(solve(mT(x), g), mT(out)), lambda g, out, x, y: solve(mT(x), g),
                  source="np.linalg.solve({0}, {1})")
cholesky = primitive("cholesky", np.linalg.cholesky, cholesky_vjp, source="np.linalg.cholesky({0})")
# fmt: on
