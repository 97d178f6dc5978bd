"""Where other engines are known to fail, silently or by recursion: each a test here, by name."""

import gc
import threading
import time
import warnings
import weakref

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import Value
from tinygrad_edu.autograd import backward_steps


def leaf(*numbers):
    return te.tensor(list(numbers), dtype=te.float64, requires_grad=True)


def gradient(f, *numbers):
    x = leaf(*numbers)
    f(x).backward()
    return x.grad.tolist()


# ---- order and accumulation -------------------------------------------------------------------
def test_reusing_an_intermediate_after_backward():
    for a in (Value(3.0), leaf(3.0)):
        b = a * 2
        b.backward() if isinstance(a, Value) else b.sum().backward(retain_graph=True)
        c = b * b
        c.backward() if isinstance(a, Value) else c.sum().backward()
        found = a.grad if isinstance(a, Value) else a.grad.item()
        assert found == 2 + 2 * 2 * 6  # d(2a) + d(4a^2), not more


@pytest.mark.parametrize("start", [Value(1.0), leaf(1.0)], ids=["Value", "Tensor"])
def test_thirty_diamonds_are_exact_and_each_node_is_visited_once(start):
    end = start
    for _ in range(30):
        end = end + end
    root, seed = (end, 1.0) if isinstance(end, Value) else (end.node, np.ones(1))
    visited = [n for n, _, _ in backward_steps({root: seed}, free=False)]
    assert len(visited) == len(set(visited)) == 31
    end.backward() if isinstance(end, Value) else end.sum().backward()
    assert float(start.grad) == 2**30


def test_steps_come_in_reverse_order_of_creation():
    x = leaf(1.0, 2.0)
    y = (x.exp() * x + x.sin()).sum()
    serials = [n.serial for n, _, _ in backward_steps({y.node: np.ones(())}) if n.op is not None]
    assert serials == sorted(serials, reverse=True) and len(serials) == 5


def test_a_value_used_three_times_receives_three_contributions():
    assert gradient(lambda x: (x * x + x).sum(), 3.0) == [7.0]


# ---- size -------------------------------------------------------------------------------------
@pytest.mark.parametrize("start", [Value(1.0), leaf(1.0)], ids=["Value", "Tensor"])
def test_a_chain_of_100_000_needs_no_recursion(start):
    end = start
    for _ in range(100_000):
        end = end + start
    end.backward() if isinstance(end, Value) else end.sum().backward()
    assert float(start.grad) == 100_001
    del end


def test_a_million_nodes_are_linear_and_freed_without_recursion():
    def seconds(n):
        x = leaf(1.0)
        y = x
        for _ in range(n):
            y = y + 1.0
        begin = time.process_time()
        y.sum().backward()
        spent = time.process_time() - begin
        assert x.grad.item() == 1.0
        return spent

    assert seconds(1_000_000) < 40 * seconds(
        100_000
    )  # ten times the nodes; a square law would be 100


def test_a_thousand_stacked_diamonds():
    x = leaf(1.0)
    y = x
    for _ in range(1000):
        y = y * 0.5 + y * 0.5
    y.sum().backward()
    assert x.grad.item() == pytest.approx(1.0)


def test_wide_fan_out():
    x = leaf(2.0)
    te.stack([x * k for k in range(5000)]).sum().backward()
    assert x.grad.item() == sum(range(5000))


# ---- memory -----------------------------------------------------------------------------------
@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_nothing_survives_without_the_garbage_collector(no_collector):
    x = te.randn(3, requires_grad=True)
    middle = (x * 2).exp()
    middle.retain_grad()
    view = middle[1:]
    end = view.sum()
    end.register_hook(lambda g: g * 2)
    watched = [weakref.ref(t) for t in (x, middle, view, end, middle.node, end.node)]
    end.backward()
    del x, middle, view, end
    assert [w() for w in watched] == [None] * 6


