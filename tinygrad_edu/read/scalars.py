"""One graph at two zooms: a Tensor's computation as a graph of scalar Values, one per element.

The graph is replayed on arrays whose elements are Values.  Rows that work on Values are applied
element by element; those that only move, add and multiply elements run as they are, for NumPy takes
such arrays too; fused rows go through the composition that defines them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..graph import Leaf, Node, observers
from ..ops.fused import COMPOSITION
from ..primitive import Row
from ..value import Value
from .naming import Names, Naming, variables_of
from .numbers import in_table
from .replay import anchor, made_of
from .words import name_all

__all__ = ["scalars"]

MOST = 20_000  # Values


def scalars(x: Any, *inputs: Any, names: Names = ()) -> Any:
    """The computation of `x` as scalar Values with the same numbers and the same gradients.

    A 0-d Tensor gives a Value, another an array of Values.  Leaves are labelled `W[0, 1]` after the
    caller's variables.  With `inputs`, leaves of the graph, also gives for each the array of its Values.

    Raises ValueError for more than 20,000 Values, TypeError for an operation that scalars cannot do.

    >>> w = te.tensor([1.0, 2.0], requires_grad=True)
    >>> loss, (w0, w1) = te.scalars((w * w).sum(), w)
    >>> loss.backward()
    >>> w0.grad, w1.grad
    (2.0, 4.0)
    """
    naming = Naming(names, variables_of(sys._getframe(1)))
    things = made_of([x])
    called = name_all(things, naming.all({}))
    found: dict[int, Any] = {}
    with _Counted():
        for t in things:
            found[id(t)] = _elements(t, called[id(t)], found)
    result = found[id(anchor(x))]
    result = result.item() if result.shape == () else result
    if not inputs:
        return result
    places = [anchor(t) for t in inputs]
    missing = [k for k, p in enumerate(places) if id(p) not in found]
    if missing:
        raise ValueError(
            f"scalars: expected inputs in the graph of x, got inputs[{missing[0]}] that is not"
        )
    return result, *(found[id(p)] for p in places)


class _Counted:
    """Raises where more Values are made than anybody can look at."""

    def __enter__(self) -> None:
        self.count = 0
        observers.append(self.see)

    def __exit__(self, *_: object) -> None:
        observers.remove(self.see)

    def see(self, node: Node) -> None:
        self.count += 1
        if self.count > MOST:
            raise ValueError(
                f"scalars: expected a computation of at most {MOST:,} Values, got more; take smaller Tensors"
            )


def _elements(t: Any, name: str, found: Mapping[int, Any]) -> Any:
    """The array of Values (or numbers) that a node stands for."""
    if isinstance(t, Value):
        return _boxed(t)
    if isinstance(t, Leaf):
        return _leaf(t.array, name)
    if not isinstance(t, Node):
        return t
    row: Any = t.op
    if not in_table(t):
        raise TypeError(f"scalars: expected operations of the table, got the Function {row.name}")
    inputs = [found[id(e)] if isinstance(e, (Node, np.ndarray)) else e for e in t.edges]
    if not any(isinstance(a, np.ndarray) and a.dtype == object for a in inputs):
        return np.asarray(row.forward(*inputs, **t.params))
    try:
        out = _applied(row, inputs, t.params)
    except (TypeError, AttributeError) as error:
        raise TypeError(
            f"scalars: expected operations that scalars can do, got {row.name}"
        ) from error
    return out if isinstance(out, np.ndarray) else _boxed(out)


def _boxed(x: Any) -> Any:
    out = np.empty((), object)
    out[()] = x
    return out


def _leaf(a: Any, name: str) -> Any:
    """A Value per element, labelled with its place."""
    out = np.empty(a.shape, object)
    for index in np.ndindex(a.shape):
        place = f"[{', '.join(map(str, index))}]" if index else ""
        out[index] = Value(float(a[index]), f"{name}{place}")
    return out


def _applied(row: Row, inputs: list[Any], params: Mapping[str, Any]) -> Any:
    """A row on arrays of Values."""
    if row.name in EXPANSIONS:
        return EXPANSIONS[row.name](*inputs, **params)
    xs = [
        a.astype(object) if getattr(a, "dtype", None) in (float, np.float32) else a for a in inputs
    ]
    if row.scalar is not None and row.joint is None:
        return np.frompyfunc(row.apply, len(xs), 1)(*xs)
    if row.name in COMPOSITION:
        return COMPOSITION[row.name](*xs, **params)
    return row.forward(*xs, **params)


def _largest(x: Any, axis: Any) -> Any:
    """The maxima as numbers: to subtract them changes no derivative."""
    numbers: Any = np.frompyfunc(float, 1, 1)(x)
    return numbers.astype(float).max(axis=axis, keepdims=True).astype(object)


def _log_sum_exp(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    top = _largest(x, axis)
    out = np.log(np.add.reduce(np.exp(x - top), axis=axis, keepdims=True)) + top
    return out if keepdims else out.reshape([n for k, n in enumerate(x.shape) if k not in axis])


def _softmax(x: Any, axis: int) -> Any:
    raised = np.exp(x - _largest(x, axis))
    return raised / np.add.reduce(raised, axis=axis, keepdims=True)


def _softplus(x: Any, threshold: float | None) -> Any:
    def one(v: Any) -> Any:
        if threshold is not None and v > threshold:
            return v
        return v + (1.0 + (-v).exp()).log() if v > 0 else (1.0 + v.exp()).log()

    return np.frompyfunc(one, 1, 1)(x)


def _elu(x: Any, alpha: float, rate: float) -> Any:
    return np.frompyfunc(lambda v: v if v > 0 else alpha * ((rate * v).exp() - 1.0), 1, 1)(x)


EXPANSIONS: dict[str, Callable[..., Any]] = {
    "astype": lambda x, **_: x,
    "tensor_of": lambda x, **_: x,
    "value_of": lambda x, **_: x,
    "logsumexp": _log_sum_exp,
    "softmax": _softmax,
    "log_softmax": lambda x, axis: x - _log_sum_exp(x, (axis,), True),
    "softplus": _softplus,
    "binary_cross_entropy_with_logits": lambda x, y: (1.0 - y) * x + _softplus(-x, None),
    "elu": _elu,
}
"""Rows whose forward function asks more of an element than a Value can do."""
