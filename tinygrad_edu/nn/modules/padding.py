"""Layers that put something around their input."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from .. import functional as F
from ..functional.sizes import Ints, each
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "CircularPad1d", "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d",
    "ReflectionPad1d", "ReflectionPad2d", "ReflectionPad3d", "ReplicationPad1d", "ReplicationPad2d",
    "ReplicationPad3d", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d",
]  # fmt: skip


class _Pad(Module):
    """What all layers of padding share: (before, after) of the last dimension, of the one before it, ..."""

    dimensions: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: Ints) -> None:
        super().__init__()
        self.padding = each(padding, 2 * self.dimensions)

    def forward(self, input: Tensor) -> Tensor:
        """The input with more around it."""
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """The padding, as printed."""
        return f"{self.padding}"


class _ConstantPad(_Pad):
    mode = "constant"

    def __init__(self, padding: Ints, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        """The input with `value` around it."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: Ints) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """The padding, as printed."""
        return f"{self.padding}"


class _CircularPad(_Pad):
    mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        """The input with its other side around it. Raises ValueError for other dimensions than the layer's."""
        d = self.dimensions
        if input.ndim not in (d + 1, d + 2):
            raise ValueError(f"expected {d + 1}D or {d + 2}D input (got {input.ndim}D input)")
        return super().forward(input)


class _ReflectionPad(_Pad):
    mode = "reflect"


class _ReplicationPad(_Pad):
    mode = "replicate"


class CircularPad1d(_CircularPad):
    """Puts what is at the other side around the last dimension.

    Example:
        >>> te.nn.CircularPad1d(1)(te.tensor([[1.0, 2.0, 3.0]]))
        tensor([[3., 1., 2., 3., 1.]])
    """

    dimensions = 1


class CircularPad2d(_CircularPad):
    """Puts what is at the other side around the last two dimensions.

    Example:
        >>> te.nn.CircularPad2d((1, 0, 0, 0))(te.tensor([[[1.0, 2.0]]]))
        tensor([[[2., 1., 2.]]])
    """

    dimensions = 2


class CircularPad3d(_CircularPad):
    """Puts what is at the other side around the last three dimensions.

    Example:
        >>> te.nn.CircularPad3d(1)(te.ones(1, 2, 2, 2)).shape
        tinygrad_edu.Size([1, 4, 4, 4])
    """

    dimensions = 3


class ConstantPad1d(_ConstantPad):
    """Puts `value` around the last dimension.

    Example:
        >>> te.nn.ConstantPad1d((1, 0), 7.0)(te.tensor([[1.0, 2.0]]))
        tensor([[7., 1., 2.]])
    """

    dimensions = 1


class ConstantPad2d(_ConstantPad):
    """Puts `value` around the last two dimensions.

    Example:
        >>> te.nn.ConstantPad2d((1, 0, 0, 1), 9.0)(te.tensor([[[1.0, 2.0]]]))
        tensor([[[9., 1., 2.],
                 [9., 9., 9.]]])
    """

    dimensions = 2


class ConstantPad3d(_ConstantPad):
    """Puts `value` around the last three dimensions.

    Example:
        >>> te.nn.ConstantPad3d(1, 9.0)(te.ones(1, 2, 2, 2)).shape
        tinygrad_edu.Size([1, 4, 4, 4])
    """

    dimensions = 3


class ReflectionPad1d(_ReflectionPad):
    """Puts the input mirrored at its edge, the edge itself not repeated around the last dimension.

    Example:
        >>> te.nn.ReflectionPad1d(2)(te.tensor([[1.0, 2.0, 3.0]]))
        tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """

    dimensions = 1


class ReflectionPad2d(_ReflectionPad):
    """Puts the input mirrored at its edge, the edge itself not repeated around the last two dimensions.

    Example:
        >>> te.nn.ReflectionPad2d((2, 0, 0, 0))(te.tensor([[[1.0, 2.0, 3.0]]]))
        tensor([[[3., 2., 1., 2., 3.]]])
    """

    dimensions = 2


class ReflectionPad3d(_ReflectionPad):
    """Puts the input mirrored at its edge, the edge itself not repeated around the last three dimensions.

    Example:
        >>> te.nn.ReflectionPad3d(1)(te.ones(1, 2, 2, 2)).shape
        tinygrad_edu.Size([1, 4, 4, 4])
    """

    dimensions = 3


class ReplicationPad1d(_ReplicationPad):
    """Puts the elements of the edge around the last dimension.

    Example:
        >>> te.nn.ReplicationPad1d(1)(te.tensor([[1.0, 2.0]]))
        tensor([[1., 1., 2., 2.]])
    """

    dimensions = 1


class ReplicationPad2d(_ReplicationPad):
    """Puts the elements of the edge around the last two dimensions.

    Example:
        >>> te.nn.ReplicationPad2d((2, 0, 0, 0))(te.tensor([[[1.0, 2.0, 3.0]]]))
        tensor([[[1., 1., 1., 2., 3.]]])
    """

    dimensions = 2


class ReplicationPad3d(_ReplicationPad):
    """Puts the elements of the edge around the last three dimensions.

    Example:
        >>> te.nn.ReplicationPad3d(1)(te.ones(1, 2, 2, 2)).shape
        tinygrad_edu.Size([1, 4, 4, 4])
    """

    dimensions = 3


class ZeroPad1d(_ZeroPad):
    """Puts zeros around the last dimension.

    Example:
        >>> te.nn.ZeroPad1d(1)(te.tensor([[1.0, 2.0]]))
        tensor([[0., 1., 2., 0.]])
    """

    dimensions = 1


class ZeroPad2d(_ZeroPad):
    """Puts zeros around the last two dimensions.

    Example:
        >>> te.nn.ZeroPad2d((1, 0, 0, 1))(te.tensor([[[1.0, 2.0]]]))
        tensor([[[0., 1., 2.],
                 [0., 0., 0.]]])
    """

    dimensions = 2


class ZeroPad3d(_ZeroPad):
    """Puts zeros around the last three dimensions.

    Example:
        >>> te.nn.ZeroPad3d(1)(te.ones(1, 2, 2, 2)).shape
        tinygrad_edu.Size([1, 4, 4, 4])
    """

    dimensions = 3
