"""Where tensors live: here, always in the memory of the CPU, in one layout."""

from __future__ import annotations

from typing import Any

from .dtypes import called

__all__ = [
    "channels_last", "channels_last_3d", "contiguous_format", "device", "layout", "legacy_contiguous_format",
    "memory_format", "preserve_format", "strided",
]  # fmt: skip


class _Named:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return called(self.name)


class layout(_Named):
    """How a tensor lies in memory: `strided`, the only one.

    >>> te.zeros(2).layout
    tinygrad_edu.strided
    """

    __slots__ = ()


class memory_format(_Named):
    """In what order the dimensions lie in memory: taken where PyTorch takes one, and without effect.

    >>> te.zeros(2).contiguous(memory_format=te.channels_last)
    tensor([0., 0.])
    """

    __slots__ = ()


strided = layout("strided")
contiguous_format, preserve_format = map(memory_format, ("contiguous_format", "preserve_format"))
legacy_contiguous_format = contiguous_format  # its name in early years
channels_last, channels_last_3d = map(memory_format, ("channels_last", "channels_last_3d"))


class device:
    """A device by PyTorch's name. Only "cpu" exists; asking for another is a RuntimeError.

    Difference from PyTorch: another device is refused when it is named, not when it is used.

    >>> te.device("cpu"), te.zeros(2).device == te.device("cpu")
    (device(type='cpu'), True)
    """

    type: str
    index: int | None
    __slots__ = ("index", "type")

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        kind, _, number = str(type).partition(":")
        if kind != "cpu":
            raise RuntimeError(
                f"device: expected 'cpu', got {str(type)!r}; tinygrad_edu computes with NumPy, on the CPU only"
            )
        self.type, self.index = kind, int(number) if number else index

    def __repr__(self) -> str:
        return f"device(type='{self.type}'" + (
            f", index={self.index})" if self.index is not None else ")"
        )

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


CPU = device("cpu")
