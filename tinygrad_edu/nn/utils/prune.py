"""Pruning: setting the weights that matter least to zero, by a mask of zeros and ones.

A pruned parameter `weight` becomes `weight_orig`, which is learned, and a buffer `weight_mask`; before
every forward `weight` is their product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np

from ... import functional as te
from ...creation import ones_like, rand
from ...tensor import Tensor
from ..modules.module import Module
from .convert_parameters import parameters_to_vector
from .pruning import BasePruningMethod, PruningContainer, checked_dim, key_of, scores_of

__all__ = [
    "BasePruningMethod", "CustomFromMask", "Identity", "L1Unstructured", "LnStructured", "PruningContainer",
    "RandomStructured", "RandomUnstructured", "custom_from_mask", "global_unstructured", "identity", "is_pruned",
    "l1_unstructured", "ln_structured", "random_structured", "random_unstructured", "remove",
]  # fmt: skip

M = TypeVar("M", bound=Module)


# ---- how much, and where -------------------------------------------------------------------------
WHOLE = (int, np.integer)


def _checked_amount(amount: Any) -> Any:
    if not isinstance(amount, (int, float, np.number)):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    if amount < 0 or (not isinstance(amount, WHOLE) and amount > 1):
        raise ValueError(
            f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer"
        )
    return amount


def _count(amount: Any, size: int) -> Any:
    """How many of `size` are to be pruned: a number, or a fraction of them."""
    if not isinstance(amount, WHOLE):
        return round(amount * size)
    if amount > size:
        raise ValueError(
            f"amount={amount} should be smaller than the number of parameters to prune={size}"
        )
    return amount


class Identity(BasePruningMethod):
    """Prunes nothing.

    Example:
        >>> te.nn.utils.prune.Identity().prune(te.tensor([1.0, -2.0]))
        tensor([ 1., -2.])
    """

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask as it was."""
        return default_mask


class CustomFromMask(BasePruningMethod):
    """Prunes what a given mask says.

    Example:
        >>> te.nn.utils.prune.CustomFromMask(te.tensor([1, 0])).prune(te.tensor([1.0, -2.0]))
        tensor([1., -0.])
    """

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The product of both masks. Raises AssertionError unless their shapes are equal."""
        if default_mask.shape != self.mask.shape:
            raise AssertionError(
                f"expected a mask of shape {default_mask.shape}, got {self.mask.shape}"
            )
        return default_mask * self.mask.to(default_mask.dtype)


class _Smallest(BasePruningMethod):
    """Prunes the elements, or slices along `dim`, of least value: `amount` of them, or that fraction."""

    def __init__(self, amount: float) -> None:
        self.amount = _checked_amount(amount)

    def value(self, t: Tensor) -> Tensor:
        """What each element or slice is worth."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define value(t)"
        )

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask with the elements of least value set to 0."""
        pruned = self.least(t, t.numel())
        mask = default_mask.clone()
        mask.view(-1)[pruned] = 0
        return mask

    def least(self, t: Tensor, size: int) -> Tensor:
        """The indices of what is pruned, of `size` things."""
        count = _count(self.amount, size)
        return te.topk(self.value(t).reshape(-1), count, largest=False).indices


class RandomUnstructured(_Smallest):
    """Prunes elements at random: `amount` of them, or that fraction.

    Example:
        >>> (te.nn.utils.prune.RandomUnstructured(amount=3).prune(te.ones(5)) == 0).sum()
        tensor(3)
    """

    def value(self, t: Tensor) -> Tensor:
        """Random numbers."""
        return rand(t.shape)


class L1Unstructured(_Smallest):
    """Prunes the elements of least absolute value: `amount` of them, or that fraction.

    Example:
        >>> te.nn.utils.prune.L1Unstructured(amount=1).prune(te.tensor([1.0, -2.0]))
        tensor([ 0., -2.])
    """

    def value(self, t: Tensor) -> Tensor:
        """|t|."""
        return te.abs(t)


class _SmallestSlices(_Smallest):
    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask with the slices of least value set to 0.

        Raises ValueError for a vector, IndexError for a dimension that is not there.
        """
        if t.ndim <= 1:
            raise ValueError(
                "Structured pruning can only be applied to multidimensional tensors. Found tensor of "
                f"shape {t.shape} with {t.ndim} dims"
            )
        dim = checked_dim(t, self.dim)
        mask = ones_like(default_mask)
        mask[(*(slice(None),) * dim, self.least(t, t.shape[dim]))] = 0
        return mask * default_mask


class RandomStructured(_SmallestSlices):
    """Prunes slices along `dim` at random: `amount` of them, or that fraction.

    Example:
        >>> te.nn.utils.prune.RandomStructured(amount=1, dim=0).prune(te.ones(3, 2)).sum()
        tensor(4.)
    """

    def value(self, t: Tensor) -> Tensor:
        """Random numbers."""
        return rand(t.shape[self.dim])


