"""Backpropagation: one loop over nodes, from the youngest to the oldest.

The cotangent of a node is the derivative of the result with respect to the node's value.  When the
loop reaches a node all its users are behind it, for they are younger, so its cotangent is complete.
The node's rules turn it into contributions to its inputs' cotangents, which add up: a value used
three times receives three.  Nothing else happens, for a scalar or for any DAG of tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from . import primitive as made
from .function import Function, once_differentiable
from .grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
    set_recording,
)
from .graph import Node
from .missing import no_such_name
from .ops.index import Placed
from .ops.reduce import sum_to
from .ops.shape import concatenate, reshape
from .primitive import raw, wrap
from .seeds import as_sequence, node_of, seeds_of
from .writes import check_unwritten, latest_write, stamp

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = [
    "Function", "backward", "backward_steps", "enable_grad", "grad", "inference_mode", "is_grad_enabled",
    "is_inference_mode_enabled", "no_grad", "once_differentiable", "set_grad_enabled",
]  # fmt: skip

__path__: list[str] = []  # a package, for `import torch.autograd.functional`

Step = tuple[Any, Any, list[tuple[Node, Any]]]

watchers: list[Callable[[Iterator[Step]], Iterator[Step]]] = []
"""What passes the steps of each backward on while not empty: anomaly mode looks at them here."""


def watched(steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, by way of the watchers."""
    for watcher in watchers:
        steps = watcher(steps)
    return steps


def backward_steps(
    seeds: dict[Node, Any],
    create_graph: bool = False,
    free: bool = True,
    only: set[Node] | None = None,
) -> Iterator[Step]:
    """Yield (node, its cotangent, [(input, contribution), ...]) in reverse topological order.

    `seeds` maps the nodes to start from to their cotangents: arrays, or Tensors with `create_graph`,
    which makes every cotangent the end of a graph of its own.  `free` drops what a node saved once
    its rules have run.  `only` limits the walk to some nodes.  Leaves come last, their cotangents
    safe to keep.  A contribution to what was read at an index is `Placed`: np.asarray makes it whole.

    >>> x = te.tensor([1.0, 2.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> for node, g, parts in te.autograd.backward_steps({y.node: te.tensor(1.0).array}):
    ...     print(node.op, g)
    <row sum> 1.0
    <row mul> [1. 1.]
    None [2. 4.]
    """
    cotangents = dict(seeds)
    shared = set(map(id, seeds.values()))  # what somebody else may hold too
    sums: set[Node] = set()  # whose cotangent is an array made here, to be added to in place
    ahead = [(-n.serial, n) for n in seeds if n.op is not None]
    heapify(ahead)
    while ahead:
        n = heappop(ahead)[1]
        g = cotangents.pop(n)
        row: Any = n.op
        if n.saved is None:
            raise RuntimeError(_FREED.format(row.name))
        if n.serial < latest_write[0]:
            check_unwritten(n)
        saved, params = n.saved, n.params
        if n.hooks:
            g = run_hooks(n, g)
            shared.add(id(g))
        if create_graph:
            saved = with_history(n)
        joint = row.joint
        if joint is not None:
            needs = tuple(isinstance(e, Node) and (only is None or e in only) for e in n.edges)
            rules = joint(g, *saved, needs=needs, **params)
        else:
            rules = row.vjps
        parts = []
        for e, rule in zip(n.edges, rules):
            if rule is None or not isinstance(e, Node) or (only is not None and e not in only):
                continue
            if joint is not None:
                gx = rule
            else:
                try:
                    gx = rule(g, *saved, **params) if params else rule(g, *saved)
                except (ZeroDivisionError, OverflowError, ValueError):
                    gx = as_ieee(rule, g, saved)
            if gx is g and e.op is None:
                shared.add(id(g))
            if type(gx) is not float and gx.shape != e.shape:
                gx = sum_to(gx, e.shape)
            if e in cotangents:
                total = cotangents[e]
                if e not in sums:
                    total = total + gx
                    if type(total) is np.ndarray:
                        sums.add(e)
                elif type(gx) is Placed:
                    gx.add_to(total)
                else:
                    total += gx
                cotangents[e] = total
            else:
                cotangents[e] = gx
                if type(gx) is Placed:
                    cotangents[e] = np.asarray(gx)
                    sums.add(e)
                if e.op is not None:
                    heappush(ahead, (-e.serial, e))
            parts.append((e, gx))
        if free and row.keeps and type(n) is Node:  # a Value's numbers cost nothing to keep
            n.saved = None
            del saved
        yield n, g, parts
    for leaf, g in cotangents.items():
        if leaf.hooks:
            g = run_hooks(leaf, g)
            shared.add(id(g))
        if isinstance(g, np.ndarray) and (g.base is not None or id(g) in shared):
            g = g.copy()
        yield leaf, g, []


