"""What a run says of itself agrees with the run, and leaves it alone."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest

from tinygrad_edu.summary import report, sentence, table
from tinygrad_edu.train import Run, Settings, run


@pytest.fixture(scope="module")
def short() -> Run:
    return run(Settings(images=200, epochs=2, layers=(8,)))


def test_the_table_is_aligned_and_counts_every_image(short: Run) -> None:
    head, *rows = table(short, coloured=False).splitlines()[1:]
    assert {len(row) for row in rows} == {len(head)}
    counts = [int(n) for row in rows for n in row.replace("·", "0").split()[1:-2]]
    assert sum(counts) == 359
    assert head.split() == [*"0123456789", "right"]


def test_colours_change_nothing_but_colours(short: Run) -> None:
    coloured = table(short, coloured=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == table(short, coloured=False)


def test_the_sentence_and_the_report_agree(short: Run) -> None:
    page = report(short)
    share = page.figures["of unseen images right"]
    assert sentence(short).splitlines()[1].startswith(share)
    assert page.figures["parameters"] == f"{64 * 8 + 8 + 8 * 10 + 10:,}"
    assert page.weights is not None and page.weights.shape == (8, 8, 8)


def test_the_example_is_the_network_at_work(short: Run) -> None:
    example = report(short).example
    assert example is not None
    (hidden, scores), (weights,) = example.activations, example.weights
    assert (hidden.shape, scores.shape, weights.shape) == ((8,), (10,), (10, 8))
    bias = short.net[-1].bias.detach().numpy()
    logits = weights @ hidden + bias
    assert np.allclose(np.exp(logits) / np.exp(logits).sum(), scores, atol=1e-5)


def test_reporting_leaves_the_network_as_it_was(short: Run) -> None:
    before = {name: t.numpy().copy() for name, t in short.net.state_dict().items()}
    report(short)
    assert all((t.numpy() == before[name]).all() for name, t in short.net.state_dict().items())
    assert all(p.grad is None for p in short.net.parameters())


def test_there_is_a_drawing_without_dot(short: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert report(short).drawing.startswith("<svg")
