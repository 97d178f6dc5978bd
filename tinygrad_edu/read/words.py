"""Values in words: names, titles such as `v3 = v1 × v2`, and numbers that fit a box."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import Leaf, Node
from ..value import Value
from .replay import anchor

__all__ = [
    "alike",
    "amount",
    "extent",
    "name_all",
    "number",
    "operand",
    "plain",
    "summary",
    "title",
]

FEW = 6  # numbers that are written out
FIGURE_SPACE = "\u2007"


def name_all(things: Sequence[Any], names: Mapping[str, Any]) -> dict[int, str]:
    """A name for each: its own, or a count after w (a leaf Tensor), x (an array or leaf Value), c (a number), v."""
    given = {id(anchor(t)): name for name, t in names.items()}
    given.update((id(t), t.label) for t in things if isinstance(t, Value) and t.label)
    taken, counts = set(given.values()), Counter[str]()
    called = {}
    for t in things:
        name = given.get(id(t))
        if name is not None:
            called[id(t)] = plain(name)
            continue
        letter = _letter(t)
        while name is None or name in taken:
            counts[letter] += 1
            name = f"{letter}{counts[letter]}"
        called[id(t)] = name
    return called


def _letter(t: Any) -> str:
    if isinstance(t, Leaf):
        return "w"
    if isinstance(t, Node):
        return "v" if t.op is not None else "x"
    return "x" if t.ndim else "c"


def plain(text: Any, longest: int = 32) -> str:
    """One short line that XML can hold."""
    line = "".join(c if c.isprintable() else " " for c in str(text))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def title(t: Any, called: Mapping[int, str]) -> str:
    """Its name, and how it was made: `v3 = v1 × v2`."""
    name = called[id(t)]
    if not isinstance(t, Node) or t.op is None:
        return name
    symbol = t.op.symbol
    xs = [called[id(e)] if id(e) in called else operand(e) for e in t.edges]
    if symbol.startswith("[ ]"):  # reading at an index, and writing there
        place = place_text(t.params.get("ways", ()), t.params.get("index", ()))
        made_by = f"{xs[0]}{place}" if len(xs) == 1 else f"{xs[0]} with {place} = {xs[1]}"
    elif " " in symbol:
        made_by = symbol.format(*xs)
    elif len(xs) == 2 and not symbol[0].isalpha():
        made_by = f"{xs[0]} {symbol} {xs[1]}"
    elif len(xs) == 1 and not symbol[0].isalpha():
        made_by = symbol + xs[0]
    else:
        told = [words for key, value in t.params.items() if (words := setting(key, value, t))]
        made_by = f"{symbol}({', '.join([*xs[:3], *(['…'] if len(xs) > 3 else []), *told])})"
    return f"{name} = {made_by}"


def operand(e: Any) -> str:
    """A number as it stands in a formula."""
    if not isinstance(e, (bool, int, float, complex, np.generic)):
        return plain(e, 12)
    text = number(e)
    return f"({text})" if text.startswith("−") else text


def setting(key: str, value: Any, t: Node) -> str:
    """What else an operation was told, in few words; nothing where its shape says it."""
    if key in ("axis", "axes"):
        axes = value if isinstance(value, tuple) else (value,)
        whole = t.shape == () and len(axes) > 1
        return "" if whole or None in axes else "dim " + ", ".join(map(str, axes))
    if key == "shape" and isinstance(value, tuple):
        return "×".join(map(str, t.shape if -1 in value else value))
    return ""


def place_text(ways: Any, index: Any) -> str:
    """Where is read or written: an index, of the view that `ways` lead to if it is one."""
    steps = [
        f"[{index_text(params['index'])}]" if row.name == "getitem" else f".{row.name}()"
        for row, params in ways
    ]
    within = index_text(index)
    return "".join([*steps, f"[{within or '…'}]"] if within or not steps else steps)


def index_text(index: Any) -> str:
    """An index as it is written between brackets."""
    parts = []
    whole = index if isinstance(index, tuple) else (index,)
    for i in whole[:-1] if whole and whole[-1] is Ellipsis else whole:
        if isinstance(i, slice):
            ends = ["" if end is None else str(end) for end in (i.start, i.stop, i.step)]
            parts.append(":".join(ends[:2] if i.step is None else ends))
        else:
            parts.append(
                "…" if i is Ellipsis else "array" if isinstance(i, (np.ndarray, list)) else str(i)
            )
    return plain(", ".join(parts))


def number(value: Any) -> str:
    """Four digits and a true minus sign."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    text = str(value) if isinstance(value, (int, np.integer)) else f"{value:.4g}"
    return "0" if text == "-0" else text.replace("-", "−")


def summary(a: Any) -> list[str]:
    """Lines of numbers: all of a few, the mean and standard deviation of many."""
    if a.size > FEW:
        spread = a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)
        with np.errstate(invalid="ignore"):  # where some are infinite
            return [f"mean {number(spread.mean())}", f"std {number(spread.std())}"]
    if a.size < 2:
        return [number(value) for value in a.flat] or ["empty"]
    texts = alike(list(a.flat))
    wide = a.shape[-1]
    return [" ".join(texts[k : k + wide]) for k in range(0, a.size, wide)]


def extent(a: Any) -> str:
    """How large the numbers get, and how many are none: ±0.5, or ±2, 1 nan, 3 inf."""
    sizes = np.abs(a.astype(np.float64))
    finite = sizes[np.isfinite(sizes)]
    parts = [f"±{number(finite.max())}"] if finite.size else []
    counts = ("nan", np.isnan(sizes).sum()), ("inf", np.isinf(sizes).sum())
    return ", ".join([*parts, *(f"{count:,} {word}" for word, count in counts if count)])


def alike(values: list[Any]) -> list[str]:
    """Numbers with equally many decimals, padded to one width by spaces as wide as a digit."""
    texts = [number(value) for value in values]
    largest = max((abs(v) for v in values if v == v and abs(v) < math.inf), default=0)
    if any("." in text or "e" in text for text in texts) and 1e-3 <= largest < 1e4:
        decimals = max(0, 3 - math.floor(math.log10(largest)))
        texts = [f"{value:.{decimals}f}".replace("-", "−") for value in values]
    wide = max(map(len, texts))
    return [text.rjust(wide, FIGURE_SPACE) for text in texts]


def amount(value: float, unit: str) -> str:
    """A quantity with its unit: 1.5 kB, 32 µs."""
    if unit == "B":
        for prefix in ("", "k", "M", "G"):
            if value < 1000 or prefix == "G":
                return f"{value:.3g} {prefix}B"
            value /= 1000
    for scale, prefix in ((1.0, ""), (1e-3, "m"), (1e-6, "µ")):
        if value >= scale:
            return f"{value / scale:.3g} {prefix}{unit}"
    return f"{value * 1e9:.3g} n{unit}"
