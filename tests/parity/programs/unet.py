"""U-Net for segmentation: encoder and decoder joined by cat, upsampled two ways, Dice and cross-entropy losses."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start


class DoubleConv(nn.Module):
    """(convolution => [BN] => ReLU) * 2"""

    def __init__(self, in_channels, out_channels, mid_channels=None):
        super().__init__()
        if not mid_channels:
            mid_channels = out_channels
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, mid_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(
                mid_channels,
                out_channels,
                kernel_size=3,
                padding="same",
                padding_mode="reflect",
                bias=False,
            ),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(in_channels, out_channels))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, in_channels, out_channels, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(in_channels, out_channels, in_channels // 2)
        else:
            self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
            self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        diffY = x2.size()[2] - x1.size()[2]
        diffX = x2.size()[3] - x1.size()[3]
        x1 = F.pad(x1, [diffX // 2, diffX - diffX // 2, diffY // 2, diffY - diffY // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class UNet(nn.Module):
    def __init__(self, n_channels, n_classes, bilinear):
        super().__init__()
        factor = 2 if bilinear else 1
        self.inc = DoubleConv(n_channels, 4)
        self.down1 = Down(4, 8)
        self.down2 = Down(8, 16 // factor)
        self.up1 = Up(16, 8 // factor, bilinear)
        self.up2 = Up(8, 4, bilinear)
        self.outc = nn.Conv2d(4, n_classes, kernel_size=1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        return self.outc(self.up2(self.up1(x3, x2), x1))


def dice_loss(logits, target, epsilon=1e-6):
    input, target = (
        F.softmax(logits, dim=1),
        F.one_hot(target, 3).permute(0, 3, 1, 2).to(logits.dtype),
    )
    input, target = input.flatten(0, 1), target.flatten(0, 1)
    inter = 2 * (input * target).sum(dim=(-1, -2))
    sets_sum = input.sum(dim=(-1, -2)) + target.sum(dim=(-1, -2))
    sets_sum = torch.where(sets_sum == 0, inter, sets_sum)
    return 1 - ((inter + epsilon) / (sets_sum + epsilon)).mean()


def main():
    rng = np.random.default_rng(0)
    masks = torch.from_numpy(rng.integers(0, 3, (4, 7, 8)))
    masks = F.interpolate(
        masks[:, None].to(torch.get_default_dtype()), scale_factor=2, mode="nearest"
    )[:, 0].long()[:, :-1, :-1]
    images = torch.stack([masks / 2, masks.ne(1) * 1.0], 1) + 0.1 * torch.Tensor(
        rng.normal(size=(4, 2, 13, 15))
    )
    nets = {"bilinear": UNet(2, 3, True), "transposed": UNet(2, 3, False)}
    same_start(**nets)
    for name, net in nets.items():
        optimizer = torch.optim.RMSprop(
            net.parameters(), lr=1e-3, eps=1e-3, weight_decay=1e-8, momentum=0.9, foreach=True
        )
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "max", patience=1)
        for step in range(8):
            pred = net(images.to(memory_format=torch.channels_last))
            loss = nn.CrossEntropyLoss()(pred, masks) + dice_loss(pred, masks)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            scheduler.step(-loss.item())
            print(name, step, loss.item())


in_both_precisions(main)
