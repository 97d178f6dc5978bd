"""A dozen drawings whose DOT text is approved; `python -m tests.read.graphs` renews what is approved."""

from pathlib import Path

import tinygrad_edu as te
from tinygrad_edu import Value, mlp, nn

GOLDEN = Path(__file__).parent / "golden"
F = nn.functional


def neuron():
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.5, label="b")
    out = (x * w + b).tanh()
    out.label = "L"
    out.backward()
    return te.draw(out)


def before_backward():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    return te.draw(x * w + w, direction="LR")


def scalar_net():
    te.manual_seed(0)
    net = mlp.MLP(2, [2, 1])
    out = net([Value(0.5, label="a"), Value(1.0, label="b")])
    out.backward()
    return te.draw(out)


def regression():
    x = te.tensor([[0.0, 1.0], [1.0, 2.0], [2.0, 0.5], [3.0, 4.0]])  # (4, 2)
    w = te.tensor([[0.5], [-0.25]], requires_grad=True)
    b = te.zeros(1, requires_grad=True)
    loss = ((x @ w + b - 1) ** 2).mean()
    loss.backward()
    return te.draw(loss)


def untrained():
    """Two outputs, views, constants, a gradient that is not computed."""
    w = te.arange(20.0).reshape(4, 5).requires_grad_()
    return te.draw([w[1:, ::2].sum(0) - te.tensor(1.5), -w.T.reshape(20).max()])


def backward_graph():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    (g,) = te.autograd.grad((x.tanh() * x).sum(), x, create_graph=True)
    return te.draw(g)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up, self.act, self.down = (
            nn.Linear(width, 2 * width),
            nn.Tanh(),
            nn.Linear(2 * width, width),
        )

    def forward(self, x):
        return x + self.down(self.act(self.up(x)))


class Tower(nn.Module):
    """Blocks that are alike between two layers, as in a GPT."""

    def __init__(self, blocks=12, width=4):
        super().__init__()
        self.first = nn.Linear(3, width)
        self.blocks = nn.Sequential(*(Residual(width) for _ in range(blocks)))
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.blocks(self.first(x)))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter, self.again = nn.Linear(2, 3), nn.Linear(3, 3)

    def forward(self, x):
        h = te.zeros(x.shape[0], 3)
        for t in range(x.shape[1]):
            h = (self.enter(x[:, t]) + self.again(h)).tanh()
        return h


def tower(depth=None, **options):
    te.manual_seed(0)
    model, x, y = Tower(), te.ones(5, 3), te.tensor([0, 1, 0, 1, 1])
    return te.draw(lambda x: F.cross_entropy(model(x), y), x, names=model, depth=depth, **options)


def tower_closed():
    return tower(0)


def tower_opened():
    return tower(3, grads="compute")


def tower_memory():
    return tower(overlay="memory")


def tower_recovered():
    """The modules of a loss that was computed before, known by their parameters."""
    te.manual_seed(0)
    model, x, y = Tower(), te.ones(5, 3), te.tensor([0, 1, 0, 1, 1])
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    return te.draw(loss)


def recurrent():
    te.manual_seed(0)
    model, steps = Recurrent(), te.ones(2, 3, 2)
    return te.draw(model, steps)


def failed():
    te.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(9, 2)), te.ones(5, 4)
    try:
        te.draw(model, x)
    except RuntimeError as error:
        return te.draw(error)


def hostile():
    v = Value(1.0, label='</script><script>alert("1")</script>')
    w = Value(2.0, label="\\N & 'ü' <b>" + "x" * 10_000)
    return te.draw(v * w)


GRAPHS = [
    neuron, before_backward, scalar_net, regression, untrained, backward_graph, tower_closed, tower, tower_opened,
    tower_memory, tower_recovered, recurrent, failed, hostile,
]  # fmt: skip

if __name__ == "__main__":
    for make in GRAPHS:
        (GOLDEN / f"{make.__name__}.dot").write_text(make().dot, encoding="utf-8")
