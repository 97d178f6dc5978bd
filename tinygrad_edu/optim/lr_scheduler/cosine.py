"""Schedules along a cosine."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, rates_of

__all__ = ["CosineAnnealingLR", "CosineAnnealingWarmRestarts"]


def height(epoch: float, length: float) -> float:
    """(1 + cos(pi epoch / length)) / 2: from 1 to 0 in `length` epochs, and back."""
    return (1 + math.cos(math.pi * epoch / length)) / 2


def along(rates: list[Any], least: float, epoch: float, length: float) -> list[Any]:
    """The rates on their way to the least one and back."""
    return [least + (rate - least) * height(epoch, length) for rate in rates]


class CosineAnnealingLR(LRScheduler):
    """From the base rate to `eta_min` in `T_max` epochs, along half a cosine, and on along the cosine.

    lr = eta_min + (base lr - eta_min) (1 + cos(pi epoch / T_max)) / 2

    Worked out from the rate before, so that other changes of the rate stay in it.
    Source: Loshchilov and Hutter 2017, without restarts.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def _rates(self) -> list[Any]:
        rates = rates_of(self.optimizer)
        if self._is_initial:
            return rates
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # up from the very bottom
            rise = height(self.T_max - 1, self.T_max)
            return [lr + (base - self.eta_min) * rise for lr, base in zip(rates, self.base_lrs)]
        ratio = height(self.last_epoch, self.T_max) / height(self.last_epoch - 1, self.T_max)
        return [self.eta_min + (lr - self.eta_min) * ratio for lr in rates]

    def _get_closed_form_lr(self) -> list[Any]:
        return along(self.base_lrs, self.eta_min, self.last_epoch, self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """From the base rate to `eta_min` along half a cosine, again and again.

    lr = eta_min + (base lr - eta_min) (1 + cos(pi T_cur / T_i)) / 2

    T_cur counts the epochs since the last restart; T_i, the epochs between two, starts at `T_0` and is
    multiplied by `T_mult` at each.  `step(epoch)` may be told a fraction of an epoch.

    Raises ValueError unless T_0 >= 1 and T_mult >= 1 are ints, and in `step` for a negative epoch.
    Source: Loshchilov and Hutter 2017, equation 5.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        if T_0 <= 0 or not isinstance(T_0, int):
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if T_mult < 1 or not isinstance(T_mult, int):
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        if not isinstance(eta_min, (float, int)):
            raise ValueError(
                f"Expected float or int eta_min, but got {eta_min} of type {type(eta_min)}"
            )
        self.T_0 = self.T_i = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def _rates(self) -> list[Any]:
        return along(self.base_lrs, self.eta_min, self.T_cur, self.T_i)

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch, or to the one given, of which fractions count."""
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        if epoch is None:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        elif epoch < 0:
            raise ValueError(f"Expected non-negative epoch, but got {epoch}")
        elif self.T_mult == 1:
            self.T_cur = epoch % self.T_0
        else:  # n restarts were at T_0 (1 + T_mult + ... + T_mult^(n-1))
            cycles = epoch / self.T_0 * (self.T_mult - 1) + 1
            n = int(math.log(cycles, self.T_mult)) if epoch >= self.T_0 else 0
            self.T_i = self.T_0 * self.T_mult**n
            self.T_cur = epoch - self.T_0 * (self.T_mult**n - 1) / (self.T_mult - 1)
        self.last_epoch = math.floor(epoch)
        self._set_rates()
