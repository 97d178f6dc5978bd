"""Who is called what: names that the user gave, of parameters in their models, and of the caller's variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import CellType, CodeType, FrameType
from typing import Any

from .. import primitive as made
from ..mlp import Module as ScalarModule
from ..nn import Module
from ..value import Value
from .replay import anchor

__all__ = ["Names", "Naming", "variables_of"]

Names = Mapping[str, Any] | Iterable[tuple[str, Any]] | Module | ScalarModule
_MODELS, _VALUES = (Module, ScalarModule), (made.Tensor, Value)


def _scalar_parameters(model: ScalarModule) -> dict[str, Value]:
    """The Values of a model of scalars by attribute and place: `w[0]`, in layers `0.1.w[0]`."""
    found: dict[str, Value] = {}
    ahead: list[tuple[str, Any]] = [("", model)]
    while ahead:
        path, x = ahead.pop()
        if isinstance(x, ScalarModule):
            ahead += [(f"{path}.{name}".lstrip("."), part) for name, part in vars(x).items()]
        elif isinstance(x, (list, tuple)):
            around = path.rpartition(".")[0]  # the name of a list of layers says nothing
            ahead += [
                (f"{path}[{k}]" if isinstance(part, Value) else f"{around}.{k}".lstrip("."), part)
                for k, part in enumerate(x)
            ]
        elif isinstance(x, Value) and not x.label:
            found.setdefault(path, x)
    return found


def variables_of(frame: FrameType, x: Any = None) -> dict[str, Any]:
    """What has a name where a frame is, and in a function `x`: the nearest last."""
    found = {**frame.f_globals, **frame.f_locals}
    code, cells = getattr(x, "__code__", None), getattr(x, "__closure__", None) or ()
    if not isinstance(code, CodeType):
        return found
    within = {name: x.__globals__[name] for name in code.co_names if name in x.__globals__}
    held = {
        name: cell.cell_contents for name, cell in zip(code.co_freevars, cells) if cell != EMPTY
    }
    return {**within, **held, **found}


EMPTY = CellType()  # of a variable that is not assigned yet


class Naming:
    """Names for what is in a graph.

    given      what the user calls Tensors and Values
    variables  what the caller's variables hold, by name (`variables_of`); a notebook's own (`_`, `_1`) are left out
    models     the models whose parameters may be in the graph; a part of another is none of its own
    """

    def __init__(self, names: Names, variables: Mapping[str, Any]) -> None:
        self.variables = {
            name: v
            for name, v in list(variables.items())
            if isinstance(v, (*_MODELS, *_VALUES)) and name.isidentifier() and name[0] != "_"
        }
        self.given: dict[str, Any] = {}
        self.models = {k: v for k, v in self.variables.items() if isinstance(v, _MODELS)}
        if isinstance(names, _MODELS):
            self.add_model(names)
        else:
            self.given = dict(names)

    def add_model(self, model: Any) -> None:
        """Count a model among those of the caller."""
        self.models = {self.of(model) or type(model).__name__: model, **self.models}

    def of(self, x: Any) -> str:
        """The caller's variable that holds `x`, or ""."""
        return next((name for name, v in reversed(self.variables.items()) if v is x), "")

    def title(self, x: Any) -> str:
        """What a drawing of `x` is called."""
        if isinstance(x, (list, tuple)):
            return ", ".join(self.of(t) or "graph" for t in x[:4])
        if isinstance(x, (*_MODELS, BaseException)):
            return self.of(x) or type(x).__name__
        return self.of(x) or getattr(x, "__name__", "graph").replace("<lambda>", "graph")

    def outermost(self) -> dict[str, Module]:
        """The models of layers, without those that are parts of another."""
        found = {k: m for k, m in self.models.items() if isinstance(m, Module)}
        parts = {id(part) for m in found.values() for part in m.modules() if part is not m}
        return {k: m for k, m in found.items() if id(m) not in parts}

    def all(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Names for Tensors and Values: given ones before inputs', parameters' and variables'."""
        found = {
            name: v
            for name, v in self.variables.items()
            if isinstance(v, _VALUES) and not getattr(v, "label", "")
        }
        for model in self.models.values():
            if isinstance(model, ScalarModule):
                found.update(_scalar_parameters(model))
        for model in self.outermost().values():
            found.update(model.named_parameters())
        return {**found, **inputs, **self.given}

    def parameters(self) -> set[int]:
        """The ids of the nodes of all parameters."""
        return {id(anchor(p)) for model in self.models.values() for p in model.parameters()}

    def constants(self) -> set[int]:
        """The ids of the arrays that have a name: they are inputs, not just numbers."""
        named = [*self.variables.values(), *self.given.values()]
        return {id(t.array) for t in named if isinstance(t, made.Tensor) and t.node is None}
