"""Functions under PyTorch and here: values, shapes, gradients and second gradients, in float64."""

import numpy as np
import pytest
import torch

import tinygrad_edu as te

stream = np.random.default_rng(1)
A = stream.standard_normal((3, 4))
B = stream.standard_normal(4)
C = stream.standard_normal((4, 5))
S = stream.standard_normal((4, 4))
P = abs(A) + 0.5


def wrote_in_place(t, x, y):
    u = x * 1
    u[:, 0] = y[:3] * 2
    u.mul_(x)
    u[1:].add_(y)
    u[1][:2].exp_()
    return u


def wrote_into_a_buffer(t, x, y):
    u = t.zeros(3, 4, dtype=t.float64)
    u[0] = x[0]
    u[1].copy_(x[1] * y)
    u.view(-1)[5:7].mul_(2)
    return u


def wrote_beside_a_view(t, x, y):
    u = x * 1
    first, rest = u[0], u[0, 1:]
    first.add_(y)
    return rest * u.sum()


CASES = {
    "add": (lambda t, x, y: x + y, A, B),
    "sub": (lambda t, x, y: x - y, A, B),
    "mul": (lambda t, x, y: x * y, A, B),
    "div": (lambda t, x, y: x / (y * y + 1), A, B),
    "pow": (lambda t, x, y: x**y, P, B),
    "pow 3": (lambda t, x: x**3, A),
    "pow 2": (lambda t, x: x**2, A),
    "pow 0": (lambda t, x: x**0 * x, A),
    "rpow": (lambda t, x: 2**x, A),
    "remainder": (lambda t, x, y: x % y, P, abs(B) + 0.3),
    "atan2": (lambda t, x, y: t.atan2(x, y), A, B),
    "maximum": (lambda t, x, y: t.maximum(x, y), A, B),
    "minimum": (lambda t, x, y: t.minimum(x, y), A, B),
    "where": (lambda t, x, y: t.where(x > 0, x, y), A, B),
    "clamp": (lambda t, x: x.clamp(-0.5, 0.5), A),
    "lerp": (lambda t, x, y: t.lerp(x, y, 0.3), A, A[::-1].copy()),
    "matmul": (lambda t, x, y: x @ y, A, C),
    "matmul matrix vector": (lambda t, x, y: x @ y, A, B),
    "matmul vector matrix": (lambda t, x, y: x @ y, B, C),
    "matmul vectors": (lambda t, x, y: x @ y, B, B),
    "matmul batch": (lambda t, x, y: x.reshape(3, 2, 2) @ y[:2, :2], A, C),
    "einsum": (lambda t, x, y: t.einsum("ij,jk->ik", x, y), A, C),
    "einsum trace": (lambda t, x: t.einsum("ii->", x), S),
    "einsum diagonal": (lambda t, x: t.einsum("ii->i", x), S),
    "einsum outer": (lambda t, x, y: t.einsum("bi,bj->bij", x, y), A, A),
    "einsum dots": (lambda t, x, y: t.einsum("...i,ij->...j", x, y), A, C),
    "einsum three": (lambda t, x, y: t.einsum("ij,jk,ij->k", x, y, x), A, C),
    "tensordot": (lambda t, x, y: t.tensordot(x, y, dims=1), A, C),
    "outer": (lambda t, x: t.outer(x, x), B),
    "inv": (lambda t, x: t.linalg.inv(x @ x.mT + 4 * t.eye(4, dtype=t.float64)), S),
    "solve": (lambda t, x, y: t.linalg.solve(x @ x.mT + 4 * t.eye(4, dtype=t.float64), y), S, C),
    "solve vector": (
        lambda t, x, y: t.linalg.solve(x @ x.mT + 4 * t.eye(4, dtype=t.float64), y),
        S,
        B,
    ),
    "cholesky": (lambda t, x: t.linalg.cholesky(x @ x.mT + 4 * t.eye(4, dtype=t.float64)), S),
    "sum": (lambda t, x: x.sum(1), A),
    "sum keepdim": (lambda t, x: x.sum((0, 1), keepdim=True), A),
    "mean": (lambda t, x: x.mean(0, keepdim=True), A),
    "prod": (lambda t, x: x.prod(1), A),
    "prod one zero": (lambda t, x: x.prod(), np.array([1.0, 0.0, 3.0])),
    "prod two zeros": (lambda t, x: x.prod(), np.array([0.0, 0.0, 3.0])),
    "max dim": (lambda t, x: x.max(1).values, A),
    "max ties": (lambda t, x: x.max(), np.array([1.0, 3.0, 3.0])),
    "amax": (lambda t, x: x.amax(0), A),
    "amin": (lambda t, x: x.amin((0, 1)), A),
    "logsumexp": (lambda t, x: x.logsumexp(1), A),
    "softmax": (lambda t, x: x.softmax(1), A),
    "log_softmax": (lambda t, x: x.log_softmax(0), A),
    "cumsum": (lambda t, x: x.cumsum(1), A),
    "var": (lambda t, x: x.var(1), A),
    "var biased": (lambda t, x: x.var(0, unbiased=False), A),
    "std": (lambda t, x: x.std(0), A),
    "norm": (lambda t, x: x.norm(), A),
    "norm 3": (lambda t, x: x.norm(3, dim=1), A),
    "permute": (lambda t, x: x.permute(1, 0) * 2, A),
    "cat": (lambda t, x, y: t.cat([x, y.t() * x.sum()], 1), A, A.T.copy()),
    "stack": (lambda t, x: t.stack([x, x * 2], 1), A),
    "split": (lambda t, x: x.split(2, 1)[1] * 3, A),
    "unbind": (lambda t, x: x.unbind(1)[1] * 3, A),
    "flip": (lambda t, x: x.flip(0) * x, A),
    "roll": (lambda t, x: x.roll(1, 1) * x, A),
    "tril": (lambda t, x: x.tril(), A),
    "triu": (lambda t, x: x.triu(1), A),
    "repeat": (lambda t, x: x.repeat(2, 1) * 2, A),
    "repeat_interleave": (lambda t, x: x.repeat_interleave(2, 0), A),
    "expand": (lambda t, x: x.expand(3, 4) * 2, B),
    "movedim": (lambda t, x: x.reshape(3, 2, 2).movedim(0, 2) * 2, A),
    "unfold": (lambda t, x: x.unfold(1, 2, 1) * 2, A),
    "diagonal": (lambda t, x: x.diagonal(1) * 2, A),
    "diag": (lambda t, x: t.diag(x) * 2, B),
    "getitem": (lambda t, x: x[1:, [0, 0, 1]], A),
    "getitem mask": (lambda t, x: x[x > 0], A),
    "getitem none": (lambda t, x: x[..., None, 1], A),
    "gather": (lambda t, x: x.gather(1, t.tensor([[0, 0], [1, 3], [2, 2]])), A),
    "scatter": (
        lambda t, x: t.zeros(5, 4, dtype=t.float64).scatter(
            0, t.tensor([[0, 1, 2, 3], [1, 0, 3, 2], [4, 4, 4, 4]]), x
        ),
        A,
    ),
    "scatter_add": (
        lambda t, x: t.zeros(5, 4, dtype=t.float64).scatter_add(
            0, t.tensor([[0, 0, 1, 1], [2, 2, 2, 2], [4, 0, 4, 0]]), x
        ),
        A,
    ),
    "index_select": (lambda t, x: x.index_select(1, t.tensor([0, 0, 3])), A),
    "index_add": (lambda t, x, y: y.index_add(0, t.tensor([0, 2]), x[:2, 0]), A, B),
    "masked_fill": (lambda t, x: x.masked_fill(x > 0, 2.0), A),
    "relu": (lambda t, x: x.relu() * x, A),
    "gelu": (lambda t, x: t.nn.functional.gelu(x), A),
    "softplus": (lambda t, x: t.nn.functional.softplus(x), A),
    "write in place": (wrote_in_place, A, B),
    "write into a buffer": (wrote_into_a_buffer, A, B),
    "write beside a view": (wrote_beside_a_view, A, B),
}
for name in (
    "exp",
    "expm1",
    "log1p",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "sigmoid",
    "square",
    "erf",
    "abs",
    "sign",
    "floor",
):
    CASES[name] = (lambda t, x, name=name: getattr(t, name)(x) * x, A * 0.5)
