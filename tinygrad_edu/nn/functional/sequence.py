"""The loss of a sequence whose labels are not aligned with its steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops import elementwise as rows
from ...ops.index import gather, getitem
from ...ops.reduce import logsumexp
from ...ops.shape import pad, reshape
from ...primitive import raw, wrap
from .reduction import reduced

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["ctc_loss"]

NEVER = -1e30  # the logarithm of no chance; finite, so that differences have values


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | Sequence[int],
    target_lengths: Tensor | Sequence[int],
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """-log of the chance that steps, each a label or `blank`, read as the target.

    A step may repeat the one before it; between equal labels there must be a blank.  The mean is that of
    losses over target lengths.  A target that does not fit costs inf, with `zero_infinity` 0.
    The gradient is, as PyTorch's, that through the log_softmax which made `log_probs`.

    Shapes: `log_probs: (T, N, C)`, `targets: (N, S)` or all of them in a row, lengths `(N,)`; or
    `(T, C)`, `(S,)` and lengths `()`.
    Raises RuntimeError for lengths that do not fit.  Source: Graves et al. 2006, section 4.1.

    Example:
        >>> even = te.full((2, 1, 2), 0.5).log()  # "a" as aa, a_, _a: three of four
        >>> te.nn.functional.ctc_loss(even, te.tensor([[1]]), [2], [1])
        tensor(0.2877)
    """
    batched = raw(log_probs).ndim == 3
    if not batched:
        steps, classes = raw(log_probs).shape
        log_probs = reshape(log_probs, shape=(steps, 1, classes))
    steps, n, classes = raw(log_probs).shape
    inputs, lengths = (
        np.asarray(raw(x)).reshape(-1).astype(np.int64) for x in (input_lengths, target_lengths)
    )
    _check(inputs, lengths, steps, n, classes, blank)
    labels = _with_blanks(raw(targets), lengths, blank)
    losses = _forward(log_probs, labels, inputs, lengths, blank)
    fits = raw(losses) < -NEVER / 2
    losses = rows.where(wrap(fits), losses, 0.0 if zero_infinity else math.inf)
    counted = wrap(((np.arange(steps)[:, None] < inputs) & fits)[:, :, None])
    mass = te.sum(rows.where(counted, rows.exp(log_probs), 0.0), (0, 2))
    losses = losses + (
        mass - mass.detach()
    )  # 0, with the gradient that log_softmax takes away again
    if reduction == "mean":
        losses = losses / wrap(np.maximum(lengths, 1).astype(raw(losses).dtype))
    return reduced(losses if batched else reshape(losses, shape=()), reduction)


def _check(inputs: Any, lengths: Any, steps: int, n: int, classes: int, blank: int) -> None:
    if not 0 <= blank < classes:
        raise RuntimeError(f"ctc_loss: blank must be in label range [0, {classes}), got {blank}")
    for name, given in (("input_lengths", inputs), ("target_lengths", lengths)):
        if given.shape != (n,) or (given < 0).any():
            raise RuntimeError(
                f"ctc_loss: expected {name} to have {n} non-negative values, got {given.tolist()}"
            )
    if (inputs > steps).any():
        raise RuntimeError(
            f"ctc_loss: Expected input_lengths to have value at most {steps}, but got value {inputs.max()}"
        )


def _with_blanks(targets: Any, lengths: Any, blank: int) -> Any:
    """(N, 2 S + 1): the targets, each with a blank before it and after it."""
    longest = int(lengths.max(initial=0))
    real = np.arange(longest) < lengths[:, None]
    if (targets.ndim == 2 and targets.shape[1] < longest) or (
        targets.ndim == 1 and targets.size < lengths.sum()
    ):
        raise RuntimeError(
            f"ctc_loss: expected targets as long as target_lengths {lengths.tolist()}, got {targets.shape}"
        )
    labels = np.full((len(lengths), 2 * longest + 1), blank, np.int64)
    inner = labels[:, 1::2]
    inner[real] = targets[:, :longest][real] if targets.ndim == 2 else targets[: lengths.sum()]
    return labels


def _forward(log_probs: Tensor, labels: Any, inputs: Any, lengths: Any, blank: int) -> Any:
    """The losses (N,), by the forward variables alpha[n, s]: the log chance to have read labels up to s."""
    (steps, n, _), width = raw(log_probs).shape, labels.shape[1]
    chances = gather(log_probs, axis=2, index=np.broadcast_to(labels, (steps, n, width)))
    chances = te.clamp(chances, min=NEVER)
    before = np.full((n, 2), -1)
    two_back = np.concatenate([before, labels[:, :-2]], 1)[:, :width]
    leaps = np.where((labels != blank) & (labels != two_back), 0, NEVER).astype(
        raw(log_probs).dtype
    )
    alpha = wrap(np.full_like(leaps, NEVER))
    alpha.array[:, 0] = 0  # before the first step nothing is read
    for step in range(steps):
        wide = pad(alpha, widths=((0, 0), (2, 0)), value=NEVER)
        back = [getitem(wide, index=(slice(None), slice(2 - k, 2 - k + width))) for k in range(3)]
        came = logsumexp(te.stack([*back[:2], back[2] + wrap(leaps)]), axis=(0,), keepdims=False)
        going = wrap((step < inputs)[:, None])
        alpha = rows.where(going, came + getitem(chances, index=(step,)), alpha)
    ends = np.stack([2 * lengths, 2 * lengths - 1], 1)
    ended = gather(alpha, axis=1, index=np.maximum(ends, 0))
    ended = rows.where(wrap(ends >= 0), ended, NEVER)
    return -logsumexp(ended, axis=(1,), keepdims=False)
