"""Operations of one's own: a forward pass and its derivative, given by hand."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from . import primitive as made
from .grad_mode import is_recording, set_recording
from .ops.elementwise import astype
from .primitive import TABLE, Row, primitive, raw, record, wrap
from .writes import stamp

__all__ = ["Function", "FunctionCtx", "once_differentiable"]


class Outputs(tuple[Any, ...]):
    """The results of a row that has several, or their cotangents, None for those unused."""

    __slots__ = ()
    shape = ()

    def __add__(self, other: Any) -> Outputs:
        return Outputs(b if a is None else a if b is None else a + b for a, b in zip(self, other))


primitive(
    "item",
    lambda x, index, count: x[index],
    lambda g, out, x, index, count: Outputs(g if k == index else None for k in range(count)),
    source="{0}[{index}]",
)


class FunctionCtx:
    """What `forward` leaves for `backward`; attributes of one's own may be set on it."""

    needs_input_grad: tuple[bool, ...] = ()

    def __init__(self) -> None:
        self._saved: list[Any] = []
        self._dirty: tuple[Any, ...] = ()
        self._constant: tuple[Any, ...] = ()
        self._materialize = True
        self._nodes: list[Any] = []
        self._whole: Any = None

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep inputs or outputs for `backward`, guarded against writes in between."""
        for t in tensors:
            if t is not None and not isinstance(t, made.Tensor):
                raise TypeError(
                    f"save_for_backward: expected Tensors, got {type(t).__name__}; set an attribute on ctx"
                )
        self._saved = list(tensors)

    def mark_dirty(self, *tensors: Any) -> None:
        """Say which inputs `forward` wrote to."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say which outputs have no gradient."""
        self._constant = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether `backward` gets zeros (the default) or None for an output that was not used."""
        self._materialize = bool(value)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` kept."""
        return tuple(
            wrap(t[1], self._node_of_output(*t)) if isinstance(t, tuple) else t for t in self._saved
        )

    def _node_of_output(self, k: int, array: Any) -> Any:
        """A new one for an output that nobody holds: second derivatives go through it all the same."""
        node, whole = self._nodes[k], self._whole()
        if node is None or whole is None:
            return None
        return node() or _item(whole, array.shape, k, len(self._nodes))


class Function:
    """An operation with a derivative of its own: `forward(ctx, *args)` and `backward(ctx, *grads)`.

    >>> class Cube(te.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x ** 3
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * 3 * x ** 2
    >>> x = te.tensor(2.0, requires_grad=True)
    >>> Cube.apply(x).backward()
    >>> x.grad
    tensor(12.)
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs. Defined by the subclass, with `ctx` first unless it has `setup_context`."""
        raise NotImplementedError("Function: expected the subclass to define forward(ctx, *args)")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Keep what `backward` needs, where `forward` takes no `ctx`."""

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """The gradient of each input from those of the outputs. Defined by the subclass."""
        raise NotImplementedError("Function: expected the subclass to define backward(ctx, *grads)")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run `forward` and record the operation."""
        ctx = FunctionCtx()
        ctx.needs_input_grad = tuple(isinstance(a, made.Tensor) and a.requires_grad for a in args)
        before = set_recording(False)
        try:
            if cls.setup_context is Function.setup_context:
                results = cls.forward(ctx, *args, **kwargs)
            else:
                results = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, results)
        finally:
            set_recording(before)
        several = isinstance(results, tuple)
        outs = list(results) if several else [results]
        for k, t in enumerate(outs):
            if any(t is a for a in args) and not any(t is d for d in ctx._dirty):
                outs[k] = wrap(t.array)
        for t in ctx._dirty:
            stamp(t.array)
        if any(ctx.needs_input_grad) and is_recording():
            cls._record(ctx, args, outs, several)
        return tuple(outs) if several else outs[0]

    @classmethod
    def _record(
        cls, ctx: FunctionCtx, args: tuple[Any, ...], outs: list[Any], several: bool
    ) -> None:
        tensors = [isinstance(t, made.Tensor) for t in outs]
        constant = [
            not is_t or any(t is c for c in ctx._constant) for t, is_t in zip(outs, tensors)
        ]
        edges = tuple(
            (a.array if a.node is None else a.node) if isinstance(a, made.Tensor) else a
            for a in args
        )
        row = made.new(Row)
        row.name, row.symbol, row.vjps, row.keeps, row.view = (
            cls.__name__,
            cls.__name__,
            (),
            True,
            False,
        )
        row.forward = row.apply = cls.forward
        row.scalar = row.on_values = None
        row.mixes, row.source, row.reads = "", "", ()
        row.joint = functools.partial(
            _backward, cls, [_like(a) for a in args], [_like(t) for t in outs], several
        )
        arrays = [t.array for t in ctx._saved if t is not None]
        n = record(row, () if several else outs[0].array.shape, edges, (ctx, arrays), {})
        ctx._whole = weakref.ref(n)
        for k, t in enumerate(outs):
            node = None
            if not constant[k]:
                t.node = node = _item(n, t.array.shape, k, len(outs)) if several else n
            ctx._nodes.append(None if node is None else weakref.ref(node))
            for j, s in enumerate(ctx._saved):
                if s is t and not any(t is a for a in args):
                    ctx._saved[j] = (k, t.array)  # not the Tensor itself: it holds this node


