"""`distributions`: densities, moments, entropies and divergences are PyTorch's, gradients too; samples follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
STREAM = np.random.default_rng(5)
REAL = STREAM.standard_normal(3)
POSITIVE = STREAM.random(3) * 2 + 0.5
UNIT = STREAM.random(3) * 0.8 + 0.1
PROBS = STREAM.random((2, 4)) + 0.1
COVARIANCE = (lambda a: a @ a.T + 3 * np.eye(3))(STREAM.standard_normal((3, 3)))
TALL = np.linalg.cholesky(COVARIANCE)

# name: (the distribution, its parameters, a value)
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], Any]] = {
    "Normal": (lambda d, a, b: d.Normal(a, b), (REAL, POSITIVE), REAL + 0.3),
    "LogNormal": (lambda d, a, b: d.LogNormal(a, b), (REAL, POSITIVE), POSITIVE),
    "Laplace": (lambda d, a, b: d.Laplace(a, b), (REAL, POSITIVE), REAL + 0.3),
    "Cauchy": (lambda d, a, b: d.Cauchy(a, b), (REAL, POSITIVE), REAL + 0.3),
    "Gumbel": (lambda d, a, b: d.Gumbel(a, b), (REAL, POSITIVE), REAL + 0.3),
    "HalfNormal": (lambda d, b: d.HalfNormal(b), (POSITIVE,), POSITIVE),
    "Exponential": (lambda d, b: d.Exponential(b), (POSITIVE,), POSITIVE),
    "Uniform": (lambda d, a, b: d.Uniform(a, a + b), (REAL, POSITIVE), REAL + 0.1),
    "Gamma": (lambda d, a, b: d.Gamma(a, b), (POSITIVE, POSITIVE[::-1].copy()), POSITIVE),
    "Chi2": (lambda d, a: d.Chi2(a), (POSITIVE,), POSITIVE),
    "Beta": (lambda d, a, b: d.Beta(a, b), (POSITIVE, POSITIVE[::-1].copy()), UNIT),
    "Dirichlet": (lambda d, a: d.Dirichlet(a), (PROBS,), PROBS / PROBS.sum(1, keepdims=True)),
    "StudentT": (
        lambda d, n, a, b: d.StudentT(n + 2, a, b),
        (POSITIVE, REAL, POSITIVE),
        REAL + 0.3,
    ),
    "Bernoulli": (lambda d, p: d.Bernoulli(p), (UNIT,), np.array([0.0, 1.0, 1.0])),
    "Bernoulli logits": (
        lambda d, x: d.Bernoulli(logits=x),
        (REAL,),
        np.array([0.0, 1.0, 1.0]),
    ),
    "Geometric": (lambda d, p: d.Geometric(p), (UNIT,), np.array([0.0, 2.0, 5.0])),
    "Binomial": (lambda d, p: d.Binomial(5, p), (UNIT,), np.array([0.0, 2.0, 5.0])),
    "Binomial logits": (lambda d, x: d.Binomial(5, logits=x), (REAL,), np.array([0.0, 2.0, 5.0])),
    "Poisson": (lambda d, r: d.Poisson(r), (POSITIVE,), np.array([0.0, 2.0, 5.0])),
    "Categorical": (lambda d, p: d.Categorical(p), (PROBS,), np.array([0, 3])),
    "Categorical logits": (lambda d, x: d.Categorical(logits=x), (PROBS,), np.array([0, 3])),
    "Categorical broadcast": (lambda d, p: d.Categorical(p), (PROBS,), np.array([[0], [3], [2]])),
    "OneHotCategorical": (lambda d, p: d.OneHotCategorical(p), (PROBS,), np.eye(4)[[1, 2]]),
    "Multinomial": (
        lambda d, p: d.Multinomial(5, p),
        (PROBS,),
        np.array([[1.0, 2, 0, 2], [5, 0, 0, 0]]),
    ),
    "MultivariateNormal": (
        lambda d, a, c: d.MultivariateNormal(a, c),
        (REAL, COVARIANCE),
        REAL + 0.3,
    ),
    "MultivariateNormal precision": (
        lambda d, a, c: d.MultivariateNormal(a, precision_matrix=c),
        (REAL, COVARIANCE),
        REAL + 0.3,
    ),
    "MultivariateNormal scale": (
        lambda d, a, c: d.MultivariateNormal(a, scale_tril=c.tril()),
        (REAL, TALL),
        STREAM.standard_normal((2, 3)),
    ),
    "LowRankMultivariateNormal": (
        lambda d, a, w, c: d.LowRankMultivariateNormal(a, w, c),
        (REAL, STREAM.standard_normal((3, 2)), POSITIVE),
        STREAM.standard_normal((2, 3)),
    ),
    "FisherSnedecor": (
        lambda d, a, b: d.FisherSnedecor(a + 4, b + 9),
        (POSITIVE, POSITIVE[::-1].copy()),
        POSITIVE,
    ),
    "ContinuousBernoulli": (lambda d, p: d.ContinuousBernoulli(p), (UNIT,), UNIT[::-1].copy()),
    "ContinuousBernoulli near 1/2": (
        lambda d, p: d.ContinuousBernoulli(p),
        (np.array([0.4995, 0.5, 0.52]),),
        UNIT,
    ),
    "NegativeBinomial": (
        lambda d, p: d.NegativeBinomial(5, p),
        (UNIT,),
        np.array([0.0, 2.0, 5.0]),
    ),
    "NegativeBinomial logits": (
        lambda d, n, x: d.NegativeBinomial(n, logits=x),
        (POSITIVE, REAL),
        np.array([0.0, 2.0, 5.0]),
    ),
    "HalfCauchy": (lambda d, b: d.HalfCauchy(b), (POSITIVE,), POSITIVE),
    "Weibull": (lambda d, a, b: d.Weibull(a, b + 1), (POSITIVE, POSITIVE[::-1].copy()), POSITIVE),
    "Pareto": (lambda d, a, b: d.Pareto(a, b + 4), (POSITIVE, POSITIVE[::-1].copy()), POSITIVE + 2),
    "Kumaraswamy": (lambda d, a, b: d.Kumaraswamy(a, b), (POSITIVE, POSITIVE[::-1].copy()), UNIT),
    "InverseGamma": (
        lambda d, a, b: d.InverseGamma(a + 6, b),
        (POSITIVE, POSITIVE[::-1].copy()),
        POSITIVE,
    ),
    "LogisticNormal": (
        lambda d, a, b: d.LogisticNormal(a, b),
        (REAL, POSITIVE),
        np.array([[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1]]),
    ),
    "RelaxedBernoulli": (
        lambda d, t, p: d.RelaxedBernoulli(t, p),
        (np.array(0.7), UNIT),
        UNIT[::-1].copy(),
    ),
    "RelaxedOneHotCategorical": (
        lambda d, t, x: d.RelaxedOneHotCategorical(t, logits=x),
        (np.array(0.7), PROBS),
        PROBS / PROBS.sum(1, keepdims=True),
    ),
    "OneHotCategoricalStraightThrough": (
        lambda d, p: d.OneHotCategoricalStraightThrough(p),
        (PROBS,),
        np.eye(4)[[1, 2]],
    ),
    "TransformedDistribution": (
        lambda d, a, b, w: d.TransformedDistribution(
            d.Normal(a, b),
            [
                d.AffineTransform(1.0, -2.0),
                d.SigmoidTransform(),
                d.PowerTransform(w),
                d.TanhTransform().inv,
                d.SoftplusTransform(),
            ],
        ),
        (REAL, POSITIVE, POSITIVE[::-1].copy()),
        POSITIVE + 0.8,
    ),
    "TransformedDistribution of vectors": (
        lambda d, a, b, c: d.TransformedDistribution(
            d.Independent(d.Normal(a.expand(2, 3), b), 1),
            [
                d.AffineTransform(c, 2.0, event_dim=1),
                d.StickBreakingTransform(),
                d.ReshapeTransform((4,), (2, 2)),
                d.IndependentTransform(d.ExpTransform(), 2),
            ],
        ),
        (REAL, POSITIVE, REAL),
        np.exp((PROBS / PROBS.sum(1, keepdims=True)).reshape(2, 2, 2)),
    ),
    "Independent": (
        lambda d, a, b: d.Independent(d.Normal(a, b), 1),
        (REAL, POSITIVE),
        REAL + 0.3,
    ),
}


def facts(t: Any, name: str) -> dict[str, Any]:
    """All that can be computed of a distribution, and the gradients for its parameters."""
    make, arrays, value = CASES[name]
    given = [t.tensor(a, requires_grad=True) for a in arrays]
    d, found = make(t.distributions, *given), {}
    value = t.tensor(value)
    for fact, compute in {
        "log_prob": lambda: d.log_prob(value),
        "entropy": d.entropy,
        "cdf": lambda: d.cdf(value),
        "icdf": lambda: d.icdf(t.tensor(UNIT)),
        **{n: lambda n=n: getattr(d, n) for n in ("mean", "variance", "stddev", "mode")},
        "enumerate_support": d.enumerate_support,
        "perplexity": d.perplexity,
    }.items():
        try:
            out = compute()
        except NotImplementedError:
            continue
        found[fact] = out.detach().numpy()
        has_derivative = fact != "cdf" or name not in ("Gamma", "Chi2", "InverseGamma")
        if out.requires_grad and has_derivative and np.isfinite(found[fact]).all():
            gradients = t.autograd.grad(out.sum(), given, allow_unused=True, retain_graph=True)
            found[f"gradients of {fact}"] = [
                np.zeros_like(a) if g is None else g.numpy() for a, g in zip(arrays, gradients)
            ]
    found["shapes"] = [
        tuple(d.batch_shape),
        tuple(d.event_shape),
        tuple(d.sample((2, 3)).shape),
        tuple(d.expand((4, *d.batch_shape)).sample().shape),
    ]
    found["text"] = repr(d).replace("tinygrad_edu", "torch")
    found["has_rsample"] = d.has_rsample
    return found


@pytest.mark.parametrize("name", CASES)
def test_facts(name: str) -> None:
    ours, theirs = facts(te, name), facts(torch, name)
    missing = theirs.keys() - ours.keys()
    if name == "Kumaraswamy":  # PyTorch's mode takes the logarithm of a negative number: nan
        del theirs["mode"]
    assert not missing - {"cdf"} if name in ("Gamma", "Chi2", "InverseGamma") else not missing
    for fact in theirs.keys() - missing:
        if fact in ("shapes", "has_rsample"):
            assert ours[fact] == theirs[fact]
        elif fact != "text":
            pairs = (
                zip(ours[fact], theirs[fact]) if "grad" in fact else [(ours[fact], theirs[fact])]
            )
            for a, b in pairs:
                np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-9, err_msg=fact)


def moments(t: Any, name: str) -> tuple[Any, Any]:
    """Mean and standard deviation, of many samples where there is no formula."""
    make, arrays, _ = CASES[name]
    d = make(t.distributions, *(t.tensor(a) for a in arrays))
    try:
        return d.mean.numpy(), d.stddev.numpy()
    except NotImplementedError:
        drawn = d.sample((20_000,)).numpy()
        return drawn.mean(0), drawn.std(0)


@pytest.mark.parametrize("name", [n for n in CASES if not n.endswith("Cauchy")])
def test_samples_follow_the_distribution(name: str) -> None:
    te.manual_seed(1)
    torch.manual_seed(1)
    make, arrays, _ = CASES[name]
    d = make(te.distributions, *(te.tensor(a) for a in arrays))
    drawn = d.sample((20_000,)).numpy().astype(float)
    mean, deviation = moments(torch, name)
    if np.isfinite(mean).all():
        assert np.abs((drawn.mean(0) - mean) / deviation).max() < 0.05
        assert np.abs(drawn.std(0) / deviation - 1).max() < 0.25
    else:  # classes
        shares = np.stack([(drawn == k).mean(0) for k in range(4)], -1)
        assert np.abs(shares - d.probs.numpy()).max() < 0.02


@pytest.mark.parametrize("name", [n for n in CASES if facts(te, n)["has_rsample"]])
def test_samples_carry_gradients(name: str) -> None:
    make, arrays, _ = CASES[name]
    given = [te.tensor(a, requires_grad=True) for a in arrays]
    drawn = make(te.distributions, *given).rsample((5,))
    assert drawn.requires_grad and not make(te.distributions, *given).sample().requires_grad
    assert all(g is not None for g in te.autograd.grad(drawn.sum(), given))


def test_gamma_samples_move_with_the_concentration_as_in_pytorch() -> None:
    from tinygrad_edu.distributions.gamma import StandardGamma

    te.manual_seed(0)
    a = te.tensor(np.geomspace(0.05, 200, 400), requires_grad=True)
    drawn = StandardGamma.apply(a)
    (ours,) = te.autograd.grad(drawn.sum(), a)
    theirs = torch._standard_gamma_grad(
        torch.tensor(a.detach().numpy()), torch.tensor(drawn.detach().numpy())
    )
    usual = drawn.detach().numpy() > 1e-30
    np.testing.assert_allclose(ours.numpy()[usual], theirs.numpy()[usual], rtol=2e-3)
    with pytest.raises(RuntimeError):
        (g,) = te.autograd.grad(StandardGamma.apply(a).sum(), a, create_graph=True)
        te.autograd.grad(g.sum(), a)


@pytest.mark.parametrize("name", CASES)
def test_divergences(name: str) -> None:
    make, arrays, _ = CASES[name]
    found: list[Any] = []
    for t in (te, torch):
        p = [t.tensor(a, requires_grad=True) for a in arrays]
        q = [
            t.tensor(a if a.ndim > 1 and a.shape[0] == a.shape[1] else np.flip(a).copy())
            for a in arrays
        ]
        if name == "Uniform":
            q = [q[0].detach() * 0 - 5, q[1].detach() * 0 + 20]
        d = t.distributions
        try:
            out = d.kl_divergence(make(d, *p), make(d, *q))
        except NotImplementedError:
            found.append([])
            continue
        gradients = t.autograd.grad(out.sum(), p, allow_unused=True)
        found.append([out.detach().numpy(), *(0 if g is None else g.numpy() for g in gradients)])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9)


WRONG: dict[str, Callable[[Any], Any]] = {
    "negative scale": lambda t: t.distributions.Normal(0.0, t.tensor(-1.0)),
    "probability above 1": lambda t: t.distributions.Bernoulli(t.tensor([1.5])),
    "both": lambda t: t.distributions.Bernoulli(t.tensor([0.5]), t.tensor([0.5])),
    "neither": lambda t: t.distributions.Categorical(),
    "scalar probabilities": lambda t: t.distributions.Categorical(t.tensor(0.5)),
    "negative probabilities": lambda t: t.distributions.Categorical(t.tensor([-0.5, 1.5])),
    "value outside": lambda t: t.distributions.Exponential(1.0).log_prob(t.tensor(-1.0)),
    "class outside": lambda t: t.distributions.Categorical(t.ones(3)).log_prob(t.tensor(3)),
    "value of another shape": lambda t: t.distributions.Normal(t.zeros(3), 1.0).log_prob(t.ones(2)),
    "empty interval": lambda t: t.distributions.Uniform(1.0, 0.0),
    "nothing checked": lambda t: t.distributions.Normal(0.0, -1.0, validate_args=False).mean.item(),
    "no formula": lambda t: t.distributions.kl_divergence(
        t.distributions.Cauchy(0.0, 1.0), t.distributions.Poisson(1.0)
    ),
    "two matrices": lambda t: t.distributions.MultivariateNormal(t.zeros(2), t.eye(2), t.eye(2)),
    "not positive-definite": lambda t: t.distributions.MultivariateNormal(t.zeros(2), -t.eye(2)),
    "discrete rsample": lambda t: t.distributions.Categorical(t.ones(3)).rsample(),
    "too many dimensions": lambda t: t.distributions.Independent(
        t.distributions.Normal(0.0, 1.0), 1
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_complaints(name: str) -> None:
    assert complaint(WRONG[name], te) == complaint(WRONG[name], torch)


def complaint(run: Callable[[Any], Any], t: Any) -> Any:
    try:
        return run(t)
    except Exception as error:
        return type(error)
