"""Layers, losses and modules do what PyTorch's do: values, gradients, names, prints, errors."""

from __future__ import annotations

import copy
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn

torch = pytest.importorskip("torch")
F = nn.functional
RNG = np.random.default_rng(0)
Run = Callable[..., Any]


def normal(*shape: int) -> Any:
    return RNG.standard_normal(shape)


def uniform(*shape: int) -> Any:
    return RNG.random(shape)


def classes(n: int, *shape: int) -> Any:
    return RNG.integers(0, n, shape)


def both(run: Run, *arrays: Any, grad: bool = True) -> tuple[list[Any], list[Any]]:
    """What `run(lib, *tensors)` and its gradients are, under tinygrad_edu and under PyTorch."""
    found = []
    for lib in (te, torch):
        tensors = [lib.tensor(a) for a in arrays]
        floats = [t.requires_grad_() for t in tensors if grad and t.is_floating_point()]
        out = run(lib, *tensors)
        results = [out.detach()]
        if out.requires_grad:
            weight = lib.tensor(np.cos(np.arange(out.numel())).reshape(tuple(out.shape)))
            results += lib.autograd.grad((out * weight).sum(), floats, allow_unused=True)
        found.append(results)
    return found[0], found[1]


def assert_same(ours: list[Any], theirs: list[Any], tolerance: float = 1e-12) -> None:
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert (a is None) == (b is None)
        if a is not None:
            assert str(a.dtype).split(".")[1] == str(b.dtype).split(".")[1]
            assert tuple(a.shape) == tuple(b.shape)
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=tolerance, atol=tolerance)


# ---- functions -----------------------------------------------------------------------------------
X = np.concatenate([normal(3, 5) * 3, [[0.0, -0.0, 30.0, -30.0, 1.0]]])
ACTIVATIONS: dict[str, Run] = {
    "relu": lambda lib, x: lib.nn.functional.relu(x),
    "leaky_relu": lambda lib, x: lib.nn.functional.leaky_relu(x, 0.2),
    "elu": lambda lib, x: lib.nn.functional.elu(x, 1.5),
    "gelu": lambda lib, x: lib.nn.functional.gelu(x),
    "gelu tanh": lambda lib, x: lib.nn.functional.gelu(x, approximate="tanh"),
    "silu": lambda lib, x: lib.nn.functional.silu(x),
    "softplus": lambda lib, x: lib.nn.functional.softplus(x),
    "softplus beta": lambda lib, x: lib.nn.functional.softplus(x, 2.0, 5.0),
    "sigmoid": lambda lib, x: lib.nn.functional.sigmoid(x),
    "tanh": lambda lib, x: lib.nn.functional.tanh(x),
    "threshold": lambda lib, x: lib.nn.functional.threshold(x, 0.5, -2.0),
    "softmax": lambda lib, x: lib.nn.functional.softmax(x, dim=0),
    "log_softmax": lambda lib, x: lib.nn.functional.log_softmax(x, -1),
    "normalize": lambda lib, x: lib.nn.functional.normalize(x),
    "normalize p": lambda lib, x: lib.nn.functional.normalize(x, p=3.0, dim=0),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_functions_of_one_tensor(name: str, dtype: str) -> None:
    tolerance = 1e-12 if dtype == "float64" else 2e-6
    assert_same(*both(ACTIVATIONS[name], X.astype(dtype)), tolerance=tolerance)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "silu", "threshold"])
def test_in_place_functions_write_into_their_input(name: str) -> None:
    args = {"threshold": (0.5, -2.0)}.get(name, ())

    def run(lib: Any, x: Any) -> Any:
        y = x * 1.0
        out = getattr(lib.nn.functional, name)(y, *args, inplace=True)
        assert out is y
        return out

    assert_same(*both(run, X))


@pytest.mark.parametrize("kernel", [(2, 2), (3, 1), (3, 2, 1)])
def test_what_max_pool_gave_may_be_written_to(kernel: tuple[int, ...]) -> None:
    def run(lib: Any, x: Any) -> Any:
        return lib.nn.ReLU(inplace=True)(lib.nn.functional.max_pool2d(x - 0.5, *kernel))

    assert_same(*both(run, normal(2, 3, 6, 6)))


TIMES = (np.arange(2.0), np.arange(6.0).reshape(3, 2), np.arange(3.0))
LINEAR: dict[str, tuple[Any, ...]] = {
    "matrix": (normal(4, 3), normal(2, 3), normal(2)),
    "vector": (normal(3), normal(2, 3), normal(2)),
    "batches": (normal(5, 4, 3), normal(2, 3), normal(2)),
    "no bias": (normal(5, 4, 3), normal(2, 3)),
    "one output": (normal(4, 3), normal(3)),
    "no samples": (normal(0, 3), normal(2, 3), normal(2)),
    "no features": (normal(4, 0), normal(2, 0), normal(2)),
    "one bias": (normal(4, 3), normal(2, 3), normal(1)),
}


@pytest.mark.parametrize("name", LINEAR)
def test_linear(name: str) -> None:
    assert_same(*both(lambda lib, *xs: lib.nn.functional.linear(*xs), *LINEAR[name]))


