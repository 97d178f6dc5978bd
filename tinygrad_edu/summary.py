"""What a training run has to say: in a sentence, in a table for the terminal, in a report."""

from __future__ import annotations

import platform
from dataclasses import asdict

import numpy as np

from . import __version__, nn
from .autograd import no_grad
from .read.draw import draw
from .report import Array, Example, Report, Stage, confusion
from .train import LOSSES, Run

__all__ = ["report", "sentence", "table"]

BLUE, ORANGE, FAINT, PLAIN = "\x1b[1;34m", "\x1b[38;5;208m", "\x1b[2m", "\x1b[0m"
NAMES = {"digits": "the embedded digits", "mnist": "MNIST", "fashion": "Fashion-MNIST"}


def shape(run: Run) -> str:
    """The sizes of the layers, such as 784-16-16-10."""
    linear = [module for module in run.net if isinstance(module, nn.Linear)]
    return "-".join(str(n) for n in (linear[0].in_features, *(m.out_features for m in linear)))


def sentence(run: Run) -> str:
    """The run in two lines."""
    h, settings = run.history, run.settings
    return (
        f"{shape(run)} on {NAMES.get(settings.data, settings.data)}: {parameters(run):,} parameters, "
        f"{settings.epochs} epoch{'s' * (settings.epochs > 1)} of {len(run.data.training):,} images "
        f"in {h.seconds:.1f} s\n"
        f"{100 * h.accuracies['unseen'][-1]:.2f} % of {len(run.data.unseen):,} unseen images right"
        f" ({100 * h.accuracies['training'][-1]:.2f} % of the training images)"
    )


def parameters(run: Run) -> int:
    """How many numbers training adjusts."""
    return sum(p.numel() for p in run.net.parameters())


def table(run: Run, coloured: bool) -> str:
    """What is taken for what: a row for each class, a column for each answer."""
    names = run.data.classes
    counts = confusion(run.labels, run.scores.argmax(1), len(names))
    totals, worst = counts.sum(1), (counts - np.diag(counts.diagonal())).max(initial=1)
    side = max(map(len, names))
    width = max(len(str(counts.max(initial=0))), min(6, max(map(len, names)))) + 2

    def cell(true: int, said: int) -> str:
        n = int(counts[true, said])
        text = f"{n or '·':>{width}}"
        ink = BLUE if true == said else ORANGE if 2 * n > worst else "" if n else FAINT
        return f"{ink}{text}{PLAIN}" if coloured and ink else text

    head = "".join(f"{name[: width - 2]:>{width}}" for name in names)
    rows = ["rows: what it is, columns: what the network says", f"{'':{side}} {head}   right"]
    for true, name in enumerate(names):
        right = f"{100 * counts[true, true] / totals[true]:.0f} %" if totals[true] else "-"
        cells = "".join(cell(true, said) for said in range(len(names)))
        rows.append(f"{name:>{side}} {cells}   {right:>5}")
    return "\n".join(rows)


def report(run: Run, command: str = "") -> Report:
    """All of it, to be looked at."""
    h, data, settings = run.history, run.data, run.settings
    before, after = h.accuracies["unseen"][0], h.accuracies["unseen"][-1]
    mistakes = int((run.scores.argmax(1) != run.labels).sum())
    images: Array = data.unseen.tensors[0].numpy().reshape(-1, *data.shape)
    first = next(module for module in run.net if isinstance(module, nn.Linear))
    weights: Array = first.weight.detach().numpy().reshape(-1, *data.shape)
    if weights.ndim == 4:  # (neurons, height, width, 3) -> (neurons, height, width)
        weights = weights.mean(-1)
    return Report(
        title=f"{shape(run)} learns {NAMES.get(settings.data, settings.data)}".replace(
            "-", "\u2011"
        ),
        summary=(
            f"A network of {parameters(run):,} parameters looked "
            f"{'once' if settings.epochs == 1 else f'{settings.epochs:,} times'} at "
            f"{len(data.training):,} images, which took {h.seconds:.1f} seconds. It now tells right "
            f"what is on {100 * after:.1f} % of {len(data.unseen):,} images that it has never seen. "
            f"Before training it was right on {100 * before:.1f} %; guessing gets "
            f"{100 / len(data.classes):.0f} %."
        ),
        figures={
            "of unseen images right": f"{100 * after:.2f} %",
            "mistakes" if mistakes != 1 else "mistake": f"{mistakes:,}",
            "parameters": f"{parameters(run):,}",
            "epochs" if settings.epochs > 1 else "epoch": f"{settings.epochs:,}",
            "of training": f"{h.seconds:.1f} s",
        },
        losses=h.losses,
        accuracies=h.accuracies,
        stages=_stages(run),
        drawing=_drawing(run),
        example=_example(run, images),
        weights=weights,
        images=images,
        targets=run.labels,
        scores=run.scores,
        classes=data.classes,
        command=command,
        options={
            **{name: _text(value) for name, value in asdict(settings).items()},
            "tinygrad_edu": __version__,
            "NumPy": np.__version__,
            "Python": platform.python_version(),
        },
    )


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "all" if value is None else str(value)


def _stages(run: Run) -> list[Stage]:
    height, width, *_ = run.data.shape
    stages = [Stage(f"{height} × {width} pixels", f"{run.data.pixels:,} numbers", "input")]
    for module in run.net:
        name = type(module).__name__
        if isinstance(module, nn.Linear):
            count = sum(p.numel() for p in module.parameters())
            sizes = f"{module.in_features} → {module.out_features}"
            stages.append(Stage(name, f"{sizes}\n{count:,} parameters"))
        elif not isinstance(module, nn.Flatten):
            stages.append(Stage(name, kind="operation"))
    classes = run.data.classes
    return [*stages, Stage(f"{len(classes)} classes", f"{classes[0]} to {classes[-1]}", "output")]


def _example(run: Run, images: Array) -> Example:
    """The first unseen image that the network is right about goes through it once more."""
    right = run.scores.argmax(1) == run.labels
    k = int(right.argmax())
    activations, weights = [], []
    with no_grad():
        x = run.data.unseen.tensors[0][k : k + 1]
        for module in run.net:
            if isinstance(module, nn.Linear):
                weights.append(module.weight.detach().numpy())
                if len(weights) > 1:
                    activations.append(x[0].numpy())
            x = module(x)
    return Example(images[k], [*activations, run.scores[k]], weights[1:])


def _drawing(run: Run) -> str:
    """The graph of a training step as SVG."""
    images, labels = (t[: run.settings.batch] for t in run.data.training.tensors)
    loss = LOSSES[run.settings.loss].loss(run.net(images), labels)
    run.net.zero_grad()
    loss.backward()
    picture = draw(loss, names=dict(run.net.named_parameters())).svg()
    run.net.zero_grad()
    return picture
