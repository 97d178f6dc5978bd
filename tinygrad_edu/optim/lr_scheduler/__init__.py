"""Schedules of learning rates, by PyTorch's names."""

from .base import LRScheduler as LRScheduler, _LRScheduler as _LRScheduler
from .combined import *
from .cosine import *
from .cycles import *
from .factors import *
from .plateau import *
