"""Adafactor and Muon: steps that depend on a parameter's rows and columns, not only on its elements."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..dtypes import default_dtype
from ..primitive import wrap
from ..tensor import Tensor
from ..writes import stamp
from .elementwise import Array
from .optimizer import GroupOptimizer, settings

__all__ = ["Adafactor", "Muon"]


class Adafactor(GroupOptimizer):
    """Adafactor: Adam's scaling with, for an n x m matrix, n + m numbers to remember in place of n m.

    b = 1 - t^beta2_decay,  R = b R + (1 - b) mean(g^2, -1),  C = b C + (1 - b) mean(g^2, -2),
    V = R C / max(mean(R), e1),  u = g / max(sqrt(V), e1),  e1, e2 = eps,
    a = max(e2, rms(x)) min(lr, 1 / sqrt(t)),  x = (1 - lr weight_decay) x - a u / max(1, rms(u) / d)

    A vector or a number has V = b V + (1 - b) g^2; of more dimensions the last two are the matrix.
    e1 = None is the machine epsilon of x's dtype.  `foreach` chooses among PyTorch's kernels; here it
    is noted.

    Raises ValueError for a negative lr, eps or weight_decay, beta2_decay > 0, or d < 1.
    Source: Shazeer and Stern 2018, algorithms 4 to 6, with lr and e1 as in PyTorch.

    Example:
        >>> x = te.tensor([[3.0, -3.0]], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Adafactor([x], lr=0.5).step(); x
        tensor([[ 1.5000, -1.5000]], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        defaults = settings(locals())
        _at_least("Learning rate", lr)
        if not beta2_decay <= 0.0:
            raise ValueError(f"beta2_decay should be <= 0 but is: {beta2_decay}")
        _at_least("epsilon1", 0.0 if eps[0] is None else eps[0])
        _at_least("epsilon2", eps[1])
        _at_least("Clipping threshold d", d, 1)
        _at_least("weight_decay", weight_decay)
        super().__init__(params, defaults)

    def _step_group(self, n: int, group: dict[str, Any]) -> None:
        lr, d, (e1, e2) = float(group["lr"]), group["d"], group["eps"]
        for p in _with_gradients("Adafactor", group):
            x, g = p.array, -p.grad.array if group["maximize"] else p.grad.array
            least = float(np.finfo(x.dtype).eps) if e1 is None else e1
            state = self.state[p] or _start(self.state[p], g)
            steps = state["step"].array
            steps += 1
            t = float(steps)
            rate = max(e2, _rms(x)) * min(lr, t**-0.5)
            x *= 1 - lr * group["weight_decay"]
            u = g / np.sqrt(
                np.maximum(_variance(state, g * g, t ** group["beta2_decay"], least), least**2)
            )
            u *= rate / max(1.0, _rms(u) / d)
            x -= u
            stamp(x)


def _start(state: dict[str, Any], g: Array) -> dict[str, Any]:
    """What Adafactor remembers of a parameter before its first step."""
    state["step"] = wrap(np.zeros((), np.promote_types(default_dtype(), np.float32)))
    if g.ndim > 1:
        state["row_var"] = wrap(np.zeros((*g.shape[:-1], 1), g.dtype))
        state["col_var"] = wrap(np.zeros((*g.shape[:-2], 1, g.shape[-1]), g.dtype))
    else:
        state["variance"] = wrap(np.zeros_like(g))
    return state


def _variance(state: dict[str, Any], square: Array, weight: float, least: float) -> Array:
    """Take the squared gradient into the averages of a parameter, and return what they say it is."""
    if "variance" in state:
        v: Array = state["variance"].array
        v += weight * (square - v)
        return v
    row, column = state["row_var"].array, state["col_var"].array
    row += weight * (square.mean(-1, keepdims=True) - row)
    column += weight * (square.mean(-2, keepdims=True) - column)
    estimate: Array = row * column
    estimate /= np.maximum(row.mean(-2, keepdims=True), least)
    return estimate


def _rms(x: Array) -> float:
    return float(np.linalg.norm(x)) / math.sqrt(x.size)


class Muon(GroupOptimizer):
    """Muon: momentum, then the nearest matrix whose singular values are all about 1 as the step.

    m = momentum m + (1 - momentum) g,  u = momentum m + (1 - momentum) g with `nesterov`, else m,
    O = u / max(|u|, eps),  then `ns_steps` times O = a O + b (O O^T) O + c (O O^T)^2 O,
    x = (1 - lr weight_decay) x - r lr O

    a, b, c = `ns_coefficients`: with u = U S V^T these Newton-Schulz steps bring O near to U V^T.  For
    an n x m matrix r = sqrt(max(1, n / m)), or 0.2 sqrt(max(n, m)), the size of AdamW's steps, with
    `adjust_lr_fn="match_rms_adamw"`.  It is for the matrices inside of a network; leave embeddings,
    the last layer and vectors to AdamW.

    Difference from PyTorch: O is computed in the dtype of x, not in bfloat16.

    Raises ValueError for a negative lr, momentum or weight_decay, another `adjust_lr_fn`, a parameter
    that is not a matrix, and in `step` for 100 or more `ns_steps`.
    Source: Jordan et al. 2024, Muon; Liu et al. 2025, Muon is Scalable for LLM Training.

    Example:
        >>> x = te.tensor([[3.0, -3.0]], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> te.optim.Muon([x], lr=1.0, weight_decay=0.0).step(); x
        tensor([[ 2.5075, -2.5075]], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Any = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        defaults = settings(locals())
        _at_least("Learning rate", lr)
        _at_least("momentum", momentum)
        _at_least("weight decay", weight_decay)
        if adjust_lr_fn not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                f"Adjust learning rate function {adjust_lr_fn} is not supported; "
                "use 'original' or 'match_rms_adamw'"
            )
        super().__init__(params, defaults)
        for p in self._all_params():
            if p.ndim != 2:
                raise ValueError(
                    f"Muon only supports 2D parameters whereas we found a parameter with size: {p.shape}; "
                    "leave it to AdamW"
                )

    def _step_group(self, n: int, group: dict[str, Any]) -> None:
        lr, momentum = float(group["lr"]), group["momentum"]
        for p in _with_gradients("Muon", group):
            x, g, state = p.array, p.grad.array, self.state[p]
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = wrap(np.zeros_like(g))
            m = state["momentum_buffer"].array
            m += (1 - momentum) * (g - m)
            u = g + momentum * (m - g) if group["nesterov"] else m
            step = _orthogonal(u, group["ns_coefficients"], group["ns_steps"], group["eps"])
            x *= 1 - lr * group["weight_decay"]
            x -= lr * _ratio(x.shape, group["adjust_lr_fn"]) * step
            stamp(x)


def _orthogonal(
    x: Array, coefficients: tuple[float, float, float], steps: int, eps: float
) -> Array:
    """x with its singular values brought near to 1, by Newton-Schulz steps."""
    if x.ndim != 2:
        raise ValueError(f"Muon.step: expected a gradient that is a 2D matrix, got {list(x.shape)}")
    if steps >= 100:
        raise ValueError(f"Muon.step: expected ns_steps < 100, got {steps}; 5 are usual")
    a, b, c = coefficients
    wide = x.shape[0] <= x.shape[1]  # O O^T is then the smaller of the two products
    o = x if wide else x.T
    o = o / max(float(np.linalg.norm(o)), eps)
    for _ in range(steps):
        gram = o @ o.T
        o = a * o + (b * gram + c * (gram @ gram)) @ o
    return o if wide else o.T


def _ratio(shape: tuple[int, ...], adjust_lr_fn: str | None) -> float:
    """By what Muon multiplies lr for a matrix of some shape."""
    n, m = shape
    return (
        0.2 * math.sqrt(max(n, m))
        if adjust_lr_fn == "match_rms_adamw"
        else math.sqrt(max(1, n / m))
    )


def _with_gradients(name: str, group: dict[str, Any]) -> list[Any]:
    """The parameters that are to take a step. Raises RuntimeError for complex ones."""
    params = [p for p in group["params"] if p.grad is not None]
    if any(p.is_complex() for p in params):
        raise RuntimeError(
            f"{name} does not support complex parameters; use their real and imaginary parts"
        )
    return params


def _at_least(name: str, value: Any, least: float = 0) -> None:
    """Raise ValueError, in PyTorch's words, for a setting that is too small."""
    if isinstance(value, Tensor) and value.numel() != 1:
        raise ValueError(f"Tensor lr must be 1-element, got shape {tuple(value.shape)}")
    if not least <= float(value):
        raise ValueError(f"{name} should be >= {least} but is: {value}")
