"""What can be asked of the backward pass: arguments, hooks, Functions, derivatives of functions."""

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import Value


def leaf(*numbers):
    return te.tensor(list(numbers), dtype=te.float64, requires_grad=True)


# ---- backward ----------------------------------------------------------------------------------
def test_gradient_weights_the_result():
    x = leaf(1.0, 2.0)
    (x * x).backward(te.tensor([1.0, 10.0], dtype=te.float64))
    assert x.grad.tolist() == [2.0, 40.0]


def test_retained_graphs_accumulate_into_leaves_only():
    x = leaf(3.0)
    y = x * x
    y.backward(te.ones_like(y), retain_graph=True)
    y.backward(te.ones_like(y))
    assert x.grad.tolist() == [12.0]


def test_inputs_are_the_only_ones_to_receive():
    x, w = leaf(2.0), leaf(5.0)
    middle = x * w
    (middle * 3).sum().backward(inputs=[w, middle])
    assert x.grad is None and w.grad.tolist() == [6.0]
    assert middle.grad.tolist() == [3.0]


def test_what_is_read_in_parts_is_put_together():
    """Slices, elements named twice and masks, all of one array, in one backward pass and in a differentiable one."""
    x = leaf(*range(1, 13)).detach().reshape(4, 3).requires_grad_()
    mask = x.detach() > 6

    def read(x):
        parts = [
            x[1],
            x[:, 2] * 3,
            x[1:3, :2] ** 2,
            x[[0, 0, 3]] * 5,
            x[mask].exp(),
            x * x,
            x[-1, -1],
        ]
        return sum(part.sum() for part in parts)

    expected = te.zeros(4, 3, dtype=te.float64)
    with te.no_grad():
        expected[1] += 1
        expected[:, 2] += 3
        expected[1:3, :2] += 2 * x[1:3, :2]
        expected[0] += 10
        expected[3] += 5
        expected += x.exp() * mask + 2 * x
        expected[-1, -1] += 1
    (first,) = te.autograd.grad(read(x), x)
    (again,) = te.autograd.grad(read(x), x, create_graph=True)
    np.testing.assert_allclose(first.numpy(), expected.numpy())
    np.testing.assert_allclose(again.detach().numpy(), expected.numpy())


def test_the_contributions_of_the_steps_add_up_to_the_cotangents():
    x = leaf(1.0, 2.0, 3.0)
    y = x * 2
    z = (y[:2] * y[1:]).sum() + y[0]
    got = {}
    for n, g, parts in te.autograd.backward_steps({z.node: np.array(1.0)}):
        if n in got:
            np.testing.assert_allclose(got[n], g)
        for e, part in parts:
            got[e] = np.asarray(part) + got.get(e, 0.0)
    np.testing.assert_allclose(got[x.node], [10.0, 16.0, 8.0])


def test_create_graph_makes_gradients_that_can_be_differentiated():
    x = leaf(2.0)
    (x**3).sum().backward(create_graph=True)
    assert x.grad.requires_grad
    (second,) = te.autograd.grad(x.grad.sum(), x)
    assert second.tolist() == [12.0]


def test_any_order_of_derivative():
    x, f = leaf(2.0), lambda x: x**5
    y = f(x).sum()
    for expected in (80.0, 160.0, 240.0, 240.0, 120.0):
        (g,) = te.autograd.grad(y, x, create_graph=True)
        assert g.item() == pytest.approx(expected)
        y = g.sum()


def test_retain_grad_keeps_the_gradient_of_a_result():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.retain_grad()
    assert y.retains_grad and y.grad is None
    (y * y).sum().backward()
    assert y.grad.tolist() == [4.0, 8.0]


def test_hooks_see_and_replace_gradients_until_removed():
    x = leaf(1.0)
    y = x * 2
    seen = []
    first = y.register_hook(lambda g: seen.append(g.item()))
    second = y.register_hook(lambda g: g * 10)
    first.remove()
    third = y.register_hook(lambda g: seen.append(g.item()))
    first.remove()  # once more: takes nobody else's hook away
    y.sum().backward()
    assert seen == [10.0] and x.grad.tolist() == [20.0]
    second.remove()
    third.remove()


