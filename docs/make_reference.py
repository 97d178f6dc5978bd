"""Write docs/reference/: every public name with its signature, docstring and derivative.

    python docs/make_reference.py

All of it is read from the package: the docstring gives formula, conventions, errors and example,
`tinygrad_edu.formula` the derivative, from the rule itself.  Sphinx runs this before each build.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import tinygrad_edu as te
from tinygrad_edu.nn.functional import top_level
from tinygrad_edu.primitive import TABLE

FOLDER = Path(__file__).parent / "reference"
PACKAGE = "tinygrad_edu"
SPACES = (  # a page each, but the first, which has one for every module that its functions come from
    "", "linalg", "special", "autograd", "autograd.functional", "func", "nn", "nn.functional", "nn.init", "nn.utils",
    "nn.utils.rnn", "nn.utils.parametrize", "nn.utils.parametrizations", "nn.utils.prune", "optim",
    "optim.lr_scheduler", "optim.swa_utils", "utils.data", "distributions", "testing",
)  # fmt: skip
LATE = {  # public names of a space that its `__all__` leaves out, being put there by the floors above
    "": (
        *top_level.__all__,
        "as_torch",
        "draw",
        "explain",
        "formula",
        "load",
        "save",
        "scalars",
        "steps",
        "to_torch",
    ),
    "autograd": ("gradcheck", "gradgradcheck", "Variable"),
}
INTERNAL = {"as_index", "getitem"}
METHODS = {"contiguous", "expand", "repeat", "unfold", "view"}  # which PyTorch has as no functions
DIFFERENCE = "Difference from PyTorch: "


# ---- what is public -------------------------------------------------------------------------------
def space_of(path: str) -> ModuleType:
    """A module that people import from."""
    return import_module(f"{PACKAGE}.{path}".rstrip("."))


def public(path: str) -> dict[str, Any]:
    """The functions and classes of a space, by name."""
    space = space_of(path)
    listed = getattr(space, "__all__", None) if path else None
    names = [*(listed or vars(space)), *LATE.get(path, ())]
    found = {name: getattr(space, name, None) for name in dict.fromkeys(names)}
    return {
        name: thing
        for name, thing in sorted(found.items())
        if callable(thing)
        and name not in (INTERNAL if path else INTERNAL | METHODS)
        and not name.startswith("_")
        and getattr(thing, "__module__", "").startswith(PACKAGE)
    }


def pages() -> dict[str, tuple[str, dict[str, list[str]]]]:
    """Page -> (what it is about, {first name: other names}); nothing stands on two pages."""
    found: dict[str, tuple[str, dict[str, list[str]]]] = {}
    known: dict[int, list[str]] = {}
    for path in SPACES:
        for name, thing in public(path).items():
            full = f"te.{path}.{name}".replace("..", ".")
            if id(thing) in known:
                known[id(thing)].append(full)
            elif path or not thing.__module__.startswith(f"{PACKAGE}.nn."):
                about = first_line(space_of(path or home(thing)))
                page = found.setdefault(path or home(thing).rpartition(".")[2], (about, {}))
                known[id(thing)] = page[1][full] = []
    return found


@cache
def thing_of(name: str) -> Any:
    """What a full name, `te....`, stands for."""
    thing = te
    for part in name.split(".")[1:]:
        thing = getattr(thing, part)
    return thing


def home(thing: Any) -> str:
    """Where what is found in the package itself comes from: `functional.linalg` for all of that folder."""
    return ".".join(thing.__module__.split(".")[1:3])


def first_line(thing: Any) -> str:
    """What the docstring says at first, without the full stop."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].rstrip(".")


# ---- the rows that a function is made of -----------------------------------------------------------
def rows_of(function: FunctionType) -> set[str]:
    """The differentiable rows that a function's source, and that of those it calls, mentions."""
    found: set[str] = set()
    seen, ahead = {function}, [function]
    while ahead:
        for thing in mentioned(ahead.pop()):
            row = TABLE.get(thing.__name__)
            if row is not None and row.apply is thing:
                if row.joint or any(row.vjps):
                    found.add(row.name)
            elif "functional" in thing.__module__ and thing not in seen:
                seen.add(thing)
                ahead.append(thing)
    return found - {"astype"}  # which brings operands to one dtype


