"""Actor-critic and PPO on a point that must stay near zero: Gaussian actions, GAE, the clipped surrogate."""

import numpy as np
import torch
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch.distributions import Categorical
from torch.distributions.normal import Normal


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias_const)
    return layer


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.critic = nn.Sequential(
            layer_init(nn.Linear(3, 16)), nn.Tanh(), layer_init(nn.Linear(16, 1), std=1.0)
        )
        self.actor_mean = nn.Sequential(
            layer_init(nn.Linear(3, 16)), nn.Tanh(), layer_init(nn.Linear(16, 2), std=0.01)
        )
        self.actor_logstd = nn.Parameter(torch.zeros(1, 2))
        self.brake = layer_init(nn.Linear(3, 2), std=0.01)

    def get_value(self, x):
        return self.critic(x)

    def get_action_and_value(self, x, action=None, noise=None):
        action_mean = self.actor_mean(x)
        action_std = torch.exp(self.actor_logstd.expand_as(action_mean))
        probs = Normal(action_mean, action_std)
        brake = Categorical(logits=self.brake(x))
        if action is None:
            action = action_mean + action_std * noise  # probs.sample(), with NumPy's noise
        on = (x[:, 0] > 0).long()
        logprob = probs.log_prob(action).sum(1) + brake.log_prob(on)
        return action, logprob, probs.entropy().sum(1) + brake.entropy(), self.critic(x)


def main(num_envs=4, num_steps=16, gamma=0.99, gae_lambda=0.95, clip_coef=0.2):
    rng = np.random.default_rng(1)
    agent = Agent()
    same_start(agent=agent)
    optimizer = torch.optim.Adam(agent.parameters(), lr=3e-3, eps=1e-5)
    next_obs = torch.Tensor(rng.normal(size=(num_envs, 3)))
    next_done = torch.zeros(num_envs)
    for iteration in range(4):
        optimizer.param_groups[0]["lr"] = (1.0 - iteration / 4) * 3e-3
        obs, actions = (
            torch.zeros((num_steps, num_envs, 3)),
            torch.zeros((num_steps, num_envs) + (2,)),
        )
        logprobs, rewards, dones, values = (torch.zeros((num_steps, num_envs)) for _ in range(4))
        for step in range(num_steps):
            obs[step], dones[step] = next_obs, next_done
            with torch.no_grad():
                noise = torch.Tensor(rng.normal(size=(num_envs, 2)))
                action, logprob, _, value = agent.get_action_and_value(next_obs, noise=noise)
                values[step] = value.flatten()
            actions[step], logprobs[step] = action, logprob
            push = torch.cat([action, action.prod(1, keepdim=True)], 1).cpu().numpy()
            state = (
                0.9 * next_obs.numpy()
                + 0.3 * np.clip(push, -1, 1)
                + 0.1 * rng.normal(size=(num_envs, 3))
            )
            rewards[step] = torch.tensor(-np.abs(state).sum(1)).view(-1)
            done = rng.random(num_envs) < 0.05
            next_obs, next_done = (
                torch.Tensor(np.where(done[:, None], 0, state)),
                torch.Tensor(done),
            )

        with torch.no_grad():
            next_value = agent.get_value(next_obs).reshape(1, -1)
            advantages = torch.zeros_like(rewards)
            lastgaelam = 0
            for t in reversed(range(num_steps)):
                nextnonterminal = 1.0 - (next_done if t == num_steps - 1 else dones[t + 1])
                nextvalues = next_value if t == num_steps - 1 else values[t + 1]
                delta = rewards[t] + gamma * nextvalues * nextnonterminal - values[t]
                advantages[t] = lastgaelam = (
                    delta + gamma * gae_lambda * nextnonterminal * lastgaelam
                )
            returns = advantages + values

        b_obs, b_actions = obs.reshape((-1, 3)), actions.reshape(-1, 2)
        b_logprobs, b_advantages, b_returns, b_values = (
            x.reshape(-1) for x in (logprobs, advantages, returns, values)
        )
        b_inds = np.arange(num_envs * num_steps)
        rng.shuffle(b_inds)
        for start in range(0, len(b_inds), 16):
            mb_inds = b_inds[start : start + 16]
            _, newlogprob, entropy, newvalue = agent.get_action_and_value(
                b_obs[mb_inds], b_actions[mb_inds]
            )
            logratio = newlogprob - b_logprobs[mb_inds]
            ratio = logratio.exp()
            with torch.no_grad():
                approx_kl = ((ratio - 1) - logratio).mean()
                clipfrac = ((ratio - 1.0).abs() > clip_coef).to(ratio.dtype).mean().item()
                assert approx_kl > -1e-3 and 0 <= clipfrac <= 1
            adv = b_advantages[mb_inds]
            adv = (adv - adv.mean()) / (adv.std() + 1e-8)
            pg_loss = torch.max(
                -adv * ratio, -adv * torch.clamp(ratio, 1 - clip_coef, 1 + clip_coef)
            ).mean()
            newvalue = newvalue.view(-1)
            v_clipped = b_values[mb_inds] + torch.clamp(
                newvalue - b_values[mb_inds], -clip_coef, clip_coef
            )
            v_loss = (
                0.5
                * torch.max(
                    (newvalue - b_returns[mb_inds]) ** 2, (v_clipped - b_returns[mb_inds]) ** 2
                ).mean()
            )
            loss = pg_loss - 0.01 * entropy.mean() + v_loss * 0.5
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
            optimizer.step()
            print(iteration, start, loss.item())


in_both_precisions(main)
