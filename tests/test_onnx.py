"""ONNX: what is exported computes the same under onnxruntime; what cannot be is an error that names the place."""

import io

import numpy as np
import pytest

import tinygrad_edu as te

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
nn, F = te.nn, te.nn.functional


def run(exported, *xs):
    session = onnxruntime.InferenceSession(exported.SerializeToString())
    names = [i.name for i in session.get_inputs()]
    return session.run(None, {name: x.numpy() for name, x in zip(names, xs)})


def agree(model, *xs, dynamic=True):
    """The model and its export, at the sizes it was traced at and, along axis 0, at others."""
    te.manual_seed(0)
    model.eval()
    names = [f"x{k}" for k in range(len(xs))]
    axes = {name: {0: "batch"} for name in names} if dynamic else None
    exported = te.onnx.export(model, xs, input_names=names, dynamic_axes=axes)
    for given in (xs, [te.cat([x, x, x]) for x in xs])[: 1 + dynamic]:
        expected = model(*given)
        for ours, theirs in zip(
            expected if isinstance(expected, tuple) else (expected,), run(exported, *given)
        ):
            np.testing.assert_allclose(theirs, ours.detach().numpy(), rtol=1e-4, atol=1e-5)
    return exported


IMAGES = [
    nn.Conv2d(4, 8, 3, padding=1, groups=2),
    nn.Conv2d(4, 4, 3, stride=2, dilation=2),
    nn.Conv2d(4, 4, 2, padding="same", bias=False),
    nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect"),
    nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1),
    nn.BatchNorm2d(4),
    nn.BatchNorm2d(4, affine=False),
    nn.InstanceNorm2d(4, affine=True),
    nn.GroupNorm(2, 4),
    nn.LayerNorm([8, 8]),
    nn.RMSNorm(8),
    nn.MaxPool2d(3, 2, 1),
    nn.MaxPool2d(3, 2, ceil_mode=True),
    nn.AvgPool2d(3, 2, 1),
    nn.AvgPool2d(3, 2, 1, count_include_pad=False),
    nn.AdaptiveAvgPool2d(1),
    nn.AdaptiveAvgPool2d(3),
    nn.Upsample(scale_factor=2),
    nn.Upsample(scale_factor=2, mode="bilinear"),
    nn.PixelShuffle(2),
    nn.ZeroPad2d((1, 0, 2, 1)),
    nn.Flatten(),
    nn.Linear(8, 3),
    nn.Linear(8, 3, bias=False),
]
ACTIVATIONS = [
    nn.ReLU(), nn.LeakyReLU(0.1), nn.ELU(0.5), nn.CELU(2.0), nn.SELU(), nn.GELU(), nn.GELU("tanh"), nn.SiLU(),
    nn.Mish(), nn.Sigmoid(), nn.LogSigmoid(), nn.Tanh(), nn.Tanhshrink(), nn.Softplus(2, 1), nn.Softsign(),
    nn.Hardtanh(), nn.ReLU6(), nn.Hardswish(), nn.Hardsigmoid(), nn.Softmax(1), nn.LogSoftmax(1), nn.GLU(1),
    nn.Dropout(), nn.Identity(),
]  # fmt: skip


@pytest.mark.parametrize("module", IMAGES + ACTIVATIONS, ids=repr)
def test_layers_agree_at_any_size_of_batch(module):
    te.manual_seed(0)
    agree(module, te.randn(2, 4, 8, 8))


def test_sizes_are_those_of_the_arguments_unless_named():
    exported = agree(nn.LocalResponseNorm(2), te.randn(2, 4, 8, 8), dynamic=False)
    sizes = exported.graph.input[0].type.tensor_type.shape.dim
    assert [d.dim_value for d in sizes] == [2, 4, 8, 8]