def test_a_dropped_tensor_is_freed_at_once_unless_a_rule_reads_it(no_collector):
    x = te.randn(3, requires_grad=True)
    a, b = x + 1, x.exp()
    arrays = weakref.ref(a.array), weakref.ref(b.array)
    c = (a + b).sum()
    del a, b
    assert arrays[0]() is None and arrays[1]() is not None
    c.backward()
    assert arrays[1]() is None


def test_a_function_that_saves_its_output_makes_no_cycle(no_collector):
    class Exp(te.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, g):
            return g * ctx.saved_tensors[0]

    x = leaf(1.0)
    y = Exp.apply(x)
    watched = weakref.ref(y), weakref.ref(y.node)
    y.sum().backward()
    assert x.grad.item() == pytest.approx(np.e)
    del y
    assert [w() for w in watched] == [None, None]


# ---- numbers changed since they were used --------------------------------------------------------
@pytest.mark.parametrize(
    "write",
    [
        lambda u: u.add_(1.0),
        lambda u: u.__setitem__(0, 5.0),
        lambda u: u.data.mul_(2.0),
        lambda u: u.detach().zero_(),
        lambda u: u[1:].fill_(0.0),
        lambda u: u.view(1, 3)[0, 1:].exp_(),
    ],
    ids=["in place", "setitem", "data", "detach", "view", "view of a view"],
)
@pytest.mark.parametrize("tracked", [True, False], ids=["result", "constant"])
def test_data_changed_before_backward_is_an_error(write, tracked):
    x = leaf(1.0, 2.0, 3.0)
    u = x * 1.5 if tracked else te.ones(3, dtype=te.float64)
    v = (u * x).sum()
    write(u)
    with pytest.raises(RuntimeError, match=r"mul: .*modified by an inplace operation"):
        v.backward()


def test_data_changed_but_not_read_by_a_rule_is_fine():
    x = leaf(1.0, 2.0)
    u = x * 3
    v = u + 1
    u.add_(1.0)
    (v * u).sum().backward()
    assert x.grad.tolist() == [3 * (3 + 1) + 3 * (3 + 1), 3 * (6 + 1) + 3 * (6 + 1)]


def test_a_value_set_before_backward_changes_nothing():
    a = Value(3.0)
    b = a * a
    a.data = 100.0
    b.backward()
    assert a.grad == 6.0


def test_gradients_share_memory_with_nothing():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    seed = te.ones(2, dtype=te.float64)
    (x + y).backward(seed)
    assert not np.shares_memory(x.grad.array, y.grad.array)
    assert not np.shares_memory(x.grad.array, seed.array)


# ---- kinks, zeros and repeats: PyTorch's conventions ------------------------------------------------
def test_max_shares_its_gradient_among_ties():
    assert gradient(lambda x: x.max(), 3.0, 1.0, 3.0) == [0.5, 0.0, 0.5]
    assert gradient(lambda x: x.amax(), 3.0, 1.0, 3.0) == [0.5, 0.0, 0.5]


def test_max_along_a_dimension_picks_one_tie():
    assert gradient(lambda x: x.max(0).values, 3.0, 1.0, 3.0) == [1.0, 0.0, 0.0]


def test_maximum_with_itself_gives_one():
    assert gradient(lambda x: te.maximum(x, x).sum(), 2.0) == [1.0]
    a = te.Value(2.0)
    assert te.autograd.grad(te.maximum(a, a), a) == (1.0,)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((2.0, 3.0, 4.0), [12, 8, 6]), ((0.0, 3.0, 4.0), [12, 0, 0]), ((0.0, 0.0, 4.0), [0, 0, 0])],
)
def test_prod_with_zeros(numbers, expected):
    assert gradient(lambda x: x.prod(), *numbers) == expected


def test_sqrt_of_zero_times_zero_is_nan():
    assert np.isnan(gradient(lambda x: (x.sqrt() * 0).sum(), 0.0)).all()


def test_norm_at_zero_has_gradient_zero():
    assert gradient(lambda x: x.norm(), 0.0, 0.0) == [0.0, 0.0]


