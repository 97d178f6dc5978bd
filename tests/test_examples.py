"""The examples run and show what they promise."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_edu as te

EXAMPLES = Path(__file__).parents[1] / "examples"


def output_of(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    with te.random.fork_rng():
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    return capsys.readouterr().out


def test_xor_is_learned(capsys: pytest.CaptureFixture[str]) -> None:
    text = output_of("xor.py", capsys)
    assert re.findall(r"(\d) xor (\d) = (-?\d)", text) == [
        ("0", "0", "0"),
        ("0", "1", "1"),
        ("1", "0", "1"),
        ("1", "1", "0"),
    ]


def test_digits_are_learned_in_thirty_lines(capsys: pytest.CaptureFixture[str]) -> None:
    text = output_of("digits.py", capsys)
    assert float(re.findall(r"([\d.]+) % of 359 unseen digits", text)[0]) > 95
    lines = (EXAMPLES / "digits.py").read_text("utf-8").splitlines()
    assert len([line for line in lines if line]) <= 30


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("[0-9]*.py")), ids=lambda path: path.stem)
def test_every_figure_of_a_lesson_is_as_expected(path: Path) -> None:
    run = subprocess.run([sys.executable, path, "--quick"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^figure +measured +expected$", run.stdout, re.MULTILINE)


def test_every_example_is_tested() -> None:
    tested = set(re.findall(r'output_of\("(\w+)\.py"', Path(__file__).read_text("utf-8")))
    lessons = sorted(EXAMPLES.glob("[0-9]*.py"))
    source = "\n".join(path.read_text("utf-8") for path in lessons)
    shared = set(re.findall(r"^from (\w+) import", source, re.MULTILINE))
    programs = {path.stem for path in EXAMPLES.glob("*.py")} - {path.stem for path in lessons}
    assert tested == programs - shared
