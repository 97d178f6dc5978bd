"""Saving and loading: what goes in comes out, whole or not at all; damaged and hostile files are one clear error."""

import contextlib
import json
import os
import pickle
import stat
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import tinygrad_edu as te
from tinygrad_edu.io import FileError

DTYPES = [
    te.bool,
    te.uint8,
    te.int8,
    te.int16,
    te.int32,
    te.int64,
    te.float16,
    te.float32,
    te.float64,
]


def same(a, b):
    if isinstance(a, te.Tensor):
        return (
            a.dtype == b.dtype
            and a.requires_grad == b.requires_grad
            and np.array_equal(a.detach().numpy(), b.detach().numpy())
        )
    if isinstance(a, dict):
        return type(a) is type(b) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or a != a)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
TENSORS = st.builds(
    lambda d, shape: te.tensor(np.arange(int(np.prod(shape))).reshape(shape)).to(d),
    st.sampled_from(DTYPES),
    st.sampled_from([(), (0,), (3,), (2, 0), (2, 3)]),
)
STATES = st.recursive(
    PLAIN | TENSORS,
    lambda x: (
        st.lists(x, max_size=3)
        | st.lists(x, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), x, max_size=3)
        | st.dictionaries(st.text(max_size=3), x, max_size=3).map(OrderedDict)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(STATES)
def test_any_state_comes_back(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("io") / "state.pt"
    te.save(state, path)
    assert same(state, te.load(path))
    assert same(state, te.load(path, mmap=False))


def test_a_model_and_its_optimiser_go_on_after_loading(tmp_path):
    def trained(steps, saved=None):
        te.manual_seed(0)
        model = te.nn.Sequential(te.nn.Linear(3, 4), te.nn.Tanh(), te.nn.Linear(4, 1))
        optimizer = te.optim.Adam(model.parameters(), 0.01)
        if saved is not None:
            state = te.load(saved)
            model.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])
        for _ in range(steps):
            optimizer.zero_grad()
            model(te.ones(2, 3)).sum().backward()
            optimizer.step()
        return model, optimizer

    model, optimizer = trained(3)
    te.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, tmp_path / "c.pt")
    straight, resumed = trained(5)[0], trained(2, tmp_path / "c.pt")[0]
    assert same(dict(straight.state_dict()), dict(resumed.state_dict()))


def test_a_tensor_that_is_there_twice_is_one_tensor(tmp_path):
    x = te.arange(3)
    te.save([x, {"again": x}], tmp_path / "x")
    first, second = te.load(tmp_path / "x")
    assert first is second["again"]


def test_loaded_tensors_may_be_written_and_the_file_stays(tmp_path):
    te.save({"x": te.zeros(3)}, tmp_path / "x")
    te.load(tmp_path / "x")["x"].add_(1)
    assert te.load(tmp_path / "x")["x"].sum() == 0


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "x.pt"
    te.save({"x": te.zeros(3)}, path)
    with pytest.raises(TypeError, match="state_dict"):
        te.save({"model": te.nn.Linear(1, 1)}, path)

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        te.save({"x": te.ones(3)}, path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["x.pt"] and te.load(path)["x"].sum() == 0


def test_a_saved_file_has_ordinary_permissions(tmp_path):
    te.save(te.ones(2), tmp_path / "x")
    (tmp_path / "y").write_text("")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "y").stat().st_mode
    )


# ---- hostile safetensors -------------------------------------------------------------------------------
def packed(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


HOSTILE = {
    "empty": b"",
    "short": b"\x01\x00",
    "header beyond the file": (10**9).to_bytes(8, "little") + b"{}",
    "header of an exabyte": (2**62).to_bytes(8, "little") + b"{}",
    "no JSON": packed(b"{]"),
    "deep JSON": packed(b"[" * 100_000),
    "list": packed(b"[]"),
    "text for an entry": packed({"x": "no"}),
    "unknown dtype": packed({"x": entry("F8_E4M3")}, b"\0" * 8),
    "dtype of a list": packed({"x": {**entry(), "dtype": []}}, b"\0" * 8),
    "negative size": packed({"x": entry(shape=(-2,))}, b"\0" * 8),
    "size of text": packed({"x": entry(shape=("2",))}, b"\0" * 8),
    "true as a size": packed(b'{"x":{"dtype":"U8","shape":[true],"data_offsets":[0,1]}}', b"\0"),
    "huge size": packed({"x": entry(shape=(2**40, 2**40))}, b"\0" * 8),
    "beyond the end": packed({"x": entry(offsets=(8, 16))}, b"\0" * 8),
    "backwards": packed({"x": entry(offsets=(8, 0))}, b"\0" * 8),
    "overlap": packed({"x": entry(), "y": entry(offsets=(4, 12))}, b"\0" * 12),
    "hole": packed({"x": entry(), "y": entry(offsets=(12, 20))}, b"\0" * 20),
    "more at the end": packed({"x": entry()}, b"\0" * 9),
    "cut": packed({"x": entry()}, b"\0" * 7),
    "twice": packed(b'{"x":%s,"x":%s}' % ((json.dumps(entry(shape=(0,), offsets=(0, 0))).encode(),) * 2)),
    "metadata of numbers": packed({"__metadata__": {"a": 1}}),
    "structure without its tensor": packed({"__metadata__": {"tinygrad_edu": '{"tensor":"x"}'}}),
    "structure that is no JSON": packed({"__metadata__": {"tinygrad_edu": "{"}}),
    "structure of nothing": packed({"__metadata__": {"tinygrad_edu": "{}"}}),
    "unknown container": packed({"__metadata__": {"tinygrad_edu": '{"eval":["1"]}'}}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_one_clear_error(name, tmp_path):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(HOSTILE[name])
    for mapped in (True, False):
        with pytest.raises(FileError, match=r"bad\.safetensors"):
            te.load(path, mmap=mapped)


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_file_never_gives_another_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("io") / "x.pt"
    te.save({"a": te.ones(2), "b": [1, te.zeros(3)]}, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(FileError):
        te.load(path)


# ---- hostile checkpoints ----------------------------------------------------------------------------------
class Evil:
    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def checkpoint(path, pickled, **files):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for name, content in files.items():
            archive.writestr(f"archive/{name}", content)


@pytest.mark.parametrize("function", [os.system, eval, getattr, __import__])
def test_a_checkpoint_cannot_run_anything(function, tmp_path):
    path = tmp_path / "evil.pt"
    checkpoint(path, pickle.dumps({"w": Evil(function, "echo no")}, 2))
    with pytest.raises(pickle.UnpicklingError, match=function.__name__):
        te.load(path)
    with pytest.raises(pickle.UnpicklingError):
        te.load(path, weights_only=False)


def test_a_checkpoint_cannot_change_what_is_here(tmp_path):
    # BUILD with slot state would be setattr(Size, "numel", 3)
    stream = b"\x80\x02ctorch\nSize\n" + b"N}" + b"X\x05\x00\x00\x00numelK\x03s\x86b."
    checkpoint(tmp_path / "x.pt", stream)
    with pytest.raises(pickle.UnpicklingError):
        te.load(tmp_path / "x.pt")
    assert te.Size([2]).numel() == 2


@pytest.mark.parametrize("pickled", [b"", b"\x80\x02", b"not a pickle", pickle.dumps(3)[:-1]])
def test_damaged_checkpoints_are_one_clear_error(pickled, tmp_path):
    path = tmp_path / "bad.pt"
    checkpoint(path, pickled)
    with pytest.raises((FileError, pickle.UnpicklingError)):
        te.load(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(FileError, match=r"bad\.pt"):
        te.load(path)
