"""`backends`: switches that programs set for other machines; here there is nothing that they change."""

from __future__ import annotations

import sys
from types import ModuleType

__all__ = ["cuda", "cudnn", "mkl", "mps", "openmp"]

__path__: list[str] = []  # a package, for `import torch.backends.cudnn`


class Backend(ModuleType):
    """One that is not there; its switches keep what is written to them."""

    def __init__(self, name: str, **switches: object) -> None:
        super().__init__(f"{__name__}.{name}")
        self.__dict__.update(switches)
        sys.modules[self.__name__] = self

    def is_available(self) -> bool:
        """False."""
        return False

    def is_built(self) -> bool:
        """False."""
        return False

    def __repr__(self) -> str:
        return f"<{self.__name__}: not available>"


cuda = Backend("cuda", matmul=Backend("cuda.matmul", allow_tf32=False))
cudnn = Backend("cudnn", benchmark=False, deterministic=True, enabled=False, allow_tf32=False)
mkl, mps, openmp = Backend("mkl"), Backend("mps"), Backend("openmp")
