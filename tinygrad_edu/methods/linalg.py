"""Methods of functions of vectors and matrices."""

from ..functional import linalg as F


class Linalg:
    """The functions of `functional.linalg` that are methods too."""

    __slots__ = ()

    matmul = F.matmul
    mm = F.mm
    bmm = F.bmm
    mv = F.mv
    dot = F.dot
    outer = F.outer
    addmm = F.addmm