def test_std_of_a_constant_has_gradient_zero():
    assert gradient(lambda x: x.std(), 2.0, 2.0, 2.0) == [0.0, 0.0, 0.0]


def test_repeated_indices_add_up():
    assert gradient(lambda x: x[[0, 0, 1]].sum(), 1.0, 2.0, 3.0) == [2.0, 1.0, 0.0]


def test_repeated_writes_keep_only_the_last_writer():
    v = leaf(1.0, 2.0, 3.0)
    u = te.zeros(2, dtype=te.float64)
    u[[0, 0, 1]] = v
    u.sum().backward()
    assert u.tolist() == [2.0, 3.0] and v.grad.tolist() == [0.0, 1.0, 1.0]


def test_clamp_passes_the_gradient_at_its_bounds():
    assert gradient(lambda x: x.clamp(0.0, 1.0).sum(), -1.0, 0.0, 0.5, 1.0, 2.0) == [0, 1, 1, 1, 0]


def test_where_does_not_leak_nan_from_a_constant_branch():
    assert gradient(lambda x: te.where(x > 0, x, 0.0 * x).sum(), -1.0, 2.0) == [0.0, 1.0]


# ---- broadcasting -------------------------------------------------------------------------------
def test_loss_of_different_shapes_warns():
    with pytest.warns(UserWarning, match="target size"):
        te.nn.functional.mse_loss(te.zeros(4, 1), te.zeros(4))


def test_gradient_of_broadcasting_is_summed_back():
    b = leaf(1.0)
    (te.ones(4, 3, dtype=te.float64) * b).sum().backward()
    assert b.grad.tolist() == [12.0]


# ---- threads -----------------------------------------------------------------------------------
def test_no_grad_in_one_thread_leaves_others_alone():
    seen = []
    with te.no_grad():
        thread = threading.Thread(target=lambda: seen.append(te.is_grad_enabled()))
        thread.start()
        thread.join()
        assert not te.is_grad_enabled()
    assert seen == [True] and te.is_grad_enabled()


def test_a_thread_that_ends_switched_off_leaves_nothing_behind():
    for _ in range(20):  # thread numbers are reused
        seen = []

        def run(seen=seen):
            seen.append(te.is_grad_enabled())
            te.set_grad_enabled(False)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert seen == [True]


# ---- errors that change nothing ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (lambda x: x.add_(1), RuntimeError, "leaf Variable that requires grad"),
        (lambda x: x[0].zero_(), RuntimeError, "view of a leaf"),
        (
            lambda x: x.backward(),
            RuntimeError,
            "grad can be implicitly created only for scalar outputs",
        ),
        (lambda x: x.detach().sum().backward(), RuntimeError, "does not require grad"),
        (lambda x: te.ones(2, dtype=te.int64, requires_grad=True), RuntimeError, "floating point"),
        (
            lambda x: x @ te.ones(2, 2, dtype=te.float64),
            RuntimeError,
            r"x.shape\[-1\] == y.shape\[-2\]",
        ),
        (lambda x: x + te.ones(2), RuntimeError, "shapes that broadcast"),
        (lambda x: x[3], IndexError, "out of bounds"),
        (lambda x: x.sum(2), IndexError, "Dimension out of range"),
        (lambda x: x.sum((0, 0)), RuntimeError, "multiple times"),
        (lambda x: x.view(2), RuntimeError, "invalid for input of size 3"),
        (lambda x: np.linalg.norm(x), RuntimeError, "detach"),
        (lambda x: np.asarray(x), RuntimeError, "detach"),
        (lambda x: np.add.reduce(x), TypeError, "detach"),
        (lambda x: bool(x), RuntimeError, "ambiguous"),
        (lambda x: te.tensor([Value(1.0)]), TypeError, "history"),
    ],
)
def test_bad_input_gets_a_clear_error(action, error, message):
    x = leaf(1.0, 2.0, 3.0)
    with pytest.raises(error, match=message):
        action(x)
    assert x.tolist() == [1.0, 2.0, 3.0] and x.grad is None and x.requires_grad


