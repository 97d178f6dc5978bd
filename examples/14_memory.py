"""Memory: networks that read one letter after the other, and how gradients reach back through time.

A recurrent network has a state, a vector that it renews with every letter: what it knows of all letters
so far. The same weights serve every step. It learns to write names, and to go on with a wave.
"""

import math
import random

from language import Characters, names, nats, split, train, write
from lesson import Lesson, at_most

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

lesson = Lesson(__doc__)
te.manual_seed(lesson.seed)
chance = random.Random(lesson.seed)

# ---- 1. the names, and a model without memory ------------------------------------------------------
# Every letter is to be foretold from those before it. The loss is the mean -log of the chance that was
# given to the letter that came: 0 for who knows it all, log 27 = 3.30 for who guesses among 27.
what, known, entropy = names(lesson.data)
training, _, testing = split(known)  # by the part between, sizes and rate were chosen
letters = Characters("".join(known))
bigram = letters.bigram_loss(training, testing)
print(f"1. Data: {len(known):,} {what}: {', '.join(known[:6])} ...")
rules = f", who knows the rules {entropy:.2f}" if entropy else ""
print(f"   Who counts pairs of letters needs {bigram:.2f} nats per letter{rules}.")
near = (2.20, 2.32) if entropy else (2.43, 2.50)  # 2.47 is stated; chance chose the names
lesson.check("pairs counted: nats", bigram, near, ".2f")


# ---- 2. three kinds of memory ----------------------------------------------------------------------
# RNN:   h = tanh(W x + b + V h + c): all of the state is renewed at every step.
# GRU:   h = (1 - z) n + z h: gates z choose, number by number, between the new one and the old.
# LSTM:  c = f c + i a, h = o tanh(c): a store c that is only multiplied, by gates f, and added to.
class Recurrent(nn.Module):
    """What comes in, made vectors; a layer with a state; what is made of the state."""

    def __init__(self, enter, memory, leave):
        super().__init__()
        self.enter, self.memory, self.leave = enter, memory, leave

    def forward(self, x, state=None):
        h, state = self.memory(self.enter(x), state)  # (N, T, width) -> (N, T, hidden)
        return self.leave(h), state


# ---- 3. learning names -----------------------------------------------------------------------------
def loss_of(net, names=None):
    x, y = letters.pairs(names or chance.sample(training, 64))  # these names, or some to learn from
    return nats(net(x)[0], y)


steps, curves = 150 if lesson.quick else 1000, {}
limit = bigram if lesson.quick else entropy + 0.1 if entropy else 2.15
print(f"\n3. Trained for {steps:,} steps of 64 names; nats per letter of names never seen\n")
print("          parameters   nats   names it writes")
for kind in (nn.RNN, nn.GRU, nn.LSTM):
    name, memory = kind.__name__, kind(24, 96, batch_first=True)
    net = Recurrent(nn.Embedding(len(letters), 24), memory, nn.Linear(96, len(letters)))
    curves[name] = train(lesson, name, net, lambda net=net: loss_of(net), steps)
    with te.no_grad():
        found, size = loss_of(net, testing).item(), sum(p.numel() for p in net.parameters())
    made = letters.words(write(lambda x, net=net: net(x)[0], 6, 15))
    print(f"   {name:4} {size:13,}   {found:.2f}   {', '.join(made)}")
    lesson.check(f"{name}: nats", found, at_most(limit), ".2f")

