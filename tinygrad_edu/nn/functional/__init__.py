"""The functions behind the layers and losses, with PyTorch's signatures."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ...missing import no_such_name as _no_such_name
from . import (
    activation,
    attention,
    binary,
    classification,
    conv,
    distance,
    dropping,
    layer,
    loss,
    normalization,
    padding,
    pairs,
    pooling,
    pooling_to_size,
    resizing,
    sequence,
    softmaxes,
    vision,
)
from .activation import *
from .attention import *
from .binary import *
from .classification import *
from .conv import *
from .distance import *
from .dropping import *
from .layer import *
from .loss import *
from .normalization import *
from .padding import *
from .pairs import *
from .pooling import *
from .pooling_to_size import *
from .resizing import *
from .sequence import *
from .softmaxes import *
from .vision import *

__all__ = []
__all__ += activation.__all__
__all__ += attention.__all__
__all__ += binary.__all__
__all__ += classification.__all__
__all__ += conv.__all__
__all__ += distance.__all__
__all__ += dropping.__all__
__all__ += layer.__all__
__all__ += loss.__all__
__all__ += normalization.__all__
__all__ += padding.__all__
__all__ += pairs.__all__
__all__ += pooling.__all__
__all__ += pooling_to_size.__all__
__all__ += resizing.__all__
__all__ += sequence.__all__
__all__ += softmaxes.__all__
__all__ += vision.__all__

if not _TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise _no_such_name(__name__, name, list(globals()))
