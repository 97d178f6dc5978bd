"""A character model (n-gram MLP with batch norm) whose backward pass is written by hand, beside autograd's."""

import numpy as np
import torch
import torch.nn.functional as F
from harness import in_both_precisions

words = (
    "emma olivia ava isabella sophia charlotte mia amelia harper evelyn abigail emily ella".split()
)
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
vocab_size = len(itos)
block_size, n_embd, n_hidden, batch_size = 3, 6, 20, 16


def build_dataset(words):
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w + ".":
            X.append(context)
            Y.append(stoi[ch])
            context = context[1:] + [stoi[ch]]
    return torch.tensor(X), torch.tensor(Y)


def cmp(s, dt, t):
    close = torch.allclose(dt, t.grad, rtol=1e-3, atol=1e-6)
    assert close, f"{s}: maxdiff {(dt - t.grad).abs().max().item()}"


def main():
    rng = np.random.default_rng(2147483647)
    Xtr, Ytr = build_dataset(words)
    C = torch.Tensor(rng.normal(size=(vocab_size, n_embd)))
    W1 = (
        torch.Tensor(rng.normal(size=(n_embd * block_size, n_hidden)))
        * (5 / 3)
        / (n_embd * block_size) ** 0.5
    )
    b1 = torch.Tensor(rng.normal(size=n_hidden)) * 0.1
    W2 = torch.Tensor(rng.normal(size=(n_hidden, vocab_size))) * 0.1
    b2 = torch.Tensor(rng.normal(size=vocab_size)) * 0.1
    bngain = torch.ones((1, n_hidden)) * 1.1
    bnbias = torch.zeros((1, n_hidden)) + 0.1
    parameters = [C, W1, b1, W2, b2, bngain, bnbias]
    for p in parameters:
        p.requires_grad = True

    for i in range(20):
        ix = torch.from_numpy(rng.integers(0, Xtr.shape[0], (batch_size,)))
        Xb, Yb = Xtr[ix], Ytr[ix]
        n = batch_size
        # forward, in pieces that can be walked back one at a time
        emb = C[Xb]
        embcat = emb.view(emb.shape[0], -1)
        hprebn = embcat @ W1 + b1
        bnmeani = 1 / n * hprebn.sum(0, keepdim=True)
        bndiff = hprebn - bnmeani
        bnvar = 1 / (n - 1) * (bndiff**2).sum(0, keepdim=True)
        bnvar_inv = (bnvar + 1e-5) ** -0.5
        bnraw = bndiff * bnvar_inv
        hpreact = bngain * bnraw + bnbias
        h = torch.tanh(hpreact)
        logits = h @ W2 + b2
        logit_maxes = logits.max(1, keepdim=True).values
        counts = (logits - logit_maxes).exp()
        probs = counts * counts.sum(1, keepdims=True) ** -1
        logprobs = probs.log()
        loss = -logprobs[range(n), Yb].mean()

        for p in parameters:
            p.grad = None
        for t in [
            logprobs,
            probs,
            logits,
            h,
            hpreact,
            bnraw,
            bnvar_inv,
            bnvar,
            bndiff,
            hprebn,
            embcat,
            emb,
        ]:
            t.retain_grad()
        loss.backward()

        with torch.no_grad():
            dlogprobs = torch.zeros_like(logprobs)
            dlogprobs[range(n), Yb] = -1.0 / n
            dlogits = F.softmax(logits, 1)
            dlogits[range(n), Yb] -= 1
            dlogits /= n
            dh = dlogits @ W2.T
            dW2 = h.T @ dlogits
            db2 = dlogits.sum(0)
            dhpreact = (1.0 - h**2) * dh
            dbngain = (bnraw * dhpreact).sum(0, keepdim=True)
            dbnbias = dhpreact.sum(0, keepdim=True)
            dhprebn = (
                bngain
                * bnvar_inv
                / n
                * (n * dhpreact - dhpreact.sum(0) - n / (n - 1) * bnraw * (dhpreact * bnraw).sum(0))
            )
            dembcat = dhprebn @ W1.T
            dW1 = embcat.T @ dhprebn
            db1 = dhprebn.sum(0)
            demb = dembcat.view(emb.shape)
            dC = torch.zeros_like(C)
            for k in range(Xb.shape[0]):
                for j in range(Xb.shape[1]):
                    dC[Xb[k, j]] += demb[k, j]
            cmp("logprobs", dlogprobs, logprobs)
            cmp("logits", dlogits, logits)
            cmp("hpreact", dhpreact, hpreact)
            cmp("hprebn", dhprebn, hprebn)
            cmp("emb", demb, emb)
            grads = [dC, dW1, db1, dW2, db2, dbngain, dbnbias]
            for name, p, grad in zip(
                ["C", "W1", "b1", "W2", "b2", "bngain", "bnbias"], parameters, grads
            ):
                cmp(name, grad, p)
                p.data += -0.1 * grad
        print(f"{i:7d}/{20:7d}: {loss.item()}")

    # sample from the model: the distribution's shape matters here, not the draws
    context = [0] * block_size
    emb = C[torch.tensor([context])]
    h = torch.tanh(emb.view(1, -1) @ W1 + b1)
    probs = F.softmax(h @ W2 + b2, dim=1)
    ix = torch.multinomial(probs, num_samples=1, generator=torch.Generator().manual_seed(1)).item()
    assert itos[ix] in chars + ["."]


in_both_precisions(main)
