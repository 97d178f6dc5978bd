"""A scene: what a drawing shows, before it is decided where.  DOT, SVG and HTML are written from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..palette import CARD

__all__ = ["Box", "Cell", "Edge", "Group", "Heat", "Scene"]


@dataclass
class Heat:
    """A matrix as coloured squares; `texts`, its numbers, where there are few."""

    colours: list[list[str]]
    texts: list[list[str]] | None = None


@dataclass
class Cell:
    """One panel of a box: a caption over lines of text or a heat map, or `beside` its one line."""

    caption: str
    lines: Sequence[str] = ()
    heat: Heat | None = None
    fill: str = CARD
    beside: bool = False


@dataclass
class Box:
    """A value or a closed module.

    kind     a key of `look.KINDS`
    note     small text beside the title
    group    the group it is in, "" for none
    stacked  it stands for several that are alike
    opens    the key of the module that a click opens, "" for none
    tip      the whole story in plain text: a tooltip, and what a screen reader says
    """

    key: str
    kind: str
    title: str
    note: str = ""
    cells: list[Cell] = field(default_factory=list)
    group: str = ""
    stacked: bool = False
    opens: str = ""
    tip: str = ""


@dataclass
class Edge:
    """From a box to one it feeds; `backward` says that the label is a derivative."""

    tail: str
    head: str
    label: str = ""
    backward: bool = False
    dashed: bool = False


@dataclass
class Group:
    """An open module: a frame around what it computes."""

    key: str
    title: str
    note: str = ""
    parent: str = ""


@dataclass
class Scene:
    """All of a drawing.

    groups     each after the one around it
    notes      what was folded, in words
    direction  "TB" or "LR", or "auto" where that is still to be found
    """

    title: str
    boxes: list[Box]
    edges: list[Edge]
    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    direction: str = "TB"
