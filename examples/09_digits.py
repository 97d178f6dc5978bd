"""784-16-16-10: the network of the lectures reads digits, and shows what is inside.

A picture of 28 x 28 pixels is 784 numbers; two layers of 16 neurons and one of 10, a neuron for each
digit, make an answer of them. Three trainings of it follow, and then a look at the weights.
"""

from copy import deepcopy
from dataclasses import replace

from lesson import Lesson, at_least

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.train import LOSSES, RECIPES, evaluate, fit, network
from tinygrad_edu.utils.data import TensorDataset

lesson = Lesson(__doc__)
data = lesson.digits()
mnist = data.pixels == 784

# ---- 1. thirteen thousand knobs ------------------------------------------------------------------
# A neuron has a weight for each of its inputs, and one bias.
sizes = [784, 16, 16, 10]
counts = [inputs * outputs + outputs for inputs, outputs in zip(sizes, sizes[1:])]
print(f"1. {' + '.join(f'{n:,}' for n in counts)} = {sum(counts):,} weights and biases")
built = sum(p.numel() for p in network(784, 10, RECIPES["faithful"]).parameters())
lesson.check("parameters of 784-16-16-10", built, 13_002, ",")

# ---- 2. three trainings --------------------------------------------------------------------------
# "faithful" is the training of the lectures: weights from N(0, 1), sigmoids, squared error, plain
# descent of rate 3, ten images a step. "improved" keeps the network and takes what was learned since:
# ReLU, cross-entropy, Adam, a rate that falls to 0. "wide" has one layer of 128 neurons instead.
#
# With a constant rate the network is better after some epochs than after others. Which epoch to keep
# is chosen on a sixth of the images, held out; the unseen ones are asked once, when all is decided.
# The lectures take 30 epochs; twelve are enough for their 93 %, and keep this under a minute.
images, labels = data.training.tensors
n = len(labels) * 5 // 6
use = min(n, 10_000) if lesson.quick else n
training = TensorDataset(images[:use], labels[:use])
held_out = TensorDataset(images[n:], labels[n:])

