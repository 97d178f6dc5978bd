"""Methods of functions that only move elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..functional import copying, shaping as F, splitting
from ..inplace import reshape_in_place

if TYPE_CHECKING:
    from ..tensor import Tensor


def _split(self: Tensor, split_size: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of a given length along `dim` (the last may be shorter), or of the given lengths."""
    return splitting.split(self, split_size, dim)


def _view_as(self: Tensor, other: Tensor) -> Tensor:
    """A view in the shape of another."""
    return F.view(self, other.array.shape)


def _reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """In the shape of another."""
    return F.reshape(self, other.array.shape)


def _expand_as(self: Tensor, other: Tensor) -> Tensor:
    """Expanded to the shape of another."""
    return F.expand(self, other.array.shape)


class Shaping:
    """The functions of `functional.shaping`, `copying` and `splitting` that are methods too."""

    __slots__ = ()

    reshape = F.reshape
    reshape_as = _reshape_as
    view = F.view
    view_as = _view_as
    flatten = F.flatten
    unflatten = F.unflatten
    squeeze = F.squeeze
    unsqueeze = F.unsqueeze
    permute = F.permute
    transpose = F.transpose
    swapaxes = F.swapaxes
    swapdims = F.swapdims
    t = F.t
    adjoint = F.adjoint
    movedim = F.movedim
    moveaxis = F.moveaxis
    expand = F.expand
    expand_as = _expand_as
    broadcast_to = F.broadcast_to
    sum_to_size = F.sum_to_size
    unfold = F.unfold
    as_strided = F.as_strided

    clone = copying.clone
    contiguous = copying.contiguous
    ravel = copying.ravel
    flip = copying.flip
    fliplr = copying.fliplr
    flipud = copying.flipud
    rot90 = copying.rot90
    roll = copying.roll
    repeat = copying.repeat
    tile = copying.tile
    repeat_interleave = copying.repeat_interleave

    split = _split
    split_with_sizes = splitting.split_with_sizes
    tensor_split = splitting.tensor_split
    chunk = splitting.chunk
    hsplit = splitting.hsplit
    vsplit = splitting.vsplit
    dsplit = splitting.dsplit
    unbind = splitting.unbind

    squeeze_ = reshape_in_place(F.squeeze)
    unsqueeze_ = reshape_in_place(F.unsqueeze)
    transpose_ = swapaxes_ = swapdims_ = reshape_in_place(F.transpose)
    t_ = reshape_in_place(F.t)
    as_strided_ = reshape_in_place(F.as_strided)
