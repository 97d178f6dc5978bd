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
common_optimizers = pytest.importorskip("torch.testing._internal.common_optimizers")

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
    "Adamax": [{}, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.3}],
    "NAdam": [
        {},
        {"lr": 0.1, "momentum_decay": 0.2, "weight_decay": 0.3},
        {"lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True, "maximize": True},
    ],
    "RAdam": [
        {},
        {"lr": 0.1, "betas": (0.5, 0.9), "weight_decay": 0.3},
        {"lr": 0.1, "betas": (0.9, 0.7), "weight_decay": 0.3, "decoupled_weight_decay": True},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1, "lr_decay": 0.5, "initial_accumulator_value": 0.3, "weight_decay": 0.1},
    ],
    "Adadelta": [{}, {"lr": 0.1, "rho": 0.5, "eps": 1e-2, "weight_decay": 0.3, "maximize": True}],
    "RMSprop": [
        {},
        {"lr": 0.1, "alpha": 0.5, "momentum": 0.9},
        {"lr": 0.1, "alpha": 0.5, "momentum": 0.9, "centered": True, "weight_decay": 0.3},
    ],
    "Rprop": [{}, {"lr": 0.1, "etas": (0.3, 3.0), "step_sizes": (0.05, 0.2), "maximize": True}],
    "ASGD": [
        {},
        {"lr": 0.1, "lambd": 0.5, "alpha": 0.3, "t0": 2, "weight_decay": 0.1},
        {"lr": 0.1, "t0": 1, "maximize": True},
    ],
    "Adafactor": [
        {},
        {"lr": 0.5, "beta2_decay": -0.5, "eps": (1e-2, 0.3), "weight_decay": 0.1},
        {"lr": 0.1, "d": 1.5, "eps": (None, 2.0), "maximize": True},
    ],
    "Muon": [
        {},
        {"lr": 0.1, "momentum": 0.5, "nesterov": False, "adjust_lr_fn": "match_rms_adamw"},
        {"lr": 0.1, "weight_decay": 0.0, "ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5)},
    ],
}
TAKES: dict[str, Callable[[tuple[int, ...]], bool]] = {
    "Adafactor": lambda shape: 0 not in shape,  # PyTorch's divides by the number of elements
    "Muon": lambda shape: len(shape) == 2,
}
INFOS = {info.optim_cls.__name__: info for info in common_optimizers.optim_db}
CASES = [(name, options) for name, all_options in OPTIONS.items() for options in all_options]
Make = Callable[[Any, list[Any]], Any]
BFLOAT16 = torch.Tensor.bfloat16


@pytest.fixture(autouse=True)
def pytorchs_muon_in_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its Newton-Schulz steps are in bfloat16; in the parameter's dtype they show whether ours are right."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)


def parameters(lib: Any, name: str = "", dtype: str = "float64") -> list[Any]:
    """Of all shapes that an optimizer takes."""
    rng = np.random.default_rng(0)
    return [
        lib.tensor(np.asarray(rng.standard_normal(shape), dtype)).requires_grad_()
        for shape in SHAPES
        if name not in TAKES or TAKES[name](shape)
    ]


def give_gradients(lib: Any, params: list[Any], step: int, absent: Any = ()) -> None:
    rng = np.random.default_rng(step)
    for n, p in enumerate(params):
        array = np.asarray(rng.standard_normal(tuple(p.shape)))
        p.grad = None if n in absent else lib.tensor(array).to(p.dtype)


def trajectory(lib: Any, make: Make, name: str, dtype: str, steps: int = 5) -> list[Any]:
    """All parameters after each step; some have no gradient in some steps."""
    params, seen = parameters(lib, name, dtype), []
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


def assert_same_trajectories(make: Make, name: str, dtype: str) -> None:
    tolerance = 1e-12 if dtype == "float64" else 2e-5
    ours, theirs = (trajectory(lib, make, name, dtype) for lib in (te, torch))
    assert_same(ours, theirs, tolerance)


