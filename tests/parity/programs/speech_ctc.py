"""Speech recognition in small: a ragged batch, convolution and bidirectional LSTM, CTC loss, greedy decoding, mixed precision."""

import math
import string
from itertools import groupby

import numpy as np
import torch
import torch.utils.data as data
from harness import in_both_precisions, same_start
from torch import nn
from torch.cuda.amp.autocast_mode import autocast
from torch.cuda.amp.grad_scaler import GradScaler
from torch.nn import functional as F
from torch.nn.modules.loss import CTCLoss
from torch.nn.utils.clip_grad import clip_grad_norm_
from torch.nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
)
from torch.optim.adamw import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data.dataloader import DataLoader, default_collate
from torch.utils.data.dataset import Dataset
from torch.utils.data.sampler import Sampler, SequentialSampler

LETTERS = "_" + string.ascii_lowercase[:5]


class Utterances(Dataset):
    """Every letter is a few frames of noise around its own spectrum."""

    def __init__(self, n, rng):
        spectra = rng.normal(size=(len(LETTERS), 8))
        self.items = []
        for _ in range(n):
            text = rng.integers(1, len(LETTERS), rng.integers(2, 5))
            frames = np.repeat(spectra[text], rng.integers(4, 7, len(text)), axis=0)
            frames = frames + rng.normal(0, 0.1, frames.shape)
            self.items.append((torch.Tensor(frames), torch.LongTensor(text)))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


class BucketSampler(Sampler):
    """Utterances of like lengths together."""

    def __init__(self, dataset, batch_size):
        self.dataset, self.batch_size = dataset, batch_size

    def __iter__(self):
        order = sorted(SequentialSampler(self.dataset), key=lambda i: len(self.dataset[i][0]))
        yield from (order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size))

    def __len__(self):
        return math.ceil(len(self.dataset) / self.batch_size)


def data_processing(batch):
    spectrograms, labels = zip(*batch)
    input_lengths = torch.IntTensor([len(s) for s in spectrograms])
    label_lengths = default_collate([len(x) for x in labels])
    spectrograms = pad_sequence(list(spectrograms), batch_first=True).transpose(1, 2)
    return spectrograms, pad_sequence(list(labels), batch_first=True), input_lengths, label_lengths


class CNNLayerNorm(nn.Module):
    def __init__(self, n_feats):
        super().__init__()
        self.layer_norm = nn.LayerNorm(n_feats)

    def forward(self, x):
        return self.layer_norm(x.transpose(1, 2).contiguous()).transpose(1, 2).contiguous()


class SpeechModel(nn.Module):
    def __init__(self, width=12):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv1d(8, width, 3, padding=1), CNNLayerNorm(width), nn.GELU())
        self.birnn = nn.LSTM(width, width, num_layers=2, bidirectional=True, batch_first=True)
        self.classifier = nn.Sequential(
            nn.Linear(2 * width, width), nn.Hardtanh(0, 20), nn.Linear(width, len(LETTERS))
        )

    def forward(self, x, lengths):
        x = self.cnn(x).transpose(1, 2)
        self.birnn.flatten_parameters()
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        assert isinstance(packed, PackedSequence) and len(unpack_sequence(packed)) == len(x)
        out, _ = pad_packed_sequence(self.birnn(packed)[0], batch_first=True)
        return F.log_softmax(self.classifier(out), dim=2).transpose(0, 1)  # (time, batch, class)


def decode(log_probs, lengths):
    best = log_probs.argmax(-1).t()
    return [
        "".join(LETTERS[k] for k, _ in groupby(row[:n].tolist()) if k)
        for row, n in zip(best, lengths)
    ]


def main():
    rng = np.random.default_rng(0)
    dataset = Utterances(18, rng)
    loader: data.DataLoader = DataLoader(
        dataset,
        batch_sampler=BucketSampler(dataset, 6),
        collate_fn=data_processing,
        pin_memory=torch.cuda.is_available(),
    )
    model, criterion = SpeechModel(), CTCLoss(blank=0, zero_infinity=True)
    same_start(model=model)
    optimizer, epochs = AdamW(model.parameters(), lr=1e-3), 6
    scheduler = OneCycleLR(
        optimizer,
        max_lr=0.02,
        steps_per_epoch=int(len(loader)),
        epochs=epochs,
        anneal_strategy="linear",
    )
    scaler = GradScaler(enabled=torch.cuda.is_available())
    for epoch in range(epochs):
        model.train()
        for batch_idx, (spectrograms, labels, input_lengths, label_lengths) in enumerate(loader):
            optimizer.zero_grad()
            with autocast(enabled=scaler.is_enabled()):
                output = model(spectrograms, input_lengths)
                loss = criterion(output, labels, input_lengths, label_lengths)
            scaler.scale(loss).backward()
            scaler.unscale_(optimizer)
            clip_grad_norm_(model.parameters(), max_norm=5.0, norm_type=2)
            scaler.step(optimizer)
            scaler.update()
            scheduler.step()
            print(f"Train Epoch: {epoch} [{batch_idx}/{len(loader)}]\tLoss: {loss.item()}")
    model.eval()
    with torch.inference_mode():
        decode(model(spectrograms, input_lengths), input_lengths)
        flat = torch.cat([x[:n] for x, n in zip(labels, label_lengths)])  # labels one after another
        print(
            "per utterance",
            F.ctc_loss(
                model(spectrograms, input_lengths),
                flat,
                tuple(input_lengths.tolist()),
                tuple(label_lengths.tolist()),
                reduction="sum",
            ).item(),
        )


in_both_precisions(main)
