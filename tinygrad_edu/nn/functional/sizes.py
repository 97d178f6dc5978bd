"""What functions of windows and of grids share: sizes and checks for each dimension, and matrices along each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...functional.shaping import Ints, movedim
from ...ops.linalg import matmul
from ...primitive import raw, wrap

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["Ints", "SomeInts", "along_each", "check_spatial", "each", "sizes"]

SomeInts = int | Sequence[int | None] | None


def each(given: Any, d: int, one: Any = int) -> tuple[Any, ...]:
    """`given` d times if it is a single number, of type `one`; otherwise as it is."""
    return (given,) * d if isinstance(given, one) else tuple(given)


def sizes(name: str, what: str, given: Ints, d: int, least: int) -> tuple[int, ...]:
    """`given` as d ints, one standing for all. Raises RuntimeError for other counts and for less than `least`."""
    found = (given,) * d if isinstance(given, int) else tuple(given)
    if len(found) == 1:
        found *= d
    if len(found) != d or any(n < least for n in found):
        raise RuntimeError(
            f"{name}: expected {what} to be an int of at least {least}, or {d} of them, got {given}"
        )
    return found


def check_spatial(name: str, shape: tuple[int, ...], d: int) -> None:
    """Raise RuntimeError unless it is (N, C, *S) or (C, *S), S of d dimensions, and empty in N at most."""
    if len(shape) not in (d + 1, d + 2) or 0 in shape[-d - 1 :]:
        raise RuntimeError(
            f"{name}: expected {d + 1}D or {d + 2}D input with elements in all but the batch, got {list(shape)}"
        )


def along_each(input: Tensor, matrices: list[Any]) -> Tensor:
    """Each of the last dimensions multiplied by a matrix (out, in) of its own."""
    last = -len(matrices)
    for k, matrix in enumerate(matrices, last):
        moved = movedim(input, k, -1)
        input = movedim(matmul(moved, wrap(matrix.T.astype(raw(input).dtype))), -1, k)
    return input
