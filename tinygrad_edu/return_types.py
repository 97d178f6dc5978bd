"""The named tuples that functions with several results return, under PyTorch's names.

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


class sort(_Chosen):
    """Of `sort`."""

    __slots__ = ()


class topk(_Chosen):
    """Of `topk`."""

    __slots__ = ()


class kthvalue(_Chosen):
    """Of `kthvalue`."""

    __slots__ = ()


class median(_Chosen):
    """Of `median` along a dimension."""

    __slots__ = ()


class nanmedian(_Chosen):
    """Of `nanmedian` along a dimension."""

    __slots__ = ()


class mode(_Chosen):
    """Of `mode`."""

    __slots__ = ()


class cummax(_Chosen):
    """Of `cummax`."""

    __slots__ = ()


class cummin(_Chosen):
    """Of `cummin`."""

    __slots__ = ()


class aminmax(NamedTuple):
    """Of `aminmax`."""

    min: Tensor
    max: Tensor

    def __repr__(self) -> str:
        return _text(self)


class histogram(NamedTuple):
    """Of `histogram`."""

    hist: Tensor
    bin_edges: Tensor

    def __repr__(self) -> str:
        return _text(self)


class linalg_svd(NamedTuple):
    """Of `linalg.svd`."""

    U: Tensor
    S: Tensor
    Vh: Tensor

    def __repr__(self) -> str:
        return _text(self)


class svd(NamedTuple):
    """Of `svd`."""

    U: Tensor
    S: Tensor
    V: Tensor

    def __repr__(self) -> str:
        return _text(self)


class linalg_eigh(NamedTuple):
    """Of `linalg.eigh`."""

    eigenvalues: Tensor
    eigenvectors: Tensor

    def __repr__(self) -> str:
        return _text(self)


class linalg_qr(NamedTuple):
    """Of `linalg.qr`."""

    Q: Tensor
    R: Tensor

    def __repr__(self) -> str:
        return _text(self)


class linalg_slogdet(NamedTuple):
    """Of `linalg.slogdet`."""

    sign: Tensor
    logabsdet: Tensor

    def __repr__(self) -> str:
        return _text(self)


class linalg_lstsq(NamedTuple):
    """Of `linalg.lstsq`."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor

    def __repr__(self) -> str:
        return _text(self)


class frexp(NamedTuple):
    """Of `frexp`."""

    mantissa: Tensor
    exponent: Tensor

    def __repr__(self) -> str:
        return _text(self)
