"""Learning without labels: BYOL with a momentum teacher, SimCLR's NT-Xent, LARS, distillation, and a linear probe."""

from __future__ import print_function

import argparse
import copy
import time
import warnings
from typing import Callable, Optional

import numpy as np
import torch
import torch.backends.cudnn as cudnn
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.parallel
import torch.optim
import torch.utils.data
from harness import in_both_precisions, same_start
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.loss import _Loss
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, SequentialLR, _LRScheduler
from torch.optim.optimizer import Optimizer, required
from torch.utils.data.dataloader import DataLoader
from torch.utils.data.dataset import Dataset, TensorDataset

parser = argparse.ArgumentParser(description="PyTorch self-supervised training")
parser.add_argument("folder", metavar="DIR")
parser.add_argument("-b", "--batch-size", default=16, type=int)
parser.add_argument("--lr", "--learning-rate", default=0.5, type=float, dest="lr")
parser.add_argument("--gpu", default=None, type=int, help="GPU id to use.")
args = parser.parse_args()
if args.gpu is not None:
    warnings.warn("You have chosen a specific GPU.")
if torch.cuda.is_available():
    cudnn.benchmark = True


class AverageMeter(object):
    """Computes and stores the average and current value"""

    def __init__(self, name, fmt=":f"):
        self.name, self.fmt = name, fmt
        self.reset()

    def reset(self):
        self.val = self.avg = self.sum = self.count = 0

    def update(self, val, n=1):
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count

    def __str__(self):
        return ("{name} {val" + self.fmt + "} ({avg" + self.fmt + "})").format(**self.__dict__)


class LARS(Optimizer):
    """Layer-wise adaptive rate scaling: no scaling and no decay of biases and norms."""

    def __init__(self, params, lr=required, momentum=0.9, weight_decay=0.0, eta=0.001):
        if lr is not required and lr < 0.0:
            raise ValueError("Invalid learning rate: {}".format(lr))
        defaults = dict(lr=lr, momentum=momentum, weight_decay=weight_decay, eta=eta)
        super(LARS, self).__init__(params, defaults)

    def __setstate__(self, state):
        super(LARS, self).__setstate__(state)

    @torch.no_grad()
    def step(self, closure: Optional[Callable] = None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                dp = p.grad
                if dp is None:
                    continue
                if p.ndim > 1:
                    dp = dp.add(p, alpha=group["weight_decay"])
                    param_norm, update_norm = torch.norm(p), torch.norm(dp)
                    one = torch.ones_like(param_norm)
                    q = torch.where(
                        param_norm > 0.0,
                        torch.where(update_norm > 0, group["eta"] * param_norm / update_norm, one),
                        one,
                    )
                    dp = dp.mul(q)
                param_state = self.state[p]
                if "mu" not in param_state:
                    param_state["mu"] = torch.zeros_like(p)
                mu = param_state["mu"]
                mu.mul_(group["momentum"]).add_(dp)
                p.add_(mu, alpha=-group["lr"])
        return loss


class NTXent(_Loss):
    def __init__(self, temperature: float, reduction: str = "mean") -> None:
        super(NTXent, self).__init__(reduction=reduction)
        self.temperature = temperature

    def forward(self, zi: torch.Tensor, zj: torch.Tensor) -> torch.Tensor:
        n = zi.size(0)
        z = F.normalize(torch.cat((zi, zj)), dim=-1)
        sim = torch.matmul(z, z.T) / self.temperature
        sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool, device=sim.device), float("-inf"))
        labels = (torch.arange(2 * n, device=sim.device) + n) % (2 * n)
        return F.cross_entropy(sim, labels, reduction=self.reduction)


