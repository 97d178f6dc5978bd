"""A BiLSTM-CRF tagger, the forward algorithm twice over; word vectors by negative sampling; a text CNN and an EmbeddingBag."""

import itertools
from collections import Counter

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from harness import in_both_precisions, same_start
from torch.autograd import Variable
from torch.nn.utils.rnn import pad_sequence

START_TAG, STOP_TAG = "<START>", "<STOP>"
training_data = [
    (
        "the wall street journal reported today that apple corporation made money".split(),
        "B I I I O O O B I O O".split(),
    ),
    ("georgia tech is a university in georgia".split(), "B I O O O O B".split()),
    ("the university made money in georgia".split(), "O O O O O B".split()),
]
word_to_ix = {
    w: i for i, w in enumerate(dict.fromkeys(itertools.chain(*(s for s, _ in training_data))))
}
tag_to_ix = {"B": 0, "I": 1, "O": 2, START_TAG: 3, STOP_TAG: 4}


def argmax(vec):
    _, idx = torch.max(vec, 1)
    return idx.item()


def prepare_sequence(seq, to_ix):
    return torch.tensor([to_ix[w] for w in seq], dtype=torch.long)


def log_sum_exp(vec):
    max_score = vec[0, argmax(vec)]
    max_score_broadcast = max_score.view(1, -1).expand(1, vec.size()[1])
    return max_score + torch.log(torch.sum(torch.exp(vec - max_score_broadcast)))


