"""Writing in place: the array changes now, the history gains a node.

The result is first computed like any other, then copied into the memory that the Tensor holds.
Where the Tensor is a view, its base gets a node "base with this region replaced", whose rule sends
the region's gradient to what was written and the rest to the base as it was before.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import numpy as np

from . import primitive as made
from .dtypes import KINDS
from .grad_mode import is_recording, set_recording
from .graph import Leaf, Node, tick
from .primitive import TABLE, raw, record, wrap
from .promotion import as_operand, cast
from .views import follow
from .writes import stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensor import Tensor

Index = tuple[Any, ...]
Rest = ParamSpec("Rest")


def in_place(
    function: Callable[Concatenate[Tensor, Rest], Tensor],
) -> Callable[Concatenate[Tensor, Rest], Tensor]:
    """The method that writes what `function` makes of a Tensor into that Tensor."""
    name = f"{function.__name__}_"

    @wraps(function)
    def method(self: Tensor, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Tensor:
        since = tick()
        return become(self, name, function(self, *args, **kwargs), since)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"`{function.__name__}`, in place."
    return method


def reshape_in_place(
    function: Callable[Concatenate[Tensor, Rest], Tensor],
) -> Callable[Concatenate[Tensor, Rest], Tensor]:
    """The method that makes a Tensor the view of its own memory that `function` takes.

    It becomes a view of the Tensor that it was, of which views taken before go on being views.
    """
    name = f"{function.__name__}_"

    @wraps(function)
    def method(self: Tensor, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Tensor:
        follow(self)
        check_leaf(self, name)
        if isinstance(self.node, Leaf):  # in no_grad mode: a leaf it stays
            self.data = function(wrap(self.array), *args, **kwargs)
            return self
        was = self if self._view is not None else wrap(self.array, self.node)
        before = set_recording(True)
        try:
            taken = function(was, *args, **kwargs)
        finally:
            set_recording(before)
        self.array, self.node, self._view = taken.array, taken.node, taken._view
        return self

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"`{function.__name__}`, in place: of the shape, with no element moved."
    return method


def check_writable(t: Tensor, op: str) -> None:
    """Raise RuntimeError where a write would lose a gradient or write one element twice."""
    if not t.array.flags.writeable or (
        t.array.size and 0 in [s for s, n in zip(t.array.strides, t.array.shape) if n > 1]
    ):
        raise RuntimeError(
            f"{op}: unsupported operation: more than one element of the written-to tensor refers to a single memory "
            "location, or the memory is read-only; clone() the tensor before writing"
        )
    check_leaf(t, op)
    base = t if t._view is None else t._view.base
    if base.node is not None and t.node is None and is_recording():
        raise RuntimeError(
            f"{op}: expected a view taken while recording, got one taken in no_grad mode; take it again"
        )


def check_leaf(t: Tensor, op: str) -> None:
    """Raise RuntimeError where recording and `t` is, or looks at, a leaf that requires grad."""
    base = t if t._view is None else t._view.base
    if (isinstance(t.node, Leaf) or isinstance(base.node, Leaf)) and is_recording():
        view = "" if base is t else "a view of "
        raise RuntimeError(
            f"{op}: {view}a leaf Variable that requires grad is being used in an in-place operation; "
            "write under no_grad(), or to a clone()"
        )


def written(
    op: str, result: Tensor, out: Tensor | None, *inputs: Any, dtype: bool = False
) -> Tensor:
    """The result, in `out` if one is given, which takes its shape.

    Raises RuntimeError where `out` overlaps an input or is not ours to resize, where its dtype cannot
    take the result (with `dtype`: is another), and where the result has a history, which would be lost.
    """
    if out is None:
        return result
    a, b = result.array, out.array
    if result.node is not None:
        raise RuntimeError(
            f"{op}(): functions with out=... arguments don't support automatic differentiation, "
            "but one of the arguments requires grad; leave out= away, or detach()"
        )
    if a.dtype != b.dtype and (dtype or KINDS.index(a.dtype.kind) > KINDS.index(b.dtype.kind)):
        raise RuntimeError(
            f"{op}: Expected out tensor to have dtype {a.dtype}, but got {b.dtype} instead"
        )
    check_writable(out, op)
    if any(isinstance(x, made.Tensor) and np.may_share_memory(x.array, b) for x in inputs):
        raise RuntimeError(
            f"{op}: unsupported operation: some elements of the input tensor and the written-to tensor refer to a "
            "single memory location; clone() one of them"
        )
    if a.shape != b.shape:
        if not b.flags.owndata:
            raise RuntimeError(
                f"{op}: Trying to resize storage that is not resizable: out of shape {list(b.shape)} "
                f"looks at other memory; give one of shape {list(a.shape)}"
            )
        out.array = np.empty(a.shape, b.dtype)
    np.copyto(out.array, a, casting="unsafe")
    stamp(out.array)
    return out


def become(t: Tensor, op: str, result: Tensor, since: int | None = None) -> Tensor:
    """Make `t` hold what was computed from it: its numbers, in its own memory, and its history.

    `since` is when the computation began, where it is more than one operation.
    """
    follow(t)
    check_writable(t, op)
    if result.array.shape != t.array.shape:
        raise RuntimeError(
            f"{op}: expected a result of shape {list(t.array.shape)}, got {list(result.array.shape)}; "
            "an in-place operation cannot change a tensor's shape"
        )
    if result.array.dtype != t.array.dtype:
        if KINDS.index(result.array.dtype.kind) > KINDS.index(t.array.dtype.kind):
            raise RuntimeError(
                f"{op}: result type {result.array.dtype} can't be cast to the desired output type {t.array.dtype}; "
                "convert the tensor first"
            )
        result = cast(result, t.array.dtype)
    if result.node is not None:  # rules and replay want the numbers from before the write
        before, made_here = t.array.copy(), {result.node}
        while made_here:
            n = made_here.pop()
            n.edges, n.saved = (_instead(held, t.array, before) for held in (n.edges, n.saved))
            made_here |= {e for e in n.edges if since and isinstance(e, Node) and e.serial > since}
    if t._view is not None:
        _write_through(t, (...,), result, op)
    else:
        np.copyto(t.array, result.array)
        stamp(t.array)
        if is_recording():  # in no_grad mode the history stays, and a leaf a leaf
            _renew(t, result.node)
    return t


def _instead(arrays: Any, array: Any, copy: Any) -> Any:
    return arrays and tuple(copy if a is array else a for a in arrays)


def assign(t: Tensor, index: Index, value: Any, op: str = "setitem") -> None:
    """t[index] = value, with history."""
    follow(t)
    check_writable(t, op)
    value = as_operand(value)
    if value is NotImplemented:
        raise TypeError(f"{op}: expected a Tensor or a number to write; use tensor()")
    if isinstance(value, (made.Value, made.Tensor)):
        value = cast(value, t.array.dtype)
    base = t if t._view is None else t._view.base
    tracked = isinstance(value, made.Tensor) and value.node is not None
    if is_recording() and (tracked or base.node is not None):
        _write_through(t, index, cast(value, t.array.dtype), op)
    else:
        _put(op, t.array, index, raw(value))
        stamp(t.array)


def _put(op: str, array: Any, index: Index, value: Any) -> None:
    try:
        array[index] = value
    except (ValueError, OverflowError, TypeError) as error:
        raise RuntimeError(
            f"{op}: expected what can be broadcast to {list(array[index].shape)} and converted to {array.dtype}, "
            f"got shape {list(np.shape(value))} ({error})"
        ) from None
    except IndexError as error:
        raise IndexError(f"{op}: expected an index into shape {array.shape}; {error}") from None


def _write_through(t: Tensor, index: Index, value: Tensor, op: str) -> None:
    """Write into `t` and give the Tensor that owns the memory the node that says so."""
    base, ways = (t, ()) if t._view is None else (t._view.base, t._view.ways)
    recorded = is_recording() and (base.node is not None or value.node is not None)
    before = base.node if base.node is not None or not recorded else base.array.copy()
    _put(op, t.array, index, value.array)
    stamp(t.array)
    if not recorded:
        return
    edges = (before, value.node if value.node is not None else value.array)
    params = {"ways": ways, "index": index}
    _renew(base, record(TABLE["replace"], base.array.shape, edges, (None, *edges), params))
    follow(t)


def _renew(t: Tensor, node: Node | None) -> None:
    """Give `t` a new history; the gradient it retains is that of what it holds now."""
    retained, t.node = t.retains_grad, node
    if retained and node is not None:
        t.retain_grad()
