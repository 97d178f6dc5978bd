"""Generators: seeds give streams, states give places in them, bad ones change nothing."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import random
from tinygrad_edu.random import Generator


def draw(generator: Generator) -> list[float]:
    return generator.numpy.random(3).tolist()  # type: ignore[no-any-return]


def test_a_new_generator_is_deterministic_and_has_torchs_first_seed() -> None:
    assert Generator().initial_seed() == 67280421310721
    assert draw(Generator()) == draw(Generator())


def test_only_functions_that_draw_take_a_generator() -> None:
    assert te.rand(2, generator=Generator()).shape == (2,)
    for make in (te.zeros, te.eye, te.empty, te.arange):
        with pytest.raises(TypeError, match="unexpected keyword argument 'generator'"):
            make(2, generator=Generator())


def test_one_seed_gives_one_stream_and_another_seed_another() -> None:
    first = draw(Generator().manual_seed(1))
    assert draw(Generator().manual_seed(1)) == first
    assert draw(Generator().manual_seed(2)) != first


def test_manual_seed_restarts_the_stream_for_everyone_who_holds_it() -> None:
    generator = Generator()
    held = generator.numpy
    assert generator.manual_seed(5) is generator
    assert generator.numpy is held
    assert held.random(3).tolist() == draw(Generator().manual_seed(5))


@pytest.mark.parametrize(
    ("seed", "initial"), [(0, 0), (2**64 - 1, 2**64 - 1), (-1, 2**64 - 1), (-(2**63), 2**63)]
)
def test_negative_seeds_count_from_the_top_as_in_torch(seed: int, initial: int) -> None:
    assert Generator().manual_seed(seed).initial_seed() == initial


@pytest.mark.parametrize("seed", [1.5, "1", None, True, [1]], ids=repr)
def test_a_seed_of_another_type_is_an_error(seed: Any) -> None:
    generator = Generator().manual_seed(7)
    with pytest.raises(RuntimeError, match="manual_seed: expected an int"):
        generator.manual_seed(seed)
    assert generator.initial_seed() == 7


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1])
def test_a_seed_out_of_range_is_an_error(seed: int) -> None:
    with pytest.raises(ValueError, match=r"in \[-2\*\*63, 2\*\*64\)"):
        Generator().manual_seed(seed)


def test_numpy_integers_are_seeds() -> None:
    assert Generator().manual_seed(np.int64(3)).initial_seed() == 3  # type: ignore[arg-type]


def test_seed_is_unforeseen_and_returned() -> None:
    generator = Generator()
    first, second = generator.seed(), generator.seed()
    assert first != second == generator.initial_seed()


def test_set_state_goes_back_to_where_get_state_was() -> None:
    generator = Generator().manual_seed(4)
    generator.numpy.integers(10, dtype=np.uint32)  # leaves half of a draw behind
    state = generator.get_state()
    first = [generator.numpy.integers(10, size=5, dtype=np.uint32).tolist(), draw(generator)]
    other = Generator()
    other.set_state(state)
    assert [other.numpy.integers(10, size=5, dtype=np.uint32).tolist(), draw(other)] == first
    assert other.initial_seed() == 4


def test_a_clone_goes_its_own_way() -> None:
    generator = Generator().manual_seed(4)
    clone = generator.clone_state()
    first = draw(clone)
    assert draw(generator) == first


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))])
def test_copies_continue_the_stream(copied: Any) -> None:
    generator = Generator().manual_seed(4)
    draw(generator)
    other = copied(generator)
    assert draw(other) == draw(generator)


@pytest.mark.parametrize("state", [3, np.zeros(45), None], ids=repr)
def test_a_state_that_is_no_bytes_is_an_error(state: Any) -> None:
    with pytest.raises(TypeError, match="set_state: expected a Tensor of dtype uint8"):
        Generator().set_state(state)


@pytest.mark.parametrize("size", [0, 3, 45, 46])
def test_bytes_that_are_no_state_are_an_error_and_change_nothing(size: int) -> None:
    generator = Generator().manual_seed(4)
    with pytest.raises(RuntimeError, match="set_state: expected the 45 bytes"):
        generator.set_state(np.zeros(size, np.uint8))  # type: ignore[arg-type]
    assert draw(generator) == draw(Generator().manual_seed(4))


def test_there_is_only_the_cpu() -> None:
    with pytest.raises(RuntimeError, match="expected 'cpu', got 'cuda'"):
        Generator("cuda")


def test_the_module_speaks_for_the_default_generator() -> None:
    with random.fork_rng():
        assert random.manual_seed(3) is random.default_generator
        assert random.initial_seed() == 3
        state = random.get_rng_state()
        first = draw(random.default_generator)
        random.set_rng_state(state)
        assert draw(random.default_generator) == first
        assert random.seed() == random.initial_seed()


def test_fork_rng_restores_the_default_generator_even_after_an_error() -> None:
    with random.fork_rng():
        random.manual_seed(3)
        with pytest.raises(KeyError), random.fork_rng():
            random.manual_seed(8)
            raise KeyError
        assert random.initial_seed() == 3
        with random.fork_rng(enabled=False):
            random.manual_seed(8)
        assert random.initial_seed() == 8