# ---- 4. how far back a gradient reaches ------------------------------------------------------------
# Through t steps it is multiplied t times by the transpose of what a step does. An orthogonal V keeps
# lengths, so s V makes them s^t times as long: of the far past either nothing is learned or nothing else.
# An LSTM's store is multiplied by its gate f alone, and that may stay open: f = sigmoid(5) = 0.993.
V, f = nn.init.orthogonal_(te.empty(32, 32)), te.sigmoid(te.tensor(5.0))
passed = {f"RNN of {s} V": (s, lambda h, s=s: te.tanh(s * (V @ h))) for s in (0.8, 1.0, 1.2)}
passed["LSTM, f open"] = f.item(), lambda c: f * c
print("\n4. Length of the gradient t steps back, where it is 1 at the end\n")
print("                  t = 1        10        30        60")
for name, (s, step) in passed.items():
    states = [te.zeros(32, requires_grad=True)]  # where tanh has slope 1
    for _ in range(60):
        states.append(step(states[-1]))
    found = te.autograd.grad(states[-1], states, F.normalize(te.randn(32), dim=0))
    lengths = [found[60 - t].norm().item() for t in (1, 10, 30, 60)]
    print(f"   {name:12}" + "".join(f"{length:10.1e}" for length in lengths))
    ratio = lengths[-1] / s**60
    lesson.check(f"{name}: length after 60 / {s:.3g}^60", ratio, (0.999, 1.001), ".4f")

# ---- 5. clipping -----------------------------------------------------------------------------------
# The smallest memory there is: h = w h, 50 times, from h = 1, and 1 is wanted at the end. At w = 1.1 the
# slope is over half a million: one step of that leaps out of the world. It says where down is, not how
# far. Clipping makes a gradient that is longer than 1 as long as 1 and keeps its direction.
ends, lengths = [], []
for longest in (1.0, math.inf):
    w = nn.Parameter(te.tensor(1.1))
    optimizer = te.optim.SGD([w], lr=1e-3)
    for _ in range(200):
        optimizer.zero_grad()
        ((w**50 - 1) ** 2 / 2).backward()
        lengths.append(nn.utils.clip_grad_norm_([w], longest).item())
        optimizer.step()
    ends.append(w.item())
print(f"\n5. h = w h, 50 times, from w = 1.1, where the slope is {lengths[0]:,.0f}: 200 steps make")
print(f"   w {ends[0]:.4f} with clipping and {ends[1]} without; 1 is right.")
lesson.check("w with clipping", ends[0], (0.998, 1.002), ".4f")
lesson.check("w without clipping is lost", not abs(ends[1]) < 10, True)


# ---- 6. going on with a wave -----------------------------------------------------------------------
# Two waves added up, each starting anywhere. It learns to foretell the next number from noisy ones, so
# that its own small errors will not throw it off; then it goes on alone, from what it foretold itself.
def waves(count, length):
    t, start = te.arange(length), 2 * math.pi * te.rand(2, count, 1)
    return (0.6 * te.sin(0.3 * t + start[0]) + 0.4 * te.sin(0.8 * t + start[1]))[..., None]


def loss_of_waves():
    wave = waves(32, 61)
    return F.mse_loss(net(wave[:, :-1] + 0.1 * te.randn(32, 60, 1))[0], wave[:, 1:])


net = Recurrent(nn.Identity(), nn.RNN(1, 48, batch_first=True), nn.Linear(48, 1))
train(lesson, "waves", net, loss_of_waves, 200 if lesson.quick else 600, 0.01)
wave, forecast, state = waves(100, 140), [], None  # new ones
x = wave[:, :40]
with te.no_grad():
    while len(forecast) < 100:
        out, state = net(x, state)
        x = out[:, -1:]
        forecast.append(x)
forecast = te.cat(forecast, 1)
error = (forecast - wave[:, 40:]).abs().mean().item()
limit = 0.2 if lesson.quick else 0.05  # the noise in training was 0.1; to say 0 is wrong by 0.6
print(f"\n6. After 40 numbers of a wave, 100 foretold: wrong by {error:.3f} on average, of -1 to 1")
lesson.check("wave: mean error of 100 steps", error, at_most(limit), ".3f")


# ---- pictures --------------------------------------------------------------------------------------
def figure():
    drawn, (left, right) = te.viz.panels(1, 2, size=(15, 4.5))
    te.viz.curves(curves, ax=left, x="step", smooth=0.95, title="Learning names: nats per letter")
    lines = {"wave": wave[0, :, 0], "foretold": F.pad(forecast[0, :, 0], (40, 0), value=math.nan)}
    te.viz.curves(lines, ax=right, x="time", title="40 numbers read, 100 foretold")
    return drawn


lesson.picture(figure, "names_and_waves.png")
lesson.end()
