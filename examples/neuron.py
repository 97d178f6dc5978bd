"""One neuron, one backward pass: every number and every gradient on the graph of a scalar program.

Run it with `python examples/neuron.py`; with Graphviz, `python examples/neuron.py | dot -Tsvg` draws it.
"""

import tinygrad_edu as te
from tinygrad_edu import Value

x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")  # inputs
w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")  # weights
b = Value(6.8813735870195432, label="b")  # bias: makes tanh's derivative 1/2

out = (x1 * w1 + x2 * w2 + b).tanh()
out.label = "out"
out.backward()

for v in (out, x1, w1, x2, w2, b):
    print(f"// {v.label:>3} = {v.data:7.4f}   d out / d {v.label:<3} = {v.grad:7.4f}")
print(te.draw(out).dot)