class LnStructured(_SmallestSlices):
    """Prunes the slices along `dim` of least n-norm: `amount` of them, or that fraction.

    Example:
        >>> te.nn.utils.prune.LnStructured(amount=1, n=2, dim=0).prune(te.tensor([[3.0, 4.0], [1.0, 1.0]]))
        tensor([[3., 4.],
                [0., 0.]])
    """

    def __init__(self, amount: float, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def value(self, t: Tensor) -> Tensor:
        """The norm of each slice."""
        dim = self.dim % t.ndim
        return te.norm(t, self.n, [d for d in range(t.ndim) if d != dim])


# ---- what people call ----------------------------------------------------------------------------
def identity(module: M, name: str) -> M:
    """Make a parameter a pruned one of which nothing is pruned.

    Example:
        >>> te.nn.utils.prune.identity(te.nn.Linear(2, 1), "weight").weight_mask
        tensor([[1., 1.]])
    """
    Identity.apply(module, name)
    return module


def random_unstructured(module: M, name: str, amount: float) -> M:
    """Prune elements of a parameter at random: `amount` of them, or that fraction.

    Example:
        >>> te.nn.utils.prune.random_unstructured(te.nn.Linear(2, 2), "weight", amount=3).weight_mask.sum()
        tensor(1.)
    """
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(
    module: M, name: str, amount: float, importance_scores: Tensor | None = None
) -> M:
    """Prune the elements of least absolute value: `amount` of them, or that fraction.

    Example:
        >>> layer = te.nn.Linear(2, 2)
        >>> layer.weight.data = te.tensor([[3.0, -1.0], [0.5, 2.0]])
        >>> te.nn.utils.prune.l1_unstructured(layer, "weight", 2).weight_mask
        tensor([[1., 0.],
                [0., 1.]])
    """
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_structured(module: M, name: str, amount: float, dim: int) -> M:
    """Prune slices along `dim` at random: `amount` of them, or that fraction.

    Example:
        >>> te.nn.utils.prune.random_structured(te.nn.Linear(2, 3), "weight", amount=1, dim=0).weight_mask.sum()
        tensor(4.)
    """
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: M,
    name: str,
    amount: float,
    n: Any,
    dim: int,
    importance_scores: Tensor | None = None,
) -> M:
    """Prune the slices along `dim` of least n-norm: `amount` of them, or that fraction.

    Example:
        >>> layer = te.nn.utils.prune.ln_structured(te.nn.Linear(2, 3), "weight", amount=1, n=2, dim=0)
        >>> layer.weight_mask.sum()
        tensor(4.)
    """
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: M, name: str, mask: Tensor) -> M:
    """Prune a parameter by a given mask.

    Example:
        >>> layer = te.nn.utils.prune.custom_from_mask(te.nn.Linear(2, 1), "weight", te.tensor([[1, 0]]))
        >>> layer.weight[0, 1] == 0
        tensor(True)
    """
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Module, str]],
    pruning_method: type[BasePruningMethod],
    importance_scores: Mapping[tuple[Module, str], Tensor] | None = None,
    **kwargs: Any,
) -> None:
    """Prune several parameters, (module, name) pairs, as if they were one.

    Raises TypeError for a method that is not unstructured.

    Example:
        >>> a, b = te.nn.Linear(2, 2), te.nn.Linear(2, 2)
        >>> pairs = [(a, "weight"), (b, "weight")]
        >>> te.nn.utils.prune.global_unstructured(pairs, te.nn.utils.prune.L1Unstructured, amount=3)
        >>> a.weight_mask.sum() + b.weight_mask.sum()
        tensor(5.)
    """
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    if importance_scores is not None and not isinstance(importance_scores, dict):
        raise TypeError("global_unstructured(): importance_scores must be of type dict")
    method, given = pruning_method(**kwargs), importance_scores or {}
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. '
            f"Found method {pruning_method} of type {method.PRUNING_TYPE}"
        )
    places = list(parameters)
    tensors = [getattr(module, name).detach() for module, name in places]
    scores = [scores_of(t, given.get(place)) for place, t in zip(places, tensors)]
    masks = [
        getattr(module, name + "_mask", ones_like(t)) for (module, name), t in zip(places, tensors)
    ]
    method._tensor_name = "all"
    mask = PruningContainer(method).compute_mask(
        parameters_to_vector(scores), parameters_to_vector(masks)
    )
    parts = te.split(mask, [t.numel() for t in tensors])
    for (module, name), t, part in zip(places, tensors, parts):
        custom_from_mask(module, name, part.reshape(t.shape))


def remove(module: M, name: str) -> M:
    """Make a pruned parameter an ordinary one with the values it has. Raises ValueError if it is not pruned.

    Example:
        >>> layer = te.nn.utils.prune.identity(te.nn.Linear(2, 1), "weight")
        >>> _ = te.nn.utils.prune.remove(layer, "weight")
        >>> [name for name, _ in layer.named_parameters()]
        ['bias', 'weight']
    """
    key = key_of(module, name)
    if key is None:
        raise ValueError(
            f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed"
        )
    module._forward_pre_hooks.pop(key).remove(module)
    return module


def is_pruned(module: Module) -> bool:
    """Whether anything in a model is pruned.

    Example:
        >>> layer = te.nn.utils.prune.identity(te.nn.Linear(2, 1), "weight")
        >>> te.nn.utils.prune.is_pruned(layer)
        True
    """
    return any(
        isinstance(hook, BasePruningMethod)
        for part in module.modules()
        for hook in part._forward_pre_hooks.values()
    )
