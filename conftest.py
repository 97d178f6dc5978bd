"""Examples in docstrings need no import: `te` is there, as for a reader who has said `import tinygrad_edu as te`."""

import pytest

import tinygrad_edu


@pytest.fixture(scope="session", autouse=True)
def names_in_examples(doctest_namespace):
    """What every example may use."""
    doctest_namespace["te"] = tinygrad_edu
