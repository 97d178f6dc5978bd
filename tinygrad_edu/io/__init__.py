"""Saving and loading: states of models and optimisers, as safetensors; also PyTorch's own checkpoints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any

from ..files import replacing
from .checkpoint import is_checkpoint, read_checkpoint
from .safetensors import FileError, pack, unpack
from .structure import from_tree, to_tree

__all__ = ["FileError", "load", "save"]

File = str | os.PathLike[str] | IO[bytes]


def save(obj: Any, f: File, **ignored: Any) -> None:
    """Write tensors in nested dicts, lists and tuples, with numbers, strings and None, to a path or a file.

    The file is in the safetensors format, which other programs read; what is not a dict of tensors
    by name has its structure in the file's metadata.  A path is written whole or not at all: to a
    temporary file first, which then takes the name.  PyTorch's `pickle_module` and the like are
    taken and ignored.

    Raises TypeError for what is none of these, such as a Module: save its `state_dict()`.

    Difference from PyTorch: files are safetensors, not pickles; modules are refused, their `state_dict()`
    is not.

    >>> import io
    >>> file = io.BytesIO()
    >>> te.save({"step": 3, "weights": [te.ones(2), None]}, file)
    >>> te.load(io.BytesIO(file.getvalue()))
    {'step': 3, 'weights': [tensor([1., 1.]), None]}
    """
    write = pack(*to_tree(obj))
    if not isinstance(f, (str, os.PathLike)):
        write(f)
    else:
        with replacing(f) as file:
            write(file)


def load(
    f: File,
    map_location: Any = None,
    *,
    mmap: bool | None = None,
    weights_only: bool = True,
    **ignored: Any,
) -> Any:
    """What `save` wrote, or another safetensors file, or a checkpoint that PyTorch wrote, from a path or a file.

    Tensors of a path are mapped into memory: read when used, private when written to; `mmap=False`
    reads them at once.  bfloat16 becomes float32.  A checkpoint's pickle is read with a closed list
    of types; whatever `weights_only` says, nothing in the file is run.

    Raises FileError (a RuntimeError) for a file that is cut, damaged or of another kind, and
    pickle.UnpicklingError for a checkpoint with other objects than tensors and plain containers.

    Difference from PyTorch: no code in a file is ever run, whatever `weights_only` says; bfloat16 becomes
    float32.

    >>> import io
    >>> file = io.BytesIO()
    >>> te.save(te.ones(2), file)
    >>> te.load(io.BytesIO(file.getvalue()))
    tensor([1., 1.])
    """
    if not isinstance(f, (str, os.PathLike)):
        data: Any = memoryview(f.read())
    else:
        data = _mapped(Path(f), mmap is not False)
    name = str(f) if isinstance(f, (str, os.PathLike)) else getattr(f, "name", "the file")
    if is_checkpoint(data):
        return read_checkpoint(data, name)
    return from_tree(*unpack(data, name), name)


def _mapped(path: Path, mapped: bool) -> memoryview:
    """The bytes of a file, by default as a private mapping of it."""
    import mmap

    with path.open("rb") as file:
        if mapped and path.stat().st_size:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
        return memoryview(bytearray(file.read()))
