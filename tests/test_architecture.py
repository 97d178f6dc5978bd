"""Imports go only downward through the floors, and stay out of functions."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tinygrad_edu"
FLOORS = [
    {
        "compat",
        "files",
        "missing",
        "settings",
        "graph",
        "grad_mode",
        "hooks",
        "dtypes",
        "device",
        "rules",
        "palette",
        "printing",
        "return_types",
    },
    {"pictures"},
    {"tensor_html"},
    {"views", "writes"},
    {"primitive"},
    {"ops", "function", "random"},
    {"seeds", "promotion"},
    {"autograd"},
    {"anomaly", "value", "inplace"},
    {"functional", "mlp"},
    {"creation"},
    {"methods"},
    {"tensor"},
    {"gradcheck", "legacy", "info", "func", "linalg", "special", "testing", "version"},
    {
        "amp",
        "backends",
        "cuda",
        "distributed",
        "distributions",
        "io",
        "utils",
        "nn",
        "optim",
        "datasets",
        "image_folder",
        "read",
    },
    {"gallery", "images", "interop", "onnx", "report"},
    {"train"},
    {"summary", "viz"},
    {"__main__"},
]
FLOOR = {name: k for k, floor in enumerate(FLOORS) for name in floor}
HEAVY = {
    "difflib",
    "scipy",
    "graphviz",
    "matplotlib",
    "PIL",
    "safetensors",
    "gzip",
    "zlib",
    "hashlib",
    "tempfile",
    "urllib",
    "warnings",
    "shutil",
}
FILES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def own(path):
    """The module right below the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path, node):
    """The modules right below the package that an import statement names."""
    if isinstance(node, ast.ImportFrom) and node.level:
        folder = path.parent.relative_to(PACKAGE).parts
        parts = folder[: len(folder) - node.level + 1]
        if parts or node.module:
            return {(*parts, *(node.module or "").split("."))[0]}
        return {alias.name for alias in node.names if alias.name in FLOOR}
    return set()


def imports(tree):
    """(import statement, whether inside a function) for all but those for type checkers."""
    ahead = [(tree, False)]
    while ahead:
        node, inside = ahead.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, inside
        inside = inside or isinstance(node, (ast.FunctionDef, ast.Lambda))
        ahead.extend((child, inside) for child in ast.iter_child_nodes(node))


def test_every_module_has_a_floor():
    assert {own(p) for p in FILES} == set(FLOOR)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_downward(path):
    for node, inside in imports(ast.parse(path.read_text(encoding="utf-8"))):
        for name in imported(path, node) - {own(path)}:
            assert inside or FLOOR[name] <= FLOOR[own(path)], f"{own(path)} imports {name}"


def test_torch_is_never_imported():
    assert not any(
        "torch" in ast.unparse(n)
        for p in FILES
        for n, _ in imports(ast.parse(p.read_text(encoding="utf-8")))
    )
