"""utils.data: datasets, samplers, collating and loading."""

from collections import OrderedDict, defaultdict, namedtuple

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


def test_chains_of_other_datasets_and_empty_concatenations_are_refused():
    with pytest.raises(
        AssertionError, match="ChainDataset: expected IterableDatasets, got Squares"
    ):
        list(Stream() + Squares())
    with pytest.raises(AssertionError, match="ConcatDataset"):
        data.ConcatDataset([])


def test_stacked_datasets_give_tuples_or_dictionaries():
    rows = data.TensorDataset(te.arange(7))
    assert str(data.StackDataset(Squares(), rows)[2]) == str((Squares()[2], rows[2]))
    named = data.StackDataset(square=Squares(), row=rows)
    (batch,) = data.DataLoader(named, batch_size=7)
    assert batch["square"][0].shape == (7, 2) and batch["row"][0].tolist() == list(range(7))
    pairs = data.default_collate([data.StackDataset(rows, Many())[i] for i in range(2)])
    assert len(pairs) == 2 and len(data.StackDataset(rows, Many())) == 7


def test_stacked_datasets_ask_for_whole_batches():
    rows = data.TensorDataset(te.arange(7))
    stacked = data.StackDataset(rows, Many())
    assert str(stacked.__getitems__([3])) == "[((tensor(3),), 'sample 3')]"
    ((numbers,), texts) = next(iter(data.DataLoader(stacked, batch_size=2)))
    assert numbers.tolist() == [0, 1] and texts == ["sample 0", "sample 1"]


def test_collated_containers_keep_their_type():
    first = defaultdict(list, a=1)
    batch = data.default_collate([first, {"a": 2}])
    assert type(batch) is defaultdict and batch["a"].tolist() == [1, 2] and first["a"] == 1
    assert type(data.default_convert(OrderedDict(a=np.ones(1)))) is OrderedDict


def test_samplers():
    assert sorted(data.RandomSampler(range(5))) == list(range(5))
    assert len(list(data.RandomSampler(range(5), num_samples=12))) == 12
    assert set(data.WeightedRandomSampler([0.0, 1.0, 0.0], 5)) == {1}
    assert sorted(data.SubsetRandomSampler([3, 1])) == [1, 3]
    assert list(data.BatchSampler(range(5), 2, False)) == [[0, 1], [2, 3], [4]]


def test_shares_of_several_processes_are_equally_long_and_together_all():
    shares = [data.DistributedSampler(range(7), 3, rank) for rank in range(3)]
    drawn = [list(share) for share in shares]
    assert [len(share) for share in shares] == [len(d) for d in drawn] == [3, 3, 3]
    assert set().union(*drawn) == set(range(7))
    shares[0].set_epoch(1)
    assert list(shares[0]) != drawn[0]
    with pytest.raises(RuntimeError, match="no process group"):
        data.DistributedSampler(range(7))


@pytest.mark.parametrize(
    "arguments",
    [
        {"shuffle": True, "sampler": range(3)},
        {"batch_sampler": [[0]], "batch_size": 2},
        {"batch_size": None, "drop_last": True},
        {"batch_size": 0},
        {"num_workers": -1},
        {"timeout": -1},
        {"prefetch_factor": 2},
        {"persistent_workers": True},
        {"multiprocessing_context": "fork"},
        {"multiprocessing_context": "thread", "num_workers": 1},
    ],
)
def test_contradictory_arguments_are_value_errors(arguments):
    with pytest.raises(ValueError, match="DataLoader|BatchSampler"):
        data.DataLoader(Squares(), **arguments)


class Negated(data.TensorDataset):
    def __getitem__(self, index):
        return tuple(-t for t in super().__getitem__(index))


class Many(Squares):
    def __getitems__(self, indices):
        return [f"sample {i}" for i in indices]


