"""What runs in a worker process: numbered orders come in by a pipe, batches go out."""

from __future__ import annotations

import random
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from ...random import manual_seed
from .fetch import Fetch

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["Exhausted", "Failure", "WorkerInfo", "get_worker_info", "run_worker"]


@dataclass(frozen=True)
class WorkerInfo:
    """Which worker this process is.

    id           from 0
    num_workers  how many there are
    seed         what its random generators were seeded with
    dataset      its own copy of the dataset
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any


_here: list[WorkerInfo] = []


def get_worker_info() -> WorkerInfo | None:
    """In a worker process, which one it is; None in any other process.

    A stream is copied to every worker, and takes its own share of the samples by this:

    >>> class Numbers(te.utils.data.IterableDataset):
    ...     def __iter__(self):
    ...         worker = te.utils.data.get_worker_info()
    ...         return iter(range(worker.id, 6, worker.num_workers) if worker else range(6))
    >>> [x.item() for x in te.utils.data.DataLoader(Numbers(), num_workers=2)]
    [0, 1, 2, 3, 4, 5]
    """
    return _here[0] if _here else None


class Exhausted:
    """Sent in place of a batch: the worker's stream has ended."""


class _Lines(str):
    """Text that is shown with its line breaks by an exception that shows its `repr`, as KeyError does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Failure:
    """Sent in place of a batch: an exception, of which only its type and its traceback's text can travel."""

    kind: type[BaseException]
    text: str

    @classmethod
    def of(cls, error: BaseException, id: int) -> Failure:
        """What is left of an exception that was caught in worker `id`."""
        told = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return cls(
            type(error),
            f"Caught {type(error).__name__} in DataLoader worker process {id}.\nOriginal {told}",
        )

    def exception(self) -> BaseException:
        """An exception of the same type, with the worker's traceback as its message."""
        try:
            return self.kind(_Lines(self.text))
        except Exception:  # its type wants other arguments
            return RuntimeError(self.text)


def run_worker(
    pipe: Connection,
    inherited: Sequence[Connection],
    fetch: Fetch,
    streams: bool,
    id: int,
    num_workers: int,
    base_seed: int,
    init: Callable[[int], Any] | None,
) -> None:
    """Answer orders `(number, epoch, index)` until the loader says None or is gone.

    `inherited` are the loader's ends of pipes that a fork copied: closed here, so that each pipe breaks
    when the one process at its other end dies.
    """
    for end in inherited:
        end.close()
    orders: SimpleQueue[Any] = SimpleQueue()
    stopped = threading.Event()
    threading.Thread(target=_listen, args=(pipe, orders, stopped), daemon=True).start()
    _here[:] = [WorkerInfo(id, num_workers, base_seed + id, fetch.dataset)]
    _seed(base_seed, id)
    broken: Failure | None = None
    stream: Iterator[Any] = iter(())
    running = None  # the epoch that the stream belongs to
    # where the loader was interrupted as well, or is gone, there is nobody to tell
    with suppress(KeyboardInterrupt, ConnectionError):
        try:
            if init is not None:
                init(id)
        except Exception as error:
            broken = Failure.of(error, id)
        while (order := orders.get()) is not None and not stopped.is_set():
            number, epoch, index = order
            try:
                if broken is not None:
                    batch: Any = broken
                elif not streams:
                    batch = fetch(index)
                else:
                    if epoch != running:
                        stream, running = fetch.stream(), epoch
                    batch = next(stream, Exhausted())
            except Exception as error:
                batch = Failure.of(error, id)
            _answer(pipe, number, batch, id)


def _listen(pipe: Connection, orders: SimpleQueue[Any], stopped: threading.Event) -> None:
    """Take orders as they come, so that the loader never waits for a busy worker to read them."""
    with suppress(EOFError, OSError):  # the loader is gone
        while (order := pipe.recv()) is not None:
            orders.put(order)
    stopped.set()
    orders.put(None)


def _answer(pipe: Connection, number: int, batch: Any, id: int) -> None:
    """Send a batch; what cannot be pickled becomes the text of an error."""
    try:
        pipe.send((number, batch))
    except OSError:
        raise
    except Exception as error:
        text = batch.text if isinstance(batch, Failure) else Failure.of(error, id).text
        pipe.send((number, Failure(RuntimeError, text)))


def _seed(base_seed: int, id: int) -> None:
    """Give Python's, NumPy's and our generators streams that no other worker has."""
    random.seed(base_seed + id)
    manual_seed(base_seed + id)
    np.random.seed(np.random.SeedSequence([base_seed, id]).generate_state(4))
