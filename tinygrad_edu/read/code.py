"""A graph printed as a NumPy program, and run as one: the proof that nothing is missing from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import Node
from ..primitive import TABLE
from ..seeds import node_of

__all__ = ["program", "source"]


def nodes_of(root: Node) -> list[Node]:
    """All nodes that a node was made of and itself, oldest first."""
    seen, ahead = {root}, [root]
    while ahead:
        for e in ahead.pop().edges:
            if isinstance(e, Node) and e not in seen:
                seen.add(e)
                ahead.append(e)
    return sorted(seen, key=lambda n: n.serial)


def source(output: Any, inputs: dict[str, Any] | None = None) -> str:
    """The NumPy program that computes a Tensor from the leaves of its graph.

    `inputs` names leaves, the arguments of the program; others are x0, x1, ... in order of creation.
    Constant arrays are c0, c1, ...: numbers that `program` supplies.

    >>> x = te.tensor([1.0, 2.0], requires_grad=True)
    >>> print(te.read.source(x.exp() * 3, {"x": x}))
    def f(x):
        v0 = np.exp(x)
        v1 = v0 * 3
        return v1
    """
    return _written(output, inputs)[0]


def program(output: Any, inputs: dict[str, Any] | None = None) -> Callable[..., Any]:
    """The program of `source`, ready to be called with an array for each leaf."""
    text, names = _written(output, inputs)
    exec(text, names)  # our own text: names of rows and numbers
    made: Callable[..., Any] = names["f"]
    return made


def _written(output: Any, inputs: dict[str, Any] | None) -> tuple[str, dict[str, Any]]:
    root = node_of(output)
    if root is None:
        raise RuntimeError(
            "source: expected a result with a graph, got a constant; call requires_grad_()"
        )
    called: dict[Node, str] = {}
    for name, t in (inputs or {}).items():
        node = node_of(t)
        if node is None:
            raise RuntimeError(
                f"source: expected inputs that require grad, got {name} that does not"
            )
        called[node] = name
    names: dict[str, Any] = {"np": np}
    lines: list[str] = []
    constants = leaves = 0

    def constant(value: Any) -> str:
        nonlocal constants
        if isinstance(value, (bool, int, float, slice, type(None), type(...))):
            return repr(value)
        if isinstance(value, tuple):
            return "(" + "".join(f"{constant(v)}, " for v in value) + ")"
        name = f"c{constants}"
        constants += 1
        names[name] = value
        return name

    arguments = []
    for n in nodes_of(root):
        if n.op is None:
            called.setdefault(n, f"x{leaves}")
            leaves += 1
            arguments.append(called[n])
            continue
        operands = [called[e] if isinstance(e, Node) else constant(e) for e in n.edges]
        params = {key: constant(value) for key, value in n.params.items()}
        called[n] = f"v{len(lines)}"
        row = n.op
        if TABLE.get(row.name) is not row:
            raise RuntimeError(
                f"source: expected operations of the table, got the Function {row.name}"
            )
        keywords = "".join(f", {key}={value}" for key, value in params.items())
        if row.source:
            text = row.source.format(*operands, args=", ".join(operands), params=keywords, **params)
        else:  # a function of ours, called by its name
            names[row.name] = row.forward
            text = f"{row.name}({', '.join(operands)}{keywords})"
        lines.append(f"    {called[n]} = {text}")
    body = "\n".join([*lines, f"    return {called[root]}"])
    return f"def f({', '.join(arguments)}):\n{body}", names
