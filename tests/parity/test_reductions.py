"""Reductions, statistics, scans and sorting under PyTorch and here: dtypes, dims, empty tensors, nan, ties, errors."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import tinygrad_edu as te  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
nan, inf = float("nan"), float("inf")
DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64")
OVER_DIMS = [
    "sum",
    "mean",
    "nansum",
    "nanmean",
    "amax",
    "amin",
    "any",
    "all",
    "count_nonzero",
    "logsumexp",
    "var",
    "std",
    "norm",
]
REDUCING = ["prod", "argmax", "argmin", "max", "min", "median", "nanmedian", "mode", "kthvalue"]
RUNNING = [
    "sort",
    "argsort",
    "topk",
    "cumsum",
    "cumprod",
    "cummax",
    "cummin",
    "logcumsumexp",
    "softmax",
    "log_softmax",
]
TAKES_K = {"kthvalue": (1,), "topk": (1,)}
NO_KEEPDIM = {*RUNNING, "count_nonzero"}


def outcome(lib: Any, name: str, x: Any, *args: Any, **kwargs: Any) -> Any:
    """Dtypes, shapes and numbers of the results, or the type of the error."""
    try:
        out = getattr(lib, name)(lib.tensor(x), *TAKES_K.get(name, ()), *args, **kwargs)
    except Exception as error:
        kinds = (NotImplementedError, RuntimeError, IndexError, TypeError)
        return next(kind for kind in kinds if isinstance(error, kind))
    results = out if isinstance(out, tuple) else (out,)
    return [
        (str(t.dtype).split(".")[1], tuple(t.shape), np.asarray(t.tolist(), float)) for t in results
    ]


def same(name: str, x: Any, *args: Any, **kwargs: Any) -> None:
    """Both libraries give the same; what PyTorch has not implemented for a dtype is left to us."""
    ours, theirs = (outcome(lib, name, x, *args, **kwargs) for lib in (te, torch))
    where = f"{name} of {x!r} with {args} {kwargs}: {ours}, not {theirs}"
    if theirs is NotImplementedError:
        return
    if isinstance(theirs, type) or isinstance(ours, type):
        assert ours is theirs, where
        return
    assert len(ours) == len(theirs), where
    for a, b in zip(ours, theirs):
        assert a[:2] == b[:2] and np.allclose(a[2], b[2], rtol=1e-5, equal_nan=True), where


@pytest.mark.parametrize("name", (*OVER_DIMS, *REDUCING, *RUNNING, "aminmax", "unique", "msort"))
def test_dtypes(name: str) -> None:
    takes_no_dim = name in ("aminmax", "unique", "msort")
    for dtype in DTYPES[name == "topk" :]:  # which of equal elements it picks is left open
        x = np.array([[3, 0, 1], [1, 2, 5]]).astype(dtype)
        same(name, x, *() if takes_no_dim else (1,))
        same(name, x, *() if takes_no_dim else (0,))
        for asked in ("float64", "int32") if name in ("sum", "prod", "cumsum", "cumprod") else ():
            for lib in (te, torch):
                out = getattr(lib, name)(lib.tensor(x), 0, dtype=getattr(lib, asked))
                assert str(out.dtype).endswith(asked)


@pytest.mark.parametrize("name", (*OVER_DIMS, *REDUCING, *RUNNING))
def test_dims(name: str) -> None:
    one = (0, 1, -1, 2, -4, 3)
    several = ((0,), (0, 2), (-1, 1), (0, 0), (0, -3), (0, 3), ()) if name in OVER_DIMS else ()
    shapes = ((), (3,), (2, 0), (0,), (2, 1, 3))
    for shape, dim in itertools.product(shapes, (*one, *several)):
        if name == "logsumexp" and dim == ():
            continue  # PyTorch fails, and does not say so
        if 0 in shape and (name in ("cummax", "cummin") or dim in ((0, 0), (-1, 1))):
            continue  # here it looks for nothing to do before it looks at the dims
        x = np.random.default_rng(3).permutation(int(np.prod(shape))).reshape(shape) - 1.5
        same(name, x, dim)
        if name not in NO_KEEPDIM:
            same(name, x, dim, keepdim=True)


@pytest.mark.parametrize(
    "name",
    (
        "sum",
        "mean",
        "prod",
        "amax",
        "max",
        "argmin",
        "median",
        "any",
        "var",
        "aminmax",
        "norm",
        "nanmedian",
    ),
)
def test_over_all(name: str) -> None:
    for x in (np.array(3.0), np.zeros(0), np.zeros((2, 0)), np.arange(6.0).reshape(2, 3)):
        same(name, x)


def test_nan_is_the_greatest_and_ties_go_to_the_first() -> None:
    for x in (
        [1.0, nan, 3.0, nan],
        [2.0, 3.0, 3.0, 1.0],
        [-inf, inf, inf, -inf],
        [nan, nan, nan, nan],
    ):
        a = np.array(x)
        for name in (
            "max",
            "min",
            "argmax",
            "argmin",
            "cummax",
            "cummin",
            "sort",
            "amax",
            "logsumexp",
            "std",
            "prod",
        ):
            same(name, a, 0)
        for name in ("max", "min", "median", "nanmedian", "nansum", "nanmean", "argmax", "aminmax"):
            same(name, a)
        same("sort", a, 0, descending=True)
        same("argsort", a, 0, True)
        same("topk", a, 0, True) if len(set(x)) == 4 else None
        same("quantile", a, 0.4)
        same("nanquantile", a, 0.4)
    same("median", np.array([4.0, 1.0, 3.0, 2.0]), 0)
    same("median", np.array([4.0, nan, 3.0, nan]), 0)
    same("mode", np.array([2.0, 1, 1, 2, 3, 1, 2]))


def test_corrections() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    for name, dim in itertools.product(("var", "std", "var_mean", "std_mean"), (None, 1, (0, 1))):
        for given in (
            {},
            {"unbiased": False},
            {"correction": 0},
            {"correction": 2.5},
            {"correction": 20},
        ):
            if "unbiased" in given and dim is None:
                continue
            same(name, x, dim, **given)
            same(name, x, dim, keepdim=True, **given)
        same(name, x, False)


def gradient(lib: Any, function: Any, x: Any) -> Any:
    """The gradient of a function's weighted result."""
    t = lib.tensor(np.array(x), requires_grad=True)
    y = function(lib, t)
    weights = lib.tensor(np.linspace(1, 2, int(np.prod(y.shape))).reshape(tuple(y.shape)))
    return lib.autograd.grad((y * weights).sum(), t)[0].numpy()


