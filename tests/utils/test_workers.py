"""Worker processes: the same batches in the same order, errors told, and nothing left behind."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import traceback

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu.utils import data


class Numbers(data.Dataset):
    def __len__(self):
        return 9

    def __getitem__(self, index):
        return te.tensor([index, os.getpid()])


class Shared(data.IterableDataset):
    """0 to 10, of which each worker takes its share."""

    def __iter__(self):
        worker = data.get_worker_info()
        return iter(range(worker.id, 11, worker.num_workers) if worker else range(11))

    def __len__(self):
        return 11


class Broken(Numbers):
    def __getitem__(self, index):
        if index == 2:
            raise KeyError("no such sample")
        return index


class Slow(Numbers):
    def __getitem__(self, index):
        time.sleep(60)


class Late(Numbers):
    """The first sample comes last."""

    def __getitem__(self, index):
        time.sleep(0.5 if index == 0 else 0)
        return index


class Dying(Numbers):
    def __getitem__(self, index):
        os.kill(os.getpid(), signal.SIGTERM)


class Unpicklable(Numbers):
    def __getitem__(self, index):
        return lambda: index


class Drawn(Numbers):
    """What each random generator draws, and the seed of the worker."""

    def __getitem__(self, index):
        seed = data.get_worker_info().seed
        return random.random(), np.random.random(), te.rand(()).item(), seed


class Heavy(Numbers):
    """Samples larger than what a pipe holds."""

    def __getitem__(self, index):
        return np.full(300_000, index)


def as_it_is(batch):
    return batch


def refuse(id):
    raise ValueError(f"worker {id} refuses")


def note(id):
    info = data.get_worker_info()
    info.dataset.told = (id, info.id, info.num_workers, type(info.dataset).__name__)


class Noted(Numbers):
    told = None

    def __getitem__(self, index):
        return self.told


def loader(dataset, **arguments):
    return data.DataLoader(dataset, **{"num_workers": 2, "collate_fn": as_it_is, **arguments})


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    deadline = time.monotonic() + 10
    while multiprocessing.active_children():
        assert time.monotonic() < deadline, "worker processes were left behind"
        time.sleep(0.01)


@pytest.mark.parametrize("context", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("dataset", [Numbers(), Shared()])
def test_workers_give_the_same_batches_in_the_same_order(dataset, context):
    def numbers(**arguments):
        batches = data.DataLoader(dataset, batch_size=None, **arguments)
        return [int(te.as_tensor(x).flatten()[0]) for x in batches]

    assert numbers(num_workers=2, multiprocessing_context=context) == numbers()


@pytest.mark.parametrize("prefetch_factor", [0, 1, 20])
def test_any_depth_of_prefetching_gives_each_batch_once(prefetch_factor):
    batches = data.DataLoader(
        Numbers(), batch_size=2, num_workers=3, prefetch_factor=prefetch_factor
    )
    found = te.cat(list(batches))
    assert found[:, 0].tolist() == list(range(9))
    assert len(set(found[:, 1].tolist())) == 3 and os.getpid() not in found[:, 1]


def test_streams_that_end_at_different_times_lose_nothing():
    batches = [b.tolist() for b in data.DataLoader(Shared(), batch_size=2, num_workers=3)]
    assert batches == [[0, 3], [1, 4], [2, 5], [6, 9], [7, 10], [8]]
    short = data.DataLoader(Shared(), batch_size=2, num_workers=3, drop_last=True)
    assert [b.tolist() for b in short] == batches[:-1]


def test_batches_come_as_they_are_ready_if_order_does_not_matter():
    assert [b[0] for b in loader(Late())] == list(range(9))
    unordered = [b[0] for b in loader(Late(), in_order=False)]
    assert sorted(unordered) == list(range(9)) and unordered[0] != 0


def test_an_error_is_raised_in_its_place_with_the_workers_traceback_and_the_pass_goes_on():
    batches = iter(loader(Broken()))
    assert [next(batches), next(batches)] == [[0], [1]]
    with pytest.raises(KeyError) as caught:
        next(batches)
    shown = "".join(traceback.format_exception_only(caught.type, caught.value))
    assert "in DataLoader worker process 0.\nOriginal Traceback" in shown
    assert '__getitem__\n    raise KeyError("no such sample")' in shown
    assert [b[0] for b in batches] == [3, 4, 5, 6, 7, 8]


def test_a_batch_that_cannot_be_pickled_is_an_error_that_says_so():
    with pytest.raises(RuntimeError, match=r"(?s)worker process 0.*pickle.*lambda"):
        next(iter(loader(Unpicklable())))


def test_a_batch_that_does_not_come_in_time_is_an_error():
    begin = time.monotonic()
    batches = iter(loader(Slow(), timeout=0.05))
    with pytest.raises(RuntimeError, match=r"timed out after 0\.05 seconds"):
        next(batches)
    assert time.monotonic() - begin < 30
    for process in batches.workers.processes:
        process.kill()  # sooner than when patience with them ends


def test_a_worker_that_dies_is_an_error_that_names_it():
    batches = iter(loader(Dying()))
    with pytest.raises(RuntimeError, match=r"worker \(pid \d+\) exited unexpectedly"):
        next(batches)
    with pytest.raises(RuntimeError, match="the workers have ended"):
        next(batches)


def test_worker_init_fn_runs_first_and_its_error_is_told():
    told = [b[0] for b in loader(Noted(), worker_init_fn=note)]
    assert told[:2] == [(0, 0, 2, "Noted"), (1, 1, 2, "Noted")]
    with pytest.raises(ValueError, match="worker 1 refuses"):
        batches = iter(loader(Noted(), worker_init_fn=refuse))
        with pytest.raises(ValueError, match="worker 0 refuses"):
            next(batches)
        next(batches)
    assert data.get_worker_info() is None


def test_workers_draw_different_numbers_that_follow_the_loaders_generator():
    def drawn(seed):
        of = loader(Drawn(), generator=te.Generator().manual_seed(seed))
        return [b[0] for b in of]

    first = drawn(0)
    assert first == drawn(0) != drawn(1)
    for column in zip(*first[:2]):  # of the two workers
        assert column[0] != column[1]
    assert first[1][3] - first[0][3] == 1


def test_persistent_workers_live_through_passes_and_only_they():
    def processes(of):
        return {int(b[0][1]) for b in of}

    of = loader(Numbers(), persistent_workers=True)
    next(iter(of))  # a pass that is left
    assert processes(of) == processes(of)
    del of
    of = loader(Numbers())
    assert not processes(of) & processes(of)


def test_an_earlier_pass_of_persistent_workers_cannot_go_on():
    of = loader(Numbers(), persistent_workers=True)
    first = iter(of)
    iter(of)
    with pytest.raises(RuntimeError, match="one pass at a time"):
        next(first)


def test_workers_stop_soon_when_a_pass_is_left_though_their_pipes_are_full():
    begin = time.monotonic()
    batches, other = iter(loader(Heavy())), iter(loader(Heavy()))
    assert (next(batches)[0] == 0).all() and (next(other)[0] == 0).all()
    del batches, other
    assert not multiprocessing.active_children() and time.monotonic() - begin < 4


def test_indices_larger_than_a_pipe_holds_do_not_block():
    many = data.DataLoader(range(200_000), batch_size=100_000, num_workers=1)
    assert [int(b[-1]) for b in many] == [99_999, 199_999]


def test_what_a_loader_was_made_of_cannot_be_exchanged():
    with pytest.raises(ValueError, match="batch_size attribute should not be set"):
        loader(Numbers()).batch_size = 3


SCRIPT = """
import sys
import tinygrad_edu as te

if __name__ == "__main__":
    loader = te.utils.data.DataLoader(range(100), num_workers=2)
    batches = iter(loader)
    print(next(batches).item(), *(p.pid for p in batches.workers.processes), flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="asks POSIX whether a process is there")
@pytest.mark.parametrize("killed", [False, True])
def test_no_worker_outlives_its_program(killed, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    program = subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    first, *workers = map(int, program.stdout.readline().split())
    if killed:
        program.kill()
    program.communicate(timeout=30)
    assert first == 0 and len(workers) == 2
    deadline = time.monotonic() + 10
    for worker in workers:
        while is_running(worker):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def is_running(pid):
    """Whether a process is there, and is more than what is left of one that ended."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return shown.stdout.strip()[:1] not in (b"", b"Z")