def test_a_second_backward_says_to_retain_the_graph():
    x = leaf(1.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y.backward()
    assert x.grad.tolist() == [2.0]


def test_reading_the_grad_of_a_result_warns_and_of_a_leaf_does_not():
    x = leaf(1.0)
    y = x * 2
    with pytest.warns(UserWarning, match="not a leaf"):
        assert y.grad is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x.grad is None


@pytest.mark.parametrize(
    "write", [lambda x: x.sub_(0.1), lambda x: x.clamp_(0, 1), lambda x: x.copy_(te.zeros(2))]
)
def test_a_leaf_written_in_no_grad_mode_still_requires_grad(write):
    x = te.ones(2, requires_grad=True)
    with te.no_grad():
        write(x)
    (x * 2).sum().backward()
    assert x.is_leaf and x.grad.tolist() == [2, 2]


def test_as_strided_beyond_a_leaf_is_refused_not_cut_from_the_graph():
    leaf = te.arange(6.0)[1:4].detach().requires_grad_()
    with pytest.raises(RuntimeError, match="within memory"):
        te.as_strided(leaf, (3,), (1,), 3)


def test_what_a_composition_reads_in_place_is_kept_from_before_the_write():
    x = te.tensor([0.3, 0.9], requires_grad=True)
    (x * 1.0).logit_(0.2).sum().backward()
    y = x.detach().requires_grad_()
    te.logit(y, 0.2).sum().backward()
    assert x.grad.tolist() == y.grad.tolist()


def test_a_function_of_numbers_does_not_write_where_a_gradient_is_kept():
    x = te.ones(2, requires_grad=True)
    for write in (lambda: x.apply_(abs), lambda: x.map_(te.ones(2), max)):
        with pytest.raises(RuntimeError, match="requires grad"):
            write()
    with pytest.raises(RuntimeError, match="single memory"):
        te.ones(1).expand(3).apply_(abs)


def test_sigmoid_keeps_what_a_logarithm_will_ask_for():
    x = te.tensor([-20.0, -60.0], requires_grad=True)
    te.sigmoid(x).log().sum().backward()
    assert te.allclose(te.sigmoid(x).log(), x) and te.allclose(x.grad, te.ones(2))


# ---- numbers that would go on wrong ----------------------------------------------------------------
MIXED = {
    "number": lambda x: x * 1j,
    "tensor": lambda x: x + te.tensor([1j]),
    "number first": lambda x: 1j / x,
    "conversion": lambda x: x.to(te.complex64),
    "choice": lambda x: te.where(x > 0, x, 1j),
}


@pytest.mark.parametrize("mix", MIXED.values(), ids=MIXED)
def test_no_gradient_is_taken_through_complex_numbers(mix):
    x = te.tensor([1.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="expected real numbers"):
        mix(x)
    with te.no_grad():
        assert mix(x).dtype == te.complex64
    with pytest.raises(RuntimeError, match="expected real numbers"):
        Value(2.0) * te.tensor([1j])


def test_a_complex_leaf_is_refused_and_complex_arithmetic_is_not():
    with pytest.raises(RuntimeError, match="complex"):
        te.tensor([1j], requires_grad=True)
    z = te.tensor([3 + 4j, 1j])
    assert z.mean().item() == 1.5 + 2.5j
    assert ((1 + 1j) / z)[1].item() == 1 - 1j


@pytest.mark.parametrize("numbers", [2**63, [2**63], [1, 2**63], [1.0, 2.0**63]])
def test_an_integer_that_does_not_fit_is_an_error(numbers):
    with pytest.raises(
        (RuntimeError, ValueError), match="expected numbers from -9223372036854775808"
    ):
        te.tensor(numbers, dtype=te.int64)


def test_an_array_without_a_dtype_of_ours_is_refused_at_once():
    for make in (te.tensor, te.as_tensor, te.from_numpy):
        with pytest.raises(TypeError, match="uint16"):
            make(np.ones(2, np.uint16))


def test_a_hook_set_after_retain_grad_is_in_what_is_retained():
    x = leaf(1.0, 2.0)
    y = x * 3
    y.retain_grad()
    y.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert y.grad.tolist() == [10.0, 10.0]


# ---- written to after use -----------------------------------------------------------------------------
F = te.nn.functional
READ_THEIR_OUTPUT = {
    "gelu": F.gelu,
    "silu": F.silu,
    "elu": F.elu,
    "max_pool": lambda x: F.max_pool2d(x, 2),
    "instance_norm": F.instance_norm,
    "normalize": F.normalize,
    "quotient": lambda x: x / x.norm(),
    "power": lambda x: (x * x + 1) ** x,
    "lstm": lambda x: te.nn.LSTM(4, 3)(x[0])[0],
}


@pytest.mark.parametrize("function", READ_THEIR_OUTPUT.values(), ids=READ_THEIR_OUTPUT)
@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_a_result_written_over_is_computed_again_for_its_rule(function, again):
    found = []
    for write in (lambda y: y.mul_(2).add_(1), lambda y: y * 2 + 1):
        te.manual_seed(0)
        x = te.randn(1, 2, 4, 4, dtype=te.float64).float().requires_grad_()
        y = write(function(x)).pow(2).sum()
        (g,) = te.autograd.grad(y, x, create_graph=again)
        found.append(te.autograd.grad(g.pow(2).sum(), x)[0] if again else g)
    te.testing.assert_close(*found)


def test_a_result_written_over_without_its_inputs_is_an_error():
    for function in (te.exp, te.tanh, te.sigmoid, te.relu):
        x = leaf(1.0, 2.0)
        y = function(x)
        y += 1
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()


@pytest.mark.parametrize("layer", [te.nn.RNN, te.nn.LSTM, te.nn.GRU])
def test_what_a_recurrent_layer_gives_may_be_viewed_in_any_shape(layer):
    states, _ = layer(3, 4)(te.ones(5, 2, 3))
    assert states.is_contiguous() and states.view(-1, 4).shape == (10, 4)


# ---- asked for at a kink, or no longer ------------------------------------------------------------------
@pytest.mark.parametrize("function", [F.relu, F.leaky_relu, F.relu6, F.hardtanh, F.hardsigmoid])
def test_the_second_derivative_of_what_is_piecewise_linear_is_zero(function):
    x = leaf(-2.0, -0.5, 0.5, 7.0)
    (g,) = te.autograd.grad(function(x).sum(), x, create_graph=True)
    (h,) = te.autograd.grad(g.sum(), x)
    assert h.tolist() == [0.0] * 4


def test_a_leaf_that_no_longer_requires_grad_is_given_none():
    x, w = leaf(1.0), leaf(2.0)
    y = x * w
    x.requires_grad_(False)
    y.sum().backward()
    assert x.grad is None and w.grad.tolist() == [1.0]


def test_an_angle_at_the_origin_has_gradient_zero():
    y, x = leaf(0.0), leaf(0.0)
    te.atan2(y, x).sum().backward()
    assert y.grad.tolist() == x.grad.tolist() == [0.0]


def test_a_mean_of_half_precision_may_have_a_sum_beyond_it():
    x = te.full((100, 100), 100.0, dtype=te.float16)
    assert x.mean().item() == 100 and x.mean(0).dtype == te.float16


def test_a_hook_that_returns_no_tensor_is_an_error():
    x = leaf(1.0)
    y = x * 2
    y.register_hook(lambda g: "g")
    with pytest.raises(TypeError, match="hook: expected a Tensor or None"):
        y.sum().backward()


@pytest.mark.parametrize(
    "function",
    [lambda x: te.igamma(x, te.ones(1)), lambda x: te.special.zeta(x, 1.0), te.special.bessel_j0],
)
def test_a_gradient_without_a_formula_is_refused_at_once(function):
    x = te.ones(1, requires_grad=True)
    with pytest.raises(NotImplementedError, match="detach"):
        function(x)
    with te.no_grad():
        assert not function(x).requires_grad
