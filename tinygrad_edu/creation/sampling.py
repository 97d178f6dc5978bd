"""Tensors of random numbers. A seed gives the same numbers each time, but not PyTorch's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import primitive as people
from ..ops import elementwise
from ..primitive import raw, wrap
from ..random import stream_of
from .options import RandomOptions, SizedRandomOptions, dtype_of, made, shape_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..random import Generator
    from ..tensor import Tensor

__all__ = [
    "bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint", "randint_like", "randn",
    "randn_like", "randperm",
]  # fmt: skip

INT64 = np.dtype(np.int64)


def _float_dtype(name: str, options: Any, default: Any = None) -> np.dtype[Any]:
    kind = dtype_of(options, default)
    if kind.kind != "f":
        raise NotImplementedError(
            f"{name}: expected a floating-point dtype, got {kind}; draw floats, then convert with to()"
        )
    return kind


def _uniform(shape: tuple[int, ...], kind: Any, generator: Generator | None) -> Any:
    drawn = np.float32 if kind == np.float32 else np.float64
    return np.asarray(stream_of(generator).random(shape, drawn)).astype(kind, copy=False)


def _normal(shape: tuple[int, ...], kind: Any, generator: Generator | None) -> Any:
    drawn = np.float32 if kind == np.float32 else np.float64
    return np.asarray(stream_of(generator).standard_normal(shape, drawn)).astype(kind, copy=False)


# ---- of a shape ------------------------------------------------------------------------------------
def rand(*sizes: Any, **options: Unpack[SizedRandomOptions]) -> Tensor:
    """Numbers uniform in [0, 1).

    >>> te.rand(2, 3).shape
    tinygrad_edu.Size([2, 3])
    """
    kind = _float_dtype("rand", options)
    drawn = _uniform(shape_of(sizes, options), kind, options.pop("generator", None))
    return made(drawn, options, "rand")


def randn(*sizes: Any, **options: Unpack[SizedRandomOptions]) -> Tensor:
    """Numbers from the standard normal distribution.

    >>> te.randn(2, 3).shape
    tinygrad_edu.Size([2, 3])
    """
    kind = _float_dtype("randn", options)
    drawn = _normal(shape_of(sizes, options), kind, options.pop("generator", None))
    return made(drawn, options, "randn")


def rand_like(input: Tensor, **options: Unpack[RandomOptions]) -> Tensor:
    """Numbers uniform in [0, 1), in the shape and dtype of another.

    >>> te.rand_like(te.ones(2, 3)).shape
    tinygrad_edu.Size([2, 3])
    """
    kind = _float_dtype("rand_like", options, input.array.dtype)
    return made(
        _uniform(input.array.shape, kind, options.pop("generator", None)), options, "rand_like"
    )


def randn_like(input: Tensor, **options: Unpack[RandomOptions]) -> Tensor:
    """Numbers from the standard normal distribution, in the shape and dtype of another.

    >>> te.randn_like(te.ones(2, dtype=te.float64)).dtype
    tinygrad_edu.float64
    """
    kind = _float_dtype("randn_like", options, input.array.dtype)
    return made(
        _normal(input.array.shape, kind, options.pop("generator", None)), options, "randn_like"
    )


def randint(
    low: Any = 0, high: Any = None, size: Any = None, **options: Unpack[RandomOptions]
) -> Tensor:
    """Integers from low (0 unless given) up to, not including, high; int64 unless told.

    Called as `randint(high, size)` or `randint(low, high, size)`.  Raises RuntimeError for an empty range.

    >>> te.randint(3, 4, (2,))
    tensor([3, 3])
    """
    if isinstance(high, (tuple, list)):
        high, size = None, high
    if high is None:
        low, high = 0, low
    drawn = integers("randint", low, high, shape_of((size,), {}), options.pop("generator", None))
    return made(drawn.astype(dtype_of(options, INT64)), options, "randint")


def randint_like(
    input: Tensor, low: int, high: int | None = None, **options: Unpack[RandomOptions]
) -> Tensor:
    """Integers from low (0 unless given) up to, not including, high, in the shape and dtype of another.

    >>> te.randint_like(te.ones(2), 3, 4)
    tensor([3., 3.])
    """
    low, high = (0, low) if high is None else (low, high)
    drawn = integers("randint_like", low, high, input.array.shape, options.pop("generator", None))
    return made(drawn.astype(dtype_of(options, input.array.dtype)), options, "randint_like")


def integers(
    name: str, low: Any, high: Any, shape: tuple[int, ...], generator: Generator | None
) -> Any:
    """An array of integers of [low, high). Raises RuntimeError for an empty range."""
    low, high = int(raw(low)), int(raw(high))
    if low >= high:
        raise RuntimeError(
            f"{name}: random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    return np.asarray(stream_of(generator).integers(low, high, shape, np.int64))


def randperm(n: int, **options: Unpack[RandomOptions]) -> Tensor:
    """The integers 0 to n - 1 in random order; int64 unless told.

    >>> te.randperm(4).sort().values
    tensor([0, 1, 2, 3])
    """
    (n,) = shape_of((n,), {})
    drawn = stream_of(options.pop("generator", None)).permutation(n)
    return made(drawn.astype(dtype_of(options, INT64), copy=False), options, "randperm")


# ---- of given parameters -----------------------------------------------------------------------------
def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, **options: Unpack[RandomOptions]
) -> Tensor:
    """Normal numbers of a mean and standard deviation, given as numbers with a size, or as Tensors.

    Raises RuntimeError for a negative std and for shapes that do not broadcast.

    >>> te.normal(te.tensor([1.0, 2.0]), 0.0)
    tensor([1., 2.])
    """
    check("normal", "std >= 0.0", "std", std, np.all(np.asarray(raw(std)) >= 0))
    tensors = [x for x in (mean, std) if isinstance(x, people.Tensor)]
    if tensors and size is None:
        try:
            shape = np.broadcast_shapes(*(x.array.shape for x in tensors))
        except ValueError:
            raise RuntimeError(
                f"normal: expected mean and std of shapes that broadcast, got {[x.array.shape for x in tensors]}"
            ) from None
        kind = np.result_type(*(x.array.dtype for x in tensors))
    else:
        shape, kind = shape_of((() if size is None else size,), {}), dtype_of(options)
    drawn = _normal(shape, kind, options.pop("generator", None)) * raw(std) + raw(mean)
    return _hung_on(made(drawn.astype(kind, copy=False), options, "normal"), *tensors)


def _hung_on(drawn: Tensor, *inputs: Tensor) -> Tensor:
    """What was drawn, with its inputs in its history as in PyTorch: their gradients are 0."""
    for x in inputs:
        if x.requires_grad:
            drawn = elementwise.where(np.False_, x, drawn)
    return drawn


def check(name: str, rule: str, what: str, number: Any, holds: Any) -> None:
    """Raise RuntimeError unless a rule holds for a number that a function is given."""
    if not holds:
        raise RuntimeError(f"{name} expects {rule}, but found {what} {number}")


def bernoulli(
    input: Tensor,
    p: Any = None,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """1 with the probability given in each place (or `p` in all), else 0.

    Raises RuntimeError for probabilities outside [0, 1].

    >>> te.bernoulli(te.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    chance = input.array if p is None else np.asarray(raw(p))
    if input.array.dtype.kind != "f":
        raise NotImplementedError(
            f"bernoulli: expected floating-point probabilities, got {input.array.dtype}"
        )
    check("bernoulli", "0 <= p <= 1", "p", chance, ((chance >= 0) & (chance <= 1)).all())
    drawn = stream_of(generator).random(input.array.shape) < chance
    result = made(np.asarray(drawn).astype(input.array.dtype), {"out": out}, "bernoulli")
    return _hung_on(result, input)


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Counts of the Poisson distribution with the rate given in each place.

    >>> te.poisson(te.zeros(2))
    tensor([0., 0.])
    """
    check("poisson", "rates >= 0", "rates", input, (input.array >= 0).all())
    drawn = np.asarray(stream_of(generator).poisson(input.array)).astype(input.array.dtype)
    return _hung_on(wrap(drawn), input)


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Indices drawn by the weights in each row, (n,) -> (num_samples,) or (m, n) -> (m, num_samples).

    Raises RuntimeError for negative or all-zero weights, for more samples than weights without replacement, and
    for more than 2^24 weights in a row.

    >>> te.multinomial(te.tensor([0.0, 1.0, 0.0]), 2, replacement=True)
    tensor([1, 1])
    """
    weights = input.array
    if weights.dtype.kind != "f":
        raise RuntimeError(
            f"multinomial only supports floating-point dtypes for input, got: {weights.dtype}"
        )
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"multinomial: prob_dist must be 1 or 2 dim, got {weights.ndim}")
    if weights.shape[-1] > 2**24:  # what float32 counts exactly, and so PyTorch's limit
        raise RuntimeError(
            f"multinomial: number of categories cannot exceed 2^24, got {weights.shape[-1]}"
        )
    w = np.atleast_2d(weights).astype(np.float64)
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
    draw = _with_replacement if replacement or num_samples == 1 else _without_replacement
    found = draw(w, num_samples, stream_of(generator)).astype(np.int64)
    if out is not None and out.array.dtype != INT64:
        raise RuntimeError(f"multinomial expects Long tensor out, got: {out.array.dtype}")
    return made(found[0] if weights.ndim == 1 else found, {"out": out}, "multinomial")


def _with_replacement(w: Any, count: int, stream: np.random.Generator) -> Any:
    edges = np.cumsum(w, 1)
    points = stream.random((len(w), count)) * edges[:, -1:]
    found = np.stack([np.searchsorted(e, p, side="right") for e, p in zip(edges, points)])
    last = w.shape[1] - 1 - (w[:, ::-1] > 0).argmax(1)  # rounding must not draw a weight of 0
    return np.minimum(found, last[:, None])


def _without_replacement(w: Any, count: int, stream: np.random.Generator) -> Any:
    """The largest log weights with Gumbel noise added (Vieira 2014): draws without replacement."""
    with np.errstate(divide="ignore"):
        keys = np.log(w) + stream.gumbel(size=w.shape)
    return np.argsort(-keys, axis=1)[:, :count]
