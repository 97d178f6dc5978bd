"""Places: the horizontal half of a layered layout.

Each item wants to be straight below what it is made from and straight above what it is used for; it
may not overlap its neighbours in the layer.  For one layer that is a problem of least squares with
an order to keep, which pooling solves exactly; sweeping down and up over the layers does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Link", "place", "spread"]

SWEEPS, STIFF = 16, 8.0  # how often, and how much harder links inside a line pull


class Link(NamedTuple):
    """An edge between items of neighbouring layers, from `x + at` of one to `x + to` of the other."""

    tail: int
    head: int
    at: float
    to: float
    weight: float


def spread(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Positions closest to those wanted, in weighted squares, with `gaps[k]` at least between k and k + 1.

    Items that would come too close are pooled into a run, which moves as one.
    Source: pool adjacent violators; Barlow et al., Statistical inference under order restrictions (1972).

    >>> spread([0, 0, 10], [1, 1, 1], [4, 4])
    [-2.0, 2.0, 10.0]
    """
    shifts = [0.0]
    for gap in gaps:
        shifts.append(shifts[-1] + gap)
    runs: list[tuple[float, float, int]] = []  # mean, weight, count
    for x, w, shift in zip(wanted, weights, shifts):
        mean, weight, count = x - shift, w, 1
        while runs and runs[-1][0] > mean:
            before, heavy, more = runs.pop()
            mean = (before * heavy + mean * weight) / (heavy + weight)
            weight, count = heavy + weight, more + count
        runs.append((mean, weight, count))
    means = [mean for mean, _, count in runs for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, shifts)]


def place(
    layers: Sequence[Sequence[int]],
    gaps: Sequence[Sequence[float]],
    links: Sequence[Link],
    loose: float,
    side: float,
) -> list[float]:
    """The centre of each item; `gaps` has what must lie between the centres of a layer's neighbours.

    Lines of items with one way in and one way out are made straight where there is room.  Links no
    heavier than `side` do not count as ways; those no heavier than `loose` only bring items near.
    """
    columns = _Columns(layers, gaps, links)
    lines = columns.lines(side)
    columns.stiffen(lines)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        if sweep >= SWEEPS - 4:
            columns.sweep(down, columns.both)
        else:
            columns.sweep(down, columns.ups if down else columns.downs)
    for _ in range(2):
        for line in lines:
            columns.straighten(line, loose, side)
    columns.settle(loose)
    return columns.xs


Pull = tuple[int, float, float]  # the other end of a link, how far to its right to be, the weight
Line = list[tuple[int, float]]  # items, and how far each is to be to the right of the first


class _Columns:
    """Items in layers, and where they are now."""

    def __init__(
        self,
        layers: Sequence[Sequence[int]],
        gaps: Sequence[Sequence[float]],
        links: Sequence[Link],
    ) -> None:
        self.layers, self.gaps, count = layers, gaps, sum(map(len, layers))
        self.ups: list[list[Pull]] = [[] for _ in range(count)]
        self.downs: list[list[Pull]] = [[] for _ in range(count)]
        for a, b, at, to, weight in links:
            self.ups[b].append((a, at - to, weight))
            self.downs[a].append((b, to - at, weight))
        self.both: list[list[Pull]] = []
        self.where = {k: (r, i) for r, layer in enumerate(layers) for i, k in enumerate(layer)}
        self.xs = [0.0] * count
        for layer, between in zip(layers, gaps):
            x = 0.0
            for k, gap in zip(layer, [0.0, *between]):
                x += gap
                self.xs[k] = x

    def sweep(self, down: bool, pulls: Sequence[Sequence[Pull]]) -> None:
        """Bring each item to the mean of what pulls it, layer by layer."""
        for layer, between in list(zip(self.layers, self.gaps))[:: 1 if down else -1]:
            wanted, weights = [], []
            for k in layer:
                weight = sum(w for _, _, w in pulls[k])
                mean = sum((self.xs[o] + d) * w for o, d, w in pulls[k])
                wanted.append(mean / weight if weight else self.xs[k])
                weights.append(weight or 1e-3)
            self._put(layer, spread(wanted, weights, between))

    def stiffen(self, lines: Sequence[Line]) -> None:
        """Let the items of a line hold together: others make room for it."""
        inside = {(a, b) for line in lines for (a, _), (b, _) in zip(line, line[1:])}
        for k, (up, down) in enumerate(zip(self.ups, self.downs)):
            up[:] = [(o, d, w * STIFF if (o, k) in inside else w) for o, d, w in up]
            down[:] = [(o, d, w * STIFF if (k, o) in inside else w) for o, d, w in down]
        self.both = [up + down for up, down in zip(self.ups, self.downs)]

    def _put(self, layer: Sequence[int], xs: Sequence[float]) -> None:
        for k, x in zip(layer, xs):
            self.xs[k] = x

    def lines(self, side: float) -> list[Line]:
        """Items of which each is the only way on from the one before; the longest lines first."""
        only: list[Pull | None] = []
        for pulls in self.downs:
            ways = [p for p in pulls if p[2] > side]
            only.append(
                ways[0] if len(ways) == 1 and self._ways_in(ways[0][0], side) == 1 else None
            )
        continued = {way[0] for way in only if way}
        lines = []
        for k in range(len(only)):
            if k in continued:
                continue
            line: Line = [(k, 0.0)]
            way = only[k]
            while way is not None:
                line.append((way[0], line[-1][1] - way[1]))
                way = only[way[0]]
            if len(line) > 1 or self._ways_in(k, side) == 1:
                lines.append(line)
        return sorted(lines, key=len, reverse=True)

    def _ways_in(self, k: int, side: float) -> int:
        return sum(weight > side for _, _, weight in self.ups[k])

    def straighten(self, line: Line, loose: float, side: float) -> None:
        """Put a line at one place, if there is room: below what it comes from, above where it goes, or between."""
        low, high = -1e9, 1e9
        for k, shift in line:
            rank, i = self.where[k]
            layer, between = self.layers[rank], self.gaps[rank]
            if i:
                low = max(low, self.xs[layer[i - 1]] + between[i - 1] - shift)
            if i + 1 < len(layer):
                high = min(high, self.xs[layer[i + 1]] - between[i] - shift)
        if low > high:
            return
        middle = sorted(self.xs[k] - shift for k, shift in line)[len(line) // 2]
        goals = []
        for (k, shift), pulls in ((line[0], self.ups), (line[-1], self.downs)):
            ways = [p for p in pulls[k] if p[2] > side] or [p for p in pulls[k] if p[2] > loose]
            if len(ways) == 1:
                goals.append(self.xs[ways[0][0]] + ways[0][1] - shift)
        fits = [x for x in goals if low <= x <= high]
        x = min(fits, key=lambda x: abs(x - middle), default=min(max(middle, low), high))
        for k, shift in line:
            self.xs[k] = x + shift

    def settle(self, loose: float) -> None:
        """Bring what has only loose links as near as it can be, and move nothing else."""
        for layer, between in zip(self.layers, self.gaps):
            weights = [sum(w for _, _, w in self.both[k]) for k in layer]
            wanted = []
            for k, weight in zip(layer, weights):
                only_loose = bool(self.downs[k]) and weight <= loose * len(self.downs[k])
                other, shift, _ = self.downs[k][0] if only_loose else (k, 0.0, 0.0)
                wanted.append(self.xs[other] + shift)
            self._put(layer, spread(wanted, [max(w, loose) for w in weights], between))
