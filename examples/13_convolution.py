"""Convolution: few weights, used at every place, and a network of them that reads digits and clothes.

A dense layer must learn an edge anew for every place where one can be. A convolution moves one small
set of weights, a filter, over the picture: it is a matrix too, but one that repeats itself.
"""

from functools import partial

from lesson import Lesson, at_least, at_most

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

lesson = Lesson(__doc__)
te.manual_seed(lesson.seed)


def apart(a, b):
    return (a - b).abs().max().item()


# ---- 1. a convolution is a matrix ------------------------------------------------------------------
# It is linear in the picture, so it has a matrix. Column j is what becomes of the picture that is 1 at
# pixel j and 0 elsewhere: one batch of all such pictures finds them all.
signal = F.conv1d(te.eye(6)[:, None], te.tensor([[[1.0, 2.0, 3.0]]])).squeeze(1).T  # (4, 6)
print("1. The filter (1, 2, 3) over 6 numbers, as a matrix: each row is the one above, moved\n")
for row in signal.int().tolist():
    print("  " + "".join(f"{n or '.':>3}" for n in row))

kernel = te.randn(1, 1, 3, 3, dtype=te.float64)
pixels = te.eye(25, dtype=te.float64).view(25, 1, 5, 5)
M = F.conv2d(pixels, kernel).view(25, 9).T  # (9, 25): 5 x 5 pixels in, 3 x 3 out
x = te.randn(1, 1, 5, 5, dtype=te.float64, requires_grad=True)
out = F.conv2d(x, kernel)
g = te.randn_like(out)
out.backward(g)
# out = M x, so the gradient goes back by the transpose, M^T g. That is again a convolution: every g is
# spread over the window that it came from, times the filter. Layers of the name ConvTranspose do that.
transposed = F.conv_transpose2d(g, kernel)
zeros, different = int((M == 0).sum()), len(M[M != 0].unique())
print(
    f"\n   The matrix of 3 x 3 over 5 x 5 pixels has {M.numel()} numbers, of which {zeros} are 0;"
)
print(f"   the others are {different} different ones, those of the filter.")
shifted = F.conv2d(x.roll((1, 1), (2, 3)), kernel)
with te.no_grad():
    for name, difference in (
        ("convolution - its matrix", apart(out.view(9), M @ x.view(25))),
        ("gradient - transposed matrix", apart(x.grad.view(25), M.T @ g.view(9))),
        ("gradient - transposed convolution", apart(x.grad, transposed)),
        ("of the moved picture - moved", apart(shifted[..., 1:, 1:], out[..., :-1, :-1])),
    ):
        lesson.check(name, difference, at_most(1e-12), ".0e")

# ---- 2. pooling ------------------------------------------------------------------------------------
# What was found matters more than where exactly: of every 2 x 2 the largest is kept. The gradient goes
# to that one alone, for small moves of the others change nothing.
x = te.tensor([[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 1.0, 7.0]]).view(1, 1, 2, 4).requires_grad_()
kept = F.max_pool2d(x, 2)
kept.sum().backward()
print(f"\n2. The largest of each 2 x 2 of {x[0, 0].int().tolist()}: {kept.view(2).int().tolist()}")
print(f"   and the gradient of their sum:  {x.grad[0, 0].int().tolist()}")
lesson.check("pooling: pixels that get gradient", int((x.grad != 0).sum()), 2)


# ---- 3. the pictures -------------------------------------------------------------------------------
def sets():
    """Name -> training part and testing part, each of images (N, 1, 28, 28) and labels (N,)."""
    found = {}
    for kind in (te.datasets.MNIST, te.datasets.FashionMNIST):
        try:
            parts = [kind(lesson.data, train, download=False) for train in (True, False)]
        except RuntimeError:  # it is not here
            continue
        found[kind.__name__] = [part.tensors(flat=False) for part in parts]
    if found:
        return found
    parts = [te.datasets.Digits(train).tensors(flat=False) for train in (True, False)]
    return {"embedded digits": [(F.interpolate(X, 28, mode="bilinear"), y) for X, y in parts]}


