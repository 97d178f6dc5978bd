"""The table of primitives, family by family; importing it fills `TABLE`."""

from . import elementwise, fused, index, linalg, reduce, shape, window

__all__ = ["elementwise", "fused", "index", "linalg", "reduce", "shape", "window"]
