"""What to say of a name that is not there, and what is there at more than one of PyTorch's paths."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

__all__ = ["also_at", "also_in", "no_such_name"]


INSTEAD = {
    **dict.fromkeys(("jit", "_dynamo"), "compile(), which gives the model itself"),
    **dict.fromkeys(("accelerator", "cpu", "mps", "xpu"), 'device("cpu"), the only one'),
    **dict.fromkeys(("fft", "stft", "signal"), "NumPy's and SciPy's, on detach().numpy()"),
    **dict.fromkeys(("ao", "quantization", "sparse"), "dense tensors of a float dtype"),
    "distributed": "nn.DataParallel, on one device",
    "export": "onnx.export",
    "hub": "load(), of a file that is there",
    "multiprocessing": "Python's multiprocessing, or DataLoader(num_workers=...)",
    "nested": "nn.utils.rnn.pad_sequence",
    "profiler": "Python's cProfile, or draw(overlay='time')",
}
"""What does the work of PyTorch's modules that are outside of this package."""


def no_such_name(module: str, name: str, names: Sequence[str]) -> AttributeError:
    """The error for a name that a module has not, with the nearest that it has."""
    from difflib import get_close_matches

    near = get_close_matches(name, [n for n in names if not n.startswith("_")], n=1, cutoff=0.67)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    if "." not in module and name in INSTEAD:
        hint = f", which is outside of what it is for; use {INSTEAD[name]}"
    return AttributeError(f"module {module!r} has no attribute {name!r}{hint}", name=name)


def also_at(package: str, paths: Mapping[ModuleType, str]) -> None:
    """Let modules be imported at other paths below a package too: {module: "name name ..."}."""
    for module, names in paths.items():
        for name in names.split():
            sys.modules[f"{package}.{name}"] = module
            setattr(sys.modules[package], name, module)


def also_in(module: ModuleType, *others: ModuleType) -> None:
    """Let a module have the public names of others too, which PyTorch keeps in one file with its own."""
    for other in others:
        vars(module).update((name, getattr(other, name)) for name in other.__all__)
