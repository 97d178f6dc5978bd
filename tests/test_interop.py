"""Living with others: arrays, DLPack, einops, pandas and scikit-learn."""

import doctest
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as te

dlpack = te.utils.dlpack


# ---- DLPack ------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.int64, np.uint8, np.bool_])
def test_memory_is_shared_both_ways(dtype):
    array = np.ones((2, 3), dtype)
    x = te.from_dlpack(array)
    assert np.shares_memory(x.numpy(), array) and x.numpy().dtype == dtype
    assert np.shares_memory(np.from_dlpack(x.T), array)
    array[0, 0] = 0
    assert x[0, 0].item() == 0
    x[1, 1] = 0
    assert array[1, 1] == 0


def test_a_capsule_is_taken_and_written_but_not_one_of_the_old_kind():
    x = te.arange(3.0)
    y = dlpack.from_dlpack(dlpack.to_dlpack(x))
    y.add_(1)
    assert x.tolist() == [1, 2, 3]
    with pytest.raises(RuntimeError, match="read-only; clone"):
        dlpack.from_dlpack(x.numpy().__dlpack__()).add_(1)


def test_memory_that_cannot_be_written_stays_so():
    array = np.arange(3.0)
    array.flags.writeable = False
    x = te.from_dlpack(array)
    with pytest.raises(RuntimeError, match="read-only; clone"):
        x.add_(1)
    assert not np.from_dlpack(x).flags.writeable
    with pytest.raises(BufferError, match="readonly"):
        dlpack.to_dlpack(x)
    assert te.from_dlpack(array, copy=True).add_(1).tolist() == [1, 2, 3] and array[0] == 0


def test_what_cannot_be_shared_is_an_error():
    with pytest.raises(BufferError, match="use tensor.detach"):
        np.from_dlpack(te.ones(2, requires_grad=True))
    with pytest.raises(TypeError, match="expected an object with __dlpack__, got list"):
        te.from_dlpack([1.0])
    with pytest.raises(RuntimeError, match="CPU only"):
        te.from_dlpack(np.ones(2), device="cuda")
    with pytest.raises(TypeError, match="dtype"):
        te.from_dlpack(np.ones(2, np.uint16))


