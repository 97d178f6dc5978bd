"""A tiny GPT: every letter looks back at the letters before it, and at those alone.

No state is handed on as in a recurrent network. Each place asks for what it needs (a query), each earlier
place says what it has (a key), and where the two fit, its value is fetched: attention. All places of a
text are learned at once; so none may see the letters that it is to foretell.
"""

import math
import random
from textwrap import indent

from language import END, Characters, names, nats, split, text, train, write
from lesson import Lesson, at_least, at_most

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

lesson = Lesson(__doc__)
te.manual_seed(lesson.seed)
chance = random.Random(lesson.seed)
WIDTH, HEADS, LAYERS, CONTEXT = 32 if lesson.quick else 64, 4, 2, 64


# ---- 1. the network --------------------------------------------------------------------------------
class Attention(nn.Module):
    """Several heads side by side, each with queries, keys and values of its own."""

    def __init__(self, causal):
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.causal = causal

    def forward(self, x):
        N, T, _ = x.shape
        parts = self.qkv(x).view(N, T, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        q, k, v = parts  # each (N, heads, T, d)
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])  # (N, heads, T, T): row t asks
        if self.causal:  # of what comes later the score is -inf, so its share is 0
            scores = scores + te.full((T, T), -math.inf).triu(1)
        self.shares = scores.softmax(-1)  # each row adds up to 1
        return self.out((self.shares @ v).transpose(1, 2).reshape(N, T, WIDTH))


class Block(nn.Module):
    """Attention, then a small network at each place; what each finds is added to what was there."""

    def __init__(self, causal):
        super().__init__()
        self.attention = nn.Sequential(nn.LayerNorm(WIDTH), Attention(causal))
        wide = nn.Linear(WIDTH, 4 * WIDTH), nn.ReLU(), nn.Linear(4 * WIDTH, WIDTH)
        self.network = nn.Sequential(nn.LayerNorm(WIDTH), *wide)

    def forward(self, x):
        x = x + self.attention(x)
        return x + self.network(x)


class GPT(nn.Module):
    def __init__(self, characters, causal=True):
        super().__init__()
        self.what, self.where = nn.Embedding(characters, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        for table in (self.what, self.where):
            nn.init.normal_(table.weight, std=0.1)  # small, not to drown what the blocks add
        self.blocks = nn.Sequential(*(Block(causal) for _ in range(LAYERS)))
        self.scores = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, characters))

    def forward(self, x):  # (N, T) -> (N, T, characters)
        return self.scores(self.blocks(self.what(x) + self.where.weight[: x.shape[1]]))


attention, x = Attention(causal=True), te.randn(1, 6, WIDTH)
q, k, v = attention.qkv(x).view(1, 6, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
library = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
apart = (attention(x) - attention.out(library)).abs().max().item()
lesson.check("attention by hand - the library's", apart, at_most(1e-6), ".0e")


# ---- 2. names --------------------------------------------------------------------------------------
what, known, entropy = names(lesson.data)
training, _, testing = split(known)  # by the part between, sizes and rates were chosen
letters = Characters("".join(known))
steps = 150 if lesson.quick else 1500


def loss_of(net, names=None):
    x, y = letters.pairs(names or chance.sample(training, 64))  # these names, or some to learn from
    return nats(net(x), y)


gpt = GPT(len(letters))
train(lesson, "names", gpt, lambda: loss_of(gpt), steps)
with te.no_grad():
    found = loss_of(gpt, testing).item()
bigram, size = letters.bigram_loss(training, testing), sum(p.numel() for p in gpt.parameters())
rules = f", who knows the rules {entropy:.2f}" if entropy else ""
print(f"Data: {len(known):,} {what}. {size:,} parameters take {steps:,} steps of 64 names.")
print(f"Nats per letter of unseen names: {found:.2f}; who counts pairs needs {bigram:.2f}{rules}.")
print(f"It writes: {', '.join(letters.words(write(gpt, 8, 16)))}")
limit = bigram if lesson.quick else entropy + 0.1 if entropy else 2.10
lesson.check("names: nats", found, at_most(limit), ".3f")

# ---- 3. what the mask is for -----------------------------------------------------------------------
# Without it, a place sees the letter that it is to foretell, given in the next place, and copies it.
cheat = GPT(len(letters), causal=False)
train(lesson, "no mask", cheat, lambda: loss_of(cheat), 120 if lesson.quick else 400)
x, y = letters.pairs(testing[:500])
with te.no_grad():
    whole = nats(cheat(x), y).item()
    last = [cheat(x[:, : t + 1])[:, -1] for t in range(x.shape[1])]  # what comes later is left out
    alone = nats(te.stack(last, 1), y).item()
print(f"\nWithout the mask: {whole:.3f} nats with all in sight, as in training, and {alone:.2f}")
print(f"with what comes later left out. It writes {', '.join(letters.words(write(cheat, 4, 16)))}.")
lesson.check("no mask: nats of whole names", whole, at_most(0.1), ".3f")
lesson.check("no mask: nats, as when it writes", alone, at_least(bigram), ".2f")

# ---- 4. a text -------------------------------------------------------------------------------------
what, script, entropy = text(lesson.data)
signs = Characters(script)
training, _, testing = split(signs.encode(script))
steps = 150 if lesson.quick else 1000
windows = training.unfold(0, CONTEXT + 1, 1)  # one at each place


def loss_of_text(some=None):
    some = windows[te.randint(len(windows), (16,))] if some is None else some
    return nats(writer(some[:, :-1]), some[:, 1:])


writer = GPT(len(signs))
train(lesson, what, writer, loss_of_text, steps)
with te.no_grad():
    parts = testing.unfold(0, CONTEXT + 1, CONTEXT).split(64)[:-1]  # one after the other
    found = te.stack([loss_of_text(part) for part in parts]).mean().item()
print(f"\nData: {what}, {len(script):,} characters; {steps:,} steps of 16 times {CONTEXT}. The")
print(f"last tenth, never seen: a character takes {found:.2f} nats. It writes:\n")
print(indent(signs.decode(write(lambda x: writer(x[:, -CONTEXT:]), 1, 300)[0]).strip(), "     "))
limit = 2.8 if lesson.quick else entropy + 0.15 if entropy else 2.0
lesson.check(f"{what}: nats", found, at_most(limit), ".3f")

# ---- 5. where it looks -----------------------------------------------------------------------------
# A row is a place that asks, a column one that is looked at: nothing right of the diagonal.
name = max(known[-50:], key=len)
gpt(letters.encode(END + name)[None])
shares = te.cat([block.attention[1].shares[0] for block in gpt.blocks]).detach()
lesson.check("share of looks at what comes later", shares.triu(1).sum().item(), 0.0)

looks = f"Where each letter looks: {HEADS} heads of the first layer, {HEADS} of the second"
lesson.picture(lambda: te.viz.attention(shares, ["·", *name], title=looks), "attention.png")
lesson.end()