@cache
def mentioned(function: FunctionType) -> tuple[FunctionType, ...]:
    """The functions that the names in a function's source stand for."""
    plain = inspect.unwrap(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    except (OSError, TypeError):
        return ()
    known = {k: v for k, v in plain.__globals__.items() if k not in plain.__code__.co_varnames}

    def value(node: ast.AST) -> Any:
        if isinstance(node, ast.Name):
            return known.get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(module := value(node.value), ModuleType):
            return getattr(module, node.attr, None)
        return None

    things = (value(node) for node in ast.walk(tree))
    return tuple(thing for thing in things if isinstance(thing, FunctionType))


def derivative(thing: FunctionType) -> str:
    """The derivative as its rule has it, or the operations whose derivatives make it up."""
    rows = rows_of(thing)
    if thing.__name__ in rows:
        rule = str(te.formula(thing.__name__))
        return f"Derivative, from its rule:\n\n{fenced('text', rule)}"
    if rows:
        links = ", ".join(f"[{escaped(row)}](#row.{row})" for row in sorted(rows))
        return f"Its derivative follows, by the chain rule, from those of what it is made of, such as {links}."
    return ""


# ---- Markdown -----------------------------------------------------------------------------------------
def fenced(language: str, text: str) -> str:
    """A block of code."""
    return f"```{language}\n{text}\n```"


def prose(doc: str) -> str:
    """A docstring as Markdown."""
    return "\n\n".join(
        paragraph(text) for text in re.split(r"\n\s*\n", inspect.cleandoc(doc)) if text
    )


def paragraph(text: str) -> str:
    """A paragraph of a docstring: an example, a list in columns, or prose."""
    text = textwrap.dedent(text.removeprefix("Example:\n"))
    if text.startswith(">>>"):
        return fenced("pycon", text)
    if re.search(r"\S {3,}\S", text):
        return fenced("text", text)
    if text.startswith(DIFFERENCE):
        return fenced(
            "{note}", f"**{DIFFERENCE.strip()}** {escaped(text.removeprefix(DIFFERENCE))}"
        )
    return escaped(text)


def escaped(text: str) -> str:
    """Prose in which only backticks mean something."""
    parts = re.split(r"(`[^`]*`)", text)
    parts[::2] = [re.sub(r"([\\*_<>\[\]|$~#])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def label(name: str) -> str:
    """What links name an entry by; they do not tell capitals from small letters."""
    return f"class.{name}" if inspect.isclass(thing_of(name)) else name


def signature(name: str, thing: Any) -> str:
    """How it is called: names and defaults."""
    try:
        given = inspect.signature(thing)
    except (TypeError, ValueError):
        return name
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in given.parameters.values()]
    text = str(given.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return name + re.sub(r"<(?:function|class|module) '?([\w.]+).*?>", r"\1", text)


@cache
def methods() -> dict[Any, str]:
    """The names that a function has as a method of Tensor."""
    found: dict[Any, list[str]] = {}
    for name in dir(te.Tensor):
        thing = inspect.getattr_static(te.Tensor, name)
        if isinstance(thing, FunctionType) and name[0] != "_":
            found.setdefault(thing, []).append(name)
    return {
        thing: ", ".join(
            f"`x.{name}()`" + (f" and `x.{name}_()`" if hasattr(te.Tensor, f"{name}_") else "")
            for name in names
        )
        for thing, names in found.items()
    }


def entry(name: str, others: list[str]) -> str:
    """All about one function or class."""
    thing = thing_of(name)
    also = ", ".join(f"`{other}`" for other in others)
    method = methods().get(thing, "") if isinstance(thing, FunctionType) else ""
    parts = [
        f"({label(name)})=\n## {escaped(name)}",
        fenced("python", signature(name, thing)),
        f"Also called {also}." if also else "",
        f"As a method: {method}." if method else "",
        prose(inspect.getdoc(thing) or ""),
        derivative(thing) if isinstance(thing, FunctionType) else members(thing),
    ]
    return "\n\n".join(part for part in parts if part)


def members(thing: Any) -> str:
    """The methods that a class adds to what its base has, each with its first line."""
    lines = [
        f"- `{signature(name, method)}`: {escaped(first_line(method))}."
        for name, method in vars(thing).items()
        if isinstance(method, FunctionType)
        and name[0] != "_"
        and name not in ("forward", "extra_repr")
    ]
    return "\n".join(lines)


def page(name: str, about: str, things: dict[str, list[str]]) -> str:
    """One page."""
    entries = [entry(first, others) for first, others in sorted(things.items())]
    return "\n\n".join([f"# {escaped(name)}", f"{escaped(about)}.", *entries]) + "\n"


# ---- pages about more than one function ---------------------------------------------------------------
def table() -> str:
    """The page of the rows."""
    lead = (
        "Every operation that can be differentiated is one row. `g` is the derivative of the result by `out`, what "
        "the operation gave; the line `x:` is what is passed on to the input x. All is printed from the rules."
    )
    rows = [
        f"(row.{name})=\n## {escaped(name)}\n\n{fenced('text', str(te.formula(name)))}"
        for name in sorted(TABLE)
    ]
    return "\n\n".join(["# The table of operations", lead, *rows]) + "\n"


def tensor() -> str:
    """The page of Tensor's methods: functions by name, the others with their docstrings."""
    known = {id(thing_of(name)): name for _, things in pages().values() for name in things}
    linked, in_place, own = [], [], []
    for name in dir(te.Tensor):
        thing = inspect.getattr_static(te.Tensor, name)
        what = thing.__func__ if isinstance(thing, (staticmethod, classmethod)) else thing
        doc = inspect.getdoc(what) or ""
        if name[0] == "_":
            continue
        if id(thing) in known:
            linked.append(f"[{escaped(name)}](#{label(known[id(thing)])})")
        elif re.match("`[a-z0-9_]+`, in place", doc):
            in_place.append(f"`{name}`")
        else:
            head = signature(name, what) if callable(what) else name
            own.append(f"## Tensor.{escaped(name)}\n\n{fenced('python', head)}\n\n{prose(doc)}")
    lead = (
        f"These functions are methods too, their first argument being the tensor: {', '.join(linked)}.\n\n"
        f"These write their result into the tensor and return it: {', '.join(in_place)}."
    )
    return "\n\n".join(["# Methods of Tensor", lead, *own]) + "\n"


def differences() -> str:
    """The page of what is not as in PyTorch, from the docstrings."""
    told = [
        f"- [{escaped(name)}](#{label(name)}): {escaped(' '.join(text.split()).removeprefix(DIFFERENCE))}"
        for _, things in pages().values()
        for name in sorted(things)
        for text in re.split(r"\n\s*\n", inspect.getdoc(thing_of(name)) or "")
        if text.startswith(DIFFERENCE)
    ]
    lead = (
        "Names, arguments, dtypes, results, gradients and errors are PyTorch's. Tensors are on the CPU, and there are "
        "no sparse, quantised or named ones, nor gradients of complex numbers. What else is not as in PyTorch, the "
        "docstrings say:"
    )
    return "\n\n".join(["# Differences from PyTorch", lead, "\n".join(told)]) + "\n"


def written() -> Iterator[tuple[str, str]]:
    """(file name, text) of every page."""
    for name, (about, things) in pages().items():
        yield name, page(name, about, things)
    yield "table", table()
    yield "methods", tensor()
    yield "differences", differences()


def main() -> None:
    """Write the pages that are not already so, for Sphinx reads what is new."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in written():
        file = FOLDER / f"{name}.md"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
