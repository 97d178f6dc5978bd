"""Clipping, fusing and pruning do what PyTorch's do, side by side."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from tests.parity.side_by_side import Run, assert_same, data, filled, model, used

pytest.importorskip("torch.nn.utils.prune")  # not imported by torch itself


def trained(lib: Any, dtype: str = "float32") -> Any:
    """A model with gradients, and its parameters."""
    m = model(lib).to(getattr(lib, dtype))
    m(data(lib, 5, 3).to(getattr(lib, dtype))).pow(2).sum().backward()
    m.first.bias.grad = None
    return m


def grads(m: Any) -> list[Any]:
    return [p.grad for p in m.parameters()]


def broken(lib: Any, value: float) -> Any:
    m = trained(lib)
    m.last.weight.grad[0, 0] = value
    return m


# ---- gradients and vectors -------------------------------------------------------------------------
CLIPS: dict[str, Run] = {
    **{
        f"norm {p} max {limit} {dtype}": lambda lib, p=p, limit=limit, dtype=dtype: (  # type: ignore[misc]
            m := trained(lib, dtype),
            lib.nn.utils.clip_grad_norm_(m.parameters(), limit, p),
            grads(m),
        )[1:]
        for p in (2.0, 1, 3.0, float("inf"), "inf", 0, -float("inf"))
        for limit in (0.5, 1e3)
        for dtype in ("float32", "float64")
    },
    "one": lambda lib: (
        m := trained(lib),
        lib.nn.utils.clip_grad_norm_(m.last.weight, 0.1, foreach=False),
        grads(m),
    )[1:],
    "none": lambda lib: lib.nn.utils.clip_grad_norm_([], 1.0),
    "no gradients": lambda lib: lib.nn.utils.clip_grad_norm_(model(lib).parameters(), 1.0),
    "empty generator": lambda lib: lib.nn.utils.clip_grad_norm_((p for p in ()), 1.0),
    "inf": lambda lib: (m := broken(lib, np.inf), lib.nn.utils.clip_grad_norm_(m.parameters(), 1.0), grads(m))[1:],
    "nan": lambda lib: (m := broken(lib, np.nan), lib.nn.utils.clip_grad_norm_(m.parameters(), 1.0), grads(m))[1:],
    "inf is an error": lambda lib: lib.nn.utils.clip_grad_norm_(
        broken(lib, np.inf).parameters(), 1.0, error_if_nonfinite=True
    ),
    "old name": lambda lib: lib.nn.utils.clip_grad_norm(trained(lib).parameters(), 1.0),
    "value": lambda lib: (m := trained(lib), lib.nn.utils.clip_grad_value_(m.parameters(), 0.1), grads(m))[2],
    "total": lambda lib: lib.nn.utils.get_total_norm([data(lib, 3), data(lib, 2, 2)], 1.5),
    "total mixed": lambda lib: lib.nn.utils.get_total_norm([data(lib, 3), data(lib, 2).double()]),
    "by a norm": lambda lib: (
        m := trained(lib),
        lib.nn.utils.clip_grads_with_norm_(m.parameters(), 1.0, lib.tensor(7.0)),
        grads(m),
    )[2],
}  # fmt: skip


@pytest.mark.parametrize("name", CLIPS)
def test_clipping(name: str) -> None:
    assert_same(CLIPS[name])


def test_vectors() -> None:
    def run(lib: Any) -> Any:
        m, utils = model(lib), lib.nn.utils
        v = utils.parameters_to_vector(m.parameters())
        before = v.detach().clone()
        v.sum().backward()
        utils.vector_to_parameters(before * 2, m.parameters())
        return before, list(m.parameters()), m.first.weight.grad

    assert_same(run)
    assert_same(lambda lib: lib.nn.utils.vector_to_parameters([1.0], []))


# ---- fusion ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("kind", ["Conv1d", "Conv2d", "ConvTranspose2d", "Linear"])
def test_fusion(kind: str, affine: bool, bias: bool) -> None:
    def run(lib: Any) -> Any:
        nn = lib.nn
        if kind == "Linear":
            layer, bn, x = nn.Linear(3, 4, bias=bias), nn.BatchNorm1d(4), data(lib, 5, 3)
        else:
            layer = getattr(nn, kind)(3, 4, 2, bias=bias)
            bn = getattr(nn, "BatchNorm" + kind[-2:])(4, affine=affine)
            x = data(lib, 2, 3, *(5,) * int(kind[-2]))
        filled(layer), filled(bn)
        bn(layer(x))
        layer.eval(), bn.eval()
        if kind == "Linear":
            fused = nn.utils.fuse_linear_bn_eval(layer, bn)
        else:
            fused = nn.utils.fuse_conv_bn_eval(layer, bn, transpose="Transpose" in kind)
        return repr(fused), list(fused.parameters()), fused(x), bn(layer(x))

    assert_same(run)


FUSION_ERRORS: dict[str, Run] = {
    "training": lambda lib: lib.nn.utils.fuse_linear_bn_eval(
        lib.nn.Linear(2, 2), lib.nn.BatchNorm1d(2)
    ),
    "features": lambda lib: lib.nn.utils.fuse_linear_bn_eval(
        lib.nn.Linear(2, 2).eval(), lib.nn.BatchNorm1d(3).eval()
    ),
    "statistics": lambda lib: lib.nn.utils.fuse_conv_bn_eval(
        lib.nn.Conv1d(2, 2, 1).eval(), lib.nn.BatchNorm1d(2, track_running_stats=False).eval()
    ),
    "skip no module": lambda lib: lib.nn.utils.skip_init(int, 3),
    "skip no device": lambda lib: lib.nn.utils.skip_init(lib.nn.ReLU),
    "skip": lambda lib: repr(lib.nn.utils.skip_init(lib.nn.Linear, 5, out_features=1)),
}


@pytest.mark.parametrize("name", FUSION_ERRORS)
def test_fusion_and_skipping_errors(name: str) -> None:
    assert_same(FUSION_ERRORS[name])


# ---- pruning ---------------------------------------------------------------------------------------
def pruned(*steps: Any) -> Run:
    def run(lib: Any) -> Any:
        m = filled(lib.nn.Conv1d(3, 4, 2))
        for step in steps:
            step(lib.nn.utils.prune, m)
        found = dict(m.named_parameters()), dict(m.named_buffers()), m.weight
        result = used(m, data(lib, 1, 3, 4)), lib.nn.utils.prune.is_pruned(m)
        if "weight_mask" in dict(m.named_buffers()):
            lib.nn.utils.prune.remove(m, "weight")
        return found, result, dict(m.named_parameters()), lib.nn.utils.prune.is_pruned(m)

    return run


PRUNINGS: dict[str, Run] = {
    "nothing": pruned(),
    "identity": pruned(lambda P, m: P.identity(m, "weight")),
    "l1": pruned(lambda P, m: P.l1_unstructured(m, "weight", 0.3)),
    "l1 number": pruned(lambda P, m: P.l1_unstructured(m, "bias", 2)),
    "l1 scores": pruned(lambda P, m: P.l1_unstructured(m, "weight", 5, m.weight.detach().cos())),
    "twice": pruned(
        lambda P, m: P.l1_unstructured(m, "weight", 0.3),
        lambda P, m: P.l1_unstructured(m, "weight", 0.5),
    ),
    "thrice": pruned(
        lambda P, m: P.ln_structured(m, "weight", 1, 2, 0),
        lambda P, m: P.l1_unstructured(m, "weight", 4),
        lambda P, m: P.ln_structured(m, "weight", 1, float("inf"), -2),
    ),
    "l2 slices": pruned(lambda P, m: P.ln_structured(m, "weight", 2, 2, 0)),
    "l1 slices": pruned(lambda P, m: P.ln_structured(m, "weight", 0.5, 1, -1)),
    "mask": pruned(lambda P, m: P.custom_from_mask(m, "weight", m.weight.detach() > 0)),
    "global": pruned(
        lambda P, m: P.l1_unstructured(m, "weight", 3),
        lambda P, m: P.global_unstructured(
            [(m, "weight"), (m, "bias")], P.L1Unstructured, amount=0.4
        ),
    ),
    "random all": pruned(lambda P, m: P.random_unstructured(m, "weight", 1.0)),
    "random none": pruned(lambda P, m: P.random_structured(m, "weight", 0, 1)),
    "too many": pruned(lambda P, m: P.l1_unstructured(m, "bias", 5)),
    "too much": pruned(lambda P, m: P.l1_unstructured(m, "bias", 1.5)),
    "text": pruned(lambda P, m: P.l1_unstructured(m, "bias", "all")),
    "vector": pruned(lambda P, m: P.ln_structured(m, "bias", 1, 2, 0)),
    "dim": pruned(lambda P, m: P.ln_structured(m, "weight", 1, 2, 3)),
    "no tensor": pruned(lambda P, m: P.identity(m, "none")),
    "not pruned": pruned(lambda P, m: P.remove(m, "weight")),
    "global structured": pruned(
        lambda P, m: P.global_unstructured([(m, "weight")], P.LnStructured, amount=1, n=2)
    ),
    "mask of another shape": pruned(lambda P, m: P.custom_from_mask(m, "weight", m.bias)),
}


@pytest.mark.parametrize("name", PRUNINGS)
def test_pruning(name: str) -> None:
    assert_same(PRUNINGS[name])


def test_a_pruning_method_of_ones_own() -> None:
    def run(lib: Any) -> Any:
        P = lib.nn.utils.prune

        class Every(P.BasePruningMethod):  # type: ignore[misc]
            PRUNING_TYPE = "unstructured"

            def __init__(self, step: int) -> None:
                self.step = step

            def compute_mask(self, t: Any, default_mask: Any) -> Any:
                mask = default_mask.clone()
                mask.view(-1)[:: self.step] = 0
                return mask

        m = filled(lib.nn.Linear(3, 4))
        Every.apply(m, "weight", 2)
        Every.apply(m, "weight", step=3)
        kinds = [type(h).__name__ for h in m._forward_pre_hooks.values()]
        return (
            m.weight,
            kinds,
            Every(2).prune(data(lib, 5)),
            copy.deepcopy(m._buffers["weight_mask"]),
        )

    assert_same(run)
