"""Soft actor-critic on a point to be steered home: tanh-squashed Gaussian actions, twin critics, a learnt temperature."""

import copy
import math
import random
from collections import deque
from itertools import chain
from typing import List, Tuple, Union

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch import Tensor, distributions as pyd
from torch.nn.modules.linear import Linear
from torch.optim.adam import Adam
from torch.optim.optimizer import Optimizer

LOG_STD_MIN, LOG_STD_MAX = -5, 2
device: Union[str, torch.device] = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


class TanhTransform(pyd.transforms.Transform):
    domain = pyd.constraints.real
    codomain = pyd.constraints.interval(-1.0, 1.0)
    bijective = True
    sign = +1

    def __init__(self, cache_size=1):
        super().__init__(cache_size=cache_size)

    @staticmethod
    def atanh(x):
        return 0.5 * (x.log1p() - (-x).log1p())

    def __eq__(self, other):
        return isinstance(other, TanhTransform)

    def _call(self, x):
        return x.tanh()

    def _inverse(self, y):
        return self.atanh(y)

    def log_abs_det_jacobian(self, x, y):
        return 2.0 * (math.log(2.0) - x - F.softplus(-2.0 * x))


class SquashedNormal(pyd.transformed_distribution.TransformedDistribution):
    def __init__(self, loc, scale):
        self.loc, self.scale = loc, scale
        self.base_dist = pyd.Normal(loc, scale)
        super().__init__(self.base_dist, [TanhTransform()])

    @property
    def mean(self):
        mu = self.loc
        for tr in self.transforms:
            mu = tr(mu)
        return mu


def weight_init(m: nn.Module) -> None:
    if isinstance(m, Linear):
        nn.init.orthogonal_(m.weight.data, gain=nn.init.calculate_gain("relu"))
        if hasattr(m.bias, "data"):
            m.bias.data.fill_(0.0)


def mlp(sizes: List[int], activation=nn.ReLU, output_activation=nn.Identity) -> nn.Sequential:
    layers = []
    for j in range(len(sizes) - 1):
        act = activation if j < len(sizes) - 2 else output_activation
        layers += [nn.Linear(sizes[j], sizes[j + 1]), act()]
    return nn.Sequential(*layers)


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = mlp([2, 16, 16], output_activation=nn.ReLU)
        self.mu_layer, self.log_std_layer = nn.Linear(16, 2), nn.Linear(16, 2)
        self.apply(weight_init)

    def forward(self, obs: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        h = self.net(obs)
        log_std = self.log_std_layer(h).clamp(LOG_STD_MIN, LOG_STD_MAX)
        pi = SquashedNormal(self.mu_layer(h), log_std.exp())
        # rsample(), but of noise that both libraries are given
        action = pi.transforms[0](pi.loc + pi.scale * noise)
        log_prob = pi.log_prob(action).sum(dim=-1)
        assert pi.rsample().requires_grad == torch.is_grad_enabled()
        return action, log_prob


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.q1, self.q2 = mlp([4, 16, 1]), mlp([4, 16, 1])

    def forward(self, obs: Tensor, act: Tensor):
        x = torch.cat([obs, act], dim=-1)
        return torch.squeeze(self.q1(x), -1), torch.squeeze(self.q2(x), -1)


def soft_update(net: nn.Module, target: nn.Module, tau: float) -> None:
    for param, target_param in zip(net.parameters(), target.parameters()):
        target_param.data.copy_(tau * param.data + (1 - tau) * target_param.data)


def main():
    rng = np.random.default_rng(0)
    random.seed(0)
    buffer: deque = deque(maxlen=1000)
    actor, critic = Actor().to(device), Critic().to(device)
    same_start(actor=actor, critic=critic)
    critic_target = copy.deepcopy(critic)
    for p in critic_target.parameters():
        p.requires_grad = False
    log_alpha = torch.tensor(np.log(0.1), dtype=torch.get_default_dtype()).to(device)
    log_alpha.requires_grad = True
    actor_opt: Optimizer = Adam(actor.parameters(), lr=1e-3, betas=(0.9, 0.999))
    critic_opt = Adam(chain(critic.q1.parameters(), critic.q2.parameters()), lr=1e-3)
    alpha_opt = Adam([log_alpha], lr=1e-3)
    obs = rng.normal(size=2)
    for step in range(60):
        o = torch.as_tensor(obs, dtype=torch.get_default_dtype(), device=device).unsqueeze(0)
        with torch.no_grad():
            a, _ = actor(o, torch.Tensor(rng.normal(size=(1, 2))))
        action = a.cpu().data.numpy().flatten().astype(np.float32)
        after = np.clip(obs + 0.3 * action, -2, 2)
        buffer.append((obs, action, -float(np.abs(after).sum()), after, float(step % 10 == 9)))
        obs = rng.normal(size=2) if step % 10 == 9 else after
        if step < 40:
            continue
        columns = map(np.stack, zip(*random.sample(list(buffer), 16)))
        state, act, reward, next_state, done = (torch.Tensor(x).to(device) for x in columns)
        with torch.no_grad():
            next_action, log_prob = actor(next_state, torch.Tensor(rng.normal(size=(16, 2))))
            target_v = torch.min(*critic_target(next_state, next_action))
            target_v = target_v - log_alpha.exp().detach() * log_prob
            target_q = reward + 0.99 * (1 - done) * target_v
        q1, q2 = critic(state, act)
        critic_loss = F.mse_loss(q1, target_q) + F.mse_loss(q2, target_q)
        critic_opt.zero_grad()
        critic_loss.backward()
        critic_opt.step()
        pi, log_prob = actor(state, torch.Tensor(rng.normal(size=(16, 2))))
        actor_loss = (log_alpha.exp().detach() * log_prob - torch.min(*critic(state, pi))).mean()
        actor_opt.zero_grad(set_to_none=True)
        actor_loss.backward()
        actor_opt.step()
        alpha_opt.zero_grad()
        (-log_alpha.exp() * (log_prob - 2).detach()).mean().backward()
        alpha_opt.step()
        soft_update(critic, critic_target, tau=0.05)
        print(f"critic {critic_loss.item():.4f} actor {actor_loss.item()}")


in_both_precisions(main)
