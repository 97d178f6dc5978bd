"""An autoregressive mixture of Gaussians (MADE with masked layers), a mixture density network, a Gaussian process."""

import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch import distributions as D


class MaskedLinear(nn.Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias)
        self.register_buffer("mask", torch.ones(out_features, in_features))

    def set_mask(self, mask):
        self.mask.data.copy_(torch.from_numpy(mask.astype(np.uint8).T))

    def forward(self, input):
        return F.linear(input, self.mask * self.weight, self.bias)


class MADE(nn.Module):
    """Three numbers for each component and dimension: weight, mean and log standard deviation."""

    def __init__(self, nin=3, hidden=24, components=4):
        super().__init__()
        self.nin, self.k = nin, components
        self.net = nn.Sequential(
            MaskedLinear(nin, hidden), nn.ReLU(), MaskedLinear(hidden, nin * 3 * components)
        )
        m0, m1 = np.arange(nin), np.arange(hidden) % (nin - 1)
        self.net[0].set_mask(m0[:, None] <= m1[None, :])
        self.net[2].set_mask(m1[:, None] < np.repeat(m0, 3 * components)[None, :])

    def log_prob(self, x):
        logits, means, log_stds = self.net(x).view(len(x), self.nin, 3, self.k).unbind(2)
        component = D.Normal(means, log_stds.clamp(-5, 5).exp())
        weights = F.log_softmax(logits, dim=-1)
        return torch.logsumexp(weights + component.log_prob(x.unsqueeze(-1)), dim=-1).sum(-1)


class MDN(nn.Module):
    def __init__(self, n_hidden=16, k=3):
        super().__init__()
        self.z_h = nn.Sequential(nn.Linear(1, n_hidden), nn.Tanh())
        self.z_pi, self.z_mu, self.z_sigma = (nn.Linear(n_hidden, k) for _ in range(3))

    def forward(self, x):
        z_h = self.z_h(x)
        mix = D.Categorical(logits=self.z_pi(z_h))
        comp = D.Normal(self.z_mu(z_h), torch.exp(self.z_sigma(z_h)))
        return D.MixtureSameFamily(mix, comp)


class ExactGP(nn.Module):
    def __init__(self):
        super().__init__()
        self.raw = nn.ParameterDict(
            {name: nn.Parameter(torch.zeros(())) for name in ("length", "scale", "noise")}
        )

    def forward(self, x, y):
        length, scale, noise = (F.softplus(self.raw[n]) for n in ("length", "scale", "noise"))
        K = scale * torch.exp(-0.5 * torch.cdist(x, x, p=2).pow(2) / length**2)
        K = K + (noise + 1e-4) * torch.eye(len(x))
        prior = D.MultivariateNormal(torch.zeros(len(x)), covariance_matrix=K)
        return -prior.log_prob(y) / len(x)


def main():
    rng = np.random.default_rng(0)
    u = rng.normal(size=(64, 3))
    data = torch.Tensor(
        np.stack([u[:, 0], u[:, 0] ** 2 + 0.3 * u[:, 1], np.sin(2 * u[:, 0]) + 0.2 * u[:, 2]], 1)
    )
    made, mdn, gp = MADE(), MDN(), ExactGP()
    same_start(made=made, mdn=mdn, gp=gp)
    perturbed = data.clone()
    perturbed[:, 2] += 1.0  # the last dimension is seen by nobody but itself
    assert torch.equal(made.net(data)[:, : 2 * 12], made.net(perturbed)[:, : 2 * 12])
    optimizer = torch.optim.Adam(made.parameters(), lr=1e-2)
    for epoch in range(8):
        loss = -made.log_prob(data).mean() / math.log(2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("bits", epoch, loss.item())
    optimizer = torch.optim.Adagrad(mdn.parameters(), lr=0.05)
    y = torch.linspace(-3, 3, 64).unsqueeze(1)
    x = (7 * torch.sin(0.75 * y) + 0.5 * y) / 10 + 0.1 * torch.Tensor(u[:, :1])
    for epoch in range(8):
        loss = -mdn(x).log_prob(y.squeeze(1)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("mdn", epoch, loss.item())
    optimizer = torch.optim.Rprop(gp.parameters(), lr=0.05)
    for epoch in range(6):
        loss = gp(x[:24], y[:24, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("gp", epoch, loss.item())
    assert mdn(x).sample().shape == (64,) and D.Beta(2.0, 3.0).rsample((5,)).shape == (5,)
    p, q = D.Dirichlet(torch.tensor([1.0, 2.0, 3.0])), D.Dirichlet(torch.ones(3))
    print("kl", D.kl_divergence(p, q).item())


in_both_precisions(main)
