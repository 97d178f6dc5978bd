"""Keep gradients from being too long, as a whole or each number by itself."""

from __future__ import annotations

import math
import warnings
from collections.abc import Generator, Iterable

import numpy as np

from ... import functional as te
from ...autograd import no_grad
from ...inplace import check_writable
from ...linalg import vector_norm
from ...primitive import wrap
from ...tensor import Tensor
from ...writes import stamp

__all__ = [
    "clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm",
]  # fmt: skip


def _as_list(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [p.grad for p in _as_list(parameters) if p.grad is not None]


@no_grad()
def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The `norm_type`-norm of all elements of the tensors together, 0 of none.

    `foreach` chooses among PyTorch's implementations, and nothing here.  Raises RuntimeError for a
    norm that is not finite, with `error_if_nonfinite`.

    Example:
        >>> te.nn.utils.get_total_norm([te.tensor([3.0]), te.tensor([4.0])])
        tensor(5.)
    """
    tensors, norm_type = _as_list(tensors), float(norm_type)
    if not tensors:
        return wrap(np.zeros((), np.float32))
    if norm_type == 2:
        total = _length(tensors)
    else:
        total = vector_norm(te.stack([vector_norm(t, norm_type) for t in tensors]), norm_type)
    if error_if_nonfinite and not math.isfinite(total.item()):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it "
            "cannot be clipped. To disable this error and scale the gradients by the non-finite norm "
            "anyway, set `error_if_nonfinite=False`"
        )
    return total


def _length(tensors: list[Tensor]) -> Tensor:
    """The 2-norm: training loops ask for it, and dot products give it fastest."""
    squares = [np.vdot(t.array, t.array) for t in tensors]
    return wrap(np.sqrt(np.asarray(sum(squares[1:], squares[0]))))


@no_grad()
def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    total_norm: Tensor,
    foreach: bool | None = None,
) -> None:
    """Multiply the gradients of `parameters` by max_norm / (total_norm + 1e-6), if that is below 1.

    Example:
        >>> x = te.zeros(2, requires_grad=True); x.grad = te.tensor([3.0, 4.0])
        >>> te.nn.utils.clip_grads_with_norm_(x, 1.0, te.tensor(5.0)); x.grad
        tensor([0.6000, 0.8000])
    """
    scale = float(max_norm) / (total_norm + 1e-6)
    if not scale >= 1:  # nan included
        for grad in _gradients(parameters):
            grad.mul_(scale)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients of `parameters` alike, so that their norm together is at most `max_norm`.

    Returns the norm before.  Raises RuntimeError, with `error_if_nonfinite`, for one not finite.

    Example:
        >>> p = te.nn.Parameter(te.zeros(2))
        >>> p.grad = te.tensor([3.0, 4.0])
        >>> te.nn.utils.clip_grad_norm_([p], 1.0), p.grad
        (tensor(5.), tensor([0.6000, 0.8000]))
    """
    listed = _as_list(parameters)
    if not listed and isinstance(parameters, Generator):
        warnings.warn(
            "`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=2
        )
    total = get_total_norm(_gradients(listed), norm_type, error_if_nonfinite, foreach)
    clip_grads_with_norm_(listed, max_norm, total, foreach)
    return total


def clip_grad_norm(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """PyTorch's old name for `clip_grad_norm_`. Warns that it is old."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of "
        "`torch.nn.utils.clip_grad_norm_`.",
        FutureWarning,
        stacklevel=2,
    )
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


@no_grad()
def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Bring every number of the gradients of `parameters` into [-clip_value, clip_value].

    Example:
        >>> p = te.nn.Parameter(te.zeros(2))
        >>> p.grad = te.tensor([3.0, -0.5])
        >>> te.nn.utils.clip_grad_value_(p, 1.0)
        >>> p.grad
        tensor([ 1.0000, -0.5000])
    """
    limit = float(clip_value)
    for grad in _gradients(parameters):
        check_writable(grad, "clip_grad_value_")
        np.clip(grad.array, -limit, limit, out=grad.array)
        stamp(grad.array)
