"""Dropout: some of the input set to 0 at random, in training."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ...ops import elementwise
from ...primitive import raw, wrap
from ...random import Generator, stream_of

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

SELU_FLOOR = -1.7580993408473766
"""What SELU tends to for large negative inputs: -scale alpha."""


def _kept(
    op: str, input: Tensor, p: float, channels: bool = False, generator: Generator | None = None
) -> Any:
    """An array of bools, False with probability `p`: per element, or per channel of each sample."""
    x = raw(input)
    if x.dtype.kind != "f":
        raise RuntimeError(f"{op}: expected a floating-point tensor, got {x.dtype}")
    if channels and x.ndim < 2:
        raise RuntimeError(
            f"{op}: Feature dropout requires at least 2 dimensions in the input, got {x.ndim}"
        )
    drawn = (*x.shape[:2], *(1,) * (x.ndim - 2)) if channels else x.shape
    return stream_of(generator).random(drawn, np.float32) >= p


def _idle(p: float, training: bool) -> bool:
    """Whether nothing is to be dropped. Raises ValueError for p outside [0, 1]."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    return not training or p == 0


def _scaled(input: Tensor, kept: Any, p: float, inplace: bool) -> Tensor:
    """x / (1 - p) where it is kept, else 0."""
    scale = wrap(kept * raw(input).dtype.type(1 / (1 - p) if p < 1 else 0))
    out: Tensor = elementwise.mul(input, scale)
    return input.copy_(out) if inplace else out


def dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """In training, 0 with probability `p`, else x / (1 - p): the mean stays. Otherwise x itself.

    Raises ValueError for p outside [0, 1].  Source: Srivastava et al. 2014.

    Example:
        >>> te.nn.functional.dropout(te.ones(2), p=0.9, training=False)
        tensor([1., 1.])
    """
    if _idle(p, training):
        return input
    return _scaled(input, _kept("dropout", input, p, generator=generator), p, inplace)


def _channel_dropout(
    op: str, batched: int, input: Tensor, p: float, training: bool, inplace: bool
) -> Tensor:
    """Dropout of whole channels, of an input with `batched` dimensions or one without a batch."""
    if _idle(p, training):
        return input
    if input.ndim == batched - 1:
        kept = _kept(op, input[None], p, channels=True)[0]
    else:
        kept = _kept(op, input, p, channels=True)
    return _scaled(input, kept, p, inplace)


def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """In training, whole channels 0 with probability `p`, the others divided by 1 - p.

    Shapes: `(N, C, L)` or `(C, L)`.  Raises ValueError for p outside [0, 1], RuntimeError for other shapes.
    Source: Tompson et al. 2015.

    Example:
        >>> te.nn.functional.dropout1d(te.ones(1, 2, 3), p=1.0).sum()
        tensor(0.)
    """
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input"
        )
    return _channel_dropout("dropout1d", 3, input, p, training, inplace)


def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """In training, whole channels 0 with probability `p`, the others divided by 1 - p.

    Shapes: `(N, C, H, W)`; as in PyTorch a 3-d input is taken for `(N, C, L)`, with a warning.
    Raises ValueError for p outside [0, 1].  Source: Tompson et al. 2015.

    Example:
        >>> te.nn.functional.dropout2d(te.ones(1, 2, 3, 3), p=1.0).sum()
        tensor(0.)
    """
    if input.ndim != 4:
        warnings.warn(
            f"dropout2d: Received a {input.ndim}D input and takes its dimension 1 for channels; "
            "use dropout1d for (N, C, L), dropout for others",
            stacklevel=2,
        )
    return _channel_dropout("dropout2d", 4 if input.ndim == 4 else 0, input, p, training, inplace)


def dropout3d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """In training, whole channels 0 with probability `p`, the others divided by 1 - p.

    Shapes: `(N, C, D, H, W)` or `(C, D, H, W)`.  Raises ValueError for p outside [0, 1].
    Source: Tompson et al. 2015.

    Example:
        >>> te.nn.functional.dropout3d(te.ones(1, 2, 3, 3, 3), p=1.0).sum()
        tensor(0.)
    """
    if input.ndim not in (4, 5):
        warnings.warn(
            f"dropout3d: Received a {input.ndim}-D input, which is deprecated; use dropout instead",
            stacklevel=2,
        )
    return _channel_dropout("dropout3d", 5, input, p, training, inplace)


def _alpha(op: str, input: Tensor, p: float, channels: bool, inplace: bool) -> Tensor:
    """SELU's floor in place of what is dropped, then scaled and shifted to the old mean and variance."""
    kept = _kept(op, input, p, channels)
    number = raw(input).dtype.type
    scale = 1 / math.sqrt((1 - p) * (1 + p * SELU_FLOOR**2)) if p < 1 else 0.0
    shift = wrap((~kept - number(p)) * number(scale * SELU_FLOOR))
    out: Tensor = elementwise.add(elementwise.mul(input, wrap(kept * number(scale))), shift)
    return input.copy_(out) if inplace else out


def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Dropout to SELU's floor -1.7581, scaled and shifted so that mean 0 and variance 1 stay.

    Raises ValueError for p outside [0, 1].  Source: Klambauer et al. 2017.

    Example:
        >>> te.nn.functional.alpha_dropout(te.ones(2), p=0.5)
        tensor([1., 1.])
    """
    if _idle(p, training):
        return input
    return _alpha("alpha_dropout", input, p, False, inplace)


def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """`alpha_dropout` of whole channels, `(N, C, ...)`. Raises RuntimeError below 2 dimensions.

    Example:
        >>> te.nn.functional.feature_alpha_dropout(te.ones(1, 2), p=0.5)
        tensor([[1., 1.]])
    """
    if _idle(p, training):
        return input
    return _alpha("feature_alpha_dropout", input, p, True, inplace)
