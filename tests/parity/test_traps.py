"""Where a program goes on with a wrong number if nobody objects: values, gradients and objections are PyTorch's."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

import tinygrad_edu as te

Line = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def every_warning() -> Iterator[None]:
    """PyTorch gives some of its warnings once in a process, but for this."""
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(False)


def leaf(t: Any, *numbers: float) -> Any:
    return t.tensor(list(numbers), requires_grad=True)


def retained(t: Any, change: Callable[[Any], Any]) -> Any:
    """The gradient kept of a result that something is done to after `retain_grad()`."""
    x = leaf(t, 1.0, 2.0)
    y = x * 3
    y.retain_grad()
    change(y)
    (y * y).sum().backward()
    return y.grad, x.grad


def through(t: Any, derivative: Callable[[Any], Any]) -> Any:
    """The gradient through a Function with a derivative of its own."""

    class Twice(t.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return derivative(g)

    x = leaf(t, 1.0, 2.0)
    Twice.apply(x).sum().backward()
    return x.grad


def weighted(t: Any, weight: Any, **options: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * 2).backward(weight, **options)
    return x.grad


def own_gradient(t: Any) -> None:
    x = leaf(t, 1.0)
    x.grad = x


def after_writing(t: Any, view: Callable[[Any], Any]) -> Any:
    """A matrix of zeros after a write to what was made of it."""
    x = t.zeros(2, 2)
    view(x)[0] = 7
    return x


def at_the_edge(t: Any) -> Any:
    x = leaf(t, 0.0, 0.5, 1.0)
    y = t.special.entr(x)
    (g,) = t.autograd.grad(y.sum(), x, create_graph=True)
    return y, g, t.autograd.grad(g.sum(), x)[0]


LINES: dict[str, Line] = {
    "retained, then written": lambda t: retained(t, lambda y: y.mul_(2)),
    "retained, then a part written": lambda t: retained(t, lambda y: y[:1].mul_(2)),
    "retained, then set": lambda t: retained(t, lambda y: y.__setitem__(0, 5.0)),
    "retained, then hooked": lambda t: retained(t, lambda y: y.register_hook(lambda g: g * 10)),
    "function, another dtype": lambda t: through(t, lambda g: g.double() * 2),
    "function, too few dimensions": lambda t: through(t, lambda g: g.sum()),
    "function, another shape": lambda t: through(t, lambda g: t.ones(3)),
    "function, more dimensions": lambda t: through(t, lambda g: t.ones(3, 2)),
    "backward, another dtype": lambda t: weighted(t, t.ones(2, dtype=t.float64)),
    "create_graph, another dtype": lambda t: weighted(
        t, t.ones(2, dtype=t.float64), inputs=None, retain_graph=True
    ),
    "its own gradient": own_gradient,
    "write to a diag": lambda t: after_writing(t, lambda x: x.diag()),
    "write to a diagonal": lambda t: after_writing(t, lambda x: x.diagonal()),
    "entr at 0": at_the_edge,
    "lerp to the end": lambda t: t.lerp(t.tensor([1e8, 0.1]), t.tensor([1.0, 0.3]), 1.0),
    "lerp by a tensor": lambda t: t.lerp(t.tensor([1e8, 1e8]), t.tensor([1.0, 1.0]), t.tensor([1.0, 0.25])),
    "lerp from infinity": lambda t: t.lerp(t.tensor([float("inf")]), t.tensor([1.0]), 0.5),
    "soft margin, a column": lambda t: t.nn.functional.soft_margin_loss(t.ones(3), t.ones(3, 1)),
    "too large for int64": lambda t: t.tensor(2**63),
    "too large for uint8": lambda t: t.tensor([1, 300], dtype=t.uint8),
    "too small for int8": lambda t: t.tensor([-129], dtype=t.int8),
    "float too large": lambda t: t.tensor([128.0], dtype=t.int8),
    "nan as an integer": lambda t: t.tensor([float("nan")], dtype=t.long),
    "from the top": lambda t: t.tensor([-1, -255], dtype=t.uint8),
    "full, too large": lambda t: t.full((2,), 300, dtype=t.uint8),
    "array wraps around": lambda t: t.tensor(np.array([300]), dtype=t.uint8),
    "list of float64": lambda t: t.tensor([np.float64(1.0), 2.0]),
    "float64 second": lambda t: t.tensor([1.0, np.float64(2.0)]),
    "float32 among floats": lambda t: t.tensor([np.float32(1.0), 2.0]),
    "list of int32": lambda t: t.tensor([np.int32(1)]),
    "int32 among ints": lambda t: t.tensor([np.int32(1), 2]),
    "list of float64 tensors": lambda t: t.tensor([t.tensor(1.0, dtype=t.float64), 2]),
    "list of uint8 tensors": lambda t: t.tensor([t.tensor(1, dtype=t.uint8)]),
    "bools and ints": lambda t: t.tensor([True, 2]),
    "history in a list": lambda t: t.tensor([leaf(t, 1.0)[0], 2.0]),
    "history copied": lambda t: t.tensor(leaf(t, 1.0)),
}  # fmt: skip


def outcome(line: Line, t: Any) -> Any:
    """What a line gives, or the type of its complaint; and whether it warned."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", UserWarning)
        try:
            given = plain(line(t))
        except Exception as error:
            return RuntimeError if isinstance(error, RuntimeError) else type(error)
    return given, bool(heard)


def plain(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return [plain(v) for v in x]
    return str(x.dtype).split(".")[1], tuple(x.shape), x.detach().numpy().tolist()


@pytest.mark.parametrize("name", LINES)
def test_line(name: str) -> None:
    with np.errstate(all="ignore"):
        ours, theirs = outcome(LINES[name], te), outcome(LINES[name], torch)
    assert repr(ours) == repr(theirs)
