"""Methods of functions over dimensions."""

from ..functional import counts, norms, order, reduction as F, scan, statistics
from ..inplace import in_place


class Reductions:
    """The functions of `functional.reduction`, `.statistics`, `.scan`, `.order` and `.norms` that are methods too."""

    __slots__ = ()

    sum = F.sum
    mean = F.mean
    prod = F.prod
    nansum = F.nansum
    nanmean = F.nanmean
    logsumexp = F.logsumexp
    amax = F.amax
    amin = F.amin
    aminmax = F.aminmax
    max = F.max
    min = F.min
    argmax = F.argmax
    argmin = F.argmin
    any = F.any
    all = F.all
    count_nonzero = F.count_nonzero
    softmax = F.softmax
    log_softmax = F.log_softmax

    var = statistics.var
    std = statistics.std
    median = statistics.median
    nanmedian = statistics.nanmedian
    mode = statistics.mode
    quantile = statistics.quantile
    nanquantile = statistics.nanquantile
    cov = statistics.cov
    corrcoef = statistics.corrcoef
    histc = counts.histc
    histogram = counts.histogram
    bincount = counts.bincount

    cumsum = scan.cumsum
    cumprod = scan.cumprod
    logcumsumexp = scan.logcumsumexp
    cummax = scan.cummax
    cummin = scan.cummin
    diff = scan.diff
    cumsum_ = in_place(scan.cumsum)
    cumprod_ = in_place(scan.cumprod)

    sort = order.sort
    argsort = order.argsort
    msort = order.msort
    topk = order.topk
    kthvalue = order.kthvalue
    unique = order.unique
    unique_consecutive = order.unique_consecutive

    norm = norms.norm
    dist = norms.dist
    renorm = norms.renorm