for name in ("log", "log2", "log10", "sqrt", "rsqrt", "reciprocal"):
    CASES[name] = (lambda t, x, name=name: getattr(t, name)(x), P)
for name in ("asin", "acos", "atan"):
    CASES[name] = (lambda t, x, name=name: getattr(t, name)(x), np.tanh(A) * 0.9)


def derivatives(lib, f, arrays):
    """The value, the gradients weighted by fixed numbers, and the gradients of their squared norm."""
    xs = [lib.tensor(a, requires_grad=True) for a in arrays]
    y = f(lib, *xs)
    weights = lib.tensor(np.random.default_rng(0).standard_normal(tuple(y.shape)))
    first = lib.autograd.grad((y * weights).sum(), xs, create_graph=True)
    second = [None] * len(xs)
    if any(g.requires_grad for g in first):
        second = lib.autograd.grad(
            sum((g * g).sum() for g in first if g.requires_grad), xs, allow_unused=True
        )
    return [y, *first, *(lib.zeros_like(x) if g is None else g for g, x in zip(second, xs))]


@pytest.mark.parametrize("name", CASES)
def test_values_and_derivatives_equal_torch(name):
    f, *arrays = CASES[name]
    for ours, theirs in zip(derivatives(te, f, arrays), derivatives(torch, f, arrays)):
        assert tuple(ours.shape) == tuple(theirs.shape)
        np.testing.assert_allclose(
            ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-9, atol=1e-9
        )


DTYPES = ("bool", "uint8", "int32", "int64", "float32", "float64")
OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "**": lambda a, b: a**b,
    "<": lambda a, b: a < b,
    "==": lambda a, b: a == b,
}


