"""Measuring two programs side by side, so that what disturbs the one disturbs the other.

A contestant is a pair (prepare, run): `prepare` is not timed and its result is handed to `run`.
In each round every contestant runs once, in an order that turns; the figure is the median over the
rounds of our time divided by theirs in the same round.  Time is CPU time of this process.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from statistics import median
from typing import Any

Contestant = tuple[Callable[[], Any], Callable[[Any], Any]]
Step = Callable[[], None]
OURS = "tinygrad_edu"
HEADER = f"{'case':<28}{'against':<12}{'ours':>10}{'theirs':>10}{'ratio':>8}  goal"


def settle() -> None:
    """Load every library once, and keep what they made out of the garbage collector's rounds."""
    for name in (OURS, "torch", "micrograd.nn", "mygrad", "autograd.numpy"):
        if (module := load(name)) and name == "torch":
            module.set_num_threads(1)
    gc.collect()
    gc.freeze()


def load(name: str) -> Any:
    """A module, or None if it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


# ---- contestants ---------------------------------------------------------------------------------
def nothing() -> None:
    pass


def one(step: Step | None) -> Contestant | None:
    """A step as what is measured."""
    return step and (nothing, lambda _: step())


def repeated(step: Step, times: int) -> Step:
    """So many in one measurement."""

    def run() -> None:
        for _ in range(times):
            step()

    return run


def training_step(model: Any, loss_of: Any, optimizer: Any, inputs: Any, targets: Any) -> Step:
    """One step of the loop that every program has."""

    def step() -> None:
        optimizer.zero_grad()
        loss_of(model(inputs), targets).backward()
        optimizer.step()

    return step


# ---- races ---------------------------------------------------------------------------------------
def timed(contestant: Contestant) -> float:
    """Seconds of CPU time of one run; what `run` drops is freed on its bill."""
    prepare, run = contestant
    ready = [prepare()]
    gc.collect()
    start = time.process_time()
    run(ready.pop())
    return time.process_time() - start


def race(
    case: str, contestants: dict[str, Contestant | None], goals: dict[str, float], rounds: int
) -> Iterator[str]:
    """A line per rival; None stands for one that is not installed."""
    running = {name: c for name, c in contestants.items() if c}
    for contestant in running.values():
        timed(contestant)  # caches fill, allocators grow
    times: dict[str, list[float]] = {name: [] for name in running}
    for k in range(rounds):
        order = list(running)
        for name in order[k % len(order) :] + order[: k % len(order)]:
            times[name].append(timed(running[name]))
    for rival in contestants:
        if rival == OURS:
            continue
        if rival not in times:
            yield f"{case:<28}{rival:<12} skipped: not installed"
            continue
        pairs = zip(times[OURS], times[rival], strict=True)
        yield line(
            case, rival, duration(median(times[OURS])), duration(median(times[rival])),
            median(a / b for a, b in pairs), goals.get(rival),
        )  # fmt: skip


def against_torch(
    case: str, make: Callable[..., Step], *settings: str, goal: float | None = None, rounds: int
) -> Iterator[str]:
    """The line of one program, `make(library, *settings)`, on both."""
    torch = load("torch")
    contestants = {
        OURS: one(make(load(OURS), *settings)),
        "torch": one(make(torch, *settings)) if torch else None,
    }
    yield from race(case, contestants, {} if goal is None else {"torch": goal}, rounds)


def line(case: str, rival: str, ours: str, theirs: str, ratio: float, goal: float | None) -> str:
    """One comparison."""
    verdict = "-" if goal is None else f"<= {goal:g}  {'met' if ratio <= goal else 'NOT MET'}"
    return f"{case:<28}{rival:<12}{ours:>10}{theirs:>10}{ratio:>7.2f}x  {verdict}"


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"
