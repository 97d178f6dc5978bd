"""Attention in other shapes: a Perceiver, Slot Attention, linear attention, an LSTM over frames, a pointer network."""

from functools import wraps
from math import pi
from typing import List, NamedTuple, Optional

import numpy as np
import torch
import torch.nn.functional as F
from einops import rearrange, repeat
from einops.layers.torch import Rearrange, Reduce
from harness import in_both_precisions, same_start
from torch import Tensor, einsum, nn
from torch.nn import init
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.modules.activation import MultiheadAttention
from torch.nn.modules.container import Sequential
from torch.nn.modules.dropout import Dropout
from torch.nn.modules.linear import Linear
from torch.nn.modules.normalization import LayerNorm
from torch.nn.modules.rnn import GRUCell, LSTMCell
from torch.nn.parameter import Parameter
from torch.optim.rmsprop import RMSprop


def exists(val):
    return val is not None


def cache_fn(f):
    cache = None

    @wraps(f)
    def cached_fn(*args, _cache=True, **kwargs):
        nonlocal cache
        if not _cache:
            return f(*args, **kwargs)
        if cache is None:
            cache = f(*args, **kwargs)
        return cache

    return cached_fn


def fourier_encode(x, max_freq, num_bands=4):
    x = x.unsqueeze(-1)
    device, dtype, orig_x = x.device, x.dtype, x
    scales = torch.linspace(1.0, max_freq / 2, num_bands, device=device, dtype=dtype)
    scales = scales[(*((None,) * (len(x.shape) - 1)), Ellipsis)]
    x = x * scales * pi
    x = torch.cat([x.sin(), x.cos()], dim=-1)
    return torch.cat((x, orig_x), dim=-1)


class PreNorm(nn.Module):
    def __init__(self, dim, fn, context_dim=None):
        super().__init__()
        self.fn, self.norm = fn, nn.LayerNorm(dim)
        self.norm_context = nn.LayerNorm(context_dim) if exists(context_dim) else None

    def forward(self, x, **kwargs):
        if exists(self.norm_context):
            kwargs.update(context=self.norm_context(kwargs["context"]))
        return self.fn(self.norm(x), **kwargs)


class GEGLU(nn.Module):
    def forward(self, x):
        x, gates = x.chunk(2, dim=-1)
        return x * F.gelu(gates)


class Attention(nn.Module):
    def __init__(self, query_dim, context_dim=None, heads=2, dim_head=4):
        super().__init__()
        inner_dim, context_dim = dim_head * heads, context_dim or query_dim
        self.scale, self.heads = dim_head**-0.5, heads
        self.to_q = nn.Linear(query_dim, inner_dim, bias=False)
        self.to_kv = nn.Linear(context_dim, inner_dim * 2, bias=False)
        self.to_out = nn.Linear(inner_dim, query_dim)

    def forward(self, x, context=None, mask=None):
        h, context = self.heads, x if context is None else context
        q, (k, v) = self.to_q(x), self.to_kv(context).chunk(2, dim=-1)
        q, k, v = map(lambda t: rearrange(t, "b n (h d) -> (b h) n d", h=h), (q, k, v))
        sim = einsum("b i d, b j d -> b i j", q, k) * self.scale
        if exists(mask):
            mask = repeat(rearrange(mask, "b ... -> b (...)"), "b j -> (b h) () j", h=h)
            sim.masked_fill_(~mask, -torch.finfo(sim.dtype).max)
        attn = sim.softmax(dim=-1)
        return self.to_out(
            rearrange(einsum("b i j, b j d -> b i d", attn, v), "(b h) n d -> b n (h d)", h=h)
        )


class Perceiver(nn.Module):
    def __init__(self, num_latents=4, dim=8, input_dim=1, depth=2, classes=3, bands=2):
        super().__init__()
        self.bands, context = bands, 2 * (2 * bands + 1) + input_dim
        self.latents = nn.Parameter(torch.randn(num_latents, dim))
        feed_forward = lambda: PreNorm(
            dim, nn.Sequential(nn.Linear(dim, 4 * dim), GEGLU(), nn.Linear(2 * dim, dim))
        )
        get_cross = cache_fn(lambda: PreNorm(dim, Attention(dim, context), context_dim=context))
        self.layers = nn.ModuleList([])
        for i in range(depth):
            self.layers.append(
                nn.ModuleList(
                    [get_cross(_cache=i > 0), PreNorm(dim, Attention(dim)), feed_forward()]
                )
            )
        self.to_logits = nn.Sequential(
            Reduce("b n d -> b d", "mean"), nn.LayerNorm(dim), nn.Linear(dim, classes)
        )

    def forward(self, data, mask=None):
        b, *axis, _, device = *data.shape, data.device
        pos = torch.stack(
            torch.meshgrid(
                *[torch.linspace(-1.0, 1.0, steps=s, device=device) for s in axis], indexing="ij"
            ),
            dim=-1,
        )
        enc_pos = repeat(
            rearrange(fourier_encode(pos, 8.0, self.bands), "... n d -> ... (n d)"),
            "... -> b ...",
            b=b,
        )
        data = rearrange(torch.cat((data, enc_pos), dim=-1), "b ... d -> b (...) d")
        x = repeat(self.latents, "n d -> b n d", b=b)
        for cross_attn, self_attn, ff in self.layers:
            x = cross_attn(x, context=data, mask=mask) + x
            x = self_attn(x) + x
            x = ff(x) + x
        return self.to_logits(x)


