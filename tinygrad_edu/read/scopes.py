"""Which call of which module each node of a graph was made in.

A graph knows operations, not modules.  `trace` runs a model and listens: hooks say when a module is
entered and left, the graph's observers say what was made in between.  For a result that was computed
before, `recover` tells it from the parameters alone: operations run in order, so what happened
between two uses of parameters happened in the module around both.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import primitive as made
from ..grad_mode import set_recording
from ..graph import Node, observers
from ..nn import Module
from ..random import get_rng_state, set_rng_state

__all__ = ["Scope", "Trace", "name_outermost", "operation_that_raised", "recover", "trace"]

Path = tuple[str, ...]


@dataclass(eq=False)
class Scope:
    """One call of a module.

    name    the module's name in its parent, "" for the outermost
    kind    its class
    parent  the call it was made in
    module  the module itself
    inside  the nodes made here and the calls made here, in order
    """

    name: str
    kind: str
    parent: Scope | None
    module: Any = None
    inside: list[Any] = field(default_factory=list)
    key: str = ""

    @property
    def level(self) -> int:
        """How many calls are around it."""
        return len(self.around)

    @property
    def around(self) -> list[Scope]:
        """The calls around it, the nearest first."""
        found: list[Scope] = []
        scope = self.parent
        while scope is not None:
            found.append(scope)
            scope = scope.parent
        return found


@dataclass
class Trace:
    """What running a model showed: its results, the call each node was made in, its inputs by name."""

    outputs: list[Any]
    scope_of: dict[int, Scope]
    inputs: dict[str, Any]


class _Listener:
    """Knows in which call we are."""

    def __init__(self) -> None:
        self.scope_of: dict[int, Scope] = {}
        self.nodes: list[Node] = []  # alive, so that no id is given twice
        self.current: Scope | None = None
        self.count = 0

    def listen_to(self, model: Module) -> list[Any]:
        """Hear when any module of a model is entered and left, until the handles are removed."""
        handles = []
        for path, module in model.named_modules():
            name = path.rpartition(".")[2]

            def before(module: Any, args: Any, name: str = name) -> None:
                self.enter(name, module)

            def after(module: Any, args: Any, out: Any) -> None:
                self.leave()

            handles.append(module.register_forward_pre_hook(before, prepend=True))
            handles.append(module.register_forward_hook(after, prepend=True, always_call=True))
        return handles

    def see(self, node: Node) -> None:
        """Note a new node."""
        self.nodes.append(node)
        if self.current is not None:
            self.scope_of[id(node)] = self.current
            self.current.inside.append(node)

    def enter(self, name: str, module: Any) -> None:
        """A call begins."""
        scope = Scope(name, type(module).__name__, self.current, module, key=f"g{self.count}")
        self.count += 1
        if self.current is not None:
            self.current.inside.append(scope)
        self.current = scope

    def leave(self) -> None:
        """A call ends."""
        if self.current is not None:
            self.current = self.current.parent


def trace(
    function: Any, args: Sequence[Any], models: Iterable[Module], names: Sequence[str]
) -> Trace:
    """Run `function(*args)` and note in which call of which module of `models` each node is made.

    `names` are those of the inputs, "" where the function's own name for one is to be taken.
    Nothing is left behind: buffers and the random generator are as before.  The inputs are watched
    too, so that what is computed before the first parameter is seen.  An exception passes, with the
    calls so far as its attribute `scope_of`, and says how it can be drawn.
    """
    seen, handles, buffers = _Listener(), list[Any](), list[Any]()
    for model in models:
        handles += seen.listen_to(model)
        buffers += [(b.array, b.array.copy()) for b in model.buffers()]
    watched = [_watched(a) for a in args]
    generator, before = get_rng_state(), set_recording(True)
    observers.append(seen.see)
    try:
        outputs = function(*watched)
    except Exception as error:
        error.scope_of = seen.scope_of  # type: ignore[attr-defined]
        if sys.version_info >= (3, 11):
            error.add_note("te.draw(error) draws what was computed before it, and where it failed")
        raise
    finally:
        observers.remove(seen.see)
        set_recording(before)
        set_rng_state(generator)
        for array, numbers in buffers:
            array[...] = numbers
        for handle in handles:
            handle.remove()
    own = _argument_names(function, len(args))
    inputs = {
        name or own[k]: x
        for k, (name, x) in enumerate(zip(names, watched))
        if isinstance(x, (made.Tensor, made.Value))
    }
    return Trace(_tensors(outputs), seen.scope_of, inputs)


def _watched(x: Any) -> Any:
    """A floating-point Tensor that requires grad, of the same numbers; anything else as it is."""
    if isinstance(x, made.Tensor) and x.is_floating_point() and not x.requires_grad:
        return x.detach().requires_grad_()
    return x


def _argument_names(function: Any, count: int) -> list[str]:
    called = function.forward if isinstance(function, Module) else function
    try:
        names = [p.name for p in inspect.signature(called).parameters.values() if p.kind < 2]
    except (TypeError, ValueError):
        names = []
    return [*names, *(f"input{k}" for k in range(len(names), count))][:count]


def _tensors(x: Any) -> list[Any]:
    """The Tensors and Values in what a model returned."""
    found, ahead = [], [x]
    while ahead:
        x = ahead.pop()
        if isinstance(x, (made.Tensor, made.Value)):
            found.append(x)
        elif isinstance(x, Mapping):
            ahead.extend(reversed(list(x.values())))
        elif isinstance(x, (list, tuple)):
            ahead.extend(reversed(x))
    return found


def recover(things: Iterable[Any], models: Mapping[str, Module]) -> dict[int, Scope]:
    """The call each node was made in, as far as the parameters it reads tell."""
    owner: dict[int, Path] = {}
    module_at: dict[Path, Any] = {}
    for title, model in models.items():
        for path, module in model.named_modules():
            steps = (title, *path.split(".")) if path else (title,)
            module_at[steps] = module
            for p in module._parameters.values():
                if p is not None and p.node is not None:
                    owner.setdefault(id(p.node), steps)
    nodes = [t for t in things if isinstance(t, Node) and t.op is not None]
    known: list[Path | None] = []
    for n in nodes:
        paths = [owner[id(e)] for e in n.edges if id(e) in owner]
        known.append(_shared(paths) if paths else None)
    seen = _Listener()
    open_: Path = ()
    for n, at in zip(nodes, _filled(nodes, known, module_at)):
        while open_ != at[: len(open_)]:
            open_ = open_[:-1]
            seen.leave()
        for step in at[len(open_) :]:
            open_ = (*open_, step)
            seen.enter(step, module_at[open_])
        seen.see(n)
    return seen.scope_of


def _filled(
    nodes: Sequence[Node], known: Sequence[Path | None], module_at: Mapping[Path, Any]
) -> list[Path]:
    """A path for every node: what lies between two known ones is in the module around both.

    Between members of a list of blocks, it is the end of the first: a block often ends by adding.
    """
    filled: list[Path] = []
    tails: dict[tuple[Path, type], list[str]] = {}  # how the blocks of a list end
    k, before = 0, Path()
    while k < len(nodes):
        here = known[k]
        if here is not None:
            filled.append(here)
            before, k = here, k + 1
            continue
        end = next((j for j in range(k, len(nodes)) if known[j] is not None), len(nodes))
        after = (known[end] if end < len(nodes) else None) or ()
        run = [n.op.name for n in nodes[k:end] if n.op]
        inside = 0
        block = _block_left(before, after)
        if block:
            key, beside = (block[:-1], type(module_at[block])), after[: len(block)]
            if beside and (beside[:-1], type(module_at[beside])) == key:
                tails[key] = run
            tail = tails.get(key, [])
            inside = len(tail) if run[: len(tail)] == tail else 0
        filled += [block] * inside + [_shared([before, after])] * (len(run) - inside)
        k = end
    return filled


def _block_left(before: Path, after: Path) -> Path:
    """The outermost member of a list, with modules of its own, that was left on the way; () for none."""
    for j in range(1, len(before)):
        if before[j - 1].isdigit() and after[:j] != before[:j]:
            return before[:j]
    return ()


def _shared(paths: Sequence[Path]) -> Path:
    """What all paths begin with."""
    first = paths[0]
    for k, step in enumerate(first):
        if any(path[k : k + 1] != (step,) for path in paths):
            return first[:k]
    return first


def name_outermost(scope_of: Mapping[int, Scope], model: Any, name: str) -> None:
    """Give the calls of a model that is in no other the name of the variable that holds it."""
    for scope in set(scope_of.values()):
        outermost = [scope, *scope.around][-1]
        if outermost.module is model and not outermost.name:
            outermost.name = name


def operation_that_raised(
    error: BaseException,
) -> tuple[str, list[Any], Mapping[int, Scope], list[Module]]:
    """The operation that raised, what it was given, the calls known so far, and the modules it was called in.

    The traceback holds them still: the last function with Tensors among its arguments is the one.
    """
    name, operands, models = "", list[Any](), list[Module]()
    step = error.__traceback__
    while step is not None:
        code, here = step.tb_frame.f_code, step.tb_frame.f_locals
        count = code.co_argcount + bool(code.co_flags & inspect.CO_VARARGS)
        if isinstance(here.get("self"), Module):
            models.append(here["self"])
        given = _tensors([here.get(argument) for argument in code.co_varnames[:count]])
        if given:
            row = here.get("row")
            name, operands = row.name if isinstance(row, made.Row) else code.co_name, given
        step = step.tb_next
    return name, operands, getattr(error, "scope_of", {}), models