W3 = uniform(3) + 0.5
IGNORED = np.array([0, 2, -100, 1])
LOSSES: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "mse": ("mse_loss", (normal(4, 3), normal(4, 3)), {}),
    "mse weight": ("mse_loss", (normal(4, 3), normal(4, 3)), {"weight": uniform(4, 3)}),
    "mse of nothing": ("mse_loss", (normal(0, 3), normal(0, 3)), {}),
    "mse 0-d": ("mse_loss", (normal(), normal()), {}),
    "l1": ("l1_loss", (X, X * (X > 0)), {}),
    "l1 weight": ("l1_loss", (normal(4, 3), normal(4, 3)), {"weight": uniform(4, 3)}),
    "bce": ("binary_cross_entropy", (uniform(4, 3), uniform(4, 3)), {}),
    "bce weight": ("binary_cross_entropy", (uniform(4, 3), uniform(4, 3)), {"weight": W3}),
    "logits": ("binary_cross_entropy_with_logits", (X, uniform(4, 5)), {}),
    "logits weight": (
        "binary_cross_entropy_with_logits",
        (X[:, :3], uniform(4, 3)),
        {"weight": W3},
    ),
    "pos_weight": (
        "binary_cross_entropy_with_logits",
        (X[:, :3], uniform(4, 3)),
        {"pos_weight": W3},
    ),
    "nll": ("nll_loss", (normal(4, 3), classes(3, 4)), {}),
    "nll weight": ("nll_loss", (normal(4, 3), classes(3, 4)), {"weight": W3}),
    "nll ignore": ("nll_loss", (normal(4, 3), IGNORED), {"weight": W3}),
    "nll ignore 1": ("nll_loss", (normal(4, 3), IGNORED % 3), {"ignore_index": 1}),
    "nll pictures": ("nll_loss", (normal(2, 3, 4, 5), classes(3, 2, 4, 5)), {"weight": W3}),
    "nll sample": ("nll_loss", (normal(3), classes(3)), {}),
    "nll of nothing": ("nll_loss", (normal(0, 3), classes(3, 0)), {}),
    "cross entropy": ("cross_entropy", (normal(4, 3) * 50, classes(3, 4)), {}),
    "ce bytes": ("cross_entropy", (normal(4, 3), classes(3, 4).astype("uint8")), {}),
    "ce weight": ("cross_entropy", (normal(4, 3), classes(3, 4)), {"weight": W3}),
    "ce ignore": ("cross_entropy", (normal(4, 3), IGNORED), {}),
    "ce ignore all": ("cross_entropy", (normal(4, 3), IGNORED * 0 - 100), {}),
    "ce pictures": ("cross_entropy", (normal(2, 3, 4, 5), classes(3, 2, 4, 5)), {}),
    "ce sequence": ("cross_entropy", (normal(2, 3, 4), classes(3, 2, 4)), {"weight": W3}),
    "ce sample": ("cross_entropy", (normal(3), classes(3)), {}),
    "ce of nothing": ("cross_entropy", (normal(0, 3), classes(3, 0)), {}),
    "ce smoothing": ("cross_entropy", (normal(4, 3), IGNORED), {"label_smoothing": 0.2}),
    "ce smoothing weight": (
        "cross_entropy",
        (normal(2, 3, 4), classes(3, 2, 4)),
        {"label_smoothing": 0.2, "weight": W3},
    ),
    "ce probabilities": ("cross_entropy", (normal(4, 3), uniform(4, 3)), {}),
    "ce probabilities all": (
        "cross_entropy",
        (normal(2, 3, 4), uniform(2, 3, 4)),
        {"weight": W3, "label_smoothing": 0.1},
    ),
    "ce probabilities sample": ("cross_entropy", (normal(3), uniform(3)), {"weight": W3}),
}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str, reduction: str) -> None:
    function, arrays, options = LOSSES[name]

    def run(lib: Any, *tensors: Any) -> Any:
        given = {k: lib.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
        return getattr(lib.nn.functional, function)(*tensors, reduction=reduction, **given)

    assert_same(*both(run, *arrays))


@pytest.mark.parametrize("name", ["bce", "logits", "cross entropy", "mse", "ce weight", "nll"])
def test_second_derivatives_of_losses(name: str) -> None:
    function, arrays, options = LOSSES[name]

    def run(lib: Any, x: Any, *rest: Any) -> Any:
        given = {k: lib.tensor(v) for k, v in options.items()}
        fixed = [t.detach() for t in rest]
        loss = getattr(lib.nn.functional, function)(x * 1.0, *fixed, **given)
        (g,) = lib.autograd.grad(loss, x, create_graph=True)
        return (g * g).sum() + loss * 0

    small = [arrays[0] / 10 if name == "cross entropy" else arrays[0], *arrays[1:]]
    assert_same(*both(run, *small), tolerance=1e-9)


def test_binary_cross_entropy_is_finite_for_wrong_certainty() -> None:
    x, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    run: Run = lambda lib, x, t: lib.nn.functional.binary_cross_entropy(x, t, reduction="none")
    assert_same(*both(run, x, t, grad=False))


PADS: dict[str, tuple[Any, tuple[int, ...], dict[str, Any]]] = {
    "constant": (normal(2, 3), (1, 2), {}),
    "constant all": (normal(2, 3), (1, 2, 0, 1), {"value": 7.0}),
    "crop": (normal(2, 3), (-1, 2, 1, -1), {"value": 7.0}),
    "reflect": (normal(2, 3, 5), (4, 2), {"mode": "reflect"}),
    "reflect 2": (normal(2, 3, 4, 5), (4, 2, 0, 3), {"mode": "reflect"}),
    "replicate": (normal(2, 3, 4, 5), (4, 2, 0, 3), {"mode": "replicate"}),
    "replicate crop": (normal(2, 3, 5), (-1, 3), {"mode": "replicate"}),
    "circular": (normal(2, 3, 4, 5), (4, 2, 4, 3), {"mode": "circular"}),
    "circular crop": (normal(2, 3, 4, 5), (-1, 1, 2, -2), {"mode": "circular"}),
    "reflect crop": (normal(2, 3, 5), (-3, 3), {"mode": "reflect"}),
}


@pytest.mark.parametrize("name", PADS)
def test_pad(name: str) -> None:
    x, sizes, options = PADS[name]
    assert_same(*both(lambda lib, x: lib.nn.functional.pad(x, sizes, **options), x))


@pytest.mark.parametrize(
    "options",
    [{}, {"padding_idx": 1}, {"padding_idx": -3}, {"scale_grad_by_freq": True}, {"max_norm": 0.7}],
)
def test_embedding(options: dict[str, Any]) -> None:
    at = np.array([[0, 1, 1], [2, 1, 0]])
    grad = "max_norm" not in options

    def run(lib: Any, w: Any) -> Any:
        w = w.clone() if grad else w
        out = lib.nn.functional.embedding(lib.tensor(at), w, **options)
        return out if grad else out + w.sum()

    assert_same(*both(run, normal(4, 2), grad=grad), tolerance=1e-7 if not grad else 1e-12)


@pytest.mark.parametrize("arguments", [([2, 0, 1],), ([[2, 0], [1, 1]], 4), ([], 3), (1,)])
def test_one_hot(arguments: tuple[Any, ...]) -> None:
    at, *rest = arguments
    run: Run = lambda lib, t: lib.nn.functional.one_hot(t, *rest)
    assert_same(*both(run, np.array(at, np.int64), grad=False))


# ---- what goes wrong, and what warns -----------------------------------------------------------------
def complaint(run: Run, lib: Any) -> tuple[type | None, list[type]]:
    """The exception `run(lib)` raises and the warnings it gives, by their types."""
    raised = None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            run(lib)
        except Exception as error:
            raised = type(error)
    return raised, [w.category for w in warned]


def x43(lib: Any) -> Any:
    return lib.ones(4, 3)


WRONG: dict[str, Run] = {
    "ce int32": lambda t: t.nn.functional.cross_entropy(x43(t), t.ones(4, dtype=t.int32)),
    "ce float": lambda t: t.nn.functional.cross_entropy(x43(t), t.ones(4)),
    "ce class": lambda t: t.nn.functional.cross_entropy(x43(t), t.tensor([0, 1, 3, 0])),
    "ce negative": lambda t: t.nn.functional.cross_entropy(x43(t), t.tensor([0, 1, -1, 0])),
    "ce batch": lambda t: t.nn.functional.cross_entropy(x43(t), t.tensor([0, 1])),
    "ce (4, 1)": lambda t: t.nn.functional.cross_entropy(x43(t), t.tensor([[0]] * 4)),
    "ce shape": lambda t: t.nn.functional.cross_entropy(t.ones(4, 3, 2), t.tensor([0] * 4)),
    "ce ints": lambda t: t.nn.functional.cross_entropy(x43(t), x43(t).long()),
    "ce ignored": lambda t: t.nn.functional.cross_entropy(x43(t), x43(t), ignore_index=1),
    "ce smoothing": lambda t: t.nn.functional.cross_entropy(
        x43(t), t.tensor([0] * 4), label_smoothing=2.0
    ),
    "ce weight": lambda t: t.nn.functional.cross_entropy(
        x43(t), t.tensor([0] * 4), weight=t.ones(2)
    ),
    "ce reduction": lambda t: t.nn.functional.cross_entropy(
        x43(t), t.tensor([0] * 4), reduction="x"
    ),
    "nll batch": lambda t: t.nn.functional.nll_loss(x43(t), t.tensor([0, 1])),
    "nll int32": lambda t: t.nn.functional.nll_loss(x43(t), t.ones(4, dtype=t.int32)),
    "bce shape": lambda t: t.nn.functional.binary_cross_entropy(t.ones(4, 1), t.ones(4)),
    "bce range": lambda t: t.nn.functional.binary_cross_entropy(t.ones(4) * 2, t.ones(4)),
    "bce target": lambda t: t.nn.functional.binary_cross_entropy(t.ones(4), t.ones(4) * 2),
    "bce ints": lambda t: t.nn.functional.binary_cross_entropy(t.ones(4), t.tensor([0] * 4)),
    "logits shape": lambda t: t.nn.functional.binary_cross_entropy_with_logits(
        t.ones(4, 1), t.ones(4)
    ),
    "mse (4, 1)": lambda t: t.nn.functional.mse_loss(t.ones(4, 1), t.ones(4)),
    "mse shapes": lambda t: t.nn.functional.mse_loss(t.ones(4), t.ones(3)),
    "mse reduction": lambda t: t.nn.functional.mse_loss(t.ones(4), t.ones(4), reduction="x"),
    "mse weight": lambda t: t.nn.functional.mse_loss(t.ones(4), t.ones(4), weight=t.ones(3)),
    "l1 (4, 1)": lambda t: t.nn.functional.l1_loss(t.ones(4, 1), t.ones(4)),
    "l1 ints": lambda t: t.nn.functional.l1_loss(t.tensor([1]), t.tensor([2])),
    "size_average": lambda t: t.nn.functional.mse_loss(t.ones(4), t.ones(4), size_average=False),
    "linear shapes": lambda t: t.nn.functional.linear(x43(t), t.ones(2, 4)),
    "linear dtypes": lambda t: t.nn.functional.linear(x43(t).double(), t.ones(2, 3)),
    "linear ints": lambda t: t.nn.Linear(3, 2)(x43(t).long()),
    "linear bias": lambda t: t.nn.functional.linear(x43(t), t.ones(2, 3), t.ones(3)),
    "softmax dim": lambda t: t.nn.functional.softmax(x43(t)),
    "one_hot floats": lambda t: t.nn.functional.one_hot(t.ones(1)),
    "one_hot negative": lambda t: t.nn.functional.one_hot(t.tensor([-1])),
    "one_hot small": lambda t: t.nn.functional.one_hot(t.tensor([3]), 2),
    "one_hot empty": lambda t: t.nn.functional.one_hot(t.zeros(0).long()),
    "dropout p": lambda t: t.nn.functional.dropout(x43(t), 1.5),
    "Dropout p": lambda t: t.nn.Dropout(-0.5),
    "dropout ints": lambda t: t.nn.functional.dropout(t.tensor([1, 2])),
    "pad reflect": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (3, 0), mode="reflect"),
    "pad circular": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (4, 0), mode="circular"),
    "pad odd": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (4,)),
    "pad long": lambda t: t.nn.functional.pad(t.ones(3), (1, 1, 1, 1)),
    "pad mode": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (1, 1), mode="x"),
    "pad value": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (1, 1), mode="replicate", value=1),
    "embedding floats": lambda t: t.nn.functional.embedding(t.ones(1), t.ones(3, 2)),
    "embedding high": lambda t: t.nn.functional.embedding(t.tensor([3]), t.ones(3, 2)),
    "embedding low": lambda t: t.nn.functional.embedding(t.tensor([-1]), t.ones(3, 2)),
    "embedding pad": lambda t: t.nn.functional.embedding(
        t.tensor([1]), t.ones(3, 2), padding_idx=5
    ),
    "gelu": lambda t: t.nn.functional.gelu(x43(t), approximate="x"),
    "relu leaf": lambda t: t.nn.functional.relu(t.ones(2, requires_grad=True), inplace=True),
    "Unflatten int": lambda t: t.nn.Unflatten(1, 3),
    "Unflatten float": lambda t: t.nn.Unflatten(1, (3, 1.0)),
    "init fans": lambda t: t.nn.init.kaiming_uniform_(t.ones(3)),
    "init xavier": lambda t: t.nn.init.xavier_normal_(t.ones(3)),
    "init mode": lambda t: t.nn.init.kaiming_uniform_(t.ones(3, 3), mode="x"),
    "init gain": lambda t: t.nn.init.calculate_gain("x"),
    "init slope": lambda t: t.nn.init.calculate_gain("leaky_relu", True),
    "init eye": lambda t: t.nn.init.eye_(t.ones(3)),
    "init dirac": lambda t: t.nn.init.dirac_(t.ones(3, 3)),
    "init dirac groups": lambda t: t.nn.init.dirac_(t.ones(3, 3, 3), groups=2),
    "init uniform": lambda t: t.nn.init.uniform_(t.ones(3), 2, 1),
    "init normal": lambda t: t.nn.init.normal_(t.ones(3), 0, -1),
    "init ints": lambda t: t.nn.init.normal_(t.ones(3).long()),
    "init truncated": lambda t: t.nn.init.trunc_normal_(t.ones(3), mean=5.0),
    "init empty": lambda t: t.nn.init.kaiming_normal_(t.ones(0, 3)),
    "init orthogonal": lambda t: t.nn.init.orthogonal_(t.ones(3)),
    "init sparse": lambda t: t.nn.init.sparse_(t.ones(3), 0.5),
    "module call": lambda t: t.nn.Module()(1),
    "module list call": lambda t: t.nn.ModuleList()(1),
    "train": lambda t: t.nn.Module().train("yes"),
    "to int": lambda t: t.nn.Linear(1, 1).to(t.int64),
    "state": lambda t: t.nn.Linear(1, 1).load_state_dict(3),
    "submodule": lambda t: t.nn.Sequential(t.nn.ReLU()).get_submodule("1"),
    "submodule kind": lambda t: t.nn.Linear(1, 1).get_submodule("weight"),
    "parameter kind": lambda t: t.nn.Linear(1, 1).get_parameter("in_features"),
    "parameter path": lambda t: t.nn.Linear(1, 1).get_parameter("a.b"),
    "buffer kind": lambda t: t.nn.Linear(1, 1).get_buffer("weight"),
    "attribute": lambda t: t.nn.Linear(1, 1).missing,
    "delete": lambda t: t.nn.Linear(1, 1).__delattr__("missing"),
    "register dot": lambda t: t.nn.Module().register_parameter("a.b", None),
    "register empty": lambda t: t.nn.Module().register_buffer("", None),
    "register int": lambda t: t.nn.Module().register_buffer(3, None),
    "register taken": lambda t: t.nn.Module().register_buffer("forward", None),
    "register tensor": lambda t: t.nn.Module().register_parameter("a", t.ones(1)),
    "register number": lambda t: t.nn.Module().register_buffer("a", 3),
    "add dot": lambda t: t.nn.Module().add_module("a.b", t.nn.ReLU()),
    "add taken": lambda t: t.nn.Module().add_module("forward", t.nn.ReLU()),
    "add number": lambda t: t.nn.Module().add_module("a", 3),
    "assign tensor": lambda t: setattr(t.nn.Linear(1, 1), "weight", t.ones(1, 1)),
    "assign over parameter": lambda t: setattr(t.nn.Linear(1, 1), "weight", t.nn.ReLU()),
    "assign over module": lambda t: setattr(
        t.nn.Sequential(t.nn.ReLU()), "0", t.nn.Buffer(t.ones(1))
    ),
    "assign number": lambda t: setattr(t.nn.Sequential(t.nn.ReLU()), "0", 3),
    "Sequential index": lambda t: t.nn.Sequential(t.nn.ReLU())[1],
    "Sequential name": lambda t: t.nn.Sequential(t.nn.ReLU())["0"],
    "Sequential append": lambda t: t.nn.Sequential().append(3),
    "Sequential insert": lambda t: t.nn.Sequential(t.nn.ReLU()).insert(3, t.nn.ReLU()),
    "Sequential add": lambda t: t.nn.Sequential() + [t.nn.ReLU()],
    "Sequential times": lambda t: t.nn.Sequential() * 0,
    "Sequential half": lambda t: t.nn.Sequential() * 0.5,
    "ModuleList extend": lambda t: t.nn.ModuleList().extend(3),
    "ModuleList index": lambda t: t.nn.ModuleList([t.nn.ReLU()])[-2],
    "ModuleDict key": lambda t: t.nn.ModuleDict()["a"],
    "ModuleDict taken": lambda t: t.nn.ModuleDict({"keys": t.nn.ReLU()}),
    "ModuleDict update": lambda t: t.nn.ModuleDict().update(3),
    "ModuleDict pairs": lambda t: t.nn.ModuleDict().update([("a",)]),
    "ModuleDict pair": lambda t: t.nn.ModuleDict().update([3]),
    "ParameterList extend": lambda t: t.nn.ParameterList().extend(t.ones(2)),
    "ParameterDict key": lambda t: t.nn.ParameterDict().__setitem__(3, t.ones(1)),
}


