"""Attention: averages of values, weighted by how well their keys match a query."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import functional as te
from ...ops import elementwise
from ...ops.fused import softmax
from ...ops.shape import mT
from ...primitive import raw, wrap
from .dropping import dropout
from .layer import linear

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["multi_head_attention_forward", "scaled_dot_product_attention"]

OUT = -math.inf


def causal_mask(length: int, source: int, dtype: Any) -> Tensor:
    """(length, source): -inf above the diagonal, so that no position sees a later one; else 0."""
    return wrap(np.triu(np.full((length, source), OUT, dtype), 1))


def additive(name: str, mask: Any, hidden: bool, dtype: Any) -> Any:
    """A mask to be added to scores: -inf where a mask of bools is `hidden`; one of floats as it is."""
    if mask is None or raw(mask).dtype.kind == "f":
        return mask
    if raw(mask).dtype != bool:
        raise AssertionError(f"only bool and floating types of {name} are supported")
    return wrap(np.where(raw(mask) == hidden, dtype.type(OUT), dtype.type(0)))


def attention_weights(query: Any, key: Any, mask: Any, scale: float) -> Any:
    """softmax(scale q k^T + mask) along the keys."""
    scores = te.matmul(query * scale, mT(key))
    return softmax(scores if mask is None else scores + mask, axis=raw(scores).ndim - 1)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(scale q k^T + mask) v; `scale` is 1 / sqrt(d) unless given.

    `attn_mask` is added to the scores, or says with True which keys a query sees; a query that sees
    none gets 0.  With `is_causal` position i sees keys 0 to i.  With `enable_gqa` groups of queries'
    heads share a head of keys and values.  `dropout_p` always applies: pass 0 when not training.

    Shapes: `query: (..., heads, L, d)`, `key: (..., heads, S, d)`, `value: (..., heads, S, e)`,
    `attn_mask` broadcast to `(..., L, S)` -> `(..., heads, L, e)`.
    Raises RuntimeError for other shapes, mixed dtypes, or a mask beside `is_causal`.
    Source: Vaswani et al. 2017, formula 1.

    Example:
        >>> q, v = te.zeros(1, 2, 4), te.tensor([[[1.0], [3.0]]])
        >>> te.nn.functional.scaled_dot_product_attention(q, q, v, is_causal=True)
        tensor([[[1.],
                 [2.]]])
    """
    q, k, v = raw(query), raw(key), raw(value)
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise RuntimeError(
            "scaled_dot_product_attention: expected query, key and value of at least 2 dimensions, got "
            f"{q.ndim}, {k.ndim} and {v.ndim}"
        )
    if is_causal and attn_mask is not None:
        raise RuntimeError(
            "scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True"
        )
    if enable_gqa:
        key = te.repeat_interleave(key, q.shape[-3] // k.shape[-3], -3)
        value = te.repeat_interleave(value, q.shape[-3] // v.shape[-3], -3)
    if is_causal:
        attn_mask = causal_mask(q.shape[-2], k.shape[-2], q.dtype)
    mask = additive("attn_mask", attn_mask, False, q.dtype)
    if scale is None:
        scale = 1 / math.sqrt(q.shape[-1] or 1)
    blind = False if mask is None or is_causal else (raw(mask) == OUT).all(-1, keepdims=True)
    if np.any(blind):
        mask = elementwise.where(blind, 0.0, mask)
    weights = attention_weights(query, key, mask, scale)
    if np.any(blind):
        weights = elementwise.where(blind, 0.0, weights)
    return te.matmul(dropout(weights, dropout_p) if dropout_p else weights, value)


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention in several heads at once: (the output, the weights or None); see `MultiheadAttention`.

    Masks of bools say with True what is *not* seen; masks of floats are added to the scores.
    `is_causal` is a hint that `attn_mask` is the causal one, which must be given.

    Shapes: `query: (L, N, E)`, `key: (S, N, K)`, `value: (S, N, V)`, or all without N;
    `attn_mask: (L, S)` or `(N heads, L, S)`, `key_padding_mask: (N, S)` -> `(L, N, E)` and `(N, L, S)`,
    or `(N, heads, L, S)` unless `average_attn_weights`.
    Raises AssertionError or RuntimeError for other shapes.  Source: Vaswani et al. 2017, section 3.2.2.

    Example:
        >>> x, w = te.ones(3, 4), te.eye(4)
        >>> out, weights = te.nn.functional.multi_head_attention_forward(
        ...     x, x, x, 4, 2, te.cat([w, w, w]), None, None, None, False, 0.0, w, None
        ... )
        >>> weights.shape
        tinygrad_edu.Size([3, 3])
    """
    batched = _is_batched(query, key, value, key_padding_mask, attn_mask)
    if not batched:
        query, key, value = (te.unsqueeze(x, 1) for x in (query, key, value))
    length, batch, width = query.shape
    source = key.shape[0]
    if width != embed_dim_to_check or width % num_heads:
        raise AssertionError(
            f"was expecting embedding dimension of {embed_dim_to_check}, divisible by "
            f"num_heads={num_heads}, but got {width}"
        )
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint; "
            "Transformer.generate_square_subsequent_mask makes one"
        )
    if key.shape[:2] != value.shape[:2]:
        raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
    if not use_separate_proj_weight:
        q, k, v = _projected_together(query, key, value, in_proj_weight, in_proj_bias)
    else:
        biases = (None,) * 3 if in_proj_bias is None else te.chunk(in_proj_bias, 3)
        weights: Any = (q_proj_weight, k_proj_weight, v_proj_weight)
        q, k, v = map(linear, (query, key, value), weights, biases)
    if bias_k is not None and bias_v is not None:
        if static_k is not None or static_v is not None:
            raise AssertionError("bias cannot be added to a static key or value")
        k = te.cat([k, te.expand(bias_k, 1, batch, width)])
        v = te.cat([v, te.expand(bias_v, 1, batch, width)])
    elif bias_k is not None or bias_v is not None:
        raise AssertionError("expected bias_k and bias_v together, got one of them")
    heads = (batch, num_heads, -1, width // num_heads)
    q, k, v = (_by_head(x, num_heads) for x in (q, k, v))
    k = k if static_k is None else te.reshape(static_k, heads)
    v = v if static_v is None else te.reshape(static_v, heads)
    if add_zero_attn:
        k, v = (te.constant_pad_nd(x, (0, 0, 0, 1)) for x in (k, v))
    dtype = raw(query).dtype
    mask = additive("attn_mask", attn_mask, True, dtype)
    padding = additive("key_padding_mask", key_padding_mask, True, dtype)
    if mask is not None:
        mask = _mask_by_head(mask, (batch, num_heads, length, source))
    if padding is not None:
        padding = te.reshape(padding, batch, 1, 1, source)
        mask = padding if mask is None else mask + padding
    if mask is not None:
        mask = te.constant_pad_nd(mask, (0, k.shape[2] - source))  # what was added is seen by all
    p = dropout_p if training else 0.0
    if need_weights:
        found = dropout(attention_weights(q, k, mask, 1 / math.sqrt(q.shape[-1])), p)
        out = te.matmul(found, v)
    else:
        found = None
        out = scaled_dot_product_attention(q, k, v, mask, p)
    out = te.reshape(te.permute(out, 2, 0, 1, 3), length, batch, width)
    out = linear(out, out_proj_weight, out_proj_bias)
    if found is not None and average_attn_weights:
        found = te.mean(found, 1)
    if batched:
        return out, found
    return te.squeeze(out, 1), found if found is None else te.squeeze(found, 0)


def _projected_together(query: Tensor, key: Tensor, value: Tensor, weight: Any, bias: Any) -> Any:
    """x W^T + b for query, key and value, whose W and b are thirds of one; if one x, by one product."""
    if key.shape != value.shape:
        raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
    if query is key and key is value:
        return te.chunk(linear(query, weight, bias), 3, -1)
    biases = (None,) * 3 if bias is None else te.chunk(bias, 3)
    return map(linear, (query, key, value), te.chunk(weight, 3), biases)


def _by_head(x: Tensor, heads: int) -> Tensor:
    """(L, N, heads d) -> (N, heads, L, d)"""
    length, batch, width = x.shape
    return te.permute(te.reshape(x, length, batch, heads, width // heads), 1, 2, 0, 3)


def _mask_by_head(mask: Tensor, shape: tuple[int, int, int, int]) -> Tensor:
    """(L, S) as it is, (N heads, L, S) -> (N, heads, L, S)"""
    batch, heads, *scores = shape
    expected = {2: tuple(scores), 3: (batch * heads, *scores)}[mask.ndim]
    if mask.shape != expected:
        raise RuntimeError(
            f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {expected}."
        )
    return mask if mask.ndim == 2 else te.reshape(mask, shape)


def _is_batched(query: Tensor, key: Tensor, value: Tensor, padding: Any, mask: Any) -> bool:
    """Whether there is a batch dimension, in all or in none."""
    n = query.ndim
    if n not in (2, 3):
        raise AssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received {n}-D query tensor"
        )
    if key.ndim != n or value.ndim != n:
        raise AssertionError(
            f"For {n}-D `query`, expected `key` and `value` to be {n}-D but found {key.ndim}-D and "
            f"{value.ndim}-D tensors respectively"
        )
    if padding is not None and padding.ndim != n - 1:
        raise AssertionError(
            f"For {n}-D `query`, expected `key_padding_mask` to be None or {n - 1}-D but found {padding.ndim}-D"
        )
    if mask is not None and mask.ndim not in (2, 3):
        raise AssertionError(
            f"expected `attn_mask` to be None, 2-D or 3-D but found {mask.ndim}-D tensor instead"
        )
    return n == 3
