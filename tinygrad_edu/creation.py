"""New tensors: from data, filled, in sequence, at random."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .device import device as device_named
from .dtypes import as_numpy, default_dtype
from .functional.dims import size_of
from .primitive import raw, wrap
from .random import Generator, default_generator
from .tensor import Tensor
from .value import Value

__all__ = [
    "arange",
    "as_tensor",
    "asarray",
    "bernoulli",
    "empty",
    "empty_like",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "logspace",
    "multinomial",
    "normal",
    "ones",
    "ones_like",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "scalar_tensor",
    "tensor",
    "tril_indices",
    "triu_indices",
    "zeros",
    "zeros_like",
]


def _finished(array: Any, requires_grad: bool, device: Any = None) -> Tensor:
    if device is not None:
        device_named(device)
    t = wrap(array)
    return t.requires_grad_() if requires_grad else t


def _float(dtype: Any) -> np.dtype[Any]:
    return default_dtype() if dtype is None else as_numpy(dtype)


# ---- from data ------------------------------------------------------------------------------------
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A copy of data (numbers, nested lists, arrays), with no history.

    Floats get the default dtype, ints int64, bools bool; arrays keep theirs. Raises ValueError for ragged lists.

    >>> import tinygrad_edu as te
    >>> te.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    if isinstance(data, Value):
        raise TypeError(
            "tensor: expected data, got a Value, whose history would be lost; use stack(), or float(v)"
        )
    try:
        array = np.array(raw(data) if not isinstance(data, (list, tuple)) else _plain(data))
    except ValueError as error:
        raise ValueError(
            f"tensor: expected sequences of equal length at each depth, got a ragged list; {error}"
        ) from None
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"tensor: expected numbers or bools, got {type(data).__name__} of {array.dtype}"
        )
    if dtype is not None:
        array = array.astype(as_numpy(dtype))
    elif not isinstance(data, (np.ndarray, np.generic, Tensor)):
        array = array.astype(_kind_default(data, array))
    return _finished(array, requires_grad, device)


def _plain(data: Any) -> Any:
    """Nested lists with every Tensor in them as its array."""
    if isinstance(data, (list, tuple)):
        return [_plain(x) for x in data]
    if isinstance(data, Value):
        raise TypeError(
            "tensor: expected numbers, got a Value, whose history would be lost; use stack(), or float(v)"
        )
    return raw(data)


def _kind_default(data: Any, array: Any) -> Any:
    kind = array.dtype.kind
    if kind == "f":
        first: Any = data
        while isinstance(first, (list, tuple)) and len(first):
            first = first[0]
        return (
            array.dtype
            if isinstance(first, (np.ndarray, np.generic, Tensor)) and not isinstance(first, float)
            else default_dtype()
        )
    return np.int64 if kind in "iu" else array.dtype if kind == "b" else np.complex64


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Data as a Tensor, sharing memory and history where it can."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray):
        return _finished(
            data if dtype is None else data.astype(as_numpy(dtype), copy=False), False, device
        )
    return tensor(data, dtype=dtype, device=device)


asarray = as_tensor


def from_numpy(ndarray: np.ndarray[Any, Any]) -> Tensor:
    """A Tensor on the memory of an array: a write to one is seen in the other. Raises TypeError for other things."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(
            f"from_numpy: expected np.ndarray, got {type(ndarray).__name__}; use tensor()"
        )
    as_numpy(ndarray.dtype)
    return wrap(ndarray)


def scalar_tensor(s: Any, *, dtype: Any = None) -> Tensor:
    """A 0-d tensor of a number, of the default dtype unless told."""
    return wrap(np.asarray(s, _float(dtype)))


