"""PyTorch's `torch.utils`."""

from .. import hooks
from ..missing import also_at
from . import checkpoint, data, dlpack

__all__ = ["checkpoint", "data", "dlpack", "hooks"]

also_at(__name__, {hooks: "hooks"})
