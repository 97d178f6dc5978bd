"""The functions of statistics and physics, by the names that PyTorch gives them in `torch.special`."""

from .functional.bessel import bessel_j0, bessel_j1, i0, i0e, i1, i1e
from .functional.elementary import exp2, expm1, log1p, sigmoid as expit, sinc
from .functional.reduction import log_softmax, logsumexp, softmax
from .functional.rounding import round
from .functional.special import (
    digamma,
    digamma as psi,
    entr,
    erf,
    erfc,
    erfcx,
    erfinv,
    igamma as gammainc,
    igammac as gammaincc,
    lgamma as gammaln,
    log_ndtr,
    logit,
    mvlgamma as multigammaln,
    ndtr,
    ndtri,
    polygamma,
    xlog1py,
    xlogy,
    zeta,
)

__all__ = [
    "bessel_j0", "bessel_j1", "digamma", "entr", "erf", "erfc", "erfcx", "erfinv", "exp2", "expit", "expm1",
    "gammainc", "gammaincc", "gammaln", "i0", "i0e", "i1", "i1e", "log1p", "log_ndtr", "log_softmax", "logit",
    "logsumexp", "multigammaln", "ndtr", "ndtri", "polygamma", "psi", "round", "sinc", "softmax", "xlog1py", "xlogy",
    "zeta",
]  # fmt: skip
