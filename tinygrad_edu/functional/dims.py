"""Dimensions as PyTorch counts them, turned into NumPy's axes once, before any row sees them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

__all__ = ["axes_of", "axis_of", "numpy_names", "reduced_shape", "size_of"]

ALL = [tuple(range(ndim)) for ndim in range(65)]  # NumPy has no more
Rest = ParamSpec("Rest")
Result = TypeVar("Result")


def numpy_names(function: Callable[Rest, Result]) -> Callable[Rest, Result]:
    """Let the arguments `dim` and `keepdim` be called `axis` and `keepdims` as well."""

    @wraps(function)
    def called(*args: Rest.args, **kwargs: Rest.kwargs) -> Result:
        if kwargs:
            for theirs, ours in ("axis", "dim"), ("keepdims", "keepdim"):
                if theirs in kwargs:
                    kwargs[ours] = kwargs.pop(theirs)
        return function(*args, **kwargs)

    return called


def axis_of(dim: int, ndim: int) -> int:
    """A dimension, negative counted from the end, as an axis. Raises IndexError out of range."""
    if type(dim) is int and -ndim <= dim < ndim:
        return dim % ndim
    n = max(ndim, 1)
    try:
        k = operator.index(dim)
    except TypeError:
        raise TypeError(f"dim: expected an int, got {type(dim).__name__}") from None
    if not -n <= k < n:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})"
        )
    return k % n


def axes_of(dim: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """Dimensions as sorted axes; None and () are all. Raises RuntimeError for one named twice."""
    if type(dim) is int and -ndim <= dim < ndim:
        return (dim % ndim,)
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return ALL[ndim]
    dims: Any = dim if isinstance(dim, (tuple, list)) else (dim,)
    axes = sorted(axis_of(d, ndim) for d in dims)
    for a, b in zip(axes, axes[1:]):
        if a == b:
            raise RuntimeError(f"dim {a} appears multiple times in the list of dims")
    return tuple(axes) if ndim else ()


def reduced_shape(shape: Sequence[int], axes: Sequence[int], keepdim: bool) -> tuple[int, ...]:
    """A shape after the reduction of some axes: without them, or with size 1 there."""
    return tuple(1 if k in axes else n for k, n in enumerate(shape) if keepdim or k not in axes)


def size_of(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """A shape given as `f(2, 3)`, `f((2, 3))` or `f(torch.Size([2, 3]))`."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    try:
        return tuple([operator.index(n) for n in sizes])
    except TypeError:
        raise TypeError(
            f"size: expected ints, got {', '.join(type(n).__name__ for n in sizes)}"
        ) from None
