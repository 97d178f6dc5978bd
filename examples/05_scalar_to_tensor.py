"""From scalars to tensors: the same net, the same gradients, a hundredth of the nodes.

A Tensor operation is many scalar ones at once. Its derivative is a matrix nobody needs to write down:
backpropagation asks only for its product with the gradient that arrives, and that has a short formula.
"""

from time import perf_counter

from lesson import Lesson, at_most

import tinygrad_edu as te
from tinygrad_edu import Value

lesson = Lesson(__doc__)
te.manual_seed(lesson.seed)
te.set_default_dtype(te.float64)  # 16 digits, as Values have


def difference(a, b):
    return (te.as_tensor(a) - te.as_tensor(b)).abs().max().item()


# ---- 1. one net, written twice ---------------------------------------------------------------------
# 3 inputs, 4 tanh neurons, 1 output; the mean squared error over a batch.
batch = 4 if lesson.quick else 32
X, T = te.randn(batch, 3), te.randn(batch)
parameters = [te.randn(3, 4), te.randn(4), te.randn(4, 1), te.randn(1)]


def loss_of_tensors(W1, b1, W2, b2):
    H = (X @ W1 + b1).tanh()  # (batch, 4)
    Y = (H @ W2 + b2).squeeze(1)  # (batch,)
    return ((Y - T) ** 2).mean()


def loss_of_values(W1, b1, W2, b2):
    total = 0.0
    for x, t in zip(X.tolist(), T.tolist()):
        h = [(sum(x[i] * W1[i][j] for i in range(3)) + b1[j]).tanh() for j in range(4)]
        y = sum(h[j] * W2[j][0] for j in range(4)) + b2[0]
        total = total + (y - t) ** 2
    return total / batch


def each(numbers, make):
    """The same nested lists with `make` done to every number."""
    return [each(n, make) for n in numbers] if isinstance(numbers, list) else make(numbers)


def nodes(root):
    """How many nodes a graph has, the leaves included."""
    seen, ahead = {root}, [root]
    while ahead:
        new = {node for node, _ in ahead.pop().next_functions if node is not None} - seen
        seen |= new
        ahead += new
    return len(seen)


def both_passes(make_loss):
    """The loss and the milliseconds that it and its backward pass took."""
    start = perf_counter()
    loss = make_loss()
    loss.backward()
    return loss, 1e3 * (perf_counter() - start)


as_values = [each(p.tolist(), Value) for p in parameters]
as_tensors = [p.requires_grad_() for p in parameters]
scalar, scalar_ms = both_passes(lambda: loss_of_values(*as_values))
tensor, tensor_ms = both_passes(lambda: loss_of_tensors(*as_tensors))
apart = max(difference(each(v, lambda n: n.grad), t.grad) for v, t in zip(as_values, as_tensors))
print(f"1. The loss of {batch} samples\n")
print(f"   Values    {scalar.item():.14f}   {nodes(scalar):5,} nodes   {scalar_ms:6.2f} ms")
print(f"   Tensors   {tensor.item():.14f}   {nodes(tensor.grad_fn):5,} nodes   {tensor_ms:6.2f} ms")
print("\n   Twice the samples or neurons are twice the Values; the Tensors grow larger, not more.")
lesson.check("loss: Values - Tensors", abs(scalar.item() - tensor.item()), at_most(1e-12), ".0e")
lesson.check("gradients: Values - Tensors", apart, at_most(1e-12), ".0e")

# ---- 2. three vector-Jacobian products by hand -----------------------------------------------------
# G is what arrives: d loss / d result, in the result's shape. Wanted: d loss / d X, in X's shape.
# Write the operation with indices, ask which results an entry of X moves, and add up.
print("\n2. By hand against autograd; G is the gradient that arrives\n")


def compare(rule, function, by_hand, *inputs):
    inputs = [x.detach().requires_grad_() for x in inputs]
    result = function(*inputs)
    G = te.randn(result.shape)
    found = te.autograd.grad(result, inputs, G)
    apart = max(difference(a, b) for a, b in zip(found, by_hand(G)))
    print(f"   {rule:62} difference {apart:.0e}")
    lesson.check(rule.split(":")[0] + ": by hand - autograd", apart, at_most(1e-12), ".0e")


A, W, b = te.randn(5, 3), te.randn(3, 4), te.randn(4)
rows = te.tensor([0, 2, 2, 4])  # row 2 twice, rows 1 and 3 never

# C[i,j] = sum_k A[i,k] W[k,j]: A[i,k] moves row i of C, by W[k,:]. Sum over j: G W^T. Likewise A^T G.
rule = "matmul: C = A W: G W^T for A, A^T G for W"
compare(rule, te.matmul, lambda G: [G @ W.T, A.T @ G], A, W)
# C[i,j] = A[i,j] + b[j]: b[j] was copied to every row, so what comes back from all rows adds up.
rule = "broadcasting: C = A + b: G for A, G summed over rows for b"
compare(rule, te.add, lambda G: [G, G.sum(0)], A @ W, b)


# C[r] = A[rows[r]]: what comes back to row r of C goes to the row it was taken from; taken twice, it adds.
def put_back(G):
    found = te.zeros(5, 3)
    for r, row in enumerate(rows.tolist()):
        found[row] += G[r]
    return [found]


rule = "indexing: C = A[rows]: G's rows added where they came from"
compare(rule, lambda A: A[rows], put_back, A)

# ---- 3. the adjoint identity: a test that needs no second formula ----------------------------------
# A small move v of the inputs moves the result by J v. For any u:  <u, J v> = <J^T u, v>: forward and
# backward tell of the same matrix J, which neither writes down. The three operations above are linear,
# so J v is the operation itself, done to v; for the net, J v is worked out forwards, by hand.
print("\n3. <u, J v> and <J^T u, v> for random u and v\n")


def pushed_forward(W1, v):
    """How the net's outputs move with W1 along v: every line of the net, differentiated."""
    H = (X @ W1 + as_tensors[1]).tanh()
    dH = (X @ v) * (1 - H**2)
    return dH @ as_tensors[2]


def net(W1):
    return (X @ W1 + as_tensors[1]).tanh() @ as_tensors[2] + as_tensors[3]


for name, function, x, push in (
    ("matmul", lambda A: A @ W, A, lambda A, v: v @ W),
    ("broadcasting", lambda b: b.expand(5, 4), b, lambda b, v: v.expand(5, 4)),
    ("indexing", lambda A: A[rows], A, lambda A, v: v[rows]),
    ("the whole net", net, as_tensors[0].detach(), pushed_forward),
):
    result, pull_back = te.func.vjp(function, x)
    u, v = te.randn(result.shape), te.randn(x.shape)
    left, right = (u * push(x, v)).sum().item(), (pull_back(u)[0] * v).sum().item()
    print(f"   {name:14} {left:18.14f}  {right:18.14f}")
    lesson.check(f"adjoint identity, {name}", abs(left - right), at_most(1e-12), ".0e")

names = dict(zip(("X", "T", "W1", "b1", "W2", "b2"), (X, T, *as_tensors)))
lesson.picture(lambda: te.draw(tensor, names=names), "tensor_net.svg")
lesson.end()
