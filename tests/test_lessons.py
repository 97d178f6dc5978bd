"""What the examples say beside their figures, in comments and exercises, is true."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.images import load
from tinygrad_edu.nn import functional as F
from tinygrad_edu.train import Settings, fit, network

# ---- 12: depth -----------------------------------------------------------------------------------
METHODS: dict[str, Callable[[Any], te.optim.Optimizer]] = {
    "descent": lambda w: te.optim.SGD(w, lr=2 / 101),
    "momentum": lambda w: te.optim.SGD(w, lr=(2 / 11) ** 2, momentum=(9 / 11) ** 2),
    "adam": lambda w: te.optim.Adam(w, lr=0.1),
}
STRAIGHT = te.eye(2, dtype=te.float64)
TURNED = te.tensor([[1.0, 1.0], [-1.0, 1.0]], dtype=te.float64) / math.sqrt(2)


def steps_down(method: str, axes: te.Tensor) -> int:
    """Steps from (10, 1) in a ravine's own directions to a millionth of the height."""
    across = te.tensor([1.0, 100.0], dtype=te.float64)
    w = (axes.T @ te.tensor([10.0, 1.0], dtype=te.float64)).requires_grad_()
    optimizer, heights = METHODS[method]([w]), []
    while not heights or heights[-1] > 1e-6 * heights[0]:
        height = (across * (axes @ w) ** 2).sum() / 2
        heights.append(height.item())
        optimizer.zero_grad()
        height.backward()
        optimizer.step()
        assert len(heights) < 3_000
    return len(heights) - 1


@pytest.mark.parametrize("method", ["descent", "momentum"])
def test_descent_does_not_see_that_a_ravine_is_turned(method: str) -> None:
    assert steps_down(method, TURNED) == steps_down(method, STRAIGHT)


def test_a_turned_ravine_costs_adam_half_as_many_steps_more() -> None:
    assert steps_down("adam", TURNED) >= 1.5 * steps_down("adam", STRAIGHT)


@pytest.mark.parametrize(
    ("activation", "init", "low", "high"),
    [("sigmoid", "xavier", 0, 0.25), ("relu", "kaiming", 0.5, 1)],
)
def test_ten_layers_learn_if_gradients_come_through(
    activation: str, init: str, low: float, high: float
) -> None:
    plain = {"optimizer": "sgd", "schedule": "constant", "lr": 0.1, "epochs": 10}
    settings = Settings(layers=(32,) * 9, activation=activation, init=init, **plain)
    data = load("digits")
    with te.random.fork_rng():
        te.manual_seed(0)
        net = network(data.pixels, len(data.classes), settings)
        right = fit(net, data.training, data.unseen, settings).accuracies["unseen"][-1]
    assert low <= right <= high


# ---- 13: convolution -----------------------------------------------------------------------------
def test_convolution_of_a_moved_picture_is_moved() -> None:
    x, kernel = (te.randn(1, 1, n, n, dtype=te.float64) for n in (5, 3))
    out, moved = F.conv2d(x, kernel), F.conv2d(x.roll((1, 1), (2, 3)), kernel)
    np.testing.assert_allclose(moved[..., 1:, 1:].numpy(), out[..., :-1, :-1].numpy(), atol=1e-12)


# ---- 14: memory ----------------------------------------------------------------------------------
def test_a_recurrent_layer_is_a_loop() -> None:
    rnn, x, h = nn.RNN(3, 4, batch_first=True), te.randn(1, 5, 3), te.zeros(4)
    W, V, b, c = rnn.parameters()
    for t in range(5):
        h = te.tanh(W @ x[0, t] + b + V @ h + c)
    np.testing.assert_allclose(rnn(x)[1].detach().numpy()[0, 0], h.detach().numpy(), atol=1e-6)


# ---- 15: tiny GPT --------------------------------------------------------------------------------
def test_behind_a_mask_what_comes_later_changes_nothing() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    x, mask = te.randn(3, 6, 8), nn.Transformer.generate_square_subsequent_mask(6)
    whole = layer(x, src_mask=mask)
    for t in range(6):
        alone = layer(x[:, : t + 1], src_mask=mask[: t + 1, : t + 1])
        np.testing.assert_allclose(
            whole[:, t].detach().numpy(), alone[:, t].detach().numpy(), atol=1e-5
        )


def test_the_looks_of_a_place_are_shares_of_one() -> None:
    attention, x = nn.MultiheadAttention(8, 2, batch_first=True), te.randn(3, 6, 8)
    mask = te.ones(6, 6).triu(1).bool()
    _, shares = attention(x, x, x, attn_mask=mask, average_attn_weights=False)
    np.testing.assert_allclose(shares.sum(-1).detach().numpy(), 1, atol=1e-6)
    assert shares.triu(1).sum().item() == 0
