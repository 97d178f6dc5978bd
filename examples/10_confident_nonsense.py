"""Confident nonsense: shown noise, a network that reads digits is sure which digit it is.

Its answers are shares of 100 % among ten digits. "None of these" is not among them, and what is far
from all it has seen is not for that reason in the middle between them.
"""

from dataclasses import replace

from lesson import Lesson, at_least, at_most

import tinygrad_edu as te
from tinygrad_edu.nn import functional as F
from tinygrad_edu.train import RECIPES, evaluate, fit, network
from tinygrad_edu.utils.data import TensorDataset

lesson = Lesson(__doc__)
data = lesson.digits()
mnist = data.pixels == 784
te.manual_seed(lesson.seed)

# ---- 1. a network that reads digits --------------------------------------------------------------
use = 10_000 if lesson.quick else 60_000
training = TensorDataset(*(t[:use] for t in data.training.tensors))
recipe = RECIPES["improved"]  # 784-16-16-10, ReLU, cross-entropy, Adam
settings = replace(recipe, epochs=5 if mnist else 30, batch=recipe.batch if mnist else 10)
net = network(data.pixels, 10, settings)
with te.viz.Live() as live:
    fit(net, training, data.unseen, settings, live)
_, right = evaluate(net, data.unseen, F.cross_entropy)
KNOWN = 0.93 if mnist and not lesson.quick else 0.85  # 09_digits.py says how well it might
print(f"1. It reads {right:.1%} of {len(data.unseen):,} unseen digits")
lesson.check("unseen digits right", right, at_least(KNOWN), ".1%")

# ---- 2. pictures of nothing ----------------------------------------------------------------------
# All have pixels from 0 to 1. "scattered" has the pixels of digits, each picture's in an order of its
# own: as much ink as in digits, and nothing else of them.
COUNT = 2_000
digits, labels = (t[:COUNT] for t in data.unseen.tensors)
shape = (COUNT, *data.shape)
order = te.argsort(te.rand(len(digits), data.pixels), dim=1)
PICTURES = {
    "digits": digits,
    "scattered": digits.flatten(1).gather(1, order).reshape(digits.shape),
    "grey noise": te.rand(shape),  # uniform
    "black and white": te.randint(0, 2, shape).float(),
    "upside down": digits.flip((1, 2)),
    "negatives": 1 - digits,
}


def answers(net, pictures):
    """How sure the network is of each digit, (N, 10)."""
    with te.no_grad():
        return F.softmax(net(pictures), 1)[:, :10]


def table(net):
    """The shares of each kind of pictures whose top answer is above 1/2 and above 9/10."""
    print("                      above 50 %   above 90 %   most often   mean")
    shares = {}
    for name, pictures in PICTURES.items():
        top, digit = answers(net, pictures).max(1)
        shares[name] = [(top > level).float().mean().item() for level in (0.5, 0.9)]
        half, nine = shares[name]
        often = te.bincount(digit, minlength=10)
        most = f"{int(often.argmax())} ({often.max().item() / len(digit):.0%})"
        print(f"   {name:16} {half:12.1%} {nine:12.1%} {most:>12} {top.mean().item():6.0%}")
    return shares


print(f"\n2. The surest of its ten answers, on up to {COUNT:,} pictures of each kind\n")
before = table(net)
# Who knew that it does not know would give each digit 10 %, and no picture of noise would be counted
# here. With as much ink as in digits some are; of even noise most.
NOISE = {"scattered": (0.2, 0.001), "grey noise": (0.8, 0.3), "black and white": (0.8, 0.3)}
for name, floors in NOISE.items():
    for level, share, floor in zip((50, 90), before[name], floors):
        lesson.check(f"{name}: top answer above {level} %", share, at_least(floor), ".1%")

# ---- 3. further out, surer still -----------------------------------------------------------------
# A network of ReLUs is linear far out: twice the input, about twice the differences between its
# outputs, and softmax turns differences into certainty. Darker noise is not more of a digit.
print("\n3. Noise times a factor: how sure it is on average\n")
factors = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0)
sure = [answers(net, f * PICTURES["grey noise"]).max(1).values.mean().item() for f in factors]
print("   factor " + "".join(f"{f:7g}" for f in factors))
print("   sure   " + "".join(f"{s:7.0%}" for s in sure))
lesson.check("noise times 16: sure on average", sure[-1], at_least(0.95), ".1%")

# ---- 4. an eleventh answer -----------------------------------------------------------------------
# Teach it what is no digit: a picture of grey noise for every three digits, with the answer "nothing".
# It then knows that noise, and what is about as bright. What is drawn like digits and is none, most of
# those upside down, it believes as before: every kind of nonsense would have to be shown to it.
extra = len(training) // 3
images, classes = training.tensors
nothing = te.full((extra,), 10)
both = te.cat([images, te.rand(extra, *data.shape)]), te.cat([classes, nothing])
wiser = network(data.pixels, 11, settings)
with te.viz.Live() as live:
    fit(wiser, TensorDataset(*both), data.unseen, settings, live)
_, right = evaluate(wiser, data.unseen, F.cross_entropy)
print(f"\n4. With an eleventh answer, taught on grey noise: {right:.1%} of unseen digits right\n")
after = table(wiser)
lesson.check("with 11 answers: unseen digits right", right, at_least(KNOWN), ".1%")
lesson.check("with 11 answers: grey noise above 50 %", after["grey noise"][0], at_most(0.01), ".1%")
upside = after["upside down"][0]
lesson.check("with 11 answers: upside down above 50 %", upside, at_least(0.5), ".1%")


# ---- pictures ------------------------------------------------------------------------------------
def gallery():
    """Of each kind of noise the six pictures that the network is surest of."""
    shown, names = [], []
    for kind in NOISE:
        top, digit = answers(net, PICTURES[kind]).max(1)
        surest = top.argsort(descending=True)[:6]
        shown.append(PICTURES[kind][surest])
        names += [f"{digit[k].item()}: {top[k].item():.1%}" for k in surest.tolist()]
    return te.viz.images(
        te.cat(shown), names=names, columns=6, title="In noise: scattered, grey, black and white"
    )


lesson.picture(gallery, "noise.png")
lesson.end()
