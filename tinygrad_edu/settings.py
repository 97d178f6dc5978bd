"""Switches of PyTorch's that programs set at their start, most of them for machinery that is not here."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from .device import device as as_device

__all__ = [
    "are_deterministic_algorithms_enabled", "compile", "get_default_device", "get_float32_matmul_precision",
    "get_num_threads", "set_default_device", "set_float32_matmul_precision", "set_num_threads",
    "use_deterministic_algorithms",
]  # fmt: skip

_set: dict[str, Any] = {
    "threads": int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1),
    "precision": "highest",
    "deterministic": True,
}


def compile(model: Callable[..., Any] | None = None, **options: Any) -> Any:
    """The model or function itself: there is nothing to compile it to. Also as a decorator.

    Difference from PyTorch: nothing is compiled.

    >>> te.compile(te.nn.Linear(2, 3))
    Linear(in_features=2, out_features=3, bias=True)
    """
    return (lambda given: given) if model is None else model


def set_num_threads(int: int) -> None:
    """Keep a number of threads for `get_num_threads`.

    NumPy's matrix products take theirs from the environment variable OMP_NUM_THREADS when it starts.

    Difference from PyTorch: without effect on NumPy's threads.

    >>> te.set_num_threads(te.get_num_threads())
    """
    if int < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, got {int}")
    _set["threads"] = int


def get_num_threads() -> int:
    """The number that was set, else the environment's, else that of the processors.

    >>> te.get_num_threads() >= 1
    True
    """
    return int(_set["threads"])


def set_float32_matmul_precision(precision: str) -> None:
    """Keep "highest", "high" or "medium"; products are always of the highest.

    Difference from PyTorch: products are of the highest precision whatever is set.

    >>> te.set_float32_matmul_precision("highest"); te.get_float32_matmul_precision()
    'highest'
    """
    if precision not in ("highest", "high", "medium"):
        raise RuntimeError(f"expected one of 'highest', 'high', 'medium', got {precision!r}")
    _set["precision"] = precision


def get_float32_matmul_precision() -> str:
    """What was set; "highest" at first.

    >>> te.get_float32_matmul_precision()
    'highest'
    """
    return str(_set["precision"])


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Keep the wish; every operation here is deterministic.

    >>> te.use_deterministic_algorithms(True); te.are_deterministic_algorithms_enabled()
    True
    """
    _set["deterministic"] = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """What was set; True at first.

    >>> te.are_deterministic_algorithms_enabled()
    True
    """
    return bool(_set["deterministic"])


def set_default_device(device: Any) -> None:
    """Check that a device is the one that there is. Raises RuntimeError for any but "cpu".

    >>> te.set_default_device("cpu")
    """
    as_device("cpu" if device is None else device)


def get_default_device() -> as_device:
    """The CPU.

    >>> te.get_default_device()
    device(type='cpu')
    """
    return as_device("cpu")
