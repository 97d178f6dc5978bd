"""Random programs with fan-out, as Tensors and as scalar Values: the same numbers, the same gradients."""

import math

import numpy as np
from hypothesis import given, strategies as st

import tinygrad_edu as te
from tinygrad_edu import Value

UNARY = [
    lambda x: x.tanh(),
    lambda x: x.sigmoid(),
    lambda x: (x * 0.3).exp(),
    lambda x: x.relu(),
    lambda x: -x,
    lambda x: x * 0.5 + 1,
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x * y,
    lambda x, y: x - y,
    lambda x, y: x / (y * y + 1.0),
]
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=25
)


def run(steps, inputs):
    """Each step makes a value from earlier ones; the result is the sum of the last three, each kept small by tanh."""
    made = list(inputs)
    for op, i, j in steps:
        x, y = made[i % len(made)], made[j % len(made)]
        made.append((UNARY[op](x) if op < len(UNARY) else BINARY[op - len(UNARY)](x, y)).tanh())
    total = made[-1]
    for x in made[-3:-1]:
        total = total + x
    return total


@given(steps=STEPS, seed=st.integers(0, 1000))
def test_tensors_equal_values_element_by_element(steps, seed):
    numbers = np.random.default_rng(seed).uniform(-1.5, 1.5, (3, 4))
    xs = [te.tensor(row, requires_grad=True) for row in numbers]
    out = run(steps, xs)
    out.backward(te.ones_like(out))
    for k in range(4):
        values = [Value(x) for x in numbers[:, k]]
        result = run(steps, values)
        result.backward()
        assert math.isclose(result.data, out[k].item(), rel_tol=1e-12, abs_tol=1e-12)
        for v, x in zip(values, xs):
            found = 0.0 if x.grad is None else x.grad[k].item()
            assert math.isclose(v.grad, found, rel_tol=1e-11, abs_tol=1e-12)


@given(steps=STEPS, seed=st.integers(0, 1000))
def test_writing_through_views_equals_building_anew(steps, seed):
    numbers = np.random.default_rng(seed).uniform(-1.5, 1.5, (3, 4))
    gradients = []
    for in_place in (True, False):
        xs = [te.tensor(row, requires_grad=True) for row in numbers]
        table = te.stack(xs)
        for op, i, j in steps:
            row, column = i % 3, j % 4
            new = UNARY[op % len(UNARY)](table[row, column]).tanh()
            if in_place:
                table[row][column : column + 1].copy_(new)
            else:
                chosen = te.zeros(3, 4, dtype=te.bool)
                chosen.array[row, column] = True
                table = te.where(chosen, new, table)
        (table * table).sum().backward()
        gradients.append(np.stack([x.grad.array for x in xs]))
    np.testing.assert_allclose(*gradients, rtol=1e-10, atol=1e-12)


@given(steps=STEPS, seed=st.integers(0, 1000))
def test_the_inlined_sweep_of_values_equals_backward_steps(steps, seed):
    numbers = np.random.default_rng(seed).uniform(-1.5, 1.5, 3).tolist()
    swept, stepped = ([Value(x) for x in numbers] for _ in range(2))
    run(steps, swept).backward()
    result = run(steps, stepped)
    for n, g, _ in te.autograd.backward_steps({result: 1.0}):
        n.grad += g
    assert [v.grad for v in swept] == [v.grad for v in stepped]
