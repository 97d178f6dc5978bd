"""The perceptron rule: a unit that finds its own weights, when there are any to be found.

Show it a case; if it is wrong, add the input to the weights (it should have fired) or subtract it
(it should not have). Rosenblatt's rule of 1958 stops on AND, OR and NAND, and never on XOR.
"""

from lesson import Lesson

import tinygrad_edu as te

lesson = Lesson(__doc__)
te.manual_seed(lesson.seed)

# The bias is one more weight, whose input is always 1: the rule need not treat it apart.
CASES = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]  # x1, x2, 1
TARGETS = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0)}


# ---- 1. the rule -----------------------------------------------------------------------------------
def perceptron(targets, epochs):
    """Weights after every case, and the number of errors of every epoch; ends with one without errors."""
    w, path, errors = [0, 0, 0], [(0, 0, 0)], []
    for _ in epochs:
        wrong = 0
        for x, target in zip(CASES, targets):
            fired = sum(a * b for a, b in zip(w, x)) > 0
            w = [a + (target - fired) * b for a, b in zip(w, x)]  # target - fired: 1, 0 or -1
            wrong += fired != target
            path.append(tuple(w))
        errors.append(wrong)
        if not wrong:
            break
    return path, errors


print("1. The rule from zeros, cases in the order 00 01 10 11, firing above 0\n")
paths = {}
for name, targets in TARGETS.items():
    paths[name], errors = perceptron(targets, lesson.progress(range(1000), name))
    shown = " ".join(map(str, errors[:8])) + (" ..." if len(errors) > 8 else "")
    print(f"   {name:5} errors by epoch: {shown:20} weights and bias at the end: {paths[name][-1]}")
    if name == "XOR":
        lesson.check(f"XOR: errors in epoch {len(errors):,}", errors[-1], 4)
    else:
        epochs = {"AND": 6, "OR": 4, "NAND": 6}[name]
        lesson.check(f"{name}: stops after epoch", len(errors), epochs)

# ---- 2. why it never ends on XOR -------------------------------------------------------------------
# The weights are whole numbers and, on XOR, come back to where they were: from there on everything
# repeats. Where a dividing line exists this cannot happen: each mistake turns w towards it.
states = paths["XOR"][::4]
first, period = next((k, n - k) for n, w in enumerate(states) for k in range(n) if states[k] == w)
again = f"{states[first]} after epoch {first}, and again after epoch {first + period}"
print(f"\n2. XOR: the weights are {again}:")
print("   wrong in all four cases, back where it was, and so for ever.")
lesson.check("XOR: epochs after which the weights repeat", period, 1)

# ---- 3. the rule is a gradient ---------------------------------------------------------------------
# Let y = +1 for "fire", -1 for "do not", and z = w . x. A case is wrong when y z < 0, and
# max(0, -y z) says by how much. Its derivative by w is -y x if wrong, else 0: one step of gradient
# descent with rate 1 adds y x to w, which is what the rule does.
print("\n3. The rule against the gradient of max(0, -y z)\n")
difference = 0.0
for _ in range(1000):
    w = te.randn(3, dtype=te.float64, requires_grad=True)
    x = te.randn(3, dtype=te.float64)
    y = 1.0 if te.rand(()) < 0.5 else -1.0
    z = w @ x
    te.relu(-y * z).backward()
    fired, target = float(z > 0), (y + 1) / 2
    difference = max(difference, (-w.grad - (target - fired) * x).abs().max().item())
print(f"   1,000 random weights and inputs: largest difference {difference:g}")
lesson.check("rule - gradient, random cases", difference, 0.0, "g")

# At z = 0 the loss has a kink, where any slope from 0 to -y x will do: autograd takes 0 for relu, as
# PyTorch does; the rule takes -y x for y = +1, because 0 does not fire. But whole weights make whole z,
# so "above 0" is "above 1/2": max(0, -y (z - 1/2)) decides the same and is never at its kink.
equal = 0
for name, targets in TARGETS.items():
    w = te.zeros(3, requires_grad=True)
    descent = te.optim.SGD([w], lr=1.0)
    path, before = paths[name][1:81], equal
    for k, after_rule in enumerate(path):
        x, y = te.tensor(CASES[k % 4], dtype=te.float32), 2 * targets[k % 4] - 1
        descent.zero_grad()
        te.relu(-y * (w @ x - 0.5)).backward()
        descent.step()
        equal += tuple(w.tolist()) == after_rule
    same = f"{equal - before} of {len(path)} steps"
    print(f"   {name:5} SGD with rate 1 has the weights of the rule after {same}")
lesson.check("SGD steps equal to the rule's", equal, sum(len(p[1:81]) for p in paths.values()))


# ---- the picture: the line moving ------------------------------------------------------------------
def moving_line():
    (figure, axes), film, artists = te.viz.panels(1, 4, size=(13, 3.6)), te.viz.Film(fps=2), []
    side = te.linspace(-0.5, 1.5, 100)
    for ax, targets in zip(axes, TARGETS.values()):
        blue = ax.imshow([[0]], "Blues", extent=(-0.5, 1.5, -0.5, 1.5), origin="lower", vmax=4)
        for (x1, x2, _), target in zip(CASES, targets):
            ax.plot(x1, x2, "o", ms=14, mfc="#1f5f9e" if target else "white", mec="#1f2933")
        artists += [(blue, *ax.plot([], [], "o", ms=24, mfc="none", mec="#9a2c71", mew=2))]
        ax.set(xticks=[0, 1], yticks=[0, 1])
    for k in lesson.progress(range(29), "film"):
        for ax, (blue, ring), (name, path) in zip(axes, artists, paths.items()):
            done = k >= len(path)
            w1, w2, b = path[-1 if done else k]
            blue.set_data((w1 * side + w2 * side[:, None] + b > 0).numpy())  # where the unit fires
            ring.set_data(*([x] for x in CASES[(k - 1) % 4][:2]))  # around the case just shown
            ring.set_visible(k > 0 and not done)
            ax.set_title(f"{name}: {'done' if done else f'epoch {-(-k // 4)}'}")
        film.add(figure)
    return film


lesson.picture(moving_line, "perceptron.gif")
lesson.end()
