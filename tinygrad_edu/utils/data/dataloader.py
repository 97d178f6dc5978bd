"""Batches out of a dataset."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

from ...random import Generator, stream_of
from .collate import default_collate, default_convert
from .dataset import IterableDataset
from .fetch import Fetch
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler
from .worker import get_worker_info

if TYPE_CHECKING:
    from .ahead import Workers

__all__ = ["DataLoader", "default_collate", "default_convert", "get_worker_info"]

FIXED = {"batch_sampler", "batch_size", "dataset", "drop_last", "persistent_workers", "sampler"}


class DataLoader:
    """Iterates over a dataset in batches.

    `batch_size=None` gives samples as they are; `batch_sampler` gives lists of indices itself;
    `collate_fn` makes a batch of samples.

    `num_workers` processes prepare `prefetch_factor` batches each while the program is busy with
    earlier ones; the order stays unless `in_order=False`. An error in a worker is raised where its
    batch is due, with the worker's traceback; a batch that takes more than `timeout` seconds, and a
    worker that dies, are RuntimeErrors. Each worker calls `worker_init_fn(id)` first, and draws random
    numbers of its own; `persistent_workers` live on for the next pass. `multiprocessing_context`
    names how processes start ("fork", "spawn" or "forkserver"; by default as Python does). Under
    "spawn" a script needs `if __name__ == "__main__":` and a dataset that can be pickled.
    For data that is in memory already, no workers are faster. `pin_memory` is accepted and changes nothing.

    >>> data = te.utils.data.TensorDataset(te.arange(5), te.arange(5) * 2)
    >>> [x.tolist() for x, y in te.utils.data.DataLoader(data, batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Sampler[Any] | Iterable[Any] | None = None,
        batch_sampler: Sampler[list[Any]] | Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        self.iterable = isinstance(dataset, IterableDataset)
        _require(num_workers >= 0, "num_workers >= 0", num_workers, "0 loads in this process")
        _require(timeout >= 0, "timeout >= 0", timeout, "0 waits as long as it takes")
        _require(
            prefetch_factor is None or num_workers > 0 <= prefetch_factor,
            "prefetch_factor >= 0, and only with num_workers > 0",
            prefetch_factor,
            "leave it out",
        )
        _require(
            not persistent_workers or num_workers > 0,
            "num_workers > 0 with persistent_workers",
            num_workers,
            "leave it out",
        )
        _require(
            not self.iterable or not (shuffle or sampler is not None or batch_sampler is not None),
            "neither shuffle, sampler nor batch_sampler with an IterableDataset",
            shuffle or sampler or batch_sampler,
            "let the dataset choose the order",
        )
        _require(
            sampler is None or not shuffle,
            "sampler or shuffle, not both",
            sampler,
            "let the sampler shuffle",
        )
        _require(
            batch_sampler is None
            or not (batch_size != 1 or shuffle or sampler is not None or drop_last),
            "batch_sampler without batch_size, shuffle, sampler and drop_last",
            batch_sampler,
            "leave them out",
        )
        _require(
            batch_size is not None or not drop_last,
            "a batch_size with drop_last",
            batch_size,
            "leave drop_last out",
        )

        if batch_sampler is not None:
            batch_size = None
        if sampler is None and not self.iterable:
            sampler = (
                RandomSampler(dataset, generator=generator)
                if shuffle
                else SequentialSampler(dataset)
            )
        if batch_size is not None:
            batches = BatchSampler(() if sampler is None else sampler, batch_size, drop_last)
            batch_sampler = None if self.iterable else batches
        whole = batch_size is not None or batch_sampler is not None
        self.dataset, self.sampler, self.batch_sampler = dataset, sampler, batch_sampler
        self.batch_size, self.drop_last, self.generator = batch_size, drop_last, generator
        self.collate_fn = collate_fn or (default_collate if whole else default_convert)
        self.num_workers, self.timeout, self.worker_init_fn = num_workers, timeout, worker_init_fn
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self.persistent_workers, self.in_order = persistent_workers, in_order
        self.multiprocessing_context = _context(multiprocessing_context, num_workers)
        self._fetch = Fetch(dataset, self.collate_fn, whole, self.batch_size, drop_last)
        self._workers: Workers | None = None
        self._initialized = True

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIXED and getattr(self, "_initialized", False):
            raise ValueError(
                f"DataLoader: {name} attribute should not be set after DataLoader is initialized; make another"
            )
        object.__setattr__(self, name, value)

    def __iter__(self) -> Iterator[Any]:
        indices = None if self.iterable else self.batch_sampler or self.sampler
        if not self.num_workers:
            return self._fetch.stream() if indices is None else map(self._fetch, indices)
        from .ahead import Ahead  # a tenth of what importing the package takes

        return Ahead(
            self._started(),
            indices,
            self.prefetch_factor or 1,
            self.timeout,
            self.in_order,
            self.persistent_workers,
        )

    def _started(self) -> Workers:
        """Worker processes: those of the last pass, if they were to persist."""
        from .ahead import Workers

        workers = self._workers
        if workers is None or not workers.stop.alive:
            stream = stream_of(self.generator)
            workers = Workers(
                self._fetch,
                self.iterable,
                self.num_workers,
                self.multiprocessing_context or multiprocessing.get_context(),
                int(stream.integers(2**62)),
                self.worker_init_fn,
            )
            self._workers = workers if self.persistent_workers else None
        return workers

    def __len__(self) -> int:
        if self.iterable:
            n, size = len(self.dataset), self.batch_size
            return n if size is None else n // size if self.drop_last else -(-n // size)
        return len(self.batch_sampler if self.batch_sampler is not None else self.sampler)  # type: ignore[arg-type]


def _context(context: Any, num_workers: int) -> BaseContext | None:
    """How worker processes are started, of a name or as it is."""
    if context is None:
        return None
    _require(
        num_workers > 0, "num_workers > 0 with multiprocessing_context", num_workers, "leave it out"
    )
    if isinstance(context, str):
        names = multiprocessing.get_all_start_methods()
        _require(context in names, f"multiprocessing_context of {names}", context, "name another")
        return multiprocessing.get_context(context)
    if not isinstance(context, BaseContext):
        raise TypeError(
            "DataLoader: expected multiprocessing_context to be the name of a start method or a context, "
            f"got {context!r}; see multiprocessing.get_context"
        )
    return context


def _require(holds: bool, expected: str, got: Any, advice: str) -> None:
    if not holds:
        raise ValueError(f"DataLoader: expected {expected}, got {got!r}; {advice}")
