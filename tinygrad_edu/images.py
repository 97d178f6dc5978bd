"""Images to train on by a name: the digits of the package, MNIST, Fashion-MNIST, or a folder."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import datasets
from .creation import randperm
from .random import Generator
from .tensor import Tensor
from .utils.data import TensorDataset

__all__ = ["Images", "load"]

SIDE = 28  # pixels, of images from a folder


@dataclass(frozen=True)
class Images:
    """Images (N, *shape) in [0, 1] and their classes (N,): some to learn from, some to be tested on."""

    training: TensorDataset
    unseen: TensorDataset
    classes: Sequence[str]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one image: (height, width), or (height, width, 3) in colour."""
        return tuple(self.training.tensors[0].shape[1:])

    @property
    def pixels(self) -> int:
        """How many numbers an image is."""
        return math.prod(self.shape)


def load(
    name: str,
    first: int | None = None,
    root: str | os.PathLike[str] | None = None,
    download: bool = True,
) -> Images:
    """Return the images of "digits", "mnist", "fashion" or a folder; to learn from, the `first` ones.

    A folder has a folder of pictures per class, twice if there are folders "train" and "test", or
    it has the four files of MNIST's format. Where there is no test set, a fifth is set apart.
    `root` and `download` are those of datasets.MNIST.

    Raises:
        ValueError: for a name that is none of these, and for folders and files with other things.
        RuntimeError: if a data set is not found and cannot be downloaded.
    """
    if name == "digits":
        sets = [_tensors(datasets.Digits(train=train)) for train in (True, False)]
        classes: Sequence[str] = datasets.Digits.classes
    elif name in ("mnist", "fashion"):
        kind = datasets.MNIST if name == "mnist" else datasets.FashionMNIST
        sets = [_tensors(kind(root, train, download=download)) for train in (True, False)]
        classes = kind.classes
    elif not Path(name).is_dir():
        raise ValueError(f"data: expected digits, mnist, fashion or a folder, got {name!r}")
    elif any(Path(name).rglob("*-idx3-ubyte*")):
        sets = [_tensors(datasets.IdxFolder(name, train)) for train in (True, False)]
        classes = [str(k) for k in range(1 + int(max(labels.max().item() for _, labels in sets)))]
    elif (Path(name) / "train").is_dir() and (Path(name) / "test").is_dir():
        classes = _classes(Path(name) / "train")
        sets = [_pictures(Path(name) / part, classes) for part in ("train", "test")]
    else:
        classes = _classes(Path(name))
        sets = _set_apart(*_pictures(Path(name), classes))
    training, unseen = sets
    return Images(TensorDataset(*(t[:first] for t in training)), TensorDataset(*unseen), classes)


def _tensors(images: datasets.Images) -> tuple[Tensor, Tensor]:
    pixels, labels = images.tensors(flat=False)
    return pixels.squeeze(1), labels


def _set_apart(images: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Four fifths and one fifth, always the same ones."""
    order = randperm(len(labels), generator=Generator().manual_seed(0))
    unseen = len(labels) // 5
    return [(images[part], labels[part]) for part in (order[unseen:], order[:unseen])]


# ---- folders -----------------------------------------------------------------------------------
def _classes(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


def _pictures(folder: Path, classes: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Every picture in the folders of the classes, in colour, brought to one size."""
    found = datasets.ImageFolder(folder, size=(SIDE, SIDE), classes=classes)
    if len(set(found.targets)) < 2 or len(found) < 5:
        raise ValueError(
            f"data: expected a folder of pictures for each class, got {len(found)} pictures of "
            f"{len(set(found.targets))} classes in {str(folder)!r}"
        )
    images, labels = found.tensors()
    return images.permute(0, 2, 3, 1), labels
