"""The functions of statistics and physics, by the names that PyTorch gives them in `torch.special`."""

from .functional.elementary import exp2, expm1, log1p, sigmoid as expit, sinc
from .functional.reduction import log_softmax, logsumexp, softmax
from .functional.rounding import round
from .functional.special import (
    digamma,
    digamma as psi,
    entr,
    erf,
    erfc,
    erfinv,
    lgamma as gammaln,
    logit,
    mvlgamma as multigammaln,
    ndtr,
    polygamma,
    xlog1py,
    xlogy,
)

__all__ = [
    "digamma", "entr", "erf", "erfc", "erfinv", "exp2", "expit", "expm1", "gammaln", "log1p", "log_softmax", "logit",
    "logsumexp", "multigammaln", "ndtr", "polygamma", "psi", "round", "sinc", "softmax", "xlog1py", "xlogy",
]  # fmt: skip
