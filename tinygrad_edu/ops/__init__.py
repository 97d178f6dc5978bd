"""The table of primitives, family by family; importing it fills `TABLE`."""

from . import activation, conv, elementwise, factor, fused, heap, index, linalg
from . import loss, norm, recurrence, recurrent, reduce, shape, window

__all__ = [
    "activation", "conv", "elementwise", "factor", "fused", "heap", "index", "linalg", "loss", "norm", "recurrence",
    "recurrent", "reduce", "shape", "window",
]  # fmt: skip
