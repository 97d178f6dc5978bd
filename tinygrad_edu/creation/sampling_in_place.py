"""Methods that fill a tensor with random numbers: drawn for its shape in double precision, cast to its dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..inplace import assign
from ..primitive import raw, wrap
from ..random import stream_of
from .sampling import check, integers

if TYPE_CHECKING:
    from ..random import Generator
    from ..tensor import Tensor

__all__ = [
    "bernoulli_", "cauchy_", "exponential_", "geometric_", "log_normal_", "normal_", "random_", "uniform_",
]  # fmt: skip


def _fill(t: Tensor, name: str, generator: Generator | None, draw: Callable[..., Any]) -> Tensor:
    """Write what `draw` draws from the stream for the shape of `t` into it."""
    if t.array.dtype.kind != "f" and name not in ("bernoulli_", "geometric_"):
        raise NotImplementedError(
            f"{name}: expected a floating-point tensor, got {t.array.dtype}; convert it with to()"
        )
    drawn = np.asarray(draw(stream_of(generator), t.array.shape)).astype(t.array.dtype)
    assign(t, (...,), wrap(drawn), name)
    return t


def uniform_(
    input: Tensor, from_: float = 0, to: float = 1, *, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers uniform in [from, to), in place.

    >>> te.empty(2).uniform_(3, 3)
    tensor([3., 3.])
    """
    if from_ > to:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}"
        )
    return _fill(
        input, "uniform_", generator, lambda g, shape: g.random(shape) * (to - from_) + from_
    )


def normal_(
    input: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers of the normal distribution, in place.

    >>> te.empty(2).normal_(5, 0)
    tensor([5., 5.])
    """
    check("normal", "std >= 0.0", "std", std, std >= 0)
    return _fill(
        input, "normal_", generator, lambda g, shape: g.standard_normal(shape) * std + mean
    )


def log_normal_(
    input: Tensor, mean: float = 1, std: float = 2, *, generator: Generator | None = None
) -> Tensor:
    """Fill with exp of numbers of the normal distribution with that mean and std, in place.

    >>> (te.empty(2).log_normal_() > 0).all()
    tensor(True)
    """
    check("log_normal_", "std > 0.0", "std", std, std > 0)
    return _fill(input, "log_normal_", generator, lambda g, shape: g.lognormal(mean, std, shape))


def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill with 1 with probability p, a number or a Tensor, and else 0, in place.

    >>> te.empty(2).bernoulli_(1.0)
    tensor([1., 1.])
    """
    chance = np.asarray(raw(p))
    check("bernoulli_", "p to be in [0, 1]", "p", p, ((chance >= 0) & (chance <= 1)).all())
    return _fill(input, "bernoulli_", generator, lambda g, shape: g.random(shape) < chance)


def exponential_(input: Tensor, lambd: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers of the exponential distribution with rate lambd, in place.

    >>> (te.empty(2).exponential_() >= 0).all()
    tensor(True)
    """
    check("exponential_", "lambda > 0.0", "lambda", lambd, lambd > 0)
    return _fill(input, "exponential_", generator, lambda g, shape: g.exponential(1 / lambd, shape))


def geometric_(input: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """Fill with how many trials the first success of probability p takes, in place.

    >>> (te.empty(2).geometric_(0.5) >= 1).all()
    tensor(True)
    """
    check("geometric_", "p to be in (0, 1)", "p", p, 0 < p < 1)
    return _fill(input, "geometric_", generator, lambda g, shape: g.geometric(p, shape))


def cauchy_(
    input: Tensor, median: float = 0, sigma: float = 1, *, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers of the Cauchy distribution, in place.

    >>> te.empty(2).cauchy_().shape
    tinygrad_edu.Size([2])
    """
    check("cauchy_", "sigma > 0.0", "sigma", sigma, sigma > 0)
    return _fill(
        input, "cauchy_", generator, lambda g, shape: g.standard_cauchy(shape) * sigma + median
    )


def random_(
    input: Tensor, from_: int = 0, to: int | None = None, *, generator: Generator | None = None
) -> Tensor:
    """Fill with integers of [from, to), in place: `random_(to)`, `random_(from, to)`.

    Without bounds, of all that are not negative and that the dtype can tell apart.

    >>> te.empty(2).random_(3, 4)
    tensor([3., 3.])
    """
    kind = input.array.dtype
    if to is None and from_:
        from_, to = 0, from_
    if to is None:
        to = 2 ** (np.finfo(kind).nmant + 1) if kind.kind == "f" else int(np.iinfo(kind).max)
    drawn = integers("random_", from_, to, input.array.shape, generator)
    assign(input, (...,), wrap(drawn.astype(kind)), "random_")
    return input
