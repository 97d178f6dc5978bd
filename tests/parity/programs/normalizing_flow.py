"""Normalizing flows: RealNVP by hand, transforms of torch.distributions with learnt parameters, and a reparametrised posterior."""

import numpy as np
import torch
import torch.distributions as D
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch.distributions import constraints
from torch.distributions.constraint_registry import biject_to, transform_to
from torch.distributions.multivariate_normal import MultivariateNormal
from torch.distributions.transformed_distribution import TransformedDistribution
from torch.distributions.transforms import (
    AffineTransform,
    ComposeTransform,
    ExpTransform,
    SigmoidTransform,
    StickBreakingTransform,
    TanhTransform,
    Transform,
)


class AffineCoupling(Transform):
    """One half shifts and scales the other."""

    domain = codomain = constraints.real_vector
    bijective = True

    def __init__(self, net, mask, cache_size=0):
        super().__init__(cache_size=cache_size)
        self.net, self.mask = net, mask

    def _parameters(self, fixed):
        log_scale, shift = self.net(fixed * self.mask).chunk(2, dim=-1)
        return torch.tanh(log_scale) * (1 - self.mask), shift * (1 - self.mask)

    def _call(self, x):
        log_scale, shift = self._parameters(x)
        return x * log_scale.exp() + shift

    def _inverse(self, y):
        log_scale, shift = self._parameters(y)
        return (y - shift) * (-log_scale).exp()

    def log_abs_det_jacobian(self, x, y):
        return self._parameters(x)[0].sum(-1)


class RealNVP(nn.Module):
    def __init__(self, depth=4):
        super().__init__()
        self.nets = nn.ModuleList(
            nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(), nn.Linear(16, 4)) for _ in range(depth)
        )
        self.register_buffer("loc", torch.zeros(2))
        self.register_buffer("cov", torch.eye(2))
        masks = torch.tensor([[0.0, 1.0], [1.0, 0.0]]).repeat(depth // 2, 1)
        self.masks = nn.Parameter(masks, requires_grad=False)

    def distribution(self):
        parts = [AffineCoupling(net, mask) for net, mask in zip(self.nets, self.masks)]
        return TransformedDistribution(MultivariateNormal(self.loc, self.cov), parts)


class Warped(nn.Module):
    """A one-dimensional density: a normal value through learnt affine maps and squashings."""

    def __init__(self):
        super().__init__()
        self.loc = nn.Parameter(torch.zeros(2))
        self.raw_scale = nn.Parameter(torch.zeros(2))

    def distribution(self):
        scale = transform_to(constraints.positive)(self.raw_scale)
        return TransformedDistribution(
            D.Normal(torch.tensor(0.0), torch.tensor(1.0)),
            [
                AffineTransform(self.loc[0], scale[0]),
                ComposeTransform([SigmoidTransform(), AffineTransform(-1.0, 2.0)]),
                TanhTransform().inv,
                AffineTransform(self.loc[1], scale[1]),
                ExpTransform(),
            ],
        )


def main():
    rng = np.random.default_rng(0)
    flow, warped = RealNVP(), Warped()
    same_start(flow=flow, warped=warped)
    angle = rng.uniform(0, np.pi, 64)
    moons = torch.Tensor(np.stack([np.cos(angle), np.sin(angle)], 1) + rng.normal(0, 0.1, (64, 2)))
    optimizer = torch.optim.Adam([p for p in flow.parameters() if p.requires_grad], lr=5e-3)
    for i in range(10):
        loss = -flow.distribution().log_prob(moons).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"iter {i}: nll {loss.item()}")
    with torch.no_grad():
        assert flow.distribution().sample((5,)).shape == (5, 2)

    values = torch.Tensor(rng.lognormal(0.3, 0.4, 64))
    optimizer = torch.optim.Rprop(warped.parameters(), lr=1e-2)
    for i in range(6):
        optimizer.zero_grad()
        loss = warped.distribution().log_prob(values).mean().neg()
        loss.backward()
        optimizer.step()
        print(f"warped {i}: {loss.item()}")
    print("median", warped.distribution().icdf(torch.tensor(0.5)).item())

    # unconstrained coordinates of a simplex, with the volume that the way back changes
    simplex = biject_to(D.Dirichlet(torch.ones(4)).support)
    assert isinstance(simplex, StickBreakingTransform)
    z = torch.Tensor(rng.normal(size=(3,))).requires_grad_()
    for i in range(4):
        weights = simplex(z)
        logp = D.Dirichlet(torch.tensor([2.0, 3.0, 4.0, 5.0])).log_prob(weights)
        energy = -(logp + simplex.log_abs_det_jacobian(z, weights))
        (grad,) = torch.autograd.grad(energy, z)
        with torch.no_grad():
            z -= 0.1 * grad
        print(f"simplex {i}: {energy.item()}")
    assert torch.allclose(simplex(simplex.inv(weights)), weights, atol=1e-5)


in_both_precisions(main)
