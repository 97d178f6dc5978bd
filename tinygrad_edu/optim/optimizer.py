"""What all optimisers share: groups of parameters with their settings, and a state per parameter."""

from __future__ import annotations

import math
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import wraps
from itertools import chain
from typing import Any

from ..autograd import enable_grad
from ..hooks import RemovableHandle, add_hook
from ..tensor import Tensor

__all__ = ["GroupOptimizer", "Optimizer", "checked", "required", "settings"]

Hook = Callable[..., Any]


class _Required:
    """The type of `required`."""

    def __repr__(self) -> str:
        return "<required parameter>"


required: Any = _Required()  # as a default: a setting that every group must have


class Optimizer:
    """The base of all optimisers.

    `params` are Tensors, or (name, Tensor) pairs, or dicts that each make a group: `{"params": ...}`
    with settings of its own; `defaults` are the settings of the rest.  A subclass says in `step` how
    a parameter follows its gradient, and keeps what it must remember in `self.state[parameter]`.

    Raises TypeError for what is not a Tensor, ValueError for no parameters, a non-leaf, or a
    parameter that is in two groups, or a group without a setting whose default is `required`.

    Example:
        >>> class SignSGD(te.optim.Optimizer):
        ...     def step(self, closure=None):
        ...         for group in self.param_groups:
        ...             for p in group["params"]:
        ...                 p.data -= group["lr"] * p.grad.sign()
        >>> x = te.tensor([3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> SignSGD([x], {"lr": 1.0}).step(); x
        tensor([2.], requires_grad=True)
    """

    param_groups: list[dict[str, Any]]
    state: defaultdict[Any, dict[str, Any]]
    _hooks: defaultdict[str, OrderedDict[int, Any]] | None = None
    # what schedules want to know: was it stepped, and which `step` of its own did it have before
    _opt_called = False
    _step_seen: Any = None

    def __init_subclass__(cls) -> None:
        if "step" in cls.__dict__:
            cls.step = _between_hooks(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {type(params).__name__}; put it in a list"
            )
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Optimise more parameters, with settings of their own where the group has them."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        group = _checked_group(param_group)
        for key, value in self.defaults.items():
            if value is required and key not in group:
                raise ValueError(
                    f"parameter group didn't specify a value of required optimization parameter {key}"
                )
        group.update((key, value) for key, value in self.defaults.items() if key not in group)
        taken = {id(p) for other in self.param_groups for p in other["params"]}
        ids = [id(p) for p in group["params"]]
        if len(set(ids)) < len(ids):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; each should be in it once",
                stacklevel=3,
            )
        if any(("param_names" in other) != ("param_names" in group) for other in self.param_groups):
            raise ValueError(
                "all optimizer param groups should be with/without names. cannot add param group "
                f"{'with' if 'param_names' in group else 'without'} names to the optimizer"
            )
        if not taken.isdisjoint(ids):
            raise ValueError("some parameters appear in more than one parameter group")
        param_group.update(group)
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or make them zero."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p._grad = None
                elif p.grad is not None:
                    p.grad = p.grad.detach().zero_()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters by one step.

        `closure`, if given, computes the loss and its gradients first; its result is returned.
        """
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define step(closure)"
        )

    # ---- state -----------------------------------------------------------------------------------
    def state_dict(self) -> dict[str, Any]:
        """{"state", "param_groups"}, in which parameters are numbers, counted through the groups."""
        for hook in self._hooked("before state_dict"):
            hook(self)
        numbers = {id(p): n for n, p in reversed(list(enumerate(self._all_params())))}
        found: dict[str, Any] = {
            "state": {numbers.get(id(p), p): state for p, state in self.state.items()},
            "param_groups": [
                {
                    **{key: value for key, value in group.items() if key != "params"},
                    "params": [numbers[id(p)] for p in group["params"]],
                }
                for group in self.param_groups
            ],
        }
        for hook in self._hooked("after state_dict"):
            found = _unless_none(hook(self, found), found)
        return found

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned, cast to the parameters' dtypes.

        Raises ValueError, changing nothing, if its groups are not of the same sizes.
        """
        state_dict = state_dict.copy()
        for hook in self._hooked("before load_state_dict"):
            state_dict = _unless_none(hook(self, state_dict), state_dict)
        saved = deepcopy(state_dict["param_groups"])
        if len(saved) != len(self.param_groups):
            raise ValueError(
                f"loaded state dict has a different number of parameter groups: {len(saved)}, "
                f"but the optimizer has {len(self.param_groups)}"
            )
        if any(len(a["params"]) != len(b["params"]) for a, b in zip(saved, self.param_groups)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        params = dict(zip(chain.from_iterable(g["params"] for g in saved), self._all_params()))
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for number, values in state_dict["state"].items():
            p = params.get(number)
            state[number if p is None else p] = values if p is None else _cast(values, p)
        for group, own in zip(saved, self.param_groups):
            group["params"] = own["params"]
            if "param_names" in own:
                group.setdefault("param_names", own["param_names"])
        self.__setstate__({"state": state, "param_groups": saved})
        for hook in self._hooked("after load_state_dict"):
            hook(self)

    def _all_params(self) -> Iterable[Tensor]:
        return chain.from_iterable(group["params"] for group in self.param_groups)

    def __getstate__(self) -> dict[str, Any]:
        return {key: self.__dict__[key] for key in ("defaults", "state", "param_groups")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # ---- hooks -----------------------------------------------------------------------------------
    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step.

        `args` begin with the optimizer; what the hook returns, if anything, are new (args, kwargs).
        """
        return self._add_hook("before step", hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return self._add_hook("after step", hook)

    def register_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict`; `prepend` puts it before the other hooks."""
        return self._add_hook("before state_dict", hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` after `state_dict`; what it returns takes its place."""
        return self._add_hook("after state_dict", hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)`, a copy, before loading; what it returns is loaded."""
        return self._add_hook("before load_state_dict", hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` after loading."""
        return self._add_hook("after load_state_dict", hook, prepend)

    def _add_hook(self, when: str, hook: Hook, prepend: bool = False) -> RemovableHandle:
        if self._hooks is None:
            self._hooks = defaultdict(OrderedDict)
        return add_hook(self._hooks[when], hook, prepend)

    def _hooked(self, when: str) -> list[Hook]:
        return [] if self._hooks is None else list(self._hooks[when].values())

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for n, group in enumerate(self.param_groups):
            settings = [f"    {key}: {group[key]}\n" for key in sorted(group) if key != "params"]
            text += f"\nParameter Group {n}\n" + "".join(settings)
        return text + ")"


def _between_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """A `step` method that calls the optimizer's hooks before and after it."""

    @wraps(step)
    def hooked(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        if self._hooks is None:
            return step(self, *args, **kwargs)
        args = (self, *args)
        for hook in self._hooked("before step"):
            found = _unless_none(hook(self, args, kwargs), (args, kwargs))
            if not (isinstance(found, tuple) and len(found) == 2):
                raise RuntimeError(
                    f"step pre-hook must return None or a tuple of (new_args, new_kwargs), but got {found}."
                )
            args, kwargs = found
        out = step(*args, **kwargs)
        for hook in self._hooked("after step"):
            hook(self, args, kwargs)
        return out

    return hooked


def _unless_none(new: Any, old: Any) -> Any:
    return old if new is None else new


class GroupOptimizer(Optimizer):
    """The base of optimisers that step through their groups: a subclass says in `_step_group` how."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters by one step.

        `closure`, if given, computes the loss and its gradients first; its result is returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for n, group in enumerate(self.param_groups):
            self._step_group(n, group)
        return loss

    def _step_group(self, n: int, group: dict[str, Any]) -> None:
        """Change the parameters of group number `n`."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected the subclass to define _step_group(n, group)"
        )


def settings(arguments: dict[str, Any]) -> dict[str, Any]:
    """What groups are made of: of the `locals()` with which `__init__` begins, all but the parameters."""
    others = "self", "params", "__class__"
    return {name: value for name, value in arguments.items() if name not in others}


def checked(name: str, value: Any, below: float = math.inf) -> None:
    """Raise ValueError, in PyTorch's words, for a setting that is not in [0, below)."""
    if isinstance(value, Tensor) and value.numel() != 1:
        short = "lr" if name == "learning rate" else name
        raise ValueError(f"Tensor {short} must be 1-element, got shape {tuple(value.shape)}")
    if not 0.0 <= float(value) < below:
        raise ValueError(f"Invalid {name}: {value}")


def _checked_group(given: dict[str, Any]) -> dict[str, Any]:
    """A copy of a group whose "params" is a list of leaf Tensors, with "param_names" if they have."""
    params = given["params"]
    if isinstance(params, set):
        raise TypeError(
            "optimizer parameters need to be organized in ordered collections, but the ordering of "
            "tensors in sets will change between runs. Please use a list instead."
        )
    params = [params] if isinstance(params, Tensor) else list(params)
    names = [p[0] for p in params if isinstance(p, tuple)]
    if names and len(names) < len(params):
        raise ValueError(
            "all optimizer params should be with/without names. Some param names are missing"
        )
    tensors = [p[1] for p in params] if names else params
    for p in tensors:
        if not isinstance(p, Tensor):
            raise TypeError(
                f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}"
            )
        if not (p.is_leaf or p.retains_grad):
            raise ValueError("can't optimize a non-leaf Tensor; optimize what it was computed from")
    return {**given, "params": tensors, **({"param_names": names} if names else {})}


def _cast(value: Any, p: Tensor, name: str = "") -> Any:
    """A state's tensors in the dtype of their parameter, except the count of steps."""
    if isinstance(value, Tensor):
        return value.clone() if name == "step" else value.to(p.dtype)
    if isinstance(value, dict):
        return {key: _cast(v, p, key) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_cast(v, p) for v in value)
    return value
