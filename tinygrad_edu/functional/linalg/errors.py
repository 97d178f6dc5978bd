"""What is refused: anything but matrices of floats, and what NumPy cannot invert or factor."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...primitive import raw

__all__ = ["LinAlgError", "apply_row", "check_matrices"]


class LinAlgError(RuntimeError):
    """A matrix has no inverse, or is not positive-definite, or a factorisation did not converge.

    >>> try:
    ...     te.linalg.inv(te.zeros(2, 2))
    ... except te.linalg.LinAlgError:
    ...     print("singular")
    singular
    """


def check_matrices(op: str, x: Any, square: bool = False) -> None:
    """Raise RuntimeError unless x is floating-point matrices, square if asked."""
    shape = raw(x).shape
    if len(shape) < 2:
        raise RuntimeError(
            f"linalg.{op}: The input tensor A must have at least 2 dimensions, got shape {tuple(shape)}"
        )
    if square and shape[-1] != shape[-2]:
        raise RuntimeError(
            f"linalg.{op}: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} matrices"
        )
    if raw(x).dtype.kind != "f":
        raise RuntimeError(
            f"linalg.{op}: Expected a floating point tensor as input, got {raw(x).dtype}; convert it with to()"
        )


def apply_row(op: str, row: Any, *xs: Any, **params: Any) -> Any:
    """A row applied, NumPy's complaints as ours."""
    try:
        return row(*xs, **params)
    except np.linalg.LinAlgError as error:
        wanted = "positive-definite" if op == "cholesky" else "invertible"
        raise LinAlgError(
            f"linalg.{op}: expected {wanted} matrices, got others of shape {tuple(raw(xs[0]).shape)}: {error}"
        ) from None
