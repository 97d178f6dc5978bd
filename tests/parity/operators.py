"""PyTorch's own operator samples, `op_db`, run under both libraries.

    python -m tests.parity.operators add linalg.svd -v    # the named operators, each failure with -v
    python -m tests.parity.operators --tier core          # a whole tier; --missing names what we lack

A *check* is one form of an operator (function, method, in place, alias, error) on one sample of one
dtype.  It passes if our result has PyTorch's structure and field names, dtypes, shapes, values and
`requires_grad`; if gradients of fixed cotangents agree, in float64 second gradients too; or, where
PyTorch raises, if we raise its exception type.  Complex, half, sparse and quantised numbers are
outside of what tinygrad_edu is.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.testing._internal import common_methods_invocations, common_utils
from torch.testing._internal.opinfo import core

import tinygrad_edu as te

from .tiers import TIERS

op_db = common_methods_invocations.op_db
# random operators are recognised by giving something else the next time
common_methods_invocations.wrapper_set_seed = lambda op, *args, **kwargs: op(*args, **kwargs)

# samples look for a TestCase on the stack, of which there is none here: half the time of all checks
common_utils.extract_test_fn = core.extract_test_fn = lambda: None

DTYPES = [torch.float64, torch.float32, torch.int64, torch.int32, torch.uint8, torch.bool]
TOLERANCE = {
    "float64": (1e-7, 1e-11),  # PyTorch writes the 1/6 of hardsigmoid in float32
    "float32": (2e-4, 2e-5),
    "float16": (1e-3, 1e-3),
}  # relative to an element, and to the largest: sums differ in order
MOST = 120  # samples of one variant and dtype: of more, evenly spaced ones are run

Run = Callable[..., Any]


class Mismatch(Exception):
    """What of a result is not PyTorch's."""


class Check(NamedTuple):
    """An operator's form on a sample: what is run here, what there, and on what."""

    title: str
    ours: Run
    theirs: Run
    input: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    error: type[Exception] | None = None


# ---- ours for theirs -----------------------------------------------------------------------------
def method(name: str) -> Run:
    """`input.name(...)`, or `input.name` for a property."""

    def run(input: Any, *args: Any, **kwargs: Any) -> Any:
        found = getattr(input, name)
        return found(*args, **kwargs) if callable(found) else found

    return run


def inplace(call: Run) -> Run:
    """`call` on a copy of its input, which it must return."""

    def run(input: Any, *args: Any, **kwargs: Any) -> Any:
        copy = input.clone()
        result = call(copy, *args, **kwargs)
        if result is not copy:
            raise Mismatch("did not return the tensor it wrote into")
        return result

    return run


def named(name: str) -> Run | None:
    """Our function, or else our method, of a name with dots."""
    found: Any = te
    for part in name.removeprefix("torch.").split("."):
        found = getattr(found, part, None)
    if callable(found) and not isinstance(found, (type, te.dtype)):
        return found  # type: ignore[no-any-return]
    return method(name) if hasattr(te.Tensor, name) else None


# where op_db's sample is not the function's own argument list
ADAPTED: dict[tuple[str, str], Run] = {
    ("where", ""): lambda input, condition, other: te.where(condition, input, other),
    ("einsum", ""): lambda tensors, equation: te.einsum(equation, tensors),
    ("linalg.lstsq", "grad_oriented"): lambda a, b, driver: te.linalg.lstsq(a, b, driver=driver)[
        :2
    ],
    ("linalg.pinv", "singular"): lambda a, b: te.linalg.pinv(a @ b.mT),
    ("normal", "in_place"): lambda input, *a, **k: input.normal_(*a, **k),
    ("zero_", ""): lambda input: input.clone().zero_(),
    ("normal", "number_mean"): lambda std, mean, *a, **k: te.normal(mean, std, *a, **k),
    ("nn.functional.embedding", ""): lambda weight, idx, **k: te.nn.functional.embedding(
        idx, weight, **k
    ),
    ("nn.functional.embedding_bag", ""): lambda weight, idx, **k: te.nn.functional.embedding_bag(
        idx, weight, **k
    ),
}

