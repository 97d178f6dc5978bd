"""Methods that make new tensors, and that fill with random numbers."""

from ..creation import data, filled, sampling, sampling_in_place


class Creation:
    """The functions of `creation` that are methods too."""

    __slots__ = ()

    new = data.new
    new_empty = filled.new_empty
    new_full = filled.new_full
    new_ones = filled.new_ones
    new_tensor = data.new_tensor
    new_zeros = filled.new_zeros
    bernoulli = sampling.bernoulli
    bernoulli_ = sampling_in_place.bernoulli_
    cauchy_ = sampling_in_place.cauchy_
    exponential_ = sampling_in_place.exponential_
    geometric_ = sampling_in_place.geometric_
    log_normal_ = sampling_in_place.log_normal_
    multinomial = sampling.multinomial
    normal_ = sampling_in_place.normal_
    random_ = sampling_in_place.random_
    uniform_ = sampling_in_place.uniform_
