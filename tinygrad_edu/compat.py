"""PyTorch programs as they are: `import torch` gives tinygrad_edu."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing.spawn
import runpy
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from .missing import instead_of

__all__ = ["as_torch", "run_script"]

PACKAGE = __name__.rpartition(".")[0]


class _Loader(Loader):
    """Gives the module of this package that stands at PyTorch's path."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(PACKAGE + spec.name.removeprefix("torch"))
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has run already; only its own spec is put back, which the import system replaced."""
        module.__spec__ = self._spec


class _Finder(MetaPathFinder):
    """Finds `torch` and what is below it here."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname == "torchvision":
            raise ModuleNotFoundError(
                "No module named 'torchvision', which needs PyTorch itself; "
                "MNIST, FashionMNIST and ImageFolder are in tinygrad_edu.datasets",
                name=fullname,
            )
        if fullname.partition(".")[0] != "torch":
            return None
        ours = PACKAGE + fullname.removeprefix("torch")
        if ours not in sys.modules and importlib.util.find_spec(ours) is None:
            hint = instead_of(fullname.removeprefix("torch."))
            if hint:
                raise ModuleNotFoundError(f"No module named {fullname!r}{hint}", name=fullname)
            return None
        return ModuleSpec(fullname, _Loader())


class _Again:
    """Binds the name in the process where it is unpickled."""

    def __reduce__(self) -> tuple[type[as_torch], tuple[()]]:
        return as_torch, ()


def _prepared(name: str) -> dict[str, Any]:
    """What a process that is spawned gets before it imports the script: the binding, too."""
    if name == "ignore":  # a fork server, which could import the script, not bind the name before
        return {"sys_path": sys.path.copy()}
    return {**_prepared_before(name), "torch": _Again()}


_prepared_before = multiprocessing.spawn.get_preparation_data


class as_torch:
    """Bind the name `torch` to tinygrad_edu, for the rest of the session or inside a `with` block.

    Processes that are started meanwhile have it bound too.

    Raises RuntimeError if the real torch is imported already: objects of both would mix.

    >>> with te.as_torch():
    ...     import torch.nn.functional as F
    >>> F is te.nn.functional
    True
    """

    def __init__(self) -> None:
        if sys.modules.get("torch", sys.modules[PACKAGE]) is not sys.modules[PACKAGE]:
            raise RuntimeError(
                "as_torch: torch is imported already; call as_torch() first, in a fresh interpreter or kernel"
            )
        self._finder = _Finder()
        sys.meta_path.insert(0, self._finder)
        multiprocessing.spawn.get_preparation_data = _prepared
        importlib.import_module("torch")

    def restore(self) -> None:
        """Take the binding away; names that programs imported stay theirs."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        multiprocessing.spawn.get_preparation_data = _prepared_before
        for name in [n for n in sys.modules if n.partition(".")[0] == "torch"]:
            del sys.modules[name]

    def __enter__(self) -> as_torch:
        return self

    def __exit__(self, *exc: object) -> None:
        self.restore()


def run_script(path: str | Path, arguments: Sequence[str] = ()) -> None:
    """Run a PyTorch script unchanged, as `python path arguments` would, on tinygrad_edu.

    Raises FileNotFoundError if there is no such file, and what the script raises.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"run: no such script: {path}")
    before, folder = sys.argv, str(path.resolve().parent)
    sys.argv = [str(path), *arguments]
    sys.path.insert(0, folder)
    try:
        with as_torch():
            runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = before
        sys.path.remove(folder)
