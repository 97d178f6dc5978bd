"""What becomes of the losses of elements or samples: their "mean", their "sum", or "none"."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from ...ops.reduce import sum as sum_row
from ...primitive import raw

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__: list[str] = []


def reduction_of(reduction: str, size_average: bool | None, reduce: bool | None) -> str:
    """The reduction asked for, in the new way or, with a warning, in the old."""
    if size_average is not None or reduce is not None:
        reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            stacklevel=4,
        )
    return reduction


def check_reduction(reduction: str) -> None:
    """Raise ValueError for what is not a reduction."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")


def total(x: Any) -> Tensor:
    """The sum of all elements."""
    return sum_row(x, axis=tuple(range(raw(x).ndim)), keepdims=False)


def reduced(losses: Any, reduction: str, weight: Any = None) -> Tensor:
    """The losses, their sum or their mean; with weights, the weighted ones.

    Raises ValueError for another reduction.
    """
    if weight is not None:
        losses = losses * weight
    if reduction == "none":
        found: Tensor = losses
        return found
    if reduction == "sum":
        return total(losses)
    check_reduction(reduction)
    count = float(raw(losses).size) if weight is None else total(weight)
    return total(losses) / (math.nan if isinstance(count, float) and not count else count)
