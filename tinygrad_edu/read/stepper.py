"""The page that steps through a computation: its data, and the one file that it becomes.

Everything is in the page: the drawing, every number as a small picture, every formula in MathML.
The script only shows and hides.  A graph of many operations is stepped module by module first, as
its drawing folds them; each module's own steps are a chapter of their own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from ..graph import Node
from ..palette import DATA, GRADIENT, ink_on
from .chapters import chapters
from .drawing import arranged, oriented
from .explanations import explanation, note, plugged
from .look import BIN_COLOURS, DARK, style_sheet
from .notation import mathml
from .page import as_json, lean, lean_style
from .scene import Scene
from .steps import Contribution, Step, Story
from .svg import svg, text as escaped
from .terms import Term, name, partial
from .tiles import Tiles, shape_text
from .words import number, plain

__all__ = ["stepper"]

LISTED = 6  # contributions to one value that are written out; of more, the sum so far
DERIVATIVE = "\1"  # in formulas, what they have most


def stepper(story: Story) -> str:
    """The page of a story."""
    view = story.view
    scene = oriented(view.scene(story.opened))
    parts = {
        "TITLE": escaped(view.title),
        "STYLE": _file("stepper.css").replace("__HEAT__", _heat_css())
        + lean_style()
        + style_sheet(),
        "SVG": _bare(svg(scene, arranged(scene, use_dot=False), sheet=False, legend=False)),
        "DATA": as_json(_Data(story, scene).all()),
        "SCRIPT": _file("stepper.js"),
    }
    return re.sub("__([A-Z]+)__", lambda found: parts[found[1]], _file("stepper.html"))


def _file(file: str) -> str:
    return Path(__file__).with_name(file).read_text("utf-8")


def _bare(picture: str) -> str:
    """A drawing without tooltips, which would tell what is still to be found."""
    return re.sub("<title>.*?</title>", "", lean(picture))


def _heat_css() -> str:
    """The colours of squares, and the ink that reads on each."""
    return "".join(
        f".{kind}{k}{{background:{c};color:{ink_on(c)}}}"
        for kind, colours in (("d", DATA), ("g", GRADIENT))
        for k, c in enumerate(colours)
    ) + "".join(
        f".bin{k}{{background:{c}}}:root[data-theme=dark] .bin{k}{{background:{DARK[c]}}}"
        f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]) .bin{k}{{background:{DARK[c]}}}}}"
        for k, c in enumerate(BIN_COLOURS)
    )


class _Data:
    """What the script is given."""

    def __init__(self, story: Story, scene: Scene) -> None:
        self.story, self.view = story, story.view
        self.tiles = Tiles()
        self.over = re.sub(
            "<mi>x</mi></mrow></mfrac></math>$", "", mathml(partial(story.result, "x"))
        )
        self.over = self.over.removeprefix("<math>")
        self.texts: dict[str, int] = {}
        self.box_of, self.scene = self.view.boxes_of(story.opened), scene
        self.things = [t for t in self.view.things if self.box_of.get(id(t)) != "older"]
        self.index = {id(t): k for k, t in enumerate(self.things)}
        self.told = [step for step in story.steps if id(step.node) in self.index]

    def all(self) -> dict[str, Any]:
        """Everything, with short keys."""
        steps = [self.step(step) for step in self.told]
        return {
            "d": self.over,
            "title": self.view.title,
            "result": self.story.result,
            "nodes": [self.node(t) for t in self.things],
            "steps": steps,
            "chapters": chapters(self.told, self.box_of, self.scene),
            "tiles": self.tiles.all,
            "texts": list(self.texts),
        }

    def maths(self, *terms: Term | str) -> str:
        """MathML, in which a character that no name has stands for "∂L over ∂"."""
        return mathml(*terms).replace(self.over, DERIVATIVE)

    def text(self, words: str) -> int:
        """The number of a text: many steps share one."""
        return self.texts.setdefault(words, len(self.texts))

    def node(self, t: Any) -> dict[str, Any]:
        """A row of the tape."""
        key = id(t)
        shape = shape_text(t.shape)
        made: dict[str, Any] = {
            "box": self.box_of.get(key),
            "name": self.view.called[key],
            "title": self.story.titles[key],
            "shape": "" if shape == "number" else shape,
            "data": self.tiles.add(self.view.arrays.get(key), "d"),
            "grad": self.tiles.add(self.story.gradients.get(key), "g"),
            "made": isinstance(t, Node) and t.op is not None,
        }
        checks = self.story.checks.get(key)
        if checks:
            made["check"] = [
                {
                    "at": f"[{', '.join(map(str, c.place))}]" if c.place else "",
                    "slope": number(c.slope),
                    "ok": c.agrees,
                }
                for c in checks
            ]
        return made

    def kind(self, x: Term) -> str:
        """Whether a term stands for a gradient or for data."""
        while x.kind == "transpose":
            x = x.parts[0]
        return "g" if x.kind == "partial" and x.parts[0] == self.story.result else "d"

    # ---- steps -----------------------------------------------------------------------------------
    def step(self, step: Step) -> dict[str, Any]:
        """One step."""
        made: dict[str, Any] = {"p": step.phase[0], "n": self.index[id(step.node)]}
        if step.source is not None:
            place = f"{plain(step.source.file, 40)}:{step.source.line}"
            made["source"] = self.text(place), self.text(plain(step.source.code, 160))
        if step.phase == "forward":
            if step.rule is not None:
                made["rule"] = self.maths(name(step.name), "=", step.rule)
                if step.numbers is not None:
                    made["numbers"] = self.maths(step.numbers)
            made["from"] = [self.index[id(e)] for e in step.node.edges if id(e) in self.index]
        elif step.phase == "seed":
            one = "1" if not step.value.shape else f"1 at each of {step.value.size:,} places"
            made["rule"] = self.maths(
                partial(self.story.result, step.name), "=", Term("number", (1,))
            )
            words = (
                f"How much does {step.name} change when {step.name} changes? One for one: {one}."
            )
            if step.value.shape:
                words += f" {step.name} is not one number: the derivative is that of their sum."
            made["words"] = self.text(words)
        else:
            if explanation(step):
                made["words"] = self.text(explanation(step))
            made["incoming"] = self.maths(partial(self.story.result, step.name))
            made["to"] = [
                self.contribution(step, c) for c in step.contributions if id(c.input) in self.index
            ]
        return made

    def contribution(self, step: Step, c: Contribution) -> dict[str, Any]:
        """What one input is handed."""
        mine = partial(self.story.result, c.name)
        made: dict[str, Any] = {
            "n": self.index[id(c.input)],
            "value": self.tiles.add(c.value, "g"),
            "after": self.tiles.add(c.total, "g"),
            "k": c.turn + 1,
            "of": c.turns,
        }
        rule = c.rule
        if rule is not None and rule.term is not None:
            made["rule"] = self.maths(mine, "=" if c.turns == 1 else "←", rule.term)
            if rule.where:
                made["where"] = [self.maths(name(word), "=", term) for word, term in rule.where]
        elif rule is not None:
            made["words"] = self.text(rule.words)
        if c.numbers is not None and c.local is not None:
            made["numbers"] = "" if c.numbers.kind == "number" else self.maths(c.numbers)
        elif np.shape(c.value) == () and np.shape(step.incoming) == () and c.local is not None:
            numbers = Term(
                "product",
                tuple(Term("number", (np.asarray(a).item(),)) for a in (step.incoming, c.local)),
            )
            made["numbers"] = self.maths(numbers)
        else:
            made["plugged"] = [
                [sign, self.tiles.add(a, self.kind(x)), self.maths(x)]
                for sign, a, x in plugged(self.story, step, c)
            ]
            made["label"] = self.maths(mine)
        words = note(self.story, step, c)
        if words:
            made["note"] = words
        if c.turns > 1:
            before = (
                c.before if c.turns <= LISTED or not c.turn else [sum(c.before[1:], c.before[0])]
            )
            made["before"] = [self.tiles.add(b, "g") for b in before]
        return made
