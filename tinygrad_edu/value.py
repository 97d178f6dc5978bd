"""`Value`: a scalar that remembers how it was made, on Python floats.

The same table and the same backward pass as for Tensors; a Value is its own node, so that a small
graph is as light as it can be.  Its face is micrograd's.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from threading import get_ident
from typing import TYPE_CHECKING, Any

import numpy as np

from . import primitive as made
from .autograd import backward
from .grad_mode import is_recording, paused
from .graph import Node, observers, tick
from .primitive import TABLE, Row, new, primitive, raw, record, wrap

__all__ = ["Value", "tensor_of"]

_LOUD = (ZeroDivisionError, OverflowError, ValueError)  # where IEEE arithmetic says inf or nan


class Value(Node):
    """A number with a gradient.

    >>> from tinygrad_edu import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> (a * b + a).backward()
    >>> a.grad, b.grad
    (-2.0, 2.0)
    """

    __slots__ = ("data", "grad", "label")

    data: float
    grad: Any
    label: str
    shape = ()
    params: dict[str, Any] = {}
    __array_ufunc__ = None

    def __init__(self, data: float, label: str = "") -> None:
        self.data, self.grad, self.label = float(data), 0.0, label
        self.op, self.edges, self.saved, self.hooks, self.serial = None, (), (), None, tick()

    @staticmethod
    def applying(row: Row) -> Any:
        """The function that applies a row to Values and numbers."""
        if row.on_values is None:
            if row.scalar is None:
                raise TypeError(
                    f"{row.name}: expected Tensors, got a Value; scalars have no such operation"
                )
            make: Any = {1: _of_one, 2: _of_two}.get(0 if row.joint else len(row.vjps), _of_many)
            row.on_values = make(row)
        return row.on_values

    def backward(
        self,
        gradient: float | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
    ) -> None:
        """Add d self / d v to `v.grad` of every Value v this one was made of, itself included."""
        if create_graph or not _sweep(self, 1.0 if gradient is None else float(gradient)):
            backward(self, gradient, retain_graph, create_graph)

    @property
    def _prev(self) -> set[Value]:
        return {e for e in self.edges if isinstance(e, Value)}

    @property
    def _op(self) -> str:
        if self.op is None:
            return ""
        if self.op.name == "pow" and not isinstance(self.edges[1], Value):
            return f"**{self.edges[1]}"
        return {"×": "*", "−": "-"}.get(self.op.symbol, self.op.symbol)

    def item(self) -> float:
        """The number."""
        return self.data

    def __float__(self) -> float:
        return self.data

    def __bool__(self) -> bool:
        return bool(self.data)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        grad = self.grad.data if isinstance(self.grad, Value) else self.grad
        return f"Value(data={self.data:.10g}, grad={grad:.10g}{label})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __copy__(self) -> Value:
        return Value(self.data, self.label)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        if self.op is not None:
            raise RuntimeError(
                "deepcopy: expected a leaf Value, got a result; copy its number with Value(v.data)"
            )
        memo[id(self)] = copied = Value(self.data, self.label)
        copied.grad = self.grad
        return copied

    def __reduce__(self) -> Any:
        return Value, (self.data, self.label)

    # ---- operations: the operators come last, below, applied without a detour --------------------
    def exp(self) -> Value:
        """e^x"""
        return _apply("exp", self)

    def log(self) -> Value:
        """The natural logarithm; -inf at 0, nan below."""
        return _apply("log", self)

    def tanh(self) -> Value:
        """The hyperbolic tangent."""
        return _apply("tanh", self)

    def sigmoid(self) -> Value:
        """1 / (1 + e^-x)"""
        return _apply("sigmoid", self)

    def relu(self) -> Value:
        """max(x, 0); the derivative at 0 is 0."""
        return _apply("relu", self)

    def sqrt(self) -> Value:
        """The square root."""
        return _apply("sqrt", self)

    def sin(self) -> Value:
        """The sine."""
        return _apply("sin", self)

    def cos(self) -> Value:
        """The cosine."""
        return _apply("cos", self)

    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Value: ...
        def __radd__(self, other: Any) -> Value: ...
        def __sub__(self, other: Any) -> Value: ...
        def __mul__(self, other: Any) -> Value: ...
        def __rmul__(self, other: Any) -> Value: ...
        def __truediv__(self, other: Any) -> Value: ...
        def __pow__(self, other: Any) -> Value: ...

    def __neg__(self) -> Value:
        return _apply("neg", self)

    def __abs__(self) -> Value:
        return _apply("abs", self)

    def __rsub__(self, other: Any) -> Value:
        return _apply("sub", other, self)

    def __rtruediv__(self, other: Any) -> Value:
        return _apply("div", other, self)

    def __rpow__(self, other: Any) -> Value:
        return _apply("pow", other, self)

    def __lt__(self, other: Any) -> bool:
        return self.data < float(other)

    def __le__(self, other: Any) -> bool:
        return self.data <= float(other)

    def __gt__(self, other: Any) -> bool:
        return self.data > float(other)

    def __ge__(self, other: Any) -> bool:
        return self.data >= float(other)


def _apply(name: str, *xs: Any) -> Value:
    out: Value = TABLE[name].apply(*xs)
    return out


def _number(row: Row, *xs: Any) -> Any:
    """A row's number where Python raises: as IEEE arithmetic has it."""
    with np.errstate(all="ignore"):
        return float(row.forward(*(np.float64(x) for x in xs)))


