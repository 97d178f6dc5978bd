"""Functions that reduce along dimensions."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import return_types
from ..dtypes import as_numpy
from ..ops import elementwise, fused, index, reduce as rows
from ..ops.shape import reshape
from ..primitive import cast, raw, wrap
from .dims import axes_of, axis_of

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "all", "amax", "amin", "any", "argmax", "argmin", "count_nonzero", "cumsum", "log_softmax", "logsumexp",
    "max", "mean", "min", "norm", "prod", "softmax", "std", "sum", "var",
]  # fmt: skip

Dim = builtins.int | Sequence[builtins.int] | None

INT64, BOOL = np.dtype(np.int64), np.dtype(np.bool_)


def _counting(x: Any, dtype: Any) -> Any:
    """What is summed: the dtype asked for, or int64 for bools and integers."""
    if dtype is not None:
        return cast(x, as_numpy(dtype))
    return cast(x, INT64) if raw(x).dtype.kind in "biu" else x


def _needs_float(op: str, x: Any, dtype: Any = None) -> Any:
    if dtype is not None:
        x = cast(x, as_numpy(dtype))
    if raw(x).dtype.kind not in "fc":
        raise RuntimeError(
            f"{op}: expected a floating-point tensor, got {raw(x).dtype}; convert it with float()"
        )
    return x


def _axes(dim: Dim, x: Any) -> tuple[int, ...]:
    return axes_of(dim, raw(x).ndim)


def sum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum over `dim`, or over all. Bools and integers sum to int64."""
    x = _counting(input, dtype)
    return rows.sum(x, axis=_axes(dim, x), keepdims=keepdim)


def mean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean over `dim`, or over all. Raises RuntimeError for integers."""
    x = _needs_float("mean", input, dtype)
    axes = _axes(dim, x)
    count = math.prod([raw(x).shape[k] for k in axes])
    return rows.sum(x, axis=axes, keepdims=keepdim) / (float(count) or math.nan)


def prod(
    input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The product over one dimension, or over all; zeros are differentiated right."""
    x = _counting(input, dtype)
    return rows.prod(x, axis=_axes(dim, x), keepdims=keepdim)


