"""What is saved, as tensors by name and a description of the containers around them."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

import numpy as np

from ..primitive import wrap
from ..tensor import Size, Tensor
from .safetensors import FileError

__all__ = ["from_tree", "to_tree"]

KEY = "tinygrad_edu"  # of the description, in a file's metadata


def to_tree(obj: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Arrays by name and the metadata that say how they hang together.

    A dict of tensors by name needs no description.  A tensor that is there twice is kept once.
    Raises TypeError for what is neither a tensor, nor a container, nor a plain value.
    """
    arrays: dict[str, Any] = {}
    names: dict[int, str] = {}
    kept: list[Any] = []

    def described(x: Any, path: str) -> Any:
        if x is None or isinstance(x, (bool, int, float, str)):
            return x
        if isinstance(x, Tensor):
            if id(x) not in names:
                name = path or "tensor"
                while name in arrays:
                    name += "'"
                arrays[name], names[id(x)] = x.array, name
                kept.append(x)  # so that no other tensor gets its id
            return {"tensor": names[id(x)], **({"requires_grad": True} if x.requires_grad else {})}
        if isinstance(x, dict):
            lead = f"{path}." if path else ""
            pairs = [[described(k, ""), described(v, f"{lead}{k}")] for k, v in x.items()]
            return {"ordered" if isinstance(x, OrderedDict) else "dict": pairs}
        if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
            lead = f"{path}." if path else ""
            parts = [described(v, f"{lead}{k}") for k, v in enumerate(x)]
            return {
                "list" if isinstance(x, list) else "size" if isinstance(x, Size) else "tuple": parts
            }
        if isinstance(x, np.generic):
            return described(x.item(), path)
        raise TypeError(
            f"save: expected tensors, numbers, strings and None in dicts, lists and tuples, got "
            f"{type(x).__name__}{f' at {path!r}' if path else ''}; of a model or an optimiser save the state_dict()"
        )

    tree = described(obj, "")
    plain = isinstance(obj, dict) and all(
        isinstance(k, str)
        and k
        and k != "__metadata__"
        and isinstance(v, Tensor)
        and not v.requires_grad
        for k, v in obj.items()
    )
    if plain and not isinstance(obj, OrderedDict) and len(names) == len(obj):
        return arrays, {}
    return arrays, {KEY: json.dumps(tree, separators=(",", ":"))}


def from_tree(arrays: dict[str, Any], metadata: dict[str, str], path: str) -> Any:
    """What `to_tree` took apart; a dict of tensors by name where there is no description."""
    tensors = {name: wrap(array) for name, array in arrays.items()}
    if KEY not in metadata:
        return tensors

    def built(x: Any) -> Any:
        if not isinstance(x, dict):
            return x
        (kind, content), *more = x.items()
        if kind == "tensor":
            return tensors[content].requires_grad_() if more else tensors[content]
        if kind in ("dict", "ordered"):
            return KINDS[kind]((built(k), built(v)) for k, v in content)
        return KINDS[kind](built(v) for v in content)

    try:
        return built(json.loads(metadata[KEY]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError(
            f"load: {path}: its description of the structure is damaged ({error!r})"
        ) from None


KINDS: dict[str, Any] = {
    "dict": dict,
    "ordered": OrderedDict,
    "list": list,
    "tuple": tuple,
    "size": Size,
}
