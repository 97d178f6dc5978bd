"""One HTML page with all foldings of a drawing: a click on a module opens it, a click on its frame closes it.

The pictures are laid out beforehand, what they share kept once, so the page needs no layout of its own and works
without a server or a network.  Where opening a module leads to a state that is not in the page, the
others close: every module can be looked into.  The page itself is `page.html`.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..palette import EDGE, PAPER, coloured
from .look import style_sheet
from .scene import Scene
from .svg import HALO, STROKE, text

__all__ = ["as_json", "file_text", "filled", "lean", "lean_style", "page"]

STATES = 32  # pictures that a page holds at most
SIZE = 150_000  # characters, after which no more are added
HINT = "A click opens a module marked +, and closes an open one by its frame; Tab and Enter do the same."
Opened = frozenset[str]


def page(
    title: str, scene_of: Callable[[Opened], Scene], start: Opened, drawn: Callable[[Scene], str]
) -> str:
    """The page that begins with the modules `start` open; `drawn` makes a scene an `<svg>` element."""
    pieces, pictures, leads = explore(scene_of, start, drawn)
    parts = {
        "TITLE": text(title),
        "HINT": HINT if any(leads) else "",
        "STYLE": coloured(file_text("page.css")) + lean_style() + style_sheet(),
        "DATA": as_json({"pieces": pieces, "pictures": pictures, "leads": leads}),
    }
    return filled("page.html", parts)


def file_text(name: str) -> str:
    """A file beside this one."""
    return Path(__file__).with_name(name).read_text("utf-8")


def filled(name: str, parts: Mapping[str, str]) -> str:
    """A page from a file, in which `__NAME__` stands for a part."""
    return re.sub("__([A-Z]+)__", lambda found: parts[found[1]], file_text(name))


def lean(picture: str) -> str:
    """A drawing in a page that has `lean_style()`: what all lines and labels have is said once."""
    return (
        re.sub(' id="e[0-9]+"', "", picture).replace(HALO, 'class="h"').replace(STROKE, 'class="l"')
    )


def lean_style() -> str:
    """The style sheet for what `lean` left out."""
    return (
        f"svg.te .l{{fill:none;stroke:var(--{EDGE[1:]},{EDGE});stroke-width:1.3}}"
        f"svg.te .h{{stroke:var(--{PAPER[1:]},{PAPER});stroke-width:3px;stroke-linejoin:round;paint-order:stroke}}"
    )


def as_json(data: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.replace("</", "<\\/").replace("<!--", "\\u003c!--")


class Pieces:
    """What pictures consist of, each piece kept once: most boxes are the same in all foldings."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.size = 0  # characters

    def add(self, picture: str) -> list[int]:
        """The numbers of the pieces of a picture."""
        single = picture.replace('"', "'")  # JSON would escape those; in text they are escaped
        found = []
        for piece in re.split("(<g class='[a-z]+[^>]*>)", single):
            if piece not in self.index:
                self.index[piece] = len(self.index)
                self.size += len(piece)
            found.append(self.index[piece])
        return found


def explore(
    scene_of: Callable[[Opened], Scene], start: Opened, drawn: Callable[[Scene], str]
) -> tuple[list[str], list[list[int]], list[dict[str, int]]]:
    """The pictures that clicks lead to, the first first; for each, which one a click on what leads to.

    A picture is a list of pieces, by number: the first that is returned are the pieces.
    """
    pieces, pictures = Pieces(), list[list[int]]()
    wishes: list[dict[str, list[Opened]]] = []
    index: dict[Opened, int] = {}  # which picture shows that these are open
    soon, later = deque([start]), deque[Opened]()
    while (soon or later) and len(pictures) < STATES and pieces.size < SIZE:
        opened = (soon or later).popleft()
        if opened in index:
            continue
        scene = scene_of(opened)
        seen = frozenset(group.key for group in scene.groups)
        if seen not in index:  # else what differs is in a closed module
            index[seen] = len(pictures)
            pictures.append(pieces.add(lean(drawn(scene))))
            wishes.append(_wishes(scene, seen, start))
            for aims in wishes[-1].values():
                soon.append(aims[1])
                later.append(aims[0])
        index[opened] = index[seen]
    leads = []
    for wish in wishes:
        found = {key: [index[aim] for aim in aims if aim in index] for key, aims in wish.items()}
        leads.append({key: states[0] for key, states in found.items() if states})
    return list(pieces.index), pictures, leads


def _wishes(scene: Scene, opened: Opened, start: Opened) -> dict[str, list[Opened]]:
    """What should be open after a click on a box or group that can be clicked.

    Best is what is open now and one more or less; next what was open at first and one more or less.
    """
    around = {group.key: group.parent for group in scene.groups}
    wishes: dict[str, list[Opened]] = {}
    for box in scene.boxes:
        if box.opens:
            needed = frozenset(_up(box.group, around)) | {box.opens}
            wishes[box.key] = [opened | needed, start | needed]
    for group in scene.groups:
        inside = {key for key in around if group.key in _up(key, around)}
        wishes[group.key] = [opened - inside, start - inside]
    return wishes


def _up(group: str, around: dict[str, str]) -> list[str]:
    """The group and those around it."""
    found = []
    while group:
        found.append(group)
        group = around.get(group, "")
    return found
