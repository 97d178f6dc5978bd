"""Weight normalisation: a weight w = g v / |v|, its length g and its direction v learned apart.

Source: Salimans and Kingma 2016.
"""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from ...linalg import vector_norm
from ...tensor import Tensor
from ..modules.module import Module
from ..parameter import Parameter, is_lazy

__all__ = ["WeightNorm", "norm_except_dim", "remove_weight_norm", "scaled_to", "weight_norm"]

M = TypeVar("M", bound=Module)


def norm_except_dim(v: Tensor, pow: float = 2, dim: int | None = 0) -> Tensor:
    """The norm of each slice along `dim`, the other dimensions kept as 1; of all of `v` for -1 or None."""
    if dim is None or dim == -1:
        return vector_norm(v, pow)
    return vector_norm(v, pow, [d for d in range(v.ndim) if d != dim], keepdim=True)


def scaled_to(g: Tensor, v: Tensor, dim: int | None) -> Tensor:
    """g v / |v|, with a norm for each slice along `dim`."""
    return v * (g / norm_except_dim(v, 2, dim))


class WeightNorm:
    """The hook that computes a weight before every forward."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name, self.dim = name, -1 if dim is None else dim

    def compute_weight(self, module: Module) -> Tensor:
        """The weight, from its length and direction."""
        g, v = getattr(module, self.name + "_g"), getattr(module, self.name + "_v")
        return scaled_to(g, v, self.dim)

    def remove(self, module: Module) -> None:
        """Make the weight a parameter again."""
        weight = self.compute_weight(module)
        for name in (self.name, self.name + "_g", self.name + "_v"):
            delattr(module, name)
        setattr(module, self.name, Parameter(weight.data))

    def __call__(self, module: Module, inputs: Any) -> None:
        """Compute the weight, before forward."""
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Replace a parameter by its length `<name>_g` and direction `<name>_v`. Warns that it is old.

    There is a length for each slice along `dim`, one for all with None.  The weight is computed before
    every forward; `parametrizations.weight_norm` computes it whenever it is read.  Raises
    RuntimeError if the parameter is normalised already.
    """
    warnings.warn(
        "`torch.nn.utils.weight_norm` is deprecated in favor of "
        "`torch.nn.utils.parametrizations.weight_norm`.",
        FutureWarning,
        stacklevel=2,
    )
    check_new(module, WeightNorm, name, "weight")
    weight, hook = getattr(module, name), WeightNorm(name, dim)
    delattr(module, name)
    module.register_parameter(name + "_g", Parameter(norm_except_dim(weight, 2, hook.dim).data))
    module.register_parameter(name + "_v", Parameter(weight.data))
    hook(module, None)
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Undo `weight_norm`: the weight is a parameter again. Raises ValueError if there is none."""
    key = hook_key(module, WeightNorm, name)
    if key is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    module._forward_pre_hooks.pop(key).remove(module)
    return module


# ---- for norms that are hooks --------------------------------------------------------------------
def check_new(module: Module, kind: type[Any], name: str, what: str) -> None:
    """Raise RuntimeError if the parameter has such a hook already, ValueError if it has no shape yet."""
    if hook_key(module, kind, name) is not None:
        raise RuntimeError(f"Cannot register two {what}_norm hooks on the same parameter {name}")
    if is_lazy(getattr(module, name, None)):
        raise ValueError(
            f"The module passed to `{kind.__name__}` can't have uninitialized parameters. "
            f"Make sure to run the dummy forward before applying {what} normalization"
        )


def hook_key(module: Module, kind: type[Any], name: str) -> int | None:
    """The key of the forward pre-hook of some kind on the parameter `name`, if there is one."""
    hooks = module._forward_pre_hooks.items()
    return next((key for key, hook in hooks if isinstance(hook, kind) and hook.name == name), None)
