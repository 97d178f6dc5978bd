"""Neural networks: modules, layers, losses, and how parameters start."""

from . import functional as functional, init as init, modules as modules
from .modules.activation import *
from .modules.container import *
from .modules.dropout import *
from .modules.flatten import *
from .modules.linear import *
from .modules.loss import *
from .modules.module import *
from .parameter import Buffer as Buffer, Parameter as Parameter
