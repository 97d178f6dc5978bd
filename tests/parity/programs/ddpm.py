"""Denoising diffusion of points in the plane: cosine schedule, time embeddings, EMA weights, DDPM and DDIM sampling."""

import math
from copy import deepcopy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start

timesteps = 50


class SinusoidalPositionEmbeddings(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, time):
        half_dim = self.dim // 2
        embeddings = math.log(10000) / (half_dim - 1)
        embeddings = torch.exp(torch.arange(half_dim, device=time.device) * -embeddings)
        embeddings = time[:, None] * embeddings[None, :]
        return torch.cat((embeddings.sin(), embeddings.cos()), dim=-1)


class Denoiser(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.time_mlp = nn.Sequential(
            SinusoidalPositionEmbeddings(dim),
            nn.Linear(dim, dim),
            nn.GELU(),
            nn.Linear(dim, 2 * dim),
        )
        self.inp, self.mid, self.out = nn.Linear(2, dim), nn.Linear(dim, dim), nn.Linear(2 * dim, 2)
        self.norm = nn.GroupNorm(4, dim)

    def forward(self, x, t):
        scale, shift = self.time_mlp(t).chunk(2, dim=1)
        h = F.silu(self.inp(x))
        r = F.silu(self.norm(self.mid(h)) * (scale + 1) + shift)
        return self.out(torch.cat([h, r], dim=1))


class EMA:
    def __init__(self, model, decay):
        self.model, self.decay = deepcopy(model).eval().requires_grad_(False), decay

    @torch.no_grad()
    def update(self, model):
        for ema_p, p in zip(self.model.parameters(), model.parameters()):
            ema_p.mul_(self.decay).add_(p, alpha=1 - self.decay)
            # the same: ema_p.lerp_(p, 1 - self.decay)


def cosine_beta_schedule(timesteps, s=0.008):
    x = torch.linspace(0, timesteps, timesteps + 1)
    alphas_cumprod = torch.cos(((x / timesteps) + s) / (1 + s) * torch.pi * 0.5) ** 2
    alphas_cumprod = alphas_cumprod / alphas_cumprod[0]
    betas = 1 - (alphas_cumprod[1:] / alphas_cumprod[:-1])
    return torch.clip(betas, 0.0001, 0.9999)


def extract(a, t, x_shape):
    batch_size = t.shape[0]
    out = a.gather(-1, t.cpu())
    return out.reshape(batch_size, *((1,) * (len(x_shape) - 1))).to(t.device)


def main():
    rng = np.random.default_rng(0)
    betas = cosine_beta_schedule(timesteps)
    alphas = 1.0 - betas
    alphas_cumprod = torch.cumprod(alphas, axis=0)
    alphas_cumprod_prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.0)
    sqrt_recip_alphas = torch.sqrt(1.0 / alphas)
    posterior_variance = betas * (1.0 - alphas_cumprod_prev) / (1.0 - alphas_cumprod)
    angle = torch.Tensor(rng.uniform(0, 2 * np.pi, 64))
    data = torch.stack([angle.cos(), angle.sin()], dim=1)
    model = Denoiser()
    same_start(model=model)
    ema = EMA(model, 0.9)
    optimizer = torch.optim.RAdam(model.parameters(), lr=1e-2)
    losses = {"l1": F.l1_loss, "l2": F.mse_loss, "huber": F.smooth_l1_loss}
    for step in range(18):
        x_start = data[torch.from_numpy(rng.permutation(64)[:32])]
        t = torch.from_numpy(rng.integers(0, timesteps, (32,))).long()
        noise = torch.from_numpy(rng.normal(size=(32, 2))).to(x_start)
        x_noisy = extract(alphas_cumprod.sqrt(), t, x_start.shape) * x_start
        x_noisy = x_noisy + extract((1.0 - alphas_cumprod).sqrt(), t, x_start.shape) * noise
        loss = losses[list(losses)[step % 3]](noise, model(x_noisy, t))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        ema.update(model)
        print(f"Step {step} Loss: {loss.item()}")

    with torch.no_grad():
        img = torch.Tensor(rng.normal(size=(16, 2)))
        for i in reversed(range(0, timesteps)):
            t = torch.full((16,), i, device=img.device, dtype=torch.long)
            betas_t = extract(betas, t, img.shape)
            rest = extract((1.0 - alphas_cumprod).sqrt(), t, img.shape)
            model_mean = extract(sqrt_recip_alphas, t, img.shape) * (
                img - betas_t * ema.model(img, t) / rest
            )
            noise = torch.Tensor(rng.normal(size=(16, 2)))
            img = model_mean + (
                extract(posterior_variance, t, img.shape).sqrt() * noise if i else 0
            )
            img.clamp_(-3, 3)
        print(f"radius {img.norm(dim=1).mean().item()}")


in_both_precisions(main)
