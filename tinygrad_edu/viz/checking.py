"""How far finite differences are from the gradient, for steps of every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..creation import tensor
from ..dtypes import float64
from ..tensor import Tensor
from ..value import Value
from .style import EDGE, SERIES, Array, place, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["step_sizes"]

STEPS = np.logspace(0, -15, 46)


@styled
def step_sizes(
    f: Callable[[Any], Any], x: Any, *, ax: Axes | None = None, title: str | None = None
) -> Figure:
    """The error of one-sided and central differences against backward(), over the step h.

    From the right, the error falls with h (one-sided) or h^2 (central): the formula's own. From
    somewhere on it grows again, with 1/h: what is left of f's digits. The best steps are near
    1e-8 and 1e-5.

    `f` takes a Tensor like x (or, for a number x, a Value) and returns a single one.
    """
    exact, at = _gradient(f, x)
    one_sided, central = [], []
    here = at(0.0, None)
    for h in STEPS:
        ahead, behind = (np.array([at(s * h, k) for k in range(exact.size)]) for s in (1, -1))
        one_sided.append(np.abs((ahead - here) / h - exact).max())
        central.append(np.abs((ahead - behind) / (2 * h) - exact).max())
    figure, ax = place(ax, title, (7.2, 4.4))
    scale = float(np.abs(exact).max()) or 1.0
    named = (
        ("one-sided\n(f(x+h) − f(x)) / h", one_sided),
        ("central\n(f(x+h) − f(x−h)) / 2h", central),
    )
    for colour, marker, (name, errors) in zip(SERIES, "os", named):
        relative = np.maximum(np.array(errors) / scale, 1e-17)
        best = int(relative.argmin())
        ax.loglog(STEPS, relative, marker=marker, markersize=4, color=colour)
        ax.plot(STEPS[best], relative[best], marker, color=colour, markersize=11, mfc="none", mew=2)
        ax.annotate(
            f"{name}\nbest at h = {STEPS[best]:.0e}", (1.015, 0.85 if marker == "o" else 0.45),
            xycoords="axes fraction", color=colour, va="center", fontsize=11,
        )  # fmt: skip
    ax.set(xlabel="step h", ylabel="error, relative")
    ax.text(0.02, 0.04, "rounding: grows as 1/h", transform=ax.transAxes, color=EDGE, fontsize=10)
    ax.text(
        0.98, 0.04, "truncation: h, h²", transform=ax.transAxes, color=EDGE, fontsize=10, ha="right"
    )
    ax.grid()
    return figure


def _gradient(
    f: Callable[[Any], Any], x: Any
) -> tuple[Array, Callable[[float, int | None], float]]:
    """The gradient by backward(), and f as a function of how far input k is moved."""
    if not isinstance(x, Tensor):
        v = Value(float(x))
        f(v).backward()
        return np.array([v.grad]), lambda step, k: float(f(Value(float(x) + step)).data)
    start = x.detach().numpy().astype(np.float64)
    leaf = tensor(start, dtype=float64, requires_grad=True)
    f(leaf).backward()

    def at(step: float, k: int | None) -> float:
        moved = start.copy()
        if k is not None:
            moved.reshape(-1)[k] += step
        return float(f(tensor(moved, dtype=float64)).item())

    return leaf.grad.numpy().reshape(-1), at  # type: ignore[union-attr]
