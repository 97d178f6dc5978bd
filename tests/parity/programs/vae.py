"""A variational autoencoder, by the book; and once more with `torch.distributions`."""

import numpy as np
import torch
from harness import in_both_precisions, same_start
from torch import nn, optim
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence
from torch.nn import functional as F

rng = np.random.default_rng(1)


class VAE(nn.Module):
    def __init__(self):
        super(VAE, self).__init__()
        self.fc1 = nn.Linear(64, 32)
        self.fc21 = nn.Linear(32, 4)
        self.fc22 = nn.Linear(32, 4)
        self.fc3 = nn.Linear(4, 32)
        self.fc4 = nn.Linear(32, 64)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.from_numpy(rng.normal(size=tuple(std.shape))).type_as(std)
        return eps.mul(std).add_(mu)

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 64))
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 64), reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD


def main():
    global rng
    rng = np.random.default_rng(1)
    images = torch.Tensor(rng.uniform(size=(48, 1, 8, 8))).pow(3)
    model = VAE()
    same_start(model=model)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    train_loss = 0.0
    for step in range(18):
        model.train()
        data = images[step % 3 * 16 : (step % 3 + 1) * 16]
        optimizer.zero_grad()
        recon, mu, logvar = model(data)
        loss = loss_function(recon, data, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
        print(f"{step} {loss.item() / len(data)}")

    for step in range(6):
        x = images.flatten(1).round()
        mu, logvar = model.encode(x)
        q = Independent(Normal(mu, logvar.mul(0.5).exp()), 1)
        p = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
        z = q.mean + q.stddev * torch.Tensor(rng.normal(size=q.mean.shape))
        logits = model.fc4(F.relu(model.fc3(z)))
        elbo = Bernoulli(logits=logits).log_prob(x).sum(-1) - kl_divergence(q, p)
        optimizer.zero_grad()
        (-elbo.mean()).backward()
        optimizer.step()
        print(f"elbo {step} {-elbo.mean().item()}")
    with torch.no_grad():
        sample = model.decode(torch.Tensor(rng.normal(size=(4, 4)))).cpu()
    assert sample.view(4, 1, 8, 8).min() >= 0


in_both_precisions(main)
