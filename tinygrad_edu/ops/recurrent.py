"""Recurrent networks: cells, which are all that a step does, and a cell run over time.

An LSTM's gates are (4 H, N), so that each is one block of memory.  A GRU's come as two parts, one from
the input and one from the last hidden state, (N, 3 H) each, as do those of a cell run over time: there
the first part is known for all steps at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import sigmoid, sigmoid_forward, tanh
from .fused import COMPOSITION, linear, rows_of
from .index import getitem
from .linalg import matmul
from .reduce import sum
from .shape import concatenate, mT, reshape

__all__ = ["gru_cell", "lstm_affine", "lstm_gates", "lstm_hidden", "lstm_memory", "recurrence"]


def part(z: Any, k: int, n: int) -> Any:
    """The k-th gate of size n."""
    return getitem(z, index=(..., slice(k * n, (k + 1) * n)))


def side_by_side(*xs: Any) -> Any:
    """(N, H), ... -> (N, k H)"""
    return concatenate(*xs, axis=1, sizes=tuple(x.shape[1] for x in xs))


def stacked(*xs: Any) -> Any:
    """(N, H), ... -> (k, N, H)"""
    return concatenate(*(reshape(x, shape=(1, *x.shape)) for x in xs), axis=0, sizes=(1,) * len(xs))


# ---- LSTM ------------------------------------------------------------------------------------------------
def affine_forward(x: Any, h: Any, w: Any, v: Any, b: Any) -> Any:
    """w x^T + v h^T + b, (4 H, N)."""
    z = np.matmul(w, x.T)
    z += np.matmul(v, h.T)
    z += b[:, None]
    return z


def squash(z: Any) -> Any:
    """s(z) for the gates i, f and o, tanh(z) for the candidate a, of z (4 H, N) in the order i, f, a, o; in its place."""
    n = len(z) // 4
    for gate in (z[: 2 * n], z[3 * n :]):  # s(z) = (1 + tanh(z / 2)) / 2: one tanh serves all
        gate *= 0.5
    np.tanh(z, out=z)
    for gate in (z[: 2 * n], z[3 * n :]):
        gate *= 0.5
        gate += 0.5
    return z


def gates_vjp(g: Any, out: Any, z: Any) -> Any:
    """s (1 - s) for the gates, 1 - a^2 for the candidate."""
    n = z.shape[0] // 4
    i_f, a, o = out[: 2 * n], out[2 * n : 3 * n], out[3 * n :]
    return g * concatenate(i_f * (1 - i_f), 1 - a * a, o * (1 - o), axis=0, sizes=(2 * n, n, n))


def split_gates(gates: Any, n: int) -> Any:
    """i, f, a and o, (H, N) each."""
    return gates[:n], gates[n : 2 * n], gates[2 * n : 3 * n], gates[3 * n :]


def turned(x: Any) -> Any:
    """(N, H) -> (H, N), an array anew: NumPy is slow on operands that lie in different orders."""
    return np.ascontiguousarray(x.T) if isinstance(x, np.ndarray) else x.T


def lstm_memory_forward(gates: Any, c: Any) -> Any:
    """c' = f c + i a, (N, H)."""
    i, f, a, _ = split_gates(gates, c.shape[1])
    new = f * turned(c)
    new += i * a
    return turned(new)


def lstm_memory_vjps(g: Any, out: Any, gates: Any, c: Any, needs: Any) -> Any:
    """g a, g c, g i and 0 for the gates, g f for c."""
    n, g = c.shape[1], turned(g)
    i, f, a, _ = split_gates(gates, n)
    nothing = np.zeros(g.shape, raw(g).dtype)
    return concatenate(g * a, g * turned(c), g * i, nothing, axis=0, sizes=(n,) * 4), (g * f).T


def lstm_hidden_forward(gates: Any, c: Any) -> Any:
    """h' = o tanh(c'), (N, H)."""
    new = np.tanh(turned(c))
    new *= gates[3 * c.shape[1] :]
    return turned(new)


def lstm_hidden_vjps(g: Any, out: Any, gates: Any, c: Any, needs: Any) -> Any:
    """0, 0, 0 and g tanh(c') for the gates, g o (1 - tanh(c')^2) for c'."""
    n, g, squashed = c.shape[1], turned(g), tanh(turned(c))
    nothing = np.zeros((3 * n, g.shape[1]), raw(g).dtype)
    g_gates = concatenate(nothing, g * squashed, axis=0, sizes=(3 * n, n))
    return g_gates, (g * gates[3 * n :] * (1 - squashed * squashed)).T


