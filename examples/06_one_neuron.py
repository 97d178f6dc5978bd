"""One neuron learns: the log loss against 1/2 (p - t)^2.

A neuron that is to answer a question of yes or no gives p = sigmoid(w . x + b), the chance of yes.
How wrong p is can be measured in two ways; both are 0 for the right answer, and still one of them
learns and the other may not. Two clouds of points in the plane show why.
"""

import numpy as np
from lesson import Lesson, at_least, at_most

import tinygrad_edu as te
from tinygrad_edu.nn import functional as F

lesson = Lesson(__doc__)
STARTS, ITERATIONS, RATE = 20, 100, 0.1

# ---- 1. two clouds -------------------------------------------------------------------------------
# Fifty points around each of two centres, by the generator that the course on this neuron used: the
# same points and the same starts give its accuracies again.
chance = np.random.RandomState(0)
centres = chance.uniform(-10, 10, (2, 2))
X = te.tensor(np.concatenate([chance.normal(centre, 1.0, (50, 2)) for centre in centres]))
t = te.tensor(np.repeat([0.0, 1.0], 50)[:, None])  # (100, 1)
print("1. 100 points: 50 around ({:.1f}, {:.1f}), 50 around ({:.1f}, {:.1f})".format(*centres.flat))


def log_loss(z, t):
    """-log of the chance that the neuron gave to what is true: without end for the surely wrong."""
    return F.binary_cross_entropy_with_logits(z, t)


def squared_loss(z, t):
    """1/2 (p - t)^2: at most 1/2."""
    return F.half_squared_error(z.sigmoid(), t)


LOSSES = {"log loss": log_loss, "1/2 (p - t)^2": squared_loss}

# ---- 2. how hard each pulls ----------------------------------------------------------------------
# What descends is the slope. For the log loss the slope by z is p - t: the more wrong, the harder
# the pull. The square has the factor p (1 - p) of the sigmoid as well: at p = 0.002, where a 1 was
# wanted, next to nothing is left of the pull.
print("\n2. The pull on z = w . x + b where 1 is the answer\n")
z = te.tensor([-6.0, -3.0, 0.0, 3.0, 6.0], dtype=te.float64, requires_grad=True)
pulls = [te.autograd.grad(len(z) * loss(z, te.ones_like(z)), z)[0] for loss in LOSSES.values()]
print("      z      p   log loss   1/2 (p - t)^2")
for row in zip(z.tolist(), z.sigmoid().tolist(), *(pull.tolist() for pull in pulls)):
    print("   {:4.0f}  {:5.3f}   {:8.4f}   {:13.4f}".format(*row))
p = z.detach().sigmoid()
by_hand = {
    "d log loss / dz - (p - t)": p - 1,
    "d square / dz - (p - t) p (1 - p)": (p - 1) * p * (1 - p),
}
for (name, slopes), pull in zip(by_hand.items(), pulls):
    lesson.check(f"|{name}|", (pull - slopes).abs().max().item(), at_most(1e-12), ".0e")


# ---- 3. twenty starts ----------------------------------------------------------------------------
def accuracy(w, b):
    """The share of points on the right side of the line w . x + b = 0."""
    return ((X @ w + b > 0) == (t > 0.5)).double().mean().item()


def train(loss_of, w, b, iterations=ITERATIONS):
    """Descend from (w, b); returns the parameters after each iteration."""
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    optimizer = te.optim.SGD([w, b], lr=RATE)
    path = [(w.detach().clone(), b.detach().clone())]
    for _ in range(iterations):
        optimizer.zero_grad()
        loss_of(X @ w + b, t).backward()
        optimizer.step()
        path.append((w.detach().clone(), b.detach().clone()))
    return path


def start(seed):
    numbers = np.random.RandomState(seed).randn(3)
    return te.tensor(numbers[:2, None]), te.tensor(numbers[2:])


print(f"\n3. {STARTS} starts, {ITERATIONS} iterations of rate {RATE}: share of points right\n")
found = {}
for name, loss_of in LOSSES.items():
    seeds = range(lesson.seed, lesson.seed + STARTS)
    found[name] = [accuracy(*train(loss_of, *start(seed))[-1]) for seed in seeds]
    shown = " ".join(f"{100 * a:.0f}" for a in sorted(found[name]))
    print(f"   {name:13}  {shown} %")
other_seed = "" if lesson.seed == 0 else "the expected figure is of seed 0"
lesson.check("log loss: lowest accuracy", min(found["log loss"]), 0.84, ".2f", other_seed)
lesson.check("log loss: highest accuracy", max(found["log loss"]), 0.93, ".2f", other_seed)
lesson.check(
    "square: lowest accuracy", min(found["1/2 (p - t)^2"]), at_most(0.6), ".2f", other_seed
)

# ---- 4. from a start that is surely wrong --------------------------------------------------------
# The weights point the wrong way: the neuron says the opposite, and is sure of it.
wrong = te.tensor([[-3.0], [3.0]], dtype=te.float64), te.zeros(1, dtype=te.float64)
print("\n4. From w = (-3, 3), which is surely wrong: accuracy after n iterations\n")
paths = {name: train(loss_of, *wrong, 200) for name, loss_of in LOSSES.items()}
print("       n  " + "".join(f"{name:>16}" for name in LOSSES))
for n in (0, 10, 20, 50, 100, 200):
    print(f"   {n:5}  " + "".join(f"{100 * accuracy(*path[n]):14.0f} %" for path in paths.values()))
arrived = {name: accuracy(*path[100]) for name, path in paths.items()}
lesson.check("surely wrong, log loss: after 100", arrived["log loss"], at_least(0.9), ".2f")
lesson.check("surely wrong, square: after 100", arrived["1/2 (p - t)^2"], at_most(0.5), ".2f")


# ---- 5. the hill as it is ------------------------------------------------------------------------
# The loss above the two weights, the bias left at its last value. The log loss is a bowl; the
# square has a high plain, on which nothing tells where down is.
def surfaces():
    figure, axes = te.viz.panels(1, 2, size=(13, 5))
    for ax, (name, loss_of) in zip(axes, LOSSES.items()):
        bias = paths[name][-1][1]

        def height(w1, w2, loss_of=loss_of, bias=bias):
            return loss_of(X @ te.tensor([[w1], [w2]], dtype=te.float64) + bias, t)

        walked = [w.reshape(2).tolist() for w, _ in paths[name]]
        te.viz.surface(height, walked, x=(-5, 5), y=(-5, 5), ax=ax, title=name)
    return figure


lesson.picture(surfaces, "surfaces.png")
lesson.end()
