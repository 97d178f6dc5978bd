"""The layers, under PyTorch's module paths."""

from ...missing import also_in as _also_in
from . import (
    activation as activation,
    attention as _attention,
    classification as _classification,
    container as container,
    conv as conv,
    lazyconv as _lazyconv,
    loss as loss,
    maxpooling as _maxpooling,
    pairs as _pairs,
    parameters as _parameters,
    piecewise as _piecewise,
    pooling as pooling,
    rnn as rnn,
    rnncell as _rnncell,
    softmaxes as _softmaxes,
    utils as utils,
)
from .activation import *
from .adaptive import *
from .attention import *
from .batchnorm import *
from .channelshuffle import *
from .classification import *
from .container import *
from .conv import *
from .distance import *
from .dropout import *
from .flatten import *
from .fold import *
from .instancenorm import *
from .lazyconv import *
from .linear import *
from .loss import *
from .maxpooling import *
from .module import *
from .normalization import *
from .padding import *
from .pairs import *
from .parameters import *
from .piecewise import *
from .pixelshuffle import *
from .pooling import *
from .rnn import *
from .rnncell import *
from .softmaxes import *
from .sparse import *
from .transformer import *
from .upsampling import *

_also_in(activation, _attention, _piecewise, _softmaxes)
_also_in(container, _parameters)
_also_in(conv, _lazyconv)
_also_in(loss, _classification, _pairs)
_also_in(pooling, _maxpooling)
_also_in(rnn, _rnncell)
