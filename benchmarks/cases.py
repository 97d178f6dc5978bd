"""What is measured.  A program takes the library it runs on as an argument: only the import differs."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import tinygrad_edu

from . import layers, memory, sequences, startup
from .harness import OURS, Contestant, Step, load, nothing, one, race, repeated, training_step

torch, mygrad = load("torch"), load("mygrad")
hips = load("autograd.numpy") and load("autograd")
micrograd = load("micrograd.engine") and load("micrograd.nn")

LENGTH = 1_000  # of a chain, in pairs of a product and a sum


# ---- small tensors: the cost of an operation -----------------------------------------------------
def chain(x: Any, w: Any, b: Any) -> Any:
    """((x w + b) w + b) ..., the sum of it"""
    for _ in range(LENGTH):
        x = x * w + b
    return x.sum()


LEAVES = np.linspace(0.0, 1.0, 8), np.full(8, 0.999), np.full(8, 1e-3)


def leaves(library: Any) -> list[Any]:
    tracked = {} if library is mygrad else {"requires_grad": True}
    return [library.tensor(a.astype(np.float32), **tracked) for a in LEAVES]


def chain_in(library: Any) -> tuple[Contestant, Contestant]:
    """Forward and backward on Tensors of shape (8,)."""
    xs = leaves(library)

    def fresh() -> Any:
        for x in xs:
            x.grad = None
        return chain(*xs)

    if library is mygrad:  # which forgets gradients by itself
        return (nothing, lambda _: chain(*xs)), (lambda: chain(*xs), lambda y: y.backward())
    return (nothing, lambda _: chain(*xs)), (fresh, lambda y: y.backward())


def chain_in_hips() -> tuple[Contestant, Contestant]:
    core, box = load("autograd.core"), load("autograd.builtins").tuple
    anp, xs = load("autograd.numpy"), [a.astype(np.float32) for a in LEAVES]

    def traced(leaves: Any) -> Any:
        x, w, b = leaves
        for _ in range(LENGTH):
            x = x * w + b
        return anp.sum(x)

    def forward(_: None = None) -> Any:
        return core.make_vjp(traced, box(xs))

    return (nothing, forward), (forward, lambda pair: pair[0](1.0))


def small_tensors(rounds: int) -> Iterator[str]:
    """1,000 products and sums of shape (8,), forward and backward apart."""
    found = {
        OURS: chain_in(tinygrad_edu),
        "torch": chain_in(torch) if torch else None,
        "MyGrad": chain_in(mygrad) if mygrad else None,
        "HIPS": chain_in_hips() if hips else None,
    }
    for k, part in enumerate(("forward", "backward")):
        contestants = {name: pair and pair[k] for name, pair in found.items()}
        yield from race(f"chain (8,) {part}", contestants, {"torch": 0.6}, rounds)


# ---- scalars: against micrograd ------------------------------------------------------------------
def value_chain(value: Any) -> Contestant:
    """2,000 operations on Values, forward and backward."""

    def run(_: None) -> None:
        x, w, b = value(0.5), value(0.999), value(0.001)
        for _ in range(LENGTH):
            x = x * w + b
        x.backward()

    return nothing, run


def scalars(rounds: int) -> Iterator[str]:
    """A chain of 2,000 Values."""
    sys.setrecursionlimit(20_000)  # micrograd's backward is recursive
    rival = value_chain(load("micrograd.engine").Value) if micrograd else None
    contestants = {OURS: value_chain(tinygrad_edu.Value), "micrograd": rival}
    yield from race("Value chain, both", contestants, {"micrograd": 0.8}, rounds)


def moons() -> tuple[list[list[float]], list[int]]:
    """100 points on two half circles, as in micrograd's demonstration."""
    rng = np.random.default_rng(1337)
    t, which = rng.uniform(0, np.pi, 100), np.arange(100) % 2
    points = np.stack(
        [np.cos(t) * (1 - 2 * which) + which, np.sin(t) * (1 - 2 * which) + which / 2], 1
    )
    return (points + rng.normal(0, 0.1, points.shape)).tolist(), (which * 2 - 1).tolist()


