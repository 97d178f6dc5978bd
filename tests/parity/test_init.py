"""nn.init starts parameters as PyTorch does: constants equal, random ones alike, the same errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.parity.side_by_side import Run, assert_same

NONLINEARITIES = [
    "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    "sigmoid", "tanh", "relu", "leaky_relu", "selu", "gelu",
]  # fmt: skip


@pytest.mark.parametrize("param", [None, 0.2, 1, True, "text"])
@pytest.mark.parametrize("name", NONLINEARITIES)
def test_gains(name: str, param: Any) -> None:
    assert_same(lambda lib: lib.nn.init.calculate_gain(name, param))


EQUAL: dict[str, Run] = {
    "constant_": lambda lib: lib.nn.init.constant_(lib.empty(2, 3), 0.3),
    "ones_": lambda lib: lib.nn.init.ones_(lib.empty(2, 3)),
    "zeros_": lambda lib: lib.nn.init.zeros_(lib.empty(2, 3)),
    "eye_": lambda lib: lib.nn.init.eye_(lib.empty(2, 3)),
    "eye_ 3-d": lambda lib: lib.nn.init.eye_(lib.empty(2, 3, 1)),
    "dirac_": lambda lib: lib.nn.init.dirac_(lib.empty(4, 3, 3)),
    "dirac_ groups": lambda lib: lib.nn.init.dirac_(lib.empty(6, 2, 3, 4), groups=3),
    "dirac_ 5-d": lambda lib: lib.nn.init.dirac_(lib.empty(2, 4, 3, 2, 1)),
    "dirac_ bad groups": lambda lib: lib.nn.init.dirac_(lib.empty(4, 3, 3), groups=3),
    "dirac_ 2-d": lambda lib: lib.nn.init.dirac_(lib.empty(4, 3)),
    "a leaf that is learned": lambda lib: lib.nn.init.ones_(lib.nn.Parameter(lib.empty(2))),
    "fans": lambda lib: lib.nn.init._calculate_fan_in_and_fan_out(lib.empty(4, 3, 2, 5)),
    "fan": lambda lib: lib.nn.init._calculate_correct_fan(lib.empty(4, 3, 2, 5), "fan_OUT"),
    "no fans": lambda lib: lib.nn.init._calculate_fan_in_and_fan_out(lib.empty(4)),
    "old constant": lambda lib: lib.nn.init.constant(lib.empty(2), 3.0),
    "old eye": lambda lib: lib.nn.init.eye(lib.empty(2, 2)),
    "old dirac": lambda lib: lib.nn.init.dirac(lib.empty(2, 2, 3)),
    "mode": lambda lib: lib.nn.init.kaiming_normal_(lib.empty(2, 2), mode="fan"),
    "nothing": lambda lib: lib.nn.init.kaiming_uniform_(lib.empty(0, 2)),
    "xavier vector": lambda lib: lib.nn.init.xavier_normal_(lib.empty(2)),
    "orthogonal vector": lambda lib: lib.nn.init.orthogonal_(lib.empty(2)),
    "orthogonal nothing": lambda lib: lib.nn.init.orthogonal_(lib.empty(0, 2)),
    "sparse 3-d": lambda lib: lib.nn.init.sparse_(lib.empty(2, 2, 2), 0.1),
    "negative std": lambda lib: lib.nn.init.normal_(lib.empty(2), 0, -1),
    "a > b": lambda lib: lib.nn.init.uniform_(lib.empty(2), 1, 0),
    "far mean": lambda lib: lib.nn.init.trunc_normal_(lib.empty(9), 5, 1).shape,
}


@pytest.mark.parametrize("name", EQUAL)
def test_initialisation(name: str) -> None:
    assert_same(EQUAL[name])


RANDOM: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "uniform": ((300, 400), {"a": -2, "b": 3}),
    "normal": ((300, 400), {"mean": 2, "std": 3}),
    "xavier_uniform": ((300, 400), {"gain": 2}),
    "xavier_normal": ((300, 40, 3, 4), {}),
    "kaiming_uniform": ((300, 400), {"a": 0.3, "mode": "fan_out"}),
    "kaiming_normal": ((300, 40, 3, 4), {"nonlinearity": "relu"}),
    "orthogonal": ((30, 40), {"gain": 2}),
    "sparse": ((300, 400), {"sparsity": 0.3}),
}


@pytest.mark.parametrize("seeded", [True, False])
@pytest.mark.parametrize("name", [*RANDOM, *(n + "_" for n in RANDOM), "trunc_normal_"])
def test_random_initialisation(name: str, seeded: bool) -> None:
    """Moments, bounds and zeros are about the same; the old names warn."""
    shape, options = RANDOM.get(
        name.rstrip("_"), ((300, 400), {"mean": 1, "std": 2, "a": -1, "b": 4})
    )
    moments = []

    def run(lib: Any) -> Any:
        fill = getattr(lib.nn.init, name)
        more = {"generator": lib.Generator().manual_seed(3)} if seeded else {}
        t = lib.empty(*shape, dtype=lib.float64)
        assert fill(t, **options, **more) is t
        if "orthogonal" in name:
            return t @ t.T
        moments.append([float(x) for x in (t.mean(), t.std(), t.abs().mean(), (t == 0).sum())])
        if "uniform" in name or name == "trunc_normal_":
            moments[-1] += [float(t.min()), float(t.max())]
        return None

    assert_same(run)
    if moments:
        np.testing.assert_allclose(*moments, rtol=0.02, atol=0.02 * abs(moments[1][1]))
