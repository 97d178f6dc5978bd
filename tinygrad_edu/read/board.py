"""The chain rule written out as a teacher would on the board: plain text, Markdown or LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import primitive as made
from ..seeds import as_sequence
from .explanations import note
from .notation import latex, text
from .replay import anchor, edges_of
from .step import Contribution, Step
from .steps import Story
from .terms import Term, matrix, name, number, partial
from .tiles import shape_text
from .words import extent

__all__ = ["Board", "board"]

WRITTEN = 12  # numbers of an array that are written out


class Board(str):
    """Text that a notebook shows as what it is: Markdown or LaTeX."""

    __slots__ = ("kind",)
    kind: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        shown = {"markdown": {"text/markdown": str(self)}, "latex": {"text/latex": f"$${self}$$"}}
        return {"text/plain": str(self)} | shown.get(self.kind, {})


class _Line(NamedTuple):
    """A line: how far it is indented, and its words, signs and terms."""

    indent: int
    parts: tuple[str | Term, ...]


def board(story: Story, format: str, path: Any = None) -> Board:
    """The derivation in a format; along a path, or all of it."""
    lines = list(_Derivation(story, path).lines())
    written = Board({"text": _as_text, "markdown": _as_markdown, "latex": _as_latex}[format](lines))
    written.kind = format
    return written


class _Derivation:
    """The lines of a story."""

    def __init__(self, story: Story, path: Any) -> None:
        self.story = story
        self.stations = [] if path is None else self._stations(as_sequence(path))
        self.kept = self._on_the_way() if self.stations else None
        self.forward = [step for step in story.steps if step.phase == "forward"]
        self.rules = {id(step.node): step.rule for step in self.forward}

    def lines(self) -> Iterator[_Line]:
        """Forward, backward, gradients."""
        yield _Line(0, ("forward",))
        for step in self.forward:
            if self._keeps(step.node):
                yield from self._forward(step)
        yield _Line(0, ("backward",))
        for step in self.story.steps:
            if step.phase == "seed":
                yield _Line(1, (self._partial(step.name), "=", value(step.incoming)))
            elif step.phase == "backward" and self._keeps(step.node):
                yield from self._backward(step)
        if len(self.stations) > 1:
            yield from self._along()
        else:
            yield from self._gradients()

    def _forward(self, step: Step) -> Iterator[_Line]:
        if step.numbers is not None and step.value is not None:
            yield _Line(1, (*self._made(step), "=", step.numbers, "=", value(step.value)))
            return
        yield _Line(1, self._made(step))
        if step.value is not None:
            yield _Line(2, ("=", value(step.value)))

    def _made(self, step: Step) -> tuple[str | Term, ...]:
        rule = self.rules.get(id(step.node))
        return (step.title,) if rule is None else (name(step.name), "=", rule)

    def _backward(self, step: Step) -> Iterator[_Line]:
        kept = [c for c in step.contributions if self._keeps(c.input)]
        if kept:
            yield _Line(1, self._made(step))
        for c in kept:
            yield from self._contribution(step, c)

    def _contribution(self, step: Step, c: Contribution) -> Iterator[_Line]:
        parts: list[str | Term] = ["to ", name(c.name), ": "]
        if c.rule is not None:
            parts.append(c.rule.words if c.rule.term is None else c.rule.term)
        if c.numbers is not None:
            parts += ["=", c.numbers] if c.numbers.kind != "number" else []
        elif np.shape(c.value) == np.shape(step.incoming) == () and c.local is not None:
            factors = [number(np.asarray(a).item()) for a in (step.incoming, c.local)]
            parts += ["=", Term("product", tuple(factors))]
        yield _Line(2, (*parts, "=", value(c.value)))
        for word, term in c.rule.where if c.rule else ():
            yield _Line(3, ("where ", name(word), "=", term))
        shapes = note(self.story, step, c)
        if shapes:
            yield _Line(3, (shapes,))
        if c.turns > 1 and c.complete and len(self.stations) < 2:  # else only some are on the path
            counted = f" is used {c.turns} times: "
            added = Term("sum", tuple(("+", value(one)) for one in c.all))
            mine = self._partial(c.name)
            yield _Line(2, (name(c.name), counted, mine, "=", added, "=", value(c.total)))

    def _gradients(self) -> Iterator[_Line]:
        yield _Line(0, ("gradients, and what finite differences say",))
        for leaf in self.story.leaves:
            g = self.story.gradients.get(id(leaf))
            if g is None or not self._keeps(leaf):
                continue
            mine = self._partial(self.story.view.called[id(leaf)])
            parts: list[str | Term] = [mine, "=", value(g)]
            checks = self.story.checks.get(id(leaf), [])
            for k, c in enumerate(checks):
                at = f"[{', '.join(map(str, c.place))}] " if c.place else ""
                parts += [
                    "   (" if k == 0 else ", ",
                    at,
                    number(c.slope),
                    f" {'✓' if c.agrees else '✗'}",
                ]
            yield _Line(1, (*parts, ")") if checks else tuple(parts))

    # ---- paths -----------------------------------------------------------------------------------
    def _partial(self, of: str) -> Term:
        return partial(self.story.result, of)

    def _keeps(self, node: Any) -> bool:
        return self.kept is None or id(node) in self.kept

    def _stations(self, given: Sequence[Any]) -> list[Any]:
        things = {id(t): k for k, t in enumerate(self.story.view.things)}
        for x in given:
            if not isinstance(x, (made.Tensor, made.Value)):
                raise TypeError(
                    f"explain: expected a path of Tensors or Values, got {type(x).__name__}"
                )
        stations = [anchor(x) for x in given]
        if any(id(s) not in things for s in stations):
            raise ValueError(
                "explain: expected a path of values in this graph, got one that is not in it"
            )
        return sorted(stations, key=lambda s: things[id(s)])

    def _on_the_way(self) -> set[int]:
        """The nodes on ways from the first station by the others to the result."""
        ends = [*self.stations[1:], *(anchor(r) for r in self.story.view.roots)]
        found: set[int] = set()
        for start, end in zip(self.stations, ends):
            after, between = {id(start)}, {id(end)}
            for t in self.story.view.things:
                if any(id(e) in after for e in edges_of(t)):
                    after.add(id(t))
            for t in reversed(self.story.view.things):
                if id(t) in between:
                    between.update(id(e) for e in edges_of(t) if id(e) in after)
            found |= between & after
        return found

    def _along(self) -> Iterator[_Line]:
        """The product of the local derivatives, where one path of scalars is left."""
        factors = [
            c.local
            for s in self.story.steps
            for c in s.contributions
            if self._keeps(s.node) and self._keeps(c.input)
        ]
        scalars = [f for f in factors if f is not None and np.shape(f) == ()]
        if not scalars or len(scalars) != len(self.kept or ()) - 1 or len(scalars) != len(factors):
            return
        first = self.story.view.called[id(self.stations[0])]
        along = Term("product", tuple(number(float(f)) for f in scalars))
        total = number(float(np.prod(scalars)))
        yield _Line(0, ("along this path",))
        yield _Line(1, (self._partial(first), "=", along, "=", total))


def value(a: Any) -> Term:
    """A number, a small matrix, or the shape and size of an array."""
    if isinstance(a, tuple) or a is None:
        return Term("code", ("several arrays",))
    a = np.asarray(a)
    if a.shape == ():
        return number(a.item())
    if 0 < a.size <= WRITTEN and a.ndim < 3:
        return matrix(a.reshape(-1, a.shape[-1]).tolist())
    largest = f", {extent(a)}" if a.size and a.dtype.kind in "fiu" else ""
    return Term("code", (f"{shape_text(a.shape)}{largest}",))


# ---- formats -----------------------------------------------------------------------------------------
SIGNS, QUAD = ("=", "+"), r"\quad "


def _as_text(lines: Sequence[_Line]) -> str:
    return "\n".join(
        "  " * line.indent
        + "".join(_spaced(p) if isinstance(p, str) else text(p) for p in line.parts).strip()
        for line in lines
    )


def _spaced(p: str) -> str:
    return f" {p} " if p in SIGNS else p


def _as_markdown(lines: Sequence[_Line]) -> str:
    written = []
    for line in lines:
        inside = "".join(_markdown(p) for p in line.parts).strip()
        written.append(
            f"\n### {inside}\n" if not line.indent else f"{'  ' * (line.indent - 1)}- {inside}"
        )
    return "\n".join(written).strip()


def _markdown(p: str | Term) -> str:
    if isinstance(p, Term):
        return f"${latex(p)}$"
    safe = "".join(f"\\{c}" if c in r"\`*_{}[]<>#$|" else c for c in p)
    return _spaced(p) if p in SIGNS else safe


def _as_latex(lines: Sequence[_Line]) -> str:
    written = [f"&{QUAD * line.indent}{''.join(map(_latex, line.parts))}" for line in lines]
    return "\\begin{aligned}\n" + " \\\\\n".join(written) + "\n\\end{aligned}"


def _latex(p: str | Term) -> str:
    if isinstance(p, str):
        return f" {p} " if p in SIGNS else latex(Term("words", (p,)))
    return latex(p)
