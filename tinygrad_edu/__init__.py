"""tinygrad_edu: an autograd micro-framework on NumPy with PyTorch's API.

>>> import tinygrad_edu as te
>>> x = te.tensor([1.0, 2.0], requires_grad=True)
>>> (x**2).sum().backward()
>>> x.grad
tensor([2., 4.])
"""

import sys as _sys
import warnings as _warnings
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING, Any as _Any

# inf and nan are values, as in PyTorch: NumPy need not warn of those that we make
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"tinygrad_edu\.")

from . import (
    autograd,
    func,
    function as _function,
    functional as _functions,
    legacy as _legacy,
    linalg,
    random,
    return_types,
    special,
)
from .anomaly import (
    detect_anomaly as _detect_anomaly,
    is_anomaly_enabled,
    set_detect_anomaly as _set_detect_anomaly,
)
from .creation.data import *
from .creation.filled import *
from .creation.sampling import *
from .creation.sequence import *
from .device import (
    channels_last,
    channels_last_3d,
    contiguous_format,
    device,
    layout,
    legacy_contiguous_format,
    memory_format,
    preserve_format,
    strided,
)
from .dtypes import (
    bfloat16,
    bool_ as bool,
    cdouble,
    cfloat,
    complex64,
    complex128,
    double,
    dtype,
    float16,
    float32,
    float64,
    float_ as float,
    get_default_dtype,
    half,
    int8,
    int16,
    int32,
    int64,
    int_ as int,
    long,
    set_default_dtype,
    short,
    uint8,
)
from .func import functional as _derivatives, vmap
from .functional.arithmetic import *
from .functional.bessel import *
from .functional.combinatorics import *
from .functional.comparison import *
from .functional.contraction import *
from .functional.copying import *
from .functional.counts import *
from .functional.diagonals import *
from .functional.elementary import *
from .functional.indexing import *
from .functional.joining import *
from .functional.logic import *
from .functional.matrices import *
from .functional.norms import *
from .functional.order import *
from .functional.products import *
from .functional.reduction import *
from .functional.rounding import *
from .functional.scan import *
from .functional.scattering import *
from .functional.shaping import *
from .functional.special import *
from .functional.splitting import *
from .functional.statistics import *
from .grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .gradcheck import gradcheck as _gradcheck, gradgradcheck as _gradgradcheck
from .info import *
from .interop import register_with_einops as _register_with_einops
from .legacy import *
from .legacy import Variable as _Variable
from .missing import no_such_name as _no_such_name
from .printing import set_printoptions
from .random import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from .settings import *
from .tensor import Size, Tensor
from .value import Value

if _TYPE_CHECKING:
    from . import (
        amp,
        backends,
        cuda,
        datasets,
        distributed,
        distributions,
        mlp,
        nn,
        onnx,
        optim,
        testing,
        utils,
        version,
        viz,
    )
    from .amp import GradScaler, autocast
    from .compat import as_torch
    from .interop.to_torch import to_torch
    from .io import load, save
    from .nn.functional.top_level import *
    from .read.draw import draw
    from .read.explain import explain
    from .read.formula import formula
    from .read.scalars import scalars
    from .read.steps import steps

__all__ = [
    "Generator", "GradScaler", "Size", "Tensor", "Value", "as_torch", "autocast", "autograd", "bfloat16", "bool",
    "cdouble", "cfloat", "channels_last", "channels_last_3d", "complex128", "complex64", "contiguous_format",
    "datasets", "default_generator", "device", "double",
    "draw", "dtype", "enable_grad", "explain", "float", "float16", "float32", "float64", "formula", "func",
    "get_default_dtype", "get_rng_state", "half", "inference_mode", "initial_seed", "int", "int16", "int32",
    "int64", "int8", "is_anomaly_enabled", "is_grad_enabled", "is_inference_mode_enabled", "layout",
    "legacy_contiguous_format", "linalg", "load", "long", "manual_seed", "memory_format", "mlp",
    "nn", "no_grad", "optim", "preserve_format", "random",
    "return_types", "save", "seed",
    "set_default_dtype", "set_grad_enabled", "set_printoptions", "set_rng_state", "short", "strided", "uint8",
    "utils", "viz", "vmap",
]  # fmt: skip
__all__ += _functions.__all__

# PyTorch's paths: `autograd` is a module here, of which these are parts
for _path, _module in ("function", _function), ("functional", _derivatives), ("variable", _legacy):
    _sys.modules[f"{__name__}.autograd.{_path}"] = _module
autograd.function, autograd.functional = _function, _derivatives  # type: ignore[attr-defined]
autograd.detect_anomaly, autograd.set_detect_anomaly = _detect_anomaly, _set_detect_anomaly  # type: ignore[attr-defined]
autograd.gradcheck, autograd.gradgradcheck = _gradcheck, _gradgradcheck  # type: ignore[attr-defined]
autograd.Variable = _Variable  # type: ignore[attr-defined]

_register_with_einops()

__version__ = "0.1.0"

_ON_FIRST_USE = {
    **dict.fromkeys(("amp", "backends", "cuda", "datasets", "distributed", "distributions", "mlp"), ""),
    **dict.fromkeys(("nn", "onnx", "optim", "read", "testing", "utils", "version", "viz"), ""),
    **dict.fromkeys(("GradScaler", "autocast"), "amp"),
    "as_torch": "compat",
    "draw": "read.draw",
    "explain": "read.explain",
    "formula": "read.formula",
    "scalars": "read.scalars",
    "steps": "read.steps",
    "load": "io",
    "save": "io",
    "to_torch": "interop.to_torch",
}  # fmt: skip


if not _TYPE_CHECKING:  # which would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Import modules, and functions of modules, when they are first used."""
        if name in _ON_FIRST_USE:
            module = _import_module(f"{__name__}.{_ON_FIRST_USE[name] or name}")
            return getattr(module, name) if _ON_FIRST_USE[name] else module
        layers = _import_module(f"{__name__}.nn.functional.top_level")
        if name in layers.__all__:
            return getattr(layers, name)
        raise _no_such_name(__name__, name, [*globals(), *_ON_FIRST_USE, *layers.__all__])