def test_hooks_of_a_leaf_run_before_and_after_accumulation():
    x = leaf(1.0)
    x.register_hook(lambda g: g + 1)
    after = []
    x.register_post_accumulate_grad_hook(lambda t: after.append(t.grad.item()))
    (x * 2).sum().backward()
    assert x.grad.tolist() == [3.0] and after == [3.0]


# ---- grad ----------------------------------------------------------------------------------------
def test_grad_adds_to_no_grad_and_takes_several():
    x, w = leaf(2.0), leaf(3.0)
    y, z = x * w, x + w
    gx, gw = te.autograd.grad([y, z], [x, w], [te.ones_like(y), 2 * te.ones_like(z)])
    assert (gx.item(), gw.item()) == (5.0, 4.0) and x.grad is None


def test_unused_inputs():
    x, unused = leaf(2.0), leaf(1.0)
    with pytest.raises(RuntimeError, match="allow_unused"):
        te.autograd.grad((x * x).sum(), [x, unused])
    assert te.autograd.grad((x * x).sum(), [x, unused], allow_unused=True)[1] is None
    assert te.autograd.grad((x * x).sum(), [x, unused], materialize_grads=True)[1].tolist() == [0.0]


def test_batched_grad_outputs_give_a_jacobian():
    x = leaf(1.0, 2.0)
    (jacobian,) = te.autograd.grad(x**2, x, te.eye(2, dtype=te.float64), is_grads_batched=True)
    assert jacobian.tolist() == [[2.0, 0.0], [0.0, 4.0]]


def test_gradient_of_a_result_with_respect_to_an_intermediate():
    x = leaf(3.0)
    y = x * 2
    assert te.autograd.grad((y * y).sum(), y)[0].tolist() == [12.0]


# ---- Function --------------------------------------------------------------------------------------
class MulAdd(te.autograd.Function):
    @staticmethod
    def forward(ctx, x, y, scale):
        ctx.save_for_backward(x, y)
        ctx.scale = scale
        parts = x * y * scale, (x > 0).float()
        ctx.mark_non_differentiable(parts[1])
        return parts

    @staticmethod
    def backward(ctx, g, _):
        x, y = ctx.saved_tensors
        assert ctx.needs_input_grad == (True, False, False)
        return g * y * ctx.scale, None, None


def test_a_function_of_several_outputs():
    x = leaf(1.0, -2.0)
    product, sign = MulAdd.apply(x, te.tensor([3.0, 4.0], dtype=te.float64), 2)
    assert product.requires_grad and not sign.requires_grad
    product.sum().backward()
    assert x.grad.tolist() == [6.0, 8.0]