@pytest.mark.parametrize("name", WRONG)
def test_complaints_are_pytorchs(name: str) -> None:
    (ours, our_warnings), (theirs, their_warnings) = (
        complaint(WRONG[name], lib) for lib in (te, torch)
    )
    assert ours is theirs
    assert our_warnings == their_warnings


# ---- how parameters start ------------------------------------------------------------------------------
STARTS: dict[str, Run] = {
    "uniform": lambda init, t: init.uniform_(t, -2, 3),
    "normal": lambda init, t: init.normal_(t, 1, 2),
    "trunc_normal": lambda init, t: init.trunc_normal_(t, 0.5, 1, -1, 1.5),
    "xavier_uniform": lambda init, t: init.xavier_uniform_(t, 2.0),
    "xavier_normal": lambda init, t: init.xavier_normal_(t),
    "kaiming_uniform": lambda init, t: init.kaiming_uniform_(t, 0.3, "fan_out"),
    "kaiming_normal": lambda init, t: init.kaiming_normal_(t, nonlinearity="relu"),
    "orthogonal": lambda init, t: init.orthogonal_(t, 2.0),
    "sparse": lambda init, t: init.sparse_(t, 0.3, 1.0),
}


@pytest.mark.parametrize("name", STARTS)
def test_initial_distributions(name: str) -> None:
    """The 1 % quantiles of 40,000 draws agree to sampling error."""
    te.manual_seed(0)
    torch.manual_seed(0)
    ours = STARTS[name](nn.init, te.zeros(100, 400)).numpy()
    theirs = STARTS[name](torch.nn.init, torch.zeros(100, 400)).numpy()
    at = np.linspace(0.01, 0.99, 99)
    scale = theirs.std()
    assert np.abs(np.quantile(ours, at) - np.quantile(theirs, at)).max() < 0.08 * scale
    assert ours.min() >= theirs.min() - scale and ours.max() <= theirs.max() + scale


