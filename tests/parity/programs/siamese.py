"""Metric learning: contrastive, triplet and cosine losses, and CLIP-like in-batch contrast, on one embedding network."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch.utils.data import BatchSampler, DataLoader, Dataset, SubsetRandomSampler


class TripletDataset(Dataset):
    def __init__(self, rng, n=48):
        centers = rng.normal(size=(4, 1, 8, 8))
        self.targets = np.arange(n) % 4
        self.data = torch.Tensor(centers[self.targets] + 0.5 * rng.normal(size=(n, 1, 8, 8)))
        self.rng = rng

    def __getitem__(self, index):
        same = self.targets == self.targets[index]
        same[index] = False
        positive = self.rng.choice(np.flatnonzero(same))
        negative = self.rng.choice(np.flatnonzero(self.targets != self.targets[index]))
        return (self.data[index], self.data[positive], self.data[negative]), {
            "label": int(self.targets[index])
        }

    def __len__(self):
        return len(self.targets)


class EmbeddingNet(nn.Module):
    def __init__(self):
        super(EmbeddingNet, self).__init__()
        self.convnet = nn.Sequential(
            nn.Conv2d(1, 6, 3),
            nn.PReLU(),
            nn.MaxPool2d(2, stride=2),
            nn.Conv2d(6, 8, 2),
            nn.PReLU(),
            nn.AdaptiveMaxPool2d(1),
        )
        self.fc = nn.Sequential(nn.Linear(8, 16), nn.PReLU(), nn.Linear(16, 4, bias=False))
        self.logit_scale = nn.Parameter(torch.ones([]) * np.log(1 / 0.07))

    def forward(self, x):
        output = self.convnet(x)
        output = output.view(output.size()[0], -1)
        return self.fc(output)


class ContrastiveLoss(nn.Module):
    def __init__(self, margin):
        super().__init__()
        self.margin, self.eps = margin, 1e-9

    def forward(self, output1, output2, target, size_average=True):
        distances = (output2 - output1).pow(2).sum(1)
        losses = 0.5 * (
            target * distances
            + (1 + -1 * target) * F.relu(self.margin - (distances + self.eps).sqrt()).pow(2)
        )
        return losses.mean() if size_average else losses.sum()


class OrderedSampler(SubsetRandomSampler):
    """The indices in an order that does not depend on the library."""

    def __iter__(self):
        return iter(self.indices)


def batch_hard_triplet_loss(embeddings, labels, margin=1.0):
    distances = torch.cdist(embeddings, embeddings)
    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    hardest_positive = (distances * same).max(dim=1)[0]
    hardest_negative = distances.masked_fill(same, float("inf")).min(dim=1)[0]
    return F.softplus(hardest_positive - hardest_negative + margin).mean()


def main():
    rng = np.random.default_rng(0)
    dataset = TripletDataset(rng)
    model = EmbeddingNet()
    same_start(model=model)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, eps=1e-4)
    scheduler = torch.optim.lr_scheduler.CyclicLR(
        optimizer, base_lr=1e-3, max_lr=5e-3, step_size_up=4, cycle_momentum=False
    )
    contrastive, triplet = ContrastiveLoss(1.0), nn.TripletMarginLoss(margin=1.0, p=2)
    cosine = nn.CosineEmbeddingLoss(margin=0.3)
    for epoch in range(6):
        order = rng.permutation(len(dataset)).tolist()
        loader = DataLoader(
            dataset,
            batch_sampler=BatchSampler(OrderedSampler(order), batch_size=16, drop_last=False),
        )
        for step, ((anchor, positive, negative), info) in enumerate(loader):
            a, p, n = map(model, (anchor, positive, negative))
            kind = (epoch + step) % 5
            if kind == 0:
                ones = torch.ones(len(a))
                loss = contrastive(a, p, ones) + contrastive(a, n, 0 * ones)
            elif kind == 1:
                loss = triplet(a, p, n)
            elif kind == 2:
                loss = cosine(a, p, torch.ones(len(a))) + cosine(a, n, -torch.ones(len(a)))
            elif kind == 3:
                loss = batch_hard_triplet_loss(F.normalize(a), info["label"])
            else:
                logits = (
                    model.logit_scale.exp() * F.normalize(a, dim=-1) @ F.normalize(p, dim=-1).t()
                )
                ground_truth = torch.arange(len(logits), dtype=torch.long)
                loss = (
                    F.cross_entropy(logits, ground_truth) + F.cross_entropy(logits.T, ground_truth)
                ) / 2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            print(f"epoch {epoch} kind {kind} {loss.item()}")
    with torch.no_grad():
        similarity = F.cosine_similarity(
            model(dataset.data[:8]).unsqueeze(1), model(dataset.data[:8]).unsqueeze(0), dim=2
        )
        assert torch.allclose(similarity, similarity.T) and F.pairwise_distance(a, a).max() < 1e-4


in_both_precisions(main)
