"""One step of a computation: a value forward, the seed, or a rule backward with what it passes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ..ops.index import whole
from .origins import Origin
from .rule_terms import Rule
from .terms import Term

__all__ = ["Contribution", "Explained", "Step"]


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
    given    the contributions to that input, in order, of which this is number `turn`, from 0
    explain  finds out the rest, when it is first asked for
    """

    input: Any
    name: str
    value: Any
    given: Sequence[Any] = field(repr=False)
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
    def all(self) -> list[Any]:
        """The contributions to that input."""
        return [whole(g) for g in self.given]

    @property
    def before(self) -> list[Any]:
        """Those before this one."""
        return [whole(g) for g in self.given[: self.turn]]

    @property
    def turns(self) -> int:
        """How many contributions the input receives in all."""
        return len(self.given)

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
