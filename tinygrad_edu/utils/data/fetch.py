"""Batches made of a dataset: the same work in the loader's own process and in a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .collate import default_collate
from .dataset import collated, samples

__all__ = ["Fetch"]


@dataclass(frozen=True)
class Fetch:
    """What a loader was told about making a batch.

    batched     an index stands for several samples, in a list
    batch_size  how many samples of a stream make a batch; None for each as it is
    """

    dataset: Any
    collate_fn: Callable[[Any], Any]
    batched: bool
    batch_size: int | None
    drop_last: bool

    def __call__(self, index: Any) -> Any:
        """The batch at an index of a dataset that has indices."""
        if not self.batched:
            return self.collate_fn(self.dataset[index])
        if self.collate_fn is default_collate:
            return collated(self.dataset, index)
        return self.collate_fn(samples(self.dataset, index))

    def stream(self) -> Iterator[Any]:
        """The batches of a dataset that is a stream."""
        stream = iter(self.dataset)
        if self.batch_size is None:
            yield from map(self.collate_fn, stream)
            return
        while batch := list(islice(stream, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield self.collate_fn(batch)
