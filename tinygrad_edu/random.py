"""Random numbers: PyTorch's interface over NumPy's PCG64.

Every random function takes a `generator`; without one it draws from `default_generator`. A seed
always gives the same stream here, but not the numbers that PyTorch draws from that seed.
"""

from __future__ import annotations

import operator
import os
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .device import device as as_device
from .primitive import wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .tensor import Tensor

__all__ = [
    "Generator",
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]

FIRST_SEED = 67280421310721  # PyTorch's; a new generator is deterministic
STATE_FIELDS = (
    ("seed", 8),
    ("state", 16),
    ("inc", 16),
    ("has_uint32", 1),
    ("uinteger", 4),
)  # bytes


class Generator:
    """A stream of random numbers with a seed and a state.

    Difference from PyTorch: a seed gives other numbers, though always the same.

    Example:
        >>> Generator().manual_seed(3).numpy.random() == Generator().manual_seed(3).numpy.random()
        True
    """

    def __init__(self, device: Any = "cpu") -> None:
        self.device = as_device(device)
        self._seed = FIRST_SEED

    @cached_property
    def numpy(self) -> np.random.Generator:
        """The NumPy generator that draws: seeding and states change it in place."""
        return np.random.Generator(np.random.PCG64(self._seed))

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream of `seed`, in [-2**63, 2**64); a negative one means 2**64 + seed."""
        self._seed = _checked_seed(seed)
        self.numpy.bit_generator.state = np.random.PCG64(self._seed).state
        return self

    def seed(self) -> int:
        """Start a stream that no one can foresee; return its seed."""
        self.manual_seed(int.from_bytes(os.urandom(8), "little"))
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed that the stream started from."""
        return self._seed

    def get_state(self) -> Tensor:
        """Return the place in the stream as a Tensor of bytes."""
        state = self.numpy.bit_generator.state
        numbers = {"seed": self._seed, **state, **state["state"]}
        packed = b"".join(numbers[name].to_bytes(size, "little") for name, size in STATE_FIELDS)
        return wrap(np.frombuffer(packed, np.uint8).copy())

    def set_state(self, new_state: Tensor) -> None:
        """Go to a place in the stream that `get_state` returned."""
        numbers = _unpacked(new_state)
        self._seed = numbers.pop("seed")
        inner = {name: numbers.pop(name) for name in ("state", "inc")}
        self.numpy.bit_generator.state = {"bit_generator": "PCG64", "state": inner, **numbers}

    def clone_state(self) -> Generator:
        """Return a generator of its own at the same place in the same stream."""
        clone = Generator(self.device)
        clone.set_state(self.get_state())
        return clone


def _checked_seed(seed: Any) -> int:
    try:
        if isinstance(seed, (bool, np.bool_)):
            raise TypeError
        number = operator.index(seed)
    except TypeError:
        raise RuntimeError(
            f"manual_seed: expected an int, got {type(seed).__name__}; pass a whole number"
        ) from None
    if not -(2**63) <= number < 2**64:
        raise ValueError(
            f"manual_seed: expected a seed in [-2**63, 2**64), got {number}; take it modulo 2**64"
        )
    return number % 2**64


def _unpacked(state: Any) -> dict[str, int]:
    """The numbers in a state, by name."""
    array = getattr(state, "array", state)
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
        kind = getattr(state, "dtype", type(state).__name__)
        raise TypeError(
            f"set_state: expected a Tensor of dtype uint8, got {kind}; pass what get_state returned"
        )
    packed, numbers, start = array.tobytes(), {}, 0
    for name, size in STATE_FIELDS:
        numbers[name] = int.from_bytes(packed[start : start + size], "little")
        start += size
    if len(packed) != start or numbers["has_uint32"] > 1 or numbers["inc"] % 2 == 0:
        raise RuntimeError(
            f"set_state: expected the {start} bytes of a generator's state, "
            f"got {len(packed)} others; pass what get_state returned"
        )
    return numbers


default_generator = Generator()
"""What random functions draw from unless they are given a `generator`."""


def stream_of(generator: Generator | None) -> np.random.Generator:
    """The NumPy generator to draw from: that of `generator`, else the default one."""
    return (default_generator if generator is None else generator).numpy


def manual_seed(seed: Any) -> Generator:
    """Seed the default generator and return it; as in PyTorch, `seed` may be what `int` accepts.

    Difference from PyTorch: a seed gives other numbers, though always the same.

    >>> _ = te.manual_seed(3); x = te.rand(2)
    >>> _ = te.manual_seed(3); te.equal(x, te.rand(2))
    True
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Seed the default generator from the operating system; return the seed.

    >>> with te.random.fork_rng():
    ...     print(te.seed() == te.initial_seed())
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed that the default generator started from.

    >>> te.manual_seed(3).initial_seed(), te.initial_seed()
    (3, 3)
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return the default generator's place in its stream as a Tensor of bytes.

    >>> state = te.get_rng_state(); x = te.rand(2)
    >>> te.set_rng_state(state); te.equal(x, te.rand(2))
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Bring the default generator back to what `get_rng_state` returned.

    >>> state = te.get_rng_state(); x = te.rand(2)
    >>> te.set_rng_state(state); te.equal(x, te.rand(2))
    True
    """
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(devices: Iterable[Any] | None = None, enabled: bool = True) -> Iterator[None]:
    """Leave the default generator, after a `with` block, as it was before (`devices` is unused).

    >>> state = te.get_rng_state()
    >>> with te.random.fork_rng():
    ...     x = te.rand(2)
    >>> te.equal(state, te.get_rng_state())
    True
    """
    if not enabled:
        yield
        return
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)
