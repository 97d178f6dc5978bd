"""Worker processes that prepare batches while the loader's own process is busy with earlier ones.

Each worker has a pipe of its own. No lock and no queue is shared, so a worker that is killed takes
nothing with it, and its broken pipe says so at once.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import repeat
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any, NoReturn

from .fetch import Fetch
from .worker import Exhausted, Failure, run_worker

__all__ = ["Ahead", "Workers"]

PATIENCE = 5.0  # seconds that a worker has to finish what it is busy with when it is told to stop


class Workers:
    """So many worker processes, which live as long as this object at most."""

    def __init__(
        self,
        fetch: Fetch,
        streams: bool,
        count: int,
        context: Any,
        base_seed: int,
        init: Callable[[int], Any] | None,
    ) -> None:
        self.processes: list[Any] = []
        self.pipes: list[Connection] = []
        self.stop = weakref.finalize(self, _stop, self.processes, self.pipes, os.getpid())
        self.orders = self.epochs = 0
        forks = context.get_start_method() == "fork"
        try:
            for id in range(count):
                ours, theirs = context.Pipe()
                self.pipes.append(ours)
                inherited = tuple(self.pipes) if forks else ()
                process = context.Process(
                    target=run_worker,
                    args=(theirs, inherited, fetch, streams, id, count, base_seed, init),
                    daemon=True,
                )
                process.start()
                theirs.close()
                self.processes.append(process)
        except BaseException:
            self.stop()
            raise

    def order(self, worker: int, epoch: int, index: Any) -> int:
        """Ask a worker for a batch; return the number under which it will come."""
        self.orders += 1
        try:
            self.pipes[worker].send((self.orders, epoch, index))
        except OSError:
            self._lost(worker)
        return self.orders

    def receive(self, timeout: float) -> list[tuple[int, Any]]:
        """Wait for batches; return those that are there, by number."""
        if not self.pipes:
            raise RuntimeError("DataLoader: the workers have ended; iterate over the loader afresh")
        ready: list[Any] = wait(self.pipes, timeout or None)
        if not ready:
            raise RuntimeError(
                f"DataLoader timed out after {timeout} seconds: expected a batch, got none; raise timeout"
            )
        return [self._read(pipe) for pipe in ready]

    def _read(self, pipe: Connection) -> tuple[int, Any]:
        try:
            return pipe.recv()  # type: ignore[no-any-return]
        except (EOFError, ConnectionError):
            return self._lost(self.pipes.index(pipe))

    def _lost(self, worker: int) -> NoReturn:
        """Say that a worker has died, and end the others."""
        process = self.processes[worker]
        process.join(1)
        self.stop()
        raise RuntimeError(
            f"DataLoader worker (pid {process.pid}) exited unexpectedly, with exit code {process.exitcode}; "
            "num_workers=0 loads in this process and shows where"
        )


def _stop(processes: list[Any], pipes: list[Connection], owner: int) -> None:
    """End worker processes: each after the batch it is busy with, or by force when patience ends."""
    if os.getpid() != owner:
        return  # in a process that was forked later and holds a copy
    for pipe in pipes:
        with suppress(OSError):  # it has ended already
            pipe.send(None)
    deadline = monotonic() + PATIENCE
    for process, pipe in zip(processes, pipes):
        while process.is_alive() and (left := deadline - monotonic()) > 0:
            if pipe in wait([pipe, process.sentinel], left):
                try:
                    pipe.recv_bytes()  # what it was about to send
                except (EOFError, OSError):
                    process.join(left)
        if process.is_alive():
            process.kill()
        process.join()
    for pipe in pipes:
        pipe.close()
    del processes[:], pipes[:]


class Ahead(Iterator[Any]):
    """One pass over a dataset by workers: the batches in the order of their indices, or as they come.

    `indices` are those of the batches, None for a stream.  Every worker has `depth` orders at a time:
    when a batch of its is handed out, it gets the next.
    """

    def __init__(
        self,
        workers: Workers,
        indices: Iterable[Any] | None,
        depth: int,
        timeout: float,
        in_order: bool,
        keep: bool,
    ) -> None:
        self.workers, self.timeout, self.in_order, self.keep = workers, timeout, in_order, keep
        self.indices = repeat(None) if indices is None else iter(indices)
        workers.epochs += 1
        self.epoch = workers.epochs
        self.due: dict[
            int, int
        ] = {}  # batches to come, by number, the next one first: their worker
        self.come: dict[int, Any] = {}  # what came of them before its turn
        self.ended: set[int] = set()
        for worker in [*range(len(workers.pipes))] * depth:
            self._order(worker)

    def _order(self, worker: int) -> None:
        """Ask a worker for the batch of the next index, if there is one."""
        for index in self.indices:
            self.due[self.workers.order(worker, self.epoch, index)] = worker
            return

    def __next__(self) -> Any:
        if self.epoch != self.workers.epochs:
            raise RuntimeError(
                "DataLoader: expected one pass at a time with persistent_workers, got a batch asked of an "
                "earlier one; finish it before the next, or leave persistent_workers out"
            )
        while self.due:
            number = next(iter(self.due if self.in_order else self.come or self.due))
            if number not in self.come:
                arrived = self.workers.receive(self.timeout)
                self.come.update((n, batch) for n, batch in arrived if n in self.due)
                continue
            batch, worker = self.come.pop(number), self.due.pop(number)
            if isinstance(batch, Exhausted):
                self.ended.add(worker)
                continue
            if worker not in self.ended:
                self._order(worker)
            if isinstance(batch, Failure):
                raise batch.exception()
            return batch
        if not self.keep:
            self.workers.stop()
        raise StopIteration
