"""L-BFGS: Newton's steps, with the curvature learned from the latest steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from ..autograd import enable_grad
from ..primitive import wrap
from ..writes import stamp
from .elementwise import Array, parts_of
from .optimizer import Optimizer, checked

__all__ = ["LBFGS"]


class Point(NamedTuple):
    """A point x + t d of a line: there the loss, its gradient, and its slope along d."""

    t: float
    loss: float
    g: Array
    slope: float


class Secant(NamedTuple):
    """What one step taught about the curvature: the gradient's change y, the step s, 1 / (y . s)."""

    y: Array
    s: Array
    ro: float


class Iteration(NamedTuple):
    """One step t d, the gradient and the loss it began with, and what was known of the curvature."""

    d: Array
    t: float
    g: Array
    loss: float
    history: list[Secant]
    scale: float


class LBFGS(Optimizer):
    """L-BFGS, by which one call of `step` takes up to `max_iter` steps x = x + t d.

    d = -H g, where H is the inverse Hessian as the latest `history_size` steps show it.  t is lr, in
    the very first step lr min(1, 1 / sum |g|); with `line_search_fn="strong_wolfe"` it is where,
    beginning at that, the loss falls enough and its slope has flattened.

    `step` needs a closure, which it calls up to `max_eval` (1.25 max_iter) times and returns the first
    result of; it ends early once no gradient is over `tolerance_grad`, or neither a parameter nor the
    loss changes by more than `tolerance_change`.

    Raises ValueError for a negative lr or several groups of parameters, and in `step` RuntimeError for
    another line search.  Source: Nocedal and Wright 2006, algorithms 7.4 and 3.5.

    Example:
        >>> x = te.tensor([3.0, -2.0], requires_grad=True)
        >>> optimizer = te.optim.LBFGS([x], line_search_fn="strong_wolfe")
        >>> def closure():
        ...     optimizer.zero_grad()
        ...     loss = ((x - te.tensor([1.0, 2.0])) ** 4).sum()
        ...     loss.backward()
        ...     return loss
        >>> optimizer.step(closure)
        tensor(272., grad_fn=<SumBackward0>)
        >>> (closure() < 1e-6).item()
        True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        checked("learning rate", lr)
        super().__init__(
            params,
            {
                "lr": lr,
                "max_iter": max_iter,
                "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
                "tolerance_grad": tolerance_grad,
                "tolerance_change": tolerance_change,
                "history_size": history_size,
                "line_search_fn": line_search_fn,
            },
        )
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take up to `max_iter` steps; `closure` computes the loss and its gradients."""
        (group,) = self.param_groups
        if closure is None:
            raise TypeError("LBFGS.step: expected a closure that computes the loss, got None")
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise RuntimeError("only 'strong_wolfe' is supported")
        lr, max_iter, max_eval = float(group["lr"]), group["max_iter"], group["max_eval"]
        tolerance, least_change = group["tolerance_grad"], group["tolerance_change"]
        with enable_grad():
            first_loss = closure()
        loss, g, evals = float(first_loss), self._gradient(), 1
        state = self.state[group["params"][0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        last, n = _recalled(state), 0
        while n < max_iter and not np.abs(g).max() <= tolerance:
            n += 1
            history, scale = learned(last, g, group["history_size"])
            t = lr if last is not None else min(1.0, 1.0 / np.abs(g).sum()) * lr
            d = descent(g, history, scale)
            here = Point(0, loss, g, g.dot(d))
            last = Iteration(d, t, g, loss, history, scale)
            if here.slope > -least_change:
                break
            if group["line_search_fn"] is not None:
                found, calls = self._search(closure, here, t, d, least_change, max_eval - evals)
                t, loss, g, _ = found
                evals += calls
                last = last._replace(t=t)
            self._move(t, d)
            if group["line_search_fn"] is None and n < max_iter:  # the last step is not judged
                loss, g = self._evaluate(closure)
                evals += 1
            if evals >= max_eval or abs(loss - here.loss) < least_change:
                break
            if np.abs(d * t).max() <= least_change:
                break
        state["func_evals"] += evals
        state["n_iter"] += n
        if last is not None:
            _remember(state, last)
        return first_loss

    def _gradient(self) -> Array:
        """All gradients as one vector, zeros for those that are missing."""
        return np.concatenate(
            [
                np.zeros(p.array.size, p.array.dtype) if p.grad is None else p.grad.array
                for p in self._all_params()
            ],
            axis=None,
        )

    def _evaluate(self, closure: Callable[[], Any]) -> tuple[float, Array]:
        with enable_grad():
            loss = float(closure())
        return loss, self._gradient()

    def _move(self, t: float, d: Array) -> None:
        params = list(self._all_params())
        for p, part in zip(params, parts_of(d * t, params)):
            np.add(p.array, part, out=p.array)
            stamp(p.array)

    def _search(
        self,
        closure: Callable[[], Any],
        here: Point,
        t: float,
        d: Array,
        least_change: float,
        most: int,
    ) -> tuple[Point, int]:
        """`strong_wolfe` along d; the parameters stay where they are."""
        start = [p.array.copy() for p in self._all_params()]

        def at(t: float) -> Point:
            self._move(t, d)
            loss, g = self._evaluate(closure)
            for p, values in zip(self._all_params(), start):
                np.copyto(p.array, values)
                stamp(p.array)
            return Point(t, loss, g, g.dot(d))

        return strong_wolfe(at, here, t, least_change / np.abs(d).max(), most)


def _recalled(state: dict[str, Any]) -> Iteration | None:
    """The iteration that `_remember` wrote, if any."""
    if "d" not in state:
        return None
    secants = zip(state["old_dirs"], state["old_stps"], state["ro"])
    return Iteration(
        state["d"].array,
        float(state["t"]),
        state["prev_flat_grad"].array,
        state["prev_loss"],
        [Secant(y.array, s.array, float(ro)) for y, s, ro in secants],
        float(state["H_diag"]),
    )


def _remember(state: dict[str, Any], last: Iteration) -> None:
    """Enter an iteration into a state, by PyTorch's names."""
    state.update(
        d=wrap(last.d),
        t=float(last.t),
        old_dirs=[wrap(secant.y) for secant in last.history],
        old_stps=[wrap(secant.s) for secant in last.history],
        ro=[wrap(np.asarray(secant.ro)) for secant in last.history],
        H_diag=wrap(np.asarray(last.scale)),
        prev_flat_grad=wrap(last.g),
        prev_loss=last.loss,
    )


def learned(last: Iteration | None, g: Array, size: int) -> tuple[list[Secant], float]:
    """The latest secants and the scale of H, now that the last step is known to have led to `g`."""
    if last is None:
        return [], 1.0
    y, s = g - last.g, last.d * last.t
    ys = y.dot(s)
    if not ys > 1e-10:
        return last.history, last.scale
    return [*last.history, Secant(y, s, 1.0 / ys)][-size:], ys / y.dot(y)


def descent(g: Array, history: list[Secant], scale: float) -> Array:
    """-H g, for the H that fits the secants and is `scale` where they say nothing, in two loops."""
    q, taken = -g, []
    for y, s, ro in reversed(history):
        taken.append(s.dot(q) * ro)
        q -= taken[-1] * y
    q *= scale
    for (y, s, ro), a in zip(history, reversed(taken)):
        q += (a - y.dot(q) * ro) * s
    return q


def strong_wolfe(
    at: Callable[[float], Point], start: Point, t: float, least_change: float, most: int
) -> tuple[Point, int]:
    """A point where the loss has fallen enough and its slope is flat enough, and the calls of `at`.

    It is looked for from `t` outwards until two points enclose one, then between these.  After
    `most` more calls, or between points nearer than `least_change`, the lowest so far must do.
    """
    enough, flat = 1e-4, 0.9
    before, new, calls = start, at(t), 0
    while calls < most:
        bracket = [before, new]
        if new.loss > start.loss + enough * new.t * start.slope:
            break
        if calls > 1 and new.loss >= before.loss:
            break
        if abs(new.slope) <= -flat * start.slope:
            return new, calls + 1
        if new.slope >= 0:
            break
        t = cubic_minimum(before, new, (new.t + 0.01 * (new.t - before.t), new.t * 10))
        before, new = new, at(t)
        calls += 1
    else:
        bracket = [start, new]

    low, high = _by_loss(bracket)
    edged = False
    while calls < most and not abs(bracket[1].t - bracket[0].t) < least_change:
        left, right = sorted(point.t for point in bracket)
        t = cubic_minimum(bracket[0], bracket[1], (left, right))
        edge = 0.1 * (right - left)
        if min(right - t, t - left) >= edge:
            edged = False
        elif edged or t >= right or t <= left:  # twice at the edge: step inside
            t = right - edge if abs(t - right) < abs(t - left) else left + edge
            edged = False
        else:
            edged = True
        new = at(t)
        calls += 1
        if new.loss > start.loss + enough * t * start.slope or new.loss >= bracket[low].loss:
            bracket[high] = new
            low, high = _by_loss(bracket)
            continue
        if abs(new.slope) <= -flat * start.slope:
            return new, calls + 1
        if new.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = new
    return bracket[low], calls + 1


def _by_loss(bracket: list[Point]) -> tuple[int, int]:
    """Which of two points is lower, and which higher."""
    return (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)


def cubic_minimum(a: Point, b: Point, bounds: tuple[float, float]) -> float:
    """Where, within bounds, the cubic with the losses and slopes of two points is least."""
    lowest, highest = bounds
    with np.errstate(divide="ignore", invalid="ignore"):
        d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
        square = d1**2 - a.slope * b.slope
        if not square >= 0:
            return (lowest + highest) / 2
        d2 = math.sqrt(square)
        if a.t > b.t:
            a, b = b, a
        t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(t, lowest), highest)
