"""Recurrent layers one step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import functional as te
from ...creation import empty, zeros
from ...ops.recurrent import gru_cell, lstm_gates, lstm_hidden, lstm_memory
from ...primitive import raw
from .. import functional as F
from ..parameter import Parameter
from .linear import draw
from .module import Module

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "RNNCellBase"]


class RNNCellBase(Module):
    """What the cells share: W, W', b and b', uniform in [-1/sqrt(H), 1/sqrt(H)) at first.

    Example:
        >>> [name for name, _ in te.nn.GRUCell(2, 3).named_parameters()]
        ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        gates = num_chunks * hidden_size
        kind: Any = {"device": device, "dtype": dtype}
        self.weight_ih = Parameter(empty((gates, input_size), **kind))
        self.weight_hh = Parameter(empty((gates, hidden_size), **kind))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty(gates, **kind)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters afresh."""
        draw(self.parameters(), self.hidden_size)

    def _gates(self, input: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """W x + b and W' h + b'."""
        return (
            F.linear(input, self.weight_ih, self.bias_ih),
            F.linear(h, self.weight_hh, self.bias_hh),
        )

    def _batched(self, input: Tensor, *states: Tensor | None) -> list[Tensor]:
        """Input and states as (N, size), states that are not given 0."""
        for t in (input, *states):
            if t is not None and raw(t).ndim not in (1, 2):
                raise ValueError(
                    f"{self._get_name()}: Expected input and hx to be 1D or 2D, got {t.ndim}D instead"
                )
        xs = [input, *states]
        if raw(input).ndim == 1:
            xs = [t if t is None else te.unsqueeze(t, 0) for t in xs]
        n, size = raw(xs[0]).shape
        if size != self.input_size:
            raise RuntimeError(
                f"input has inconsistent input_size: got {size}, expected {self.input_size}"
            )
        shape = (n, self.hidden_size)
        for k, t in enumerate(xs):
            if t is None:
                xs[k] = zeros(shape, dtype=input.dtype)
            elif k and raw(t).shape != shape:
                raise RuntimeError(
                    f"{self._get_name()}: expected hidden states of shape {shape}, got {tuple(t.shape)}"
                )
        return xs  # type: ignore[return-value]

    def extra_repr(self) -> str:
        """The settings, as printed."""
        nonlinearity = getattr(self, "nonlinearity", "tanh")
        return (
            f"{self.input_size}, {self.hidden_size}"
            + ("" if self.bias else f", bias={self.bias}")
            + ("" if nonlinearity == "tanh" else f", nonlinearity={nonlinearity}")
        )


class RNNCell(RNNCellBase):
    """h' = tanh(W x + b + W' h + b'), or with ReLU for nonlinearity="relu".

    Shapes: `(N, input_size)` and `hx: (N, hidden_size)`, 0 unless given, both perhaps without N.

    Example:
        >>> te.nn.RNNCell(10, 20)(te.ones(3, 10)).shape
        tinygrad_edu.Size([3, 20])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The next hidden state."""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        x, h = self._batched(input, hx)
        from_x, from_h = self._gates(x, h)
        out = (te.tanh if self.nonlinearity == "tanh" else te.relu)(from_x + from_h)
        return out if input.ndim == 2 else te.squeeze(out, 0)


class GRUCell(RNNCellBase):
    """A step of `GRU`.

    Shapes: `(N, input_size)` and `hx: (N, hidden_size)`, 0 unless given, both perhaps without N.

    Example:
        >>> te.nn.GRUCell(10, 20)(te.ones(3, 10)).shape
        tinygrad_edu.Size([3, 20])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The next hidden state."""
        x, h = self._batched(input, hx)
        out = gru_cell(*self._gates(x, h), h)
        return out if input.ndim == 2 else te.squeeze(out, 0)


class LSTMCell(RNNCellBase):
    """A step of `LSTM`, without projection.

    Shapes: `(N, input_size)` and `hx`, a pair (h, c) of `(N, hidden_size)`, 0 unless given, all perhaps
    without N -> the next pair.

    Example:
        >>> h, c = te.nn.LSTMCell(10, 20)(te.ones(3, 10))
        >>> h.shape, c.shape
        (tinygrad_edu.Size([3, 20]), tinygrad_edu.Size([3, 20]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """The next hidden and cell state."""
        x, h, c = self._batched(input, *(hx or (None, None)))
        biases = self.bias_ih, self.bias_hh
        if self.bias_ih is None:
            biases = (zeros(4 * self.hidden_size, dtype=x.dtype),) * 2
        gates = lstm_gates(x, h, self.weight_ih, self.weight_hh, *biases)
        c = lstm_memory(gates, c)
        h = lstm_hidden(gates, c)
        return (h, c) if input.ndim == 2 else (h[0], c[0])
