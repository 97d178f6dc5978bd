"""Schedules set the rates that their formulas say, and models are averaged."""

from __future__ import annotations

import math
import warnings
from typing import Any

import pytest

import tinygrad_edu as te
from tinygrad_edu.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LambdaLR,
    LRScheduler,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)


def optimizer_of(lr: Any = 1.0) -> te.optim.Optimizer:
    return te.optim.SGD([te.ones(1, requires_grad=True)], lr=lr, momentum=0.5)


def rates(scheduler: LRScheduler, steps: int) -> list[float]:
    seen = scheduler.get_last_lr()
    for _ in range(steps):
        scheduler.optimizer.step()
        scheduler.step()
        seen = seen + scheduler.get_last_lr()
    return seen


def test_a_function_scales_the_first_rate() -> None:
    scheduler = LambdaLR(optimizer_of(2.0), lambda epoch: 1 / (1 + epoch))
    assert rates(scheduler, 3) == [2, 1, 2 / 3, 0.5]


def test_a_cosine_worked_out_step_by_step_is_the_closed_form() -> None:
    expected = [0.1 + 0.9 * (1 + math.cos(math.pi * k / 4)) / 2 for k in range(20)]
    assert rates(CosineAnnealingLR(optimizer_of(), 4, eta_min=0.1), 19) == pytest.approx(expected)


def test_one_cycle_moves_the_momentum_against_the_rate() -> None:
    optimizer = optimizer_of()
    scheduler = OneCycleLR(optimizer, max_lr=1.0, total_steps=11, pct_start=0.5)
    (group,) = optimizer.param_groups
    assert (group["lr"], group["momentum"]) == (0.04, 0.95)
    rates(scheduler, 4)
    assert group["lr"] > 0.9 and group["momentum"] < 0.86


def test_schedules_in_sequence_begin_anew() -> None:
    optimizer = optimizer_of()
    parts: list[LRScheduler] = [ConstantLR(optimizer, 0.1, 9), StepLR(optimizer, 2, 0.5)]
    assert rates(SequentialLR(optimizer, parts, [3]), 7) == pytest.approx(
        [0.1, 0.1, 0.1, 1.0, 1.0, 0.5, 0.5, 0.25]
    )


def test_a_plateau_is_waited_out() -> None:
    optimizer = optimizer_of()
    scheduler = ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
    seen = []
    for loss in (3.0, 2.0, 2.0, 2.0, 2.0, 1.0):
        scheduler.step(loss)
        seen += scheduler.get_last_lr()
    assert seen == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]


def test_a_rate_in_a_tensor_stays_in_it() -> None:
    lr = te.tensor(1.0)
    scheduler = StepLR(optimizer_of(lr), 1, gamma=0.5)
    rates(scheduler, 2)
    assert lr.item() == 0.25
    assert scheduler.optimizer.param_groups[0]["lr"] is lr


def test_the_optimizer_steps_first() -> None:
    scheduler = StepLR(optimizer_of(), 2)
    with pytest.warns(UserWarning, match="opposite order"):
        scheduler.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rates(StepLR(optimizer_of(), 2), 3)


def test_a_failed_step_leaves_no_trace() -> None:
    scheduler = OneCycleLR(optimizer_of(), 1.0, total_steps=2)
    rates(scheduler, 2)
    with pytest.raises(ValueError, match="total steps is 2"):
        scheduler.step()
    with pytest.warns(UserWarning, match="get_last_lr"), pytest.raises(ValueError):
        scheduler.get_lr()


def test_batch_norm_of_an_averaged_model_sees_the_data() -> None:
    model = te.nn.Sequential(te.nn.BatchNorm1d(2))
    averaged = te.optim.swa_utils.AveragedModel(model)
    data = [te.tensor([[1.0, 2.0], [3.0, 2.0]]), te.tensor([[5.0, 6.0], [7.0, 6.0]])]
    te.optim.swa_utils.update_bn(data, averaged)
    assert averaged.module[0].running_mean.tolist() == [4.0, 4.0]
    assert averaged.module[0].momentum == 0.1
    assert model[0].running_mean.tolist() == [0.0, 0.0]
