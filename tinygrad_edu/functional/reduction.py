"""Functions that reduce along dimensions."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made, return_types
from ..dtypes import as_numpy, default_dtype
from ..inplace import written
from ..ops import elementwise, fused, reduce as rows
from ..ops.shape import reshape
from ..primitive import raw, wrap
from ..promotion import cast
from .copying import clone
from .dims import axes_of, axis_of, numpy_names
from .operands import ordered
from .order import picked

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "all", "amax", "amin", "aminmax", "any", "argmax", "argmin", "count_nonzero", "log_softmax",
    "logsumexp", "max", "mean", "min", "nanmean", "nansum", "prod", "softmax", "sum",
]  # fmt: skip

Dim = builtins.int | Sequence[builtins.int] | None

INT64, UINT8 = np.dtype(np.int64), np.dtype(np.uint8)


# ---- what is reduced --------------------------------------------------------------------------------
def counting(x: Any, dtype: Any) -> Any:
    """What is summed: in the dtype asked for, or int64 for bools and integers."""
    if dtype is not None:
        return cast(x, as_numpy(dtype))
    return cast(x, INT64) if raw(x).dtype.kind in "biu" else x


def as_float(x: Tensor) -> Tensor:
    """Bools and integers as the default float."""
    return x if raw(x).dtype.kind in "fc" else cast(x, default_dtype())


def needs_float(op: str, x: Any, dtype: Any = None) -> Any:
    """x in the dtype asked for. Raises RuntimeError for bools and integers."""
    if dtype is not None:
        x = cast(x, as_numpy(dtype))
    if raw(x).dtype.kind not in "fc":
        raise RuntimeError(
            f"{op}: expected a floating-point tensor, got {raw(x).dtype}; convert it with float()"
        )
    return x


def nonempty(op: str, x: Any, dim: Dim) -> tuple[int, ...]:
    """The axes of `dim`. Raises RuntimeError, or IndexError for dimensions given, where one has size 0;
    NotImplementedError for complex numbers."""
    ordered(op, x)
    shape = raw(x).shape
    axes = axes_of(dim, len(shape))
    if 0 in shape and 0 in [shape[k] for k in axes]:
        error = RuntimeError if dim in (None, (), []) else IndexError
        raise error(f"{op}: expected at least one element to reduce, got shape {tuple(shape)}")
    return axes


# ---- sums and products ------------------------------------------------------------------------------
@numpy_names
def sum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum over `dim`, or over all. Bools and integers sum to int64.

    >>> te.sum(te.tensor([[1, 2], [3, 4]]), dim=0)
    tensor([4, 6])
    """
    a = raw(input)
    x = input if dtype is None and a.dtype.kind == "f" else counting(input, dtype)
    return rows.sum(x, axis=axes_of(dim, a.ndim), keepdims=keepdim)


@numpy_names
def mean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean over `dim`, or over all; nan of nothing. Raises RuntimeError for integers.

    >>> te.mean(te.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1, keepdim=True)
    tensor([[1.5000],
            [3.5000]])
    """
    x = needs_float("mean", input, dtype)
    shape = raw(x).shape
    axes = axes_of(dim, len(shape))
    count = math.prod([shape[k] for k in axes]) or math.nan
    half = raw(x).dtype.char == "e"  # whose sum may be too large for it
    total = rows.sum(cast(x, np.dtype(np.float32)) if half else x, axis=axes, keepdims=keepdim)
    return cast(total / float(count), np.dtype(np.float16)) if half else total / float(count)


@numpy_names
def prod(
    input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The product over one dimension, or over all; zeros are differentiated right.

    >>> x = te.tensor([2.0, 0.0, 3.0], requires_grad=True)
    >>> te.prod(x).backward(); x.grad
    tensor([0., 6., 0.])
    """
    x = counting(input, dtype)
    n = raw(x).ndim
    axes = axes_of(None if dim is None else axis_of(dim, n), n)
    return rows.prod(x, axis=axes, keepdims=keepdim)


