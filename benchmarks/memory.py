"""Peak memory of a step: ours by tracemalloc, PyTorch's by its own storages.

PyTorch allocates outside of Python, so a dispatch mode notes the storage of every operation's
results, forward and backward, and after each operation adds up those still alive: saved tensors,
activations, gradients, temporaries.  What was there before the step (parameters, data) counts on
neither side, and neither does what a kernel allocates and frees inside.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

from . import harness


def peak(step: Callable[[], None]) -> int:
    """Bytes that NumPy and Python held at most, beyond what they held before the step."""
    step()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    step()
    found = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return found


def peak_in_torch(step: Callable[[], None]) -> int:
    """Bytes of the storages that PyTorch made during a step, at most at one time."""
    from torch import Tensor
    from torch.multiprocessing.reductions import StorageWeakRef
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class Scale(TorchDispatchMode):  # type: ignore[misc]
        """Weighs what is alive after each operation."""

        def __init__(self) -> None:
            super().__init__()
            self.alive: dict[int, tuple[Any, int]] = {}
            self.known: dict[int, Any] = {}
            self.most = 0

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            for t in tree_leaves((args, kwargs)):
                if isinstance(t, Tensor) and self.key(t) not in self.alive:
                    self.known[self.key(t)] = StorageWeakRef(t.untyped_storage())
            out = func(*args, **(kwargs or {}))
            for t in tree_leaves(out):
                if isinstance(t, Tensor) and self.key(t) not in self.known:
                    storage = t.untyped_storage()
                    self.alive[self.key(t)] = (StorageWeakRef(storage), storage.nbytes())
            self.alive = {
                key: (ref, n) for key, (ref, n) in self.alive.items() if not ref.expired()
            }
            self.most = max(self.most, sum(n for _, n in self.alive.values()))
            return out

        @staticmethod
        def key(t: Any) -> int:
            return int(t.untyped_storage()._cdata)

    step()
    gc.collect()
    with Scale() as scale:
        step()
    return scale.most


def line(ours: int, theirs: int | None, goal: float) -> str:
    """One comparison, in megabytes."""
    case = "784-512-512-10 peak memory"
    if theirs is None:
        return f"{case:<28}{'torch':<12} skipped: not installed"
    return harness.line(
        case, "torch", f"{ours / 1e6:.2f} MB", f"{theirs / 1e6:.2f} MB", ours / theirs, goal
    )
