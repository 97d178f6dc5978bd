"""Formulas as trees of terms; `notation` writes them in Unicode, MathML or LaTeX.

A `Term` is a kind and its parts; the functions below make them, simplified as one would on paper:
x × x is x², g × 1/√y is g/√y, a minus sign comes to the front.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = [
    "Term", "call", "cases", "divided", "matrix", "minus", "name", "number", "partial", "power", "product",
    "replaced", "root", "size", "total",
]  # fmt: skip


class Term(NamedTuple):
    """One operation of a formula, or a name or number."""

    kind: str
    parts: tuple[Any, ...] = ()


# ---- making terms ----------------------------------------------------------------------------------
def name(word: str) -> Term:
    """A variable."""
    return Term("name", (word,))


def number(value: Any) -> Term:
    """A number, as four digits; a negative one stands in parentheses where it must."""
    return Term("number", (value,))


def partial(of: str, by: str) -> Term:
    """∂of/∂by"""
    return Term("partial", (of, by))


def call(function: str, *args: Term) -> Term:
    """f(x, y)"""
    return Term("call", (function, *args))


def root(x: Term) -> Term:
    """√x"""
    return Term("root", (x,))


def cases(*branches: tuple[Term, Term | None]) -> Term:
    """Values with the condition under which each holds; None for otherwise."""
    return branches[0][0] if len(branches) == 1 else Term("cases", branches)


def matrix(rows: Sequence[Sequence[Any]]) -> Term:
    """A matrix of numbers."""
    return Term("matrix", tuple(tuple(map(number, row)) for row in rows))


def total(*signed: tuple[str, Term]) -> Term:
    """A sum of terms with their signs, of which the first is +."""
    return Term("sum", signed)


def minus(x: Term) -> Term:
    """−x"""
    if x.kind == "number":
        return number(-x.parts[0])
    return Term("negative", (x,))


def product(*factors: Term) -> Term:
    """A product; equal neighbours become a power, a factor 0 makes it 0."""
    flat: list[Term] = []
    negative = False
    for x in factors:
        if x.kind == "negative":
            negative, x = not negative, x.parts[0]
        flat.extend(x.parts if x.kind == "product" else (x,))
    if any(x.kind == "number" and type(x.parts[0]) is float and x.parts[0] == 0 for x in flat):
        return number(0)
    one_over = next((x for x in flat if x.kind == "fraction" and x.parts[0] == number(1)), None)
    if one_over is not None and len(flat) > 1:
        flat.remove(one_over)
        found = divided(product(*flat), one_over.parts[1])
        return minus(found) if negative else found
    kept: list[Term] = []
    for x in flat:
        base, times = (x.parts[0], x.parts[1]) if x.kind == "power" else (x, number(1))
        if kept and x.kind != "number" and times.kind == "number":
            before = kept[-1]
            same, count = before.parts if before.kind == "power" else (before, number(1))
            if same == base and count.kind == "number":
                kept[-1] = power(base, number(count.parts[0] + times.parts[0]))
                continue
        kept.append(x)
    found = kept[0] if len(kept) == 1 else Term("product", tuple(kept))
    return minus(found) if negative else found


def divided(x: Term, y: Term) -> Term:
    """x / y"""
    if x.kind == "negative":
        return minus(divided(x.parts[0], y))
    return Term("fraction", (x, y))


def power(x: Term, y: Term) -> Term:
    """x to the y"""
    return x if y == number(1) else Term("power", (x, y))


def size(x: Term) -> int:
    """How many names, numbers and operations a term has."""
    return 1 + sum(
        size(p) if isinstance(p, Term) else sum(size(q) for q in p if isinstance(q, Term))
        for p in x.parts
        if isinstance(p, tuple)
    )


def replaced(x: Any, values: Mapping[Term, Term]) -> Any:
    """A term with others in the place of some; not simplified, so that numbers stand where names did."""
    if isinstance(x, Term):
        return values.get(x) or Term(x.kind, replaced(x.parts, values))
    return tuple(replaced(part, values) for part in x) if isinstance(x, tuple) else x
