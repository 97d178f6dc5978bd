"""Modules as functions of their parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..functional import stack
from ..tensor import Tensor

__all__ = ["functional_call", "stack_module_state"]


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What a module computes with other parameters and buffers, given by their dotted names.

    The module is as before afterwards.  With `tie_weights`, a parameter that has several names is
    replaced under all of them.  Raises RuntimeError for names that the module has not, and with
    `strict` for names that it has and the dicts have not.

    Difference from PyTorch: a name that the module has not is an error, not ignored.

    >>> model = te.nn.Linear(2, 1, bias=False)
    >>> te.func.functional_call(model, {"weight": te.tensor([[1.0, 2.0]])}, te.tensor([3.0, 4.0]))
    tensor([11.])
    """
    dicts = parameter_and_buffer_dicts
    given = (
        dict(dicts) if isinstance(dicts, Mapping) else {k: v for d in dicts for k, v in d.items()}
    )
    places = _places(module)
    unexpected, missing = given.keys() - places.keys(), places.keys() - given.keys()
    if unexpected or (strict and missing):
        raise RuntimeError(
            f"functional_call: Unexpected key(s): {sorted(unexpected)}, missing key(s): {sorted(missing)}"
        )
    if tie_weights:
        by_tensor = {
            id(vars(owner)[name]): given[key]
            for key, (owner, name) in places.items()
            if key in given
        }
        for key, (owner, name) in places.items():
            if key not in given and id(vars(owner)[name]) in by_tensor:
                given[key] = by_tensor[id(vars(owner)[name])]
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _replaced({key: (*places[key], value) for key, value in given.items()}):
        return module(*args, **(kwargs or {}))


def _places(module: Any) -> dict[str, tuple[Any, str]]:
    """The module and the attribute that hold each parameter and buffer, by dotted name."""
    return {
        f"{path}.{name}" if path else name: (owner, name)
        for path, owner in module.named_modules(remove_duplicate=False)
        for name in (*owner._parameters, *owner._buffers)
        if vars(owner)[name] is not None
    }


@contextmanager
def _replaced(values: dict[str, tuple[Any, str, Tensor]]) -> Iterator[None]:
    """Attributes of modules replaced, and put back."""
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in values.values()]
    try:
        for owner, name, value in values.values():
            vars(owner)[name] = value
        yield
    finally:
        for owner, name, value in before:
            vars(owner)[name] = value


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters and the buffers of several models of one build, each stacked along a new first dimension.

    >>> models = [te.nn.Linear(2, 1) for _ in range(3)]
    >>> te.func.stack_module_state(models)[0]["weight"].shape
    tinygrad_edu.Size([3, 1, 2])
    """
    if not models:
        raise RuntimeError("stack_module_state: expected at least one model, got 0")
    parameters = {
        name: stack([dict(m.named_parameters())[name].detach() for m in models]).requires_grad_()
        for name, _ in models[0].named_parameters()
    }
    buffers = {
        name: stack([dict(m.named_buffers())[name] for m in models])
        for name, _ in models[0].named_buffers()
    }
    return parameters, buffers
