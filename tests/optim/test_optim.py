"""Optimisers follow their formulas, however their parameters are joined or cut."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import tinygrad_edu as te
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import elementwise

MAKE: dict[str, Callable[[Any], optim.Optimizer]] = {
    "sgd": lambda params: optim.SGD(params, lr=0.1),
    "momentum": lambda params: optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda params: optim.SGD(
        params, lr=0.1, momentum=0.9, nesterov=True, maximize=True
    ),
    "adam": lambda params: optim.Adam(params, lr=0.1, weight_decay=0.01),
    "amsgrad": lambda params: optim.Adam(params, lr=0.1, amsgrad=True, maximize=True),
    "adamw": lambda params: optim.AdamW(params, lr=0.1, weight_decay=0.1),
    "adamax": lambda params: optim.Adamax(params, lr=0.1, weight_decay=0.01),
    "nadam": lambda params: optim.NAdam(params, lr=0.1, maximize=True),
    "radam": lambda params: optim.RAdam(params, lr=0.1, weight_decay=0.01),
    "adagrad": lambda params: optim.Adagrad(params, lr=0.5, initial_accumulator_value=0.1),
    "adadelta": lambda params: optim.Adadelta(params, lr=10.0),
    "rmsprop": lambda params: optim.RMSprop(params, centered=True, momentum=0.5),
    "rprop": lambda params: optim.Rprop(params, lr=0.1),
    "asgd": lambda params: optim.ASGD(params, lr=0.1, t0=3),
}
ALL = pytest.mark.parametrize("name", MAKE)


def leaves(*shapes: tuple[int, ...]) -> list[te.Tensor]:
    stream = te.Generator().manual_seed(0)
    return [
        te.randn(*shape, generator=stream, dtype=te.float64).requires_grad_() for shape in shapes
    ]


def give_gradients(params: list[te.Tensor], seed: int) -> None:
    stream = te.Generator().manual_seed(seed)
    for p in params:
        p.grad = te.randn(*p.shape, generator=stream, dtype=p.dtype)


def run(optimizer: optim.Optimizer, params: list[te.Tensor], steps: range) -> list[Any]:
    for n in steps:
        give_gradients(params, n)
        optimizer.step()
    return [p.tolist() for p in params]


# ---- laws ----------------------------------------------------------------------------------------
@ALL
@given(
    shapes=st.lists(st.sampled_from([(), (1,), (5,), (3, 4), (0, 2), (17,)]), min_size=1),
    piece=st.integers(1, 40),
)
@settings(max_examples=25)
def test_joining_and_cutting_change_no_number(name: str, shapes: Any, piece: int) -> None:
    together = leaves(*shapes)
    expected = run(MAKE[name](together), together, range(3))
    whole, elementwise.PIECE = elementwise.PIECE, piece
    try:
        cut = leaves(*shapes)
        assert run(MAKE[name](cut), cut, range(3)) == expected
    finally:
        elementwise.PIECE = whole
    apart = leaves(*shapes)
    optimizers = [MAKE[name]([p]) for p in apart]
    for n in range(3):
        give_gradients(apart, n)
        for optimizer in optimizers:
            optimizer.step()
    assert [p.tolist() for p in apart] == expected


@ALL
def test_a_convex_loss_falls(name: str) -> None:
    (x,) = leaves((4,))
    optimizer = MAKE[name]([x])
    sign = -1.0 if optimizer.param_groups[0]["maximize"] else 1.0
    losses = []
    for _ in range(300):
        optimizer.zero_grad()
        loss = (x * x).sum()
        (loss * sign).backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.05 * losses[0]


@ALL
def test_copies_and_pickles_go_on_where_the_original_is(name: str) -> None:
    params = leaves((3, 2), (2,))
    optimizer = MAKE[name](params)
    run(optimizer, params, range(3))
    for twin in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        own = twin.param_groups[0]["params"]
        assert own[0] is not params[0]
        mine = copy.deepcopy((optimizer, params))
        assert run(twin, own, range(3, 5)) == run(*mine, range(3, 5))


@ALL
def test_a_parameter_without_gradient_is_left_alone(name: str) -> None:
    params = leaves((3,), (2,))
    optimizer = MAKE[name](params)
    give_gradients(params, 0)
    params[0].grad = None
    before = params[0].tolist()
    optimizer.step()
    assert params[0].tolist() == before
    assert (params[0] in optimizer.state) == (name == "adagrad")


@ALL
def test_gradients_are_not_changed(name: str) -> None:
    params = leaves((3,), (2, 2))
    optimizer = MAKE[name](params)
    give_gradients(params, 0)
    before = [p.grad.tolist() for p in params if p.grad is not None]
    optimizer.step()
    optimizer.step()
    assert [p.grad.tolist() for p in params if p.grad is not None] == before


@ALL
def test_a_step_is_not_recorded_and_keeps_the_parameters_memory(name: str) -> None:
    (x,) = leaves((3,))
    array = x.array
    optimizer = MAKE[name]([x])
    (x * x).sum().backward()
    optimizer.step()
    assert x.is_leaf and x.requires_grad and x.array is array


@ALL
def test_a_graph_that_needs_the_old_numbers_notices_the_step(name: str) -> None:
    params = leaves((3,), (2,))
    optimizer = MAKE[name](params)
    loss = sum((p * p).sum() for p in params)
    assert isinstance(loss, te.Tensor)
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match="in.?place"):
        loss.backward()


@ALL
def test_parameters_of_any_layout(name: str) -> None:
    """A transposed parameter takes the steps of its contiguous copy."""
    (plain,) = leaves((3, 4))
    turned = nn.Parameter(te.tensor(plain.detach().numpy().T.copy()).T)
    assert not turned.is_contiguous()
    optimizers = MAKE[name]([plain]), MAKE[name]([turned])
    for n in range(3):
        give_gradients([plain], n)
        assert plain.grad is not None
        turned.grad = plain.grad.clone()
        for optimizer in optimizers:
            optimizer.step()
    np.testing.assert_allclose(turned.tolist(), plain.tolist(), rtol=1e-14)


@ALL
def test_a_model_converted_after_the_optimizer_was_made_goes_on(name: str) -> None:
    model = nn.Linear(3, 2)
    optimizer = MAKE[name](model.parameters())
    for dtype in (te.float32, te.float64):
        model.to(dtype)
        optimizer.zero_grad()
        model(te.ones(1, 3, dtype=dtype)).sum().backward()
        optimizer.step()
        assert model.weight.dtype is dtype


# ---- examples ------------------------------------------------------------------------------------
def test_sgd_by_hand() -> None:
    x = te.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([x], lr=0.5, momentum=0.5, weight_decay=1.0)
    x.grad = te.tensor([1.0, 0.0])
    optimizer.step()  # v = g + x = (2, 2)
    assert x.tolist() == [0.0, 1.0]
    optimizer.step()  # v = (2, 2) / 2 + (1, 1) = (2, 2)
    assert x.tolist() == [-1.0, 0.0]
    assert optimizer.state[x]["momentum_buffer"].tolist() == [2.0, 2.0]


def test_adams_first_step_is_lr_whatever_the_gradient() -> None:
    x = te.zeros(3, dtype=te.float64).requires_grad_()
    x.grad = te.tensor([1e-3, -1.0, 1e3], dtype=te.float64)
    optim.Adam([x], lr=0.1, eps=0.0).step()
    np.testing.assert_allclose(x.detach().numpy(), [-0.1, 0.1, -0.1])


def test_rprop_grows_its_steps_until_the_sign_turns() -> None:
    x = te.zeros(1, requires_grad=True)
    optimizer = optim.Rprop([x], lr=1.0, etas=(0.5, 2.0))
    places = []
    for gradient in (-3.0, -0.1, 7.0, 7.0):
        x.grad = te.tensor([gradient])
        optimizer.step()
        places.append(x.item())
    assert places == [1.0, 3.0, 3.0, 2.0]  # by 1, by 2, left out, back by 1


def test_asgd_averages_the_parameters_from_t0_on() -> None:
    x = te.zeros(1, requires_grad=True)
    optimizer = optim.ASGD([x], lr=1.0, lambd=0.0, t0=1.0)
    means = []
    for gradient in (-1.0, -2.0, -3.0, -4.0):  # x is 1, 3, 6, 10
        x.grad = te.tensor([gradient])
        optimizer.step()
        means.append(optimizer.state[x]["ax"].item())
    assert means == pytest.approx([1.0, 3.0, 6.0, 8.0])


def test_adafactor_remembers_a_row_and_a_column_of_a_matrix() -> None:
    x, y = leaves((3, 4), (4,))
    optimizer = optim.Adafactor([x, y], lr=0.1)
    give_gradients([x, y], 0)
    optimizer.step()
    assert x.grad is not None and y.grad is not None
    square = x.grad.detach().numpy() ** 2
    np.testing.assert_allclose(optimizer.state[x]["row_var"].tolist(), square.mean(1)[:, None])
    np.testing.assert_allclose(optimizer.state[x]["col_var"].tolist(), square.mean(0)[None])
    np.testing.assert_allclose(
        optimizer.state[y]["variance"].tolist(), y.grad.detach().numpy() ** 2
    )


@pytest.mark.parametrize("shape", [(6, 4), (4, 6)])
def test_muons_step_has_singular_values_near_to_one(shape: tuple[int, ...]) -> None:
    (x,) = leaves(shape)
    start = x.detach().numpy().copy()
    give_gradients([x], 0)
    optim.Muon([x], lr=1.0, weight_decay=0.0).step()
    assert x.grad is not None
    step = (start - x.detach().numpy()) / max(1.0, (shape[0] / shape[1]) ** 0.5)
    values = np.linalg.svd(step, compute_uv=False)
    assert values.min() > 0.6 and values.max() < 1.3
    u, _, v = np.linalg.svd(x.grad.detach().numpy(), full_matrices=False)
    np.testing.assert_allclose(u.T @ step @ v.T, np.diag(np.diag(u.T @ step @ v.T)), atol=1e-12)


@pytest.mark.parametrize("make", [optim.Adafactor, optim.Muon])
def test_a_matrix_of_any_layout_takes_the_same_steps(make: Any) -> None:
    """In its own memory, noticed by a graph, and with its gradient as it was."""
    (plain,) = leaves((3, 4))
    turned = nn.Parameter(te.tensor(plain.detach().numpy().T.copy()).T)
    array = turned.array
    optimizers = make([plain], lr=0.1), make([turned], lr=0.1)
    for n in range(3):
        give_gradients([plain], n)
        assert plain.grad is not None
        turned.grad, before = plain.grad.clone(), plain.grad.tolist()
        for optimizer in optimizers:
            optimizer.step()
        assert plain.grad.tolist() == before
    np.testing.assert_allclose(turned.tolist(), plain.tolist(), rtol=1e-12)
    assert turned.array is array
    loss = (plain * plain).sum()
    optimizers[0].step()
    with pytest.raises(RuntimeError, match="in.?place"):
        loss.backward()


def test_lbfgs_finds_a_minimum_in_a_valley() -> None:
    x = te.tensor([-1.2, 1.0], dtype=te.float64, requires_grad=True)
    optimizer = optim.LBFGS([x], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> te.Tensor:
        optimizer.zero_grad()
        loss = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == pytest.approx(24.2)
    np.testing.assert_allclose(x.detach().numpy(), [1.0, 1.0], rtol=1e-4)


def test_copies_keep_no_hooks() -> None:
    (x,) = leaves((1,))
    optimizer = optim.SGD([x])
    seen: list[str] = []
    with optimizer.register_step_post_hook(lambda *_: seen.append("stepped")):
        optimizer.step()
        copy.deepcopy(optimizer).step()
    optimizer.step()
    assert seen == ["stepped"]


def test_groups_have_settings_of_their_own() -> None:
    a, b = (te.zeros(1, requires_grad=True) for _ in range(2))
    optimizer = optim.SGD([{"params": [a], "lr": 1.0}, {"params": b}], lr=2.0)
    a.grad, b.grad = te.ones(1), te.ones(1)
    optimizer.step()
    assert (a.item(), b.item()) == (-1.0, -2.0)
    optimizer.param_groups[1]["lr"] = te.tensor(3.0)
    optimizer.step()
    assert (a.item(), b.item()) == (-2.0, -5.0)


def test_named_parameters_keep_their_names() -> None:
    optimizer = optim.AdamW(nn.Linear(2, 1).named_parameters())
    assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"]
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]


def test_zero_grad_forgets_or_zeroes() -> None:
    (x,) = leaves((2,))
    optimizer = optim.SGD([x])
    give_gradients([x], 0)
    optimizer.zero_grad(set_to_none=False)
    assert x.grad is not None and x.grad.tolist() == [0.0, 0.0]
    optimizer.zero_grad()
    assert x.grad is None


def test_a_bad_group_changes_nothing() -> None:
    x, y = leaves((1,), (1,))
    optimizer = optim.SGD([x])
    group = {"params": [y, x]}
    with pytest.raises(ValueError, match="more than one"):
        optimizer.add_param_group(group)
    assert len(optimizer.param_groups) == 1
    assert group == {"params": [y, x]}


def test_a_state_of_other_sizes_changes_nothing() -> None:
    x, y = leaves((1,), (1,))
    optimizer, other = optim.Adam([x], lr=1.0), optim.Adam([x, y], lr=2.0)
    with pytest.raises(ValueError, match="size"):
        optimizer.load_state_dict(other.state_dict())
    assert optimizer.param_groups[0]["lr"] == 1.0


def test_a_state_is_loaded_in_the_parameters_dtype() -> None:
    (x,) = leaves((2,))
    optimizer = optim.Adam([x])
    run(optimizer, [x], range(1))
    y = te.zeros(2, requires_grad=True)
    other = optim.Adam([y])
    other.load_state_dict(optimizer.state_dict())
    assert other.state[y]["exp_avg"].dtype is te.float32
    optimizer.state[x]["step"].fill_(9)
    assert other.state[y]["step"].item() == 1.0


def test_differentiable_steps_are_refused() -> None:
    with pytest.raises(RuntimeError, match="create_graph"):
        optim.SGD(leaves((1,)), differentiable=True)
