"""Schedules that multiply: the base rate by a function, or the rate that is by a factor now and then."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, checked_optimizer, loaded, per_group, rates_of, saved

__all__ = [
    "ConstantLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "MultiplicativeLR", "PolynomialLR", "StepLR",
]  # fmt: skip

Functions = Callable[[int], float] | list[Callable[[int], float]]


class _Functions(LRScheduler):
    """A schedule by one function of the epoch per group, or one for all."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Functions, last_epoch: int = -1) -> None:
        self.lr_lambdas = per_group("lr_lambda", checked_optimizer(optimizer), lr_lambda)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(
                    f"lr_lambda should be a function, but got {type(function).__name__}"
                )
        super().__init__(optimizer, last_epoch)

    def _values(self) -> list[float]:
        return [function(self.last_epoch) for function in self.lr_lambdas]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule remembers; of the functions only the attributes of objects."""
        return {**super().state_dict(), "lr_lambdas": [saved(f) for f in self.lr_lambdas]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned, its functions' attributes too."""
        for function, attributes in zip(self.lr_lambdas, state_dict["lr_lambdas"]):
            loaded(function, attributes)
        super().load_state_dict({**state_dict, "lr_lambdas": self.lr_lambdas})


class LambdaLR(_Functions):
    """lr = base lr * lr_lambda(epoch).  Raises ValueError unless there is a function per group.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    def _rates(self) -> list[Any]:
        return [lr * value for lr, value in zip(self.base_lrs, self._values())]


class MultiplicativeLR(_Functions):
    """lr = lr * lr_lambda(epoch) from epoch 1 on.  Raises ValueError unless there is a function per group.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda epoch: 0.5)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    def _rates(self) -> list[Any]:
        rates = rates_of(self.optimizer)
        if self._is_initial:
            return rates
        return [lr * value for lr, value in zip(rates, self._values())]


class _Factors(LRScheduler):
    """A schedule of factors: one for each epoch, and what they have made of the base rate by then."""

    def _factor(self) -> float:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _factor()"
        )

    def _product(self) -> float:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _product()"
        )

    def _rates(self) -> list[Any]:
        factor = self._factor()
        return [lr * factor for lr in rates_of(self.optimizer)]

    def _get_closed_form_lr(self) -> list[Any]:
        product = self._product()
        return [lr * product for lr in self.base_lrs]


class StepLR(_Factors):
    """The rate times gamma every `step_size` epochs.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
        >>> for epoch in range(4):
        ...     optimizer.step()
        ...     scheduler.step()
        ...     print(scheduler.get_last_lr())
        [1.0]
        [0.5]
        [0.5]
        [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        return self.gamma if self.last_epoch and self.last_epoch % self.step_size == 0 else 1.0

    def _product(self) -> float:
        return self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(_Factors):
    """The rate times gamma at each epoch of `milestones`.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        return self.gamma ** self.milestones[self.last_epoch]

    def _product(self) -> float:
        return self.gamma ** bisect_right(sorted(self.milestones.elements()), self.last_epoch)


class ConstantLR(_Factors):
    """The rate times `factor` until epoch `total_iters`.  Raises ValueError for one outside [0, 1].

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> te.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5).get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if factor > 1.0 or factor < 0:
            raise ValueError("Constant multiplicative factor expected to be between 0 and 1.")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        if self.last_epoch == 0:
            return self.factor
        return 1.0 / self.factor if self.last_epoch == self.total_iters else 1.0

    def _product(self) -> float:
        return 1.0 if self.last_epoch >= self.total_iters else self.factor


class LinearLR(_Factors):
    """The rate times a factor that goes from `start_factor` to `end_factor` in `total_iters` epochs.

    Raises ValueError for factors outside [0, 1], or a `start_factor` of 0.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if start_factor > 1.0 or start_factor <= 0:
            raise ValueError(
                "Starting multiplicative factor expected to be greater than 0 and less or equal to 1."
            )
        if end_factor > 1.0 or end_factor < 0:
            raise ValueError("Ending multiplicative factor expected to be between 0 and 1.")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        if self.last_epoch == 0:
            return self.start_factor
        if self._is_initial or self.last_epoch > self.total_iters:
            return 1.0
        rise = self.end_factor - self.start_factor
        return 1.0 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise)

    def _product(self) -> float:
        rise = self.end_factor - self.start_factor
        return self.start_factor + rise * min(self.total_iters, self.last_epoch) / self.total_iters


class ExponentialLR(_Factors):
    """The rate times gamma at every epoch.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        return 1.0 if self._is_initial else self.gamma

    def _product(self) -> float:
        return self.gamma**self.last_epoch


class PolynomialLR(_Factors):
    """The rate times (1 - epoch / total_iters)^power, which is 0 from epoch `total_iters` on.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.75]
    """

    def __init__(
        self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        if self._is_initial or self.last_epoch > self.total_iters:
            return 1.0
        left, before = (1.0 - e / self.total_iters for e in (self.last_epoch, self.last_epoch - 1))
        return float((left / before) ** self.power)

    def _product(self) -> float:
        left = 1.0 - min(self.total_iters, self.last_epoch) / self.total_iters
        return float(left**self.power)
