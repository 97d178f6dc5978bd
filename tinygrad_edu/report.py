"""The report of a training run: one HTML file that needs no network, no script and no library.

A `Report` is plain text, lists and NumPy arrays. `html` turns it into a page, section by section; a
section whose data are missing is left out. All text is escaped. The looks are in `report.css`:
the colours are those of `palette`, light and dark on screens, light on paper.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .files import replacing
from .palette import coloured, colours
from .pictures import chart, neurons, percent, picture, short

__all__ = ["Example", "Report", "Stage", "confusion", "html", "write"]

Array = NDArray[Any]
Curves = Mapping[str, Sequence[float]]
MOST_PICTURES, MOST_MISTAKES = 64, 24


@dataclass(frozen=True)
class Stage:
    """A box of the network's drawing; `kind` is "input", "module", "operation" or "output"."""

    name: str
    detail: str = ""
    kind: str = "module"


@dataclass(frozen=True)
class Example:
    """One image on its way through the network.

    image        (height, width) or (height, width, 3), in [0, 1]
    activations  of each layer, (neurons,); the last are the scores of the classes
    weights      between the layers, (neurons, neurons of the layer before): one fewer
    """

    image: Array
    activations: Sequence[Array]
    weights: Sequence[Array]


@dataclass(frozen=True)
class Report:
    """What a training run leaves to be looked at.

    title       of the page
    summary     one paragraph
    figures     name -> the number to show large, the most important first
    losses      name -> loss before training and after each epoch; "training", then "unseen"
    accuracies  the same for the share of right answers, in [0, 1]
    stages      the network from input to output
    drawing     its graph as SVG markup, taken as it is
    example     an image on its way through it
    weights     (neurons, height, width): the weights of the first layer
    images      (N, height, width) or (N, height, width, 3), in [0, 1]: unseen images
    targets     (N,): their classes
    scores      (N, classes): how sure the network is of each class, in [0, 1]
    classes     the names of the classes
    command     what to type to get this run again
    options     name -> value
    """

    title: str
    summary: str
    figures: Mapping[str, str] = field(default_factory=dict)
    losses: Curves = field(default_factory=dict)
    accuracies: Curves = field(default_factory=dict)
    stages: Sequence[Stage] = ()
    drawing: str = ""
    example: Example | None = None
    weights: Array | None = None
    images: Array | None = None
    targets: Array | None = None
    scores: Array | None = None
    classes: Sequence[str] = ()
    command: str = ""
    options: Mapping[str, object] = field(default_factory=dict)


def write(report: Report, path: str | os.PathLike[str]) -> Path:
    """Write the page, whole or not at all, and return where it is."""
    with replacing(path) as file:
        file.write(html(report).encode())
    return Path(path)


