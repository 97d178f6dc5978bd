"""Inverted residuals (MobileNetV2, EfficientNet): depthwise convolutions, squeeze and excitation, SiLU, stochastic depth."""

import numpy as np
import torch
from harness import in_both_precisions, same_start
from torch import Tensor, nn

rng = np.random.default_rng(0)


def _make_divisible(v: float, divisor: int = 4) -> int:
    new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
    return new_v + divisor if new_v < 0.9 * v else new_v


def drop_connect(x, drop_ratio):
    keep_ratio = 1.0 - drop_ratio
    mask = torch.Tensor(rng.random((x.shape[0], 1, 1, 1)) < keep_ratio).to(x.device)
    x.div_(keep_ratio)
    x.mul_(mask)
    return x


class ConvBNActivation(nn.Sequential):
    def __init__(
        self, in_planes, out_planes, kernel_size=3, stride=1, groups=1, activation=nn.SiLU
    ):
        padding = (kernel_size - 1) // 2
        super().__init__(
            nn.Conv2d(
                in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False
            ),
            nn.BatchNorm2d(out_planes, eps=1e-3, momentum=0.01),
            activation(),
        )


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, squeeze: int):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze, 1)
        self.fc2 = nn.Conv2d(squeeze, channels, 1)
        self.activation, self.scale_activation = nn.ReLU(), nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale = self.fc2(self.activation(self.fc1(self.avgpool(x))))
        return self.scale_activation(scale) * x


class InvertedResidual(nn.Module):
    def __init__(self, inp: int, oup: int, stride: int, expand_ratio: int, activation) -> None:
        super().__init__()
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        layers = []
        if expand_ratio != 1:
            layers.append(ConvBNActivation(inp, hidden_dim, 1, activation=activation))
        layers.extend(
            [
                ConvBNActivation(
                    hidden_dim, hidden_dim, stride=stride, groups=hidden_dim, activation=activation
                ),
                SqueezeExcitation(hidden_dim, _make_divisible(inp / 4)),
                nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
                nn.BatchNorm2d(oup),
            ]
        )
        self.conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        if not self.use_res_connect:
            return self.conv(x)
        out = self.conv(x)
        return x + drop_connect(out, 0.2) if self.training else x + out


def main():
    global rng
    rng = np.random.default_rng(0)
    features = nn.Sequential()
    features.add_module("stem", ConvBNActivation(3, 8, stride=2, activation=nn.Mish))
    settings = [(8, 8, 1, 1, nn.ReLU6), (8, 12, 2, 3, nn.SiLU), (12, 12, 1, 3, nn.GELU)]
    for i, (inp, oup, stride, ratio, act) in enumerate(settings):
        features.add_module(f"block{i}", InvertedResidual(inp, oup, stride, ratio, act))
    model = nn.Sequential(
        features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(p=0.0), nn.Linear(12, 5)
    )
    same_start(model=model)
    x = torch.Tensor(rng.normal(size=(12, 3, 16, 16)))
    y = torch.from_numpy(rng.integers(0, 5, 12)).long()
    optimizer = torch.optim.RMSprop(
        model.parameters(), lr=0.003, alpha=0.9, momentum=0.9, eps=0.001, weight_decay=1e-5
    )
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.97)
    weights = torch.Tensor([1.0, 2.0, 1.0, 0.5, 1.0])
    for epoch in range(15):
        loss = nn.functional.cross_entropy(model(x), y, weight=weights)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        print(f"epoch {epoch} lr {scheduler.get_last_lr()[0]:.5f} loss {loss.item()}")


in_both_precisions(main)
