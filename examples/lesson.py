"""What the numbered examples share: their arguments, their pictures, and the table they end with.

lesson = Lesson(__doc__)
for epoch in lesson.progress(range(100), "training"): ...
lesson.picture(lambda: te.viz.curves(history), "curves.png")
lesson.check("accuracy", accuracy, at_least(0.95), form=".1%")
lesson.end()
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tinygrad_edu.images import Images, load

T = TypeVar("T")


def at_least(low: float) -> tuple[float, float]:
    return low, math.inf


def at_most(high: float) -> tuple[float, float]:
    return -math.inf, high


class Lesson:
    """`data` (a folder or None), `seed`, `quick` (a shorter run) and `out` (a folder or None)."""

    def __init__(self, doc: str | None) -> None:
        title, _, rest = (doc or "").partition("\n")
        parser = argparse.ArgumentParser(description=title)
        data = os.environ.get("TINYGRAD_EDU_DATA")
        parser.add_argument("--data", type=Path, default=data and Path(data), help="where data is")
        parser.add_argument("--seed", type=int, default=0, help="of all that is random")
        parser.add_argument("--quick", action="store_true", help="a shorter run")
        parser.add_argument("--out", type=Path, help="folder for pictures; without, none are drawn")
        parser.parse_args(namespace=self)  # type: ignore[type-var]
        self.rows: list[tuple[str, str, str, bool, str]] = []
        print(f"{title}\n{'=' * len(title)}{rest.rstrip()}\n")

    def digits(self) -> Images:
        """Handwritten digits, of MNIST if it is there, else those of the package; says which."""
        try:
            name, images = "MNIST", load("mnist", root=self.data, download=False)
        except RuntimeError:  # it is not in the data folder
            name, images = "the embedded digits (MNIST is not in --data)", load("digits")
        count, (height, width) = f"{len(images.training):,}", images.shape
        print(f"Data: {name}, {count} images of {height} x {width} to learn from\n")
        return images

    def progress(self, steps: Sequence[T], what: str) -> Iterator[T]:
        """The steps one by one, with a bar on a terminal."""
        for done, step in enumerate(steps):
            if sys.stderr.isatty() and done % math.ceil(len(steps) / 100) == 0:
                bar = f"{'#' * (24 * done // len(steps)):-<24}"
                print(f"\r{what} [{bar}] {done}/{len(steps)}", end="", file=sys.stderr, flush=True)
            yield step
        print(end="\r\x1b[K" if sys.stderr.isatty() else "", file=sys.stderr, flush=True)

    def picture(self, figure: Any, name: str) -> None:
        """With --out, save a figure, drawing or animation, or what a function returns, as `name`."""
        if self.out is not None:
            self.out.mkdir(parents=True, exist_ok=True)
            drawn = figure() if callable(figure) else figure
            (drawn.savefig if hasattr(drawn, "savefig") else drawn.save)(self.out / name)
            print(f"picture: {self.out / name}")

    def check(self, name: str, measured: Any, expected: Any, form: str = "", why: str = "") -> None:
        """A figure beside what is expected: a value or (low, high). `why` excuses one not reached."""
        low, high = expected if isinstance(expected, tuple) else (expected, expected)
        ends = [f"{end:{form}}" for end in dict.fromkeys((low, high)) if abs(end) < math.inf]
        sign = ">= " if high == math.inf else "<= " if low == -math.inf else ""
        reached = bool(low <= measured <= high)
        self.rows.append((name, f"{measured:{form}}", sign + " to ".join(ends), reached, why))

    def end(self) -> None:
        """Print the figures; exit with status 1 if one is not as expected."""
        table = [("figure", "measured", "expected", True, ""), *self.rows]
        widths = [max(len(row[k]) for row in table) for k in range(3)]
        print()
        for name, measured, expected, reached, why in table:
            line = f"{name:{widths[0]}}   {measured:>{widths[1]}}   {expected:>{widths[2]}}"
            print(line if reached else f"{line}   not reached{f': {why}' if why else ''}")
        if any(not reached and not why for *_, reached, why in self.rows):
            sys.exit(1)
