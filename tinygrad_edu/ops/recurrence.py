"""A recurrent cell run over time.

The gates' part from the input is known for all steps at once; that from the last hidden state is found
step by step, with each gate in a block of memory of its own: (gates, N, H).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive
from .elementwise import relu, sigmoid, sigmoid_forward, tanh
from .fused import COMPOSITION, linear, rows_of
from .linalg import matmul
from .recurrent import gru_cell, gru_chain, lstm_hidden, lstm_memory, part
from .recurrent import product, split_gates, squash, squashed, stacked, steepness
from .reduce import sum
from .shape import concatenate, mT, permute, reshape

__all__ = ["recurrence"]


# ---- a step -------------------------------------------------------------------------------------------
# Of what it computes a step writes the state and what its derivative reads: an LSTM (h, c, i, f, a, o), a
# GRU (h, r, z, n, h_n), the others (h,), each (N, H).  `x` and `h` are the gates' parts, `last` the last c or h.
def lstm_step(x: Any, h: Any, c: Any, out: Any) -> None:
    """c' = f c + i a, h' = o tanh(c')"""
    np.add(x, h, out=out[2:])
    i, f, a, o = split_gates(squash(out[2:].reshape(-1, out.shape[2])), len(c))
    np.multiply(f, c, out=out[1])
    out[1] += i * a
    np.multiply(o, np.tanh(out[1]), out=out[0])


def lstm_step_vjps(g: Any, out: Any, c: Any) -> Any:
    """Those of `lstm_hidden`, `lstm_memory` and `lstm_gates`, one after the other."""
    n, top = c.shape[0], tanh(out[1])
    gates = reshape(out[2:], shape=(4 * n, c.shape[1]))
    i, f, a, o = split_gates(gates, n)
    g_c = g[1] + g[0] * o * (1 - top * top)
    g_gates = concatenate(g_c * a, g_c * c, g_c * i, g[0] * top, axis=0, sizes=(n,) * 4)
    g_gates = g_gates + reshape(g[2], shape=gates.shape)
    g_z = reshape(g_gates * steepness(gates), shape=(4, n, c.shape[1]))
    return g_z, g_z, g_c * f


def gru_step(x: Any, h: Any, last: Any, out: Any) -> None:
    """h' = (1 - z) n + z h, n = tanh(x_n + r h_n)"""
    out[1:3] = r, z = sigmoid_forward(x[:2] + h[:2])
    out[3], out[4] = n, _ = np.tanh(x[2] + r * h[2]), h[2]
    np.add(n, z * (last - n), out=out[0])


def gru_step_vjps(g: Any, out: Any, last: Any) -> Any:
    """Those of `gru_cell`."""
    _, r, z, n, h_n = (out[k] for k in range(5))
    g_r, g_z, g_n, g_last = gru_chain(g[0], r, z, n, h_n, last, g[1])
    return stacked(g_r, g_z, g_n), stacked(g_r, g_z, g_n * r + g[1][3]), g_last


def tanh_step(x: Any, h: Any, last: Any, out: Any) -> None:
    """h' = tanh(x + h)"""
    np.tanh(x[0] + h[0], out=out[0])


def tanh_step_vjps(g: Any, out: Any, last: Any) -> Any:
    """1 - h'^2"""
    g_z = stacked(g[0] * (1 - out[0] * out[0]))
    return g_z, g_z, 0


def relu_step(x: Any, h: Any, last: Any, out: Any) -> None:
    """h' = max(x + h, 0)"""
    np.maximum(x[0] + h[0], 0, out=out[0])


def relu_step_vjps(g: Any, out: Any, last: Any) -> Any:
    """1 where h' > 0, else 0."""
    g_z = stacked(g[0] * (out[0] > 0))
    return g_z, g_z, 0


CELLS: dict[str, tuple[Any, Any, int]] = {
    "lstm": (lstm_step, lstm_step_vjps, 4),
    "gru": (gru_step, gru_step_vjps, 4),
    "tanh": (tanh_step, tanh_step_vjps, 0),
    "relu": (relu_step, relu_step_vjps, 0),
}
"""A cell's step, the step's derivative, and how much it writes beside the state."""


# ---- all steps -----------------------------------------------------------------------------------------
def gate_first(x: Any, size: int) -> Any:
    """(T, N, gates H) -> (T, gates, N, H)"""
    steps, n, width = x.shape
    return permute(reshape(x, shape=(steps, n, width // size, size)), axes=(0, 2, 1, 3))


def gate_last(x: Any) -> Any:
    """(gates, N, H) -> (N, gates H)"""
    gates, n, size = x.shape
    return reshape(permute(x, axes=(1, 0, 2)), shape=(n, gates * size))


def blocks_of(weight: Any, bias: Any) -> tuple[Any, Any]:
    """(gates H, H) and (gates H,) -> each gate's W^T (gates, H, H) and b (gates, 1, H).

    Four small products take 0.8 of the time of one: OpenBLAS computes them without rearranging the operands.
    """
    size = weight.shape[1]
    turned = mT(reshape(weight, shape=(weight.shape[0] // size, size, size)))
    turned = np.ascontiguousarray(turned) if isinstance(turned, np.ndarray) else turned
    return turned, reshape(bias, shape=(turned.shape[0], 1, size))


def recurrence_forward(x: Any, start: Any, weight: Any, bias: Any, cell: str) -> Any:
    """What the cell writes at each step, from the gates' parts x[t] and h W^T + b."""
    (step, _, more), (blocks, biases) = CELLS[cell], blocks_of(weight, bias)
    states, n, size = start.shape
    out = np.empty((len(x), states + more, n, size), x.dtype)
    state = start
    for t, gates in enumerate(gate_first(x, size)):
        h = np.matmul(state[0], blocks)
        h += biases
        step(gates, h, state[states - 1], out[t])
        state = out[t]
    return out


def recurrence_vjps(
    g: Any, out: Any, x: Any, start: Any, weight: Any, bias: Any, needs: Any, cell: str
) -> Any:
    """Backpropagation through time: the cell's rule from the last step to the first."""
    step, steps, states = CELLS[cell][1], x.shape[0], start.shape[0]
    of_x: list[Any] = [None] * steps
    of_h: list[Any] = [None] * steps
    g_hidden: Any = 0
    g_last: Any = 0
    for t in reversed(range(steps)):
        g_state = [g[t, 0] + g_hidden, g[t, 1] + g_last] if states > 1 else [g[t, 0] + g_hidden + g_last]
        last = (out[t - 1] if t else start)[states - 1]
        g_x, g_h, g_last = step([*g_state, g[t, states:]], out[t], last)
        of_x[t] = gate_last(g_x)
        of_h[t] = of_x[t] if g_h is g_x else gate_last(g_h)
        g_hidden = product(of_h[t], weight)
    all_x = stacked(*of_x)
    all_h = rows_of(all_x if of_h[0] is of_x[0] else stacked(*of_h))
    hidden = concatenate(start[:1], out[:-1, 0], axis=0, sizes=(1, steps - 1))
    return (
        all_x,
        stacked(g_hidden, g_last) if states > 1 else stacked(g_hidden + g_last),
        matmul(mT(all_h), rows_of(hidden)),
        sum(all_h, axis=(0,), keepdims=False),
    )


def recurrence_by_hand(x: Any, start: Any, weight: Any, bias: Any, cell: str) -> Any:
    """`recurrence`, from other rows."""
    h, last, outs = start[0], start[-1], []
    for t in range(x.shape[0]):
        h_gates = linear(h, weight, bias)
        if cell == "lstm":
            gates = squashed(mT(x[t] + h_gates))
            last = lstm_memory(gates, last)
            h = lstm_hidden(gates, last)
            outs.append(stacked(h, last, *map(mT, split_gates(gates, h.shape[1]))))
        elif cell == "gru":
            of_x, of_h = ([part(a, k, h.shape[1]) for k in range(3)] for a in (x[t], h_gates))
            r, z = sigmoid(of_x[0] + of_h[0]), sigmoid(of_x[1] + of_h[1])
            n = tanh(of_x[2] + r * of_h[2])
            h = gru_cell(x[t], h_gates, h)
            outs.append(stacked(h, r, z, n, of_h[2]))
        else:
            h = (tanh if cell == "tanh" else relu)(x[t] + h_gates)
            outs.append(stacked(h))
    return stacked(*outs)


recurrence = primitive("recurrence", recurrence_forward, joint=recurrence_vjps)
COMPOSITION["recurrence"] = recurrence_by_hand