@pytest.mark.parametrize(("name", "options"), CASES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_trajectories(name: str, options: dict[str, Any], dtype: str) -> None:
    make: Make = lambda lib, params: getattr(lib.optim, name)(params, **options)
    assert_same_trajectories(make, name, dtype)


def own(lib: Any, x: Any) -> Any:
    """PyTorch's Tensors inside of `x` as a library's own."""
    if isinstance(x, torch.Tensor):
        return x if lib is torch else te.tensor(x.detach().numpy())
    if isinstance(x, dict):
        return {key: own(lib, value) for key, value in x.items()}
    return type(x)(own(lib, v) for v in x) if isinstance(x, (list, tuple)) else x


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", OPTIONS)
def test_trajectories_of_pytorchs_own_samples(name: str, dtype: str) -> None:
    for sample in INFOS[name].optim_inputs_func(device="cpu"):
        given = {  # a float32 rate would round PyTorch's weight decay to float32
            key: x.to(getattr(torch, dtype)) if isinstance(x, torch.Tensor) else x
            for key, x in sample.kwargs.items()
        }
        make: Make = lambda lib, params, given=given: getattr(lib.optim, name)(
            params, **own(lib, given)
        )
        assert_same_trajectories(make, name, dtype)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_trajectories_go_on_after_a_state_dict_round_trip(
    name: str, options: dict[str, Any]
) -> None:
    """Through a new optimizer, made with other settings, which the state brings back."""

    def run(lib: Any) -> list[Any]:
        params = parameters(lib, name)
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
        params = parameters(lib, name)[:4]
        groups = [{"params": params[:2], "lr": 0.5}, {"params": params[2:]}]
        optimizer = getattr(lib.optim, name)(groups, **options)
        before = plain(optimizer.state_dict())
        give_gradients(lib, params, 0, absent={1})
        optimizer.step()
        return before, plain(optimizer.state_dict()), repr(optimizer)

    assert state(te) == state(torch)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_a_state_moves_from_pytorch_and_back(name: str, options: dict[str, Any]) -> None:
    """Three steps of PyTorch's, three of ours from its state, three of PyTorch's from ours."""
    expected, moving = parameters(torch, name), parameters(torch, name)
    reference = getattr(torch.optim, name)(expected, **options)
    for n in range(9):
        give_gradients(torch, expected, n)
        reference.step()
        if n % 3 == 2:  # casts what is kept, as loading does
            reference.load_state_dict(copy.deepcopy(reference.state_dict()))

    state = None
    for part, lib in enumerate((torch, te, torch)):
        params = [lib.tensor(p.detach().numpy()).requires_grad_() for p in moving]
        optimizer = getattr(lib.optim, name)(params, **options)
        if state is not None:
            optimizer.load_state_dict(own(te, state) if lib is te else theirs(state))
        for n in range(3 * part, 3 * part + 3):
            give_gradients(lib, params, n)
            optimizer.step()
        moving, state = params, optimizer.state_dict()
    assert_same([p.detach().numpy() for p in moving], [p.detach().numpy() for p in expected])


def theirs(x: Any) -> Any:
    """Our Tensors inside of `x` as PyTorch's."""
    if isinstance(x, te.Tensor):
        return torch.tensor(x.numpy())
    if isinstance(x, dict):
        return {key: theirs(value) for key, value in x.items()}
    return [theirs(v) for v in x] if isinstance(x, list) else x


def test_muon_stays_near_to_pytorchs_in_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.Tensor, "bfloat16", BFLOAT16)
    make: Make = lambda lib, params: lib.optim.Muon(params, lr=1.0, weight_decay=0.0)
    ours, theirs = (trajectory(lib, make, "Muon", "float32", 1) for lib in (te, torch))
    for a, b, start in zip(ours, theirs, parameters(te, "Muon", "float32"), strict=True):
        step = np.linalg.norm(a - start.detach().numpy())
        assert np.linalg.norm(a - b) <= 0.03 * step  # half of it is seen


# ---- L-BFGS --------------------------------------------------------------------------------------
LBFGS: list[dict[str, Any]] = [
    {"max_iter": 1},
    {"max_iter": 4, "history_size": 2, "lr": 0.3},
    {"max_iter": 9, "history_size": 3, "line_search_fn": "strong_wolfe"},
    {"max_eval": 3, "line_search_fn": "strong_wolfe", "lr": 0.01},
    {"max_iter": 1, "line_search_fn": "strong_wolfe", "lr": 30.0},
    {"tolerance_change": 1e-3, "line_search_fn": "strong_wolfe"},
    {"tolerance_grad": 0.1},
]


def bowl(lib: Any, optimizer: Any, params: list[Any]) -> Callable[[], Any]:
    """A closure for a loss with curvatures that change, in which one parameter has no part."""

    def closure() -> Any:
        optimizer.zero_grad()
        a, b, c, _ = params
        loss = ((a - 1) ** 2).sum() + ((b * b - 2) ** 2).sum() + (c * a[0]).cosh().sum()
        loss.backward()
        return loss

    return closure


def descent(lib: Any, options: dict[str, Any], dtype: str, steps: int = 3) -> list[Any]:
    """Losses, parameters and counts after each step, through a state in between."""
    rng = np.random.default_rng(0)
    shapes: list[tuple[int, ...]] = [(3, 4), (2, 5), (), (3,)]
    params = [
        lib.tensor(np.asarray(rng.standard_normal(shape), dtype)).requires_grad_()
        for shape in shapes
    ]
    optimizer, seen = lib.optim.LBFGS(params, **own(lib, options)), []
    for _ in range(steps):
        seen.append(optimizer.step(bowl(lib, optimizer, params)).item())
        seen += [p.detach().numpy().copy() for p in params]
        state = optimizer.state_dict()
        seen += [state["state"][0]["n_iter"], state["state"][0]["func_evals"]]
        optimizer = lib.optim.LBFGS(params, lr=7)
        optimizer.load_state_dict(copy.deepcopy(state))
    return seen


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_lbfgs(dtype: str) -> None:
    tolerance, steps = (1e-9, 3) if dtype == "float64" else (1e-5, 1)  # rounding grows with each
    samples = [sample.kwargs for sample in INFOS["LBFGS"].optim_inputs_func(device="cpu")]
    for options in samples + LBFGS:
        ours, theirs = (descent(lib, options, dtype, steps) for lib in (te, torch))
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=str(options))


def test_a_state_of_lbfgs_moves_from_pytorch_and_back() -> None:
    options = {"max_iter": 3, "line_search_fn": "strong_wolfe"}
    expected = descent(torch, options, "float64")[-6:-2]
    rng, state = np.random.default_rng(0), None
    moving = [rng.standard_normal(shape) for shape in ((3, 4), (2, 5), (), (3,))]
    for lib in (torch, te, torch):
        params = [lib.tensor(x).requires_grad_() for x in moving]
        optimizer = lib.optim.LBFGS(params, **options)
        if state is not None:
            optimizer.load_state_dict(own(te, state) if lib is te else theirs(state))
        optimizer.step(bowl(lib, optimizer, params))
        moving, state = [p.detach().numpy() for p in params], optimizer.state_dict()
    assert_same(moving, expected, 1e-9)


# ---- what users do -------------------------------------------------------------------------------
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


def hooked(lib: Any) -> list[Any]:
    """What an optimizer's hooks see, and what they change."""
    x = lib.tensor([3.0]).requires_grad_()
    optimizer = lib.optim.SGD([x], lr=0.1)
    seen: list[Any] = []

    def replace_closure(o: Any, args: Any, kwargs: Any) -> Any:
        assert args[0] is optimizer
        seen.append(("before", len(args), sorted(kwargs)))
        return (optimizer, lambda: "replaced"), {}

    def add(what: str) -> Callable[..., None]:
        return lambda o, *rest: seen.append((what, len(rest)))

    def more(o: Any, state: Any) -> Any:
        return {**state, "more": 1}

    def faster(o: Any, state: Any) -> Any:
        assert state.pop("more") == 1
        groups = [{**group, "lr": 0.5} for group in state["param_groups"]]
        return {**state, "param_groups": groups}

    handle = optimizer.register_step_pre_hook(replace_closure)
    optimizer.register_step_post_hook(add("after"))
    optimizer.register_state_dict_pre_hook(add("state 2"))
    optimizer.register_state_dict_pre_hook(add("state 1"), prepend=True)
    optimizer.register_state_dict_post_hook(more)
    optimizer.register_load_state_dict_pre_hook(faster)
    optimizer.register_load_state_dict_post_hook(add("loaded"))
    x.grad = lib.tensor([1.0])
    seen.append(optimizer.step(closure=None))
    state = optimizer.state_dict()
    optimizer.load_state_dict(state)
    seen.append(state["more"])
    handle.remove()
    optimizer.step()
    return [*seen, x.tolist()]


