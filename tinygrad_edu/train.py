"""Training a network to tell images apart, as any user of the framework would write it.

`Settings` says what to do, `network` builds the layers, `fit` trains them and returns a `History`;
`run` is all of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter
from typing import Any

from numpy.typing import NDArray

from . import nn, optim
from .autograd import no_grad
from .images import Images, load
from .nn import functional as F, init
from .random import manual_seed
from .tensor import Tensor
from .utils.data import DataLoader, Dataset

__all__ = ["RECIPES", "History", "Run", "Settings", "Watch", "evaluate", "fit", "network", "run"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Settings:
    """What decides a training run."""

    data: str = "digits"
    images: int | None = None  # how many of the training images, from the first; None for all
    layers: tuple[int, ...] = (16, 16)
    activation: str = "tanh"
    init: str = "default"
    loss: str = "cross-entropy"
    optimizer: str = "adam"
    lr: float = 0.01
    schedule: str = "linear"
    batch: int = 32
    epochs: int = 30
    seed: int = 0


RECIPES = {
    # 3Blue1Brown's network with Nielsen's training: all of 2010, and still 93 %.
    "faithful": Settings(
        data="mnist",
        images=50_000,
        activation="sigmoid",
        init="normal",
        loss="squared",
        optimizer="sgd",
        lr=3.0,
        schedule="constant",
        batch=10,
    ),
    "improved": Settings(data="mnist", activation="relu", lr=0.002, batch=64, epochs=20),
    "wide": Settings(data="mnist", layers=(128,), activation="relu", lr=0.002, batch=64, epochs=5),
}

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "identity": nn.Identity,
}

OPTIMIZERS: dict[str, Callable[..., optim.Optimizer]] = {
    "sgd": optim.SGD,
    "momentum": lambda parameters, lr: optim.SGD(parameters, lr=lr, momentum=0.9),
    "adam": optim.Adam,
    "adamw": optim.AdamW,
}

SCHEDULES: dict[
    str, Callable[[float], float]
] = {  # the share of the run that is done -> factor of lr
    "constant": lambda done: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: (1.0 + math.cos(math.pi * done)) / 2,
}


def _normal(layer: nn.Linear) -> None:
    for parameter in layer.parameters():
        init.normal_(parameter)


def _weights(fill: Callable[[Tensor], object]) -> Callable[[nn.Linear], None]:
    """Fill the weights; biases start at 0."""

    def start(layer: nn.Linear) -> None:
        weight, bias = layer.parameters()
        fill(weight)
        init.zeros_(bias)

    return start


INITS: dict[str, Callable[[nn.Linear], None]] = {
    "default": lambda layer: None,
    "normal": _normal,
    "xavier": _weights(init.xavier_normal_),
    "kaiming": _weights(lambda weight: init.kaiming_normal_(weight, nonlinearity="relu")),
    "zeros": _weights(init.zeros_),
}


@dataclass(frozen=True)
class Objective:
    """What to minimise, and how sure of each class the outputs say the network is, in [0, 1]."""

    loss: Callable[[Tensor, Tensor], Tensor]  # outputs (N, classes), labels (N,) -> ()
    scores: Callable[[Tensor], Tensor]  # (N, classes) -> (N, classes)
    squashed: bool = False  # whether the network ends in a sigmoid


def _half_squared_error(outputs: Tensor, labels: Tensor) -> Tensor:
    wanted = F.one_hot(labels, outputs.shape[1]).float()
    return F.half_squared_error(outputs, wanted, "batchmean")


LOSSES = {
    "cross-entropy": Objective(F.cross_entropy, lambda outputs: F.softmax(outputs, 1)),
    "squared": Objective(_half_squared_error, lambda outputs: outputs, squashed=True),
}


# ---- the network and its training --------------------------------------------------------------
def network(pixels: int, classes: int, settings: Settings) -> nn.Sequential:
    """Fully connected layers, an activation after each hidden one."""
    net = nn.Sequential(nn.Flatten())
    sizes = [pixels, *settings.layers]
    for inputs, outputs in pairwise(sizes):
        net.append(nn.Linear(inputs, outputs))
        net.append(ACTIVATIONS[settings.activation]())
    net.append(nn.Linear(sizes[-1], classes))
    if LOSSES[settings.loss].squashed:
        net.append(nn.Sigmoid())
    for module in net:
        if isinstance(module, nn.Linear):
            INITS[settings.init](module)
    return net


@dataclass
class History:
    """Loss and share of right answers, before training and after each epoch."""

    losses: dict[str, list[float]] = field(default_factory=lambda: {"training": [], "unseen": []})
    accuracies: dict[str, list[float]] = field(
        default_factory=lambda: {"training": [], "unseen": []}
    )
    seconds: float = 0.0

    def add(self, name: str, loss: float, accuracy: float) -> None:
        """Append to the curves called `name`."""
        self.losses[name].append(loss)
        self.accuracies[name].append(accuracy)


class Watch:
    """Told how training goes; this one does not mind."""

    def step(self, done: float) -> None:
        """Called after each batch; `done` is the share of the run that is behind it."""

    def epoch(self, history: History) -> bool | None:
        """Called before training and after each epoch; True ends the training."""


def fit(
    net: nn.Module,
    training: Dataset[Any],
    unseen: Dataset[Any],
    settings: Settings,
    watch: Watch | None = None,
) -> History:
    """Train `net` on one set of images, and test it on both before training and after each epoch.

    Raises:
        ArithmeticError: if the loss is no longer a number.
    """
    watch, history, start = watch or Watch(), History(), perf_counter()
    loss_of, schedule = LOSSES[settings.loss].loss, SCHEDULES[settings.schedule]
    optimizer = OPTIMIZERS[settings.optimizer](net.parameters(), lr=settings.lr)
    loader = DataLoader(training, batch_size=settings.batch, shuffle=True)
    steps = settings.epochs * len(loader)

    for epoch in range(settings.epochs + 1):
        if epoch:
            for step, (images, labels) in enumerate(loader, (epoch - 1) * len(loader)):
                for group in optimizer.param_groups:
                    group["lr"] = settings.lr * schedule(step / steps)
                optimizer.zero_grad()
                loss_of(net(images), labels).backward()
                optimizer.step()
                watch.step((step + 1) / steps)
        for name, images_of in (("training", training), ("unseen", unseen)):
            history.add(name, *evaluate(net, images_of, loss_of))
        history.seconds = perf_counter() - start
        loss = history.losses["training"][-1]
        if not math.isfinite(loss):
            raise ArithmeticError(
                f"fit: expected a finite loss, got {loss} in epoch {epoch}; try a smaller lr"
            )
        if watch.epoch(history):
            break
    return history


def evaluate(
    net: nn.Module, images_of: Dataset[Any], loss_of: Callable[[Tensor, Tensor], Tensor]
) -> tuple[float, float]:
    """Return the mean loss and the share of right answers."""
    loss, right, count = 0.0, 0, 0
    with no_grad():
        for images, labels in DataLoader(images_of, batch_size=1000):
            outputs = net(images)
            loss += loss_of(outputs, labels).item() * len(labels)
            right += int((outputs.argmax(1) == labels).sum().item())
            count += len(labels)
    return loss / count, right / count


# ---- all of it ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Run:
    """A training run: what was asked for, and what came of it.

    labels  (N,): the classes of the unseen images
    scores  (N, classes): how sure the network is of each class, in [0, 1]
    """

    settings: Settings
    data: Images
    net: nn.Sequential
    history: History
    labels: Array
    scores: Array


def run(settings: Settings, watch: Watch | None = None) -> Run:
    """Load, build, train, and ask the trained network about every unseen image."""
    data = load(settings.data, settings.images)
    manual_seed(settings.seed)
    net = network(data.pixels, len(data.classes), settings)
    history = fit(net, data.training, data.unseen, settings, watch)
    images, labels = data.unseen.tensors
    with no_grad():
        scores = LOSSES[settings.loss].scores(net(images))
    return Run(settings, data, net, history, labels.numpy(), scores.numpy())