# ---- GRU -------------------------------------------------------------------------------------------------
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


def affine_by_hand(x: Any, h: Any, w: Any, v: Any, b: Any) -> Any:
    """`lstm_affine`, from other rows."""
    return mT(matmul(x, mT(w)) + matmul(h, mT(v)) + b)


def gates_by_hand(z: Any) -> Any:
    """`lstm_gates`, from other rows."""
    n = z.shape[0] // 4
    return concatenate(
        sigmoid(z[: 2 * n]),
        tanh(z[2 * n : 3 * n]),
        sigmoid(z[3 * n :]),
        axis=0,
        sizes=(2 * n, n, n),
    )


def lstm_memory_by_hand(gates: Any, c: Any) -> Any:
    """`lstm_memory`, from other rows."""
    i, f, a = (part(mT(gates), k, c.shape[1]) for k in range(3))
    return f * c + i * a


def lstm_hidden_by_hand(gates: Any, c: Any) -> Any:
    """`lstm_hidden`, from other rows."""
    return part(mT(gates), 3, c.shape[1]) * tanh(c)


def gru_cell_by_hand(x: Any, h: Any, last: Any) -> Any:
    """`gru_cell`, from other rows."""
    k = last.shape[1]
    r, z = (sigmoid(part(x, j, k) + part(h, j, k)) for j in (0, 1))
    return (1 - z) * tanh(part(x, 2, k) + r * part(h, 2, k)) + z * last


# ---- a cell over time --------------------------------------------------------------------------------
def lstm_step(x: Any, h: Any, c: Any, out: Any) -> None:
    """Write h' and c', as `lstm_hidden` and `lstm_memory` of the gates x + h."""
    i, f, a, o = split_gates(squash((x + h).T), c.shape[1])
    new = out[1].T
    np.multiply(f, c.T, out=new)
    new += i * a
    np.multiply(o, np.tanh(new), out=out[0].T)


def lstm_step_vjps(g: Any, out: Any, x: Any, h: Any, c: Any) -> Any:
    """Those of `lstm_hidden`, `lstm_memory` and `lstm_gates`, one after the other."""
    z, n, squashed = (x + h).T, c.shape[1], tanh(out[1].T)
    gates = lstm_gates(z)
    i, f, a, o = split_gates(gates, n)
    g_h = g[0].T
    g_c = g[1].T + g_h * o * (1 - squashed * squashed)
    g_gates = concatenate(g_c * a, g_c * c.T, g_c * i, g_h * squashed, axis=0, sizes=(n,) * 4)
    g_z = gates_vjp(g_gates, gates, z).T
    return g_z, g_z, (g_c * f).T


def gru_step(x: Any, h: Any, last: Any, out: Any) -> None:
    """Write h', as `gru_cell`."""
    out[0] = gru_cell_forward(x, h, last)


def gru_step_vjps(g: Any, out: Any, x: Any, h: Any, last: Any) -> Any:
    """Those of `gru_cell`."""
    return gru_cell_vjps(g[0], out[0], x, h, last, (True,) * 3)


def tanh_step(x: Any, h: Any, last: Any, out: Any) -> None:
    """h' = tanh(x + h)"""
    np.tanh(x + h, out=out[0])


def tanh_step_vjps(g: Any, out: Any, x: Any, h: Any, last: Any) -> Any:
    """1 - h'^2"""
    g_z = g[0] * (1 - out[0] * out[0])
    return g_z, g_z, 0


def relu_step(x: Any, h: Any, last: Any, out: Any) -> None:
    """h' = max(x + h, 0)"""
    np.maximum(x + h, 0, out=out[0])


def relu_step_vjps(g: Any, out: Any, x: Any, h: Any, last: Any) -> Any:
    """1 where h' > 0, else 0."""
    g_z = g[0] * (out[0] > 0)
    return g_z, g_z, 0


CELLS: dict[str, tuple[Any, Any]] = {
    "lstm": (lstm_step, lstm_step_vjps),
    "gru": (gru_step, gru_step_vjps),
    "tanh": (tanh_step, tanh_step_vjps),
    "relu": (relu_step, relu_step_vjps),
}
"""What a step makes of (x, h, last) and its derivative; `last` is the LSTM's c, or else the last h."""


