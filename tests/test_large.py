"""Rows that take another way with large arrays compute there what they compute on small ones."""

import numpy as np
import pytest

from tinygrad_edu.ops import index, recurrent
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
