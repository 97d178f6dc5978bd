"""Rows of the table as formulas, read from the source of their rules: they cannot go stale.

A rule is a lambda or a short function over `(g, out, *inputs)`; its syntax tree is translated into
`terms`.  What a rule does only to be fast (`isinstance`) is left out; a rule that loops keeps the
formula of its docstring.
"""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from ..primitive import TABLE, Row
from .terms import (
    Term,
    call,
    cases,
    divided,
    minus,
    name,
    number,
    power,
    product,
    root,
    size,
    total,
)  # fmt: skip

__all__ = ["Rule", "arguments", "made_by", "rules_of"]

PASSED = {"raw", "restore", "as_matrix", "as_row", "rows_of"}  # about storage, not numbers
SETTINGS = {
    "axis", "axes", "keepdims", "shape", "index", "dtype", "origin", "size", "length",
    "stride", "padding", "dilation", "groups", "ways", "subscripts", "start", "steps",
}  # fmt: skip
COMPARISONS = {"gt": ">", "lt": "<", "ge": "≥", "le": "≤", "eq": "=", "ne": "≠"}
_SIGNS = {ast.Gt: ">", ast.Lt: "<", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠"}
INLINED = 4  # a local variable of at most this size is written out where it is used


class Rule(NamedTuple):
    """The derivative by one input: a term, names for its parts, and what the docstring says of it."""

    input: str
    term: Term | None
    where: tuple[tuple[str, Term], ...] = ()
    words: str = ""


# ---- what an operation computes ----------------------------------------------------------------------
_INFIX: dict[str, Callable[[Term, Term], Term]] = {
    "add": lambda x, y: total(("+", x), ("+", y)),
    "sub": lambda x, y: total(("+", x), ("−", y)),
    "mul": lambda x, y: Term("product", (x, y)),
    "div": divided,
    "pow": power,
    "matmul": lambda x, y: Term("matmul", (x, y)),
}
_PREFIX: dict[str, Callable[[Term], Term]] = {
    "neg": minus,
    "sqrt": root,
    "rsqrt": lambda x: divided(number(1), root(x)),
    "exp": lambda x: power(name("e"), x),
    "abs": lambda x: Term("bars", (x,)),
}


def made_by(row: Row, inputs: Sequence[Term] = ()) -> Term:
    """The operation applied to its inputs: by default to the names that its rules have for them."""
    inputs = inputs or [name(word) for word in arguments(row)]
    if row.name in _INFIX and len(inputs) == 2:
        return _INFIX[row.name](*inputs)
    if row.name in _PREFIX and len(inputs) == 1:
        return _PREFIX[row.name](*inputs)
    symbol = row.symbol
    if len(inputs) == 2 and not symbol[0].isalpha() and "{" not in symbol:
        return Term("compare", (inputs[0], symbol, inputs[1]))
    return call(row.name if "{" in symbol or " " in symbol else symbol, *inputs)


def arguments(row: Row) -> list[str]:
    """What the rules of a row call its inputs."""
    rule = row.joint or next((rule for rule in row.vjps if rule), None)
    code = getattr(rule, "__code__", None)
    if code is None:
        return [("x", "y", "z")[k] if k < 3 else f"x{k}" for k in range(len(row.vjps) or 1)]
    if code.co_flags & inspect.CO_VARARGS:
        return ["xs"]
    given = list(code.co_varnames[2 : code.co_argcount])
    return given if row.joint else given[: len(row.vjps)]


# ---- from source to terms ------------------------------------------------------------------------------
def rules_of(
    row: Row, names: Mapping[str, Term] | None = None, known: Mapping[str, Any] | None = None
) -> list[Rule]:
    """The derivative by each input that has one.

    `names` stand for g, out and the inputs; `known` are their values, by which branches are decided.
    """
    inputs = arguments(row)
    if row.joint is not None:
        return [_joint_rule(row.joint)]
    found = []
    for word, rule in zip(inputs, row.vjps):
        if rule is not None:
            tree = _source_of(rule)
            read = _Reader(rule, names or {}, known).read(tree) if tree is not None else None
            term, where = read or (None, ())
            words = _first_line(rule)
            if words and term is not None and has_code(term):
                term, where = None, ()
            words = words or ("" if term else "as its rule computes it")
            found.append(Rule(word, term, where, words))
    return found


def has_code(term: Any) -> bool:
    """Whether something in a term is no mathematics."""
    if isinstance(term, Term):
        return term.kind == "code" or has_code(term.parts)
    return isinstance(term, tuple) and any(has_code(part) for part in term)


def _joint_rule(rule: Callable[..., Any]) -> Rule:
    return Rule("inputs", None, (), _first_line(rule) or "as its own backward computes it")


def _first_line(rule: Callable[..., Any]) -> str:
    doc = inspect.getdoc(rule) if isinstance(getattr(rule, "__doc__", None), str) else None
    if doc is None or not hasattr(rule, "__code__"):
        return ""
    return doc.partition("\n\n")[0].replace("\n", " ").replace(" - ", " − ").replace("`", "")


@lru_cache(maxsize=1024)
def _source_of(rule: Callable[..., Any]) -> ast.Lambda | ast.FunctionDef | None:
    """The syntax tree of a rule: among those that begin in its line, the one that compiles to its code."""
    code = rule.__code__
    near = [
        n
        for n in ast.walk(_module(code.co_filename))
        if isinstance(n, (ast.Lambda, ast.FunctionDef)) and n.lineno == code.co_firstlineno
    ]
    for n in near:
        if len(near) == 1:
            return n
        if isinstance(n, ast.Lambda):
            made = compile(ast.Expression(n), code.co_filename, "eval").co_consts[0]
            if (made.co_code, made.co_names, made.co_consts, made.co_varnames) == (
                code.co_code, code.co_names, code.co_consts, code.co_varnames,
            ):  # fmt: skip
                return n
    return None


@lru_cache(maxsize=64)
def _module(path: str) -> ast.Module:
    """The syntax tree of a file, an empty one where it is no Python any more."""
    try:
        return ast.parse("".join(linecache.getlines(path)))
    except SyntaxError:
        return ast.Module([], [])


class _NoFormulaError(Exception):
    """A rule does what no formula says."""


class _Reader:
    """Translates one rule."""

    def __init__(
        self, rule: Callable[..., Any], names: Mapping[str, Term], known: Mapping[str, Any] | None
    ) -> None:
        self.names: dict[str, Term] = dict(names)
        self.globals, self.known = rule.__globals__, known
        self.where: list[tuple[str, Term]] = []

    def read(
        self, tree: ast.Lambda | ast.FunctionDef
    ) -> tuple[Term, tuple[tuple[str, Term], ...]] | None:
        """The formula and the names of its parts; None for a rule that is no formula."""
        try:
            term = self.term(tree.body) if isinstance(tree, ast.Lambda) else self.body(tree.body)
        except _NoFormulaError:
            return None
        return term, tuple(self.where)

    def body(self, statements: Sequence[ast.stmt]) -> Term:
        """Straight-line code, in which branches may return."""
        for k, s in enumerate(statements):
            rest = statements[k + 1 :]
            if isinstance(s, ast.Return) and s.value is not None:
                return self.term(s.value)
            if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name):
                self.assign(s.targets[0].id, self.term(s.value), rest)
            elif isinstance(s, ast.If):
                decided = self.decide(s.test)
                if decided is not None:
                    return self.body([*(s.body if decided else s.orelse), *rest])
                one, other = self.body([*s.body, *rest]), self.body([*s.orelse, *rest])
                return cases((one, self.condition(s.test)), (other, None))
            elif not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)):
                raise _NoFormulaError
        raise _NoFormulaError

    def assign(self, word: str, term: Term, rest: Sequence[ast.stmt]) -> None:
        """A local variable: written out where it is small or used once, else given a line of its own."""
        uses = sum(isinstance(n, ast.Name) and n.id == word for s in rest for n in ast.walk(s))
        shadows = word in self.names or word == "g"
        if size(term) <= INLINED or uses == 1 or shadows:
            self.names[word] = term
        else:
            self.names[word] = name(word)
            self.where.append((word, term))

    def decide(self, test: ast.expr) -> bool | None:
        """A condition whose value is known, or that is only about speed; None for one to be written."""
        if self.known is not None:
            try:
                return bool(
                    eval(
                        compile(ast.Expression(test), "rule", "eval"),
                        self.globals,
                        dict(self.known),
                    )
                )
            except Exception:  # it mentions a local variable
                pass
        calls = {
            n.func.id
            for n in ast.walk(test)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        return False if calls & {"isinstance", "type", "len"} else None

    def condition(self, test: ast.expr) -> Term:
        """A condition in words of mathematics."""
        if isinstance(test, ast.Compare) and type(test.ops[0]) in _SIGNS and len(test.ops) == 1:
            return Term(
                "compare",
                (self.term(test.left), _SIGNS[type(test.ops[0])], self.term(test.comparators[0])),
            )
        return self.code(test)

    @staticmethod
    def bare(condition: Term) -> Term:
        """A condition without the brackets that make it 0 or 1."""
        return condition.parts[0] if condition.kind == "holds" else condition

    def term(self, e: ast.expr) -> Term:
        """An expression."""
        make: Callable[[Any], Term] = getattr(self, "of_" + type(e).__name__, self.code)
        return make(e)

    @staticmethod
    def code(e: ast.expr) -> Term:
        """What is no mathematics, as it is written."""
        return Term("code", (ast.unparse(e),))

    def of_Name(self, e: ast.Name) -> Term:
        return self.names.get(e.id) or name(e.id)

    def of_GeneratorExp(self, e: ast.GeneratorExp) -> Term:
        raise _NoFormulaError

    of_ListComp = of_Subscript = of_GeneratorExp

    def of_Constant(self, e: ast.Constant) -> Term:
        return (
            number(e.value) if isinstance(e.value, (int, float)) else Term("code", (str(e.value),))
        )

    def of_Attribute(self, e: ast.Attribute) -> Term:
        return name(e.attr) if e.attr == "pi" else self.code(e)

    def of_UnaryOp(self, e: ast.UnaryOp) -> Term:
        return minus(self.term(e.operand)) if isinstance(e.op, ast.USub) else self.code(e)

    def of_BinOp(self, e: ast.BinOp) -> Term:
        x, y = self.term(e.left), self.term(e.right)
        if isinstance(e.op, (ast.Add, ast.Sub)):
            return total(("+", x), ("+" if isinstance(e.op, ast.Add) else "−", y))
        if isinstance(e.op, ast.BitAnd):
            return Term("holds", (Term("both", (self.bare(x), self.bare(y))),))
        if isinstance(e.op, ast.Mult):
            return product(x, y)
        if isinstance(e.op, ast.Div):
            return divided(x, y)
        return power(x, y) if isinstance(e.op, ast.Pow) else self.code(e)

    def of_Compare(self, e: ast.Compare) -> Term:
        return Term("holds", (self.condition(e),))

    def of_IfExp(self, e: ast.IfExp) -> Term:
        decided = self.decide(e.test)
        if decided is not None:
            return self.term(e.body if decided else e.orelse)
        return cases((self.term(e.body), self.condition(e.test)), (self.term(e.orelse), None))

    def of_Call(self, e: ast.Call) -> Term:
        function = ast.unparse(e.func)
        word = "sum" if function.endswith("add.reduce") else function.rpartition(".")[2]
        given = [a for a in e.args if not self.is_setting(a)]
        given += [k.value for k in e.keywords if k.arg not in SETTINGS]
        if any(isinstance(a, ast.Starred) for a in given) or not given:
            raise _NoFormulaError
        args = [self.term(a) for a in given]
        if word in PASSED:
            return args[0]
        if word == "mT":
            return Term("transpose", (args[0],))
        if word == "inner" and len(args) == 2:
            return call("Σ", product(*args))
        if word in COMPARISONS:
            return Term("holds", (Term("compare", (args[0], COMPARISONS[word], args[1])),))
        if word == "where":
            return cases((args[1], self.bare(args[0])), (args[2], None))
        if word in _PREFIX and len(args) == 1:
            return _PREFIX[word](args[0])
        if word in _INFIX and len(args) == 2:
            return product(*args) if word == "mul" else _INFIX[word](*args)
        helper = self.globals.get(word)
        if word not in TABLE and inspect.isfunction(helper):
            with suppress(_NoFormulaError):
                return self.inlined(helper, args)
        row = TABLE.get(word)
        symbol = (
            row.symbol
            if row is not None and " " not in row.symbol and "{" not in row.symbol
            else word
        )
        return call(symbol if symbol[0].isalpha() or symbol in "ΣΠ" else word, *args)

    def inlined(self, function: Callable[..., Any], args: Sequence[Term]) -> Term:
        """What a helper of the rule computes, of these arguments."""
        tree = _source_of(function)
        names = dict(zip(function.__code__.co_varnames, args))
        read = _Reader(function, names, None).read(tree) if tree is not None else None
        if read is None or read[1]:
            raise _NoFormulaError
        return read[0]

    def is_setting(self, a: ast.expr) -> bool:
        """Whether an argument says how, not of what: an axis, a shape."""
        if isinstance(a, ast.Attribute):
            return a.attr in ("shape", "dtype")
        return (isinstance(a, ast.Constant) and a.value is None) or (
            isinstance(a, ast.Name) and a.id in SETTINGS
        )
