"""Batches out of a dataset."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from ...random import Generator
from .collate import default_collate, default_convert
from .dataset import IterableDataset, collated, samples
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler

__all__ = ["DataLoader", "default_collate", "default_convert", "get_worker_info"]


class DataLoader:
    """Iterates over a dataset in batches.

    `batch_size=None` gives samples as they are; `batch_sampler` gives lists of indices itself;
    `collate_fn` makes a batch of samples. With `num_workers` a thread prepares up to
    `num_workers * prefetch_factor` batches ahead: the same batches in the same order, if what the
    dataset draws at random comes from a generator of its own. Other arguments of PyTorch's that
    concern worker processes or pinned memory are accepted and change nothing.

    >>> import tinygrad_edu as te
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
        _require(num_workers >= 0, "num_workers >= 0", num_workers, "0 loads without a thread")
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
        self.multiprocessing_context = multiprocessing_context

    def __iter__(self) -> Iterator[Any]:
        return self._ahead() if self.num_workers else self._batches()

    def _batches(self) -> Iterator[Any]:
        """The batches, each made when it is asked for."""
        if self.iterable:
            return self._stream()
        if self.batch_sampler is None:
            return (self.collate_fn(self.dataset[i]) for i in self.sampler)  # type: ignore[union-attr]
        if self.collate_fn is default_collate:
            return (collated(self.dataset, indices) for indices in self.batch_sampler)
        return (self.collate_fn(samples(self.dataset, indices)) for indices in self.batch_sampler)

    def _stream(self) -> Iterator[Any]:
        stream = iter(self.dataset)
        if self.batch_size is None:
            yield from map(self.collate_fn, stream)
            return
        while batch := list(islice(stream, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield self.collate_fn(batch)

    def _ahead(self) -> Iterator[Any]:
        """The batches, made by one thread while the caller is busy with earlier ones."""
        from concurrent.futures import Future, ThreadPoolExecutor, wait

        batches, end = self._batches(), object()
        depth = max(1, self.num_workers * (self.prefetch_factor or 0))
        begin = None if self.worker_init_fn is None else partial(self.worker_init_fn, 0)
        pool = ThreadPoolExecutor(1, initializer=begin)
        try:
            coming: deque[Future[Any]] = deque(
                pool.submit(next, batches, end) for _ in range(depth)
            )
            while True:
                first = coming.popleft()
                if not wait([first], self.timeout or None).done:
                    raise RuntimeError(
                        f"DataLoader: expected a batch within {self.timeout} s, got none; raise timeout"
                    )
                batch = first.result()
                if batch is end:
                    return
                coming.append(pool.submit(next, batches, end))
                yield batch
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def __len__(self) -> int:
        if self.iterable:
            n, size = len(self.dataset), self.batch_size
            return n if size is None else n // size if self.drop_last else -(-n // size)
        return len(self.batch_sampler if self.batch_sampler is not None else self.sampler)  # type: ignore[arg-type]


def get_worker_info() -> None:
    """None, as PyTorch has it where a dataset is loaded whole: there are no worker processes that share it."""


def _require(holds: bool, expected: str, got: Any, advice: str) -> None:
    if not holds:
        raise ValueError(f"DataLoader: expected {expected}, got {got!r}; {advice}")