_FREED = (
    "{}: expected the arrays its derivative needs, got none: an earlier backward freed them; "
    "pass retain_graph=True to that backward"
)


def with_history(n: Node) -> tuple[Any, ...]:
    """What a node saved, as Tensors and Values that lead back into the graph."""
    row: Any = n.op
    saved: Any = n.saved
    found = []
    for a, e in zip(saved, (n, *n.edges)):
        if isinstance(a, np.ndarray) and isinstance(e, Node):
            a = wrap(a, e)
        elif type(a) is float and isinstance(e, made.Value):
            if e.data != a and a == a:
                raise RuntimeError(
                    f"{row.name}: expected a Value of {a}, got one set to {e.data} since it was used"
                )
            a = e
        found.append(a)
    return tuple(found)


def as_ieee(rule: Callable[..., Any], g: Any, saved: tuple[Any, ...]) -> Any:
    """A rule on scalars where Python raises and IEEE arithmetic says inf or nan."""
    if type(g) is not float:
        raise  # noqa: PLE0704 - inside the handler of backward_steps
    return float(rule(np.float64(g), *(np.float64(a) if type(a) is float else a for a in saved)))


def run_hooks(n: Node, g: Any) -> Any:
    """Show a cotangent to a node's hooks; what one returns takes its place."""
    for hook in list(n.hooks.values()):  # type: ignore[union-attr]
        shown = g if isinstance(g, made.Tensor) else wrap(np.asarray(g))
        new = hook(shown)
        if new is not None:
            if not isinstance(new, (made.Tensor, np.ndarray)):
                raise TypeError(f"hook: expected a Tensor or None, got {type(new).__name__}")
            if new.shape != n.shape:
                raise RuntimeError(
                    f"hook: expected a gradient of shape {n.shape}, got {tuple(new.shape)}"
                )
            g = new if isinstance(g, made.Tensor) else raw(new)
    return g


def nodes_between(seeds: Iterable[Node], wanted: Collection[Node]) -> set[Node]:
    """The nodes on a path from a seed to a wanted node."""
    seen, ahead = set(seeds), list(seeds)
    while ahead:
        for e in ahead.pop().edges:
            if isinstance(e, Node) and e not in seen:
                seen.add(e)
                ahead.append(e)
    between: set[Node] = set()
    for n in sorted(seen, key=lambda n: n.serial):
        if n in wanted or any(isinstance(e, Node) and e in between for e in n.edges):
            between.add(n)
    return between


