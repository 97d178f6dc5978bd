"""Schedules made of schedules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, rates_of, set_rate
from .plateau import ReduceLROnPlateau

__all__ = ["ChainedScheduler", "SequentialLR"]


class _Combined(LRScheduler):
    """Several schedules of one optimizer."""

    _schedulers: Sequence[LRScheduler]

    def _hold(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> None:
        """Keep the schedules. Raises ValueError for none, for other optimizers', or ReduceLROnPlateau."""
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name} expects at least one scheduler, but got no scheduler.")
        for n, scheduler in enumerate(schedulers):
            if not hasattr(scheduler, "optimizer"):
                raise TypeError(f"{name} at index {n} should have `optimizer` as its attribute.")
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(
                    f"{name} does not support `ReduceLROnPlateau` scheduler as it requires additional kwargs to be "
                    f"specified when calling `step`, but got one at index {n} in the given schedulers sequence."
                )
            optimizer = optimizer or scheduler.optimizer
            if scheduler.optimizer is not optimizer:
                raise ValueError(
                    f"{name} expects all schedulers to belong to the same optimizer, but got scheduler "
                    f"{type(scheduler).__name__} at index {n}, which belongs to another."
                )
        self._schedulers = schedulers
        self.optimizer = schedulers[0].optimizer

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule and its parts remember."""
        return {**super().state_dict(), "_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        for scheduler, part in zip(self._schedulers, state_dict["_schedulers"]):
            scheduler.load_state_dict(part)
        super().load_state_dict({**state_dict, "_schedulers": self._schedulers})


class SequentialLR(_Combined):
    """One schedule after the other: each begins, at its epoch 0, at the next of `milestones`.

    Raises ValueError unless there is one milestone fewer than schedules, for no schedule, one of
    another optimizer, or ReduceLROnPlateau.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> warm = te.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=9)
        >>> cool = te.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> scheduler = te.optim.lr_scheduler.SequentialLR(optimizer, [warm, cool], milestones=[1])
        >>> scheduler.get_last_lr()
        [0.5]
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: list[LRScheduler],
        milestones: list[int],
        last_epoch: int = -1,
    ) -> None:
        self._hold(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "Sequential Schedulers expects number of schedulers provided to be one more than the number of "
                f"milestone points, but got number of schedulers {len(schedulers)} and the number of milestones to "
                f"be equal to {len(milestones)}"
            )
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        for group in optimizer.param_groups:
            set_rate(group, group["initial_lr"])
        self._undo_first_steps()
        current = self._schedulers[bisect_right(milestones, 0)]
        current._initial_step()
        self._last_lr = current.get_last_lr()

    def _undo_first_steps(self) -> None:
        """Take the parts, and theirs, back to where they were before they were made."""
        ahead: list[LRScheduler] = [*self._schedulers]
        while ahead:
            scheduler = ahead.pop()
            if isinstance(scheduler, _Combined):
                ahead += scheduler._schedulers
            else:
                scheduler.last_epoch -= 1

    def step(self) -> None:  # type: ignore[override]
        """Go to the next epoch."""
        self.last_epoch += 1
        n = bisect_right(self._milestones, self.last_epoch)
        if n > 0 and self._milestones[n - 1] == self.last_epoch:
            self._schedulers[n]._update_lr(0)
        else:
            self._schedulers[n].step()
        self._last_lr = self._schedulers[n].get_last_lr()


class ChainedScheduler(_Combined):
    """Several schedules at once: at each step, each changes what the one before it has left.

    Raises ValueError for no schedule, one of another optimizer, or ReduceLROnPlateau.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> parts = [te.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5) for _ in range(2)]
        >>> scheduler = te.optim.lr_scheduler.ChainedScheduler(parts)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.25]
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        self._hold(schedulers, optimizer)
        self._last_lr = rates_of(self.optimizer)

    def step(self) -> None:  # type: ignore[override]
        """Go to the next epoch."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = rates_of(self.optimizer)
