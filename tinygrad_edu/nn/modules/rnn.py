"""Recurrent layers, over whole sequences."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ... import functional as te
from ...creation import empty, zeros
from ...ops.recurrence import recurrence
from ...primitive import raw, wrap
from .. import functional as F
from ..parameter import Parameter
from ..utils.rnn import PackedSequence, lengths_of, pad_packed_sequence, places
from .linear import draw
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["GRU", "LSTM", "RNN", "RNNBase"]

GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "GRU": 3, "LSTM": 4}


class RNNBase(Module):
    """What RNN, GRU and LSTM share: layers of one or two directions, each with its weights.

    weight_ih_l0, ...   (gates H, input): from the input, or from the layer below
    weight_hh_l0, ...   (gates H, H): from the last hidden state
    bias_ih_l0, ...     (gates H,), as bias_hh_l0, ...: unless bias=False
    weight_hr_l0, ...   (proj_size, H): of an LSTM whose hidden states are projected
    Those of the direction from the end end in "_reverse".

    Example:
        >>> [name for name, _ in te.nn.GRU(2, 3).named_parameters()]
        ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0']
    """

    states: ClassVar[int] = 1

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check_settings(
            mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size
        )
        self.mode, self.input_size, self.hidden_size = mode, input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional = float(dropout), bidirectional
        self.proj_size = proj_size
        gates, out = GATES[mode] * hidden_size, proj_size or hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (), "weight_hh": (gates, out)}
        if bias:
            shapes |= {"bias_ih": (gates,), "bias_hh": (gates,)}
        if proj_size:
            shapes["weight_hr"] = (proj_size, hidden_size)
        for layer in range(num_layers):
            below = out * (1 + bidirectional) if layer else input_size
            for suffix in self._suffixes(layer):
                for name, shape in (shapes | {"weight_ih": (gates, below)}).items():
                    t = Parameter(empty(shape, device=device, dtype=dtype))
                    self.register_parameter(name + suffix, t)
        self.reset_parameters()

    def _suffixes(self, layer: int) -> list[str]:
        """What the names of a layer's parameters end in, by direction."""
        return [f"_l{layer}", f"_l{layer}_reverse"][: 1 + self.bidirectional]

    def reset_parameters(self) -> None:
        """Draw all parameters afresh."""
        draw(self.parameters(), self.hidden_size)

    def flatten_parameters(self) -> None:
        """Does nothing: it is for memory on a GPU."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters by layer and direction."""
        kinds = ["weight_ih", "weight_hh", *["bias_ih", "bias_hh"] * self.bias]
        kinds += ["weight_hr"] * (self.proj_size > 0)
        suffixes = [s for layer in range(self.num_layers) for s in self._suffixes(layer)]
        return [[getattr(self, kind + suffix) for kind in kinds] for suffix in suffixes]

    # ---- forward -----------------------------------------------------------------------------
    def _run(self, input: Any, hx: tuple[Tensor, ...] | None) -> tuple[Any, tuple[Tensor, ...]]:
        """The outputs and last states, shaped as the input is: packed, batched or neither."""
        if isinstance(input, PackedSequence):
            sizes, order = raw(input.batch_sizes), input.sorted_indices
            padded = pad_packed_sequence(PackedSequence(input.data, input.batch_sizes))[0]
            if hx is not None and order is not None:
                hx = tuple(h[:, order] for h in hx)
            out, last = self._layers(padded, hx, lengths_of(sizes))
            step, sequence = places(sizes)
            if order is not None:
                last = tuple(h[:, input.unsorted_indices] for h in last)
            return PackedSequence(out[wrap(step), wrap(sequence)], *input[1:]), last
        name = self._get_name()
        if input.ndim not in (2, 3):
            raise ValueError(f"{name}: Expected input to be 2D or 3D, got {input.ndim}D instead")
        for h in hx or ():
            if h.ndim != input.ndim:
                raise RuntimeError(
                    f"For {'un' * (input.ndim == 2)}batched {input.ndim}-D input, hx should also be "
                    f"{input.ndim}-D but got {h.ndim}-D tensor"
                )
        if input.ndim == 2:
            hx = hx and tuple(te.unsqueeze(h, 1) for h in hx)
            out, last = self._layers(te.unsqueeze(input, 1), hx, None)
            return te.squeeze(out, 1), tuple(te.squeeze(h, 1) for h in last)
        if not self.batch_first:
            return self._layers(input, hx, None)
        out, last = self._layers(te.transpose(input, 0, 1), hx, None)
        return te.transpose(out, 0, 1), last

    def _layers(
        self, x: Tensor, hx: tuple[Tensor, ...] | None, lengths: Any
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """(T, N, input) and the states (layers, N, H) through all layers and directions."""
        if x.dtype != self.weight_ih_l0.dtype:
            raise ValueError(
                f"RNN input dtype ({x.dtype}) does not match weight dtype ({self.weight_ih_l0.dtype}). "
                f"Convert input: input.to({self.weight_ih_l0.dtype}), or convert model: model.to({x.dtype})"
            )
        if x.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {x.shape[-1]}"
            )
        count = self.num_layers * (1 + self.bidirectional)
        widths = (self.proj_size or self.hidden_size, self.hidden_size)[: self.states]
        shapes = [(count, x.shape[1], width) for width in widths]
        if hx is None:
            hx = tuple(zeros(shape, dtype=x.dtype) for shape in shapes)
        for k, (h, shape) in enumerate(zip(hx, shapes)):
            if h.shape != shape:
                which = f"hidden[{k}]" if self.states > 1 else "hidden"
                raise RuntimeError(f"Expected {which} size {shape}, got {list(h.shape)}")
        last: list[tuple[Tensor, ...]] = []
        for layer in range(self.num_layers):
            if layer and self.training and self.dropout:
                x = F.dropout(x, self.dropout)
            outs = []
            for suffix in self._suffixes(layer):
                start = tuple(h[len(last)] for h in hx)
                turned = suffix.endswith("reverse")
                out, end = self._over_time(
                    _reversed(x, lengths) if turned else x, start, suffix, lengths
                )
                outs.append(_reversed(out, lengths) if turned else out)
                last.append(end)
            x = te.cat(outs, -1) if self.bidirectional else outs[0]
        return x, tuple(te.stack(states) for states in zip(*last))

    def _over_time(
        self, x: Tensor, start: tuple[Tensor, ...], suffix: str, lengths: Any
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """One layer in one direction: the hidden states (T, N, H), and the last states (N, H)."""
        weight, bias = getattr(self, "weight_hh" + suffix), getattr(self, "bias_hh" + suffix, None)
        bias_ih, project = (getattr(self, k + suffix, None) for k in ("bias_ih", "weight_hr"))
        gates = F.linear(x, getattr(self, "weight_ih" + suffix), bias_ih)
        if project is not None:  # W (P h) = (W P) h, but the first h comes projected
            first = gates[:1] + F.linear(start[0], weight)
            gates, weight = te.cat([first, gates[1:]]), te.matmul(weight, project)
            start = (zeros(start[1].shape, dtype=x.dtype), *start[1:])
        if bias is None:
            bias = zeros(weight.shape[0], dtype=x.dtype)
        cell = self.mode.lower().removeprefix("rnn_")
        states = recurrence(gates, te.stack(start), weight, bias, cell=cell)  # (T, states, N, H)
        if lengths is None:
            end = states[-1]
        else:
            end = te.transpose(states[wrap(lengths - 1), :, wrap(np.arange(len(lengths)))], 0, 1)
        hidden = states[
            :, 0
        ].clone()  # memory of its own, that may be viewed in any shape and written to
        last = tuple(end[k] for k in range(self.states))
        if project is not None:
            hidden, last = F.linear(hidden, project), (F.linear(last[0], project), *last[1:])
        return hidden, last

    def extra_repr(self) -> str:
        """The settings, as printed."""
        usual = {
            "proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0, "bidirectional": False,
        }  # fmt: skip
        told = [f"{k}={getattr(self, k)}" for k, v in usual.items() if getattr(self, k) != v]
        return ", ".join([str(self.input_size), str(self.hidden_size), *told])


def _check_settings(
    mode: str,
    input_size: Any,
    hidden_size: Any,
    num_layers: int,
    bias: Any,
    batch_first: Any,
    dropout: Any,
    proj_size: int,
) -> None:
    if mode not in GATES:
        raise ValueError("Unrecognized RNN mode: " + mode)
    if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
            f"num_layers greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )
    kinds = {"bias": bool, "batch_first": bool, "input_size": int, "hidden_size": int}
    for (name, kind), value in zip(kinds.items(), (bias, batch_first, input_size, hidden_size)):
        if not isinstance(value, kind):
            raise TypeError(
                f"{name} should be of type {kind.__name__}, got: {type(value).__name__}"
            )
    sizes = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}
    for name, size in sizes.items():
        if size <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if not 0 <= proj_size < hidden_size:
        raise ValueError(
            "proj_size should be a positive integer smaller than hidden_size, or zero to disable projections"
        )


