"""What is composed from the table: PyTorch's functions of Tensors."""

from . import (
    arithmetic,
    bessel,
    combinatorics,
    comparison,
    contraction,
    copying,
    counts,
    diagonals,
    elementary,
    indexing,
    joining,
    linalg,
    logic,
    matrices,
    norms,
    order,
    products,
    reduction,
    rounding,
    scan,
    scattering,
    shaping,
    special,
    splitting,
    statistics,
)
from .arithmetic import *
from .bessel import *
from .combinatorics import *
from .comparison import *
from .contraction import *
from .copying import *
from .counts import *
from .diagonals import *
from .dims import axes_of as axes_of, axis_of as axis_of, size_of as size_of
from .elementary import *
from .indexing import *
from .joining import *
from .logic import *
from .matrices import *
from .norms import *
from .order import *
from .products import *
from .reduction import *
from .rounding import *
from .scan import *
from .scattering import *
from .shaping import *
from .special import *
from .splitting import *
from .statistics import *

__all__ = []
__all__ += copying.__all__
__all__ += diagonals.__all__
__all__ += indexing.__all__
__all__ += joining.__all__
__all__ += splitting.__all__
__all__ += combinatorics.__all__
__all__ += contraction.__all__
__all__ += matrices.__all__
__all__ += products.__all__
__all__ += arithmetic.__all__
__all__ += bessel.__all__
__all__ += comparison.__all__
__all__ += elementary.__all__
__all__ += logic.__all__
__all__ += rounding.__all__
__all__ += special.__all__
__all__ += norms.__all__
__all__ += order.__all__
__all__ += reduction.__all__
__all__ += scan.__all__
__all__ += scattering.__all__
__all__ += shaping.__all__
__all__ += counts.__all__
__all__ += statistics.__all__
