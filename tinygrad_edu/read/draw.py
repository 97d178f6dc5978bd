"""`draw`: the graph of a result, a model or an error as a picture.

    te.draw(loss)                        what a result was made of
    te.draw(model, x)                    a model, run on an example
    te.draw(lambda x: f(model(x)), x)
    te.draw(error)                       a forward pass that failed, and where

The way from a graph to a picture: `replay` and `numbers` find what is on the graph, `scopes` which
module each node belongs to, `fold` what becomes a box, `graph_view` what a box says; that is a
`scene`.  `layout` (or the program `dot`) says where, `svg`, `dot` and `page` write it down.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .. import primitive as made
from ..mlp import Module as ScalarModule
from ..nn import Module
from ..seeds import as_sequence
from .drawing import Drawing
from .graph_view import GraphView
from .naming import Names, Naming, variables_of
from .replay import anchor, made_of
from .scene import Box, Cell
from .scopes import Scope, name_outermost, operation_that_raised, recover, trace
from .svg import wrapped
from .words import plain

__all__ = ["Drawing", "draw", "view_of"]

SMALL = 24  # values: up to here a result is drawn value by value, not module by module


def draw(
    x: Any,
    *inputs: Any,
    names: Names = (),
    depth: int | None = None,
    direction: str = "auto",
    values: bool = True,
    grads: bool | str = True,
    fold: bool = True,
    overlay: str | None = None,
    format: str | None = None,
) -> Drawing:
    """A drawing of `x`: a Tensor, a Value, several, a Module or function with its `inputs`, or an exception.

    A Module or function is run on `inputs`, leaving no trace in its buffers or the random generator.
    `depth` is how many levels of modules are open (None: as many as can be read at a glance), and
    `direction` "TB", "LR" or "auto".  `values` shows numbers, `grads` gradients: those of the last
    backward pass, or with `"compute"` the derivative of `x` itself; `.grad` is never changed.
    `fold=False` shows every operation, parameter and constant.  `overlay` is "memory" (what is kept
    for backward) or "time" instead of gradients.  `format` is what a notebook shows: "svg", "png" or
    "dot".  `names` gives Tensors and Values a name: a dict, pairs as `named_parameters()` gives them,
    or a model; a Value's label and the variables that the caller can see, models among them, are names
    anyway.  What a backward pass freed is computed again; where that cannot be, for what it was made of
    has been written to, "changed since" stands in its place.

    Raises TypeError for what has no graph, ValueError for a direction, overlay or format unknown.

    >>> a, b = te.Value(2.0, label="a"), te.Value(-3.0, label="b")
    >>> te.draw(a * b).dot.count("v1 = a × b")
    2
    >>> te.draw(te.nn.Linear(2, 3), te.ones(4, 2))
    <Drawing of Linear: 2 boxes, 1 edges; .save('x.svg')>
    """
    for what, given, known in (
        ("direction", direction, ("auto", "TB", "LR")),
        ("overlay", overlay, (None, "grad", "memory", "time")),
        ("format", format, (None, "svg", "png", "dot")),
    ):
        if given not in known:
            raise ValueError(f"draw: expected {what} to be one of {known}, got {given!r}")
    naming = Naming(names, variables_of(sys._getframe(1), x))
    view = view_of(
        x,
        inputs,
        naming,
        values=values,
        grads=grads,
        fold=fold,
        overlay=overlay,
        direction=direction,
    )
    return Drawing(view, view.opened_to(depth), format)


def view_of(
    x: Any, inputs: Sequence[Any], naming: Naming, *, fold: bool = True, **options: Any
) -> GraphView:
    """All that can be shown of what `draw` takes; `options` are those of GraphView."""
    found = _found(x, inputs, naming)
    things = made_of(found.roots)
    scope_of = found.scope_of
    models = naming.outermost()
    recovered = bool(models) and not scope_of and fold and len(things) > SMALL
    if recovered:
        scope_of = recover(things, models)
    for name, model in naming.models.items():
        name_outermost(scope_of, model, plain(name))
    return GraphView(
        things,
        found.roots,
        naming.all(found.inputs),
        scope_of,
        naming.constants() | {id(anchor(t)) for t in found.inputs.values()},
        naming.parameters(),
        title=naming.title(x),
        folds=fold,
        failed=found.failed,
        recovered=recovered,
        **options,
    )


class _Found(NamedTuple):
    """What is to be drawn: results, the calls their nodes were made in, inputs, what failed."""

    roots: list[Any]
    scope_of: Mapping[int, Scope]
    inputs: Mapping[str, Any]
    failed: Box | None = None


def _found(x: Any, inputs: Sequence[Any], naming: Naming) -> _Found:
    if isinstance(x, BaseException):
        operation, operands, scope_of, called = operation_that_raised(x)
        known = [part for model in naming.outermost().values() for part in model.modules()]
        if called and not any(called[0] is part for part in known):
            naming.add_model(called[0])
        return _Found(operands, scope_of, {}, _failed_box(operation, x))
    if callable(x):
        if isinstance(x, (Module, ScalarModule)):
            naming.add_model(x)
        models = naming.outermost().values()
        traced = trace(x, inputs, models, [naming.of(i) for i in inputs])
        if not traced.outputs:
            raise TypeError(
                "draw: expected a function that returns Tensors or Values, got none of them"
            )
        return _Found(traced.outputs, traced.scope_of, traced.inputs)
    if inputs:
        raise TypeError(
            f"draw: expected inputs after a Module or function only, got {type(x).__name__} before them; "
            "draw several results as a list: draw([a, b])"
        )
    roots = as_sequence(x)
    if not roots:
        raise ValueError("draw: expected at least one Tensor or Value, got none")
    for root in roots:
        if not isinstance(root, (made.Tensor, made.Value)):
            raise TypeError(
                "draw: expected a Tensor, a Value, a list of them, a Module or function with its inputs, or an "
                f"exception, got {type(root).__name__}"
            )
    return _Found(roots, {}, {})


def _failed_box(operation: str, error: BaseException) -> Box:
    """The operation that raised, marked, with what it said."""
    words = wrapped(plain(error, 240), 260)
    title = f"✗ {plain(operation or type(error).__name__)}"
    cells = [Cell(type(error).__name__, words)]
    return Box("failed", "failed", title, "failed here", cells, tip=plain(error, 500))
