"""Containers hold modules and parameters where the model can see them."""

from __future__ import annotations

from collections import OrderedDict

import pytest

import tinygrad_edu as te
from tinygrad_edu import nn


def test_a_slice_is_a_model_that_shares_its_layers() -> None:
    model = nn.Sequential(OrderedDict(a=nn.Linear(1, 1), b=nn.ReLU(), c=nn.Linear(1, 1)))
    part = model[1:]
    assert [name for name, _ in part.named_children()] == ["b", "c"]
    assert part[-1] is model.c
    assert part[0] is model[1]


def test_sequential_applies_its_modules_in_order() -> None:
    double, more = nn.Identity(), nn.Identity()
    double.register_forward_hook(lambda m, args, out: out * 2)
    more.register_forward_hook(lambda m, args, out: out + 1)
    assert nn.Sequential(double, more)(3) == 7
    assert nn.Sequential(more, double)(3) == 8
    assert nn.Sequential()(3) == 3


@pytest.mark.parametrize("kind", [nn.Sequential, nn.ModuleList])
def test_inserting_and_deleting_renumber(kind: type) -> None:
    modules = nn.Sequential() if kind is nn.Sequential else nn.ModuleList()
    for n in range(3):
        modules.append(nn.Linear(1, n + 1))
    modules.insert(-1, nn.ReLU())
    assert [name for name, _ in modules.named_children()] == ["0", "1", "2", "3"]
    assert isinstance(modules[2], nn.ReLU)
    del modules[1]
    assert [name for name, _ in modules.named_children()] == ["0", "1", "2"]
    assert [getattr(m, "out_features", None) for m in modules] == [1, None, 3]


def test_a_bad_insert_changes_nothing() -> None:
    model = nn.Sequential(nn.ReLU(), nn.Tanh())
    for place, module in ((5, nn.ReLU()), (0, 3)):
        with pytest.raises((IndexError, TypeError)):
            model.insert(place, module)  # type: ignore[arg-type]
    assert repr(model) == repr(nn.Sequential(nn.ReLU(), nn.Tanh()))


def test_a_list_extended_by_itself_ends() -> None:
    modules = nn.ModuleList([nn.ReLU(), nn.Tanh()])
    modules += modules
    assert len(modules) == 4


def test_tensors_in_parameter_containers_become_parameters() -> None:
    numbers, letters = nn.ParameterList([te.ones(1), 3]), nn.ParameterDict({"a": te.ones(1)})
    assert isinstance(numbers[0], nn.Parameter) and isinstance(letters["a"], nn.Parameter)
    assert len(list(nn.ModuleList([numbers, letters]).parameters())) == 2
    letters["a"] = te.zeros(2)
    assert letters["a"].shape == (2,)
    with pytest.raises(KeyError):
        letters["b"]


def test_a_name_that_is_an_attribute_is_refused() -> None:
    with pytest.raises(KeyError, match="already exists"):
        nn.ModuleDict({"keys": nn.ReLU()})
