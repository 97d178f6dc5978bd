"""`torch.autograd.functional`: derivatives of a function at a point, called at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..primitive import wrap
from ..seeds import as_sequence
from . import jacrev, jvp as push, vjp as pull

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Function = Callable[..., Any]


def _shaped(found: Any, like: Any) -> Any:
    """A tuple where inputs came as one, else the one result."""
    return tuple(found) if isinstance(like, (tuple, list)) else found[0]


def _finished(found: Any, create_graph: bool) -> Any:
    if isinstance(found, (tuple, list)):
        return tuple(_finished(x, create_graph) for x in found)
    return found if create_graph else found.detach()


def _weights(v: Any, out: Any, op: str) -> list[Any]:
    if v is not None:
        return as_sequence(v)
    if any(y.numel() != 1 for y in as_sequence(out)):
        raise RuntimeError(f"{op}: expected v, for the function gives more than one number")
    return [y.new_ones(y.shape) for y in as_sequence(out)]


def _argnums(inputs: Any) -> int | tuple[int, ...]:
    """What to differentiate by: every one of several inputs, or the only one."""
    return tuple(range(len(inputs))) if isinstance(inputs, (tuple, list)) else 0


def vjp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Any:
    """(func(inputs), v^T J)

    >>> te.autograd.functional.vjp(lambda x: x**2, te.tensor([1.0, 2.0]), te.tensor([1.0, 1.0]))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    out, back = pull(func, *as_sequence(inputs))
    found = back(*_weights(v, out, "vjp"))
    return _finished(out, create_graph), _finished(_shaped(found, inputs), create_graph)


def jvp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Any:
    """(func(inputs), J v)

    >>> te.autograd.functional.jvp(lambda x: x**2, te.tensor([1.0, 2.0]), te.tensor([1.0, 0.0]))
    (tensor([1., 4.]), tensor([2., 0.]))
    """
    xs = as_sequence(inputs)
    out, found = push(func, xs, _weights(v, xs, "jvp"))
    return _finished(out, create_graph), _finished(found, create_graph)


def jacobian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "",
) -> Any:
    """The Jacobian; for several inputs a tuple, for several outputs a tuple of them.

    >>> te.autograd.functional.jacobian(lambda x: x * x, te.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    found = jacrev(func, _argnums(inputs))(*as_sequence(inputs))
    return _finished(found, create_graph)


def hessian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
) -> Any:
    """The Hessian of a scalar function; for several inputs a tuple of tuples of blocks.

    >>> te.autograd.functional.hessian(lambda x: x[0] * x[1] ** 2, te.tensor([3.0, 2.0]))
    tensor([[0., 4.],
            [4., 6.]])
    """
    numbers = _argnums(inputs)
    first = jacrev(lambda *args: _scalar(func(*args)), numbers)
    return _finished(jacrev(first, numbers)(*as_sequence(inputs)), create_graph)


def _scalar(y: Any) -> Any:
    if y.numel() != 1:
        raise RuntimeError(
            f"hessian: expected a function that gives one number, got shape {tuple(y.shape)}"
        )
    return y.reshape(())


def hvp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Any:
    """(func(inputs), H v), by the gradient of the gradient's product with v: no Hessian is formed.

    >>> te.autograd.functional.hvp(lambda x: x[0] * x[1] ** 2, te.tensor([3.0, 2.0]), te.tensor([0.0, 1.0]))
    (tensor(12.), tensor([4., 6.]))
    """
    return vhp(func, inputs, v, create_graph, strict)


def vhp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> Any:
    """(func(inputs), v^T H); the Hessian is symmetric, so this is H v too.

    >>> te.autograd.functional.vhp(lambda x: x[0] * x[1] ** 2, te.tensor([3.0, 2.0]), te.tensor([1.0, 0.0]))
    (tensor(12.), tensor([0., 4.]))
    """
    xs = as_sequence(inputs)
    values: list[Any] = []

    def first(*args: Any) -> Any:
        out, back = pull(func, *args)
        values.append(_scalar(out))
        return back(wrap(values[0].new_ones(()).array).reshape(out.shape))

    _, back = pull(first, *xs)
    found = back(*_weights(v, xs, "hvp"))
    return _finished(values[0], create_graph), _finished(_shaped(found, inputs), create_graph)