class Cube(te.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        return 3 * g * ctx.saved_tensors[0] ** 2


class CubeOnce(Cube):
    @staticmethod
    @te.autograd.once_differentiable
    def backward(ctx, g):
        return 3 * g * ctx.saved_tensors[0] ** 2


def test_a_function_can_be_differentiated_twice_and_once_differentiable_only_once():
    x = leaf(2.0)
    (first,) = te.autograd.grad(Cube.apply(x).sum(), x, create_graph=True)
    assert te.autograd.grad(first.sum(), x)[0].item() == 12.0
    (first,) = te.autograd.grad(CubeOnce.apply(x).sum(), x, create_graph=True)
    assert first.item() == 12.0
    with pytest.raises(RuntimeError, match="once_differentiable"):
        te.autograd.grad(first.sum(), x)


class Sinh(te.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        up, down = x.exp(), (-x).exp()
        ctx.save_for_backward(up, down)
        return (up - down) / 2, up, down

    @staticmethod
    def backward(ctx, g, g_up, g_down):
        up, down = ctx.saved_tensors
        return g * (up + down) / 2 + g_up * up - g_down * down


def test_a_saved_output_that_nobody_holds_has_its_part_in_the_second_derivative():
    x = leaf(0.5, -1.0)
    assert te.autograd.gradgradcheck(lambda x: Sinh.apply(x)[0], x)
    (first,) = te.autograd.grad(Sinh.apply(x)[0].sum(), x, create_graph=True)
    assert te.allclose(te.autograd.grad(first.sum(), x)[0], x.sinh())


def test_a_function_has_a_gradient_for_a_value_among_its_inputs():
    class Times(te.autograd.Function):
        @staticmethod
        def forward(ctx, x, v):
            ctx.v = float(v)
            ctx.save_for_backward(x)
            return x * ctx.v

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * ctx.v, (g * x).sum()

    x, v = leaf(1.0, 2.0), te.Value(3.0)
    Times.apply(x, v).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0] and v.grad == 3.0


def test_a_function_with_too_few_gradients_and_one_whose_input_was_written():
    class Short(Cube):
        @staticmethod
        def forward(ctx, x, y):
            return x + y

        @staticmethod
        def backward(ctx, g):
            return g

    with pytest.raises(RuntimeError, match="expected 2 gradients"):
        Short.apply(leaf(1.0), leaf(1.0)).sum().backward()
    u = leaf(1.0) * 2
    y = Cube.apply(u)
    u.add_(1)
    with pytest.raises(RuntimeError, match="inplace operation"):
        y.sum().backward()


def test_gradcheck_finds_a_wrong_derivative():
    class Wrong(Cube):
        @staticmethod
        def backward(ctx, g):
            return 2 * g * ctx.saved_tensors[0] ** 2

    assert te.autograd.gradcheck(Cube.apply, leaf(1.0, 2.0))
    assert te.autograd.gradgradcheck(Cube.apply, leaf(1.0, 2.0))
    assert not te.autograd.gradcheck(Wrong.apply, leaf(1.0, 2.0), raise_exception=False)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        te.autograd.gradcheck(Wrong.apply, leaf(1.0, 2.0))


# ---- functions of functions ----------------------------------------------------------------------------
def test_jacobians_hessians_and_products_agree():
    x, v = (
        te.tensor([1.0, 2.0, 0.5], dtype=te.float64),
        te.tensor([1.0, 0.0, 2.0], dtype=te.float64),
    )

    def f(x):
        return (x**3).sum() * x[0].exp()

    hessian = te.func.hessian(f)(x)
    assert te.allclose(hessian, hessian.T)
    assert te.allclose(te.autograd.functional.hvp(f, x, v)[1], hessian @ v)
    assert te.allclose(te.autograd.functional.hessian(f, x), hessian)
    value, push = te.func.jvp(f, (x,), (v,))
    assert te.allclose(push, te.func.grad(f)(x) @ v) and te.allclose(value, f(x))
    assert not hessian.requires_grad
    jacobian = te.func.jacrev(lambda x: x.outer(x) if hasattr(x, "outer") else x)(x)
    assert jacobian.shape == (3, 3, 3)


def test_grad_and_value_with_aux():
    gradient, (value, aux) = te.func.grad_and_value(
        lambda x: ((x * x).sum(), "note"), has_aux=True
    )(te.ones(2))
    assert gradient.tolist() == [2.0, 2.0] and value.item() == 2.0 and aux == "note"


# ---- Values and Tensors together -------------------------------------------------------------------------
def test_a_value_meeting_a_tensor_gives_a_tensor_and_both_receive_gradients():
    v, t = Value(2.0), te.ones(3, requires_grad=True)
    out = v * t + v
    assert isinstance(out, te.Tensor) and out.dtype is te.float32
    out.sum().backward()
    assert v.grad == 6.0 and t.grad.tolist() == [2.0, 2.0, 2.0]
    assert isinstance(np.ones(2) * v, te.Tensor)


def test_values_stacked_stay_in_the_graph():
    a, b = Value(2.0), Value(3.0)
    te.stack([a * b, a]).sum().backward()
    assert (a.grad, b.grad) == (4.0, 2.0)


def test_numpy_functions_stay_in_the_graph():
    x = leaf(1.0, 2.0)
    for out in (
        np.exp(x),
        np.ones(2) * x,
        np.float64(2.0) * x,
        np.sum(x, axis=0),
        np.maximum(x, 1.5),
    ):
        assert isinstance(out, te.Tensor) and out.requires_grad
