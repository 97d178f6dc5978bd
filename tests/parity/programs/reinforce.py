"""REINFORCE on a small corridor: sampled actions, their log-probabilities kept, returns normalised."""

from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from harness import in_both_precisions, same_start
from torch.distributions import Categorical


class Corridor:
    """Walk to the right end in few steps."""

    def __init__(self, length=6):
        self.length = length

    def reset(self):
        self.position, self.steps = 0, 0
        return self.observe()

    def observe(self):
        state = np.zeros(self.length)
        state[self.position] = 1.0
        return state

    def step(self, action):
        self.position = max(0, self.position + (1 if action == 1 else -1))
        self.steps += 1
        done = self.position == self.length - 1
        return self.observe(), 1.0 if done else -0.1, done or self.steps == 20


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(6, 16)
        self.affine2 = nn.Linear(16, 2)
        self.saved_log_probs = []
        self.rewards = []

    def forward(self, x):
        x = F.relu(self.affine1(x))
        return F.softmax(self.affine2(x), dim=1)


def select_action(policy, state, rng):
    state = torch.from_numpy(state).to(torch.get_default_dtype()).unsqueeze(0)
    probs = policy(state)
    m = Categorical(probs)
    # m.sample(), with NumPy's dice
    action = (m.probs.detach().cumsum(-1) < rng.random()).sum(-1)
    policy.saved_log_probs.append(m.log_prob(action))
    return action.item()


def finish_episode(policy, optimizer, gamma=0.99):
    R, eps = 0, np.finfo(np.float32).eps.item()
    policy_loss, returns = [], deque()
    for r in policy.rewards[::-1]:
        R = r + gamma * R
        returns.appendleft(R)
    returns = torch.tensor(returns)
    scaled = (returns - returns.mean()) / (returns.std() + eps)
    for log_prob, R in zip(policy.saved_log_probs, scaled):
        policy_loss.append(-log_prob * R)
    surprise = -torch.cat(policy.saved_log_probs).mean()
    optimizer.zero_grad()
    policy_loss = torch.cat(policy_loss).sum()
    policy_loss.backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved_log_probs[:]
    return policy_loss, surprise


def main():
    rng, env, policy = np.random.default_rng(543), Corridor(), Policy()
    same_start(policy=policy)
    optimizer = optim.Adam(policy.parameters(), lr=1e-2)
    running_reward = 0
    for i_episode in range(15):
        state, ep_reward = env.reset(), 0
        for t in range(1, 100):
            state, reward, done = env.step(select_action(policy, state, rng))
            policy.rewards.append(reward)
            ep_reward += reward
            if done:
                break
        running_reward = 0.05 * ep_reward + (1 - 0.05) * running_reward
        loss, surprise = finish_episode(policy, optimizer)
        print(
            "Episode {}\tAverage reward: {:.2f}\tloss {}".format(
                i_episode, running_reward, 10 + loss.item()
            )
        )
        print("surprise {}".format(surprise.item()))


in_both_precisions(main)
