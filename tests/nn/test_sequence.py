"""Layers on sequences: what packing, masks and running statistics promise."""

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn.utils import rnn

LENGTHS = [3, 5, 1]


def sequences():
    te.manual_seed(0)
    return [te.randn(n, 4, dtype=te.float64) for n in LENGTHS]


@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_packed_sequences_give_what_each_gives_alone(layer):
    model = layer(4, 3, num_layers=2, bidirectional=True).double()
    xs = sequences()
    packed, last = model(rnn.pack_sequence(xs, enforce_sorted=False))
    lasts = last if isinstance(last, tuple) else (last,)
    for k, (x, out) in enumerate(zip(xs, rnn.unpack_sequence(packed))):
        alone, end = model(x)
        np.testing.assert_allclose(out.detach().numpy(), alone.detach().numpy(), atol=1e-12)
        for together, single in zip(lasts, end if isinstance(end, tuple) else (end,)):
            np.testing.assert_allclose(
                together[:, k].detach().numpy(), single.detach().numpy(), atol=1e-12
            )


def test_a_cell_in_a_loop_is_the_layer():
    layer, cell = nn.LSTM(4, 3).double(), nn.LSTMCell(4, 3).double()
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    x = te.randn(5, 2, 4, dtype=te.float64)
    out, (h, c) = layer(x)
    state = None
    for step, expected in zip(x, out):
        state = cell(step, state)
        np.testing.assert_allclose(state[0].detach().numpy(), expected.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(state[1].detach().numpy(), c[0].detach().numpy(), atol=1e-12)


def test_a_causal_mask_hides_the_future():
    model = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True).double()
    mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=te.float64)
    x = te.randn(1, 5, 8, dtype=te.float64, requires_grad=True)
    model(x, src_mask=mask, is_causal=True)[0, 2].sum().backward()
    seen = x.grad.abs().sum(-1)[0] > 0
    assert seen.tolist() == [True, True, True, False, False]


def test_a_query_that_sees_nothing_gets_zero_and_no_gradient():
    q = te.randn(2, 3, dtype=te.float64, requires_grad=True)
    seen = te.tensor([[True, True], [False, False]])
    out = nn.functional.scaled_dot_product_attention(q, q, q, attn_mask=seen)
    out.sum().backward()
    assert out[1].tolist() == [0.0, 0.0, 0.0]
    assert not te.isnan(q.grad).any()


def test_evaluation_uses_the_mean_of_all_batches_without_momentum():
    norm = nn.BatchNorm1d(2, momentum=None).double()
    batches = te.randn(3, 8, 2, dtype=te.float64)
    for batch in batches:
        norm(batch)
    assert int(norm.num_batches_tracked) == 3
    np.testing.assert_allclose(norm.running_mean.numpy(), batches.mean((0, 1)).numpy())
    np.testing.assert_allclose(norm.running_var.numpy(), batches.var(1).mean(0).numpy())


def test_padding_is_not_learned():
    table = nn.Embedding(4, 2, padding_idx=-1)
    table(te.tensor([0, 3, 3])).sum().backward()
    assert table.weight[3].tolist() == [0.0, 0.0]
    assert table.weight.grad.tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
