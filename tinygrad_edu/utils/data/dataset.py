"""Collections of samples, by index or as a stream."""

from __future__ import annotations

import math
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar

import numpy as np

from ...random import Generator, stream_of
from ...tensor import Tensor
from .collate import default_collate

__all__ = [
    "ChainDataset",
    "ConcatDataset",
    "Dataset",
    "IterableDataset",
    "StackDataset",
    "Subset",
    "TensorDataset",
    "random_split",
]

T = TypeVar("T", covariant=True)


def knows(dataset: Any, method: str) -> bool:
    """Whether a dataset's class has a method written for its `__getitem__`: no subclass gives other samples since."""
    for cls in type(dataset).__mro__:
        if method in vars(cls):
            return True
        if "__getitem__" in vars(cls):
            return False
    return False


def samples(dataset: Any, indices: Sequence[Any]) -> list[Any]:
    """The samples at some indices, by the dataset's `__getitems__` if it has one."""
    if knows(dataset, "__getitems__"):
        return dataset.__getitems__(indices)  # type: ignore[no-any-return]
    return [dataset[i] for i in indices]


def collated(dataset: Any, indices: Sequence[Any]) -> Any:
    """Samples as `default_collate` puts them together, by the dataset's `batch` if it has one: many times as fast."""
    if knows(dataset, "batch") and (rows := np.asarray(indices)).dtype.kind == "i":
        return dataset.batch(rows.tolist())
    return default_collate(samples(dataset, indices))


class Dataset(Generic[T]):
    """Samples by index: a subclass defines `__getitem__` and, to be shuffled or split, `__len__`.

    It may also define `__getitems__(indices)`, a list of samples, and `batch(indices)`, these
    samples collated: what a `DataLoader` calls in place of item by item.

    >>> class Squares(te.utils.data.Dataset):
    ...     def __len__(self):
    ...         return 10
    ...     def __getitem__(self, k):
    ...         return k * k
    >>> next(iter(te.utils.data.DataLoader(Squares(), batch_size=4)))
    tensor([0, 1, 4, 9])
    """

    def __getitem__(self, index: Any) -> T:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define __getitem__(index)"
        )

    def __add__(self, other: Dataset[Any]) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T]):
    """Samples as a stream: a subclass defines `__iter__`.

    >>> class Countdown(te.utils.data.IterableDataset):
    ...     def __iter__(self):
    ...         return iter([3, 2, 1])
    >>> list(te.utils.data.DataLoader(Countdown(), batch_size=2))
    [tensor([3, 2]), tensor([1])]
    """

    def __iter__(self) -> Iterator[T]:
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define __iter__()"
        )

    def __add__(self, other: Dataset[Any]) -> ChainDataset:  # type: ignore[override]
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors side by side: sample i is the i-th row of each.

    Raises AssertionError for unequal lengths, as PyTorch does, TypeError for what is no Tensor.

    >>> te.utils.data.TensorDataset(te.tensor([1, 2]), te.tensor([3.0, 4.0]))[1]
    (tensor(2), tensor(4.))
    """

    def __init__(self, *tensors: Tensor) -> None:
        for t in tensors:
            if not isinstance(t, Tensor):
                raise TypeError(
                    f"TensorDataset: expected Tensors, got {type(t).__name__}; pass it through tensor()"
                )
        if len({t.shape[0] for t in tensors}) > 1:
            raise AssertionError(
                f"TensorDataset: Size mismatch between tensors, got {[tuple(t.shape) for t in tensors]}"
            )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(t[index] for t in self.tensors)

    def batch(self, indices: Sequence[int]) -> list[Tensor]:
        """What collating these samples gives, by one indexing operation per tensor."""
        rows = np.asarray(indices)
        return [t[rows] for t in self.tensors]

    def __len__(self) -> int:
        return len(self.tensors[0])


class StackDataset(Dataset[Any]):
    """Datasets side by side: sample i is a tuple of each one's sample i, or a dictionary if they were named.

    Raises ValueError for unequal lengths, none at all, or names for some only.

    >>> te.utils.data.StackDataset(number=[1, 2], word=["one", "two"])[1]
    {'number': 2, 'word': 'two'}
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            raise ValueError(
                "StackDataset: expected datasets, either all of them named or none, "
                f"got {len(args)} without a name and {len(kwargs)} with one"
            )
        self.datasets: Any = kwargs or args
        lengths = [len(dataset) for dataset in self._parts()]
        if len(set(lengths)) > 1:
            raise ValueError(f"StackDataset: Size mismatch between datasets, got lengths {lengths}")

    def _parts(self) -> list[Any]:
        return list(self.datasets.values() if isinstance(self.datasets, dict) else self.datasets)

    def _named(self, parts: Iterable[Any]) -> Any:
        """One thing from each dataset as a sample: a tuple, or a dictionary."""
        return dict(zip(self.datasets, parts)) if isinstance(self.datasets, dict) else tuple(parts)

    def __getitem__(self, index: Any) -> Any:
        return self._named(dataset[index] for dataset in self._parts())

    def __getitems__(self, indices: Sequence[Any]) -> list[Any]:
        """The samples at some indices, by each dataset's `__getitems__` if it has one."""
        columns = [samples(dataset, indices) for dataset in self._parts()]
        for column in columns:
            if len(column) != len(indices):
                raise ValueError(
                    "StackDataset: Nested dataset's output size mismatch. "
                    f"Expected {len(indices)}, got {len(column)}"
                )
        return [self._named(row) for row in zip(*columns)]

    def batch(self, indices: Sequence[int]) -> Any:
        """These samples collated."""
        batches = self._named(collated(dataset, indices) for dataset in self._parts())
        return list(batches) if isinstance(batches, tuple) else batches

    def __len__(self) -> int:
        return len(self._parts()[0])


