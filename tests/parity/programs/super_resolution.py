"""Sub-pixel super resolution with weight norm and residual scaling; PSNR against bicubic interpolation."""

from math import log10

import numpy as np
import torch
import torch.nn as nn
import torch.nn.init as init
from harness import in_both_precisions, same_start
from torch.nn.utils import spectral_norm, weight_norm
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self, upscale_factor):
        super(Net, self).__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(1, 8, (5, 5), (1, 1), (2, 2))
        self.conv2 = nn.Conv2d(8, 8, (3, 3), (1, 1), (1, 1))
        self.conv3 = weight_norm(nn.Conv2d(8, 8, (3, 3), (1, 1), (1, 1)))
        self.conv4 = nn.Conv2d(8, upscale_factor**2, (3, 3), (1, 1), (1, 1))
        self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
        init.orthogonal_(self.conv1.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv2.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv4.weight)

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = x + 0.1 * self.relu(self.conv3(self.relu(self.conv2(x))))
        return self.pixel_shuffle(self.conv4(x))


class Judge(nn.Module):
    """A patch discriminator whose layers are 1-Lipschitz."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            spectral_norm(nn.Conv2d(1, 4, 4, stride=2, padding=1)),
            nn.LeakyReLU(0.2, True),
            spectral_norm(nn.Conv2d(4, 1, 3)),
        )

    def forward(self, x):
        return self.body(x)


def main():
    rng = np.random.default_rng(123)
    u = torch.linspace(-1, 1, 16)
    yy, xx = torch.meshgrid(u, u, indexing="ij")
    phase = torch.Tensor(rng.uniform(0, 6, (12, 1, 1, 1)))
    fine = torch.sin(4 * xx + phase) * torch.cos(3 * yy * phase) + 0.02 * torch.Tensor(
        rng.normal(size=(12, 1, 16, 16))
    )
    coarse = nn.functional.interpolate(fine, size=(8, 8), mode="area")
    loader = DataLoader(dataset=TensorDataset(coarse, fine), batch_size=4, shuffle=False)
    model, judge = Net(upscale_factor=2), Judge()
    same_start(model=model, judge=judge)
    criterion, adversarial = nn.L1Loss(), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    judging = torch.optim.SGD(judge.parameters(), lr=0.05)
    for epoch in range(5):
        for input, target in loader:
            fake = model(input)
            judging.zero_grad()
            real_score, fake_score = judge(target), judge(fake.detach())
            verdict = adversarial(real_score, torch.ones_like(real_score)) + adversarial(
                fake_score, torch.zeros_like(fake_score)
            )
            verdict.backward()
            judging.step()
            optimizer.zero_grad()
            score = judge(fake)
            loss = criterion(fake, target) + 0.01 * adversarial(score, torch.ones_like(score))
            loss.backward()
            optimizer.step()
            print(f"epoch {epoch} verdict {verdict.item():.4f} loss {loss.item()}")
    model.eval()
    with torch.no_grad():
        avg_psnr = 0
        for input, target in loader:
            mse = nn.MSELoss()(model(input), target)
            avg_psnr += 10 * log10(1 / mse.item())
        bicubic = nn.functional.interpolate(
            coarse, scale_factor=2, mode="bicubic", align_corners=False
        )
        print(f"PSNR {avg_psnr / len(loader)}")
        print(f"bicubic {nn.functional.mse_loss(bicubic, fine).item()}")


in_both_precisions(main)
