"""Switches of PyTorch's that programs set at their start, most of them for machinery that is not here."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

__all__ = [
    "are_deterministic_algorithms_enabled", "compile", "get_float32_matmul_precision", "get_num_threads",
    "set_float32_matmul_precision", "set_num_threads", "use_deterministic_algorithms",
]  # fmt: skip

_set: dict[str, Any] = {
    "threads": int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1),
    "precision": "highest",
    "deterministic": True,
}


def compile(model: Callable[..., Any] | None = None, **options: Any) -> Any:
    """The model or function itself: there is nothing to compile it to. Also as a decorator."""
    return (lambda given: given) if model is None else model


def set_num_threads(int: int) -> None:
    """Keep a number of threads for `get_num_threads`.

    NumPy's matrix products take theirs from the environment variable OMP_NUM_THREADS when it starts.
    """
    if int < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, got {int}")
    _set["threads"] = int


def get_num_threads() -> int:
    """The number that was set, else the environment's, else that of the processors."""
    return int(_set["threads"])


def set_float32_matmul_precision(precision: str) -> None:
    """Keep "highest", "high" or "medium"; products are always of the highest."""
    if precision not in ("highest", "high", "medium"):
        raise RuntimeError(f"expected one of 'highest', 'high', 'medium', got {precision!r}")
    _set["precision"] = precision


def get_float32_matmul_precision() -> str:
    """What was set."""
    return str(_set["precision"])


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Keep the wish; every operation here is deterministic."""
    _set["deterministic"] = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """What was set."""
    return bool(_set["deterministic"])
