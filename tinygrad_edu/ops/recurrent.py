"""Recurrent cells: all that one step of a network does.

An LSTM's gates are (4 H, N), so that each is one block of memory.  A GRU's come as two parts, one from
the input and one from the last hidden state, (N, 3 H) each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive, raw
from .elementwise import sigmoid, sigmoid_forward, tanh
from .fused import COMPOSITION, linear
from .index import getitem
from .linalg import matmul
from .shape import concatenate, mT, reshape

__all__ = ["gru_cell", "lstm_gates", "lstm_hidden", "lstm_memory"]


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
def lstm_gates_forward(x: Any, h: Any, w: Any, v: Any, b: Any, d: Any) -> Any:
    """The gates of w x^T + v h^T + b + d, (4 H, N)."""
    z = product(w, turned(x))
    z += product(v, turned(h))
    z += (b + d)[:, None]
    return squash(z)


def product(a: Any, b: Any) -> Any:
    """a b, if it is neither large nor small in parts: OpenBLAS rearranges the operands of more than a million
    multiplications first, which for so few does not pay: 39 us, not 52 us, for (512, 128) (128, 32).
    """
    m, n = a.shape
    if not isinstance(a, np.ndarray) or m % PARTS or not 1 << 20 < m * n * b.shape[1] < 1 << 22:
        return matmul(a, b)
    return np.matmul(a.reshape(PARTS, m // PARTS, n), b).reshape(m, -1)


PARTS = 8


def squash(z: Any) -> Any:
    """s(z) for the gates i, f and o, tanh(z) for the candidate a; in place, of z (4 H, N) in the order i, f, a, o."""
    n = len(z) // 4
    for gate in (z[: 2 * n], z[3 * n :]):  # s(z) = (1 + tanh(z / 2)) / 2: one tanh serves all
        gate *= 0.5
    np.tanh(z, out=z)
    for gate in (z[: 2 * n], z[3 * n :]):
        gate *= 0.5
        gate += 0.5
    return z


def lstm_gates_vjps(g: Any, out: Any, x: Any, h: Any, w: Any, v: Any, b: Any, d: Any, needs: Any) -> Any:
    """Through s and tanh, then as in any affine map; states and their gradients lie in memory as (H, N)."""
    g = g * steepness(out)
    ones = np.ones((x.shape[0], 1), raw(g).dtype)
    g_b = reshape(matmul(g, ones), shape=b.shape)  # a third of the time of a sum along short rows
    return (
        mT(product(mT(w), g)) if needs[0] else None,
        mT(product(mT(v), g)) if needs[1] else None,
        product(g, turned(x.T)) if needs[2] else None,
        product(g, turned(h.T)) if needs[3] else None,
        g_b,
        1 * g_b,  # in an array of its own, for each may become somebody's .grad
    )


def steepness(gates: Any) -> Any:
    """s - s^2 for the gates, 1 - a^2 for the candidate."""
    n = gates.shape[0] // 4
    if isinstance(gates, np.ndarray):
        slope = gates - gates * gates
        slope[2 * n : 3 * n] += 1 - gates[2 * n : 3 * n]
        return slope
    ones = np.ones((n, gates.shape[1]), raw(gates).dtype)
    return concatenate(gates[: 2 * n], ones, gates[3 * n :], axis=0, sizes=(2 * n, n, n)) - gates * gates


def split_gates(gates: Any, n: int) -> Any:
    """i, f, a and o, (H, N) each."""
    return gates[:n], gates[n : 2 * n], gates[2 * n : 3 * n], gates[3 * n :]


def turned(x: Any) -> Any:
    """(N, H) -> (H, N), in that order in memory: NumPy is slow on operands that lie in different orders."""
    return np.ascontiguousarray(x.T) if isinstance(x, np.ndarray) else x.T


def lstm_memory_forward(gates: Any, c: Any) -> Any:
    """c' = f c + i a, (N, H)."""
    i, f, a, _ = split_gates(gates, c.shape[1])
    new = f * turned(c)
    new += i * a
    return new.T


def lstm_memory_vjps(g: Any, out: Any, gates: Any, c: Any, needs: Any) -> Any:
    """g a, g c, g i and 0 for the gates, g f for c."""
    g = turned(g)
    i, f, a, _ = split_gates(gates, c.shape[1])
    return below(g, a, turned(c), i, None), (g * f).T


