"""Functions of how numbers are distributed: spread and middle."""

from __future__ import annotations

import builtins
import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as made, return_types
from ..ops import reduce as rows
from ..ops.elementwise import sqrt, where
from ..ops.index import gather, getitem
from ..ops.shape import mT, permute, reshape
from ..primitive import raw, wrap
from .arithmetic import lerp
from .comparison import clamp
from .diagonals import diagonal
from .dims import axes_of, numpy_names, reduced_shape
from .norms import power_or_0
from .order import order, picked, places_along, sort
from .products import matmul
from .reduction import as_float, mean, needs_float, sum

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "corrcoef", "cov", "median", "mode", "nanmedian", "nanquantile", "quantile", "std", "std_mean", "var", "var_mean",
]  # fmt: skip


# ---- spread -----------------------------------------------------------------------------------------
@numpy_names
def var(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The variance over `dim`: squared distances from the mean over n - correction, 1 unless told.

    `unbiased=False` is correction 0. Raises RuntimeError for integers.

    >>> te.var(te.tensor([1.0, 2.0, 3.0]), correction=0)
    tensor(0.6667)
    """
    x = needs_float("var", input)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 1 if unbiased is None else int(unbiased)
    axes = axes_of(dim, raw(x).ndim)
    count = math.prod([raw(x).shape[k] for k in axes])
    apart = x - rows.sum(x, axis=axes, keepdims=True) / (float(count) or math.nan)
    if count <= correction:
        _warn_of_no_freedom("var", count, correction)
    divisor = float(builtins.max(count - correction, 0))
    return rows.sum(apart * apart, axis=axes, keepdims=keepdim) / divisor


def _warn_of_no_freedom(op: str, count: float, correction: float) -> None:
    warnings.warn(
        f"{op}(): degrees of freedom is <= 0: expected a correction below the count of {count:g}, got {correction:g}",
        stacklevel=3,
    )


@numpy_names
def std(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The square root of the variance; the gradient where all elements are equal is 0.

    >>> te.std(te.tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return power_or_0(var(input, dim, unbiased, keepdim, correction=correction), 0.5)


@numpy_names
def var_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """(var, mean)

    >>> te.var_mean(te.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    return (
        var(input, dim, unbiased, keepdim, correction=correction),
        mean(input, None if isinstance(dim, bool) else dim, keepdim),
    )


@numpy_names
def std_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """(std, mean)

    >>> te.std_mean(te.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    variance, center = var_mean(input, dim, unbiased, keepdim, correction=correction)
    return power_or_0(variance, 0.5), center


def cov(
    input: Tensor,
    *,
    correction: int = 1,
    fweights: Tensor | None = None,
    aweights: Tensor | None = None,
) -> Tensor:
    """The covariance matrix of variables (rows) over observations (columns), a number for one variable.

    `fweights` says how often each observation was made, `aweights` how much it counts.

    >>> te.cov(te.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]))
    tensor([[1., 2.],
            [2., 4.]])
    """
    if raw(input).ndim > 2 or raw(input).dtype == bool:
        raise RuntimeError(
            "cov: expected input to have two or fewer dimensions and not bools, "
            f"got shape {tuple(raw(input).shape)} of {raw(input).dtype}"
        )
    x = as_float(input if raw(input).ndim == 2 else reshape(input, shape=(1, -1)))
    n = raw(x).shape[1]
    for name, w, kinds in (("fweights", fweights, "iu"), ("aweights", aweights, "f")):
        if w is None:
            continue
        if raw(w).ndim > 1 or raw(w).size != n or raw(w).dtype.kind not in kinds:
            what = "integral" if kinds == "iu" else "floating point"
            raise RuntimeError(
                f"cov: expected {name} to have one or fewer dimensions, {what} dtype and the same numel as there are "
                f"observations, {n}, got shape {tuple(raw(w).shape)} of {raw(w).dtype}"
            )
        if (raw(w) < 0).any():
            raise RuntimeError(f"cov: {name} cannot be negative, got {raw(w).min()}")
    w = fweights if aweights is None else aweights if fweights is None else fweights * aweights
    total = float(n) if w is None else sum(w)
    lost = correction if aweights is None else correction * sum(w * aweights) / total
    degrees = total - lost
    if float(degrees) <= 0:
        _warn_of_no_freedom("cov", float(total), float(lost))
        degrees = 0.0
    apart = x - sum(x if w is None else x * w, 1, True) / total
    out = matmul(apart, mT(apart if w is None else apart * w)) / degrees
    return out if raw(input).ndim == 2 and raw(input).shape[0] != 1 else reshape(out, shape=())


def corrcoef(input: Tensor) -> Tensor:
    """The matrix of correlation coefficients of variables (rows), a number for one variable.

    >>> te.corrcoef(te.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(input)
    if not raw(c).ndim:
        return c / c
    deviation = sqrt(diagonal(c))
    return clamp(c / reshape(deviation, shape=(-1, 1)) / deviation, -1, 1)


# ---- the middle -------------------------------------------------------------------------------------
@numpy_names
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The lower of the two middle elements: of all (ties share the gradient), or along `dim`, (values, indices).

    nan if there is a nan.

    >>> te.median(te.tensor([4.0, 1.0, 3.0, 2.0]))
    tensor(2.)
    """
    return _median(return_types.median, input, dim, keepdim, _middle)


@numpy_names
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The median of what is not nan.

    >>> te.nanmedian(te.tensor([1.0, te.nan, 3.0, 2.0]))
    tensor(2.)
    """
    return _median(return_types.nanmedian, input, dim, keepdim, _middle_number)


def _median(kind: Any, input: Tensor, dim: int | None, keepdim: bool, find: Any) -> Any:
    a = raw(input)
    if dim is not None:
        return picked(kind, input, dim, keepdim, find)
    if not a.size:
        return wrap(np.asarray(math.nan).astype(a.dtype))
    middle = a.reshape(-1)[find(a.reshape(-1), 0)[0]]
    ties = (a == middle) | (np.isnan(a) & np.isnan(middle))
    return rows.amax(getitem(input, index=(ties,)), axis=(0,), keepdims=False)


def _middle(a: Any, axis: int) -> Any:
    """Where the lower median along an axis is, or the first nan."""
    n, numbers = a.shape[axis], np.add.reduce(a == a, axis, keepdims=True)
    return np.take_along_axis(order(a, axis), np.where(numbers < n, numbers, (n - 1) // 2), axis)


def _middle_number(a: Any, axis: int) -> Any:
    """Where the lower median of the elements other than nan is along an axis."""
    numbers = np.add.reduce(a == a, axis, keepdims=True)
    return np.take_along_axis(order(a, axis), np.maximum(numbers - 1, 0) // 2, axis)


@numpy_names
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> return_types.mode:
    """The most frequent element along `dim`, of several the smallest, and its last place: (values, indices).

    >>> te.mode(te.tensor([3, 1, 3])).values
    tensor(3)
    """
    return picked(return_types.mode, input, dim, keepdim, _most_frequent)


def _most_frequent(a: Any, axis: int) -> Any:
    found, places = order(a, axis), places_along(a, axis)
    ranked = np.take_along_axis(a, found, axis)
    starts = ranked != np.roll(ranked, 1, axis)
    run = places - np.maximum.accumulate(np.where(starts, places, 0), axis)
    return np.take_along_axis(found, np.argmax(run, axis, keepdims=True), axis)


# ---- quantiles --------------------------------------------------------------------------------------
@numpy_names
def quantile(
    input: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """The number below which a fraction `q` (one or several, in a new first dimension) of the elements lies.

    Between two elements `interpolation` decides: "linear", "lower", "higher", "midpoint" or "nearest".
    nan if there is a nan. Raises RuntimeError for integers, nothing to reduce and `q` outside of [0, 1].

    >>> te.quantile(te.tensor([1.0, 2.0, 3.0, 4.0]), te.tensor([0.25, 0.5]))
    tensor([1.7500, 2.5000])
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@numpy_names
def nanquantile(
    input: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """The quantile of what is not nan.

    >>> te.nanquantile(te.tensor([1.0, te.nan, 2.0]), 0.5)
    tensor(1.5000)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


ROUNDED = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}


def _quantile(
    op: str, input: Tensor, q: Any, dim: int | None, keepdim: bool, interpolation: str
) -> Tensor:
    x = needs_float(op, input)
    dtype, n = raw(x).dtype, raw(x).ndim
    if not isinstance(q, made.Tensor):
        q = wrap(np.asarray(q, dtype))
    fractions = q.array
    if fractions.dtype != dtype or fractions.ndim > 1:
        raise RuntimeError(
            f"{op}: expected q to be a scalar or 1D tensor of dtype {dtype}, "
            f"got shape {fractions.shape} of {fractions.dtype}"
        )
    if not ((fractions >= 0) & (fractions <= 1)).all():
        raise RuntimeError(f"{op}: expected q in the range [0, 1], got {fractions}")
    if interpolation not in (*ROUNDED, "linear", "midpoint"):
        raise RuntimeError(
            f"{op}: expected interpolation to be one of linear, lower, higher, midpoint or nearest, got {interpolation}"
        )
    if not raw(x).size:
        raise RuntimeError(f"{op}: expected a non-empty tensor, got shape {raw(x).shape}")
    axes = axes_of(dim, n)
    rest = tuple(k for k in range(n) if k not in axes)
    moved = permute(x, axes=(*rest, *axes))
    kept = raw(moved).shape[: len(rest)]
    values = sort(reshape(moved, shape=(*kept, -1))).values
    numbers = np.add.reduce(raw(values) == raw(values), -1, keepdims=True)
    last = raw(values).shape[-1] - 1
    if op == "nanquantile":
        rank = q.reshape(-1) * wrap(np.maximum(numbers - 1, 0).astype(dtype))
    else:
        rank = where(numbers <= last, dtype.type(last), q.reshape(-1) * float(last))
    axis = len(kept)

    def at(place: Any) -> Tensor:
        return gather(values, axis=axis, index=place.astype(np.int64))

    if interpolation in ROUNDED:
        out = at(ROUNDED[interpolation](raw(rank)))
    else:
        below = np.floor(raw(rank))
        weight = 0.5 if interpolation == "midpoint" else rank - wrap(below)
        out = lerp(at(below), at(np.ceil(raw(rank))), weight)
    shape = (*fractions.shape, *reduced_shape(raw(x).shape, axes, keepdim))
    return reshape(permute(out, axes=(axis, *range(axis))), shape=shape)
