"""A module, run and written as an ONNX file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..files import replacing
from ..nn import Module
from ..primitive import raw, wrap
from ..tensor import Tensor
from .program import Input, OnnxExporterError, Program, Result, program_of, settled

__all__ = ["export"]

OPSET = 18
Axes = Mapping[str, Mapping[int, str] | Sequence[int]]


def export(
    model: Module,
    args: Any = (),
    f: Any = None,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    opset_version: int | None = None,
    dynamic_axes: Axes | None = None,
    export_params: bool = True,
    do_constant_folding: bool = True,
    verbose: bool | None = None,
    dynamo: bool = True,
) -> Any:
    """Write what a module computes, in eval mode, as an ONNX model; return the model.

    `args` are the Tensors it is run on, one or a tuple; `f` is a path or a file, None for neither.
    Sizes are those of `args` unless `dynamic_axes` says which may change, as `{"x": {0: "batch"}}` or
    `{"x": [0]}`. What depends on parameters alone is computed now. `do_constant_folding`, `verbose`
    and `dynamo` change nothing here.

    Raises OnnxExporterError, with the row and the module, for an operation that ONNX has not, and for
    numbers, shapes or branches that depend on the input and are not recorded.

    >>> import onnxruntime
    >>> model, x = te.nn.Sequential(te.nn.Linear(3, 2), te.nn.ReLU()), te.randn(5, 3)
    >>> proto = te.onnx.export(model, x, input_names=["x"], dynamic_axes={"x": {0: "batch"}})
    >>> (y,) = onnxruntime.InferenceSession(proto.SerializeToString()).run(None, {"x": x.numpy()})
    >>> te.allclose(te.from_numpy(y), model(x), atol=1e-6)
    True
    """
    if not isinstance(model, Module):
        raise TypeError(f"onnx.export: expected a Module, got {type(model).__name__}")
    if not export_params:
        raise OnnxExporterError("onnx.export: expected export_params=True, got False; leave it out")
    if opset_version is not None and opset_version != OPSET:
        warnings.warn(f"onnx.export: writes opset {OPSET}, not {opset_version}", stacklevel=2)
    args = tuple(args) if isinstance(args, (tuple, list)) else (args,)
    if not args or not all(isinstance(a, Tensor) for a in args):
        raise TypeError(
            f"onnx.export: expected args of Tensors, got {[type(a).__name__ for a in args]}; "
            "wrap a model that takes others in a Module that does not"
        )
    names = [*(input_names or ()), *("",) * len(args)][: len(args)]
    first = program_of(model, args, names)
    axes = {name: dict(_named(name, a)) for name, a in (dynamic_axes or {}).items()}
    others = [_other(raw(a), axes.get(name, {})) for name, a in zip(first.inputs, args)]
    second = program_of(model, others, list(first.inputs))
    written = _written(model, settled(first, second), second, output_names, axes)
    if hasattr(f, "write"):
        f.write(written.SerializeToString())
    elif f is not None:
        with replacing(f) as file:
            file.write(written.SerializeToString())
    return written


def _named(name: str, axes: Any) -> Mapping[int, str]:
    return axes if isinstance(axes, Mapping) else {k: f"{name}_{k}" for k in axes}


def _other(x: np.ndarray[Any, Any], longer: Mapping[int, str]) -> Tensor:
    """Other numbers of the same range, of the other sign if floats; one more along some axes."""
    if x.dtype.kind == "f":
        x = 0.25 - 1.5 * np.flip(x)
    elif x.dtype.kind == "b":
        x = ~x
    else:
        turned = x.ravel()[::-1].reshape(x.shape)
        x = turned if (turned != x).any() else np.where(x == 0, 1, 0).astype(x.dtype)
    for axis in longer:
        x = np.concatenate([x, x.take([0], axis)], axis)
    return wrap(np.array(x))


def _written(
    model: Module,
    program: Program,
    other: Program,
    output_names: Sequence[str] | None,
    axes: Mapping[str, Mapping[int, str]],
) -> Any:
    try:
        from onnx import helper
    except ImportError:
        raise ImportError(
            'onnx.export: expected the package onnx; pip install "tinygrad_edu[onnx]"'
        ) from None
    from .rows import ROWS
    from .writer import Writer

    named = {id(t.array): name for name, t in [*model.named_buffers(), *model.named_parameters()]}
    w = Writer(named, program.inputs)
    for step in program.steps:
        if step.op not in ROWS:
            raise step.unsupported("expected rows that ONNX has operators for")
        w.results.append(ROWS[step.op](w, step, *w.operands(step)))

    def info(name: str, here: Any, there: Any) -> Any:
        sizes = [
            n if n == m else axes.get(name, {}).get(k, f"{name}_{k}")
            for k, (n, m) in enumerate(zip(here.shape, there.shape))
        ]
        return helper.make_tensor_value_info(name, w.kind(here.dtype), sizes)

    given = list(output_names or ())
    names = [*given, *(f"output{k}" for k in range(len(given), len(program.outputs)))]
    inputs = [info(name, x, other.inputs[name]) for name, x in program.inputs.items()]
    outputs = []
    for name, (what, here), (_, there) in zip(names, program.outputs, other.outputs):
        if not isinstance(what, (Input, Result)) and not np.array_equal(here, there):
            raise OnnxExporterError(
                f"onnx.export: expected outputs that are recorded, got {name!r}, made of numbers that a "
                "comparison, an index or Python took out of the graph"
            )
        w.nodes.append(helper.make_node("Identity", [w.name(what)], [name], name=name))
        outputs.append(info(name, here, there))
    return w.model(inputs, outputs, OPSET)
