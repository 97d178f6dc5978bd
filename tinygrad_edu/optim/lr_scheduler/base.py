"""What all learning rate schedules share: epochs, base rates, and the writing of what they say."""

from __future__ import annotations

import math
import types
import warnings
from collections.abc import Callable
from typing import Any

from ...tensor import Tensor
from ..optimizer import Optimizer

__all__ = [
    "ANNEALING", "LRScheduler", "_LRScheduler", "check_annealing", "checked_optimizer", "loaded", "per_group",
    "rates_of", "saved", "set_rate", "warn_of_epoch",
]  # fmt: skip

ANNEALING: dict[str, Callable[[float], float]] = {
    "cos": lambda t: (1 - math.cos(math.pi * t)) / 2,
    "linear": lambda t: t,
}
"""How far on the way from one value to another, as the time t goes from 0 to 1."""


def check_annealing(strategy: str) -> None:
    """Raise ValueError for what is not one of `ANNEALING`."""
    if strategy not in ANNEALING:
        raise ValueError(
            f"anneal_strategy must be one of 'cos' or 'linear', instead got {strategy}"
        )


class LRScheduler:
    """The base of all schedules of learning rates.

    A subclass says in `get_lr` the learning rate of each group for the epoch `last_epoch`, and may say
    in `_get_closed_form_lr` what it is whatever was before.  Making a schedule is its first step: it
    notes the rates it starts from as "initial_lr" of the groups, and sets those of epoch 0.  With
    `last_epoch` it goes on after that epoch.

    Raises TypeError for what is not an Optimizer, KeyError for a `last_epoch` without "initial_lr".

    Example:
        >>> class Halved(te.optim.lr_scheduler.LRScheduler):
        ...     def get_lr(self):
        ...         return [lr / 2**self.last_epoch for lr in self.base_lrs]
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = Halved(optimizer)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    optimizer: Optimizer
    last_epoch: int
    base_lrs: list[Any]
    _last_lr: list[Any]
    _step_count: int
    _get_lr_called_within_step = False
    _is_initial = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(optimizer)
        for n, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", _copied(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{n}] when resuming scheduler with "
                    "last_epoch >= 0; load the optimizer's state first, or leave last_epoch out"
                )
        self.base_lrs = rates_of(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        _watch(optimizer)
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def step(self, epoch: int | None = None) -> None:
        """Go to the next epoch, after the optimizer's step.

        With `epoch`, which PyTorch discourages, go to that one, by the closed form if there is one.
        """
        if self._step_count == 1:
            _warn_if_too_early(self.optimizer)
        self._step_count += 1
        if epoch is not None:
            warn_of_epoch()
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        closed = None if epoch is None else getattr(self, "_get_closed_form_lr", None)
        self._set_rates(closed)

    def _set_rates(self, rates: Any = None) -> None:
        """Write what `rates`, or else `get_lr`, says into the optimizer's groups."""
        self._get_lr_called_within_step = True
        try:
            values = (rates or self.get_lr)()
        finally:
            self._get_lr_called_within_step = False
        for group, value in zip(self.optimizer.param_groups, values):
            set_rate(group, value)
        self._last_lr = rates_of(self.optimizer)

    def get_last_lr(self) -> list[Any]:
        """The learning rate of each group, as this schedule set it last."""
        return self._last_lr

    def get_lr(self) -> list[Any]:
        """The learning rates for the epoch `last_epoch`; outside of `step`, ask `get_last_lr`."""
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use `get_last_lr()`.",
                stacklevel=2,
            )
        return self._rates()

    def _rates(self) -> list[Any]:
        """What `get_lr` says, in schedules that leave its warning to this class."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define get_lr()"
        )

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule remembers, but for the optimizer."""
        return {key: value for key, value in self.__dict__.items() if key != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.__dict__.update(state_dict)


class _LRScheduler(LRScheduler):
    """PyTorch's former name of the base."""


# ---- the optimizer's groups ----------------------------------------------------------------------
def checked_optimizer(optimizer: Any) -> Optimizer:
    """The optimizer; raises TypeError for anything else."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    return optimizer


def per_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """One value per group: those of a list, or one for all. Raises ValueError for too few or many."""
    n = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        value = [value] * n
    if len(value) != n:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups. "
            f"{name} has {len(value)} values, param_groups has {n}."
        )
    return [_copied(v) for v in value]


def rates_of(optimizer: Optimizer, key: str = "lr") -> list[Any]:
    """A setting of each group; copies, where they are Tensors."""
    return [_copied(group[key]) for group in optimizer.param_groups]


def set_rate(group: dict[str, Any], value: Any) -> None:
    """Change a group's learning rate: the number in its Tensor, if it is in one."""
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(float(value))
    else:
        group["lr"] = value


def _copied(value: Any) -> Any:
    return value.clone() if isinstance(value, Tensor) else value


# ---- functions in a state ------------------------------------------------------------------------
def saved(function: Any) -> dict[str, Any] | None:
    """The attributes of a callable object; None for a function, which a state cannot hold."""
    return None if isinstance(function, types.FunctionType) else function.__dict__.copy()


def loaded(function: Any, attributes: dict[str, Any] | None) -> None:
    """Give a callable object the attributes that `saved` returned."""
    if attributes is not None:
        function.__dict__.update(attributes)


# ---- warnings ------------------------------------------------------------------------------------
def warn_of_epoch() -> None:
    """Warn that `step` was told an epoch."""
    warnings.warn(
        "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where "
        "possible. Please use `scheduler.step()` to step the scheduler.",
        stacklevel=3,
    )


def _watch(optimizer: Optimizer) -> None:
    """Have the optimizer note that it was stepped, and remember whether its `step` is the class's own."""
    if _note_step not in optimizer._hooked("before step"):
        optimizer.register_step_pre_hook(_note_step)
    optimizer._step_seen = vars(optimizer).get("step")


def _note_step(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    optimizer._opt_called = True


def _warn_if_too_early(optimizer: Optimizer) -> None:
    if vars(optimizer).get("step") is not optimizer._step_seen:
        warnings.warn(
            "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. "
            "Please, make sure to call `optimizer.step()` before `lr_scheduler.step()`.",
            stacklevel=3,
        )
    elif not optimizer._opt_called:
        warnings.warn(
            "Detected call of `lr_scheduler.step()` before `optimizer.step()`; call them in the opposite order, "
            "or the first value of the learning rate schedule is skipped.",
            stacklevel=3,
        )
