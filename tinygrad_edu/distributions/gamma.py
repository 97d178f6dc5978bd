"""The gamma distribution and those made of it: chi-squared, beta, Dirichlet, Student's t, F."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..function import Function, once_differentiable
from ..functional import digamma, lgamma, log, log1p, stack, where, xlogy
from ..nn.functional import one_hot
from ..primitive import wrap
from ..random import default_generator
from ..tensor import Tensor
from . import constraints
from .constraints import Constraint
from .distribution import Distribution, parameters, standard, tiny

__all__ = ["Beta", "Chi2", "Dirichlet", "FisherSnedecor", "Gamma", "StudentT"]


class StandardGamma(Function):
    """A gamma value of rate 1, with the gradient for its concentration.

    The sample moves so that its place in its distribution stays: -(dF/da) / density, F the distribution
    function, whose derivative is taken by central differences.  It can be differentiated once.
    Source: Figurnov et al. 2018, "Implicit reparameterization gradients".
    """

    @staticmethod
    def forward(ctx: Any, concentration: Tensor) -> Tensor:
        """Draw."""
        a = concentration.array
        drawn = default_generator.numpy.standard_gamma(a.astype(np.float64))
        sample = wrap(np.maximum(np.asarray(drawn).astype(a.dtype), tiny(concentration)))
        ctx.save_for_backward(concentration, sample)
        return sample

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Tensor) -> Tensor:
        """g -(dF/da) / density"""
        from scipy.special import gammainc, gammaln

        concentration, sample = ctx.saved_tensors
        a, x = concentration.array.astype(np.float64), sample.array.astype(np.float64)
        step = 1e-4 * np.maximum(a, 1e-2)
        rise = (gammainc(a + step, x) - gammainc(a - step, x)) / (2 * step)
        density = np.exp((a - 1) * np.log(x) - x - gammaln(a))
        return g * wrap((-rise / density).astype(g.array.dtype))


class Gamma(Distribution):
    """The gamma distribution of a concentration and a rate.

    Samples have gradients, for the concentration of first order only.

    >>> te.distributions.Gamma(2.0, 4.0).mean
    tensor(0.5000)
    """

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = parameters(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """Numbers from 0 on."""
        return constraints.nonnegative

    @property
    def mean(self) -> Tensor:
        """a / rate"""
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        """(a - 1) / rate, at least 0"""
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Tensor:
        """a / rate^2"""
        return self.concentration / self.rate**2

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """(a value of rate 1) / rate"""
        shape = self._extended_shape(sample_shape)
        drawn = StandardGamma.apply(self.concentration.expand(shape))
        value: Tensor = drawn / self.rate.expand(shape)
        return value

    def log_prob(self, value: Tensor) -> Tensor:
        """a log(rate) + (a - 1) log x - rate x - log Gamma(a)"""
        value, a, rate = self._checked(value), self.concentration, self.rate
        return xlogy(a, rate) + xlogy(a - 1, value) - rate * value - lgamma(a)

    def entropy(self) -> Tensor:
        """a - log(rate) + log Gamma(a) + (1 - a) digamma(a)"""
        a = self.concentration
        return a - log(self.rate) + lgamma(a) + (1 - a) * digamma(a)


class Chi2(Gamma):
    """The sum of the squares of `df` standard normal values.

    >>> te.distributions.Chi2(3.0).mean
    tensor(3.)
    """

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        (self.df,) = parameters(df)
        super().__init__(0.5 * self.df, 0.5, validate_args)


class Dirichlet(Distribution):
    """Probabilities that sum to 1, of a concentration for each.

    Samples have gradients of first order.

    >>> te.distributions.Dirichlet(te.tensor([1.0, 3.0])).mean
    tensor([0.2500, 0.7500])
    """

    arg_constraints = {"concentration": constraints.positive_vector}
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    @property
    def support(self) -> Constraint:
        """Vectors that sum to 1."""
        return constraints.simplex

    @property
    def mean(self) -> Tensor:
        """a / sum a"""
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def mode(self) -> Tensor:
        """(a - 1) / sum (a - 1), at least 0; a corner where all a are below 1"""
        above = (self.concentration - 1).clamp(min=0)
        corner = one_hot(self.concentration.argmax(-1), self.concentration.shape[-1])
        total = above.sum(-1, True)
        inside = above / where(total == 0, 1.0, total)  # whose derivative is not nan in a corner
        return where((self.concentration < 1).all(-1, True), corner.to(above.dtype), inside)

    @property
    def variance(self) -> Tensor:
        """a (s - a) / (s^2 (s + 1)), s the sum of a"""
        a, s = self.concentration, self.concentration.sum(-1, True)
        return a * (s - a) / (s**2 * (s + 1))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Gamma values over their sum"""
        shape = self._extended_shape(sample_shape)
        drawn: Tensor = StandardGamma.apply(self.concentration.expand(shape))
        return drawn / drawn.sum(-1, True)

    def log_prob(self, value: Tensor) -> Tensor:
        """sum (a - 1) log x + log Gamma(sum a) - sum log Gamma(a)"""
        value, a = self._checked(value), self.concentration
        return xlogy(a - 1, value).sum(-1) + lgamma(a.sum(-1)) - lgamma(a).sum(-1)

    def entropy(self) -> Tensor:
        """Source: Bishop, Pattern Recognition and Machine Learning, B.20"""
        a, s = self.concentration, self.concentration.sum(-1)
        k: int = a.shape[-1]
        return lgamma(a).sum(-1) - lgamma(s) - (k - s) * digamma(s) - ((a - 1) * digamma(a)).sum(-1)


