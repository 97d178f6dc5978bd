"""A threshold unit: what one neuron decides, and what no single one can.

A unit multiplies each input by a weight, adds a bias, and fires (gives 1) if the sum is above 0.
One unit computes AND, OR, NAND and majority; XOR takes three.
"""

from functools import partial
from itertools import product

from lesson import Lesson

import tinygrad_edu as te

lesson = Lesson(__doc__)


def unit(inputs, weights, bias):
    """1 where the weighted sum is above 0, else 0."""
    return (inputs @ te.tensor(weights) + bias > 0).float()


def cases(n):
    """All inputs of n bits, one a row: 00, 01, 10, 11 for two."""
    return te.tensor(list(product((0.0, 1.0), repeat=n)))  # (2**n, n)


def right(answers, wanted):
    """In how many cases the answers are the wanted ones."""
    return int((answers == te.tensor(wanted, dtype=te.float32)).sum())


# ---- 1. four units that are right everywhere -----------------------------------------------------
# A bias is a threshold with its sign turned: AND fires when w . x = x1 + x2 exceeds 1.5, which takes
# both inputs; for OR 0.5 is enough. NAND is AND with every sign turned.
print("1. One unit: fires if w . x + b > 0\n")
UNITS = {
    "AND": ([1.0, 1.0], -1.5, [0, 0, 0, 1]),
    "OR": ([1.0, 1.0], -0.5, [0, 1, 1, 1]),
    "NAND": ([-1.0, -1.0], 1.5, [1, 1, 1, 0]),
    "majority": ([1.0, 1.0, 1.0], -1.5, [0, 0, 0, 1, 0, 1, 1, 1]),
}
for name, (weights, bias, wanted) in UNITS.items():
    answers = unit(cases(len(weights)), weights, bias)
    shown = "".join(f"{a:.0f}" for a in answers.tolist())
    print(f"   {name:8}  w = {weights!s:18}  b = {bias:4}   gives {shown}")
    lesson.check(f"{name}: cases right", right(answers, wanted), len(wanted))

# ---- 2. XOR is AND(OR, NAND) ---------------------------------------------------------------------
# "One or the other" and "not both": two units look at the inputs, a third looks at the two units.
# Their outputs are new coordinates, in which the four cases can be told apart by a line.
print("\n2. Three units: XOR = AND(OR, NAND)\n")


def of_two(name, inputs):
    weights, bias, _ = UNITS[name]
    return unit(inputs, weights, bias)


def three_units(inputs):
    hidden = te.stack([of_two("OR", inputs), of_two("NAND", inputs)], dim=1)  # (N, 2)
    return hidden, of_two("AND", hidden)


x = cases(2)
hidden, xor = three_units(x)
for (a, b), (first, second), y in zip(x.tolist(), hidden.tolist(), xor.tolist()):
    print(f"   inputs {a:.0f} {b:.0f}   OR {first:.0f}   NAND {second:.0f}   AND of these {y:.0f}")
lesson.check("XOR of three units: cases right", right(xor, [0, 1, 1, 0]), 4)

# ---- 3. why one unit cannot ----------------------------------------------------------------------
print("""
3. XOR by one unit would need all four of these:

   00 silent              b <= 0
   01 fires          w2 + b >  0
   10 fires     w1      + b >  0
   11 silent    w1 + w2 + b <= 0

   The two in the middle add up to  w1 + w2 + 2b > 0,  the outer two to  w1 + w2 + 2b <= 0:
   no numbers do both.
""")
# A proof needs no check, but a wrong proof would be found by one: try a grid of units. Broadcasting
# computes all of them at once: w1, w2 and b lie along axes of their own, the four cases along the last.
ticks = te.linspace(-2, 2, 9 if lesson.quick else 33)  # steps of 1/2 or 1/8: sums are exact
w1, w2, b = te.meshgrid(ticks, ticks, ticks, indexing="ij")  # each (n, n, n)
sums = w1[..., None] * x[:, 0] + w2[..., None] * x[:, 1] + b[..., None]  # (n, n, n, 4)
table = (sums > 0).reshape(-1, 4)  # one row per unit: its answers to 00, 01, 10, 11
xor_cases = (table == te.tensor([False, True, True, False])).sum(dim=1)
functions = {"".join("01"[a] for a in row) for row in te.unique(table, dim=0).tolist()}
missing = sorted({"".join(bits) for bits in product("01", repeat=4)} - functions)
best = xor_cases.max().item()
print(f"   {len(table):,} units tried; the best have {best} of 4 cases of XOR right.")
print(f"   They compute {len(functions)} of 16 functions of two bits, not {' and '.join(missing)}:")
print("   XOR and its opposite, the two whose cases no straight line separates.")
lesson.check("units of the grid that compute XOR", int((xor_cases == 4).sum()), 0)
lesson.check("cases of XOR right, best unit", best, 3)
lesson.check("functions of two bits by one unit", len(functions), 14)


# ---- the picture: which points of the plane fire ---------------------------------------------------
def planes():
    models = {name: (partial(of_two, name), UNITS[name][2]) for name in ("AND", "OR", "NAND")}
    models["XOR"] = lambda points: three_units(points)[1], [0, 1, 1, 0]
    figure, axes = te.viz.panels(1, 4, size=(15, 4.2))
    for ax, (name, (model, wanted)) in zip(axes, models.items()):
        te.viz.boundary(model, x, wanted, ax=ax, title=name, limits=((-0.5, 1.5), (-0.5, 1.5)))
        ax.set(xticks=[0, 1], yticks=[0, 1])
    return figure


lesson.picture(planes, "threshold_unit.png")
lesson.end()
