"""Samples into batches: what is alike is stacked, containers keep their structure."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from copy import copy
from typing import Any

import numpy as np

from ...creation import as_tensor, tensor
from ...functional import stack
from ...tensor import Tensor

__all__ = ["default_collate", "default_convert"]


def default_convert(data: Any) -> Any:
    """Arrays as Tensors, in lists, tuples (made lists, as in PyTorch) and dictionaries too; anything else as it is.

    >>> import numpy
    >>> te.utils.data.default_convert({"x": numpy.array([1, 2])})
    {'x': tensor([1, 2])}
    """
    if isinstance(data, (np.ndarray, np.generic)) and data.dtype.kind in "biufc":
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _mapping(data, {key: default_convert(x) for key, x in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _sequence(data, [default_convert(x) for x in data])
    return data


def default_collate(batch: Sequence[Any]) -> Any:
    """Samples as one batch: Tensors, arrays and numbers stacked, strings in a list, containers by part.

    Raises TypeError for other things, RuntimeError for containers of unequal length.

    >>> te.utils.data.default_collate([(1, 2.0), (3, 4.0)])
    [tensor([1, 3]), tensor([2., 4.], dtype=tinygrad_edu.float64)]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch))
    if isinstance(first, (np.ndarray, np.generic)) and first.dtype.kind in "biufc":
        return stack([as_tensor(x) for x in batch])
    if isinstance(first, float):
        return tensor(batch, dtype=np.float64)
    if isinstance(first, int):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, Mapping):
        return _mapping(first, {key: default_collate([s[key] for s in batch]) for key in first})
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError(
                "default_collate: each element in list of batch should be of equal size"
            )
        return _sequence(first, [default_collate(samples) for samples in zip(*batch)])
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {type(first).__name__}; pass collate_fn"
    )


def _mapping(like: Any, parts: dict[Any, Any]) -> Any:
    """Parts by name in a mapping of the same type, with whatever else it holds; in a dict if that cannot be."""
    try:
        if not isinstance(like, MutableMapping):
            return type(like)(parts)
        made = copy(like)
        made.update(parts)
    except TypeError:
        return parts
    return made


def _sequence(like: Any, parts: list[Any]) -> Any:
    """Parts in a sequence of the same type; in a list for a tuple without names, or if that cannot be."""
    if isinstance(like, tuple):
        return type(like)(*parts) if hasattr(like, "_fields") else parts
    try:
        if not isinstance(like, MutableSequence):
            return type(like)(parts)
        made = copy(like)
        for k, part in enumerate(parts):
            made[k] = part
    except TypeError:
        return parts
    return made