EPOCHS = {"faithful": 12, "improved": 12, "wide": 6} if mnist else dict.fromkeys(RECIPES, 30)
FLOORS = dict(zip(RECIPES, (0.93, 0.95, 0.975) if mnist else (0.85, 0.92, 0.95)))
if lesson.quick:  # fewer digits, a third of the epochs
    EPOCHS = {name: epochs // 3 for name, epochs in EPOCHS.items()}
    FLOORS = {name: floor - (0.08 if mnist else 0.15) for name, floor in FLOORS.items()}


class Keep(te.viz.Live):
    """Shows how training goes, and keeps the parameters of the best epoch."""

    def __init__(self, net):
        super().__init__()
        self.net, self.best = net, (-1.0, 0, {})

    def epoch(self, history):
        super().epoch(history)
        scores = history.accuracies["unseen"]
        if scores[-1] > self.best[0]:
            self.best = scores[-1], len(scores) - 1, deepcopy(self.net.state_dict())


print(f"\n2. Three trainings on {use:,} images, {len(held_out):,} held out\n")
print("             parameters   epochs   best   held out   unseen")
nets, starts, histories = {}, {}, {}
for name, recipe in RECIPES.items():
    batch = recipe.batch if mnist else 10  # few images: small batches, that there be many steps
    settings = replace(recipe, epochs=EPOCHS[name], batch=batch)
    te.manual_seed(lesson.seed)
    net = nets[name] = network(data.pixels, 10, settings)
    starts[name] = deepcopy(net.state_dict())
    with Keep(net) as watch:
        histories[name] = fit(net, training, held_out, settings, watch)
    chosen, epoch, state = watch.best
    net.load_state_dict(state)
    _, right = evaluate(net, data.unseen, LOSSES[settings.loss].loss)
    count = sum(p.numel() for p in net.parameters())
    print(f"   {name:8} {count:12,} {settings.epochs:8} {epoch:6} {chosen:10.2%} {right:8.2%}")
    lesson.check(f"{name}: unseen digits right", right, at_least(FLOORS[name]), ".2%")

# ---- 3. one digit on its way ---------------------------------------------------------------------
# Which layer finds edges, which loops? None that can be seen: 16 numbers are not one per idea.
faithful = nets["faithful"]
digit, what = data.unseen.tensors[0][0], int(data.unseen.tensors[1][0])
print(f"\n3. A {what} goes through the faithful network\n")
rows = digit[:: 2 if mnist else 1].tolist()  # a character is twice as high as wide
print("\n".join("      " + "".join(" .:#@"[int(4 * ink)] for ink in row) for row in rows))
layers, x = [], digit[None]
with te.no_grad():
    for module in faithful:
        x = module(x)
        if isinstance(module, nn.Sigmoid):
            layers.append(x[0])
print("\n   activations in percent")
for k, activations in enumerate(layers, 1):
    print(f"   layer {k}:" + "".join(f"{100 * a:4.0f}" for a in activations.tolist()))
print("    digit: " + "".join(f"{k:4}" for k in range(10)).removeprefix(" "))

# ---- 4. weights that never move ------------------------------------------------------------------
# The derivative by a weight is (what comes back to its neuron) x (its input). Where the input is 0 on
# every image, in the corners, it is 0 whatever the error: such a weight keeps for ever what chance
# gave it. It does no harm as long as the pixel stays 0; one that is lit later finds noise there.
dark = (training.tensors[0].reshape(use, -1) == 0).all(dim=0)  # (pixels,)
first = faithful[1].weight  # (16, pixels)
faithful.zero_grad()
LOSSES["squared"].loss(faithful(training.tensors[0]), training.tensors[1]).backward()
moved = (first - starts["faithful"]["1.weight"]).detach().abs()
gradient = first.grad.abs()
print(f"\n4. {int(dark.sum())} of {data.pixels} pixels are 0 on all {use:,} images\n")
print("                              weights    |gradient| up to   moved up to")
for name, which in (("of pixels always 0", dark), ("of the others", ~dark)):
    most = gradient[:, which].max().item(), moved[:, which].max().item()
    print(f"   {name:24} {16 * int(which.sum()):9,} {most[0]:19.2g} {most[1]:13.2g}")
lesson.check("always 0: largest |gradient|", gradient[:, dark].max().item(), 0.0, "g")
lesson.check("always 0: largest move", moved[:, dark].max().item(), 0.0, "g")


# ---- pictures ------------------------------------------------------------------------------------
def first_weights():
    """What each neuron of the first layer weighs: noise at the rim, where it was never taught."""
    figure, axes = te.viz.panels(1, 3, size=(15, 5))
    start = starts["faithful"]["1.weight"]
    shown = {"faithful, before": start, "faithful": first, "improved": nets["improved"][1].weight}
    for ax, (name, weight) in zip(axes, shown.items()):
        te.viz.images(weight, shape=data.shape, columns=4, ax=ax, title=name)
    return figure


def journey():
    """The digit and the activations of each layer, one square per neuron, dark where active."""
    figure, parts = te.viz.panels(1, 4, size=(9, 6), width_ratios=[8, 1, 1, 1])
    te.viz.images(digit, ax=parts[0], title="784 pixels" if mnist else "64 pixels")
    for ax, activations in zip(parts[1:], layers):
        te.viz.images(activations[:, None], ax=ax, title=str(len(activations)))
        for k, a in enumerate(activations.tolist() if len(activations) == 10 else []):
            ax.text(1.1, k + 0.5, f"{k}  {a:.1%}", va="center")
    return figure


lesson.picture(first_weights, "first_weights.png")
lesson.picture(journey, "journey.png")
lesson.picture(lambda: te.viz.curves(histories["faithful"], title="faithful"), "faithful.png")
lesson.end()
