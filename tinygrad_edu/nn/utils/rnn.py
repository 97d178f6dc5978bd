"""Batches of sequences of different lengths: padded to one length, or packed with no padding.

Packed, the elements stand step by step: all sequences' first ones, then the second ones of those
that have one, ...  Sequences go from the longest to the shortest, so that those still running at a
step are the first so many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ... import functional as te
from ...primitive import raw, wrap

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...tensor import Tensor

__all__ = [
    "PackedSequence", "invert_permutation", "pack_padded_sequence", "pack_sequence", "pad_packed_sequence",
    "pad_sequence", "unpack_sequence", "unpad_sequence",
]  # fmt: skip


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Sequences packed by `pack_sequence` or `pack_padded_sequence`, for recurrent layers.

    data              (sum of lengths, *): the elements, step by step
    batch_sizes       (longest,): how many sequences have that step
    sorted_indices    which sequence stands at each place, None if they came sorted
    unsorted_indices  at which place each sequence stands

    Example:
        >>> packed = te.nn.utils.rnn.pack_sequence([te.tensor([1, 2]), te.tensor([3])])
        >>> packed.data, packed.batch_sizes
        (tensor([1, 3, 2]), tensor([2, 1]))
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Any = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> Self:
        """Fill in what follows from the rest; (data, batch_sizes) may come as a pair."""
        if batch_sizes is None:
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with its data converted, as `Tensor.to` does."""
        return PackedSequence(self.data.to(*args, **kwargs), *self[1:])

    def double(self) -> PackedSequence:
        """The same in float64."""
        return PackedSequence(self.data.double(), *self[1:])

    def float(self) -> PackedSequence:
        """The same in float32."""
        return PackedSequence(self.data.float(), *self[1:])


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """At which place each index stands.

    Example:
        >>> te.nn.utils.rnn.invert_permutation(te.tensor([2, 0, 1]))
        tensor([1, 2, 0])
    """
    return None if permutation is None else wrap(np.argsort(raw(permutation)))


def places(batch_sizes: Any) -> tuple[Any, Any]:
    """(step, sequence) of each packed element."""
    return (
        np.repeat(np.arange(len(batch_sizes)), batch_sizes),
        np.concatenate([np.arange(n) for n in batch_sizes]),
    )


def lengths_of(batch_sizes: Any) -> Any:
    """The lengths of packed sequences, the longest first."""
    return (batch_sizes[:, None] > np.arange(batch_sizes[0])).sum(0)


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack sequences (T, N, *), or (N, T, *) with `batch_first`, of the given lengths.

    Raises RuntimeError for a wrong number of lengths, one below 1 or, with `enforce_sorted`, lengths
    that do not fall.

    Example:
        >>> padded = te.tensor([[1, 2], [3, 0]])
        >>> te.nn.utils.rnn.pack_padded_sequence(padded, [2, 1], batch_first=True).data
        tensor([1, 3, 2])
    """
    sizes = np.asarray(raw(lengths), np.int64)
    if not batch_first:
        input = te.transpose(input, 0, 1)
    if sizes.shape != (raw(input).shape[0],):
        raise RuntimeError(
            "pack_padded_sequence: Expected `len(lengths)` to be equal to batch_size, "
            f"but got {sizes.size} (batch_size={raw(input).shape[0]})"
        )
    if sizes.min(initial=1) <= 0:
        raise RuntimeError(
            "pack_padded_sequence: Length of all samples has to be greater than 0, "
            "but found an element in 'lengths' that is <= 0"
        )
    order = None
    if not enforce_sorted:
        order = np.argsort(-sizes, kind="stable")
        sizes, input = sizes[order], input[wrap(order)]
    if (np.diff(sizes) > 0).any():
        raise RuntimeError(
            "pack_padded_sequence: `lengths` array must be sorted in decreasing order when "
            "`enforce_sorted` is True; pass enforce_sorted=False"
        )
    batch_sizes = (sizes > np.arange(sizes[0])[:, None]).sum(1)
    step, sequence = places(batch_sizes)
    data = input[wrap(sequence), wrap(step)]
    return PackedSequence(data, wrap(batch_sizes), None if order is None else wrap(order))


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """(sequences (T, N, *), their lengths): what was packed, padded, in the order it came in.

    Raises ValueError for a `total_length` below the longest.

    Example:
        >>> rnn = te.nn.utils.rnn
        >>> packed = rnn.pack_sequence([te.tensor([1, 2]), te.tensor([3])])
        >>> rnn.pad_packed_sequence(packed, batch_first=True)
        (tensor([[1, 2],
                [3, 0]]), tensor([2, 1]))
    """
    counts = raw(sequence.batch_sizes)
    longest = len(counts) if total_length is None else total_length
    if longest < len(counts):
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, "
            f"but got total_length={total_length} and max sequence length being {len(counts)}"
        )
    element = np.full((longest, counts[0]), -1)  # of the packed data, at each step of each sequence
    element[places(counts)] = np.arange(counts.sum())
    lengths = lengths_of(counts)
    if sequence.unsorted_indices is not None:
        order = raw(sequence.unsorted_indices)
        element, lengths = element[:, order], lengths[order]
    element = element.T if batch_first else element
    missing = (element < 0).reshape(*element.shape, *(1,) * (sequence.data.ndim - 1))
    padded = te.masked_fill(sequence.data[wrap(element)], wrap(missing), padding_value)
    return padded, wrap(lengths)


def pad_sequence(
    sequences: Sequence[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (T_i, *) as (longest, N, *), or (N, longest, *) with `batch_first`.

    Raises ValueError for a `padding_side` other than "left" and "right".

    Example:
        >>> te.nn.utils.rnn.pad_sequence([te.tensor([1, 2]), te.tensor([3])], batch_first=True)
        tensor([[1, 2],
                [3, 0]])
    """
    if padding_side not in ("left", "right"):
        raise ValueError(
            f"pad_sequence: Expected padding_side to be one of left or right, got {padding_side}"
        )
    sequences = tuple(sequences)
    longest = max(len(x) for x in sequences)

    def padded(x: Tensor) -> Tensor:
        more = (longest - len(x), 0) if padding_side == "left" else (0, longest - len(x))
        return te.constant_pad_nd(x, [*(0, 0) * (x.ndim - 1), *more], padding_value)

    return te.stack([padded(x) for x in sequences], 0 if batch_first else 1)


def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False
) -> list[Tensor]:
    """The sequences without their padding: what undoes `pad_sequence`.

    Example:
        >>> te.nn.utils.rnn.unpad_sequence(te.tensor([[1, 3], [2, 0]]), te.tensor([2, 1]))
        [tensor([1, 2]), tensor([3])]
    """
    if not batch_first:
        padded_sequences = te.transpose(padded_sequences, 0, 1)
    return [x[: int(n)] for x, n in zip(padded_sequences, lengths)]


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences (T_i, *). Raises RuntimeError if `enforce_sorted` and lengths do not fall.

    Example:
        >>> te.nn.utils.rnn.pack_sequence([te.tensor([1, 2]), te.tensor([3])]).batch_sizes
        tensor([2, 1])
    """
    lengths = [len(x) for x in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences that were packed.

    Example:
        >>> rnn = te.nn.utils.rnn
        >>> rnn.unpack_sequence(rnn.pack_sequence([te.tensor([1, 2]), te.tensor([3])]))
        [tensor([1, 2]), tensor([3])]
    """
    return unpad_sequence(
        *pad_packed_sequence(packed_sequences, batch_first=True), batch_first=True
    )
