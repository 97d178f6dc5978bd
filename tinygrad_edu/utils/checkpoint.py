"""Checkpoints of activations: parts of a network that PyTorch computes again on the way back, to save memory.

Difference from PyTorch: here they are computed once and kept; values and gradients are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["checkpoint", "checkpoint_sequential"]


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Any = None,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`; the other arguments are PyTorch's, and choose how it computes again.

    >>> te.utils.checkpoint.checkpoint(te.square, te.tensor(3.0), use_reentrant=False)
    tensor(9.)
    """
    return function(*args, **kwargs)


def checkpoint_sequential(
    functions: Iterable[Callable[[Any], Any]],
    segments: int,
    input: Any,
    use_reentrant: bool | None = None,
    **kwargs: Any,
) -> Any:
    """Functions one after the other, of an input.

    >>> te.utils.checkpoint.checkpoint_sequential([te.square, te.neg], 2, te.tensor(3.0))
    tensor(-9.)
    """
    for function in functions:
        input = function(input)
    return input