class BiLSTM_CRF(nn.Module):
    def __init__(self, vocab_size, tag_to_ix, embedding_dim, hidden_dim):
        super(BiLSTM_CRF, self).__init__()
        self.hidden_dim, self.tag_to_ix, self.tagset_size = hidden_dim, tag_to_ix, len(tag_to_ix)
        self.word_embeds = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim // 2, num_layers=1, bidirectional=True)
        self.hidden2tag = nn.Linear(hidden_dim, self.tagset_size)
        self.transitions = nn.Parameter(torch.randn(self.tagset_size, self.tagset_size))
        self.transitions.data[tag_to_ix[START_TAG], :] = -10000
        self.transitions.data[:, tag_to_ix[STOP_TAG]] = -10000

    def _forward_alg(self, feats):
        init_alphas = torch.full((1, self.tagset_size), -10000.0)
        init_alphas[0][self.tag_to_ix[START_TAG]] = 0.0
        forward_var = init_alphas
        for feat in feats:
            alphas_t = []
            for next_tag in range(self.tagset_size):
                emit_score = feat[next_tag].view(1, -1).expand(1, self.tagset_size)
                trans_score = self.transitions[next_tag].view(1, -1)
                next_tag_var = forward_var + trans_score + emit_score
                alphas_t.append(log_sum_exp(next_tag_var).view(1))
            forward_var = torch.cat(alphas_t).view(1, -1)
        return log_sum_exp(forward_var + self.transitions[self.tag_to_ix[STOP_TAG]])

    def _forward_alg_parallel(self, feats):
        alpha = torch.full((self.tagset_size,), -10000.0)
        alpha[self.tag_to_ix[START_TAG]] = 0
        for feat in torch.unbind(feats):
            alpha = torch.logsumexp(alpha[None] + self.transitions, dim=1) + feat
        return torch.logsumexp(alpha + self.transitions[self.tag_to_ix[STOP_TAG]], 0)

    def _get_lstm_features(self, sentence):
        embeds = self.word_embeds(sentence).view(len(sentence), 1, -1)
        hidden = (torch.zeros(2, 1, self.hidden_dim // 2), torch.zeros(2, 1, self.hidden_dim // 2))
        lstm_out, hidden = self.lstm(embeds, hidden)
        return self.hidden2tag(lstm_out.view(len(sentence), self.hidden_dim))

    def _score_sentence(self, feats, tags):
        score = torch.zeros(1)
        tags = torch.cat([torch.tensor([self.tag_to_ix[START_TAG]], dtype=torch.long), tags])
        for i, feat in enumerate(feats):
            score = score + self.transitions[tags[i + 1], tags[i]] + feat[tags[i + 1]]
        return score + self.transitions[self.tag_to_ix[STOP_TAG], tags[-1]]

    def _viterbi_decode(self, feats):
        backpointers = []
        forward_var = torch.full((1, self.tagset_size), -10000.0)
        forward_var[0][self.tag_to_ix[START_TAG]] = 0
        for feat in feats:
            scores = forward_var + self.transitions
            viterbivars_t, bptrs_t = scores.max(dim=1)
            forward_var = (viterbivars_t + feat).view(1, -1)
            backpointers.append(bptrs_t.tolist())
        terminal_var = forward_var + self.transitions[self.tag_to_ix[STOP_TAG]]
        best_path = [argmax(terminal_var)]
        for bptrs_t in reversed(backpointers):
            best_path.append(bptrs_t[best_path[-1]])
        assert best_path.pop() == self.tag_to_ix[START_TAG]
        best_path.reverse()
        return terminal_var.max(), best_path

    def neg_log_likelihood(self, sentence, tags):
        feats = self._get_lstm_features(sentence)
        forward_score = self._forward_alg(feats)
        assert torch.allclose(forward_score, self._forward_alg_parallel(feats), rtol=1e-4)
        return forward_score - self._score_sentence(feats, tags)

    def forward(self, sentence):
        return self._viterbi_decode(self._get_lstm_features(sentence))


class SkipGram(nn.Module):
    def __init__(self, vocab_size, emb_dim):
        super(SkipGram, self).__init__()
        self.u_embeddings = nn.Embedding(vocab_size, emb_dim)
        self.v_embeddings = nn.Embedding(vocab_size, emb_dim)
        initrange = 0.5 / emb_dim
        self.u_embeddings.weight.data.uniform_(-initrange, initrange)
        self.v_embeddings.weight.data.uniform_(-0, 0)

    def forward(self, u_pos, v_pos, v_neg, batch_size):
        embed_u, embed_v = self.u_embeddings(u_pos), self.v_embeddings(v_pos)
        score = torch.mul(embed_u, embed_v).sum(dim=1)
        log_target = F.logsigmoid(score).squeeze()
        neg_score = torch.bmm(self.v_embeddings(v_neg), embed_u.unsqueeze(2)).squeeze()
        sum_log_sampled = F.logsigmoid(-1 * neg_score).squeeze()
        return -1 * (log_target.sum() + sum_log_sampled.sum()) / batch_size


class TextCNN(nn.Module):
    def __init__(self, vocab_size, embed_dim, n_class, kernels=(2, 3)):
        super(TextCNN, self).__init__()
        self.embed = nn.Embedding(vocab_size + 1, embed_dim, padding_idx=vocab_size)
        self.convs1 = nn.ModuleList([nn.Conv2d(1, 4, (K, embed_dim)) for K in kernels])
        self.bag = nn.EmbeddingBag(vocab_size, embed_dim, mode="mean")
        self.fc1 = nn.Linear(4 * len(kernels) + embed_dim, n_class)

    def forward(self, x, text, offsets):
        x = self.embed(x).unsqueeze(1)
        x = [F.relu(conv(x)).squeeze(3) for conv in self.convs1]
        x = [F.max_pool1d(i, i.size(2)).squeeze(2) for i in x]
        return self.fc1(torch.cat([*x, self.bag(text, offsets)], 1))


def main():
    rng = np.random.default_rng(0)
    tagger, vectors, classifier = (
        BiLSTM_CRF(len(word_to_ix), tag_to_ix, 5, 4),
        SkipGram(len(word_to_ix), 6),
        TextCNN(len(word_to_ix), 6, 3),
    )
    same_start(tagger=tagger, vectors=vectors, classifier=classifier)
    optimizer = optim.SGD(tagger.parameters(), lr=0.01, weight_decay=1e-4)
    for epoch in range(4):
        for sentence, tags in training_data:
            tagger.zero_grad()
            targets = torch.tensor([tag_to_ix[t] for t in tags], dtype=torch.long)
            loss = tagger.neg_log_likelihood(prepare_sequence(sentence, word_to_ix), targets)
            loss.backward()
            optimizer.step()
            print("crf", epoch, loss.item())
    with torch.no_grad():
        score, path = tagger(prepare_sequence(training_data[0][0], word_to_ix))
        print(path, score.item())

    pairs = [
        (word_to_ix[s[i]], word_to_ix[s[j]])
        for s, _ in training_data
        for i in range(len(s))
        for j in range(max(0, i - 2), min(len(s), i + 3))
        if i != j
    ]
    counts = Counter(u for u, _ in pairs)
    freq = np.array([counts[i] for i in range(len(word_to_ix))]) ** 0.75
    optimizer = optim.Adagrad(vectors.parameters(), lr=0.5)
    for epoch in range(5):
        u, v = (Variable(torch.LongTensor(x)) for x in zip(*pairs))
        negative = Variable(
            torch.LongTensor(rng.choice(len(freq), (len(pairs), 3), p=freq / freq.sum()))
        )
        optimizer.zero_grad()
        loss = vectors(u, v, negative, len(pairs))
        loss.backward()
        optimizer.step()
        print("skip-gram", epoch, loss.data.item())

    texts = [prepare_sequence(s, word_to_ix) for s, _ in training_data]
    x = pad_sequence(texts, batch_first=True, padding_value=len(word_to_ix))
    offsets = torch.tensor([0] + [len(t) for t in texts[:-1]]).cumsum(dim=0)
    optimizer = optim.Adadelta(classifier.parameters(), lr=1.0)
    for epoch in range(5):
        loss = F.nll_loss(
            F.log_softmax(classifier(x, torch.cat(texts), offsets), dim=1), torch.arange(3)
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(classifier.parameters(), 0.1)
        optimizer.step()
        print("text", epoch, loss.item())
    assert classifier.embed.weight.grad[-1].abs().max() == 0


in_both_precisions(main)
