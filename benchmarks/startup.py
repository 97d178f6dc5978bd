"""What an import costs: whole processes, by turns, their CPU time as the system counts it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from . import harness

ROOT = Path(__file__).resolve().parent.parent


def cost(module: str, compiled: str) -> float:
    """Seconds, user and system, of a Python process that imports a module and ends."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package comes compiled
    process = subprocess.Popen(
        [sys.executable, "-c", f"import {module}"], cwd=ROOT, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"import {module}: expected it to succeed, got exit code {process.returncode}; try it by hand"
        )
    return usage.ru_utime + usage.ru_stime


def compare(rounds: int) -> Iterator[str]:
    """`import tinygrad_edu` against `import numpy`, both compiled and in the system's cache."""
    names = ("tinygrad_edu", "numpy")
    with tempfile.TemporaryDirectory() as compiled:
        for name in names:
            cost(name, compiled)
        pairs = [[cost(name, compiled) for name in names] for _ in range(max(11, rounds))]
    ours, theirs = (harness.duration(median(times)) for times in zip(*pairs, strict=True))
    yield harness.line("import", "numpy", ours, theirs, median(a / b for a, b in pairs), goal=1.5)