class SlotAttention(nn.Module):
    def __init__(self, num_slots=3, dim=8, iters=2, eps=1e-8):
        super().__init__()
        self.iters, self.eps, self.scale = iters, eps, dim**-0.5
        self.slots_mu = Parameter(torch.randn(1, num_slots, dim))
        self.to_q, self.to_k, self.to_v = (Linear(dim, dim) for _ in range(3))
        self.gru = GRUCell(dim, dim)
        self.mlp = Sequential(
            LayerNorm(dim), Linear(dim, 16), nn.ReLU(inplace=True), Dropout(0.0), Linear(16, dim)
        )
        self.norm_input, self.norm_slots = LayerNorm(dim), LayerNorm(dim)

    def forward(self, inputs):
        b, n, d = inputs.shape
        slots, inputs = self.slots_mu.expand(b, -1, -1), self.norm_input(inputs)
        k, v = self.to_k(inputs), self.to_v(inputs)
        for _ in range(self.iters):
            dots = torch.einsum("bid,bjd->bij", self.to_q(self.norm_slots(slots)), k) * self.scale
            attn = dots.softmax(dim=1) + self.eps
            attn = attn / attn.sum(dim=-1, keepdim=True)
            updates = torch.einsum("bjd,bij->bid", v, attn)
            slots = self.gru(updates.reshape(-1, d), slots.reshape(-1, d)).reshape(b, -1, d)
            slots = slots + self.mlp(slots)
        return slots


class State(NamedTuple):
    h: Tensor
    c: Tensor


class PointerNetwork(nn.Module):
    """Sorts numbers by pointing at them, one after the other."""

    def __init__(self, dim=8):
        super().__init__()
        self.embed, self.encoder = nn.Linear(1, dim), nn.LSTM(dim, dim, batch_first=True)
        self.cell, self.attend = LSTMCell(dim, dim), MultiheadAttention(dim, 1, batch_first=True)
        self.start = Parameter(torch.zeros(dim))
        init.uniform_(self.start, -1, 1)

    def forward(self, x: Tensor, order: Optional[Tensor] = None) -> Tensor:
        batch, n, _ = x.shape
        inputs = self.embed(x)
        memory, (h, c) = self.encoder(inputs)
        state = State(h.squeeze(0), c.squeeze(0))
        given, mask = self.start.expand(batch, -1), torch.zeros(batch, n, dtype=torch.bool)
        found: List[Tensor] = []
        for t in range(n):
            state = State(*self.cell(given, state))
            glimpse, weights = self.attend(
                state.h[:, None], memory, memory, key_padding_mask=mask, need_weights=True
            )
            scores = torch.baddbmm(
                torch.zeros(batch, n, 1), memory, glimpse.transpose(1, 2)
            ).squeeze(-1)
            found.append(scores.masked_fill(mask, float("-inf")))
            choice = order[:, t]
            mask = mask.scatter(1, choice.unsqueeze(1), True)
            given = inputs.gather(1, choice.view(-1, 1, 1).expand(-1, 1, inputs.size(-1))).squeeze(
                1
            )
        return torch.stack(found, 1)


def main():
    rng = np.random.default_rng(0)
    perceiver, pointer = Perceiver(), PointerNetwork()
    slots = nn.Sequential(
        Rearrange("b h w c -> b (h w) c"),
        nn.Linear(1, 8),
        SlotAttention(),
        nn.Flatten(),
        nn.Linear(24, 3),
    )
    same_start(perceiver=perceiver, pointer=pointer, slots=slots)
    labels = torch.from_numpy(rng.integers(0, 3, 8))
    images = torch.Tensor(rng.normal(0, 0.1, (8, 4, 4, 1)))
    images[torch.arange(8), labels, labels] += 2.0
    mask = torch.ones(8, 4, 4, dtype=torch.bool)
    mask[:, -1] = False
    for name, model, extra in (("perceiver", perceiver, {"mask": mask}), ("slots", slots, {})):
        optimizer = RMSprop(
            model.parameters(), lr=3e-3, alpha=0.9, momentum=0.5, centered=name == "slots"
        )
        for i in range(6):
            with sdpa_kernel(SDPBackend.MATH):
                loss = F.cross_entropy(model(images, **extra), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            print(name, i, loss.item())

    optimizer = torch.optim.AdamW(pointer.parameters(), lr=1e-2, amsgrad=True)
    x = torch.Tensor(rng.random((8, 5, 1)))
    order = torch.argsort(x.squeeze(-1), dim=1)
    for i in range(6):
        loss = F.nll_loss(pointer(x, order).log_softmax(-1).flatten(end_dim=1), order.reshape(-1))
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        print("pointer", i, loss.item())


in_both_precisions(main)
