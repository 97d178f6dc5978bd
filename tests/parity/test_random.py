"""Random numbers: PyTorch's arguments, dtypes, distributions and errors; not its streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")

# what is alike: shapes, dtypes, or the type of the complaint
CALLS: dict[str, Callable[[Any], Any]] = {
    "rand": lambda t: t.rand(2, 3),
    "rand of a size": lambda t: t.rand(size=(2, 3), dtype=t.float64),
    "rand of ints": lambda t: t.rand(2, dtype=t.int64),
    "rand on cuda": lambda t: t.rand(2, nonsense=1),
    "randn": lambda t: t.randn((2, 3), requires_grad=True),
    "randn of ints": lambda t: t.randn(2, dtype=t.int64),
    "rand_like": lambda t: t.rand_like(t.ones(2, dtype=t.float64)),
    "rand_like of ints": lambda t: t.rand_like(t.arange(3)),
    "rand_like to floats": lambda t: t.rand_like(t.arange(3), dtype=t.float32),
    "randint": lambda t: t.randint(5, (2, 3)),
    "randint from": lambda t: t.randint(3, 5, (2,)),
    "randint by name": lambda t: t.randint(high=5, size=(2,)),
    "randint of floats": lambda t: t.randint(5, (2,), dtype=t.float32),
    "randint of nothing": lambda t: t.randint(0, 0, (2,)),
    "randint_like": lambda t: t.randint_like(t.ones(2), 3),
    "randperm": lambda t: t.randperm(4),
    "randperm of int32": lambda t: t.randperm(4, dtype=t.int32),
    "randperm of less than nothing": lambda t: t.randperm(-1),
    "normal": lambda t: t.normal(0.0, 1.0, (2, 3)),
    "normal of tensors": lambda t: t.normal(t.zeros(2, 1), t.ones(3)),
    "normal of a mean": lambda t: t.normal(t.zeros(2)),
    "normal with a number": lambda t: t.normal(2.0, t.ones(2, dtype=t.float64)),
    "normal of shapes that differ": lambda t: t.normal(t.zeros(2), t.ones(3)),
    "normal of a negative std": lambda t: t.normal(0.0, -1.0, (2,)),
    "bernoulli": lambda t: t.bernoulli(t.full((3,), 0.5)),
    "bernoulli with p": lambda t: t.zeros(3).bernoulli(0.5),
    "bernoulli outside": lambda t: t.bernoulli(t.tensor([2.0])),
    "bernoulli of ints": lambda t: t.bernoulli(t.ones(2, dtype=t.int64)),
    "multinomial": lambda t: t.multinomial(t.ones(2, 5), 3),
    "multinomial again and again": lambda t: t.multinomial(t.ones(2), 5, replacement=True),
    "multinomial of too many": lambda t: t.multinomial(t.ones(2), 3),
    "multinomial of negative": lambda t: t.multinomial(t.tensor([-1.0, 2.0]), 1),
    "multinomial of zeros": lambda t: t.multinomial(t.zeros(3), 1),
    "multinomial of ints": lambda t: t.multinomial(t.tensor([1, 2]), 1),
    "multinomial of a cube": lambda t: t.multinomial(t.ones(2, 2, 2), 1),
    "poisson": lambda t: t.poisson(t.ones(3)),
    "uniform_": lambda t: t.empty(3).uniform_(2, 5),
    "uniform_ backwards": lambda t: t.empty(3).uniform_(5, 2),
    "uniform_ of ints": lambda t: t.zeros(2, dtype=t.int64).uniform_(),
    "normal_": lambda t: t.empty(3, dtype=t.float64).normal_(1, 2),
    "normal_ negative": lambda t: t.empty(3).normal_(0, -1),
    "normal_ of a leaf": lambda t: t.ones(3, requires_grad=True).normal_(),
    "bernoulli_": lambda t: t.empty(3).bernoulli_(0.3),
    "bernoulli_ of a tensor": lambda t: t.empty(3).bernoulli_(t.ones(3)),
    "bernoulli_ of ints": lambda t: t.zeros(3, dtype=t.int64).bernoulli_(0.5),
    "bernoulli_ outside": lambda t: t.empty(3).bernoulli_(3),
    "exponential_": lambda t: t.empty(3).exponential_(2.0),
    "exponential_ negative": lambda t: t.empty(3).exponential_(-1.0),
    "geometric_": lambda t: t.empty(3).geometric_(0.5),
    "geometric_ outside": lambda t: t.empty(3).geometric_(2.0),
    "log_normal_": lambda t: t.empty(3).log_normal_(),
    "log_normal_ negative": lambda t: t.empty(3).log_normal_(0, -1),
    "cauchy_": lambda t: t.empty(3).cauchy_(),
    "cauchy_ negative": lambda t: t.empty(3).cauchy_(0, -1),
    "random_": lambda t: t.zeros(3, dtype=t.int64).random_(10),
    "random_ from": lambda t: t.zeros(3).random_(3, 10),
    "random_ of all": lambda t: t.zeros(3, dtype=t.uint8).random_(),
    "a generator": lambda t: t.rand(3, generator=t.Generator().manual_seed(3)),
    "seed returned": lambda t: type(t.manual_seed(3)).__name__,
    "initial seed": lambda t: (t.manual_seed(7), t.initial_seed())[1],
    "a state": lambda t: t.get_rng_state().dtype == t.uint8,
    "a state of nonsense": lambda t: t.set_rng_state(t.zeros(3, dtype=t.uint8)),
    "a state of floats": lambda t: t.set_rng_state(t.zeros(3)),
    "seed of text": lambda t: t.manual_seed("a"),
    "seed too large": lambda t: t.manual_seed(2**70),
}  # fmt: skip


def outcome(call: Callable[[Any], Any], t: Any) -> Any:
    try:
        x = call(t)
    except Exception as error:
        return type(error)
    if isinstance(x, (te.Tensor, torch.Tensor)):
        return str(x.dtype).split(".")[1], tuple(x.shape), x.requires_grad
    return x


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str) -> None:
    assert outcome(CALLS[name], te) == outcome(CALLS[name], torch)


DRAWS: dict[str, Callable[[Any], Any]] = {
    "rand": lambda t: t.rand(40_000),
    "randn": lambda t: t.randn(40_000),
    "normal": lambda t: t.normal(2.0, 3.0, (40_000,)),
    "uniform_": lambda t: t.empty(40_000).uniform_(-2, 5),
    "exponential_": lambda t: t.empty(40_000).exponential_(2.0),
    "geometric_": lambda t: t.empty(40_000).geometric_(0.3),
    "log_normal_": lambda t: t.empty(40_000).log_normal_(0.1, 0.5),
    "cauchy_": lambda t: t.empty(40_000).cauchy_(1, 2),
    "random_": lambda t: t.empty(40_000).random_(5, 12),
    "randint": lambda t: t.randint(-3, 4, (40_000,)).float(),
    "poisson": lambda t: t.poisson(t.full((40_000,), 4.0)),
    "bernoulli": lambda t: t.bernoulli(t.full((40_000,), 0.3)),
    "multinomial": lambda t: t.multinomial(t.tensor([1.0, 0.0, 3.0]), 40_000, True).float(),
}


@pytest.mark.parametrize("name", DRAWS)
def test_distributions(name: str) -> None:
    """The quantiles agree to sampling error."""
    te.manual_seed(0)
    torch.manual_seed(0)
    ours, theirs = DRAWS[name](te).numpy(), DRAWS[name](torch).numpy()
    at = np.linspace(0.05, 0.95, 19)
    spread = np.subtract(*np.quantile(theirs, [0.75, 0.25])) or 1.0
    whole = name in ("geometric_", "random_", "randint", "poisson", "bernoulli", "multinomial")
    if whole:
        values = np.unique(np.concatenate([ours, theirs]))
        shares = [[(x == v).mean() for v in values] for x in (ours, theirs)]
        assert np.abs(np.subtract(*shares)).max() < 0.01
    else:
        assert np.abs(np.quantile(ours, at) - np.quantile(theirs, at)).max() < 0.08 * spread