def _of_one(row: Row) -> Callable[[Any], Any]:
    scalar, differentiable, saves = row.scalar, row.vjps[0] is not None, row.keeps
    assert scalar is not None

    def apply(x: Value) -> Any:
        a = x.data
        try:
            out = scalar(a)
        except _LOUD:
            out = _number(row, a)
        if not differentiable:
            return out
        v: Value = new(Value)
        v.data, v.grad, v.label, v.hooks, v.serial = out, 0.0, "", None, tick()
        if paused and get_ident() in paused:
            v.op, v.edges, v.saved = None, (), ()
            return v
        v.op, v.edges, v.saved = row, (x,), (out, a) if saves else (None, None)
        if observers:
            for see in observers:
                see(v)
        return v

    return apply


def _of_two(row: Row) -> Callable[[Any, Any], Any]:
    scalar, differentiable, saves = row.scalar, row.vjps[0] is not None, row.keeps
    assert scalar is not None

    def apply(x: Any, y: Any) -> Any:
        if isinstance(x, Value):
            a = x.data
        elif type(x) is float or type(x) is int:
            a = x
        else:
            return _meeting(row, x, y)
        if isinstance(y, Value):
            b = y.data
        elif type(y) is float or type(y) is int:
            b = y
        else:
            return _meeting(row, x, y)
        try:
            out = scalar(a, b)
        except _LOUD:
            out = _number(row, a, b)
        if not differentiable:
            return out
        v: Value = new(Value)
        v.data, v.grad, v.label, v.hooks, v.serial = out, 0.0, "", None, tick()
        if paused and get_ident() in paused:
            v.op, v.edges, v.saved = None, (), ()
            return v
        v.op, v.edges, v.saved = row, (x, y), (out, a, b) if saves else _NONE
        if observers:
            for see in observers:
                see(v)
        return v

    return apply


_NONE = (None, None, None)


def _of_many(row: Row) -> Callable[..., Any]:
    scalar = row.scalar
    assert scalar is not None

    def apply(*xs: Any) -> Any:
        numbers = [x.data if isinstance(x, Value) else x for x in xs]
        out = scalar(*numbers)
        v = Value(out)
        if is_recording():
            v.op, v.edges, v.saved = row, xs, (out, *numbers)
            if observers:
                for see in observers:
                    see(v)
        return v

    return apply


