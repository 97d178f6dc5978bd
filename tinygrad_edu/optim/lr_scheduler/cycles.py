"""Schedules that change after every batch, and may move the momentum against the rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..optimizer import Optimizer
from .base import (
    ANNEALING,
    LRScheduler,
    check_annealing,
    checked_optimizer,
    loaded,
    per_group,
    saved,
    set_rate,
)

__all__ = ["CyclicLR", "OneCycleLR"]


class _Cycles(LRScheduler):
    """A schedule that may set the momentum of each group too, or the first of its betas."""

    cycle_momentum: bool
    use_beta1: bool

    def _begin_momenta(self, base: list[Any], most: list[Any], last_epoch: int) -> None:
        """Let every group start from its greatest momentum, and know its least."""
        self.use_beta1 = "betas" in self.optimizer.defaults
        if not self.use_beta1 and "momentum" not in self.optimizer.defaults:
            raise ValueError(
                "optimizer must support momentum or beta1 with `cycle_momentum` option enabled"
            )
        if last_epoch == -1:
            self._set_momenta(most)
            for group, least, greatest in zip(self.optimizer.param_groups, base, most):
                group["max_momentum"] = greatest
                group["base_momentum"] = least

    def _set_momenta(self, values: list[Any]) -> None:
        for group, value in zip(self.optimizer.param_groups, values):
            if self.use_beta1:
                group["betas"] = (value, *group["betas"][1:])
            else:
                group["momentum"] = value


class CyclicLR(_Cycles):
    """The rate goes up from `base_lr` to `max_lr` and down again; the momentum, if cycled, against it.

    Up takes `step_size_up` batches, down `step_size_down`, or as many.  `mode` says how the height of
    the cycles develops: "triangular" not at all, "triangular2" halved with each cycle, "exp_range"
    times gamma with each batch; or `scale_fn` says it, as a function of the number of the cycle (from
    1) or, with `scale_mode="iterations"`, of the batch.

    Raises ValueError for another mode, or an optimizer without momentum to cycle.  Source: Smith 2017.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.CyclicLR(optimizer, 0.5, 1.0, step_size_up=2, cycle_momentum=False)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Any,
        max_lr: Any,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.8,
        max_momentum: Any = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(optimizer)
        base_lrs = per_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, base_lrs):
                set_rate(group, lr)
        self.max_lrs = per_group("max_lr", optimizer, max_lr)
        up, down = step_size_up, step_size_up if step_size_down is None else step_size_down
        self.total_size = float(up + down)
        self.step_ratio = up / self.total_size
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        if scale_fn is None:
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        self.scale_mode = scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums = per_group("base_momentum", optimizer, base_momentum)
            self.max_momentums = per_group("max_momentum", optimizer, max_momentum)
            self._begin_momenta(self.base_momentums, self.max_momentums, last_epoch)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """The height of cycle or batch number x, as a part of the whole."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "exp_range":
            return float(self.gamma**x)
        return 1.0 if self.mode == "triangular" else 1 / 2.0 ** (x - 1)

    def _rates(self) -> list[Any]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        height *= self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            momenta = zip(self.base_momentums, self.max_momentums)
            self._set_momenta([most - (most - base) * height for base, most in momenta])
        return [base + (most - base) * height for base, most in zip(self.base_lrs, self.max_lrs)]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule remembers; of `scale_fn` only the attributes of an object."""
        function = self._scale_fn_custom
        return {
            **super().state_dict(),
            "_scale_fn_custom": None if function is None else saved(function),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned, the attributes of `scale_fn` too."""
        loaded(self._scale_fn_custom, state_dict["_scale_fn_custom"])
        super().load_state_dict({**state_dict, "_scale_fn_custom": self._scale_fn_custom})


PHASE = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")


class OneCycleLR(_Cycles):
    """One cycle for a whole training: the rate rises to `max_lr`, then falls to almost nothing.

    It starts from initial_lr = max_lr / div_factor and ends at initial_lr / final_div_factor, after
    `total_steps` = epochs * steps_per_epoch batches; the part `pct_start` of these it rises.  With
    `three_phase` it first falls as long as it rose, to initial_lr.  The momentum, if cycled, falls from
    `max_momentum` to `base_momentum` and rises again.  `anneal_strategy`: "cos" or "linear".

    Raises ValueError for settings out of range, an optimizer without momentum to cycle, and in `step`
    after `total_steps`.  Source: Smith and Topin 2018.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=10, cycle_momentum=False)
        >>> scheduler.get_last_lr()
        [0.04]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(optimizer)
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or pct_start < 0 or pct_start > 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        check_annealing(anneal_strategy)
        peak, last = pct_start * self.total_steps - 1, self.total_steps - 1
        up = (peak, "initial_lr", "max_lr", "max_momentum", "base_momentum")
        if three_phase:
            down = (2 * peak, "max_lr", "initial_lr", "base_momentum", "max_momentum")
            out = (last, "initial_lr", "min_lr", "max_momentum", "max_momentum")
            phases = [up, down, out]
        else:
            phases = [up, (last, "max_lr", "min_lr", "base_momentum", "max_momentum")]
        self._schedule_phases: list[dict[str, Any]] = [dict(zip(PHASE, row)) for row in phases]
        self._anneal_func_type = anneal_strategy
        max_lrs = per_group("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, max_lrs):
                group["initial_lr"] = lr / div_factor
                group["max_lr"] = lr
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            base = per_group("base_momentum", optimizer, base_momentum)
            most = per_group("max_momentum", optimizer, max_momentum)
            self._begin_momenta(base, most, last_epoch)
        super().__init__(optimizer, last_epoch)

    def _rates(self) -> list[Any]:
        now, begin = self.last_epoch, 0.0
        if now > self.total_steps:
            raise ValueError(
                f"Tried to step {now} times. The specified number of total steps is {self.total_steps}"
            )
        *earlier, phase = self._schedule_phases
        for candidate in earlier:
            if now <= candidate["end_step"]:
                phase = candidate
                break
            begin = candidate["end_step"]
        part = ANNEALING[self._anneal_func_type]((now - begin) / (phase["end_step"] - begin))

        def between(what: str) -> list[Any]:
            start, end = phase[f"start_{what}"], phase[f"end_{what}"]
            return [g[start] * (1 - part) + g[end] * part for g in self.optimizer.param_groups]

        if self.cycle_momentum:
            self._set_momenta(between("momentum"))
        return between("lr")


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    """How many batches. Raises ValueError for what is not a positive int, or says nothing."""
    if total_steps is not None:
        return _positive("total_steps", total_steps)
    if epochs is None or steps_per_epoch is None:
        raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    return _positive("epochs", epochs) * _positive("steps_per_epoch", steps_per_epoch)


def _positive(name: str, value: int) -> int:
    if not isinstance(value, int) or value <= 0:
        raise ValueError(f"Expected positive integer {name}, but got {value}")
    return value