@numpy_names
def nansum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of what is not nan, over `dim` or over all.

    >>> te.nansum(te.tensor([1.0, te.nan, 2.0]))
    tensor(3.)
    """
    return sum(elementwise.where(np.isnan(raw(input)), 0, input), dim, keepdim, dtype=dtype)


@numpy_names
def nanmean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of what is not nan, over `dim` or over all. Raises RuntimeError for integers.

    >>> te.nanmean(te.tensor([1.0, te.nan, 2.0]))
    tensor(1.5000)
    """
    x = needs_float("nanmean", input)
    count = sum(wrap(~np.isnan(raw(x))), dim, keepdim)
    return nansum(x, dim, keepdim, dtype=dtype) / count


@numpy_names
def logsumexp(input: Tensor, dim: Dim, keepdim: bool = False) -> Tensor:
    """log of the sum of e^x over `dim`, without overflow.

    >>> te.logsumexp(te.tensor([1000.0, 1000.0]), dim=0) - 1000
    tensor(0.6932)
    """
    x = as_float(input)
    return rows.logsumexp(x, axis=axes_of(dim, raw(x).ndim), keepdims=keepdim)


# ---- the largest and the smallest ---------------------------------------------------------------------
@numpy_names
def amax(
    input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """The largest over `dim`; the gradient is shared evenly among ties. nan wins.

    >>> x = te.tensor([1.0, 3.0, 3.0], requires_grad=True)
    >>> te.amax(x, 0).backward(); x.grad
    tensor([0.0000, 0.5000, 0.5000])
    """
    found = rows.amax(input, axis=nonempty("amax", input, dim), keepdims=keepdim)
    return found if out is None else written("amax", found, out, input, dtype=True)


@numpy_names
def amin(
    input: Tensor, dim: Dim = None, keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """The smallest over `dim`; the gradient is shared evenly among ties. nan wins.

    >>> te.amin(te.tensor([[1, 2], [3, 0]]), dim=1)
    tensor([1, 0])
    """
    found = rows.amin(input, axis=nonempty("amin", input, dim), keepdims=keepdim)
    return found if out is None else written("amin", found, out, input, dtype=True)


@numpy_names
def aminmax(
    input: Tensor,
    *,
    dim: int | None = None,
    keepdim: bool = False,
    out: tuple[Tensor, Tensor] | None = None,
) -> return_types.aminmax:
    """The smallest and the largest, over `dim` or over all: (min, max).

    >>> te.aminmax(te.tensor([3, 1, 2]))
    tinygrad_edu.return_types.aminmax(
    min=tensor(1),
    max=tensor(3))
    """
    low, high = out or (None, None)
    return return_types.aminmax(
        amin(input, dim, keepdim, out=low), amax(input, dim, keepdim, out=high)
    )


@numpy_names
def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest of all (ties share the gradient); along `dim`, (values, indices), where the first of ties is picked;
    beside another tensor, the elementwise maximum.

    >>> te.max(te.tensor([[1.0, 3.0], [5.0, 5.0]]), dim=1).indices
    tensor([1, 0])
    """
    if dim is None:
        return rows.amax(input, axis=nonempty("max", input, None), keepdims=False)
    if isinstance(dim, (int, np.integer)):
        return picked(return_types.max, input, int(dim), keepdim, _first_largest)
    return _of_two("max", elementwise.maximum, input, dim)


@numpy_names
def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest of all (ties share the gradient); along `dim`, (values, indices), where the first of ties is picked;
    beside another tensor, the elementwise minimum.

    >>> te.min(te.tensor([[1.0, 3.0], [5.0, 5.0]]), dim=1).indices
    tensor([0, 0])
    """
    if dim is None:
        return rows.amin(input, axis=nonempty("min", input, None), keepdims=False)
    if isinstance(dim, (int, np.integer)):
        return picked(return_types.min, input, int(dim), keepdim, _first_smallest)
    return _of_two("min", elementwise.minimum, input, dim)


def _of_two(op: str, row: Any, x: Any, y: Any) -> Tensor:
    if not (isinstance(x, made.Tensor) and isinstance(y, made.Tensor)):
        raise TypeError(
            f"{op}: expected a Tensor and a dim or a second Tensor, got {type(x).__name__} and {type(y).__name__}"
        )
    out: Tensor = row(x, y)
    return out


def _first_largest(a: Any, axis: int) -> Any:
    return np.argmax(a, axis, keepdims=True)


def _first_smallest(a: Any, axis: int) -> Any:
    return np.argmin(a, axis, keepdims=True)


@numpy_names
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest lies, the first of ties; over all, in the flattened tensor. nan wins.

    >>> te.argmax(te.tensor([[1, 5], [5, 2]]))
    tensor(1)
    """
    return _place("argmax", np.argmax, input, dim, keepdim)


@numpy_names
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest lies, the first of ties; over all, in the flattened tensor. nan wins.

    >>> te.argmin(te.tensor([[1, 5], [5, 2]]), dim=1)
    tensor([0, 1])
    """
    return _place("argmin", np.argmin, input, dim, keepdim)


def _place(op: str, find: Any, x: Any, dim: int | None, keepdim: bool) -> Tensor:
    ordered(op, x)
    a = raw(x)
    axis = None if dim is None else axis_of(dim, a.ndim)
    if a.dtype == bool:
        raise RuntimeError(f"{op}: expected numbers, got bools; convert them with int()")
    if (a.size if axis is None or not a.ndim else a.shape[axis]) == 0:
        raise IndexError(
            f"{op}: expected at least one element to search, got shape {tuple(a.shape)}"
        )
    return wrap(np.asarray(find(a, axis if a.ndim else None, keepdims=keepdim)))


# ---- counting -----------------------------------------------------------------------------------------
@numpy_names
def any(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether one is other than 0, over `dim` or over all; of uint8, as uint8.

    >>> te.any(te.tensor([[0, 0], [0, 2]]), dim=1)
    tensor([False,  True])
    """
    return _truth(np.logical_or, input, dim, keepdim)


@numpy_names
def all(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether none is 0, over `dim` or over all; of uint8, as uint8.

    >>> te.all(te.tensor([[0, 1], [1, 2]]), dim=1)
    tensor([False,  True])
    """
    return _truth(np.logical_and, input, dim, keepdim)


def _truth(ufunc: Any, x: Any, dim: Dim, keepdim: bool) -> Tensor:
    a = raw(x)
    axes = () if dim in ((), []) else axes_of(dim, a.ndim)  # here no dimensions are none, not all
    out = ufunc.reduce(a, axis=axes, keepdims=keepdim)
    return wrap(np.asarray(out, UINT8 if a.dtype == UINT8 else bool))


@numpy_names
def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    """How many are other than 0, over `dim` or over all.

    >>> te.count_nonzero(te.tensor([0, 1, 2]))
    tensor(2)
    """
    return sum(wrap(raw(input) != 0), dim)


# ---- softmax --------------------------------------------------------------------------------------------
@numpy_names
def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """e^x over its sum along `dim`. Raises RuntimeError for integers.

    >>> te.softmax(te.tensor([0.0, te.log(te.tensor(3.0))]), dim=0)
    tensor([0.2500, 0.7500])
    """
    return _spread(fused.softmax, "softmax", input, dim, dtype)


@numpy_names
def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """The logarithm of softmax, without overflow. Raises RuntimeError for integers.

    >>> te.log_softmax(te.tensor([1000.0, 1000.0]), dim=0)
    tensor([-0.6931, -0.6931])
    """
    return _spread(fused.log_softmax, "log_softmax", input, dim, dtype)


def _spread(row: Any, op: str, x: Any, dim: int, dtype: Any) -> Tensor:
    x = needs_float(op, x, dtype)
    a = raw(x)
    axis = axis_of(dim, a.ndim)
    if not a.ndim:
        return reshape(row(reshape(x, shape=(1,)), axis=0), shape=())
    return row(x, axis=axis) if a.size else clone(x)
