"""The table of primitives: every operation that can be differentiated is one row.

A primitive is a function of arrays that also accepts Tensors and scalar Values.  Arrays in, array
out; a Tensor in, a Tensor out, whose node notes how it was made.  A row states the derivative once
per input, with primitives, so one rule serves an ordinary backward pass (on raw arrays: nothing is
recorded), a differentiable one (on Tensors: the gradient is itself a graph) and scalars (on floats).

    exp = primitive("exp", np.exp, lambda g, out, x: g * out)
    mul = primitive("mul", operator.mul, lambda g, out, x, y: g * y, lambda g, out, x, y: g * x)

A rule is pure calculus: `g` is the cotangent of `out`; the engine sums over broadcast axes and
skips inputs that need no gradient.  What a rule reads is found from the rule itself, and nothing
else is kept; a rule that asks only for `x.shape` keeps no array.

`primitive` makes one function per row, specialised by the number of inputs, because this is the
path that every operation of every program takes.
"""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any

import numpy as np

from .grad_mode import paused
from .graph import Node, observers, tick
from .rules import ALL, reads
from .views import View, follow
from .writes import owner

if TYPE_CHECKING:
    from collections.abc import Callable

    from .promotion import promoted
    from .tensor import Tensor as Tensor
    from .value import Value as Value

ARRAY, new = np.ndarray, object.__new__
NO_PARAMS: dict[str, Any] = {}


class Row:
    """One operation: how to compute it, how to differentiate it, how to write it down.

    name     of the operation
    forward  arrays (and params) -> array
    vjps     one rule per input, `(g, out, *inputs, **params)` -> cotangent of that input; None
             where there is no gradient
    joint    instead of `vjps`, one rule for all inputs: `(g, out, *inputs, needs, **params)` -> a
             sequence of cotangents; `needs` says which are wanted
    reads    per rule, which of (out, *inputs) its numbers are taken from
    scalar   floats -> float, for Values
    source   its NumPy source, a template of `{0}`, `{1}` and params; "" for a function of ours
    symbol   how a drawing writes it
    apply    the function on floats, arrays, Values and Tensors
    """

    __slots__ = (
        "apply", "forward", "joint", "keeps", "mixes", "name", "on_values", "reads", "scalar", "source",
        "symbol", "view", "vjps",
    )  # fmt: skip

    apply: Callable[..., Any]
    forward: Callable[..., Any]
    joint: Callable[..., Any] | None
    keeps: bool
    mixes: str
    name: str
    on_values: Callable[..., Any] | None
    reads: tuple[tuple[frozenset[int], frozenset[int]], ...]
    scalar: Callable[..., float] | None
    source: str
    symbol: str
    view: bool
    vjps: tuple[Callable[..., Any] | None, ...]

    def __repr__(self) -> str:
        return f"<row {self.name}>"


TABLE: dict[str, Row] = {}


def primitive(
    name: str,
    forward: Callable[..., Any],
    *vjps: Callable[..., Any] | None,
    joint: Callable[..., Any] | None = None,
    scalar: Callable[..., float] | None = None,
    source: str = "",
    symbol: str = "",
    mixes: str = "",
    view: bool = False,
) -> Callable[..., Tensor]:
    """Enter a row in the table and return the function that applies it.

    `mixes` says what happens to inputs of several dtypes: "promote" by PyTorch's rules, "number" to
    promote all but bools, "float" to make integers the default float as well, "" for a row whose caller sees to it.
    `view` marks a row whose result may look at its input's memory.
    """
    row = TABLE[name] = new(Row)
    row.name, row.forward, row.vjps, row.joint = name, forward, vjps, joint
    row.mixes, row.view, row.symbol = mixes, view, symbol or name
    row.scalar, row.on_values = scalar, None
    row.source = source or _numpy_call(forward, len(vjps))
    row.reads = (reads(joint),) if joint else tuple(reads(rule, len(vjps)) for rule in vjps)
    row.keeps = any(r[1] for r in row.reads)
    plain = all(rule is None or rule.__code__.co_argcount == len(vjps) + 2 for rule in vjps)
    make: Callable[[Row], Callable[..., Any]] = _general
    if len(vjps) == 1:
        make = _unary
    elif len(vjps) == 2 and plain:
        make = _binary
    row.apply = make(row)
    row.apply.__name__ = row.apply.__qualname__ = name
    row.apply.__doc__ = f"The row {name!r} of the table, on floats, arrays, Values and Tensors."
    return row.apply


