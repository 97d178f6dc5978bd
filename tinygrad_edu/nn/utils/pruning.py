"""What ways of pruning share: a mask for a parameter of a module, and several of them one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...creation import ones_like
from ...primitive import raw, wrap
from ...tensor import Tensor
from ..modules.module import Module

__all__ = ["BasePruningMethod", "PruningContainer", "checked_dim", "key_of", "scores_of"]


class BasePruningMethod:
    """A way to choose what is pruned: a subclass says by `compute_mask` what is kept.

    PRUNING_TYPE says what it is shown of a tensor that was pruned before: "unstructured" the elements
    that are left, "structured" the slices along its `dim` that are left, "global" everything.

    Example:
        >>> class Negative(te.nn.utils.prune.BasePruningMethod):
        ...     PRUNING_TYPE = "unstructured"
        ...     def compute_mask(self, t, default_mask):
        ...         return default_mask * (t >= 0)
        >>> layer = te.nn.Linear(2, 3)
        >>> _ = Negative.apply(layer, "weight")
        >>> (layer.weight >= 0).all()
        tensor(True)
    """

    PRUNING_TYPE = "unstructured"
    _tensor_name: str

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask for a tensor by how much its elements `t` matter, and the mask it had."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define compute_mask"
        )

    def __call__(self, module: Module, inputs: Any) -> None:
        """Compute the pruned tensor, before forward."""
        setattr(module, self._tensor_name, self.apply_mask(module))

    def apply_mask(self, module: Module) -> Tensor:
        """The pruned tensor: the original times its mask."""
        name = self._tensor_name
        product: Tensor = getattr(module, name + "_mask") * getattr(module, name + "_orig")
        return product

    @classmethod
    def apply(
        cls,
        module: Module,
        name: str,
        *args: Any,
        importance_scores: Tensor | None = None,
        **kwargs: Any,
    ) -> BasePruningMethod:
        """Prune the tensor `name` of a module by this method, made of the arguments that are left.

        What matters is the tensor, or `importance_scores` of its shape.
        """
        method: BasePruningMethod = cls(*args, **kwargs)
        method._tensor_name = name
        weight = getattr(module, name)
        scores = scores_of(weight, importance_scores)
        key = key_of(module, name)
        if key is None:
            mask = method.compute_mask(scores, default_mask=ones_like(weight))
            delattr(module, name)
            module.register_parameter(name + "_orig", weight)
        else:
            before = module._forward_pre_hooks[key]
            if not isinstance(before, PruningContainer):
                before = PruningContainer(before)
            before.add_pruning_method(method)
            method = before
            mask = method.compute_mask(scores, getattr(module, name + "_mask").clone())
            del module._forward_pre_hooks[key]
        module.register_buffer(name + "_mask", mask)
        method(module, None)
        module.register_forward_pre_hook(method)
        return method

    def prune(
        self,
        t: Tensor,
        default_mask: Tensor | None = None,
        importance_scores: Tensor | None = None,
    ) -> Tensor:
        """`t` pruned, by itself and without a module."""
        mask = ones_like(t) if default_mask is None else default_mask
        return t * self.compute_mask(scores_of(t, importance_scores), default_mask=mask)

    def remove(self, module: Module) -> None:
        """Make the pruned tensor the parameter, for good."""
        name, weight = self._tensor_name, self.apply_mask(module)
        original = module._parameters[name + "_orig"]
        for suffix in ("", "_orig", "_mask"):
            delattr(module, name + suffix)
        original.data = weight.data
        setattr(module, name, original)


def scores_of(t: Tensor, given: Tensor | None) -> Tensor:
    """How much each element matters: what is given of that, or the tensor itself."""
    if given is None:
        return t.detach()
    if given.shape != t.shape:
        raise AssertionError(
            f"importance_scores should have the same shape as the tensor, got {given.shape} vs {t.shape}"
        )
    return given.detach()


def key_of(module: Module, name: str) -> int | None:
    """The key of the hook that prunes a tensor of a module, if there is one."""
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            found: int = key
            return found
    return None


class PruningContainer(BasePruningMethod):
    """Pruning methods used one after the other; the last one prunes what is left.

    Example:
        >>> layer = te.nn.utils.prune.identity(te.nn.Linear(2, 3), "weight")
        >>> _ = te.nn.utils.prune.random_unstructured(layer, "weight", amount=2)
        >>> hook = next(iter(layer._forward_pre_hooks.values()))
        >>> len(hook)
        2
    """

    def __init__(self, *args: Any) -> None:
        self._pruning_methods: tuple[BasePruningMethod, ...] = ()
        methods = args[0] if len(args) == 1 and isinstance(args[0], Iterable) else args
        for method in methods:
            if not self._pruning_methods:
                self._tensor_name = method._tensor_name
            self.add_pruning_method(method)

    def add_pruning_method(self, method: BasePruningMethod) -> None:
        """Add a method for the same tensor. Raises TypeError for what is none, ValueError for another."""
        if not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if self._tensor_name != method._tensor_name:
            raise ValueError(
                "Can only add pruning methods acting on the parameter named "
                f"'{self._tensor_name}' to PruningContainer, got one on '{method._tensor_name}'"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Any:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: int) -> BasePruningMethod:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask with what the last method prunes of the rest."""
        method, mask = self._pruning_methods[-1], default_mask.to(t.dtype).clone()
        if method.PRUNING_TYPE == "unstructured":
            left: Any = mask == 1
        elif method.PRUNING_TYPE == "structured":
            dim = checked_dim(t, method.dim)  # type: ignore[attr-defined]
            others = tuple(d for d in range(t.ndim) if d != dim)
            kept = np.flatnonzero(raw(mask).sum(others))
            left = (*(slice(None),) * dim, wrap(kept))
        elif method.PRUNING_TYPE == "global":
            left = ...
        else:
            raise ValueError(f"Unrecognized PRUNING_TYPE {method.PRUNING_TYPE}")
        mask[left] = method.compute_mask(t[left], default_mask=mask[left]).to(mask.dtype)
        return mask


def checked_dim(t: Tensor, dim: int) -> int:
    """A dimension of a tensor counted from the front. Raises IndexError for one that it has not."""
    if not -t.ndim <= dim < t.ndim:
        raise IndexError(f"Invalid index {dim} for tensor of size {t.shape}")
    return dim % t.ndim
