"""Activation functions in straight lines, as layers."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ...creation import empty
from .. import functional as F
from ..init import constant_
from ..parameter import Parameter
from .activation import Activation, Rectifier
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Heaviside", "LeakyReLU", "PReLU", "RReLU", "ReLU", "ReLU6",
    "Softshrink", "Threshold",
]  # fmt: skip


class ReLU(Rectifier):
    """max(x, 0); the gradient at 0 is 0.

    Example:
        >>> te.nn.ReLU()(te.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """max(x, 0)"""
        return F.relu(input, self.inplace)


class ReLU6(Rectifier):
    """min(max(x, 0), 6); the gradient at 0 and 6 is 0.

    Example:
        >>> te.nn.ReLU6()(te.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """min(max(x, 0), 6)"""
        return F.relu6(input, self.inplace)


class Hardtanh(Activation):
    """x kept between min_val and max_val; the gradient at both is 0.

    `min_value` and `max_value` are their old names.  Raises AssertionError unless min_val < max_val.

    Example:
        >>> te.nn.Hardtanh()(te.tensor([-1.0, 2.0]))
        tensor([-1.,  1.])
    """

    settings = ("min_val", "max_val")

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        for old, new in ((min_value, "min_val"), (max_value, "max_val")):
            if old is not None:
                warnings.warn(
                    f"keyword argument `{new}ue` is deprecated and renamed to `{new}`",
                    FutureWarning,
                    stacklevel=2,
                )
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError(
                f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})"
            )

    def forward(self, input: Tensor) -> Tensor:
        """min(max(x, min_val), max_val)"""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)


class Hardsigmoid(Rectifier):
    """relu6(x + 3) / 6: sigmoid in three straight lines.

    Example:
        >>> te.nn.Hardsigmoid()(te.tensor([-1.0, 2.0]))
        tensor([0.3333, 0.8333])
    """

    def forward(self, input: Tensor) -> Tensor:
        """relu6(x + 3) / 6"""
        return F.hardsigmoid(input, self.inplace)


class Hardswish(Rectifier):
    """x hardsigmoid(x).

    Example:
        >>> te.nn.Hardswish()(te.tensor([-1.0, 2.0]))
        tensor([-0.3333,  1.6667])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x hardsigmoid(x)"""
        return F.hardswish(input, self.inplace)


class LeakyReLU(Activation):
    """x where x > 0, else negative_slope x.

    Example:
        >>> te.nn.LeakyReLU(0.1)(te.tensor([-1.0, 2.0]))
        tensor([-0.1000,  2.0000])
    """

    settings = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Tensor) -> Tensor:
        """x where x > 0, else negative_slope x"""
        return F.leaky_relu(input, self.negative_slope, self.inplace)


class PReLU(Activation):
    """x where x > 0, else weight x; one slope is learned, or one for each of `num_parameters` channels.

    Shapes: `(N, C, ...)`, C being num_parameters unless that is 1.

    Example:
        >>> te.nn.PReLU()(te.tensor([-1.0, 2.0])).detach()
        tensor([-0.2500,  2.0000])
    """

    settings = ("num_parameters",)
    weight: Parameter

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start all slopes at `init`."""
        constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """x where x > 0, else weight x"""
        return F.prelu(input, self.weight)


class RReLU(Activation):
    """In training, x where x > 0, else a random slope in [lower, upper] times x; otherwise their mean.

    Example:
        >>> te.nn.RReLU(0.25, 0.75).eval()(te.tensor([-1.0, 2.0]))
        tensor([-0.5000,  2.0000])
    """

    settings = ("lower", "upper")

    def __init__(
        self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False
    ) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Tensor) -> Tensor:
        """x where x > 0, else slope x"""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class Threshold(Activation):
    """x where x > threshold, else `value`.

    Example:
        >>> te.nn.Threshold(0.5, -3.0)(te.tensor([-1.0, 2.0]))
        tensor([-3.,  2.])
    """

    settings = ("threshold", "value")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input: Tensor) -> Tensor:
        """x where x > threshold, else value"""
        return F.threshold(input, self.threshold, self.value, self.inplace)


class Shrink(Module):
    """What shrinks share: `lambd`, how far around 0 the result is 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def extra_repr(self) -> str:
        """The setting, as printed."""
        return f"{self.lambd}"


class Hardshrink(Shrink):
    """x where |x| > lambd, else 0.

    Example:
        >>> te.nn.Hardshrink(1.5)(te.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x where |x| > lambd, else 0"""
        return F.hardshrink(input, self.lambd)


class Softshrink(Shrink):
    """x, brought nearer to 0 by lambd: 0 where |x| <= lambd.

    Example:
        >>> te.nn.Softshrink(1.5)(te.tensor([-1.0, 2.0]))
        tensor([0.0000, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x - lambd sign(x), or 0"""
        return F.softshrink(input, self.lambd)


class Heaviside(Activation):
    """The unit of McCulloch and Pitts: 1 above the threshold, 0 below it, `value` at it.

    There is nothing to differentiate: the result is a constant.  Not in PyTorch.

    Example:
        >>> te.nn.Heaviside(threshold=1.0, value=1.0)(te.tensor([0.0, 1.0, 2.0]))
        tensor([0., 1., 1.])
    """

    settings = ("threshold", "value")

    def __init__(self, threshold: float = 0.0, value: float = 0.0) -> None:
        super().__init__()
        self.threshold, self.value = threshold, value

    def forward(self, input: Tensor) -> Tensor:
        """1 where x > threshold, `value` where x = threshold, else 0"""
        above = (input > self.threshold).to(input.dtype)
        if not self.value:
            return above
        return above + (input == self.threshold).to(input.dtype) * self.value
