"""A model's state: what `state_dict` writes down and `load_state_dict` brings back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ...autograd import no_grad
from ...tensor import Tensor
from ..parameter import Parameter
from .roles import BUFFER, PARAMETER

if TYPE_CHECKING:
    from .module import Module

__all__ = ["IncompatibleKeys", "load"]


class IncompatibleKeys(NamedTuple):
    """The keys that a model has and a state lacks, and the other way round."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def saved_tensors(module: Module) -> Iterator[tuple[str, Module, str, Tensor]]:
    """(key, owner, name, tensor) of all that a state holds; a shared tensor under each key."""
    for path, owner in module.named_modules(remove_duplicate=False):
        for role in (PARAMETER, BUFFER):
            for name, tensor in owner._held(role):
                if tensor is not None:
                    yield f"{path}.{name}" if path else name, owner, name, tensor


def load(module: Module, state: Mapping[str, Any], strict: bool, assign: bool) -> IncompatibleKeys:
    """Copy `state` into the tensors of `module`, all of it or, on any error, nothing."""
    own = list(saved_tensors(module))
    keys = {key for key, *_ in own}
    found = IncompatibleKeys(
        [key for key, *_ in own if key not in state], [key for key in state if key not in keys]
    )
    present = [(*entry, state[entry[0]]) for entry in own if entry[0] in state]
    errors = _key_errors(found) if strict else []
    errors += [e for key, _, _, tensor, given in present if (e := _mismatch(key, tensor, given))]
    if errors:
        listed = "\n\t".join(errors)
        raise RuntimeError(f"Error(s) in loading state_dict for {module._get_name()}:\n\t{listed}")
    with no_grad():
        for _, owner, name, tensor, given in present:
            if assign:
                _assign(owner, name, tensor, given)
            else:
                tensor.copy_(given)
    return found


def _key_errors(found: IncompatibleKeys) -> list[str]:
    errors = []
    for kind, keys in zip(("Missing", "Unexpected"), found):
        if keys:
            quoted = ", ".join(f'"{key}"' for key in keys)
            errors.append(f"{kind} key(s) in state_dict: {quoted}. ")
    return errors


def _mismatch(key: str, tensor: Tensor, given: Any) -> str | None:
    if not isinstance(given, Tensor):
        return f'While copying the parameter named "{key}", expected Tensor from checkpoint but received {type(given)}'
    if given.shape == tensor.shape:
        return None
    return (
        f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, "
        f"the shape in current model is {tensor.shape}."
    )


def _assign(owner: Module, name: str, tensor: Tensor, given: Tensor) -> None:
    if isinstance(tensor, Parameter) and not isinstance(given, Parameter):
        given = Parameter(given, tensor.requires_grad)
    setattr(owner, name, given)
