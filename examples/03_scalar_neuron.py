"""One neuron, number by number: what a derivative is, and how backpropagation finds it.

Nudge an input and see the output move; then let the chain rule predict every such move at once,
from one pass over the neuron's graph.
"""

import numpy as np
from lesson import Lesson, at_most

import tinygrad_edu as te
from tinygrad_edu import Value

lesson = Lesson(__doc__)

# ---- 1. a neuron of scalars ------------------------------------------------------------------------
# A Value is a number that remembers how it was made. Two inputs, two weights, a bias, a squashing.
START = {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.8813735870195432}  # b: tanh' is 1/2


def neuron(x1, x2, w1, w2, b):
    return (x1 * w1 + x2 * w2 + b).tanh()


leaves = {name: Value(number, label=name) for name, number in START.items()}
out = neuron(**leaves)
out.label = "out"
out.backward()
print(f"1. out = tanh(x1 w1 + x2 w2 + b) = {out.data:.4f}\n")

# ---- 2. nudges -------------------------------------------------------------------------------------
# The derivative by w1 says how much `out` moves per move of w1, for small moves. So: move it a little.
print("2. Nudge each number by h = 0.0001: how much out moves, per h; and what backward() says\n")
h, worst = 1e-4, 0.0
for name, v in leaves.items():
    nudged = {k: number + h * (k == name) for k, number in START.items()}
    slope = (neuron(**{k: Value(number) for k, number in nudged.items()}).data - out.data) / h
    worst = max(worst, abs(slope - v.grad))
    print(f"   {name:2}   nudged {slope:8.5f}   backward {v.grad:8.5f}")
for name, expected in {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0, "b": 0.5}.items():
    lesson.check(f"d out / d {name}", round(leaves[name].grad, 9), expected)
lesson.check("nudges: largest error (h = 1e-4)", worst, at_most(1e-3), ".1e")

# ---- 3. the chain rule, one node at a time ---------------------------------------------------------
# Going back, each operation multiplies what reaches it by its own slope: tanh by 1 - out**2; a sum by
# 1, so that it hands on what it gets; a product gives each factor the other one's number.
print("\n3. The same by hand, from the output back\n")
d_sum = 1.0 * (1 - out.data**2)
d_w1 = d_sum * leaves["x1"].data
d_x1 = d_sum * leaves["w1"].data
print(f"   tanh     d out / d sum = 1 - out^2    = {d_sum:7.4f}")
print(f"   sum      d out / d (x1 w1)            = {d_sum:7.4f}   handed on as it is")
print(f"   product  d out / d w1 = {d_sum:.4f} * x1   = {d_w1:7.4f}")
print(f"   product  d out / d x1 = {d_sum:.4f} * w1   = {d_x1:7.4f}")
by_hand = max(abs(d_w1 - leaves["w1"].grad), abs(d_x1 - leaves["x1"].grad))
lesson.check("chain rule by hand - backward()", by_hand, at_most(1e-15), ".0e")

# ---- 4. += at a fan-out ----------------------------------------------------------------------------
# A number that is used twice moves the output by two ways: what comes back along them adds up. This is
# why gradients are accumulated with +=, and why they must be set to 0 before the next pass.
a = Value(3.0, label="a")
(a + a).backward()
print(f"\n4. b = a + a: a is used twice, 1 comes back each way, and a.grad = {a.grad:g}")
lesson.check("b = a + a: gradient of a", a.grad, 2.0)
(a + a).backward()
print(f"   A second backward() adds to it: {a.grad:g}. Set a.grad = 0 in between.")
lesson.check("after a second backward()", a.grad, 4.0)

# ---- 5. how small should a nudge be? ---------------------------------------------------------------
# A nudge to one side is wrong by about h, nudges to both sides by about h**2. But the smaller h, the
# fewer digits are left of the difference: an error of about 1e-16 / h. The best h lies between.
print("\n5. Error of the nudges against their size, for d out / d w1\n")
print("        h       one side      both sides")
of_w1 = lambda w: neuron(**START | {"w1": w})  # noqa: E731
sizes = 10.0 ** -np.arange(1, 13)
errors = []
for h in sizes:
    up, down = (of_w1(Value(START["w1"] + s * h)).data for s in (1, -1))
    one_side, both_sides = (up - out.data) / h, (up - down) / (2 * h)
    errors.append([abs(one_side - leaves["w1"].grad), abs(both_sides - leaves["w1"].grad)])
    print(f"   {h:8.0e}   {errors[-1][0]:10.1e}    {errors[-1][1]:10.1e}")
best, least = sizes[np.argmin(errors, axis=0)], np.min(errors, axis=0)
falls = np.log10(np.divide(errors[0], errors[2])) / 2  # from h = 0.1 to 0.001, per power of 10
print(f"\n   One side is best near h = {best[0]:.0e}, both sides near {best[1]:.0e}.")
print(f"   backward() needs no h at all; its own error is {abs(leaves['w1'].grad - 1):.0e}.")
lesson.check("one side: error falls as h to the power", falls[0], (0.9, 1.1), ".2f")
lesson.check("both sides: error falls as h to the power", falls[1], (1.9, 2.1), ".2f")
lesson.check("one side: best h", best[0], (1e-9, 1e-7), ".0e")
lesson.check("both sides: best h", best[1], (1e-6, 1e-4), ".0e")
lesson.check("both sides: least error", least[1], at_most(1e-9), ".0e")
w1 = te.tensor(START["w1"], dtype=te.float64, requires_grad=True)
lesson.check("gradcheck agrees", te.autograd.gradcheck(of_w1, w1), True)  # does this, for Tensors

lesson.picture(lambda: te.draw(out), "neuron.svg")
lesson.picture(lambda: te.viz.step_sizes(of_w1, START["w1"]), "nudges.png")
lesson.end()
