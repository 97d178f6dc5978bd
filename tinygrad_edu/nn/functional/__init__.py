"""The functions behind the layers and losses, with PyTorch's signatures."""

from . import activation, layer, loss
from .activation import *
from .layer import *
from .loss import *

__all__ = []
__all__ += activation.__all__
__all__ += layer.__all__
__all__ += loss.__all__
