"""The gradient of the gradient: how fast one may descend, and how to arrive in eight steps.

A gradient is computed by operations too, so it can be differentiated again. Second derivatives, the
Hessian, say how a loss curves: that sets the largest rate of descent and makes Newton's method.
"""

from lesson import Lesson, at_most

import tinygrad_edu as te
from tinygrad_edu.func import grad, hessian

lesson = Lesson(__doc__)
te.manual_seed(lesson.seed)
te.set_default_dtype(te.float64)

# ---- 1. once more, and once more -------------------------------------------------------------------
# With create_graph=True the backward pass is recorded like any other computation. func.grad does so.
print("1. f(x) = x^4 at x = 2, and its derivatives\n")
f, found = (lambda x: x**4), []
for order in range(5):
    found.append(f(te.tensor(2.0)).item())
    print(f"   {'f' + order * chr(39):6} {found[-1]:4.0f}")
    f = grad(f)
lesson.check("x^4 at 2 and its derivatives: right", found == [16, 32, 48, 48, 24], True)

# ---- 2. a loss ---------------------------------------------------------------------------------------
# Logistic regression: is this digit a 3 or an 8? p = sigmoid(w . x + b), the mean log loss, and a little
# of |w|^2: some pixels are always 0, and without it the loss would not curve at all along their weights.
digits, labels = te.datasets.Digits(train=True).tensors()
wanted = (labels == 3) | (labels == 8)
X = te.cat([digits[wanted].double(), te.ones(int(wanted.sum()), 1)], dim=1)  # (n, 65): bias last
t = (labels[wanted] == 8).double()
n, size = X.shape
RIDGE = 1e-3
print(f"\n2. Data: {n} embedded digits, 3 or 8, of 64 pixels: {size} parameters")


def loss_of(w):
    return te.nn.functional.binary_cross_entropy_with_logits(X @ w, t) + RIDGE / 2 * (w @ w)


# ---- 3. Hessian times vector, without the Hessian --------------------------------------------------
# H v = d/dw (g . v): the gradient of one number, at about the price of two backward passes. The whole
# Hessian is one such product per parameter. By hand it is X^T S X / n, with S = diag(p (1 - p)).
def times(w, v):
    """H v at w."""
    w = w.detach().requires_grad_()
    (g,) = te.autograd.grad(loss_of(w), w, create_graph=True)
    return te.autograd.grad(g @ v, w)[0]


w, v = 0.1 * te.randn(size), te.randn(size)
H = hessian(loss_of)(w)  # (65, 65)
p = te.sigmoid(X @ w)
by_hand = X.T @ (X * (p * (1 - p))[:, None]) / n + RIDGE * te.eye(size)
h = 1e-5
nudged = (grad(loss_of)(w + h * v) - grad(loss_of)(w - h * v)) / (2 * h)
print("\n3. Largest differences between\n")
for what, difference, limit in (
    ("Hessian and X^T S X / n", H - by_hand, 1e-10),
    ("Hessian and its transpose", H - H.T, 1e-10),
    ("H v without H and H @ v", times(w, v) - H @ v, 1e-10),
    ("H v and a nudged gradient", times(w, v) - nudged, 1e-6),
):
    found = difference.abs().max().item()
    print(f"   {what:27} {found:.1e}")
    lesson.check(what, found, at_most(limit), ".0e")

# ---- 4. Newton's method ----------------------------------------------------------------------------
# A step w - H^-1 g jumps to where the local parabola has its minimum. The nearer, the better the
# parabola: in the end the number of right digits doubles with every step.
print("\n4. Newton from w = 0; |g| is the length of the gradient\n")
w, lengths = te.zeros(size), []
for step in range(20):
    g = grad(loss_of)(w)
    lengths.append(g.norm().item())
    print(f"   step {step}   loss {loss_of(w).item():.12f}   |g| {lengths[-1]:.1e}")
    w = w - te.linalg.solve(hessian(loss_of)(w), g)
    if lengths[-1] < 1e-10:
        break
minimum = w
lesson.check("Newton: steps until |g| < 1e-10", step, at_most(8))

# ---- 5. the largest rate ---------------------------------------------------------------------------
# At distance d from the minimum the gradient is H d, so a step of descent makes (1 - rate * lambda) d
# of the part of d along an eigenvector: that shrinks only if rate < 2 / lambda. The largest eigenvalue
# decides; products with H find it, for H turns any vector towards its eigenvector (power iteration).
u = te.randn(size)
for _ in lesson.progress(range(200), "power iteration"):
    u = times(minimum, u)
    u = u / u.norm()
largest = (u @ times(minimum, u)).item()
eigenvalues = te.linalg.eigvalsh(hessian(loss_of)(minimum))
print(f"\n5. Largest eigenvalue at the minimum {largest:.6f}, largest rate {2 / largest:.4f}\n")
wrong_by = abs(largest / eigenvalues[-1].item() - 1)
lesson.check("lambda_max by products, relative error", wrong_by, at_most(1e-6), ".0e")


def distances(rate, steps):
    """How far gradient descent is from the minimum, started next to it."""
    d, found = 1e-6 * u, []
    for _ in range(steps):
        found.append(d.norm().item())
        d = d - rate * grad(loss_of)(minimum + d)
    return found


curves = {}
for factor in (0.9, 0.99, 1.01, 1.1):
    curves[factor] = distances(factor * 2 / largest, 60)
    grown = curves[factor][-1] / curves[factor][0]
    print(f"   rate {factor:4} of that: distance from the minimum times {grown:.1e} in 60 steps")
low, high = 0.5, 1.5  # halve the interval: does the distance grow at its middle?
for _ in range(12):
    middle = (low + high) / 2
    d = distances(middle * 2 / largest, 30)
    low, high = (low, middle) if d[-1] > d[0] else (middle, high)
lesson.check("largest stable rate * lambda_max / 2", low, (0.999, 1.001), ".4f")

# From w = 0 the rate must suit the curve there: p (1 - p) is 1/4 at w = 0, and nowhere is it more.
steepest = te.linalg.eigvalsh(hessian(loss_of)(te.zeros(size)))[-1].item()
descent, w = [], te.zeros(size)
for _ in lesson.progress(range(200 if lesson.quick else 2000), "descent"):
    g = grad(loss_of)(w)
    descent.append(g.norm().item())
    w = w - g / steepest
ratio = steepest / eigenvalues[0].item()
print(f"\n   Gradient descent from w = 0, rate 1 / lambda_max there: |g| {descent[-1]:.0e} after")
print(f"   {len(descent):,} steps: that lambda_max is {ratio:,.0f} times the smallest eigenvalue.")


# ---- pictures --------------------------------------------------------------------------------------
def figure():
    drawn, (left, right) = te.viz.panels(1, 2, size=(15, 4.5))
    named = {f"rate {factor} · 2/λ:": found for factor, found in curves.items()}
    te.viz.curves(named, ax=left, x="step", log=True, title="Distance from the minimum, by rate")
    both = {"Newton:": lengths, "descent:": descent}
    te.viz.curves(both, ax=right, x="step, from 1", log=True, title="Length of the gradient")
    for line in right.lines:
        line.set_xdata(line.get_xdata() + 1)
    right.set_xscale("log")
    return drawn


lesson.picture(figure, "rates_and_newton.png")
lesson.end()
