"""Sums of products of tensors, written with a letter per dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..ops import linalg as rows
from ..ops.index import getitem
from ..ops.reduce import sum as sum_row
from ..ops.shape import permute
from ..primitive import raw
from ..promotion import cast

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["einsum"]


def einsum(equation: Any, *operands: Any) -> Tensor:
    """A sum of products, written with one letter per dimension: "bij,bjk->bik"; `...` stands for the rest.

    Also as `einsum(x, [0, 1], y, [1, 2], [0, 2])`, with numbers for letters.
    Raises RuntimeError for a wrong number of letters, sizes that differ, and letters that are unknown.

    >>> te.einsum("ij,j->i", te.ones(2, 3), te.ones(3))
    tensor([3., 3.])
    """
    if not isinstance(equation, str):
        equation, operands = _lettered((equation, *operands))
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
        out, seen = _summed_to(out, seen, set(term) | later)
        made = "".join(c for c in dict.fromkeys(seen + term) if c in later)
        out, seen = rows.einsum(out, x, subscripts=(seen, term, made)), made
    out, seen = _summed_to(out, seen, set(output))
    return permute(out, axes=tuple(seen.index(c) for c in output))


def _lettered(given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """An equation and operands, from operands and lists of numbers by turns."""
    letters = [
        "".join(
            "..." if n is ... else chr(ord("a") + n if n < 26 else ord("A") + n - 26) for n in term
        )
        for term in (*given[1::2], *given[len(given) // 2 * 2 :])
    ]
    count = len(given) // 2
    return "->".join([",".join(letters[:count]), *letters[count:]]), given[: 2 * count : 2]


def _summed_to(x: Any, term: str, kept: set[str]) -> tuple[Any, str]:
    """x summed over the other letters, integers in int64, and the letters that it still has."""
    axes = tuple(k for k, c in enumerate(term) if c not in kept)
    if not axes:
        return x, term
    out = sum_row(x, axis=axes, keepdims=False)
    if raw(x).dtype.kind != "f":
        out = cast(out, np.dtype(np.int64))
    return out, "".join(c for c in term if c in kept)


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
    x, term = _summed_to(x, term, needed)
    full = tuple(size[c] for c in term)
    return (x if raw(x).shape == full else x.expand(full)), term
