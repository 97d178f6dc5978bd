"""Probability distributions, by PyTorch's names: sampling, log-probabilities, entropies and divergences."""

import sys as _sys

from . import (
    classes as categorical,
    constraints as constraints,
    continuous as normal,
    discrete as bernoulli,
    distribution as distribution,
    gamma as gamma,
    kl as kl,
    mixture as mixture_same_family,
    multivariate as multivariate_normal,
)
from .classes import *
from .continuous import *
from .discrete import *
from .distribution import *
from .gamma import *
from .kl import *
from .mixture import *
from .multivariate import *

# PyTorch's paths: it has a module for each distribution, one here is for a family
multinomial = one_hot_categorical = categorical
cauchy = exponential = gumbel = half_normal = laplace = log_normal = uniform = normal
binomial = geometric = poisson = bernoulli
beta = chi2 = dirichlet = studentT = gamma
independent = distribution
for _path, _module in list(globals().items()):
    if isinstance(_module, type(_sys)) and _module.__name__.startswith(f"{__name__}."):
        _sys.modules[f"{__name__}.{_path}"] = _module
