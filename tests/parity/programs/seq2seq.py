"""Translation with a GRU encoder and a GRU decoder that attends to it, with teacher forcing now and then."""

import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch import optim
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

SOS_token, EOS_token, MAX_LENGTH = 0, 1, 6
pairs = [
    ("je suis ici", "i am here"), ("tu es la", "you are there"), ("il est grand", "he is tall"),
    ("je suis grand", "i am tall"), ("tu es ici", "you are here"), ("il est la", "he is there"),
]  # fmt: skip


class Lang:
    def __init__(self):
        self.word2index, self.index2word, self.n_words = {}, {0: "SOS", 1: "EOS"}, 2

    def addSentence(self, sentence):
        for word in sentence.split(" "):
            if word not in self.word2index:
                self.word2index[word] = self.n_words
                self.index2word[self.n_words] = word
                self.n_words += 1


class EncoderRNN(nn.Module):
    def __init__(self, input_size, hidden_size):
        super(EncoderRNN, self).__init__()
        self.embedding = nn.Embedding(input_size, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)

    def forward(self, input):
        output, hidden = self.gru(self.embedding(input))
        return output, hidden


class BahdanauAttention(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.Wa = nn.Linear(hidden_size, hidden_size)
        self.Ua = nn.Linear(hidden_size, hidden_size)
        self.Va = nn.Linear(hidden_size, 1)

    def forward(self, query, keys):
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
        scores = scores.squeeze(2).unsqueeze(1)
        weights = F.softmax(scores, dim=-1)
        return torch.bmm(weights, keys), weights


class AttnDecoderRNN(nn.Module):
    def __init__(self, hidden_size, output_size):
        super().__init__()
        self.embedding = nn.Embedding(output_size, hidden_size)
        self.attention = BahdanauAttention(hidden_size)
        self.gru = nn.GRU(2 * hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, output_size)

    def forward(self, encoder_outputs, encoder_hidden, target_tensor=None):
        batch_size = encoder_outputs.size(0)
        decoder_input = torch.empty(batch_size, 1, dtype=torch.long).fill_(SOS_token)
        decoder_hidden = encoder_hidden
        decoder_outputs, attentions = [], []
        for i in range(MAX_LENGTH):
            decoder_output, decoder_hidden, attn_weights = self.forward_step(
                decoder_input, decoder_hidden, encoder_outputs
            )
            decoder_outputs.append(decoder_output)
            attentions.append(attn_weights)
            if target_tensor is not None:
                decoder_input = target_tensor[:, i].unsqueeze(1)
            else:
                _, topi = decoder_output.topk(1)
                decoder_input = topi.squeeze(-1).detach()
        decoder_outputs = F.log_softmax(torch.cat(decoder_outputs, dim=1), dim=-1)
        return decoder_outputs, decoder_hidden, torch.cat(attentions, dim=1)

    def forward_step(self, input, hidden, encoder_outputs):
        embedded = self.embedding(input)
        query = hidden.permute(1, 0, 2)
        context, attn_weights = self.attention(query, encoder_outputs)
        output, hidden = self.gru(torch.cat((embedded, context), dim=2), hidden)
        return self.out(output), hidden, attn_weights


def main():
    rng = random.Random(0)
    langs = Lang(), Lang()
    ids = np.zeros((2, len(pairs), MAX_LENGTH), dtype=np.int64)
    for idx, pair in enumerate(pairs):
        for side, (lang, sentence) in enumerate(zip(langs, pair)):
            lang.addSentence(sentence)
            words = [lang.word2index[word] for word in sentence.split(" ")] + [EOS_token]
            ids[side, idx, : len(words)] = words
    data = TensorDataset(torch.LongTensor(ids[0]), torch.LongTensor(ids[1]))
    loader = DataLoader(data, sampler=RandomSampler(data), batch_size=len(pairs))
    encoder, decoder = EncoderRNN(langs[0].n_words, 12), AttnDecoderRNN(12, langs[1].n_words)
    same_start(encoder=encoder, decoder=decoder)
    encoder_optimizer = optim.Adam(encoder.parameters(), lr=0.01)
    decoder_optimizer = optim.Adam(decoder.parameters(), lr=0.01)
    criterion = nn.NLLLoss()
    for epoch in range(15):
        total_loss = 0
        for input_tensor, target_tensor in loader:
            encoder_optimizer.zero_grad()
            decoder_optimizer.zero_grad()
            encoder_outputs, encoder_hidden = encoder(input_tensor)
            forced = target_tensor if rng.random() < 0.7 else None
            decoder_outputs, _, _ = decoder(encoder_outputs, encoder_hidden, forced)
            loss = criterion(
                decoder_outputs.view(-1, decoder_outputs.size(-1)), target_tensor.view(-1)
            )
            loss.backward()
            encoder_optimizer.step()
            decoder_optimizer.step()
            total_loss += loss.item()
        print(f"epoch {epoch} {total_loss / len(loader)}")
    with torch.no_grad():
        outputs, _, attentions = decoder(*encoder(torch.LongTensor(ids[0][:1])))
        _, topi = outputs.topk(1)
        words = [langs[1].index2word[i.item()] for i in topi.squeeze()]
    assert len(words) == MAX_LENGTH and attentions.shape == (1, MAX_LENGTH, MAX_LENGTH)


in_both_precisions(main)
