"""Other libraries: einops is told about Tensors when a program imports it, PyTorch is given modules.

einops asks each framework that is imported whether a tensor is one of its own, through a class that the
framework brings.  Ours needs einops itself, which nobody should wait for who does not use it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["register_with_einops"]


class _Watch:
    """Waits for einops to be imported, and is gone then."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != "einops":
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next(filter(None, found), None)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                load(module)
                sys.meta_path.remove(self)
                register_with_einops()

            spec.loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec


def register_with_einops() -> None:
    """Tell einops about Tensors: now if it is imported, else when it will be."""
    if "einops" in sys.modules:
        importlib.import_module(f"{__name__}.einops")
    elif not any(isinstance(finder, _Watch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watch())
