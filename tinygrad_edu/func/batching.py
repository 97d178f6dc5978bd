"""`vmap`: a function of one sample applied to a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..functional import movedim, stack
from ..tensor import Tensor
from .trees import leaves, mapped, tensors_of

__all__ = ["vmap"]


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """`func` over a batch: for each position along `in_dims` of the arguments, results stacked along `out_dims`.

    `in_dims` is a number for all arguments, or one for each (a tree of its build for a tree), None for what
    is not batched.  The function is called once per sample and recorded as usual, so that gradients,
    `grad` inside and in-place writes all work; it is no faster than the loop that it stands for.
    `randomness` and `chunk_size` are taken and change nothing: each call draws afresh.

    Raises ValueError for sizes that differ, or nothing to batch.

    Difference from PyTorch: it may branch on numbers and write in place, for nothing is rewritten; but it
    is no faster than a loop.

    >>> x = te.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> te.func.vmap(te.func.grad(lambda v: (v ** 2).sum()))(x)
    tensor([[2., 4.],
            [6., 8.]])
    """

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        dims = _spread(in_dims, args)
        named = mapped(lambda x: 0 if isinstance(x, Tensor) else None, kwargs)
        places = [*zip(leaves(args), leaves(dims)), *zip(leaves(kwargs), leaves(named))]
        sizes = {x.size(dim) for x, dim in places if dim is not None}
        if len(sizes) != 1:
            raise ValueError(
                f"vmap: expected one size along the batched dimensions, got {sorted(sizes) or 'no batched Tensor'}"
            )

        def sample(k: int) -> Any:
            def at(x: Any, dim: int | None) -> Any:
                return x if dim is None else x.select(dim, k)

            return func(*mapped(at, args, dims), **mapped(at, kwargs, named))

        results = [sample(k) for k in range(sizes.pop())]
        if not results:
            raise ValueError("vmap: expected at least one sample, got a batch of size 0")
        for result in results[:1]:
            tensors_of(result, "vmap: results")
        stacked = mapped(lambda *each: stack(each), *results)
        return mapped(_moved, stacked, _spread(out_dims, stacked))

    return wrapped


def _moved(x: Tensor, dim: int | None) -> Tensor:
    return x[0] if dim is None else movedim(x, 0, dim)


def _spread(dims: Any, tree: Any) -> Any:
    """Dimensions as a tree of the same build as another; a number or None stands for all below it."""
    if dims is None or isinstance(dims, int):
        return mapped(lambda x: dims if isinstance(x, Tensor) else None, tree)
    if type(tree) is tuple and len(dims) != len(tree):
        raise ValueError(f"vmap: expected {len(tree)} dimensions, got {len(dims)}: {dims}")
    if isinstance(tree, dict):
        return {k: _spread(dims[k], branch) for k, branch in tree.items()}
    return type(tree)(_spread(d, branch) for d, branch in zip(dims, tree))
