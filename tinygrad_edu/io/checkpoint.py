"""PyTorch's checkpoints: a zip archive with a pickle of the objects and a file for each tensor's memory.

    name/data.pkl       the objects; a tensor is `_rebuild_tensor_v2(storage, offset, size, stride, ...)`
    name/data/0, ...    the storages, that the pickle refers to as persistent objects
    name/byteorder      "little" or "big"

The pickle is read by an unpickler that knows a closed list of names, so that nothing it says can run.
Source: pytorch.org/docs/stable/notes/serialization.html.
"""

from __future__ import annotations

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np

from .. import dtypes
from ..device import device
from ..primitive import wrap
from ..tensor import Size
from .safetensors import FileError, bfloat16_as_float32

__all__ = ["is_checkpoint", "read_checkpoint"]

STORAGES = {
    "BoolStorage": np.bool_, "ByteStorage": np.uint8, "CharStorage": np.int8, "ShortStorage": np.int16,
    "IntStorage": np.int32, "LongStorage": np.int64, "HalfStorage": np.float16, "FloatStorage": np.float32,
    "DoubleStorage": np.float64, "BFloat16Storage": np.uint16,
}  # fmt: skip


class StorageType(NamedTuple):
    """What stands in a checkpoint for a class of storages."""

    name: str


class Storage(NamedTuple):
    """The memory that a tensor, or several, look at."""

    array: Any
    is_bfloat16: bool


def is_checkpoint(data: memoryview) -> bool:
    """Whether these bytes begin like a zip archive."""
    return bytes(data[:4]) == b"PK\x03\x04"


def read_checkpoint(data: memoryview, path: str) -> Any:
    """The objects in a checkpoint. Raises FileError, and pickle.UnpicklingError for unknown types."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.partition("/")[2]: name for name in archive.namelist()}
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise FileError(
                    f"load: {path}: expected a checkpoint as PyTorch writes it, got a compressed archive"
                )
            order = archive.read(names["byteorder"]).decode() if "byteorder" in names else "little"
            reader = _Reader(io.BytesIO(archive.read(names["data.pkl"])), archive, names, order)
            return reader.load()
    except (pickle.UnpicklingError, FileError):
        raise
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, TypeError, IndexError, AttributeError,
            RecursionError, MemoryError, OverflowError, UnicodeDecodeError, NotImplementedError) as error:  # fmt: skip
        raise FileError(
            f"load: {path}: expected a checkpoint of PyTorch, but it cannot be read ({error!r}); "
            "the file is cut or damaged"
        ) from None


_Python: Any = pickle._Unpickler  # whose opcodes can be replaced


class _Reader(_Python):  # type: ignore[misc]
    """Reads tensors and plain containers, refuses any other type by name."""

    dispatch = dict(_Python.dispatch)

    def __init__(
        self, file: Any, archive: zipfile.ZipFile, names: dict[str, str], order: str
    ) -> None:
        super().__init__(file, encoding="utf-8")
        self._archive, self._names, self._order = archive, names, order
        self._storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """The class or function of that name, if it is in the closed list."""
        if module == "torch" and name in STORAGES:
            return StorageType(name)
        if module == "torch" and isinstance(getattr(dtypes, name, None), dtypes.dtype):
            return getattr(dtypes, name)
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(
                f"load: the checkpoint has a {module}.{name}; expected tensors and plain containers only, "
                "so that loading runs no code; save its state_dict() with PyTorch"
            )
        return KNOWN[module, name]

    def load_build(self) -> None:
        """Set attributes: only of an OrderedDict, as a state_dict has."""
        state, inst = self.stack.pop(), self.stack[-1]
        if type(inst) is not OrderedDict or not isinstance(state, dict):
            raise pickle.UnpicklingError(
                f"load: the checkpoint sets the state of a {type(inst).__name__}; expected that of an OrderedDict only"
            )
        vars(inst).update(state)

    dispatch[pickle.BUILD[0]] = load_build

    def persistent_load(self, pid: Any) -> Storage:
        """The storage that the pickle refers to."""
        tag, kind, key, _, count = pid
        if tag != "storage" or not isinstance(kind, StorageType):
            raise ValueError(f"a persistent object {tag!r}")
        if key not in self._storages:
            found = np.dtype(STORAGES[kind.name]).newbyteorder(
                "<" if self._order == "little" else ">"
            )
            array = np.frombuffer(bytearray(self._archive.read(self._names[f"data/{key}"])), found)
            if array.size < count:
                raise ValueError(f"a storage of {array.size} elements, of which {count} are used")
            array = array.astype(found.newbyteorder("="), copy=False)
            self._storages[key] = Storage(array, kind.name == "BFloat16Storage")
        return self._storages[key]


def _tensor(
    storage: Storage, offset: int, size: Any, stride: Any, requires_grad: bool = False, *others: Any
) -> Any:
    """A tensor on a storage; tensors of one storage share its memory."""
    array = storage.array
    if len(size) != len(stride) or min((offset, *size, *stride)) < 0:
        raise ValueError(f"a tensor of size {size}, stride {stride} and offset {offset}")
    last = offset + sum((n - 1) * s for n, s in zip(size, stride))
    if math.prod(size) and last >= array.size:
        raise ValueError(f"a tensor that ends at element {last} of a storage of {array.size}")
    strides = [s * array.itemsize for s in stride]
    view = np.lib.stride_tricks.as_strided(array[offset:], tuple(size), strides)
    found = wrap(bfloat16_as_float32(view) if storage.is_bfloat16 else view)
    return found.requires_grad_() if requires_grad else found


def _parameter(data: Any, requires_grad: bool, hooks: Any, *state: Any) -> Any:
    return data.requires_grad_() if requires_grad else data


KNOWN = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): Size,
    ("torch", "device"): device,
    ("builtins", "set"): set,
    ("builtins", "dict"): dict,
    ("builtins", "list"): list,
    ("builtins", "tuple"): tuple,
}
