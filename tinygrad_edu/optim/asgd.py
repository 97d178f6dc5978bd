"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..dtypes import default_dtype
from .elementwise import Array, Bunch, Elementwise
from .optimizer import checked, settings

__all__ = ["ASGD"]


class ASGD(Elementwise):
    """Averaged stochastic gradient descent, which keeps in its state the average of the parameters.

    x = x - eta (g + lambd x),  ax = ax + mu (x - ax),
    eta = lr / (1 + lambd lr t)^alpha and mu = 1 / max(1, t - t0), both for the step after

    So ax is x itself up to step t0 + 2, and then the mean of x since.  `weight_decay` adds
    weight_decay x to g.  `foreach` and `capturable` choose among PyTorch's kernels; here they are noted.

    Raises ValueError for a negative lr or weight_decay.  Source: Polyak and Juditsky 1992.

    Example:
        >>> x = te.tensor([3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.ASGD([x], lr=0.25, lambd=0).step(); x
        tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked("learning rate", lr)
        checked("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"ax": 0.0}

    def _scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return {"step": 0.0, "eta": float(group["lr"]), "mu": 1.0}

    def _decay(self, group: dict[str, Any]) -> float:
        return super()._decay(group) + float(group["lambd"])

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        np.multiply(g, state["eta"].item(0), out=out)

    def _advance(self, bunch: Bunch, group: dict[str, Any]) -> None:
        super()._advance(bunch, group)
        eta, mu = bunch.scalars["eta"], bunch.scalars["mu"]
        for p in bunch.params:
            ax = self.state[p]["ax"].array
            ax += (p.array - ax) * mu.item(0)
        t, lr, lambd = float(bunch.steps[0]), float(group["lr"]), group["lambd"]
        # rounded as PyTorch does, even where a loaded state holds them in more digits
        eta[:] = np.array(lr / (1 + lambd * lr * t) ** group["alpha"], default_dtype())
        mu[:] = np.array(1 / max(1, t - group["t0"]), default_dtype())
