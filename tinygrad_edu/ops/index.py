"""Rows that read and write at indices; reading and adding are each other's adjoints.

An index is a tuple of ints, slices, None, Ellipsis, integer arrays and boolean masks, as NumPy
takes it.  Where it names an element twice, reading's adjoint adds both contributions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive, raw

Index = tuple[Any, ...]


def is_basic(index: Index) -> bool:
    """Whether an index selects by position alone, so that reading gives a view."""
    return not any(isinstance(i, (np.ndarray, list)) for i in index)


def index_add_forward(y: Any, index: Index, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with y added at the index."""
    out = np.zeros(shape, y.dtype)
    if names_once(index):
        out[index] = y
    else:
        add_at(out, index, y)
    return out


def names_once(index: Index) -> bool:
    """Whether an index names no element twice, whatever it is used on."""
    return all(i.dtype == bool for i in index if isinstance(i, np.ndarray))


def add_at(out: Any, index: Index, y: Any) -> None:
    """out[index] += y, each y where the index names an element more than once."""
    if names_once(index):
        out[index] += y
    elif len(index) == 1 and out.ndim > 1 and y.size > MANY:
        add_rows(out, index[0].reshape(-1), y.reshape(-1, *out.shape[1:]))
    else:
        np.add.at(out, index, y)


MANY = 1 << 14  # elements from which a faster way is worth its preparation


def add_rows(out: Any, index: Any, y: Any) -> None:
    """out[index[k]] += y[k] for all k: what goes to one place brought together, then added up.

    For 768 rows of 64 numbers this takes a fifth of the time of `np.add.at`.
    """
    index = np.where(index < 0, index + len(out), index)
    order = np.argsort(index, kind="stable")
    places, starts = np.unique(index[order], return_index=True)
    out[places] += np.add.reduceat(y[order], starts, axis=0)


class Placed:
    """What reading at an index gives back: zeros, and `part` at that index, not made until they are asked for.

    So T slices of one array cost a backward pass one array, not T.
    """

    __slots__ = ("index", "part", "shape")

    def __init__(self, part: Any, index: Index, shape: tuple[int, ...]) -> None:
        self.part, self.index, self.shape = part, index, shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        whole = index_add_forward(self.part, self.index, self.shape)
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def add_to(self, total: Any) -> None:
        """Add it to an array in place."""
        add_at(total, self.index, self.part)


def whole(g: Any) -> Any:
    """A contribution as the array that it is."""
    return np.asarray(g) if isinstance(g, Placed) else g


def getitem_vjp(g: Any, out: Any, x: Any, index: Index) -> Any:
    """g at the index, 0 elsewhere"""
    if isinstance(g, np.ndarray):
        return Placed(g, index, x.shape)
    return index_add(g, index=index, shape=x.shape)


def at(axis: int, i: Any) -> Index:
    """The index that picks `i` along one axis and everything along the others."""
    return (*(slice(None),) * axis, i, ...)


def along(index: Any, axis: int) -> Index:
    """The index that picks `index[i, j, k]` along one axis and its own position along the others."""
    return tuple(
        index if k == axis else np.arange(n).reshape([-1 if i == k else 1 for i in range(index.ndim)])
        for k, n in enumerate(index.shape)
    )


def scatter_add_forward(y: Any, axis: int, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with y[i, j, k] added at [i, index[i, j, k], k] (here axis 1)."""
    out = np.zeros(shape, y.dtype)
    np.add.at(out, along(index, axis), y)
    return out


def region(x: Any, ways: Any) -> Any:
    """What the (row, params) of a view see of x, array or Tensor."""
    for row, params in ways:
        x = row.apply(x, **params)
    return x


def replace_forward(x: Any, y: Any, ways: Any, index: Index) -> Any:
    """A copy of x with what a view of it sees at the index replaced by y."""
    out = np.array(x)
    region(out, ways)[index] = y
    return out


def replace_vjp_y(g: Any, out: Any, x: Any, y: Any, ways: Any, index: Index) -> Any:
    """What was written, read back; an element written twice keeps only its last writer."""
    seen = getitem(region(g, ways), index=index)
    if not is_basic(index):
        writer = np.zeros(region(g, ways).shape, np.intp)
        turn = np.arange(raw(seen).size).reshape(seen.shape)
        writer[index] = turn
        seen = seen * (writer[index] == turn)
    surplus = len(y.shape) - len(seen.shape)  # leading dimensions of size 1
    return getitem(seen, index=(*(None,) * surplus, ...)) if surplus > 0 else seen


# fmt: off
getitem = primitive("getitem", lambda x, index: x[index], getitem_vjp, source="{0}[{index}]", symbol="[ ]", view=True)
index_add = primitive("index_add", index_add_forward, lambda g, out, y, index, shape: getitem(g, index=index))
gather = primitive("gather", lambda x, axis, index: x[along(index, axis)],
                   lambda g, out, x, axis, index: scatter_add(g, axis=axis, index=index, shape=x.shape))
scatter_add = primitive("scatter_add", scatter_add_forward, lambda g, out, y, axis, index, shape: gather(g, axis=axis, index=index))
replace = primitive("replace", replace_forward, lambda g, out, x, y, ways, index: replace(g, 0.0, ways=ways, index=index), replace_vjp_y,
                    symbol="[ ] =")
# fmt: on
