"""Convolution, pooling and what moves pixels, against what defines them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import tinygrad_edu as te
from tinygrad_edu import nn

F = nn.functional


def normal(*shape: int, seed: int = 0) -> te.Tensor:
    return te.tensor(np.random.default_rng(seed).standard_normal(shape))


@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2),
    st.integers(1, 2),
)  # fmt: skip
@settings(max_examples=40)
def test_a_convolution_is_the_product_with_its_columns(
    n: int, size: int, stride: int, padding: int, dilation: int, groups: int
) -> None:
    x, w = normal(n, 2 * groups, 6, 7), normal(3 * groups, 2, size, size, seed=1)
    columns = F.unfold(x, size, dilation, padding, stride).unflatten(1, (groups, -1))
    expected = w.reshape(groups, 3, -1) @ columns
    found = F.conv2d(x, w, None, stride, padding, dilation, groups)
    np.testing.assert_allclose(found.flatten(2).numpy(), expected.flatten(1, 2).numpy(), atol=1e-12)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.integers(1, 3))
@settings(max_examples=20)
def test_a_transposed_convolution_is_the_adjoint(
    size: int, stride: int, padding: int, dilation: int
) -> None:
    w, y = normal(4, 2, size, size), normal(1, 4, 5, 5, seed=2)
    up = F.conv_transpose2d(y, w, None, stride, padding, 0, 1, dilation)
    x = normal(*up.shape, seed=3)
    down = F.conv2d(x, w, None, stride, padding, dilation)
    np.testing.assert_allclose((down * y).sum().item(), (x * up).sum().item(), rtol=1e-9)


def test_results_of_convolutions_may_be_viewed_and_written_to() -> None:
    x = F.conv2d(normal(3, 2, 6, 6), normal(4, 2, 3, 3, seed=1))
    before = x.numpy().copy()
    flat = x.view(3, -1)
    flat[0] = 7.0
    assert np.array_equal(x[1:].numpy(), before[1:]) and (x[0] == 7.0).all()


def test_the_first_of_equal_maxima_has_the_gradient() -> None:
    x = te.zeros(1, 1, 4, 4, requires_grad=True)
    F.max_pool2d(x, 3, 1).sum().backward()
    assert x.grad is not None and x.grad[0, 0, :2, :2].tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert x.grad.sum().item() == 4.0


@pytest.mark.parametrize("pool", [F.max_pool2d, F.avg_pool2d])
def test_memory_order_changes_no_gradient_of_pooling(pool: Any) -> None:
    """Convolutions leave their results in an order of their own."""
    found = []
    for order in ((0, 1, 2, 3), (2, 1, 3, 0)):
        laid = np.ascontiguousarray(normal(2, 3, 5, 5).numpy().transpose(order))
        x = te.from_numpy(laid.transpose(np.argsort(order))).requires_grad_()
        pool(x, 2, 1, 1).square().sum().backward()
        assert x.grad is not None
        found.append(x.grad.numpy())
    np.testing.assert_array_equal(*found)


def test_a_convolutional_network_learns_which_way_lines_run() -> None:
    te.manual_seed(0)
    rng = np.random.default_rng(0)
    pictures, labels = np.zeros((64, 1, 8, 8), np.float32), rng.integers(0, 2, 64)
    for picture, label, k in zip(pictures, labels, rng.integers(0, 8, 64)):
        picture[0][(k, slice(None)) if label else (slice(None), k)] = 1.0
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(2),
    )  # fmt: skip
    x, t = te.tensor(pictures), te.tensor(labels)
    model(x)
    optimizer = te.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(80):
        optimizer.zero_grad()
        F.cross_entropy(model(x), t).backward()
        optimizer.step()
    assert (model(x).argmax(1) == t).float().mean().item() == 1.0


WRONG = {
    "expected input with 3 channels, got 1": lambda: F.conv2d(
        te.ones(1, 1, 5, 5), te.ones(2, 3, 3, 3)
    ),
    "one dtype": lambda: F.conv2d(te.ones(1, 1, 5, 5).double(), te.ones(2, 1, 3, 3)),
    "at least as large as the kernel": lambda: F.conv2d(te.ones(1, 1, 2, 5), te.ones(2, 1, 3, 3)),
    "bias of shape": lambda: F.conv2d(te.ones(1, 1, 5, 5), te.ones(2, 1, 3, 3), te.ones(3)),
    "stride": lambda: F.conv2d(te.ones(1, 1, 5, 5), te.ones(2, 1, 3, 3), stride=0),
    "half of effective kernel size": lambda: F.max_pool2d(te.ones(1, 5, 5), 2, padding=2),
    "windows that fit": lambda: F.avg_pool2d(te.ones(1, 5, 5), 6),
}


@pytest.mark.parametrize("message", WRONG)
def test_errors_say_what_was_expected(message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        WRONG[message]()


def test_lazy_layers_take_their_shapes_from_a_state_too() -> None:
    model = nn.Sequential(nn.LazyConv2d(3, 2), nn.ReLU())
    assert model[0].has_uninitialized_params()
    with pytest.raises(RuntimeError, match="uninitialized"):
        model[0].weight.shape
    model.load_state_dict(nn.Sequential(nn.Conv2d(5, 3, 2)).state_dict())
    assert model(te.ones(1, 5, 4, 4)).shape == (1, 3, 3, 3)
    assert type(model[0]) is nn.Conv2d and model[0].in_channels == 5


def test_enlarging_by_the_nearest_repeats_and_by_lines_keeps_the_ends() -> None:
    x = normal(1, 2, 3, 4)
    assert np.array_equal(
        F.interpolate(x, scale_factor=2).numpy(), x.numpy().repeat(2, 2).repeat(2, 3)
    )
    y = F.interpolate(x, (5, 7), mode="bilinear", align_corners=True)
    for i, j in product((0, -1), (0, -1)):
        np.testing.assert_allclose(y[..., i, j].numpy(), x[..., i, j].numpy())
