"""Every optimiser and most schedulers take the same steps: on a table classified with class weights, dropout by hand."""

import numpy as np
import torch
from harness import in_both_precisions, same_start
from torch import nn, optim
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn

STEPS = 4
OPTIMIZERS = {
    "sgd": (
        lambda p: optim.SGD(p, lr=0.1),
        lambda o: lr_scheduler.ConstantLR(o, factor=0.5, total_iters=2),
    ),
    "nesterov": (
        lambda p: optim.SGD(p, 0.05, 0.9, weight_decay=1e-3, nesterov=True),
        lambda o: lr_scheduler.PolynomialLR(o, 10),
    ),
    "adam": (
        lambda p: optim.Adam(p, lr=1e-2, amsgrad=True),
        lambda o: lr_scheduler.MultiplicativeLR(o, lambda n: 0.9),
    ),
    "adamw": (
        lambda p: optim.AdamW(p, lr=1e-2),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=2, T_mult=2),
    ),
    "adamax": (
        lambda p: optim.Adamax(p),
        lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=STEPS + 1),
    ),
    "nadam": (
        lambda p: optim.NAdam(p, 1e-2),
        lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=0, threshold=0.5),
    ),
    "radam": (
        lambda p: optim.RAdam(p, 1e-2),
        lambda o: lr_scheduler.LambdaLR(o, [lambda n: 1 / (n + 1)]),
    ),
    "adagrad": (lambda p: optim.Adagrad(p, lr=0.05), lambda o: lr_scheduler.StepLR(o, 2, 0.5)),
    "adadelta": (lambda p: optim.Adadelta(p), lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
    "rmsprop": (
        lambda p: optim.RMSprop(p, 1e-3, centered=True),
        lambda o: lr_scheduler.LinearLR(o, 0.5, total_iters=3),
    ),
    "rprop": (lambda p: optim.Rprop(p), lambda o: lr_scheduler.MultiStepLR(o, [1, 3])),
    "asgd": (lambda p: optim.ASGD(p, lr=0.05), lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS)),
}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ELU(), nn.Linear(16, 3)
        )

    def forward(self, x, mask):
        h = self.layers[:3](x)
        return self.layers[-1](h * mask)


def main():
    rng = np.random.default_rng(0)
    x, y = torch.Tensor(rng.normal(size=(24, 6))), torch.from_numpy(rng.integers(0, 3, 24))
    first = Net()
    same_start(first=first)
    start = {k: v.clone() for k, v in first.state_dict().items()}
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.5]))
    for name, (make, schedule) in OPTIMIZERS.items():
        net = Net()
        net.load_state_dict(start)
        bias = [p for n, p in net.named_parameters() if n.endswith("bias")]
        others = [p for n, p in net.named_parameters() if not n.endswith("bias")]
        optimizer = make([{"params": others}, {"params": bias, "lr": 0.02}])
        if name == "radam":
            optimizer = make(net.parameters())
        scheduler = schedule(optimizer)
        for step in range(STEPS):
            mask = torch.Tensor(rng.random((24, 16)) < 0.8) / 0.8
            optimizer.zero_grad()
            loss = criterion(net(x, mask), y)
            loss.backward()
            optimizer.step()
            if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
                scheduler.step(loss)
            else:
                scheduler.step()
            if step == 1:  # a state_dict round trip in the middle changes nothing
                state = optimizer.state_dict()
                optimizer.load_state_dict(state)
            print(name, step, scheduler.get_last_lr()[0], loss.item())

    net, mask = Net(), torch.ones(24, 16)
    net.load_state_dict(start)
    averaged = AveragedModel(net)
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.5)
    swa_scheduler = SWALR(optimizer, swa_lr=0.02, anneal_epochs=2)
    for step in range(5):
        optimizer.zero_grad()
        loss = criterion(net(x, mask), y)
        loss.backward()
        optimizer.step()
        averaged.update_parameters(net)
        swa_scheduler.step()
        print("swa", step, loss.item())
    averaged.module.forward = lambda x: Net.forward(averaged.module, x, torch.ones(len(x), 16))
    update_bn([x[:12], x[12:]], averaged)
    averaged.eval()
    print("averaged", criterion(averaged(x), y).item())


in_both_precisions(main)
