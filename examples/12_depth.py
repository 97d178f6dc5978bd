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
training, unseen = (
    TensorDataset(images, labels),
    TensorDataset(*(t[:1000] for t in data.unseen.tensors)),
)

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
lesson.check("layer 1 / 10: formula off by 10^", off, at_most(0.5), ".2f")
for function, start, expected in (
    ("sigmoid", "Xavier", at_most(1e-4)),  # the slope of sigmoid is at most 1/4
    ("tanh", "Xavier", (0.01, 1.0)),
    ("relu", "naive", at_least(1e6)),
    ("relu", "Xavier", (0.01, 0.2)),  # mean(f'^2) = 1/2, and sqrt(1/2)^9 = 0.044
    ("relu", "He", (0.2, 5.0)),
):
    lesson.check(f"{function}, {start}: layer 1 / 10", norms[function, start][-1], expected, ".1e")

# ---- 2. does it learn? ---------------------------------------------------------------------------
print(f"\n2. {LAYERS} layers, {len(labels):,} digits, rate 0.1: unseen digits right\n")
PLAIN = {"optimizer": "sgd", "schedule": "constant"}
FLOOR = 0.2 if lesson.quick else 0.5
tries = [("sigmoid", "xavier", at_most(0.25)), ("relu", "kaiming", at_least(FLOOR))]
for function, start, expected in lesson.progress(tries, "training"):
    options = {"activation": function, "init": start, "epochs": 4 if lesson.quick else 10}
    settings = Settings(layers=(32,) * (LAYERS - 1), lr=0.1, **options, **PLAIN)
    te.manual_seed(lesson.seed)
    net = network(data.pixels, 10, settings)
    right = fit(net, training, unseen, settings).accuracies["unseen"][-1]
    print(f"   {function:8} {start:8} {right:7.1%}")
    lesson.check(f"{function}, {start}: digits right", right, expected, ".1%")

# ---- 3. a ravine ---------------------------------------------------------------------------------
# 1/2 (x^2 + 100 y^2) is a hundred times as steep across as along. Plain descent may go only as fast as
# the steep side bears, and shrinks the error to 99/101 a step at best. Momentum adds up what stays and
# cancels what flips: sqrt(100) = 10 in place of 100, 9/11. Adam divides each direction by its usual
# size, which cures a ravine along the axes; turn it by 45 degrees, and Adam cannot see it.
STEEP, ROOT = 100.0, 10.0
BEST = {"lr": (2 / (1 + ROOT)) ** 2, "momentum": ((ROOT - 1) / (ROOT + 1)) ** 2}  # Polyak 1964
METHODS = {
    "descent": lambda w: te.optim.SGD(w, lr=2 / (1 + STEEP)),
    "momentum": lambda w: te.optim.SGD(w, **BEST),
    "adam": lambda w: te.optim.Adam(w, lr=0.1),
}
ACROSS = te.tensor([1.0, STEEP], dtype=te.float64)
AXES = {0: te.eye(2, dtype=te.float64)}  # how far it is turned -> the directions along and across
AXES[45] = te.tensor([[1.0, 1.0], [-1.0, 1.0]], dtype=te.float64) / math.sqrt(2)


def height(w, turn):
    return (ACROSS * (AXES[turn] @ w) ** 2).sum() / 2


def descend(method, turn):
    """The points passed from (10, 1) in the ravine's own directions to a millionth of the height."""
    w = (AXES[turn].T @ te.tensor([10.0, 1.0], dtype=te.float64)).requires_grad_()
    optimizer, path = METHODS[method]([w]), [w.tolist()]
    end = 1e-6 * height(w, turn).item()
    while (loss := height(w, turn)).item() > end and len(path) < 3_000:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(w.tolist())
    return path


paths = {(method, turn): descend(method, turn) for method in METHODS for turn in AXES}
steps = {key: len(path) - 1 for key, path in paths.items()}
print("\n3. Steps down the ravine, to a millionth of the height\n")
print("              along the axes   turned by 45 degrees")
for method in METHODS:
    print(f"   {method:9} {steps[method, 0]:15} {steps[method, 45]:22}")
theory = math.log(1e-6) / (2 * math.log(99 / 101))  # a height is an error squared
lesson.check("descent: steps", steps["descent", 0], (round(theory) - 2, round(theory) + 2))
lesson.check("momentum: steps", steps["momentum", 0], at_most(round(theory / 5)))
for method in ("descent", "momentum"):
    lesson.check(f"{method}: steps when turned", steps[method, 45], steps[method, 0])
lesson.check("adam: turned / along", steps["adam", 45] / steps["adam", 0], at_least(1.5), ".1f")

# ---- 4. dead ReLUs -------------------------------------------------------------------------------
# One step too large, and a neuron's sum is below 0 on every image. Its slope is 0 there, so it gets no
# gradient, so it stays where it is: dead. A leaky one has a slope of 1/100 left to learn by.
print("\n4. 100 neurons: three epochs of rate 3, which is too much, then ten of rate 0.1\n")
print("              below 0 on all images   unseen digits right")
print("              after 3     after all   after 3   after all")
for activation in ("relu", "leaky-relu"):
    te.manual_seed(lesson.seed)
    options = Settings(layers=(100,), activation=activation, init="kaiming")
    net, silent, shares = network(data.pixels, 10, options), [], []
    for rate, epochs in ((3.0, 3), (0.1, 10)):
        settings = Settings(lr=rate, epochs=epochs, **PLAIN)
        shares.append(fit(net, training, unseen, settings).accuracies["unseen"][-1])
        below = (net[:2](images) <= 0).all(dim=0)  # (100,), by the sums of the first layer
        silent.append(int(below.sum()))
    print("   {:10} {:8} {:13} {:9.1%} {:11.1%}".format(activation, *silent, *shares))
    if activation == "relu":
        net.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        gradient = net[1].weight.grad[below].abs().max().item()
        lesson.check("relu: dead after rate 3, of 100", silent[0], at_least(80))
        lesson.check("relu: dead afterwards", silent[1], silent[0])
        lesson.check("relu: largest |gradient| of a dead one", gradient, 0.0, "g")
lesson.check("leaky-relu: digits right afterwards", shares[1], at_least(0.4), ".1%")


# ---- pictures ------------------------------------------------------------------------------------
def gradients():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 4.4), layout="constrained")
    for ax, function in zip(figure.subplots(1, 3), FUNCTIONS):
        shown = {start: norms[function, start] for start in STARTS}
        options = {"title": f"|gradient|, {function}", "x": "layers below the top", "log": True}
        te.viz.curves(shown, ax=ax, **options)
    return figure


def ravines():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 8), layout="constrained")
    for ax, (method, turn) in zip(figure.subplots(2, 3, sharex=True).T.ravel(), paths):

        def above(a, b, turn=turn):
            return height(te.tensor([a, b], dtype=te.float64), turn)

        title = f"{method}: {steps[method, turn]} steps"
        te.viz.surface(above, paths[method, turn], x=(-4, 11), y=(-5, 9), ax=ax, title=title)
    return figure


lesson.picture(gradients, "12_gradients.png")
lesson.picture(ravines, "12_ravine.png")
lesson.end()
