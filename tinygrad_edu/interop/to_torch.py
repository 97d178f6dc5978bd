"""The way out: Tensors and modules as PyTorch's own, with the same numbers."""

from __future__ import annotations

import importlib
import inspect
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from .. import nn
from ..nn import Module
from ..nn.parameter import is_lazy
from ..tensor import Tensor

__all__ = ["to_torch"]

OURS = nn.__name__


def to_torch(x: Any) -> Any:
    """A Tensor or a module of `tinygrad_edu.nn` as PyTorch's, if PyTorch is installed.

    A Tensor without history becomes one on the same memory, a module a new one: made by the same
    constructors with the same settings, its weights copied, those shared shared, each in the mode and as
    trainable as here. Hooks stay behind.

    Raises TypeError for a module of a class of your own, whose code only you can move: write the class
    with PyTorch, and move its numbers by its state_dict, as the error shows.

    >>> model = te.nn.Sequential(te.nn.Linear(2, 3), te.nn.ReLU())
    >>> te.to_torch(model)  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """
    torch = _imported()
    if isinstance(x, Tensor):
        return torch.from_dlpack(x.detach()).requires_grad_(x.requires_grad)
    if not isinstance(x, Module):
        raise TypeError(f"to_torch: expected a Tensor or a Module, got {type(x).__name__}")
    theirs = _Builder(torch).build(x)
    _move_numbers(torch, x, theirs)
    for path, module in x.named_modules():
        theirs.get_submodule(path).training = module.training
    return theirs


def _imported() -> Any:
    try:
        torch: Any = importlib.import_module("torch")  # here alone, and only when asked for
    except ImportError:
        raise ImportError("to_torch: expected PyTorch to be installed; pip install torch") from None
    if torch.Tensor is Tensor:
        raise RuntimeError(
            "to_torch: expected PyTorch, but the name torch is bound to tinygrad_edu; call as_torch().restore() first"
        )
    return torch


class _Builder:
    """Builds PyTorch's modules after ours; of one that stands in several places, one."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.known: dict[int, Any] = {}

    def build(self, module: Module, path: str = "") -> Any:
        """A module of the same class, with the same settings."""
        if id(module) not in self.known:
            self.known[id(module)] = self._new(module, path)
        return self.known[id(module)]

    def _new(self, module: Module, path: str) -> Any:
        kind = type(module)
        theirs = getattr(self.torch.nn, kind.__name__, None)
        if not kind.__module__.startswith(OURS) or theirs is None:
            raise TypeError(
                f"to_torch: expected modules of {OURS}, got {kind.__name__} at {path or 'the top'!r}; write that "
                "class with torch.nn and move the numbers: theirs.load_state_dict("
                "{name: te.to_torch(t.detach()) for name, t in ours.state_dict().items()})"
            )
        if isinstance(module, CONTAINERS):
            parts = OrderedDict(
                (name, self.build(m, f"{path}.{name}".lstrip(".")))
                for name, m in module._modules.items()
            )
            return theirs(parts.values() if isinstance(module, nn.ModuleList) else parts)
        if isinstance(module, nn.ParameterList):
            return theirs([to_torch(p.detach()) for p in module])
        if isinstance(module, nn.ParameterDict):
            return theirs({name: self._parameter(p) for name, p in module.items()})
        settings = _settings(module, inspect.signature(theirs).parameters)
        return theirs(**{name: self._setting(x, f"{path}.{name}") for name, x in settings.items()})

    def _parameter(self, p: Tensor) -> Any:
        return self.torch.nn.Parameter(to_torch(p.detach()), p.requires_grad)

    def _setting(self, value: Any, path: str) -> Any:
        """An argument of a constructor as PyTorch's."""
        if isinstance(value, Module):
            return self.build(value, path.lstrip("."))
        if inspect.isroutine(value):
            raise TypeError(
                f"to_torch: expected settings that are numbers or names, got a function as {path.lstrip('.')!r}; "
                "make that module with torch.nn"
            )
        return to_torch(value.detach()) if isinstance(value, Tensor) else value


