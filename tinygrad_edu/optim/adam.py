"""Adam and its kin: steps scaled by running averages of the gradient and of its square."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..tensor import Tensor
from .elementwise import Array, Bunch, Elementwise, average, average_square
from .optimizer import checked, settings

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam"]


def checked_adam(lr: Any, betas: tuple[Any, Any], eps: float, weight_decay: float) -> None:
    """Raise ValueError for a negative lr, eps or weight_decay, or betas outside [0, 1)."""
    checked("learning rate", lr)
    checked("epsilon value", eps)
    for n, beta in enumerate(betas):
        checked(f"beta parameter at index {n}", beta, below=1.0)
    checked("weight_decay value", weight_decay)


class Adam(Elementwise):
    """Adam.

    m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,
    x = x - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

    With `amsgrad` the largest v so far takes the place of v.  `weight_decay` adds weight_decay x to g
    or, if decoupled, takes lr weight_decay x off x.  `foreach`, `capturable` and `fused` choose among
    PyTorch's kernels; here they are noted.

    Raises ValueError for a negative lr, eps or weight_decay, or betas outside [0, 1) or of two types.
    Source: Kingma and Ba 2015, algorithm 1; Reddi et al. 2018 (amsgrad).

    Example:
        >>> x = te.tensor([3.0, -3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Adam([x], lr=0.5).step(); x
        tensor([ 2.5000, -2.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
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
        defaults = settings(locals())
        checked_adam(lr, betas, eps, weight_decay)
        if not any(all(isinstance(beta, kind) for beta in betas) for kind in (float, Tensor)):
            raise ValueError("betas must be either both floats or both Tensors")
        for name, value in (("lr", lr), ("betas[0]", betas[0]), ("betas[1]", betas[1])):
            if isinstance(value, Tensor) and foreach and not capturable:
                raise ValueError(
                    f"{name} as a Tensor is not supported for capturable=False and foreach=True"
                )
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        averages = {"exp_avg": 0.0, "exp_avg_sq": 0.0}
        return {**averages, "max_exp_avg_sq": 0.0} if group["amsgrad"] else averages

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        b1, b2 = map(float, group["betas"])
        m, v = state["exp_avg"], state["exp_avg_sq"]
        average(m, g, b1, out)
        average_square(v, g, b2, out)
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
        >>> x = te.tensor([2.0], requires_grad=True)
        >>> (0 * x).sum().backward()
        >>> te.optim.AdamW([x], lr=0.5, weight_decay=0.5).step(); x
        tensor([1.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
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


class Adamax(Elementwise):
    """Adam by the infinity norm: the largest gradient so far, fading, in place of the root of v.

    m = b1 m + (1 - b1) g,  u = max(b2 u, |g| + eps),  x = x - lr m / ((1 - b1^t) u)

    The settings are Adam's.  Source: Kingma and Ba 2015, algorithm 2.

    Example:
        >>> x = te.tensor([3.0, -3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Adamax([x], lr=0.5).step(); x
        tensor([ 2.5000, -2.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked_adam(lr, betas, eps, weight_decay)
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"exp_avg": 0.0, "exp_inf": 0.0}

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        b1, b2 = map(float, group["betas"])
        m, u = state["exp_avg"], state["exp_inf"]
        average(m, g, b1, out)
        np.abs(g, out=out)
        out += group["eps"]
        u *= b2
        np.maximum(u, out, out=u)
        np.divide(m, u, out=out)
        out *= float(group["lr"]) / (1 - b1**t)


class NAdam(Elementwise):
    """Adam with Nesterov momentum: the step looks ahead by the momentum of the next step.

    mu(t) = b1 (1 - 0.96^(t momentum_decay) / 2),  M(t) = mu(1) ... mu(t),
    m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,
    n = mu(t+1) m / (1 - M(t+1)) + (1 - mu(t)) g / (1 - M(t)),
    x = x - lr n / (sqrt(v / (1 - b2^t)) + eps)

    The other settings are Adam's; `momentum_decay` must not be negative.  Source: Dozat 2016.

    Example:
        >>> x = te.tensor([3.0, -3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.NAdam([x], lr=0.5).step(); x
        tensor([ 2.4718, -2.4718], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked_adam(lr, betas, eps, weight_decay)
        checked("momentum_decay value", momentum_decay)
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}

    def _scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return {"step": 0.0, "mu_product": 1.0}

    def _mu(self, t: int, group: dict[str, Any]) -> float:
        momentum: float = 1 - 0.5 * 0.96 ** (t * group["momentum_decay"])
        return float(group["betas"][0]) * momentum

    def _advance(self, bunch: Bunch, group: dict[str, Any]) -> None:
        bunch.scalars["mu_product"] *= self._mu(int(bunch.steps[0]) + 1, group)
        super()._advance(bunch, group)

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        b1, b2 = map(float, group["betas"])
        mu, ahead, product = self._mu(t, group), self._mu(t + 1, group), state["mu_product"].item(0)
        m, v = state["exp_avg"], state["exp_avg_sq"]
        average(m, g, b1, out)
        average_square(v, g, b2, out)
        np.multiply(m, ahead / (1 - product * ahead), out=out)
        out += g * ((1 - mu) / (1 - product))
        out /= np.sqrt(v / (1 - b2**t)) + group["eps"]
        out *= float(group["lr"])


class RAdam(Elementwise):
    """Adam that trusts v only once enough gradients were seen, and until then takes steps along m.

    m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,
    r = 2 / (1 - b2) - 1,  s = r - 2 t b2^t / (1 - b2^t)  (how many gradients v stands for),
    x = x - lr (m / (1 - b1^t)) sqrt((s - 4) (s - 2) r / ((r - 4) (r - 2) s)) sqrt(1 - b2^t) / (sqrt(v) + eps)

    While s <= 5 the two roots and sqrt(v) are left out.  The settings are Adam's.
    Source: Liu et al. 2020, algorithm 2.

    Example:
        >>> x = te.tensor([3.0, -3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.RAdam([x], lr=0.5).step(); x
        tensor([0., 0.], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked_adam(lr, betas, eps, weight_decay)
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        b1, b2 = map(float, group["betas"])
        m, v = state["exp_avg"], state["exp_avg_sq"]
        average(m, g, b1, out)
        average_square(v, g, b2, out)
        r, scale = 2 / (1 - b2) - 1, float(group["lr"]) / (1 - b1**t)
        s = r - 2 * t * b2**t / (1 - b2**t)
        if s > 5:
            np.sqrt(v, out=out)
            out += group["eps"]
            np.divide(m, out, out=out)
            scale *= math.sqrt((s - 4) * (s - 2) * r / ((r - 4) * (r - 2) * s) * (1 - b2**t))
        else:
            out[...] = m
        out *= scale
