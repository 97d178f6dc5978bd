"""Methods of functions at positions."""

from ..functional import indexing as F
from ..inplace import in_place


class Indexing:
    """The functions of `functional.indexing` that are methods too."""

    __slots__ = ()

    gather = F.gather
    scatter_add = F.scatter_add
    scatter = F.scatter
    index_select = F.index_select
    index_add = F.index_add
    take_along_dim = F.take_along_dim
    masked_fill = F.masked_fill
    masked_select = F.masked_select
    tril = F.tril
    triu = F.triu
    diagonal = F.diagonal
    diag = F.diag
    nonzero = F.nonzero

    masked_fill_ = in_place(F.masked_fill)
    scatter_ = in_place(F.scatter)
    scatter_add_ = in_place(F.scatter_add)
    index_add_ = in_place(F.index_add)
    tril_ = in_place(F.tril)
    triu_ = in_place(F.triu)
