"""Programs for several devices, on the one there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..missing import no_such_name
from .modules.module import Module

__all__ = ["DataParallel", "DistributedDataParallel", "data_parallel"]


class DataParallel(Module):
    """A module, as `module`: with one device it is called as it is.

    >>> te.nn.DataParallel(te.nn.Linear(2, 3)).module
    Linear(in_features=2, out_features=3, bias=True)
    """

    def __init__(
        self,
        module: Module,
        device_ids: Sequence[Any] | None = None,
        output_device: Any = None,
        dim: int = 0,
    ) -> None:
        super().__init__()
        self.module, self.device_ids = module, list[Any]()

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """What the module gives."""
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    """A module in several processes, of which there is one: nothing is an instance of this class.

    Raises RuntimeError when made. `isinstance(model, DistributedDataParallel)` is False.
    """

    def __init__(self, module: Module, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            "DistributedDataParallel: expected several processes, tinygrad_edu computes in one; "
            "use the module as it is, or nn.DataParallel"
        )


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Sequence[Any] | None = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """What a module gives of `inputs`, one or a tuple of them."""
    arguments = inputs if isinstance(inputs, tuple) else (inputs,)
    return module(*arguments, **(module_kwargs or {}))


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise no_such_name(__name__, name, __all__)
