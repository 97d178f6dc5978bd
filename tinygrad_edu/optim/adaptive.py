"""Adagrad, Adadelta and RMSprop: steps scaled by the squares of the gradients seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .elementwise import Array, Elementwise, average, average_square
from .optimizer import checked, settings

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


class Adagrad(Elementwise):
    """Adagrad: what has had large gradients moves little.

    s = s + g^2,  x = x - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)

    s starts at `initial_accumulator_value`.  `weight_decay` adds weight_decay x to g.  `foreach` and
    `fused` choose among PyTorch's kernels; here they are noted.

    Raises ValueError for a negative setting.  Source: Duchi et al. 2011.

    Example:
        >>> x = te.tensor([3.0, -3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Adagrad([x], lr=0.5).step(); x
        tensor([ 2.5000, -2.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        defaults = settings(locals())
        checked("learning rate", lr)
        checked("lr_decay value", lr_decay)
        checked("weight_decay value", weight_decay)
        checked("initial_accumulator_value value", initial_accumulator_value)
        checked("epsilon value", eps)
        super().__init__(params, defaults)
        for group in self.param_groups:  # as in PyTorch, the state is there before the first step
            self._joined(group["params"], group)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"sum": self.defaults["initial_accumulator_value"]}

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        s = state["sum"]
        s += np.multiply(g, g, out=out)
        np.sqrt(s, out=out)
        out += group["eps"]
        np.divide(g, out, out=out)
        out *= float(group["lr"]) / (1 + (t - 1) * group["lr_decay"])


class Adadelta(Elementwise):
    """Adadelta: the size of a step follows from the sizes of those before, in the units of x.

    v = rho v + (1 - rho) g^2,  d = sqrt(u + eps) / sqrt(v + eps) g,
    u = rho u + (1 - rho) d^2,  x = x - lr d

    `weight_decay` adds weight_decay x to g.  `foreach` and `capturable` choose among PyTorch's
    kernels; here they are noted.

    Raises ValueError for a negative lr, eps or weight_decay, or rho outside [0, 1].
    Source: Zeiler 2012, algorithm 1.

    Example:
        >>> x = te.tensor([3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Adadelta([x], lr=100.0).step(); x
        tensor([2.6838], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked("learning rate", lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        checked("epsilon value", eps)
        checked("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {"square_avg": 0.0, "acc_delta": 0.0}

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        rho, eps = group["rho"], group["eps"]
        v, u = state["square_avg"], state["acc_delta"]
        average_square(v, g, rho, out)
        d = np.sqrt(u + eps)
        d /= np.sqrt(v + eps)
        d *= g
        average_square(u, d, rho, out)
        np.multiply(d, float(group["lr"]), out=out)


class RMSprop(Elementwise):
    """RMSprop: steps divided by the root of a running average of the squared gradient.

    v = alpha v + (1 - alpha) g^2,  b = momentum b + g / (sqrt(v) + eps),  x = x - lr b

    With `centered` the square of a running average of g is taken off v under the root, which leaves
    a variance.  `weight_decay` adds weight_decay x to g.  `foreach` and `capturable` choose among
    PyTorch's kernels; here they are noted.

    Raises ValueError for a negative setting.
    Source: Hinton, Neural Networks for Machine Learning, lecture 6; Graves 2013 (centered).

    Example:
        >>> x = te.tensor([3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.RMSprop([x], lr=0.1).step(); x
        tensor([2.0000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = settings(locals())
        checked("learning rate", lr)
        checked("epsilon value", eps)
        checked("momentum value", momentum)
        checked("weight_decay value", weight_decay)
        checked("alpha value", alpha)
        super().__init__(params, defaults)

    def _arrays(self, group: dict[str, Any]) -> dict[str, float]:
        return {
            "square_avg": 0.0,
            **({"momentum_buffer": 0.0} if group["momentum"] > 0 else {}),
            **({"grad_avg": 0.0} if group["centered"] else {}),
        }

    def _rule(
        self, g: Array, out: Array, state: dict[str, Array], t: int, group: dict[str, Any]
    ) -> None:
        v, alpha, momentum = state["square_avg"], group["alpha"], group["momentum"]
        average_square(v, g, alpha, out)
        if group["centered"]:
            mean = state["grad_avg"]
            average(mean, g, alpha, out)
            np.multiply(mean, mean, out=out)
            v = np.subtract(v, out, out=out)
        np.sqrt(v, out=out)
        out += group["eps"]
        np.divide(g, out, out=out)
        if momentum > 0:
            b = state["momentum_buffer"]
            b *= momentum
            b += out
            out[...] = b
        out *= float(group["lr"])
