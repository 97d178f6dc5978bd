"""Activation functions as layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "ELU", "GELU", "Heaviside", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
]  # fmt: skip


class Activation(Module):
    """What activations share: printed with the settings they name, and `inplace` if it is on."""

    settings: tuple[str, ...] = ()
    inplace: bool = False

    def extra_repr(self) -> str:
        """The settings, as printed."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self.settings]
        return ", ".join([*shown, "inplace=True"] if self.inplace else shown)


class Rectifier(Activation):
    """An activation whose only setting is `inplace`: whether the result replaces the input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


class ReLU(Rectifier):
    """max(x, 0); the gradient at 0 is 0.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.ReLU()(te.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """max(x, 0)"""
        return F.relu(input, self.inplace)


class SiLU(Rectifier):
    """x sigmoid(x), also called swish.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.SiLU()(te.tensor([-1.0, 2.0]))
        tensor([-0.2689,  1.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x sigmoid(x)"""
        return F.silu(input, self.inplace)


class LeakyReLU(Activation):
    """x where x > 0, else negative_slope x.

    Example:
        >>> import tinygrad_edu as te
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


class ELU(Activation):
    """x where x > 0, else alpha (e^x - 1).

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.ELU()(te.tensor([-1.0, 2.0]))
        tensor([-0.6321,  2.0000])
    """

    settings = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Tensor) -> Tensor:
        """x where x > 0, else alpha (e^x - 1)"""
        return F.elu(input, self.alpha, self.inplace)


class Sigmoid(Activation):
    """1 / (1 + e^-x).

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Sigmoid()(te.tensor([-1.0, 2.0]))
        tensor([0.2689, 0.8808])
    """

    def forward(self, input: Tensor) -> Tensor:
        """1 / (1 + e^-x)"""
        return F.sigmoid(input)


class Tanh(Activation):
    """The hyperbolic tangent.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Tanh()(te.tensor([-1.0, 2.0]))
        tensor([-0.7616,  0.9640])
    """

    def forward(self, input: Tensor) -> Tensor:
        """tanh x"""
        return F.tanh(input)


class GELU(Activation):
    """x Phi(x), Phi the standard normal distribution; "tanh" approximates it.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.GELU()(te.tensor([-1.0, 2.0]))
        tensor([-0.1587,  1.9545])
    """

    settings = ("approximate",)

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """x Phi(x)"""
        return F.gelu(input, self.approximate)


class Softplus(Activation):
    """log(1 + e^(beta x)) / beta; x itself where beta x > threshold.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Softplus()(te.tensor([-1.0, 2.0]))
        tensor([0.3133, 2.1269])
    """

    settings = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        """log(1 + e^(beta x)) / beta"""
        return F.softplus(input, self.beta, self.threshold)


class Heaviside(Activation):
    """The unit of McCulloch and Pitts: 1 above the threshold, 0 below it, `value` at it.

    There is nothing to differentiate: the result is a constant.  Not in PyTorch.

    Example:
        >>> import tinygrad_edu as te
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


class AlongDimension(Activation):
    """An activation that works along one dimension."""

    settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim


class Softmax(AlongDimension):
    """e^x over its sum along `dim`.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Softmax(dim=0)(te.tensor([0.0, 0.0]))
        tensor([0.5000, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """softmax x"""
        return F.softmax(input, self.dim, _stacklevel=5)


class LogSoftmax(AlongDimension):
    """The logarithm of softmax along `dim`, without overflow.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.LogSoftmax(dim=0)(te.tensor([0.0, 0.0]))
        tensor([-0.6931, -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        """log softmax x"""
        return F.log_softmax(input, self.dim, _stacklevel=5)
