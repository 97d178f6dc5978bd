"""How ONNX says the rows of the table."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..primitive import TABLE
from .program import Input, Step
from .writer import Writer

__all__ = ["ROWS"]

Rule: TypeAlias = Callable[..., str]
"""(writer, step, *names of operands) -> name of what comes of it"""


def renamed(kind: str, **attributes: Any) -> Rule:
    """A row that ONNX has under another name."""
    return lambda w, s, *xs: w(kind, *xs, **attributes)


def along(kind: str) -> Rule:
    """A reduction along axes."""
    return lambda w, s, x: w(kind, x, w.ints(*s.params["axis"]), keepdims=int(s.params["keepdims"]))


def linear(w: Writer, s: Step, x: str, weight: str, bias: str) -> str:
    """x @ weight.T + bias"""
    if s.arrays[0].ndim == 2:
        return w("Gemm", x, weight, bias, transB=1)
    return w("Add", w("MatMul", x, w("Transpose", weight, perm=[1, 0])), bias)


def standardize(w: Writer, s: Step, x: str) -> str:
    """(x - mean) / sqrt(variance + eps)"""
    axes = w.ints(*s.params["axis"])
    apart = w("Sub", x, w("ReduceMean", x, axes))
    variance = w("ReduceMean", w("Mul", apart, apart), axes)
    eps = w.number(s.params["eps"], s.array.dtype)
    return w("Div", apart, w("Sqrt", w("Add", variance, eps)))


def ndtr(w: Writer, s: Step, x: str) -> str:
    """(1 + erf(x / sqrt 2)) / 2"""
    number = s.array.dtype
    erf = w("Erf", w("Mul", x, w.number(math.sqrt(0.5), number)))
    return w("Mul", w("Add", erf, w.number(1, number)), w.number(0.5, number))


def gelu(w: Writer, s: Step, x: str) -> str:
    """x Phi(x)"""
    return w("Mul", x, ndtr(w, s, x))


def silu(w: Writer, s: Step, x: str) -> str:
    """x sigmoid(x)"""
    return w("Mul", x, w("Sigmoid", x))


def elu(w: Writer, s: Step, x: str) -> str:
    """max(x, 0) + alpha (e^(rate min(x, 0)) - 1)"""
    alpha, rate, number = s.params["alpha"], s.params["rate"], s.array.dtype
    if rate == 1:
        return w("Elu", x, alpha=float(alpha))
    below = w("Exp", w("Mul", w("Min", x, w.number(0, number)), w.number(rate, number)))
    below = w("Mul", w("Sub", below, w.number(1, number)), w.number(alpha, number))
    return w("Add", w("Relu", x), below)


def softplus(w: Writer, s: Step, x: str) -> str:
    """log(1 + e^x), and x above the threshold"""
    threshold = s.params["threshold"]
    out = w("Softplus", x)
    if threshold is None:
        return out
    return w("Where", w("Greater", x, w.number(threshold, s.array.dtype)), x, out)


def clamp(w: Writer, s: Step, x: str) -> str:
    """x, at least low and at most high"""
    low, high = (
        "" if s.params[k] is None else w.number(s.params[k], s.array.dtype) for k in ("low", "high")
    )
    return w("Clip", x, low, high)


def remainder(w: Writer, s: Step, x: str, y: str) -> str:
    """x - floor(x / y) y"""
    if s.array.dtype.kind in "iu":
        return w("Mod", x, y)
    return w("Sub", x, w("Mul", w("Floor", w("Div", x, y)), y))


# ---- windows ------------------------------------------------------------------------------------
def convolution(w: Writer, s: Step, x: str, weight: str, bias: str = "") -> str:
    """Windows times weights; what a negative padding cuts off, ONNX leaves over."""
    p = s.params
    before, after = zip(*p["padding"])
    return w(
        "Conv", x, weight, *([bias] if bias else []), pads=[*before, *(max(n, 0) for n in after)],
        strides=p["stride"], dilations=p["dilation"], group=p["groups"],
    )  # fmt: skip


def transposed_convolution(w: Writer, s: Step, x: str, weight: str) -> str:
    """Weights added up where the windows lie; a negative padding is more room after them."""
    p = s.params
    before, after = zip(*p["padding"])
    return w(
        "ConvTranspose", x, weight, pads=[*before, *(max(n, 0) for n in after)],
        output_padding=[max(-n, 0) for n in after],
        strides=p["stride"], dilations=p["dilation"], group=p["groups"],
    )  # fmt: skip


def pooled(kind: str, w: Writer, s: Step, x: str, **attributes: Any) -> str:
    """A pooling of (..., *L), which ONNX wants as (N, C, *L)."""
    size, shape = s.params["size"], s.arrays[0].shape
    flat = len(shape) != len(size) + 2
    if flat:
        x = w("Reshape", x, w.ints(1, -1, *shape[len(shape) - len(size) :]))
    out = w(kind, x, kernel_shape=size, strides=s.params["stride"], **attributes)
    return w("Reshape", out, w.ints(*s.array.shape)) if flat else out


def avg_pool(w: Writer, s: Step, x: str) -> str:
    """The sum of each window, divided by what the row says."""
    out = pooled("AveragePool", w, s, x)
    share = math.prod(s.params["size"]) / s.params["divisor"]
    return out if share == 1 else w("Mul", out, w.number(share, s.array.dtype))


def max_pool(w: Writer, s: Step, x: str) -> str:
    """The largest of each window."""
    return pooled("MaxPool", w, s, x, dilations=s.params["dilation"])


def pad(w: Writer, s: Step, x: str) -> str:
    """One number around it."""
    before, after = zip(*s.params["widths"])
    return w("Pad", x, w.ints(*before, *after), w.number(s.params["value"], s.array.dtype))


# ---- places -------------------------------------------------------------------------------------
def getitem(w: Writer, s: Step, x: str) -> str:
    """Slices first, then each index from the last axis to the first, then new axes."""
    index = list(s.params["index"])
    shape = s.arrays[0].shape
    if Ellipsis in [i for i in index if not isinstance(i, np.ndarray)]:
        at = next(k for k, i in enumerate(index) if i is Ellipsis)
        index[at : at + 1] = [slice(None)] * (len(shape) - sum(i is not None for i in index) + 1)
    taken = [i for i in index if i is not None]
    slices = {k: i for k, i in enumerate(taken) if isinstance(i, slice) and i != slice(None)}
    picks = {k: i for k, i in enumerate(taken) if not isinstance(i, slice)}
    several = sum(not isinstance(i, int) for i in picks.values())
    masks = any(isinstance(i, np.ndarray) and i.dtype == bool for i in picks.values())
    if several > 1 or (several and len(picks) > 1) or masks:
        return moved(w, s, x)
    if slices:
        bounds = [_bounds(i, shape[k]) for k, i in slices.items()]
        starts, stops, steps = (w.ints(*b) for b in zip(*bounds))
        x = w("Slice", x, starts, stops, w.ints(*slices), steps)
    for k, i in reversed(picks.items()):
        x = w("Gather", x, w.array(np.asarray(i)) if isinstance(i, int) else w.name(i), axis=k)
    new, place = [], 0
    for i in index:
        if i is None:
            new.append(place)
        place += 1 if i is None or isinstance(i, slice) else _depth(i, w)
    return w("Unsqueeze", x, w.ints(*new)) if new else x


def _bounds(i: slice, n: int) -> tuple[int, int, int]:
    """ONNX's start, end and step; an end that was left out stays open, whatever the size."""
    step = 1 if i.step is None else int(i.step)
    start, stop, _ = i.indices(n)
    far = np.iinfo(np.int64).max
    if step < 0:
        return start, (-far if stop < 0 else stop), step
    return start, (far if i.stop is None else stop), step


