"""Methods of functions at positions."""

from ..functional import diagonals, indexing as F, scattering
from ..inplace import in_place


class Indexing:
    """The functions of `functional.indexing`, `scattering` and `diagonals` that are methods too."""

    __slots__ = ()

    gather = F.gather
    index_select = F.index_select
    select = F.select
    narrow = F.narrow
    take = F.take
    take_along_dim = F.take_along_dim
    masked_select = F.masked_select
    nonzero = F.nonzero
    argwhere = F.argwhere

    scatter = scattering.scatter
    scatter_add = scattering.scatter_add
    scatter_reduce = scattering.scatter_reduce
    index_add = scattering.index_add
    index_copy = scattering.index_copy
    index_fill = scattering.index_fill
    index_put = scattering.index_put
    index_reduce = scattering.index_reduce
    put = scattering.put
    masked_fill = scattering.masked_fill
    masked_scatter = scattering.masked_scatter
    select_scatter = scattering.select_scatter
    slice_scatter = scattering.slice_scatter

    tril = diagonals.tril
    triu = diagonals.triu
    diag = diagonals.diag
    diag_embed = diagonals.diag_embed
    diagflat = diagonals.diagflat
    diagonal = diagonals.diagonal
    diagonal_scatter = diagonals.diagonal_scatter

    scatter_ = in_place(scattering.scatter)
    scatter_add_ = in_place(scattering.scatter_add)
    scatter_reduce_ = in_place(scattering.scatter_reduce)
    index_add_ = in_place(scattering.index_add)
    index_copy_ = in_place(scattering.index_copy)
    index_fill_ = in_place(scattering.index_fill)
    index_put_ = in_place(scattering.index_put)
    index_reduce_ = in_place(scattering.index_reduce)
    put_ = in_place(scattering.put)
    masked_fill_ = in_place(scattering.masked_fill)
    masked_scatter_ = in_place(scattering.masked_scatter)
    tril_ = in_place(diagonals.tril)
    triu_ = in_place(diagonals.triu)
