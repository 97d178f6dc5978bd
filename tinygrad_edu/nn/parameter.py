"""Tensors that a module knows by their type: parameters, which are learned, and buffers."""

from __future__ import annotations

from ..creation import empty
from ..tensor import Tensor

__all__ = ["Buffer", "Parameter"]


class Parameter(Tensor):
    """A Tensor to be learned: assigned to a module, it is among its parameters.

    Shares the memory of `data`, without its history.  Raises TypeError for what is not a Tensor.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Parameter(te.zeros(2))
        Parameter containing:
        tensor([0., 0.], requires_grad=True)
    """

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        super().__init__(_checked(data))
        if requires_grad:
            self.requires_grad_()

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class Buffer(Tensor):
    """A Tensor to be kept: assigned to a module, it is among its buffers, saved if `persistent`.

    Shares the memory of `data`, without its history.  Raises TypeError for what is not a Tensor.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.Buffer(te.zeros(2), persistent=False)
        tensor([0., 0.])
    """

    persistent: bool

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        super().__init__(_checked(data))
        self.persistent = persistent


def _checked(data: Tensor | None) -> Tensor:
    if data is None:
        return empty(0)
    if not isinstance(data, Tensor):
        raise TypeError(f"Parameter: expected a Tensor, got {type(data).__name__}; use tensor()")
    return data