def _depth(i: Any, w: Writer) -> int:
    """How many axes an index makes of one."""
    return int(np.ndim(w.inputs[i.name] if isinstance(i, Input) else i))


def gather(w: Writer, s: Step, x: str) -> str:
    """x[i, index[i, j], ...] along one axis"""
    return w("GatherElements", x, w.name(s.params["index"]), axis=s.params["axis"])


def moved(w: Writer, s: Step, x: str) -> str:
    """Any row that only moves elements: where each came from, found by moving numbers."""
    if any(isinstance(i, Input) for i in s.params.get("index", ())):
        raise s.unsupported("expected an input as the only index")
    size, shape = s.arrays[0].size, s.arrays[0].shape
    places = TABLE[s.op].forward(np.arange(size).reshape(shape), **s.params)
    return w("Gather", w("Reshape", x, w.ints(-1)), w.array(np.ascontiguousarray(places)))


# fmt: off
ROWS: dict[str, Rule] = {
    **{name: renamed(name.capitalize()) for name in (
        "neg", "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sigmoid", "relu",
        "erf", "floor", "ceil", "round", "add", "sub", "mul", "div", "pow", "where",
    )},
    **{f"arc{name}": renamed(f"A{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "maximum": renamed("Max"), "minimum": renamed("Min"), "fmod": renamed("Mod", fmod=1), "remainder": remainder,
    "rsqrt": lambda w, s, x: w("Reciprocal", w("Sqrt", x)),
    "expm1": lambda w, s, x: w("Sub", w("Exp", x), w.number(1, s.array.dtype)),
    "log1p": lambda w, s, x: w("Log", w("Add", x, w.number(1, s.array.dtype))),
    "log2": lambda w, s, x: w("Div", w("Log", x), w.number(math.log(2), s.array.dtype)),
    "log10": lambda w, s, x: w("Div", w("Log", x), w.number(math.log(10), s.array.dtype)),
    "astype": lambda w, s, x: w("Cast", x, to=w.kind(s.params["dtype"])),
    "clamp": clamp, "hardtanh": clamp, "elu": elu, "softplus": softplus, "ndtr": ndtr,
    "gelu": gelu, "silu": silu,
    "leaky_relu": lambda w, s, x: w("LeakyRelu", x, alpha=float(s.params["slope"])),
    "matmul": renamed("MatMul"), "linear": linear,
    "einsum": lambda w, s, x, y: w("Einsum", x, y, equation="{},{}->{}".format(*s.params["subscripts"])),
    "softmax": lambda w, s, x: w("Softmax", x, axis=s.params["axis"]),
    "log_softmax": lambda w, s, x: w("LogSoftmax", x, axis=s.params["axis"]),
    "standardize": standardize,
    "sum": along("ReduceSum"), "prod": along("ReduceProd"), "amax": along("ReduceMax"), "amin": along("ReduceMin"),
    "logsumexp": along("ReduceLogSumExp"),
    "cumsum": lambda w, s, x: w("CumSum", x, w.array(np.asarray(s.params["axis"]))),
    "convolution": convolution, "transposed_convolution": transposed_convolution,
    "max_pool": max_pool, "avg_pool": avg_pool, "pad": pad,
    "reshape": lambda w, s, x: w("Reshape", x, w.ints(*s.params["shape"])),
    "permute": lambda w, s, x: w("Transpose", x, perm=s.params["axes"]),
    "concatenate": lambda w, s, *xs: w("Concat", *xs, axis=s.params["axis"]),
    "broadcast_to": lambda w, s, x: w("Expand", x, w.ints(*s.params["shape"])),
    "getitem": getitem, "gather": gather, "strided": moved, "unfold": moved, "flip": moved,
}
# fmt: on
