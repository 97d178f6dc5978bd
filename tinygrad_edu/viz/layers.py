"""What goes through the layers of a network: activations forward, gradients backward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..grad_mode import no_grad
from ..nn import Module
from .style import BLUE, EDGE, MAGENTA, Array, array_of, panels, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["activations", "gradients"]


@styled
def activations(model: Module, x: Any, *, bins: int = 60, title: str | None = None) -> Figure:
    """A histogram of what each layer puts out for the inputs x, from the first layer down to the last."""
    found: dict[str, Array] = {}

    def keep(name: str) -> Any:
        def hook(module: Module, inputs: Any, output: Any) -> None:
            if hasattr(output, "detach"):
                found[name] = array_of(output).astype(float).ravel()

        return hook

    leaves = [(name, m) for name, m in model.named_modules() if not [*m.children()]]
    handles = [
        m.register_forward_hook(keep(f"{name} {type(m).__name__}".strip())) for name, m in leaves
    ]
    try:
        with no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    everything = np.concatenate([*found.values()])
    finite = everything[np.isfinite(everything)]
    low, high = np.quantile(finite, [0.001, 0.999]) if len(finite) else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.5
    edges = np.linspace(low - room, high + room, bins + 1)
    notes = {name: _activity(a) for name, a in found.items()}
    return _ridges(found, notes, edges, BLUE, "activation", title)


def _activity(a: Array) -> str:
    zeros = float((a == 0).mean()) if len(a) else 0.0
    text = f"mean {a.mean():.2g}\nstd {a.std():.2g}"
    return f"{text}\n{100 * zeros:.0f} % are 0" if zeros > 0.005 else text


@styled
def gradients(
    model: Module | Mapping[str, Any], *, bins: int = 60, title: str | None = None
) -> Figure:
    """A histogram of |gradient| for each weight matrix, on a logarithmic axis: vanishing ones stand left.

    For a Module, after backward(); or name -> gradient.
    """
    if isinstance(model, Mapping):
        named = {name: array_of(g) for name, g in model.items()}
    else:
        named = {
            name: array_of(p.grad)
            for name, p in model.named_parameters()
            if p.grad is not None and p.ndim > 1
        }
    if not named:
        raise ValueError("gradients: expected gradients, got none; call backward() first")
    sizes = {name: np.abs(g.astype(float)).ravel() for name, g in named.items()}
    logs = {name: np.log10(a[(a > 0) & np.isfinite(a)]) for name, a in sizes.items()}
    everything = np.concatenate([*logs.values()])
    low, high = np.quantile(everything, [0.002, 1.0]) if len(everything) else (-1.0, 0.0)
    edges = np.linspace(low - 0.2, high + 0.2, bins + 1)
    notes = {}
    for name, a in sizes.items():
        zeros = float((a == 0).mean())
        notes[name] = f"norm {np.sqrt((a**2).sum()):.1e}"
        if zeros > 0:
            notes[name] += f"\n{100 * zeros:.0f} % are 0"
    figure = _ridges(logs, notes, edges, MAGENTA, "|gradient|", title)
    figure.axes[-1].xaxis.set_major_locator(_whole())
    figure.axes[-1].xaxis.set_major_formatter(lambda value, _: f"$10^{{{value:.0f}}}$")
    return figure


def _whole() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(6, integer=True)


def _ridges(
    layers: Mapping[str, Array],
    notes: Mapping[str, str],
    edges: Array,
    colour: str,
    label: str,
    title: str | None,
) -> Figure:
    """One histogram above the other, with a common horizontal axis; each is as tall as its row."""
    rows = len(layers)
    figure, axes = panels(rows, 1, (8.0, 0.85 * rows + 1.2), title, sharex=True)
    middles = (edges[1:] + edges[:-1]) / 2
    for ax, (name, numbers) in zip(axes, layers.items()):
        counts, _ = np.histogram(numbers, edges)
        ax.fill_between(middles, counts, step="mid", color=colour, alpha=0.25)
        ax.step(middles, counts, where="mid", color=colour, linewidth=1.4)
        ax.set(yticks=[], xlim=(edges[0], edges[-1]), ylim=(0, 1.15 * counts.max(initial=1)))
        ax.spines["left"].set_visible(False)
        ax.tick_params(length=3 if ax is axes[-1] else 0)
        beside: Any = {"xycoords": "axes fraction", "va": "center", "annotation_clip": False}
        ax.annotate(name, (-0.015, 0.4), ha="right", **beside)
        ax.annotate(notes[name], (1.015, 0.4), color=EDGE, fontsize=10, **beside)
        if edges[0] < 0 < edges[-1] and label == "activation":
            ax.axvline(0, color=EDGE, linewidth=0.8, linestyle=":")
    axes[-1].set_xlabel(label)
    return figure