def below(g: Any, *factors: Any) -> Any:
    """g times each factor, one below the other; 0 for None."""
    if not isinstance(g, np.ndarray):
        nothing = np.zeros(g.shape, raw(g).dtype)
        products = (nothing if x is None else g * x for x in factors)
        return concatenate(*products, axis=0, sizes=(g.shape[0],) * len(factors))
    out: Any = np.zeros((len(factors), *g.shape), g.dtype)
    for product, x in zip(out, factors):
        if x is not None:
            np.multiply(g, x, out=product)
    return out.reshape(-1, g.shape[1])


def lstm_hidden_forward(gates: Any, c: Any) -> Any:
    """h' = o tanh(c'), (N, H)."""
    new = np.tanh(turned(c))
    new *= gates[3 * c.shape[1] :]
    return new.T


def lstm_hidden_vjps(g: Any, out: Any, gates: Any, c: Any, needs: Any) -> Any:
    """0, 0, 0 and g tanh(c') for the gates, g o (1 - tanh(c')^2) for c'."""
    n, g, top = c.shape[1], turned(g), tanh(turned(c))
    return below(g, None, None, None, top), (g * gates[3 * n :] * (1 - top * top)).T


# ---- GRU -------------------------------------------------------------------------------------------------
def gru_cell_forward(x: Any, h: Any, last: Any) -> Any:
    """(1 - z) n + z h: z = s(x_z + h_z), r = s(x_r + h_r), n = tanh(x_n + r h_n), in the order r, z, n."""
    k = last.shape[1]
    gates = sigmoid_forward(x[:, : 2 * k] + h[:, : 2 * k])
    r, z = gates[:, :k], gates[:, k:]
    new = np.tanh(x[:, 2 * k :] + r * h[:, 2 * k :])
    return new + z * (last - new)


def gru_cell_vjps(g: Any, out: Any, x: Any, h: Any, last: Any, needs: Any) -> Any:
    """The cotangents of the three gates, side by side, and of h."""
    k = last.shape[1]
    r, z = (sigmoid(part(x, j, k) + part(h, j, k)) for j in (0, 1))
    h_n = part(h, 2, k)
    n = tanh(part(x, 2, k) + r * h_n)
    g_r, g_z, g_n, g_last = gru_chain(g, r, z, n, h_n, last)
    return side_by_side(g_r, g_z, g_n), side_by_side(g_r, g_z, g_n * r), g_last


def gru_chain(g: Any, r: Any, z: Any, n: Any, h_n: Any, last: Any, more: Any = (0, 0, 0)) -> Any:
    """The chain rule through (1 - z) n + z h and n = tanh(x_n + r h_n); `more` adds to the cotangents of r, z and n."""
    g_z = (g * (last - n) + more[1]) * z * (1 - z)
    g_n = (g * (1 - z) + more[2]) * (1 - n * n)
    return (g_n * h_n + more[0]) * r * (1 - r), g_z, g_n, g * z


def lstm_gates_by_hand(x: Any, h: Any, w: Any, v: Any, b: Any, d: Any) -> Any:
    """`lstm_gates`, from other rows."""
    return squashed(mT(linear(x, w, b) + linear(h, v, d)))


def squashed(z: Any) -> Any:
    """`squash`, from other rows."""
    i, f, a, o = split_gates(z, z.shape[0] // 4)
    return concatenate(sigmoid(i), sigmoid(f), tanh(a), sigmoid(o), axis=0, sizes=(i.shape[0],) * 4)


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


lstm_gates = primitive("lstm_gates", lstm_gates_forward, joint=lstm_gates_vjps)
lstm_memory = primitive("lstm_memory", lstm_memory_forward, joint=lstm_memory_vjps)
lstm_hidden = primitive("lstm_hidden", lstm_hidden_forward, joint=lstm_hidden_vjps)
gru_cell = primitive("gru_cell", gru_cell_forward, joint=gru_cell_vjps)
COMPOSITION["lstm_gates"] = lstm_gates_by_hand
COMPOSITION["gru_cell"] = gru_cell_by_hand
COMPOSITION["lstm_memory"], COMPOSITION["lstm_hidden"] = lstm_memory_by_hand, lstm_hidden_by_hand
