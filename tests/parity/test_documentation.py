"""The examples in PyTorch's docstrings give here what they give there.

An example runs three times: under PyTorch with two seeds, and here.  Random inputs come from one stream in
all three, parameters are copied over; what still differs between the seeds is left to chance, and compared by shape.
"""

from __future__ import annotations

import contextlib
import doctest
import inspect
import io
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
pytest.importorskip("torch.nn.utils.prune")  # not imported by torch itself

MODULES = [
    "", "Tensor", "nn", "nn.functional", "nn.init", "nn.utils", "nn.utils.rnn", "nn.utils.parametrize",
    "nn.utils.prune", "nn.utils.parametrizations", "optim", "optim.lr_scheduler", "utils.data", "distributions",
    "func", "autograd", "autograd.functional", "linalg", "special",
]  # fmt: skip
OUTSIDE = re.compile(
    r"cuda|sparse|complex|cfloat|cdouble|\dj\b|quant|\bjit|compile|meta|distributed|\bfx\.|export|onnx|save\(|load\("
    r"|profiler|bfloat16|names=|hann|stft|fft|mps|xpu|nested|float8|deterministic|channels_last|torch\.empty|new_empty|EMA|parallel"
)
DIFFERENT = {
    r"(Tensor\.)?sort": "which of equal elements comes first is left open",
    "multinomial": "drawn at random, though alike under two seeds",
    r"linalg\.solve(_triangular)?": "asks whether rounding in float32 is below a bound",
    r"nn\.\w+3d": "100 MB and more, and the same code as in two dimensions",
    r"nn\.utils\.rnn\.unpad_sequence": "PyTorch transposes its argument in place",
    "typename": "names the package",
    r"utils\.data\.IterableDataset": "starts processes; test_workers.py does that in less time",
}
DRAWS = {
    "rand": lambda g, *size: g.random(size),
    "randn": lambda g, *size: g.standard_normal(size),
    "randint": lambda g, *a: g.integers(*((0, *a) if len(a) == 2 else a)),
    "randperm": lambda g, n: g.permutation(n),
}


class Drawing:
    """A library whose random tensors come from a stream of ours."""

    def __init__(self, lib: Any) -> None:
        self.lib, self.stream = lib, np.random.default_rng(0)

    def __getattr__(self, name: str) -> Any:
        if name not in DRAWS:
            return getattr(self.lib, name)

        floats = name in ("rand", "randn")

        def draw(
            *args: Any, size: Any = None, dtype: Any = None, requires_grad: bool = False
        ) -> Any:
            args = args if size is None else (*args, size)
            if floats and args and not isinstance(args[0], int):
                args = tuple(args[0])
            drawn = DRAWS[name](self.stream, *args)
            kind = dtype or (self.lib.float32 if floats else self.lib.int64)
            return self.lib.tensor(drawn, dtype=kind, requires_grad=requires_grad)

        return draw


def examples() -> Iterator[Any]:
    """(name, statements) of each documented object that is here too."""
    seen = set()
    for module in MODULES:
        theirs, ours = (
            lib if not module else eval(f"lib.{module}", {"lib": lib}) for lib in (torch, te)
        )
        for name in sorted(dir(theirs)):
            text = getattr(getattr(theirs, name, None), "__doc__", None)
            if (
                name.startswith("_")
                or not isinstance(text, str)
                or ">>>" not in text
                or text in seen
            ):
                continue
            seen.add(text)
            statements = statements_of(text)
            if hasattr(ours, name) and statements:
                yield pytest.param(statements, id=f"{module}.{name}".strip("."))


def statements_of(text: str) -> list[str]:
    """The statements after `>>>` in a docstring, up to the first of something that is not here."""
    lines = [line.strip() for line in inspect.cleandoc(text).splitlines()]
    try:
        found = [e.source for e in doctest.DocTestParser().get_examples(inspect.cleandoc(text))]
    except ValueError:  # some are laid out loosely
        found = [line[4:] for line in lines if line.startswith(">>> ")]
    stop = next((k for k, code in enumerate(found) if OUTSIDE.search(code)), len(found))
    return found[:stop]


