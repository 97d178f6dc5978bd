"""Optimisers whose rule works element by element, and so on many parameters as one vector.

A rule is a formula over a gradient and a few running averages of its shape.  On a small parameter it
costs not the arithmetic but the calls of NumPy, a dozen each: so small parameters are joined, their
averages side by side in one array.  On a large one it costs the trips to memory: so a large one is
worked through in pieces that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from typing import Any

import numpy as np

from ..autograd import enable_grad
from ..graph import stamp
from ..primitive import wrap
from ..tensor import Tensor
from .optimizer import Optimizer

__all__ = ["Elementwise"]

Array = np.ndarray[Any, Any]
PIECE = 1 << 15  # elements, so that what a rule touches stays in a second-level cache


class Bunch:
    """Parameters updated as one vector: several small ones, or one.

    steps    how many steps they have taken, as a 0-d array
    state    their running averages, each one flat array
    target   the parameter, flat, if there is only one
    scratch  three vectors: the gradient, the step, the parameters' values
    parts    of the second, in the parameters' shapes
    """

    __slots__ = ("params", "parts", "pieces", "scratch", "state", "steps", "target")

    def __init__(self, params: list[Tensor], states: list[Any], names: Iterable[str]) -> None:
        first = params[0].array
        size = sum(p.array.size for p in params)
        alone = len(params) == 1 and first.flags.c_contiguous
        self.params = params
        self.steps = np.array(_taken(states[0], names), np.float32)
        self.state = {name: np.zeros(size, first.dtype) for name in names}
        for name, flat in self.state.items():
            for state, part in zip(states, _parts(flat, params)):
                if isinstance(state.get(name), Tensor):
                    part[...] = state[name].array
                state[name] = wrap(part)
        self.target = first.reshape(-1) if alone else None
        length = min(size, PIECE) if alone else size
        self.pieces = [slice(k, min(k + length, size)) for k in range(0, size, length or 1)]
        self.scratch = np.empty((3, length), first.dtype)
        self.parts = [] if alone else _parts(self.scratch[1], params)


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
            for bunch in self._bunches(n, group):
                self._advance(bunch, group)
        return loss

    def _advance(self, bunch: Bunch, group: dict[str, Any]) -> None:
        lr, decay, maximize = float(group["lr"]), float(group["weight_decay"]), group["maximize"]
        decoupled = group.get("decoupled_weight_decay", False)
        params, target = bunch.params, bunch.target
        bunch.steps += 1
        t = int(bunch.steps)
        grads = [p.grad.array for p in params]  # type: ignore[union-attr]
        gradient = grads[0].reshape(-1)
        for at in bunch.pieces:
            own, out, values = bunch.scratch[:, : at.stop - at.start]
            if target is not None:
                g, values = gradient[at], target[at]
            else:
                g = np.concatenate(grads, axis=None, out=own)
                if decay:
                    np.concatenate([p.array for p in params], axis=None, out=values)
            if maximize:
                g = np.negative(g, out=own)
            if decay and not decoupled:
                g = np.add(g, np.multiply(values, decay, out=out), out=own)
            self._rule(g, out, {k: flat[at] for k, flat in bunch.state.items()}, t, group)
            if decay and decoupled:
                out += np.multiply(values, lr * decay, out=own)
            if target is not None:
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
        if len(seen) != len(known) or not all(map(is_, seen, known)):
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
            for state in states:
                state["step"] = wrap(bunch.steps)
        return bunch
