"""Chicken or not: a network looks at pictures, and accuracy lies about it.

One question of yes or no about a picture, few of which are chickens. It is judged on pictures of a
hand that it has never seen: one group of pictures after the other is kept from it in training.
With `--data FOLDER` it looks at your own pictures: a folder for chickens, others after it by name.
"""

import numpy as np
from lesson import Lesson, at_least

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

lesson = Lesson(__doc__)
SIDE, BATCH, STEPS = 16, 32, 150 if lesson.quick else 400

# ---- 1. the pictures -----------------------------------------------------------------------------


def drawn(count=600, hands=5):
    """Animals of ellipses, one in twenty a chicken, by hands that differ in their colours."""
    chance = np.random.default_rng(7)
    down, across = np.mgrid[0:1:32j, 0:1:32j]
    pictures = np.ones((count, 32, 32, 3), np.float32)
    labels, hand = (np.arange(count) % 20 == 0).astype(int), np.arange(count) // 20 % hands
    tints = np.random.default_rng(3).uniform(-0.12, 0.12, (hands, 3))
    for paper, chicken, by in zip(pictures, labels, hand):
        x, y, size = *chance.uniform(-0.08, 0.08, 2), chance.uniform(0.8, 1.1)
        ears, beak = chance.choice([(0, 0), (0, 1), (2, 0)])  # of the others: fish, ducks and cats

        def ellipse(cx, cy, rx, ry, colour, paper=paper, by=by, x=x, y=y, size=size):
            inside = ((across - x - 0.5 - size * cx) / rx) ** 2 + (
                (down - y - 0.5 - size * cy) / ry
            ) ** 2 < size**2
            paper[inside] = np.clip(colour + tints[by], 0, 1)

        coat = chance.choice(
            [[1.0, 0.85, 0.3], [0.6, 0.4, 0.25], [0.85, 0.85, 0.88], [0.4, 0.5, 0.7]]
        )
        for k in range(3 if chicken else ears):  # a comb, red, or ears like the coat
            ellipse(0.16 + 0.06 * k, -0.36, 0.05, 0.08, [0.85, 0.1, 0.1] if chicken else coat)
        for foot in (-0.08, 0.08):
            ellipse(foot, 0.32, 0.02, 0.12, [0.9, 0.6, 0.1])
        ellipse(-0.05, 0.08, 0.28, 0.2, coat)  # the body
        ellipse(0.22, -0.2, 0.14, 0.14, coat)  # the head
        ellipse(0.26, -0.22, 0.03, 0.03, [0.1, 0.1, 0.1])  # the eye
        if chicken or beak:
            ellipse(0.37, -0.17, 0.06, 0.03, [0.95, 0.6, 0.1])
        if chance.random() < 0.5:
            paper[:] = paper[:, ::-1].copy()
    return pictures, labels, np.array([f"hand {by + 1}" for by in hand])


def pictures():
    """What the set is called, pictures (N, 3, SIDE, SIDE), labels (N,), and their groups (N,)."""
    data = lesson.data
    if data and (data / "emoji" / "chicken.npz").exists():
        name, file = "emoji of seven vendors", np.load(data / "emoji" / "chicken.npz")
        images, labels, groups = file["rgb"] / np.float32(255), file["label"], file["vendor"]
    elif data and any(path.suffix in (".png", ".jpg") for path in data.glob("*/*")):
        folder = te.datasets.ImageFolder(data, size=(64, 64))
        name, images = (
            f"{data}: {folder.classes[0]} or not",
            folder.tensors()[0].permute(0, 2, 3, 1),
        )
        labels, groups = np.array(folder.targets) == 0, np.arange(len(images)) % 5
    else:
        name, (images, labels, groups) = "drawn animals", drawn()
    small = F.adaptive_avg_pool2d(te.as_tensor(images).permute(0, 3, 1, 2), SIDE)
    return name, small, te.tensor(labels.astype(np.float32)), groups


name, images, labels, groups = pictures()
rare, hands = labels.double().mean().item(), np.unique(groups)
print(f"1. {name}: {len(labels)} pictures, {int(labels.sum())} chickens, {len(hands)} groups")

