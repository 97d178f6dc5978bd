"""Recurrent networks: cells, which are all that a step does with its gates, and a cell run over time.

A cell's gates come as two parts, one from the input and one from the last hidden state, each
(N, k H) for k gates.  Over time the first part is known for all steps at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive
from .elementwise import sigmoid, sigmoid_forward, tanh
from .fused import COMPOSITION, linear, rows_of
from .index import getitem
from .linalg import matmul
from .reduce import sum
from .shape import concatenate, mT, reshape

__all__ = ["gru_cell", "lstm_cell", "recurrence"]


def part(z: Any, k: int, n: int) -> Any:
    """The k-th gate of size n."""
    return getitem(z, index=(..., slice(k * n, (k + 1) * n)))


def side_by_side(*xs: Any) -> Any:
    """(N, H), ... -> (N, k H)"""
    return concatenate(*xs, axis=1, sizes=tuple(x.shape[1] for x in xs))


def stacked(*xs: Any) -> Any:
    """(N, H), ... -> (k, N, H)"""
    return concatenate(*(reshape(x, shape=(1, *x.shape)) for x in xs), axis=0, sizes=(1,) * len(xs))


def lstm_cell_forward(x: Any, h: Any, c: Any) -> Any:
    """(new h, new c), stacked: c' = f c + i a, h' = o tanh(c'), from gates in the order i, f, a, o."""
    n = c.shape[1]
    z = x + h
    z[:, : 2 * n] *= 0.5  # sigmoid through tanh, so that one call of tanh serves all gates
    z[:, 3 * n :] *= 0.5
    np.tanh(z, out=z)
    i, f, a, o = (z[:, k * n : (k + 1) * n] for k in range(4))
    out: Any = np.empty((2, *c.shape), z.dtype)
    new_h, new_c = out
    np.multiply(0.5 * f + 0.5, c, out=new_c)
    new_c += (0.5 * i + 0.5) * a
    np.multiply(0.5 * o + 0.5, np.tanh(new_c), out=new_h)
    return out


def lstm_cell_vjps(g: Any, out: Any, x: Any, h: Any, c: Any, needs: Any) -> Any:
    """The chain rule through h' = o tanh(c') and c' = f c + i a."""
    n = c.shape[1]
    z = x + h
    gates = sigmoid(z)
    i, f, o, a = part(gates, 0, n), part(gates, 1, n), part(gates, 3, n), tanh(part(z, 2, n))
    squashed = tanh(out[1])
    through_h = g[0] * o
    g_c = g[1] + through_h * (1 - squashed * squashed)
    g_i = g_c * i
    g_z = side_by_side(
        g_i * a * (1 - i), g_c * c * (f * (1 - f)), g_i * (1 - a * a), through_h * squashed * (1 - o)
    )
    return g_z, g_z, g_c * f


def gru_cell_forward(x: Any, h: Any, last: Any) -> Any:
    """(1 - z) n + z h: z = s(x_z + h_z), r = s(x_r + h_r), n = tanh(x_n + r h_n), in the order r, z, n."""
    k = last.shape[1]
    gates = sigmoid_forward(x[:, : 2 * k] + h[:, : 2 * k])
    r, z = gates[:, :k], gates[:, k:]
    new = np.tanh(x[:, 2 * k :] + r * h[:, 2 * k :])
    return new + z * (last - new)


def gru_cell_vjps(g: Any, out: Any, x: Any, h: Any, last: Any, needs: Any) -> Any:
    """The chain rule through (1 - z) n + z h and n = tanh(x_n + r h_n)."""
    k = last.shape[1]
    r, z = (sigmoid(part(x, j, k) + part(h, j, k)) for j in (0, 1))
    h_n = part(h, 2, k)
    n = tanh(part(x, 2, k) + r * h_n)
    g_z = g * (last - n) * z * (1 - z)
    g_n = g * (1 - z) * (1 - n * n)
    g_r = g_n * h_n * r * (1 - r)
    return side_by_side(g_r, g_z, g_n), side_by_side(g_r, g_z, g_n * r), g * z


def lstm_cell_by_hand(x: Any, h: Any, c: Any) -> Any:
    """`lstm_cell`, from other rows."""
    n = c.shape[1]
    z = x + h
    new = sigmoid(part(z, 1, n)) * c + sigmoid(part(z, 0, n)) * tanh(part(z, 2, n))
    return stacked(sigmoid(part(z, 3, n)) * tanh(new), new)


def gru_cell_by_hand(x: Any, h: Any, last: Any) -> Any:
    """`gru_cell`, from other rows."""
    k = last.shape[1]
    r, z = (sigmoid(part(x, j, k) + part(h, j, k)) for j in (0, 1))
    return (1 - z) * tanh(part(x, 2, k) + r * part(h, 2, k)) + z * last


# ---- a cell over time --------------------------------------------------------------------------------
CELLS: dict[str, tuple[Any, Any]] = {
    "lstm": (lstm_cell_forward, lstm_cell_vjps),
    "gru": (gru_cell_forward, gru_cell_vjps),
    "tanh": (lambda x, h, last: np.tanh(x + h), lambda g, out, x, h, last, needs: (g * (1 - out * out),) * 2 + (0,)),
    "relu": (lambda x, h, last: np.maximum(x + h, 0), lambda g, out, x, h, last, needs: (g * (out > 0),) * 2 + (0,)),
}
"""What a step computes from (x, h, last) and its derivative; `last` is the LSTM's c, or else the last h."""


def recurrence_forward(x: Any, start: Any, weight: Any, bias: Any, cell: str) -> Any:
    """The state (h and, of an LSTM, c) after each step, h' = cell(x[t], h W^T + b)."""
    step, transposed = CELLS[cell][0], np.ascontiguousarray(weight.T)
    out = np.empty((len(x), *start.shape), x.dtype)
    state = start
    for t, gates in enumerate(x):
        h = np.matmul(state[0], transposed)
        h += bias
        out[t] = step(gates, h, state[-1])
        state = out[t]
    return out


def recurrence_vjps(g: Any, out: Any, x: Any, start: Any, weight: Any, bias: Any, needs: Any, cell: str) -> Any:
    """Backpropagation through time: the cell's rule from the last step to the first."""
    step, kept, steps = CELLS[cell][1], start.shape[0], x.shape[0]
    now = slice(None) if kept > 1 else 0  # what a cell takes and gives: h and c, or h alone
    before = concatenate(reshape(start, shape=(1, *start.shape)), out[:-1], axis=0, sizes=(1, steps - 1))
    hidden = before[:, 0]
    h = linear(hidden, weight, bias)
    g_x, g_h, g_state = [None] * steps, [None] * steps, 0
    for t in reversed(range(steps)):
        g_t = (g[t] + g_state)[now]
        g_x[t], g_h[t], g_last = step(g_t, out[t][now], x[t], h[t], before[t][-1], needs=needs)
        g_hidden = matmul(g_h[t], weight)
        g_state = stacked(g_hidden, g_last) if kept > 1 else stacked(g_hidden + g_last)
    all_x = stacked(*g_x)
    all_h = all_x if g_h[0] is g_x[0] else stacked(*g_h)
    rows = rows_of(all_h)
    return all_x, g_state, matmul(mT(rows), rows_of(hidden)), sum(rows, axis=(0,), keepdims=False)


def recurrence_by_hand(x: Any, start: Any, weight: Any, bias: Any, cell: str) -> Any:
    """`recurrence`, from other rows."""
    h, last, states = start[0], start[-1], []
    for t in range(x.shape[0]):
        h_gates = linear(h, weight, bias)
        if cell == "lstm":
            state = lstm_cell(x[t], h_gates, last)
        else:
            state = stacked(gru_cell(x[t], h_gates, h) if cell == "gru" else tanh(x[t] + h_gates))
        h, last = state[0], state[-1]
        states.append(state)
    return stacked(*states)


lstm_cell = primitive("lstm_cell", lstm_cell_forward, joint=lstm_cell_vjps)
gru_cell = primitive("gru_cell", gru_cell_forward, joint=gru_cell_vjps)
recurrence = primitive("recurrence", recurrence_forward, joint=recurrence_vjps)
COMPOSITION["recurrence"] = recurrence_by_hand
COMPOSITION["lstm_cell"], COMPOSITION["gru_cell"] = lstm_cell_by_hand, gru_cell_by_hand
