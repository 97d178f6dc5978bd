"""The count of operator checks, after the tests."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
collect_ignore = ["programs"]  # run by test_torch_programs.py, in processes of their own


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Checks passed of total, by tier and by operator."""
    from tests.parity.operators import TALLIES

    for tier in dict.fromkeys(tier for tier, _ in TALLIES):
        found = {name: t for (of, name), t in TALLIES.items() if of == tier}
        passed, total = sum(t.passed for t in found.values()), sum(t.total for t in found.values())
        terminalreporter.section(f"{tier} operators: {passed} of {total} checks passed")
        lines = [f"{name} {t.passed}/{t.total}" for name, t in found.items()]
        terminalreporter.write_line(", ".join(lines))
