"""Programs written for PyTorch run with the name `torch` bound to ours, and their losses are the same."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

PROGRAMS = Path(__file__).parent / "programs"
TOLERANCES = {"float32": 1e-4, "float64": 1e-9}


def losses(printed: str) -> dict[str, list[float]]:
    """What a program printed at the ends of its lines, by precision."""
    found: dict[str, list[float]] = {}
    for line in printed.splitlines():
        if line in TOLERANCES:
            curve = found.setdefault(line, [])
        else:
            curve.append(float(line.split()[-1]))
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "program", sorted(path.stem for path in PROGRAMS.glob("*.py") if path.stem != "harness")
)
def test_losses_follow_pytorchs(
    program: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = PROGRAMS / f"{program}.py"
    if "from einops" in script.read_text(encoding="utf-8"):
        pytest.importorskip("einops")
    with monkeypatch.context() as patch:  # PyTorch, which is slow to import, in this process
        patch.setattr(sys, "argv", [str(script), str(tmp_path)])
        patch.syspath_prepend(PROGRAMS)
        patch.delitem(sys.modules, "harness", raising=False)
        before = torch.get_default_dtype()
        try:
            runpy.run_path(str(script), run_name="__main__")
        finally:
            torch.set_default_dtype(before)
    theirs = losses(capsys.readouterr().out)

    done = subprocess.run(
        [sys.executable, "-m", "tinygrad_edu", "run", script, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    ours = losses(done.stdout)
    assert list(theirs) == list(ours) == list(TOLERANCES)
    for precision, tolerance in TOLERANCES.items():
        assert len(theirs[precision]) >= 15
        np.testing.assert_allclose(ours[precision], theirs[precision], rtol=tolerance)
