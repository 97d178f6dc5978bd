"""Gradients written by hand: Functions, straight-through estimators, hooks, Jacobians, and a spiking network."""

import numpy as np
import torch
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch.autograd import Function, gradcheck
from torch.autograd.function import once_differentiable


class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


class LinearFunction(Function):
    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None:
            output += bias.unsqueeze(0).expand_as(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.mm(weight)
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias


class Spike(Function):
    """A step forward, a smooth bump backward."""

    @staticmethod
    def forward(ctx, v, slope):
        ctx.save_for_backward(v)
        ctx.slope = slope
        return (v > 0).to(v.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (v,) = ctx.saved_tensors
        return grad / (ctx.slope * v.abs() + 1.0) ** 2, None


class GradientReversal(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.neg() * ctx.alpha, None


class SpikingNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(10, 4))
        self.b1 = nn.Parameter(torch.zeros(10))
        self.w2 = nn.Linear(10, 3)
        self.domain = nn.Linear(10, 2)
        nn.init.kaiming_uniform_(self.w1)

    def forward(self, x):
        v, counts = torch.zeros(len(x), 10), 0
        current = LinearFunction.apply(x, self.w1, self.b1)
        for _ in range(5):
            v = 0.8 * v + current
            s = Spike.apply(v - 1.0, 10.0)
            v = v * (1 - s.detach())
            counts = counts + s
        return self.w2(counts), self.domain(GradientReversal.apply(counts, 0.1))


def main():
    rng = np.random.default_rng(0)
    P3 = LegendrePolynomial3.apply
    doubles = torch.from_numpy(rng.normal(size=(3, 4))).requires_grad_()
    assert gradcheck(P3, (doubles,)) and torch.autograd.gradgradcheck(P3, (doubles,))
    x = torch.linspace(-np.pi, np.pi, 200)
    y = torch.sin(x)
    a, b, c, d = (torch.full((), v, requires_grad=True) for v in (0.0, -1.0, 0.0, 0.3))
    for t in range(8):
        y_pred = a + b * P3(c + d * x)
        loss = (y_pred - y).pow(2).sum()
        loss.backward()
        with torch.no_grad():
            for p in (a, b, c, d):
                p -= 5e-5 * p.grad
                p.grad = None
        print(t, loss.item())

    net = SpikingNet()
    same_start(net=net)
    seen = []
    handle = net.w2.weight.register_hook(lambda grad: grad.clamp(-0.05, 0.05))
    net.w2.register_forward_hook(
        lambda module, args, output: seen.append(output.detach().abs().mean())
    )
    net.domain.register_full_backward_hook(lambda module, gi, go: seen.append(gi[0].norm()))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    x, y = torch.Tensor(rng.normal(size=(24, 4))), torch.from_numpy(rng.integers(0, 3, 24))
    for t in range(10):
        logits, domain = net(2 * x)
        loss = nn.functional.cross_entropy(logits, y) + nn.functional.cross_entropy(domain, y % 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if t == 4:
            handle.remove()
        print("spikes", t, loss.item())
    assert len(seen) == 20

    # a straight-through estimator, and vector quantisation
    codes = torch.Tensor(rng.normal(size=(6, 4))).requires_grad_()
    for t in range(5):
        distances = x.pow(2).sum(1, keepdim=True) - 2 * x @ codes.t() + codes.pow(2).sum(1)
        nearest = torch.argmin(distances, dim=1)
        quantized = codes[nearest]
        passed = x + (quantized - x).detach()
        loss = (quantized - x.detach()).pow(2).mean() + 0.25 * (passed - 1).abs().mean()
        (grad,) = torch.autograd.grad(loss, [codes])
        codes.data.sub_(0.5 * grad)
        print("codes", t, loss.item())
    J = torch.autograd.functional.jacobian(lambda v: torch.softmax(v, 0), torch.ones(3))
    assert torch.allclose(J, torch.eye(3) / 3 - 1 / 9)


in_both_precisions(main)
