"""A model's state: what `state_dict` writes down and `load_state_dict` brings back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from ...autograd import no_grad
from ...tensor import Tensor
from ..parameter import Parameter, is_lazy
from .hooks import AFTER_LOAD, AFTER_SAVE, BEFORE_LOAD, BEFORE_SAVE, Hooked, hooks_of
from .roles import BUFFER, MODULE, PARAMETER

__all__ = ["IncompatibleKeys", "Stateful"]

EXTRA = "_extra_state"


class IncompatibleKeys(NamedTuple):
    """The keys that a model has and a state lacks, and the other way round."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class State(OrderedDict[str, Any]):
    """A copy of a state_dict, with its metadata, for hooks and modules to change while it is loaded."""

    _metadata: Mapping[str, Any]


class Stateful(Hooked):
    """A module whose parameters and persistent buffers can be written down and brought back."""

    _version = 1  # of what its state consists of; a state_dict's metadata tell it when loading

    def get_extra_state(self) -> Any:
        """What else belongs to the state, under "_extra_state": for subclasses to define."""
        raise RuntimeError(
            f"{type(self).__name__}.get_extra_state: expected a subclass to define it"
        )

    def set_extra_state(self, state: Any) -> None:
        """Take back what `get_extra_state` returned: for subclasses to define."""
        raise RuntimeError(
            f"{type(self).__name__}.set_extra_state: expected a subclass to define it"
        )

    def _own_state(self) -> dict[str, Tensor]:
        """The module's own parameters, then its persistent buffers."""
        held = [*self._held(PARAMETER), *self._held(BUFFER)]
        return {name: tensor for name, tensor in held if tensor is not None}

    # ---- write down ----------------------------------------------------------------------------
    def state_dict(
        self,
        *,
        destination: dict[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Any]:
        """All parameters and persistent buffers by their dotted names, detached, memory shared.

        `keep_vars` gives the tensors themselves.  The versions of the modules are in `_metadata`.
        """
        state: Any = destination
        if state is None:
            state = OrderedDict()
            state._metadata = OrderedDict()
        local_metadata = {"version": self._version}
        if hasattr(state, "_metadata"):
            state._metadata[prefix[:-1]] = local_metadata
        for hook in hooks_of(self, BEFORE_SAVE):
            hook.function(self, prefix, keep_vars)
        self._save_to_state_dict(state, prefix, keep_vars)
        for name, module in self._held(MODULE):
            if module is not None:
                module.state_dict(destination=state, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in hooks_of(self, AFTER_SAVE):
            found = hook.function(self, state, prefix, local_metadata)
            if found is not None:
                if not hook.may_replace:
                    raise RuntimeError("state_dict post-hook must return None")
                state = found
        saved: dict[str, Any] = state
        return saved

    def _save_to_state_dict(
        self, destination: dict[str, Any], prefix: str, keep_vars: bool
    ) -> None:
        """Write down this module alone, without its parts. Subclasses may do it in their own way."""
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if type(self).get_extra_state is not Stateful.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    # ---- bring back ----------------------------------------------------------------------------
    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copy what `state_dict` returned into this module's tensors, or with `assign` put it there.

        Returns (missing_keys, unexpected_keys).  Raises RuntimeError, listing all that is wrong and
        changing nothing, if shapes differ or, with `strict`, if keys are missing or unexpected.
        (Keys that a post-hook may forgive are looked at after loading.)
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        state = State(state_dict)
        state._metadata = getattr(state_dict, "_metadata", None) or {}
        load = Load(state, assign)
        load.plan(self, state)
        if not load.errors and (load.after or not (strict and any(load.keys))):
            load.carry_out()
        errors = _key_errors(load.keys) + load.errors if strict else load.errors
        if errors:
            listed = "\n\t".join(errors)
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{listed}"
            )
        return load.keys

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Load this module alone, without its parts. Subclasses may do it in their own way.

        What is wrong is entered in the last three arguments.
        """
        args = (prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        for hook in hooks_of(self, BEFORE_LOAD):
            hook.function(*(self,) * hook.with_module, state_dict, *args)
        self._bring_up_to_date(state_dict, prefix, local_metadata.get("version"))
        own, assign = self._own_state(), local_metadata.get("assign_to_params_buffers", False)
        copies: list[Callable[[], Any]] = []
        for name, tensor in own.items():
            key = prefix + name
            if key not in state_dict:
                missing_keys.append(key)
            elif problem := _mismatch(key, tensor, state_dict[key]):
                error_msgs.append(problem)
            else:
                copies.append(partial(_bring_back, self, name, state_dict[key], assign))
        extra = type(self).set_extra_state is not Stateful.set_extra_state
        if extra and prefix + EXTRA in state_dict:
            copies.append(partial(self.set_extra_state, state_dict[prefix + EXTRA]))
        elif extra:
            missing_keys.append(prefix + EXTRA)
        known, parts = {*own, EXTRA} if extra else own, dict(self._held(MODULE))
        for key in state_dict:
            first, dot, _ = key[len(prefix) :].partition(".")
            if key.startswith(prefix) and first not in (parts if dot else known):
                unexpected_keys.append(key)
        planned = getattr(local_metadata, "planned", None)
        if planned is not None:
            planned.extend(copies)
        else:
            _make(copies)

    def _bring_up_to_date(
        self, state_dict: dict[str, Any], prefix: str, version: int | None
    ) -> None:
        """Change a state of an older version to one of this: for subclasses that have versions."""


class Metadata(dict[str, Any]):
    """A module's metadata in a state."""

    planned: list[Callable[[], Any]] | None = None  # what to do if nothing is wrong with any module


class Load:
    """One loading of a state: what is wrong with it, and the copies to be made if nothing is."""

    def __init__(self, state: State, assign: bool) -> None:
        self.metadata, self.assign = state._metadata, assign
        self.keys = IncompatibleKeys([], [])
        self.errors: list[str] = []
        self.copies: list[Callable[[], Any]] = []
        self.after: list[tuple[Hooked, Callable[..., Any]]] = []  # hooks, and on which module

    def plan(self, module: Any, state: dict[str, Any], prefix: str = "") -> None:
        """Look through a module and its parts.

        One that loads in its own way may read what it has just loaded: there it is copied at once.
        """
        local = Metadata(self.metadata.get(prefix[:-1], {}))
        if self.assign:
            local["assign_to_params_buffers"] = True
        if type(module)._load_from_state_dict is Stateful._load_from_state_dict:
            local.planned = self.copies
        module._load_from_state_dict(state, prefix, local, True, *self.keys, self.errors)
        for name, part in module._held(MODULE):
            if part is not None:
                inner = f"{prefix}{name}."
                of_part = {key: x for key, x in state.items() if key.startswith(inner)}
                self.plan(part, of_part, inner)
        self.after += [(module, hook.function) for hook in hooks_of(module, AFTER_LOAD)]

    def carry_out(self) -> None:
        """Make the copies, then call the hooks."""
        _make(self.copies)
        for module, hook in self.after:
            if hook(module, self.keys) is not None:
                raise AssertionError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to "
                    "return new values, if incompatible_keys need to be modified, it should be done inplace."
                )


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
    if is_lazy(tensor) or given.array.shape == tensor.array.shape:
        return None
    if tensor.ndim == 0 and given.shape == (1,):  # as old versions of PyTorch kept numbers
        return None
    return (
        f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, "
        f"the shape in current model is {tensor.shape}."
    )


@no_grad()
def _make(copies: list[Callable[[], Any]]) -> None:
    for copy in copies:
        copy()


def _bring_back(module: Stateful, name: str, given: Tensor, assign: bool) -> None:
    """Copy a tensor into the attribute `name` of a module, or put it there."""
    tensor = module.__dict__[name]
    if assign:
        if isinstance(tensor, Parameter):
            given = given if isinstance(given, Parameter) else Parameter(given, False)
            given.requires_grad_(tensor.requires_grad)
        setattr(module, name, given)
    elif not is_lazy(given):
        if is_lazy(tensor):
            tensor.materialize(given.shape)
        tensor.copy_(given if given.ndim == tensor.ndim else given[0])
