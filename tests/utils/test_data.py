"""utils.data: datasets, samplers, collating and loading."""

from collections import namedtuple

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu.utils import data


class Squares(data.Dataset):
    def __len__(self):
        return 7

    def __getitem__(self, index):
        if not 0 <= index < 7:
            raise IndexError(index)
        return te.tensor([index, index**2]), float(index)


class Stream(data.IterableDataset):
    def __iter__(self):
        return iter(range(5))


def test_batches_cover_the_dataset_in_order():
    loader = data.DataLoader(Squares(), batch_size=3)
    batches = list(loader)
    assert len(loader) == 3 and [len(x) for x, _ in batches] == [3, 3, 1]
    assert te.equal(te.cat([x for x, _ in batches]), te.stack([s[0] for s in Squares()]))
    assert batches[0][1].dtype is te.float64


def test_drop_last_drops_the_short_batch():
    assert [len(x) for x, _ in data.DataLoader(Squares(), batch_size=3, drop_last=True)] == [3, 3]


def test_shuffling_follows_the_generator_and_loses_nothing():
    def order(seed):
        loader = data.DataLoader(
            Squares(), batch_size=2, shuffle=True, generator=te.Generator().manual_seed(seed)
        )
        return [int(i) for x, _ in loader for i in x[:, 0]]

    assert order(1) == order(1) != order(2)
    assert sorted(order(1)) == list(range(7))


def test_whole_batches_equal_sample_by_sample():
    tensors = data.TensorDataset(te.randn(10, 3), te.arange(10))
    slow = data.DataLoader(
        tensors, batch_size=4, collate_fn=lambda samples: data.default_collate(samples)
    )
    for a, b in zip(data.DataLoader(tensors, batch_size=4), slow):
        assert all(te.equal(x, y) for x, y in zip(a, b))


def test_streams_are_batched():
    assert [b.tolist() for b in data.DataLoader(Stream(), batch_size=2)] == [[0, 1], [2, 3], [4]]
    assert list(data.DataLoader(Stream(), batch_size=None)) == [0, 1, 2, 3, 4]


def test_collate_follows_the_structure():
    Point = namedtuple("Point", "x y")
    batch = data.default_collate(
        [
            {"p": Point(1, 2.0), "s": "a", "n": np.ones(2)},
            {"p": Point(3, 4.0), "s": "b", "n": np.zeros(2)},
        ]
    )
    assert batch["p"].x.tolist() == [1, 3] and batch["p"].y.dtype is te.float64
    assert batch["s"] == ["a", "b"] and batch["n"].shape == (2, 2)
    with pytest.raises(TypeError, match="collate_fn"):
        data.default_collate([object()])


def test_random_split_takes_lengths_and_fractions():
    parts = data.random_split(Squares(), [4, 3], generator=te.Generator().manual_seed(0))
    assert sorted(i for p in parts for i in p.indices) == list(range(7))
    assert [len(p) for p in data.random_split(range(10), [0.5, 0.25, 0.25])] == [6, 2, 2]
    with pytest.raises(ValueError, match="Sum of input lengths"):
        data.random_split(Squares(), [4, 4])


def test_concat_subset_and_chain():
    both = Squares() + data.Subset(Squares(), [6, 5])
    assert len(both) == 9 and both[7][1] == 6.0 and both[-1][1] == 5.0
    assert list(Stream() + Stream()) == [0, 1, 2, 3, 4] * 2


def test_samplers():
    assert sorted(data.RandomSampler(range(5))) == list(range(5))
    assert len(list(data.RandomSampler(range(5), num_samples=12))) == 12
    assert set(data.WeightedRandomSampler([0.0, 1.0, 0.0], 5)) == {1}
    assert sorted(data.SubsetRandomSampler([3, 1])) == [1, 3]
    assert list(data.BatchSampler(range(5), 2, False)) == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    "arguments",
    [
        {"shuffle": True, "sampler": range(3)},
        {"batch_sampler": [[0]], "batch_size": 2},
        {"batch_size": None, "drop_last": True},
        {"batch_size": 0},
        {"num_workers": -1},
    ],
)
def test_contradictory_arguments_are_value_errors(arguments):
    with pytest.raises(ValueError, match="DataLoader|BatchSampler"):
        data.DataLoader(Squares(), **arguments)
