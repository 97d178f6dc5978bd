"""Where in the user's program each node was made: known only while somebody listens."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..graph import Node, observers

__all__ = ["Origin", "listening"]

PACKAGE = str(Path(__file__).parent.parent)


class Origin(NamedTuple):
    """A line of a program."""

    file: str
    line: int
    code: str


@contextmanager
def listening() -> Iterator[dict[int, Origin]]:
    """The line of the user's program that made each node, by the node's id, of nodes made inside."""
    found: dict[int, Origin] = {}

    def see(node: Node) -> None:
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        file, line = frame.f_code.co_filename, frame.f_lineno
        found[id(node)] = Origin(Path(file).name, line, linecache.getline(file, line).strip())

    observers.append(see)
    try:
        yield found
    finally:
        observers.remove(see)
