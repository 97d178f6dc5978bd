"""Learning to learn sine waves: MAML with a functional forward pass, its first-order kin, and per-task steps under vmap."""

from collections import OrderedDict
from copy import deepcopy

import numpy as np
import torch
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch import nn, optim
from torch.func import functional_call, grad, vmap
from torch.nn.modules.loss import MSELoss
from torch.nn.utils.convert_parameters import parameters_to_vector, vector_to_parameters
from torch.nn.utils.stateless import functional_call as stateless_call
from torch.optim.lr_scheduler import CosineAnnealingLR


class SineModel(nn.Module):
    def __init__(self, width=16):
        super(SineModel, self).__init__()
        self.model = nn.Sequential(
            OrderedDict(
                [
                    ("l1", nn.Linear(1, width)),
                    ("relu1", nn.ReLU()),
                    ("l2", nn.Linear(width, width)),
                    ("relu2", nn.ReLU()),
                    ("l3", nn.Linear(width, 1)),
                ]
            )
        )

    def forward(self, x):
        return self.model(x)

    def parameterised(self, x, weights):
        """As `forward`, with weights that are not the model's own."""
        x = F.relu(F.linear(x, weights[0], weights[1]))
        x = F.relu(F.linear(x, weights[2], weights[3]))
        return F.linear(x, weights[4], weights[5])


class SineTasks:
    def __init__(self, rng):
        self.rng = rng

    def sample(self, k=8):
        amplitude, phase = self.rng.uniform(0.1, 5.0), self.rng.uniform(0, np.pi)
        x = self.rng.uniform(-5, 5, (2, k, 1))
        return torch.Tensor(x), torch.Tensor(amplitude * np.sin(x + phase))


def main():
    tasks = SineTasks(np.random.default_rng(0))
    model, criterion, inner_lr = SineModel(), MSELoss(), 0.01
    same_start(model=model)
    meta_optimizer = optim.Adam(model.parameters(), lr=1e-3)

    # MAML by lists of weights, second order: the way of many repositories
    for iteration in range(6):
        meta_loss = 0
        for _ in range(3):
            (xs, xq), (ys, yq) = tasks.sample()
            weights = [w.clone() for w in model.parameters()]
            for _ in range(2):
                loss = criterion(model.parameterised(xs, weights), ys)
                gradients = torch.autograd.grad(loss, weights, create_graph=True)
                weights = [w - inner_lr * g for w, g in zip(weights, gradients)]
            meta_loss = meta_loss + criterion(model.parameterised(xq, weights), yq)
        meta_grads = torch.autograd.grad(meta_loss / 3, list(model.parameters()))
        for w, g in zip(model.parameters(), meta_grads):
            w.grad = g
        meta_optimizer.step()
        print(f"maml {iteration} {meta_loss.item()}")

    # the same by functional_call
    scheduler = CosineAnnealingLR(meta_optimizer, T_max=5)
    for iteration in range(5):
        meta_optimizer.zero_grad()
        (xs, xq), (ys, yq) = tasks.sample()
        params = {k: v.clone() for k, v in model.named_parameters()}
        loss = F.mse_loss(functional_call(model, params, (xs,)), ys)
        grads = torch.autograd.grad(loss, params.values(), create_graph=True)
        fast = {k: p - inner_lr * g for (k, p), g in zip(params.items(), grads)}
        outer = F.mse_loss(stateless_call(model, fast, (xq,)), yq)
        outer.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        meta_optimizer.step()
        scheduler.step()
        print(f"functional {iteration} {outer.item()}")

    # every task its own step, all at once
    def compute_loss(params, x, y):
        return F.mse_loss(functional_call(model, params, (x,)), y)

    def adapted_loss(params, x, y):
        g = grad(compute_loss)(params, x[0], y[0])
        return compute_loss({k: params[k] - inner_lr * g[k] for k in params}, x[1], y[1])

    x, y = map(torch.stack, zip(*(tasks.sample() for _ in range(4))))
    params = {k: v.detach() for k, v in model.named_parameters()}
    per_task = vmap(adapted_loss, in_dims=(None, 0, 0))(params, x, y)
    for value in per_task.tolist():
        print("task", value)
    whole = grad(lambda p: vmap(adapted_loss, in_dims=(None, 0, 0))(p, x, y).mean())(params)
    print("gradient", sum(g.norm() for g in whole.values()).item())

    # Reptile: towards where a few steps on a task lead
    for iteration in range(4):
        (xs, _), (ys, _) = tasks.sample()
        learner = deepcopy(model)
        optimizer = optim.SGD(learner.parameters(), lr=inner_lr)
        for _ in range(3):
            optimizer.zero_grad()
            loss = criterion(learner(xs), ys)
            loss.backward()
            optimizer.step()
        old, new = map(parameters_to_vector, (model.parameters(), learner.parameters()))
        vector_to_parameters(torch.lerp(old, new, 0.5).detach(), model.parameters())
        print(f"reptile {iteration} {loss.item()}")


in_both_precisions(main)
