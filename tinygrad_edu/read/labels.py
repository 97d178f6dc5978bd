"""Labels beside lines: each as near to the middle of its edge as the boxes and other labels leave room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

__all__ = ["along", "place_labels", "place_titles"]

CELL = 6.0  # pixels: a label asks which cells of a grid it would cover
MANY = 400  # labels, from which fewer places are tried
NEAR = 5.0  # pixels between a label and its line
SIDES = ((1, NEAR), (-1, NEAR), (1, 2 * NEAR), (-1, 2 * NEAR))
STEPS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88)  # where along the edge to try


Point = tuple[float, float]
Frame = tuple[float, float, float, float]  # left, top, width, height


def place_labels(
    routes: Sequence[Sequence[Point]],
    labels: Sequence[Point],
    walls: Sequence[Frame],
    direction: str = "TB",
) -> list[Point]:
    """The centre of each label of the given size, beside its route; (0, 0) for those of no width.

    `routes` are points about a cell apart, as `along` gives them; `walls` is what labels may not cover.
    """
    taken: set[tuple[int, int]] = set()
    for wall in walls:
        taken.update(_cells(*wall))
    lines = Counter(
        cell for route in routes for cell in {(int(x // CELL), int(y // CELL)) for x, y in route}
    )
    steps = STEPS if len(labels) <= MANY else STEPS[:3]
    centres = []
    for points, (width, height) in zip(routes, labels):
        best, least = (0.0, 0.0), float("inf")
        for rank, step in enumerate(steps if width else ()):
            x, y = points[int(step * (len(points) - 1))]
            for side, away in SIDES:
                if direction == "TB":  # beside a line that runs down
                    middle = (x + side * (width / 2 + away), y)
                else:  # above or below one that runs right
                    middle = (x, y - side * (height / 2 + away))
                cells = _cells(middle[0] - width / 2, middle[1] - height / 2, width, height)
                cost = rank + 0.5 * (side < 0) + 0.3 * (away > NEAR)
                cost += 100 * len(taken.intersection(cells))
                cost += 10 * sum(lines[cell] for cell in cells if cell in lines)
                if cost < least:
                    best, least = middle, cost
            if least < rank + 1:
                break  # what follows is further from the middle
        centres.append(best)
        if width:
            taken.update(_cells(best[0] - width / 2, best[1] - height / 2, width, height))
    return centres


def place_titles(
    frames: Mapping[str, Frame], widths: Mapping[str, float], routes: Sequence[Sequence[Point]]
) -> dict[str, float]:
    """The left end of each group's title: in its corner, or right of the edges that pass there."""
    starts = {}
    for group, (left, top, width, _) in frames.items():
        passing = sorted(x for points in routes for x, y in points if top - 2 < y < top + 24)
        x = left + 12
        for line in passing:
            if x - 6 < line < x + widths[group] + 6:
                x = line + 8
        starts[group] = x if x + widths[group] < left + width - 8 else left + 12
    return starts


def _cells(x: float, y: float, width: float, height: float) -> list[tuple[int, int]]:
    """The cells of the grid that a rectangle covers."""
    across = range(int(x // CELL), int((x + width) // CELL) + 1)
    return [(i, j) for j in range(int(y // CELL), int((y + height) // CELL) + 1) for i in across]


def along(route: Sequence[tuple[float, float]], direction: str) -> list[Point]:
    """Points along a route as it is drawn, about a cell apart: an S where it leaves the direction."""
    points = [route[0]]
    for (ax, ay), (bx, by) in zip(route, route[1:]):
        n = int(1.5 * max(abs(bx - ax), abs(by - ay)) / CELL) + 1
        for i in range(1, n + 1):
            t = i / n
            ahead = 1.5 * t * (1 - t) + t**3  # a cubic curve whose inner points are half way
            aside = t * t * (3 - 2 * t)
            u, v = (aside, ahead) if direction == "TB" else (ahead, aside)
            points.append((ax + (bx - ax) * u, ay + (by - ay) * v))
    return points
