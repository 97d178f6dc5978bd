"""A Tensor's computation as a graph of scalars: the same numbers, the same gradients."""

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu.nn import functional as F

te.manual_seed(0)
X = te.randn(4, 2, dtype=te.float64)
W = te.randn(2, 3, dtype=te.float64, requires_grad=True)
B = te.randn(3, dtype=te.float64, requires_grad=True)
IMAGE = te.randn(1, 2, 5, 5, dtype=te.float64)
KERNEL = te.randn(2, 2, 3, 3, dtype=te.float64, requires_grad=True)
ONES = te.ones(4, 3, dtype=te.float64)


def z():
    return X @ W + B


def written_in_place():
    h = z()
    h[0] = h[1] * 2
    return (h * h).sum()


PROGRAMS = {
    "classifier": lambda: F.cross_entropy(te.tanh(z()), te.tensor([0, 1, 2, 0])),
    "softmax": lambda: (te.softmax(z(), 1) ** 2).sum(),
    "regression": lambda: F.mse_loss(z(), ONES),
    "logits": lambda: F.binary_cross_entropy_with_logits(z(), ONES),
    "log_softmax": lambda: (F.log_softmax(z(), 1) ** 2).sum(),
    "logsumexp": lambda: (z().logsumexp(1) * z().logsumexp(0, keepdim=True).sum()).sum(),
    "layer_norm": lambda: (F.layer_norm(z(), (3,)) ** 3).sum(),
    "index": lambda: z()[[0, 1, 1], 1:].sum(),
    "max": lambda: z().max(1).values.sum(),
    "gelu": lambda: F.gelu(z()).sum(),
    "elu": lambda: F.elu(z()).sum(),
    "softplus": lambda: F.softplus(z()).sum(),
    "attention": lambda: F.scaled_dot_product_attention(z()[None], z()[None], z()[None]).sum(),
    "written in place": written_in_place,
}


def gradients(array):
    return np.vectorize(lambda v: v.grad, otypes=[float])(array)


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_equal(name):
    out = PROGRAMS[name]()
    expected = te.autograd.grad(out, (W, B), retain_graph=True)
    value, *leaves = te.scalars(out, W, B)
    value.backward()
    assert value.data == pytest.approx(out.item(), abs=1e-12)
    for g, leaf in zip(expected, leaves):
        assert np.allclose(gradients(leaf), g.numpy(), rtol=0, atol=1e-12)


def test_a_convolution_is_scalars_too():
    out = (F.max_pool2d(F.conv2d(IMAGE, KERNEL), 2) ** 2).sum()
    (expected,) = te.autograd.grad(out, (KERNEL,), retain_graph=True)
    value, kernel = te.scalars(out, KERNEL)
    value.backward()
    assert np.allclose(gradients(kernel), expected.numpy(), rtol=0, atol=1e-12)


def test_a_change_of_dtype_is_none_of_scalars():
    value, weights = te.scalars((z().float() ** 2).sum(), W)
    value.backward()
    (expected,) = te.autograd.grad((z().float() ** 2).sum(), (W,))
    assert np.allclose(gradients(weights), expected.numpy(), rtol=1e-5)
    assert te.scalars(W.sum()).data == pytest.approx(W.sum().item())  # no inputs, no leaves


def test_a_value_among_tensors_stays_a_value():
    a, x = te.Value(2.0, label="a"), te.tensor([1.0, 2.0], requires_grad=True)
    value, v = te.scalars((x * a).sum(), a)
    value.backward()
    assert v.item().grad == 3.0


def test_what_scalars_cannot_do_is_an_error():
    class Cube(te.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x**3

        @staticmethod
        def backward(ctx, g):
            return g

    with pytest.raises(TypeError, match="got the Function Cube"):
        te.scalars(Cube.apply(W).sum())
    with pytest.raises(ValueError, match=r"inputs\[0\] that is not"):
        te.scalars(W.sum(), B)
    with pytest.raises(TypeError, match="that scalars can do, got cholesky"):
        te.scalars(te.linalg.cholesky(W.T @ W + te.eye(3)).sum())


def test_leaves_are_labelled_by_their_place():
    weight = te.ones(1, 2, requires_grad=True)
    _, leaves = te.scalars(weight.sum(), weight)
    assert [v.label for v in leaves.flat] == ["weight[0, 0]", "weight[0, 1]"]


def test_too_many_values_are_an_error():
    big = te.ones(200, 200, requires_grad=True)
    with pytest.raises(ValueError, match="smaller"):
        te.scalars((big @ big).sum())
