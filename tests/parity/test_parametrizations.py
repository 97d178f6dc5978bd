"""Weights computed from other tensors are what PyTorch computes, side by side."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from tests.parity.side_by_side import Run, assert_same, data, filled, used


def layer_of(lib: Any, kind: str) -> Any:
    made = {
        "Linear": lambda: lib.nn.Linear(3, 4),
        "Conv2d": lambda: lib.nn.Conv2d(3, 4, 2),
        "ConvTranspose1d": lambda: lib.nn.ConvTranspose1d(3, 4, 2),
        "LSTM": lambda: lib.nn.LSTM(3, 2),
    }[kind]()
    return filled(made).double()


def input_of(lib: Any, kind: str) -> Any:
    shapes = {"Linear": (2, 3), "Conv2d": (1, 3, 4, 4), "ConvTranspose1d": (1, 3, 4)}
    return data(lib, *shapes.get(kind, (4, 2, 3))).double()


@pytest.mark.parametrize("dim", [0, 1, None, -1])
@pytest.mark.parametrize("kind", ["Linear", "Conv2d", "LSTM"])
def test_weight_norm(kind: str, dim: Any) -> None:
    name = "weight_hh_l0" if kind == "LSTM" else "weight"

    def run(lib: Any) -> Any:
        m, x = layer_of(lib, kind), input_of(lib, kind)
        old = layer_of(lib, kind)
        new = lib.nn.utils.parametrizations.weight_norm(m, name, dim)
        lib.nn.utils.weight_norm(old, name, dim)
        states = list(new.state_dict().items()), list(old.state_dict().items())
        results = used(new, x), used(old, x)
        new.load_state_dict(old.state_dict())
        lib.nn.utils.remove_weight_norm(old, name)
        lib.nn.utils.parametrize.remove_parametrizations(new, name)
        return (
            states,
            results,
            repr(new),
            repr(old),
            dict(new.named_parameters()),
            dict(old.named_parameters()),
        )

    assert_same(run)


def with_vectors(m: Any) -> Any:
    """Singular vectors that are the same numbers in both libraries."""
    for k, b in enumerate(m.buffers()):
        v = np.cos(k + np.arange(b.numel()))
        b.data.copy_(b.data.new_tensor(v / np.linalg.norm(v)))
    return m


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("kind", ["Linear", "Conv2d", "ConvTranspose1d", "LSTM"])
def test_spectral_norm(kind: str, steps: int) -> None:
    name = "weight_hh_l0" if kind == "LSTM" else "weight"

    def run(lib: Any) -> Any:
        utils, x = lib.nn.utils, input_of(lib, kind)
        found: list[Any] = []
        norms = [utils.spectral_norm, utils.parametrizations.spectral_norm]
        for norm in norms[: 1 if kind == "LSTM" else 2]:  # whose weight may be read several times
            m = with_vectors(norm(layer_of(lib, kind), name, n_power_iterations=steps))
            found += [repr(m), used(m, x), used(m, x), used(m.eval(), x), dict(m.state_dict())]
            found.append({key: dict(value) for key, value in m.state_dict()._metadata.items()})
            if norm is utils.spectral_norm:
                other = norm(layer_of(lib, kind), name, n_power_iterations=steps)
                other.load_state_dict(m.state_dict())
                utils.remove_spectral_norm(m, name)
                found += [dict(other.named_buffers()), dict(m.state_dict()._metadata)]
            else:
                utils.parametrize.remove_parametrizations(m, name)
            found += [dict(m.named_parameters()), dict(m.named_buffers()), repr(m)]
        return found

    assert_same(run)


NORM_ERRORS: dict[str, Run] = {
    "weight twice": lambda lib: lib.nn.utils.weight_norm(lib.nn.utils.weight_norm(lib.nn.Linear(2, 2))),
    "weight not there": lambda lib: lib.nn.utils.remove_weight_norm(lib.nn.Linear(2, 2)),
    "spectral twice": lambda lib: lib.nn.utils.spectral_norm(lib.nn.utils.spectral_norm(lib.nn.Linear(2, 2))),
    "spectral not there": lambda lib: lib.nn.utils.remove_spectral_norm(lib.nn.Linear(2, 2)),
    "spectral steps": lambda lib: lib.nn.utils.spectral_norm(lib.nn.Linear(2, 2), n_power_iterations=0),
    "new spectral steps": lambda lib: lib.nn.utils.parametrizations.spectral_norm(
        lib.nn.Linear(2, 2), n_power_iterations=0
    ),
    "new spectral dim": lambda lib: lib.nn.utils.parametrizations.spectral_norm(lib.nn.Linear(2, 2), dim=2),
    "new spectral name": lambda lib: lib.nn.utils.parametrizations.spectral_norm(lib.nn.Linear(2, 2), "none"),
    "new weight name": lambda lib: lib.nn.utils.parametrizations.weight_norm(lib.nn.Linear(2, 2), "none"),
    "spectral none": lambda lib: lib.nn.utils.spectral_norm(lib.nn.Linear(2, 2, bias=False), "bias"),
    "spectral lazy": lambda lib: lib.nn.utils.spectral_norm(lib.nn.LazyLinear(2)),
    "weight lazy": lambda lib: lib.nn.utils.weight_norm(lib.nn.LazyLinear(2)),
    "orthogonal vector": lambda lib: lib.nn.utils.parametrizations.orthogonal(lib.nn.Linear(2, 2), "bias"),
    "orthogonal map": lambda lib: lib.nn.utils.parametrizations.orthogonal(lib.nn.Linear(2, 2), orthogonal_map="qr"),
    "orthogonal name": lambda lib: lib.nn.utils.parametrizations.orthogonal(lib.nn.Linear(2, 2), "none"),
    "orthogonal set": lambda lib: setattr(
        lib.nn.utils.parametrizations.orthogonal(
            lib.nn.Linear(2, 2), orthogonal_map="cayley", use_trivialization=False
        ),
        "weight",
        lib.eye(2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NORM_ERRORS)
def test_errors_of_norms(name: str) -> None:
    assert_same(NORM_ERRORS[name])


@pytest.mark.parametrize("base", [True, False])
@pytest.mark.parametrize("how", ["matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5), (2, 4, 3)])
def test_orthogonal(shape: tuple[int, ...], how: str, base: bool) -> None:
    def run(lib: Any) -> Any:
        m = lib.nn.Module()
        m.weight = lib.nn.Parameter(data(lib, *shape).double())
        lib.nn.utils.parametrizations.orthogonal(m, "weight", how, use_trivialization=base)
        found: list[Any] = [repr(m)]
        square = shape[-1] == shape[-2]
        if square or not base:  # else the base is completed at random
            found += [m.weight, dict(m.named_buffers())]
        originals = m.parametrizations.weight
        start = data(lib, *shape).double().cos() * 0.3
        originals.original.data.copy_(start)
        if base:
            n = max(shape[-2:])
            originals[0].base.copy_(lib.eye(n).expand(*shape[:-2], n, n))
        (m.weight * data(lib, *shape)).sum().backward()
        found += [m.weight, originals.original.grad]
        if how == "householder" and not base:
            m.weight = m.weight.detach()
            found += [originals.original, m.weight]
        return found

    assert_same(run)


def test_an_orthogonal_weight_stays_so() -> None:
    def run(lib: Any) -> Any:
        found = []
        for shape in ((4, 4), (5, 3), (3, 5)):
            m = lib.nn.utils.parametrizations.orthogonal(lib.nn.Linear(*shape[::-1]))
            w = m.weight if shape[0] >= shape[1] else m.weight.T
            found.append(bool(lib.allclose(w.T @ w, lib.eye(min(shape)), atol=1e-5)))
            m.weight = w = lib.nn.init.orthogonal_(lib.empty(*shape))
            found.append(bool(lib.allclose(m.weight, w, atol=1e-5)))
        return found

    assert_same(run)


# ---- parametrisation -------------------------------------------------------------------------------
def parts(lib: Any) -> Any:
    class Symmetric(lib.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x.triu() + x.triu(1).mT

        def right_inverse(self, x: Any) -> Any:
            return x.triu()

    class Twice(lib.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x * 2

    class RankOne(lib.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any, y: Any) -> Any:
            return x.unsqueeze(-1) @ y.unsqueeze(-2)

        def right_inverse(self, z: Any) -> Any:
            return z[:, 0], z[0]

    class Shape(lib.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x[0]

    class Dtype(lib.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x.double()

        def right_inverse(self, x: Any) -> Any:
            return x.float()

    class Text(lib.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return "text"

    class Inverse(lib.nn.Module):  # type: ignore[misc]
        def __init__(self, value: Any) -> None:
            super().__init__()
            self.value = value

        def forward(self, *x: Any) -> Any:
            return x[0]

        def right_inverse(self, x: Any) -> Any:
            return self.value(x)

    return Symmetric, Twice, RankOne, Shape, Dtype, Text, Inverse


def test_parametrization_from_beginning_to_end() -> None:
    def run(lib: Any) -> Any:
        Symmetric, Twice, *_ = parts(lib)
        P = lib.nn.utils.parametrize
        m = filled(lib.nn.Linear(3, 3))
        weight = m.weight
        log: list[Any] = [
            P.is_parametrized(m),
            P.register_parametrization(m, "weight", Symmetric()) is m,
        ]
        log += [repr(m), type(m).__name__, P.type_before_parametrizations(m).__name__]
        log += [m.parametrizations.weight.original is weight, m.weight, list(m.state_dict())]
        m.weight = lib.eye(3) * 4
        log += [m.weight, weight, used(m, data(lib, 2, 3))]
        P.register_parametrization(m, "weight", Twice())
        P.register_parametrization(m, "bias", Twice())
        log += [repr(m), m.weight, used(m, data(lib, 2, 3))]
        log += [
            P.is_parametrized(m, "bias"),
            P.is_parametrized(m, "none"),
            isinstance(m, lib.nn.Linear),
        ]
        with P.cached():
            log += [m.weight is m.weight]
        log += [m.weight is m.weight]
        twin = copy.deepcopy(m)
        log += [repr(twin), twin.weight, twin.bias, [n for n, _ in twin.named_parameters()]]
        P.remove_parametrizations(m, "weight", leave_parametrized=False)
        log += [repr(m), m.weight is weight, m.weight]
        P.remove_parametrizations(m, "bias")
        log += [repr(m), m.bias, type(m).__name__, dict(m.named_parameters())]
        return log

    assert_same(run)


def test_parametrization_by_several_tensors() -> None:
    def run(lib: Any) -> Any:
        RankOne, P = parts(lib)[2], lib.nn.utils.parametrize
        m = filled(lib.nn.Linear(3, 4))
        P.register_parametrization(m, "weight", RankOne())
        log: list[Any] = [dict(m.named_parameters()), m.weight, used(m, data(lib, 2, 3))]
        m.weight = data(lib, 4, 3)
        log += [m.weight, P.remove_parametrizations(m, "weight") is m, dict(m.named_parameters())]
        return log

    assert_same(run)


def test_parametrization_of_a_buffer_and_transfer() -> None:
    def run(lib: Any) -> Any:
        Symmetric, Twice, RankOne, *_ = parts(lib)
        P = lib.nn.utils.parametrize
        m = lib.nn.Module()
        m.register_buffer("b", data(lib, 3, 3))
        P.register_parametrization(m, "b", Symmetric())
        m.eval()
        log: list[Any] = [m.b, list(m.state_dict()), m.parametrizations.b[0].training]
        a, b = filled(lib.nn.Linear(3, 3)), lib.nn.Linear(3, 3)
        P.register_parametrization(a, "weight", RankOne())
        P.register_parametrization(a, "bias", Twice())
        P.transfer_parametrizations_and_params(a, b)
        log += [
            repr(b),
            a.weight,
            b.weight,
            b.bias,
            b.parametrizations.bias.original is a.parametrizations.bias.original,
        ]
        return log

    assert_same(run)


PARAMETRIZE_ERRORS: dict[str, Any] = {
    "no tensor": lambda lib, P, m, k: P.register_parametrization(m, "none", k[0]()),
    "shape": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[3]()),
    "shape unsafe": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[3](), unsafe=True).weight,
    "dtype": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[4]()),
    "dtype unsafe": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[4](), unsafe=True).weight,
    "text": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[5]()),
    "second shape": lambda lib, P, m, k: P.register_parametrization(
        P.register_parametrization(m, "weight", k[0]()), "weight", k[3]()
    ),
    "second text": lambda lib, P, m, k: P.register_parametrization(
        P.register_parametrization(m, "weight", k[0]()), "weight", k[5]()
    ),
    "inverse text": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[6](lambda x: 3)),
    "inverse texts": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[6](lambda x: (x, 3))),
    "inverse dtype": lambda lib, P, m, k: P.register_parametrization(m, "weight", k[6](lambda x: x.double())),
    "inverse not implemented": lambda lib, P, m, k: setattr(
        P.register_parametrization(m, "weight", k[1]()), "weight", lib.ones(3, 3)
    ),
    "removed": lambda lib, P, m, k: P.remove_parametrizations(m, "weight"),
    "removed several": lambda lib, P, m, k: P.remove_parametrizations(
        P.register_parametrization(m, "weight", k[2]()), "weight", leave_parametrized=False
    ),
    "assigned a parameter": lambda lib, P, m, k: setattr(
        P.register_parametrization(m, "weight", k[0]()), "weight", lib.nn.Parameter(lib.ones(3, 3))
    ),
    "pickled": lambda lib, P, m, k: pickle.dumps(P.register_parametrization(m, "weight", lib.nn.Identity())),
}  # fmt: skip


@pytest.mark.parametrize("name", PARAMETRIZE_ERRORS)
def test_parametrization_errors(name: str) -> None:
    assert_same(
        lambda lib: PARAMETRIZE_ERRORS[name](
            lib, lib.nn.utils.parametrize, filled(lib.nn.Linear(3, 3)), parts(lib)
        )
    )
