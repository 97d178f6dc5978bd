"""The safetensors format: a header of JSON that says where each array lies, then the arrays.

    8 bytes     the length of the header, little-endian
    header      {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
                 "__metadata__": {"key": "text", ...}}
    arrays      little-endian, one after the other, without holes

A file is checked whole before anything is made of it.  Source: huggingface.co/docs/safetensors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import IO, Any

import numpy as np

__all__ = ["FileError", "bfloat16_as_float32", "pack", "unpack"]

DTYPES = {
    "BOOL": np.bool_, "U8": np.uint8, "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64,
    "F16": np.float16, "F32": np.float32, "F64": np.float64, "BF16": np.uint16,
}  # fmt: skip
NAMES = {np.dtype(kind): name for name, kind in DTYPES.items() if name != "BF16"}
LONGEST_HEADER = 100_000_000


class FileError(RuntimeError):
    """A file is cut, damaged, or not of a format that is read here."""


def pack(arrays: dict[str, Any], metadata: dict[str, str]) -> Callable[[IO[bytes]], None]:
    """What writes arrays by name, and texts by name, to an open file. Raises TypeError for other dtypes."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    start = 0
    for name, array in arrays.items():
        if array.dtype not in NAMES:
            raise TypeError(
                f"save: expected a dtype of {', '.join(NAMES.values())}, got {array.dtype} for {name!r}"
            )
        stop = start + array.nbytes
        kind, shape = NAMES[array.dtype], list(array.shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, stop]}
        start = stop
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # arrays begin at a multiple of 8 bytes

    def write(file: IO[bytes]) -> None:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())

    return write


def unpack(data: memoryview, path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The arrays, on the memory of `data`, and the texts of a file's bytes. Raises FileError."""

    def check(holds: bool, what: str) -> None:
        if not holds:
            raise FileError(
                f"load: {path}: expected a safetensors file or a checkpoint of PyTorch, but {what}; "
                "the file is of another kind, cut or damaged"
            )

    check(len(data) >= 8, f"it has {len(data)} bytes")
    length = int.from_bytes(data[:8], "little")
    check(
        length <= LONGEST_HEADER and 8 + length <= len(data),
        f"its header would have {length} bytes",
    )
    try:
        header = json.loads(bytes(data[8 : 8 + length]), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        check(False, f"its header is not JSON ({error})")
    check(isinstance(header, dict), "its header is not a JSON object")
    metadata = header.pop("__metadata__", {})
    check(
        isinstance(metadata, dict) and all(isinstance(v, str) for v in metadata.values()),
        "its metadata are not texts",
    )
    body, arrays, spans = data[8 + length :], {}, []
    for name, entry in header.items():
        check(
            isinstance(entry, dict) and entry.keys() == {"dtype", "shape", "data_offsets"},
            f"the entry of {name!r} has other fields",
        )
        kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
        check(isinstance(kind, str) and kind in DTYPES, f"{name!r} is of dtype {kind!r}")
        check(_are_counts(shape) and len(shape) <= 32, f"{name!r} has the shape {shape!r}")
        check(_are_counts(offsets) and len(offsets) == 2, f"{name!r} lies at {offsets!r}")
        size = math.prod(shape) * np.dtype(DTYPES[kind]).itemsize
        start, stop = offsets
        check(
            stop - start == size and stop <= len(body),
            f"{name!r} of {size} bytes lies at {offsets}",
        )
        spans.append((start, stop))
        array = np.frombuffer(body[start:stop], np.dtype(DTYPES[kind]).newbyteorder("<"))
        array = array.astype(array.dtype.newbyteorder("="), copy=False).reshape(shape)
        arrays[name] = bfloat16_as_float32(array) if kind == "BF16" else array
    ends = [0, *(stop for _, stop in sorted(spans))]
    check(
        all(start == end for (start, _), end in zip(sorted(spans), ends)) and ends[-1] == len(body),
        "its arrays overlap, or leave bytes that belong to none",
    )
    return arrays, metadata


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _are_counts(numbers: Any) -> bool:
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 2**62 for n in numbers)


def bfloat16_as_float32(array: Any) -> Any:
    """Numbers whose upper halves are given as uint16: bfloat16 is float32 without its last 16 bits."""
    return (array.astype(np.uint32) << 16).view(np.float32)
