"""What is composed from the table: PyTorch's functions of Tensors."""

from . import indexing, linalg, pointwise, reduction, shaping
from .dims import axes_of, axis_of, size_of
from .indexing import *
from .linalg import *
from .pointwise import *
from .reduction import *
from .shaping import *
from .shaping import constant_pad

__all__ = ["axes_of", "axis_of", "constant_pad", "size_of"]
__all__ += indexing.__all__
__all__ += linalg.__all__
__all__ += pointwise.__all__
__all__ += reduction.__all__
__all__ += shaping.__all__
