"""Run the same program under tinygrad_edu and under PyTorch, and compare what comes out."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
Run = Callable[[Any], Any]
WARNINGS = {"UserWarning", "FutureWarning"}


class Numbers:
    """A tensor without its library: equal to another of its dtype, its shape and about its numbers."""

    def __init__(self, x: Any) -> None:
        self.kind, self.array = str(x.dtype).split(".")[1], x.detach().numpy().copy()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Numbers)
            and (self.kind, self.array.shape) == (other.kind, other.array.shape)
            and np.allclose(self.array, other.array, rtol=1e-5, atol=1e-6, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.kind} {self.array.tolist()}"


def plain(x: Any) -> Any:
    """A result without its library: errors as their type."""
    if isinstance(x, (te.Tensor, torch.Tensor)):
        return Numbers(x)
    if isinstance(x, Mapping):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, str):
        return x.replace("tinygrad_edu", "torch")
    return x if isinstance(x, (int, float, bool, type(None))) else type(x).__name__


def difference(ours: Any, theirs: Any, place: str = "") -> str:
    """Where two results first differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and list(ours) == list(theirs):
        pairs: Any = [(key, ours[key], theirs[key]) for key in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(k, a, b) for k, (a, b) in enumerate(zip(ours, theirs))]
    else:
        return f"at {place}: expected {theirs}, got {ours}"
    return next(difference(a, b, f"{place}[{key!r}]") for key, a, b in pairs if a != b)


def assert_same(run: Run) -> Any:
    """What `run(lib)` returns or raises, and the warnings, are those under PyTorch."""
    found = []
    for lib in (te, torch):
        lib.manual_seed(0)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            try:
                result = plain(run(lib))
            except Exception as error:
                result = type(error).__name__
        found.append((result, sorted({w.category.__name__ for w in seen} & WARNINGS)))
    (ours, our_warnings), (theirs, their_warnings) = found
    assert ours == theirs, difference(ours, theirs)
    assert our_warnings == their_warnings, f"expected {their_warnings}, got {our_warnings}"
    return ours


def filled(module: Any) -> Any:
    """A module whose parameters are the same numbers in both libraries."""
    for k, p in enumerate(module.parameters()):
        p.data.copy_(p.data.new_tensor(np.cos(k + np.arange(p.numel()) * 0.7)).reshape(p.shape))
    return module


def model(lib: Any) -> Any:
    nn = lib.nn
    return filled(
        nn.Sequential(
            OrderedDict(
                first=nn.Linear(3, 4),
                act=nn.Sequential(nn.Tanh(), nn.BatchNorm1d(4)),
                last=nn.Linear(4, 2, bias=False),
            )
        )
    )


def data(lib: Any, *shape: int, grad: bool = False) -> Any:
    x = lib.tensor(np.sin(np.arange(float(np.prod(shape)))).reshape(shape).astype(np.float32))
    return x.requires_grad_() if grad else x


def shared(lib: Any) -> Any:
    """The model with parts and tensors held twice, and buffers of all kinds."""
    m = model(lib)
    m.again = m.first
    m.act.twin = m.last.weight
    m.register_buffer("kept", lib.ones(1))
    m.register_buffer("left", lib.zeros(1), persistent=False)
    m.register_buffer("none", None)
    return m


def used(m: Any, x: Any) -> Any:
    """Output and gradients."""
    out = m(x)
    out = out[0] if isinstance(out, tuple) else out
    m.zero_grad()
    (out * out).sum().backward()
    return out, {name: p.grad for name, p in m.named_parameters()}