# ---- 2. why accuracy misleads --------------------------------------------------------------------


def auc(p, t):
    """The chance that a chicken gets a higher p than another picture; 1/2 is guessing."""
    yes, no = p[t == 1], p[t == 0]
    return ((yes[:, None] > no).double() + (yes[:, None] == no).double() / 2).mean().item()


def accuracies(p, t):
    """The share of right answers, and the mean of that share among chickens and among the others."""
    right = ((p > 0.5) == (t == 1)).double()
    return right.mean().item(), (right[t == 1].mean() + right[t == 0].mean()).item() / 2


never = te.zeros(len(labels))
plain, balanced = accuracies(never, labels)
print(f'\n2. Who always says "no chicken" is right on {100 * plain:.1f} % of them, and useless:')
print(f"   balanced accuracy {100 * balanced:.0f} %, AUC {auc(never, labels):.2f}")

# ---- 3. a network and its training ---------------------------------------------------------------
LOSSES = {
    "1/2 (p - t)^2": lambda z, t: F.half_squared_error(z.sigmoid(), t),
    "log loss": F.binary_cross_entropy_with_logits,
}


def train(loss_of, shown, answers, seed):
    """Half of each batch are chickens, else "never" is learned first; all are mirrored and moved about."""
    te.manual_seed(seed)
    net = nn.Sequential(nn.Flatten(), nn.Linear(3 * SIDE * SIDE, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = te.optim.AdamW(net.parameters(), lr=0.001)
    yes, no = (te.nonzero(answers == k).squeeze(1) for k in (1, 0))
    for _ in range(STEPS):
        batch = te.cat([kind[te.randint(len(kind), (BATCH // 2,))] for kind in (yes, no)])
        x = shown[batch]
        if te.rand(()) < 0.5:
            x = x.flip(3)
        x = x.roll(te.randint(-1, 2, (2,)).tolist(), (2, 3))
        optimizer.zero_grad()
        loss_of(net(1 - x), answers[batch][:, None]).backward()  # paper is 0, ink is not
        optimizer.step()
    return net


# ---- 4. one group is kept apart, then the next ---------------------------------------------------
print("\n4. Trained on all groups but one, asked about that one: AUC (balanced accuracy)\n")
tasks = [(loss, hand) for loss in LOSSES for hand in hands]
said, scores, nets = {loss: te.zeros(len(labels)) for loss in LOSSES}, {}, {}
for loss, hand in lesson.progress(tasks, "training"):
    apart = te.tensor(groups == hand)
    net = nets[loss] = train(LOSSES[loss], images[~apart], labels[~apart], lesson.seed)
    with te.no_grad():
        p = said[loss][apart] = net(1 - images[apart]).sigmoid().squeeze(1)
    scores[loss, hand] = auc(p, labels[apart]), accuracies(p, labels[apart])[1]
print(f"   {'':12}" + "".join(f"{loss:>18}" for loss in LOSSES))
for hand in hands:
    cells = ("{:.2f} ({:.2f})".format(*scores[loss, hand]) for loss in LOSSES)
    print(f"   {hand!s:12}" + "".join(f"{cell:>18}" for cell in cells))

lesson.check('accuracy of "never"', plain, 1 - rare, ".3f")
for loss in LOSSES:
    mean, sure = np.mean([scores[loss, hand] for hand in hands], 0)
    lesson.check(f"{loss}: mean AUC", mean, at_least(0.90), ".3f")
    lesson.check(f"{loss}: balanced accuracy", sure, at_least(0.70), ".3f")

names, p = ("other", "chicken"), said["log loss"]
lesson.picture(lambda: te.viz.images(images[labels == 1][:40], title="chickens"), "chickens.png")
lesson.picture(lambda: te.viz.confusion(labels, p > 0.5, classes=names), "confusion.png")
lesson.picture(lambda: te.viz.mistakes(images, labels, p, classes=names), "mistakes.png")
lesson.end()
