"""Probability distributions, by PyTorch's names: sampling, log-probabilities, entropies and divergences."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ..missing import also_at as _also_at, no_such_name as _no_such_name
from . import (
    classes as _classes,
    constraint_registry as constraint_registry,
    constraints as constraints,
    continuous as _continuous,
    continuous_bernoulli as continuous_bernoulli,
    discrete as _discrete,
    distribution as distribution,
    gamma as gamma,
    kl as kl,
    mixture as _mixture,
    multivariate as _multivariate,
    positive as _positive,
    relaxed as _relaxed,
    transformed as _transformed,
    transforms as transforms,
    utils as utils,
)
from .classes import *
from .constraint_registry import biject_to as biject_to, transform_to as transform_to
from .continuous import *
from .continuous_bernoulli import *
from .discrete import *
from .distribution import *
from .gamma import *
from .kl import *
from .mixture import *
from .multivariate import *
from .positive import *
from .relaxed import (
    OneHotCategoricalStraightThrough as OneHotCategoricalStraightThrough,
    RelaxedBernoulli as RelaxedBernoulli,
    RelaxedOneHotCategorical as RelaxedOneHotCategorical,
)
from .transformed import *
from .transforms import *

# PyTorch has a module for each distribution; one here is for a family
_also_at(
    __name__,
    {
        _classes: "categorical multinomial",
        _continuous: "cauchy exponential gumbel laplace normal uniform",
        _discrete: "bernoulli binomial geometric negative_binomial poisson",
        distribution: "exp_family independent",
        gamma: "beta chi2 dirichlet fishersnedecor studentT",
        _mixture: "mixture_same_family",
        _multivariate: "lowrank_multivariate_normal multivariate_normal",
        _relaxed: "one_hot_categorical relaxed_bernoulli relaxed_categorical",
        _positive: "half_cauchy half_normal inverse_gamma log_normal pareto weibull",
        _transformed: "kumaraswamy logistic_normal transformed_distribution",
    },
)

if not _TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise _no_such_name(__name__, name, list(globals()))
