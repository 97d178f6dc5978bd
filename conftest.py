"""Examples in docstrings need no import: `te` is there, as for a reader who has said `import tinygrad_edu as te`."""

from importlib.util import find_spec

import pytest

import tinygrad_edu

OPTIONAL = {
    "einops": ["tinygrad_edu/interop/einops*.py"],
    "onnx": ["tinygrad_edu/onnx/rows.py", "tinygrad_edu/onnx/writer.py"],
    "onnxruntime": ["tinygrad_edu/onnx/export.py"],
    "tensorboard": ["tinygrad_edu/utils/tensorboard.py"],
}  # modules that need what may not be installed
collect_ignore_glob = [
    path for name, paths in OPTIONAL.items() if find_spec(name) is None for path in paths
]


@pytest.fixture(scope="session", autouse=True)
def names_in_examples(doctest_namespace):
    """What every example may use."""
    doctest_namespace["te"] = tinygrad_edu
