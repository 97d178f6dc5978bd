"""Depth: what comes back through ten layers, and how to go down once it does.

A gradient is a product of as many factors as there are layers. If each is 1/4, ten layers leave a
millionth of it; if each is 7, there are a hundred million. How weights start decides.
"""

import math

from lesson import Lesson, at_least, at_most

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.train import Settings, fit, network
from tinygrad_edu.utils.data import TensorDataset

lesson = Lesson(__doc__)
data = lesson.digits()
images, labels = (t[:1_400] for t in data.training.tensors)
training = TensorDataset(images, labels)
unseen = TensorDataset(*(t[:1_000] for t in data.unseen.tensors))

# ---- 1. ten layers -------------------------------------------------------------------------------
# g_k = dL/dh_k is what comes back to the outputs h_k = f(W h) of layer k. To the layer before it comes
# W^T (f' g_k): sums of n terms that chance gave their signs, so |g|^2 becomes about n var(W) mean(f'^2)
# times as large. "naive" weights are N(0, 1); Xavier made n var(W) = 1; He 2, for ReLU drops half.
LAYERS, WIDTH, COUNT = 10, 100, 200
FUNCTIONS = {"sigmoid": te.sigmoid, "tanh": te.tanh, "relu": te.relu}
STARTS = {"naive": float(WIDTH), "Xavier": 1.0, "He": 2.0}  # n var(W)


def returning(function, n_var):
    """|g_k| of layers 10 down to 1 for a random gradient at the top, and |g_1| / |g_10| as predicted."""
    te.manual_seed(lesson.seed)
    h, outputs, slopes = te.randn(COUNT, WIDTH), [], []
    for _ in range(LAYERS):
        W = te.randn(WIDTH, WIDTH, requires_grad=True) * math.sqrt(n_var / WIDTH)
        z = h @ W.T
        h = function(z)
        h.retain_grad()
        outputs.append(h)
        _, slope = te.func.jvp(function, (z.detach(),), (te.ones_like(z),))  # f'(z)
        slopes.append((slope**2).mean().item())
    h.backward(te.randn_like(h))
    predicted = math.prod(math.sqrt(n_var * slope) for slope in slopes[1:])
    return [output.grad.norm().item() for output in reversed(outputs)], predicted


print("1. |gradient| that comes back to layers 10, 7, 4 and 1, as a share of that of layer 10\n")
print("                         10        7        4        1   1 by the formula")
norms, off = {}, 0.0
for function in FUNCTIONS:
    for start, n_var in STARTS.items():
        sizes, predicted = returning(FUNCTIONS[function], n_var)
        norms[function, start] = shares = [size / sizes[0] for size in sizes]
        shown = "".join(f"{shares[k]:9.1e}" for k in (0, 3, 6, 9))
        print(f"   {function:8} {start:8} {shown} {predicted:18.1e}")
        off = max(off, abs(math.log10(shares[-1] / predicted)))
lesson.check("layer 1 / 10: formula off by a factor of", 10**off, at_most(3), ".1f")
# A ReLU drops half: mean(f'^2) = 1/2. A sigmoid's slope is nowhere above 1/4. Ten layers, nine steps.
for start, factor in {"naive": (WIDTH / 2) ** 0.5, "Xavier": 0.5**0.5, "He": 1.0}.items():
    share, expected = norms["relu", start][-1], factor**9
    lesson.check(f"relu, {start}: layer 1 / 10", share, (expected / 3, 3 * expected), ".1e")
for name, expected in {"sigmoid": at_most(0.25**9), "tanh": (0.01, 1.0)}.items():
    lesson.check(f"{name}, Xavier: layer 1 / 10", norms[name, "Xavier"][-1], expected, ".1e")

# ---- 2. a ravine ---------------------------------------------------------------------------------
# 1/2 (x^2 + 100 y^2) is a hundred times as steep across as along. Plain descent may go only as fast as
# the steep side bears, and shrinks the error to 99/101 a step at best. Momentum adds up what stays and
# cancels what flips: sqrt(100) = 10 in place of 100, so 9/11. Adam divides each direction by its usual
# size, which cures a ravine along the axes. Exercise: turn it by 45 degrees, and Adam cannot see it.
METHODS = {
    "descent": lambda w: te.optim.SGD(w, lr=2 / (1 + 100)),
    "momentum": lambda w: te.optim.SGD(w, lr=(2 / 11) ** 2, momentum=(9 / 11) ** 2),  # Polyak
    "adam": lambda w: te.optim.Adam(w, lr=0.1),
}