def _settings(module: Any, names: Iterable[str]) -> dict[str, Any]:
    """The arguments of a module's constructor: for the most part attributes of the same name."""
    found: dict[str, Any] = {}
    for name in names:
        if name in ("device", "dtype") or name.startswith("_") or not hasattr(module, name):
            continue
        value = getattr(module, name)
        found[name] = value is not None and value is not False if name == "bias" else value
    for kind in type(module).__mro__:
        if kind.__name__ in ELSEWHERE:
            return ELSEWHERE[kind.__name__](module, found)
    return found


def _recurrent(m: Any, found: dict[str, Any]) -> dict[str, Any]:
    names = ["input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout"]
    more = {"LSTM": ["proj_size"], "RNN": ["nonlinearity"]}.get(type(m).__name__, [])
    return {name: getattr(m, name) for name in [*names, "bidirectional", *more]}


def _layer(m: Any, found: dict[str, Any]) -> dict[str, Any]:
    activation = getattr(m.activation, "__name__", None)
    return {
        "d_model": m.self_attn.embed_dim,
        "nhead": m.self_attn.num_heads,
        "dim_feedforward": m.linear1.out_features,
        "dropout": m.dropout.p,
        "activation": activation if activation in ("relu", "gelu") else m.activation,
        "layer_norm_eps": m.norm1.eps,
        "batch_first": m.self_attn.batch_first,
        "norm_first": m.norm_first,
        "bias": m.linear1.bias is not None,
    }


CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
# constructors whose arguments the module keeps elsewhere: (module, those that were found) -> all
ELSEWHERE: dict[str, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {
    "RNNBase": _recurrent,
    "MultiheadAttention": lambda m, found: {
        **found,
        "bias": m.in_proj_bias is not None,
        "add_bias_kv": m.bias_k is not None,
    },
    "LinearCrossEntropyLoss": lambda m, found: {
        **found,
        "in_features": m.linear.in_features,
        "bias": m.linear.bias is not None,
    },
    "TransformerEncoderLayer": _layer,
    "TransformerDecoderLayer": _layer,
    "TransformerEncoder": lambda m, found: {
        **found,
        "encoder_layer": m.layers[0],
        "enable_nested_tensor": False,  # a short cut that we have not
    },
    "TransformerDecoder": lambda m, found: {**found, "decoder_layer": m.layers[0]},
    "Transformer": lambda m, found: {
        **found,
        "custom_encoder": m.encoder,
        "custom_decoder": m.decoder,
    },
    "AdaptiveLogSoftmaxWithLoss": lambda m, found: {**found, "cutoffs": m.cutoffs[:-1]},
    "PairwiseDistance": lambda m, found: {**found, "p": m.norm},
}


def _move_numbers(torch: Any, ours: Module, theirs: Any) -> None:
    """Give every parameter and buffer the numbers, dtype and `requires_grad` of ours; one tensor where we have one."""
    mine, other = (
        [dict(f(remove_duplicate=False)) for f in (module.named_parameters, module.named_buffers)]
        for module in (ours, theirs)
    )
    if [set(a) for a in mine] != [set(b) for b in other]:
        odd = sorted({*mine[0], *mine[1]} ^ {*other[0], *other[1]})
        raise TypeError(
            f"to_torch: expected the parameters and buffers of PyTorch's modules, got others too or fewer: {odd}"
        )
    moved: dict[int, Any] = {}
    for tensors in mine:
        for path, t in tensors.items():
            if is_lazy(t):
                continue
            if id(t) not in moved:
                copied = torch.from_dlpack(t.detach().clone())
                learned = tensors is mine[0]
                moved[id(t)] = torch.nn.Parameter(copied, t.requires_grad) if learned else copied
            at, _, name = path.rpartition(".")
            setattr(theirs.get_submodule(at), name, moved[id(t)])