def _like(t: Any) -> Any:
    """The shape and dtype of a Tensor; None for anything else."""
    return (t.array.shape, t.array.dtype) if isinstance(t, made.Tensor) else None


def _item(whole: Any, shape: tuple[int, ...], k: int, count: int) -> Any:
    """The node of one of several outputs."""
    return record(TABLE["item"], shape, (whole,), (None, None), {"index": k, "count": count})


def _backward(
    cls: type[Function],
    inputs: list[Any],
    outputs: list[Any],
    several: bool,
    g: Any,
    ctx: FunctionCtx,
    arrays: Any,
    needs: Any,
) -> list[Any]:
    """The joint rule of a Function: run its `backward` on Tensors."""
    grads = list(g) if several else [g]
    differentiable = any(isinstance(x, made.Tensor) for x in grads)
    for k, (x, like) in enumerate(zip(grads, outputs)):
        if x is None:
            grads[k] = wrap(np.zeros(*like)) if like is not None and ctx._materialize else None
        elif not isinstance(x, made.Tensor):
            grads[k] = wrap(np.asarray(x))
    before = set_recording(differentiable)
    try:
        found = cls.backward(ctx, *grads)
    finally:
        set_recording(before)
    found = list(found) if isinstance(found, (tuple, list)) else [found]
    if len(found) < len(needs) or any(x is not None for x in found[len(needs) :]):
        raise RuntimeError(
            f"{cls.__name__}.backward: expected {len(needs)} gradients, one per input of forward, got {len(found)}; "
            "return None for inputs that have none"
        )
    return [
        _checked(cls.__name__, k, x, inputs[k], differentiable) if x is not None and need else None
        for k, (x, need) in enumerate(zip(found, needs))
    ]


def _checked(name: str, k: int, x: Any, like: Any, differentiable: bool) -> Any:
    """The gradient of input `k` in its dtype. Raises RuntimeError for one that cannot be summed to its shape."""
    if like is None:  # a Value
        return raw(x)
    (shape, dtype), got = like, np.shape(raw(x))
    if got != shape and not _broadcasts(shape, got):
        raise RuntimeError(
            f"{name}.backward: expected a gradient of shape {shape} for input {k}, got {got}"
        )
    if differentiable and isinstance(x, made.Tensor):
        return x if x.array.dtype == dtype else astype(x, dtype=dtype, origin=x.array.dtype)
    # an array that only the engine holds: what a user returns may be kept elsewhere
    return np.asarray(raw(x)).astype(dtype, copy=False).view()


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    return len(shape) <= len(to) and all(m in (1, n) for m, n in zip(shape[::-1], to[::-1]))


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """For a `backward` that works on numbers alone: differentiating it again is an error, not a wrong result.

    >>> class Double(te.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return 2 * x
    ...     @staticmethod
    ...     @te.autograd.function.once_differentiable
    ...     def backward(ctx, g):
    ...         return 2 * g
    >>> x = te.tensor(3.0, requires_grad=True)
    >>> Double.apply(x).backward(); x.grad
    tensor(2.)
    """

    @functools.wraps(backward)
    def wrapper(ctx: Any, *grads: Any) -> Any:
        tracked = is_recording()
        before = set_recording(False)
        try:
            found = backward(ctx, *grads)
        finally:
            set_recording(before)
        sources = (*ctx.saved_tensors, *grads)
        edges = tuple(t.node for t in sources if isinstance(t, made.Tensor) and t.node is not None)
        if not tracked or not edges:
            return found
        several = isinstance(found, (tuple, list))
        results = [
            wrap(x.array, record(_ONCE, x.array.shape, edges, (None,), {}))
            if isinstance(x, made.Tensor)
            else x
            for x in (found if several else [found])
        ]
        return tuple(results) if several else results[0]

    return wrapper


def _refuse(g: Any, out: Any, *, needs: Any) -> Any:
    raise RuntimeError(
        "once_differentiable: expected a first derivative only, got a second; "
        "write backward with differentiable operations and drop the decorator"
    )


_ONCE = made.new(Row)
_ONCE.name = _ONCE.symbol = "once_differentiable"
_ONCE.vjps, _ONCE.reads, _ONCE.keeps, _ONCE.joint = (), (), False, _refuse