def test_a_convolutional_network_keeps_the_names_of_its_parameters():
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10)
    )  # fmt: skip
    exported = agree(model, te.randn(2, 1, 8, 8))
    names = {t.name for t in exported.graph.initializer}
    assert {"0.weight", "0.bias", "5.weight", "5.bias"} <= names
    assert [n.op_type for n in exported.graph.node if n.op_type in ("Conv", "Gemm")] == ["Conv", "Gemm"]  # fmt: skip


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(10, 8), nn.Parameter(te.randn(5, 8))
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.blocks = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(8, 10, bias=False)

    def forward(self, tokens):
        return self.head(self.blocks(self.tokens(tokens) + self.places)[:, -1])


def test_a_transformer_over_tokens():
    model = Classifier().requires_grad_(False)
    agree(model, te.randint(0, 10, (2, 5)))
    assert not any(p.requires_grad for p in model.parameters())


class Several(nn.Module):
    def forward(self, q, k):
        attention = F.scaled_dot_product_attention(q, k, k, is_causal=True)
        return attention, q[:, None, -1], k[..., ::2], te.cat([q, k], 1).mean(1), k[:, [0, 2]]


def test_several_inputs_and_outputs():
    exported = agree(Several(), te.randn(2, 5, 8), te.randn(2, 5, 8))
    assert [o.name for o in exported.graph.output] == [f"output{k}" for k in range(5)]


def test_it_is_written_to_paths_and_files_and_the_mode_stays(tmp_path):
    model = nn.Sequential(nn.Dropout(), nn.Linear(2, 2)).train()
    file = io.BytesIO()
    exported = te.onnx.export(model, te.ones(1, 2), file, output_names=["y"])
    te.onnx.export(model, (te.ones(1, 2),), tmp_path / "model.onnx")
    assert onnx.load_model_from_string(file.getvalue()) == exported
    onnx.checker.check_model(str(tmp_path / "model.onnx"))
    assert model.training and model[0].training
    assert [v.name for v in (*exported.graph.input, *exported.graph.output)] == ["input", "y"]


class Branching(nn.Module):
    def forward(self, x):
        return x * 2 if x.sum() > 0 else x + 1


class Leaving(nn.Module):
    def forward(self, x):
        return x * float(x.sum())


class Choosing(nn.Module):
    def forward(self, x):
        return x.argmax(1)


class Shifted(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(10, 2)

    def forward(self, x):
        return self.tokens(x + 1)


@pytest.mark.parametrize(
    ("model", "x", "message"),
    [
        (nn.Sequential(nn.Sequential(nn.GRU(2, 4))), te.ones(5, 2, 2), r"'recurrence' in 0\.0 \(GRU\)"),
        (nn.Hardshrink(), te.randn(4, 4), "'where' in Hardshrink"),
        (Branching(), te.ones(2, 2), "same operations whatever the input.*in Branching"),
        (Leaving(), te.ones(2, 2), "one depends on the input.*'mul' in Leaving"),
        (Choosing(), te.eye(3), "outputs that are recorded, got 'output0'"),
        (Shifted(), te.tensor([1, 2, 3]), "outputs that are recorded, got 'output0'"),
    ],
)  # fmt: skip
def test_what_a_graph_does_not_show_is_an_error_that_names_the_place(model, x, message):
    with pytest.raises(te.onnx.OnnxExporterError, match=message):
        te.onnx.export(model, x)


def test_a_size_that_is_a_constant_cannot_change():
    class Positions(nn.Module):
        def forward(self, x):
            return x + te.arange(x.shape[1])

    te.onnx.export(Positions(), te.ones(2, 3))
    with pytest.raises(te.onnx.OnnxExporterError, match="a size among dynamic_axes"):
        te.onnx.export(Positions(), te.ones(2, 3), input_names=["x"], dynamic_axes={"x": [1]})


def test_other_arguments_are_errors():
    with pytest.raises(TypeError, match="expected a Module"):
        te.onnx.export(te.relu, te.ones(2))
    with pytest.raises(TypeError, match=r"expected args of Tensors, got \['int'\]"):
        te.onnx.export(nn.ReLU(), 3)
    with pytest.warns(UserWarning, match="opset 18, not 11"):
        te.onnx.export(nn.ReLU(), te.ones(2), opset_version=11)
