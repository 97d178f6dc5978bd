"""The steps of a computation: every value forward, the seed, then every rule backward, with the numbers.

The backward steps are those of `backward_steps`, the only backward there is; nothing here computes a
gradient.  It runs over copies of the nodes, so the graph and every `.grad` stay as they are.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial as partially
from typing import Any, NamedTuple

import numpy as np

from ..autograd import backward_steps
from ..graph import Node
from ..seeds import node_of
from .differences import Check, Differences
from .draw import view_of
from .graph_view import GraphView
from .naming import Names, Naming, variables_of
from .numbers import copied, in_table
from .origins import Origin, listening
from .replay import anchor
from .rule_terms import Rule, arguments, made_by, rules_of
from .terms import Term, name, number, partial, replaced
from .words import title

__all__ = ["CHAPTER", "Contribution", "Step", "Story", "steps", "tell"]


CHAPTER = (
    100  # operations, of which each has a step forward and one backward, that are shown in one go
)


class Explained(NamedTuple):
    """What a contribution comes from.

    unsummed  what the rule gave, where it is larger because the input was broadcast; else None
    local     the derivative that the incoming gradient is multiplied by, element by element; None for other rules
    rule      the formula with the names of this graph
    numbers   of scalars, the same with numbers
    """

    unsummed: Any = None
    local: Any = None
    rule: Rule | None = None
    numbers: Term | None = None


@dataclass(frozen=True)
class Contribution:
    """What a backward step passes on to one of the inputs.

    input    the node that receives it, `name` what it is called
    value    what is passed on, of the input's shape
    all      the contributions to that input, in order, of which this is number `turn`, from 0
    explain  finds out the rest, when it is first asked for
    """

    input: Any
    name: str
    value: Any
    all: Sequence[Any] = field(repr=False)
    turn: int
    explain: Callable[[], Explained] = field(repr=False)

    @cached_property
    def explained(self) -> Explained:
        """Where it comes from."""
        return self.explain()

    @property
    def unsummed(self) -> Any:
        """What the rule gave before it was summed to the input's shape; None if it was not."""
        return self.explained.unsummed

    @property
    def local(self) -> Any:
        """The local derivative, of rules that work element by element."""
        return self.explained.local

    @property
    def rule(self) -> Rule | None:
        """The formula."""
        return self.explained.rule

    @property
    def numbers(self) -> Term | None:
        """The formula of scalars, numbers plugged in."""
        return self.explained.numbers

    @property
    def before(self) -> Sequence[Any]:
        """The contributions so far."""
        return self.all[: self.turn]

    @property
    def turns(self) -> int:
        """How many contributions the input receives in all."""
        return len(self.all)

    @property
    def total(self) -> Any:
        """The gradient of the input so far, this one included."""
        return sum(self.before, self.value) if self.turn else self.value

    @property
    def complete(self) -> bool:
        """Whether no other contribution follows."""
        return self.turn + 1 == self.turns


@dataclass(frozen=True)
class Step:
    """One step: `phase` is "forward", "seed" or "backward".

    node      the node it is about; `name` what it is called, `title` how it was made
    value     what the node computed; None where it cannot be computed again
    incoming  backward: the derivative of the result by this node
    rule      forward: the operation as a formula, with the names of this graph
    source    the line of the program that made it, where it was recorded
    """

    phase: str
    node: Any
    name: str
    title: str
    value: Any
    incoming: Any = None
    rule: Term | None = None
    numbers: Term | None = None
    contributions: tuple[Contribution, ...] = ()
    source: Origin | None = None

    def __repr__(self) -> str:
        return f"<Step {self.phase}: {self.title}>"


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
    def titles(self) -> dict[int, str]:
        """How each value was made, by its node's id."""
        return {id(t): title(t, self.view.called) for t in self.view.things}

    @cached_property
    def result(self) -> str:
        """What the result is called, as in ∂L/∂w."""
        roots = self.view.roots
        return self.view.called[id(anchor(roots[0]))] if len(roots) == 1 else "L"

    @cached_property
    def forward(self) -> list[Step]:
        """The operations, oldest first."""
        made = (t for t in self.view.things if isinstance(t, Node) and t.op is not None)
        return [self._step("forward", t, *self._made_by(t)) for t in made]

    @cached_property
    def steps(self) -> list[Step]:
        """Forward, the seed, backward."""
        seeds = [anchor(root) for root in self.view.roots]
        seeded = [self._step("seed", t, incoming=np.ones(t.shape)) for t in dict.fromkeys(seeds)]
        return [*self.forward, *seeded, *self._backward()]

    @cached_property
    def gradients(self) -> dict[int, Any]:
        """The derivative of the result by each node that has one."""
        found = {id(s.node): s.incoming for s in self.steps if s.phase != "forward"}
        for s in self.steps:
            found.update((id(c.input), c.total) for c in s.contributions if c.complete)
        return found

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
        called = self.view.called
        source = self.origins.get(id(t))
        named = (phase, t, called[id(t)], self.titles[id(t)], self.view.arrays.get(id(t)))
        formula, numbers = rule or (None, None)
        return Step(*named, rule=formula, numbers=numbers, source=source, **more)

    def _backward(self) -> Iterator[Step]:
        """The steps of the engine, with names and formulas."""
        thing_of, seeds = copied(self.view.things, self.view.roots, self.view.arrays)
        with np.errstate(all="ignore"):
            walked = [
                (n, g, p) for n, g, p in backward_steps(seeds, free=False) if n.op is not None
            ]
        all_of: dict[int, list[Any]] = {}
        for e, gx in (part for _, _, parts in walked for part in parts):
            all_of.setdefault(id(e), []).append(gx)
        turns = Counter[int]()
        for n, g, parts in walked:
            contributions = []
            for k, e, gx in _operands(n, parts):
                t, explain = thing_of[e], partially(self._explained, n, thing_of[n], g, k, gx)
                named = self.view.called[id(t)]
                where = all_of[id(e)], turns[id(e)]
                contributions.append(Contribution(t, named, gx, *where, explain))
                turns[id(e)] += 1
            yield self._step(
                "backward", thing_of[n], incoming=g, contributions=tuple(contributions)
            )

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
