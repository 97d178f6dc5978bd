"""What to say of a name that is not there, and what is there at more than one of PyTorch's paths."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

__all__ = ["also_at", "also_in", "instead_of", "no_such_name"]

PARTS = "Tensors of real and of imaginary parts, for complex numbers have no gradients here"
INSTEAD = {
    **dict.fromkeys(("jit", "_dynamo"), "compile(), which gives the model itself"),
    **dict.fromkeys(("accelerator", "cpu", "mps", "xpu"), 'device("cpu"), the only one'),
    **dict.fromkeys(("fft", "stft", "istft", "signal"), "NumPy's and SciPy's, on detach().numpy()"),
    **dict.fromkeys(("hann_window", "hamming_window"), "NumPy's hanning() and hamming()"),
    **dict.fromkeys(("ao", "quantization", "quantize_per_tensor"), "tensors of a float dtype"),
    **dict.fromkeys(("sparse", "sparse_coo_tensor"), "dense tensors of a float dtype"),
    **dict.fromkeys(("complex", "polar", "view_as_complex", "view_as_real"), PARTS),
    **dict.fromkeys(("real", "imag", "conj", "angle"), PARTS),
    "autograd.forward_ad": "func.jvp",
    "autograd.graph": "the graph as it is: explain(), draw(), or Tensor.register_hook",
    "export": "onnx.export",
    "hub": "load(), of a file that is there",
    "multiprocessing": "Python's multiprocessing, or DataLoader(num_workers=...)",
    "nested": "nn.utils.rnn.pad_sequence",
    "profiler": "Python's cProfile, or draw(overlay='time')",
    **dict.fromkeys(("library", "utils.cpp_extension"), "NumPy in an autograd.Function"),
    "fx": "the graph of a result: draw(), steps(), scalars()",
    "utils.benchmark": "Python's timeit",
}
"""What does the work of PyTorch's names that are outside of this package."""


def instead_of(path: str) -> str:
    """What to say of one of PyTorch's paths that is outside of this package; nothing of others."""
    if path not in INSTEAD:
        return ""
    return f", which is outside of what tinygrad_edu is for; use {INSTEAD[path]}"


def no_such_name(module: str, name: str, names: Sequence[str]) -> AttributeError:
    """The error for a name that a module has not, with the nearest that it has."""
    from difflib import get_close_matches

    near = get_close_matches(name, [n for n in names if not n.startswith("_")], n=1, cutoff=0.67)
    path = f"{module}.{name}".partition(".")[2]
    hint = instead_of(path) or (f"; did you mean {near[0]!r}?" if near else "")
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