class Beta(Distribution):
    """A probability, of concentrations for 1 and for 0. Samples have gradients of first order.

    >>> te.distributions.Beta(1.0, 3.0).mean
    tensor(0.2500)
    """

    arg_constraints = {
        "concentration1": constraints.positive,
        "concentration0": constraints.positive,
    }
    has_rsample = True

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = parameters(concentration1, concentration0)
        self._dirichlet = Dirichlet(stack([self.concentration1, self.concentration0], -1), False)
        super().__init__(self.concentration1.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """From 0 to 1."""
        return constraints.unit_interval

    @property
    def mean(self) -> Tensor:
        """a / (a + b)"""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Tensor:
        """That of the Dirichlet distribution of two"""
        return self._dirichlet.mode.select(-1, 0)

    @property
    def variance(self) -> Tensor:
        """a b / (s^2 (s + 1)), s = a + b"""
        s = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (s**2 * (s + 1))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """The first of two Dirichlet values"""
        return self._dirichlet.rsample(sample_shape).select(-1, 0)

    def log_prob(self, value: Tensor) -> Tensor:
        """(a - 1) log x + (b - 1) log(1 - x) + log Gamma(a + b) - log Gamma(a) - log Gamma(b)"""
        value, a, b = self._checked(value), self.concentration1, self.concentration0
        return xlogy(a - 1, value) + xlogy(b - 1, 1 - value) + lgamma(a + b) - lgamma(a) - lgamma(b)

    def entropy(self) -> Tensor:
        """That of the Dirichlet distribution of two"""
        return self._dirichlet.entropy()


class StudentT(Distribution):
    """loc + scale * (a normal value over the root of a chi-squared one over df).

    >>> te.distributions.StudentT(4.0).variance
    tensor(2.)
    """

    arg_constraints = {
        "df": constraints.positive,
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    has_rsample = True

    def __init__(
        self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None
    ) -> None:
        self.df, self.loc, self.scale = parameters(df, loc, scale)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """All numbers."""
        return constraints.real

    @property
    def mean(self) -> Tensor:
        """loc; nan for df up to 1"""
        return self.loc.masked_fill(self.df <= 1, math.nan)

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """scale^2 df / (df - 2); inf for df up to 2, nan up to 1"""
        found = self.scale**2 * self.df / (self.df - 2)
        return found.masked_fill(self.df <= 2, math.inf).masked_fill(self.df <= 1, math.nan)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """loc + scale * z sqrt(df / chi2)"""
        z = standard("standard_normal", self._extended_shape(sample_shape), self.df)
        chi2 = Chi2(self.df, False).rsample(sample_shape)
        return self.loc + self.scale * z * (self.df / chi2).sqrt()

    def log_prob(self, value: Tensor) -> Tensor:
        """-(df + 1)/2 log(1 + z^2 / df) - log of the normaliser"""
        z, df = (self._checked(value) - self.loc) / self.scale, self.df
        normal = (
            log(self.scale)
            + 0.5 * log(df)
            + 0.5 * math.log(math.pi)
            + lgamma(0.5 * df)
            - lgamma(0.5 * (df + 1))
        )
        return -0.5 * (df + 1) * log1p(z**2 / df) - normal

    def entropy(self) -> Tensor:
        """Source: Lazo and Rathie 1978"""
        df = self.df
        beta = lgamma(0.5 * df) + math.lgamma(0.5) - lgamma(0.5 * (1 + df))
        half = 0.5 * (df + 1)
        return log(self.scale) + half * (digamma(half) - digamma(0.5 * df)) + 0.5 * log(df) + beta


class FisherSnedecor(Distribution):
    """(a chi-squared value over df1) / (another over df2): the F distribution.

    >>> te.distributions.FisherSnedecor(1.0, 4.0).mean
    tensor(2.)
    """

    arg_constraints = {"df1": constraints.positive, "df2": constraints.positive}
    has_rsample = True

    def __init__(self, df1: Any, df2: Any, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = parameters(df1, df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    @property
    def support(self) -> Constraint:
        """Positive numbers."""
        return constraints.positive

    @property
    def mean(self) -> Tensor:
        """df2 / (df2 - 2); nan for df2 up to 2"""
        return (self.df2 / (self.df2 - 2)).masked_fill(self.df2 <= 2, math.nan)

    @property
    def mode(self) -> Tensor:
        """(df1 - 2) df2 / (df1 (df2 + 2)); nan for df1 up to 2"""
        found = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        return found.masked_fill(self.df1 <= 2, math.nan)

    @property
    def variance(self) -> Tensor:
        """2 df2^2 (df1 + df2 - 2) / (df1 (df2 - 2)^2 (df2 - 4)); nan for df2 up to 4"""
        a, b = self.df1, self.df2
        found = 2 * b**2 * (a + b - 2) / (a * (b - 2) ** 2 * (b - 4))
        return found.masked_fill(b <= 4, math.nan)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """The quotient of two gamma values of mean 1"""
        above = Gamma(self.df1 / 2, self.df1 / 2, False).rsample(sample_shape)
        below = Gamma(self.df2 / 2, self.df2 / 2, False).rsample(sample_shape)
        return above / below

    def log_prob(self, value: Tensor) -> Tensor:
        """a log r + (a - 1) log x - (a + b) log(1 + r x) - log B(a, b), a and b half of df1 and df2, r = a / b"""
        value, a, b = self._checked(value), self.df1 / 2, self.df2 / 2
        inside = a * log(a / b) + (a - 1) * log(value) - (a + b) * log1p(a / b * value)
        return inside + lgamma(a + b) - lgamma(a) - lgamma(b)
