"""Linear and bilinear layers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...creation import empty
from .. import functional as F, init
from ..parameter import Parameter, UninitializedParameter
from .lazy import LazyModuleMixin
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["Bilinear", "Identity", "LazyLinear", "Linear"]


def draw(parameters: Iterable[Tensor], n: int) -> None:
    """Draw each uniform in [-1/sqrt(n), 1/sqrt(n)), n the number of inputs; without inputs they are 0."""
    bound = 1 / math.sqrt(n) if n > 0 else 0
    for p in parameters:
        init.uniform_(p, -bound, bound)


class Identity(Module):
    """Gives back its input, whatever it was made with.

    Example:
        >>> te.nn.Identity(54, unused=True)(te.ones(2))
        tensor([1., 1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        """x"""
        return input


class Linear(Module):
    """x W^T + b, W and b uniform in [-1/sqrt(in), 1/sqrt(in)) at first.

    Shapes: `(..., in_features) -> (..., out_features)`.

    Example:
        >>> te.nn.Linear(20, 30)(te.ones(128, 20)).shape
        tinygrad_edu.Size([128, 30])
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty((out_features, in_features), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias afresh."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            draw([self.bias], self.in_features)

    def forward(self, input: Tensor) -> Tensor:
        """x W^T + b"""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"


class LazyLinear(LazyModuleMixin, Linear):
    """A Linear that takes `in_features` from the first input it sees, and is a Linear from then on.

    Example:
        >>> layer = te.nn.LazyLinear(30)
        >>> layer(te.ones(128, 20)).shape
        tinygrad_edu.Size([128, 30])
        >>> layer
        Linear(in_features=20, out_features=30, bias=True)
    """

    cls_to_become = Linear
    weight: UninitializedParameter
    bias: UninitializedParameter | None

    def __init__(
        self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(0, 0, False)
        self.out_features = out_features
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw weight and bias afresh, once they have their shapes."""
        if self.in_features and not self.has_uninitialized_params():
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Take `in_features` from the input."""
        self.in_features = input.shape[-1]
        if self.has_uninitialized_params():
            self.weight.materialize((self.out_features, self.in_features))
            if self.bias is not None:
                self.bias.materialize((self.out_features,))
            self.reset_parameters()


class Bilinear(Module):
    """x1^T A_k x2 + b_k for each output k, A and b uniform in [-1/sqrt(in1), 1/sqrt(in1)) at first.

    Shapes: `(..., in1_features)` and `(..., in2_features)` -> `(..., out_features)`.

    Example:
        >>> te.nn.Bilinear(20, 30, 40)(te.ones(128, 20), te.ones(128, 30)).shape
        tinygrad_edu.Size([128, 40])
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got (in1_features={in1_features})")
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features = out_features
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(empty(shape, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias afresh."""
        draw(self.parameters(), self.in1_features)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """x1^T A x2 + b"""
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
