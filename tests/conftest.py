"""Hypothesis is deterministic and patient; data that is not embedded is asked for by a fixture."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


@pytest.fixture
def data_folder():
    """The folder with real data sets, for tests that are skipped without it."""
    folder = os.environ.get("TINYGRAD_EDU_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("set TINYGRAD_EDU_DATA to a folder with mnist/ and fashion/")
    return Path(folder)
