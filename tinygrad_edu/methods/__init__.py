"""PyTorch's functions as methods of a Tensor: one line each, the function itself."""

from .conversion import Conversion
from .creation import Creation
from .indexing import Indexing
from .linalg import Linalg
from .pointwise import Pointwise
from .reduction import Reductions
from .shaping import Shaping

__all__ = ["Methods"]


class Methods(Pointwise, Conversion, Reductions, Shaping, Indexing, Linalg, Creation):
    """What a Tensor can do that functions do; `_` at the end of a name means in place."""

    __slots__ = ()
