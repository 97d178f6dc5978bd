"""The examples run and show what they promise."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_edu as te

EXAMPLES = Path(__file__).parents[1] / "examples"
LESSONS = sorted(EXAMPLES.glob("[0-9]*.py"))


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


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_figure_of_a_lesson_is_as_expected(path: Path) -> None:
    run = subprocess.run([sys.executable, path, "--quick"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^figure +measured +expected$", run.stdout, re.MULTILINE)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_short_enough_to_be_read(path: Path) -> None:
    assert 60 <= len(path.read_text("utf-8").splitlines()) <= 150


@pytest.mark.parametrize("name", ["07", "10", "11", "14"])
def test_without_data_a_lesson_makes_up_its_own_and_says_so(name: str) -> None:
    (path,) = EXAMPLES.glob(f"{name}_*.py")
    bare = {k: v for k, v in os.environ.items() if k != "TINYGRAD_EDU_DATA"}
    run = subprocess.run(
        [sys.executable, path, "--quick"], capture_output=True, text=True, env=bare
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search("embedded|drawn animals|made-up", run.stdout)


def test_every_example_is_tested() -> None:
    tested = set(re.findall(r'output_of\("(\w+)\.py"', Path(__file__).read_text("utf-8")))
    source = "\n".join(path.read_text("utf-8") for path in LESSONS)
    shared = set(re.findall(r"^from (\w+) import", source, re.MULTILINE))
    programs = {path.stem for path in EXAMPLES.glob("*.py")} - {path.stem for path in LESSONS}
    assert tested == programs - shared
