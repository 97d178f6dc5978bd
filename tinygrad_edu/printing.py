"""How a tensor looks in print: character for character what PyTorch prints.

Three questions decide it. *What is shown?* Everything, or the edges of every long axis once there
are more than `threshold` elements. *How is a number written?* In one format for the whole tensor,
taken from what is shown: integers, fixed point, or scientific when magnitudes lie too far apart.
*Where do lines break?* Inside the last axis at `linewidth`, between the others always.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .dtypes import called

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

__all__ = ["get_printoptions", "printoptions", "set_printoptions", "tensor_text"]


class PrintOptions(NamedTuple):
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=math.inf),
}
_options = PROFILES["default"]


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors print; None leaves an option, but `sci_mode=None` decides by the values.

    `profile` ("default", "short" or "full") is applied first, the other arguments over it.

    >>> te.set_printoptions(precision=2); print(te.tensor(te.pi)); te.set_printoptions(profile="default")
    tensor(3.14)
    """
    global _options
    if profile is not None and profile not in PROFILES:
        raise ValueError(
            f"set_printoptions: expected profile in {tuple(PROFILES)}, got {profile!r}; choose one of them"
        )
    base = _options if profile is None else PROFILES[profile]
    _options = PrintOptions(
        precision=base.precision if precision is None else precision,
        threshold=base.threshold if threshold is None else threshold,
        edgeitems=base.edgeitems if edgeitems is None else edgeitems,
        linewidth=base.linewidth if linewidth is None else linewidth,
        sci_mode=sci_mode,
    )


def get_printoptions() -> dict[str, Any]:
    """Return the current options, as keyword arguments of `set_printoptions`."""
    return _options._asdict()


@contextmanager
def printoptions(**options: Any) -> Iterator[None]:
    """Change options as `set_printoptions` does, for the length of a `with` block."""
    global _options
    before = _options
    try:
        set_printoptions(**options)
        yield
    finally:
        _options = before


def tensor_text(
    array: NDArray[Any],
    *,
    prefix: str = "tensor(",
    default_dtype: DTypeLike = np.float32,
    requires_grad: bool = False,
    grad_fn: str | None = None,
) -> str:
    """Return what `repr` shows of a tensor that holds `array`.

    Args:
        prefix: what stands before the numbers; its length is the indentation of further lines.
        default_dtype: the dtype that goes without saying, as do its complex, int64 and bool.
        grad_fn: the name of the operation that made the tensor, shown instead of `requires_grad`.

    Example:
        >>> tensor_text(np.float64([1, 2.5]), requires_grad=True)
        'tensor([1.0000, 2.5000], dtype=tinygrad_edu.float64, requires_grad=True)'
    """
    indent = len(prefix)
    default = np.dtype(default_dtype)
    unsaid = [default, np.int64, np.bool_, np.result_type(default, np.complex64)]
    if not array.size:  # no element shows what kind it would be
        unsaid = unsaid[:1]
    suffixes = []
    if (not array.size and array.ndim != 1) or (array.size and not _options.edgeitems):
        suffixes.append(f"size={array.shape}")
    if array.dtype not in unsaid:
        suffixes.append(f"dtype={called(array.dtype.name)}")
    if grad_fn is not None:
        suffixes.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    return _append(prefix + (_body(array, indent) if array.size else "[]"), suffixes, indent) + ")"


def _append(text: str, suffixes: Sequence[str], indent: int) -> str:
    """Add `suffixes` to the last line of `text`, each on a line of its own if it would not fit."""
    column = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if column + len(suffix) + 2 > _options.linewidth:
            text += ",\n" + " " * indent + suffix
            column = indent + len(suffix)
        else:
            text += ", " + suffix
            column += len(suffix) + 2
    return text


def _body(array: NDArray[Any], indent: int) -> str:
    """The numbers and their brackets."""
    cut = [False] * array.ndim
    if array.size > _options.threshold:
        edge = _options.edgeitems
        for axis, length in enumerate(array.shape):
            if length > 2 * edge:
                cut[axis] = True
                ends = [*range(edge), *range(length - edge, length)]
                array = array.take(ends, axis)
    width, write = _number_format(array)
    return _lines(array.tolist(), cut, indent, width, write)


def _number_format(shown: NDArray[Any]) -> tuple[int, Callable[[Any], str]]:
    """One format for all: the width of a column, and the function that writes a number into it."""
    if shown.dtype.kind == "c":
        real_width, real = _number_format(np.real(shown))
        imag_width, imag = _number_format(np.imag(shown))

        def write(value: complex) -> str:
            part = imag(value.imag).lstrip()
            return real(value.real) + ("" if part[0] in "+-" else "+") + part + "j"

        return real_width + imag_width + 1, write
    values = shown.ravel().tolist()
    plain: Callable[[Any], str] = str
    if shown.dtype.kind == "f":  # zeros, infinities and nan fit any format: they have no say in it
        values = [value for value in values if value and math.isfinite(value)]
        plain = _float_format(values)
    width = max((len(plain(value)) for value in values), default=1)
    return width, lambda value: plain(value).rjust(width)


def _float_format(values: Sequence[float]) -> Callable[[float], str]:
    """Integers with a point, fixed point, or scientific if the magnitudes lie too far apart."""
    precision, scientific = _options.precision, bool(values) and _options.sci_mode
    if values and scientific is None:
        smallest, largest = min(map(abs, values)), max(map(abs, values))
        scientific = largest / smallest > 1000 or largest > 1e8 or smallest < 1e-4
    if scientific:
        return f"{{:.{precision}e}}".format
    if all(value.is_integer() for value in values):
        return lambda value: f"{value:.0f}" + ("." if math.isfinite(value) else "")
    return f"{{:.{precision}f}}".format


def _lines(
    values: Any, cut: Sequence[bool], indent: int, width: int, write: Callable[[Any], str]
) -> str:
    """Nested lists as text; `cut` says of each axis whether its middle was left out."""
    if not cut:
        return write(values)
    edge = _options.edgeitems
    if len(cut) > 1:
        rows = [_lines(row, cut[1:], indent + 1, width, write) for row in values]
        if cut[0]:
            rows.insert(edge, "...")
    else:
        numbers = [write(value) for value in values]
        if cut[0]:
            numbers.insert(edge, " ..." if edge else "...")
        per_line = max(1, (_options.linewidth - indent) // (width + 2))
        starts = range(0, len(numbers), per_line)
        rows = [", ".join(numbers[start : start + per_line]) for start in starts]
    newlines = "\n" * max(1, len(cut) - 1)
    return "[" + f",{newlines}{' ' * (indent + 1)}".join(rows) + "]"
