"""The layers, under PyTorch's module paths."""

from .activation import *
from .container import *
from .dropout import *
from .flatten import *
from .linear import *
from .loss import *
from .module import *
