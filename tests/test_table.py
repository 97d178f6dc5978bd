"""The laws of the table, each one a test over all its rows."""

import contextlib
import functools
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import tinygrad_edu as te
from tests.samples import BRIDGES, LINEAR, SAMPLES, SMOOTH, SYMMETRIC, spread
from tinygrad_edu.ops.fused import COMPOSITION
from tinygrad_edu.ops.index import whole
from tinygrad_edu.primitive import TABLE, raw
from tinygrad_edu.read import program

ROWS = sorted(set(TABLE) - BRIDGES)


def differentiable(row, k):
    return row.joint is not None or row.vjps[k] is not None


DIFFERENTIABLE = [name for name in ROWS if TABLE[name].joint or any(TABLE[name].vjps)]
STEP = 1e-6


def tensors(row, inputs):
    """The inputs as Tensors, those with a rule asked for their gradient."""
    return [
        te.from_numpy(x.copy()).requires_grad_()
        if differentiable(row, k) and x.dtype == np.float64
        else te.from_numpy(x.copy())
        for k, x in enumerate(inputs)
    ]


def gradients(row, inputs, params, cotangent):
    """The gradient of <cotangent, row(inputs)> for each input, None where it has none."""
    xs = tensors(row, inputs)
    wanted = [x for x in xs if x.requires_grad]
    found = iter(te.autograd.grad(row.apply(*xs, **params), wanted, te.from_numpy(cotangent)))
    return [next(found).array if x.requires_grad else None for x in xs]


def numerical(function, inputs, k, direction):
    """The derivative of a scalar function of arrays along a direction of input k."""
    ends = []
    for step in (STEP, -STEP):
        moved = [np.asarray(x + step * direction) if i == k else x for i, x in enumerate(inputs)]
        ends.append(function(moved))
    return (ends[0] - ends[1]) / (2 * STEP)


def weights(seed, shape):
    return np.asarray(np.random.default_rng(seed).standard_normal(shape))


def check_rule(row, inputs, params, seed=7):
    """Raise AssertionError unless every rule gives the directional derivative that finite differences give."""
    out = np.asarray(row.forward(*inputs, **params))
    cotangent = weights(seed, out.shape)
    found = gradients(row, inputs, params, cotangent)
    for k, g in enumerate(found):
        if g is not None:
            direction = weights(seed + k + 1, inputs[k].shape)
            if row.name in SYMMETRIC:
                direction = direction + direction.swapaxes(-1, -2)  # of symmetric matrices
            expected = numerical(
                lambda xs: np.sum(row.forward(*xs, **params) * cotangent), inputs, k, direction
            )
            assert g.shape == inputs[k].shape
            np.testing.assert_allclose(np.sum(g * direction), expected, rtol=1e-5, atol=1e-6)


def test_every_row_has_samples():
    assert set(SAMPLES) == set(ROWS)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
