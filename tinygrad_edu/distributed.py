"""`distributed`: there is one process. What asks for others gets the answer no; what needs them gets an error."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = [
    "all_gather", "all_reduce", "barrier", "broadcast", "destroy_process_group", "gather", "get_rank",
    "get_world_size", "init_process_group", "is_available", "is_initialized", "reduce", "scatter",
]  # fmt: skip


def is_available() -> bool:
    """False."""
    return False


def is_initialized() -> bool:
    """False."""
    return False


class _NeedsGroup:
    """A function of a group of processes: may be named, not called."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            f"distributed.{self.__name__}: there is no process group, tinygrad_edu computes in one process; "
            "ask distributed.is_available() first, or run the script without torchrun"
        )


init_process_group, destroy_process_group = map(
    _NeedsGroup, ("init_process_group", "destroy_process_group")
)
get_rank, get_world_size, barrier = map(_NeedsGroup, ("get_rank", "get_world_size", "barrier"))
broadcast, gather, scatter = map(_NeedsGroup, ("broadcast", "gather", "scatter"))
reduce, all_reduce, all_gather = map(_NeedsGroup, ("reduce", "all_reduce", "all_gather"))
