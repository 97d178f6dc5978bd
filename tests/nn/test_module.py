"""A module is its attributes, and every question about a model is a walk over them."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.second = nn.Linear(3, 2)
        self.register_buffer("mean", te.zeros(2))

    def forward(self, x: te.Tensor, scale: float = 1.0) -> te.Tensor:
        return self.second(self.first(x)) * scale


def test_parts_and_parameters_are_plain_attributes() -> None:
    net = Net()
    assert net.__dict__["first"] is net.first
    assert net.first.__dict__["weight"] is net.first.weight


def test_registries_write_through() -> None:
    net = Net()
    net._modules["first"] = nn.Identity()
    assert isinstance(net.first, nn.Identity)
    del net._buffers["mean"]
    assert not hasattr(net, "mean")
    net._parameters["gain"] = nn.Parameter(te.ones(1))
    assert [name for name, _ in net.named_parameters(recurse=False)] == ["gain"]
    with pytest.raises(KeyError):
        net._modules["gain"]
    with pytest.raises(TypeError):
        net._modules["first"] = te.ones(1)


def test_calling_passes_all_arguments_on() -> None:
    class Echo(nn.Module):
        def forward(self, *args: Any, **kwargs: Any) -> Any:
            return args, kwargs

    echo = Echo()
    assert echo() == ((), {})
    assert echo(1) == ((1,), {})
    assert echo(1, 2, a=3) == ((1, 2), {"a": 3})
    assert echo(a=3) == ((), {"a": 3})


def test_a_hook_removed_twice_leaves_others_alone() -> None:
    m = nn.Identity()
    first = m.register_forward_hook(lambda m, args, out: out + 1)
    first.remove()
    m.register_forward_hook(lambda m, args, out: out + 10)
    first.remove()
    assert m(1) == 11


def test_a_bad_result_of_a_pre_hook_is_an_error() -> None:
    m = nn.Identity()
    m.register_forward_pre_hook(lambda m, args, kwargs: 3, with_kwargs=True)
    with pytest.raises(RuntimeError, match="tuple"):
        m(1)


def test_an_error_in_a_hook_called_in_any_case_does_not_hide_the_first() -> None:
    m = nn.Module()
    m.register_forward_hook(lambda m, args, out: {}["lost"], always_call=True)
    with pytest.warns(UserWarning, match="lost"), pytest.raises(NotImplementedError):
        m(1)


def test_hooks_on_all_modules_reach_those_with_and_without_their_own() -> None:
    seen: list[str] = []
    plain, hooked = nn.Identity(), nn.ReLU()
    hooked.register_forward_hook(lambda m, args, out: seen.append("own")).remove()
    handle = nn.modules.module.register_module_forward_hook(
        lambda m, args, out: seen.append(type(m).__name__)
    )
    with handle:
        plain(te.ones(1)), hooked(te.ones(1))
    plain(te.ones(1)), hooked(te.ones(1))
    assert seen == ["Identity", "ReLU"]
    assert not plain._hooks and not hooked._hooks


def test_a_backward_hook_sees_the_gradients_of_its_module_alone() -> None:
    seen: list[Any] = []
    m = nn.Sigmoid()
    m.register_full_backward_hook(lambda m, gi, go: seen.append((gi[0].tolist(), go[0].tolist())))
    x = te.zeros(1, requires_grad=True)
    ((m(x) * 4).sum() + x.sum()).backward()
    assert seen == [([1.0], [4.0])]
    assert x.grad is not None and x.grad.tolist() == [2.0]


def test_conversions_keep_the_parameter_objects_and_convert_their_gradients() -> None:
    net = Net()
    net(te.ones(1, 2)).sum().backward()
    before = list(net.parameters())
    assert net.double() is net
    assert all(a is b for a, b in zip(before, net.parameters()))
    assert (
        {p.dtype for p in before}
        == {p.grad.dtype for p in before if p.grad is not None}
        == {te.float64}
    )
    net.zero_grad()
    net(te.ones(1, 2, dtype=te.float64)).sum().backward()
    assert net.first.weight.grad.dtype is te.float64
    assert net.to(te.ones(1, dtype=te.float32)).mean.dtype is te.float32
    assert net.to("cpu").to(te.device("cpu"), te.float64).mean.dtype is te.float64
    assert net.type(te.float16).first.bias.dtype is te.float16
    assert net.cpu() is net
    with pytest.raises(RuntimeError, match="cpu"):
        net.to("cuda")


def test_zero_grad_forgets_or_zeroes() -> None:
    net = Net()
    net(te.ones(1, 2)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert net.first.weight.grad.tolist() == [[0.0, 0.0]] * 3
    net.zero_grad()
    assert net.first.weight.grad is None


def test_a_state_shares_memory_and_loading_copies() -> None:
    net, other = Net(), Net()
    state = net.state_dict()
    assert isinstance(state, OrderedDict)
    assert not state["first.weight"].requires_grad
    assert net.state_dict(keep_vars=True)["first.weight"] is net.first.weight
    weight = other.first.weight
    other.load_state_dict(state)
    state["first.weight"].fill_(7.0)
    assert net.first.weight[0, 0].item() == 7.0
    assert other.first.weight is weight
    assert other.first.weight[0, 0].item() != 7.0


@pytest.mark.parametrize("strict", [True, False])
def test_a_state_that_does_not_fit_changes_nothing(strict: bool) -> None:
    net = Net()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    state = {key: value + 1 for key, value in before.items()}
    state["second.bias"] = te.ones(5)
    with pytest.raises(RuntimeError, match="size mismatch for second.bias"):
        net.load_state_dict(state, strict=strict)
    assert all(te.equal(before[key], value) for key, value in net.state_dict().items())


def test_a_state_that_does_not_fit_changes_nothing_of_batch_normalisation() -> None:
    net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 2))
    state = {key: value + 1 for key, value in net.state_dict().items()}
    del state["1.bias"]
    with pytest.raises(RuntimeError, match="Missing"):
        net.load_state_dict(state)
    assert net[0].running_mean.tolist() == [0.0, 0.0]


def test_a_module_that_loads_in_its_own_way_may_read_what_it_loaded() -> None:
    class Doubled(nn.Linear):
        def _load_from_state_dict(self, *args: Any) -> None:
            super()._load_from_state_dict(*args)
            self.doubled = self.bias.detach() * 2

    net, other = Doubled(1, 1), nn.Linear(1, 1)
    net.load_state_dict(other.state_dict())
    assert te.equal(net.doubled, other.bias.detach() * 2)


def test_loading_without_strictness_names_what_it_did_not_load() -> None:
    net = Net()
    state = {"mean": te.ones(2), "more": te.ones(1)}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert net.mean.tolist() == [1.0, 1.0]
    assert unexpected == ["more"]
    assert missing == ["first.weight", "first.bias", "second.weight", "second.bias"]
    assert repr(net.load_state_dict(net.state_dict())) == "<All keys matched successfully>"


def test_assigning_a_state_takes_its_tensors() -> None:
    net = Net()
    state = {key: value.double() for key, value in net.state_dict().items()}
    net.load_state_dict(state, assign=True)
    assert isinstance(net.first.weight, nn.Parameter)
    assert net.first.weight.requires_grad
    assert net.first.weight.dtype is te.float64
    assert net.mean is state["mean"]


def test_copies_and_pickles_are_models_of_their_own() -> None:
    net = Net()
    net.first.weight.mark = "no decay"
    net.second.weight = net.first.weight
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert twin.first.weight is twin.second.weight
        assert isinstance(twin.first.weight, nn.Parameter)
        assert twin.first.weight.mark == "no decay"
        twin.first.weight.data.zero_()
        twin.extra = nn.ReLU()
        assert net.first.weight.abs().sum().item() > 0
        assert len(list(net.children())) == 2


def test_models_are_freed_without_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        net = nn.Sequential(Net(), nn.ModuleList([Net()]))
        net[0](te.ones(1, 2)).sum().backward()
        list(net.parameters()), net.state_dict(), repr(net)
        gone = [weakref.ref(net), weakref.ref(net[0].first.weight)]
        del net
        assert [ref() for ref in gone] == [None, None]
    finally:
        gc.enable()


def test_walks_do_not_recurse() -> None:
    deep: nn.Module = nn.Linear(1, 1)
    for _ in range(20_000):
        outer = nn.Module()
        outer.inner = deep
        deep = outer
    assert sum(1 for _ in deep.parameters()) == 2
    while (inner := getattr(deep, "inner", None)) is not None:  # freed from the outside in
        del deep.inner
        deep = inner


def test_an_empty_part_is_still_a_part() -> None:
    model = nn.Sequential(nn.Sequential(), nn.ModuleList(), nn.Linear(1, 1))
    assert [name for name, _ in model.named_modules()] == ["", "0", "1", "2"]


def test_removing_an_attribute_removes_its_role() -> None:
    net = Net()
    del net.first
    assert not hasattr(net, "first")
    assert [name for name, _ in net.named_children()] == ["second"]
    with pytest.raises(AttributeError):
        del net.first


def test_a_result_is_not_a_parameter() -> None:
    p = nn.Parameter(te.ones(1), requires_grad=False)
    p.mul_(te.ones(1, requires_grad=True))
    with pytest.raises(ValueError, match="non-leaf"):
        nn.Module().register_parameter("p", p)


def test_train_and_eval_go_through_overrides() -> None:
    class Frozen(nn.Dropout):
        def train(self, mode: bool = True) -> Frozen:
            return super().train(False)

    model = nn.Sequential(Frozen(), nn.Dropout()).train()
    assert [m.training for m in model] == [False, True]


# ---- parameters ----------------------------------------------------------------------------------
def test_a_parameter_shares_the_memory_of_its_data() -> None:
    data = te.zeros(2)
    p = nn.Parameter(data)
    data[0] = 5.0
    assert p.tolist() == [5.0, 0.0]
    assert p.is_leaf and p.requires_grad and isinstance(p, te.Tensor)
    assert type(p * 2) is te.Tensor
    assert not nn.Parameter(data, requires_grad=False).requires_grad
    assert nn.Parameter().shape == (0,)


def test_a_parameter_forgets_the_history_of_its_data() -> None:
    p = nn.Parameter(te.ones(2, requires_grad=True) * 2)
    (p * 3).sum().backward()
    assert p.grad is not None and p.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("data", [[1.0], 3, np.ones(2)])
def test_a_parameter_is_made_of_a_tensor(data: Any) -> None:
    with pytest.raises(TypeError, match="expected a Tensor"):
        nn.Parameter(data)


def test_a_buffer_says_whether_it_is_saved() -> None:
    m = nn.Module()
    m.kept, m.left = nn.Buffer(te.ones(1)), nn.Buffer(te.ones(1), persistent=False)
    assert list(m.state_dict()) == ["kept"]
    assert [name for name, _ in m.named_buffers()] == ["kept", "left"]
