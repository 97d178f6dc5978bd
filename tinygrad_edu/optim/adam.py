"""Adam and AdamW: steps scaled by running averages of the gradient and of its square."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .elementwise import Array, Elementwise
from .optimizer import checked

__all__ = ["Adam", "AdamW"]


class Adam(Elementwise):
    """Adam.

    m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,
    x = x - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

    With `amsgrad` the largest v so far takes the place of v.  `weight_decay` adds weight_decay x to g
    or, if decoupled, takes lr weight_decay x off x.  `foreach`, `capturable` and `fused` choose among
    PyTorch's kernels; here they are noted.

    Raises ValueError for a negative lr, eps or weight_decay, or betas outside [0, 1).
    Source: Kingma and Ba 2015, algorithm 1; Reddi et al. 2018 (amsgrad).

    Example:
        >>> import tinygrad_edu as te
        >>> x = te.tensor([3.0, -3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Adam([x], lr=0.5).step(); x
        tensor([ 2.5000, -2.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        checked("learning rate", lr)
        checked("epsilon value", eps)
        for n, beta in enumerate(betas):
            checked(f"beta parameter at index {n}", beta, below=1.0)
        checked("weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
                "fused": fused,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def _names(self, group: dict[str, Any]) -> tuple[str, ...]:
        averages = ("exp_avg", "exp_avg_sq")
        return (*averages, "max_exp_avg_sq") if group["amsgrad"] else averages

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        b1, b2 = map(float, group["betas"])
        m, v = state["exp_avg"], state["exp_avg_sq"]
        np.subtract(g, m, out=out)
        out *= 1 - b1
        m += out
        np.multiply(g, g, out=out)
        out *= 1 - b2
        v *= b2
        v += out
        if group["amsgrad"]:
            v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
        root = math.sqrt(1 - b2**t)  # sqrt(v / root^2) + eps = (sqrt(v) + eps root) / root
        np.sqrt(v, out=out)
        out += group["eps"] * root
        np.divide(m, out, out=out)
        out *= float(group["lr"]) * root / (1 - b1**t)


class AdamW(Adam):
    """Adam with weight decay decoupled from the gradient: x shrinks by lr weight_decay at each step.

    Source: Loshchilov and Hutter 2019, algorithm 2.

    Example:
        >>> import tinygrad_edu as te
        >>> x = te.tensor([2.0], requires_grad=True)
        >>> (0 * x).sum().backward()
        >>> te.optim.AdamW([x], lr=0.5, weight_decay=0.5).step(); x
        tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
