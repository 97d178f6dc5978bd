"""Optimisers whose rule works element by element, and so on many parameters as one vector.

A rule is a formula over a gradient and a few running averages of its shape.  On a small parameter it
costs not the arithmetic but the calls of NumPy, a dozen each: so small parameters are joined, their
averages side by side in one array.  On a large one it costs the trips to memory: so a large one is
worked through in pieces that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from ..autograd import enable_grad
from ..graph import stamp
from ..primitive import wrap
from ..tensor import Tensor
from .optimizer import Optimizer

__all__ = ["Elementwise"]

Array = np.ndarray[Any, Any]
PIECE = 1 << 15  # elements, so that what a rule touches stays in a second-level cache


class Piece(NamedTuple):
    """What one call of a rule works on: views, made once.

    at      the place in the vector
    own     for a gradient that is not simply the parameter's
    out     for the step
    values  the parameter's own memory, or where to bring several parameters together
    state   the running averages
    """

    at: slice
    own: Array
    out: Array
    values: Array
    state: dict[str, Array]


class Bunch:
    """Parameters updated as one vector: several small ones, or one.

    steps   how many each has taken, equally many, as an array; their states show its elements
    alone   whether there is one, contiguous, whose memory is written piece by piece
    pieces  of the vector; all of it, if there are several
    parts   of the step, in the shapes of several
    """

    __slots__ = ("alone", "params", "parts", "pieces", "steps")

    def __init__(self, params: list[Tensor], states: list[Any], names: Iterable[str]) -> None:
        first = params[0].array
        size = sum(p.array.size for p in params)
        self.params = params
        self.steps = np.full(len(params), _taken(states[0], names), np.float32)
        self.alone = len(params) == 1 and first.flags.c_contiguous
        length = min(size, PIECE) if self.alone else size
        own, out, values = np.empty((3, length), first.dtype)
        averages = {name: _joined_state(name, params, states) for name in names}
        self.pieces = []
        for start in range(0, size, length or 1):
            at = slice(start, min(start + length, size))
            n = at.stop - start
            place = first.reshape(-1)[at] if self.alone else values
            state = {name: flat[at] for name, flat in averages.items()}
            self.pieces.append(Piece(at, own[:n], out[:n], place, state))
        self.parts = [] if self.alone else _parts(out, params)


def _joined_state(name: str, params: list[Tensor], states: list[Any]) -> Array:
    """One flat array for a running average of all the parameters, which their states show in part."""
    flat = np.zeros(sum(p.array.size for p in params), params[0].array.dtype)
    for state, part in zip(states, _parts(flat, params)):
        if isinstance(state.get(name), Tensor):
            part[...] = state[name].array
        state[name] = wrap(part)
    return flat


def _parts(flat: Array, params: list[Tensor]) -> list[Array]:
    """A flat array seen in the shapes of the parameters, one after the other."""
    parts, start = [], 0
    for p in params:
        stop = start + p.array.size
        parts.append(flat[start:stop].reshape(p.array.shape))
        start = stop
    return parts


def _taken(state: dict[str, Any], names: Iterable[str]) -> float:
    """How many steps a state has seen; where they are not counted, whether it has seen any."""
    if "step" in state:
        return float(state["step"])
    return float(any(isinstance(state.get(name), Tensor) for name in names))


class Elementwise(Optimizer):
    """The base of optimisers that are a formula per element.

    A subclass says in `_rule` what the step is, in `_names` which running averages it keeps.  Signs
    (`maximize`) and weight decay, into the gradient or decoupled from it, are seen to here.
    """

    counts_steps = True

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if defaults.get("differentiable"):
            raise RuntimeError(
                f"{type(self).__name__}: expected differentiable=False, got True; "
                "write the steps with Tensors and create_graph=True to differentiate through them"
            )
        self._plans: dict[int, tuple[list[Any], list[Bunch]]] = {}
        super().__init__(params, defaults)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._plans = {}

    def _names(self, group: dict[str, Any]) -> tuple[str, ...]:
        """The running averages kept for each element, by their names in the state."""
        raise NotImplementedError

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        """Write into `out` what step number `t` takes off, given the gradient `g`; advance `state`."""
        raise NotImplementedError

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters by one step.

        `closure`, if given, computes the loss and its gradients first; its result is returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for n, group in enumerate(self.param_groups):
            self._step_group(n, group)
        return loss

    def _step_group(self, n: int, group: dict[str, Any]) -> None:
        for bunch in self._bunches(n, group):
            self._advance(bunch, group)

    def _advance(self, bunch: Bunch, group: dict[str, Any]) -> None:
        lr, decay, maximize = float(group["lr"]), float(group["weight_decay"]), group["maximize"]
        decoupled = decay and group.get("decoupled_weight_decay", False)
        params, alone = bunch.params, bunch.alone
        bunch.steps += 1
        t = int(bunch.steps[0])
        grads = [p.grad.array for p in params]  # type: ignore[union-attr]
        gradient = grads[0].reshape(-1)
        for at, own, out, values, state in bunch.pieces:
            if alone:
                g = gradient[at]
            else:
                g = np.concatenate(grads, axis=None, out=own)
                if decay:
                    np.concatenate([p.array for p in params], axis=None, out=values)
            if maximize:
                g = np.negative(g, out=own)
            if decay and not decoupled:
                g = np.add(g, np.multiply(values, decay, out=out), out=own)
            self._rule(g, out, state, t, group)
            if decoupled:
                out += np.multiply(values, lr * decay, out=own)
            if alone:
                values -= out
        for p, part in zip(params, bunch.parts):
            np.subtract(p.array, part, out=p.array)
        for p in params:
            stamp(p.array)

    def _bunches(self, n: int, group: dict[str, Any]) -> list[Bunch]:
        """The parameters of group `n` that have gradients; joined anew only if something changed."""
        params = [p for p in group["params"] if p.grad is not None]
        names = self._names(group)
        known, bunches = self._plans.get(n, ([], []))
        seen = self._seen(params, names)
        same = len(seen) == len(known) and all(map(is_, seen, known))
        if not same or any(len(set(bunch.steps.tolist())) > 1 for bunch in bunches):
            bunches = self._joined(params, names)
            self._plans[n] = self._seen(params, names), bunches
        return bunches

    def _seen(self, params: list[Tensor], names: tuple[str, ...]) -> list[Any]:
        """All that a plan relies on: the parameters, their arrays, their states."""
        seen: list[Any] = list(names)
        for p in params:
            seen += (p, p.array, *self.state.get(p, {}).values())
        return seen

    def _joined(self, params: list[Tensor], names: tuple[str, ...]) -> list[Bunch]:
        """Join parameters of one dtype and as many steps, up to a piece together."""
        bunches: list[list[Tensor]] = []
        latest: dict[Any, list[Tensor]] = {}
        for p in params:
            key = p.array.dtype, _taken(self.state.get(p, {}), names)
            bunch = latest.get(key)
            if bunch is None or sum(q.array.size for q in bunch) + p.array.size > PIECE:
                latest[key] = bunch = []
                bunches.append(bunch)
            bunch.append(p)
        return [self._bunch(bunch, names) for bunch in bunches]

    def _bunch(self, params: list[Tensor], names: tuple[str, ...]) -> Bunch:
        keeps = self.counts_steps or names
        states = [self.state[p] if keeps else {} for p in params]
        bunch = Bunch(params, states, names)
        if self.counts_steps:
            for state, step in zip(states, bunch.steps[:, None]):
                state["step"] = wrap(step.reshape(()))
        return bunch