def outcome(function):
    """The dtype and numbers of a result, or the type of the error."""
    try:
        out = function()
    except (RuntimeError, TypeError, ZeroDivisionError) as error:
        return type(error).__name__
    return str(out.dtype).split(".")[-1], out.tolist()


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("left", DTYPES)
def test_promotion_equals_torch(operator, left):
    apply = OPERATORS[operator]
    for right in DTYPES:
        for shape in ((2,), ()):  # beside a tensor with dimensions, and beside a 0-d one
            both = []
            for lib in (te, torch):
                a = lib.ones(2, dtype=getattr(lib, left))
                b = (
                    lib.ones(*shape, dtype=getattr(lib, right))
                    if shape
                    else lib.tensor(1, dtype=getattr(lib, right))
                )
                both.append(outcome(lambda a=a, b=b: apply(a, b)))
            assert both[0] == both[1], (left, operator, right, shape)
    for number in (True, 2, 2.5):
        pairs = [
            (
                outcome(lambda lib=lib: apply(lib.ones(2, dtype=getattr(lib, left)), number)),
                outcome(lambda lib=lib: apply(number, lib.ones(2, dtype=getattr(lib, left)))),
            )
            for lib in (te, torch)
        ]
        assert pairs[0] == pairs[1], (left, operator, number)


# ---- small promises of PyTorch's -------------------------------------------------------------------
def given_or_refused(f, lib):
    """What a call gives, or whether it is refused as a RuntimeError."""
    try:
        found = f(lib)
    except RuntimeError:  # of which NotImplementedError is one
        return "refused"
    return str(found.dtype).split(".")[1], found.tolist()


@pytest.mark.parametrize("dtypes", [("float32", "bool"), ("float64", "bool"), ("bool", "bool")])
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_losses_of_bool_targets(name, dtypes):
    def loss(lib):
        x, t = (lib.tensor([3, 1, 0]).to(getattr(lib, dtype)) for dtype in dtypes)
        return getattr(lib.nn.functional, name)(x, t, reduction="none")

    assert given_or_refused(loss, te) == given_or_refused(loss, torch)


@pytest.mark.parametrize(
    "name", ["binary_cross_entropy_with_logits", "multilabel_soft_margin_loss"]
)
@pytest.mark.parametrize("dtype", ["int64", "bool", "int32"])
def test_logits_with_integer_targets(name, dtype):
    def loss(lib):
        t = lib.tensor([[1, 0]]).to(getattr(lib, dtype))
        return getattr(lib.nn.functional, name)(lib.zeros(1, 2), t)

    ours, theirs = given_or_refused(loss, te), given_or_refused(loss, torch)
    assert (ours == "refused") == (theirs == "refused")
    assert ours == "refused" or ours[1] == pytest.approx(theirs[1])


def test_functions_at_the_top_level_take_their_arguments_in_an_order_of_their_own():
    def embedded(lib):
        w = lib.arange(6.0).reshape(3, 2).requires_grad_()
        found = lib.embedding(w, lib.tensor([2, 0, 2]), 0)
        found.sum().backward()
        return found.tolist(), w.grad.tolist(), lib.embedding(w, lib.tensor([2]), -1).tolist()

    def normalised(lib):
        x, w, b, mean, var = (
            lib.arange(6.0).reshape(3, 2),
            *(lib.tensor([n, n + 1.0]) for n in (1.0, 3.0, 5.0, 7.0)),
        )
        found = [
            lib.batch_norm(x, w, b, mean, var, train, 0.5, 1e-3, False) for train in (False, True)
        ]
        return [y.tolist() for y in (*found, mean, var)]

    assert embedded(te) == embedded(torch)
    for ours, theirs in zip(normalised(te), normalised(torch), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_the_common_shape_is_a_size():
    for shapes in ([(3, 1), (2,)], [3, (2, 1)], []):
        ours, theirs = te.broadcast_shapes(*shapes), torch.broadcast_shapes(*shapes)
        assert isinstance(ours, te.Size) and tuple(ours) == tuple(theirs)


def test_images_of_which_nothing_moves_are_copied():
    for f in (
        lambda t, x: t.nn.functional.pixel_shuffle(x, 1),
        lambda t, x: t.nn.functional.channel_shuffle(x, 1),
        lambda t, x: t.nn.functional.unfold(x, 1),
    ):
        for lib in (torch, te):
            x = lib.ones(1, 4, 2, 2)
            f(lib, x).add_(1)
            assert x.sum().item() == 16


@pytest.mark.parametrize(
    "name",
    [
        "lt",
        "le",
        "gt",
        "ge",
        "sort",
        "argsort",
        "msort",
        "max",
        "min",
        "amax",
        "amin",
        "topk",
        "argmax",
        "argmin",
    ],
)
def test_complex_numbers_have_no_order(name):
    for lib in (torch, te):
        x = lib.tensor([1 + 2j, 0j])
        more = (x,) if name in ("lt", "le", "gt", "ge") else (1,) if name == "topk" else ()
        with pytest.raises(RuntimeError):
            getattr(lib, name)(x, *more)
        if name in ("max", "min"):
            with pytest.raises(RuntimeError):
                getattr(lib, name)(x, 0)
