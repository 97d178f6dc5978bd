"""Pictures as text, drawn without a library: SVG for lines, PNG in a data URI for pixels.

Lines take their colours from the page they stand in (`report.css`) and so follow its light and dark
modes; pixels carry their own.
"""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["chart", "neurons", "percent", "picture", "png", "short"]

Array = NDArray[Any]


# ---- numbers -----------------------------------------------------------------------------------
def short(value: float, share: bool = False) -> str:
    """A number in few digits; a share in percent."""
    if not math.isfinite(value):
        return str(value)
    return f"{100 * value:.1f} %" if share else f"{value:.3f}" if value >= 0.01 else f"{value:.1e}"


def percent(share: float) -> str:
    """A share with as many decimals as it takes to tell it from nothing and from all."""
    return f"{100 * share:.{1 if 0.01 <= share <= 0.99 else 2}f} %"


# ---- curves ------------------------------------------------------------------------------------
LEFT, RIGHT, TOP, BOTTOM = 44, 328, 10, 210  # the frame, in a picture of 440 x 250


def chart(title: str, curves: Mapping[str, Sequence[float]], share: bool = False) -> str:
    """A figure of curves over epochs 0, 1, 2, ..., each with its name and last number at its end.

    What happens after epoch 1 fills the height; the start, often far away, is put in words.
    `share` says that the values are shares, to be written in percent.
    """
    finite = {
        name: [(epoch, value) for epoch, value in enumerate(values) if math.isfinite(value)]
        for name, values in curves.items()
    }
    epochs = max(1, *(len(values) - 1 for values in curves.values()))
    zoomed = epochs >= 3
    shown = [v for points in finite.values() for epoch, v in points if epoch or not zoomed] or [1.0]
    high = max(shown)
    low = min(*shown, high - 0.01) if share else 0.0
    high = max(high, low + 1e-9)
    y_ticks = _ticks(low, high)
    low = y_ticks[0]

    def place(epoch: float, value: float) -> tuple[float, float]:
        x = LEFT + (RIGHT - LEFT) * epoch / epochs
        return round(x, 1), round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    inside = f"inside-{share:d}"
    size = f'width="{RIGHT}" height="{BOTTOM - TOP + 4}"'
    parts = [f'<clipPath id="{inside}"><rect x="{LEFT}" y="{TOP - 4}" {size}/></clipPath>']
    for tick in y_ticks:
        label = f"{100 * tick:.4g} %" if share else f"{tick:g}"
        y = place(0, tick)[1]
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{label}</text>')
    for tick in _ticks(0, epochs, whole=True):
        x = place(tick, low)[0]
        parts.append(f'<text x="{x}" y="{BOTTOM + 17}" text-anchor="middle">{tick:g}</text>')
    parts.append(f'<line class="axis" x1="{LEFT}" y1="{BOTTOM}" x2="{RIGHT}" y2="{BOTTOM}"/>')
    middle = (LEFT + RIGHT) // 2
    parts.append(f'<text x="{middle}" y="{BOTTOM + 34}" text-anchor="middle">epoch</text>')

    ends: list[tuple[float, int, str]] = []
    for k, (name, points) in enumerate(finite.items()):
        if points:
            line = " ".join("{},{}".format(*place(*point)) for point in points)
            x, y = place(*points[-1])
            parts.append(f'<polyline class="s{k}" points="{line}" clip-path="url(#{inside})"/>')
            parts.append(f'<circle class="s{k}" cx="{x}" cy="{y}" r="4"/>')
            ends.append((y, k, f"{name} {short(points[-1][1], share)}"))
    if zoomed and ends:
        before = short([*curves.values()][-1][0], share)
        x, y = place(1, low)[0] + 10, BOTTOM - 9 if share else TOP + 5
        parts.append(f'<text class="before" x="{x}" y="{y}">before training: {before}</text>')
    lowest = 0.0
    for y, k, label in sorted(ends):
        lowest = max(lowest + 16, y)  # labels keep clear of each other
        parts.append(f'<text class="s{k}" x="{RIGHT + 10}" y="{lowest + 4}">{escape(label)}</text>')
    spoken = escape(f"{title}; at the end: " + ", ".join(label for _, _, label in ends))
    return (
        f"<figure><h3>{escape(title)}</h3>"
        f'<svg class="chart" role="img" aria-label="{spoken}" viewBox="0 0 440 250">'
        f"{''.join(parts)}</svg></figure>"
    )


