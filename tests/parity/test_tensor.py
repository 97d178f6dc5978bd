"""What a Tensor is besides its operations: each line does the same here and in PyTorch, or complains alike."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


def leaf(t: Any) -> Any:
    return t.tensor([1.0, 2.0, 3.0], requires_grad=True)


def set_attribute(name: str, make: Callable[[Any], Any], value: Callable[[Any], Any]) -> Any:
    def run(t: Any) -> Any:
        x = make(t)
        setattr(x, name, value(t))
        return getattr(x, name)

    return run


def after(x: Any, *calls: Any) -> Any:
    """x, after other things were done."""
    return x


LINES: dict[str, Callable[[Any], Any]] = {
    # truth, numbers, index
    "bool of one": lambda t: bool(t.tensor([[2.0]])),
    "bool of many": lambda t: bool(t.ones(2)),
    "bool of none": lambda t: bool(t.ones(0)),
    "float": lambda t: float(t.tensor([3])),
    "float of many": lambda t: float(t.ones(2)),
    "int": lambda t: int(t.tensor(3.7)),
    "int of inf": lambda t: int(t.tensor(float("inf"))),
    "index": lambda t: [10, 20, 30][t.tensor(1)],
    "index of a float": lambda t: [1, 2][t.tensor(1.0)],
    "index of a bool": lambda t: [1, 2][t.tensor(True)],
    "index of one in a list": lambda t: range(5)[t.tensor([2])],
    "complex": lambda t: complex(t.tensor(2.0)),
    "item": lambda t: t.tensor([[5]]).item(),
    "item of many": lambda t: t.ones(2).item(),
    "item of bool": lambda t: t.tensor(True).item(),
    "tolist": lambda t: t.tensor([[1, 2], [3, 4]]).tolist(),
    "tolist 0-d": lambda t: t.tensor(1.5).tolist(),
    # sequences
    "len": lambda t: len(t.ones(3, 2)),
    "len 0-d": lambda t: len(t.tensor(1)),
    "iterate": lambda t: [x.sum().item() for x in t.ones(3, 2)],
    "iterate 0-d": lambda t: list(t.tensor(1)),
    "unpack": lambda t: (lambda a, b: a + b)(*t.tensor([1.0, 2.0])),
    "reversed": lambda t: [x.item() for x in reversed(t.arange(3))],
    "in": lambda t: 2 in t.arange(3),
    "in with a tensor": lambda t: t.tensor(5) in t.arange(3),
    "in with text": lambda t: "a" in t.arange(3),
    "hash": lambda t: (lambda x: hash(x) == hash(x) and hash(x) != hash(x.clone()))(t.ones(2)),
    "in a dict": lambda t: (lambda x: {x: 1}[x])(t.ones(2)),
    "equal to None": lambda t: t.ones(2) == None,  # noqa: E711
    "unequal to text": lambda t: t.ones(2) != "a",
    "sum of a list": lambda t: sum([t.ones(2), t.ones(2)]),
    "max of tensors": lambda t: max(t.tensor(1.0), t.tensor(2.0)),
    # shape
    "size": lambda t: t.ones(2, 3).size(),
    "size of a dim": lambda t: t.ones(2, 3).size(-1),
    "size of no dim": lambda t: t.ones(2, 3).size(2),
    "shape is a tuple": lambda t: t.ones(2, 3).shape == (2, 3),
    "shape numel": lambda t: t.ones(2, 3).shape.numel(),
    "shape slice": lambda t: t.ones(2, 3, 4).shape[1:],
    "shape sum": lambda t: t.ones(2, 3).shape + (1,),
    "shape times": lambda t: t.ones(2, 3).shape * 2,
    "unpack shape": lambda t: (lambda a, b: a * b)(*t.ones(2, 3).shape),
    "size of list": lambda t: t.Size([2, 3]),
    "ndim": lambda t: (t.ones(2, 3).ndim, t.ones(2, 3).dim(), t.ones(2, 3).ndimension()),
    "numel": lambda t: (t.ones(2, 3).numel(), t.ones(2, 3).nelement()),
    "stride": lambda t: t.ones(2, 3).t().stride(),
    "stride of a dim": lambda t: t.ones(2, 3).stride(0),
    "contiguous": lambda t: (t.ones(2, 3).is_contiguous(), t.ones(2, 3).t().is_contiguous()),
    "storage offset": lambda t: t.arange(6)[2:].storage_offset(),
    "element size": lambda t: (t.ones(2).element_size(), t.ones(2).nbytes, t.ones(2).itemsize),
    "is float": lambda t: (t.ones(2).is_floating_point(), t.arange(2).is_floating_point()),
    "is complex": lambda t: t.ones(2).is_complex(),
    "is signed": lambda t: (t.ones(2).is_signed(), t.ones(2).byte().is_signed()),
    "same size": lambda t: t.ones(2).is_same_size(t.zeros(2)),
    "device": lambda t: str(t.ones(2).device),
    "is cuda": lambda t: (t.ones(2).is_cuda, t.ones(2).is_cpu, t.ones(2).is_sparse),
    "get device": lambda t: t.ones(2).get_device(),
    "layout": lambda t: (t.ones(2).layout == t.strided, isinstance(t.strided, t.layout)),
    "layout in words": lambda t: repr(t.ones(2).layout).rpartition(".")[2],
    "memory format": lambda t: (
        isinstance(t.channels_last, t.memory_format),
        repr(t.preserve_format).rpartition(".")[2],
    ),
    # types
    "type": lambda t: t.ones(2).type(),
    "type to": lambda t: t.ones(2).type("torch.LongTensor"),
    "type of dtype": lambda t: t.ones(2).type(t.float64),
    "type class": lambda t: t.ones(2).type(t.LongTensor),
    "type as": lambda t: t.ones(2).type_as(t.arange(2)),
    "to dtype": lambda t: t.ones(2).to(t.int64),
    "to integers from a graph": lambda t: [
        (y.requires_grad, y.is_leaf)
        for x in [t.ones(2, requires_grad=True)]
        for y in (x.long(), (x * 2).to(t.int8), x.bool(), x.type(t.uint8), x.half(), x.round().int()[0])
    ],
    "to device": lambda t: t.ones(2).to("cpu"),
    "to device and dtype": lambda t: t.ones(2).to("cpu", t.float64),
    "to other": lambda t: t.ones(2).to(t.arange(2)),
    "to same is self": lambda t: (lambda x: x.to(t.float32) is x)(t.ones(2)),
    "to copy": lambda t: (lambda x: x.to(t.float32, copy=True) is x)(t.ones(2)),
    "to keyword": lambda t: t.ones(2).to(dtype=t.int32, non_blocking=True),
    "to nonsense": lambda t: t.ones(2).to("nowhere"),
    "float is self": lambda t: (lambda x: x.float() is x)(t.ones(2)),
    "cpu is self": lambda t: (lambda x: x.cpu() is x)(t.ones(2)),
    "dtype printed": lambda t: str(t.ones(2).dtype).split(".")[1],
    "dtype flags": lambda t: (t.float32.is_floating_point, t.int8.is_signed, t.uint8.is_signed),
    "dtype itemsize": lambda t: (t.float64.itemsize, t.bool.itemsize),
    "legacy": lambda t: t.Tensor([1, 2]),
    "legacy sizes": lambda t: t.Tensor(2, 3).shape,
    "legacy of one": lambda t: t.Tensor(5).shape,
    "legacy of nothing": lambda t: t.Tensor(),
    "legacy of a float": lambda t: t.Tensor(2.5),
    "legacy of a tensor": lambda t: t.Tensor(t.ones(2)),
    "long of floats": lambda t: t.LongTensor([1, 2]),
    "new": lambda t: t.ones(2).new(3, 2).shape,
    "new of data": lambda t: t.arange(2).new([1, 2]),
    # gradients' attributes
    "requires_grad": lambda t: leaf(t).requires_grad,
    "requires_grad of ints": set_attribute("requires_grad", lambda t: t.arange(2), lambda t: True),
    "requires_grad off": set_attribute("requires_grad", leaf, lambda t: False),
    "requires_grad off inside": set_attribute("requires_grad", lambda t: leaf(t) * 2, lambda t: False),
    "is_leaf": lambda t: (leaf(t).is_leaf, (leaf(t) * 2).is_leaf, t.ones(2).is_leaf),
    "grad": lambda t: leaf(t).grad,
    "grad assigned": set_attribute("grad", leaf, lambda t: t.ones(3)),
    "grad of another shape": set_attribute("grad", leaf, lambda t: t.ones(2)),
    "grad of another dtype": set_attribute("grad", leaf, lambda t: t.ones(3, dtype=t.float64)),
    "grad of a list": set_attribute("grad", leaf, lambda t: [1.0]),
    "grad deleted": lambda t: (lambda x: after(x, delattr(x, "grad")).grad)(leaf(t)),
    "data": lambda t: (lambda x: (x.data.requires_grad, x.data.data_ptr() == x.data_ptr()))(leaf(t)),
    "data assigned": set_attribute("data", leaf, lambda t: t.zeros(5)),
    "data of a list": set_attribute("data", leaf, lambda t: [1.0]),
    "detach": lambda t: leaf(t).detach().requires_grad,
    "detach_": lambda t: (leaf(t) * 2).detach_().requires_grad,
    "numpy of a leaf": lambda t: leaf(t).numpy(),
    "numpy shares": lambda t: (lambda x: after(x, x.numpy().fill(3)).tolist())(t.ones(2)),
    "from_numpy shares": lambda t: (lambda a: after(t.from_numpy(a).fill_(3), a).tolist())(np.ones(2)),
    "from_numpy of a list": lambda t: t.from_numpy([1.0]),
    "as_tensor shares": lambda t: (lambda a: after(a, t.as_tensor(a).fill_(3)).tolist())(np.ones(2)),
    "tensor copies": lambda t: (lambda a: after(a, t.tensor(a).fill_(3)).tolist())(np.ones(2)),
    "asarray": lambda t: np.asarray(t.ones(2)).tolist(),
    "array of a leaf": lambda t: np.asarray(leaf(t)),
    "numpy function": lambda t: np.sum(t.ones(3).numpy()),
    "backward of many": lambda t: (leaf(t) * 2).backward(),
    "backward twice": lambda t: (lambda y: (y.backward(), y.backward()))((leaf(t) ** 2).sum()),
    "backward of a constant": lambda t: t.ones(1).backward(),
    "retain_grad": lambda t: (lambda y: after(y, y.retain_grad(), y.sum().backward()).grad)(leaf(t) * 2),
    "retain_grad of a constant": lambda t: t.ones(2).retain_grad(),
    "zero_": lambda t: t.ones(2).zero_(),
    "fill_ with a tensor": lambda t: t.ones(2).fill_(t.tensor(3)),
    "fill_ with a vector": lambda t: t.ones(2).fill_(t.ones(2)),
    "copy_": lambda t: t.ones(2, 2).copy_(t.tensor([1, 2])),
    "copy_ of a wrong shape": lambda t: t.ones(2).copy_(t.ones(3)),
    "leaf in place": lambda t: leaf(t).add_(1),
    "item assigned": lambda t: (lambda x: after(x, x.__setitem__(0, 5)))(t.ones(2)),
    "item of a leaf assigned": lambda t: leaf(t).__setitem__(0, 5),
    # copies
    "deepcopy": lambda t: copy.deepcopy(leaf(t)),
    "deepcopy of a result": lambda t: copy.deepcopy(leaf(t) * 2),
    "deepcopy keeps sharing": lambda t: (lambda x: (lambda a, b: a is b)(*copy.deepcopy([x, x])))(t.ones(2)),
    "copy": lambda t: (lambda x: copy.copy(x).data_ptr() == x.data_ptr())(t.ones(2)),
    "pickle": lambda t: pickle.loads(pickle.dumps(leaf(t))),
    "pickle keeps a parameter": lambda t: type(pickle.loads(pickle.dumps(t.nn.Parameter(t.ones(2))))).__name__,
    "attributes": lambda t: (lambda x: after(x, setattr(x, "mine", 3)).mine)(t.ones(2)),
    # formats
    "format": lambda t: f"{t.tensor(1.23456):.2f}",
    "format of ints": lambda t: f"{t.tensor(42):05d}",
    "format without a spec": lambda t: f"{t.tensor(2.5)} {t.tensor(3, requires_grad=False)} {t.ones(()).double()}",
    "format of many": lambda t: f"{t.ones(2):.2f}",
    "format of many without a spec": lambda t: f"{t.ones(2)}",
    "repr": lambda t: repr(t.tensor([1.5, float("nan"), 1e10])),
    "repr with grad": lambda t: repr(leaf(t)),
    "repr of ints": lambda t: repr(t.arange(3)),
    "repr of bools": lambda t: repr(t.ones(2).bool()),
    "repr of doubles": lambda t: repr(t.ones(2).double()),
    "repr of nothing": lambda t: repr(t.ones(0, 3)),
    "str": lambda t: str(t.tensor(3.0)),
    # operators with others
    "numpy scalar": lambda t: t.ones(2) * np.float64(2.5),
    "numpy scalar first": lambda t: np.float64(2.5) * t.ones(2),
    "matmul of a scalar": lambda t: t.ones(2) @ 3,
    "add text": lambda t: t.ones(2) + "a",
    "add None": lambda t: t.ones(2) + None,
    "add list": lambda t: t.ones(2) + [1, 2],
    "pow of tensors": lambda t: 2 ** t.arange(3),
    "floor division": lambda t: -7 // t.tensor([2, -2]),
    "modulo": lambda t: -7 % t.tensor([2, -2]),
    "divmod": lambda t: divmod(t.tensor(7), 2),
    "abs": lambda t: abs(t.tensor([-1.5])),
    "round": lambda t: round(t.tensor(2.567), 1),
    "invert": lambda t: ~t.tensor([True, False]),
    "invert floats": lambda t: ~t.ones(2),
    "and": lambda t: t.tensor([True, False]) & t.tensor([True, True]),
    "shift": lambda t: t.tensor([1, 2]) << 2,
    "minus bools": lambda t: t.tensor([True]) - t.tensor([True]),
    "negative bools": lambda t: -t.tensor([True]),
    "compare shapes": lambda t: t.ones(2) < t.ones(3),
    "is_tensor": lambda t: (t.is_tensor(t.ones(1)), t.is_tensor(1)),
    "result_type": lambda t: str(t.result_type(t.arange(2), 1.5)).split(".")[1],
    "finfo": lambda t: (t.finfo(t.float32).eps, t.finfo(t.float64).max, t.finfo(t.float16).bits),
    "iinfo": lambda t: (t.iinfo(t.int32).max, t.iinfo(t.uint8).min),
    "finfo of ints": lambda t: t.finfo(t.int32),
    "iinfo of floats": lambda t: t.iinfo(t.float32),
    "device of text": lambda t: str(t.device("cpu")),
    "device with index": lambda t: repr(t.device("cpu", 0)),
    "devices equal": lambda t: t.device("cpu") == t.device("cpu"),
    "device of nonsense": lambda t: t.device("nowhere"),
    "ravel and unravel": lambda t: t.ones(2, 3).ravel().shape,
    "apply_": lambda t: t.ones(2).apply_(lambda v: v + 1),
    "map_": lambda t: t.ones(2).map_(t.ones(2), lambda a, b: a + b),
    "expand and write": lambda t: t.ones(1).expand(3).add_(1),
    "set default dtype": lambda t: t.set_default_dtype(t.int32),
}  # fmt: skip


def outcome(line: Callable[[Any], Any], t: Any) -> Any:
    """What a line gives, in plain terms, or the type of its complaint."""
    try:
        return plain(line(t))
    except Exception as error:
        return type(error)


def plain(x: Any) -> Any:
    if isinstance(x, (te.Tensor, torch.Tensor)):
        kind = str(x.dtype).split(".")[1]
        return (
            kind,
            tuple(x.shape),
            x.requires_grad,
            x.is_leaf,
            np.round(x.detach().numpy(), 5).tolist(),
        )
    if isinstance(x, (te.Size, torch.Size)):
        return "Size", tuple(x)
    if isinstance(x, (tuple, list)):
        return [plain(v) for v in x]
    return x.replace("tinygrad_edu.", "torch.") if isinstance(x, str) else x


@pytest.mark.parametrize("name", LINES)
def test_line(name: str) -> None:
    ours, theirs = outcome(LINES[name], te), outcome(LINES[name], torch)
    assert repr(ours) == repr(theirs)
