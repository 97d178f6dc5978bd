"""Activation functions as layers: the smooth ones, and what all share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "LogSigmoid", "Mish", "SELU", "SiLU", "Sigmoid", "Softplus", "Softsign", "Tanh",
    "Tanhshrink",
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


class Sigmoid(Activation):
    """1 / (1 + e^-x).

    Example:
        >>> te.nn.Sigmoid()(te.tensor([-1.0, 2.0]))
        tensor([0.2689, 0.8808])
    """

    def forward(self, input: Tensor) -> Tensor:
        """1 / (1 + e^-x)"""
        return F.sigmoid(input)


class LogSigmoid(Activation):
    """log sigmoid(x), without overflow.

    Example:
        >>> te.nn.LogSigmoid()(te.tensor([-1.0, 2.0]))
        tensor([-1.3133, -0.1269])
    """

    def forward(self, input: Tensor) -> Tensor:
        """log sigmoid(x)"""
        return F.logsigmoid(input)


class Tanh(Activation):
    """The hyperbolic tangent.

    Example:
        >>> te.nn.Tanh()(te.tensor([-1.0, 2.0]))
        tensor([-0.7616,  0.9640])
    """

    def forward(self, input: Tensor) -> Tensor:
        """tanh x"""
        return F.tanh(input)


class Tanhshrink(Activation):
    """x - tanh x.

    Example:
        >>> te.nn.Tanhshrink()(te.tensor([-1.0, 2.0]))
        tensor([-0.2384,  1.0360])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x - tanh x"""
        return F.tanhshrink(input)


class Softsign(Activation):
    """x / (1 + |x|).

    Example:
        >>> te.nn.Softsign()(te.tensor([-1.0, 2.0]))
        tensor([-0.5000,  0.6667])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x / (1 + |x|)"""
        return F.softsign(input)


class ELU(Activation):
    """x where x > 0, else alpha (e^x - 1).

    Example:
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


class CELU(ELU):
    """x where x > 0, else alpha (e^(x / alpha) - 1).

    Example:
        >>> te.nn.CELU(2.0)(te.tensor([-1.0, 2.0]))
        tensor([-0.7869,  2.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x where x > 0, else alpha (e^(x / alpha) - 1)"""
        return F.celu(input, self.alpha, self.inplace)


class SELU(Rectifier):
    """scale elu(x, alpha), which keeps mean 0 and variance 1.

    Example:
        >>> te.nn.SELU()(te.tensor([-1.0, 2.0]))
        tensor([-1.1113,  2.1014])
    """

    def forward(self, input: Tensor) -> Tensor:
        """scale elu(x, alpha)"""
        return F.selu(input, self.inplace)


class SiLU(Rectifier):
    """x sigmoid(x), also called swish.

    Example:
        >>> te.nn.SiLU()(te.tensor([-1.0, 2.0]))
        tensor([-0.2689,  1.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x sigmoid(x)"""
        return F.silu(input, self.inplace)


class Mish(Rectifier):
    """x tanh(log(1 + e^x)).

    Example:
        >>> te.nn.Mish()(te.tensor([-1.0, 2.0]))
        tensor([-0.3034,  1.9440])
    """

    def forward(self, input: Tensor) -> Tensor:
        """x tanh(softplus(x))"""
        return F.mish(input, self.inplace)


class GELU(Activation):
    """x Phi(x), Phi the standard normal distribution; "tanh" approximates it.

    Example:
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


class GLU(Activation):
    """a sigmoid(b), where a and b are the halves of x along `dim`: b opens and shuts a.

    Example:
        >>> te.nn.GLU()(te.tensor([4.0, 2.0, 0.0, 100.0]))
        tensor([2., 2.])
    """

    settings = ("dim",)

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """a sigmoid(b)"""
        return F.glu(input, self.dim)