def _numpy_call(forward: Callable[..., Any], arity: int) -> str:
    if getattr(np, forward.__name__, None) is not forward:
        return ""
    return f"np.{forward.__name__}({', '.join(f'{{{k}}}' for k in range(arity))}{{params}})"


# ---- applying a row ---------------------------------------------------------------------------
def wrap(array: Any, node: Node | None = None) -> Tensor:
    """A Tensor around an array, by default a constant."""
    t = new(Tensor)
    t.array, t.node, t._grad, t._view = array, node, None, None
    return t


def raw(x: Any) -> Any:
    """The array of a Tensor; anything else as it is."""
    return x.array if isinstance(x, Tensor) else x


def record(
    row: Row, shape: tuple[int, ...], edges: Any, saved: Any, params: dict[str, Any]
) -> Node:
    """A new node."""
    n = Node()
    n.op = row
    n.edges = edges
    n.saved = saved
    n.params = params
    n.serial = tick()
    n.shape = shape
    n.hooks = None
    if observers:
        for see in observers:
            see(n)
    return n


def _unary(row: Row) -> Callable[..., Any]:
    forward, view, floats = row.forward, row.view, row.mixes == "float"
    differentiable = row.vjps[0] is not None
    keep_out, keep_x = (k in row.reads[0][1] for k in (0, 1))
    bare = (None, None) if not row.reads[0][0] else None

    def apply(x: Any, **params: Any) -> Any:
        if not isinstance(x, Tensor):
            return forward(x, **params) if type(x) is ARRAY else _without_tensors(row, (x,), params)
        if x._view is not None:
            follow(x)
        a, e = x.array, x.node
        out = forward(a, **params) if params else forward(a)
        if type(out) is not ARRAY:
            out = np.asarray(out)
        if floats and out.dtype is not a.dtype:
            return promoted(row, (x,))
        t = new(Tensor)
        t.array = out
        t._grad = t.node = None
        t._view = View(x, row, params) if view and owner(out) is owner(a) else None
        if e is not None and differentiable and (not paused or get_ident() not in paused):
            n = t.node = Node()
            n.op = row
            n.edges = (e,)
            n.params = params
            n.serial = tick()
            n.shape = out.shape
            n.hooks = None
            n.saved = bare or (out if keep_out else None, a if keep_x else e)
            if observers:
                for see in observers:
                    see(n)
        return t

    return apply


