"""The steps of a computation: every value forward, the seed, then every rule backward, with the numbers.

The backward steps are those of `backward_steps`, the only backward there is; nothing here computes a
gradient.  It runs over copies of the nodes, so the graph and every `.grad` stay as they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial as partially
from typing import Any

import numpy as np

from ..graph import Node
from ..ops.index import whole
from ..seeds import node_of
from .differences import Check, Differences
from .draw import view_of
from .graph_view import GraphView
from .naming import Names, Naming, variables_of
from .numbers import Walk, in_table
from .origins import Origin, listening
from .replay import anchor
from .rule_terms import Rule, arguments, made_by, rules_of
from .step import Contribution, Explained, Step
from .terms import Term, name, number, partial, replaced
from .words import title

__all__ = ["CHAPTER", "Story", "steps", "tell"]

CHAPTER = 100  # operations, each with a step forward and one backward, that are shown in one go


def steps(x: Any, *inputs: Any, names: Names = ()) -> list[Step]:
    """The steps that compute `x` and its derivatives: forward, the seed, backward.

    `x` is a Tensor or Value, or a function or Module that computes one from `inputs`; then each step
    knows the line of the program that made it.  Several numbers in `x` are summed; hooks are not run.

    >>> a = te.Value(3.0, label="a")
    >>> for step in te.steps(a * a):
    ...     print(step.phase, step.title, [float(c.value) for c in step.contributions])
    forward L = a × a []
    seed L = a × a []
    backward L = a × a [3.0, 3.0]
    """
    return tell(x, inputs, Naming(names, variables_of(sys._getframe(1), x))).steps


def tell(x: Any, inputs: Sequence[Any], naming: Naming) -> Story:
    """The story of `x`, a result or what computes it."""
    with listening() as origins:
        view = view_of(x, inputs, naming, grads="compute", fold=True)
    for root in view.roots:
        if node_of(root) is None:
            raise RuntimeError(
                f"explain: expected a result with a graph, got {naming.title(x)} without one; "
                "call requires_grad_() on what it is computed from"
            )
    if view.changed:
        changed = next(view.called[id(t)] for t in view.things if id(t) in view.changed)
        raise RuntimeError(
            f"explain: expected the numbers that the result was computed from, got {changed} changed since; "
            "explain it before an optimizer's step, or pass the function that computes it"
        )
    if view.failed is not None:
        raise TypeError("explain: expected a result, got an exception; draw(error) shows it")
    if sum(isinstance(t, Node) and t.op is not None for t in view.things) <= CHAPTER:
        view.folds = view.is_network = False  # few enough to be shown one by one
    called = view.called
    if len(view.roots) == 1 and "L" not in called.values():
        root = id(anchor(view.roots[0]))
        if re.fullmatch(r"v\d+", called[root]):  # nobody gave it a name
            called[root] = "L"
    return Story(view, origins)


@dataclass
class Story:
    """All that is known of a computation: its graph, its steps, and how they were checked."""

    view: GraphView
    origins: Mapping[int, Origin] = field(default_factory=dict)

    @cached_property
    def opened(self) -> frozenset[str]:
        """The modules that are open in the drawing."""
        return self.view.opened_to(None)

    @cached_property
    def result(self) -> str:
        """What the result is called, as in ∂L/∂w."""
        roots = self.view.roots
        return self.view.called[id(anchor(roots[0]))] if len(roots) == 1 else "L"

    @cached_property
    def walk(self) -> Walk:
        """The backward pass; raises what a rule raises."""
        return self.view.walk or Walk(self.view.things, self.view.roots, self.view.arrays)

    @property
    def gradients(self) -> dict[int, Any]:
        """The derivative of the result by each node that has one."""
        return self.walk.gradients

    @cached_property
    def steps(self) -> list[Step]:
        """Forward, the seed, backward."""
        return self.steps_of(self.view.things)

    def steps_of(self, things: Sequence[Any]) -> list[Step]:
        """The steps of some of the nodes."""
        wanted = set(map(id, things))
        made = (t for t in things if isinstance(t, Node) and t.op is not None)
        seeds = dict.fromkeys(anchor(root) for root in self.view.roots)
        return [
            *(self._step("forward", t, *self._made_by(t)) for t in made),
            *(self._step("seed", t, incoming=np.ones(t.shape)) for t in seeds if id(t) in wanted),
            *self._backward(wanted),
        ]

    @property
    def count(self) -> int:
        """How many steps there are."""
        operations = sum(isinstance(t, Node) and t.op is not None for t in self.view.things)
        seeds = {id(anchor(root)) for root in self.view.roots}
        return operations + len(seeds) + sum(n.op is not None for n, _, _ in self.walk.steps)

    def title(self, t: Any) -> str:
        """How a value was made."""
        return title(t, self.view.called)

    @cached_property
    def checks(self) -> dict[int, list[Check]]:
        """The gradient of each leaf beside finite differences."""
        near = Differences(self.view.things, self.view.roots, self.view.arrays)
        leaves = [t for t in self.leaves if id(t) in self.gradients]
        most = 3 if len(leaves) < 40 else 1
        return {id(t): near.check(t, self.gradients[id(t)], most) for t in leaves}

    @property
    def leaves(self) -> list[Any]:
        """The nodes that gradients are delivered to."""
        return [t for t in self.view.things if isinstance(t, Node) and t.op is None]

    @cached_property
    def by_name(self) -> dict[str, Any]:
        """The array of each name."""
        called, arrays = self.view.called, self.view.arrays
        return {called[id(t)]: arrays[id(t)] for t in self.view.things if id(t) in arrays}

    def array_of(self, x: Term, step: Step) -> Any:
        """What a name, a gradient or a transpose in the formula of a step stands for; None for others."""
        if x.kind == "partial":
            return step.incoming
        if x.kind == "transpose":
            inside = self.array_of(x.parts[0], step)
            return inside if inside is None or inside.ndim < 2 else inside.swapaxes(-1, -2)
        return self.by_name.get(x.parts[0]) if x.kind == "name" else None

    # ---- one by one ------------------------------------------------------------------------------
    def _step(self, phase: str, t: Any, *rule: Any, **more: Any) -> Step:
        source = self.origins.get(id(t))
        named = (phase, t, self.view.called[id(t)], self.title(t), self.view.arrays.get(id(t)))
        formula, numbers = rule or (None, None)
        return Step(*named, rule=formula, numbers=numbers, source=source, **more)

    def _backward(self, wanted: Collection[int]) -> Iterator[Step]:
        """The steps of the engine, with names and formulas, of the nodes with these ids."""
        thing_of = self.walk.thing_of
        told = {n for n, t in thing_of.items() if n.op is not None and id(t) in wanted}
        all_of: dict[Any, list[Any]] = {e: [] for n in told for e in n.edges if isinstance(e, Node)}
        for _, _, parts in self.walk.steps:
            for e, gx in parts:
                if e in all_of:
                    all_of[e].append(gx)
        turns = dict.fromkeys(all_of, 0)
        for n, g, parts in self.walk.steps:
            if n in told:
                t = thing_of[n]
                given = self._contributions(n, t, g, parts, all_of, turns)
                yield self._step("backward", t, incoming=g, contributions=tuple(given))
            else:
                for e, _ in parts:
                    if e in turns:
                        turns[e] += 1

    def _contributions(
        self, n: Node, t: Node, g: Any, parts: Any, all_of: Mapping[Any, Any], turns: dict[Any, int]
    ) -> Iterator[Contribution]:
        """What a node passes on, `turns` counting how many contributions each input has by then."""
        for k, e, gx in _operands(n, parts):
            x, explain = self.walk.thing_of[e], partially(self._explained, n, t, g, k, gx)
            where = self.view.called[id(x)], whole(gx), all_of[e], turns[e]
            yield Contribution(x, *where, explain)
            turns[e] += 1

    def _explained(self, n: Node, t: Node, g: Any, k: int, gx: Any) -> Explained:
        """What the k-th contribution of a node comes from; `n` is the copy that has its arrays."""
        rule, numbers = self._rules(n, t, g, k)
        unsummed, local = (None, None) if isinstance(g, tuple) else _taken_apart(n, g, k, gx)
        return Explained(unsummed, local, rule, numbers)

    def _inputs(self, t: Node) -> list[Term]:
        """What a node was made of, by name; numbers as they are."""
        called = self.view.called
        return [
            name(called[id(e)])
            if id(e) in called
            else number(_item(e))
            if isinstance(e, (int, float, np.generic))
            else Term("code", ("·",))
            for e in t.edges
        ]

    def _values(self, t: Node, g: Any = None) -> dict[Term, Term] | None:
        """The numbers behind the names of a node and its inputs; None where they are no scalars."""
        found = {}
        for e in (t, *t.edges):
            if id(e) in self.view.called:
                a = self.view.arrays.get(id(e))
                if a is None or a.shape != ():
                    return None
                found[name(self.view.called[id(e)])] = number(_item(a))
        if g is not None:
            found[partial(self.result, self.view.called[id(t)])] = number(_item(g))
        return found

    def _made_by(self, t: Node) -> tuple[Term | None, Term | None]:
        row: Any = t.op
        if not in_table(t) or row.name in IN_TITLE:
            return None, None
        made, values = made_by(row, self._inputs(t)), self._values(t)
        return made, replaced(made, values) if values else None

    def _rules(self, n: Node, t: Node, g: Any, k: int) -> tuple[Rule | None, Term | None]:
        """The formula for the k-th input, with names and with numbers."""
        row: Any = n.op
        if not in_table(t):
            mine = f"what {row.name}.backward returns"
            return Rule(row.name, None, (), mine), None
        if row.joint is not None:
            return rules_of(row)[0], None
        words, mine = arguments(row), self.view.called[id(t)]
        names = {w: number(v) for w, v in n.params.items() if type(v) in (int, float)}
        names |= dict(zip(words, self._inputs(t)))
        names |= {"g": partial(self.result, mine), "out": name(mine)}
        known = dict(zip(("g", "out", *words), (g, *(n.saved or ())))) | n.params
        k -= sum(rule is None for rule in row.vjps[:k])
        rule = rules_of(row, names, known)[k]
        values = self._values(t, g) if np.shape(g) == () else None
        return rule, replaced(rule.term, values) if values and rule.term else None


IN_TITLE = (
    "getitem",
    "replace",
    "reshape",
    "permute",
    "concatenate",
)  # rows of which the title says more


def _item(a: Any) -> Any:
    return a.item() if isinstance(a, (np.ndarray, np.generic)) else a


def _operands(n: Node, parts: Sequence[tuple[Node, Any]]) -> Iterator[tuple[int, Node, Any]]:
    """Each contribution with the place of the input it is for."""
    ahead = iter(parts)
    part = next(ahead, None)
    for k, e in enumerate(n.edges):
        rules: Any = n.op.vjps if n.op else ()
        if part is not None and e is part[0] and (k >= len(rules) or rules[k] is not None):
            yield k, e, part[1]
            part = next(ahead, None)


def _taken_apart(n: Node, g: Any, k: int, gx: Any) -> tuple[Any, Any]:
    """What a rule gave before it was summed to the input's shape, and its local derivative, if it has them."""
    row: Any = n.op
    saved: Any = n.saved

    def rule(g: Any) -> Any:
        if row.joint is not None:
            needs = tuple(isinstance(e, Node) for e in n.edges)
            return row.joint(g, *saved, needs=needs, **n.params)[k]
        return row.vjps[k](g, *saved, **n.params)

    try:
        with np.errstate(all="ignore"):
            given = np.asarray(rule(g))
            unsummed = given if given.shape != np.shape(gx) else None
            if given.shape != np.shape(g) or given.size > 1e6:
                return unsummed, None
            one = np.ones_like(g) if isinstance(g, np.ndarray) else 1.0
            local = np.asarray(rule(one))
            probe = one * np.cos(np.arange(1.0, 1.0 + np.size(g))).reshape(np.shape(g))
            probe = probe.astype(g.dtype) if isinstance(g, np.ndarray) else float(probe)
            alone = np.allclose(rule(probe), probe * local, rtol=1e-3, atol=1e-7, equal_nan=True)
            return unsummed, local if alone else None
    except (RuntimeError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None, None
