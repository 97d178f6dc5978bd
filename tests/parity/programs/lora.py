"""LoRA: a frozen network learns a new task through low-rank updates, which are then merged; also as a parametrization."""

import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.utils.parametrize as parametrize
from harness import in_both_precisions, same_start


class LoRALinear(nn.Linear):
    def __init__(self, in_features, out_features, r=2, lora_alpha=4, **kwargs):
        nn.Linear.__init__(self, in_features, out_features, **kwargs)
        self.lora_A = nn.Parameter(self.weight.new_zeros((r, in_features)))
        self.lora_B = nn.Parameter(self.weight.new_zeros((out_features, r)))
        self.scaling, self.merged = lora_alpha / r, False
        self.weight.requires_grad = False
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        nn.init.zeros_(self.lora_B)

    def train(self, mode: bool = True):
        nn.Linear.train(self, mode)
        if not hasattr(self, "lora_A") or self.merged != mode:
            return self
        sign = -1 if mode else 1
        self.weight.data += sign * (self.lora_B @ self.lora_A) * self.scaling
        self.merged = not mode
        return self

    def forward(self, x):
        if self.merged:
            return F.linear(x, self.weight, bias=self.bias)
        result = F.linear(x, self.weight, bias=self.bias)
        return (
            result + (x @ self.lora_A.transpose(0, 1) @ self.lora_B.transpose(0, 1)) * self.scaling
        )


class LoRAParametrization(nn.Module):
    def __init__(self, features_in, features_out, rank=1, alpha=1):
        super().__init__()
        self.lora_A = nn.Parameter(torch.zeros((rank, features_out)))
        self.lora_B = nn.Parameter(torch.zeros((features_in, rank)))
        nn.init.normal_(self.lora_A, mean=0, std=1)
        self.scale, self.enabled = alpha / rank, True

    def forward(self, original_weights):
        if not self.enabled:
            return original_weights
        return (
            original_weights
            + torch.matmul(self.lora_B, self.lora_A).view(original_weights.shape) * self.scale
        )


def mark_only_lora_as_trainable(model):
    for n, p in model.named_parameters():
        p.requires_grad = "lora_" in n


def lora_state_dict(model):
    return {k: v for k, v in model.state_dict().items() if "lora_" in k}


def main():
    rng = np.random.default_rng(0)
    x, teacher = torch.Tensor(rng.normal(size=(32, 8))), torch.Tensor(rng.normal(size=(8, 3)))
    y = (x @ teacher).argmax(1)
    model = nn.Sequential(LoRALinear(8, 16), nn.ReLU(), LoRALinear(16, 3))
    base = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 3))
    for layer in (base[0], base[2]):
        parametrize.register_parametrization(
            layer, "weight", LoRAParametrization(*layer.weight.shape)
        )
    same_start(model=model, base=base)
    mark_only_lora_as_trainable(model)
    for n, p in base.named_parameters():
        p.requires_grad_("lora_" in n)
    for name, net in [("lora", model), ("parametrized", base)]:
        trainable = filter(lambda p: p.requires_grad, net.parameters())
        optimizer = torch.optim.AdamW(trainable, lr=0.02)
        before = {n: p.detach().clone() for n, p in net.named_parameters() if not p.requires_grad}
        for step in range(10):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            print(name, step, loss.item())
        assert all(torch.equal(before[n], p) for n, p in net.named_parameters() if n in before)
    adapters = lora_state_dict(model)
    assert list(adapters) == ["0.lora_A", "0.lora_B", "2.lora_A", "2.lora_B"]
    out = model(x)
    model.eval()
    assert torch.allclose(model(x), out, atol=1e-5)
    missing, unexpected = nn.Sequential(
        LoRALinear(8, 16), nn.ReLU(), LoRALinear(16, 3)
    ).load_state_dict(adapters, strict=False)
    assert len(missing) == 4 and not unexpected
    assert parametrize.is_parametrized(base[0])
    parametrize.remove_parametrizations(base[0], "weight", leave_parametrized=True)
    print("merged", F.cross_entropy(base(x), y).item())


in_both_precisions(main)
