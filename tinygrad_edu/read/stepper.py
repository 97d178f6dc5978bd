"""The page that steps through a computation: its data, and the one file that it becomes.

Everything is in the page: the drawing, every number as a small picture, every formula in MathML.
The script only shows and hides.  A graph of many operations is stepped module by module first, as
its drawing folds them; each module's own steps are a chapter of their own.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..palette import BINS, DATA, GRADIENT, coloured, ink_on
from .chapters import chapters
from .drawing import arranged, oriented
from .explanations import explanation, note, plugged
from .look import style_sheet
from .notation import SharedMathML
from .page import as_json, file_text, filled, lean, lean_style
from .scene import Scene
from .step import Contribution, Step
from .steps import Story
from .svg import svg, text as escaped
from .terms import Term, name, partial
from .tiles import Tiles, can_turn, shape_text
from .words import number, plain

__all__ = ["stepper"]

SCRIPTS = ("stepper_data.js", "stepper_cards.js", "stepper.js")
LISTED = 6  # contributions to one value that are written out; of more, the sum so far


def stepper(story: Story) -> str:
    """The page of a story."""
    view = story.view
    scene = oriented(view.scene(story.opened))
    parts = {
        "TITLE": escaped(view.title),
        "STYLE": coloured(file_text("stepper.css") + _heat_css()) + lean_style() + style_sheet(),
        "SVG": _bare(svg(scene, arranged(scene, use_dot=False), sheet=False, legend=False)),
        "DATA": as_json(_Data(story, scene).all()),
        "SCRIPT": "\n".join(map(file_text, SCRIPTS)),
    }
    return filled("stepper.html", parts)


def _bare(picture: str) -> str:
    """A drawing without tooltips, which would tell what is still to be found."""
    return re.sub("<title>.*?</title>", "", lean(picture))


def _heat_css() -> str:
    """The colours of squares, and the ink that reads on each."""
    return "".join(
        f".{kind}{k}{{background:{c};color:{ink_on(c)}}}"
        for kind, colours in (("d", DATA), ("g", GRADIENT))
        for k, c in enumerate(colours)
    ) + "".join(f".bin{k}{{background:var(--bin-{k})}}" for k in range(len(BINS)))


class _Data:
    """What the script is given."""

    def __init__(self, story: Story, scene: Scene) -> None:
        self.story, self.view = story, story.view
        self.tiles, self.maths = Tiles(), SharedMathML(name(story.result))
        self.texts: dict[str, int] = {}
        self.box_of, self.scene = self.view.boxes_of(story.opened), scene
        self.things = [t for t in self.view.things if self.box_of.get(id(t)) != "older"]
        self.index = {id(t): k for k, t in enumerate(self.things)}
        self.told = story.steps_of(self.things)

    def all(self) -> dict[str, Any]:
        """Everything, with short keys, and only where it is not what the script takes for granted."""
        nodes = [self.node(t) for t in self.things]
        return {
            "title": self.view.title,
            "older": len(self.view.things) - len(self.things),
            "nodes": {key: [node[key] for node in nodes] for key in nodes[0]},
            "checks": {k: c for k, t in enumerate(self.things) if (c := self.checks(t))},
            "steps": [self.step(step) for step in self.told],
            "chapters": chapters(self.told, self.box_of, self.scene),
            "tiles": self.tiles.all,
            "texts": list(self.texts),
            "over": self.maths.over,
            "templates": list(self.maths.templates),
            "words": list(self.maths.words),
        }

    def text(self, words: str) -> int:
        """The number of a text: many steps share one."""
        return self.texts.setdefault(words, len(self.texts))

    def node(self, t: Any) -> dict[str, Any]:
        """A row of the tape; `how` is what its title says after its name, `by` the derivative by it."""
        key, named = id(t), self.view.called[id(t)]
        return {
            "box": self.box_of.get(key),
            "name": named,
            "how": self.story.title(t).removeprefix(named),
            "by": self.maths.add(partial(self.story.result, named)),
            "shape": self.text(shape_text(t.shape) if t.shape else ""),
            "data": self.tiles.add(self.view.arrays.get(key), "d"),
            "grad": self.tiles.add(self.story.gradients.get(key), "g"),
        }

    def checks(self, t: Any) -> list[dict[str, Any]]:
        """What finite differences say of a leaf."""
        return [
            {
                "at": f"[{', '.join(map(str, c.place))}]" if c.place else "",
                "slope": number(c.slope),
                "ok": c.agrees,
            }
            for c in self.story.checks.get(id(t), ())
        ]

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
            made["source"] = self.text(f"{place}\n{plain(step.source.code, 160)}")
        if step.phase == "forward":
            if step.rule is not None:
                made["rule"] = self.maths.add(name(step.name), "=", step.rule)
                if step.numbers is not None:
                    made["numbers"] = self.maths.add(step.numbers)
            made["from"] = [self.index[id(e)] for e in step.node.edges if id(e) in self.index]
        elif step.phase == "seed":
            one = "1" if not step.value.shape else f"1 at each of {step.value.size:,} places"
            made["rule"] = self.maths.add(
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
            made["to"] = [
                self.contribution(step, c) for c in step.contributions if id(c.input) in self.index
            ]
        return made

    def contribution(self, step: Step, c: Contribution) -> dict[str, Any]:
        """What one input is handed; of several, with its place among them, the sum and what came before."""
        made: dict[str, Any] = {"n": self.index[id(c.input)]}
        value = self.tiles.add(c.value, "g")
        if value != self.tiles.add(self.story.gradients[id(c.input)], "g"):
            made["value"] = value
        if c.turns > 1:
            before = (
                c.before if c.turns <= LISTED or not c.turn else [sum(c.before[1:], c.before[0])]
            )
            made |= {"k": c.turn + 1, "of": c.turns, "after": self.tiles.add(c.total, "g")}
            made["before"] = [self.tiles.add(b, "g") for b in before]
        rule = c.rule
        if rule is not None and rule.term is not None:
            mine = partial(self.story.result, c.name)
            made["rule"] = self.maths.add(mine, "=" if c.turns == 1 else "←", rule.term)
            if rule.where:
                made["where"] = [self.maths.add(name(word), "=", term) for word, term in rule.where]
        elif rule is not None:
            made["words"] = self.text(rule.words)
        if c.numbers is not None and c.local is not None:
            made["numbers"] = [] if c.numbers.kind == "number" else self.maths.add(c.numbers)
        elif np.shape(c.value) == () and np.shape(step.incoming) == () and c.local is not None:
            factors = (np.asarray(a).item() for a in (step.incoming, c.local))
            made["numbers"] = self.maths.add(
                Term("product", tuple(Term("number", (x,)) for x in factors))
            )
        else:
            made["plugged"] = [
                self.operand(step, *operand) for operand in plugged(self.story, step, c)
            ]
        words = note(self.story, step, c)
        if words:
            made["note"] = self.text(words)
        return made

    def operand(self, step: Step, sign: str, a: Any, x: Term) -> list[Any] | str:
        """An array that a rule takes: its sign, picture, formula, and whether the picture is to be transposed.

        The incoming gradient is no more than its sign: the script has the rest.
        """
        if x == partial(self.story.result, step.name):
            return sign
        turned = x.kind == "transpose" and can_turn(a)
        tile = self.tiles.add(a.swapaxes(-1, -2) if turned else a, self.kind(x))
        return [sign, tile, self.maths.add(x), *([1] if turned else [])]
