"""PyTorch's functions as methods of a Tensor: one line each, the function itself; and operators and facts."""

from .conversion import Conversion
from .creation import Creation
from .exchange import Exchange
from .facts import Facts, Size
from .indexing import Indexing
from .linalg import Linalg
from .operators import Operators
from .pointwise import Pointwise
from .reduction import Reductions
from .shaping import Shaping
from .writing import Writing

__all__ = ["Methods", "Size"]


class Methods(
    Operators,
    Pointwise,
    Conversion,
    Reductions,
    Shaping,
    Indexing,
    Writing,
    Linalg,
    Creation,
    Facts,
    Exchange,
):
    """What a Tensor can do; `_` at the end of a name means in place."""

    __slots__ = ()
