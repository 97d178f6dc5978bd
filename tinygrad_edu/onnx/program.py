"""What a module computes of its inputs, as a list of steps: the graph of one run, read in order.

A graph has what can be differentiated.  A comparison, an index or a branch of the program leaves only
its result there, as a constant.  So a module is run twice, on different numbers, and what is no
constant shows; where sizes differ as well, it shows what follows a size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..graph import Leaf, Node
from ..read.replay import anchor, made_of
from ..read.scopes import Scope, trace

if TYPE_CHECKING:
    from ..nn import Module

__all__ = ["Input", "OnnxExporterError", "Program", "Result", "Step", "program_of", "settled"]


class OnnxExporterError(RuntimeError):
    """A module that ONNX cannot say, or of which one run shows too little."""


@dataclass(frozen=True)
class Input:
    """An input of the module, by name."""

    name: str


@dataclass(frozen=True)
class Result:
    """What came of a step, by its number."""

    step: int


@dataclass(frozen=True)
class Step:
    """One operation on what depends on an input.

    op        the row
    operands  for each operand an Input, a Result, or a constant
    params    the row's, with Inputs for those of its arrays that are one
    arrays    what the operands were in this run
    array     what came of it
    module    where it was computed
    """

    op: str
    operands: tuple[Any, ...]
    params: dict[str, Any]
    arrays: tuple[Any, ...]
    array: np.ndarray[Any, Any]
    module: str

    def unsupported(self, why: str) -> OnnxExporterError:
        """The error that names this step."""
        return OnnxExporterError(f"onnx.export: {why}, got the row {self.op!r} in {self.module}")


@dataclass(frozen=True)
class Program:
    """The steps of one run, its inputs by name, and what each output is, with its array."""

    steps: list[Step]
    inputs: dict[str, np.ndarray[Any, Any]]
    outputs: list[tuple[Any, np.ndarray[Any, Any]]]


def program_of(model: Module, args: Sequence[Any], names: Sequence[str]) -> Program:
    """Run a module on some Tensors in eval mode, and note what it did."""
    with _watched(model):
        seen = trace(model, [a.detach() for a in args], [model], names)
    inputs = {name: t.array for name, t in seen.inputs.items()}
    what: dict[int, Any] = {id(anchor(t)): Input(name) for name, t in seen.inputs.items()}
    arrays: dict[int, Any] = {}
    steps: list[Step] = []
    for node in made_of(seen.outputs):
        if not isinstance(node, Node):
            continue
        if isinstance(node, Leaf):
            arrays[id(node)] = node.array
            what.setdefault(id(node), node.array)
            continue
        assert node.op is not None
        given = tuple(arrays[id(e)] if isinstance(e, Node) else e for e in node.edges)
        array = arrays[id(node)] = node.op.forward(*given, **node.params)
        operands = tuple(what.get(id(e), e) for e in node.edges)
        params = {key: _linked(value, inputs) for key, value in node.params.items()}
        if any(isinstance(x, (Input, Result)) for x in _parts([operands, *params.values()])):
            what[id(node)] = Result(len(steps))
            module = _described(seen.scope_of.get(id(node)))
            steps.append(Step(node.op.name, operands, params, given, np.asarray(array), module))
        else:
            what[id(node)] = array
    return Program(
        steps, inputs, [(what.get(id(anchor(t)), t.array), t.array) for t in seen.outputs]
    )


@contextmanager
def _watched(model: Module) -> Iterator[None]:
    """A module in eval mode, of which every parameter requires grad, so that nothing goes unseen."""
    training = [m for m in model.modules() if m.training]
    frozen = [p for p in model.parameters() if p.is_floating_point() and not p.requires_grad]
    model.eval()
    for p in frozen:
        p.requires_grad_()
    try:
        yield
    finally:
        for p in frozen:
            p.requires_grad_(False)
        for m in training:
            m.training = True


def _linked(value: Any, inputs: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    """A parameter of a row, with the Input in place of an array that is one: the indices of an embedding."""
    if isinstance(value, tuple):
        return tuple(_linked(v, inputs) for v in value)
    if isinstance(value, np.ndarray):
        for name, array in inputs.items():
            if value.__array_interface__ == array.__array_interface__:
                return Input(name)
    return value


def _parts(value: Any) -> Iterator[Any]:
    """What is in nested tuples and lists."""
    if isinstance(value, (tuple, list)):
        for v in value:
            yield from _parts(v)
    else:
        yield value


def _described(scope: Scope | None) -> str:
    """A call by the path to its module, and its class."""
    if scope is None:
        return "the model"
    path = ".".join(s.name for s in [*reversed(scope.around), scope] if s.name)
    return f"{path} ({scope.kind})" if path else scope.kind


# ---- what two runs agree on -------------------------------------------------------------------
def settled(first: Program, second: Program) -> Program:
    """The first run, with shapes that hold for the second too. Raises OnnxExporterError where they differ."""
    for a, b in zip(first.steps, second.steps):
        if a.op != b.op:
            raise a.unsupported(
                "expected the same operations whatever the input, but they depend on it"
            )
    if len(first.steps) != len(second.steps) or len(first.outputs) != len(second.outputs):
        raise OnnxExporterError(
            "onnx.export: expected the same operations whatever the input, got a number of them that depends on it"
        )
    steps = [_settled_step(a, b) for a, b in zip(first.steps, second.steps)]
    return replace(first, steps=steps)


# what of a row's params may follow sizes: shapes that are made to hold for both, sizes that ONNX is not told
SETTLED = {"reshape": ("shape",), "broadcast_to": ("shape",), "concatenate": ("sizes",)}


def _settled_step(a: Step, b: Step) -> Step:
    params = dict(a.params)
    if a.op == "reshape":
        params["shape"] = _settled_reshape(a, b)
    elif a.op == "broadcast_to":
        params["shape"] = _settled_broadcast(a, b)
    other = {key: params[key] if key in SETTLED.get(a.op, ()) else x for key, x in b.params.items()}
    if _equal((a.operands, params), (b.operands, other)):
        return replace(a, params=params)
    raise a.unsupported(
        "expected numbers that are constants or recorded, but one depends on the input (by a comparison, "
        "an index or Python's numbers) or on a size among dynamic_axes"
    )


def _settled_reshape(a: Step, b: Step) -> tuple[int, ...]:
    """ONNX's shape for both runs: 0 for a size of the input's, -1 for one that follows from the others."""
    sizes, other = (s.array.shape for s in (a, b))
    before, after = (s.arrays[0].shape for s in (a, b))
    shape = []
    for k, (n, m) in enumerate(zip(sizes, other)):
        same = before[k : k + 1] == (n,) and after[k : k + 1] == (m,)
        shape.append(n if n == m else 0 if same else -1)
    if len(sizes) != len(other) or shape.count(-1) > 1:
        raise a.unsupported(
            "expected at most one new size to follow from dynamic_axes, but there are more"
        )
    return tuple(shape)


def _settled_broadcast(a: Step, b: Step) -> tuple[int, ...]:
    """The shape, 1 where the operand has a size of its own that differs."""
    shape = []
    for k, (n, m) in enumerate(zip(reversed(a.array.shape), reversed(b.array.shape)), 1):
        own = len(a.arrays[0].shape) >= k and a.arrays[0].shape[-k] == n
        if n != m and not own:
            raise a.unsupported(
                "expected sizes to be copied that are not among dynamic_axes, but one is"
            )
        shape.append(n if n == m else 1)
    return tuple(reversed(shape))


def _equal(a: Any, b: Any) -> bool:
    """Whether constants, and what stands for an input or a result, are the same."""
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
    return bool(type(a) is type(b) and a == b)
