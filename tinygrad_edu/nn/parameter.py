"""Tensors that a module knows by their type: parameters, which are learned, and buffers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeGuard

from ..creation import empty
from ..tensor import Tensor

__all__ = ["Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter", "is_lazy"]


class Parameter(Tensor):
    """A Tensor to be learned: assigned to a module, it is among its parameters.

    Shares the memory of `data`, without its history.  Raises TypeError for what is not a Tensor.

    Example:
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
        >>> te.nn.Buffer(te.zeros(2), persistent=False)
        tensor([0., 0.])
    """

    persistent: bool

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        super().__init__(_checked(data))
        self.persistent = persistent


# ---- of a shape not yet known --------------------------------------------------------------------
class _Uninitialized(Tensor):
    """What is still without elements, though it has a dtype; `materialize` makes it another class."""

    cls_to_become: ClassVar[type[Tensor]] = Tensor

    def materialize(self, shape: Sequence[int], device: Any = None, dtype: Any = None) -> None:
        """Give it memory, not filled, and make it what it was to become."""
        self.data = empty(tuple(shape), device=device, dtype=self.dtype if dtype is None else dtype)
        self.__class__ = self.cls_to_become  # type: ignore[assignment]

    def detach(self) -> Tensor:
        """Itself: there is nothing to share yet."""
        return self

    @property
    def shape(self) -> Any:
        """Raises RuntimeError: it is not known yet."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer; "
            "call the module on a batch first, which tells it its shapes"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class UninitializedParameter(_Uninitialized, Parameter):
    """A parameter whose shape is not known yet; `materialize(shape)` makes it a Parameter.

    Example:
        >>> p = te.nn.UninitializedParameter()
        >>> p.materialize((2, 3))
        >>> type(p).__name__, p.shape
        ('Parameter', tinygrad_edu.Size([2, 3]))
    """

    cls_to_become = Parameter

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(empty(0, device=device, dtype=dtype), requires_grad)


class UninitializedBuffer(_Uninitialized, Buffer):
    """A buffer whose shape is not known yet; `materialize(shape)` makes it a Tensor.

    Example:
        >>> te.nn.UninitializedBuffer()
        <UninitializedBuffer>
    """

    def __init__(
        self,
        requires_grad: bool = False,
        device: Any = None,
        dtype: Any = None,
        persistent: bool = True,
    ) -> None:
        super().__init__(empty(0, device=device, dtype=dtype), persistent=persistent)
        self.requires_grad_(requires_grad)


def is_lazy(param: Any) -> TypeGuard[_Uninitialized]:
    """Whether a parameter or buffer does not know its shape yet."""
    return isinstance(param, _Uninitialized)


def _checked(data: Tensor | None) -> Tensor:
    if data is None:
        return empty(0)
    if not isinstance(data, Tensor):
        raise TypeError(f"Parameter: expected a Tensor, got {type(data).__name__}; use tensor()")
    return data
