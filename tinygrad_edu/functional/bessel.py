"""Bessel functions of order 0 and 1, and the modified ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ops import elementwise as rows
from .operands import no_derivative_by

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["i0"]  # the others are found in `tinygrad_edu.special` only


def i0(input: Tensor) -> Tensor:
    """The modified Bessel function of order 0: the mean of e^(x cos t) over a period of t.

    >>> te.i0(te.tensor([0.0, 1.0, 2.0]))
    tensor([1.0000, 1.2661, 2.2796])
    """
    return rows.i0(input)


def i0e(input: Tensor) -> Tensor:
    """e^-|x| i0(x), which does not overflow.

    >>> te.special.i0e(te.tensor([0.0, 1.0, 1000.0]))
    tensor([1.0000, 0.4658, 0.0126])
    """
    return rows.i0e(input)


def i1(input: Tensor) -> Tensor:
    """The modified Bessel function of order 1, the derivative of i0.

    >>> te.special.i1(te.tensor([0.0, 1.0, 2.0]))
    tensor([0.0000, 0.5652, 1.5906])
    """
    return rows.i1(input)


def i1e(input: Tensor) -> Tensor:
    """e^-|x| i1(x), which does not overflow.

    >>> te.special.i1e(te.tensor([0.0, 1.0, 1000.0]))
    tensor([0.0000, 0.2079, 0.0126])
    """
    return rows.i1e(input)


def bessel_j0(input: Tensor) -> Tensor:
    """The Bessel function of the first kind of order 0. Raises NotImplementedError if a gradient is asked for.

    Difference from PyTorch: it raises at once, PyTorch in backward.

    >>> te.special.bessel_j0(te.tensor([0.0, 1.0, 2.0]))
    tensor([1.0000, 0.7652, 0.2239])
    """
    no_derivative_by("bessel_j0", input)
    return rows.bessel_j0(input)


def bessel_j1(input: Tensor) -> Tensor:
    """The Bessel function of the first kind of order 1. Raises NotImplementedError if a gradient is asked for.

    Difference from PyTorch: it raises at once, PyTorch in backward.

    >>> te.special.bessel_j1(te.tensor([0.0, 1.0, 2.0]))
    tensor([0.0000, 0.4401, 0.5767])
    """
    no_derivative_by("bessel_j1", input)
    return rows.bessel_j1(input)
