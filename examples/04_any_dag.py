"""Backpropagation on any graph: a billion paths, each node visited once.

The derivative is a sum over all paths of products of slopes along them. Paths can be exponentially
many; one pass over the nodes in the right order adds them all up.
"""

import random
from time import perf_counter

from lesson import Lesson, at_most

import tinygrad_edu as te
from tinygrad_edu import Value

lesson = Lesson(__doc__)
random.seed(lesson.seed)


def diamonds(n):
    """x -> left, right -> sum -> left, right -> sum ...: every diamond doubles the number of paths."""
    x = v = Value(1.0, label="x")
    for _ in range(n):
        left, right = v * 1.0, v * 1.0
        v = left + right
    return x, v


# ---- 1. the definition, as it stands ---------------------------------------------------------------
# d out / d x = sum over the nodes y that out is made of: d out / d y, on to d y / d x. As a recursion
# it walks every path by itself, although all paths through a node share the rest of their way.
def slopes(v):
    """(input, d v / d input) for the Values that v was made of: the row's own rules of the table."""
    rules = v.op.vjps if v.op else ()
    return [(e, rule(1.0, *v.saved)) for e, rule in zip(v.edges, rules) if isinstance(e, Value)]


def by_paths(v, x, slope=1.0):
    """(d v / d x, nodes visited), path by path."""
    total, visits = slope if v is x else 0.0, 1
    for e, s in slopes(v):
        found, more = by_paths(e, x, slope * s)
        total, visits = total + found, visits + more
    return total, visits


print("1. Path by path: the visits double with every diamond\n")
print("   diamonds   derivative    visits   seconds")
costs = {}
for n in range(2, 13 if lesson.quick else 17, 2):
    x, out = diamonds(n)
    start = perf_counter()
    derivative, visits = by_paths(out, x)
    costs[n] = visits, perf_counter() - start
    print(f"   {n:8}   {derivative:10,.0f}  {visits:8,}   {costs[n][1]:7.3f}")
    assert derivative == 2**n
visits, seconds = costs[n]
lesson.check(f"paths: visits for {n} diamonds", visits, 2 ** (n + 2) - 3, ",")
minutes = seconds * 2 ** (30 - n) / 60
print(f"\n   At this pace 30 diamonds take 2^32 - 3 visits: {minutes:,.0f} minutes.")

# ---- 2. each node once -----------------------------------------------------------------------------
# A node passes its gradient on once it is complete, that is, after all nodes made from it. A node is
# always made after its inputs, so the order of creation, backwards, is such an order.
x, out = diamonds(30)
start = perf_counter()
out.backward()
seconds = perf_counter() - start
visited = [v for v, _, _ in te.autograd.backward_steps({out: 1.0})]
print(f"\n2. Node by node: 30 diamonds in {1e6 * seconds:.0f} microseconds, {len(visited)} nodes")
print(f"   d out / d x = {x.grad:,.0f} = 2^30")
lesson.check("30 diamonds: d out / d x", x.grad, 2.0**30, ",.0f")
lesson.check("30 diamonds: steps of the backward pass", len(visited), 3 * 30 + 1)
lesson.check("30 diamonds: most visits to one node", max(map(visited.count, visited)), 1)


# ---- 3. three engines, two of them wrong -----------------------------------------------------------
# An engine in six lines. What can go wrong: to set a gradient where it should be added to, and to
# pass a gradient on before all of it has arrived.
def engine(out, order, accumulate=True):
    gradient = {out: 1.0}
    for v in order:
        for e, s in slopes(v):
            arrived = gradient.get(e, 0.0) if accumulate else 0.0
            gradient[e] = arrived + gradient[v] * s
    return gradient


def youngest_first(out):
    return sorted(reached(out, pop=-1), key=lambda v: -v.serial)


def reached(out, pop):
    """The nodes below `out` as they are first met: depth first (pop the last), or by distance (the first)."""
    order, waiting = [], [out]
    while waiting:
        v = waiting.pop(pop)
        if v not in order:
            order.append(v)
            waiting += [e for e, _ in slopes(v)]
    return order


ENGINES = {  # and what they say of 5 diamonds
    "right": (lambda out: engine(out, youngest_first(out)), 32),
    "no accumulation": (lambda out: engine(out, youngest_first(out), accumulate=False), 1),
    "wrong order, depth first": (lambda out: engine(out, reached(out, pop=-1)), 2),
    "wrong order, nearest first": (lambda out: engine(out, reached(out, pop=0)), 32),
}


def random_dag(n):
    """A leaf, and n Values each made of two older ones, chosen at random; whole numbers, so sums are exact."""
    values = [Value(1.0, label="x")]
    for _ in range(n):
        a, b = random.choice(values[-4:]), random.choice(values[-4:])
        values.append(a * random.choice((1.0, 2.0, -1.0)) + b)
    return values[0], values[-1]


print("\n3. Engines against the sum over paths: 5 diamonds, and 200 random graphs\n")
graphs = [random_dag(10) for _ in range(200)]
truth = [by_paths(out, x)[0] for x, out in graphs]
x5, out5 = diamonds(5)
for name, (run, expected) in ENGINES.items():
    on_diamonds = run(out5)[x5]
    agree = sum(run(out).get(x, 0.0) == t for (x, out), t in zip(graphs, truth))
    print(f"   {name:27} 5 diamonds: {on_diamonds:3.0f}   random graphs right: {agree:3} of 200")
    lesson.check(f"{name}: 5 diamonds", on_diamonds, expected, ".0f")
    lesson.check(f"{name}: graphs right", agree, 200 if name == "right" else at_most(100))
print("   Nearest first is right on diamonds, for their paths are equally long: too kind a test.")

# ---- 4. as deep as you like ------------------------------------------------------------------------
# A loop over nodes needs no stack of calls; a recursion ends where Python's stack does.
deep = 10_000 if lesson.quick else 100_000
x = v = Value(1.0)
for _ in range(deep):
    v = v * 1.0
v.backward()
try:
    by_paths(v, x)
    ending = "no error"
except RecursionError:
    ending = "RecursionError"
print(f"\n4. A chain of {deep:,} products: backward() gives {x.grad:g}, the recursion {ending}")
lesson.check(f"chain of {deep:,}: d out / d x", x.grad, 1.0, "g")

x, out = diamonds(3)
out.backward()
lesson.picture(lambda: te.draw(out, direction="LR"), "diamonds.svg")
lesson.end()