def recurrence_forward(x: Any, start: Any, weight: Any, bias: Any, cell: str) -> Any:
    """The state (h and, of an LSTM, c) after each step, from the cell's gates x[t] and h W^T + b."""
    step, transposed = CELLS[cell][0], np.ascontiguousarray(weight.T)
    out = np.empty((len(x), *start.shape), x.dtype)
    h = np.empty(x.shape[1:], x.dtype)
    state = start
    for t, gates in enumerate(x):
        np.matmul(state[0], transposed, out=h)
        h += bias
        step(gates, h, state[-1], out[t])
        state = out[t]
    return out


def recurrence_vjps(
    g: Any, out: Any, x: Any, start: Any, weight: Any, bias: Any, needs: Any, cell: str
) -> Any:
    """Backpropagation through time: the cell's rule from the last step to the first."""
    step, steps = CELLS[cell][1], x.shape[0]
    hidden = concatenate(start[:1], out[:-1, 0], axis=0, sizes=(1, steps - 1))
    h = linear(hidden, weight, bias)
    g_x, g_h, g_state = room(x), room(x), 0
    for t in reversed(range(steps)):
        last = (out[t - 1] if t else start)[-1]
        g_x[t], new_g_h, g_last = step(g[t] + g_state, out[t], x[t], h[t], last)
        g_hidden = matmul(new_g_h, weight)
        g_state = stacked(g_hidden, g_last) if start.shape[0] > 1 else stacked(g_hidden + g_last)
        if cell == "gru":  # of the others both parts of the gates have one cotangent
            g_h[t] = new_g_h
    g_x = joined(g_x)
    g_h = rows_of(joined(g_h) if cell == "gru" else g_x)
    return g_x, g_state, matmul(mT(g_h), rows_of(hidden)), sum(g_h, axis=(0,), keepdims=False)


def room(x: Any) -> Any:
    """Where to put something for each step: an array, or a list for Tensors."""
    return np.empty_like(x) if isinstance(x, np.ndarray) else [None] * x.shape[0]


def joined(steps: Any) -> Any:
    """What was put there, as one."""
    return stacked(*steps) if isinstance(steps, list) else steps


def recurrence_by_hand(x: Any, start: Any, weight: Any, bias: Any, cell: str) -> Any:
    """`recurrence`, from other rows."""
    h, last, states = start[0], start[-1], []
    for t in range(x.shape[0]):
        h_gates = linear(h, weight, bias)
        if cell == "lstm":
            gates = lstm_gates(mT(x[t] + h_gates))
            new = lstm_memory(gates, last)
            state = stacked(lstm_hidden(gates, new), new)
        else:
            state = stacked(gru_cell(x[t], h_gates, h) if cell == "gru" else tanh(x[t] + h_gates))
        h, last = state[0], state[-1]
        states.append(state)
    return stacked(*states)


lstm_affine = primitive(
    "lstm_affine", affine_forward,
    lambda g, out, x, h, w, v, b: g.T @ w,
    lambda g, out, x, h, w, v, b: g.T @ v,
    lambda g, out, x, h, w, v, b: g @ x,
    lambda g, out, x, h, w, v, b: g @ h,
    lambda g, out, x, h, w, v, b: g @ np.ones(x.shape[0], raw(g).dtype),
)  # fmt: skip
lstm_gates = primitive("lstm_gates", lambda z: squash(z.copy()), gates_vjp)
lstm_memory = primitive("lstm_memory", lstm_memory_forward, joint=lstm_memory_vjps)
lstm_hidden = primitive("lstm_hidden", lstm_hidden_forward, joint=lstm_hidden_vjps)
gru_cell = primitive("gru_cell", gru_cell_forward, joint=gru_cell_vjps)
recurrence = primitive("recurrence", recurrence_forward, joint=recurrence_vjps)
COMPOSITION["recurrence"] = recurrence_by_hand
COMPOSITION["lstm_affine"], COMPOSITION["lstm_gates"] = affine_by_hand, gates_by_hand
COMPOSITION["gru_cell"] = gru_cell_by_hand
COMPOSITION["lstm_memory"], COMPOSITION["lstm_hidden"] = lstm_memory_by_hand, lstm_hidden_by_hand
