"""Learning rate schedules go PyTorch's way, step by step, and their states are PyTorch's."""

from __future__ import annotations

import copy
import math
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")

Make = Callable[[Any, Any], Any]
pytestmark = pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step..` before")
STEPS = 30


class Halving:
    """A function in an object, whose attributes a state holds."""

    def __init__(self, every: int) -> None:
        self.every = every

    def __call__(self, x: float) -> float:
        return 0.5 ** (x // self.every)


SCHEDULES: dict[str, Make] = {
    "lambda": lambda s, o: s.LambdaLR(o, lambda e: 0.9**e),
    "lambdas": lambda s, o: s.LambdaLR(o, [lambda e: 1 / (1 + e), Halving(4)]),
    "multiplicative": lambda s, o: s.MultiplicativeLR(o, lambda e: 1 - 1 / (e + 2)),
    "multiplicatives": lambda s, o: s.MultiplicativeLR(o, [lambda e: 0.95, Halving(3)]),
    "step": lambda s, o: s.StepLR(o, 4),
    "step by half": lambda s, o: s.StepLR(o, step_size=7, gamma=0.5),
    "milestones": lambda s, o: s.MultiStepLR(o, [3, 3, 11]),
    "milestones by half": lambda s, o: s.MultiStepLR(o, (2, 5, 8), gamma=0.5),
    "constant": lambda s, o: s.ConstantLR(o),
    "constant long": lambda s, o: s.ConstantLR(o, factor=0.25, total_iters=20),
    "linear": lambda s, o: s.LinearLR(o),
    "linear down": lambda s, o: s.LinearLR(o, 1.0, 0.1, total_iters=12),
    "exponential": lambda s, o: s.ExponentialLR(o, 0.9),
    "polynomial": lambda s, o: s.PolynomialLR(o),
    "polynomial squared": lambda s, o: s.PolynomialLR(o, total_iters=17, power=2.0),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, T_max=8),
    "cosine from below": lambda s, o: s.CosineAnnealingLR(o, 50, eta_min=0.3),
    "restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 7),
    "longer restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 2, eta_min=0.01),
    "triangles": lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=4),
    "lower triangles": lambda s, o: s.CyclicLR(o, [0.01, 0.1], [0.2, 1.0], 5, 3, "triangular2"),
    "fading triangles": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 4, mode="exp_range", gamma=0.97),
    "triangles by function": lambda s, o: s.CyclicLR(
        o, 0.01, 0.1, 4, scale_fn=lambda x: 1 / x, cycle_momentum=False
    ),
    "triangles by object": lambda s, o: s.CyclicLR(
        o, 0.01, 0.1, 4, scale_fn=Halving(9), scale_mode="iterations", base_momentum=[0.5, 0.6]
    ),
    "one cycle": lambda s, o: s.OneCycleLR(o, 0.3, total_steps=STEPS + 1),
    "one linear cycle": lambda s, o: s.OneCycleLR(
        o, [0.3, 1.0], epochs=8, steps_per_epoch=4, anneal_strategy="linear", pct_start=0.5
    ),
    "one cycle in three": lambda s, o: s.OneCycleLR(
        o,
        0.3,
        STEPS + 1,
        three_phase=True,
        div_factor=10.0,
        final_div_factor=100.0,
        max_momentum=0.9,
    ),
    "one cycle of rates": lambda s, o: s.OneCycleLR(o, 0.3, STEPS + 1, cycle_momentum=False),
    "in sequence": lambda s, o: s.SequentialLR(
        o,
        [s.LinearLR(o, 0.1, total_iters=5), s.CosineAnnealingLR(o, 10), s.ExponentialLR(o, 0.8)],
        [5, 17],
    ),
    "in sequence, restarting": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.5, 3), s.CosineAnnealingWarmRestarts(o, 5)], milestones=[4]
    ),
    "chained": lambda s, o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 6), s.ExponentialLR(o, 0.9)]),
    "chained in sequence": lambda s, o: s.SequentialLR(
        o,
        [
            s.ChainedScheduler([s.StepLR(o, 2, 0.5), s.LinearLR(o, 0.2, total_iters=3)], o),
            s.PolynomialLR(o, 9),
        ],
        [6],
    ),
    "swa": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, 0.05),
    "swa linear": lambda s, o: lib_of(s).optim.swa_utils.SWALR(
        o, [0.05, 2.0], anneal_epochs=20, anneal_strategy="linear"
    ),
    "swa at once": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, 0.05, anneal_epochs=0),
}
PLATEAUS: dict[str, dict[str, Any]] = {
    "default": {},
    "impatient": {"patience": 1, "factor": 0.5},
    "up": {"mode": "max", "patience": 2, "threshold": 0.1},
    "absolute": {"patience": 2, "threshold": 0.05, "threshold_mode": "abs"},
    "up, absolute": {"mode": "max", "patience": 0, "threshold_mode": "abs", "cooldown": 2},
    "bounded": {"patience": 0, "min_lr": [0.1, 0.4], "cooldown": 3, "factor": 0.5},
    "small": {"patience": 0, "eps": 0.2, "min_lr": 0.01},
}
CLOSED = ["step", "milestones", "constant", "linear", "exponential", "polynomial squared", "cosine"]
CLOSED += ["lambda", "restarts", "longer restarts", "triangles", "one cycle"]


def lib_of(schedulers: Any) -> Any:
    return te if schedulers is te.optim.lr_scheduler else torch


def optimizer_of(lib: Any, name: str = "SGD", **kwargs: Any) -> Any:
    a, b = (lib.ones(1, requires_grad=True) for _ in range(2))
    settings = {"momentum": 0.5} if name == "SGD" else {}
    groups = [{"params": [a], "lr": 0.5}, {"params": [b], "lr": 2.0}]
    return getattr(lib.optim, name)(groups, **{**settings, **kwargs})


def settings(optimizer: Any) -> list[Any]:
    """Every number among the groups' settings, by its key."""
    found = []
    for group in optimizer.param_groups:
        for key in ("lr", "initial_lr", "momentum", "betas", "max_momentum", "base_momentum"):
            if key in group:
                value = group[key]
                found += [float(x) for x in (value if isinstance(value, tuple) else (value,))]
    return found


def course(lib: Any, make: Make, name: str = "SGD", **kwargs: Any) -> list[Any]:
    """All settings and what the schedule says of them, epoch by epoch."""
    optimizer = optimizer_of(lib, name, **kwargs)
    schedule = make(lib.optim.lr_scheduler, optimizer)
    seen = []
    for _ in range(STEPS):
        seen += [settings(optimizer), [float(lr) for lr in schedule.get_last_lr()]]
        optimizer.step()
        schedule.step()
    return [*seen, settings(optimizer), plain(schedule.state_dict())]


def plain(x: Any) -> Any:
    """A state as numbers, rounded; functions and their kind left out."""
    if isinstance(x, dict):
        hidden = ("_scale_fn_ref", "anneal_func")
        return {key: plain(value) for key, value in sorted(x.items()) if key not in hidden}
    if isinstance(x, (list, tuple)):
        return [plain(value) for value in x]
    if isinstance(x, (te.Tensor, torch.Tensor)):
        x = x.item()
    return float(f"{x:.9g}") if isinstance(x, (int, float)) and not isinstance(x, bool) else x


def assert_same(ours: list[Any], theirs: list[Any]) -> None:
    *ours, our_state = ours
    *theirs, their_state = theirs
    for epoch, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12, err_msg=f"after {epoch // 2}")
    assert our_state == their_state


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_and_momenta(name: str) -> None:
    assert_same(course(te, SCHEDULES[name]), course(torch, SCHEDULES[name]))


@pytest.mark.parametrize("name", ["triangles", "one cycle", "one cycle in three", "cosine"])
def test_rates_and_betas_of_adam(name: str) -> None:
    make = SCHEDULES[name]
    assert_same(course(te, make, "Adam"), course(torch, make, "Adam"))


@pytest.mark.parametrize("name", ["step", "cosine", "in sequence", "one cycle", "lambdas"])
def test_rates_in_tensors_are_written_in_place(name: str) -> None:
    def run(lib: Any) -> Any:
        optimizer = optimizer_of(lib)
        tensors = [lib.tensor(group["lr"], dtype=lib.float64) for group in optimizer.param_groups]
        for group, lr in zip(optimizer.param_groups, tensors):
            group["lr"] = lr
        schedule = SCHEDULES[name](lib.optim.lr_scheduler, optimizer)
        for _ in range(6):
            optimizer.step()
            schedule.step()
        groups = optimizer.param_groups
        assert all(group["lr"] is lr for group, lr in zip(groups, tensors))
        assert all(lr is not own for lr, own in zip(schedule.get_last_lr(), tensors))
        return [lr.item() for lr in tensors]

    np.testing.assert_allclose(run(te), run(torch), rtol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_state_goes_on_in_another_schedule(name: str) -> None:
    """From PyTorch's state to one of ours, and from ours to PyTorch's."""

    def half(lib: Any) -> tuple[Any, Any]:
        optimizer = optimizer_of(lib)
        schedule = SCHEDULES[name](lib.optim.lr_scheduler, optimizer)
        for _ in range(STEPS // 2):
            optimizer.step()
            schedule.step()
        return optimizer.state_dict(), schedule.state_dict()

    def rest(lib: Any, optimizer_state: Any, state: Any) -> list[Any]:
        optimizer = optimizer_of(lib, lr=7.0)
        schedule = SCHEDULES[name](lib.optim.lr_scheduler, optimizer)
        optimizer.load_state_dict(optimizer_state)
        schedule.load_state_dict(copy.deepcopy(state))  # from which PyTorch may take things out
        seen = []
        for _ in range(STEPS // 2):
            optimizer.step()
            schedule.step()
            seen.append(settings(optimizer))
        return [*seen, plain(schedule.state_dict())]

    ours, theirs = half(te), half(torch)
    expected = rest(torch, *theirs)
    assert_same(rest(te, *ours), expected)
    assert_same(rest(te, *theirs), expected)
    assert_same(rest(torch, *ours), expected)


@pytest.mark.parametrize("name", [n for n in SCHEDULES if "chained" not in n])
def test_a_schedule_that_begins_at_a_later_epoch(name: str) -> None:
    """By `last_epoch`, as old programs resume: with "initial_lr" and the rate of then in the groups."""

    def run(lib: Any) -> Any:
        optimizer = optimizer_of(lib)
        schedulers = lib.optim.lr_scheduler
        SCHEDULES[name](schedulers, optimizer)

        def later(cls: Any) -> Any:
            return lambda *args, **kwargs: cls(*args, last_epoch=5, **kwargs)

        if name.startswith("swa"):
            swa = lib.optim.swa_utils.SWALR
            schedule = swa(optimizer, 0.05, anneal_epochs=9, last_epoch=5)
        elif "sequence" in name:
            return []
        else:
            names = [n for n in dir(schedulers) if n[0].isupper()]
            resuming = types.SimpleNamespace(**{n: later(getattr(schedulers, n)) for n in names})
            schedule = SCHEDULES[name](resuming, optimizer)
        seen = [settings(optimizer)]
        for _ in range(9):
            optimizer.step()
            schedule.step()
            seen.append(settings(optimizer))
        return seen

    for a, b in zip(run(te), run(torch), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_a_step_to_a_given_epoch(name: str) -> None:
    def run(lib: Any) -> list[Any]:
        optimizer = optimizer_of(lib)
        schedule = SCHEDULES[name](lib.optim.lr_scheduler, optimizer)
        seen = []
        for epoch in (0, 1, 9, 10, 4, 21, 6, None, 15, None):
            optimizer.step()
            schedule.step(epoch)
            seen.append([*settings(optimizer), schedule.last_epoch])
        return seen

    np.testing.assert_allclose(run(te), run(torch), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["restarts", "longer restarts"])
def test_restarts_by_fractions_of_an_epoch(name: str) -> None:
    def run(lib: Any) -> list[Any]:
        optimizer = optimizer_of(lib)
        schedule = SCHEDULES[name](lib.optim.lr_scheduler, optimizer)
        seen = []
        for k in range(50):
            schedule.step(k / 2)
            seen.append([*settings(optimizer), schedule.last_epoch, schedule.T_cur, schedule.T_i])
        return seen

    np.testing.assert_allclose(run(te), run(torch), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", PLATEAUS)
def test_plateaus(name: str) -> None:
    metrics = [math.cos(0.1 * k * k) / (k + 1) for k in range(STEPS)] + [math.nan, 0.0] * 5

    def run(lib: Any, resume: bool) -> list[Any]:
        optimizer = optimizer_of(lib)
        make = lib.optim.lr_scheduler.ReduceLROnPlateau
        schedule, seen = make(optimizer, **PLATEAUS[name]), []
        for k, metric in enumerate(metrics):
            schedule.step(lib.tensor(metric) if k % 2 else metric)
            seen.append([*settings(optimizer), *schedule.get_last_lr(), schedule.in_cooldown])
            if resume and k == 11:
                state, schedule = schedule.state_dict(), make(optimizer, patience=3)
                schedule.load_state_dict(state)
        return [*seen, plain(schedule.state_dict())]

    for resume in (False, True):
        assert_same(run(te, resume), run(torch, resume))


# ---- complaints ----------------------------------------------------------------------------------
def plateau_of_a_new_group(s: Any, o: Any, min_lr: Any) -> None:
    schedule = s.ReduceLROnPlateau(o, patience=0, min_lr=min_lr)
    o.add_param_group({"params": [lib_of(s).ones(1, requires_grad=True)]})
    for _ in range(3):
        schedule.step(1.0)


def steps(schedule: Any, n: int = 1, *args: Any) -> None:
    for _ in range(n):
        schedule.optimizer.step()
        schedule.step(*args)


def overridden(s: Any, o: Any, *, late: bool) -> None:
    step = o.step
    schedule = s.StepLR(o, 2) if late else None
    o.step = types.MethodType(lambda self: step(), o)
    steps(schedule or s.StepLR(o, 2), 2)


def other(s: Any) -> Any:
    return s.StepLR(optimizer_of(lib_of(s)), 2)


WRONG: dict[str, Make] = {
    "no optimizer": lambda s, o: s.StepLR(3, 2),
    "no optimizer to cycle": lambda s, o: s.CyclicLR(3, 0.1, 0.2),
    "no optimizer for one cycle": lambda s, o: s.OneCycleLR(3, 0.1, 5),
    "no optimizer to watch": lambda s, o: s.ReduceLROnPlateau(3),
    "no initial lr": lambda s, o: s.StepLR(o, 2, last_epoch=3),
    "the base": lambda s, o: s.LRScheduler(o),
    "lambdas": lambda s, o: s.LambdaLR(o, [lambda e: 1.0]),
    "multiplicatives": lambda s, o: s.MultiplicativeLR(o, [lambda e: 1.0] * 3),
    "no lambda": lambda s, o: s.MultiplicativeLR(o, 3),
    "constant": lambda s, o: s.ConstantLR(o, factor=1.5),
    "constant below": lambda s, o: s.ConstantLR(o, factor=-0.5),
    "linear start": lambda s, o: s.LinearLR(o, start_factor=0.0),
    "linear end": lambda s, o: s.LinearLR(o, end_factor=1.5),
    "T_0": lambda s, o: s.CosineAnnealingWarmRestarts(o, 0),
    "T_0 float": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2.5),
    "T_mult": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, 0),
    "eta_min": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, eta_min="0"),
    "negative epoch": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2).step(-1),
    "cycle mode": lambda s, o: s.CyclicLR(o, 0.1, 0.2, mode="square"),
    "cycle rates": lambda s, o: s.CyclicLR(o, [0.1], 0.2),
    "no momentum": lambda s, o: s.CyclicLR(optimizer_of(lib_of(s), "Adagrad"), 0.1, 0.2),
    "no momentum in one": lambda s, o: s.OneCycleLR(optimizer_of(lib_of(s), "Rprop"), 0.1, 9),
    "total steps": lambda s, o: s.OneCycleLR(o, 0.1, 0),
    "total steps float": lambda s, o: s.OneCycleLR(o, 0.1, 4.0),
    "epochs": lambda s, o: s.OneCycleLR(o, 0.1, epochs=-1, steps_per_epoch=3),
    "steps per epoch": lambda s, o: s.OneCycleLR(o, 0.1, epochs=3, steps_per_epoch=1.5),
    "no steps": lambda s, o: s.OneCycleLR(o, 0.1, epochs=3),
    "pct": lambda s, o: s.OneCycleLR(o, 0.1, 9, pct_start=1.5),
    "pct int": lambda s, o: s.OneCycleLR(o, 0.1, 9, pct_start=1),
    "anneal": lambda s, o: s.OneCycleLR(o, 0.1, 9, anneal_strategy="square"),
    "one cycle rates": lambda s, o: s.OneCycleLR(o, [0.1], 9),
    "after one cycle": lambda s, o: steps(s.OneCycleLR(o, 0.1, 9), 10),
    "factor": lambda s, o: s.ReduceLROnPlateau(o, factor=1.0),
    "plateau mode": lambda s, o: s.ReduceLROnPlateau(o, "least"),
    "threshold mode": lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="least"),
    "min_lrs": lambda s, o: s.ReduceLROnPlateau(o, min_lr=[0.1]),
    "a new group": lambda s, o: plateau_of_a_new_group(s, o, [0.1, 0.1]),
    "a new group, one bound": lambda s, o: plateau_of_a_new_group(s, o, 0.1),
    "sequence of none": lambda s, o: s.SequentialLR(o, [], []),
    "sequence of things": lambda s, o: s.SequentialLR(o, [3], []),
    "sequence milestones": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 2)], [3]),
    "sequence plateau": lambda s, o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []),
    "sequence of another": lambda s, o: s.SequentialLR(o, [other(s)], []),
    "chain of none": lambda s, o: s.ChainedScheduler([]),
    "chain of another": lambda s, o: s.ChainedScheduler([s.StepLR(o, 2), other(s)]),
    "chain for another": lambda s, o: s.ChainedScheduler([other(s)], o),
    "chain plateau": lambda s, o: s.ChainedScheduler([s.ReduceLROnPlateau(o)]),
    "a chain in sequence": lambda s, o: s.SequentialLR(
        o, [s.ChainedScheduler([s.StepLR(o, 2)])], []
    ),
    "swa strategy": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, 0.1, 3, "square"),
    "swa epochs": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, 0.1, -3),
    "swa epochs float": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, 0.1, 3.0),
    "swa rates": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, [0.1]),
    "ema": lambda s, o: lib_of(s).optim.swa_utils.get_ema_avg_fn(1.5),
    "ema of several": lambda s, o: lib_of(s).optim.swa_utils.get_ema_multi_avg_fn(-0.5),
    "in order": lambda s, o: steps(s.StepLR(o, 2), 3),
    "too early": lambda s, o: s.StepLR(o, 2).step(),
    "too early, twice": lambda s, o: steps(s.ChainedScheduler([s.StepLR(o, 2)] * 2)),
    "too early for a new one": lambda s, o: (o.step(), s.StepLR(o, 2).step()),
    "early enough": lambda s, o: (steps(s.StepLR(o, 2)), s.StepLR(o, 2).step()),
    "an epoch": lambda s, o: steps(s.StepLR(o, 2), 1, 4),
    "an epoch on a plateau": lambda s, o: s.ReduceLROnPlateau(o).step(1.0, 4),
    "step replaced": lambda s, o: overridden(s, o, late=True),
    "step replaced before": lambda s, o: overridden(s, o, late=False),
    "get_lr by hand": lambda s, o: s.StepLR(o, 2).get_lr(),
    "get_lr of a swa": lambda s, o: lib_of(s).optim.swa_utils.SWALR(o, 0.1).get_lr(),
}


@pytest.mark.parametrize("name", WRONG)
def test_complaints_are_pytorchs(name: str) -> None:
    def complaint(lib: Any) -> tuple[Any, list[Any]]:
        raised = None
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                WRONG[name](lib.optim.lr_scheduler, optimizer_of(lib))
            except Exception as error:
                raised = type(error)
        return raised, [w.category for w in warned]

    assert complaint(te) == complaint(torch)


def users_own(lib: Any) -> list[Any]:
    """A schedule written the usual way, by a user."""

    class Square(lib.optim.lr_scheduler._LRScheduler):  # type: ignore[misc]
        def __init__(self, optimizer: Any, last_epoch: int = -1) -> None:
            self.power = 2
            super().__init__(optimizer, last_epoch)

        def get_lr(self) -> list[float]:
            return [lr / (self.last_epoch + 1) ** self.power for lr in self.base_lrs]

    optimizer = optimizer_of(lib)
    schedule, seen = Square(optimizer), []
    for _ in range(4):
        optimizer.step()
        schedule.step()
        seen.append([*schedule.get_last_lr(), *settings(optimizer)])
    return [*seen, plain(schedule.state_dict())]


def test_schedules_of_ones_own() -> None:
    assert_same(users_own(te), users_own(torch))


# ---- averages of models --------------------------------------------------------------------------
AVERAGES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "swa": lambda u: {},
    "swa by function": lambda u: {"avg_fn": u.get_swa_avg_fn()},
    "swa by functions": lambda u: {"multi_avg_fn": u.get_swa_multi_avg_fn()},
    "ema by function": lambda u: {"avg_fn": u.get_ema_avg_fn(0.9)},
    "ema by functions": lambda u: {"multi_avg_fn": u.get_ema_multi_avg_fn(0.75)},
    "ema of buffers": lambda u: {"avg_fn": u.get_ema_avg_fn(0.9), "use_buffers": True},
    "ema of buffers by functions": lambda u: {
        "multi_avg_fn": u.get_ema_multi_avg_fn(0.9),
        "use_buffers": True,
    },
    "a maximum": lambda u: {"avg_fn": lambda a, p, n: a + (p - a) * (p > a)},
}


def model_of(lib: Any, seed: int) -> Any:
    """A model with parameters of two dtypes, and buffers of floats and of integers."""
    rng = np.random.default_rng(seed)
    model = lib.nn.Sequential(lib.nn.Linear(3, 2), lib.nn.Tanh(), lib.nn.Linear(2, 1).double())
    model.register_buffer("seen", lib.tensor(rng.standard_normal(2)))
    model.register_buffer("count", lib.tensor(10 * seed + 3))
    with lib.no_grad():
        for p in model.parameters():
            p.copy_(lib.tensor(rng.standard_normal(tuple(p.shape))))
    return model


def assert_same_states(run: Callable[[Any], Any], tolerance: float) -> None:
    """What `run(lib)` returns, a model, ends with the same parameters and buffers."""
    ours, theirs = (list(run(lib).state_dict().items()) for lib in (te, torch))
    for (name, a), (other, b) in zip(ours, theirs, strict=True):
        assert name == other and a.numpy().dtype == b.numpy().dtype
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=tolerance)


@pytest.mark.parametrize("name", AVERAGES)
def test_averages_of_models(name: str) -> None:
    def run(lib: Any) -> Any:
        utils = lib.optim.swa_utils
        averaged = utils.AveragedModel(model_of(lib, 0), **AVERAGES[name](utils))
        for seed in range(1, 5):
            averaged.update_parameters(model_of(lib, seed))
        return averaged

    assert_same_states(run, 1e-6)


@pytest.mark.parametrize("packed", [False, True])
def test_statistics_of_batch_norm(packed: bool) -> None:
    def run(lib: Any) -> Any:
        rng = np.random.default_rng(0)
        nn = lib.nn
        model = nn.Sequential(nn.BatchNorm1d(3), nn.Tanh(), nn.BatchNorm1d(3, momentum=0.5)).eval()
        batches = [lib.tensor(rng.standard_normal((n, 3)).astype("float32")) for n in (4, 7, 5)]
        model(batches[0])
        lib.optim.swa_utils.update_bn([(x, 1) for x in batches] if packed else batches, model)
        assert not model.training and [model[0].momentum, model[2].momentum] == [0.1, 0.5]
        lib.optim.swa_utils.update_bn([], nn.Linear(1, 1))
        return model

    assert_same_states(run, 1e-5)