def run(code: str, names: dict[str, Any]) -> tuple[Any, str]:
    """The value of an expression, or the exception, and what was printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            return eval(compile(code, "example", "eval"), names), printed.getvalue()
        except SyntaxError:
            try:
                exec(compile(code, "example", "exec"), names)
            except Exception as error:
                return error, ""
        except Exception as error:
            return error, ""
    return None, printed.getvalue()


def agree(ours: Any, theirs: Any, values: bool) -> None:
    """Assert that two results are alike; with `values`, in their numbers too."""
    if isinstance(theirs, torch.Tensor):
        assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1]
        assert tuple(ours.shape) == tuple(theirs.shape)
        assert ours.requires_grad == theirs.requires_grad
        if values:
            a, b = (np.asarray(t.detach().numpy(), float) for t in (ours, theirs))
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)
    elif isinstance(theirs, (tuple, list)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            agree(a, b, values)
    elif isinstance(theirs, (bool, int, float, str)) and values:
        assert ours == (
            pytest.approx(theirs, rel=1e-3, abs=1e-5) if isinstance(theirs, float) else theirs
        )


def names_of(lib: Any) -> dict[str, Any]:
    drawing = Drawing(lib)
    return {
        "torch": drawing,
        "nn": lib.nn,
        "F": lib.nn.functional,
        "optim": lib.optim,
        "np": np,
        "math": math,
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("statements", list(examples()))
def test_examples(statements: list[str], request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id
    for different, reason in DIFFERENT.items():
        if re.fullmatch(different, name):
            pytest.skip(reason)
    ours, *theirs = names_of(te), names_of(torch), names_of(torch)
    certain, given = True, set()
    for code in statements:
        results = []
        for seed, names in enumerate(theirs):
            torch.manual_seed(seed)
            results.append(run(code, names))
        (expected, printed), (other, _) = results
        found, our_print = run(imported_here(code), ours)
        if isinstance(expected, Exception):
            assert isinstance(found, Exception) or isinstance(expected, (NameError, SyntaxError))
            return
        if isinstance(found, Exception):
            raise found
        give_parameters(ours, theirs, given)
        kept = {
            n
            for n, v in theirs[0].items()
            if isinstance(v, (torch.Tensor, tuple, int, float)) and n in ours
        }
        for a, b, c in [
            (found, expected, other),
            *((ours[n], theirs[0][n], theirs[1][n]) for n in kept),
        ]:
            certain = certain and same(b, c)
            agree(a, b, certain)
        if certain and "Size" not in printed:
            assert re.sub(r"\s", "", our_print.replace("tinygrad_edu.", "torch.")) == re.sub(
                r"\s", "", printed
            )


def imported_here(code: str) -> str:
    """The statement with what it imports from PyTorch imported from here."""
    code = re.sub(r"\bimport torch$", "pass", code, flags=re.MULTILINE)
    return re.sub(r"\b(from|import) torch\b", r"\1 tinygrad_edu", code)


def give_parameters(ours: dict[str, Any], theirs: list[dict[str, Any]], given: set[str]) -> None:
    """Give modules that are new the parameters that PyTorch drew for the first seed."""
    for name, module in theirs[0].items():
        if isinstance(module, torch.nn.Module) and isinstance(ours.get(name), te.nn.Module):
            if name not in given:
                given.add(name)
                state = module.state_dict()
                theirs[1][name].load_state_dict(state)
                copies = {k: te.from_numpy(v.numpy(force=True).copy()) for k, v in state.items()}
                ours[name].load_state_dict(copies)


def same(a: Any, b: Any) -> bool:
    """Whether PyTorch gave the same under another seed."""
    if isinstance(a, torch.Tensor):
        return a.shape == b.shape and torch.equal(torch.nan_to_num(a), torch.nan_to_num(b))
    if isinstance(a, (tuple, list)):
        return all(map(same, a, b))
    return not isinstance(a, (bool, int, float, str)) or a == b