# ---- what people call -----------------------------------------------------------------------------
def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add d(sum of `tensors` weighted by `grad_tensors`)/d(leaf) to the `.grad` of every leaf.

    Raises RuntimeError for a tensor without gradient, a non-scalar without its weight in
    `grad_tensors`, and a graph whose arrays an earlier call freed.

    >>> x = te.tensor([1.0, 2.0], requires_grad=True)
    >>> te.autograd.backward(x * x, te.tensor([1.0, 10.0])); x.grad
    tensor([ 2., 40.])
    """
    seeds = seeds_of(as_sequence(tensors), as_sequence(grad_tensors), create_graph)
    free = not (create_graph if retain_graph is None else retain_graph)
    wanted: dict[Any, Any] | None = None
    only = None
    if inputs is not None:
        wanted = {node_of(t): t for t in as_sequence(inputs)}
        if not wanted or None in wanted:
            raise RuntimeError(
                "backward: expected `inputs` that require grad, got none or one that does not"
            )
        only = nodes_between(seeds, wanted)
    before = set_recording(create_graph)
    try:
        for n, g, _ in watched(backward_steps(seeds, create_graph, free, only)):
            if wanted is not None and n not in wanted:
                continue
            if isinstance(n, made.Value):
                n.grad = n.grad + g
            elif n.op is None:
                deliver(n.variable, g)
                if n.after and n.variable is not None:
                    for hook in list(n.after.values()):
                        hook(n.variable)
            elif wanted is not None:
                deliver(wanted[n], g)
    finally:
        set_recording(before)


def deliver(t: Tensor | None, g: Any) -> None:
    """Add to `t.grad`: in place unless either has a graph of its own."""
    if t is None or t.node is None:  # gone, or no longer asked for a gradient
        return
    if t._grad is None:
        t._grad = g if isinstance(g, made.Tensor) else wrap(np.asarray(g))
    elif (
        isinstance(g, made.Tensor) or t._grad.node is not None or not t._grad.array.flags.writeable
    ):
        t._grad = t._grad + g
    else:
        np.add(t._grad.array, g, out=t._grad.array)
        stamp(t._grad.array)


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of the sum of `outputs`, weighted by `grad_outputs`, with respect to `inputs`.

    Nothing is added to any `.grad`.  With `create_graph` the results can be differentiated again.
    An input that was not used is an error, None with `allow_unused`, zeros with `materialize_grads`.
    `only_inputs` is of PyTorch's early years and ignored, as it is there.

    >>> x = te.tensor([1.0, 2.0], requires_grad=True)
    >>> te.autograd.grad((x * x).sum(), x)
    (tensor([2., 4.]),)
    """
    wanted, weights = as_sequence(inputs), as_sequence(grad_outputs)
    nodes: list[Any] = [node_of(t) for t in wanted]
    if None in nodes:
        raise RuntimeError(
            f"grad: expected inputs that require grad, got inputs[{nodes.index(None)}] that does not; "
            "call requires_grad_() before it is used"
        )
    allow_unused = materialize_grads if allow_unused is None else allow_unused
    if is_grads_batched:
        settings = True, create_graph, only_inputs, allow_unused, False, materialize_grads
        rows = [grad(outputs, inputs, row, *settings) for row in zip(*weights)]
        return tuple(None if parts[0] is None else stacked(parts) for parts in zip(*rows))
    seeds = seeds_of(as_sequence(outputs), weights, create_graph)
    free = not (create_graph if retain_graph is None else retain_graph)
    only = nodes_between(seeds, set(nodes))
    reached = {n: g for n, g in seeds.items() if n in only}
    found: dict[Node, Any] = dict.fromkeys(nodes)
    before = set_recording(create_graph)
    try:
        for n, g, _ in watched(backward_steps(reached, create_graph, free, only)):
            if n in found:
                found[n] = g
    finally:
        set_recording(before)
    results: list[Any] = []
    for k, (t, g) in enumerate(zip(wanted, map(found.get, nodes))):
        if g is None and not allow_unused:
            raise RuntimeError(
                f"grad: expected inputs that the outputs depend on, got inputs[{k}] that was not used in the graph; "
                "pass allow_unused=True to get None for it"
            )
        if isinstance(t, made.Value):
            g = 0.0 if g is None and materialize_grads else g
        else:
            g = np.zeros_like(t.array) if g is None and materialize_grads else g
            g = g if g is None or isinstance(g, made.Tensor) else wrap(np.array(g))
        results.append(g)
    return tuple(results)


def stacked(parts: tuple[Tensor, ...]) -> Tensor:
    """Tensors of one shape along a new first axis."""
    rows = (reshape(t, shape=(1, *t.shape)) for t in parts)
    return concatenate(*rows, axis=0, sizes=(1,) * len(parts))


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise no_such_name(__name__, name, __all__)
