"""Optimisers, by PyTorch's names."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ..missing import also_at as _also_at, no_such_name as _no_such_name
from . import adam as _adam, adaptive as _adaptive, lr_scheduler, swa_utils
from .adam import Adam, Adamax, AdamW, NAdam, RAdam
from .adaptive import Adadelta, Adagrad, RMSprop
from .asgd import ASGD
from .lbfgs import LBFGS
from .matrix import Adafactor, Muon
from .optimizer import Optimizer
from .rprop import Rprop
from .sgd import SGD

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
    "swa_utils",
]

# PyTorch has a module for each optimiser
_also_at(__name__, {_adam: "adam adamax adamw nadam radam", _adaptive: "adadelta adagrad rmsprop"})

if not _TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Only called for names that are not here."""
        raise _no_such_name(__name__, name, list(globals()))