def test_hooks() -> None:
    assert hooked(te) == hooked(torch)


def leaf(lib: Any) -> Any:
    return lib.ones(2, requires_grad=True)


def matrix(lib: Any) -> Any:
    x = lib.ones(2, 2, requires_grad=True)
    x.grad = lib.ones(2, 2)
    return x


def vector_added(optimizer: Any, x: Any) -> None:
    optimizer.add_param_group({"params": [x]})
    x.sum().backward()
    optimizer.step()


def searching(lib: Any) -> None:
    x = leaf(lib)
    optimizer = lib.optim.LBFGS([x], line_search_fn="golden")

    def closure() -> Any:
        (x * x).sum().backward()
        return (x * x).sum()

    optimizer.step(closure)


def badly_hooked(lib: Any) -> None:
    optimizer = lib.optim.SGD([leaf(lib)])
    optimizer.register_step_pre_hook(lambda o, args, kwargs: args)
    optimizer.step()


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
    "fused and foreach": lambda t: t.optim.Adagrad([leaf(t)], fused=True, foreach=True),
    "accumulator": lambda t: t.optim.Adagrad([leaf(t)], initial_accumulator_value=-1.0),
    "rmsprop alpha": lambda t: t.optim.RMSprop([leaf(t)], alpha=-1.0),
    "asgd decay": lambda t: t.optim.ASGD([leaf(t)], weight_decay=-1.0),
    "adafactor lr tensor": lambda t: t.optim.Adafactor([leaf(t)], lr=t.ones(2)),
    "adafactor epsilon 2": lambda t: t.optim.Adafactor([leaf(t)], eps=(None, -1.0)),
    "adafactor decay": lambda t: t.optim.Adafactor([leaf(t)], weight_decay=-1.0),
    "muon momentum": lambda t: t.optim.Muon([matrix(t)], momentum=-1.0),
    "muon decay": lambda t: t.optim.Muon([matrix(t)], weight_decay=-1.0),
    "muon steps": lambda t: t.optim.Muon([matrix(t)], ns_steps=100).step(),
    "muon coefficients": lambda t: t.optim.Muon([matrix(t)], ns_coefficients=(1.0, 2.0)).step(),
    "muon foreach": lambda t: t.optim.Muon([matrix(t)], foreach=True),
    "a vector for muon": lambda t: t.optim.Muon([leaf(t)]),
    "a vector added to muon": lambda t: vector_added(t.optim.Muon([matrix(t)]), leaf(t)),
    "lbfgs groups": lambda t: t.optim.LBFGS([{"params": [leaf(t)]}, {"params": [leaf(t)]}]),
    "lbfgs without closure": lambda t: t.optim.LBFGS([leaf(t)]).step(),
    "another line search": lambda t: searching(t),
    "a bad hook": lambda t: badly_hooked(t),
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


@pytest.mark.parametrize("name", [*OPTIONS, "LBFGS"])
def test_pytorchs_own_error_inputs(name: str) -> None:
    for error in INFOS[name].optim_error_inputs_func("cpu", torch.float32):
        given = error.optimizer_error_input
        params = ours(given.params or [torch.nn.Parameter(torch.ones(1, 1))])
        warning = issubclass(error.error_type, Warning)
        expect = pytest.warns if warning else pytest.raises
        with expect(error.error_type, match=error.error_regex):
            optimizer = getattr(optim, name)(params, **own(te, given.kwargs))
            if error.error_on is common_optimizers.OptimizerErrorEnum.STEP_ERROR:
                optimizer.step()


def ours(params: Any) -> Any:
    """The same structure of parameters, each of PyTorch's as one of ours."""
    twins: dict[int, te.Tensor] = {}

    def twin(x: Any) -> Any:
        if isinstance(x, torch.Tensor):
            if id(x) not in twins:
                twins[id(x)] = te.tensor(x.detach().numpy())
                twins[id(x)].grad = te.ones_like(twins[id(x)])
            return twins[id(x)]
        if isinstance(x, dict):
            return {key: twin(value) for key, value in x.items()}
        return type(x)(map(twin, x)) if isinstance(x, (list, tuple)) else x

    return twin(params)
