"""The functions behind layers: linear and bilinear maps, embeddings, padding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...autograd import no_grad
from ...ops import elementwise, fused, index, shape
from ...primitive import raw, wrap

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["bilinear", "embedding", "embedding_bag", "linear", "one_hot"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b.

    Shapes: `input: (..., in)`, `weight: (out, in)`, `bias: (out,)` -> `(..., out)`; with
    `weight: (in,)` and `bias: ()` -> `(...,)`.  Raises RuntimeError for other shapes or mixed dtypes.

    Example:
        >>> te.nn.functional.linear(te.ones(2), te.tensor([[1.0, 2.0]]), te.tensor([10.0]))
        tensor([13.])
    """
    x, w = raw(input), raw(weight)
    if x.dtype is not w.dtype and x.dtype != w.dtype:
        raise RuntimeError(
            f"linear: expected input and weight of one dtype, got {x.dtype} and {w.dtype}; convert one with to()"
        )
    try:
        if bias is None or w.ndim == 1:
            out = te.matmul(input, shape.mT(weight) if w.ndim > 1 else weight)
            return out if bias is None else out + bias
        if x.ndim == 1:
            return shape.reshape(
                fused.linear(shape.reshape(input, shape=(1, -1)), weight, bias), shape=(-1,)
            )
        return fused.linear(input, weight, bias)
    except (ValueError, IndexError) as error:
        width, out = w.shape[-1:] or ("in",), w.shape[:-1]
        raise RuntimeError(
            f"linear: expected input (..., {width[0]}) for a weight of shape {w.shape}, and bias {out} or None, got "
            f"input {x.shape} and bias {None if bias is None else raw(bias).shape}"
        ) from error


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x1^T A_k x2 + b_k for each output k.

    Shapes: `input1: (..., n)`, `input2: (..., m)`, `weight: (out, n, m)`, `bias: (out,)` -> `(..., out)`.
    Raises RuntimeError for other shapes.

    Example:
        >>> te.nn.functional.bilinear(te.ones(1, 2), te.ones(1, 3), te.ones(1, 2, 3))
        tensor([[6.]])
    """
    out = te.einsum("...n,knm,...m->...k", input1, weight, input2)
    return out if bias is None else out + bias


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` at the indices.

    Row `padding_idx` receives no gradient.  With `max_norm`, rows that are longer (by norm
    `norm_type`) are first shortened, in place.  With `scale_grad_by_freq`, a row's gradient is divided
    by how often it was used.  Gradients are dense: `sparse` changes nothing.

    Shapes: `input: (*)` of int64 or int32, `weight: (n, d)` -> `(*, d)`.
    Raises IndexError for an index that is not in [0, n), RuntimeError for other dtypes.

    Difference from PyTorch: gradients are dense with `sparse=True` too.

    Example:
        >>> te.nn.functional.embedding(te.tensor([1, 1]), te.tensor([[1.0], [2.0]]))
        tensor([[2.],
                [2.]])
    """
    at = raw(input)
    if raw(weight).ndim != 2:
        raise RuntimeError(f"embedding: 'weight' must be 2-D, got shape {tuple(raw(weight).shape)}")
    n = raw(weight).shape[0]
    if at.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"embedding: expected indices of dtype int64 or int32, got {at.dtype}")
    if at.size and not 0 <= at.min() <= at.max() < n:
        raise IndexError(
            f"embedding: expected indices from 0 to {n - 1}, got {at.min()} to {at.max()}"
        )
    if padding_idx is not None and not -n <= padding_idx < n:
        raise AssertionError("Padding_idx must be within num_embeddings")
    if max_norm is not None:
        _shorten(weight, np.unique(at), max_norm, norm_type)
    out: Tensor = index.getitem(weight, index=(at,))
    if padding_idx is not None:
        real = wrap((at != padding_idx % n)[..., None])
        out = elementwise.where(real, out, out.detach())
    if scale_grad_by_freq:
        share = (1 / np.bincount(at.reshape(-1), minlength=n)[at]).astype(raw(weight).dtype)
        fixed = out.detach()
        out = fixed + (out - fixed) * wrap(share[..., None])
    return out


