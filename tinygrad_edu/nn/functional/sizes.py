"""What functions of windows and of grids share: sizes for each dimension, and matrices along each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...functional.shaping import movedim
from ...ops.linalg import matmul
from ...primitive import raw, wrap

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["along_each", "sizes"]


def sizes(name: str, what: str, given: int | Sequence[int], d: int, least: int) -> tuple[int, ...]:
    """`given` as d ints, one standing for all. Raises RuntimeError for other counts and for less than `least`."""
    found = (given,) * d if isinstance(given, int) else tuple(given)
    if len(found) == 1:
        found *= d
    if len(found) != d or any(n < least for n in found):
        raise RuntimeError(
            f"{name}: expected {what} to be an int of at least {least}, or {d} of them, got {given}"
        )
    return found


def along_each(input: Tensor, matrices: list[Any]) -> Tensor:
    """Each of the last dimensions multiplied by a matrix (out, in) of its own."""
    last = -len(matrices)
    for k, matrix in enumerate(matrices, last):
        moved = movedim(input, k, -1)
        input = movedim(matmul(moved, wrap(matrix.T.astype(raw(input).dtype))), -1, k)
    return input
