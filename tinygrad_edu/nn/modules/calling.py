"""A module's call between its hooks: before forward, after it, and around its backward."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ...autograd import Function, is_grad_enabled
from ...tensor import Tensor
from .hooks import AFTER, AFTER_BACKWARD, BEFORE, BEFORE_BACKWARD, Hook, hooks_of

__all__ = ["call_with_hooks"]

Grads = tuple[Any, ...]


def call_with_hooks(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call `module.forward` between its hooks, each of which may replace what it is shown."""
    out: Any = None
    called: list[Hook] = []
    try:
        for hook in hooks_of(module, BEFORE):
            args, kwargs = _call_before(module, hook, args, kwargs)
        before, after = hooks_of(module, BEFORE_BACKWARD), hooks_of(module, AFTER_BACKWARD)
        watch = BackwardWatch(module, before, after) if before or after else None
        if watch is not None:
            args = watch.inputs(args)
        out = module.forward(*args, **kwargs)
        for hook in hooks_of(module, AFTER):
            called.append(hook)
            out = _call_after(module, hook, args, kwargs, out)
        return out if watch is None else watch.outputs(out)
    except Exception:
        for hook in hooks_of(module, AFTER):
            if hook.always_call and not any(hook is h for h in called):
                out = _call_in_vain(module, hook, args, kwargs, out)
        raise


def _call_before(
    module: Any, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if not hook.with_kwargs:
        found = hook.function(module, args)
        if found is None:
            return args, kwargs
        return (found if isinstance(found, tuple) else (found,)), kwargs
    found = hook.function(module, args, kwargs)
    if found is None:
        return args, kwargs
    if not (isinstance(found, tuple) and len(found) == 2):
        raise RuntimeError(
            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {found}."
        )
    return found


def _call_after(
    module: Any, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any
) -> Any:
    shown = (args, kwargs, out) if hook.with_kwargs else (args, out)
    found = hook.function(module, *shown)
    return out if found is None else found


def _call_in_vain(
    module: Any, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any
) -> Any:
    try:
        return _call_after(module, hook, args, kwargs, out)
    except Exception as error:
        warnings.warn(
            "module forward hook with always_call=True raised an exception that was silenced, "
            f"for forward had raised one before: {error}",
            stacklevel=4,
        )
        return out


# ---- around backward -----------------------------------------------------------------------------
class Passage(Function):
    """The identity; on the way back, `seen` is shown the gradients and says what they are to be."""

    @staticmethod
    def forward(
        ctx: Any, *tensors: Tensor, seen: Callable[[Grads], Grads], with_zeros: bool
    ) -> Any:
        """The tensors, by other names; one that needs no gradient needs none behind it either."""
        ctx.seen = seen
        ctx.set_materialize_grads(with_zeros)
        passed = tuple(t.detach() for t in tensors)
        ctx.mark_non_differentiable(
            *(t for t, needs in zip(passed, ctx.needs_input_grad) if not needs)
        )
        return passed

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """What `seen` makes of the gradients."""
        return ctx.seen(grads)


class BackwardWatch:
    """One call of a module whose backward is watched: what goes in and out is led through a Passage."""

    def __init__(self, module: Any, before: list[Hook], after: list[Hook]) -> None:
        self.module, self.before, self.after = module, before, after
        self.grad_inputs: Grads | None = None  # what they are where no input needs any
        self.grad_outputs: Grads | None = None

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, watched."""
        watched = _watched(args, self._leave, with_zeros=True)
        if watched is None:
            self.grad_inputs = (None,) * len(args)
            return args
        return watched

    def outputs(self, out: Any) -> Any:
        """What `forward` returned, watched."""
        if not isinstance(out, (Tensor, tuple)):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of "
                f"Tensors but received {type(out)}",
                stacklevel=4,
            )
            return out
        watched = _watched(out if isinstance(out, tuple) else (out,), self._enter, with_zeros=False)
        if watched is None:
            return out
        return watched if isinstance(out, tuple) else watched[0]

    def _enter(self, grads: Grads) -> Grads:
        for hook in self.before:
            found = hook.function(self.module, grads)
            grads = grads if found is None else _as_many(found, grads, "pre hook", "grad_output")
        self.grad_outputs = grads
        if self.grad_inputs is not None:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module "
                "outputs since no inputs require gradients.",
                stacklevel=2,
            )
            self._call_after(self.grad_inputs)
        return grads

    def _leave(self, grads: Grads) -> Grads:
        return grads if self.grad_outputs is None else self._call_after(grads)

    def _call_after(self, grads: Grads) -> Grads:
        for hook in self.after:
            found = hook.function(self.module, grads, self.grad_outputs)
            if found is not None:
                grads = _as_many(found, grads, "hook", "grad_input")
                if self.grad_inputs is not None and any(g is not None for g in grads):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires gradient should always "
                        "return None or None for all gradients."
                    )
        self.grad_outputs = None
        return grads


def _watched(
    things: tuple[Any, ...], seen: Callable[[Grads], Grads], with_zeros: bool
) -> tuple[Any, ...] | None:
    """`things` with the Tensors led through a Passage; None if none of them needs a gradient.

    `seen` is shown one gradient per thing, None where there is no Tensor, and zeros or None for a
    Tensor that backward did not come to.
    """
    places = [k for k, x in enumerate(things) if isinstance(x, Tensor)]
    if not is_grad_enabled() or not any(things[k].requires_grad for k in places):
        return None

    def shown(grads: Grads) -> Grads:
        by_place = dict(zip(places, grads))
        found = seen(tuple(by_place.get(k) for k in range(len(things))))
        return tuple(found[k] for k in places)

    tensors = [things[k] for k in places]
    passed = dict(zip(places, Passage.apply(*tensors, seen=shown, with_zeros=with_zeros)))
    new = [passed.get(k, x) for k, x in enumerate(things)]
    return tuple(new) if type(things) is tuple else type(things)(*new)


def _as_many(found: Any, grads: Grads, hook: str, name: str) -> Grads:
    if not isinstance(found, (tuple, list)) or len(found) != len(grads):
        got = len(found) if isinstance(found, (tuple, list)) else type(found).__name__
        raise RuntimeError(
            f"Backward {hook} returned an invalid number of {name}, got {got}, but expected {len(grads)}"
        )
    return tuple(found)
