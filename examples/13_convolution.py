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
zeros, different = int((M == 0).sum()), len(M[M != 0].unique())
print(
    f"\n   That of 3 x 3 over 5 x 5 has {M.numel()} numbers: {zeros} zeros, {different} different ones."
)
with te.no_grad():
    tiny = at_most(1e-12), ".0e"
    lesson.check("convolution - its matrix", apart(out.view(9), M @ x.view(25)), *tiny)
    lesson.check("gradient - transposed matrix", apart(x.grad.view(25), M.T @ g.view(9)), *tiny)
    back = F.conv_transpose2d(g, kernel)
    lesson.check("gradient - transposed convolution", apart(x.grad, back), *tiny)

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
def parts(kind, **where):
    """To train on and to test on, each images (N, 1, H, W) and labels (N,)."""
    return [kind(train=train, **where).tensors(flat=False) for train in (True, False)]


kinds, where = (
    (te.datasets.MNIST, te.datasets.FashionMNIST),
    {"root": lesson.data, "download": False},
)
try:
    data = {kind.__name__: parts(kind, **where) for kind in kinds}
except RuntimeError:  # they are not here
    small = parts(te.datasets.Digits)
    data = {"embedded digits": [(F.interpolate(X, 28, mode="bilinear"), y) for X, y in small]}
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
    batches = batches[: 150 if lesson.quick else None]
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

# Epochs, and what is expected of the test pictures after a whole and a quick run. All was chosen by the
# last sixth of the training pictures, which in the embedded digits is by others, and harder.
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
    with te.no_grad():
        first, second = net[:2](X[:1])[0], net[:5](X[:1])[0]
    drawn, (picture, *axes) = te.viz.panels(4, 1, size=(11, 9), height_ratios=(2, 1, 1, 2))
    te.viz.images(X[0], ax=picture, title="the picture")
    te.viz.images(net[0].weight, columns=8, ax=axes[0], title="8 filters of 5 x 5")
    te.viz.images(first, columns=8, own_scale=True, ax=axes[1], title="where each is found")
    te.viz.images(
        second, columns=8, own_scale=True, ax=axes[2], title="what the second layer finds"
    )
    return drawn


for name, (_, (X, _)) in data.items():
    lesson.picture(partial(inside, X, nets[name]), f"{name.replace(' ', '_')}.png")
lesson.end()
