"""Optimisers whose rule works element by element, and so on many parameters as one vector.

A rule is a formula over a gradient and a few arrays of its shape, such as running averages.  On a small
parameter it costs not the arithmetic but the calls of NumPy, a dozen each: so small parameters are
joined, their averages side by side in one array.  On a large one it costs the trips to memory: so a large one is
worked through in pieces that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import default_dtype
from ..primitive import wrap
from ..tensor import Tensor
from ..writes import stamp
from .optimizer import GroupOptimizer

__all__ = ["Elementwise", "average", "average_square", "parts_of"]

Array = np.ndarray[Any, Any]
PIECE = 1 << 15  # elements, so that what a rule touches stays in a second-level cache


class Piece(NamedTuple):
    """What one call of a rule works on: views, made once.

    at      the place in the vector
    own     for a gradient that is not simply the parameter's
    out     for the step
    values  the parameter's own memory, or where to bring several parameters together
    state   what is kept for each element, and for each parameter
    """

    at: slice
    own: Array
    out: Array
    values: Array
    state: dict[str, Array]


class Bunch:
    """Parameters updated as one vector: several small ones, or one.

    scalars  numbers kept for each, equal ones, as arrays; their states show the elements
    steps    how many each has taken: one of these, if they are counted
    alone    whether there is one, contiguous, whose memory is written piece by piece
    pieces   of the vector; all of it, if there are several
    parts    of the step, in the shapes of several
    """

    __slots__ = ("alone", "params", "parts", "pieces", "scalars", "steps")

    def __init__(
        self,
        params: list[Tensor],
        states: list[Any],
        arrays: dict[str, float],
        scalars: dict[str, float],
    ) -> None:
        first = params[0].array
        size = sum(p.array.size for p in params)
        self.params = params
        seen = np.array([_has_arrays(states[0], arrays)], np.float32)
        self.scalars = {name: _numbers(name, start, states) for name, start in scalars.items()}
        self.steps = self.scalars.get("step", seen)
        self.alone = len(params) == 1 and first.flags.c_contiguous
        length = min(size, PIECE) if self.alone else size
        own, out, values = np.empty((3, length), first.dtype)
        flats = {name: _flat(name, start, params, states) for name, start in arrays.items()}
        self.pieces = []
        for start in range(0, size, length or 1):
            at = slice(start, min(start + length, size))
            n = at.stop - start
            place = first.reshape(-1)[at] if self.alone else values
            state = {**self.scalars, **{name: flat[at] for name, flat in flats.items()}}
            self.pieces.append(Piece(at, own[:n], out[:n], place, state))
        self.parts = [] if self.alone else parts_of(out, params)


def _numbers(name: str, start: float, states: list[Any]) -> Array:
    """A number kept for each parameter, the same for all, as an array which their states show in part."""
    number = states[0].get(name, start)
    kept = isinstance(number, Tensor)
    dtype = number.array.dtype if kept else np.promote_types(default_dtype(), np.float32)
    numbers = np.full(len(states), float(number), dtype)
    for state, one in zip(states, numbers[:, None]):
        state[name] = wrap(one.reshape(()))
    return numbers


def _flat(name: str, start: float, params: list[Tensor], states: list[Any]) -> Array:
    """One flat array for what all the parameters keep by a name, which their states show in part."""
    flat = np.full(sum(p.array.size for p in params), start, params[0].array.dtype)
    for state, part in zip(states, parts_of(flat, params)):
        if isinstance(state.get(name), Tensor):
            part[...] = state[name].array
        state[name] = wrap(part)
    return flat


def parts_of(flat: Array, params: list[Tensor]) -> list[Array]:
    """A flat array seen in the shapes of the parameters, one after the other."""
    parts, start = [], 0
    for p in params:
        stop = start + p.array.size
        parts.append(flat[start:stop].reshape(p.array.shape))
        start = stop
    return parts


def _has_arrays(state: dict[str, Any], arrays: Iterable[str]) -> bool:
    return any(isinstance(state.get(name), Tensor) for name in arrays)


def average(m: Array, g: Array, beta: float, out: Array) -> None:
    """m = beta m + (1 - beta) g, in place; `out` is scratch."""
    np.subtract(g, m, out=out)
    out *= 1 - beta
    m += out


def average_square(v: Array, g: Array, beta: float, out: Array) -> None:
    """v = beta v + (1 - beta) g^2, in place; `out` is scratch."""
    np.multiply(g, g, out=out)
    out *= 1 - beta
    v *= beta
    v += out


class Elementwise(GroupOptimizer):
    """The base of optimisers that are a formula per element.

    A subclass says in `_rule` what the step is, in `_arrays` and `_scalars` what it remembers.  Signs
    (`maximize`) and weight decay, into the gradient or decoupled from it, are seen to here.
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if defaults.get("differentiable"):
            raise RuntimeError(
                f"{type(self).__name__}: expected differentiable=False, got True; "
                "write the steps with Tensors and create_graph=True to differentiate through them"
            )
        if defaults.get("fused") and defaults.get("foreach"):
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
        self._plans: dict[int, tuple[list[Any], list[Bunch]]] = {}
        super().__init__(params, defaults)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._plans = {}

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        """What is kept for each element, by its name in the state: where it starts."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _arrays(group)"
        )

    def _scalars(self, group: dict[str, Any]) -> dict[str, float]:
        """What is kept for each parameter, by its name in the state: where it starts."""
        return {"step": 0.0}

    def _decay(self, group: dict[str, Any]) -> float:
        """How strongly the parameters are pulled towards zero."""
        return float(group["weight_decay"])

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        """Write into `out` what step number `t` takes off, given the gradient `g`; advance `state`."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _rule(g, out, state, t, group)"
        )

    def _step_group(self, n: int, group: dict[str, Any]) -> None:
        for bunch in self._bunches(n, group):
            self._advance(bunch, group)

    def _advance(self, bunch: Bunch, group: dict[str, Any]) -> None:
        lr, decay, maximize = float(group["lr"]), self._decay(group), group["maximize"]
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
        arrays = self._arrays(group)
        known, bunches = self._plans.get(n, ([], []))
        seen = self._seen(params, arrays)
        same = len(seen) == len(known) and all(map(is_, seen, known))
        if not same or any(
            len(set(numbers.tolist())) > 1 for b in bunches for numbers in b.scalars.values()
        ):
            bunches = self._joined(params, group)
            self._plans[n] = self._seen(params, arrays), bunches
        return bunches

    def _seen(self, params: list[Tensor], arrays: Iterable[str]) -> list[Any]:
        """All that a plan relies on: the parameters, their arrays, their states."""
        seen: list[Any] = list(arrays)
        for p in params:
            seen += (p, p.array, *self.state.get(p, {}).values())
        return seen

    def _joined(self, params: list[Tensor], group: dict[str, Any]) -> list[Bunch]:
        """Join parameters of one dtype with equal scalars, up to a piece together."""
        arrays, scalars = self._arrays(group), self._scalars(group)
        bunches: list[list[Tensor]] = []
        latest: dict[Any, list[Tensor]] = {}
        for p in params:
            state = self.state.get(p, {})
            numbers = [state.get(name, start) for name, start in scalars.items()]
            kept = [(float(x), x.dtype if isinstance(x, Tensor) else None) for x in numbers]
            key = p.array.dtype, _has_arrays(state, arrays), *kept
            bunch = latest.get(key)
            if bunch is None or sum(q.array.size for q in bunch) + p.array.size > PIECE:
                latest[key] = bunch = []
                bunches.append(bunch)
            bunch.append(p)
        keeps = arrays or scalars
        return [
            Bunch(bunch, [self.state[p] if keeps else {} for p in bunch], arrays, scalars)
            for bunch in bunches
        ]
