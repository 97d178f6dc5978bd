"""Functions of functions: from a function of Tensors, its gradient, Jacobian, Hessian or products with them.

They nest: `grad(grad(f))` is the second derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autograd import grad as gradients
from ..functional import reshape, stack
from ..grad_mode import set_recording
from ..graph import Leaf, Node
from ..primitive import wrap
from ..seeds import as_sequence
from ..tensor import Tensor
from .batching import vmap
from .modules import functional_call, stack_module_state
from .trees import mapped, tensors_of

__all__ = [
    "functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "linearize",
    "stack_module_state", "vjp", "vmap",
]  # fmt: skip

Function = Callable[..., Any]


def fresh(x: Tensor) -> Tensor:
    """The same numbers as an input of their own, in the graph of x if it has one."""
    return reshape(x, x.array.shape) if x.requires_grad else wrap(x.array).requires_grad_()


def settled(found: Any, inputs: Sequence[Tensor]) -> Any:
    """A result without its graph where that leads to nothing but our own inputs."""
    if isinstance(found, (dict, tuple, list)):
        return mapped(lambda g: settled(g, inputs), found)
    if not isinstance(found, Tensor) or found.node is None:
        return found
    ours = {x.node for x in inputs}
    seen, ahead = {found.node}, [found.node]
    while ahead:
        n = ahead.pop()
        if isinstance(n, Leaf) and n not in ours:
            return found
        for e in n.edges:
            if isinstance(e, Node) and e not in seen:
                seen.add(e)
                ahead.append(e)
    return found.detach()


def _called(function: Function, args: Sequence[Any], kwargs: Any = None) -> Any:
    before = set_recording(True)
    try:
        return function(*args, **(kwargs or {}))
    finally:
        set_recording(before)


def _with_inputs(
    args: tuple[Any, ...], argnums: int | tuple[int, ...]
) -> tuple[list[Any], list[Tensor], Callable[[Sequence[Any]], Any]]:
    """The arguments, those named by argnums made inputs of their own; these; and what gives their build
    to a result for each: a Tensor, a tree of Tensors, or a tuple of them for several arguments.
    """
    taken = list(args)
    for k in (argnums,) if isinstance(argnums, int) else argnums:
        if not -len(args) <= k < len(args):
            raise RuntimeError(
                f"argnums: expected positions among {len(args)} arguments, got {argnums}"
            )
        tensors_of(args[k], f"argnums: argument {k}")
        taken[k] = mapped(fresh, args[k])
    chosen = taken[argnums] if isinstance(argnums, int) else tuple(taken[k] for k in argnums)

    def built(found: Sequence[Any]) -> Any:
        each = iter(found)
        return mapped(lambda _: next(each), chosen)

    return taken, tensors_of(chosen, "argnums"), built


def grad_and_value(
    func: Function, argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Function:
    """A function that gives (gradient, value) of a scalar function; (gradient, (value, aux)) with `has_aux`.

    >>> te.func.grad_and_value(lambda x: x**3)(te.tensor(2.0))
    (tensor(12.), tensor(8.))
    """

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        taken, inputs, built = _with_inputs(args, argnums)
        out = _called(func, taken, kwargs)
        value, aux = out if has_aux else (out, None)
        if not isinstance(value, Tensor) or value.array.ndim:
            got = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
            raise RuntimeError(
                f"grad: expected a function that gives a scalar Tensor, got {got}; sum() it, or use jacrev"
            )
        found = (
            gradients(value, inputs, create_graph=True, materialize_grads=True)
            if value.requires_grad
            else tuple(wrap(np.zeros_like(x.array)) for x in inputs)
        )
        result = built([settled(g, inputs) for g in found])
        value = settled(value, inputs)
        return (result, (value, aux)) if has_aux else (result, value)

    return wrapped


def grad(func: Function, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Function:
    """The gradient of a scalar function, as a function.

    >>> te.func.grad(te.func.grad(lambda x: x ** 3))(te.tensor(2.0))
    tensor(12.)
    """
    both = grad_and_value(func, argnums, has_aux)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return wrapped


def weighted(outs: list[Tensor], inputs: list[Tensor], weights: list[Tensor]) -> list[Tensor]:
    """The gradients of the weighted sum of `outs`, in a graph of their own; zeros where there are none."""
    pairs = [(y, w) for y, w in zip(outs, weights) if y.requires_grad]
    if not pairs:
        return [wrap(np.zeros_like(x.array)) for x in inputs]
    ends, seeds = zip(*pairs)
    return list(gradients(ends, inputs, seeds, create_graph=True, materialize_grads=True))


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """The value of a function and a function v -> v^T J, which gives one cotangent per primal.

    Primals, value and v are Tensors, or dicts, lists and tuples of them.

    >>> value, pull = te.func.vjp(lambda x: x**2, te.tensor([1.0, 2.0]))
    >>> pull(te.tensor([1.0, 1.0]))
    (tensor([2., 4.]),)
    """
    taken = mapped(fresh, primals)
    inputs = tensors_of(taken, "vjp: primals")
    out = _called(func, taken)
    out, aux = out if has_aux else (out, None)
    outs = tensors_of(out, "vjp: value")

    def pull(*cotangents: Any) -> Any:
        weights = tensors_of(cotangents, "vjp: cotangents")
        if len(weights) != len(outs):
            raise RuntimeError(
                f"vjp: expected {len(outs)} cotangents, one per result, got {len(weights)}"
            )
        found = iter(settled(weighted(outs, inputs, weights), inputs))
        return mapped(lambda _: next(found), taken)

    value = settled(out, inputs)
    return (value, pull, aux) if has_aux else (value, pull)


def jvp(func: Function, primals: Any, tangents: Any, *, has_aux: bool = False) -> Any:
    """The value of a function and J u, by two backward passes: v^T J is linear in v, and its own gradient is J u.

    Primals, one tangent for each, and the value are Tensors, or dicts, lists and tuples of them.

    Difference from PyTorch: no forward mode, so that functions need rules for backward passes only.

    >>> te.func.jvp(lambda x: x**2, (te.tensor(3.0),), (te.tensor(1.0),))
    (tensor(9.), tensor(6.))
    """
    value, push, aux = _linear("jvp", func, tuple(as_sequence(primals)), has_aux)
    pushed = push(*as_sequence(tangents))
    return (value, pushed, aux) if has_aux else (value, pushed)


def linearize(func: Function, *primals: Any) -> tuple[Any, Function]:
    """The value of a function and a function u -> J u, which takes one tangent per primal and runs no `func` again.

    Primals, tangents and the value are Tensors, or dicts, lists and tuples of them.

    >>> value, push = te.func.linearize(lambda x: x**2, te.tensor(3.0))
    >>> push(te.tensor(1.0)), push(te.tensor(2.0))
    (tensor(6.), tensor(12.))
    """
    value, push, _ = _linear("linearize", func, primals)
    return value, push


def _linear(
    op: str, func: Function, primals: tuple[Any, ...], has_aux: bool = False
) -> tuple[Any, Function, Any]:
    """The value, u -> J u, and what else the function gives."""
    taken = mapped(fresh, primals)
    inputs = tensors_of(taken, f"{op}: primals")
    out = _called(func, taken)
    out, aux = out if has_aux else (out, None)
    outs = tensors_of(out, f"{op}: value")
    dummies = [wrap(np.zeros_like(y.array)).requires_grad_() for y in outs]
    pulled = weighted(outs, inputs, dummies)
    ours = [*inputs, *dummies]

    def push(*tangents: Any) -> Any:
        us = tensors_of(tangents, f"{op}: tangents")
        if len(inputs) != len(us):
            raise RuntimeError(
                f"{op}: expected as many tangents as primals, got {len(us)} and {len(inputs)}"
            )
        found = iter(settled(weighted(pulled, dummies, us), ours))
        return mapped(lambda _: next(found), out)

    return settled(out, ours), push, aux


def jacobian_of(out: Tensor, inputs: Sequence[Tensor]) -> list[Tensor]:
    """d out / d input for each input, of shape out.shape + input.shape: one backward pass per element."""
    if not out.requires_grad or not out.array.size:
        return [wrap(np.zeros((*out.array.shape, *x.array.shape), x.array.dtype)) for x in inputs]
    rows: list[tuple[Any, ...]] = []
    for k in range(out.array.size):
        one = np.zeros(out.array.size, out.array.dtype)
        one[k] = 1
        seed = wrap(one.reshape(out.array.shape))
        rows.append(
            gradients(
                out, inputs, seed, retain_graph=True, create_graph=True, materialize_grads=True
            )
        )
    return [
        reshape(stack([row[k] for row in rows]), (*out.array.shape, *x.array.shape))
        for k, x in enumerate(inputs)
    ]


def jacrev(
    func: Function, argnums: int | tuple[int, ...] = 0, *, has_aux: bool = False
) -> Function:
    """The Jacobian of a function, as a function: shape of the result + shape of the argument, row by row.

    >>> te.func.jacrev(lambda x: x**2)(te.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        taken, inputs, built = _with_inputs(args, argnums)
        out = _called(func, taken, kwargs)
        out, aux = out if has_aux else (out, None)

        def jacobian(y: Tensor) -> Any:
            return built([settled(j, inputs) for j in jacobian_of(y, inputs)])

        result = mapped(jacobian, out)
        return (result, settled(aux, inputs)) if has_aux else result

    return wrapped


def jacfwd(func: Function, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Function:
    """The Jacobian of a function; the same as `jacrev`, for forward mode is two backward passes here.

    Difference from PyTorch: no forward mode: the time of `jacrev`.

    >>> te.func.jacfwd(lambda x: x**2)(te.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """The matrix of second derivatives of a scalar function, as a function.

    >>> te.func.hessian(lambda x: x[0] * x[1] ** 2)(te.tensor([3.0, 2.0]))
    tensor([[0., 4.],
            [4., 6.]])
    """
    return jacrev(jacrev(func, argnums), argnums)
