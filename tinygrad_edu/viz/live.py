"""How training goes, while it goes: one line in a terminal, a bar and a curve in a notebook."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Sequence
from html import escape
from time import monotonic
from typing import Any, TextIO

from ..palette import BRIGHT
from ..train import History, Watch

__all__ = ["Live", "one_line", "sparkline"]

BLOCKS, PLAIN_BLOCKS = "▁▂▃▄▅▆▇█", "_.-=*#"


class Live(Watch):
    """Shows the numbers it is called with after each step, ten times a second at most.

    with te.viz.Live(steps=1000) as live:
        for step in range(1000):
            ...
            live(loss=loss.item())

    The first number is also drawn as a curve. `train.fit` takes a Live as its `watch`. In a file or
    a pipe only the last line is written.
    """

    def __init__(self, steps: int | None = None, stream: TextIO | None = None) -> None:
        self.steps, self.stream = steps, stream or sys.stderr
        self.count, self.curve, self.words = 0, list[float](), ""
        self.start, self.drawn, self.done = monotonic(), -math.inf, 0.0
        self._display: Any = _notebook() if stream is None else None
        self._handle: Any = None

    def __call__(self, **numbers: float) -> None:
        """A step is done; these are its numbers."""
        self.count += 1
        if numbers:
            self.curve.append(float(next(iter(numbers.values()))))
        of = f"/{self.steps}" if self.steps else ""
        named = (f"{name} {float(number):.4g}" for name, number in numbers.items())
        self.words = "  ".join([f"step {self.count}{of}", *named])
        self.step(min(1.0, self.count / self.steps) if self.steps else 0.0)

    def epoch(self, history: History) -> None:
        """Take the numbers of an epoch; `train.fit` calls this."""
        self.curve = history.losses["unseen"]
        shares = (f"{name} {100 * a[-1]:.1f} %" for name, a in history.accuracies.items())
        self.words = "  ".join(
            [f"epoch {len(self.curve) - 1}", f"loss {self.curve[-1]:.4g}", *shares]
        )

    def step(self, done: float) -> None:
        """Show where things are; `done` is the share of the run that is behind it."""
        self.done, now = done, monotonic()
        if now - self.drawn >= 0.1:
            self.drawn = now
            if self._display is not None:
                self._update()
            elif self.stream.isatty():
                self.stream.write(f"\r{self._line()}\x1b[K")
                self.stream.flush()

    def close(self) -> None:
        """Show the last numbers and leave them there."""
        if self._display is not None:
            self._update()
        else:
            self.stream.write(
                f"\r{self._line()}\x1b[K\n" if self.stream.isatty() else f"{self.words}\n"
            )
            self.stream.flush()

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _time(self) -> str:
        passed = monotonic() - self.start
        if not self.done or self.done >= 1:
            return f"{passed:.0f} s"
        return f"{passed * (1 - self.done) / self.done:.0f} s left"

    def _line(self) -> str:
        plain = not _has_blocks(self.stream)
        words = f"{self.words}  {sparkline(self.curve, 12, plain)}  {self._time()}"
        return one_line(self.done if self.steps or self.done else None, words, self.stream)

    def _update(self) -> None:
        """Draw over what the notebook shows: nothing is taken away first, so nothing flickers."""
        shown = {"text/html": self._html(), "text/plain": self.words}
        if self._handle is None:
            self._handle = self._display(shown, raw=True, display_id=True)
        else:
            self._handle.update(shown, raw=True)

    def _html(self) -> str:
        points = _thinned(self.curve, 160)
        low, high = min(points, default=0.0), max(points, default=1.0)
        across = 240 / max(len(points) - 1, 1)
        line = " ".join(
            f"{k * across:.1f},{44 - 40 * (y - low) / ((high - low) or 1):.1f}"
            for k, y in enumerate(points)
        )
        return (
            '<div style="font:14px/1.5 sans-serif;display:flex;gap:16px;align-items:center">'
            f'<svg width="240" height="48" role="img" aria-label="{escape(self.words)}">'
            f'<polyline points="{line}" fill="none" stroke="{BRIGHT}" stroke-width="2"/></svg>'
            f'<div>{escape(self.words)}<br><progress value="{self.done:.3f}" style="width:220px">'
            f"</progress> {self._time()}</div></div>"
        )


def one_line(done: float | None, words: str, stream: TextIO) -> str:
    """A bar, as long as the terminal leaves room for, and words; no bar without `done` or room."""
    columns = shutil.get_terminal_size().columns - 1
    full, empty = ("━", "╌") if _has_blocks(stream) else ("#", ".")
    room = columns - len(words) - 2
    if done is None or room < 10:
        return words[:columns]
    room = min(room, 60)
    filled = round(done * room)
    return f"{full * filled}{empty * (room - filled)}  {words}"


def sparkline(numbers: Sequence[float], width: int = 12, plain: bool = False) -> str:
    """A curve in one line of text.

    >>> sparkline([4.0, 3.0, 2.0, 1.0])
    '█▆▃▁'
    """
    blocks, points = PLAIN_BLOCKS if plain else BLOCKS, _thinned(numbers, width)
    if not points:
        return ""
    low, high = min(points), max(points)
    scale = (len(blocks) - 1) / ((high - low) or 1.0)
    return "".join(blocks[round((y - low) * scale)] for y in points)


def _thinned(numbers: Sequence[float], count: int) -> list[float]:
    """The finite ones; means of neighbours where there are more than `count`."""
    finite = [y for y in numbers if math.isfinite(y)]
    parts = min(count, len(finite))
    cuts = [k * len(finite) // parts for k in range(parts + 1)] if parts else [0]
    return [sum(finite[a:b]) / (b - a) for a, b in zip(cuts, cuts[1:])]


def _has_blocks(stream: TextIO) -> bool:
    return "utf" in (stream.encoding or "").lower()


def _notebook() -> Any:
    """IPython's display where the program runs in a notebook."""
    shell = sys.modules.get("IPython")
    if shell is None or getattr(shell.get_ipython(), "kernel", None) is None:
        return None
    return shell.display.display
