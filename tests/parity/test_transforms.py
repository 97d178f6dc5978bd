"""`distributions.transforms` and constraints: values, volumes and gradients are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
STREAM = np.random.default_rng(7)
X = STREAM.standard_normal((2, 3, 4))
POSITIVE = STREAM.random((2, 3, 4)) + 0.5
SQUARE = STREAM.standard_normal((2, 3, 3))

# name: (the transform, what it is applied to)
TRANSFORMS: dict[str, tuple[Callable[[Any, Any], Any], np.ndarray]] = {
    "Exp": (lambda t, d: d.ExpTransform(), X),
    "Sigmoid": (lambda t, d: d.SigmoidTransform(), X),
    "Sigmoid saturated": (lambda t, d: d.SigmoidTransform(), -np.abs(X) * 50),
    "Tanh": (lambda t, d: d.TanhTransform(), X),
    "Softplus": (lambda t, d: d.SoftplusTransform(), X),
    "Abs": (lambda t, d: d.AbsTransform(), X),
    "Power": (lambda t, d: d.PowerTransform(t.tensor([2.0, -1.0, 0.5, 3.0])), POSITIVE),
    "Power of a number": (lambda t, d: d.PowerTransform(-2.0), POSITIVE),
    "Affine": (lambda t, d: d.AffineTransform(1.0, -2.0), X),
    "Affine of vectors": (
        lambda t, d: d.AffineTransform(t.zeros(4), t.arange(1.0, 5.0), event_dim=1),
        X,
    ),
    "Softmax": (lambda t, d: d.SoftmaxTransform(), X),
    "StickBreaking": (lambda t, d: d.StickBreakingTransform(), X),
    "LowerCholesky": (lambda t, d: d.LowerCholeskyTransform(), SQUARE),
    "PositiveDefinite": (lambda t, d: d.PositiveDefiniteTransform(), SQUARE),
    "Reshape": (lambda t, d: d.ReshapeTransform((3, 4), (12,)), X),
    "Independent": (lambda t, d: d.IndependentTransform(d.SigmoidTransform(), 2), X),
    "Inverse": (lambda t, d: d.ExpTransform().inv, POSITIVE),
    "Cumulative": (
        lambda t, d: d.CumulativeDistributionTransform(d.Normal(t.tensor(0.5), t.tensor(2.0))),
        X,
    ),
    "Compose": (
        lambda t, d: d.ComposeTransform(
            [d.AffineTransform(0.5, 2.0), d.StickBreakingTransform(), d.ExpTransform()]
        ),
        X,
    ),
    "Compose inverse": (
        lambda t, d: d.ComposeTransform([d.ExpTransform(), d.AffineTransform(-1.0, 2.0)]).inv,
        POSITIVE,
    ),
    "identity": (lambda t, d: d.identity_transform, X),
    "Cat": (
        lambda t, d: d.CatTransform([d.ExpTransform(), d.TanhTransform()], 1, [1, 2]),
        X,
    ),
    "Cat over events": (
        lambda t, d: d.CatTransform(
            [d.AffineTransform(0.0, 2.0, event_dim=1), d.ExpTransform()], -1, [1, 3]
        ),
        X,
    ),
    "Stack": (
        lambda t, d: d.StackTransform([d.ExpTransform(), d.SigmoidTransform()], 0),
        X,
    ),
}


def found(compute: Callable[[], Any]) -> Any:
    """A result, or the type of the error."""
    try:
        return compute()
    except Exception as error:
        return type(error)


def facts(t: Any, name: str) -> dict[str, Any]:
    make, numbers = TRANSFORMS[name]
    transform, x = make(t, t.distributions), t.tensor(numbers, requires_grad=True)
    y = transform(x)
    change = found(lambda: transform.log_abs_det_jacobian(x, y))
    return {
        "call": y.detach().numpy(),
        "gradient": t.autograd.grad((y * y).sum(), x)[0].numpy(),
        "inverse": found(lambda: transform.inv(y).detach().numpy()),
        "change": change if isinstance(change, type) else change.detach().numpy(),
        "sign": found(lambda: np.asarray(transform.sign)),
        "shapes": found(
            lambda: (
                tuple(transform.forward_shape((5, *numbers.shape))),
                tuple(transform.inverse_shape((5, *y.shape))),
            )
        ),
        "allowed": found(lambda: transform.codomain.check(y).numpy()),
        "dims": found(lambda: (transform.domain.event_dim, transform.codomain.event_dim)),
        "bijective": transform.bijective,
    }


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name: str) -> None:
    ours, theirs = facts(te, name), facts(torch, name)
    for fact, expected in theirs.items():
        if isinstance(expected, np.ndarray):
            np.testing.assert_allclose(ours[fact], expected, rtol=1e-8, atol=1e-9, err_msg=fact)
        else:
            assert ours[fact] == expected, fact


def test_gradients_of_the_volume_reach_parameters() -> None:
    grads = []
    for t in (te, torch):
        d, scale = t.distributions, t.tensor([0.5, -2.0], requires_grad=True, dtype=t.float64)
        transform = d.ComposeTransform([d.AffineTransform(0.0, scale), d.TanhTransform()])
        x = t.tensor([[0.3, -0.2]], dtype=t.float64)
        grads.append(
            t.autograd.grad(transform.log_abs_det_jacobian(x, transform(x)).sum(), scale)[0]
        )
    np.testing.assert_allclose(grads[0].numpy(), grads[1].numpy())


@pytest.mark.parametrize("t", [te, torch])
def test_a_cache_gives_back_the_very_tensors(t: Any) -> None:
    d = t.distributions
    x = t.tensor([30.0])  # tanh gives 1, of which the inverse is inf
    plain, cached = d.TanhTransform(), d.TanhTransform(cache_size=1)
    assert not plain.inv(plain(x)).isfinite().all()
    assert cached.inv(cached(x)) is x and cached(x) is cached(x)
    both = d.ComposeTransform([d.TanhTransform(), d.AffineTransform(0, 2)]).with_cache()
    assert both.inv(both(x)) is x
    y = plain.with_cache(1).inv
    assert y(x) is y(x) and y.inv(y(x)) is x
    with pytest.raises(ValueError, match="cache_size"):
        d.ExpTransform(cache_size=2)


def test_a_cache_holds_no_cycle() -> None:
    import gc
    import weakref

    gc.disable()
    try:
        transform = te.distributions.ExpTransform(cache_size=1)
        transform.inv(transform(te.ones(2)))
        gone = weakref.ref(transform)
        del transform
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("t", [te, torch])
def test_equal_transforms(t: Any) -> None:
    d = t.distributions
    assert d.ExpTransform() == d.ExpTransform() != d.TanhTransform()
    assert d.AffineTransform(0.0, t.ones(2)) == d.AffineTransform(0.0, t.ones(2))
    assert d.AffineTransform(0.0, 1.0) != d.AffineTransform(1.0, 1.0) != d.ExpTransform()
    assert d.ExpTransform().inv == d.ExpTransform().inv and d.ExpTransform().inv.inv is not None
    assert d.ComposeTransform([d.ExpTransform()]) == d.ComposeTransform([d.ExpTransform()])


CONSTRAINTS: dict[str, Callable[[Any, Any], Any]] = {
    "real": lambda t, c: c.real,
    "positive": lambda t, c: c.positive,
    "nonnegative": lambda t, c: c.nonnegative,
    "greater_than": lambda t, c: c.greater_than(2.0),
    "less_than": lambda t, c: c.less_than(t.tensor([1.0, 2.0, 3.0])),
    "unit_interval": lambda t, c: c.unit_interval,
    "interval": lambda t, c: c.interval(-1.0, 3.0),
    "half_open_interval": lambda t, c: c.half_open_interval(0.0, 3.0),
    "simplex": lambda t, c: c.simplex,
    "lower_cholesky": lambda t, c: c.lower_cholesky,
    "positive_definite": lambda t, c: c.positive_definite,
    "independent": lambda t, c: c.independent(c.positive, 1),
    "cat": lambda t, c: c.cat([c.real, c.positive], 1, [1, 2]),
    "stack": lambda t, c: c.stack([c.real, c.positive, c.unit_interval], 2),
    "one_hot": lambda t, c: c.one_hot,
    "boolean": lambda t, c: c.boolean,
    "lower_triangular": lambda t, c: c.lower_triangular,
    "symmetric": lambda t, c: c.symmetric,
    "square": lambda t, c: c.square,
    "positive_semidefinite": lambda t, c: c.positive_semidefinite,
    "multinomial": lambda t, c: c.multinomial(3),
    "integer_interval": lambda t, c: c.integer_interval(0, 2),
    "positive_integer": lambda t, c: c.positive_integer,
}
VALUES = [
    STREAM.standard_normal((2, 3, 3)),
    np.abs(STREAM.standard_normal((2, 3, 3))),
    np.eye(3)[None],
    np.tril(np.ones((1, 3, 3))),
    np.full((1, 3, 3), 1 / 3),
    np.diag([1.0, 0.0, 2.0])[None],
    np.array([[[0.0, 1, 2], [3, 0, 0], [1, 1, 2]]]),
]


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraints(name: str) -> None:
    ours, theirs = (CONSTRAINTS[name](t, t.distributions.constraints) for t in (te, torch))
    assert (ours.event_dim, ours.is_discrete) == (theirs.event_dim, theirs.is_discrete)
    for x in VALUES:
        a, b = ours.check(te.tensor(x)).numpy(), theirs.check(torch.tensor(x)).numpy()
        assert a.shape == b.shape and (a == b).all()


@pytest.mark.parametrize("registry", ["biject_to", "transform_to"])
@pytest.mark.parametrize("name", CONSTRAINTS)
def test_registries(registry: str, name: str) -> None:
    def results(t: Any) -> list[Any]:
        constraint = CONSTRAINTS[name](t, t.distributions.constraints)
        transform = getattr(t.distributions, registry)(constraint)
        x = t.tensor(VALUES[0])
        y = transform(x)
        assert constraint.check(y).all() and transform.inv(y).shape == x.shape
        change = found(lambda: transform.log_abs_det_jacobian(x, y).numpy())
        return [y.numpy(), 0 if isinstance(change, type) else change]

    ours, theirs = found(lambda: results(te)), found(lambda: results(torch))
    if isinstance(theirs, type):
        assert ours is theirs is NotImplementedError
    else:
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("t", [te, torch])
def test_constraints_of_ones_own_can_be_registered(t: Any) -> None:
    d = t.distributions

    class Even(d.constraints.Constraint):  # type: ignore[misc, name-defined, unused-ignore]
        def check(self, value: Any) -> Any:
            return value % 2 == 0

    @d.transform_to.register(Even)
    def _(constraint: Any) -> Any:
        return d.AffineTransform(0.0, 2.0)

    assert d.transform_to(Even())(t.tensor(3.0)).item() == 6
    with pytest.raises(NotImplementedError):
        d.biject_to(Even())
    with pytest.raises(TypeError):
        d.biject_to.register(int, lambda c: d.ExpTransform())
    assert d.constraints.is_dependent(d.constraints.dependent)
    assert not d.constraints.is_dependent(d.constraints.real)


WRONG: dict[str, Callable[[Any, Any], Any]] = {
    "not transforms": lambda t, d: d.TransformedDistribution(d.Normal(0.0, 1.0), [1]),
    "too few dimensions": lambda t, d: d.TransformedDistribution(
        d.Normal(t.tensor(0.0), 1.0), d.StickBreakingTransform()
    ),
    "another shape": lambda t, d: d.ReshapeTransform((2,), (3,)),
    "an input too small": lambda t, d: d.ReshapeTransform((2, 2), (4,)).forward_shape((2,)),
    "an input of another shape": lambda t, d: d.ReshapeTransform((2,), (2,))(t.ones(3)),
    "lengths": lambda t, d: d.CatTransform([d.ExpTransform()], 0, [1, 2]),
    "parts": lambda t, d: d.CatTransform([d.ExpTransform()], 0, [2])(t.ones(3)),
    "no sign": lambda t, d: d.TransformedDistribution(
        d.Normal(0.0, 1.0), d.AbsTransform()
    ).cdf(t.tensor(1.0)),
    "events of two sizes": lambda t, d: d.LowerCholeskyTransform().event_dim,
    "outside": lambda t, d: d.LogNormal(0.0, 1.0).log_prob(t.tensor(-1.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_complaints(name: str) -> None:
    ours, theirs = (found(lambda t=t: WRONG[name](t, t.distributions)) for t in (te, torch))
    assert ours == theirs
