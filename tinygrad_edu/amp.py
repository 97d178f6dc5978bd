"""`amp`: programs that mix precisions run, all in the precision of their tensors.

NumPy computes in float32 or float64; a narrower type would be slower here and less exact.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any

from .missing import also_at

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]

__path__: list[str] = []  # a package, for `from torch.amp.autocast_mode import autocast`
also_at(__name__, {sys.modules[__name__]: "autocast_mode grad_scaler"})


def is_autocast_available(device_type: str) -> bool:
    """False: there is no other precision to compute in."""
    return False


def custom_fwd(
    fwd: Callable[..., Any] | None = None, *, device_type: Any = None, cast_inputs: Any = None
) -> Any:
    """Decorates the `forward` of a Function; it stays as it is."""
    return (lambda fwd: fwd) if fwd is None else fwd


def custom_bwd(bwd: Callable[..., Any] | None = None, *, device_type: Any = None) -> Any:
    """Decorates the `backward` of a Function; it stays as it is."""
    return (lambda bwd: bwd) if bwd is None else bwd


class autocast(ContextDecorator):
    """A context that leaves every operation in the precision of its operands."""

    def __init__(
        self,
        device_type: Any = "cpu",
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: Any = None,
    ) -> None:
        pass

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


class GradScaler:
    """A scale of 1: float32 gradients need none."""

    def __init__(self, device: Any = "cpu", init_scale: float = 65536.0, growth_factor: float = 2.0,
                 backoff_factor: float = 0.5, growth_interval: int = 2000, enabled: bool = True) -> None:  # fmt: skip
        pass

    def scale(self, outputs: Any) -> Any:
        """The outputs themselves."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """The gradients are not scaled."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """`optimizer.step()`"""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: float | None = None) -> None:
        """The scale stays 1."""

    def get_scale(self) -> float:
        """1"""
        return 1.0

    def is_enabled(self) -> bool:
        """False."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """Nothing, as of a scaler that is switched off."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing to load."""
