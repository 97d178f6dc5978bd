"""Methods that write what is given."""

from ..functional import writing as F


class Writing:
    """The functions of `functional.writing`, which are methods only."""

    __slots__ = ()

    apply_ = F.apply_
    copy_ = F.copy_
    fill_ = F.fill_
    fill_diagonal_ = F.fill_diagonal_
    map_ = F.map_
    resize_ = F.resize_
    resize_as_ = F.resize_as_
    zero_ = F.zero_
