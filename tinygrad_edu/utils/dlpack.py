"""DLPack: memory shared with other libraries, none of which need know of the others."""

from __future__ import annotations

from typing import Any

from ..creation.data import from_dlpack
from ..tensor import Tensor

__all__ = ["from_dlpack", "to_dlpack"]


def to_dlpack(tensor: Tensor) -> Any:
    """A capsule on a Tensor's memory, which one consumer can take. Raises BufferError if it requires grad.

    Libraries of today take the Tensor itself: `np.from_dlpack(tensor)`.

    >>> x = te.zeros(2)
    >>> y = te.utils.dlpack.from_dlpack(te.utils.dlpack.to_dlpack(x))
    >>> x.data_ptr() == y.data_ptr()
    True
    """
    version = (1, 0) if tensor.array.flags.writeable else None  # the old kind is never read-only
    return tensor.__dlpack__(max_version=version)