def test_a_subclass_that_changes_samples_changes_batches():
    loader = data.DataLoader(Negated(te.arange(4)), batch_size=2)
    assert [x.tolist() for (x,) in loader] == [[0, -1], [-2, -3]]


def test_getitems_is_asked_for_whole_batches_through_subsets_too():
    assert list(data.DataLoader(Many(), batch_size=5, drop_last=True)) == [
        [f"sample {i}" for i in range(5)]
    ]
    subset = data.Subset(Many(), [6, 2])
    assert list(data.DataLoader(subset, batch_size=2)) == [["sample 6", "sample 2"]]


def test_a_subset_of_a_subset_of_tensors_gives_its_rows_at_once(monkeypatch):
    tensors = data.TensorDataset(te.randn(10, 3), te.arange(10))
    inner = data.Subset(data.Subset(tensors, [9, 8, 5, 4]), [3, 1, 0])
    expected = data.default_collate([inner[i] for i in range(3)])
    monkeypatch.delattr(data.Dataset, "__getitem__")  # batches ask for no single sample
    monkeypatch.setattr(data.TensorDataset, "__getitem__", None)
    (batch,) = data.DataLoader(inner, batch_size=3)
    assert [type(x) for x in batch] == [te.Tensor, te.Tensor]
    assert all(te.equal(x, y) for x, y in zip(batch, expected))


@pytest.mark.parametrize(
    "indices", [[te.tensor(2), te.tensor(0)], te.tensor([2, 0]), np.array([2, 0]), (2, 0), [-2, 0]]
)
def test_batches_of_any_kind_of_index_equal_their_samples(indices):
    tensors = data.TensorDataset(te.arange(8).reshape(4, 2))
    (batch,) = data.DataLoader(tensors, batch_sampler=[indices])
    assert batch[0].tolist() == [[4, 5], [0, 1]]


def test_whole_batches_share_no_memory_and_carry_gradients():
    x = te.randn(4, 2, requires_grad=True)
    ((batch,),) = data.DataLoader(data.TensorDataset(x), batch_size=4)
    batch.sum().backward()
    assert te.equal(x.grad, te.ones(4, 2))
    assert not np.shares_memory(batch.detach().numpy(), x.detach().numpy())


def test_only_tensors_are_rows_of_a_tensor_dataset():
    with pytest.raises(TypeError, match="expected Tensors, got ndarray"):
        data.TensorDataset(np.ones(3))


def test_collating_unequal_shapes_or_lengths_is_a_runtime_error():
    with pytest.raises(RuntimeError, match="equal size"):
        data.default_collate([np.ones(2), np.ones(3)])
    with pytest.raises(RuntimeError, match="equal size"):
        data.default_collate([[1, 2], [3]])


@pytest.mark.parametrize("weights", [[0.0, 0.0], [-1.0, 2.0], [float("nan"), 1.0], []])
def test_impossible_weights_are_an_error(weights):
    with pytest.raises(RuntimeError, match="expected finite weights"):
        list(data.WeightedRandomSampler(weights, 1))


def test_without_replacement_only_possible_indices_are_drawn():
    sampler = data.WeightedRandomSampler([1.0, 0.0, 3.0], 2, replacement=False)
    assert sorted(sampler) == [0, 2]
    with pytest.raises(RuntimeError, match="num_samples <= 2"):
        list(data.WeightedRandomSampler([1.0, 0.0, 3.0], 3, replacement=False))


@pytest.mark.parametrize("lengths", [[3.5, 3.5], [8, -1], [0.5, 0.4]])
def test_lengths_that_are_no_lengths_are_an_error(lengths):
    with pytest.raises(ValueError, match="random_split"):
        data.random_split(Squares(), lengths)


def test_an_empty_split_is_warned_of():
    with pytest.warns(UserWarning, match="index 1 is empty"):
        parts = data.random_split(range(2), [0.9, 0.1])
    assert [len(p) for p in parts] == [2, 0]
