"""`Drawing`: a scene as text, as a picture, as a page, in a file or in a notebook."""

from __future__ import annotations

import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

import graphviz

from .boxes import label_size, measure, title_widths
from .dot import dot
from .dot_layout import NO_DOT, NO_PROGRAM, dot_layout
from .graph_view import GraphView
from .layout import Layout, best_direction, layout
from .page import page
from .scene import Scene
from .svg import svg, text

__all__ = ["Drawing", "arranged", "oriented"]


class Drawing:
    """A picture of a graph: text for Graphviz, SVG, a page, a file, or the output of a notebook's cell."""

    def __init__(self, view: GraphView, opened: frozenset[str], format: str | None = None) -> None:
        self.view, self.opened, self.format = view, opened, format

    @cached_property
    def scene(self) -> Scene:
        """What is shown, without where."""
        return oriented(self.view.scene(self.opened))

    @property
    def dot(self) -> str:
        """The picture as DOT text."""
        return dot(self.scene)

    @property
    def graphviz(self) -> graphviz.Source:
        """The picture as an object of the `graphviz` package."""
        return graphviz.Source(self.dot)

    def svg(self, *, use_dot: bool | None = None) -> str:
        """The picture as an `<svg>` element, laid out by `dot` if it is installed, else by Python.

        `use_dot=False` does without `dot` in any case.
        """
        return svg(self.scene, arranged(self.scene, use_dot=use_dot is not False))

    def html(self) -> str:
        """A page of its own, without a server or a network: a click opens and closes modules."""
        return page(self.view.title, self.view.scene, self.opened, self._drawn)

    def _drawn(self, scene: Scene) -> str:
        scene = oriented(scene)
        return svg(scene, arranged(scene, use_dot=False), sheet=False)

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file, .svg, .html, .dot, .png or .pdf, and return its path.

        Without Graphviz's `dot`, what was to be a .png or .pdf becomes an .svg, and a warning says so.
        Raises ValueError for other endings.
        """
        path = Path(path)
        ending = path.suffix.lower().lstrip(".")
        if ending not in ("svg", "html", "dot", "gv", "png", "pdf"):
            raise ValueError(
                f"save: expected a name that ends in .svg, .html, .dot, .png or .pdf, got {path.name!r}"
            )
        if ending in ("png", "pdf"):
            made = self._by_dot(ending)
            if made is not None:
                path.write_bytes(made)
                return path
            path, ending = path.with_suffix(".svg"), "svg"
            warnings.warn(f"save: {NO_PROGRAM}; wrote {path.name} instead", stacklevel=2)
        path.write_text(self._text(ending), encoding="utf-8")
        return path

    def _text(self, ending: str) -> str:
        return self.html() if ending == "html" else self.svg() if ending == "svg" else self.dot

    def _by_dot(self, ending: str) -> bytes | None:
        """The picture as `dot` makes it; None where there is no `dot` that works."""
        source = graphviz.Source(self.dot.replace("digraph {", "digraph { graph [dpi=144]", 1))
        try:
            made: bytes = source.pipe(format=ending)
        except NO_DOT:
            return None
        return made

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, Any]:
        if self.format == "dot":
            return {"text/plain": self.dot}
        picture, note = self.svg(), ""
        if self.format == "png":
            made = self._by_dot("png")
            if made is not None:
                return {"image/png": made, "text/plain": repr(self)}
            note = f"<p>{text(NO_PROGRAM)}; this is SVG instead</p>"
        return {
            "text/html": f'<div style="overflow:auto;max-width:100%">{picture}{note}</div>',
            "image/svg+xml": picture,
            "text/plain": repr(self),
        }

    def __repr__(self) -> str:
        scene = self.scene
        counts = f"{len(scene.boxes)} boxes, {len(scene.edges)} edges"
        return f"<Drawing of {scene.title}: {counts}; .save('x.svg')>"


def oriented(scene: Scene) -> Scene:
    """The scene with "auto" replaced by the direction that suits it."""
    if scene.direction == "auto":
        pairs = [(edge.tail, edge.head) for edge in scene.edges]
        scene.direction = "TB" if scene.groups else best_direction(measure(scene), pairs)
    return scene


def arranged(scene: Scene, *, use_dot: bool = True) -> Layout:
    """Where everything of a scene is: by `dot`, or by our own layout where it is missing or not wanted."""
    if use_dot:
        try:
            return dot_layout(scene)
        except NO_DOT:
            pass
    parents = {box.key: box.group for box in scene.boxes} | {g.key: g.parent for g in scene.groups}
    return layout(
        measure(scene),
        [(edge.tail, edge.head) for edge in scene.edges],
        parents,
        title_widths(scene),
        [label_size(edge) for edge in scene.edges],
        scene.direction,
    )
