"""`func`: transforms of functions give what PyTorch's give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
STREAM = np.random.default_rng(3)
A, B, V = (STREAM.standard_normal(s) for s in ((4, 3), (4, 3), (3,)))


def mlp(p: Any, x: Any) -> Any:
    return ((x @ p["w"] + p["more"][0]).tanh() ** 2).sum()


def parameters(t: Any) -> Any:
    return {"w": t.tensor(A.T[:, :2].copy()), "more": [t.tensor(V[:2])]}


CASES: dict[str, Callable[[Any], Any]] = {
    "grad": lambda t: t.func.grad(lambda x: (x.sin() * x).sum())(t.tensor(V)),
    "grad of grad": lambda t: t.func.grad(t.func.grad(lambda x: x**4))(t.tensor(2.0)),
    "grad of a tree": lambda t: t.func.grad(mlp)(parameters(t), t.tensor(A)),
    "grad of several": lambda t: t.func.grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(
        t.tensor(A), t.tensor(B)
    ),
    "grad and value": lambda t: t.func.grad_and_value(lambda x: (x**2).sum())(t.tensor(V)),
    "grad with aux": lambda t: t.func.grad(lambda x: ((x**2).sum(), x + 1), has_aux=True)(
        t.tensor(V)
    ),
    "vjp": lambda t: t.func.vjp(lambda x: x.sin(), t.tensor(V))[1](t.tensor(V)),
    "jvp": lambda t: t.func.jvp(lambda x: x.sin() * x, (t.tensor(V),), (t.tensor(V**2),)),
    "jacrev": lambda t: t.func.jacrev(lambda x: x.outer(x))(t.tensor(V)),
    "jacrev of a tree": lambda t: t.func.jacrev(lambda p, x: (x @ p["w"]).sum(0))(
        parameters(t), t.tensor(A)
    ),
    "jacfwd": lambda t: t.func.jacfwd(lambda x: x**2 * x.sum())(t.tensor(V)),
    "hessian": lambda t: t.func.hessian(lambda x: (x.exp() * x).sum() ** 2)(t.tensor(V)),
    "vmap": lambda t: t.func.vmap(lambda x, y: x @ y)(t.tensor(A), t.tensor(B)),
    "vmap dims": lambda t: t.func.vmap(lambda x, y: x * y, (1, None), out_dims=1)(
        t.tensor(A), t.tensor(A[:, 0])
    ),
    "vmap of vmap": lambda t: t.func.vmap(t.func.vmap(lambda x, y: x * y, (0, None)), (None, 0))(
        t.tensor(V), t.tensor(V)
    ),
    "gradients of samples": lambda t: t.func.vmap(t.func.grad(mlp), (None, 0))(
        parameters(t), t.tensor(A)
    ),
    "vmap of jacrev": lambda t: t.func.vmap(t.func.jacrev(lambda x: x.cumsum(0)))(t.tensor(A)),
    "autograd jacobian": lambda t: t.autograd.functional.jacobian(lambda x: x**3, t.tensor(V)),
    "autograd hessian": lambda t: t.autograd.functional.hessian(
        lambda x, y: (x * y).sum(), (t.tensor(V), t.tensor(V))
    ),
    "autograd hvp": lambda t: t.autograd.functional.hvp(
        lambda x: (x**3).sum(), t.tensor(V), t.tensor(V)
    ),
    "autograd vhp": lambda t: t.autograd.functional.vhp(
        lambda x: (x**3).sum(), t.tensor(V), t.tensor(V)
    ),
}


def plain(x: Any) -> Any:
    """A result as arrays in plain containers."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    return x.detach().numpy()


def assert_alike(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        ours, theirs = list(ours.values()), list(theirs.values())
    if isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            assert_alike(a, b)
    else:
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_transforms(name: str) -> None:
    assert_alike(plain(CASES[name](te)), plain(CASES[name](torch)))


def test_functional_call_uses_other_parameters_and_gives_them_gradients() -> None:
    found = []
    for t in (te, torch):
        model = t.nn.Sequential(t.nn.Linear(3, 2), t.nn.Tanh()).double()
        given = {"0.weight": t.tensor(A[:2], requires_grad=True), "0.bias": t.tensor(V[:2])}
        out = t.func.functional_call(model, given, (t.tensor(B),))
        out.sum().backward()
        assert model[0].weight.grad is None
        found.append([out.detach().numpy(), given["0.weight"].grad.numpy()])
        with pytest.raises(RuntimeError):
            t.func.functional_call(model, {"0.bias": given["0.bias"]}, (t.tensor(B),), strict=True)
    assert_alike(*found)
    with pytest.raises(RuntimeError, match="1.weight"):  # which PyTorch ignores
        te.func.functional_call(te.nn.ReLU(), {"1.weight": te.ones(2)}, te.ones(2))


def test_stacked_models_run_under_vmap() -> None:
    models = [te.nn.Linear(3, 2).double() for _ in range(3)]
    stacked, buffers = te.func.stack_module_state(models)
    x = te.tensor(A)
    out = te.func.vmap(lambda p, b: te.func.functional_call(models[0], (p, b), (x,)))(
        stacked, buffers
    )
    np.testing.assert_allclose(
        out.detach().numpy(), te.stack([m(x) for m in models]).detach().numpy()
    )


@pytest.mark.parametrize("sizes", [(3, 4), ()])
def test_vmap_complains_as_pytorch_does(sizes: tuple[int, ...]) -> None:
    for t in (te, torch):
        with pytest.raises(ValueError):
            t.func.vmap(lambda *x: x[0], in_dims=0 if sizes else None)(
                *(t.ones(n) for n in sizes or (2,))
            )


def test_products_with_jacobians_take_trees() -> None:
    def both(lib: Any) -> list[Any]:
        params = {"w": lib.tensor([[1.0, 2.0], [3.0, 4.0]]), "b": lib.tensor([0.5, -0.5])}
        x = lib.tensor([1.0, -1.0])

        def model(p: Any, x: Any) -> Any:
            return {"out": lib.tanh(p["w"] @ x + p["b"]), "sum": p["w"].sum(), "x": x.detach()}

        value, pull = lib.func.vjp(model, params, x)
        back = pull({"out": lib.ones(2), "sum": lib.tensor(2.0), "x": lib.ones(2)})
        same, pushed = lib.func.jvp(model, (params, x), (params, x))
        return [value["out"], back[0]["w"], back[0]["b"], back[1], same["sum"], *pushed.values()]

    for ours, theirs in zip(both(te), both(torch)):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


@pytest.mark.filterwarnings("ignore")  # PyTorch's, of its tracer
def test_a_linearized_function_pushes_tangents():
    def pushed(lib):
        value, push = lib.func.linearize(
            lambda x, y: (x * y.sin()).sum(0), *map(lib.tensor, (A, B))
        )
        return [value, push(*map(lib.tensor, (B, A))), push(*map(lib.tensor, (A, A)))]

    for ours, theirs in zip(pushed(te), pushed(torch)):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)
