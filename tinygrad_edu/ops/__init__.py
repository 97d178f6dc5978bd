"""The table of primitives, family by family; importing it fills `TABLE`."""

from . import activation, conv, elementwise, factor, fused, index, linalg, loss, norm, recurrent, reduce, shape, window

__all__ = ["activation", "conv", "elementwise", "factor", "fused", "index", "linalg", "loss", "norm", "recurrent", "reduce", "shape", "window"]
