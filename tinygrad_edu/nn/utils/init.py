"""Modules whose parameters are not worth starting."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

from ...random import fork_rng
from ..modules.module import Module

__all__ = ["skip_init"]

M = TypeVar("M", bound=Module)


def skip_init(module_cls: type[M], *args: Any, **kwargs: Any) -> M:
    """A module whose parameters hold anything: whoever asks for it fills them.

    The random numbers that are drawn afterwards are as if it had not been made.  Raises RuntimeError
    for what is not a Module, or takes no `device`, as in PyTorch.

    Example:
        >>> from tinygrad_edu import nn
        >>> nn.utils.skip_init(nn.Linear, 5, 1).weight.shape
        tinygrad_edu.Size([1, 5])
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    with fork_rng():
        return module_cls(*args, **kwargs)
