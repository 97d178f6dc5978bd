"""Layers that drop some of their input in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import functional as F
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["Dropout"]


class Dropout(Module):
    """In training, sets elements to 0 with probability `p` and divides the others by 1 - p.

    Raises ValueError for p outside [0, 1].  Source: Srivastava et al. 2014.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Dropout(0.2).eval()(te.ones(3))
        tensor([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        """x, some of it dropped in training."""
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"p={self.p}, inplace={self.inplace}"
