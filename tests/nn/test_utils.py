"""nn.utils: gradients clipped, and weights that are computed from other tensors."""

from __future__ import annotations

import copy
import gc
import weakref

import pytest

import tinygrad_edu as te
from tinygrad_edu import nn

utils = nn.utils


class Symmetric(nn.Module):
    def forward(self, x: te.Tensor) -> te.Tensor:
        return x.triu() + x.triu(1).mT


def test_clipping_scales_all_gradients_alike() -> None:
    a, b = nn.Parameter(te.zeros(2)), nn.Parameter(te.zeros(1))
    a.grad, b.grad = te.tensor([3.0, 0.0]), te.tensor([4.0])
    assert utils.clip_grad_norm_([a, b], 10.0).item() == 5.0
    assert a.grad.tolist() == [3.0, 0.0]
    utils.clip_grad_norm_([a, b], 1.0)
    assert te.allclose(te.cat([a.grad, b.grad]), te.tensor([0.6, 0.0, 0.8]))


def test_a_norm_that_is_an_error_leaves_gradients_alone() -> None:
    p = nn.Parameter(te.zeros(2))
    p.grad = te.tensor([float("inf"), 1.0])
    with pytest.raises(RuntimeError, match="non-finite"):
        utils.clip_grad_norm_(p, 1.0, error_if_nonfinite=True)
    assert p.grad.tolist() == [float("inf"), 1.0]


def test_a_parametrised_weight_is_learned_through_its_original() -> None:
    layer = nn.Linear(3, 3)
    utils.parametrize.register_parametrization(layer, "weight", Symmetric())
    optimizer = te.optim.SGD(layer.parameters(), lr=0.1)
    before = layer.weight.detach()
    layer(te.ones(1, 3)).sum().backward()
    optimizer.step()
    assert not te.equal(layer.weight, before)
    assert te.equal(layer.weight, layer.weight.T)


def test_copies_of_a_parametrised_module_are_parametrised_by_themselves() -> None:
    layer = utils.parametrizations.weight_norm(nn.Linear(2, 2))
    twin = copy.deepcopy(layer)
    utils.parametrize.remove_parametrizations(layer, "weight")
    assert type(layer) is nn.Linear
    assert utils.parametrize.is_parametrized(twin, "weight")
    assert te.equal(twin.weight, layer.weight)
    twin.parametrizations.weight.original0.data.zero_()
    assert twin.weight.abs().sum() == 0 != layer.weight.abs().sum()


def test_modules_of_one_class_are_parametrised_one_by_one() -> None:
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    utils.parametrizations.orthogonal(one)
    assert type(other) is nn.Linear
    assert isinstance(one, nn.Linear)


def test_an_orthogonal_weight_stays_orthogonal_while_it_is_learned() -> None:
    te.manual_seed(0)
    layer = utils.parametrizations.orthogonal(nn.Linear(3, 4))
    optimizer = te.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (layer(te.eye(3)) ** 4).sum().backward()
        optimizer.step()
    assert te.allclose(layer.weight.T @ layer.weight, te.eye(3), atol=1e-5)


def test_hooks_and_parametrisations_make_no_cycles() -> None:
    gc.collect()
    gc.disable()
    try:
        net = nn.Sequential(utils.parametrizations.weight_norm(nn.Linear(2, 2)), nn.Linear(2, 2))
        utils.spectral_norm(net[1])
        utils.prune.l1_unstructured(net[1], "bias", 1)
        net.register_full_backward_hook(lambda *args: None)
        net.register_load_state_dict_pre_hook(lambda *args: None)
        net(te.ones(1, 2, requires_grad=True)).sum().backward()
        net.load_state_dict(net.state_dict())
        gone = [weakref.ref(net), weakref.ref(net[0].parametrizations.weight.original1)]
        del net
        assert [ref() for ref in gone] == [None, None]
    finally:
        gc.enable()
