"""Neurons, layers and networks of scalar Values, with micrograd's face.

A neuron is one node of the graph, `relu(w . x + b)` two: the fused row "dot" stands for the n
products and sums that it is composed of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .ops.fused import dot
from .random import Generator, default_generator
from .value import Value

__all__ = ["MLP", "Layer", "Module", "Neuron"]


class Module:
    """Something with parameters."""

    def parameters(self) -> list[Value]:
        """All weights and biases."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    """relu(w . x + b), or w . x + b with `nonlin=False`; weights start uniform in [-1, 1), the bias at 0."""

    def __init__(self, nin: int, nonlin: bool = True, generator: Generator | None = None) -> None:
        draw = (default_generator if generator is None else generator).numpy
        self.w = [Value(w) for w in draw.uniform(-1, 1, nin).tolist()]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Value:
        if len(x) != len(self.w):
            raise ValueError(f"Neuron: expected {len(self.w)} inputs, got {len(x)}")
        act: Any = dot(*self.w, *x, self.b)
        out: Value = act.relu() if self.nonlin else act
        return out

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side, all fed the same inputs; a single one gives its Value, several a list."""

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        return [p for n in self.neurons for p in n.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers one after another, ReLU between them and none after the last.

    >>> from tinygrad_edu.mlp import MLP
    >>> len(MLP(2, [16, 16, 1]).parameters())
    337
    """

    def __init__(self, nin: int, nouts: Sequence[int], generator: Generator | None = None) -> None:
        sizes = [nin, *nouts]
        self.layers = [
            Layer(a, b, nonlin=k < len(nouts) - 1, generator=generator)
            for k, (a, b) in enumerate(zip(sizes, nouts))
        ]

    def __call__(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = layer(x if isinstance(x, (list, tuple)) else [x])
        return x

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
