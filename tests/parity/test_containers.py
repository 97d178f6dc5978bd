"""Containers do what PyTorch's do, side by side."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

from tests.parity.side_by_side import Run, assert_same, data, filled


def layers(lib: Any) -> Any:
    nn = lib.nn
    return nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))


def listed(lib: Any) -> Any:
    return lib.nn.ModuleList([lib.nn.ReLU(), lib.nn.Tanh(), lib.nn.ReLU(), lib.nn.ReLU()])


def named(lib: Any) -> Any:
    return lib.nn.ModuleDict({"b": lib.nn.ReLU(), "a": lib.nn.Tanh()})


def parameters(lib: Any) -> Any:
    return lib.nn.ParameterList([lib.ones(1), lib.zeros(2, 3), 5])


def by_name(lib: Any) -> Any:
    return lib.nn.ParameterDict({"b": lib.ones(1), "a": lib.zeros(2, 3), "n": 5})


def after(*steps: Any) -> Run:
    """The print of a container after some steps, with what they returned."""

    def run(lib: Any) -> Any:
        make, *others = steps
        thing = make(lib)
        found = [repr(step(lib, thing)) for step in others]
        return found, repr(thing), len(thing), list(dict(thing.named_parameters()))

    return run


PROGRAMS: dict[str, Run] = {
    # Sequential
    "sequential": after(layers),
    "sequential append": after(layers, lambda lib, m: m.append(lib.nn.Tanh()) is m),
    "sequential extend": after(layers, lambda lib, m: m.extend([lib.nn.Tanh()]) is m),
    "sequential insert": after(layers, lambda lib, m: m.insert(1, lib.nn.Tanh()) is m),
    "sequential insert last": after(layers, lambda lib, m: m.insert(-1, lib.nn.Tanh())),
    "sequential pop": after(layers, lambda lib, m: m.pop(1)),
    "sequential pop slice": after(layers, lambda lib, m: m.pop(slice(0, 2))),
    "sequential del": after(layers, lambda lib, m: m.__delitem__(0)),
    "sequential del slice": after(layers, lambda lib, m: m.__delitem__(slice(1, None))),
    "sequential set": after(layers, lambda lib, m: m.__setitem__(-1, lib.nn.Tanh())),
    "sequential get": after(layers, lambda lib, m: m[-1], lambda lib, m: m[:2]),
    "sequential out of range": after(layers, lambda lib, m: m[3]),
    "sequential +": after(layers, lambda lib, m: m + m, lambda lib, m: m.__iadd__(m[:1])),
    "sequential + list": after(layers, lambda lib, m: m + [lib.nn.ReLU()]),
    "sequential *": after(layers, lambda lib, m: 2 * m, lambda lib, m: m.__imul__(3)),
    "sequential * 0": after(layers, lambda lib, m: m * 0),
    "sequential * float": after(layers, lambda lib, m: m * 1.5),
    "sequential of a number": lambda lib: lib.nn.Sequential(3),
    "sequential named": after(
        lambda lib: lib.nn.Sequential(OrderedDict(a=lib.nn.ReLU(), b=lib.nn.Tanh())),
        lambda lib, m: m[1:],
        lambda lib, m: m.append(lib.nn.ReLU()),
        lambda lib, m: m.pop(0),
    ),
    "sequential runs": lambda lib: filled(layers(lib))(data(lib, 3, 2)),
    # ModuleList
    "list": after(listed),
    "list empty": after(lambda lib: lib.nn.ModuleList()),
    "list append": after(listed, lambda lib, m: m.append(lib.nn.ReLU()) is m),
    "list extend": after(listed, lambda lib, m: m.extend([lib.nn.Tanh()]) is m),
    "list extend number": after(listed, lambda lib, m: m.extend(3)),
    "list insert": after(listed, lambda lib, m: (m.insert(1, lib.nn.Sigmoid()), None)[1]),
    "list pop": after(listed, lambda lib, m: m.pop(-1), lambda lib, m: m.pop(slice(0, 2))),
    "list del": after(listed, lambda lib, m: m.__delitem__(slice(0, None, 2))),
    "list get": after(listed, lambda lib, m: m[1:3], lambda lib, m: m[-2]),
    "list out of range": after(listed, lambda lib, m: m[4]),
    "list +": after(listed, lambda lib, m: m + [lib.nn.Tanh()], lambda lib, m: m.__iadd__([])),
    "list set": after(listed, lambda lib, m: m.__setitem__(0, lib.nn.Tanh())),
    "list has no forward": lambda lib: listed(lib)(1),
    # ModuleDict
    "dict": after(named, lambda lib, m: list(m.keys()), lambda lib, m: list(m.items())),
    "dict set": after(named, lambda lib, m: m.__setitem__("c", lib.nn.ReLU())),
    "dict pop": after(named, lambda lib, m: m.pop("b"), lambda lib, m: list(m.values())),
    "dict missing": after(named, lambda lib, m: m["z"]),
    "dict del missing": after(named, lambda lib, m: m.__delitem__("z")),
    "dict clear": after(named, lambda lib, m: m.clear(), lambda lib, m: "a" in m),
    "dict update": after(named, lambda lib, m: m.update([("z", lib.nn.ReLU())])),
    "dict update number": after(named, lambda lib, m: m.update(3)),
    "dict update bad pair": after(named, lambda lib, m: m.update([("z", 1, 2)])),
    "dict update not pairs": after(named, lambda lib, m: m.update([3])),
    "dict taken": after(named, lambda lib, m: m.__setitem__("keys", lib.nn.ReLU())),
    # ParameterList
    "parameters": after(parameters),
    "parameters append": after(parameters, lambda lib, m: m.append(lib.ones(2)) is m),
    "parameters extend": after(parameters, lambda lib, m: m.extend([lib.ones(2), "x"]) is m),
    "parameters extend tensor": after(parameters, lambda lib, m: m.extend(lib.ones(2))),
    "parameters set": after(parameters, lambda lib, m: m.__setitem__(-1, lib.ones(2))),
    "parameters slice": after(parameters, lambda lib, m: m[:2]),
    "parameters out of range": after(parameters, lambda lib, m: m[7]),
    "parameters call": after(parameters, lambda lib, m: m(1)),
    "parameters +=": after(parameters, lambda lib, m: m.__iadd__([lib.ones(1)])),
    # ParameterDict
    "parameters by name": after(by_name, lambda lib, m: list(m)),
    "by name del": after(by_name, lambda lib, m: m.__delitem__("a"), lambda lib, m: "a" in m),
    "by name pop": after(by_name, lambda lib, m: m.pop("n"), lambda lib, m: m.popitem()[0]),
    "by name clear": after(by_name, lambda lib, m: m.clear()),
    "by name get": after(by_name, lambda lib, m: m.get("n"), lambda lib, m: m.get("z", 3)),
    "by name default": after(by_name, lambda lib, m: m.setdefault("z", 3)),
    "by name update": after(by_name, lambda lib, m: m.update({"z": 1, "c": 2})),
    "by name update ordered": after(by_name, lambda lib, m: m.update(OrderedDict(z=1, c=2))),
    "by name number": after(by_name, lambda lib, m: m.__setitem__(3, 4)),
    "by name call": after(by_name, lambda lib, m: m(1)),
    "by name |": after(
        by_name,
        lambda lib, m: m | lib.nn.ParameterDict({"z": lib.ones(1)}),
        lambda lib, m: m.__ior__({"c": 3}),
        lambda lib, m: m.copy(),
        lambda lib, m: m.fromkeys(["x", "y"], 2),
        lambda lib, m: list(reversed(m)),
        lambda lib, m: len(list(m.items())) + len(list(m.values())) + len(list(m.keys())),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_containers(name: str) -> None:
    assert_same(PROGRAMS[name])