def test_rules_equal_finite_differences(name, data):
    check_rule(TABLE[name], *data.draw(SAMPLES[name]))


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
@settings(max_examples=10)
def test_rules_on_tensors_equal_rules_on_arrays_and_can_be_differentiated(name, data):
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    xs = tensors(row, inputs)
    wanted = [x for x in xs if x.requires_grad]
    out = row.apply(*xs, **params)
    cotangent = weights(3, out.shape)
    plain = [g for g in gradients(row, inputs, params, cotangent) if g is not None]
    first = te.autograd.grad(
        out, wanted, te.from_numpy(cotangent).requires_grad_(), create_graph=True
    )
    for a, b in zip(plain, first):
        np.testing.assert_allclose(a, b.detach().array, rtol=1e-12, atol=1e-12)

    def slope(arrays):
        full = [x.array for x in xs]
        for k, a in zip([k for k, x in enumerate(xs) if x.requires_grad], arrays):
            full[k] = a
        found = [g for g in gradients(row, full, params, cotangent) if g is not None]
        return sum(float(np.sum(g * weights(5 + k, g.shape))) for k, g in enumerate(found))

    total = sum((g * te.from_numpy(weights(5 + k, g.shape))).sum() for k, g in enumerate(first))
    if not any(np.size(x.array) for x in wanted):
        return
    second = (
        te.autograd.grad(total, wanted, materialize_grads=True)
        if total.requires_grad
        else [None] * len(wanted)
    )
    for k, g in enumerate(second):
        direction = weights(11 + k, wanted[k].shape)
        if name in SYMMETRIC:
            direction = direction + direction.swapaxes(-1, -2)
        expected = numerical(slope, [x.array for x in wanted], k, direction)
        got = 0.0 if g is None else float(np.sum(g.detach().array * direction))
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", LINEAR)
@given(data=st.data())
def test_adjoint_identity_of_linear_rows(name, data):
    """<u, J v> = <J' u, v>, where J v is the row itself."""
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    out = np.asarray(row.forward(*inputs, **params))
    u = weights(1, out.shape)
    pulled = gradients(row, inputs, params, u)
    inner = sum(float(np.sum(g * x)) for g, x in zip(pulled, inputs) if g is not None)
    assert math.isclose(float(np.sum(u * out)), inner, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
@settings(max_examples=8)
def test_float32_stays_float32(name, data):
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    if name == "astype":
        params = {"dtype": np.dtype(np.float32), "origin": np.dtype(np.float32)}
    single = [x.astype(np.float32) if x.dtype == np.float64 else x for x in inputs]
    xs = [te.from_numpy(x) for x in single]
    for k, x in enumerate(xs):
        if differentiable(row, k) and x.is_floating_point():
            x.requires_grad_()
    out = row.apply(*xs, **params)
    assert out.dtype is te.float32
    out.backward(te.ones_like(out))
    assert all(
        x.grad.dtype is te.float32 and x.grad.shape == x.shape for x in xs if x.requires_grad
    )


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@settings(max_examples=8)
def test_rows_keep_their_inputs_and_share_memory_only_as_views(name, data):
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    before = [x.copy() for x in inputs]
    out = row.forward(*inputs, **params)
    if name in DIFFERENTIABLE:
        gradients(row, inputs, params, np.ones(np.shape(out)))
    assert all(np.array_equal(a, b) for a, b in zip(before, inputs))
    if not row.view:
        assert not any(np.shares_memory(out, x) for x in inputs if np.size(x))


LAYOUTS = {
    "transposed": lambda x: np.asfortranarray(x) if x.ndim else x,
    "reversed": lambda x: np.flip(np.flip(x).copy()) if x.ndim else x,
    "strided": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@settings(max_examples=4)
def test_memory_layout_changes_nothing(name, layout, data):
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    laid = [LAYOUTS[layout](x) for x in inputs]
    plain = np.asarray(row.forward(*inputs, **params))
    np.testing.assert_allclose(row.forward(*laid, **params), plain, rtol=1e-12, atol=1e-12)
    if name in DIFFERENTIABLE:
        u = weights(2, plain.shape)
        xs = [te.from_numpy(x) for x in laid]
        wanted = [
            x.requires_grad_()
            for k, x in enumerate(xs)
            if differentiable(row, k) and x.is_floating_point()
        ]
        found = te.autograd.grad(row.apply(*xs, **params), wanted, te.from_numpy(u))
        expected = [g for g in gradients(row, inputs, params, u) if g is not None]
        for a, b in zip(found, expected):
            np.testing.assert_allclose(a.array, b, rtol=1e-12, atol=1e-12)


# ---- written down ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
@settings(max_examples=8)
def test_generated_source_computes_what_the_row_does(name, data):
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    xs = tensors(row, inputs)
    out = row.apply(*xs, **params)
    run = program(out, {f"x{k}": x for k, x in enumerate(xs) if x.requires_grad})
    np.testing.assert_array_equal(
        run(*(x.array for x in xs if x.requires_grad)), out.detach().array
    )


# ---- scalars ----------------------------------------------------------------------------------
SCALAR = [name for name in DIFFERENTIABLE if TABLE[name].scalar and name not in ("where", "dot")]


@pytest.mark.parametrize("name", SCALAR)
@given(seed=st.integers(0, 1000))
def test_values_equal_tensors(name, seed):
    row = TABLE[name]
    low, high = SMOOTH.get(name, ()) or ((0.3, 2.0) if len(row.vjps) == 2 else (-2.0, 2.0))
    numbers = spread(seed, (len(row.vjps),), low, high).tolist()
    values = [te.Value(x) for x in numbers]
    xs = [te.tensor(x, dtype=te.float64, requires_grad=True) for x in numbers]
    v, t = row.apply(*values), row.apply(*xs)
    v.backward()
    t.backward()
    assert math.isclose(v.data, t.item(), rel_tol=1e-12, abs_tol=1e-12)
    for a, b in zip(values, xs):
        assert math.isclose(a.grad, b.grad.item(), rel_tol=1e-12, abs_tol=1e-12)


# ---- fused rows -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", COMPOSITION)
@given(data=st.data())
@settings(max_examples=10)
def test_fused_rows_equal_their_composition(name, data):
    row, (inputs, params) = TABLE[name], data.draw(SAMPLES[name])
    both = []
    for function in (row.apply, COMPOSITION[name]):
        xs = tensors(row, inputs)
        wanted = [x for x in xs if x.requires_grad]
        out = function(*xs, **params)
        first = te.autograd.grad(
            (out * te.from_numpy(weights(1, out.shape))).sum(), wanted, create_graph=True
        )
        total = sum((g * g).sum() for g in first)
        second = te.autograd.grad(total, wanted, materialize_grads=True)
        both.append([out, *first, *second])
    for a, b in zip(*both):
        np.testing.assert_allclose(raw(a.detach()), raw(b.detach()), rtol=1e-9, atol=1e-10)


# ---- kinks --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "at", "left", "right"),
    [
        ("relu", 0.0, 0, 1),
        ("abs", 0.0, -1, 1),
        ("maximum", (1.0, 1.0), 0, 1),
        ("minimum", (1.0, 1.0), 0, 1),
        ("sqrt", 0.0, 0, math.inf),
    ],
)
def test_at_a_kink_the_gradient_lies_between_the_one_sided_derivatives(name, at, left, right):
    xs = [
        te.tensor(x, dtype=te.float64, requires_grad=True)
        for x in (at if isinstance(at, tuple) else (at,))
    ]
    TABLE[name].apply(*xs).backward()
    assert all(left <= x.grad.item() <= right for x in xs)
    assert sum(x.grad.item() for x in xs) in ({1.0} if len(xs) == 2 else {0.0, math.inf})


# ---- the laws catch what is broken ----------------------------------------------------------------
BREAKS = {
    "sign": lambda g: -g,
    "factor": lambda g: 2 * g,
    "shift": lambda g: g + 0.5,
    "order": lambda g: np.flip(g).copy() if np.ndim(g) else g * 1.5,
    "zero": lambda g: g * 0.0,
}
FLAT_RULES = {"sign", "step", "floor", "ceil", "trunc", "round", "floor_divide"}
# their derivative is 0: a factor of it is no fault


@contextlib.contextmanager
def broken(row, k, damage):
    """The row with the rule of input k damaged."""
    rules, joint = row.vjps, row.joint
    if joint is not None:
        row.joint = lambda *a, **p: [
            damage(g) if i == k and g is not None else g for i, g in enumerate(joint(*a, **p))
        ]
    else:
        row.vjps = tuple(
            (lambda *a, **p: damage(whole(rules[k](*a, **p)))) if i == k else rule
            for i, rule in enumerate(rules)
        )
    try:
        yield
    finally:
        row.vjps, row.joint = rules, joint


@functools.cache
def first_samples(name):
    """The samples of a row that a property test sees."""
    found = []

    @given(SAMPLES[name])
    def collect(sample):
        found.append(sample)

    collect()
    return found


@pytest.mark.parametrize("damage", BREAKS)
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_a_broken_rule_is_caught(name, damage):
    if name in FLAT_RULES and damage != "shift":
        return
    row = TABLE[name]
    samples = first_samples(name)
    for k in range(len(samples[0][0])):
        if not (row.joint or (k < len(row.vjps) and row.vjps[k])):
            continue
        with broken(row, k, BREAKS[damage]), pytest.raises(AssertionError):
            for seed in (7, 8):
                for inputs, params in samples:
                    check_rule(row, inputs, params, seed)