@pytest.mark.parametrize(
    "function, x",
    [
        (lambda t, x: x.amax(), [1.0, 3.0, 3.0]),
        (lambda t, x: x.amin(0), [[1.0, 2.0], [1.0, 3.0]]),
        (lambda t, x: x.max(), [1.0, 3.0, 3.0]),
        (lambda t, x: x.max(0).values, [1.0, 3.0, 3.0]),
        (lambda t, x: x.min(0)[0], [1.0, 1.0, 3.0]),
        (lambda t, x: x.median(), [1.0, 2.0, 2.0, 3.0]),
        (lambda t, x: x.sort(descending=True).values, [2.0, 2.0, 1.0]),
        (lambda t, x: x.cummax(0).values, [1.0, 3.0, 3.0, 2.0]),
        (lambda t, x: x.prod(), [2.0, 0.0, 3.0]),
        (lambda t, x: x.prod(0), [[2.0, 0.0], [0.0, 0.0]]),
        (lambda t, x: x.cumprod(0), [2.0, 0.0, 3.0, 0.0, 4.0]),
        (lambda t, x: x.std(), [2.0, 2.0]),
        (lambda t, x: x.norm(), [0.0, 0.0]),
        (lambda t, x: t.linalg.vector_norm(x, 0.5), [0.0, 4.0]),
        (lambda t, x: t.linalg.vector_norm(x, inf), [-4.0, 4.0]),
        (lambda t, x: x.nanquantile(0.5), [1.0, nan, 2.0]),
        (lambda t, x: t.linalg.norm(x, "nuc"), [[1.0, 2.0], [3.0, 5.0]]),
        (lambda t, x: t.linalg.norm(x, -2), [[1.0, 2.0], [3.0, 5.0]]),
    ],
)
def test_gradients_at_ties_and_kinks(function: Any, x: Any) -> None:
    np.testing.assert_allclose(gradient(te, function, x), gradient(torch, function, x), rtol=1e-9)


def test_results_have_names_and_print_alike() -> None:
    for name, args in [("max", (1,)), ("sort", ()), ("topk", (2,)), ("kthvalue", (1,)), ("median", (1,)), ("mode", ()),
                       ("cummin", (0,)), ("aminmax", ())]:  # fmt: skip
        ours, theirs = (
            getattr(lib.tensor([[1.0, 3.0], [5.0, 2.0]]), name)(*args) for lib in (te, torch)
        )
        assert repr(ours).replace("tinygrad_edu", "torch") == repr(theirs)
        fields = ("min", "max") if name == "aminmax" else ("values", "indices")
        assert tuple(getattr(ours, f).tolist() for f in fields) == tuple(
            getattr(theirs, f).tolist() for f in fields
        )


def test_numpy_names_of_dims() -> None:
    for lib in (te, torch):
        x = lib.tensor([[1.0, 3.0], [5.0, 2.0]])
        assert x.sum(axis=1, keepdims=True).tolist() == [[4.0], [7.0]]
        assert lib.max(x, 1, keepdims=True).values.tolist() == [[3.0], [5.0]]
        with pytest.raises(TypeError):
            x.sum(axes=1)


AXIS: dict[str, Callable[[Any, Any], Any]] = {
    "cat": lambda t, x: t.cat([x, x], axis=1),
    "concatenate": lambda t, x: t.concatenate([x, x], axis=1),
    "stack": lambda t, x: t.stack([x, x], axis=1),
    "cross": lambda t, x: t.cross(t.eye(3), t.ones(3, 3), axis=0),
    "chunk": lambda t, x: x.chunk(2, axis=1),
    "tensor_split": lambda t, x: x.tensor_split(2, axis=1),
    "repeat_interleave": lambda t, x: x.repeat_interleave(2, axis=0),
    "kthvalue": lambda t, x: x.kthvalue(1, axis=0, keepdims=True),
    "topk": lambda t, x: x.topk(1, axis=0),
    "take_along_dim": lambda t, x: x.take_along_dim(t.tensor([[1], [0]]), axis=1),
    **{
        name: lambda t, x, name=name: getattr(t, name)(x, axis=1)
        for name in (
            "argsort", "count_nonzero", "cummax", "cummin", "cumulative_trapezoid", "diff", "gradient",
            "logcumsumexp", "sort", "squeeze", "trapezoid", "unbind", "unsqueeze",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("name", AXIS)
def test_numpys_name_of_the_dimension(name: str) -> None:
    ours, theirs = (AXIS[name](t, t.tensor([[1.0, 3.0], [5.0, 2.0]])) for t in (te, torch))
    assert repr(ours).replace("tinygrad_edu", "torch") == repr(theirs)
