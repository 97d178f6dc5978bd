"""Attention in several heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...creation import empty
from .. import functional as F, init
from ..parameter import Parameter
from .linear import Linear
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear, under the name that PyTorch prints."""


class MultiheadAttention(Module):
    """softmax(q k^T / sqrt(d)) v in `num_heads` heads of d = embed_dim / num_heads, joined by a Linear.

    Query, key (`kdim` wide) and value (`vdim` wide) are first projected.  `add_bias_kv` appends a learned
    key and value, `add_zero_attn` one of zeros, that all queries see.  `dropout` falls on the weights.
    In masks of bools True hides a key; masks of floats are added to the scores.

    Shapes: `query: (L, N, E)`, `key: (S, N, kdim)`, `value: (S, N, vdim)`, `attn_mask: (L, S)` or
    `(N heads, L, S)`, `key_padding_mask: (N, S)` -> `(L, N, E)` and the weights `(N, L, S)`, averaged over
    the heads, or None unless `need_weights`.  N comes first with `batch_first`, or is missing in all.
    Raises ValueError or AssertionError for sizes that do not fit.  Source: Vaswani et al. 2017.

    Example:
        >>> x = te.ones(5, 2, 8)
        >>> out, weights = te.nn.MultiheadAttention(8, 2)(x, x, x)
        >>> out.shape, weights.shape
        (tinygrad_edu.Size([5, 2, 8]), tinygrad_edu.Size([2, 5, 5]))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, "
                f"got embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        if embed_dim % num_heads:
            raise AssertionError("embed_dim must be divisible by num_heads")
        super().__init__()
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim

        def parameter(name: str, wanted: bool, *shape: int) -> None:
            t = Parameter(empty(shape, device=device, dtype=dtype)) if wanted else None
            self.register_parameter(name, t)

        parameter("q_proj_weight", not self._qkv_same_embed_dim, embed_dim, embed_dim)
        parameter("k_proj_weight", not self._qkv_same_embed_dim, embed_dim, self.kdim)
        parameter("v_proj_weight", not self._qkv_same_embed_dim, embed_dim, self.vdim)
        parameter("in_proj_weight", self._qkv_same_embed_dim, 3 * embed_dim, embed_dim)
        parameter("in_proj_bias", bias, 3 * embed_dim)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        parameter("bias_k", add_bias_kv, 1, 1, embed_dim)
        parameter("bias_v", add_bias_kv, 1, 1, embed_dim)
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """Draw the projections and biases afresh; out_proj's weight as every Linear's."""
        for name, p in self.named_parameters(recurse=False):
            if name.endswith("weight"):
                init.xavier_uniform_(p)
            elif name == "in_proj_bias":
                init.zeros_(p)
            else:
                init.xavier_normal_(p)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """(attention, its weights or None)"""
        swapped = self.batch_first and query.ndim == 3
        if swapped:
            alone = key is query and value is query
            query, key, value = (
                [query.transpose(0, 1)] * 3
                if alone
                else [x.transpose(0, 1) for x in (query, key, value)]
            )
        out, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            not self._qkv_same_embed_dim,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return out.transpose(0, 1) if swapped else out, weights
