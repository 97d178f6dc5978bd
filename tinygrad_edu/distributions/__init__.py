"""Probability distributions, by PyTorch's names: sampling, log-probabilities, entropies and divergences."""

from . import constraints as constraints
from .continuous import *
from .discrete import *
from .distribution import *
from .gamma import *
from .kl import *
from .multivariate import *
