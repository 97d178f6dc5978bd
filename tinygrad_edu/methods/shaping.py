"""Methods of functions that only move elements."""

from ..functional import shaping as F


class Shaping:
    """The functions of `functional.shaping` that are methods too."""

    __slots__ = ()

    reshape = F.reshape
    view = F.view
    flatten = F.flatten
    unflatten = F.unflatten
    ravel = F.ravel
    squeeze = F.squeeze
    unsqueeze = F.unsqueeze
    permute = F.permute
    transpose = F.transpose
    swapaxes = F.swapaxes
    t = F.t
    movedim = F.movedim
    expand = F.expand
    broadcast_to = F.broadcast_to
    repeat = F.repeat
    tile = F.tile
    repeat_interleave = F.repeat_interleave
    clone = F.clone
    contiguous = F.contiguous
    split = F.split
    chunk = F.chunk
    unbind = F.unbind
    flip = F.flip
    roll = F.roll
    unfold = F.unfold
