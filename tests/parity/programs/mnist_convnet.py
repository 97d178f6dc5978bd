"""Pictures of digits through a convnet: BatchNorm, MaxPool, Dropout, StepLR, a test pass, a resumed checkpoint."""

import argparse
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from harness import FOLDER, in_both_precisions, same_start
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, Dataset, random_split


class Digits(Dataset):
    """Noisy prototypes, one for each class."""

    def __init__(self, n, transform=None):
        rng = np.random.default_rng(3)
        prototypes = rng.uniform(size=(10, 14, 14))
        self.labels = rng.integers(0, 10, n)
        self.images = prototypes[self.labels] + 0.2 * rng.normal(size=(n, 14, 14))
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = torch.Tensor(self.images[index]).unsqueeze(0)
        if self.transform:
            image = self.transform(image)
        return image, int(self.labels[index])


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 12, 3, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(12, momentum=0.2)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(12 * 2 * 2, 24)
        self.fc2 = nn.Linear(24, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        x = F.max_pool2d(x, kernel_size=3, stride=2)
        x = self.dropout1(x)
        x = torch.flatten(x, 1)
        x = self.dropout2(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)


def train(args, model, device, train_loader, optimizer, epoch):
    model.train()
    for m in model.modules():
        if isinstance(m, nn.Dropout):
            m.eval()  # masks differ between libraries
    for batch_idx, (data, target) in enumerate(train_loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        optimizer.step()
        print(
            f"Train Epoch: {epoch} [{batch_idx * len(data)}/{len(train_loader.dataset)}]\tLoss: {loss.item()}"
        )


def test(model, device, test_loader):
    model.eval()
    test_loss = correct = 0
    with torch.no_grad():
        for data, target in test_loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            test_loss += F.nll_loss(output, target, reduction="sum").item()
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    test_loss /= len(test_loader.dataset)
    print(f"Test set: Accuracy: {correct}/{len(test_loader.dataset)}, Average loss: {test_loss}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--gamma", type=float, default=0.7)
    args = parser.parse_args()
    use_cuda = torch.cuda.is_available()
    device = torch.device("cuda" if use_cuda else "cpu")
    dataset = Digits(120, transform=lambda x: (x - 0.5) / 0.25)
    parts = random_split(dataset, [96, 24], generator=torch.Generator().manual_seed(0))
    parts[0].indices, parts[1].indices = (
        list(range(96)),
        list(range(96, 120)),
    )  # the same in both libraries
    train_loader = DataLoader(parts[0], batch_size=16, shuffle=False, drop_last=True, num_workers=0)
    test_loader = DataLoader(parts[1], batch_size=10)
    model = Net().to(device)
    same_start(model=model)
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = StepLR(optimizer, step_size=1, gamma=args.gamma)
    for epoch in range(1, 3):
        train(args, model, device, train_loader, optimizer, epoch)
        test(model, device, test_loader)
        scheduler.step()

    path = os.path.join(FOLDER, "resumed.pt")
    torch.save(
        {
            "epoch": 2,
            "model": model.state_dict(),
            "optim": optimizer.state_dict(),
            "sched": scheduler.state_dict(),
        },
        path,
    )
    model = Net()
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = StepLR(optimizer, step_size=1, gamma=args.gamma)
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optim"])
    scheduler.load_state_dict(checkpoint["sched"])
    assert scheduler.get_last_lr() == [optimizer.param_groups[0]["lr"]]
    train(args, model, device, train_loader, optimizer, checkpoint["epoch"] + 1)
    test(model, device, test_loader)


in_both_precisions(main)
