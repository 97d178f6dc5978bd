"""One HTML page with all foldings of a drawing: a click on a module opens it, a click on its frame closes it.

The pictures are laid out beforehand, each state once, so the page needs no layout of its own and works
without a server or a network.  Where opening a module leads to a state that is not in the page, the
others close: every module can be looked into.  The page itself is `page.html`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from .look import style_sheet
from .scene import Scene
from .svg import text

__all__ = ["page"]

STATES, SIZE = (
    24,
    500_000,
)  # pictures a page holds at most; characters after which no more are added
HINT = "Click a module to open it, the frame of an open one to close it; Tab and Enter do the same."
Opened = frozenset[str]


def page(
    title: str, scene_of: Callable[[Opened], Scene], start: Opened, drawn: Callable[[Scene], str]
) -> str:
    """The page that begins with the modules `start` open; `drawn` makes a scene an `<svg>` element."""
    pictures, leads = explore(scene_of, start, drawn)
    parts = {
        "TITLE": text(title),
        "HINT": HINT if len(pictures) > 1 else "",
        "STYLE": style_sheet(),
        "STATES": "\n".join(f"<template>{picture}</template>" for picture in pictures),
        "LEADS": json.dumps(leads),  # keys and numbers: nothing of the user's
    }
    frame = Path(__file__).with_name("page.html").read_text("utf-8")
    return re.sub("__([A-Z]+)__", lambda found: parts[found[1]], frame)


def explore(
    scene_of: Callable[[Opened], Scene], start: Opened, drawn: Callable[[Scene], str]
) -> tuple[list[str], list[dict[str, int]]]:
    """The pictures that clicks lead to, the first first; for each, which one a click on what leads to."""
    index, queue = {start: 0}, [start]
    pictures: list[str] = []
    wishes: list[dict[str, list[Opened]]] = []
    size = 0
    for opened in queue:  # grows while it is walked
        if size > SIZE:
            del index[opened]
            continue
        scene = scene_of(opened)
        pictures.append(drawn(scene))
        size += len(pictures[-1])
        wishes.append(_wishes(scene, opened, start))
        for aim in (aim for aims in wishes[-1].values() for aim in aims):
            if aim not in index and len(queue) < STATES:
                index[aim] = len(queue)
                queue.append(aim)
    leads = []
    for wish in wishes:
        found = {key: [index[aim] for aim in aims if aim in index] for key, aims in wish.items()}
        leads.append({key: states[0] for key, states in found.items() if states})
    return pictures, leads


def _wishes(scene: Scene, opened: Opened, start: Opened) -> dict[str, list[Opened]]:
    """What should be open after a click on each box or group that can be clicked: best first."""
    around = {group.key: group.parent for group in scene.groups}
    wishes: dict[str, list[Opened]] = {}
    for box in scene.boxes:
        if box.opens:
            needed = frozenset(_up(box.group, around)) | {box.opens}
            wishes[box.key] = [opened | needed, start | needed, needed]
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
