"""Wasserstein GAN with gradient penalty: the critic's loss has a gradient in it, so backward runs twice."""

import numpy as np
import torch
import torch.autograd as autograd
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch.autograd import Variable

img_shape = (1, 8, 8)
latent_dim, lambda_gp, n_critic = 6, 10, 2
Tensor = torch.Tensor


class Generator(nn.Module):
    def __init__(self):
        super().__init__()

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(
            *block(latent_dim, 16, normalize=False),
            *block(16, 32),
            nn.Linear(32, int(np.prod(img_shape))),
            nn.Tanh(),
        )

    def forward(self, z):
        img = self.model(z)
        return img.view(img.shape[0], *img_shape)


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2, padding=1),
            nn.InstanceNorm2d(4, affine=True),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4, 8, 3, padding=1),
            nn.LayerNorm([8, 4, 4]),
            nn.SiLU(),
            nn.AvgPool2d(2),
        )
        self.linear = nn.Linear(32, 1, bias=False)

    def forward(self, img):
        return self.linear(self.conv(img).view(img.size(0), -1))


def compute_gradient_penalty(D, real_samples, fake_samples, rng):
    alpha = Tensor(rng.random((real_samples.size(0), 1, 1, 1)))
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = Variable(Tensor(real_samples.shape[0], 1).fill_(1.0), requires_grad=False)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=fake,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


def main():
    rng = np.random.default_rng(5)
    generator, discriminator = Generator(), Critic()
    same_start(generator=generator, discriminator=discriminator)
    optimizer_G = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.9), eps=1e-4)
    optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.9), eps=1e-4)
    for i in range(16):
        real_imgs = Variable(Tensor(rng.normal(size=(8, *img_shape))))
        optimizer_D.zero_grad()
        z = Variable(Tensor(rng.normal(0, 1, (8, latent_dim))))
        fake_imgs = generator(z)
        real_validity, fake_validity = discriminator(real_imgs), discriminator(fake_imgs)
        gradient_penalty = compute_gradient_penalty(
            discriminator, real_imgs.data, fake_imgs.data, rng
        )
        d_loss = (
            -torch.mean(real_validity) + torch.mean(fake_validity) + lambda_gp * gradient_penalty
        )
        d_loss.backward()
        optimizer_D.step()
        optimizer_G.zero_grad()
        print(f"[D {i}] {d_loss.item()}")
        if i % n_critic == 0:
            g_loss = -torch.mean(discriminator(generator(z)))
            g_loss.backward()
            optimizer_G.step()
            print(f"[G {i}] {g_loss.item()}")


in_both_precisions(main)