CONSTANT: dict[str, tuple[Run, tuple[int, ...]]] = {
    "constant": (lambda init, t: init.constant_(t, 3.5), (2, 3)),
    "ones": (lambda init, t: init.ones_(t), (2, 3)),
    "zeros": (lambda init, t: init.zeros_(t), (2, 3)),
    "eye": (lambda init, t: init.eye_(t), (2, 3)),
    "dirac 1": (lambda init, t: init.dirac_(t), (4, 2, 3)),
    "dirac 2": (lambda init, t: init.dirac_(t, groups=2), (4, 3, 3, 4)),
    "dirac 3": (lambda init, t: init.dirac_(t, groups=3), (6, 1, 3, 2, 1)),
}


@pytest.mark.parametrize("name", CONSTANT)
def test_constant_starts(name: str) -> None:
    start, shape = CONSTANT[name]
    ours = start(nn.init, te.full(shape, 9.0, requires_grad=True))
    theirs = start(torch.nn.init, torch.full(shape, 9.0, requires_grad=True))
    assert ours.requires_grad and ours.is_leaf
    np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())


@pytest.mark.parametrize(
    "arguments",
    [
        ("linear",),
        ("conv2d",),
        ("tanh",),
        ("relu",),
        ("selu",),
        ("leaky_relu", 0.2),
        ("leaky_relu",),
    ],
)
def test_gains(arguments: tuple[Any, ...]) -> None:
    assert nn.init.calculate_gain(*arguments) == torch.nn.init.calculate_gain(*arguments)


