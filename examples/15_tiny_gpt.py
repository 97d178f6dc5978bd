"""A tiny GPT: every letter looks back at the letters before it, and at those alone.

No state is handed on as in a recurrent network. Each place asks for what it needs (a query), each earlier
place says what it has (a key), and where the two fit, its value is fetched: attention. All places of a
text are learned at once; so none may see the letters that it is to foretell.
"""

import math
import random
from functools import partial
from textwrap import indent

from language import END, Characters, names, split, text, train
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
        q, k, v = (
            self.qkv(x).view(N, T, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        )  # each (N, heads, T, d)
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

    @te.no_grad()
    def write(self, count, length):
        """Texts that begin after END; each character is drawn by the chances after those before it."""
        x = te.zeros(count, 1, dtype=te.int64)
        for _ in range(length):
            chances = self(x[:, -CONTEXT:])[:, -1].softmax(1)
            x = te.cat([x, te.multinomial(chances, 1)], 1)
        return x[:, 1:]


def loss_of(net, x, y):
    """Nats per character; targets that only fill up are NONE, which does not count."""
    return F.cross_entropy(net(x).flatten(0, 1), y.flatten())


attention, x = Attention(causal=True), te.randn(1, 6, WIDTH)
q, k, v = attention.qkv(x).view(1, 6, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
library = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
apart = (attention(x) - attention.out(library)).abs().max().item()
print(f"1. Attention by hand and F.scaled_dot_product_attention differ by {apart:.0e}.")
lesson.check("attention by hand - the library's", apart, at_most(1e-6), ".0e")


# ---- 2. names --------------------------------------------------------------------------------------
what, known, entropy = names(lesson.data)
training, _, testing = split(known)  # by the part between, sizes and rates were chosen
letters = Characters("".join(known))
steps = 150 if lesson.quick else 1500


def some_names():
    return letters.pairs(chance.sample(training, 64))


gpt = GPT(len(letters))
masked = train(lesson, "names", gpt, lambda: loss_of(gpt, *some_names()), steps)
with te.no_grad():
    nats = loss_of(gpt, *letters.pairs(testing)).item()
bigram, size = letters.bigram_loss(training, testing), sum(p.numel() for p in gpt.parameters())
print(f"\n2. Data: {len(known):,} {what}. {size:,} parameters take {steps:,} steps of 64 names.")
print(f"   Nats per letter of names never seen: {nats:.2f}. Who counts pairs of letters needs")
print(f"   {bigram:.2f}" + (f", who knows the rules {entropy:.2f}." if entropy else "."))
print(f"   It writes: {', '.join(letters.words(gpt.write(8, 16)))}")
limit = bigram if lesson.quick else entropy + 0.1 if entropy else 2.10
lesson.check("names: nats", nats, at_most(limit), ".3f")

# ---- 3. what the mask is for -----------------------------------------------------------------------
# Without it, a place sees the letter that it is to foretell: in the next place, where it is given. To
# copy it is soon learned, and the loss falls towards 0. When the network writes there is no next place.
cheat, few = GPT(len(letters), causal=False), 120 if lesson.quick else 400
cheated = train(lesson, "no mask", cheat, lambda: loss_of(cheat, *some_names()), few)
x, y = letters.pairs(testing[:500])


@te.no_grad()
def nats_of(net):
    """With the whole name in sight, and with what comes later left out: as when it writes."""
    scores = te.stack([net(x[:, : t + 1])[:, -1] for t in range(x.shape[1])], 1)
    alone = F.cross_entropy(scores.flatten(0, 1), y.flatten())
    return loss_of(net, x, y).item(), alone.item()


whole, alone = nats_of(gpt)
lesson.check("mask: nats of whole names - alone", abs(whole - alone), at_most(1e-5), ".0e")
whole, alone = nats_of(cheat)
print(f"\n3. Without the mask: {whole:.3f} nats with the whole name in sight, as in training, but")
print(
    f"   {alone:.2f} with what comes later left out. It writes {letters.words(cheat.write(4, 16))}:"
)
print("   at the last place there is nothing to copy yet.")
lesson.check("no mask: nats of whole names", whole, at_most(0.1), ".3f")
lesson.check("no mask: nats, as when it writes", alone, at_least(bigram), ".2f")

# ---- 4. a text -------------------------------------------------------------------------------------
what, script, entropy = text(lesson.data)
signs = Characters(script)
training, _, testing = split(signs.encode(script))
steps = 150 if lesson.quick else 1000


def windows(numbers, at):
    at = at[:, None] + te.arange(CONTEXT)  # (N, context)
    return numbers[at], numbers[at + 1]


writer, draw = GPT(len(signs)), partial(te.randint, len(training) - CONTEXT, (16,))
train(lesson, what, writer, lambda: loss_of(writer, *windows(training, draw())), steps)
places = te.arange(0, len(testing) - CONTEXT, CONTEXT).split(64)[:-1]
with te.no_grad():
    nats = te.stack([loss_of(writer, *windows(testing, at)) for at in places]).mean().item()
print(
    f"\n4. Data: {what}, {len(script):,} characters; {steps:,} steps of 16 times {CONTEXT}. The last"
)
print(f"   tenth, never seen, takes {nats:.2f} nats per character", end="")
print(f"; {entropy:.2f} are left to chance." if entropy else ".", "It writes:\n")
print(indent(signs.decode(writer.write(1, 300)[0]).strip(), "     "))
limit = 2.8 if lesson.quick else entropy + 0.15 if entropy else 2.0
lesson.check(f"{what}: nats", nats, at_most(limit), ".3f")

# ---- 5. where it looks -----------------------------------------------------------------------------
# A row is a place that asks, a column one that is looked at: nothing right of the diagonal.
name = max(known[-50:], key=len)
gpt(letters.encode(END + name)[None])
shares = te.cat([block.attention[1].shares[0] for block in gpt.blocks]).detach()
print(f'\n5. In "{name}": the share of looks at the letter just before, head by head:')
print("   " + "  ".join(f"{head.diagonal(-1).mean().item():.2f}" for head in shares))
lesson.check("share of looks at what comes later", shares.triu(1).sum().item(), 0.0)
wrong = (shares.sum(-1) - 1).abs().max().item()
lesson.check("shares of a place: their sum - 1", wrong, at_most(1e-6), ".0e")

looks = f"Where each letter looks: {HEADS} heads of the first layer, {HEADS} of the second"
lesson.picture(lambda: te.viz.attention(shares, ["·", *name], title=looks), "attention.png")
curves, title = {"with mask": masked[:few], "without": cheated}, "Nats per letter in training"
lesson.picture(lambda: te.viz.curves(curves, x="step", smooth=0.9, title=title), "mask.png")
lesson.end()
