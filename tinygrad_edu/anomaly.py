"""Anomaly mode: errors of a backward pass name the lines of the program that they come from.

While it is on, the line that made each node and the line of each in-place write are noted, and a
gradient that turns to nan is an error where it does.  It slows everything down: switch it on to find
a fault, then off.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ContextDecorator
from linecache import getline
from os.path import dirname
from typing import Any

import numpy as np

from .autograd import Step, watchers
from .graph import Node, observers
from .primitive import raw
from .writes import ChangedError, owner, write_observers

__all__ = ["detect_anomaly", "is_anomaly_enabled", "set_detect_anomaly"]

PACKAGE = dirname(__file__)
MOST = 1_000_000  # lines kept, of nodes that no backward has come to

_made: dict[int, str] = {}  # by serial number
_written: dict[int, str] = {}  # by the identity of the memory
_check_nan = [True]


def _line() -> str:
    """The innermost line of the program outside of this package."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    file, number = frame.f_code.co_filename, frame.f_lineno
    return f'  File "{file}", line {number}, in {frame.f_code.co_name}\n    {getline(file, number).strip()}'


def _see_node(node: Node) -> None:
    if len(_made) >= MOST:
        _made.pop(next(iter(_made)))
    _made[node.serial] = _line()


def _see_write(memory: Any) -> None:
    _written[id(memory)] = _line()


def _watch(steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, with the places of the program put into what goes wrong."""
    try:
        for n, g, parts in steps:
            if _check_nan[0]:
                for k, (_, gx) in enumerate(parts):
                    if np.isnan(raw(gx)).any():
                        raise RuntimeError(
                            f"Function '{n.name()}' returned nan values in its {k}th output; "
                            f"it was recorded at\n{_made.get(n.serial, '  (before anomaly mode)')}"
                        )
            yield n, g, parts
    except ChangedError as error:
        used = _made.get(error.node.serial, "  (before anomaly mode)")
        changed = _written.get(id(owner(error.array)), "  (before anomaly mode)")
        raise ChangedError(
            f"{error}\nused at\n{used}\nand written to at\n{changed}", error.node, error.array
        ) from None


class set_detect_anomaly(ContextDecorator):
    """Switch anomaly mode on or off; in a `with` block, until its end.

    With `check_nan` a gradient of nan raises RuntimeError where it first comes up.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = is_anomaly_enabled(), _check_nan[0]
        _switch(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: object) -> None:
        _switch(*self._before)


class detect_anomaly(ContextDecorator):
    """Anomaly mode in a `with` block.

    >>> x = te.tensor(0.0, requires_grad=True)
    >>> with te.autograd.detect_anomaly():
    ...     (x.sqrt() * 0).backward()
    Traceback (most recent call last):
    RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output; it was recorded at
    ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._nan = check_nan

    def __enter__(self) -> None:
        self._before = is_anomaly_enabled(), _check_nan[0]
        _switch(True, self._nan)

    def __exit__(self, *exc: object) -> None:
        _switch(*self._before)


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on.

    >>> te.is_anomaly_enabled()
    False
    """
    return _watch in watchers


def _switch(on: bool, check_nan: bool) -> None:
    _check_nan[0] = check_nan
    if on == is_anomaly_enabled():
        return
    lists: list[tuple[list[Any], Any]] = [
        (watchers, _watch),
        (observers, _see_node),
        (write_observers, _see_write),
    ]
    for those, ours in lists:
        (those.append if on else those.remove)(ours)
    _made.clear()
    _written.clear()
