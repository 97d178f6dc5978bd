"""Whether operations are recorded: context managers that are decorators too, each for its thread."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from threading import get_ident, local
from typing import Any, TypeVar

__all__ = [
    "enable_grad", "inference_mode", "is_grad_enabled", "is_inference_mode_enabled", "is_recording", "no_grad",
    "paused", "set_grad_enabled", "set_recording",
]  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])

paused: set[int] = set()
"""Threads in which nothing is recorded; empty, and so free to test, when none is."""


class _Thread:
    """One per thread: takes it off `paused` when it ends, for its number may be given to another."""

    def __init__(self) -> None:
        self.ident = get_ident()

    def __del__(self) -> None:
        paused.discard(self.ident)


class _Here(local):
    def __init__(self) -> None:
        self.thread = _Thread()


_here = _Here()


def set_recording(on: bool) -> bool:
    """Record operations in this thread or not; return what it was before."""
    ident = _here.thread.ident
    before = ident not in paused
    (paused.discard if on else paused.add)(ident)
    return before


def is_recording() -> bool:
    """Whether this thread records operations."""
    return not paused or get_ident() not in paused


# ---- what people write --------------------------------------------------------------------------
class _Mode:
    """Sets recording for a block or, as a decorator, for each call of a function."""

    on: bool = False

    def __init__(self) -> None:
        self.before: list[bool] = []

    def __enter__(self) -> None:
        self.before.append(set_recording(self.on))

    def __exit__(self, *exc: object) -> None:
        set_recording(self.before.pop())

    def again(self) -> _Mode:
        """A fresh manager of the same kind, one per call, so that calls may nest and threads run."""
        return type(self)()

    def __call__(self, function: F) -> F:
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generator(*args: Any, **kwargs: Any) -> Any:
                with self.again():
                    running = function(*args, **kwargs)
                    sent: Any = None
                    step = functools.partial(next, running)
                while True:
                    try:
                        with self.again():
                            item = step()
                    except StopIteration as end:
                        return end.value
                    try:
                        sent = yield item
                        step = functools.partial(running.send, sent)
                    except GeneratorExit:
                        with self.again():
                            running.close()
                        raise
                    except BaseException as error:
                        step = functools.partial(running.throw, error)

            return generator  # type: ignore[return-value]

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self.again():
                return function(*args, **kwargs)

        return call  # type: ignore[return-value]


class no_grad(_Mode):
    """Record nothing: results need no gradient.

    >>> x = te.ones(2, requires_grad=True)
    >>> with te.no_grad():
    ...     print((x * 2).requires_grad)
    False
    """

    def __new__(cls, function: Any = None) -> Any:
        mode = super().__new__(cls)
        if function is None:
            return mode
        mode.__init__()  # type: ignore[misc]  # used as `@no_grad` without parentheses
        return mode(function)

    def __init__(self, function: Any = None) -> None:
        super().__init__()


class enable_grad(no_grad):
    """Record again, inside `no_grad`.

    >>> x = te.ones(2, requires_grad=True)
    >>> with te.no_grad(), te.enable_grad():
    ...     print((x * 2).requires_grad)
    True
    """

    on = True


class set_grad_enabled(_Mode):
    """Record or not, from now on or, in a `with`, for a block.

    >>> x = te.ones(2, requires_grad=True)
    >>> with te.set_grad_enabled(False):
    ...     print((x * 2).requires_grad)
    False
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self.on = bool(mode)
        self.before.append(set_recording(self.on))

    def __enter__(self) -> None:
        set_recording(self.on)

    def again(self) -> _Mode:
        return _Setting(self.on)

    def __call__(self, function: F) -> F:
        set_recording(self.before.pop())
        return super().__call__(function)


class _Setting(_Mode):
    def __init__(self, on: bool) -> None:
        super().__init__()
        self.on = on


_inference = local()


class inference_mode(_Mode):
    """Like `no_grad`; `inference_mode(False)` does nothing.

    >>> with te.inference_mode():
    ...     print(te.is_grad_enabled(), te.is_inference_mode_enabled())
    False True
    """

    def __new__(cls, mode: Any = True) -> Any:
        made = super().__new__(cls)
        if not callable(mode):
            return made
        made.__init__()  # type: ignore[misc]
        return made(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self.mode = mode

    def __enter__(self) -> None:
        self.before.append(set_recording(is_recording() and not self.mode))
        self.outer = is_inference_mode_enabled()
        _inference.on = self.outer or self.mode

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        _inference.on = self.outer

    def again(self) -> _Mode:
        return inference_mode(self.mode)


def is_grad_enabled() -> bool:
    """Whether this thread records operations.

    >>> with te.no_grad():
    ...     print(te.is_grad_enabled())
    False
    """
    return is_recording()


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside `inference_mode`.

    >>> te.is_inference_mode_enabled()
    False
    """
    return getattr(_inference, "on", False)
