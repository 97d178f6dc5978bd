"""Resilient backpropagation: only the signs of the gradients count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .elementwise import Array, Elementwise
from .optimizer import checked, settings

__all__ = ["Rprop"]


class Rprop(Elementwise):
    """Rprop: every element has a step size of its own, and goes by it against the gradient's sign.

    Where the gradient has the sign it had before, the step size is multiplied by etas[1]; where the
    sign changed, by etas[0], and this step is left out.  Step sizes start at lr and stay within
    `step_sizes`.  For whole data sets: the noise of small batches turns signs at random.
    `foreach` and `capturable` choose among PyTorch's kernels; here they are noted.

    Raises ValueError for a negative lr, or unless 0 < etas[0] < 1 < etas[1].
    Source: Riedmiller and Braun 1993, without going back where the sign changed.

    Example:
        >>> x = te.tensor([3.0, -1.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Rprop([x], lr=0.5).step(); x
        tensor([ 2.5000, -0.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked("learning rate", lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"prev": 0.0, "step_size": float(group["lr"])}

    def _decay(self, group: dict[str, Any]) -> float:
        return 0.0

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        before, size = state["prev"], state["step_size"]
        np.multiply(g, before, out=out)
        np.sign(out, out=out)
        turned, same = out < 0, out > 0
        out[out == 0] = 1
        out[turned], out[same] = group["etas"]
        size *= out
        np.clip(size, *group["step_sizes"], out=size)
        before[...] = g
        before[turned] = 0
        np.multiply(np.sign(before), size, out=out)