# ---- filled ---------------------------------------------------------------------------------------
def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of a shape."""
    return _finished(np.zeros(size_of(size), _float(dtype)), requires_grad, device)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of a shape."""
    return _finished(np.ones(size_of(size), _float(dtype)), requires_grad, device)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of a shape, its numbers whatever memory held."""
    return _finished(np.empty(size_of(size), _float(dtype)), requires_grad, device)


def full(
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """One number in every place; the dtype follows from it unless told."""
    value = raw(fill_value)
    chosen = (
        as_numpy(dtype)
        if dtype is not None
        else default_dtype()
        if np.asarray(value).dtype.kind == "f"
        else np.asarray(value).dtype
    )
    return _finished(np.full(size_of((size,)), value, chosen), requires_grad, device)


def _like(x: Tensor, dtype: Any) -> Any:
    return x.array.dtype if dtype is None else as_numpy(dtype)


def zeros_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Zeros in the shape and dtype of another."""
    return _finished(np.zeros(input.array.shape, _like(input, dtype)), requires_grad, device)


def ones_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Ones in the shape and dtype of another."""
    return _finished(np.ones(input.array.shape, _like(input, dtype)), requires_grad, device)


def empty_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A tensor in the shape and dtype of another, its numbers whatever memory held."""
    return _finished(np.empty(input.array.shape, _like(input, dtype)), requires_grad, device)


def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """One number in every place, in the shape and dtype of another."""
    return _finished(
        np.full(input.array.shape, raw(fill_value), _like(input, dtype)), requires_grad, device
    )


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere."""
    return _finished(np.eye(n, m, dtype=_float(dtype)), requires_grad, device)


# ---- in sequence ----------------------------------------------------------------------------------
def arange(
    start: Any,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from start (0 unless given) up to, not including, end.

    Raises RuntimeError for a step of 0 or away from end.
    """
    start, end = (0, start) if end is None else (start, end)
    first, last, by = (raw(x).item() if isinstance(x, Tensor) else x for x in (start, end, step))
    if by == 0:
        raise RuntimeError("arange: step must be nonzero")
    if (last - first) * by < 0:
        raise RuntimeError(
            f"arange: upper bound and lower bound inconsistent with step sign, got {first} to {last} by {by}"
        )
    whole = all(isinstance(x, (int, np.integer)) for x in (first, last, by))
    chosen = (
        as_numpy(dtype) if dtype is not None else np.dtype(np.int64) if whole else default_dtype()
    )
    count = math.ceil((last - first) / by)
    return _finished(
        (first + by * np.arange(count, dtype=np.int64 if whole else np.float64)).astype(chosen),
        requires_grad,
        device,
    )


