"""Three perceptrons with hidden layers: 2-2-1 and 2-4-1 on XOR, 2-16-16-16-1 on two circles.

XOR takes two hidden neurons and some luck; four take less luck. The third network is written twice,
by hand in NumPy with every derivative spelled out, and with the framework that finds them: to the
last digits, the two are one.
"""

import numpy as np
from lesson import Lesson, at_least, at_most

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

lesson = Lesson(__doc__)
STARTS, STATED = 400, 50  # how many starts here, and behind the shares that are expected

# ---- 1. XOR from many starts ---------------------------------------------------------------------
# All networks learn at once: their weights stand in one tensor with a dimension more, over which
# `@` broadcasts. Their losses are added up; no weight of one is in the loss of another, so each gets
# the gradient that it would have got alone.
inputs = te.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
wanted = te.tensor([[0.0], [1.0], [1.0], [0.0]])


def xor(hidden, activation, steps):
    """Train STARTS networks 2-hidden-1; returns how many of the four cases each has right, (STARTS,)."""
    te.manual_seed(lesson.seed)
    shapes = [(STARTS, 2, hidden), (STARTS, 1, hidden), (STARTS, hidden, 1), (STARTS, 1, 1)]
    parameters = [te.empty(shape).uniform_(-1, 1).requires_grad_() for shape in shapes]
    w1, b1, w2, b2 = parameters
    optimizer = te.optim.SGD(parameters, lr=1.0)
    for _ in lesson.progress(range(steps), f"2-{hidden}-1"):
        z = activation(inputs @ w1 + b1) @ w2 + b2  # (STARTS, 4, 1); the output is sigmoid(z)
        optimizer.zero_grad()
        (F.binary_cross_entropy_with_logits(z, wanted.expand_as(z), reduction="sum") / 4).backward()
        optimizer.step()
    return ((z > 0) == (wanted > 0.5)).sum((1, 2))


def error(share, count):
    """The standard error of a share: by how much chance makes it differ with so many starts."""
    return np.sqrt(share * (1 - share) / count)


steps = 2000 if lesson.quick else 5000
print(f"1. XOR from {STARTS} starts, all weights from -1 to 1; log loss, {steps:,} steps of rate 1")
print(
    "   How many have n of 4 cases right; the share with 4, and how far chance may have moved it\n"
)
print("   network        n = 1    2    3    4    share         expected")
for hidden, activation, name, stated in (
    (2, te.sigmoid, "2-2-1 sigmoid", 0.76),
    (4, te.tanh, "2-4-1 tanh", 0.98),
):
    right = xor(hidden, activation, steps)
    counts = [int((right == n).sum()) for n in (1, 2, 3, 4)]
    share = counts[3] / STARTS
    print(f"   {name:13}  " + "".join(f"{count:5}" for count in counts), end="    ")
    print(f"{share:.2f} +- {error(share, STARTS):.2f}  {stated:.2f} +- {error(stated, STATED):.2f}")
    far = 2 * error(stated, STATED)  # 19 of 20 times chance does no more than this
    lesson.check(f"XOR by {name}: share", share, (stated - far, min(stated + far, 1.0)), ".2f")
print("   Who stays at 2 or 3 sits in a valley: two neurons can block each other.")

# ---- 2. two circles, by hand ---------------------------------------------------------------------
# One class around the other: three hidden layers of 16 sigmoids, log loss, all 100 points at once.
chance = np.random.default_rng(lesson.seed)
angle = np.arange(50) * 2 * np.pi / 50
circle = np.stack([np.cos(angle), np.sin(angle)], 1)
X = np.concatenate([circle, 0.3 * circle]) + 0.1 * chance.standard_normal((100, 2))
t = np.repeat([0.0, 1.0], 50)[:, None]
SIZES, RATE, STEPS = (2, 16, 16, 16, 1), 0.1, 2000 if lesson.quick else 3000
normal = chance.standard_normal
starts = [(normal((a, b)), normal(b)) for a, b in zip(SIZES, SIZES[1:])]


def forward(layers):
    """What each layer puts out, the inputs first."""
    A = [X]
    for W, b in layers:
        A.append(1 / (1 + np.exp(-(A[-1] @ W + b))))
    return A


def log_loss(p):
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def backward(layers, A):
    """dL/dW and dL/db of each layer, by the chain rule from the last layer to the first.

    dZ is the slope by what goes into the sigmoids. For the log loss of the last it is (p - t) / N;
    to pass a layer it goes through W the other way, and through the sigmoid's slope a (1 - a).
    """
    gradients = []
    dZ = (A[-1] - t) / len(X)  # (N, 1)
    for (W, _), below in zip(reversed(layers), reversed(A[:-1])):
        gradients.append((below.T @ dZ, dZ.sum(0)))
        dZ = (dZ @ W.T) * below * (1 - below)
    return gradients[::-1]


layers, by_hand = starts, []
for _ in range(STEPS):
    A = forward(layers)
    by_hand.append(log_loss(A[-1]))
    slopes = backward(layers, A)
    layers = [(W - RATE * dW, b - RATE * db) for (W, b), (dW, db) in zip(layers, slopes)]

# ---- 3. the same with the framework --------------------------------------------------------------
model = nn.Sequential()
for W, b in starts:
    linear = nn.Linear(*W.shape, dtype=te.float64)
    linear.load_state_dict({"weight": te.tensor(W.T), "bias": te.tensor(b)})
    model.extend([linear, nn.Sigmoid()])
optimizer = te.optim.SGD(model.parameters(), lr=RATE)
x, y = te.tensor(X), te.tensor(t)

film = te.viz.Film(fps=6) if lesson.out else None
frames = {0, STEPS - 1, *np.geomspace(8, STEPS, 20).astype(int).tolist()}
by_framework, furthest = [], 0.0
for step in lesson.progress(range(STEPS), "2-16-16-16-1"):
    optimizer.zero_grad()
    loss = F.binary_cross_entropy(model(x), y)
    loss.backward()
    by_framework.append(loss.item())
    if step == 0:
        for linear, (dW, db) in zip(model[::2], backward(starts, forward(starts))):
            apart = linear.weight.grad.numpy().T - dW, linear.bias.grad.numpy() - db
            furthest = max(furthest, *(np.abs(a).max() for a in apart))
    if film and step in frames:
        title = f"step {step:,}"
        film.add(te.viz.boundary(model, X, t, title=title), hold=10 if step == STEPS - 1 else 1)
    optimizer.step()

accuracy = ((model(x) > 0.5) == (y > 0.5)).double().mean().item()
size = sum(p.numel() for p in model.parameters())
print(f"\n2. and 3. Two circles, {size} parameters, {STEPS:,} steps\n")
print("    step        by hand  by the framework")
for step in (0, STEPS // 30, STEPS // 3, STEPS - 1):
    print(f"   {step:5}   {by_hand[step]:12.10f}      {by_framework[step]:12.10f}")
drift = max(abs(a - b) for a, b in zip(by_hand, by_framework))
lesson.check("gradients: furthest apart", furthest, at_most(1e-12), ".0e")
lesson.check("loss curves: furthest apart", drift, at_most(1e-8), ".0e")
lesson.check("two circles: share right", accuracy, at_least(0.99), ".2f")

lesson.picture(film, "boundary.gif")
both = {"by hand": by_hand, "framework": by_framework}
lesson.picture(lambda: te.viz.curves(both, x="step", title="log loss"), "loss.png")
lesson.end()
