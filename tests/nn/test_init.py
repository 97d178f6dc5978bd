"""Initial parameters have the distributions that the formulas say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu.nn import init

RANDOM = {
    "uniform_": (),
    "normal_": (),
    "trunc_normal_": (),
    "xavier_uniform_": (),
    "xavier_normal_": (),
    "kaiming_uniform_": (),
    "kaiming_normal_": (),
    "orthogonal_": (),
    "sparse_": (0.3,),
}


@pytest.mark.parametrize("name", RANDOM)
def test_a_generator_decides_and_the_default_one_is_left_alone(name: str) -> None:
    fill = getattr(init, name)
    before = te.get_rng_state()
    first, second, other = (
        fill(
            te.zeros(20, 30, requires_grad=True),
            *RANDOM[name],
            generator=te.Generator().manual_seed(seed),
        )
        for seed in (1, 1, 2)
    )
    assert te.equal(first, second)
    assert not te.equal(first, other)
    assert te.equal(before, te.get_rng_state())
    assert first.is_leaf and first.requires_grad


@pytest.mark.parametrize("dtype", [te.float16, te.float32, te.float64])
@pytest.mark.parametrize("name", RANDOM)
def test_filling_writes_in_place_and_keeps_the_dtype(name: str, dtype: Any) -> None:
    tensor = te.zeros(20, 30, dtype=dtype)
    assert getattr(init, name)(tensor, *RANDOM[name]) is tensor
    assert tensor.dtype is dtype
    assert len(np.unique(tensor.numpy())) > 100


@pytest.mark.parametrize(
    ("name", "arguments", "std"),
    [
        ("xavier_uniform_", {"gain": 2.0}, 2.0 * (2 / (500 + 300)) ** 0.5),
        ("xavier_normal_", {}, (2 / (500 + 300)) ** 0.5),
        ("kaiming_uniform_", {"nonlinearity": "relu"}, (2 / 500) ** 0.5),
        ("kaiming_normal_", {"mode": "fan_out", "a": 1.0}, (1 / 300) ** 0.5),
    ],
)
def test_standard_deviations(name: str, arguments: Any, std: float) -> None:
    drawn = getattr(init, name)(
        te.empty(300, 100, 5), **arguments, generator=te.Generator().manual_seed(0)
    )
    if name.startswith("xavier"):
        std = std * ((500 + 300) / (500 + 1500)) ** 0.5
    elif "mode" in arguments:
        std = std * (300 / 1500) ** 0.5
    assert drawn.std().item() == pytest.approx(std, rel=0.02)
    assert abs(drawn.mean().item()) < 0.02 * std


@pytest.mark.parametrize("shape", [(5, 5), (3, 8), (8, 3), (4, 2, 3)])
def test_orthogonal_rows_or_columns_are_orthonormal(shape: tuple[int, ...]) -> None:
    q = (
        init.orthogonal_(te.empty(*shape, dtype=te.float64), gain=2.0).reshape(shape[0], -1).numpy()
        / 2
    )
    gram = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-12)


def test_sparse_zeroes_a_share_of_every_column() -> None:
    drawn = init.sparse_(te.empty(10, 50), 0.25)
    assert ((drawn == 0).sum(0) == 3).all()


@pytest.mark.parametrize("mean", [-6.0, 0.0, 0.7, 6.0])
def test_truncated_normal_is_the_normal_within_bounds(mean: float) -> None:
    from scipy.stats import kstest, truncnorm

    tensor = te.empty(20_000, dtype=te.float64)
    stream = te.Generator().manual_seed(0)
    if abs(mean) > 5:
        with pytest.warns(UserWarning, match="more than 2 std"):
            init.trunc_normal_(tensor, mean, 0.5, -1.0, 2.0, stream)
    else:
        init.trunc_normal_(tensor, mean, 0.5, -1.0, 2.0, stream)
    assert tensor.min() >= -1.0 and tensor.max() <= 2.0
    assert (
        kstest(tensor.numpy(), truncnorm((-1 - mean) / 0.5, (2 - mean) / 0.5, mean, 0.5).cdf).pvalue
        > 1e-3
    )


def test_dirac_passes_its_input_on() -> None:
    kernel = init.dirac_(te.empty(3, 3, 5)).numpy()
    x = np.random.default_rng(0).standard_normal((3, 9))
    out = [sum(np.convolve(x[c], kernel[k, c][::-1], "same") for c in range(3)) for k in range(3)]
    np.testing.assert_allclose(out, x)


def test_a_bad_argument_changes_nothing() -> None:
    tensor = te.ones(3)
    for bad in (
        lambda: init.uniform_(tensor, 2, 1),
        lambda: init.eye_(tensor),
        lambda: init.xavier_normal_(tensor),
    ):
        with pytest.raises((RuntimeError, ValueError)):
            bad()
    assert tensor.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("fill", [init.kaiming_uniform_, init.kaiming_normal_])
def test_nothing_to_fill_warns(fill: Any) -> None:
    with pytest.warns(UserWarning, match="no-op"):
        fill(te.empty(0, 3))
