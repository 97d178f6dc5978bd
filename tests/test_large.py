"""Rows that take another way with large arrays compute there what they compute on small ones."""

import numpy as np
import pytest

from tinygrad_edu.ops import activation, fused, index, recurrent
from tinygrad_edu.primitive import TABLE

RNG = np.random.default_rng(0)
LARGE = RNG.standard_normal((9, 40, 200))


def test_many_rows_are_added_where_an_index_puts_them():
    at = RNG.integers(-30, 30, (40, 20))
    y = RNG.standard_normal((40, 20, 5, 6))
    assert y.size > index.MANY
    expected = np.zeros((30, 5, 6))
    np.add.at(expected, at, y)
    np.testing.assert_allclose(index.index_add_forward(y, (at,), (30, 5, 6)), expected, atol=1e-12)


@pytest.mark.parametrize("fill", [2.5, np.float64(-np.inf)])
def test_a_number_is_written_over_a_large_array_where_the_condition_holds(fill):
    condition = np.tri(40, 200, dtype=bool)
    found = TABLE["where"].forward(condition, fill, LARGE)
    np.testing.assert_array_equal(found, np.where(condition, fill, LARGE))


@pytest.mark.parametrize("turned", [False, True])
def test_a_product_in_parts_is_the_product(turned):
    a = RNG.standard_normal((128, 512)).T if turned else RNG.standard_normal((512, 128))
    b = RNG.standard_normal((128, 32))
    np.testing.assert_allclose(recurrent.product(a, b), a @ b, atol=1e-12)


def test_relu_of_long_rows_is_the_larger_of_each_and_0():
    found = TABLE["relu"].forward(LARGE)
    np.testing.assert_array_equal(found, np.where(LARGE > 0, LARGE, 0))
    assert np.isnan(TABLE["relu"].forward(np.full((2, 64), np.nan))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_shifts_the_rows_that_need_it(dtype):
    x = LARGE.astype(dtype)
    x[0] += 2000
    x[1] -= 2000
    x[2, :, 100:] = -np.inf
    x[3, 0], x[3, 1], x[3, 2, 5], x[3, 3, 5] = -np.inf, 0, np.inf, np.nan
    assert x.size > index.MANY
    expected = fused.shifted_softmax(x, 2)
    found = TABLE["softmax"].forward(x, axis=2)
    np.testing.assert_allclose(found, expected, rtol=8 * np.finfo(dtype).eps)
    assert found.dtype == dtype and np.isnan(found[3, [0, 2, 3]]).all()


def test_softmax_of_a_row_depends_on_that_row_alone():
    x = LARGE.astype(np.float32)
    found = TABLE["softmax"].forward(x, axis=2)
    x[4] += 500
    np.testing.assert_array_equal(TABLE["softmax"].forward(x, axis=2)[:4], found[:4])


@pytest.mark.parametrize("axis", [(0,), (0, 1), (1,), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_sum_by_a_product_is_the_sum(axis, keepdims):
    for x in (LARGE, LARGE.transpose(1, 0, 2), LARGE[:, ::2]):
        found = TABLE["sum"].forward(x, axis=axis, keepdims=keepdims)
        expected = np.add.reduce(x, axis, keepdims=keepdims)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=1e-11)


@pytest.mark.parametrize("name", ["ndtr", "gelu", "silu"])
@pytest.mark.parametrize("dtype, atol", [(np.float32, 2e-6), (np.float64, 1e-14)])
def test_a_formula_in_pieces_is_the_formula(name, dtype, atol):
    row, x = TABLE[name], LARGE.astype(dtype)
    x[0, 0, :4] = 0, 1e-30, -1e-42, 40
    g = RNG.standard_normal(x.shape).astype(dtype)
    assert x.size > activation.PIECE
    parts = [(g[i, j], x[i, j]) for i, j in np.ndindex(9, 40)]
    whole = [row.forward(x), row.vjps[0](g, row.forward(x), x)]
    small = [(row.forward(b), row.vjps[0](a, row.forward(b), b)) for a, b in parts]
    for found, rows in zip(whole, zip(*small)):
        assert found.dtype == dtype
        np.testing.assert_allclose(found, np.reshape(rows, x.shape), atol=atol)


@pytest.mark.parametrize("name", ["ndtr", "gelu"])
def test_a_formula_in_pieces_takes_any_memory_order(name):
    row, x = TABLE[name], LARGE.astype(np.float32)
    g = np.cos(x)
    out = row.forward(x)
    slope = row.vjps[0](g, out, x)
    turned, turned_g = x.transpose(2, 0, 1), np.ascontiguousarray(g.transpose(2, 0, 1))
    found = row.forward(turned)
    np.testing.assert_array_equal(found, out.transpose(2, 0, 1))
    assert np.argsort(found.strides).tolist() == np.argsort(turned.strides).tolist()
    np.testing.assert_allclose(
        row.vjps[0](turned_g, found, turned), slope.transpose(2, 0, 1), atol=1e-6
    )


@pytest.mark.parametrize("x", [0.0, 1e-30, -1e-42, 1e-20])
def test_the_slope_of_gelu_where_its_quotient_is_none(x):
    x = np.array([x, x, np.nan], np.float32)
    gelu = TABLE["gelu"]
    np.testing.assert_allclose(
        gelu.vjps[0](np.ones_like(x), gelu.forward(x), x), [0.5, 0.5, np.nan]
    )
