"""PyTorch's tensors and modules out of ours and the other way round."""

import inspect

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
nn = te.nn


# ---- tensors -----------------------------------------------------------------------------------------
def test_memory_is_shared_by_dlpack():
    ours, theirs = te.zeros(2, 3), torch.zeros(2, 3)
    torch.from_dlpack(ours).add_(1)
    te.from_dlpack(theirs).add_(1)
    torch.utils.dlpack.from_dlpack(te.utils.dlpack.to_dlpack(ours)).add_(1)
    assert ours.tolist() == [[2.0] * 3] * 2 and theirs.tolist() == [[1.0] * 3] * 2
    assert te.from_dlpack(torch.utils.dlpack.to_dlpack(theirs)).data_ptr() == theirs.data_ptr()


def test_both_refuse_to_share_what_requires_grad():
    for lib in (te, torch):
        with pytest.raises(BufferError, match="detach"):
            lib.ones(2, requires_grad=True).__dlpack__()
        with pytest.raises(BufferError):
            te.from_dlpack(torch.ones(2, dtype=torch.bfloat16))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32", "bool"])
def test_tensors_of_pytorch_are_data(dtype):
    theirs = torch.ones(2, 3, dtype=getattr(torch, dtype))
    copied, shared = te.tensor(theirs), te.as_tensor(theirs)
    assert copied.dtype is shared.dtype is getattr(te, dtype)
    assert shared.data_ptr() == theirs.data_ptr() != copied.data_ptr()
    assert te.tensor([theirs, theirs]).shape == (2, 2, 3)
    assert torch.tensor(copied).dtype is torch.as_tensor(copied).dtype is theirs.dtype


def test_learned_tensors_of_pytorch_are_data_without_history():
    assert not te.tensor(torch.ones(2, requires_grad=True)).requires_grad


# ---- modules -----------------------------------------------------------------------------------------
GIVEN = {
    "embed_dim": 4,
    "num_heads": 2,
    "d_model": 4,
    "nhead": 2,
    "num_layers": 1,
    "num_groups": 2,
    "n_classes": 8,
    "in_features": 64,
    "cutoffs": [2, 5],
    "unflattened_size": (2, 2),
    "min_val": -1.0,
    "max_val": 1.0,
    "lower": 0.1,
    "encoder_layer": nn.TransformerEncoderLayer(4, 2, 8, activation="gelu", norm_first=True),
    "decoder_layer": nn.TransformerDecoderLayer(4, 2, 8, bias=False),
    "modules": [nn.Linear(2, 2)],
}
KINDS = [
    name
    for name, kind in vars(torch.nn).items()
    if inspect.isclass(kind)
    and issubclass(kind, torch.nn.Module)
    and hasattr(nn, name)
    and name not in ("Module", "RNNBase", "RNNCellBase", "Container")
]


@pytest.mark.parametrize("name", KINDS)
def test_every_module_has_its_counterpart(name):
    if name in ("RNN", "LSTM", "GRU"):
        ours = getattr(nn, name)(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    elif name.startswith("FractionalMaxPool"):
        ours = getattr(nn, name)(2, output_size=2)
    else:
        needed = [
            p.name
            for p in inspect.signature(getattr(torch.nn, name)).parameters.values()
            if p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD
        ]
        ours = getattr(nn, name)(*(GIVEN.get(n, 4) for n in needed))
    theirs = te.to_torch(ours)
    assert type(theirs) is getattr(torch.nn, name)
    assert repr(theirs) == repr(ours)
    state, expected = theirs.state_dict(), ours.state_dict()
    assert list(state) == list(expected)
    for key, value in expected.items():
        if not nn.parameter.is_lazy(value):
            np.testing.assert_array_equal(state[key].numpy(), value.numpy())


def agree(model, *xs):
    model.eval()
    theirs, ours = te.to_torch(model)(*map(te.to_torch, xs)), model(*xs)
    np.testing.assert_allclose(theirs.detach().numpy(), ours.detach().numpy(), rtol=1e-4, atol=1e-5)


def test_networks_compute_the_same():
    image, sequence = te.randn(2, 1, 8, 8), te.randn(2, 5, 8)
    agree(
        nn.Sequential(
            nn.Conv2d(1, 4, 3, padding="same", bias=False),
            nn.BatchNorm2d(4),
            nn.PReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64, 5),
        ),
        image,
    )
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.2, "gelu", batch_first=True, norm_first=True)
    agree(nn.TransformerEncoder(layer, 2, nn.LayerNorm(8)), sequence)
    agree(nn.Transformer(8, 2, 1, 1, 16, batch_first=True), sequence, sequence)


def test_modes_frozen_and_shared_parameters_come_along():
    embedding, out = nn.Embedding(5, 4), nn.Linear(4, 5, bias=False)
    out.weight = embedding.weight
    act = nn.ReLU()
    model = nn.Sequential(embedding, act, nn.Dropout(), act, out).double()
    model[2].eval()
    model[0].weight.requires_grad_(False)
    theirs = te.to_torch(model)
    assert theirs[0].weight is theirs[-1].weight and theirs[1] is theirs[3]
    assert theirs.training and not theirs[2].training
    assert theirs[0].weight.dtype is torch.float64 and not theirs[0].weight.requires_grad


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)


def test_what_cannot_be_rebuilt_says_how_to_move_its_numbers():
    with pytest.raises(TypeError, match=r"got Own at '1'.*theirs.load_state_dict"):
        te.to_torch(nn.Sequential(nn.ReLU(), Own()))
    distance = nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: a)
    with pytest.raises(TypeError, match="a function as 'distance_function'"):
        te.to_torch(distance)
    with pytest.raises(TypeError, match="expected a Tensor or a Module, got list"):
        te.to_torch([1.0])