def _shorten(weight: Tensor, used: Any, max_norm: float, norm_type: float) -> None:
    with no_grad():
        rows = weight.detach()[wrap(used)]
        norms = te.norm(rows, norm_type, 1, True)
        scale = te.where(norms > max_norm, max_norm / (norms + 1e-7), 1.0)
        weight[wrap(used)] = rows * scale


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The "sum", "mean" or "max" of the rows of `weight` in each bag of indices; 0 for an empty bag.

    The bags are the rows of `input`, or begin at `offsets` (which with `include_last_offset` also say
    where the last one ends).  `padding_idx` is left out of its bag.  A sum may be weighted, by
    `per_sample_weights`.  Among equal maxima the first has the gradient.  The rest is as in `embedding`.

    Shapes: `input: (B, n)`, or `(n,)` with `offsets: (B,)`; `weight: (rows, d)` -> `(B, d)`.
    Raises ValueError for other shapes or modes, NotImplementedError for weights of a mean or maximum.

    Difference from PyTorch: gradients are dense with `sparse=True` too.

    Example:
        >>> rows = te.tensor([[1.0], [2.0], [5.0]])
        >>> te.nn.functional.embedding_bag(te.tensor([0, 2, 1]), rows, te.tensor([0, 2]))
        tensor([[3.],
                [2.]])
    """
    _check_bags(input, weight, offsets, mode, scale_grad_by_freq, sparse, per_sample_weights)
    at = raw(input)
    starts = np.arange(0, at.size, at.shape[1]) if at.ndim == 2 else raw(offsets)
    ends = np.append(starts[1:], at.size)
    if include_last_offset and at.ndim == 1:
        starts, ends = starts[:-1], ends[:-1]
    at = at.reshape(-1)
    rows = embedding(wrap(at), weight, None, max_norm, norm_type, scale_grad_by_freq)
    if per_sample_weights is not None:
        rows = rows * shape.reshape(per_sample_weights, shape=(-1, 1))
    counted = at != (-1 if padding_idx is None else padding_idx % len(raw(weight)))
    return _pooled(rows, starts, ends, counted, mode)


def _check_bags(
    input: Tensor,
    weight: Tensor,
    offsets: Any,
    mode: str,
    scale_grad_by_freq: bool,
    sparse: bool,
    per_sample_weights: Any,
) -> None:
    if mode not in ("sum", "mean", "max"):
        raise ValueError("embedding_bag: mode has to be one of sum, mean or max")
    if mode == "max" and (scale_grad_by_freq or sparse):
        raise ValueError(
            "embedding_bag: max mode does not support scaling the gradient by the frequency, or sparse weights"
        )
    if weight.ndim != 2:
        raise ValueError(f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.ndim}")
    if input.ndim not in (1, 2):
        raise ValueError(
            f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}"
        )
    if input.ndim == 2 and offsets is not None:
        raise ValueError(
            "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of "
            f"fixed length sequences. However, found offsets of type {type(offsets)}"
        )
    if input.ndim == 1 and (offsets is None or offsets.ndim != 1):
        raise ValueError(f"offsets has to be a 1D Tensor but got {offsets}")
    if per_sample_weights is None:
        return
    if per_sample_weights.shape != input.shape:
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, "
            f"then it must have the same shape as the input ({input.shape})"
        )
    if mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights is only supported for mode='sum' (got mode='{mode}')"
        )


def _pooled(rows: Tensor, starts: Any, ends: Any, counted: Any, mode: str) -> Tensor:
    """Rows (n, d) pooled from start to end of each bag, where they count."""
    longest = int(max([0, *(ends - starts)]))
    place = starts[:, None] + np.arange(longest)  # (B, longest), beyond the end of shorter bags
    inside = place < ends[:, None]
    place = np.where(inside, place, 0)
    inside &= counted[place] if place.size else inside
    bags = index.getitem(rows, index=(place,))  # (B, longest, d)
    real = wrap(inside[..., None])
    count = wrap(np.maximum(inside.sum(1, keepdims=True), 1).astype(raw(rows).dtype))
    if mode != "max":
        summed: Tensor = te.sum(elementwise.where(real, bags, 0.0), 1)
        return summed if mode == "sum" else summed / count
    if not longest:
        return te.sum(bags, 1)
    largest: Tensor = te.max(elementwise.where(real, bags, -np.inf), 1).values
    filled: Tensor = elementwise.where(wrap(inside.any(1, keepdims=True)), largest, 0.0)
    return filled


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """1 at each index along a new last dimension, 0 elsewhere; as many classes as needed for -1.

    Shapes: `(*)` of int64 -> `(*, num_classes)` of int64.
    Raises RuntimeError for other dtypes and for an index that is not in [0, num_classes).

    Example:
        >>> te.nn.functional.one_hot(te.tensor([2, 0]))
        tensor([[0, 0, 1],
                [1, 0, 0]])
    """
    at = raw(tensor)
    if at.dtype != np.int64:
        raise RuntimeError(
            f"one_hot is only applicable to index tensor of type LongTensor, got {at.dtype}; convert it with long()"
        )
    if num_classes == -1:
        if not at.size:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
        num_classes = int(at.max()) + 1
    if at.size and at.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if at.size and at.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap((at[..., None] == np.arange(num_classes)).astype(np.int64))
