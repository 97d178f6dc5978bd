"""Functions of nn.functional against what defines them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

import tinygrad_edu as te
from tinygrad_edu import nn

F = nn.functional
LOGITS = arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.floats(-30, 30)
)


def classes(n: int, count: int) -> st.SearchStrategy[te.Tensor]:
    """A class below `count` for each of n samples."""
    return arrays(np.int64, n, elements=st.integers(0, count - 1)).map(te.tensor)


def gradient(function: Any, *tensors: te.Tensor) -> list[Any]:
    leaves = [t.detach().requires_grad_() for t in tensors]
    function(*leaves).sum().backward()
    return [t.grad.numpy() for t in leaves if t.grad is not None]


def assert_equal(f: Any, g: Any, *tensors: te.Tensor) -> None:
    """Two functions have the same values and gradients."""
    np.testing.assert_allclose(f(*tensors).numpy(), g(*tensors).numpy(), rtol=1e-9, atol=1e-12)
    for a, b in zip(gradient(f, *tensors), gradient(g, *tensors)):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@given(LOGITS, st.sampled_from(["mean", "sum", "none"]), st.data())
def test_cross_entropy_is_the_likelihood_of_log_softmax(x: Any, reduction: str, data: Any) -> None:
    t = data.draw(classes(*x.shape))
    assert_equal(
        lambda x: F.cross_entropy(x, t, reduction=reduction),
        lambda x: F.nll_loss(F.log_softmax(x, 1), t, reduction=reduction),
        te.tensor(x),
    )


@given(LOGITS, st.data())
def test_cross_entropy_of_classes_is_that_of_sure_probabilities(x: Any, data: Any) -> None:
    t = data.draw(classes(*x.shape))
    p = F.one_hot(t, x.shape[1]).double()
    for smoothing in (0.0, 0.3):
        assert_equal(
            lambda x, s=smoothing: F.cross_entropy(x, t, label_smoothing=s),
            lambda x, s=smoothing: F.cross_entropy(x, p, label_smoothing=s),
            te.tensor(x),
        )


@given(LOGITS.map(lambda x: x / 6), st.floats(0, 1))
def test_cross_entropy_with_logits_is_that_of_the_sigmoid(x: Any, t: float) -> None:
    target = te.full(x.shape, t, dtype=te.float64)
    assert_equal(
        lambda x: F.binary_cross_entropy_with_logits(x, target, reduction="none"),
        lambda x: F.binary_cross_entropy(te.sigmoid(x), target, reduction="none"),
        te.tensor(x),
    )


def test_ignored_targets_leave_no_trace_of_what_was_there() -> None:
    x = te.tensor([[0.0, 1.0], [-np.inf, np.inf]], requires_grad=True)
    for t in ([1, -100], [1, 1]):
        x.grad = None
        loss = F.cross_entropy(x, te.tensor(t), ignore_index=-100 if t[1] < 0 else 5)
        assert np.isfinite(loss.item()) == (t[1] < 0)
    F.cross_entropy(x, te.tensor([1, -100])).backward()
    assert x.grad is not None and x.grad[1].tolist() == [0.0, 0.0]


@given(LOGITS, st.sampled_from(["mean", "sum", "none"]))
def test_half_squared_error_is_half_of_mse(x: Any, reduction: str) -> None:
    t = te.zeros(*x.shape, dtype=te.float64) + 0.5
    assert_equal(
        lambda x: F.half_squared_error(x, t, reduction),
        lambda x: F.mse_loss(x, t, reduction=reduction) / 2,
        te.tensor(x),
    )


def test_the_derivative_of_half_squared_error_is_the_error() -> None:
    x, t = te.tensor([[1.0, 4.0], [2.0, 2.0]]), te.tensor([[0.0, 1.0], [2.0, 5.0]])
    (g,) = gradient(lambda x: F.half_squared_error(x, t, "sum"), x)
    assert g.tolist() == (x - t).tolist()
    (g,) = gradient(lambda x: nn.HalfSquaredError("batchmean")(x, t), x)
    assert g.tolist() == ((x - t) / 2).tolist()


@pytest.mark.parametrize("loss", [F.mse_loss, F.l1_loss, F.half_squared_error])
def test_losses_of_different_shapes_warn(loss: Any) -> None:
    with pytest.warns(
        UserWarning, match=r"target size .*\[4\].* different to the input size .*\[4, 1\]"
    ) as seen:
        assert loss(te.ones(4, 1), te.ones(4)).item() == 0.0
    assert seen[0].filename == __file__


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_heaviside_is_a_constant_step(value: float) -> None:
    x = te.tensor([-1.0, 2.0, 3.0], requires_grad=True)
    step = nn.Heaviside(threshold=2.0, value=value)(x)
    assert step.tolist() == [0.0, value, 1.0]
    assert not step.requires_grad
    assert step.dtype is x.dtype
    assert repr(nn.Heaviside()) == "Heaviside(threshold=0.0, value=0.0)"


@given(st.floats(0, 1), st.booleans())
def test_dropout_drops_some_and_scales_the_rest(p: float, inplace: bool) -> None:
    x = te.ones(50, 40)
    out = F.dropout(x, p, inplace=inplace, generator=te.Generator().manual_seed(0))
    assert (out is x) == (inplace or p == 0)
    dropped = (out == 0).double().mean().item()
    assert abs(dropped - p) < 0.05
    if dropped < 1:
        np.testing.assert_allclose(out.numpy().max(), 1 / (1 - p), rtol=1e-6)


def test_dropout_is_reproducible_and_off_outside_training() -> None:
    drop, x = nn.Dropout(0.5), te.ones(100, requires_grad=True)
    te.manual_seed(1)
    first = drop(x)
    te.manual_seed(1)
    assert te.equal(first, drop(x))
    first.sum().backward()
    assert x.grad is not None and te.equal(x.grad, first)
    assert drop.eval()(x) is x


@given(
    st.sampled_from(["constant", "reflect", "replicate", "circular"]),
    st.tuples(*[st.integers(0, 2)] * 4),
)
def test_pad_is_numpys(mode: str, sizes: tuple[int, ...]) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    names = {"replicate": "edge", "circular": "wrap"}
    widths = ((0, 0), sizes[2:], sizes[:2])
    expected = np.pad(x, widths, names.get(mode, mode))  # type: ignore[call-overload]
    out = F.pad(te.tensor(x), sizes, mode)
    np.testing.assert_array_equal(out.numpy(), expected)
    (g,) = gradient(lambda t: F.pad(t, sizes, mode), te.tensor(x))
    assert g.sum() == (np.prod(expected.shape) if mode != "constant" else x.size)


@given(arrays(np.int64, st.integers(0, 6), elements=st.integers(0, 4)))
def test_one_hot_is_undone_by_argmax(t: Any) -> None:
    out = F.one_hot(te.tensor(t), 5)
    assert out.dtype is te.int64
    assert out.sum().item() == t.size
    if t.size:
        assert out.argmax(-1).tolist() == t.tolist()


def test_embedding_is_one_hot_times_weight() -> None:
    at = te.tensor([[0, 2], [2, 2]])
    assert_equal(
        lambda w: F.embedding(at, w),
        lambda w: F.one_hot(at, 3).double() @ w,
        te.tensor(np.arange(6.0).reshape(3, 2)),
    )


@pytest.mark.parametrize(
    "shapes", [((4, 3), (2, 4), (2,)), ((4, 3), (2, 3), (3,)), ((), (2, 3), (2,))]
)
def test_linear_says_which_shapes_it_wants(shapes: Any) -> None:
    with pytest.raises(
        RuntimeError, match=r"linear: expected input \(\.\.\., \d\) for a weight of shape"
    ):
        F.linear(*(te.ones(*shape) for shape in shapes))


def test_large_logits_do_not_overflow() -> None:
    x = te.tensor([-1e4, 0.0, 1e4], requires_grad=True)
    for f in (
        F.elu,
        F.softplus,
        F.silu,
        F.gelu,
        lambda x: F.binary_cross_entropy_with_logits(x, te.ones(3)),
    ):
        (g,) = te.autograd.grad(f(x).sum(), [x])
        assert np.isfinite(g.numpy()).all()
