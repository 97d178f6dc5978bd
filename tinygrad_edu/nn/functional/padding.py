"""Padding: what lies around the elements of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops import index
from ...primitive import raw

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["pad"]

_NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Make dimensions longer, or with negative sizes shorter, from the last to the first.

    `pad` is (before, after) of the last dimension, then of the one before it, ...  New elements are
    `value` (mode "constant"), or taken from `input`: mirrored at the edge ("reflect"), the edge's own
    ("replicate"), or from the other side ("circular").
    Raises RuntimeError for a `pad` of odd length, or one too long for `input`.

    Example:
        >>> te.nn.functional.pad(te.tensor([[1.0, 2.0, 3.0]]), (1, 2), mode="reflect")
        tensor([[2., 1., 2., 3., 2., 1.]])
    """
    if len(pad) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2, got {tuple(pad)}")
    x = raw(input)
    if len(pad) > 2 * x.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension, but got "
            f"padding length {len(pad)} and input of dimension {x.ndim}"
        )
    if mode == "constant":
        return te.constant_pad_nd(input, pad, 0.0 if value is None else value)
    if mode not in _NUMPY_MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value is not None:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    for axis, before, after in zip(range(x.ndim - 1, -1, -1), pad[::2], pad[1::2]):
        at = _padded(x.shape[axis], before, after, mode)
        input = index.getitem(input, index=(*(slice(None),) * axis, at))
    return input


def _padded(n: int, before: int, after: int, mode: str) -> Any:
    """Where each element of a padded dimension of size n is taken from."""
    longest = {"reflect": n - 1, "circular": n}.get(mode)
    if n == 0 or (longest is not None and max(before, after) > longest):
        raise RuntimeError(
            f"pad: expected at most {longest} elements on a side in mode {mode!r}, the dimension "
            f"having {n}, got ({before}, {after})"
        )
    at, kept = np.arange(n), slice(max(-before, 0), n - max(-after, 0))
    widths, numpys = (max(before, 0), max(after, 0)), _NUMPY_MODES[mode]
    if mode == "circular":  # goes round what is left, the other modes look beyond it
        return np.pad(at[kept], widths, numpys)  # type: ignore[call-overload]
    return np.pad(at, widths, numpys)[kept.start : n + sum(widths) - max(-after, 0)]  # type: ignore[call-overload]
