"""A softmax over very many classes, rare ones reached through clusters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ... import functional as te
from ...ops.index import gather, getitem, index_add
from ...primitive import raw
from .. import functional as F
from .container import ModuleList, Sequential
from .linear import Linear
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class ASMoutput(NamedTuple):
    """The log probability of each target, and their mean with the sign turned."""

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """log softmax over classes sorted from frequent to rare, cut at `cutoffs`.

    The head decides between the first classes and the clusters of the others; cluster i knows its classes
    by in_features / div_value^(i + 1) numbers, so that what is rare costs little.

    Shapes: `input: (N, in_features)`, `target: (N,)`, or `(in_features,)` and `()` -> output of the
    target's shape, and a loss.
    Raises ValueError for wrong cutoffs, RuntimeError for other shapes or targets outside [0, n_classes).
    Source: Grave et al. 2017.

    Example:
        >>> softmax = te.nn.AdaptiveLogSoftmaxWithLoss(8, 10, cutoffs=[4])
        >>> softmax.log_prob(te.ones(1, 8)).exp().sum().item() > 0.999
        True
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        ends = [*cutoffs, n_classes]
        if len(ends) == 1:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if any(a >= b or a <= 0 or int(a) != a for a, b in pairwise(ends)):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing "
                f"order, where each value is between 1 and n_classes-1; got {list(cutoffs)}"
            )
        self.in_features, self.n_classes, self.cutoffs = in_features, n_classes, ends
        self.div_value, self.head_bias = div_value, head_bias
        self.shortlist_size, self.n_clusters = ends[0], len(ends) - 1
        self.head_size = self.shortlist_size + self.n_clusters

        def linear(n: int, m: int, bias: bool = False) -> Linear:
            return Linear(n, m, bias=bias, device=device, dtype=dtype)

        self.head = linear(in_features, self.head_size, head_bias)
        self.tail = ModuleList()
        for i, (start, end) in enumerate(pairwise(ends)):
            width = int(in_features // div_value ** (i + 1))
            self.tail.append(Sequential(linear(in_features, width), linear(width, end - start)))

    def reset_parameters(self) -> None:
        """Start all weights anew."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> ASMoutput:
        """(log probability of each target, minus their mean)"""
        if target_.ndim > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if input_.ndim != target_.ndim + 1:
            raise RuntimeError(
                f"{target_.ndim}D target tensor expects {target_.ndim + 1}D input tensors, but found "
                f"inputs with size {input_.size()}"
            )
        if target_.ndim and len(input_) != len(target_):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        input, target = te.reshape(input_, (-1, self.in_features)), raw(target_).reshape(-1)
        if target.size and not 0 <= target.min() <= target.max() < self.n_classes:
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range "
                f"[{target.min()}, {target.max()}] were found. "
            )
        # 0 for the classes that the head knows, i for those of cluster i - 1
        which = np.searchsorted(self.cutoffs, target, "right")
        column = np.where(which == 0, target, self.shortlist_size - 1 + which)
        output = _picked(self.head(input), column)
        for i, cluster in enumerate(self.tail, 1):
            rows = np.flatnonzero(which == i)
            if rows.size:
                logits = cluster(getitem(input, index=(rows,)))
                found = _picked(logits, target[rows] - self.cutoffs[i - 1])
                output = output + index_add(found, index=(rows,), shape=target.shape)
        output = te.reshape(output, tuple(target_.shape))
        return ASMoutput(output, -te.mean(output))

    def log_prob(self, input: Tensor) -> Tensor:
        """(N, in_features) -> (N, n_classes): the log probability of every class."""
        head = F.log_softmax(self.head(input), dim=1)
        parts = [head[:, : self.shortlist_size]]
        for i, cluster in enumerate(self.tail):
            chosen = head[:, self.shortlist_size + i : self.shortlist_size + i + 1]
            parts.append(F.log_softmax(cluster(input), dim=1) + chosen)
        return te.cat(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """(N, in_features) -> (N,): the most probable class."""
        return te.argmax(self.log_prob(input), 1)


def _picked(logits: Tensor, column: Any) -> Tensor:
    """(N, C) -> (N,): the log softmax of one column of each row."""
    return te.reshape(gather(F.log_softmax(logits, dim=1), axis=1, index=column[:, None]), (-1,))
