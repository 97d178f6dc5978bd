"""Linear layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...creation import empty
from .. import functional as F, init
from ..parameter import Parameter
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["Identity", "Linear"]


class Identity(Module):
    """Gives back its input, whatever it was made with.

    Example:
        >>> import tinygrad_edu as te
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
        >>> import tinygrad_edu as te
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
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """x W^T + b"""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        has_bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={has_bias}"