class Encoder(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 6, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
            nn.Conv2d(6, 12, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(12),
            nn.ReLU(inplace=True),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(12, dim)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (_BatchNorm, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)

    def forward(self, x):
        return self.fc(torch.flatten(self.avgpool(self.conv(x)), 1))


class BYOL(nn.Module):
    def __init__(self, base_encoder: Callable[..., nn.Module], m: float = 0.9):
        super().__init__()
        self.m = m
        self.online = nn.SyncBatchNorm.convert_sync_batchnorm(base_encoder())
        self.predictor = nn.Sequential(
            nn.Linear(8, 16, bias=False), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 8)
        )
        self.target = copy.deepcopy(self.online)
        for param_o, param_t in zip(self.online.parameters(), self.target.parameters()):
            param_t.data.copy_(param_o.data)
            param_t.requires_grad = False
        self.register_buffer("step", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def update_target(self):
        for o, t in zip(self.online.state_dict().values(), self.target.state_dict().values()):
            if t.dtype.is_floating_point:
                t.data = t.data * self.m + o.data * (1.0 - self.m)
        for o, t in zip(self.online.parameters(), self.target.parameters()):
            t.data.mul_(self.m).add_((1.0 - self.m) * o.detach().data)
        self.step += 1

    def forward(self, x1, x2):
        p1, p2 = self.predictor(self.online(x1)), self.predictor(self.online(x2))
        with torch.no_grad():
            z1, z2 = self.target(x1), self.target(x2)
        return (
            2
            - F.cosine_similarity(p1, z2.detach()).mean()
            - F.cosine_similarity(p2, z1.detach()).mean()
        )


def two_views(x, rng):
    """Shifted, flipped and noisy."""
    views = []
    for _ in range(2):
        view = torch.roll(x, shifts=tuple(rng.integers(-1, 2, 2).tolist()), dims=(2, 3))
        if rng.random() < 0.5:
            view = torch.flip(view, [3])
        views.append(view + 0.1 * torch.Tensor(rng.normal(size=x.shape)))
    return views


def accuracy(output, target, topk=(1,)):
    with torch.no_grad():
        _, pred = output.topk(max(topk), 1, True, True)
        correct = pred.t().eq(target.view(1, -1).expand_as(pred.t()))
        return [
            correct[:k].reshape(-1).float().sum(0, keepdim=True).mul_(100.0 / target.size(0))
            for k in topk
        ]


def main():
    rng = np.random.default_rng(0)
    targets = torch.from_numpy(np.arange(48) % 3)
    images = np.zeros((48, 1, 8, 8))
    for image, k in zip(images, targets.tolist()):
        image[0, 2 * k : 2 * k + 3, 2:6] = 1
    dataset: Dataset = TensorDataset(torch.Tensor(images), targets)
    device = torch.device("cuda:{}".format(args.gpu) if args.gpu is not None else "cpu")
    model, probe = torch.nn.DataParallel(BYOL(Encoder)).to(device), nn.Linear(8, 3)
    same_start(model=model, probe=probe)
    optimizer = LARS(
        [p for p in model.parameters() if p.requires_grad], lr=args.lr, weight_decay=1e-4
    )
    scheduler: _LRScheduler = SequentialLR(
        optimizer,
        [LambdaLR(optimizer, lambda step: (step + 1) / 4), CosineAnnealingLR(optimizer, 8)],
        milestones=[4],
    )
    losses, batch_time = AverageMeter("Loss", ":.4e"), AverageMeter("Time", ":6.3f")
    loader = DataLoader(
        dataset,
        batch_size=args.batch_size,
        shuffle=False,
        num_workers=0,
        pin_memory=True,
        drop_last=True,
    )
    for epoch in range(4):
        end = time.time()
        model.train()
        for i, (x, _) in enumerate(loader):
            x1, x2 = two_views(x.to(device, non_blocking=True), rng)
            loss = model(x1, x2)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            model.module.update_target()
            losses.update(loss.item(), x.size(0))
            batch_time.update(time.time() - end)
            print(
                f"Epoch: [{epoch}][{i}/{len(loader)}] {batch_time} lr {scheduler.get_last_lr()[0]:.3f} {losses.avg}"
            )
    assert model.module.step.item() == 12

    backbone, criterion = model.module.online, NTXent(0.5)
    optimizer = torch.optim.SGD(backbone.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    for i in range(4):
        loss = criterion(*(backbone(v) for v in two_views(dataset[:16][0], rng)))
        optimizer.zero_grad(), loss.backward(), optimizer.step()
        print("NT-Xent", loss.item())

    backbone.eval()
    with torch.no_grad():
        features = torch.cat([backbone(x) for x, _ in loader]).numpy()
    features = torch.from_numpy((features - features.mean(0)) / features.std(0))
    optimizer, teacher = torch.optim.Adam(probe.parameters(), lr=0.1), F.one_hot(targets, 3) * 4.0
    kd = nn.KLDivLoss(reduction="batchmean", log_target=True)
    for i in range(6):
        logits, T = probe(features), 2.0
        hard = F.cross_entropy(logits, targets, label_smoothing=0.1)
        soft = kd(F.log_softmax(logits / T, 1), F.log_softmax(teacher.to(logits) / T, 1)) * T * T
        optimizer.zero_grad()
        (hard + 0.5 * soft).backward()
        optimizer.step()
        acc1, acc2 = accuracy(logits, targets, topk=(1, 2))
        print(f"probe Acc@1 {acc1.item():.2f} Acc@2 {acc2[0]:.2f} loss {(hard + soft).item()}")


if __name__ == "__main__":
    in_both_precisions(main)
