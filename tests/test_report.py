"""The report: self-contained, escaped, readable in light and dark, and written whole or not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinygrad_edu.palette import PAGE
from tinygrad_edu.report import Example, Report, Stage, confusion, html, write

VOID = {"meta", "img", "br", "hr", "link", "input"}


@pytest.fixture
def full() -> Report:
    """A report with every section: 12 images of 3 classes, 4 of them mistaken."""
    rng = np.random.default_rng(0)
    scores = np.full((12, 3), 0.1)
    targets = np.arange(12) % 3
    said = np.where(np.arange(12) < 4, (targets + 1) % 3, targets)
    scores[np.arange(12), said] = np.linspace(0.5, 0.8, 12)
    return Report(
        title="A title",
        summary="A summary.",
        figures={"of unseen images right": "66.7 %", "parameters": "1,234"},
        losses={"training": [2.3, 0.5, 0.2, 0.1], "unseen": [2.3, 0.6, 0.3, 0.25]},
        accuracies={"training": [0.3, 0.8, 0.9, 0.95], "unseen": [0.3, 0.7, 0.8, 0.85]},
        stages=[Stage("4 × 4", "16 numbers", "input"), Stage("Linear"), Stage("3", kind="output")],
        drawing='<?xml version="1.0"?><svg id="graph"></svg>',
        example=Example(rng.random((4, 4)), [rng.random(5), scores[0]], [rng.random((3, 5))]),
        weights=rng.standard_normal((5, 4, 4)),
        images=rng.random((12, 4, 4)),
        targets=targets,
        scores=scores,
        classes=["ant", "bee", "cat"],
        command="tinygrad-edu digits",
        options={"epochs": 3, "seed": 0},
    )


class Balanced(HTMLParser):
    """Fails where tags do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_tags_nest(full: Report) -> None:
    parser = Balanced()
    parser.feed(html(full))
    assert parser.open == []


def test_the_page_asks_for_nothing_but_itself(full: Report) -> None:
    page = html(full)
    assert "<script" not in page
    assert "http" not in page
    assert "url(" not in page.replace("url(#inside-", "")
    assert "@import" not in page
    for source in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert source.startswith("data:image/png;base64,")


def test_all_text_is_escaped(full: Report) -> None:
    evil = "<script>\"'&"
    page = html(
        replace(
            full,
            title=evil,
            summary=evil,
            figures={evil: evil},
            losses={evil: [1.0, 0.5]},
            accuracies={evil: [0.5, 0.6]},
            stages=[Stage(evil, evil, evil)],
            classes=[evil] * 3,
            command=evil,
            options={evil: evil},
        )
    )
    assert "<script" not in page
    assert "\"'" not in page.partition("</style>")[2]
    assert page.count("&lt;script&gt;&quot;&#x27;&amp;") > 20


def test_a_section_without_data_is_left_out(full: Report) -> None:
    assert html(full).count("<h2>") == 6
    bare = html(Report("A title", "A summary."))
    assert bare.count("<h2>") == 0
    assert "A summary." in bare


def test_the_drawing_stands_in_the_page_without_its_prologue(full: Report) -> None:
    assert '<div class="drawing"><svg id="graph"></svg></div>' in html(full)


def test_the_surest_mistake_comes_first(full: Report) -> None:
    page = html(full)
    assert "4 of 12 unseen images were taken for something else" in page
    order = re.findall(r'alt="image (\d+): (\w+) taken for (\w+)"', page)
    said = [("3", "ant", "bee"), ("2", "cat", "ant"), ("1", "bee", "cat"), ("0", "ant", "bee")]
    assert order == said


def test_no_mistake_is_said_in_words(full: Report) -> None:
    assert full.scores is not None
    page = html(replace(full, targets=full.scores.argmax(1)))
    assert "every unseen image was recognised" in page
    assert 'class="miss-' not in page


def test_an_image_in_colour_keeps_its_colours(full: Report) -> None:
    page = html(replace(full, images=np.zeros((12, 4, 4, 3)), example=None))
    assert 'class="ink"' not in page


def test_only_some_of_many_neurons_are_shown(full: Report) -> None:
    page = html(replace(full, weights=np.ones((100, 4, 4))))
    assert "The first 64 of 100 neurons are shown." in page
    assert page.count('alt="weights of neuron') == 64


def test_weights_of_zero_are_no_error(full: Report) -> None:
    html(replace(full, weights=np.zeros((2, 4, 4))))


def test_confusion_counts_pairs() -> None:
    counts = confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0]), 3)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


# ---- looks -----------------------------------------------------------------------------------------
def test_colours_are_those_of_the_palette_in_light_and_in_dark(full: Report) -> None:
    found = re.findall(r"--ink:(#\w+)", html(full))
    assert found == [PAGE["ink"][0], PAGE["ink"][1], PAGE["ink"][1]]


def test_a_picture_for_each_image_has_words_for_it(full: Report) -> None:
    counts = Counter(
        bool(re.search(r'alt="[^"]+"', tag)) for tag in re.findall("<img[^>]*>", html(full))
    )
    assert counts[False] == 0


# ---- files -----------------------------------------------------------------------------------------
def test_write_returns_where_the_page_is(full: Report, tmp_path: Path) -> None:
    path = write(full, tmp_path / "report.html")
    assert path.read_text("utf-8") == html(full)
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(
    full: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    def fail(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        write(full, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