def _binary(row: Row) -> Callable[..., Any]:
    forward, mixes, floats = row.forward, bool(row.mixes), row.mixes == "float"
    rx, ry = (r[1] for r in row.reads)
    x_only, y_only, both = (tuple(k in r for k in range(3)) for r in (rx, ry, rx | ry))
    bare = (None, None, None) if not any(r[0] for r in row.reads) else None
    differentiable = any(row.vjps)

    def apply(x: Any, y: Any) -> Any:
        if type(x) is Tensor or isinstance(x, Tensor):
            if x._view is not None:
                follow(x)
            a: Any = x.array
            ex: Any = x.node
            if type(y) is Tensor or isinstance(y, Tensor):
                if y._view is not None:
                    follow(y)
                b: Any = y.array
                ey: Any = y.node
                if mixes and (a.dtype is not b.dtype or (floats and a.dtype.kind != "f")):
                    return promoted(row, (x, y))
            elif (type(y) is float or type(y) is int) and a.dtype.kind == "f":
                b, ey = y, None
            else:
                return promoted(row, (x, y))
        elif isinstance(y, Tensor):
            if y._view is not None:
                follow(y)
            b, ey = y.array, y.node
            if (type(x) is float or type(x) is int) and b.dtype.kind == "f":
                a, ex = x, None
            else:
                return promoted(row, (x, y))
        elif type(x) is ARRAY and type(y) is ARRAY:
            return forward(x, y)
        else:
            return _without_tensors(row, (x, y), NO_PARAMS)
        try:
            out = forward(a, b)
        except ValueError as error:
            raise _explained(row, error, a, b) from None
        if type(out) is not ARRAY:
            out = np.asarray(out)
        t = new(Tensor)
        t.array = out
        t._grad = t._view = t.node = None
        if ex is None and ey is None:
            return t
        if differentiable and (not paused or get_ident() not in paused):
            n = t.node = Node()
            n.op = row
            n.params = NO_PARAMS
            n.serial = tick()
            n.hooks = None
            if ex is None:
                n.shape = out.shape
                n.edges = (a, ey)
                n.saved = bare or (out if y_only[0] else None, a, b if y_only[2] else ey)
            else:
                shape = out.shape
                n.shape = ex.shape if shape == ex.shape else shape
                if ey is None:
                    n.edges = (ex, b)
                    n.saved = bare or (out if x_only[0] else None, a if x_only[1] else ex, b)
                else:
                    n.edges = (ex, ey)
                    n.saved = bare or (
                        out if both[0] else None,
                        a if both[1] else ex,
                        b if both[2] else ey,
                    )
            if observers:
                for see in observers:
                    see(n)
        return t

    return apply


def _general(row: Row) -> Callable[..., Any]:
    forward, joint = row.forward, row.joint
    rules = row.reads

    def apply(*xs: Any, **params: Any) -> Any:
        for x in xs:
            if isinstance(x, Tensor):
                break
        else:
            return _without_tensors(row, xs, params)
        arrays: list[Any] = []
        edges: list[Any] = []
        read: set[int] = set()
        tracked = False
        for k, x in enumerate(xs):
            if isinstance(x, Tensor):
                if x._view is not None:
                    follow(x)
                arrays.append(x.array)
                edges.append(x.array if x.node is None else x.node)
                if x.node is not None and (joint or row.vjps[k]):
                    tracked = True
                    read |= rules[0 if joint else k][1]
            else:
                arrays.append(x)
                edges.append(x)
        out = forward(*arrays, **params)
        if type(out) is not ARRAY:
            out = np.asarray(out)
        t = wrap(out)
        if tracked and (not paused or get_ident() not in paused):
            keep = range(len(xs) + 1) if ALL in read else read
            saved = [a if k in keep else e for k, (a, e) in enumerate(zip(arrays, edges), 1)]
            t.node = record(
                row, out.shape, tuple(edges), (out if 0 in read else None, *saved), params
            )
        return t

    return apply


def _explained(row: Row, error: ValueError, *arrays: Any) -> Exception:
    """NumPy's complaint about shapes, in our words and PyTorch's type."""
    shapes = [np.shape(a) for a in arrays]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        got = " and ".join(map(str, shapes))
        return RuntimeError(
            f"{row.name}: expected shapes that broadcast, got {got}; reshape or unsqueeze one operand"
        )
    return error


def _without_tensors(row: Row, xs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Values stay Values; plain floats and arrays go straight to the forward function."""
    for x in xs:
        if isinstance(x, Value):
            return Value.applying(row)(*xs, **params)
    if row.scalar is not None and type(xs[0]) is float and type(xs[-1]) in (float, int):
        return row.scalar(*xs, **params)
    return row.forward(*xs, **params)


# ---- what the floors above add -------------------------------------------------------------------
def people_hold(
    tensor: type[Tensor], value: type[Value], apply_promoted: Callable[[Row, tuple[Any, ...]], Any]
) -> None:
    """Told which classes to make, and how a row is applied to operands of several types."""
    globals().update(Tensor=tensor, Value=value, promoted=apply_promoted)


if not TYPE_CHECKING:
    Tensor = Value = type("Unset", (), {})
