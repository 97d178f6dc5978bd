"""The named tuples that functions with several results return, under PyTorch's names.

>>> import tinygrad_edu as te
>>> te.tensor([[1.0, 3.0], [5.0, 2.0]]).max(dim=1)
tinygrad_edu.return_types.max(
values=tensor([3., 5.]),
indices=tensor([1, 0]))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .tensor import Tensor


def _text(result: Any) -> str:
    fields = ",\n".join(f"{k}={v!r}" for k, v in zip(result._fields, result))
    return f"{type(result).__module__}.{type(result).__name__}(\n{fields})"


class _Chosen(NamedTuple):
    values: Tensor
    indices: Tensor

    def __repr__(self) -> str:
        return _text(self)


class max(_Chosen):
    """Of `max` along a dimension."""

    __slots__ = ()


class min(_Chosen):
    """Of `min` along a dimension."""

    __slots__ = ()
