"""Linear algebra, under PyTorch's module path."""

from .functional.linalg import *
