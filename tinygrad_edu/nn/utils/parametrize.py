"""Parametrisation: a tensor of a module is no longer learned itself, but computed from what is.

`register_parametrization(module, "weight", f)` makes `module.weight` what f computes of
`module.parametrizations.weight.original`.  Assigning to `module.weight` sets the original to what
`f.right_inverse` makes of the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from ...autograd import no_grad
from ...tensor import Tensor
from ..modules.container import ModuleDict, ModuleList
from ..modules.module import Module
from ..parameter import Parameter

__all__ = [
    "ParametrizationList", "cached", "is_parametrized", "register_parametrization", "remove_parametrizations",
    "transfer_parametrizations_and_params", "type_before_parametrizations",
]  # fmt: skip

_cache: dict[tuple[int, str], Tensor] = {}
_caching = 0  # how many `cached()` are open


@contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrised tensor once, when first read, until the end of the block.

    Example:
        >>> from tinygrad_edu import nn
        >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))
        >>> layer.weight is layer.weight
        False
        >>> with nn.utils.parametrize.cached():
        ...     layer.weight is layer.weight
        True
    """
    global _caching
    _caching += 1
    try:
        yield
    finally:
        _caching -= 1
        if not _caching:
            _cache.clear()


# ---- what computes a tensor ----------------------------------------------------------------------
class ParametrizationList(ModuleList):
    """The parametrisations of one tensor, applied one after the other, and what they start from.

    That is `original`, or `original0`, `original1`, ... if the first one's `right_inverse` returns
    several tensors.  Made by `register_parametrization`.

    Example:
        >>> layer = te.nn.utils.parametrizations.weight_norm(te.nn.Linear(2, 3))
        >>> type(layer.parametrizations.weight).__name__, len(layer.parametrizations.weight)
        ('ParametrizationList', 1)
    """

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if not modules:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        like = original.detach()
        new: Any = original
        with no_grad():
            for module in reversed(list(self)):
                new = _inverse(module, new)
        if not isinstance(new, (Tensor, Sequence)):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                f"Got {type(new).__name__}"
            )
        self.is_tensor = isinstance(new, Tensor)
        self.ntensors = 1 if isinstance(new, Tensor) else len(new)
        if isinstance(new, Tensor):
            _check_same("dtype", original, new, "right_inverse(original)")
            original.data = new.detach()  # the parameter that an optimiser knows
            hold(self, "original", original)
        else:
            for k, t in enumerate(new):
                if not isinstance(t, Tensor):
                    raise ValueError(
                        "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                        f"Got element {k} of the sequence with type {type(t).__name__}."
                    )
                if isinstance(original, Parameter):
                    t = Parameter(t, original.requires_grad)
                hold(self, f"original{k}", t.requires_grad_(original.requires_grad))
        if not unsafe:
            _check_like(like, self(), "parametrized")

    def _originals(self) -> list[Tensor]:
        names = ["original"] if self.is_tensor else [f"original{k}" for k in range(self.ntensors)]
        return [getattr(self, name) for name in names]

    @no_grad()
    def right_inverse(self, value: Tensor) -> None:
        """Set the originals so that they give `value`.

        Raises RuntimeError if a parametrisation has no `right_inverse`, ValueError if it returns
        tensors of another number or dtype than the originals.
        """
        found: Any = value
        for module in reversed(list(self)):
            if not hasattr(module, "right_inverse"):
                raise RuntimeError(
                    f"parametrization {type(module).__name__} does not implement right_inverse."
                )
            found = module.right_inverse(found)
        new = [found] if self.is_tensor else found
        if not isinstance(new, Sequence) or len(new) != self.ntensors:
            raise ValueError(
                f"'right_inverse' must return a sequence of tensors of length {self.ntensors}. "
                f"Got {len(new) if isinstance(new, Sequence) else type(new).__name__}."
            )
        for original, t in zip(self._originals(), new):
            if not isinstance(t, Tensor):
                raise ValueError(f"`right_inverse` should return a tensor. Got {type(t).__name__}")
            _check_same("dtype", original, t, "right_inverse(value)")
        for original, t in zip(self._originals(), new):
            original.data = t.detach()

    def forward(self) -> Any:
        """The parametrised tensor."""
        first, *others = self
        x = first(*self._originals())
        for module in others:
            x = module(x)
        return x


def _inverse(module: Module, value: Any) -> Any:
    """What `right_inverse` makes of a value; the value itself if there is none."""
    if not hasattr(module, "right_inverse"):
        return value
    try:
        return module.right_inverse(value)
    except NotImplementedError:
        return value


def _check_same(what: str, expected: Tensor, got: Tensor, name: str) -> None:
    a, b = getattr(expected, what), getattr(got, what)
    if a != b:
        raise ValueError(
            f"Registering a parametrization may not change the {what} of the tensor, unless the "
            f"`unsafe` flag is enabled.\nunparametrized {what}: {a}\n{name} {what}: {b}"
        )


def _check_like(expected: Tensor, got: Any, name: str) -> None:
    if not isinstance(got, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(got).__name__}.")
    _check_same("dtype", expected, got, name)
    _check_same("shape", expected, got, name)


def hold(module: Module, name: str, tensor: Tensor) -> None:
    """Make a tensor a parameter of a module, or a buffer if it is not a Parameter."""
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


