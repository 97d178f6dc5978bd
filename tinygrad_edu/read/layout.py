"""A layered layout of boxes in nested groups, in Python alone: what feeds is above what is fed.

A group is laid out by itself, innermost first, and is then one more box to the group around it.  An
edge that enters or leaves a group passes a port on its border: the layout inside says where the port
is, the layout outside leads the edge there.  So groups never overlap what is not theirs, and each
level is one small problem: layers (`layers.py`), then places in them (`places.py`).

Nothing here knows of graphs of Tensors: sizes and edges in, frames and routes out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .labels import along, place_labels, place_titles
from .layers import order_layers, ranks_of, topological
from .places import Link, place, spread

__all__ = ["Frame", "Layout", "Point", "best_direction", "layout"]

Point = tuple[float, float]
GAP, BESIDE, BETWEEN_LINES = 30.0, 26.0, 16.0  # below a layer; between boxes; between lines
BESIDE_LINE = 12.0  # around a label
HEADER, PADDING = 28.0, 14.0  # inside a group: above, where its title is, and on the other sides
LONG, SHORT, MIXED, LOOSE = (
    8.0,
    2.0,
    0.5,
    1e-4,
)  # how hard links pull: inside long edges; between boxes; between both; of parameters


class Frame(NamedTuple):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def turned(self) -> Frame:
        """Mirrored on the diagonal: right becomes down."""
        return Frame(self.y, self.x, self.height, self.width)


@dataclass
class Layout:
    """Where everything is: frames of boxes and groups, the points and the label's centre of each edge.

    `titles` has the left end of each group's title, which stands clear of edges.
    The points of a route are joined by smooth curves, or, if `splines`, are those of cubic Bezier curves.
    """

    frames: dict[str, Frame]
    routes: list[list[Point]]
    labels: list[Point]
    width: float
    height: float
    direction: str = "TB"
    titles: dict[str, float] = field(default_factory=dict)
    splines: bool = False


def layout(
    sizes: Mapping[str, tuple[float, float]],
    edges: Sequence[tuple[str, str]],
    parents: Mapping[str, str] | None = None,
    titles: Mapping[str, float] | None = None,
    labels: Sequence[tuple[float, float]] | None = None,
    direction: str = "TB",
) -> Layout:
    """Lay out boxes of the given sizes, top to bottom ("TB") or left to right ("LR").

    `edges` are pairs of boxes. `parents` has the group of a box or group, "" or nothing for none.
    `titles` are the widths of the groups' titles, `labels` the sizes of the edges'. The same input
    gives the same layout; edges of a cycle that go backwards are drawn upwards.
    """
    parents, titles = parents or {}, titles or {}
    labels = labels or [(0.0, 0.0)] * len(edges)
    turned = direction == "LR"
    flat = {k: (h, w) if turned else (w, h) for k, (w, h) in sizes.items()}
    rooms = [(h if turned else w) + BESIDE_LINE if w else 0.0 for w, h in labels]
    room = GAP + max((size[0 if turned else 1] for size in labels), default=0.0)

    # which boxes and edges each group has to lay out
    chains = {box: _chain(box, parents) for box in sizes}
    depth = {g: len(chain) - k for chain in chains.values() for k, g in enumerate(chain) if k}
    groups = sorted({"": 0, **depth}, key=lambda g: depth.get(g, 0))  # from the outermost in
    children: dict[str, dict[str, None]] = {g: {} for g in groups}
    for chain in chains.values():
        for item, group in zip(chain, chain[1:]):
            children[group][item] = None
    local: dict[str, list[Local]] = {g: [] for g in groups}
    paths = [_path(chains[a], chains[b]) for a, b in edges]
    for k, path in enumerate(paths):
        for group, a, b in path:
            local[group].append((k, a, b))

    # each group by itself, from the innermost out
    fed = {b for _, b in edges}
    levels: dict[str, _Level] = {}
    for group in reversed(groups):
        level = _Level(list(children[group]), local[group], flat, levels, fed, rooms)
        least = titles.get(group, 0.0) + 2 * PADDING if group else 0.0
        side, header = (PADDING, HEADER) if group else (0.0, 0.0)
        if turned:
            level.set_columns(header, side, 0.0)
            level.set_rows(side, side, room)
            level.height = max(level.height, least)
        else:
            if any(a is None for _, a, _ in local[group]):  # the title stands left of the middle
                least = 2 * titles.get(group, 0.0) + 3 * PADDING
            level.set_columns(side, side, least)
            level.set_rows(header, side, room)
        level.trace()
        levels[group] = level
        flat[group] = (level.width, level.height)

    # all of them together, from the outermost in
    origins: dict[str, Point] = {"": (0.0, 0.0)}
    frames: dict[str, Frame] = {}
    for group in groups:
        x, y = origins[group]
        for item, (dx, dy) in levels[group].corners.items():
            origins[item] = (x + dx, y + dy)
            frames[item] = Frame(x + dx, y + dy, *flat[item])
    routes = []
    for k, path in enumerate(paths):
        points: list[Point] = []
        for group, _, _ in path:
            x, y = origins[group]
            points.extend((x + px, y + py) for px, py in levels[group].pieces[k])
        routes.append([p for i, p in enumerate(points) if not i or p != points[i - 1]])
    width, height = flat[""]
    if turned:
        frames = {k: frame.turned() for k, frame in frames.items()}
        routes = [[(y, x) for x, y in route] for route in routes]
        width, height = height, width

    # words where there is room
    drawn = [along(route, direction) for route in routes]
    starts = place_titles({g: frames[g] for g in titles}, titles, drawn)
    walls = [frames[k] for k in sizes]
    for group, (x, y, w, h) in ((g, frames[g]) for g in titles):
        borders = [(x, y, w, 0), (x, y + h, w, 0), (x, y, 0, h), (x + w, y, 0, h)]
        walls += [Frame(*b) for b in (*borders, (starts[group], y + 4, titles[group], 16))]
    centres = place_labels(drawn, labels, walls, direction)
    return Layout(frames, routes, centres, width, height, direction, starts)


def best_direction(
    sizes: Mapping[str, tuple[float, float]], edges: Sequence[tuple[str, str]]
) -> str:
    """ "LR" for a graph that would be more than twice as wide as high from top to bottom, else "TB"."""
    index = {box: k for k, box in enumerate(sizes)}
    order = {
        k: i
        for i, k in enumerate(topological(len(index), [(index[a], index[b]) for a, b in edges]))
    }
    pairs = [(index[a], index[b]) for a, b in edges if order[index[a]] < order[index[b]]]
    ranks = ranks_of(len(index), pairs)
    width: dict[int, float] = {}
    height: dict[int, float] = {}
    for (w, h), r in zip(sizes.values(), ranks):
        width[r] = width.get(r, 0.0) + w + BESIDE
        height[r] = max(height.get(r, 0.0), h + GAP)
    return "LR" if max(width.values(), default=0) > 2.2 * sum(height.values()) else "TB"


def _chain(item: str, parents: Mapping[str, str]) -> list[str]:
    """The item, its group, the group around that, and so on, to "" around all."""
    chain = [item]
    while chain[-1]:
        chain.append(parents.get(chain[-1], ""))
    return chain


def _path(tail: Sequence[str], head: Sequence[str]) -> list[tuple[str, str | None, str | None]]:
    """The groups an edge passes: (group, from which item, to which item), None for the border."""
    shared = next(g for g in tail[1:] if g in head[1:])
    k, j = tail.index(shared, 1), head.index(shared, 1)
    out = [(group, item, None) for item, group in zip(tail[: k - 1], tail[1:k])]
    back = [(group, None, item) for item, group in zip(head[: j - 1], head[1:j])]
    return [*out, (shared, tail[k - 1], head[j - 1]), *reversed(back)]


Local = tuple[int, str | None, str | None]  # an edge inside a group, by number; None is the border


class _Level:
    """The inside of one group, in its own coordinates.

    The items are boxes and groups; after them come the ports of edges that cross the border, then the
    invisible items of edges that pass layers.  All are numbers from here on.

    corners  where each box and group is
    pieces   the part of each edge that lies in this group
    enters   where edges cross the upper border, and `leaves`, the lower
    """

    def __init__(
        self,
        items: Sequence[str],
        edges: Sequence[Local],
        sizes: Mapping[str, tuple[float, float]],
        inner: Mapping[str, _Level],
        fed: Collection[str],
        rooms: Sequence[float],
    ) -> None:
        self.items, self.count, self.inner = items, len(items), inner
        self.index = {item: k for k, item in enumerate(items)}
        self.backward: set[int] = set()  # edges of a cycle that run upwards
        self.ranks = self._ranked(edges)
        self.last = max(self.ranks, default=0) + 1
        self.lines = {k: self._line(k, a, b) for k, a, b in edges}
        self.widths = [sizes[item][0] for item in items] + [0.0] * (len(self.ranks) - self.count)
        self.heights = [sizes[item][1] for item in items] + [0.0] * (len(self.ranks) - self.count)
        self.rooms = [0.0] * len(self.ranks)  # for the label of a long edge, right of its middle
        for k, line in self.lines.items():
            if len(line) > 2:
                self.rooms[line[len(line) // 2]] = rooms[k]
        self.links, self.ends = self._linked(fed)
        self.layers = order_layers(
            self.ranks,
            [(link.tail, link.head) for link in self.links],
            [(self._share(e.tail, e.at), self._share(e.head, e.to)) for e in self.links],
        )
        self.corners: dict[str, Point] = {}
        self.pieces: dict[int, list[Point]] = {}
        self.enters: dict[int, float] = {}
        self.leaves: dict[int, float] = {}

    # ---- layers ----------------------------------------------------------------------------------
    def _ranked(self, edges: Sequence[Local]) -> list[int]:
        """The layers of the items; the borders, if they have ports, are layers of their own."""
        pairs = {
            k: (self.index[a], self.index[b])
            for k, a, b in edges
            if a is not None and b is not None
        }
        order = {k: i for i, k in enumerate(topological(self.count, list(pairs.values())))}
        self.backward = {k for k, (a, b) in pairs.items() if order[a] > order[b]}
        ranks = ranks_of(
            self.count, [(b, a) if k in self.backward else (a, b) for k, (a, b) in pairs.items()]
        )
        first = 1 if any(a is None for _, a, _ in edges) else 0
        return [rank + first for rank in ranks]

    def _line(self, k: int, a: str | None, b: str | None) -> list[int]:
        """The items that an edge visits, one in each layer from its start to its end."""
        start = self._added(0) if a is None else self.index[a]
        end = self._added(self.last) if b is None else self.index[b]
        if k in self.backward:
            start, end = end, start
        passed = range(self.ranks[start] + 1, self.ranks[end])
        return [start, *(self._added(rank) for rank in passed), end]

    def _added(self, rank: int) -> int:
        self.ranks.append(rank)
        return len(self.ranks) - 1

    def _linked(self, fed: Collection[str]) -> tuple[list[Link], dict[int, tuple[int, int]]]:
        """The links that edges consist of, and the first and last link of each edge."""
        seen = {k for line in self.lines.values() for k in (line[0], line[-1])}
        links: list[Link] = []
        ends = {}
        for k, line in self.lines.items():
            for a, b in zip(line, line[1:]):
                at = self._port(a, k, out=True) if a == line[0] else 0.0
                to = self._port(b, k, out=False) if b == line[-1] else 0.0
                source = a < self.count and self.items[a] not in fed and self._level(a) is None
                weight = LOOSE if source else (LONG, MIXED, SHORT)[(a in seen) + (b in seen)]
                links.append(Link(a, b, at, to, weight))
            ends[k] = (len(links) - len(line) + 1, len(links) - 1)
        return links, ends

    def _level(self, k: int) -> _Level | None:
        """The inside of an item, if that is a group."""
        return self.inner.get(self.items[k]) if k < self.count else None

    def _port(self, k: int, edge: int, out: bool) -> float:
        """Where an edge crosses the border of an item that is a group, from the item's centre."""
        level = self._level(k)
        found = {} if level is None else level.leaves if out else level.enters
        return found[edge] - self.widths[k] / 2 if edge in found else 0.0

    def _share(self, k: int, offset: float) -> float:
        """An offset from an item's centre as a share of its width."""
        return offset / self.widths[k] if self.widths[k] else 0.0

    # ---- coordinates ----------------------------------------------------------------------------
    def set_columns(self, left: float, right: float, least: float) -> None:
        """Find every item's place in its layer, with room on both sides, at least so wide in all."""
        between = [[self._apart(a, b) for a, b in zip(layer, layer[1:])] for layer in self.layers]
        xs = place(self.layers, between, self.links, LOOSE, MIXED)
        low = min((x - w / 2 for x, w in zip(xs, self.widths)), default=0.0)
        rights = (x + w / 2 + room for x, w, room in zip(xs, self.widths, self.rooms))
        high = max(rights, default=0.0)
        self.width = max(high - low + left + right, least)
        shift = left - low + (self.width - (high - low + left + right)) / 2
        self.xs = [x + shift for x in xs]
        self.ats, self.tos = self._attached()

    def _apart(self, a: int, b: int) -> float:
        boxes = a < self.count and b < self.count
        gap = BESIDE if boxes else max(BETWEEN_LINES, self.rooms[a])
        return (self.widths[a] + self.widths[b]) / 2 + gap

    def set_rows(self, top: float, bottom: float, gap: float) -> None:
        """Find every layer's place: as high as its highest item, more below it where links run far sideways."""
        self.tops, self.bottoms = [], []
        has_entrances = bool(self.layers) and all(k >= self.count for k in self.layers[0])
        has_exits = self.last < len(self.layers)
        y = 0.0 if has_entrances else top
        for rank, layer in enumerate(self.layers):
            if rank == 1 and has_entrances:
                y = max(top, 0.6 * GAP)
            self.tops.append(y)
            self.bottoms.append(y + max((self.heights[k] for k in layer), default=0.0))
            far = max(
                (abs(self._sideways(e)) for e in self.links if self.ranks[e.tail] == rank),
                default=0.0,
            )
            below = max(bottom, 0.04 * far) if has_exits and rank + 1 == self.last else gap
            y = self.bottoms[-1] + below + min(36.0, 0.08 * far)
        self.height = (self.bottoms[-1] if self.bottoms else top) + (0.0 if has_exits else bottom)

    def _sideways(self, link: Link) -> float:
        return self.xs[link.tail] + link.at - self.xs[link.head] - link.to

    def trace(self) -> None:
        """Write down corners, pieces of edges and ports."""
        for item, k in self.index.items():
            self.corners[item] = (self.xs[k] - self.widths[k] / 2, self.tops[self.ranks[k]])
        for edge, line in self.lines.items():
            first, last = self.ends[edge]
            start, end = line[0], line[-1]
            x, rank = self.xs[start] + self.ats[first], self.ranks[start]
            points = [(x, self.tops[rank] + self.heights[start]), (x, self.bottoms[rank])]
            if start >= self.count:
                self.enters[edge] = x
            for k in line[1:-1]:
                points += [(self.xs[k], y[self.ranks[k]]) for y in (self.tops, self.bottoms)]
            x = self.xs[end] + self.tos[last]
            if end >= self.count:
                self.leaves[edge] = x
            points.append((x, self.tops[self.ranks[end]]))
            self.pieces[edge] = points[::-1] if edge in self.backward else points

    def _attached(self) -> tuple[list[float], list[float]]:
        """Where each link leaves its tail and meets its head, from their centres.

        A link that can be straight is; others lean to where they come from, side by side on the border.
        """
        ats, tos = [link.at for link in self.links], [link.to for link in self.links]
        for mine, theirs, near, apart in ((ats, tos, 0, 10.0), (tos, ats, 1, 14.0)):
            meeting: dict[int, list[int]] = {}
            for i, link in enumerate(self.links):
                k = (link.tail, link.head)[near]
                if k < self.count and self._level(k) is None:
                    meeting.setdefault(k, []).append(i)
            for k, several in meeting.items():
                far = {}
                for i in several:
                    other = (self.links[i].head, self.links[i].tail)[near]
                    far[i] = self.xs[other] + theirs[i] - self.xs[k]
                several.sort(key=far.__getitem__)
                reach, limit = 0.36 * self.widths[k], 0.46 * self.widths[k]
                wanted = [max(-reach, min(reach, 0.3 * far[i])) for i in several]
                gap = min(apart, 2 * reach / len(several))
                weights = [100.0 if abs(far[i]) < 1 else 1.0 for i in several]
                for i, x in zip(several, spread(wanted, weights, [gap] * (len(several) - 1))):
                    mine[i] = max(-limit, min(limit, x))
        return ats, tos
