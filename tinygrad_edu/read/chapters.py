"""Which steps of a computation a page shows one after another: all of few; of many, module by module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .scene import Scene
from .step import Step
from .steps import CHAPTER

__all__ = ["chapters"]

Chapter = dict[str, Any]


def chapters(steps: Sequence[Step], box_of: Mapping[int, str], scene: Scene) -> list[Chapter]:
    """Each a title and the numbers of its steps; the first may be of `groups`, the steps of one box each."""
    everything = list(range(len(steps)))
    if len(steps) <= 2 * CHAPTER + 1:
        return [{"title": "all steps", "steps": everything}]
    if not any(box.kind == "module" for box in scene.boxes):
        return list(_stretches("steps", everything))
    by_box: dict[str, list[int]] = {}
    for k in everything:
        by_box.setdefault(box_of[id(steps[k].node)], []).append(k)
    titles = {box.key: f"{box.title} {box.note}".strip() for box in scene.boxes}
    groups = [
        {"box": box, "title": titles.get(box, box), "steps": ks, "p": phase}
        for phase in "fsb"
        for box, ks in _of_phase(by_box, steps, phase)
    ]
    inside = [
        chapter
        for box, ks in by_box.items()
        if len(ks) > 2
        for chapter in _stretches(titles.get(box, box), ks, box)
    ]
    return [{"title": "module by module", "groups": groups}, *inside]


def _of_phase(
    by_box: Mapping[str, list[int]], steps: Sequence[Step], phase: str
) -> list[tuple[str, list[int]]]:
    """The boxes that have steps of a phase, in the order of the first of them."""
    found = [(box, [k for k in ks if steps[k].phase[0] == phase]) for box, ks in by_box.items()]
    return sorted(((box, ks) for box, ks in found if ks), key=lambda pair: pair[1][0])


def _stretches(title: str, ks: Sequence[int], box: str = "") -> Iterator[Chapter]:
    """Steps in chapters that are no longer than can be followed."""
    for start in range(0, len(ks), 2 * CHAPTER):
        some = ks[start : start + 2 * CHAPTER]
        where = "" if len(some) == len(ks) else f" {start + 1}–{start + len(some)}"
        yield {"title": title + where, "steps": some} | ({"box": box} if box else {})