def test_linear_starts_like_pytorchs() -> None:
    te.manual_seed(0)
    for m in (nn.Linear(400, 300), torch.nn.Linear(400, 300)):
        for p in (m.weight, m.bias):
            values = p.detach().numpy()
            assert np.abs(values).max() <= 1 / 20
            assert np.abs(values).max() > 0.99 / 20
            assert values.std() == pytest.approx(1 / 20 / 3**0.5, rel=0.1)


# ---- modules -----------------------------------------------------------------------------------------
def block(lib: Any) -> Any:
    """A model with all that modules can hold, some of it twice."""

    class Block(lib.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.plain = 3
            self.first = lib.nn.Linear(2, 3)
            self.scale = lib.nn.Parameter(lib.ones(3))
            self.register_buffer("mean", lib.zeros(3))
            self.register_buffer("count", lib.tensor(7))
            self.register_buffer("cache", lib.zeros(1), persistent=False)
            self.register_buffer("nothing", None)
            self.register_parameter("absent", None)
            self.free = lib.nn.Buffer(lib.ones(2))
            self.again = self.first
            self.tied = self.first.weight
            self.body = lib.nn.Sequential(
                OrderedDict(a=lib.nn.Linear(3, 3, bias=False), b=lib.nn.ReLU())
            )
            self.many = lib.nn.ModuleList([lib.nn.Linear(3, 3), lib.nn.Linear(3, 3), lib.nn.Tanh()])
            self.named = lib.nn.ModuleDict({"x": lib.nn.Dropout(0.1), "y": lib.nn.Identity()})
            self.numbers = lib.nn.ParameterList([lib.ones(2), lib.zeros(1), 3])
            self.letters = lib.nn.ParameterDict({"u": lib.ones(2), "s": lib.zeros(1, 4)})

        def forward(self, x: Any) -> Any:
            return self.many[0](self.body(self.first(x) * self.scale))

    return Block()


WALKS: dict[str, Run] = {
    "named_parameters": lambda m: [n for n, _ in m.named_parameters()],
    "named_parameters twice": lambda m: [n for n, _ in m.named_parameters(remove_duplicate=False)],
    "named_parameters own": lambda m: [n for n, _ in m.named_parameters("top", recurse=False)],
    "parameters": lambda m: [tuple(p.shape) for p in m.parameters()],
    "named_buffers": lambda m: [n for n, _ in m.named_buffers("top")],
    "buffers": lambda m: [tuple(b.shape) for b in m.buffers()],
    "named_modules": lambda m: [(n, type(c).__name__) for n, c in m.named_modules(prefix="top")],
    "named_modules twice": lambda m: [n for n, _ in m.named_modules(remove_duplicate=False)],
    "modules": lambda m: [type(c).__name__ for c in m.modules()],
    "named_children": lambda m: [n for n, _ in m.named_children()],
    "children": lambda m: [type(c).__name__ for c in m.children()],
    "state_dict": lambda m: [(k, tuple(v.shape)) for k, v in m.state_dict().items()],
    "state_dict prefix": lambda m: list(m.state_dict(prefix="top.")),
    "print": lambda m: (
        repr(m)
        .replace("torch.FloatTensor", "float32")
        .replace("torch.", "")
        .replace("tinygrad_edu.", "")
    ),
    "registries": lambda m: [list(m._parameters), list(m._buffers), list(m._modules)],
    "lengths": lambda m: [len(m.body), len(m.many), len(m.named), len(m.numbers), len(m.letters)],
    "names": lambda m: [n for n in dir(m.many) + dir(m.numbers) if n[0].isdigit()],
    "apply": lambda m: [(seen := []), m.apply(lambda c: seen.append(type(c).__name__))][0],
    "modes": lambda m: [c.training for c in m.eval().modules()],
    "dtypes": lambda m: [str(t.dtype).split(".")[1] for t in m.double().state_dict().values()],
    "types": lambda m: [str(t.dtype).split(".")[1] for t in m.half().state_dict().values()],
    "frozen": lambda m: [p.requires_grad for p in m.requires_grad_(False).parameters()],
    "memo": lambda m: [n for n, _ in m.named_modules(memo={m.first})],
}


@pytest.mark.parametrize("name", WALKS)
def test_walks_over_a_model(name: str) -> None:
    assert WALKS[name](block(te)) == WALKS[name](block(torch))


def test_a_copy_of_a_model_is_the_same_model_apart() -> None:
    for lib in (te, torch):
        model = block(lib)
        twin = copy.deepcopy(model)
        assert twin.tied is twin.first.weight and twin.tied is not model.tied
        assert list(twin.state_dict()) == list(model.state_dict())
        twin.scale.data.fill_(5.0)
        assert model.scale.sum().item() == 3.0


def test_state_moves_between_the_libraries() -> None:
    ours, theirs = block(te), block(torch)
    state = {k: te.tensor(v.numpy()) for k, v in theirs.state_dict().items()}
    assert repr(ours.load_state_dict(state)) == repr(theirs.load_state_dict(theirs.state_dict()))
    x = normal(4, 2).astype("float32")
    np.testing.assert_allclose(
        ours(te.tensor(x)).detach().numpy(), theirs(torch.tensor(x)).detach().numpy(), rtol=1e-5
    )


def loading_error(lib: Any) -> str:
    model = block(lib)
    state = model.state_dict()
    del state["scale"], state["body.a.weight"]
    state["more"] = lib.ones(1)
    state["mean"] = lib.ones(2)
    state["count"] = 3
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(state)
    return str(caught.value)


def test_loading_errors_read_like_pytorchs() -> None:
    theirs = loading_error(torch).replace("torch.Size", "tinygrad_edu.Size")
    theirs = theirs.replace("torch.Tensor or Tensor-like object", "Tensor")
    assert loading_error(te).split("\n") == theirs.split("\n")


def hooks(lib: Any) -> list[Any]:
    """What hooks of every kind see, in the order they are called."""
    seen: list[Any] = []
    m = lib.nn.ReLU()

    def note(name: str, result: Any = None) -> Run:
        def hook(*args: Any) -> Any:
            seen.append(
                (name, [sorted(a) if isinstance(a, dict) else type(a).__name__ for a in args])
            )
            return result

        return hook

    m.register_forward_pre_hook(note("pre", lib.tensor([-1.0, 3.0])))
    m.register_forward_pre_hook(note("pre kw", ((lib.tensor([2.0]),), {})), with_kwargs=True)
    m.register_forward_pre_hook(note("pre first"), prepend=True)
    m.register_forward_hook(note("post", lib.tensor([9.0])))
    m.register_forward_hook(note("post kw"), with_kwargs=True)
    handle = m.register_forward_hook(note("post first"), prepend=True)
    seen.append(m(lib.tensor([1.0])).tolist())
    handle.remove()
    handle.remove()
    with m.register_forward_hook(note("for a while")):
        seen.append(m(input=lib.tensor([1.0])).tolist())
    m.register_forward_hook(note("always"), always_call=True)
    m.register_forward_pre_hook(lambda m, args: 1 / 0)
    try:
        m(lib.tensor([1.0]))
    except ZeroDivisionError:
        seen.append("raised")
    return seen


def test_hooks_see_and_replace_what_pytorchs_do() -> None:
    assert hooks(te) == hooks(torch)


def registrations(lib: Any) -> list[Any]:
    """Names in all registries while attributes change their roles."""
    m, seen = lib.nn.Module(), []
    steps: list[Run] = [
        lambda: setattr(m, "a", lib.nn.Parameter(lib.ones(1))),
        lambda: setattr(m, "b", lib.nn.Parameter(lib.ones(1))),
        lambda: setattr(m, "a", None),
        lambda: delattr(m, "a"),
        lambda: setattr(m, "a", lib.nn.Buffer(lib.ones(1), persistent=False)),
        lambda: setattr(m, "a", lib.ones(2)),
        lambda: setattr(m, "a", None),
        lambda: setattr(m, "a", lib.nn.Parameter(lib.ones(1))),
        lambda: delattr(m, "b"),
        lambda: setattr(m, "b", lib.nn.ReLU()),
        lambda: setattr(m, "b", lib.nn.Parameter(lib.ones(1))),
        lambda: delattr(m, "b"),
        lambda: setattr(m, "b", 3),
        lambda: setattr(m, "b", lib.nn.Tanh()),
        lambda: setattr(m, "b", None),
        lambda: m.register_buffer("c", lib.ones(1)),
        lambda: m.register_buffer("c", lib.ones(1), persistent=False),
        lambda: m._modules.__setitem__("b", lib.nn.ReLU()),
        lambda: m._parameters.pop("a"),
    ]
    for step in steps:
        step()
        names = [sorted(r) for r in (m._parameters, m._buffers, m._modules)]
        seen.append((names, list(m.state_dict()), hasattr(m, "a"), hasattr(m, "b"), repr(m)))
    return seen


def test_attributes_change_their_roles_as_in_pytorch() -> None:
    assert registrations(te) == registrations(torch)


@pytest.mark.parametrize("kind", ["Parameter", "Module", "Buffer"])
def test_assigning_before_init_is_an_error(kind: str) -> None:
    for lib in (te, torch):
        value = {"Module": lambda lib=lib: lib.nn.ReLU()}.get(
            kind, lambda lib=lib: getattr(lib.nn, kind)(lib.ones(1))
        )()

        class Early(lib.nn.Module):  # type: ignore[misc]
            def __init__(self, value: Any = value) -> None:
                self.part = value

        with pytest.raises(AttributeError, match="cannot assign .* before Module.__init__"):
            Early()


PRINTS: list[Run] = [
    lambda nn: nn.Sequential(),
    lambda nn: nn.ModuleList(),
    lambda nn: nn.ModuleDict(),
    lambda nn: nn.Sequential(nn.Sequential(nn.ReLU(True)), nn.ELU(2.0, inplace=True)),
    lambda nn: [nn.LeakyReLU(0.2, True), nn.GELU(), nn.SiLU(), nn.SiLU(True), nn.Softplus()],
    lambda nn: [nn.Softmax(), nn.LogSoftmax(1), nn.Sigmoid(), nn.Tanh(), nn.ReLU()],
    lambda nn: [nn.Flatten(), nn.Unflatten(1, (2, 3)), nn.Identity(1, a=2), nn.Dropout(0.3)],
    lambda nn: [nn.MSELoss(), nn.CrossEntropyLoss(), nn.BCELoss(), nn.L1Loss(), nn.NLLLoss()],
    lambda nn: [nn.Linear(2, 3), nn.Linear(2, 3, bias=False)],
    lambda nn: nn.ModuleList([nn.Linear(1, 1)] * 3 + [nn.ModuleList([nn.ReLU()] * 2)] * 2),
]


@pytest.mark.parametrize("number", range(len(PRINTS)))
def test_prints(number: int) -> None:
    assert repr(PRINTS[number](nn)) == repr(PRINTS[number](torch.nn))


EDITS: dict[str, Run] = {
    "slice": lambda nn, s: s[1:],
    "reverse": lambda nn, s: s[-1:],
    "append": lambda nn, s: s.append(nn.Tanh()),
    "extend": lambda nn, s: s.extend([nn.Tanh(), nn.ELU()]),
    "insert": lambda nn, s: (s.insert(1, nn.Tanh()), s)[1],
    "pop": lambda nn, s: (s.pop(1), s)[1],
    "pop last": lambda nn, s: (s.pop(-1), s)[1],
    "delete": lambda nn, s: (s.__delitem__(0), s)[1],
    "delete slice": lambda nn, s: (s.__delitem__(slice(0, 2)), s)[1],
    "set": lambda nn, s: (s.__setitem__(-1, nn.Tanh()), s)[1],
    "add": lambda nn, s: s + s,
    "iadd": lambda nn, s: (
        s.__iadd__(type(s)(nn.ELU())) if isinstance(s, nn.Sequential) else s.__iadd__([nn.ELU()])
    ),
    "times": lambda nn, s: 2 * s if isinstance(s, nn.Sequential) else s,
    "itimes": lambda nn, s: s.__imul__(2) if isinstance(s, nn.Sequential) else s,
    "iterate": lambda nn, s: [repr(m) for m in s],
    "contains": lambda nn, s: s[0] in s,
}


@pytest.mark.parametrize("kind", ["Sequential", "ModuleList"])
@pytest.mark.parametrize("name", EDITS)
def test_sequences_are_edited_as_in_pytorch(name: str, kind: str) -> None:
    def result(lib: Any) -> str:
        modules = [lib.nn.ReLU(), lib.nn.Sigmoid(), lib.nn.SiLU()]
        made = lib.nn.Sequential(*modules) if kind == "Sequential" else lib.nn.ModuleList(modules)
        return repr(EDITS[name](lib.nn, made))

    assert result(te) == result(torch)


def dictionary(lib: Any) -> list[Any]:
    d = lib.nn.ParameterDict({"b": lib.ones(1), "a": lib.zeros(2)})
    seen: list[Any] = [list(d), "a" in d, d.get("z", 5), len(d)]
    d["c"] = 3
    d.update(OrderedDict(z=lib.ones(1), y=lib.ones(1)))
    d.update([("p", lib.ones(3))])
    seen += [list(d.keys()), d.popitem()[0], d.pop("c"), [k for k, _ in d.items()]]
    seen += [list(d.copy()), list(reversed(d)), d.setdefault("n", 1), list(d | {"w": lib.ones(1)})]
    seen += [list(d.fromkeys(["k", "l"], 1)), len(list(d.values())), len(list(d.parameters()))]
    d |= {"v": lib.ones(1)}
    seen += [list(d), repr(d["a"])]
    d.clear()
    seen += [len(d), repr(d)]
    m = lib.nn.ModuleDict([["b", lib.nn.ReLU()], ["a", lib.nn.Tanh()]])
    m.update({"c": lib.nn.ELU()})
    seen += [
        list(m),
        list(m.keys()),
        repr(list(m.values())),
        repr(m.pop("b")),
        list(m.items())[0][0],
    ]
    m.clear()
    values = lib.nn.ParameterList([lib.ones(1), "text"])
    values += [lib.ones(2)]
    values[0] = lib.zeros(3)
    seen += [
        len(m),
        len(values),
        [type(v).__name__ for v in values],
        len(values[1:]),
        values[-1].tolist(),
    ]
    return seen


def test_dictionaries_and_lists_are_edited_as_in_pytorch() -> None:
    assert dictionary(te) == dictionary(torch)


def test_a_network_has_pytorchs_gradients() -> None:
    theirs = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(12, 8), torch.nn.Tanh(), torch.nn.Linear(8, 5)
    ).double()
    ours = nn.Sequential(nn.Flatten(), nn.Linear(12, 8), nn.Tanh(), nn.Linear(8, 5)).double()
    ours.load_state_dict({k: te.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    x, t = normal(7, 3, 4), classes(5, 7)
    for lib, model in ((te, ours), (torch, theirs)):
        lib.nn.CrossEntropyLoss()(model(lib.tensor(x)), lib.tensor(t)).backward()
    assert_same([p.grad for p in ours.parameters()], [p.grad for p in theirs.parameters()])


@pytest.mark.parametrize("name", ["matrix", "vector", "batches", "no bias"])
def test_second_derivatives_of_linear(name: str) -> None:
    def run(lib: Any, *xs: Any) -> Any:
        gradients = lib.autograd.grad(
            lib.nn.functional.linear(*xs).tanh().sum(), xs, create_graph=True
        )
        return sum((g * g).sum() for g in gradients)

    assert_same(*both(run, *LINEAR[name]))


def converted(x: Any) -> Any:
    """PyTorch's tensors, wherever they are in x, as ours."""
    if isinstance(x, torch.Tensor):
        return te.tensor(x.detach().numpy(), requires_grad=x.requires_grad)
    if isinstance(x, torch.dtype):
        return getattr(te, str(x).split(".")[1])
    if isinstance(x, dict):
        return {key: converted(value) for key, value in x.items()}
    if isinstance(x, torch.nn.TransformerEncoderLayer):
        widths = x.linear1.in_features, x.self_attn.num_heads, x.linear1.out_features
        options = {"norm_first": x.norm_first, "batch_first": x.self_attn.batch_first}
        activation, bias = converted(x.activation), x.linear1.bias is not None
        return nn.TransformerEncoderLayer(*widths, x.dropout.p, activation, bias=bias, **options)
    if callable(x) and x is getattr(torch.nn.functional, getattr(x, "__name__", ""), None):
        return getattr(nn.functional, x.__name__)
    if isinstance(x, (list, tuple)):
        ours = {id(value): converted(value) for value in x}  # what is given twice stays one tensor
        return type(x)(ours[id(value)] for value in x)
    return x


def tensors_in(x: Any) -> list[Any]:
    """The tensors, ours or PyTorch's, wherever they are in x."""
    if isinstance(x, (te.Tensor, torch.Tensor)):
        return [x]
    if isinstance(x, dict):
        x = list(x.values())
    return [t for part in x for t in tensors_in(part)] if isinstance(x, (list, tuple)) else []


MODULES = [name for name, cls in vars(nn).items() if isinstance(cls, type)]


@pytest.mark.filterwarnings("ignore:reduction. .mean. divides")
@pytest.mark.filterwarnings("ignore:linear_cross_entropy. ``options`` ignored:UserWarning")
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_pytorchs_own_samples_of_modules(name: str, training: bool) -> None:
    from torch.testing._internal.common_modules import module_db

    for info in (i for i in module_db if i.module_cls.__name__ == name):
        options = {
            "device": "cpu",
            "dtype": torch.float64,
            "requires_grad": True,
            "training": training,
        }
        for sample in info.module_inputs_func(info, **options):
            how, given = sample.constructor_input, sample.forward_input
            theirs = info.module_cls(*how.args, **how.kwargs).double().train(training)
            ours = (
                getattr(nn, name)(*converted(how.args), **converted(how.kwargs))
                .double()
                .train(training)
            )
            assert repr(ours) == repr(theirs)
            theirs(*given.args, **given.kwargs)  # a lazy module has no state before
            ours.load_state_dict(converted(dict(theirs.state_dict())))
            seen = []
            for lib, model, args, named in (
                (te, ours, converted(given.args), converted(given.kwargs)),
                (torch, theirs, given.args, given.kwargs),
            ):
                outs = tensors_in(model(*args, **named))
                inputs = [
                    t for t in tensors_in((args, named, [*model.parameters()])) if t.requires_grad
                ]
                total = sum(t.sum() for t in outs if t.requires_grad)
                gradients = (
                    lib.autograd.grad(total, inputs, allow_unused=True)
                    if outs[0].requires_grad
                    else []
                )
                seen.append([*(t.detach() for t in outs), *gradients])
            assert_same(*seen, tolerance=1e-9)
