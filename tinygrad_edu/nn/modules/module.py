"""`Module`: a function with parameters, and a tree of such functions.

What a module is made of are ordinary attributes; it only notes the role each plays: *parameter*
(learned), *buffer* (kept, not learned) or *module* (a part).  Reading `self.weight` is then as fast
as reading any attribute, and whatever is asked of a model, its parameters or its state or its
picture, is a walk over the tree that looks for one role.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ...creation import empty
from ...tensor import Handle, Tensor
from ..parameter import Buffer, Parameter
from . import state
from .hooks import AFTER, BEFORE, Hook, add_hook, call_with_hooks
from .roles import BUFFER, BUFFERS, MODULE, PARAMETER, UNSAVED_BUFFER, RoleMapping

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Module"]


class Module:
    """The base of all layers and models.

    A subclass calls `super().__init__()`, assigns its parameters and parts as attributes, and says
    in `forward` what it computes; calling the module calls `forward`.

    Example:
        >>> from tinygrad_edu import nn
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> [name for name, _ in model.named_parameters()]
        ['0.weight', '0.bias']
    """

    training: bool
    _roles: dict[str, str]
    _hooks: OrderedDict[int, Hook] | None = None

    def __init__(self) -> None:
        self.__dict__.update(training=True, _roles={})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    # ---- calling -----------------------------------------------------------------------------
    def _forward_unimplemented(self, *input: Any) -> NoReturn:
        raise NotImplementedError(
            f'Module [{self._get_name()}] is missing the required "forward" function'
        )

    forward: Callable[..., Any] = _forward_unimplemented

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What `forward` computes, between the hooks if there are any."""
        if self._hooks:
            return call_with_hooks(self, list(self._hooks.values()), args, kwargs)
        if kwargs or len(args) != 1:
            return self.forward(*args, **kwargs)
        return self.forward(args[0])  # the usual case, spared packing its argument again

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call `hook(module, args)` before `forward`; what it returns, if anything, are new args.

        With `with_kwargs` it is `hook(module, args, kwargs)`, and returns None or both.
        """
        return self._add_hook(Hook(BEFORE, hook, with_kwargs, False), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> Handle:
        """Call `hook(module, args, output)` after `forward`; what it returns replaces the output.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`; with `always_call` it is
        called (with None) even if `forward` raises.
        """
        return self._add_hook(Hook(AFTER, hook, with_kwargs, always_call), prepend)

    def _add_hook(self, hook: Hook, prepend: bool) -> Handle:
        if self._hooks is None:
            self._hooks = OrderedDict()
        return add_hook(self._hooks, hook, prepend)

    # ---- attributes and their roles ----------------------------------------------------------
    def __setattr__(self, name: str, value: Any) -> None:
        role, known = _role_of(value), self.__dict__.get("_roles", {}).get(name)
        if role is None or known == PARAMETER or (known == MODULE and role in BUFFERS):
            role = known  # as in PyTorch, a Parameter may replace a module, but not the reverse
        if role is None:
            object.__setattr__(self, name, value)
        else:
            self._hold(name, value, role)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._roles.pop(name, None)

    def _hold(self, name: str, value: Any, role: str) -> None:
        """Make `value` the attribute `name`, in a role."""
        roles = self.__dict__.get("_roles")
        if roles is None:
            raise AttributeError(
                f"cannot assign {role} before Module.__init__() call; "
                f"begin {self._get_name()}.__init__ with super().__init__()"
            )
        expected = _EXPECTED[role]
        if value is not None and not isinstance(value, expected):
            raise TypeError(
                f"cannot assign '{type(value).__name__}' as {role} '{name}': "
                f"expected {expected.__name__} or None; delete '{name}' first to make it another thing"
            )
        if isinstance(value, Parameter) and not value.is_leaf:
            raise ValueError(
                f"cannot assign non-leaf Tensor as parameter '{name}'; "
                "compute what depends on other tensors in forward()"
            )
        if roles.get(name) != role:
            roles.pop(name, None)
            roles[name] = role
        self.__dict__[name] = value

    def _register(self, name: str, value: Any, *roles: str) -> None:
        """`_hold` by a name that must be new, or be known in one of the roles."""
        kind = roles[0]
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and self.__dict__.get("_roles", {}).get(name) not in roles:
            raise KeyError(f"attribute '{name}' already exists")
        self._hold(name, value, roles[0])

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Make `param` the attribute `name`; None says that there could be one.

        Raises KeyError if another attribute has the name, TypeError for what is not a Parameter.
        """
        self._register(name, param, PARAMETER)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Make `tensor` the attribute `name`: kept, moved and, if `persistent`, saved; not learned.

        Raises KeyError if another attribute has the name, TypeError for what is not a Tensor.
        """
        self._register(name, tensor, *(BUFFERS if persistent else reversed(BUFFERS)))

    def register_module(self, name: str, module: Module | None) -> None:
        """Make `module` the attribute `name`.

        Raises KeyError if another attribute has the name, TypeError for what is not a Module.
        """
        self._register(name, module, MODULE)

    def add_module(self, name: str, module: Module | None) -> None:
        """PyTorch's other name for `register_module`."""
        self.register_module(name, module)

    def _held(self, *roles: str) -> list[tuple[str, Any]]:
        """The attributes in some roles, by name, None included."""
        attributes = self.__dict__
        return [(name, attributes[name]) for name, role in self._roles.items() if role in roles]

    @property
    def _parameters(self) -> RoleMapping:
        return RoleMapping(self, PARAMETER)

    @property
    def _buffers(self) -> RoleMapping:
        return RoleMapping(self, *BUFFERS)

    @property
    def _modules(self) -> RoleMapping:
        return RoleMapping(self, MODULE)

    # ---- walks over the tree -------------------------------------------------------------------
    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it by their dotted names, a parent before its children."""
        memo = set() if memo is None else memo
        stack = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if remove_duplicate:
                if module in memo:
                    continue
                memo.add(module)
            yield path, module
            parts = [(name, part) for name, part in module._held(MODULE) if part is not None]
            if parts:
                dot = path + "." if path else ""
                stack.extend((dot + name, part) for name, part in reversed(parts))

    def _named(
        self, roles: tuple[str, ...], prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        """The tensors in some roles by their dotted names, one that is shared by its first name."""
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        for path, module in modules if recurse else [(prefix, self)]:
            for name, tensor in module._held(*roles):
                if tensor is None or id(tensor) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(tensor))
                yield f"{path}.{name}" if path else name, tensor

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters by their dotted names; only the module's own unless `recurse`."""
        return self._named((PARAMETER,), prefix, recurse, remove_duplicate)

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers by their dotted names; only the module's own unless `recurse`."""
        return self._named(BUFFERS, prefix, recurse, remove_duplicate)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The parts just below this module, by name."""
        seen = set()
        for name, module in self._held(MODULE):
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once: what an optimiser takes."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def children(self) -> Iterator[Module]:
        """The parts just below this module."""
        return (m for _, m in self.named_children())

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """This module and all below it."""
        return (m for _, m in self.named_modules(remove_duplicate=remove_duplicate))

    def get_submodule(self, target: str) -> Module:
        """The module of a dotted name, this one for "". Raises AttributeError if there is none."""
        module = self
        for name in target.split(".") if target else ():
            module = module._get(name, MODULE)
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of a dotted name. Raises AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        found: Parameter = self.get_submodule(path)._get(name, PARAMETER)
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a dotted name. Raises AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        found: Tensor = self.get_submodule(path)._get(name, *BUFFERS)
        return found

    def _get(self, name: str, *roles: str) -> Any:
        if not hasattr(self, name):
            raise AttributeError(f"{self._get_name()} has no attribute `{name}`")
        if self._roles.get(name) not in roles:
            raise AttributeError(f"`{name}` of {self._get_name()} is not a {roles[0]}")
        return self.__dict__[name]

    # ---- state -----------------------------------------------------------------------------------
    def state_dict(
        self,
        *,
        destination: dict[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Any]:
        """All parameters and persistent buffers by their dotted names, detached, memory shared.

        `keep_vars` gives the tensors themselves.
        """
        if destination is None:
            destination = OrderedDict()
        for role in (PARAMETER, BUFFER):
            for name, tensor in self._held(role):
                if tensor is not None:
                    destination[prefix + name] = tensor if keep_vars else tensor.detach()
        for name, module in self._held(MODULE):
            if module is not None:
                module.state_dict(
                    destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars
                )
        return destination

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> state.IncompatibleKeys:
        """Copy what `state_dict` returned into this module's tensors, or with `assign` put it there.

        Returns (missing_keys, unexpected_keys).  Raises RuntimeError, listing all that is wrong and
        changing nothing, if shapes differ or, with `strict`, if keys are missing or unexpected.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        return state.load(self, state_dict, strict, assign)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # ---- modes and types -------------------------------------------------------------------------
    def train(self, mode: bool = True) -> Self:
        """Turn on what happens in training only, such as dropout; or off."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """Turn off what happens in training only."""
        return self.train(False)

    def apply(self, fn: Callable[[Module], None]) -> Self:
        """Call `fn` with every module below this one, children first, then with this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Learn the parameters, or freeze them."""
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or make them zero."""
        for p in self.parameters():
            if set_to_none:
                p._grad = None
            elif p.grad is not None:
                p.grad = p.grad.detach().zero_()

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Replace the data of every parameter, gradient and buffer by `fn` of it."""
        for module in self.modules() if recurse else [self]:
            for _, p in module._held(PARAMETER):
                if p is not None:
                    grad, p.grad = p.grad, None
                    p.data = fn(p.data)
                    p.grad = None if grad is None else fn(grad.detach())
            for name, buffer in module._held(*BUFFERS):
                if buffer is not None:
                    module.__dict__[name] = fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert floating-point parameters and buffers, which stay the same objects.

        Takes what `Tensor.to` takes.  Raises TypeError for a dtype that is not floating-point.
        """
        asked = empty(0).to(*args, **kwargs)
        if not asked.is_floating_point():
            raise TypeError(
                f"Module.to: expected a floating-point dtype, got {asked.dtype}; convert single tensors instead"
            )
        return self._apply(lambda t: t.to(*args, **kwargs) if t.is_floating_point() else t)

    def type(self, dst_type: Any) -> Self:
        """Convert all parameters and buffers, integers too."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self) -> Self:
        """Convert floating-point parameters and buffers to float32."""
        return self._apply(lambda t: t.float() if t.is_floating_point() else t)

    def double(self) -> Self:
        """Convert floating-point parameters and buffers to float64."""
        return self._apply(lambda t: t.double() if t.is_floating_point() else t)

    def half(self) -> Self:
        """Convert floating-point parameters and buffers to float16."""
        return self._apply(lambda t: t.half() if t.is_floating_point() else t)

    def cpu(self) -> Self:
        """This module: its arrays are in memory already."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Raises RuntimeError: there is only the CPU."""
        return self.to("cuda")

    # ---- print -----------------------------------------------------------------------------------
    def _get_name(self) -> str:
        return self.__class__.__name__

    def extra_repr(self) -> str:
        """What stands between the parentheses of the printed module, before its parts."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        parts = [f"({name}): {indent(repr(part))}" for name, part in self._held(MODULE)]
        if not parts and "\n" not in extra:
            return f"{self._get_name()}({extra})"
        lines = [*extra.split("\n"), *parts] if extra else parts
        return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)"

    def __dir__(self) -> list[str]:
        return sorted(name for name in super().__dir__() if not name[:1].isdigit())


_EXPECTED: dict[str, type] = {
    PARAMETER: Parameter,
    BUFFER: Tensor,
    UNSAVED_BUFFER: Tensor,
    MODULE: Module,
}


def _role_of(value: Any) -> str | None:
    """The role that a value asks for by its type."""
    if isinstance(value, Parameter):
        return PARAMETER
    if isinstance(value, Module):
        return MODULE
    if isinstance(value, Buffer):
        return BUFFER if value.persistent else UNSAVED_BUFFER
    return None


def indent(text: str) -> str:
    """Text with every line but the first moved in, to stand below a module's name."""
    return text.replace("\n", "\n  ")
