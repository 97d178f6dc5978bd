"""A llama-like language model: rotary positions, RMSNorm, SwiGLU, grouped-query attention, a key-value cache."""

import math
from typing import Optional

import numpy as np
import torch
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch import nn


class RMSNorm(torch.nn.Module):
    def __init__(self, dim: int, eps: float):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def _norm(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)

    def forward(self, x):
        return self._norm(x).type_as(x) * self.weight


def precompute_freqs(dim: int, end: int, theta: float = 10000.0):
    freqs = 1.0 / (
        theta ** (torch.arange(0, dim, 2)[: (dim // 2)].to(torch.get_default_dtype()) / dim)
    )
    freqs = torch.outer(torch.arange(end), freqs)
    return torch.cos(freqs), torch.sin(freqs)


def apply_rotary_emb(xq, xk, freqs_cos, freqs_sin):
    xq_r, xq_i = xq.reshape(xq.shape[:-1] + (-1, 2)).unbind(-1)
    xk_r, xk_i = xk.reshape(xk.shape[:-1] + (-1, 2)).unbind(-1)
    shape = [d if i == 1 or i == xq_r.ndim - 1 else 1 for i, d in enumerate(xq_r.shape)]
    cos, sin = freqs_cos.view(shape), freqs_sin.view(shape)
    xq_out = torch.stack([xq_r * cos - xq_i * sin, xq_r * sin + xq_i * cos], dim=-1).flatten(3)
    xk_out = torch.stack([xk_r * cos - xk_i * sin, xk_r * sin + xk_i * cos], dim=-1).flatten(3)
    return xq_out, xk_out


def repeat_kv(x: torch.Tensor, n_rep: int) -> torch.Tensor:
    bs, slen, n_kv_heads, head_dim = x.shape
    x = x[:, :, :, None, :].expand(bs, slen, n_kv_heads, n_rep, head_dim)
    return x.reshape(bs, slen, n_kv_heads * n_rep, head_dim)


class Attention(nn.Module):
    def __init__(self, dim, n_heads, n_kv_heads):
        super().__init__()
        self.n_heads, self.n_kv_heads, self.head_dim = n_heads, n_kv_heads, dim // n_heads
        self.wq = nn.Linear(dim, n_heads * self.head_dim, bias=False)
        self.wk = nn.Linear(dim, n_kv_heads * self.head_dim, bias=False)
        self.wv = nn.Linear(dim, n_kv_heads * self.head_dim, bias=False)
        self.wo = nn.Linear(n_heads * self.head_dim, dim, bias=False)
        self.cache = None

    def forward(self, x, freqs, mask, start_pos: Optional[int] = None):
        bsz, seqlen, _ = x.shape
        xq = self.wq(x).view(bsz, seqlen, self.n_heads, self.head_dim)
        xk = self.wk(x).view(bsz, seqlen, self.n_kv_heads, self.head_dim)
        xv = self.wv(x).view(bsz, seqlen, self.n_kv_heads, self.head_dim)
        xq, xk = apply_rotary_emb(xq, xk, *freqs)
        if start_pos is not None:
            if self.cache is None:
                self.cache = torch.zeros(2, bsz, 16, self.n_kv_heads, self.head_dim)
            self.cache[0, :, start_pos : start_pos + seqlen] = xk
            self.cache[1, :, start_pos : start_pos + seqlen] = xv
            xk, xv = self.cache[0, :, : start_pos + seqlen], self.cache[1, :, : start_pos + seqlen]
        xk, xv = (
            repeat_kv(xk, self.n_heads // self.n_kv_heads),
            repeat_kv(xv, self.n_heads // self.n_kv_heads),
        )
        xq, xk, xv = xq.transpose(1, 2), xk.transpose(1, 2), xv.transpose(1, 2)
        scores = torch.matmul(xq, xk.transpose(2, 3)) / math.sqrt(self.head_dim)
        if mask is not None:
            scores = scores + mask
        output = torch.matmul(F.softmax(scores, dim=-1), xv)
        return self.wo(output.transpose(1, 2).contiguous().view(bsz, seqlen, -1))


class Transformer(nn.Module):
    def __init__(self, vocab_size=20, dim=16, n_layers=2):
        super().__init__()
        self.tok_embeddings = nn.Embedding(vocab_size, dim)
        self.layers = torch.nn.ModuleList()
        for _ in range(n_layers):
            w = {
                name: nn.Linear(*sizes, bias=False)
                for name, sizes in dict(w1=(dim, 32), w2=(32, dim), w3=(dim, 32)).items()
            }
            parts = {
                "attention": Attention(dim, 4, 2),
                "norm": RMSNorm(dim, 1e-5),
                "ffn_norm": nn.RMSNorm(dim, eps=1e-5),
            }
            self.layers.append(nn.ModuleDict({**parts, **w}))
        self.norm = RMSNorm(dim, eps=1e-5)
        self.output = nn.Linear(dim, vocab_size, bias=False)
        cos, sin = precompute_freqs(dim // 4, 32)
        self.register_buffer("freqs_cos", cos, persistent=False)
        self.register_buffer("freqs_sin", sin, persistent=False)

    def forward(self, tokens, start_pos=None):
        _bsz, seqlen = tokens.shape
        h, begin = self.tok_embeddings(tokens), start_pos or 0
        freqs = self.freqs_cos[begin : begin + seqlen], self.freqs_sin[begin : begin + seqlen]
        mask = None
        if seqlen > 1:
            mask = torch.full((1, 1, seqlen, seqlen), float("-inf"))
            mask = torch.triu(mask, diagonal=1).type_as(h)
        for layer in self.layers:
            h = h + layer["attention"](layer["norm"](h), freqs, mask, start_pos)
            z = layer["ffn_norm"](h)
            h = h + layer["w2"](F.silu(layer["w1"](z)) * layer["w3"](z))
        return self.output(self.norm(h))


def main():
    rng = np.random.default_rng(0)
    model = Transformer()
    same_start(model=model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, betas=(0.9, 0.95), weight_decay=0.1)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=16)
    for step in range(16):
        start = torch.from_numpy(rng.integers(0, 20, (8, 1)))
        tokens = (start + 3 * torch.arange(9)) % 20
        logits = model(tokens[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, 20), tokens[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        print(f"step {step} lr {scheduler.get_last_lr()[0]:.2e} loss {loss.item()}")
    with torch.inference_mode():
        whole = model(tokens)[:, -1]
        model(tokens[:, :5], 0)
        for pos in range(5, 9):
            stepwise = model(tokens[:, pos : pos + 1], pos)[:, -1]
        assert torch.allclose(whole, stepwise, atol=1e-5)


in_both_precisions(main)