def height(x, y):
    return (x**2 + 100 * y**2) / 2


def descend(method):
    """The points that are passed from (10, 1) on, down to a millionth of the height."""
    w = te.tensor([10.0, 1.0], dtype=te.float64, requires_grad=True)
    optimizer, path = METHODS[method]([w]), [w.tolist()]
    while height(*path[-1]) > 1e-6 * height(*path[0]) and len(path) < 3_000:
        optimizer.zero_grad()
        height(*w).backward()
        optimizer.step()
        path.append(w.tolist())
    return path


paths = {method: descend(method) for method in METHODS}
steps = {method: len(path) - 1 for method, path in paths.items()}
plain, best = (math.log(1e-6) / math.log(f**2) for f in (99 / 101, 9 / 11))  # of heights: squared
print("\n2. Steps down the ravine, to a millionth of the height:", end=" ")
print(", ".join(f"{method} {count}" for method, count in steps.items()))
lesson.check("descent: steps", steps["descent"], (round(plain) - 2, round(plain) + 2))
# Momentum has to gather speed first, which costs it up to as much again.
lesson.check("momentum: steps", steps["momentum"], (round(best), round(2 * best)))
lesson.check("adam: steps", steps["adam"], at_most(steps["descent"]))

# ---- 3. dead ReLUs -------------------------------------------------------------------------------
# One step too large, and a neuron's sum is below 0 on every image. Its slope is 0 there, so it gets no
# gradient, so it stays where it is: dead. A leaky one has a slope of 1/100 left to learn by.
PLAIN = {"optimizer": "sgd", "schedule": "constant"}
print("\n3. 100 neurons: three epochs of rate 3, which is too much, then ten of rate 0.1\n")
print("              below 0 on all images   unseen digits right")
print("              after 3     after all   after 3   after all")
silent, shares = {}, {}
for name in ("relu", "leaky-relu"):
    te.manual_seed(lesson.seed)
    net = network(data.pixels, 10, Settings(layers=(100,), activation=name, init="kaiming"))
    silent[name], shares[name] = [], []
    for rate, epochs in ((3.0, 3), (0.1, 10)):
        history = fit(net, training, unseen, Settings(lr=rate, epochs=epochs, **PLAIN))
        shares[name].append(history.accuracies["unseen"][-1])
        below = (net[:2](images) <= 0).all(dim=0)  # (100,), by the sums of the first layer
        silent[name].append(int(below.sum()))
    print("   {:10} {:8} {:13} {:9.1%} {:11.1%}".format(name, *silent[name], *shares[name]))
    if name == "relu":
        nn.functional.cross_entropy(net(images), labels).backward()
        gradient = net[1].weight.grad[below].abs().max().item()
        lesson.check("relu: largest |gradient| of a dead one", gradient, 0.0, "g")
lesson.check("relu: dead after rate 3, of 100", silent["relu"][0], at_least(80))
lesson.check("relu: dead afterwards", silent["relu"][1], silent["relu"][0])
lesson.check("leaky-relu: afterwards", shares["leaky-relu"][1], at_least(0.4), ".1%")


# ---- pictures ------------------------------------------------------------------------------------
def gradients():
    figure, axes = te.viz.panels(1, 3, size=(18, 5), title="|gradient|, as a share of the top's")
    for ax, function in zip(axes, FUNCTIONS):
        shown = {start: norms[function, start] for start in STARTS}
        te.viz.curves(shown, ax=ax, title=function, x="layers below the top", log=True)
    return figure


def ravines():
    figure, axes = te.viz.panels(1, 3, size=(19, 5))
    for ax, (method, path) in zip(axes, paths.items()):
        title = f"{method}: {steps[method]} steps"
        te.viz.surface(height, path, x=(-6, 11), y=(-5, 5), ax=ax, title=title)
    return figure


lesson.picture(gradients, "gradients.png")
lesson.picture(ravines, "ravine.png")
lesson.end()
