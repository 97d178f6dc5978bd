"""Optimisers take PyTorch's steps, keep PyTorch's state and complain as PyTorch does."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import optim

torch = pytest.importorskip("torch")

SHAPES: list[tuple[int, ...]] = [(3, 4), (4,), (), (0, 2), (200, 211), (2, 3, 2), (150, 150)]
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        {},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {"lr": 0.1, "weight_decay": 0.2, "maximize": True},
        {"lr": 0.1, "momentum": 0.5, "nesterov": True, "maximize": True},
    ],
    "Adam": [
        {},
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3},
        {"lr": 0.1, "weight_decay": 0.3},
        {"lr": 0.1, "amsgrad": True, "weight_decay": 0.3},
        {"lr": 0.1, "maximize": True, "amsgrad": True},
        {"lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True},
    ],
    "AdamW": [
        {},
        {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True},
        {"lr": 0.1, "maximize": True, "betas": (0.0, 0.5)},
    ],
}
CASES = [(name, options) for name, all_options in OPTIONS.items() for options in all_options]
Make = Callable[[Any, list[Any]], Any]


def parameters(lib: Any, dtype: str = "float64") -> list[Any]:
    rng = np.random.default_rng(0)
    return [
        lib.tensor(np.asarray(rng.standard_normal(shape), dtype)).requires_grad_()
        for shape in SHAPES
    ]


def give_gradients(lib: Any, params: list[Any], step: int, absent: Any = ()) -> None:
    rng = np.random.default_rng(step)
    for n, p in enumerate(params):
        array = np.asarray(rng.standard_normal(tuple(p.shape)))
        p.grad = None if n in absent else lib.tensor(array).to(p.dtype)


def trajectory(lib: Any, make: Make, dtype: str = "float64", steps: int = 5) -> list[Any]:
    """All parameters after each step; some have no gradient in some steps."""
    params, seen = parameters(lib, dtype), []
    optimizer = make(lib, params)
    for step in range(steps):
        give_gradients(lib, params, step, absent={1, 3} if step == 1 else {0} if step == 3 else ())
        optimizer.step()
        seen += [p.detach().numpy().copy() for p in params]
    return seen


def assert_same(ours: list[Any], theirs: list[Any], tolerance: float = 1e-12) -> None:
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "options"), CASES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_trajectories(name: str, options: dict[str, Any], dtype: str) -> None:
    make: Make = lambda lib, params: getattr(lib.optim, name)(params, **options)
    tolerance = 1e-12 if dtype == "float64" else 2e-5
    assert_same(trajectory(te, make, dtype), trajectory(torch, make, dtype), tolerance)


@pytest.mark.parametrize("name", OPTIONS)
def test_trajectories_of_pytorchs_own_samples(name: str) -> None:
    from torch.testing._internal.common_optimizers import optim_db

    (info,) = [i for i in optim_db if i.optim_cls.__name__ == name]
    tried = 0
    for sample in info.optim_inputs_func(device="cpu"):
        if any(sample.kwargs.get(k) for k in ("differentiable", "capturable", "foreach", "fused")):
            continue
        given = {k: v for k, v in sample.kwargs.items() if not isinstance(v, torch.Tensor)}
        make: Make = lambda lib, params, given=given: getattr(lib.optim, name)(params, **given)
        assert_same(trajectory(te, make), trajectory(torch, make))
        tried += 1
    assert tried >= 5


@pytest.mark.parametrize(("name", "options"), CASES)
def test_trajectories_go_on_after_a_state_dict_round_trip(
    name: str, options: dict[str, Any]
) -> None:
    """Through a new optimizer, made with other settings, which the state brings back."""

    def run(lib: Any) -> list[Any]:
        params = parameters(lib)
        optimizer = getattr(lib.optim, name)(params, **options)
        for step in range(3):
            give_gradients(lib, params, step)
            optimizer.step()
        state = copy.deepcopy(optimizer.state_dict())
        other = getattr(lib.optim, name)(params, lr=7.0)
        other.load_state_dict(state)
        for step in range(3, 6):
            give_gradients(lib, params, step)
            other.step()
        return [p.detach().numpy() for p in params]

    assert_same(run(te), run(torch))


def plain(x: Any) -> Any:
    """A state with its tensors as (dtype, numbers)."""
    if isinstance(x, (te.Tensor, torch.Tensor)):
        return str(x.dtype).split(".")[1], np.round(x.detach().numpy(), 10).tolist()
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    return [plain(v) for v in x] if isinstance(x, (list, tuple)) else x


@pytest.mark.parametrize(("name", "options"), CASES)
def test_state_dicts_are_laid_out_like_pytorchs(name: str, options: dict[str, Any]) -> None:
    def state(lib: Any) -> Any:
        params = parameters(lib)[:4]
        groups = [{"params": params[:2], "lr": 0.5}, {"params": params[2:]}]
        optimizer = getattr(lib.optim, name)(groups, **options)
        before = plain(optimizer.state_dict())
        give_gradients(lib, params, 0, absent={1})
        optimizer.step()
        return before, plain(optimizer.state_dict()), repr(optimizer)

    assert state(te) == state(torch)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_state_moves_from_pytorch(name: str) -> None:
    theirs_params, ours_params = parameters(torch), parameters(te)
    theirs = getattr(torch.optim, name)(theirs_params, lr=0.1)
    ours = getattr(optim, name)(ours_params, lr=0.1)
    give_gradients(torch, theirs_params, 0)
    theirs.step()
    for a, b in zip(ours_params, theirs_params):
        a.data = te.tensor(b.detach().numpy())

    def converted(x: Any) -> Any:
        if isinstance(x, torch.Tensor):
            return te.tensor(x.detach().numpy())
        return {k: converted(v) for k, v in x.items()} if isinstance(x, dict) else x

    ours.load_state_dict(converted(theirs.state_dict()))
    for lib, params, optimizer in ((te, ours_params, ours), (torch, theirs_params, theirs)):
        give_gradients(lib, params, 1)
        optimizer.step()
    assert_same(
        [p.detach().numpy() for p in ours_params], [p.detach().numpy() for p in theirs_params]
    )


def adventures(lib: Any) -> list[Any]:
    """An optimizer whose parameters, gradients, groups and state are changed between steps."""
    params = parameters(lib)
    optimizer = lib.optim.Adam(params[:4], lr=0.1, weight_decay=0.01)
    seen: list[Any] = []

    def step(n: int, **kwargs: Any) -> None:
        give_gradients(lib, params, n, **kwargs)
        optimizer.step()
        seen.extend(p.detach().numpy().copy() for p in params)

    step(0)
    optimizer.add_param_group({"params": params[4:], "lr": 0.5, "betas": (0.5, 0.5)})
    step(1)
    optimizer.param_groups[0]["lr"] = 0.01
    step(2, absent={0, 4})
    optimizer.state[params[1]]["exp_avg"].zero_()
    step(3)
    optimizer.state[params[2]]["exp_avg"] = lib.ones((), dtype=lib.float64)
    step(4)
    params[0].data = lib.tensor(np.arange(12.0).reshape(4, 3)).t()
    step(5)
    params[4].data.mul_(0.5)
    step(6)
    optimizer.param_groups[0]["weight_decay"] = 0.0
    del optimizer.state[params[0]]
    step(7)
    optimizer.state[params[3]]["step"].fill_(1.0)
    step(7)
    optimizer.state.clear()
    step(8)
    optimizer.param_groups[1]["maximize"] = True
    step(9)
    return seen


def test_what_users_change_between_steps_counts() -> None:
    assert_same(adventures(te), adventures(torch))


def test_closures_compute_the_loss_while_recording() -> None:
    def run(lib: Any) -> list[float]:
        x = lib.tensor([3.0, -2.0]).requires_grad_()
        optimizer = lib.optim.SGD([x], lr=0.1)

        def closure() -> Any:
            optimizer.zero_grad()
            loss = (x * x).sum()
            loss.backward()
            return loss

        with lib.no_grad():
            return [optimizer.step(closure).item() for _ in range(3)]

    assert run(te) == pytest.approx(run(torch))


def users_own(lib: Any) -> list[float]:
    """An optimizer written the usual way, by a user."""

    class Heavy(lib.optim.Optimizer):  # type: ignore[misc]
        def __init__(self, params: Any, lr: float = 0.1) -> None:
            super().__init__(params, {"lr": lr})

        def step(self, closure: Any = None) -> None:
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    state = self.state[p]
                    if not state:
                        state["v"] = lib.zeros_like(p.data)
                    state["v"].mul_(0.9).add_(p.grad.data)
                    p.data.add_(state["v"], alpha=-group["lr"])

    x = lib.tensor([3.0, -2.0]).requires_grad_()
    optimizer = Heavy([x])
    for _ in range(3):
        optimizer.zero_grad()
        (x * x).sum().backward()
        optimizer.step()
    assert list(optimizer.state_dict()["state"]) == [0]
    return x.tolist()  # type: ignore[no-any-return]


def test_optimizers_of_ones_own() -> None:
    assert users_own(te) == pytest.approx(users_own(torch))


def leaf(lib: Any) -> Any:
    return lib.ones(2, requires_grad=True)


WRONG: dict[str, Callable[[Any], Any]] = {
    "no parameters": lambda t: t.optim.SGD([]),
    "a tensor": lambda t: t.optim.SGD(leaf(t)),
    "a number": lambda t: t.optim.SGD([3]),
    "a result": lambda t: t.optim.SGD([leaf(t) * 2]),
    "a set": lambda t: t.optim.SGD([{"params": {leaf(t)}}]),
    "a list as group": lambda t: t.optim.SGD([leaf(t)]).add_param_group([leaf(t)]),
    "no params key": lambda t: t.optim.SGD([leaf(t)]).add_param_group({}),
    "in two groups": lambda t: (lambda p: t.optim.SGD([{"params": [p]}, {"params": [p]}]))(leaf(t)),
    "twice in one group": lambda t: (lambda p: t.optim.SGD([p, p]))(leaf(t)),
    "some names": lambda t: t.optim.SGD([("a", leaf(t)), leaf(t)]),
    "groups with some names": lambda t: t.optim.SGD([("a", leaf(t))]).add_param_group(
        {"params": [leaf(t)]}
    ),
    "lr": lambda t: t.optim.SGD([leaf(t)], lr=-1.0),
    "momentum": lambda t: t.optim.SGD([leaf(t)], momentum=-1.0),
    "weight decay": lambda t: t.optim.SGD([leaf(t)], weight_decay=-1.0),
    "nesterov": lambda t: t.optim.SGD([leaf(t)], nesterov=True),
    "nesterov dampening": lambda t: t.optim.SGD(
        [leaf(t)], momentum=0.5, dampening=0.5, nesterov=True
    ),
    "adam lr": lambda t: t.optim.Adam([leaf(t)], lr=-1.0),
    "adam eps": lambda t: t.optim.Adam([leaf(t)], eps=-1.0),
    "adam beta 0": lambda t: t.optim.Adam([leaf(t)], betas=(1.0, 0.9)),
    "adam beta 1": lambda t: t.optim.AdamW([leaf(t)], betas=(0.9, -0.1)),
    "adam decay": lambda t: t.optim.AdamW([leaf(t)], weight_decay=-1.0),
    "lr tensor": lambda t: t.optim.SGD([leaf(t)], lr=t.ones(2)),
    "step": lambda t: t.optim.Optimizer([leaf(t)], {}).step(),
    "load groups": lambda t: t.optim.SGD([leaf(t)]).load_state_dict(
        {"state": {}, "param_groups": []}
    ),
    "load sizes": lambda t: t.optim.SGD([leaf(t)]).load_state_dict(
        {"state": {}, "param_groups": [{"params": [0, 1]}]}
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_complaints_are_pytorchs(name: str) -> None:
    def complaint(lib: Any) -> tuple[type | None, list[type]]:
        raised = None
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                WRONG[name](lib)
            except Exception as error:
                raised = type(error)
        return raised, [w.category for w in warned]

    assert complaint(te) == complaint(torch)
