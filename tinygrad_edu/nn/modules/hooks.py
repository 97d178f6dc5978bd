"""Functions that a user hangs on a module: on its call, on backward, on saving and loading."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, NamedTuple

from ...hooks import RemovableHandle, add_hook
from .roles import ON_BUFFER, ON_MODULE, ON_PARAMETER
from .walks import Tree

__all__ = ["Hook", "Hooked", "hooks_of"]

BEFORE, AFTER = "before forward", "after forward"
BEFORE_BACKWARD, AFTER_BACKWARD = "before backward", "after backward"
BEFORE_SAVE, AFTER_SAVE = "before state_dict", "after state_dict"
BEFORE_LOAD, AFTER_LOAD = "before load_state_dict", "after load_state_dict"


class Hook(NamedTuple):
    """When a function is called, and how."""

    when: str
    function: Callable[..., Any]
    with_kwargs: bool = False  # shown the keyword arguments of the call too
    always_call: bool = False  # even if forward failed
    with_module: bool = True  # called with the module first
    may_replace: bool = False  # its result replaces the state


class OwnHooks(OrderedDict[int, Hook]):
    """The hooks of one module. True also if there are hooks on all modules, for a call asks once."""

    def __bool__(self) -> bool:
        return len(self) > 0 or len(ON_ALL_MODULES) > 0


ON_ALL_MODULES: OrderedDict[int, Hook] = OrderedDict()


def hooks_of(module: Hooked, when: str) -> list[Hook]:
    """What is to be called at some time: hooks on all modules, then the module's own."""
    own = module._hooks
    if not own:
        return []
    hooks = [*ON_ALL_MODULES.values()]
    if own is not ON_ALL_MODULES:
        hooks += own.values()
    return [hook for hook in hooks if hook.when == when]


class HooksAt:
    """An attribute that is a module's own hooks of one time, by key, as PyTorch keeps them."""

    def __init__(self, when: str) -> None:
        self._when = when

    def __get__(self, module: Hooked | None, kind: type) -> Any:
        return self if module is None else HookMapping(module, self._when)

    def __set__(self, module: Hooked, functions: MutableMapping[int, Any]) -> None:
        functions = dict(functions)
        mapping = HookMapping(module, self._when)
        mapping.clear()
        mapping.update(functions)


class HookMapping(MutableMapping[int, Callable[..., Any]]):
    """The functions that a module calls at one time; what is written here is changed there."""

    __slots__ = ("_module", "_when")

    def __init__(self, module: Hooked, when: str) -> None:
        self._module, self._when = module, when

    def __iter__(self) -> Iterator[int]:
        own = self._module.__dict__.get("_hooks", {})
        return iter([key for key, hook in own.items() if hook.when == self._when])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, key: int) -> Callable[..., Any]:
        if key not in list(self):
            raise KeyError(key)
        return self._module._hooks[key].function

    def __setitem__(self, key: int, function: Callable[..., Any]) -> None:
        self._module._own_hooks()[key] = Hook(self._when, function)

    def __delitem__(self, key: int) -> None:
        self[key]
        del self._module._hooks[key]


class Hooked(Tree):
    """A module that calls functions of the user's when it is called, saved or loaded."""

    _hooks: OrderedDict[int, Hook] = ON_ALL_MODULES  # until it has some of its own
    _forward_pre_hooks = HooksAt(BEFORE)
    _forward_hooks = HooksAt(AFTER)
    _backward_pre_hooks = HooksAt(BEFORE_BACKWARD)
    _backward_hooks = HooksAt(AFTER_BACKWARD)
    _state_dict_pre_hooks = HooksAt(BEFORE_SAVE)
    _state_dict_hooks = HooksAt(AFTER_SAVE)
    _load_state_dict_pre_hooks = HooksAt(BEFORE_LOAD)
    _load_state_dict_post_hooks = HooksAt(AFTER_LOAD)

    def _own_hooks(self) -> OrderedDict[int, Hook]:
        if self._hooks is ON_ALL_MODULES:
            self._hooks = OwnHooks()
        return self._hooks

    # ---- on a call -----------------------------------------------------------------------------
    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns, if anything, are new args.

        With `with_kwargs` it is `hook(module, args, kwargs)`, and returns None or both.
        """
        return add_hook(self._own_hooks(), Hook(BEFORE, hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns replaces the output.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`; with `always_call` it is
        called (with None) even if `forward` raises.
        """
        return add_hook(self._own_hooks(), Hook(AFTER, hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_output)` before backward goes through the module.

        `grad_output` is a tuple, None for outputs that are not Tensors; what the hook returns, if
        anything, replaces it.
        """
        return add_hook(self._own_hooks(), Hook(BEFORE_BACKWARD, hook), prepend)

    def register_full_backward_hook(
        self, hook: Callable[..., Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when backward has gone through the module.

        The gradients are tuples, of the positional arguments and of the outputs, None for those that
        have none; what the hook returns, if anything, replaces `grad_input`.
        """
        return add_hook(self._own_hooks(), Hook(AFTER_BACKWARD, hook), prepend)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """PyTorch's old name for `register_full_backward_hook`, which this is."""
        return self.register_full_backward_hook(hook)

    # ---- on saving and loading -----------------------------------------------------------------
    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state of the module is written down."""
        return add_hook(self._own_hooks(), Hook(BEFORE_SAVE, hook))

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after; it may change the state_dict."""
        return add_hook(self._own_hooks(), Hook(AFTER_SAVE, hook))

    def _register_state_dict_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """The same for a hook that may return another state_dict."""
        return add_hook(self._own_hooks(), Hook(AFTER_SAVE, hook, may_replace=True))

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook` before the module is loaded: it may change the state_dict.

        Its arguments are (module, state_dict, prefix, local_metadata, strict, missing_keys,
        unexpected_keys, error_msgs).
        """
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        """The same for a hook that is not shown the module, unless `with_module`."""
        return add_hook(self._own_hooks(), Hook(BEFORE_LOAD, hook, with_module=with_module))

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after the module and its parts are loaded.

        It may empty the lists of missing and unexpected keys, which are then no error.
        """
        return add_hook(self._own_hooks(), Hook(AFTER_LOAD, hook))


# ---- on all modules ------------------------------------------------------------------------------
def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """`register_forward_pre_hook` on all modules, before their own."""
    return add_hook(ON_ALL_MODULES, Hook(BEFORE, hook))


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """`register_forward_hook` on all modules, before their own."""
    return add_hook(ON_ALL_MODULES, Hook(AFTER, hook, with_kwargs, always_call))


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """`register_full_backward_pre_hook` on all modules, before their own."""
    return add_hook(ON_ALL_MODULES, Hook(BEFORE_BACKWARD, hook))


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """`register_full_backward_hook` on all modules, before their own."""
    return add_hook(ON_ALL_MODULES, Hook(AFTER_BACKWARD, hook))


register_module_backward_hook = register_module_full_backward_hook


def register_module_parameter_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, param)` when any module is given a parameter, which it may replace."""
    return add_hook(ON_PARAMETER, hook)


def register_module_buffer_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, buffer)` when any module is given a buffer, which it may replace."""
    return add_hook(ON_BUFFER, hook)


def register_module_module_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, submodule)` when any module is given a part, which it may replace."""
    return add_hook(ON_MODULE, hook)