def _meeting(row: Row, x: Any, y: Any) -> Any:
    """A Value beside something else: another kind of number, or a Tensor or array, which makes a Tensor."""
    for other in (x, y):
        if isinstance(other, (made.Tensor, np.ndarray)):
            return row.apply(*(wrap(o) if isinstance(o, np.ndarray) else o for o in (x, y)))
    if not all(isinstance(o, (Value, bool, int, float, np.generic)) for o in (x, y)):
        return NotImplemented
    return Value.applying(row)(*(o if isinstance(o, Value) else float(o) for o in (x, y)))


if not TYPE_CHECKING:  # operators are the rows themselves: the hot path takes no detour
    Value.__add__ = Value.__radd__ = Value.applying(TABLE["add"])
    Value.__mul__ = Value.__rmul__ = Value.applying(TABLE["mul"])
    Value.__sub__ = Value.applying(TABLE["sub"])
    Value.__truediv__ = Value.applying(TABLE["div"])
    Value.__pow__ = Value.applying(TABLE["pow"])


def _sweep(root: Value, seed: float) -> bool:
    """`backward_steps` inlined for graphs of Values alone: half the time; False where there is more.

    A test holds the two equal.
    """
    cotangents: dict[Value, Any] = {root: seed}
    ahead = [(-root.serial, root)] if root.op is not None else []
    while ahead:
        n = heappop(ahead)[1]
        g, edges = cotangents[n], n.edges
        row: Any = n.op
        saved: Any = n.saved
        if n.hooks:
            return False
        try:
            if len(edges) == 2:
                (x, y), (to_x, to_y), (out, a, b) = edges, row.vjps, saved
                if type(y) is Value:
                    gy = to_y(g, out, a, b)
                    if y in cotangents:
                        cotangents[y] += gy
                    else:
                        cotangents[y] = gy
                        if y.op is not None:
                            heappush(ahead, (-y.serial, y))
                elif isinstance(y, Node):
                    return False
                if type(x) is Value:
                    gx = to_x(g, out, a, b)
                    if x in cotangents:
                        cotangents[x] += gx
                    else:
                        cotangents[x] = gx
                        if x.op is not None:
                            heappush(ahead, (-x.serial, x))
                elif isinstance(x, Node):
                    return False
                continue
            if row.joint is None:
                found: Any = tuple(rule and rule(g, *saved) for rule in row.vjps)
            else:
                found = row.joint(g, *saved, needs=None)
        except _LOUD:
            return False
        for e, gx in zip(edges, found):
            if type(e) is Value:
                if e in cotangents:
                    cotangents[e] += gx
                else:
                    cotangents[e] = gx
                    if e.op is not None:
                        heappush(ahead, (-e.serial, e))
            elif isinstance(e, Node):
                return False
    for n, g in cotangents.items():
        n.grad += g
    return True


# ---- between Values and Tensors ------------------------------------------------------------------
def tensor_of(x: Any, dtype: Any) -> Any:
    """A Value as a 0-d Tensor, in the graph; a float as an array."""
    if not isinstance(x, Value):
        return np.asarray(x, dtype)
    node = (
        record(TABLE["tensor_of"], (), (x,), (None, None), {"dtype": dtype})
        if is_recording()
        else None
    )
    return wrap(np.asarray(x.data, dtype), node)


def value_of(x: Any) -> Any:
    """A 0-d Tensor as a Value, in the graph; an array as a float."""
    v = Value(float(raw(x)))
    if not isinstance(x, made.Tensor):
        return v.data
    if x.node is not None and is_recording():
        v.op, v.edges, v.saved = TABLE["value_of"], (x.node,), (None, x.array)
    return v


for _function, _rule, _source in (
    (tensor_of, lambda g, out, x, dtype: value_of(g), "np.asarray({0}, {dtype})"),
    (value_of, lambda g, out, x: tensor_of(g, raw(x).dtype), "float({0})"),
):
    primitive(_function.__name__, _function, _rule, source=_source)
    TABLE[_function.__name__].apply = _function
