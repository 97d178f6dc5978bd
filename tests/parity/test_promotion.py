"""What comes of two dtypes: every binary operator over all pairs, with Tensors, numbers and NumPy's scalars."""

from __future__ import annotations

import itertools
import operator

import numpy as np
import pytest
import torch

import tinygrad_edu as te

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64"]
NUMBERS = [True, False, 0, 3, -3, 2.5, -0.5, 0.0, float("inf")]
SCALARS = [np.float32(2.5), np.float64(-1.5), np.int64(-3), np.int32(2), np.uint8(7)]

OPERATORS = {
    name: getattr(operator, name)
    for name in (
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "xor", "lshift", "rshift",
        "eq", "ne", "lt", "le", "gt", "ge",
    )
}  # fmt: skip
FUNCTIONS = {
    name: (lambda x, y, name=name: getattr(te if isinstance(x, te.Tensor) else torch, name)(x, y))
    for name in (
        "atan2", "bitwise_left_shift", "bitwise_right_shift", "copysign", "float_power", "floor_divide", "fmax", "fmin",
        "fmod", "gcd", "hypot", "isclose", "lcm", "logaddexp", "logical_and", "logical_or", "logical_xor",
        "maximum", "minimum", "remainder", "rsub", "xlogy",
    )
} | {
    "div trunc": lambda x, y: x.div(y, rounding_mode="trunc"),
    "div floor": lambda x, y: x.div(y, rounding_mode="floor"),
    "add alpha": lambda x, y: x.add(y, alpha=2),
    "sub alpha": lambda x, y: x.sub(y, alpha=-1.5),
    "where": lambda x, y: x.where(x > 0, y),
    "clamp": lambda x, y: x.clamp(min=y),
}  # fmt: skip
IN_PLACE = {
    name: getattr(operator, name)
    for name in (
        "iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "iand", "ior", "ixor", "ilshift", "irshift",
    )
}  # fmt: skip
IN_PLACE |= {
    name: (lambda x, y, name=name: getattr(x, name)(y))
    for name in ("eq_", "lt_", "fmod_", "copysign_", "logical_and_", "atan2_", "xlogy_")
}


def of(dtype, numbers):
    """The numbers as an array, negative ones where the dtype has them."""
    array = np.array(numbers, np.float64)
    return np.asarray(np.abs(array) if dtype in ("bool", "uint8") else array).astype(dtype)


LEFT, RIGHT = [-7, 5, 0, 3, -4], [2, -3, 4, 3, 1]


def outcome(call, *operands):
    """The result, or the exception in its place."""
    try:
        return call(*operands)
    except Exception as error:
        return error


def assert_same(ours, theirs, what):
    """Same dtype and numbers, or PyTorch's type of error."""
    if isinstance(theirs, Exception):
        assert isinstance(ours, type(theirs)), f"{what}: {ours!r}, not {theirs!r}"
    else:
        assert not isinstance(ours, Exception), f"{what}: {ours!r}, not {theirs}"
        assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1], what
        a, b = ours.numpy(), theirs.numpy()
        assert a.shape == b.shape and np.allclose(a, b, 1e-5, 1e-6, equal_nan=True), (
            f"{what}: {a}, not {b}"
        )


def both(lib, dtype, numbers):
    return lib.from_numpy(of(dtype, numbers))


def compare(call, left, right, what):
    """Run on what two functions of the library make."""
    with np.errstate(all="ignore"):
        ours = outcome(call, left(te), right(te))
        theirs = outcome(call, left(torch), right(torch))
    assert_same(ours, theirs, what)


@pytest.mark.parametrize("name", [*OPERATORS, *FUNCTIONS])
def test_dtypes_of_tensors_are_promoted(name):
    call = (OPERATORS | FUNCTIONS)[name]
    for a, b in itertools.product(DTYPES, DTYPES):
        for left, right in ((LEFT, RIGHT), (LEFT, RIGHT[0]), (LEFT[0], RIGHT), (LEFT[0], RIGHT[0])):
            compare(
                call,
                lambda lib, a=a, left=left: both(lib, a, left),
                lambda lib, b=b, right=right: both(lib, b, right),
                f"{name} {a} {b} {np.shape(left)} {np.shape(right)}",
            )