class Subset(Dataset[Any]):
    """The samples of a dataset at some indices.

    >>> list(te.utils.data.Subset(["a", "b", "c"], [2, 0]))
    ['c', 'a']
    """

    def __init__(self, dataset: Dataset[Any], indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        return self.dataset[
            [self.indices[i] for i in index] if isinstance(index, list) else self.indices[index]
        ]

    def __getitems__(self, indices: Sequence[int]) -> list[Any]:
        """The samples at some places of the subset."""
        return samples(self.dataset, [self.indices[i] for i in indices])

    def batch(self, indices: Sequence[int]) -> Any:
        """These samples collated."""
        return collated(self.dataset, [self.indices[i] for i in indices])

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset[Any]):
    """Datasets one after another.

    >>> te.utils.data.ConcatDataset([["a", "b"], ["c"]])[2]
    'c'
    """

    def __init__(self, datasets: Iterable[Dataset[Any]]) -> None:
        self.datasets = list(datasets)
        if not self.datasets or any(isinstance(d, IterableDataset) for d in self.datasets):
            raise AssertionError(
                "ConcatDataset: expected at least one dataset, and none that is an IterableDataset; use ChainDataset"
            )
        self.cumulative_sizes = list(accumulate(len(d) for d in self.datasets))  # type: ignore[arg-type]

    def __getitem__(self, index: int) -> Any:
        n = len(self)
        if not -n <= index < n:
            kind = IndexError if index > 0 else ValueError
            raise kind(f"ConcatDataset: expected an index in [{-n}, {n}), got {index}")
        index %= n
        which = bisect_right(self.cumulative_sizes, index)
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset[Any]):
    """Streams one after another.

    >>> class Letters(te.utils.data.IterableDataset):
    ...     def __iter__(self):
    ...         return iter("ab")
    >>> list(te.utils.data.ChainDataset([Letters(), Letters()]))
    ['a', 'b', 'a', 'b']
    """

    def __init__(self, datasets: Iterable[Dataset[Any]]) -> None:
        self.datasets = datasets

    def _streams(self) -> Iterator[Any]:
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError(
                    f"ChainDataset: expected IterableDatasets, got {type(dataset).__name__}; use ConcatDataset"
                )
            yield dataset

    def __iter__(self) -> Iterator[Any]:
        for stream in self._streams():
            yield from stream

    def __len__(self) -> int:
        return sum(len(stream) for stream in self._streams())


def random_split(
    dataset: Dataset[Any], lengths: Sequence[int | float], generator: Generator | None = None
) -> list[Subset]:
    """Subsets of given lengths, or fractions that sum to 1, drawn at random without overlap.

    Raises ValueError if the lengths do not sum to the whole.

    >>> one, other = te.utils.data.random_split(range(10), [0.7, 0.3])
    >>> len(one), len(other), sorted([*one, *other])
    (7, 3, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    n = len(dataset)  # type: ignore[arg-type]
    sizes: list[Any] = list(lengths)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        if any(x < 0 or x > 1 for x in lengths):
            raise ValueError(
                f"random_split: expected fractions between 0 and 1, got {list(lengths)}"
            )
        sizes = [math.floor(n * x) for x in lengths]
        for k in range(n - sum(sizes)):
            sizes[k % len(sizes)] += 1
        for k, size in enumerate(sizes):
            if not size:
                warnings.warn(f"random_split: the split at index {k} is empty", stacklevel=2)
    if any(size < 0 or size != int(size) for size in sizes):
        raise ValueError(
            f"random_split: expected whole lengths of 0 or more, or fractions that sum to 1, got {list(lengths)}"
        )
    sizes = [int(size) for size in sizes]
    if sum(sizes) != n:
        raise ValueError(
            f"Sum of input lengths does not equal the length of the input dataset! Got {sum(sizes)} and {n}."
        )
    order = stream_of(generator).permutation(n).tolist()
    ends = list(accumulate(sizes))
    return [Subset(dataset, order[end - size : end]) for end, size in zip(ends, sizes)]
