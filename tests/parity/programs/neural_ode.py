"""A neural ODE: RK4 through the network, the adjoint method as a Function, a physics-informed loss, a Hamiltonian."""

import numpy as np
import torch
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch.nn.utils import parameters_to_vector


def rk4_step(func, t, dt, y):
    k1 = func(t, y)
    k2 = func(t + dt / 2, y + dt * k1 / 2)
    k3 = func(t + dt / 2, y + dt * k2 / 2)
    k4 = func(t + dt, y + dt * k3)
    return dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def odeint(func, y0, t):
    solution = [y0]
    for t0, t1 in zip(t[:-1], t[1:]):
        solution.append(solution[-1] + rk4_step(func, t0, t1 - t0, solution[-1]))
    return torch.stack(solution)


class ODEFunc(nn.Module):
    def __init__(self):
        super(ODEFunc, self).__init__()
        self.net = nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 2))
        for m in self.net.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, mean=0, std=0.1)
                nn.init.constant_(m.bias, val=0)

    def forward(self, t, y):
        return self.net(y**3)


class Adjoint(torch.autograd.Function):
    """Gradients by solving backwards in time, storing nothing of the way there."""

    @staticmethod
    def forward(ctx, func, y0, t, *params):
        with torch.no_grad():
            y = odeint(func, y0, t)
        ctx.func = func
        ctx.save_for_backward(t, y, *params)
        return y[-1]

    @staticmethod
    def backward(ctx, grad):
        t, y, *params = ctx.saved_tensors
        a, a_params = grad, [torch.zeros_like(p) for p in params]
        for i in range(len(t) - 1, 0, -1):
            with torch.enable_grad():
                yi = y[i - 1].detach().requires_grad_(True)
                end = yi + rk4_step(ctx.func, t[i - 1], t[i] - t[i - 1], yi)
                a, *more = torch.autograd.grad(end, (yi, *params), a)
            a_params = [x + m for x, m in zip(a_params, more)]
        return (None, a, None, *a_params)


def main():
    rng = np.random.default_rng(0)
    true_A = torch.tensor([[-0.1, 2.0], [-2.0, -0.1]])
    t = torch.linspace(0.0, 2.0, 21)
    with torch.no_grad():
        true_y = odeint(lambda t, y: torch.mm(y**3, true_A), torch.tensor([[2.0, 0.0]]), t)
    func, pinn, energy = (
        ODEFunc(),
        nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1)),
        nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 1)),
    )
    same_start(func=func, pinn=pinn, energy=energy)
    optimizer = torch.optim.RMSprop(func.parameters(), lr=1e-2)
    for itr in range(8):
        s = torch.from_numpy(rng.choice(np.arange(21 - 5, dtype=np.int64), 6, replace=False))
        batch_y0, batch_t = true_y[s], t[:5]
        batch_y = torch.stack([true_y[s + i] for i in range(5)], dim=0)
        optimizer.zero_grad()
        if itr % 2:
            loss = torch.mean(
                torch.abs(Adjoint.apply(func, batch_y0, batch_t, *func.parameters()) - batch_y[-1])
            )
        else:
            loss = torch.mean(torch.abs(odeint(func, batch_y0, batch_t) - batch_y))
        loss.backward()
        optimizer.step()
        print("Iter {:04d} | Loss {}".format(itr, loss.item()))

    # y' = -2 y with y(0) = 1: derivatives of the network by its input are in the loss
    optimizer = torch.optim.Adam(pinn.parameters(), lr=1e-2)
    for epoch in range(6):
        x = torch.Tensor(rng.uniform(0, 1, (16, 1))).requires_grad_()
        y = pinn(x)
        dy = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)[0]
        d2y = torch.autograd.grad(dy.sum(), x, create_graph=True)[0]
        loss = (
            (dy + 2 * y).square().mean()
            + (pinn(torch.zeros(1, 1)) - 1).square().sum()
            + 0.01 * (d2y - 4 * y).pow(2).mean()
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"pinn {epoch} {loss.item()}")

    # a Hamiltonian network: the motion is the gradient of an energy, turned by a quarter
    optimizer = torch.optim.Adamax(energy.parameters(), lr=1e-2)
    x = torch.Tensor(rng.normal(size=(16, 2)))
    J = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    for epoch in range(6):
        x.requires_grad = True
        dH = torch.autograd.grad(energy(x).sum(), x, create_graph=True)[0]
        loss = ((dH @ J.t() - x.detach() @ J.t()) ** 2).mean()
        energy.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"energy {epoch} {loss.item()}")
    H = torch.autograd.functional.hessian(lambda v: energy(v[None]).sum(), x.detach()[0])
    assert (
        torch.allclose(H, H.T, atol=1e-6)
        and parameters_to_vector(energy.parameters()).numel() == 49
    )


in_both_precisions(main)
