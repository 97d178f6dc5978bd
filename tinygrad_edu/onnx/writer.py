"""An ONNX graph while it is written: nodes, and constants by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .program import Input, Result, Step

__all__ = ["Writer"]


class Writer:
    """Calling it adds an operator and returns the name of what comes of it.

    named   parameters and buffers by the id of their array: these constants keep their names
    inputs  the arrays of the inputs, by name
    """

    def __init__(
        self, named: Mapping[int, str], inputs: Mapping[str, np.ndarray[Any, Any]]
    ) -> None:
        self.named, self.inputs = named, inputs
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self.results: list[str] = []  # of each step

    def __call__(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def kind(self, dtype: Any) -> int:
        """ONNX's number for a dtype."""
        return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def array(self, array: np.ndarray[Any, Any]) -> str:
        """The name of a constant."""
        name = self.named.get(id(array)) or f"constant_{len(self.constants)}"
        if name not in self.constants:
            whole = np.ascontiguousarray(array).reshape(array.shape)
            self.constants[name] = numpy_helper.from_array(whole, name)
        return name

    def number(self, x: Any, dtype: Any) -> str:
        """The name of a constant with no dimensions."""
        return self.array(np.asarray(x, dtype))

    def ints(self, *numbers: Any) -> str:
        """The name of a constant that is a list of whole numbers."""
        return self.array(np.array(numbers, np.int64))

    def name(self, x: Any, dtype: Any = None) -> str:
        """The name of an input, of a step's result or of a constant; a Python number becomes one of a dtype."""
        if isinstance(x, Input):
            return x.name
        if isinstance(x, Result):
            return self.results[x.step]
        return self.array(x) if isinstance(x, np.ndarray) else self.number(x, dtype)

    def operands(self, step: Step) -> list[str]:
        """The names of a step's operands; an optional one that is None is left out."""
        kinds = [a.dtype for a in step.arrays if isinstance(a, np.ndarray) and a.dtype != bool]
        kind = kinds[0] if kinds else step.array.dtype
        return [self.name(x, kind) for x in step.operands if x is not None]

    def model(self, inputs: list[Any], outputs: list[Any], opset: int) -> Any:
        """The finished model, checked."""
        graph = helper.make_graph(
            self.nodes, "main", inputs, outputs, list(self.constants.values())
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="tinygrad_edu", ir_version=8
        )  # fmt: skip
        onnx.checker.check_model(model, full_check=True)
        return model
