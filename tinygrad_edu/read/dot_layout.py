"""Graphviz's layout of a scene, where its program `dot` is installed: it places our boxes, we draw them."""

from __future__ import annotations

import json
from typing import Any

import graphviz

from .boxes import label_size, measure, title_widths
from .dot import nested
from .labels import place_titles
from .layout import Frame, Layout, Point
from .scene import Scene

__all__ = ["NO_DOT", "NO_PROGRAM", "dot_layout"]

NO_DOT = (graphviz.ExecutableNotFound, graphviz.CalledProcessError, OSError)
NO_PROGRAM = (
    "found no program dot of Graphviz that works "
    "(apt install graphviz, brew install graphviz, or https://graphviz.org/download)"
)
INCH = 72.0


def dot_layout(scene: Scene) -> Layout:
    """Where `dot` puts the boxes, edges and groups of a scene.  Raises one of NO_DOT where it cannot."""
    sizes = measure(scene)
    boxes = {k: f"width={w / INCH:.4f} height={h / INCH:.4f}" for k, (w, h) in sizes.items()}
    groups = {
        g.key: "margin=12 labeljust=l label=" + _blank(wide + 24, 16)
        for g, wide in zip(scene.groups, title_widths(scene).values())
    }
    edges = []
    for k, edge in enumerate(scene.edges):
        w, h = label_size(edge)
        label = f" label={_blank(w + 6, h + 4)}" if w else ""
        edges.append(f"  {edge.tail} -> {edge.head} [id=e{k}{label}]")
    lines = [
        f"digraph {{ graph [rankdir={scene.direction} nodesep=0.32 ranksep=0.42]",
        '  node [shape=box fixedsize=true label="" margin=0] edge [arrowhead=none]',
        *nested(scene, boxes, groups),
        *edges,
        "}",
    ]
    answer = graphviz.Source("\n".join(lines)).pipe(format="json", encoding="utf-8")
    return _read(json.loads(answer), scene, sizes)


def _blank(width: float, height: float) -> str:
    """An empty label of a size."""
    size = f'FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"'
    return f'<<TABLE BORDER="0" {size}><TR><TD></TD></TR></TABLE>>'


def _read(found: Any, scene: Scene, sizes: dict[str, tuple[float, float]]) -> Layout:
    """The layout in dot's JSON, which has the origin at the lower left."""
    _, _, width, height = _numbers(found["bb"])
    frames: dict[str, Frame] = {}
    for thing in found.get("objects", []):
        key = thing["name"].removeprefix("cluster_")
        if "bb" in thing:
            left, low, right, high = _numbers(thing["bb"])
            frames[key] = Frame(left, height - high, right - left, high - low)
        elif "pos" in thing:
            x, y = _numbers(thing["pos"])
            w, h = sizes[key]
            frames[key] = Frame(x - w / 2, height - y - h / 2, w, h)
    routes: list[list[Point]] = [[] for _ in scene.edges]
    labels: list[Point] = [(0.0, 0.0) for _ in scene.edges]
    for thing in found.get("edges", []):
        k = int(thing["id"].removeprefix("e"))
        points = [_numbers(pair) for pair in thing["pos"].split()]
        routes[k] = [(x, height - y) for x, y in points]
        if "lp" in thing:
            x, y = _numbers(thing["lp"])
            labels[k] = (x, height - y)
    titles = place_titles({g.key: frames[g.key] for g in scene.groups}, title_widths(scene), routes)
    return Layout(frames, routes, labels, width, height, scene.direction, titles, splines=True)


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]
