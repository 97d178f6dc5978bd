"""Layers: the vertical half of a layered layout, and the order of items within each layer.

Sugiyama's method: every item goes below what it is made from; an edge that passes layers gets an
invisible item in each, so that all edges join neighbours; then the layers are sorted again and again
by the mean position of their neighbours, and the order with the fewest crossings is kept.
Source: Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical systems (1981).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

__all__ = ["crossings", "order_layers", "ranks_of", "topological"]

Pairs = Sequence[tuple[int, int]]
SWEEPS = 12


def neighbours(count: int, pairs: Pairs) -> tuple[list[list[int]], list[list[int]]]:
    """For each item, those with an edge to it, and those it has an edge to."""
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs:
        above[b].append(a)
        below[a].append(b)
    return above, below


def topological(count: int, pairs: Pairs) -> list[int]:
    """The items, each after those with an edge to it; where there is a cycle, the first item breaks it."""
    above, below = neighbours(count, pairs)
    missing = [len(items) for items in above]
    done, order = [False] * count, []
    ready = [k for k in reversed(range(count)) if not missing[k]]
    for start in range(count + 1):
        while ready:
            a = ready.pop()
            if done[a]:
                continue
            done[a] = True
            order.append(a)
            for b in below[a]:
                missing[b] -= 1
                if not missing[b]:
                    ready.append(b)
        if start < count and not done[start]:
            ready.append(start)
    return order


def ranks_of(count: int, pairs: Pairs) -> list[int]:
    """The layer of each item, 0 on top: below all it is made from, and close to where it is used.

    `pairs` must be free of cycles.
    """
    above, below = neighbours(count, pairs)
    order = topological(count, pairs)
    ranks = [0] * count
    for k in order:
        ranks[k] = max((ranks[a] + 1 for a in above[k]), default=0)
    for k in reversed(order):
        if len(below[k]) > len(above[k]):  # moving it down shortens more edges than it lengthens
            ranks[k] = min(ranks[b] for b in below[k]) - 1
    return ranks


def order_layers(
    ranks: Sequence[int], pairs: Pairs, ports: Sequence[tuple[float, float]] | None = None
) -> list[list[int]]:
    """The items of each layer from left to right, with few crossings; every edge joins neighbouring layers.

    `ports` says where an edge leaves its tail and meets its head, from -0.5, left, to 0.5, right.
    """
    ports = ports or [(0.0, 0.0)] * len(pairs)
    ups: list[Ends] = [[] for _ in ranks]
    downs: list[Ends] = [[] for _ in ranks]
    for (a, b), (at, to) in zip(pairs, ports):
        ups[b].append((a, at, to))
        downs[a].append((b, to, at))
    layers: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for k in _as_read(*neighbours(len(ranks), pairs)):
        layers[ranks[k]].append(k)
    best, fewest = [list(layer) for layer in layers], crossings(layers, downs)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        for layer, fixed in zip(
            layers[1:] if down else layers[-2::-1], layers if down else layers[::-1]
        ):
            place = {k: i for i, k in enumerate(fixed)}
            _sort_by_mean(layer, ups if down else downs, place)
        _swap_neighbours(layers, ups, downs)
        found = crossings(layers, downs)
        if found < fewest:
            best, fewest = [list(layer) for layer in layers], found
    return best


Ends = list[
    tuple[int, float, float]
]  # edges of an item: the other end, the port there, the port here


def _as_read(above: list[list[int]], below: list[list[int]]) -> list[int]:
    """All items as a reader meets them: from each result back through its inputs, first to last."""
    count = len(above)
    seen, order = [False] * count, []
    for root in [k for k in range(count) if not below[k]] + list(range(count)):
        ahead = [(root, False)]
        while ahead:
            k, left = ahead.pop()
            if left:
                order.append(k)
            elif not seen[k]:
                seen[k] = True
                ahead.append((k, True))
                ahead.extend((a, False) for a in reversed(above[k]))
    return order


def _sort_by_mean(layer: list[int], toward: Sequence[Ends], place: dict[int, int]) -> None:
    """Sort a layer by the mean place of its neighbours; items without any stay where they are."""
    means = {
        k: sum(place[o] + there for o, there, _ in toward[k]) / len(toward[k])
        for k in layer
        if toward[k]
    }
    moving = iter(sorted((k for k in layer if k in means), key=means.__getitem__))
    layer[:] = [next(moving) if k in means else k for k in layer]


def _swap_neighbours(layers: list[list[int]], ups: Sequence[Ends], downs: Sequence[Ends]) -> None:
    """Swap items side by side while that removes crossings."""
    place = {k: i for layer in layers for i, k in enumerate(layer)}
    for layer in layers:
        for i in range(len(layer) - 1):
            a, b = layer[i], layer[i + 1]
            gain = 0
            for toward in (ups, downs):
                ours = [place[o] + there for o, there, _ in toward[a]]
                theirs = [place[o] + there for o, there, _ in toward[b]]
                gain += sum((x > y) - (x < y) for x in ours for y in theirs)
            if gain > 0:
                layer[i], layer[i + 1] = b, a
                place[a], place[b] = i + 1, i


def crossings(layers: Sequence[Sequence[int]], downs: Sequence[Ends]) -> int:
    """How many pairs of edges cross."""
    total = 0
    for layer, after in zip(layers, layers[1:]):
        place = {k: i for i, k in enumerate(after)}
        lines = sorted(
            (i + here, place[b] + there) for i, a in enumerate(layer) for b, there, here in downs[a]
        )
        seen: list[float] = []
        for _, end in lines:
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total
