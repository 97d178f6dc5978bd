"""Networks on sequences: a recurrent one and a small GPT, as PyTorch's programs write them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .harness import Step, against_torch

STEPS, BATCH, HIDDEN = 64, 32, 128
LAYERS, HEADS, WIDTH, LENGTH, VOCABULARY = 4, 4, 64, 64, 65


# ---- LSTM ----------------------------------------------------------------------------------------
def inputs() -> Any:
    return np.random.default_rng(0).standard_normal((STEPS, BATCH, HIDDEN)).astype(np.float32)


def cell_by_cell(torch: Any) -> Step:
    """An LSTMCell in a loop, forward and backward."""
    cell, xs = torch.nn.LSTMCell(HIDDEN, HIDDEN), torch.tensor(inputs())

    def step() -> None:
        cell.zero_grad()
        h = c = torch.zeros(BATCH, HIDDEN)
        hidden = []
        for x in xs:
            h, c = cell(x, (h, c))
            hidden.append(h)
        torch.stack(hidden).sum().backward()

    return step


def whole_layer(torch: Any) -> Step:
    """An LSTM over the sequence, forward and backward."""
    layer, xs = torch.nn.LSTM(HIDDEN, HIDDEN), torch.tensor(inputs())

    def step() -> None:
        layer.zero_grad()
        layer(xs)[0].sum().backward()

    return step


def lstm(rounds: int) -> Iterator[str]:
    """An LSTM of 128 over 64 steps, batch of 32: cell by cell, and as one layer."""
    yield from against_torch("LSTM 128 cells", cell_by_cell, goal=0.9, rounds=rounds)
    yield from against_torch("LSTM 128 layer", whole_layer, rounds=rounds)


# ---- GPT -----------------------------------------------------------------------------------------
def gpt(torch: Any) -> Any:
    """A GPT as nanoGPT writes it, attention by hand."""
    nn = torch.nn

    class Attention(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
            self.out = nn.Linear(WIDTH, WIDTH)
            self.register_buffer("seen", torch.tril(torch.ones(LENGTH, LENGTH)))

        def forward(self, x: Any) -> Any:
            b, t, _ = x.size()
            q, k, v = (
                y.view(b, t, HEADS, WIDTH // HEADS).transpose(1, 2)
                for y in self.qkv(x).split(WIDTH, dim=2)
            )
            scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            scores = scores.masked_fill(self.seen[:t, :t] == 0, float("-inf"))
            y = nn.functional.softmax(scores, dim=-1) @ v
            return self.out(y.transpose(1, 2).contiguous().view(b, t, WIDTH))

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.norm1, self.attention = nn.LayerNorm(WIDTH), Attention()
            self.norm2 = nn.LayerNorm(WIDTH)
            self.network = nn.Sequential(
                nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH)
            )

        def forward(self, x: Any) -> Any:
            x = x + self.attention(self.norm1(x))
            return x + self.network(self.norm2(x))

    class GPT(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.token = nn.Embedding(VOCABULARY, WIDTH)
            self.place = nn.Embedding(LENGTH, WIDTH)
            self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
            self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

        def forward(self, index: Any) -> Any:
            x = self.token(index) + self.place(torch.arange(index.size(1)))
            return self.head(self.norm(self.blocks(x)))

    return GPT()


def gpt_step(torch: Any) -> Step:
    """A training step on 12 texts of 64 characters, AdamW."""
    model = gpt(torch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    text = np.random.default_rng(0).integers(0, VOCABULARY, (12, LENGTH + 1))
    x, y = torch.tensor(text[:, :-1]), torch.tensor(text[:, 1:])

    def step() -> None:
        logits = model(x)
        loss = torch.nn.functional.cross_entropy(logits.view(-1, VOCABULARY), y.reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    return step


def small_gpt(rounds: int) -> Iterator[str]:
    """A training step of a GPT: 4 layers, 4 heads, width 64, 12 texts of 64 characters, AdamW."""
    yield from against_torch("GPT 4x64 AdamW", gpt_step, goal=1.1, rounds=rounds)
