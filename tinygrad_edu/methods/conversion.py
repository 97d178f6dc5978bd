"""Methods that give the same numbers in another dtype."""

from ..functional import conversion as F


class Conversion:
    """The functions of `functional.conversion`, which are methods only."""

    __slots__ = ()

    to = F.to
    type = F.type
    type_as = F.type_as
    float = F.float
    double = F.double
    half = F.half
    bfloat16 = F.bfloat16
    long = F.long
    int = F.int
    short = F.short
    char = F.char
    byte = F.byte
    bool = F.bool