data = sets()
print(f"\n3. Data: {', '.join(data)}, in pictures of 28 x 28")


# ---- 4. the network and its training ---------------------------------------------------------------
def network():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5),  # (N, 1, 28, 28) -> (N, 8, 24, 24)
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (N, 8, 12, 12)
        nn.Conv2d(8, 16, 5),  # -> (N, 16, 8, 8): each filter looks at all 8 maps below
        nn.ReLU(),
        nn.MaxPool2d(2),  # -> (N, 16, 4, 4)
        nn.Flatten(),
        nn.Linear(256, 10),
    )


@te.no_grad()
def accuracy(net, X, y):
    right = [net(part).argmax(1) == t for part, t in zip(X.split(500), y.split(500))]
    return te.cat(right).double().mean().item()


def train(name, X, y, epochs):
    net = network()
    batches = [b for _ in range(epochs) for b in te.randperm(len(X)).split(64)]
    if lesson.quick:
        del batches[150:]
    optimizer = te.optim.Adam(net.parameters(), lr=3e-3)
    falling = te.optim.lr_scheduler.CosineAnnealingLR(optimizer, len(batches))
    for batch in lesson.progress(batches, name):
        optimizer.zero_grad()
        F.cross_entropy(net(X[batch]), y[batch]).backward()
        optimizer.step()
        falling.step()
    print(f"   {name}: {len(X):,} pictures, {len(batches):,} steps of 64", end="; ")
    return net


parameters = sum(p.numel() for p in network().parameters())
print(f"\n4. The network has {parameters:,} parameters. The first layer has {8 * 26} of them;")
print(f"   a dense layer with as many outputs would have {785 * 8 * 24 * 24:,}.\n")
lesson.check("parameters", parameters, (5_000, 7_000), ",")

# Epochs, and what is expected of the test pictures after a whole run and a quick one. Rate, batch and
# epochs were chosen by the last sixth of the training pictures; the test is taken once, at the end.
# Of the embedded digits that sixth is by other writers than the rest and the test: it is harder.
PLAN = {"MNIST": (1, 0.97, 0.90), "FashionMNIST": (3, 0.85, 0.70)}
PLAN["embedded digits"] = (25, 0.95, 0.85)
nets = {}
for name, ((X, y), test) in data.items():
    epochs, whole, quick = PLAN[name]
    last = len(X) * 5 // 6
    nets[name] = net = train(name, X[:last], y[:last], epochs)
    print(f"right of those for validation: {accuracy(net, X[last:], y[last:]):.1%}")
    least = at_least(quick if lesson.quick else whole)
    lesson.check(f"{name}: accuracy in the test", accuracy(net, *test), least, ".1%")


# ---- pictures --------------------------------------------------------------------------------------
def inside(X, net):
    """A picture on its way: the filters of the first layer, what each finds, and what the second finds."""
    from matplotlib.figure import Figure

    with te.no_grad():
        first, second = net[:2](X[:1])[0], net[:5](X[:1])[0]
    drawn = Figure(figsize=(13, 6.5), layout="constrained")
    left, right = drawn.subfigures(1, 2, width_ratios=(1, 4))
    te.viz.images(X[0], ax=left.subplots(), title="the picture")
    top, middle, bottom = right.subplots(3, 1, height_ratios=(1, 1, 2))
    te.viz.images(net[0].weight, columns=8, ax=top, title="8 filters of 5 x 5")
    te.viz.images(first, columns=8, own_scale=True, ax=middle, title="where each is found")
    te.viz.images(second, columns=8, own_scale=True, ax=bottom, title="what the second layer finds")
    return drawn


for name, (_, (X, _)) in data.items():
    lesson.picture(partial(inside, X, nets[name]), f"{name.replace(' ', '_')}.png")
title = "The 9 rows of the matrix of 3 x 3 over 5 x 5"
lesson.picture(lambda: te.viz.images(M.view(9, 5, 5), columns=3, title=title), "matrix.png")
lesson.end()
