"""Numbers over the course of training: losses, accuracies, sizes of gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..train import History
from .style import SERIES, Array, array_of, as_written, name_ends, panels, place, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["curves"]


@styled
def curves(
    history: History | Mapping[str, Any] | Sequence[float],
    *,
    ax: Axes | None = None,
    title: str | None = None,
    x: str = "epoch",
    log: bool = False,
    smooth: float = 0.0,
) -> Figure:
    """Curves, each with its name and last number at its end.

    `history` is what `train.fit` returned (losses and accuracies side by side), or name -> numbers,
    or one list of numbers. `x` is what is counted; `log` makes the vertical axis logarithmic.
    `smooth` in [0, 1) is the weight of the past in a running mean, drawn over the faint numbers.
    """
    if isinstance(history, History):
        if ax is not None:
            raise ValueError(
                "curves: expected no ax with a History, which fills two; "
                "pass history.losses or history.accuracies"
            )
        figure, (left, right) = panels(1, 2, (11.0, 4.2), title)
        _draw(left, history.losses, "loss", x, log, smooth, share=False)
        _draw(right, history.accuracies, "accuracy", x, False, smooth, share=True)
        return figure
    figure, ax = place(ax, title, (7.2, 4.2))
    named = history if isinstance(history, Mapping) else {"": history}
    _draw(ax, named, "", x, log, smooth, share=False)
    return figure


def _draw(
    ax: Axes, named: Mapping[str, Any], title: str, x: str, log: bool, smooth: float, share: bool
) -> None:
    """Lines in one frame; `share` says that they are shares, to be written in percent."""
    ends = []
    for k, (name, values) in enumerate(named.items()):
        numbers, colour = array_of(values).astype(float), SERIES[k % len(SERIES)]
        if smooth:
            ax.plot(numbers, color=colour, alpha=0.25, linewidth=1)
            numbers = _running_mean(numbers, smooth)
        dash = "-" if k < len(SERIES) else "--"
        ax.plot(numbers, dash, color=colour)
        finite = np.flatnonzero(np.isfinite(numbers))
        if len(finite):
            last = float(numbers[finite[-1]])
            ax.plot(finite[-1], last, "o", color=colour, markersize=5, clip_on=False)
            then = "" if finite[-1] == len(numbers) - 1 else f", then {numbers[-1]:g}"
            words = f"{as_written(name)} {_text(last, share)}{then}".strip()
            ends.append((last, words, colour))
    if log:
        ax.set_yscale("log")
    elif share:
        ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g} %")
    else:
        low, high = ax.get_ylim()
        if 0 < low < 0.4 * high:
            ax.set_ylim(bottom=0.0)
    ax.margins(x=0.02)
    ax.grid(axis="y")
    ax.set_xlabel(x)
    ax.locator_params("x", integer=True)
    if title:
        ax.set_title(title)
    name_ends(ax, ends)


def _running_mean(numbers: Array, weight: float) -> Array:
    """An exponential mean that does not lean towards 0 at the start. Source: Kingma and Ba 2015, section 3."""
    means, mean = np.empty_like(numbers), 0.0
    for k, number in enumerate(numbers):
        mean = weight * mean + (1 - weight) * float(number)
        means[k] = mean / (1 - weight ** (k + 1))
    return means


def _text(value: float, share: bool) -> str:
    return f"{100 * value:.1f} %" if share else f"{value:.3g}"
