"""PyTorch's names for other machines and other years, and programs run with `torch` bound to ours."""

import importlib
import multiprocessing
import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as te

SCRIPT = """
import sys
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim
from torch.autograd import Variable
from torch.utils.data import DataLoader, TensorDataset
from neighbour import width

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(0)
x = Variable(torch.FloatTensor([[0, 0], [0, 1], [1, 0], [1, 1]])).to(device)
y = x.sum(1).eq(1).long()
model = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, 2)).to(device)
optimizer = optim.Adam(model.parameters(), lr=0.1)
for epoch in range(100):
    for a, b in DataLoader(TensorDataset(x, y), batch_size=4):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(a), b)
        loss.backward()
        optimizer.step()
print("right", (model(x).argmax(1) == y).all().item(), __name__, *sys.argv[1:])
"""


@pytest.fixture
def script(tmp_path):
    (tmp_path / "xor.py").write_text(SCRIPT)
    (tmp_path / "neighbour.py").write_text("width = 8\n")
    return tmp_path / "xor.py"


def test_a_script_runs_unchanged(script):
    command = [sys.executable, "-m", "tinygrad_edu", "run", str(script), "--epochs", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "right True __main__ --epochs 3\n"


WORKERS = """
import sys
import torch
from torch.utils.data import DataLoader, Dataset

class Names(Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return torch.__name__

if __name__ == "__main__":
    for names in DataLoader(Names(), 2, num_workers=1, multiprocessing_context=sys.argv[1]):
        print(*names)
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_worker_processes_of_a_script_are_ours_too(method, tmp_path):
    (tmp_path / "workers.py").write_text(WORKERS)
    command = [sys.executable, "-m", "tinygrad_edu", "run", str(tmp_path / "workers.py"), method]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "tinygrad_edu tinygrad_edu\n" * 2


def test_what_a_script_raises_is_told_from_its_own_first_line(tmp_path):
    (tmp_path / "raises.py").write_text("import torch\ntorch.ones(2) @ torch.ones(3)\n")
    (tmp_path / "broken.py").write_text("def (\n")
    for name, first in (("raises.py", "Traceback"), ("broken.py", f'  File "{tmp_path}')):
        command = [sys.executable, "-m", "tinygrad_edu", "run", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1 and done.stderr.startswith(first)
        assert name in done.stderr.splitlines()[first == "Traceback"]
        assert "runpy" not in done.stderr and "__main__" not in done.stderr


def test_stopping_a_script_promises_nothing_about_its_files(tmp_path):
    (tmp_path / "stops.py").write_text("raise KeyboardInterrupt\n")
    command = [sys.executable, "-m", "tinygrad_edu", "run", str(tmp_path / "stops.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130 and done.stderr.strip() == "tinygrad-edu: stopped"


def test_a_missing_script_is_one_line(tmp_path):
    command = [sys.executable, "-m", "tinygrad_edu", "run", str(tmp_path / "none.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "none.py" in done.stderr


def test_what_a_script_prints_says_torch():
    things = te.ones(1, dtype=te.float64), te.float32, te.ones(2).shape, te.strided
    with te.as_torch():
        there = [repr(x) for x in things]
    assert there == [
        "tensor([1.], dtype=torch.float64)", "torch.float32", "torch.Size([2])", "torch.strided"
    ]  # fmt: skip
    assert [repr(x) for x in things] == [x.replace("torch.", "tinygrad_edu.") for x in there]


def test_torch_is_ours_inside_a_block_and_gone_after_it():
    if "torch" in sys.modules:
        pytest.skip("the real torch is imported")
    spec = te.nn.__spec__
    with te.as_torch():
        torch = importlib.import_module("torch")
        layers = importlib.import_module("torch.nn")
        assert torch is te and layers is te.nn
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("torch.no_such_thing")
    assert "torch" not in sys.modules and "torch.nn" not in sys.modules
    assert te.nn.__spec__ is spec


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("autograd.function", "Function"),
        ("autograd.functional", "jacobian"),
        ("autograd.variable", "Variable"),
        ("amp.grad_scaler", "GradScaler"),
        ("backends.cudnn", "benchmark"),
        ("cuda.amp", "autocast"),
        ("cuda.amp.autocast_mode", "custom_fwd"),
        ("distributions.normal", "Normal"),
        ("distributions.categorical", "Categorical"),
        ("distributions.multivariate_normal", "MultivariateNormal"),
        ("distributions.transformed_distribution", "TransformedDistribution"),
        ("distributions.transforms", "TanhTransform"),
        ("nn.attention", "sdpa_kernel"),
        ("nn.modules.activation", "MultiheadAttention"),
        ("nn.modules.activation", "Softmax"),
        ("nn.modules.container", "ParameterList"),
        ("nn.modules.loss", "CrossEntropyLoss"),
        ("nn.modules.rnn", "LSTMCell"),
        ("nn.modules.utils", "_pair"),
        ("nn.parallel", "DataParallel"),
        ("optim.adamw", "AdamW"),
        ("optim.optimizer", "required"),
        ("optim.rmsprop", "RMSprop"),
        ("utils.checkpoint", "checkpoint"),
    ],
)
def test_pytorchs_paths_to_what_stands_elsewhere_here(path, name):
    ours = importlib.import_module(f"tinygrad_edu.{path}")
    assert hasattr(ours, name)
    if "torch" not in sys.modules:
        with te.as_torch():
            assert importlib.import_module(f"torch.{path}") is ours


def test_bfloat16_is_named_but_not_held():
    assert te.ones(2).dtype not in (te.float16, te.bfloat16)
    with pytest.raises(TypeError, match="float32"):
        te.ones(2).to(te.bfloat16)


def test_a_real_torch_is_never_shadowed(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", np)
    with pytest.raises(RuntimeError, match="imported already"):
        te.as_torch()


@pytest.mark.parametrize(
    ("module", "name", "nearest"),
    [
        (te, "relux", "relu"),
        (te.nn, "Linaer", "Linear"),
        (te.nn.functional, "sofmax", "softmax"),
        (te.optim, "Adm", "Adam"),
        (te.nn.parallel, "DataParalel", "DataParallel"),
        (te.distributions, "Normall", "Normal"),
    ],
)
def test_a_name_that_is_not_there_names_the_nearest(module, name, nearest):
    with pytest.raises(AttributeError, match=f"mean '{nearest}'"):
        getattr(module, name)


def test_old_tensor_types():
    x = te.LongTensor([1, 2])
    assert (
        x.dtype == te.int64 and isinstance(x, te.LongTensor) and not isinstance(x, te.FloatTensor)
    )
    assert te.FloatTensor(2, 3).shape == (2, 3) and te.DoubleTensor(np.ones(2)).dtype == te.float64
    with pytest.raises(TypeError):
        te.FloatTensor(x)
    y = te.autograd.Variable(te.ones(2), requires_grad=True)
    assert y.is_leaf and y.requires_grad and isinstance(y, te.autograd.Variable)


def test_there_is_no_cuda():
    assert not te.cuda.is_available() and te.cuda.device_count() == 0
    assert not te.backends.cudnn.is_available()
    te.backends.cudnn.benchmark = True
    with pytest.raises(AssertionError, match="CPU"):
        te.cuda.synchronize()
    with pytest.raises(TypeError):
        te.cuda.FloatTensor([1.0])


@pytest.mark.parametrize("name", te.distributed.__all__)
def test_there_is_one_process(name):
    if name.startswith("is_"):
        assert not getattr(te.distributed, name)()
    else:
        with pytest.raises(RuntimeError, match=f"distributed.{name}: .* one process"):
            getattr(te.distributed, name)("gloo")


def test_a_model_is_not_of_several_processes():
    model = te.nn.Linear(2, 1)
    assert not isinstance(model, te.nn.parallel.DistributedDataParallel)
    with pytest.raises(RuntimeError, match="use the module as it is"):
        te.nn.parallel.DistributedDataParallel(model, device_ids=[0])


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        (te, "view_as_complex", "real and of imaginary parts"),
        (te, "sparse_coo_tensor", "dense"),
        (te, "jit", r"compile\(\)"),
        (te.cuda, "Event", "no CUDA"),
    ],
)
def test_a_name_outside_says_what_to_use(module, name, instead):
    with pytest.raises(AttributeError, match=instead):
        getattr(module, name)


@pytest.mark.parametrize(
    ("module", "instead"),
    [
        ("torch.profiler", "cProfile"),
        ("torch.fft", "NumPy"),
        ("torch.autograd.forward_ad", "func.jvp"),
        ("torchvision", "tinygrad_edu.datasets"),
    ],
)
def test_a_module_outside_says_what_to_use(module, instead):
    if "torch" in sys.modules or module in sys.modules:
        pytest.skip("the real torch is imported")
    with te.as_torch(), pytest.raises(ModuleNotFoundError, match=instead):
        importlib.import_module(module)


def test_mixed_precision_programs_run():
    model = te.nn.Linear(2, 1)
    optimizer, scaler = te.optim.SGD(model.parameters(), 0.1), te.amp.GradScaler()
    before = model.bias.item()
    with te.amp.autocast("cpu", dtype=te.float16):
        loss = model(te.ones(1, 2)).sum()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    assert model.bias.item() == pytest.approx(before - 0.1)


def test_limits_of_dtypes():
    assert te.finfo(te.float64).eps == np.finfo(float).eps and te.finfo().bits == 32
    assert te.iinfo(te.uint8).max == 255
    with pytest.raises(TypeError):
        te.iinfo(te.float32)
    with pytest.raises(TypeError):
        te.finfo(te.int32)
    assert te.can_cast(te.int32, te.float32) and not te.can_cast(te.float32, te.int32)
    assert te.promote_types(te.int64, te.float16) == te.float16
