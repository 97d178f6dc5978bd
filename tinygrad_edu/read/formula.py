"""`formula`: the derivatives of the table, as text, MathML and LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import Node
from ..primitive import TABLE, Row
from .notation import latex, mathml, text
from .rule_terms import Rule, made_by, rules_of
from .terms import Term, name

__all__ = ["Formula", "formula"]


class Formula:
    """An operation and its derivatives; prints as text, shows as MathML in a notebook.

    `html` and `latex` are the other notations.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [(row, rules_of(row)) for row in rows]

    def __str__(self) -> str:
        return "\n".join(line for row, rules in self.rows for line in _lines(row, rules))

    __repr__ = __str__

    @property
    def html(self) -> str:
        """A table in HTML with the formulas in MathML."""
        body = "".join(
            f"<tr><td><code>{row.name}</code></td><td>{mathml(name('out'), '=', made_by(row))}</td>"
            f"<td>{'<br>'.join(_rule_html(rule) for rule in rules)}</td></tr>"
            for row, rules in self.rows
        )
        return (
            "<table><thead><tr><th>operation</th><th>result</th><th>derivative</th></tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )

    @property
    def latex(self) -> str:
        """Equations in LaTeX, one a line."""
        lines = []
        for row, rules in self.rows:
            lines.append(rf"\mathit{{out}} &= {latex(made_by(row))}")
            for rule in rules:
                if rule.term is None:
                    lines.append(
                        rf"\bar{{{latex(name(rule.input))}}} &: {latex(Term('code', (rule.words,)))}"
                    )
                else:
                    lines.append(rf"\bar{{{latex(name(rule.input))}}} &= {latex(rule.term)}")
                lines += [rf"{latex(name(what))} &= {latex(term)}" for what, term in rule.where]
        inside = " \\\\\n".join(lines)
        return f"\\begin{{aligned}}\n{inside}\n\\end{{aligned}}"

    def _repr_html_(self) -> str:
        return self.html

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"


def formula(operation: Any = None) -> Formula:
    """The derivative of an operation, as its rule in the table has it; without one, of all of them.

    `operation` is its name, its function, or a Tensor or Value that it made.  `g` is the derivative
    of the result by `out`, what the operation gave; the line `x:` is what is passed on to the input x.
    Raises ValueError for what the table does not have.

    >>> te.formula("tanh")
    out = tanh(x)
      x: g × (1 − out²)
    """
    if operation is None:
        return Formula(list(TABLE.values()))
    node = operation if isinstance(operation, Node) else getattr(operation, "node", None)
    wanted = str(getattr(operation, "__name__", operation))
    row = TABLE.get(wanted) if node is None else node.op
    if row is None:
        near = [key for key in TABLE if wanted in key or key in wanted]
        raise ValueError(
            f"formula: expected an operation of the table or what one made, got {operation!r}; "
            + (f"is it {' or '.join(near[:4])}?" if near else "formula() lists all")
        )
    return Formula([row])


def _lines(row: Row, rules: Sequence[Rule]) -> list[str]:
    lines = [f"out = {text(made_by(row))}"]
    for rule in rules:
        lines.append(f"  {rule.input}: {rule.words if rule.term is None else text(rule.term)}")
        lines += [f"     where {what} = {text(term)}" for what, term in rule.where]
    return lines if rules else [*lines, "  no gradient"]


def _rule_html(rule: Rule) -> str:
    if rule.term is None:
        return mathml(name(rule.input), ":", Term("code", (rule.words,)))
    parts = [mathml(name(rule.input), ":", rule.term)]
    parts += [mathml(Term("code", ("where ",)), name(what), "=", term) for what, term in rule.where]
    return " ".join(parts)
