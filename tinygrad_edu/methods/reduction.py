"""Methods of functions over dimensions."""

from ..functional import reduction as F


class Reductions:
    """The functions of `functional.reduction` that are methods too."""

    __slots__ = ()

    sum = F.sum
    mean = F.mean
    prod = F.prod
    var = F.var
    std = F.std
    amax = F.amax
    amin = F.amin
    max = F.max
    min = F.min
    argmax = F.argmax
    argmin = F.argmin
    logsumexp = F.logsumexp
    cumsum = F.cumsum
    any = F.any
    all = F.all
    count_nonzero = F.count_nonzero
    softmax = F.softmax
    log_softmax = F.log_softmax
    norm = F.norm
