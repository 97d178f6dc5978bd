"""Both libraries' settings at the start of each test, and the count of operator checks after all."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as te

torch = pytest.importorskip("torch")
collect_ignore = ["programs"]  # run by test_torch_programs.py, in processes of their own


@pytest.fixture(autouse=True)
def default_settings() -> None:
    """What another test changed, or a module of PyTorch did on its import, is changed back."""
    for lib in (torch, te):
        lib.set_grad_enabled(True)
        lib.autograd.set_detect_anomaly(False)
        lib.distributions.Distribution.set_default_validate_args(True)
        lib.set_default_dtype(lib.float32)
        lib.set_printoptions(profile="default")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Checks passed of total, by tier and by operator."""
    from tests.parity.operators import TALLIES

    for tier in dict.fromkeys(tier for tier, _ in TALLIES):
        found = {name: t for (of, name), t in TALLIES.items() if of == tier}
        passed, total = sum(t.passed for t in found.values()), sum(t.total for t in found.values())
        terminalreporter.section(f"{tier} operators: {passed} of {total} checks passed")
        lines = [f"{name} {t.passed}/{t.total}" for name, t in found.items()]
        terminalreporter.write_line(", ".join(lines))
