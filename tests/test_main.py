"""The command line: one command trains and reports; bad options are one line and change nothing."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

import tinygrad_edu
from tinygrad_edu.__main__ import _Bar, _Lines, main
from tinygrad_edu.train import History

QUICK = ["digits", "--images", "200", "--epochs", "2"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_digits_from_a_cold_start(tmp_path: Path) -> None:
    """No network, no `dot`, no terminal: at least 95 % in less than 20 seconds."""
    package = Path(tinygrad_edu.__file__).parents[1]
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tinygrad_edu", "digits"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(package), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert perf_counter() - start < 20
    (share,) = re.findall(r"([\d.]+) % of 359 unseen images right", done.stdout)
    assert float(share) >= 95
    assert "64-16-16-10 on the embedded digits: 1,482 parameters" in done.stdout
    assert len(done.stderr.splitlines()) == 11
    assert "\x1b" not in done.stdout + done.stderr
    page = (tmp_path / "digits-report.html").read_text("utf-8")
    assert f"{share} %" in page
    assert page.count("<h2>") == 6


def test_the_report_says_how_to_get_it_again(tmp_path: Path) -> None:
    assert main([*QUICK, "--layers", "12", "--report", "my page.html"]) == 0
    page = (tmp_path / "my page.html").read_text("utf-8")
    assert (
        "tinygrad-edu digits --images 200 --epochs 2 --layers 12 --report &#x27;my page.html&#x27;"
        in page
    )
    assert "<dt>layers</dt><dd>12</dd>" in page


def test_no_report_is_written_if_none_is_wanted(tmp_path: Path) -> None:
    assert main([*QUICK, "--no-report"]) == 0
    assert list(tmp_path.iterdir()) == []


def test_saved_parameters_are_those_of_the_network(tmp_path: Path) -> None:
    assert main([*QUICK, "--no-report", "--save", "net.npz"]) == 0
    with np.load(tmp_path / "net.npz") as saved:
        shapes = {name: saved[name].shape for name in saved}
    assert shapes == {
        "1.weight": (16, 64),
        "1.bias": (16,),
        "3.weight": (16, 16),
        "3.bias": (16,),
        "5.weight": (10, 16),
        "5.bias": (10,),
    }


def test_options_stand_over_the_recipe(tmp_path: Path) -> None:
    assert main([*QUICK, "--recipe", "faithful", "--data", "digits"]) == 0
    page = (tmp_path / "digits-report.html").read_text("utf-8")
    for option in (
        "<dt>lr</dt><dd>3.0</dd>",
        "<dt>epochs</dt><dd>2</dd>",
        "<dt>loss</dt><dd>squared</dd>",
    ):
        assert option in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--lr fast", "--lr: expected a number above 0, got 'fast'"),
        ("--lr nan", "--lr: expected a number above 0, got 'nan'"),
        ("--lr -1", "--lr: expected a number above 0, got '-1'"),
        ("--layers 16;16", "--layers: expected sizes such as 16,16, or none, got '16;16'"),
        ("--layers 16,0", "--layers: expected sizes such as 16,16, or none, got '16,0'"),
        ("--epochs 0", "--epochs: expected a whole number from 1, got '0'"),
        ("--batch 2.5", "--batch: expected a whole number from 1, got '2.5'"),
        ("--seed 1e99", "--seed: expected a whole number below 2**64, got '1e99'"),
        ("--activation bent", "--activation: invalid choice: 'bent'"),
        ("--recipe cake", "--recipe: invalid choice: 'cake'"),
        ("--data letters", "data: expected digits, mnist, fashion or a folder, got 'letters'"),
        (
            "--report nowhere/page.html",
            "--report: expected a file in a folder to write to, got 'nowhere/page.html'",
        ),
        ("--save .", "--save: expected a file in a folder to write to, got '.'"),
        ("--colour", "unrecognized arguments: --colour"),
    ],
)
def test_a_bad_option_is_one_line_and_exit_2(
    options: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["digits", *options.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.startswith("tinygrad-edu")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_diverges_is_one_line_and_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*QUICK, "--lr", "1e30", "--optimizer", "sgd", "--activation", "identity"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "try a smaller lr" in err.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_result_on_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    assert main(QUICK) == 1
    out, err = capsys.readouterr()
    assert "unseen images right" in out
    assert "No space left on device" in err
    assert list(tmp_path.iterdir()) == []


def test_stopping_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(self: _Lines, history: History) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_Lines, "epoch", stop)
    assert main(QUICK) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_wanted_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*QUICK, "--report", "x.html", "--no-report"]) == 2
    assert "not allowed with" in capsys.readouterr().err


def test_only_what_is_missing_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 2
    assert capsys.readouterr().err.endswith("required: script\n")


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"tinygrad-edu {tinygrad_edu.__version__}\n"
    assert main([]) == 2
    assert "digits" in capsys.readouterr().out
    assert main(["digits", "--help"]) == 0
    text = capsys.readouterr().out
    assert all(option in text for option in ("--data", "--layers", "--recipe", "(adam)", "(0.01)"))


# ---- progress ------------------------------------------------------------------------------------
class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def history_of(epochs: int) -> History:
    history = History()
    for k in range(epochs + 1):
        for name in ("training", "unseen"):
            history.add(name, 2.3 / (k + 1), k / (epochs + 1))
    return history


def test_a_pipe_gets_about_ten_lines() -> None:
    stream = io.StringIO()
    lines = _Lines(95, stream)
    for k in range(96):
        lines.epoch(history_of(k))
    shown = stream.getvalue().splitlines()
    assert len(shown) == 11
    assert shown[0].startswith("epoch  0/95  loss 2.300")
    assert shown[-1].startswith("epoch 95/95")


@pytest.mark.parametrize("columns", ["30", "80", "200"])
def test_the_bar_is_one_line_within_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    stream = Terminal()
    bar = _Bar(10, stream)
    bar.epoch(history_of(3))
    bar.drawn = -1.0
    bar.step(0.35)
    bar.close()
    text = stream.getvalue()
    assert "\n" not in text
    frames = [frame.removesuffix("\x1b[K") for frame in text.split("\r")[1:]]
    assert len(frames) == 2
    assert 10 < len(frames[0]) < int(columns)
    assert frames[1] == ""


def test_the_bar_does_not_flicker() -> None:
    stream = Terminal()
    bar = _Bar(1, stream)
    for k in range(1, 1000):
        bar.step(k / 1000)
    assert stream.getvalue().count("\r") <= 3