def linspace(
    start: Any,
    end: Any,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers evenly from start to end, both included."""
    return _finished(
        np.linspace(raw(start), raw(end), steps).astype(_float(dtype)), requires_grad, device
    )


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`base` to the powers evenly from start to end, both included."""
    return _finished(
        (base ** np.linspace(raw(start), raw(end), steps)).astype(_float(dtype)),
        requires_grad,
        device,
    )


def tril_indices(row: int, col: int, offset: int = 0) -> Tensor:
    """Rows and columns of the lower triangle of a matrix, (2, n)."""
    return wrap(np.stack(np.tril_indices(row, offset, col)).astype(np.int64))


def triu_indices(row: int, col: int, offset: int = 0) -> Tensor:
    """Rows and columns of the upper triangle of a matrix, (2, n)."""
    return wrap(np.stack(np.triu_indices(row, offset, col)).astype(np.int64))


# ---- at random: streams need not equal PyTorch's -------------------------------------------------------
def _stream(generator: Generator | None) -> np.random.Generator:
    return (default_generator if generator is None else generator).numpy


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers uniform in [0, 1)."""
    return _finished(_uniform(size_of(size), _float(dtype), generator), requires_grad, device)


def _uniform(shape: tuple[int, ...], dtype: Any, generator: Generator | None) -> Any:
    drawn = np.float32 if dtype == np.float32 else np.float64
    return _stream(generator).random(shape, drawn).astype(dtype, copy=False)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from the standard normal distribution."""
    return _finished(_normal(size_of(size), _float(dtype), generator), requires_grad, device)


def _normal(shape: tuple[int, ...], dtype: Any, generator: Generator | None) -> Any:
    drawn = np.float32 if dtype == np.float32 else np.float64
    return _stream(generator).standard_normal(shape, drawn).astype(dtype, copy=False)


def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers uniform in [0, 1), in the shape and dtype of another."""
    return _finished(_uniform(input.array.shape, _like(input, dtype), generator), requires_grad)


def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from the standard normal distribution, in the shape and dtype of another."""
    return _finished(_normal(input.array.shape, _like(input, dtype), generator), requires_grad)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
) -> Tensor:
    """Integers from low (0 unless given) up to, not including, high. Raises RuntimeError for an empty range."""
    if size is None:
        low, high, size = 0, low, high
    if low >= high:
        raise RuntimeError(
            f"randint: random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    drawn = _stream(generator).integers(low, high, size_of((size,)), np.int64)
    return wrap(
        np.asarray(drawn).astype(np.int64 if dtype is None else as_numpy(dtype), copy=False)
    )


def randperm(n: int, *, generator: Generator | None = None, dtype: Any = None) -> Tensor:
    """The integers 0 to n - 1 in random order."""
    return wrap(
        _stream(generator)
        .permutation(n)
        .astype(np.int64 if dtype is None else as_numpy(dtype), copy=False)
    )


def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None
) -> Tensor:
    """Normal numbers of a mean and standard deviation, given as numbers with a size, or as Tensors."""
    if np.any(np.asarray(raw(std)) < 0):
        raise RuntimeError("normal: expects all elements of std >= 0.0")
    shape = (
        np.broadcast_shapes(np.shape(raw(mean)), np.shape(raw(std)))
        if size is None
        else size_of((size,))
    )
    like = next((x.array.dtype for x in (mean, std) if isinstance(x, Tensor)), default_dtype())
    return wrap((_normal(shape, like, generator) * raw(std) + raw(mean)).astype(like, copy=False))


def bernoulli(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """1 with the probability given in each place, else 0. Raises RuntimeError outside [0, 1]."""
    p = input.array
    if not ((p >= 0) & (p <= 1)).all():
        raise RuntimeError("bernoulli: expected probabilities 0 <= p <= 1, got others")
    return wrap(np.asarray(_stream(generator).random(p.shape) < p).astype(p.dtype))


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Indices drawn by the weights in each row, (n,) -> (num_samples,) or (m, n) -> (m, num_samples).

    Raises RuntimeError for negative or all-zero weights, and for more samples than weights without replacement.
    """
    w = np.atleast_2d(input.array).astype(np.float64)
    if input.array.ndim not in (1, 2):
        raise RuntimeError(f"multinomial: prob_dist must be 1 or 2 dim, got {input.array.ndim}")
    if not np.isfinite(w).all() or (w < 0).any():
        raise RuntimeError(
            "multinomial: probability tensor contains either `inf`, `nan` or element < 0"
        )
    if (w.sum(1) <= 0).any():
        raise RuntimeError(
            "multinomial: invalid multinomial distribution (sum of probabilities <= 0)"
        )
    if num_samples <= 0 or (not replacement and num_samples > w.shape[1]):
        raise RuntimeError(
            f"multinomial: cannot sample n_sample = {num_samples} from {w.shape[1]} categories without replacement"
        )
    stream = _stream(generator)
    if replacement or num_samples == 1:
        edges = np.cumsum(w, 1)
        points = stream.random((len(w), num_samples)) * edges[:, -1:]
        found = np.stack([np.searchsorted(e, p, side="right") for e, p in zip(edges, points)])
        found = np.minimum(found, (w.shape[1] - 1 - (w[:, ::-1] > 0).argmax(1))[:, None])
    else:
        with np.errstate(
            divide="ignore"
        ):  # the largest of Gumbel-perturbed log weights: draws without replacement
            keys = np.log(w) + stream.gumbel(size=w.shape)
        found = np.argsort(-keys, axis=1)[:, :num_samples]
    return wrap(found.astype(np.int64)[0] if input.array.ndim == 1 else found.astype(np.int64))
