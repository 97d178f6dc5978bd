"""Figures one after another: how a picture changes over training, as an animated GIF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Film"]


class Film:
    """Frames that are drawn as training goes on; all figures must have one size.

    film = te.viz.Film()
    for step in range(200):
        ...
        film.add(te.viz.boundary(model, X, y, title=f"step {step}"))
    film.save("boundary.gif")
    """

    def __init__(self, fps: float = 10.0, dpi: int = 72) -> None:
        self.fps, self.dpi = fps, dpi
        self._writer: Any = None

    def add(self, figure: Figure, hold: int = 1) -> None:
        """Take a picture of the figure as it is now, shown for `hold` frames."""
        if self._writer is None:
            from matplotlib.animation import PillowWriter

            self._writer = PillowWriter(fps=self.fps)  # type: ignore[arg-type]
            self._writer.setup(figure, os.devnull, dpi=self.dpi)
        self._writer.fig = figure
        for _ in range(hold):
            self._writer.grab_frame()

    def save(self, path: str | Path) -> Path:
        """Write the frames as a GIF that runs for ever. Raises ValueError if there are none."""
        if self._writer is None:
            raise ValueError("save: expected frames, got none; add() some figures first")
        self._writer.outfile = Path(path)
        self._writer.finish()
        return Path(path)
