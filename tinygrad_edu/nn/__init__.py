"""Neural networks: modules, layers, losses, and how parameters start."""

from . import functional, init, modules
from .modules import *  # noqa: F403
from .parameter import Buffer, Parameter

__all__ = ["Buffer", "Parameter", "functional", "init", "modules"]
__all__ += modules.__all__
