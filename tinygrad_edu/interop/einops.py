"""einops on Tensors: to define this class is to register it.

>>> from einops import rearrange, reduce
>>> x = te.arange(6.0).reshape(2, 3)
>>> rearrange(x, "a b -> (b a)")
tensor([0., 3., 1., 4., 2., 5.])
>>> reduce(x, "a b -> a", "mean")
tensor([1., 4.])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from einops._backends import AbstractBackend

from .. import functional as F
from ..creation import arange, from_numpy
from ..tensor import Tensor

__all__ = ["Backend"]


class Backend(AbstractBackend):  # type: ignore[misc]
    """What einops needs of a framework."""

    framework_name = __name__.partition(".")[0]

    def is_appropriate_type(self, tensor: Any) -> bool:
        """Whether it is one of ours."""
        return isinstance(tensor, Tensor)

    def from_numpy(self, x: np.ndarray[Any, Any]) -> Tensor:
        """A Tensor on an array's memory."""
        return from_numpy(x)

    def to_numpy(self, x: Tensor) -> np.ndarray[Any, Any]:
        """Its array."""
        return x.detach().numpy()

    def arange(self, start: int, stop: int) -> Tensor:
        """start, start + 1, ..., stop - 1"""
        return arange(start, stop)

    def transpose(self, x: Tensor, axes: Sequence[int]) -> Tensor:
        """The axes in another order."""
        return F.permute(x, tuple(axes))

    def reduce(self, x: Tensor, operation: str, axes: Sequence[int]) -> Tensor:
        """The sum, mean, min, max, prod, any or all along axes."""
        if operation in ("min", "max"):
            return getattr(F, f"a{operation}")(x, tuple(axes))  # type: ignore[no-any-return]
        if operation in ("sum", "mean"):
            return getattr(F, operation)(x, tuple(axes))  # type: ignore[no-any-return]
        for axis in sorted(axes, reverse=True):
            x = getattr(F, operation)(x, axis)
        return x

    def stack_on_zeroth_dimension(self, tensors: list[Tensor]) -> Tensor:
        """Put together along a new first axis."""
        return F.stack(tensors)

    def concat(self, tensors: Sequence[Tensor], axis: int) -> Tensor:
        """Put together along an axis."""
        return F.cat(tensors, axis)

    def add_axis(self, x: Tensor, new_position: int) -> Tensor:
        """With an axis of size 1 more."""
        return F.unsqueeze(x, new_position)

    def add_axes(self, x: Tensor, n_axes: int, pos2len: dict[int, int]) -> Tensor:
        """With axes more, along which all is equal."""
        sizes = [-1] * n_axes
        for position, length in pos2len.items():
            x = F.unsqueeze(x, position)
            sizes[position] = length
        return x.expand(sizes)

    def tile(self, x: Tensor, repeats: Sequence[int]) -> Tensor:
        """Repeated so many times along each axis."""
        return x.repeat(tuple(repeats))

    def is_float_type(self, x: Tensor) -> bool:
        """Whether a mean can be taken of it."""
        return x.is_floating_point()

    def einsum(self, pattern: str, *x: Tensor) -> Tensor:
        """The sum of products that a pattern says."""
        return F.einsum(pattern, *x)

    def layers(self) -> Any:
        """The module of layers."""
        from . import einops_layers

        return einops_layers
