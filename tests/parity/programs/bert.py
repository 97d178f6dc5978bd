"""A masked language model with nn.TransformerEncoder: padding mask, segment embeddings, tied decoder, next-sentence head."""

import numpy as np
import torch
import torch.nn as nn
from harness import in_both_precisions, same_start

PAD, CLS, SEP, MASK, VOCAB, LENGTH = 0, 1, 2, 3, 20, 12


class BERTEmbedding(nn.Module):
    def __init__(self, vocab_size, embed_size):
        super().__init__()
        self.token = nn.Embedding(vocab_size, embed_size, padding_idx=PAD)
        self.segment = nn.Embedding(3, embed_size, padding_idx=0)
        self.position = nn.Embedding(LENGTH, embed_size)
        self.norm = nn.LayerNorm(embed_size, eps=1e-12)
        self.register_buffer("position_ids", torch.arange(LENGTH).expand((1, -1)), persistent=False)

    def forward(self, sequence, segment_label):
        positions = self.position(self.position_ids[:, : sequence.size(1)])
        return self.norm(self.token(sequence) + positions + self.segment(segment_label))


class BERTLM(nn.Module):
    def __init__(self, hidden=16, n_layers=2, attn_heads=4):
        super().__init__()
        self.embedding = BERTEmbedding(VOCAB, hidden)
        layer = nn.TransformerEncoderLayer(
            hidden, attn_heads, 32, dropout=0.0, activation="gelu", batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, num_layers=n_layers, enable_nested_tensor=False)
        self.pooler = nn.Linear(hidden, hidden)
        self.next_sentence = nn.Linear(hidden, 2)
        self.transform = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self.decoder = nn.Linear(hidden, VOCAB)
        self.decoder.weight = self.embedding.token.weight

    def forward(self, x, segment_info):
        h = self.encoder(self.embedding(x, segment_info), src_key_padding_mask=x.eq(PAD))
        return self.next_sentence(torch.tanh(self.pooler(h[:, 0]))), self.decoder(self.transform(h))


def make_batch(rng, size=8):
    tokens, segments, labels = (np.zeros((size, LENGTH), dtype=np.int64) for _ in range(3))
    is_next = rng.integers(0, 2, size)
    for row in range(size):
        first = rng.integers(4, VOCAB, rng.integers(2, 5))
        second = (first + 1 if is_next[row] else rng.integers(4, VOCAB, len(first))) % VOCAB
        ids = np.concatenate([[CLS], first, [SEP], second, [SEP]])
        tokens[row, : len(ids)] = ids
        segments[row, : len(ids)] = 1 + (np.arange(len(ids)) > len(first) + 1)
    chosen = (rng.random(tokens.shape) < 0.15) & (tokens > MASK)
    chosen[0, 1] = True
    labels[chosen] = tokens[chosen]
    tokens[chosen] = np.where(rng.random(chosen.sum()) < 0.8, MASK, tokens[chosen])
    return [torch.from_numpy(a) for a in (tokens, segments, labels, is_next)]


class ScheduledOptim:
    """Adam with the transformer's warm-up."""

    def __init__(self, optimizer, d_model, n_warmup_steps):
        self._optimizer, self.n_warmup_steps, self.n_current_steps = optimizer, n_warmup_steps, 0
        self.init_lr = np.power(d_model, -0.5)

    def step_and_update_lr(self):
        self.n_current_steps += 1
        n = self.n_current_steps
        lr = self.init_lr * np.min([np.power(n, -0.5), np.power(self.n_warmup_steps, -1.5) * n])
        for param_group in self._optimizer.param_groups:
            param_group["lr"] = 0.2 * lr
        self._optimizer.step()


def main():
    rng = np.random.default_rng(0)
    model = BERTLM()
    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(mean=0.0, std=0.2)
            if isinstance(module, nn.Embedding) and module.padding_idx is not None:
                module.weight.data[module.padding_idx].zero_()
    same_start(model=model)
    assert "embedding.position_ids" not in model.state_dict()
    optim = torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.999), weight_decay=0.01)
    schedule = ScheduledOptim(optim, 16, n_warmup_steps=5)
    criterion = nn.NLLLoss(ignore_index=PAD)
    for i in range(15):
        tokens, segments, labels, is_next = make_batch(rng)
        next_sent_output, mask_lm_output = model(tokens, segments)
        next_loss = nn.functional.cross_entropy(next_sent_output, is_next)
        mask_loss = criterion(mask_lm_output.log_softmax(-1).transpose(1, 2), labels)
        loss = next_loss + mask_loss
        optim.zero_grad()
        loss.backward()
        schedule.step_and_update_lr()
        print({"iter": i, "next": round(next_loss.item(), 3)}, loss.item())


in_both_precisions(main)
