"""A training script with all the trimmings: accumulation, clipping, EMA, early stopping, checkpoints that resume."""

import copy
import logging
import os
import random
from functools import partial

import numpy as np
import torch
from harness import FOLDER, in_both_precisions, same_start
from torch import nn
from torch.cuda.amp import GradScaler, autocast
from torch.utils.data import ConcatDataset, DataLoader, IterableDataset, Subset, TensorDataset


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)


class ModelEMA:
    def __init__(self, model, decay=0.9):
        self.ema = copy.deepcopy(model).eval()
        self.decay = decay
        for p in self.ema.parameters():
            p.requires_grad_(False)

    def update(self, model):
        with torch.no_grad():
            msd = model.state_dict()
            for k, v in self.ema.state_dict().items():
                if v.dtype.is_floating_point:
                    v *= self.decay
                    v += (1.0 - self.decay) * msd[k].detach()


class EarlyStopping:
    def __init__(self, patience=3):
        self.patience, self.best, self.count = patience, float("inf"), 0

    def __call__(self, loss):
        self.count = 0 if loss < self.best else self.count + 1
        self.best = min(self.best, loss)
        return self.count >= self.patience


class Windows(IterableDataset):
    """Windows of a series, with what comes next."""

    def __init__(self, series, width):
        self.series, self.width = series, width

    def __iter__(self):
        for i in range(len(self.series) - self.width):
            yield self.series[i : i + self.width], self.series[i + self.width]


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 6, 3, padding=2, dilation=2)
        self.lstm = nn.LSTM(6, 8, num_layers=1)
        self.head = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 1))
        self.register_buffer("seen", torch.zeros((), dtype=torch.long))

    def forward(self, x):
        self.seen += len(x)
        h = torch.relu(self.conv(x.unsqueeze(1)))
        out, (hn, cn) = self.lstm(h.permute(2, 0, 1))
        return self.head(out[-1]).squeeze(-1)


def evaluate(model, loader):
    was = model.training
    model.eval()
    with torch.no_grad():
        losses = [nn.functional.huber_loss(model(x), y, delta=0.5) for x, y in loader]
    model.train(was)
    return torch.stack(losses).mean().item()


def build():
    model = Forecaster()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1e-2)
    warmup = torch.optim.lr_scheduler.LinearLR(optimizer, 0.2, total_iters=3)
    decay = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.97)
    return model, optimizer, torch.optim.lr_scheduler.ChainedScheduler([warmup, decay])


def main():
    set_seed(7)
    rng = np.random.default_rng(7)
    series = torch.Tensor(np.sin(np.arange(60) / 3) + 0.1 * rng.normal(size=60))
    train = DataLoader(Windows(series[:44], 12), batch_size=8)
    held = TensorDataset(*map(torch.stack, zip(*Windows(series[44:], 12))))
    valid = DataLoader(
        ConcatDataset([Subset(held, [0, 1]), Subset(held, range(2, len(held)))]),
        batch_size=2,
        pin_memory=False,
    )
    model, optimizer, scheduler = build()
    same_start(model=model)
    ema, stopping, scaler = ModelEMA(model), EarlyStopping(patience=50), GradScaler(enabled=False)
    path, accumulation, valid_loss = os.path.join(FOLDER, "latest.pth"), 2, float("inf")
    for epoch in range(4):
        if epoch == 2:  # as if the program had been started again
            model, optimizer, scheduler = build()
            checkpoint = torch.load(path, map_location=torch.device("cpu"), weights_only=False)
            model.load_state_dict(checkpoint["model_state_dict"])
            optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
            scheduler.load_state_dict(checkpoint["scheduler_state_dict"])
            ema = ModelEMA(model)
            ema.ema.load_state_dict(checkpoint["ema"])
            assert (
                checkpoint["epoch"] == 1
                and checkpoint["args"]["lr"] == 1e-2
                and checkpoint["best"] <= valid_loss
            )
        model.train()
        optimizer.zero_grad(set_to_none=True)
        for i, (x, y) in enumerate(train):
            with autocast(enabled=False):
                loss = nn.functional.mse_loss(model(x), y) / accumulation
            scaler.scale(loss).backward()
            if (i + 1) % accumulation == 0:
                scaler.unscale_(optimizer)
                norm = nn.utils.clip_grad_norm_(
                    model.parameters(), max_norm=1.0, error_if_nonfinite=True
                )
                assert norm.item() >= 0
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad(set_to_none=True)
                scheduler.step()
                ema.update(model)
            print(f"epoch {epoch} batch {i} loss {loss.item() * accumulation}")
        valid_loss = evaluate(ema.ema, valid)
        print(f"epoch {epoch} lr {optimizer.param_groups[0]['lr']:.5f} valid {valid_loss}")
        if stopping(valid_loss):
            logging.warning("stopped early")
            break
        torch.save(
            {
                "epoch": epoch,
                "model_state_dict": model.state_dict(),
                "optimizer_state_dict": optimizer.state_dict(),
                "scheduler_state_dict": scheduler.state_dict(),
                "ema": ema.ema.state_dict(),
                "best": stopping.best,
                "args": dict(lr=1e-2, layers=[6, 8]),
            },
            path,
        )
    assert model.seen.item() > 0 and partial(evaluate, model)(valid) >= 0


in_both_precisions(main)
