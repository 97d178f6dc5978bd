"""Single layers and losses, forward and backward, and a step of a network whose matrix products are large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .harness import Step, against_torch, repeated, training_step

SHAPE = 768, 256  # of the hidden layer of a small GPT's block
CURVES = "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"


def activation(torch: Any, name: str) -> Step:
    """An activation function, forward and backward."""
    rng = np.random.default_rng(0)
    x, g = (torch.tensor(rng.standard_normal(SHAPE).astype(np.float32)) for _ in range(2))
    x.requires_grad_()
    function = getattr(torch.nn.functional, name)

    def step() -> None:
        x.grad = None
        function(x).backward(g)

    return repeated(step, 10)


def binary_loss(torch: Any, name: str) -> Step:
    """A loss of 64 answers yes or no, forward and backward."""
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.random(64, np.float32), requires_grad=True)
    y = torch.tensor((rng.random(64) < 0.5).astype(np.float32))
    loss_of = getattr(torch.nn, name)()

    def step() -> None:
        x.grad = None
        loss_of(x, y).backward()

    return repeated(step, 200)


def wide_step(torch: Any) -> Step:
    """784-512-512-10, ReLU, cross entropy, SGD with momentum, batch of 128."""
    nn, rng = torch.nn, np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    inputs = torch.tensor(rng.random((128, 784), np.float32))
    targets = torch.tensor(rng.integers(0, 10, 128))
    return repeated(training_step(model, nn.CrossEntropyLoss(), optimizer, inputs, targets), 10)


def activations(rounds: int) -> Iterator[str]:
    """Activation functions on (768, 256)."""
    for name in CURVES:
        yield from against_torch(name, activation, name, goal=1.0, rounds=rounds)


def binary_losses(rounds: int) -> Iterator[str]:
    """Losses of 64 answers yes or no."""
    for name in ("BCELoss", "BCEWithLogitsLoss"):
        yield from against_torch(f"{name} (64,)", binary_loss, name, goal=1.0, rounds=rounds)


def wide(rounds: int) -> Iterator[str]:
    """A step of 784-512-512-10, bound by its matrix products."""
    yield from against_torch("784-512-512-10 momentum", wide_step, goal=0.7, rounds=rounds)
