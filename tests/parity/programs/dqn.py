"""Deep Q-learning: replay memory, a target network that follows slowly, gather, smooth L1, clipped gradients."""

import copy
import math
import random
from collections import deque, namedtuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from harness import in_both_precisions, same_start

Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))
BATCH_SIZE, GAMMA, TAU = 16, 0.9, 0.05


class ReplayMemory(object):
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class DQN(nn.Module):
    def __init__(self, n_observations, n_actions):
        super(DQN, self).__init__()
        self.layer1 = nn.Linear(n_observations, 16)
        self.layer2 = nn.Linear(16, 16)
        self.value, self.advantage = nn.Linear(16, 1), nn.Linear(16, n_actions)

    def forward(self, x):
        x = F.relu(self.layer2(F.relu(self.layer1(x))))
        advantage = self.advantage(x)
        return self.value(x) + advantage - advantage.mean(1, keepdim=True)


def optimize_model(memory, policy_net, target_net, optimizer):
    batch = Transition(*zip(*memory.sample(BATCH_SIZE)))
    non_final_mask = torch.tensor(
        tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool
    )
    non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
    state_batch, action_batch, reward_batch = (
        torch.cat(batch.state),
        torch.cat(batch.action),
        torch.cat(batch.reward),
    )
    state_action_values = policy_net(state_batch).gather(1, action_batch)
    next_state_values = torch.zeros(BATCH_SIZE)
    with torch.no_grad():
        next_state_values[non_final_mask] = target_net(non_final_next_states).max(1).values
    expected = (next_state_values * GAMMA) + reward_batch
    loss = F.smooth_l1_loss(state_action_values, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    return loss


def main():
    random.seed(0)
    policy_net = DQN(2, 3)
    same_start(policy_net=policy_net)
    target_net = copy.deepcopy(policy_net)
    target_net.load_state_dict(policy_net.state_dict())
    optimizer = optim.AdamW(policy_net.parameters(), lr=3e-3, amsgrad=True)
    memory = ReplayMemory(200)
    position, velocity, printed = 0.5, 0.0, 0
    for step in range(60):
        state = torch.tensor([[position, velocity]])
        if random.random() > 0.1 + 0.8 * math.exp(-step / 20):
            with torch.no_grad():
                action = policy_net(state).max(1).indices.view(1, 1)
        else:
            action = torch.tensor([[random.randrange(3)]], dtype=torch.long)
        velocity = 0.8 * velocity + 0.3 * (action.item() - 1) + 0.1 * random.gauss(0, 1)
        position += velocity
        terminated = abs(position) > 2
        reward = torch.tensor([-1.0 if terminated else 1.0 - abs(position)])
        next_state = None if terminated else torch.tensor([[position, velocity]])
        memory.push(state, action, next_state, reward)
        if terminated:
            position, velocity = random.uniform(-0.5, 0.5), 0.0
        if len(memory) < 2 * BATCH_SIZE:
            continue
        loss = optimize_model(memory, policy_net, target_net, optimizer)
        target_net_state_dict, policy_net_state_dict = (
            target_net.state_dict(),
            policy_net.state_dict(),
        )
        for key in policy_net_state_dict:
            target_net_state_dict[key] = policy_net_state_dict[key] * TAU + target_net_state_dict[
                key
            ] * (1 - TAU)
        target_net.load_state_dict(target_net_state_dict)
        print(step, loss.item())
        printed += 1
    assert printed > 20 and np.isfinite(loss.detach().numpy())


in_both_precisions(main)