CONVERSIONS: dict[Any, Callable[[Any], Any]] = {
    torch.Size: lambda x: te.Size(x),
    torch.device: lambda x: te.device(str(x)),
    torch.dtype: lambda x: getattr(te, str(x).split(".")[1]),
    torch.memory_format: lambda x: getattr(te, str(x).split(".")[1]),
    torch.layout: lambda x: getattr(te, str(x).split(".")[1]),
    torch.Generator: lambda x: te.Generator().manual_seed(x.initial_seed()),
}


def ours_of(given: Any) -> Any:
    """A sample as ours; tensors that look at one memory do so here."""
    tensors = list({id(t): t for t in leaves(given)}.values())
    pointers = [t.untyped_storage().data_ptr() for t in tensors]
    shared: dict[int, Any] = {}
    for t, pointer in zip(tensors, pointers):
        if pointers.count(pointer) > 1 and t.numel():
            shared.setdefault(pointer, whole_memory(t))
    memo = {}
    for t, pointer in zip(tensors, pointers):
        memory = shared.get(pointer) if t.numel() else None
        memo[id(t)] = alike(t) if memory is None else looking_at(memory, t)
        memo[id(t)].requires_grad = t.requires_grad
    return converted(given, memo)


def whole_memory(x: torch.Tensor) -> Any:
    """A copy of all the memory that a tensor looks at a part of."""
    size = x.untyped_storage().nbytes() // x.element_size()
    return x.detach().as_strided((size,), (1,), 0).numpy().copy()


def looking_at(memory: Any, x: torch.Tensor) -> te.Tensor:
    """The part of a memory that a tensor looks at."""
    strides = [s * memory.itemsize for s in x.stride()]
    place = memory[x.storage_offset() :]
    return te.from_numpy(np.lib.stride_tricks.as_strided(place, tuple(x.shape), strides))


