"""Training: recipes, their parts, and what the history says of them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.images import load
from tinygrad_edu.train import (
    ACTIVATIONS,
    INITS,
    LOSSES,
    OPTIMIZERS,
    RECIPES,
    SCHEDULES,
    History,
    Run,
    Settings,
    Watch,
    evaluate,
    fit,
    network,
    run,
)
from tinygrad_edu.utils.data import TensorDataset

SHORT = Settings(images=100, epochs=2, layers=(8,))


def test_the_network_of_the_lectures_has_13002_parameters() -> None:
    net = network(784, 10, RECIPES["faithful"])
    assert sum(p.numel() for p in net.parameters()) == 13_002
    assert [type(module).__name__ for module in net] == [
        "Flatten",
        *("Linear", "Sigmoid"),
        *("Linear", "Sigmoid"),
        *("Linear", "Sigmoid"),
    ]


def test_the_faithful_recipe_is_that_of_the_lectures() -> None:
    s = RECIPES["faithful"]
    assert (s.data, s.images, s.layers, s.lr, s.batch, s.epochs) == (
        "mnist",
        50_000,
        (16, 16),
        3.0,
        10,
        30,
    )
    assert (s.activation, s.init, s.loss, s.optimizer, s.schedule) == (
        "sigmoid",
        "normal",
        "squared",
        "sgd",
        "constant",
    )


def test_no_hidden_layer_leaves_a_linear_classifier() -> None:
    net = network(64, 10, replace(SHORT, layers=()))
    assert [type(module).__name__ for module in net] == ["Flatten", "Linear"]


CHOICES = [
    *(("activation", name) for name in ACTIVATIONS),
    *(("init", name) for name in INITS),
    *(("loss", name) for name in LOSSES),
    *(("optimizer", name) for name in OPTIMIZERS),
    *(("schedule", name) for name in SCHEDULES),
]


@pytest.mark.parametrize(("field", "name"), CHOICES, ids=["-".join(pair) for pair in CHOICES])
def test_every_choice_trains(field: str, name: str) -> None:
    done = run(replace(SHORT, **{field: name}))  # type: ignore[arg-type]
    losses = done.history.losses["training"]
    assert len(losses) == 3
    assert losses[-1] < losses[0] or name == "zeros"
    assert 0 <= done.scores.min() <= done.scores.max() <= 1


def test_starting_from_zeros_keeps_all_neurons_of_a_layer_alike() -> None:
    done = run(replace(SHORT, init="zeros", activation="sigmoid"))
    weights = done.net[1].weight.detach().numpy()
    assert (weights == weights[0]).all()


def test_one_seed_gives_one_run_and_another_seed_another() -> None:
    first, again, other = (run(replace(SHORT, seed=seed)).history.losses for seed in (1, 1, 2))
    assert first == again != other


def test_the_embedded_digits_are_learned() -> None:
    history = run(Settings()).history
    assert history.accuracies["unseen"][0] < 0.3
    assert history.accuracies["unseen"][-1] >= 0.95


def test_mnist_is_learned(data_folder: Path) -> None:
    history = run(replace(RECIPES["wide"], images=5_000, epochs=2)).history
    assert history.accuracies["unseen"][-1] >= 0.85


def test_a_loss_that_is_no_number_stops_training() -> None:
    with pytest.raises(
        ArithmeticError, match="expected a finite loss, got nan in epoch 1; try a smaller lr"
    ):
        run(replace(SHORT, optimizer="sgd", lr=1e30, activation="identity"))


def test_the_watch_is_told_of_every_step_and_epoch() -> None:
    class Listener(Watch):
        def __init__(self) -> None:
            self.done: list[float] = []
            self.epochs: list[int] = []

        def step(self, done: float) -> None:
            self.done.append(done)

        def epoch(self, history: History) -> None:
            self.epochs.append(len(history.losses["unseen"]))

    listener = Listener()
    run(SHORT, listener)
    assert listener.done == [k / 8 for k in range(1, 9)]  # 2 epochs of 100 images, 32 a step
    assert listener.epochs == [1, 2, 3]


def test_schedules_start_at_one_and_all_but_the_constant_end_at_zero() -> None:
    for name, factor in SCHEDULES.items():
        assert factor(0.0) == 1.0
        assert factor(1.0) == pytest.approx(float(name == "constant"))
    assert SCHEDULES["linear"](0.25) == 0.75
    assert SCHEDULES["cosine"](0.5) == pytest.approx(0.5)


def test_the_squared_error_is_half_the_sum_over_classes() -> None:
    outputs, labels = te.tensor([[0.5, 0.5], [1.0, 0.0]]), te.tensor([0, 1])
    loss = LOSSES["squared"].loss(outputs, labels)
    assert loss.item() == pytest.approx(((0.25 + 0.25) / 2 + (1 + 1) / 2) / 2)


def test_evaluate_averages_over_images_not_over_batches() -> None:
    x, y = te.randn(1500, 4), te.randint(3, (1500,))
    net = nn.Linear(4, 3)
    loss, share = evaluate(net, TensorDataset(x, y), nn.functional.cross_entropy)
    with te.no_grad():
        assert loss == pytest.approx(nn.functional.cross_entropy(net(x), y).item(), rel=1e-5)
        assert share == pytest.approx((net(x).argmax(1) == y).float().mean().item())


def test_evaluate_leaves_no_graph_and_no_gradient() -> None:
    net = nn.Linear(4, 3)
    evaluate(net, TensorDataset(te.randn(5, 4), te.randint(3, (5,))), nn.functional.cross_entropy)
    assert all(p.grad is None for p in net.parameters())


def test_a_run_holds_what_its_report_needs() -> None:
    done = run(SHORT)
    assert isinstance(done, Run)
    assert done.scores.shape == (359, 10)
    assert done.labels.shape == (359,)
    assert np.allclose(done.scores.sum(1), 1, atol=1e-5)
    right = (done.scores.argmax(1) == done.labels).mean()
    assert right == pytest.approx(done.history.accuracies["unseen"][-1])
    assert math.isfinite(done.history.seconds)


def test_fit_takes_any_module_and_dataset() -> None:
    data = load("digits", 64)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    history = fit(net, data.training, data.unseen, replace(SHORT, epochs=1))
    assert history.losses["training"][1] < history.losses["training"][0]


def test_a_watch_ends_the_training() -> None:
    class AfterOne(Watch):
        def epoch(self, history: History) -> bool:
            return len(history.losses["training"]) == 2  # before training, and after epoch 1

    assert len(run(SHORT, AfterOne()).history.losses["training"]) == 2
