"""All parameters of a model as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from ... import functional as te
from ...tensor import Tensor

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The parameters flattened, one after the other, with their history.

    Example:
        >>> te.nn.utils.parameters_to_vector([te.zeros(2), te.ones(1, 2)])
        tensor([0., 0., 1., 1.])
    """
    return te.cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Make slices of `vec`, one after the other, the data of the parameters: they share its memory.

    Raises TypeError if `vec` is not a Tensor.

    Example:
        >>> p = te.nn.Parameter(te.zeros(1, 2))
        >>> te.nn.utils.vector_to_parameters(te.tensor([1.0, 2.0]), [p])
        >>> p.tolist()
        [[1.0, 2.0]]
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: expected a Tensor, got {type(vec).__name__}")
    start = 0
    for p in parameters:
        p.data = vec[start : start + p.numel()].reshape(p.shape).data
        start += p.numel()
