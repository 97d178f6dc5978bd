"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..writes import stamp
from .elementwise import Array, Elementwise
from .optimizer import checked, settings

__all__ = ["SGD"]


PIECE = 1 << 14
"""Elements at a time: what fits the cache is faster, and needs no second gradient in memory."""


def descend(x: Array, g: Array, lr: float) -> None:
    """x -= lr g, in place, piece by piece."""
    if x.size <= PIECE or not x.flags.c_contiguous:
        x -= g * lr
        return
    x, g = x.reshape(-1), g.reshape(-1)
    for k in range(0, x.size, PIECE):
        x[k : k + PIECE] -= g[k : k + PIECE] * lr


class SGD(Elementwise):
    """Stochastic gradient descent, optionally with momentum.

    v = momentum v + (1 - dampening) g,  x = x - lr v

    At the first step v = g.  With `nesterov` the step is g + momentum v in place of v.  `weight_decay`
    adds weight_decay x to g.  `foreach` and `fused` choose among PyTorch's kernels; here they are noted.

    Raises ValueError for a negative lr, momentum or weight_decay, or Nesterov without momentum.
    Source: Sutskever et al. 2013, with lr outside of v as in PyTorch.

    Example:
        >>> x = te.tensor([3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.SGD([x], lr=0.25).step(); x
        tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        defaults = settings(locals())
        checked("learning rate", lr)
        checked("momentum value", momentum)
        checked("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"momentum_buffer": 0.0} if group["momentum"] else {}

    def _scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return {}

    def _step_group(self, n: int, group: dict[str, Any]) -> None:
        if group["momentum"] or group["weight_decay"] or group["maximize"]:
            super()._step_group(n, group)
            return
        lr = float(group["lr"])
        for p in group["params"]:  # nothing to keep: one by one is faster than joined
            if p.grad is not None:
                descend(p.array, p.grad.array, lr)
                stamp(p.array)

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        momentum, lr = group["momentum"], float(group["lr"])
        if momentum:
            v = state["momentum_buffer"]
            if t == 1:
                v[...] = g
            else:
                v *= momentum
                v += (
                    g if not group["dampening"] else np.multiply(g, 1 - group["dampening"], out=out)
                )
            if group["nesterov"]:
                np.multiply(v, momentum, out=out)
                out += g
                out *= lr
                return
            g = v
        np.multiply(g, lr, out=out)