def converted(x: Any, memo: dict[int, Any]) -> Any:
    """A sample's argument as ours: PyTorch's tensors, dtypes and functions wherever they are in it."""
    if isinstance(x, torch.Tensor):
        return memo[id(x)]
    for kind, convert in CONVERSIONS.items():
        if isinstance(x, kind):
            return convert(x)
    if isinstance(x, dict):
        return {key: converted(value, memo) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(converted(value, memo) for value in x)
    if isinstance(x, slice):
        return slice(*(converted(v, memo) for v in (x.start, x.stop, x.step)))
    if isinstance(x, torch.nn.Module):
        return getattr(te.nn, type(x).__name__)()
    if callable(x) and getattr(x, "__module__", "").startswith("torch.nn.functional"):
        return getattr(te.nn.functional, x.__name__)
    return x


def alike(x: torch.Tensor) -> te.Tensor:
    """Ours with the same numbers and strides; a part of some memory as a view of all of it."""
    if not x.storage_offset():
        return te.from_numpy(same_layout(x.detach().numpy()))
    memory = te.from_numpy(whole_memory(x))
    return memory.as_strided(x.shape, x.stride(), x.storage_offset())


def same_layout(array: Any) -> Any:
    """A copy with the order of strides, and expanded where it is."""
    expanded = [s == 0 and n > 1 for s, n in zip(array.strides, array.shape)]
    once = np.array(array[tuple(slice(0, 1) if e else slice(None) for e in expanded)])
    return np.broadcast_to(once, array.shape) if any(expanded) else once


def leaves(x: Any) -> Iterator[Any]:
    """The tensors in a nest of containers, ours or PyTorch's."""
    if isinstance(x, (torch.Tensor, te.Tensor)):
        yield x
    elif isinstance(x, dict):
        for value in x.values():
            yield from leaves(value)
    elif isinstance(x, (list, tuple)):
        for value in x:
            yield from leaves(value)


def outside(x: Any) -> bool:
    """Whether x has numbers that tinygrad_edu does not carry."""
    if isinstance(x, torch.dtype):
        return x not in DTYPES and x not in (torch.int8, torch.int16)
    if isinstance(x, torch.Tensor):
        strange = x.layout != torch.strided or x.device.type != "cpu" or outside(x.dtype)
        return strange or x.ndim > 64  # NumPy has no more
    if isinstance(x, complex) or x in (
        torch.sparse_coo,
        torch.channels_last,
        torch.channels_last_3d,
    ):
        return True
    if isinstance(x, dict):
        return any(map(outside, x.values()))
    return isinstance(x, (list, tuple)) and any(map(outside, x))


# ---- checks --------------------------------------------------------------------------------------
def spread(samples: list[Any], most: int = MOST) -> list[Any]:
    """At most so many of the samples, evenly spaced."""
    if len(samples) <= most:
        return samples
    return [samples[k * len(samples) // most] for k in range(most)]


def samples_of(info: Any, dtype: torch.dtype) -> list[Any]:
    """The samples of one variant of an operator: with gradients; those without too, if they are more."""

    def samples(grad: bool) -> list[Any]:
        torch.manual_seed(0)
        return list(info.sample_inputs("cpu", dtype, requires_grad=grad))

    plain = samples(False)
    if not (dtype.is_floating_point and info.supports_autograd):
        return spread(plain)
    try:
        tracked = samples(True)
    except ValueError:  # some make integers whatever is asked for
        tracked = []
    return spread(tracked) + (spread(plain) if len(plain) > len(tracked) else [])


def checks(name: str) -> Iterator[Check]:
    """All checks of the operator of that name."""
    for info in (i for i in op_db if i.name == name):
        variant = info.variant_test_name
        function = ADAPTED.get((name, variant)) or named(name)
        if function is None:
            raise NotImplementedError(f"there is no {name}")
        for dtype in (d for d in DTYPES if d in info.supported_dtypes("cpu")):
            for number, sample in enumerate(samples_of(info, dtype)):
                where = f"{name}{variant and ' ' + variant} {str(dtype)[6:]} #{number}"
                given = sample.input, sample.args, sample.kwargs
                if any(map(outside, given)):
                    continue
                yield Check(where, function, info.op, *given)
                yield from other_forms(info, where, number, given)
        for number, wrong in enumerate(info.error_inputs("cpu") if info.error_inputs_func else ()):
            sample = wrong.sample_input
            if name.startswith("__") and not isinstance(sample.input, torch.Tensor):
                continue  # a number's own method
            given = sample.input, sample.args, sample.kwargs
            if not any(map(outside, given)):
                title = f"{name}{variant and ' ' + variant} error #{number}"
                yield Check(title, function, info.op, *given, error=wrong.error_type)


def other_forms(info: Any, where: str, number: int, given: Any) -> Iterator[Check]:
    """The method, the in-place method and, on the first samples, the operator and the aliases."""
    if not isinstance(given[0], torch.Tensor):
        return
    if info.method_variant is not None:
        own = getattr(info.method_variant, "__name__", info.name).replace("<lambda>", info.name)
        yield Check(f"{where} method", method(own), info.method_variant, *given)
    if info.inplace_variant is not None:
        own = getattr(info.inplace_variant, "__name__", "<lambda>")
        call = partial(named(info.name), inplace=True) if own == "<lambda>" else method(own)
        yield Check(f"{where} in place", inplace(call), inplace(info.inplace_variant), *given)
    if number < 3:
        if info.operator_variant is not None:
            yield Check(f"{where} operator", info.operator_variant, info.operator_variant, *given)
        for alias in info.aliases:
            call = named(alias.name) or method(alias.name)
            yield Check(f"{where} alias {alias.name}", call, alias.op, *given)


def run(call: Run, check: Check, given: Any) -> Any:
    """A result, or the exception in its place."""
    input, args, kwargs = given
    try:
        return call(input, *args, **kwargs)
    except Mismatch:
        raise
    except Exception as error:
        return error


def is_random(name: str, check: Check, given: Any, first: Any) -> bool:
    """Whether the values are left to chance: those of another seed differ."""
    if "empty" in name:
        return True
    seen = [t.detach().clone() for t in leaves(first)]
    torch.manual_seed(1)
    again = run(check.theirs, check, given)
    return any(
        not torch.equal(torch.nan_to_num(a), torch.nan_to_num(b.detach()))
        for a, b in zip(seen, leaves(again))
    )


def verify(name: str, check: Check) -> bool:
    """Whether the check applies; raises Mismatch if it fails."""
    theirs_given = check.input, check.args, check.kwargs
    torch.manual_seed(0)
    theirs = run(check.theirs, check, theirs_given)
    failed = isinstance(theirs, Exception)
    if failed and check.error is None and "in place" not in check.title:
        return False
    if not failed and (check.error is not None or (outside(theirs) and name != "half")):
        return False
    try:
        ours_given = ours_of(theirs_given)
    except (AttributeError, TypeError) as error:
        raise Mismatch(f"cannot be said here: {error}") from None
    ours = run(check.ours, check, ours_given)
    if failed:
        expected = check.error or type(theirs)
        if not isinstance(ours, Exception):
            raise Mismatch(f"no error; PyTorch: {type(theirs).__name__}: {brief(theirs)}")
        if not isinstance(ours, expected):
            raise Mismatch(
                f"{type(ours).__name__}: {brief(ours)}; PyTorch: {expected.__name__}: {brief(theirs)}"
            )
        return True
    if isinstance(ours, Exception):
        raise Mismatch(f"{type(ours).__name__}: {brief(ours)}")
    random = is_random(name, check, theirs_given, theirs)
    if name in GAUGE and (name not in PICKING or has_ties(check.input)):
        ours, theirs = GAUGE[name](ours), GAUGE[name](theirs)
    compare(ours, theirs, "value", random)
    if not random:
        compare_gradients(check, (ours, ours_given), (theirs, theirs_given))
    return True


def outcome(name: str, check: Check) -> str | None:
    """What a check failed by, nothing if it passed, None if it does not apply."""
    try:
        return "" if verify(name, check) else None
    except Mismatch as mismatch:
        return str(mismatch)


def brief(error: Any) -> str:
    """The first line of a message, cut short."""
    return (str(error).split("\n") or [""])[0][:160]


def compare(ours: Any, theirs: Any, what: str, random: bool = False) -> None:
    """Raise Mismatch unless the results are alike in kind, structure, dtype, shape and value."""
    if isinstance(theirs, torch.Tensor):
        if not isinstance(ours, te.Tensor):
            raise Mismatch(f"{what}: a {type(ours).__name__}, not a Tensor")
        compare_tensors(ours, theirs, what, random)
    elif isinstance(theirs, (tuple, list)):
        if not isinstance(ours, (tuple, list)) or len(ours) != len(theirs):
            raise Mismatch(
                f"{what}: {type(ours).__name__}, not {len(theirs)} in a {type(theirs).__name__}"
            )
        if isinstance(ours, list) != isinstance(theirs, list):
            raise Mismatch(f"{what}: {type(ours).__name__}, not {type(theirs).__name__}")
        fields = [f for f in dir(theirs) if f in ("values", "indices", "U", "S", "Vh", "Q", "R", "L",
                  "sign", "logabsdet", "eigenvalues", "eigenvectors", "min", "max", "mode", "solution")]  # fmt: skip
        missing = [f for f in fields if not hasattr(ours, f)]
        if missing:
            raise Mismatch(f"{what}: no fields {missing}")
        for a, b in zip(ours, theirs):
            compare(a, b, what, random)
    elif isinstance(theirs, torch.dtype):
        if str(ours).split(".")[1] != str(theirs).split(".")[1]:
            raise Mismatch(f"{what}: {ours}, not {theirs}")
    elif type(ours) is not type(theirs) or (ours != theirs and ours == ours and not random):
        if not (isinstance(theirs, float) and np.isclose(ours, theirs, rtol=1e-6)):
            raise Mismatch(f"{what}: {ours!r}, not {theirs!r}")


def compare_tensors(ours: Any, theirs: Any, what: str, random: bool) -> None:
    """Raise Mismatch unless dtype, shape, value and `requires_grad` agree."""
    dtype = str(theirs.dtype).split(".")[1]
    if str(ours.dtype).split(".")[1] != dtype:
        raise Mismatch(f"{what}: dtype {ours.dtype}, not {theirs.dtype}")
    if tuple(ours.shape) != tuple(theirs.shape):
        raise Mismatch(f"{what}: shape {tuple(ours.shape)}, not {tuple(theirs.shape)}")
    if what == "value" and ours.requires_grad != theirs.requires_grad:
        raise Mismatch(f"{what}: requires_grad is {ours.requires_grad}")
    if random or not theirs.numel():
        return
    a, b = ours.detach().numpy(), theirs.numpy(force=True)
    if not theirs.dtype.is_floating_point:
        if not np.array_equal(a, b):
            raise Mismatch(f"{what}: {text(a)}, not {text(b)}")
        return
    relative, absolute = TOLERANCE[dtype]
    finite = np.abs(b[np.isfinite(b)])
    scale = max(1.0, float(finite.max())) if finite.size else 1.0
    if not np.allclose(a, b, rtol=relative, atol=absolute * min(scale, 1e6), equal_nan=True):
        raise Mismatch(f"{what}: {text(a)}, not {text(b)}")


def text(array: Any) -> str:
    """An array on one line, cut short."""
    return " ".join(np.array2string(array, threshold=20, precision=5).split())[:120]


def cotangents(results: list[Any], lib: Any, seed: int) -> list[Any]:
    """Fixed random weights of the results' shapes, the same for both libraries."""
    draw = np.random.default_rng(seed)
    kinds = [str(r.dtype).split(".")[1] for r in results]
    return [
        lib.tensor(draw.standard_normal(tuple(r.shape)).astype(k)) for r, k in zip(results, kinds)
    ]


def gradients(lib: Any, result: Any, given: Any, twice: bool) -> tuple[list[Any], list[Any]] | None:
    """First and second gradients of the results for fixed cotangents; None where there are none."""
    inputs = [t for t in leaves(given) if t.requires_grad]
    results = [t for t in leaves(result) if t.requires_grad]
    if not inputs or not results:
        return None
    first = lib.autograd.grad(
        results, inputs, cotangents(results, lib, 1), create_graph=twice, allow_unused=True
    )
    again = [g for g in first if g is not None and g.requires_grad]
    if not twice or not again:
        return list(first), []
    second = lib.autograd.grad(again, inputs, cotangents(again, lib, 2), allow_unused=True)
    return list(first), list(second)


def compare_gradients(check: Check, ours: Any, theirs: Any) -> None:
    """Raise Mismatch unless first and, in float64, second gradients agree."""
    forms = ("method", "operator", "alias", "error")
    floats = [t.dtype for t in leaves(theirs[1]) if t.requires_grad]
    if not floats or any(form in check.title for form in forms):
        return
    twice = "in place" not in check.title and all(d == torch.float64 for d in floats)
    try:
        expected = gradients(torch, *theirs, twice)
    except (RuntimeError, NotImplementedError):  # PyTorch has no second derivative, or none at all
        twice = False
        try:
            expected = gradients(torch, *theirs, twice)
        except (RuntimeError, NotImplementedError):
            return
    if expected is None:
        return
    try:
        found = gradients(te, *ours, twice)
    except Exception as error:
        raise Mismatch(f"gradient: {type(error).__name__}: {brief(error)}") from None
    if found is None:
        raise Mismatch("gradient: there is none")
    for what, mine, other in zip(("gradient", "second gradient"), found, expected):
        for a, b in zip(mine, other):
            compare_gradient(a, b, what)


def compare_gradient(a: Any, b: Any, what: str) -> None:
    """Raise Mismatch unless two gradients agree; none at all is as good as zeros."""
    if a is None or b is None:
        other = b if a is None else a
        if other is not None and other.detach().any():
            raise Mismatch(f"{what}: {'none' if a is None else 'some'}, unlike PyTorch")
    else:
        compare(a.detach(), b.detach(), what)


# ---- results that are not unique -------------------------------------------------------------------
def product(u: Any, s: Any, vh: Any) -> Any:
    """U S V^H, of a full or a reduced factorisation."""
    k = s.shape[-1]
    return (u[..., :k] * s[..., None, :]) @ vh[..., :k, :]


PICKING = {"sort", "topk", "kthvalue", "mode"}


def has_ties(x: Any) -> bool:
    """Whether two elements are equal."""
    return len(x.unique()) < x.numel()


GAUGE: dict[str, Run] = {
    # what of them does not depend on the signs that an implementation picks
    "linalg.svd": lambda r: [r.S, product(r.U, r.S, r.Vh)],
    "linalg.qr": lambda r: [r.Q @ r.R if r.Q.numel() else r.R.abs(), r.R.abs()],
    "linalg.eigh": lambda r: [r[0], (r[1] * (r[0][..., None, :] + 1)) @ r[1].mT],
    # which of several equal elements is picked is left open
    **dict.fromkeys(PICKING, lambda r: [r.values, r.indices * 0]),
}  # fmt: skip


# ---- counting ------------------------------------------------------------------------------------
class Tally(NamedTuple):
    """How many checks of an operator there are, and what failed of them."""

    total: int
    failures: list[tuple[str, str]]

    @property
    def passed(self) -> int:
        """How many agree."""
        return self.total - len(self.failures)


TALLIES: dict[tuple[str, str], Tally] = {}  # by tier and operator, as tests find them


def tally(name: str) -> Tally:
    """Run all checks of an operator."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            outcomes = [(check.title, outcome(name, check)) for check in checks(name)]
        except NotImplementedError as error:
            return Tally(1, [(name, str(error))])
    outcomes = [(title, found) for title, found in outcomes if found is not None]
    return Tally(len(outcomes), [(title, found) for title, found in outcomes if found])


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Run PyTorch's operator samples under both libraries."
    )
    parser.add_argument("names", nargs="*", help="operators, as op_db names them")
    parser.add_argument("--tier", choices=TIERS, help="all of a tier")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each failure")
    parser.add_argument("--missing", action="store_true", help="only name what we lack")
    options = parser.parse_args()
    names = options.names or [n for t in TIERS if options.tier in (None, t) for n in TIERS[t]]
    if options.missing:
        print(*(n for n in names if named(n) is None and (n, "") not in ADAPTED))
        return
    passed = total = 0
    for name in names:
        result = tally(name)
        passed, total = passed + result.passed, total + result.total
        if result.failures or options.names:
            print(f"{name:40} {result.passed:5} of {result.total:5}", flush=True)
        alike: dict[str, list[str]] = {}
        for title, failure in result.failures if options.verbose else ():
            alike.setdefault(failure, []).append(title)
        for failure, titles in alike.items():
            print(f"    {titles[0]}{f' and {len(titles) - 1} more' * (len(titles) > 1)}: {failure}")
    print(f"{'all':40} {passed:5} of {total:5}")


if __name__ == "__main__":
    main()
