"""The examples run and show what they promise."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import tinygrad_edu as te

EXAMPLES = Path(__file__).parents[1] / "examples"


def output_of(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    with te.random.fork_rng():
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    return capsys.readouterr().out


def test_the_neuron_shows_its_gradients_and_its_graph(capsys: pytest.CaptureFixture[str]) -> None:
    text = output_of("neuron.py", capsys)
    gradients = dict(re.findall(r"d out / d (\w+) += +(-?[\d.]+)", text))
    assert gradients == {
        "out": "1.0000",
        "x1": "-1.5000",
        "w1": "1.0000",
        "x2": "0.5000",
        "w2": "0.0000",
        "b": "0.5000",
    }
    assert "digraph" in text
    assert "tanh" in text


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


def test_every_example_is_tested() -> None:
    tested = set(re.findall(r'output_of\("(\w+\.py)"', Path(__file__).read_text("utf-8")))
    assert tested == {path.name for path in EXAMPLES.glob("*.py")}
