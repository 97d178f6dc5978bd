"""Modules, hooks and states do what PyTorch's do, side by side."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import Any

import pytest

from tests.parity.side_by_side import Run, assert_same, data, filled, model, shared


# ---- hooks on the call -----------------------------------------------------------------------------
def global_hooks(lib: Any) -> Any:
    return lib.nn.modules.module


def test_forward_hooks_are_called_in_order() -> None:
    def run(lib: Any) -> Any:
        log: list[Any] = []
        m = lib.nn.Linear(2, 2)
        g = global_hooks(lib)

        def note(name: str) -> Any:
            return lambda *args: log.append((name, len(args)))

        handles = [
            m.register_forward_pre_hook(note("pre")),
            m.register_forward_pre_hook(note("first pre"), prepend=True),
            m.register_forward_pre_hook(note("pre kwargs"), with_kwargs=True),
            m.register_forward_hook(note("hook")),
            m.register_forward_hook(note("first hook"), prepend=True),
            m.register_forward_hook(note("hook kwargs"), with_kwargs=True),
            g.register_module_forward_pre_hook(note("global pre")),
            g.register_module_forward_hook(note("global hook")),
            g.register_module_forward_hook(note("global kwargs"), with_kwargs=True),
        ]
        m(lib.ones(1, 2))
        counts = [len(m._forward_pre_hooks), len(m._forward_hooks)]
        for h in handles:
            h.remove()
        m(lib.ones(1, 2))
        return log, counts, len(m._forward_hooks)

    assert_same(run)


def test_forward_hooks_replace_arguments_and_results() -> None:
    def run(lib: Any) -> Any:
        m = lib.nn.Identity()
        m.register_forward_pre_hook(lambda m, args: args[0] + 1)
        m.register_forward_pre_hook(
            lambda m, args, kwargs: ((args[0] * 2,), kwargs), with_kwargs=True
        )
        m.register_forward_hook(lambda m, args, out: out + args[0])
        return m(lib.ones(2))

    assert_same(run)


def test_hooks_called_in_any_case() -> None:
    def run(lib: Any) -> Any:
        log: list[Any] = []

        class Fails(lib.nn.Module):  # type: ignore[misc]
            def forward(self, x: Any) -> Any:
                raise ValueError("no")

        m = Fails()
        m.register_forward_hook(lambda m, a, out: log.append("never"))
        m.register_forward_hook(lambda m, a, out: log.append(("always", out)), always_call=True)
        m.register_forward_hook(lambda m, a, out: {}["lost"], always_call=True)
        with pytest.raises(ValueError, match="no"):
            m(1)
        return log

    assert_same(run)


def test_hooks_may_be_cleared_and_are_copied() -> None:
    def run(lib: Any) -> Any:
        m = lib.nn.Identity()
        m.register_forward_hook(lambda m, a, out: out + 1)
        twin = copy.deepcopy(m)
        m._forward_hooks.clear()
        other = lib.nn.Identity()
        handle = other.register_forward_hook(lambda m, a, out: out + 1)
        other._forward_hooks = OrderedDict()
        handle.remove()
        return m(1), twin(1), other(1), list(m._forward_hooks)

    assert_same(run)


BACKWARD: dict[str, tuple[Any, bool]] = {
    "one input": (lambda m, x: m(x), True),
    "input without gradient": (lambda m, x: m(x), False),
    "used twice": (lambda m, x: m(m(x)), True),
}


@pytest.mark.parametrize("name", BACKWARD)
def test_backward_hooks_see_gradients(name: str) -> None:
    use, grad = BACKWARD[name]

    def run(lib: Any) -> Any:
        log: list[Any] = []
        m = filled(lib.nn.Linear(3, 3))
        m.register_full_backward_pre_hook(lambda m, g: log.append(("pre", g)))
        m.register_full_backward_hook(lambda m, gi, go: log.append(("hook", gi, go)))
        m.register_full_backward_hook(lambda m, gi, go: log.append("first"), prepend=True)
        g = global_hooks(lib)
        handles = [
            g.register_module_full_backward_pre_hook(lambda m, g: log.append("global pre")),
            g.register_module_full_backward_hook(lambda m, gi, go: log.append("global")),
        ]
        x = data(lib, 2, 3, grad=grad)
        try:
            (use(m, x) ** 2).sum().backward()
        finally:
            for h in handles:
                h.remove()
        return log, x.grad, m.weight.grad

    assert_same(run)


def test_backward_hooks_replace_gradients() -> None:
    def run(lib: Any) -> Any:
        m = filled(lib.nn.Linear(3, 3))
        m.register_full_backward_pre_hook(lambda m, g: (g[0] * 2,))
        m.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10 + go[0].sum(),))
        x = data(lib, 2, 3, grad=True)
        y = m(x)
        y.sum().backward()
        return x.grad, m.weight.grad, m.bias.grad

    assert_same(run)


def test_backward_hooks_of_many_inputs_and_outputs() -> None:
    def run(lib: Any) -> Any:
        log: list[Any] = []

        class Two(lib.nn.Module):  # type: ignore[misc]
            def forward(self, a: Any, n: int, b: Any, c: Any) -> Any:
                return a * n, "text", b * c

        m = Two()
        m.register_full_backward_hook(lambda m, gi, go: log.append((gi, go)))
        a, b, c = data(lib, 2, grad=True), data(lib, 2), data(lib, 2, grad=True)
        first, _, second = m(a, 3, b, c)
        (first.sum() + (second * 2).sum()).backward()
        m(a, 3, b, c)[2].sum().backward()
        return log, a.grad, c.grad

    assert_same(run)


@pytest.mark.parametrize("wrong", [lambda g: (g[0], g[0]), lambda g: ()])
def test_a_bad_result_of_a_backward_hook_is_an_error(wrong: Any) -> None:
    def run(lib: Any, kind: str) -> Any:
        m = lib.nn.Linear(3, 3)
        if kind == "pre":
            m.register_full_backward_pre_hook(lambda m, g: wrong(g))
        else:
            m.register_full_backward_hook(lambda m, gi, go: wrong(gi))
        m(data(lib, 2, 3, grad=True)).sum().backward()

    for kind in ("pre", "hook"):
        assert assert_same(lambda lib, kind=kind: run(lib, kind)) == "RuntimeError"


def test_backward_hooks_and_second_derivatives() -> None:
    def run(lib: Any) -> Any:
        m = lib.nn.Tanh()
        m.register_full_backward_hook(lambda m, gi, go: (gi[0] * 3,))
        x = data(lib, 4, grad=True)
        (g,) = lib.autograd.grad(m(x).sum(), x, create_graph=True)
        return g, lib.autograd.grad((g * g).sum(), x)

    assert_same(run)


def test_an_output_that_is_no_tensor_is_not_watched() -> None:
    def run(lib: Any) -> Any:
        class Named(lib.nn.Module):  # type: ignore[misc]
            def forward(self, x: Any) -> Any:
                return {"y": x * 2}

        log: list[Any] = []
        m = Named()
        m.register_full_backward_hook(lambda m, gi, go: log.append((gi, go)))
        x = data(lib, 2, grad=True)
        m(x)["y"].sum().backward()
        return log, x.grad

    assert_same(run)


def test_registration_hooks() -> None:
    def run(lib: Any) -> Any:
        log: list[Any] = []
        g = global_hooks(lib)
        handles = [
            g.register_module_parameter_registration_hook(
                lambda m, name, p: log.append(("parameter", name))
            ),
            g.register_module_buffer_registration_hook(
                lambda m, name, b: log.append(("buffer", name)) or (b if b is None else b + 1)
            ),
            g.register_module_module_registration_hook(
                lambda m, name, part: log.append(("module", name))
            ),
        ]
        try:
            m = lib.nn.Sequential(lib.nn.Linear(2, 2, bias=False), lib.nn.BatchNorm1d(2))
        finally:
            for h in handles:
                h.remove()
        m.extra = lib.nn.Linear(1, 1)
        return log, list(m.buffers())

    assert_same(run)


# ---- attributes and walks --------------------------------------------------------------------------
@pytest.mark.parametrize("duplicate", [True, False])
@pytest.mark.parametrize("prefix", ["", "net"])
def test_walks(prefix: str, duplicate: bool) -> None:
    def run(lib: Any) -> Any:
        m = shared(lib)
        options = {"prefix": prefix, "remove_duplicate": duplicate}
        return [
            [name for name, _ in m.named_parameters(**options)],
            [name for name, _ in m.named_parameters(recurse=False, **options)],
            [name for name, _ in m.named_buffers(**options)],
            [name for name, _ in m.named_modules(**options)],
            [name for name, _ in m.named_children()],
            [len(list(m.parameters())), len(list(m.buffers())), len(list(m.modules()))],
            sorted(m._non_persistent_buffers_set),
        ]

    assert_same(run)


LOOKUPS: dict[str, Run] = {
    f"{kind} {target}": lambda lib, kind=kind, target=target: (
        type(  # type: ignore[misc]
            getattr(shared(lib), f"get_{kind}")(target)
        ).__name__
    )
    for kind in ("submodule", "parameter", "buffer")
    for target in ("", "first", "act.0", "act.1.weight", "kept", "first.none", "act.1.running_mean")
}
SETTINGS: dict[str, tuple[str, bool]] = {
    "known": ("act.0", True),
    "new": ("act.new", False),
    "new strict": ("act.new", True),
    "no parent": ("none.new", False),
    "a parameter": ("first.weight", False),
    "empty": ("", False),
}


@pytest.mark.parametrize("name", LOOKUPS)
def test_lookups(name: str) -> None:
    assert_same(LOOKUPS[name])


@pytest.mark.parametrize("name", SETTINGS)
def test_set_submodule(name: str) -> None:
    def run(lib: Any) -> Any:
        m = model(lib)
        m.set_submodule(SETTINGS[name][0], lib.nn.ReLU(), strict=SETTINGS[name][1])
        return repr(m)

    assert_same(run)


def test_set_submodule_wants_a_module() -> None:
    assert assert_same(lambda lib: model(lib).set_submodule("act", 3)) == "ValueError"


MISTAKES: dict[str, Run] = {
    "before init": lambda lib: setattr(
        lib.nn.Module.__new__(lib.nn.Module), "p", lib.nn.Linear(1, 1)
    ),
    "parameter is a tensor": lambda lib: setattr(lib.nn.Linear(1, 1), "weight", lib.ones(1, 1)),
    "module is a tensor": lambda lib: setattr(model(lib), "first", lib.ones(1)),
    "buffer is a number": lambda lib: setattr(shared(lib), "kept", 3),
    "not a parameter": lambda lib: lib.nn.Module().register_parameter("p", lib.ones(1)),
    "not a buffer": lambda lib: lib.nn.Module().register_buffer("b", 3),
    "not a module": lambda lib: lib.nn.Module().add_module("m", 3),
    "dot": lambda lib: lib.nn.Module().add_module("a.b", None),
    "empty": lambda lib: lib.nn.Module().register_buffer("", None),
    "taken": lambda lib: lib.nn.Module().register_parameter("forward", None),
    "number": lambda lib: lib.nn.Module().register_buffer(3, None),
    "no forward": lambda lib: lib.nn.Module()(1),
    "no attribute": lambda lib: lib.nn.Module().weight,
    "no init arguments": lambda lib: lib.nn.Module(3),
    "mode": lambda lib: lib.nn.Module().train(3),
    "to integers": lambda lib: model(lib).to(lib.int64),
    "extra state": lambda lib: lib.nn.Module().get_extra_state(),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_raise_the_same_errors(name: str) -> None:
    assert_same(MISTAKES[name])


def test_what_modules_are_asked() -> None:
    def run(lib: Any) -> Any:
        m = model(lib)
        return [
            repr(m),
            m.compile(),
            m.share_memory() is m,
            m.cpu() is m,
            [n for n in dir(m) if n in ("first", "act", "0", "forward")],
            str(m.double().act[1].running_mean.dtype),
            str(m.to(lib.float16).first.weight.dtype),
            str(m.act[1].num_batches_tracked.dtype),
            m.to_empty(device="cpu").first.weight.shape[0],
            m.requires_grad_(False).first.weight.requires_grad,
            m.eval().act.training,
            m.apply(lambda part: None) is m,
        ]

    assert_same(run)