# ---- a class whose attributes are computed -------------------------------------------------------
def _class_with(base: type, names: Sequence[str]) -> type:
    """A subclass of a module's class in which the named tensors are computed."""
    if not names:
        return base
    members: dict[str, Any] = {name: _computed(name) for name in names}
    members["__getstate__"] = _not_pickled
    if not hasattr(base, "__deepcopy__"):
        members["__deepcopy__"] = _deepcopy
    return type(f"Parametrized{base.__name__}", (base,), members)


def _computed(name: str) -> property:
    def compute(self: Any) -> Any:
        if not _caching:
            return self.parametrizations[name]()
        key = (id(self), name)
        if key not in _cache:
            _cache[key] = self.parametrizations[name]()
        return _cache[key]

    def assign(self: Any, value: Tensor) -> None:
        self.parametrizations[name].right_inverse(value)

    return property(compute, assign)


def _deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    twin = memo[id(self)] = object.__new__(type(self))
    twin.__dict__.update(deepcopy(self.__dict__, memo))
    return twin


def _not_pickled(self: Any) -> Any:
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict()."
    )


# ---- what people call ----------------------------------------------------------------------------
def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Compute a parameter or buffer of `module` by `parametrization`, after those it has already.

    Raises ValueError if there is no such tensor, or if its dtype or shape would change, unless
    `unsafe`.

    Example:
        >>> class Symmetric(te.nn.Module):
        ...     def forward(self, x):
        ...         return x.triu() + x.triu(1).T
        >>> layer = te.nn.Linear(3, 3)
        >>> _ = te.nn.utils.parametrize.register_parametrization(layer, "weight", Symmetric())
        >>> te.equal(layer.weight, layer.weight.T)
        True
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        known = module.parametrizations[tensor_name]
        if not unsafe:
            before = getattr(module, tensor_name)
            after = parametrization(before)
            _check_like(before, after, f"parametrization(module.{tensor_name})")
            _check_like(before, _inverse(parametrization, after), "parametrization.right_inverse")
        known.append(parametrization)
        known.unsafe |= unsafe
    elif tensor_name in module._parameters or tensor_name in module._buffers:
        new = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
        delattr(module, tensor_name)
        base = type_before_parametrizations(module)
        if not is_parametrized(module):
            module.parametrizations = ModuleDict()
        module.parametrizations[tensor_name] = new
        module.__class__ = _class_with(base, list(module.parametrizations))
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element "
            f"with name '{tensor_name}'"
        )
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a tensor of `module` is parametrised, or any is.

    Example:
        >>> layer = te.nn.utils.parametrizations.weight_norm(te.nn.Linear(2, 3))
        >>> te.nn.utils.parametrize.is_parametrized(layer, "weight")
        True
    """
    known = module.__dict__.get("parametrizations")
    if not isinstance(known, ModuleDict):
        return False
    return len(known) > 0 if tensor_name is None else tensor_name in known


def remove_parametrizations(
    module: Module, tensor_name: str, leave_parametrized: bool = True
) -> Module:
    """Make a tensor an ordinary one again: as it is now, or as its original is.

    Raises ValueError if it is not parametrised, and for several originals unless
    `leave_parametrized`.

    Example:
        >>> from tinygrad_edu import nn
        >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))
        >>> nn.utils.parametrize.remove_parametrizations(layer, "weight")
        Linear(in_features=2, out_features=2, bias=True)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    known = module.parametrizations[tensor_name]
    if not (known.is_tensor or leave_parametrized):
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized "
            "in terms of a sequence of tensors."
        )
    if known.is_tensor:
        tensor = known.original
        if leave_parametrized:
            tensor.data = getattr(module, tensor_name).detach()
    else:
        tensor = getattr(module, tensor_name)
        tensor = Parameter(tensor) if tensor.requires_grad else tensor
    base = type_before_parametrizations(module)
    del module.parametrizations[tensor_name]
    module.__class__ = _class_with(base, list(module.parametrizations))
    hold(module, tensor_name, tensor)
    if not is_parametrized(module):
        del module.parametrizations
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class of a module as it was before any parametrisation.

    Example:
        >>> layer = te.nn.utils.parametrizations.weight_norm(te.nn.Linear(2, 3))
        >>> te.nn.utils.parametrize.type_before_parametrizations(layer) is te.nn.Linear
        True
    """
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def transfer_parametrizations_and_params(
    from_module: Module, to_module: Module, tensor_name: str | None = None
) -> Module:
    """Parametrise `to_module` as `from_module` is, sharing the parametrisations and the originals.

    All parametrised tensors, or only `tensor_name`; those that `to_module` has not are made.

    Example:
        >>> one = te.nn.utils.parametrizations.weight_norm(te.nn.Linear(2, 3))
        >>> other = te.nn.utils.parametrize.transfer_parametrizations_and_params(one, te.nn.Linear(2, 3))
        >>> te.equal(one.weight, other.weight)
        True
    """
    if not is_parametrized(from_module):
        return to_module
    for name in from_module.parametrizations if tensor_name is None else [tensor_name]:
        if not hasattr(to_module, name):
            setattr(to_module, name, Parameter(getattr(from_module, name)))
        source = from_module.parametrizations[name]
        for parametrization in source:
            register_parametrization(to_module, name, parametrization)
        for key, original in source._parameters.items():
            setattr(to_module.parametrizations[name], key, original)
    return to_module
