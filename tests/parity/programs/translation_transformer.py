"""A full transformer (nn.Transformer) that learns to reverse sequences: masks, padding, sinusoidal positions, greedy decoding."""

import math

import numpy as np
import torch
import torch.nn as nn
from harness import in_both_precisions, same_start
from torch import Tensor
from torch.nn import Transformer
from torch.nn.utils.rnn import pad_sequence

PAD_IDX, BOS_IDX, EOS_IDX, VOCAB = 0, 1, 2, 12


class PositionalEncoding(nn.Module):
    def __init__(self, emb_size: int, dropout: float, maxlen: int = 50):
        super(PositionalEncoding, self).__init__()
        den = torch.exp(-torch.arange(0, emb_size, 2) * math.log(10000) / emb_size)
        pos = torch.arange(0, maxlen).reshape(maxlen, 1)
        pos_embedding = torch.zeros((maxlen, emb_size))
        pos_embedding[:, 0::2] = torch.sin(pos * den)
        pos_embedding[:, 1::2] = torch.cos(pos * den)
        pos_embedding = pos_embedding.unsqueeze(-2)
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("pos_embedding", pos_embedding)

    def forward(self, token_embedding: Tensor):
        return self.dropout(token_embedding + self.pos_embedding[: token_embedding.size(0), :])


class Seq2SeqTransformer(nn.Module):
    def __init__(self, emb_size: int, nhead: int, norm_first: bool):
        super(Seq2SeqTransformer, self).__init__()
        self.transformer = Transformer(
            d_model=emb_size,
            nhead=nhead,
            num_encoder_layers=1,
            num_decoder_layers=2,
            dim_feedforward=24,
            dropout=0.0,
            activation="gelu" if norm_first else "relu",
            norm_first=norm_first,
        )
        self.generator = nn.Linear(emb_size, VOCAB)
        self.emb = nn.Embedding(VOCAB, emb_size)
        self.emb_size = emb_size
        self.positional_encoding = PositionalEncoding(emb_size, dropout=0.0)

    def embed(self, tokens: Tensor):
        return self.positional_encoding(self.emb(tokens.long()) * math.sqrt(self.emb_size))

    def forward(
        self,
        src,
        trg,
        src_mask,
        tgt_mask,
        src_padding_mask,
        tgt_padding_mask,
        memory_key_padding_mask,
    ):
        outs = self.transformer(
            self.embed(src), self.embed(trg), src_mask, tgt_mask, None, src_padding_mask, tgt_padding_mask, memory_key_padding_mask
        )  # fmt: skip
        return self.generator(outs)


def generate_square_subsequent_mask(sz):
    mask = (torch.triu(torch.ones((sz, sz))) == 1).transpose(0, 1)
    return (
        mask.to(torch.get_default_dtype())
        .masked_fill(mask == 0, float("-inf"))
        .masked_fill(mask == 1, float(0.0))
    )


def create_mask(src, tgt):
    tgt_mask = generate_square_subsequent_mask(tgt.shape[0])
    src_mask = torch.zeros((src.shape[0], src.shape[0])).type(torch.bool)
    return (
        src_mask,
        tgt_mask == -math.inf,
        (src == PAD_IDX).transpose(0, 1),
        (tgt == PAD_IDX).transpose(0, 1),
    )


@torch.no_grad()
def greedy_decode(model, src, max_len):
    memory = model.transformer.encoder(model.embed(src), None)
    ys = torch.ones(1, 1).fill_(BOS_IDX).type(torch.long)
    for _ in range(max_len - 1):
        tgt_mask = generate_square_subsequent_mask(ys.size(0))
        out = model.transformer.decoder(model.embed(ys), memory, tgt_mask).transpose(0, 1)
        _, next_word = torch.max(model.generator(out[:, -1]), dim=1)
        next_word = next_word.item()
        ys = torch.cat([ys, torch.ones(1, 1).type_as(src.data).fill_(next_word)], dim=0)
        if next_word == EOS_IDX:
            break
    return ys


def main():
    models = {
        "post": Seq2SeqTransformer(16, 2, norm_first=False),
        "pre": Seq2SeqTransformer(16, 4, norm_first=True),
    }
    for model in models.values():
        for p in model.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
    same_start(**models)
    loss_fn = torch.nn.CrossEntropyLoss(ignore_index=PAD_IDX)
    for name, model in models.items():
        rng = np.random.default_rng(0)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.003, betas=(0.9, 0.98), eps=1e-9)
        scheduler = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda n: min((n + 1) ** -0.5, (n + 1) * 5**-1.5)
        )
        model.train()
        for step in range(9):
            words = [torch.from_numpy(rng.integers(3, VOCAB, rng.integers(2, 6))) for _ in range(6)]
            edge = torch.tensor([BOS_IDX]), torch.tensor([EOS_IDX])
            src = pad_sequence(
                [torch.cat((edge[0], w, edge[1])) for w in words], padding_value=PAD_IDX
            )
            tgt = pad_sequence(
                [torch.cat((edge[0], w.flip(0), edge[1])) for w in words], padding_value=PAD_IDX
            )
            tgt_input, tgt_out = tgt[:-1, :], tgt[1:, :]
            src_mask, tgt_mask, src_padding, tgt_padding = create_mask(src, tgt_input)
            logits = model(
                src, tgt_input, src_mask, tgt_mask, src_padding, tgt_padding, src_padding
            )
            optimizer.zero_grad()
            loss = loss_fn(logits.reshape(-1, logits.shape[-1]), tgt_out.reshape(-1))
            loss.backward()
            optimizer.step()
            scheduler.step()
            print(name, step, loss.item())
        model.eval()
        print(name, "decoded", greedy_decode(model, src[:3, :1], max_len=8).sum().item())


in_both_precisions(main)
