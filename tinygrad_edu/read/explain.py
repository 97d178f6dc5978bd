"""`explain`: the chain rule along a program of one's own, as a page to step through or as text."""

from __future__ import annotations

import sys
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from .board import Board, board
from .naming import Names, Naming, variables_of
from .step import Step
from .stepper import stepper
from .steps import Story, tell

__all__ = ["Explanation", "explain"]

FORMATS = (None, "html", "text", "markdown", "latex")


class Explanation:
    """A page that steps forward and backward through a computation; shows itself in a notebook."""

    def __init__(self, story: Story, height: int = 680) -> None:
        self.story, self.height = story, height

    @property
    def steps(self) -> list[Step]:
        """The steps: forward, the seed, backward."""
        return self.story.steps

    @cached_property
    def html(self) -> str:
        """The page: one file that needs no server and no network."""
        return stepper(self.story)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file; raises ValueError for a name that does not end in .html."""
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(
                f"save: expected a name that ends in .html, got {path.name!r}; "
                'explain(x, format="markdown") gives text'
            )
        path.write_text(self.html, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html, quote=True)}" width="100%" height="{self.height}" '
            'style="border:0" sandbox="allow-scripts" title="step by step"></iframe>'
        )

    def __repr__(self) -> str:
        title, count = self.story.view.title, self.story.count
        return f"<Explanation of {title}: {count} steps; .save('x.html')>"


def explain(
    x: Any, *inputs: Any, names: Names = (), format: str | None = None, path: Any = None
) -> Any:
    """The chain rule along `x`, step by step: an `Explanation`, or text.

    `x` is a Tensor or Value, or a function or Module to run on `inputs`; then every step knows its
    line of the program.  `format` is "html" (the default: a page), "text", "markdown" or "latex".
    `path` keeps a text to what leads to one leaf, or to a list of values in order along one path.

    Raises RuntimeError for a result without a graph, ValueError for a format or path unknown.

    >>> a = te.Value(3.0, label="a")
    >>> print(te.explain(a * a, format="text"))
    forward
      L = a × a = 3 × 3 = 9
    backward
      ∂L/∂L = 1
      L = a × a
        to a: ∂L/∂L × a = 1 × 3 = 3
        to a: ∂L/∂L × a = 1 × 3 = 3
        a is used 2 times: ∂L/∂a = 3 + 3 = 6
    gradients, and what finite differences say
      ∂L/∂a = 6   (6 ✓)
    """
    if format not in FORMATS:
        raise ValueError(f"explain: expected format to be one of {FORMATS[1:]}, got {format!r}")
    story = tell(x, inputs, Naming(names, variables_of(sys._getframe(1), x)))
    if format in (None, "html"):
        if path is not None:
            raise ValueError('explain: expected a path with a text only, e.g. format="text"')
        return Explanation(story)
    written: Board = board(story, str(format), path)
    return written