@pytest.mark.parametrize("name", OPERATORS)
def test_numbers_and_numpy_scalars_change_the_kind_only(name):
    for dtype, number, shape in itertools.product(DTYPES, [*NUMBERS, 300, *SCALARS], (LEFT, 5)):
        if name == "pow" and number == 300:
            continue  # PyTorch refuses such a power, and no other operand that does not fit
        make = lambda lib, dtype=dtype, shape=shape: both(lib, dtype, shape)
        same = lambda lib, number=number: number
        what = f"{name} {dtype} {np.shape(shape)} {number!r}"
        compare(OPERATORS[name], make, same, what)
        if not (isinstance(number, np.generic) and shape == 5):  # of which NumPy makes arrays
            compare(OPERATORS[name], same, make, f"{what} reflected")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_take_numbers_where_pytorch_does(name):
    for dtype, number in itertools.product(DTYPES, NUMBERS):
        if dtype == "bool" and isinstance(number, bool) and name == "clamp":
            continue  # PyTorch takes a tensor there, but no number
        compare(
            FUNCTIONS[name],
            lambda lib, dtype=dtype: both(lib, dtype, LEFT),
            lambda lib, number=number: number,
            f"{name} {dtype} {number!r}",
        )


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_the_dtype_stays_or_it_is_an_error(name):
    for dtype, other in itertools.product(DTYPES, DTYPES + NUMBERS):
        compare(
            IN_PLACE[name],
            lambda lib, dtype=dtype: both(lib, dtype, LEFT),
            lambda lib, other=other: both(lib, other, RIGHT) if isinstance(other, str) else other,
            f"{name} {dtype} {other}",
        )


@pytest.mark.parametrize("call", [operator.floordiv, operator.mod, torch.fmod])
def test_signs_of_division(call):
    """Of all pairs of signs, zeros and infinities among floats, of all signs among integers."""
    ours = te.fmod if call is torch.fmod else call
    floats = [-7.5, -6.0, -2.5, -0.0, 0.0, 1.0, 2.5, 6.0, np.inf, -np.inf, np.nan]
    for numbers, dtype in (
        (floats, np.float64),
        (floats, np.float32),
        ([-7, -6, -1, 1, 4, 6], int),
    ):
        x, y = np.meshgrid(np.array(numbers, dtype), np.array(numbers, dtype))
        a = ours(te.from_numpy(x), te.from_numpy(y)).numpy()
        b = call(torch.from_numpy(x), torch.from_numpy(y)).numpy()
        np.testing.assert_array_equal(a, b)
        if call is not operator.mod:  # NumPy gives a remainder of 0 the divisor's sign
            np.testing.assert_array_equal(np.signbit(a[a == a]), np.signbit(b[b == b]))


def test_integers_become_the_default_float():
    calls = [
        lambda lib, x: x / 2,
        lambda lib, x: x * 2.5,
        lambda lib, x: lib.exp(x),
        lambda lib, x: x.bool() * 1.5,
        lambda lib, x: lib.where(x > 1, 1.0, 2.0),
        lambda lib, x: 2.0**x,
        lambda lib, x: x.float() * 2.5,
    ]
    try:
        for kind in ("float32", "float64", "float32"):
            for lib in (te, torch):
                lib.set_default_dtype(getattr(lib, kind))
            for call in calls:
                ours, theirs = (call(lib, lib.tensor([1, 2])) for lib in (te, torch))
                assert_same(ours, theirs, kind)
    finally:
        te.set_default_dtype(te.float32)
        torch.set_default_dtype(torch.float32)


def test_conversions_between_all_dtypes():
    numbers = [0.0, 1.0, 2.75, 3.5]
    names = ["bool", "byte", "char", "short", "int", "long", "float", "double"]
    for a, b in itertools.product(DTYPES, range(len(DTYPES))):
        for convert in (
            lambda lib, x, b=b: getattr(x, names[b])(),
            lambda lib, x, b=b: x.to(getattr(lib, DTYPES[b])),
            lambda lib, x, b=b: x.type(getattr(lib, DTYPES[b])),
            lambda lib, x, b=b: x.to("cpu", getattr(lib, DTYPES[b]), False, True),
            lambda lib, x, b=b: x.type_as(lib.zeros(1, dtype=getattr(lib, DTYPES[b]))),
        ):
            ours, theirs = (convert(lib, both(lib, a, numbers)) for lib in (te, torch))
            assert_same(ours, theirs, f"{a} to {DTYPES[b]}")
        assert both(te, a, numbers).type() == both(torch, a, numbers).type()
        assert type(both(te, a, 1).item()) is type(both(torch, a, 1).item())
