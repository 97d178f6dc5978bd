"""Which language a name is from: RNN, GRU and LSTM on packed sequences, and a cell unrolled by hand."""

import unicodedata

import numpy as np
import torch
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

all_letters = "abcdefghijklmnopqrstuvwxyz .,;'"
names = {
    "Scottish": "smith brown campbell stewart thomson robertson".split(),
    "Polish": "kowalski nowak wiśniewski zieliński woźniak dąbrowski".split(),
    "Japanese": "satō suzuki takahashi tanaka itō watanabe".split(),
}
categories = list(names)


def unicode_to_ascii(s):
    return "".join(c for c in unicodedata.normalize("NFD", s) if c in all_letters)


class Classifier(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embed = nn.Embedding(len(all_letters) + 1, 8, padding_idx=0)
        rnn = getattr(nn, kind)
        self.rnn = rnn(8, 12, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(24, len(categories))

    def forward(self, x, lengths):
        packed = pack_padded_sequence(
            self.embed(x), lengths, batch_first=True, enforce_sorted=False
        )
        out, hidden = self.rnn(packed)
        out, _ = pad_packed_sequence(out, batch_first=True)
        if isinstance(hidden, tuple):
            hidden = hidden[0]
        assert out.size(0) == x.size(0) and hidden.size() == (4, x.size(0), 12)
        return self.fc(torch.cat([hidden[-2], hidden[-1]], dim=1))


class CharRNN(nn.Module):
    """The same letters, one at a time through an LSTMCell."""

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(len(all_letters) + 1, 10)
        self.i2o = nn.Linear(10, len(categories))
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, line):
        h, c = torch.zeros(1, 10), torch.zeros(1, 10)
        for letter in line:
            h, c = self.cell(letter, (h, c))
        return self.softmax(self.i2o(h))


def main():
    data = []
    for label, category in enumerate(categories):
        for name in names[category]:
            ids = [all_letters.find(c) + 1 for c in unicode_to_ascii(name)]
            data.append((torch.tensor(ids, dtype=torch.long), label))
    models = nn.ModuleDict({kind: Classifier(kind) for kind in ("RNN", "GRU", "LSTM")})
    chars = CharRNN()
    same_start(models=models, chars=chars)
    criterion = nn.CrossEntropyLoss()
    rng = np.random.default_rng(0)
    x = pad_sequence([ids for ids, _ in data], batch_first=True)
    lengths = torch.tensor([len(ids) for ids, _ in data])
    y = torch.tensor([label for _, label in data])

    for kind, model in models.items():
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for step in range(6):
            batch = torch.from_numpy(rng.permutation(len(data))[:9])
            width = int(lengths[batch].max())
            loss = criterion(model(x[batch, :width], lengths[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            print(kind, step, loss.item())

    learning_rate = 0.05
    nll = nn.NLLLoss()
    for step in range(8):
        ids, label = data[rng.integers(len(data))]
        line = torch.zeros(len(ids), 1, len(all_letters) + 1)
        for i, letter in enumerate(ids):
            line[i][0][letter] = 1
        output = chars(line)
        loss = nll(output, torch.tensor([label], dtype=torch.long))
        chars.zero_grad()
        loss.backward()
        for p in chars.parameters():
            p.data.add_(p.grad.data, alpha=-learning_rate)
        _, top_i = output.topk(1)
        assert categories[top_i[0].item()] in names
        print("cell", step, loss.item())


in_both_precisions(main)