# ---- arrays of other libraries ---------------------------------------------------------------------
class Foreign:
    """An array of another library."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return self.array


def test_whatever_has_an_array_is_data():
    array = np.ones(2, np.float64)
    assert te.tensor(Foreign(array)).dtype is te.float64
    assert not np.shares_memory(te.tensor(Foreign(array)).numpy(), array)
    assert np.shares_memory(te.as_tensor(Foreign(array)).numpy(), array)
    assert te.tensor([Foreign(array), Foreign(array)]).shape == (2, 2)


def test_frames_and_series_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    assert te.tensor(frame).tolist() == te.tensor(frame.values).tolist() == [[1, 3], [2, 4]]
    assert te.tensor(frame).dtype is te.float64 and te.tensor(frame["b"]).dtype is te.int64
    assert te.tensor(frame.values, dtype=te.float32).dtype is te.float32
    assert pandas.DataFrame(te.ones(2, 2)).shape == (2, 2)
    assert pandas.Series(te.arange(3)).sum() == 3
    with pytest.raises(TypeError, match="expected numbers or bools, got DataFrame of object"):
        te.tensor(pandas.DataFrame({"a": ["x"]}))


def test_scikit_learn_takes_tensors():
    sklearn = pytest.importorskip("sklearn")
    metrics = pytest.importorskip("sklearn.metrics")
    linear = pytest.importorskip("sklearn.linear_model")
    assert sklearn.__version__
    truth = te.tensor([1, 0, 1, 1])
    assert metrics.accuracy_score(truth, te.tensor([1, 1, 1, 1])) == 0.75
    x = te.arange(4.0)[:, None]
    fitted = linear.LinearRegression().fit(x, 2 * x[:, 0])
    assert te.allclose(te.tensor(fitted.predict(x)).float(), 2 * x[:, 0])


# ---- einops ----------------------------------------------------------------------------------------
@pytest.fixture
def einops():
    return pytest.importorskip("einops")


def test_einops_is_imported_only_by_programs_that_use_it():
    code = "import sys, tinygrad_edu; assert 'einops' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("first", ["einops", "tinygrad_edu"])
def test_either_may_be_imported_first(einops, first):
    second = {"einops": "tinygrad_edu", "tinygrad_edu": "einops"}[first]
    code = f"import {first}, {second}; print(einops.rearrange(tinygrad_edu.ones(2, 3), 'a b -> b a').shape)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "tinygrad_edu.Size([3, 2])"


@pytest.mark.parametrize(
    "operation",
    [
        lambda e, x: e.rearrange(x, "a (b c) d -> c a (d b)", b=2),
        lambda e, x: e.rearrange([x, x], "k a b c -> a b (k c)"),
        lambda e, x: e.repeat(x, "a b c -> a (b r) c s", r=2, s=3),
        lambda e, x: e.einsum(x, x, "a b c, a d c -> a b d"),
        lambda e, x: e.pack([x, x[:, :, 0]], "a * c" if x.ndim == 2 else "a *")[0],
        lambda e, x: e.unpack(e.pack([x, x], "a * c")[0], [[4], [4]], "a * c")[1],
        *(
            lambda e, x, op=op: e.reduce(x, "a b c -> b", op)
            for op in ("sum", "mean", "max", "min", "prod")
        ),
    ],
)
def test_einops_does_to_tensors_what_it_does_to_arrays(einops, operation):
    array = np.random.default_rng(0).normal(size=(2, 4, 3))
    x = te.tensor(array, requires_grad=True)
    out = operation(einops, x)
    np.testing.assert_allclose(out.detach().numpy(), operation(einops, array), rtol=1e-12)
    out.sum().backward()
    assert x.grad is not None


def test_layers_of_einops_learn(einops):
    from tinygrad_edu.interop.einops_layers import EinMix, Rearrange, Reduce

    model = te.nn.Sequential(
        Rearrange("n (h p) w -> n h (p w)", p=2),
        EinMix("n h d -> n h e", weight_shape="d e", bias_shape="e", d=6, e=5),
        Reduce("n h e -> n e", "max"),
    )
    model(te.randn(7, 4, 3)).sum().backward()
    assert {n: p.grad.shape for n, p in model.named_parameters()} == {
        "1.weight": (6, 5),
        "1.bias": (1, 1, 5),
    }
    assert "EinMix('n h d -> n h e', 'd e', 'e', d=6, e=5)" in str(model)


def test_einops_own_layers_work_where_torch_is_ours(einops):
    code = """
import tinygrad_edu as te
with te.as_torch():
    import torch
    from einops import rearrange, reduce
    from einops.layers.torch import EinMix, Rearrange, Reduce
    x = torch.ones(2, 3, 4)
    mix = EinMix("a b c -> a b d", weight_shape="c d", bias_shape="d", c=4, d=5)
    model = torch.nn.Sequential(mix, Rearrange("a b d -> a (b d)"), Reduce("a f -> a", "mean"))
    model(x).sum().backward()
    print(type(model(x)) is te.Tensor, rearrange(x, "a b c -> c b a").shape == (4, 3, 2))
    print(mix.bias.grad.shape == (1, 1, 5))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True"] * 3


def test_torch_that_is_ours_is_not_exported_to():
    code = """
import tinygrad_edu as te
with te.as_torch():
    te.to_torch(te.ones(2))
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "RuntimeError: to_torch: expected PyTorch, but the name torch is bound" in done.stderr


# ---- the page --------------------------------------------------------------------------------------
@pytest.mark.filterwarnings("default")
def test_the_examples_of_the_page_run():
    for name in ("pandas", "sklearn", "einops", "onnx", "onnxruntime"):
        pytest.importorskip(name)
    page = Path(__file__).parent.parent / "docs" / "interop.md"
    assert doctest.testfile(str(page), module_relative=False).failed == 0


def test_numpys_own_functions_take_tensors_without_history():
    x = te.arange(6.0).view(2, 3)
    assert np.shape(x) == (2, 3) and np.array_equal([x, x], np.stack([x.numpy()] * 2))
    assert np.linalg.norm(x) == pytest.approx(55**0.5) and isinstance(np.mean(x), te.Tensor)
    with pytest.raises(RuntimeError, match="requires grad"):
        np.linalg.norm(x.requires_grad_())
