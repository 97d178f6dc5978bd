"""States of modules are saved and loaded as PyTorch does it, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.side_by_side import Run, assert_same, filled, model, shared


def test_state_dicts_have_the_same_keys_and_metadata() -> None:
    def run(lib: Any) -> Any:
        m = shared(lib)
        state = m.state_dict(prefix="net.")
        given = {"old": 1}
        again = m.state_dict(destination=given, keep_vars=True)
        return dict(state), dict(state._metadata), list(again), again is given

    assert_same(run)


def with_extra(lib: Any) -> Any:
    class Extra(lib.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = lib.nn.Linear(1, 1)
            self.count = 3

        def get_extra_state(self) -> Any:
            return {"count": self.count}

        def set_extra_state(self, state: Any) -> None:
            self.count = state["count"]

    return filled(Extra())


def test_extra_state() -> None:
    def run(lib: Any) -> Any:
        m, other = with_extra(lib), with_extra(lib)
        m.count = 8
        state = m.state_dict()
        keys = list(state)
        other.load_state_dict(state)
        del state["_extra_state"]
        return keys, other.count, list(other.load_state_dict(state, strict=False))

    assert_same(run)


def change(**changes: Any) -> Callable[[Any, dict[str, Any]], None]:
    def do(lib: Any, state: dict[str, Any]) -> None:
        for key, value in changes.items():
            key = key.replace("__", ".")
            if value is None:
                del state[key]
            else:
                state[key] = lib.ones(*value) if isinstance(value, tuple) else value

    return do


STATES: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "whole": change(),
    "missing": change(first__weight=None, act__1__running_var=None),
    "unexpected": change(more=(1,), act__more=(2,), first__weight__deep=(1,)),
    "shape": change(first__weight=(2, 2), last__weight=(1,)),
    "all": change(first__weight=(2, 2), more=(1,), first__bias=None),
    "no tensor": change(first__bias=[1.0]),
    "extra": change(_extra_state=3, act___extra_state=3),
    "number": change(act__1__num_batches_tracked=(1,)),
}


def message(lib: Any, run: Callable[[], Any]) -> Any:
    try:
        return run()
    except RuntimeError as error:
        return str(error).replace("torch.Tensor or Tensor-like object", "Tensor")


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("name", STATES)
def test_loading_says_what_is_wrong(name: str, strict: bool) -> None:
    def run(lib: Any) -> Any:
        m = model(lib)
        state = m.state_dict()
        STATES[name](lib, state)
        found = message(lib, lambda: m.load_state_dict(state, strict=strict))
        return found, repr(found)

    assert_same(run)


def test_loading_wants_a_mapping() -> None:
    assert assert_same(lambda lib: model(lib).load_state_dict([1])) == "TypeError"


def test_hooks_on_state() -> None:
    def run(lib: Any) -> Any:
        log: list[Any] = []
        m, other = lib.nn.Sequential(model(lib)), model(lib)
        m[0].register_state_dict_pre_hook(
            lambda m, prefix, keep: log.append(("pre", type(m).__name__, prefix, keep))
        )

        def post(m: Any, state: Any, prefix: str, metadata: Any) -> None:
            log.append(("post", list(state), prefix, dict(metadata)))
            for key in list(state):
                state[key.removeprefix("0.")] = state.pop(key)

        m[0].register_state_dict_post_hook(post)
        state = m.state_dict()
        del state["first.bias"]
        state["more"] = 3
        other.act.register_load_state_dict_pre_hook(
            lambda m, state, prefix, metadata, strict, *lists: log.append(
                ("load", type(m).__name__, sorted(state), prefix, dict(metadata), strict, lists)
            )
        )
        other._register_load_state_dict_pre_hook(
            lambda state, prefix, *rest: log.append((len(state), prefix, len(rest)))
        )

        def forgive(m: Any, keys: Any) -> None:
            log.append(("after", list(keys)))
            keys.missing_keys.clear()
            keys.unexpected_keys.clear()

        other.register_load_state_dict_post_hook(forgive)
        return log, list(state), list(other.load_state_dict(state))

    assert_same(run)


BAD_STATE_HOOKS: dict[str, Run] = {
    "post": lambda lib: (
        m := model(lib),
        m.register_state_dict_post_hook(lambda *a: {}),
        m.state_dict(),
    ),
    "private post": lambda lib: (
        m := lib.nn.Linear(1, 1),
        m._register_state_dict_hook(lambda *a: {"a": 1}) and None,
        m.state_dict(),
    )[2],
    "load": lambda lib: (
        m := model(lib),
        m.register_load_state_dict_post_hook(lambda *a: 3),
        m.load_state_dict(m.state_dict()),
    ),
}


@pytest.mark.parametrize("name", BAD_STATE_HOOKS)
def test_results_of_state_hooks(name: str) -> None:
    assert_same(BAD_STATE_HOOKS[name])


def test_a_module_may_save_and_load_in_its_own_way() -> None:
    def run(lib: Any) -> Any:
        class Doubled(lib.nn.Linear):  # type: ignore[misc]
            _version = 7

            def _save_to_state_dict(self, destination: Any, prefix: str, keep: bool) -> None:
                super()._save_to_state_dict(destination, prefix, keep)
                destination[prefix + "twice"] = self.bias.detach() * 2

            def _load_from_state_dict(self, state: Any, prefix: str, meta: Any, *rest: Any) -> None:
                twice = state.pop(prefix + "twice")
                super()._load_from_state_dict(state, prefix, meta, *rest)
                self.seen = (twice, self.bias.detach().clone(), meta.get("version"))

        m, other = filled(Doubled(2, 2)), lib.nn.Sequential(Doubled(2, 2))
        state = m.state_dict(prefix="0.")
        return list(state), other.load_state_dict(state), other[0].seen

    assert_same(run)


@pytest.mark.parametrize("assign", [True, False])
def test_loading_or_assigning(assign: bool) -> None:
    def run(lib: Any) -> Any:
        m = model(lib)
        m.first.weight.requires_grad_(False)
        weight = m.first.weight
        state = {key: x.double() for key, x in model(lib).state_dict().items()}
        m.load_state_dict(state, assign=assign)
        return weight is m.first.weight, m.first.weight, m.first.weight.requires_grad

    assert_same(run)


def test_a_state_from_before_batches_were_counted() -> None:
    def run(lib: Any) -> Any:
        m = model(lib)
        state = dict(m.state_dict())
        del state["act.1.num_batches_tracked"]
        return list(m.load_state_dict(state))

    assert_same(run)
