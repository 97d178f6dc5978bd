"""The functions behind layers: linear maps, dropout, embeddings, padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...autograd import no_grad
from ...ops import elementwise, fused, index, shape
from ...primitive import raw, wrap
from ...random import Generator, default_generator

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["dropout", "embedding", "linear", "normalize", "one_hot", "pad"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b.

    Shapes: `input: (..., in)`, `weight: (out, in)`, `bias: (out,)` -> `(..., out)`; with
    `weight: (in,)` and `bias: ()` -> `(...,)`.  Raises RuntimeError for other shapes or mixed dtypes.

    Example:
        >>> import tinygrad_edu as te
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
    except ValueError as error:
        raise RuntimeError(
            "linear: expected input (..., in), weight (out, in) and bias (out,), got "
            f"{x.shape}, {w.shape} and {None if bias is None else raw(bias).shape}"
        ) from error


def dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """In training, 0 with probability `p`, else x / (1 - p): the mean stays. Otherwise x itself.

    Raises ValueError for p outside [0, 1].  Source: Srivastava et al. 2014.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.dropout(te.ones(2), p=0.9, training=False)
        tensor([1., 1.])
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    x = raw(input)
    if x.dtype.kind != "f":
        raise RuntimeError(f"dropout: expected a floating-point tensor, got {x.dtype}")
    draw = (default_generator if generator is None else generator).numpy
    scale = wrap(
        (draw.random(x.shape, np.float32) >= p) * x.dtype.type(1 / (1 - p) if p < 1 else 0)
    )
    out: Tensor = elementwise.mul(input, scale)
    return input.copy_(out) if inplace else out


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

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.embedding(te.tensor([1, 1]), te.tensor([[1.0], [2.0]]))
        tensor([[2.],
                [2.]])
    """
    at, n = raw(input), raw(weight).shape[0]
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


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """1 at each index along a new last dimension, 0 elsewhere; as many classes as needed for -1.

    Shapes: `(*)` of int64 -> `(*, num_classes)` of int64.
    Raises RuntimeError for other dtypes and for an index that is not in [0, num_classes).

    Example:
        >>> import tinygrad_edu as te
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


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """x / max(norm, eps), the p-norm taken along `dim`.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.normalize(te.tensor([[3.0, 4.0]]))
        tensor([[0.6000, 0.8000]])
    """
    return input / te.clamp(te.norm(input, p, dim, True), min=eps)


_NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Make dimensions longer, or with negative sizes shorter, from the last to the first.

    `pad` is (before, after) of the last dimension, then of the one before it, ...  New elements are
    `value` (mode "constant"), or taken from `input`: mirrored at the edge ("reflect"), the edge's own
    ("replicate"), or from the other side ("circular").
    Raises RuntimeError for a `pad` of odd length, or one too long for `input`.

    Example:
        >>> import tinygrad_edu as te
        >>> te.nn.functional.pad(te.tensor([[1.0, 2.0, 3.0]]), (1, 2), mode="reflect")
        tensor([[2., 1., 2., 3., 2., 1.]])
    """
    if len(pad) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2, got {tuple(pad)}")
    x = raw(input)
    if len(pad) > 2 * x.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension, but got "
            f"padding length {len(pad)} and input of dimension {x.ndim}"
        )
    if mode == "constant":
        return te.constant_pad(input, pad, 0.0 if value is None else value)
    if mode not in _NUMPY_MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value is not None:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    for axis, before, after in zip(range(x.ndim - 1, -1, -1), pad[::2], pad[1::2]):
        at = _padded(x.shape[axis], before, after, mode)
        input = index.getitem(input, index=(*(slice(None),) * axis, at))
    return input


def _padded(n: int, before: int, after: int, mode: str) -> Any:
    """Where each element of a padded dimension of size n is taken from."""
    longest = {"reflect": n - 1, "circular": n}.get(mode)
    if n == 0 or (longest is not None and max(before, after) > longest):
        raise RuntimeError(
            f"pad: expected at most {longest} elements on a side in mode {mode!r}, the dimension "
            f"having {n}, got ({before}, {after})"
        )
    at, kept = np.arange(n), slice(max(-before, 0), n - max(-after, 0))
    widths, numpys = (max(before, 0), max(after, 0)), _NUMPY_MODES[mode]
    if mode == "circular":  # goes round what is left, the other modes look beyond it
        return np.pad(at[kept], widths, numpys)  # type: ignore[call-overload]
    return np.pad(at, widths, numpys)[kept.start : n + sum(widths) - max(-after, 0)]  # type: ignore[call-overload]
