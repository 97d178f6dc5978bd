"""`cuda`: there is none. What asks whether there is gets the answer no; what needs it gets an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from . import amp
from .missing import also_at

__all__ = [
    "amp", "current_device", "device_count", "empty_cache", "get_device_name", "is_available", "is_bf16_supported",
    "is_initialized", "manual_seed", "manual_seed_all", "max_memory_allocated", "memory_allocated", "synchronize",
]  # fmt: skip

__path__: list[str] = []  # a package, for `from torch.cuda.amp import autocast`
also_at(__name__, {amp: "amp"})
also_at(f"{__name__}.amp", {amp: "autocast_mode grad_scaler"})


def is_available() -> bool:
    """False."""
    return False


def is_initialized() -> bool:
    """False."""
    return False


def is_bf16_supported() -> bool:
    """False."""
    return False


def device_count() -> int:
    """0"""
    return 0


def memory_allocated(device: Any = None) -> int:
    """0"""
    return 0


def max_memory_allocated(device: Any = None) -> int:
    """0"""
    return 0


def empty_cache() -> None:
    """There is no cache to empty."""


def manual_seed(seed: int) -> None:
    """There is no device to seed; `tinygrad_edu.manual_seed` seeds what there is."""


def manual_seed_all(seed: int) -> None:
    """There are no devices to seed; `tinygrad_edu.manual_seed` seeds what there is."""


NONE = (
    "there is no CUDA, tinygrad_edu computes with NumPy on the CPU; "
    'ask cuda.is_available() first, or use device "cpu"'
)


def _missing(name: str) -> NoReturn:
    raise AssertionError(f"cuda.{name}: {NONE}")


def current_device() -> int:
    """Raises AssertionError, as PyTorch does without CUDA."""
    _missing("current_device")


def get_device_name(device: Any = None) -> str:
    """Raises AssertionError, as PyTorch does without CUDA."""
    _missing("get_device_name")


def synchronize(device: Any = None) -> None:
    """Raises AssertionError, as PyTorch does without CUDA."""
    _missing("synchronize")


class _NoTensors:
    """A tensor type of a device that is not there: may be named, not used."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *data: Any) -> NoReturn:
        raise TypeError(
            f"type torch.cuda.{self.name} not available: there is no CUDA; use {self.name}"
        )

    def __repr__(self) -> str:
        return f"<torch.cuda.{self.name}: not available>"


FloatTensor, DoubleTensor, HalfTensor = map(
    _NoTensors, ("FloatTensor", "DoubleTensor", "HalfTensor")
)
LongTensor, IntTensor, ByteTensor = map(_NoTensors, ("LongTensor", "IntTensor", "ByteTensor"))
BoolTensor = _NoTensors("BoolTensor")


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}: {NONE}", name=name)