def moons_step(value: Any, mlp: Any) -> Contestant:
    """One step of micrograd's demonstration: 2-16-16-1, maximum margin, 100 points."""
    random.seed(1337)
    model, (points, signs) = mlp(2, [16, 16, 1]), moons()

    def run(_: None) -> None:
        inputs = [list(map(value, point)) for point in points]
        scores = list(map(model, inputs))
        losses = [(1 + -sign * score).relu() for sign, score in zip(signs, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad

    return nothing, run


def scalar_network(rounds: int) -> Iterator[str]:
    """The 2-16-16-1 network of Values on 100 points."""
    sys.setrecursionlimit(20_000)
    ours = moons_step(tinygrad_edu.Value, load("tinygrad_edu.mlp").MLP)
    rival = (
        moons_step(load("micrograd.engine").Value, load("micrograd.nn").MLP) if micrograd else None
    )
    yield from race(
        "Value 2-16-16-1 step",
        {OURS: ours, "micrograd": rival},
        {"micrograd": 0.3},
        max(3, rounds // 3),
    )


# ---- digits: a training step as PyTorch's programs write it ----------------------------------------
def batch(count: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.random((count, 784), np.float32), rng.integers(0, 10, count)


def network(torch: Any, hidden: int, activation: str) -> Any:
    nn = torch.nn
    act = getattr(nn, activation)
    return nn.Sequential(
        nn.Linear(784, hidden), act(), nn.Linear(hidden, hidden), act(), nn.Linear(hidden, 10)
    )


def sigmoid_step(torch: Any) -> Step:
    """784-16-16-10, sigmoid, mean squared error, SGD, batch of 32."""
    nn, (x, labels) = torch.nn, batch(32)
    model = nn.Sequential(network(torch, 16, "Sigmoid"), nn.Sigmoid())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs, targets = torch.tensor(x), torch.tensor(np.eye(10, dtype=np.float32)[labels])
    return training_step(model, nn.MSELoss(), optimizer, inputs, targets)


def relu_step(torch: Any, hidden: int = 16, count: int = 32) -> Step:
    """784-hidden-hidden-10, ReLU, cross entropy, SGD."""
    model, (x, labels) = network(torch, hidden, "ReLU"), batch(count)
    optimizer, loss_of = torch.optim.SGD(model.parameters(), lr=0.1), torch.nn.CrossEntropyLoss()
    return training_step(model, loss_of, optimizer, torch.tensor(x), torch.tensor(labels))


def parameters() -> list[Any]:
    rng = np.random.default_rng(0)
    sizes = (784, 16, 16, 10)
    shapes = [s for n, m in zip(sizes, sizes[1:], strict=False) for s in ((n, m), (m,))]
    return [(rng.normal(0, 0.1, shape)).astype(np.float32) for shape in shapes]


def sigmoid_step_in_mygrad() -> Step:
    sigmoid = load("mygrad.nnet.activations").sigmoid
    (x, labels), ws = batch(32), [mygrad.tensor(a) for a in parameters()]
    targets = np.eye(10, dtype=np.float32)[labels]

    def step() -> None:
        h = x
        for w, b in zip(ws[::2], ws[1::2], strict=True):
            h = sigmoid(mygrad.matmul(h, w) + b)
        mygrad.mean((h - targets) ** 2).backward()
        for w in ws:
            w.data -= 0.1 * w.grad

    return step


def sigmoid_step_in_hips() -> Step:
    anp, (x, labels), ws = load("autograd.numpy"), batch(32), parameters()
    targets = np.eye(10, dtype=np.float32)[labels]

    def loss(ws: Any) -> Any:
        h = x
        for k in range(0, 6, 2):
            h = 0.5 * anp.tanh(0.5 * (anp.dot(h, ws[k]) + ws[k + 1])) + 0.5
        return anp.mean((h - targets) ** 2)

    gradient = hips.grad(loss)

    def step() -> None:
        for w, g in zip(ws, gradient(ws), strict=True):
            w -= 0.1 * g

    return step


def digits(rounds: int) -> Iterator[str]:
    """Training steps of 784-16-16-10."""
    steps = {
        OURS: sigmoid_step(tinygrad_edu),
        "torch": sigmoid_step(torch) if torch else None,
        "MyGrad": sigmoid_step_in_mygrad() if mygrad else None,
        "HIPS": sigmoid_step_in_hips() if hips else None,
    }
    contestants = {name: step and one(repeated(step, 50)) for name, step in steps.items()}
    yield from race("784-16-16-10 sigmoid MSE", contestants, {"torch": 0.6}, rounds)
    steps = {OURS: relu_step(tinygrad_edu), "torch": relu_step(torch) if torch else None}
    contestants = {name: step and one(repeated(step, 50)) for name, step in steps.items()}
    yield from race("784-16-16-10 ReLU CE", contestants, {"torch": 0.6}, rounds)


# ---- pictures ------------------------------------------------------------------------------------
def lenet_step(torch: Any, activation: str, pool: str) -> Step:
    """LeNet-5 on 64 pictures of 28 x 28, cross entropy, SGD."""
    nn, act, rng = torch.nn, getattr(torch.nn, activation), np.random.default_rng(0)
    pool_by_2 = getattr(nn, pool)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), act(), pool_by_2(2), nn.Conv2d(6, 16, 5), act(), pool_by_2(2),
        nn.Flatten(), nn.Linear(400, 120), act(), nn.Linear(120, 84), act(), nn.Linear(84, 10),
    )  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = torch.tensor(rng.random((64, 1, 28, 28), np.float32))
    targets = torch.tensor(rng.integers(0, 10, 64))
    return training_step(model, nn.CrossEntropyLoss(), optimizer, inputs, targets)


def lenet(rounds: int) -> Iterator[str]:
    """Training steps of LeNet-5, as it was and as it is written today."""
    for activation, pool in (("Tanh", "AvgPool2d"), ("ReLU", "MaxPool2d")):
        libraries = {OURS: tinygrad_edu, "torch": torch}
        steps = {name: lib and lenet_step(lib, activation, pool) for name, lib in libraries.items()}
        contestants = {name: step and one(repeated(step, 5)) for name, step in steps.items()}
        yield from race(f"LeNet-5 {activation} {pool}", contestants, {"torch": 0.8}, rounds)


def peak_memory(rounds: int) -> Iterator[str]:
    """Of a training step of 784-512-512-10, batch of 128: bytes of arrays beyond parameters and data."""
    theirs = memory.peak_in_torch(relu_step(torch, 512, 128)) if torch else None
    yield memory.line(memory.peak(relu_step(tinygrad_edu, 512, 128)), theirs, goal=1.3)


CASES: dict[str, Callable[[int], Iterator[str]]] = {
    "tensors": small_tensors,
    "values": scalars,
    "mlp": scalar_network,
    "digits": digits,
    "lenet": lenet,
    "lstm": sequences.lstm,
    "gpt": sequences.small_gpt,
    "activations": layers.activations,
    "bce": layers.binary_losses,
    "wide": layers.wide,
    "memory": peak_memory,
    "import": startup.compare,
}
