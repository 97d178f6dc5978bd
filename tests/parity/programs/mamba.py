"""A selective state-space language model (Mamba), with a mixture of experts after each block."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Union

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import einsum, rearrange, repeat
from harness import in_both_precisions, same_start


@dataclass
class ModelArgs:
    d_model: int = 16
    n_layer: int = 2
    vocab_size: int = 12
    d_state: int = 4
    expand: int = 2
    dt_rank: Union[int, str] = "auto"
    d_conv: int = 4
    n_experts: int = 4
    top_k: int = 2

    def __post_init__(self):
        self.d_inner = int(self.expand * self.d_model)
        if self.dt_rank == "auto":
            self.dt_rank = math.ceil(self.d_model / 16)


class RMSNorm(nn.Module):
    def __init__(self, d_model: int, eps: float = 1e-5):
        super().__init__()
        self.eps, self.weight = eps, nn.Parameter(torch.ones(d_model))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class MambaBlock(nn.Module):
    def __init__(self, args: ModelArgs):
        super().__init__()
        self.args = args
        self.in_proj = nn.Linear(args.d_model, args.d_inner * 2, bias=False)
        self.conv1d = nn.Conv1d(
            in_channels=args.d_inner, out_channels=args.d_inner, bias=True,
            kernel_size=args.d_conv, groups=args.d_inner, padding=args.d_conv - 1,
        )  # fmt: skip
        self.x_proj = nn.Linear(args.d_inner, args.dt_rank + args.d_state * 2, bias=False)
        self.dt_proj = nn.Linear(args.dt_rank, args.d_inner, bias=True)
        A = repeat(torch.arange(1, args.d_state + 1), "n -> d n", d=args.d_inner)
        self.A_log = nn.Parameter(torch.log(A))
        self.A_log._no_weight_decay = True
        self.D = nn.Parameter(torch.ones(args.d_inner))
        self.out_proj = nn.Linear(args.d_inner, args.d_model, bias=False)

    def forward(self, x):
        (b, length, d) = x.shape
        (x, res) = self.in_proj(x).split(split_size=[self.args.d_inner, self.args.d_inner], dim=-1)
        x = rearrange(x, "b l d_in -> b d_in l")
        x = self.conv1d(x)[:, :, :length]
        x = F.silu(rearrange(x, "b d_in l -> b l d_in"))
        return self.out_proj(self.ssm(x) * F.silu(res))

    def ssm(self, x):
        (d_in, n) = self.A_log.shape
        A, D = -torch.exp(self.A_log.float().to(x.dtype)), self.D
        (delta, B, C) = self.x_proj(x).split(split_size=[self.args.dt_rank, n, n], dim=-1)
        return self.selective_scan(x, F.softplus(self.dt_proj(delta)), A, B, C, D)

    def selective_scan(self, u, delta, A, B, C, D):
        (b, length, d_in), n = u.shape, A.shape[1]
        deltaA = torch.exp(einsum(delta, A, "b l d_in, d_in n -> b l d_in n"))
        deltaB_u = einsum(delta, B, u, "b l d_in, b l n, b l d_in -> b l d_in n")
        x = torch.zeros((b, d_in, n), device=deltaA.device)
        ys = []
        for i in range(length):
            x = deltaA[:, i] * x + deltaB_u[:, i]
            ys.append(einsum(x, C[:, i, :], "b d_in n, b n -> b d_in"))
        return torch.stack(ys, dim=1) + u * D


class SparseMoE(nn.Module):
    """Each token goes to the top k of several MLPs."""

    def __init__(self, args: ModelArgs):
        super().__init__()
        self.top_k, self.n = args.top_k, args.n_experts
        self.gate = nn.Linear(args.d_model, args.n_experts, bias=False)
        self.experts = nn.ModuleList(
            [
                nn.Sequential(nn.Linear(args.d_model, 24), nn.SiLU(), nn.Linear(24, args.d_model))
                for _ in range(args.n_experts)
            ]
        )

    def forward(self, x):
        shape = x.shape
        x = x.view(-1, shape[-1])
        router_logits = self.gate(x)
        routing_weights = F.softmax(router_logits, dim=1)
        weights, selected = torch.topk(routing_weights, self.top_k, dim=-1)
        weights /= weights.sum(dim=-1, keepdim=True)
        out = torch.zeros_like(x)
        mask = F.one_hot(selected, num_classes=self.n).permute(2, 1, 0)
        for k, expert in enumerate(self.experts):
            idx, top_x = torch.where(mask[k])
            if top_x.shape[0] == 0:
                continue
            current = expert(x[None, top_x].reshape(-1, shape[-1])) * weights[top_x, idx, None]
            out.index_add_(0, top_x, current.to(x.dtype))
        # the share of tokens times the mean probability, per expert
        share = torch.bincount(selected.flatten(), minlength=self.n).to(x.dtype) / selected.numel()
        self.balance = self.n * (share * routing_weights.mean(0)).sum()
        self.z_loss = torch.logsumexp(router_logits, dim=-1).square().mean()
        return out.view(shape)


class ResidualBlock(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.mixer, self.norm = MambaBlock(args), RMSNorm(args.d_model)
        self.moe, self.norm2 = SparseMoE(args), nn.RMSNorm(args.d_model)

    def forward(self, x):
        x = self.mixer(self.norm(x)) + x
        return self.moe(self.norm2(x)) + x


class Mamba(nn.Module):
    def __init__(self, args: ModelArgs):
        super().__init__()
        self.embedding = nn.Embedding(args.vocab_size, args.d_model)
        self.layers = nn.ModuleList([ResidualBlock(args) for _ in range(args.n_layer)])
        self.norm_f = RMSNorm(args.d_model)
        self.lm_head = nn.Linear(args.d_model, args.vocab_size, bias=False)
        self.lm_head.weight = self.embedding.weight

    def forward(self, input_ids):
        x = self.embedding(input_ids)
        for layer in self.layers:
            x = layer(x)
        return self.lm_head(self.norm_f(x))


def main():
    rng = np.random.default_rng(0)
    args = ModelArgs()
    model = Mamba(args)
    same_start(model=model)
    decay = [
        p for p in model.parameters() if p.ndim >= 2 and not getattr(p, "_no_weight_decay", False)
    ]
    rest = [p for p in model.parameters() if all(p is not q for q in decay)]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}],
        lr=3e-3, betas=(0.9, 0.95), fused=torch.cuda.is_available(),
    )  # fmt: skip
    for step in range(15):
        # to be copied after a marker: the tokens worth remembering
        tokens = torch.from_numpy(rng.integers(1, args.vocab_size, (4, 6)))
        ids = torch.cat([tokens, torch.zeros(4, 1, dtype=torch.long), tokens], dim=1)
        logits = model(ids[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), ignore_index=0)
        aux = sum(m.balance + 1e-3 * m.z_loss for m in model.modules() if isinstance(m, SparseMoE))
        optimizer.zero_grad(set_to_none=True)
        (loss + 0.01 * aux).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        print(f"step {step} | aux {aux.item():.3f} | loss {loss.item()}")


in_both_precisions(main)
