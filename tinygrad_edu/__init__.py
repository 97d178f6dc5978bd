"""tinygrad_edu: an autograd micro-framework on NumPy with PyTorch's API.

    import tinygrad_edu as te

    x = te.tensor([1.0, 2.0], requires_grad=True)
    (x ** 2).sum().backward()
    x.grad                                  # tensor([2., 4.])
"""

import sys as _sys
import warnings as _warnings
from importlib import import_module as _import_module
from typing import Any as _Any

_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"tinygrad_edu\.")  # inf and nan are values, as in PyTorch

from . import autograd, func, random  # noqa: E402
from .autograd import (  # noqa: E402
    enable_grad, inference_mode, is_grad_enabled, is_inference_mode_enabled, no_grad, set_grad_enabled,
)  # fmt: skip
from .creation import *  # noqa: E402, F403
from .device import device  # noqa: E402
from .dtypes import (  # noqa: E402
    bool_ as bool, cdouble, cfloat, complex64, complex128, double, dtype, float16, float32, float64, float_ as float,
    get_default_dtype, half, int8, int16, int32, int64, int_ as int, long, set_default_dtype, short, uint8,
)  # fmt: skip
from .func import functional as _functional  # noqa: E402
from .functional import linalg  # noqa: E402
from .functional.indexing import *  # noqa: E402, F403
from .functional.linalg import *  # noqa: E402, F403
from .functional.pointwise import *  # noqa: E402, F403
from .functional.reduction import *  # noqa: E402, F403
from .functional.shaping import *  # noqa: E402, F403
from .gradcheck import gradcheck, gradgradcheck  # noqa: E402
from .printing import set_printoptions  # noqa: E402
from .random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state  # noqa: E402
from .tensor import Size, Tensor, Value  # noqa: E402

_sys.modules[f"{__name__}.autograd.functional"] = _functional  # PyTorch's path: `autograd` is a module here
autograd.functional = _functional  # type: ignore[attr-defined]
autograd.gradcheck, autograd.gradgradcheck = gradcheck, gradgradcheck  # type: ignore[attr-defined]
autograd.Variable = Tensor  # type: ignore[attr-defined]

__version__ = "0.1.0"


def __getattr__(name: str) -> _Any:
    """What is imported when first used: `nn`, `optim`, `utils`, `datasets`, `draw` and what they need."""
    if name in ("nn", "optim", "utils", "datasets", "mlp"):
        return _import_module(f"{__name__}.{name}")
    if name == "draw":
        return _import_module(f"{__name__}.read.draw").draw
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