def _ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """About five round numbers, from at or below `low` to at or below `high`."""
    span = high - low
    size = 10.0 ** math.floor(math.log10(span / 6))
    step = next(size * m for m in (1, 2, 2.5, 5, 10, 20) if span / (size * m) <= 6)
    if whole:
        step = max(1, math.ceil(step))
    first, last = math.floor(low / step + 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


# ---- a network at work -------------------------------------------------------------------------
MIDDLE, TALLEST, SIDE, MOST_NEURONS = 230, 400, 200, 20
Place = tuple[int, float, float]  # a neuron and where its disc is


def neurons(
    image: str, activations: Sequence[Array], weights: Sequence[Array], classes: Sequence[str]
) -> str:
    """An SVG of one image going through a network, neuron by neuron.

    A disc is as full as its neuron is active, a line as strong as what it brings to its neuron:
    weight times activation. Blue is positive, orange negative.

    Args:
        image: the input, as a URI.
        activations: of each layer, (neurons,); the last are the scores of `classes`.
        weights: between the layers, (neurons, neurons of the layer before): one fewer.
    """
    room = 11 * (9 + max(map(len, classes)))  # for the names and scores of the classes
    xs = np.linspace(330, min(900, 1060 - room), len(activations)).round().tolist()
    columns = [_column(layer, x) for layer, x in zip(activations, xs)]
    size = f'y="{MIDDLE - SIDE / 2:g}" width="{SIDE}" height="{SIDE}"'
    parts = [f'<image class="ink" href="{image}" {size}/>']
    for row, (_, x, y) in enumerate(columns[0]):
        start = MIDDLE + SIDE * ((row + 0.5) / len(columns[0]) - 0.5)
        ends = f'x1="{SIDE + 3}" y1="{start:.0f}" x2="{x:g}" y2="{y:g}"'
        parts.append(f'<line class="grid" {ends}/>')
    for k, matrix in enumerate(weights):
        parts += _lines(matrix * activations[k], columns[k], columns[k + 1])
    for layer, column in zip(activations, columns):
        parts += _discs(layer, column)
    scores = activations[-1]
    best = int(scores.argmax())
    for n, x, y in columns[-1]:
        bold = ' class="best"' if n == best else ""
        text = f"{escape(classes[n])}&#8194;{percent(float(scores[n]))}"
        parts.append(f'<text{bold} x="{x + 20:g}" y="{y + 5:g}">{text}</text>')
    spoken = escape(f"One image on its way through the network, which says {classes[best]}")
    box = f"0 0 1080 {MIDDLE + TALLEST // 2 + 10}"
    return f'<svg class="neurons" role="img" aria-label="{spoken}" viewBox="{box}">{"".join(parts)}</svg>'


def _column(layer: Array, x: float) -> list[Place]:
    """Places for the neurons of a layer: the most active of a wide one, in their own order."""
    shown = np.sort(np.argsort(-np.abs(layer), kind="stable")[:MOST_NEURONS]).tolist()
    gap = min(32.0, TALLEST / len(shown))
    top = MIDDLE - gap * (len(shown) - 1) / 2
    return [(n, x, round(top + gap * row)) for row, n in enumerate(shown)]


def _lines(brought: Array, sources: list[Place], targets: list[Place]) -> list[str]:
    """`brought[target, source]` as lines, the strongest on top, the faintest left out."""
    ends = [(float(brought[t, s]), a, b, x, y) for s, a, b in sources for t, x, y in targets]
    strongest = max(abs(amount) for amount, *_ in ends) or 1.0
    lines = []
    for amount, a, b, x, y in sorted(ends, key=lambda end: abs(end[0])):
        strength = abs(amount) / strongest
        if strength > 0.04:
            look = f'stroke-width="{0.5 + 3 * strength:.1f}" opacity="{strength:.2f}"'
            sign = "plus" if amount > 0 else "minus"
            lines.append(
                f'<line class="{sign}" {look} x1="{a:g}" y1="{b:g}" x2="{x:g}" y2="{y:g}"/>'
            )
    return lines


def _discs(layer: Array, column: list[Place]) -> list[str]:
    largest = float(np.abs(layer).max()) or 1.0
    part = f"{len(column)} of " if len(column) < len(layer) else ""
    _, x, top = column[0]
    count = f"{part}{len(layer)} neurons"
    discs = [f'<text x="{x:g}" y="{top - 18:g}" text-anchor="middle">{count}</text>']
    for n, x, y in column:
        active = float(layer[n])
        disc, sign = f'cx="{x:g}" cy="{y:g}" r="9"', "plus" if active > 0 else "minus"
        discs.append(
            f'<circle class="back" {disc}/>'
            f'<circle class="{sign}" {disc} fill-opacity="{abs(active) / largest:.2f}">'
            f"<title>neuron {n}: {active:.3f}</title></circle>"
        )
    return discs


# ---- pixels ------------------------------------------------------------------------------------
def picture(pixels: Array) -> str:
    """Bytes (height, width) or (height, width, 3) as a URI."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


def png(pixels: Array) -> bytes:
    """Bytes (height, width) or (height, width, 3) as a PNG file. Source: W3C PNG, section 5."""
    height, width = pixels.shape[:2]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2 if pixels.ndim == 3 else 0, 0, 0, 0)
    rows = np.zeros((height, 1 + pixels[0].size), np.uint8)  # each row starts with filter type 0
    rows[:, 1:] = pixels.reshape(height, -1)
    body = zlib.compress(rows.tobytes(), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