def _reversed(x: Tensor, lengths: Any) -> Tensor:
    """(T, N, *) with time turned round, for each sequence within its length."""
    if lengths is None:
        return te.flip(x, (0,))
    step = np.arange(x.shape[0])[:, None]
    turned = np.where(step < lengths, lengths - 1 - step, step)
    return x[wrap(turned), wrap(np.arange(len(lengths)))]


class RNN(RNNBase):
    """h' = tanh(W x + b + W' h + b') over time, or with ReLU for nonlinearity="relu".

    Shapes: `input: (T, N, input_size)` (N first with `batch_first`, or missing) or a PackedSequence,
    `hx: (layers directions, N, H)`, 0 unless given -> `(T, N, directions H)` and the last `hx`.
    Raises RuntimeError or ValueError for others.  `dropout` falls between layers, in training.

    Example:
        >>> out, h = te.nn.RNN(10, 20, 2)(te.ones(5, 3, 10))
        >>> out.shape, h.shape
        (tinygrad_edu.Size([5, 3, 20]), tinygrad_edu.Size([2, 3, 20]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        super().__init__(
            f"RNN_{nonlinearity.upper()}", input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, 0, device, dtype,
        )  # fmt: skip
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        """(outputs, last hidden states)"""
        out, (h,) = self._run(input, None if hx is None else (hx,))
        return out, h


class GRU(RNNBase):
    """h' = (1 - z) n + z h over time, with gates r, z = s(W x + b + W' h + b') and
    n = tanh(W x + b + r (W' h + b')).

    Shapes and errors as for `RNN`; the weights hold r, z and n, in this order.
    Source: Cho et al. 2014; r stands outside of W' h, as in cuDNN.

    Example:
        >>> out, h = te.nn.GRU(10, 20, bidirectional=True)(te.ones(5, 3, 10))
        >>> out.shape, h.shape
        (tinygrad_edu.Size([5, 3, 40]), tinygrad_edu.Size([2, 3, 20]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        )  # fmt: skip

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        """(outputs, last hidden states)"""
        out, (h,) = self._run(input, None if hx is None else (hx,))
        return out, h


class LSTM(RNNBase):
    """c' = f c + i a and h' = o tanh(c') over time, with gates i, f, o = s(W x + b + W' h + b') and
    a = tanh of the same; with `proj_size` h' is then projected, to that size.

    Shapes and errors as for `RNN`, but the states are a pair (h, c); the weights hold i, f, a and o, in
    this order.  Source: Hochreiter and Schmidhuber 1997; Sak et al. 2014 for the projection.

    Example:
        >>> out, (h, c) = te.nn.LSTM(10, 20, batch_first=True, proj_size=5)(te.ones(3, 7, 10))
        >>> out.shape, h.shape, c.shape
        (tinygrad_edu.Size([3, 7, 5]), tinygrad_edu.Size([1, 3, 5]), tinygrad_edu.Size([1, 3, 20]))
    """

    states = 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size,
            device, dtype,
        )  # fmt: skip

    def forward(
        self, input: Any, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Any, tuple[Tensor, ...]]:
        """(outputs, (last hidden states, last cell states))"""
        return self._run(input, hx)
