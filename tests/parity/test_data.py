"""utils.data gives PyTorch's batches, in structure, dtype and value, and raises its exceptions."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:.*pin_memory:UserWarning")

Point = namedtuple("Point", "x y")
BATCHES = [
    [1, 2],
    [True, False],
    [1.5, 2.0],
    [np.float32(1), np.float32(2)],
    [np.float64(1), np.float64(2)],
    [np.int16(1), np.int16(2)],
    [np.bool_(True), np.bool_(False)],
    [np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)],
    [np.array(1, np.uint8), np.array(2, np.uint8)],
    ["a", "b"],
    [b"a", b"b"],
    [(1, "a"), (2, "b")],
    [[1, 2.0], [3, 4.0]],
    [Point(1, 2.0), Point(3, 4.0)],
    [{"x": 1, "y": {"z": 1.0}}, {"x": 2, "y": {"z": 2.0}}],
    [OrderedDict(x=1), OrderedDict(x=2)],
    [range(2), range(2)],
    [{"x": [(1, "a"), (2, "b")]}, {"x": [(3, "c"), (4, "d")]}],
]
LOADERS = [
    {},
    {"batch_size": 3},
    {"batch_size": 3, "drop_last": True},
    {"batch_size": None},
    {"sampler": [4, 1, 1]},
    {"batch_sampler": [[0, 2], [5]]},
    {"batch_size": 2, "sampler": range(5, 0, -2), "drop_last": True},
]
MISTAKES = [
    {"multiprocessing_context": "fork"},
    {"multiprocessing_context": "thread", "num_workers": 1},
    {"multiprocessing_context": 3, "num_workers": 1},
    {"num_workers": -1},
    {"timeout": -1},
    {"prefetch_factor": 2},
    {"persistent_workers": True},
    {"shuffle": True, "sampler": [0]},
    {"batch_sampler": [[0]], "batch_size": 2},
    {"batch_sampler": [[0]], "shuffle": True},
    {"batch_sampler": [[0]], "drop_last": True},
    {"batch_size": None, "drop_last": True},
    {"batch_size": 0},
    {"batch_size": 1.5},
    {"batch_size": True},
    {"drop_last": 1},
]


def plain(x):
    """A batch as Python values, with the dtypes of its tensors; tuples and lists of strings alike."""
    if isinstance(x, (te.Tensor, torch.Tensor)):
        return str(x.dtype).rpartition(".")[2], x.tolist()
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    if hasattr(x, "_fields"):
        return type(x).__name__, [plain(value) for value in x]
    return [plain(value) for value in x] if isinstance(x, (list, tuple)) else x


def of(make):
    """The type of what is raised."""
    try:
        make()
    except Exception as error:  # noqa: BLE001
        return type(error)
    return None


@pytest.mark.parametrize("batch", BATCHES, ids=repr)
@pytest.mark.parametrize("function", ["default_collate", "default_convert"])
def test_collating_and_converting_agree(function, batch):
    ours, theirs = getattr(te.utils.data, function), getattr(torch.utils.data, function)
    assert plain(ours(batch)) == plain(theirs(batch))


@pytest.mark.parametrize("batch", [[None], [object()], [[1], [1, 2]], [np.ones(2), np.ones(3)], []])
def test_what_cannot_be_collated_raises_the_same(batch):
    ours = of(lambda: te.utils.data.default_collate(batch))
    assert ours is of(lambda: torch.utils.data.default_collate(batch)) is not None


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("length", [1, 2, 6, 7])
def test_shares_of_several_processes_are_the_same(length, drop_last):
    def shares(torch):
        return [
            list(
                torch.utils.data.DistributedSampler(
                    range(length), 3, rank, shuffle=False, drop_last=drop_last
                )
            )
            for rank in range(3)
        ]

    assert shares(te) == shares(torch)


@pytest.mark.parametrize("arguments", LOADERS, ids=repr)
@pytest.mark.parametrize("num_workers", [0, 1])
def test_loaders_give_the_same_batches(arguments, num_workers):
    def batches(torch, **arguments):
        rows = torch.utils.data.TensorDataset(torch.arange(14).reshape(7, 2), torch.ones(7))
        loader = torch.utils.data.DataLoader(rows, **arguments)
        return len(loader), [plain(batch) for batch in loader]

    assert batches(te, **arguments, num_workers=num_workers) == batches(torch, **arguments)


@pytest.mark.parametrize("arguments", MISTAKES, ids=repr)
def test_loaders_refuse_the_same_arguments(arguments):
    ours = of(lambda: te.utils.data.DataLoader([1, 2, 3], **arguments))
    assert ours is of(lambda: torch.utils.data.DataLoader([1, 2, 3], **arguments)) is not None


@pytest.mark.parametrize(
    "weights_and_number",
    [([0.0], 1), ([-1.0, 2.0], 1), ([[1.0]], 1), ([1.0], 0)],
    ids=repr,
)
def test_weighted_sampling_refuses_the_same(weights_and_number):
    def draw(torch):
        return list(torch.utils.data.WeightedRandomSampler(*weights_and_number, replacement=False))

    assert of(lambda: draw(te)) is of(lambda: draw(torch)) is not None


@pytest.mark.parametrize("lengths", [[3, 4], [0.5, 0.5], [0.3, 0.3, 0.4], [7], [1.0]], ids=repr)
def test_splits_have_the_same_lengths(lengths):
    def split(torch):
        return [len(part) for part in torch.utils.data.random_split(range(7), lengths)]

    assert split(te) == split(torch)


def test_converting_makes_lists_of_tuples():
    ours, theirs = (t.utils.data.default_convert((1, "a", [(2,)])) for t in (te, torch))
    assert ours == theirs == [1, "a", [[2]]]


class Squares:
    """A dataset that fails at one index, under either library."""

    def __len__(self):
        return 7

    def __getitem__(self, index):
        if index == 5:
            raise KeyError(index)
        return index, float(index) ** 2


def stream(lib):
    class Shares(lib.utils.data.IterableDataset):
        def __iter__(self):
            worker = lib.utils.data.get_worker_info()
            return iter(range(worker.id, 11, worker.num_workers) if worker else range(11))

    return Shares()


def passed(lib, dataset, **arguments):
    """What comes of one pass, errors by their type."""
    batches, found = iter(lib.utils.data.DataLoader(dataset, **arguments)), []

    def take():
        found.append(plain(next(batches)))

    while (raised := of(take)) is not StopIteration:
        if raised is not None:
            found.append(raised.__name__)
    return found


@pytest.mark.parametrize("arguments", [{}, {"batch_size": 2}, {"sampler": [6, 5, 5, 0]}], ids=repr)
@pytest.mark.parametrize("num_workers", [0, 2])
def test_a_pass_goes_on_after_the_same_errors(arguments, num_workers):
    ours, theirs = (passed(t, Squares(), num_workers=num_workers, **arguments) for t in (te, torch))
    assert ours == theirs and "KeyError" in ours


@pytest.mark.parametrize(
    "arguments", [{}, {"batch_size": 2, "drop_last": True}, {"batch_size": None}]
)
@pytest.mark.parametrize("num_workers", [0, 2])
def test_workers_share_a_stream_alike(arguments, num_workers):
    ours, theirs = (passed(t, stream(t), num_workers=num_workers, **arguments) for t in (te, torch))
    assert ours == theirs


@pytest.mark.parametrize(
    "use",
    [
        lambda data: data.StackDataset(),
        lambda data: data.StackDataset([1], [1, 2]),
        lambda data: data.StackDataset([1], x=[1]),
        lambda data: data.ConcatDataset([]),
        lambda data: data.ConcatDataset([[1, 2]])[-3],
        lambda data: data.ConcatDataset([[1, 2]])[2],
        lambda data: list(data.ChainDataset([[1]])),
        lambda data: len(data.ChainDataset([[1]])),
        lambda data: setattr(data.DataLoader([1]), "batch_size", 2),
        lambda data: data.Dataset()[0],
        lambda data: data.random_split([1, 2, 3], [2]),
        lambda data: data.random_split([1, 2], [0.5, 0.7]),
    ],
)
def test_datasets_refuse_the_same(use):
    assert of(lambda: use(te.utils.data)) is of(lambda: use(torch.utils.data)) is not None


def test_stacked_and_concatenated_datasets_agree():
    def found(lib):
        data = lib.utils.data
        both = data.ConcatDataset([[1, 2], [3]])
        stacked = [data.StackDataset(both, "abc"), data.StackDataset(n=both, s="abc")]
        return [
            len(both),
            [both[i] for i in (-3, -1, 0, 2)],
            [[s[2], s.__getitems__([0, 1]), len(s)] for s in stacked],
            [passed(lib, s, batch_size=2) for s in stacked],
        ]

    assert found(te) == found(torch)
