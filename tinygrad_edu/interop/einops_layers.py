"""einops' layers as modules, with the names and arguments that `einops.layers.torch` has.

>>> from tinygrad_edu.interop.einops_layers import Rearrange
>>> flatten = te.nn.Sequential(Rearrange("n h w -> n (h w)"), te.nn.Linear(6, 2))
>>> flatten(te.ones(5, 2, 3)).shape
tinygrad_edu.Size([5, 2])
"""

from __future__ import annotations

from typing import Any

from einops.layers import RearrangeMixin, ReduceMixin
from einops.layers._einmix import _EinmixMixin

from ..creation import empty
from ..functional import einsum
from ..nn import Module, Parameter
from ..tensor import Tensor

__all__ = ["EinMix", "Rearrange", "Reduce"]


class Rearrange(RearrangeMixin, Module):  # type: ignore[misc]
    """`einops.rearrange` by a pattern that is given once."""

    def forward(self, input: Tensor) -> Tensor:
        """Its elements rearranged."""
        return self._apply_recipe(input)  # type: ignore[no-any-return]


class Reduce(ReduceMixin, Module):  # type: ignore[misc]
    """`einops.reduce` by a pattern and an operation that are given once."""

    def forward(self, input: Tensor) -> Tensor:
        """Its elements reduced."""
        return self._apply_recipe(input)  # type: ignore[no-any-return]


class EinMix(_EinmixMixin, Module):  # type: ignore[misc]
    """A linear layer along the axes that a pattern names: einsum with a weight, a bias if its shape is given."""

    weight: Parameter
    bias: Parameter | None

    def _create_parameters(
        self, weight_shape: Any, weight_bound: float, bias_shape: Any, bias_bound: float
    ) -> None:
        self.weight = _uniform(weight_shape, weight_bound)
        self.bias = None if bias_shape is None else _uniform(bias_shape, bias_bound)

    def _create_rearrange_layers(
        self,
        pre_reshape_pattern: str | None,
        pre_reshape_lengths: dict[str, int] | None,
        post_reshape_pattern: str | None,
        post_reshape_lengths: dict[str, int] | None,
    ) -> None:
        self.pre_rearrange = _rearrange(pre_reshape_pattern, pre_reshape_lengths)
        self.post_rearrange = _rearrange(post_reshape_pattern, post_reshape_lengths)

    def forward(self, input: Tensor) -> Tensor:
        """The input mixed with the weight."""
        if self.pre_rearrange is not None:
            input = self.pre_rearrange(input)
        out = einsum(self.einsum_pattern, input, self.weight)
        if self.bias is not None:
            out = out + self.bias
        return out if self.post_rearrange is None else self.post_rearrange(out)


def _uniform(shape: Any, bound: float) -> Parameter:
    return Parameter(empty(tuple(shape)).uniform_(-bound, bound))


def _rearrange(pattern: str | None, lengths: dict[str, int] | None) -> Rearrange | None:
    return None if pattern is None else Rearrange(pattern, **(lengths or {}))  # type: ignore[call-arg]
