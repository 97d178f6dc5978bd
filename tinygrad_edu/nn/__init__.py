"""Neural networks: modules, layers, losses, and how parameters start."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ..missing import no_such_name as _no_such_name
from . import (
    attention as attention,
    functional as functional,
    init as init,
    modules as modules,
    parallel as parallel,
    utils as utils,
)
from .modules.activation import *
from .modules.adaptive import *
from .modules.attention import *
from .modules.batchnorm import *
from .modules.channelshuffle import *
from .modules.classification import *
from .modules.container import *
from .modules.conv import *
from .modules.distance import *
from .modules.dropout import *
from .modules.flatten import *
from .modules.fold import *
from .modules.instancenorm import *
from .modules.lazyconv import *
from .modules.linear import *
from .modules.loss import *
from .modules.maxpooling import *
from .modules.module import *
from .modules.normalization import *
from .modules.padding import *
from .modules.pairs import *
from .modules.parameters import *
from .modules.piecewise import *
from .modules.pixelshuffle import *
from .modules.pooling import *
from .modules.rnn import *
from .modules.rnncell import *
from .modules.softmaxes import *
from .modules.sparse import *
from .modules.transformer import *
from .modules.upsampling import *
from .parallel import DataParallel as DataParallel
from .parameter import (
    Buffer as Buffer,
    Parameter as Parameter,
    UninitializedBuffer as UninitializedBuffer,
    UninitializedParameter as UninitializedParameter,
)

if not _TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise _no_such_name(__name__, name, list(globals()))
