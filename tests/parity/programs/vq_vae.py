"""Discrete codes: a vector-quantised VAE (straight-through, codebook by EMA or loss), Gumbel-softmax, and a masked prior."""

import numpy as np
import torch
from harness import in_both_precisions, same_start
from torch import nn
from torch.distributions import OneHotCategoricalStraightThrough, RelaxedOneHotCategorical, kl
from torch.distributions.one_hot_categorical import OneHotCategorical
from torch.nn import functional as F
from torch.nn.modules.utils import _pair
from torch.utils.checkpoint import checkpoint


class Quantize(nn.Module):
    def __init__(self, dim, n_embed, decay=0.9, eps=1e-5):
        super().__init__()
        self.dim, self.n_embed, self.decay, self.eps = dim, n_embed, decay, eps
        embed = torch.randn(dim, n_embed)
        self.register_buffer("embed", embed)
        self.register_buffer("cluster_size", torch.zeros(n_embed))
        self.register_buffer("embed_avg", embed.clone())

    def forward(self, input):
        flatten = input.reshape(-1, self.dim)
        dist = (
            flatten.pow(2).sum(1, keepdim=True)
            - 2 * flatten @ self.embed
            + self.embed.pow(2).sum(0, keepdim=True)
        )
        _, embed_ind = (-dist).max(1)
        embed_onehot = F.one_hot(embed_ind, self.n_embed).type(flatten.dtype)
        embed_ind = embed_ind.view(*input.shape[:-1])
        quantize = F.embedding(embed_ind, self.embed.transpose(0, 1))
        if self.training:
            self.cluster_size.data.mul_(self.decay).add_(embed_onehot.sum(0), alpha=1 - self.decay)
            embed_sum = flatten.transpose(0, 1) @ embed_onehot
            self.embed_avg.data.mul_(self.decay).add_(embed_sum.detach(), alpha=1 - self.decay)
            n = self.cluster_size.sum()
            cluster_size = (self.cluster_size + self.eps) / (n + self.n_embed * self.eps) * n
            self.embed.data.copy_(self.embed_avg / cluster_size.unsqueeze(0))
        diff = (quantize.detach() - input).pow(2).mean()
        return input + (quantize - input).detach(), diff, embed_ind


class ResBlock(nn.Module):
    def __init__(self, in_channel, channel, kernel=3):
        super().__init__()
        k = _pair(kernel)
        self.conv = nn.Sequential(
            nn.ELU(), nn.Conv2d(in_channel, channel, k, padding=tuple(n // 2 for n in k)),
            nn.ELU(inplace=True), nn.Conv2d(channel, in_channel, 1),
        )  # fmt: skip

    def forward(self, input):
        return checkpoint(self.conv, input, use_reentrant=False) + input


class VQVAE(nn.Module):
    def __init__(self, dim=4, n_embed=6):
        super().__init__()
        self.enc = nn.Sequential(
            nn.Conv2d(1, 8, 4, stride=2, padding=1), ResBlock(8, 4), nn.Conv2d(8, dim, 1)
        )
        self.quantize = Quantize(dim, n_embed)
        self.dec = nn.Sequential(
            nn.Conv2d(dim, 8, 3, padding="same"),
            ResBlock(8, 4),
            nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
        )

    def forward(self, x):
        quant, diff, ids = self.quantize(self.enc(x).permute(0, 2, 3, 1))
        return self.dec(quant.permute(0, 3, 1, 2)), diff.unsqueeze(0), ids


class MaskedConv2d(nn.Conv2d):
    """A PixelCNN's: sees only what comes before."""

    def __init__(self, mask_type, *args, **kwargs):
        super(MaskedConv2d, self).__init__(*args, **kwargs)
        assert mask_type in {"A", "B"}
        self.register_buffer("mask", self.weight.data.clone())
        _, _, kH, kW = self.weight.size()
        self.mask.fill_(1)
        self.mask[:, :, kH // 2, kW // 2 + (mask_type == "B") :] = 0
        self.mask[:, :, kH // 2 + 1 :] = 0

    def forward(self, x):
        self.weight.data *= self.mask
        return super(MaskedConv2d, self).forward(x)


def main():
    rng = np.random.default_rng(0)
    images = torch.zeros(12, 1, 8, 8)
    for image, (i, j) in zip(images, rng.integers(0, 4, (12, 2)).tolist()):
        image[0, i : i + 4, j : j + 4] = 1
    model = VQVAE()
    prior = nn.Sequential(
        MaskedConv2d("A", 6, 12, 3, padding=1), nn.ReLU(True), MaskedConv2d("B", 12, 6, 3, 1, 1)
    )
    encoder, decoder = nn.Linear(64, 5), nn.Linear(5, 64)
    same_start(model=model, prior=prior, encoder=encoder, decoder=decoder)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for i in range(10):
        model.zero_grad()
        out, latent_loss, ids = model(images)
        loss = F.mse_loss(out, images) + 0.25 * latent_loss.mean()
        loss.backward()
        optimizer.step()
        print(f"epoch: {i}; latent: {latent_loss.mean().item():.3f}; loss: {loss.item()}")

    optimizer = torch.optim.NAdam(prior.parameters(), lr=1e-2)
    codes = F.one_hot(ids, 6).permute(0, 3, 1, 2).to(images.dtype)
    for i in range(5):
        loss = F.cross_entropy(prior(codes), ids)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("prior", loss.item())

    # Gumbel-softmax by hand on noise that both libraries are given, beside the distributions that do it
    optimizer, flat = (
        torch.optim.SGD([*encoder.parameters(), *decoder.parameters()], lr=0.1),
        images.flatten(1),
    )
    for i in range(6):
        tau = max(0.5, np.exp(-0.1 * i))
        logits = encoder(flat)
        gumbel = torch.from_numpy(rng.gumbel(size=(12, 5))).to(logits)
        y_soft = F.softmax((logits + gumbel) / tau, dim=-1)
        index = y_soft.max(-1, keepdim=True)[1]
        y_hard = torch.zeros_like(logits, memory_format=torch.legacy_contiguous_format).scatter_(
            -1, index, 1.0
        )
        z = y_hard - y_soft.detach() + y_soft
        relaxed = RelaxedOneHotCategorical(torch.tensor(tau), logits=logits)
        straight = OneHotCategoricalStraightThrough(logits=logits)
        uniform = OneHotCategorical(probs=torch.ones(12, 5) / 5)
        divergence = kl.kl_divergence(straight, uniform).mean()
        density = relaxed.log_prob(y_soft.detach() / y_soft.detach().sum(-1, keepdim=True)).mean()
        assert relaxed.rsample().requires_grad and straight.rsample().sum() == 12
        assert F.gumbel_softmax(logits, tau, hard=True).sum(-1).eq(1).all()
        bce = F.binary_cross_entropy_with_logits(decoder(z), flat, reduction="sum") / 12
        loss = bce + divergence - 0.01 * density
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("gumbel", loss.item())


in_both_precisions(main)
