"""Files go between the libraries: PyTorch's checkpoints are read here, ours with safetensors' library."""

from __future__ import annotations

import io
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")

KINDS = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32,
         torch.float64, torch.bfloat16]  # fmt: skip


def assert_same(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, torch.Tensor):
        wide = theirs.float() if theirs.dtype == torch.bfloat16 else theirs
        assert str(ours.dtype).split(".")[1] == str(wide.dtype).split(".")[1]
        np.testing.assert_array_equal(ours.detach().numpy(), wide.detach().numpy())
        assert ours.requires_grad == theirs.requires_grad
    elif isinstance(theirs, dict):
        assert type(ours) is type(theirs) and list(ours) == list(theirs)
        for key in theirs:
            assert_same(ours[key], theirs[key])
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            assert_same(a, b)
    else:
        assert ours == theirs


def test_pytorchs_checkpoints_are_read(tmp_path: Path) -> None:
    base = torch.arange(24.0).reshape(4, 6)
    state = {
        "kinds": [torch.arange(5).to(kind) for kind in KINDS],
        "views": (base, base.t(), base[1:3, ::2], base.flatten()[5]),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "empty": torch.empty(0, 3),
        "ordered": OrderedDict(a=1, b=None),
        "plain": {"lr": 0.1, 3: "three", "size": (1, [2])},
    }
    torch.save(state, tmp_path / "c.pt")
    ours = te.load(tmp_path / "c.pt")
    assert_same(ours, state)
    ours["views"][0][0, 0] = 7
    assert ours["views"][1][0, 0] == 7  # tensors of one storage share it
    buffer = io.BytesIO((tmp_path / "c.pt").read_bytes())
    assert_same(te.load(buffer), state)


def test_models_and_optimisers_move_here(tmp_path: Path) -> None:
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    optimizer = torch.optim.Adam(theirs.parameters(), 0.01)
    theirs(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    torch.save({"m": theirs.state_dict(), "o": optimizer.state_dict()}, tmp_path / "c.pt")
    saved = te.load(tmp_path / "c.pt")
    ours = te.nn.Sequential(te.nn.Linear(3, 4), te.nn.Tanh(), te.nn.Linear(4, 2))
    ours.load_state_dict(saved["m"])
    mine = te.optim.Adam(ours.parameters(), 0.01)
    mine.load_state_dict(saved["o"])
    for lib, model, opt in ((te, ours, mine), (torch, theirs, optimizer)):
        opt.zero_grad()
        model(lib.ones(2, 3)).sum().backward()
        opt.step()
    for a, b in zip(ours.parameters(), theirs.parameters()):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-5, atol=1e-7)


def test_whole_modules_are_refused_by_name(tmp_path: Path) -> None:
    import pickle

    torch.save(torch.nn.Linear(1, 1), tmp_path / "m.pt")
    with pytest.raises(pickle.UnpicklingError, match=r"torch\.nn\.modules\.linear\.Linear"):
        te.load(tmp_path / "m.pt")


def test_safetensors_library_reads_and_writes_the_same(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.torch")
    te.save({"a": te.arange(6).reshape(2, 3), "b.weight": te.ones(2)}, tmp_path / "ours")
    found = library.load_file(tmp_path / "ours")
    assert_same(te.load(tmp_path / "ours"), {k: found[k] for k in ("a", "b.weight")})
    state = {f"x{n}": torch.arange(5).to(kind) for n, kind in enumerate(KINDS)}
    library.save_file(state, tmp_path / "theirs", metadata={"format": "pt"})
    ours = te.load(tmp_path / "theirs")
    assert_same({k: ours[k] for k in state}, state)
