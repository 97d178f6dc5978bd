"""DenseNet (features joined by cat) and VGG (layers from a list), with several optimisers and schedulers."""

from collections import OrderedDict

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start

cfg = {"VGG": [4, "M", 8, 8, "M"]}


class _DenseLayer(nn.Module):
    def __init__(self, num_input_features, growth_rate, bn_size):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(num_input_features)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(
            num_input_features, bn_size * growth_rate, kernel_size=1, stride=1, bias=False
        )
        self.norm2 = nn.GroupNorm(2, bn_size * growth_rate)
        self.relu2 = nn.PReLU(bn_size * growth_rate)
        self.conv2 = nn.Conv2d(
            bn_size * growth_rate, growth_rate, kernel_size=3, padding=1, bias=False
        )

    def forward(self, inputs):
        prev_features = [inputs] if isinstance(inputs, torch.Tensor) else inputs
        out = self.conv1(self.relu1(self.norm1(torch.cat(prev_features, 1))))
        return self.conv2(self.relu2(self.norm2(out)))


class _DenseBlock(nn.ModuleDict):
    def __init__(self, num_layers, num_input_features, bn_size, growth_rate):
        super().__init__()
        for i in range(num_layers):
            layer = _DenseLayer(num_input_features + i * growth_rate, growth_rate, bn_size)
            self.add_module("denselayer%d" % (i + 1), layer)

    def forward(self, init_features):
        features = [init_features]
        for name, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


def densenet():
    features = nn.Sequential(
        OrderedDict(
            [
                ("conv0", nn.Conv2d(3, 6, kernel_size=3, stride=2, padding=1, bias=False)),
                ("norm0", nn.BatchNorm2d(6)),
                ("relu0", nn.ReLU(inplace=True)),
                ("denseblock1", _DenseBlock(2, 6, 2, 4)),
                ("pool", nn.AvgPool2d(kernel_size=2, stride=2)),
                ("denseblock2", _DenseBlock(2, 14, 2, 4)),
                ("norm5", nn.BatchNorm2d(22)),
            ]
        )
    )
    head = nn.Sequential(nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(22, 4))
    return nn.Sequential(features, head)


class VGG(nn.Module):
    def __init__(self, vgg_name):
        super(VGG, self).__init__()
        self.features = self._make_layers(cfg[vgg_name])
        self.classifier = nn.LazyLinear(4)

    def forward(self, x):
        out = self.features(x)
        out = out.view(out.size(0), -1)
        return self.classifier(out)

    def _make_layers(self, cfg):
        layers = []
        in_channels = 3
        for x in cfg:
            if x == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)]
            else:
                layers += [
                    nn.Conv2d(in_channels, x, kernel_size=3, padding=1),
                    nn.BatchNorm2d(x),
                    nn.ReLU(inplace=True),
                ]
                in_channels = x
        layers += [nn.AvgPool2d(kernel_size=1, stride=1), nn.LocalResponseNorm(3)]
        return nn.Sequential(*layers)


def main():
    rng = np.random.default_rng(0)
    x = torch.Tensor(rng.normal(size=(10, 3, 9, 9)))
    y = torch.from_numpy(rng.integers(0, 4, 10))
    dense, vgg = densenet(), VGG("VGG")
    vgg(x[:1])  # gives the lazy layer its size
    same_start(dense=dense, vgg=vgg)
    for name, net in [("densenet", dense), ("vgg", vgg)]:
        optimizer = torch.optim.Adagrad(net.parameters(), lr=0.02, lr_decay=0.01)
        if name == "vgg":
            optimizer = torch.optim.NAdam(net.parameters(), lr=0.0005)
        scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[3, 6], gamma=0.5)
        for step in range(8):
            net.train()
            optimizer.zero_grad()
            loss = F.multi_margin_loss(net(x), y) if name == "vgg" else F.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            scheduler.step()
            net.eval()
            with torch.no_grad():
                accuracy = (net(x).argmax(-1) == y).to(loss.dtype).mean()
            assert 0 <= float(accuracy) <= 1
            print(name, step, loss.item())
    names = [n for n, _ in dense.named_parameters()]
    assert names[0] == "0.conv0.weight" and "0.denseblock1.denselayer1.norm1.weight" in names


in_both_precisions(main)
