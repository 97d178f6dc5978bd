"""Spectral normalisation: a weight divided by its largest singular value, W / sigma(W).

The value is sigma = u . W v, its singular vectors found by the power method, a step or so at each
forward in training.  A weight of more dimensions is taken as a matrix of `dim` and the rest.
Source: Miyato et al. 2018.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ... import functional as te
from ...autograd import no_grad
from ...creation import randn
from ...tensor import Tensor
from ..functional import normalize
from ..modules.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from ..modules.module import Module
from ..parameter import Parameter
from .weight_norm import check_new, hook_key

__all__ = [
    "SpectralNorm", "as_matrix", "power_steps", "remove_spectral_norm", "spectral_norm", "start_vectors",
]  # fmt: skip

M = TypeVar("M", bound=Module)


def as_matrix(weight: Tensor, dim: int) -> Tensor:
    """`weight` as a matrix: dimension `dim`, then all others."""
    return te.movedim(weight, dim, 0).flatten(1)


def outputs_dim(module: Module) -> int:
    """The dimension of a module's weight that counts its outputs."""
    return int(isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)))


def start_vectors(matrix: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """(u, v) of random directions."""
    u, v = (normalize(randn(n, dtype=matrix.dtype), dim=0, eps=eps) for n in matrix.shape)
    return u, v


@no_grad()
def power_steps(matrix: Tensor, u: Tensor, v: Tensor, steps: int, eps: float) -> None:
    """Turn v, then u, `steps` times towards the singular vectors of the largest singular value."""
    for _ in range(steps):
        v.copy_(normalize(te.mv(matrix.T, u), dim=0, eps=eps))
        u.copy_(normalize(te.mv(matrix, v), dim=0, eps=eps))


def divided(weight: Tensor, matrix: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """weight / (u . matrix v), by copies of u and v, which the next power step overwrites."""
    u, v = u.clone(), v.clone()
    return weight / te.dot(u, te.mv(matrix, v))


def check_steps(n_power_iterations: int) -> None:
    """Raise ValueError unless there is a step."""
    if n_power_iterations <= 0:
        raise ValueError(
            "Expected n_power_iterations to be positive, but "
            f"got n_power_iterations={n_power_iterations}"
        )


class SpectralNorm:
    """The hook that computes a weight before every forward."""

    _version = 1  # of the state, as PyTorch counts

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        check_steps(n_power_iterations)
        self.name, self.n_power_iterations, self.dim, self.eps = name, n_power_iterations, dim, eps

    def compute_weight(self, module: Module, do_power_iteration: bool) -> Tensor:
        """The weight, from the original one and the singular vectors."""
        weight, u, v = (getattr(module, self.name + s) for s in ("_orig", "_u", "_v"))
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            power_steps(matrix, u, v, self.n_power_iterations, self.eps)
        return divided(weight, matrix, u, v)

    def remove(self, module: Module) -> None:
        """Make the weight a parameter again."""
        weight = self.compute_weight(module, do_power_iteration=False)
        for suffix in ("", "_u", "_v", "_orig"):
            delattr(module, self.name + suffix)
        module.register_parameter(self.name, Parameter(weight.detach()))

    def __call__(self, module: Module, inputs: Any) -> None:
        """Compute the weight, before forward."""
        setattr(module, self.name, self.compute_weight(module, module.training))


class VersionHook:
    """Enters the version of the state into its metadata."""

    def __init__(self, fn: SpectralNorm) -> None:
        self.name, self.version = fn.name, fn._version

    def __call__(
        self, module: Module, state_dict: Any, prefix: str, local_metadata: dict[str, Any]
    ) -> None:
        local_metadata.setdefault("spectral_norm", {})[self.name + ".version"] = self.version


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Divide a parameter by its largest singular value, before every forward.

    The parameter becomes `<name>_orig`, with buffers `<name>_u` and `<name>_v`;
    `parametrizations.spectral_norm` computes the weight whenever it is read.  `dim` counts outputs.
    Raises RuntimeError if the parameter is normalised already, ValueError if it is None.

    Example:
        >>> from tinygrad_edu import nn
        >>> layer = nn.utils.spectral_norm(nn.Linear(20, 40))
        >>> [name for name, _ in layer.named_parameters()]
        ['bias', 'weight_orig']
    """
    check_new(module, SpectralNorm, name, "spectral")
    fn = SpectralNorm(name, n_power_iterations, outputs_dim(module) if dim is None else dim, eps)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    u, v = start_vectors(as_matrix(weight.detach(), fn.dim), eps)
    delattr(module, name)
    module.register_parameter(name + "_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(name + "_u", u)
    module.register_buffer(name + "_v", v)
    module.register_forward_pre_hook(fn)
    module.register_state_dict_post_hook(VersionHook(fn))
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Undo `spectral_norm`: the weight is a parameter again. Raises ValueError if there is none.

    Example:
        >>> layer = te.nn.utils.spectral_norm(te.nn.Linear(2, 1, bias=False))
        >>> [name for name, _ in te.nn.utils.remove_spectral_norm(layer).named_parameters()]
        ['weight']
    """
    key = hook_key(module, SpectralNorm, name)
    if key is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    module._forward_pre_hooks.pop(key).remove(module)
    for key, hook in list(module._state_dict_hooks.items()):
        if isinstance(hook, VersionHook) and hook.name == name:
            del module._state_dict_hooks[key]
    return module
