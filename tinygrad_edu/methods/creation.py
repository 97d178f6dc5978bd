"""Methods that make new tensors, and that fill with random numbers."""

from ..creation import data, filled, sampling


class Creation:
    """The functions of `creation` that are methods too."""

    __slots__ = ()

    new_empty = filled.new_empty
    new_full = filled.new_full
    new_ones = filled.new_ones
    new_tensor = data.new_tensor
    new_zeros = filled.new_zeros
    bernoulli = sampling.bernoulli
    bernoulli_ = sampling.bernoulli_
    cauchy_ = sampling.cauchy_
    exponential_ = sampling.exponential_
    geometric_ = sampling.geometric_
    log_normal_ = sampling.log_normal_
    multinomial = sampling.multinomial
    normal_ = sampling.normal_
    random_ = sampling.random_
    uniform_ = sampling.uniform_