# ---- the page ----------------------------------------------------------------------------------
def html(report: Report) -> str:
    """Return the page as text."""
    r = report
    tiles = "".join(
        f'<div class="tile"><dt>{escape(name)}</dt><dd>{escape(number)}</dd></div>'
        for name, number in r.figures.items()
    )
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(r.title)}</title>
<style>
{coloured(Path(__file__).with_name("report.css").read_text("utf-8"))}</style>
<header>
<h1>{escape(r.title)}</h1>
<p>{escape(r.summary)}</p>
<dl class="tiles">{tiles}</dl>
</header>
<main>
{_learning(r)}{_network(r)}{_weights(r)}{_confusions(r)}{_mistakes(r)}{_options(r)}</main>
<footer>Written by tinygrad_edu. This page is one file: keep it, mail it, print it.</footer>
</html>
"""


def _section(title: str, note: str, body: str, kind: str = "") -> str:
    """`title` and `note` are text, `body` is markup."""
    noted = f'<p class="note">{escape(note)}</p>\n' if note else ""
    return f'<section class="{kind}">\n<h2>{escape(title)}</h2>\n{noted}{body}\n</section>\n'


def _learning(r: Report) -> str:
    if not (r.losses or r.accuracies):
        return ""
    charts = chart("Loss: how wrong it is, on average", r.losses) if r.losses else ""
    if r.accuracies:
        charts += chart("Accuracy: share of right answers", r.accuracies, share=True)
    columns = [("loss", name, values) for name, values in r.losses.items()]
    columns += [("accuracy", name, values) for name, values in r.accuracies.items()]
    head = "".join(f'<th scope="col">{kind}, {escape(name)}</th>' for kind, name, _ in columns)
    rows = "".join(
        f'<tr><th scope="row">{epoch}</th>'
        + "".join(f"<td>{short(ys[epoch], kind == 'accuracy')}</td>" for kind, _, ys in columns)
        + "</tr>\n"
        for epoch in range(min(len(values) for *_, values in columns))
    )
    return _section(
        "How it learned",
        "After every epoch, one pass over the training images, the network is tested on images "
        "that it has not learned from.",
        f'<div class="charts">{charts}</div>\n'
        "<details><summary>The numbers, epoch by epoch</summary>\n"
        '<div class="scroll"><table class="numbers">\n'
        f'<thead><tr><th scope="col">epoch</th>{head}</tr></thead>\n{rows}</table></div></details>',
    )


def _network(r: Report) -> str:
    body = ""
    if r.stages:
        boxes = "".join(
            f'<li><div class="box {escape(stage.kind)}"><b>{escape(stage.name)}</b>'
            f"<small>{escape(stage.detail)}</small></div></li>"
            for stage in r.stages
        )
        body += f'<ol class="flow">{boxes}</ol>\n'
    if r.example:
        image, example = _paper(r.example.image), r.example
        body += (
            "<h3>One unseen image on its way through</h3>\n"
            '<p class="note">A disc is as full as its neuron is active; a line is as strong as '
            "what it brings to the next neuron, weight times activation. Blue is positive, orange "
            "negative.</p>\n"
            f'<div class="scroll">{neurons(image, example.activations, example.weights, r.classes)}'
            "</div>"
        )
    if "<svg" in r.drawing:  # without the XML prologue that stands before it in a file
        body += (
            "\n<h3>The graph of one training step</h3>\n"
            '<p class="note">A few images on their way to the loss, down the arrows. Backpropagation went up '
            "the arrows from there: it gave each parameter its gradient.</p>\n"
            f'<div class="drawing">{r.drawing[r.drawing.index("<svg") :]}</div>'
        )
    note = "Numbers flow from the image to the classes; training adjusts the parameters."
    return _section("The network", note, body) if body else ""


def _weights(r: Report) -> str:
    if r.weights is None:
        return ""
    shown = r.weights[:MOST_PICTURES]
    strong = float(np.quantile(np.abs(shown), 0.995)) or 1.0
    pictures = "".join(
        f'<li><img src="{picture(colours(w / strong))}" alt="weights of neuron {k}" '
        f'title="neuron {k}" width="{w.shape[1]}" height="{w.shape[0]}"></li>'
        for k, w in enumerate(shown)
    )
    note = "A bright pixel speaks for a neuron where its weight is blue, against it where orange."
    if len(shown) < len(r.weights):
        note += f" The first {len(shown)} of {len(r.weights)} neurons are shown."
    scale = f'<img src="{picture(colours(np.linspace(-1, 1, 64)[None]))}" alt="orange to blue">'
    columns = math.ceil(math.sqrt(len(shown)))
    body = (
        f'<ul class="pictures weights" style="--columns:{columns}">{pictures}</ul>\n'
        f'<div class="scale">−{strong:.2g}{scale}+{strong:.2g}</div>'
    )
    return _section("What the first layer looks for", note, body, "half")


# ---- right and wrong ---------------------------------------------------------------------------
def confusion(targets: Array, predicted: Array, classes: int) -> Array:
    """Count the pairs: `confusion(...)[true, predicted]`."""
    pairs = targets.astype(np.int64) * classes + predicted.astype(np.int64)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def _confusions(r: Report) -> str:
    if r.targets is None or r.scores is None:
        return ""
    counts = confusion(r.targets, r.scores.argmax(1), len(r.classes))
    totals, worst = counts.sum(1), int((counts - np.diag(counts.diagonal())).max(initial=0))
    rows = ""
    for true, name in enumerate(r.classes):
        total = int(totals[true])
        cells = ""
        for said, n in enumerate(counts[true].tolist()):
            kind = "none"
            if n:
                shade = math.ceil(5 * n / total) if said == true else math.ceil(4 * n / worst)
                kind = f"hit-{shade}" if said == true else f"miss-{shade}"
            cells += f'<td class="{kind}">{n or "·"}</td>'
        right = f"{100 * counts[true, true] / total:.0f} %" if total else ""
        cells += f'<td class="share">{right}</td>'
        rows += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in r.classes)
    longest = max(map(len, r.classes))
    return _section(
        "What it takes for what",
        "Each row is what an unseen image is, each column what the network says it is. Blue is right, orange is wrong.",
        f'<div class="scroll"><table class="confusion{" long" if longest > 4 else ""}" '
        f'style="min-width: {26 * len(r.classes) + 32}px">\n'
        f'<thead><tr><td style="width: {max(min(longest, 12) * 0.62, 2):.1f}em"></td>'
        f'<td class="corner" colspan="{len(r.classes)}">said →</td></tr>\n'
        f'<tr><td class="corner">is ↓</td>{head}<td class="corner share">right</td></tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>",
        "half",
    )


def _mistakes(r: Report) -> str:
    if r.images is None or r.targets is None or r.scores is None:
        return ""
    title, scores = "The mistakes it was surest of", r.scores
    said: Array = scores.argmax(1)
    wrong = np.flatnonzero(said != r.targets)
    if not len(wrong):
        return _section(title, "None: every unseen image was recognised.", "")
    surest = wrong[np.argsort(-scores[wrong, said[wrong]], kind="stable")][:MOST_MISTAKES]
    cards = ""
    for k in surest.tolist():
        names = {"said": r.classes[int(said[k])], "is": r.classes[int(r.targets[k])]}
        shares = {"said": float(scores[k, said[k]]), "is": float(scores[k, r.targets[k]])}
        rows = "".join(
            f"<dt>{word} <b>{escape(names[word])}</b></dt><dd>{percent(share)}</dd>"
            f'<i class="{word}" style="--share:{share:.2%}"></i>'
            for word, share in shares.items()
        )
        alt = escape(f"image {k}: {names['is']} taken for {names['said']}")
        ink = ' class="ink"' if r.images[k].ndim == 2 else ""
        cards += f'<li><img{ink} src="{_paper(r.images[k])}" alt="{alt}"><dl>{rows}</dl></li>\n'
    note = (
        f"{len(wrong):,} of {len(r.targets):,} unseen images were taken for something else. Below "
        "are those with the highest score for the wrong answer; the bars are the scores of what "
        "the network said and of what the image is."
    )
    return _section(title, note, f'<ul class="pictures mistakes">{cards}</ul>')


def _paper(image: Array) -> str:
    """An image in [0, 1] as a URI: a grey one as ink on paper, one in colour as it is."""
    shown = 1 - image if image.ndim == 2 else image
    return picture((np.clip(shown, 0, 1) * 255).astype(np.uint8))


def _options(r: Report) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in r.options.items()
    )
    command = f"<pre>{escape(r.command)}</pre>\n" if r.command else ""
    body = command + (f'<dl class="options">{rows}</dl>' if rows else "")
    return _section("How to get this run again", "", body) if body else ""
