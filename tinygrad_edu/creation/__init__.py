"""New tensors: from data, filled, in sequence, at random."""

from .data import *
from .filled import *
from .sampling import *
from .sequence import *
