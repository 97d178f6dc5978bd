"""PyTorch's functions as methods of a Tensor: one line each, the function itself."""

from .indexing import Indexing
from .linalg import Linalg
from .pointwise import Pointwise
from .reduction import Reductions
from .shaping import Shaping

__all__ = ["Methods"]


class Methods(Pointwise, Reductions, Shaping, Indexing, Linalg):
    """What a Tensor can do that `tinygrad_edu.functional` does; `_` at the end of a name means in place."""

    __slots__ = ()