def var(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The variance over `dim`: squared distances from the mean over n - correction, 1 unless told."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 1 if unbiased is None else int(unbiased)
    x = _needs_float("var", input)
    axes = _axes(dim, x)
    count = math.prod([raw(x).shape[k] for k in axes])
    apart = x - rows.sum(x, axis=axes, keepdims=True) / (float(count) or math.nan)
    return rows.sum(apart * apart, axis=axes, keepdims=keepdim) / float(
        builtins.max(count - correction, 0)
    )


def std(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The square root of the variance; the gradient where all elements are equal is 0."""
    return _root(var(_needs_float("std", input), dim, unbiased, keepdim, correction=correction), 2)


def amax(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The largest over `dim`; the gradient is shared evenly among ties."""
    return rows.amax(_nonempty("amax", input, dim), axis=_axes(dim, input), keepdims=keepdim)


def amin(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The smallest over `dim`; the gradient is shared evenly among ties."""
    return rows.amin(_nonempty("amin", input, dim), axis=_axes(dim, input), keepdims=keepdim)


def _nonempty(op: str, x: Any, dim: Dim) -> Any:
    shape = raw(x).shape
    if 0 in [shape[k] for k in _axes(dim, x)]:
        error = RuntimeError if dim is None else IndexError
        raise error(f"{op}: expected at least one element to reduce, got shape {tuple(shape)}")
    return x


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest of all (ties share the gradient); along `dim`, (values, indices), where one tie is picked;
    beside another tensor, the elementwise maximum."""
    if dim is not None and not isinstance(dim, (int, np.integer)):
        return elementwise.maximum(input, dim)
    return (
        amax(input, None)
        if dim is None
        else return_types.max(*_picked(argmax, "max", input, int(dim), keepdim))
    )


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest of all (ties share the gradient); along `dim`, (values, indices), where one tie is picked;
    beside another tensor, the elementwise minimum."""
    if dim is not None and not isinstance(dim, (int, np.integer)):
        return elementwise.minimum(input, dim)
    return (
        amin(input, None)
        if dim is None
        else return_types.min(*_picked(argmin, "min", input, int(dim), keepdim))
    )


def _picked(find: Any, op: str, x: Tensor, dim: int, keepdim: bool) -> tuple[Tensor, Tensor]:
    axis = axis_of(dim, raw(x).ndim)
    _nonempty(op, x, dim)
    if not raw(x).ndim:
        return elementwise.mul(x, 1), wrap(np.zeros((), INT64))
    indices = find(x, axis, True)
    values = index.gather(x, axis=axis, index=raw(indices))
    if keepdim:
        return values, indices
    shape = tuple(n for k, n in enumerate(raw(x).shape) if k != axis)
    return reshape(values, shape=shape), reshape(indices, shape=shape)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest lies, the first of ties; over all, in the flattened tensor."""
    return _where_extreme(rows.argmax, input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest lies, the first of ties; over all, in the flattened tensor."""
    return _where_extreme(rows.argmin, input, dim, keepdim)


def _where_extreme(row: Any, x: Any, dim: int | None, keepdim: bool) -> Tensor:
    a = raw(x)
    axis = None if dim is None or not a.ndim else axis_of(dim, a.ndim)
    if (a.size if axis is None else a.shape[axis]) == 0:
        raise IndexError(
            f"{row.__name__}: expected at least one element to search, got shape {tuple(a.shape)}"
        )
    out: Tensor = row(x, axis=axis)
    if keepdim:
        out = reshape(
            out, shape=tuple(1 if axis in (None, k) else n for k, n in enumerate(a.shape))
        )
    return out


def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """log of the sum of e^x over `dim`, without overflow."""
    x = input if raw(input).dtype.kind == "f" else input.float()
    return rows.logsumexp(x, axis=_axes(dim, x), keepdims=keepdim)


def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Running sums along `dim`."""
    x = _counting(input, dtype)
    if not raw(x).ndim:
        axis_of(dim, 0)
        return elementwise.mul(x, 1)
    return rows.cumsum(x, axis=axis_of(dim, raw(x).ndim))


def any(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether one is other than 0."""
    return rows.any(input, axis=_axes(dim, input), keepdims=keepdim)


def all(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether none is 0."""
    return rows.all(input, axis=_axes(dim, input), keepdims=keepdim)


def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    """How many are other than 0."""
    return sum(cast(input, BOOL), dim)


def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """e^x over its sum along `dim`. Raises RuntimeError for integers."""
    return _along(fused.softmax, "softmax", input, dim, dtype)


def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """The logarithm of softmax, without overflow. Raises RuntimeError for integers."""
    return _along(fused.log_softmax, "log_softmax", input, dim, dtype)


def _along(row: Any, op: str, x: Any, dim: int, dtype: Any) -> Tensor:
    x = _needs_float(op, x, dtype)
    axis = axis_of(dim, raw(x).ndim)
    if not raw(x).ndim:
        return reshape(row(reshape(x, shape=(1,)), axis=0), shape=())
    return row(x, axis=axis) if raw(x).size else elementwise.mul(x, 1.0)


def norm(
    input: Tensor, p: Any = "fro", dim: Dim = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """(sum |x|^p)^(1/p) over `dim`; p may be inf, -inf or 0. The gradient at 0 is 0."""
    x = _needs_float("norm", input, dtype)
    axes = _axes(dim, x)
    if p in ("fro", None):
        p = 2
    if p == math.inf:
        return rows.amax(elementwise.abs(x), axis=axes, keepdims=keepdim)
    if p == -math.inf:
        return rows.amin(elementwise.abs(x), axis=axes, keepdims=keepdim)
    if p == 0:
        return rows.sum(cast(elementwise.ne(x, 0), raw(x).dtype), axis=axes, keepdims=keepdim)
    if p == 1:
        return rows.sum(elementwise.abs(x), axis=axes, keepdims=keepdim)
    powers = x * x if p == 2 else elementwise.pow(elementwise.abs(x), p)
    return _root(rows.sum(powers, axis=axes, keepdims=keepdim), p)


def _root(x: Any, p: float) -> Tensor:
    """x^(1/p), with gradient 0 where x is 0."""
    zero = elementwise.eq(x, 0)
    one, none = (np.asarray(k, raw(x).dtype) for k in (1, 0))
    safe = elementwise.where(zero, one, x)
    return elementwise.where(
        zero, none, elementwise.sqrt(safe) if p == 2 else elementwise.pow(safe, 1 / p)
    )
