"""Gradients checked against finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .autograd import grad
from .primitive import wrap
from .seeds import as_sequence
from .tensor import Tensor

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]


class GradcheckError(RuntimeError):
    """An analytical gradient differs from the numerical one."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Whether backward() gives what central differences of step `eps` give, for every input and output element.

    Inputs that require grad should be float64. Raises GradcheckError with both Jacobians if they
    differ by more than atol + rtol |numerical|, or returns False without `raise_exception`.

    Difference from PyTorch: no checks of forward mode, of complex numbers or of batched gradients.

    >>> te.autograd.gradcheck(te.sin, te.rand(3, dtype=te.float64, requires_grad=True))
    True
    """
    args = as_sequence(inputs)
    checked = [k for k, x in enumerate(args) if isinstance(x, Tensor) and x.requires_grad]
    if not checked:
        raise ValueError(
            "gradcheck: expected at least one input Tensor to require gradient, got none; call requires_grad_()"
        )
    for i, out in enumerate(_outputs(func, args)):
        analytic = _analytical(out, [args[k] for k in checked])
        again = _analytical(_outputs(func, args)[i], [args[k] for k in checked])
        for k, found, repeated in zip(checked, analytic, again):
            expected = _numerical(lambda: _outputs(func, args)[i].array, args[k], eps)  # noqa: B023 - called at once
            if np.abs(found - repeated).max(initial=0) > nondet_tol:
                problem = "backward() is not reentrant: two runs gave different gradients"
            elif not np.allclose(found, expected, rtol, atol, equal_nan=True):
                problem = (
                    f"Jacobian mismatch for output {i} with respect to input {k},\n"
                    f"numerical:{wrap(expected)}\nanalytical:{wrap(found)}"
                )
            else:
                continue
            if raise_exception:
                raise GradcheckError(f"gradcheck: {problem}")
            return False
    return True


def _outputs(func: Callable[..., Any], args: list[Any]) -> list[Any]:
    return [y for y in as_sequence(func(*args)) if isinstance(y, Tensor) and y.is_floating_point()]


def _analytical(out: Any, inputs: list[Any]) -> list[Any]:
    """Jacobians (input elements, output elements) by one backward pass per output element."""
    n = out.array.size
    found = [np.zeros((x.array.size, n), x.array.dtype) for x in inputs]
    if out.requires_grad:
        for j in range(n):
            seed = np.zeros(n, out.array.dtype)
            seed[j] = 1
            weight = wrap(seed.reshape(out.array.shape))
            for jacobian, g in zip(
                found, grad(out, inputs, weight, retain_graph=True, materialize_grads=True)
            ):
                jacobian[:, j] = g.array.reshape(-1)
    return found


def _numerical(values: Callable[[], Any], x: Any, eps: float) -> Any:
    """The same by central differences, moving one element of x at a time."""
    columns = []
    kept = x.array
    for i in range(kept.size):
        ends = []
        for step in (eps, -eps):
            moved = kept.copy()
            moved.reshape(-1)[i] += step
            x.data = wrap(moved)
            ends.append(np.array(values(), dtype=np.float64).reshape(-1))
        x.data = wrap(kept)
        columns.append((ends[0] - ends[1]) / (2 * eps))
    return np.array(columns).reshape(kept.size, -1)


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Whether the gradient of the gradient is right too, for random output gradients unless given.

    >>> te.autograd.gradgradcheck(te.sin, te.rand(3, dtype=te.float64, requires_grad=True))
    True
    """
    args = as_sequence(inputs)
    outs = _outputs(func, args)
    stream = np.random.default_rng(0)
    weights = as_sequence(grad_outputs) or [
        wrap(stream.standard_normal(y.array.shape).astype(y.array.dtype)).requires_grad_()
        for y in outs
    ]
    names = [k for k, x in enumerate(args) if isinstance(x, Tensor) and x.requires_grad]

    def first(*both: Any) -> tuple[Any, ...]:
        xs, ws = both[: len(args)], both[len(args) :]
        found = grad(
            _outputs(func, list(xs)),
            [xs[k] for k in names],
            list(ws),
            create_graph=True,
            allow_unused=True,
        )
        return tuple(g for g in found if g is not None)

    return gradcheck(
        first,
        (*args, *weights),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )
