"""Pictures from a folder that has a folder for each class, read by Pillow."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from .creation import from_numpy
from .tensor import Tensor
from .utils.data import Dataset

__all__ = ["ImageFolder"]

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".ppm", ".pgm", ".tif", ".tiff", ".webp"}


class ImageFolder(Dataset[tuple[Any, Any]]):
    """Colour pictures in `root/class/picture.png`, at any depth below the class; as torchvision's, but Tensors.

    An item is (image, label), the image (3, height, width) float32 in [0, 1], brought to `size` =
    (height, width) if given; what is transparent becomes white. `classes` names the folders that
    count, all by default.
    Raises FileNotFoundError if there are no classes or one has no pictures, RuntimeError without
    Pillow, ValueError for a file that is no picture.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        *,
        size: tuple[int, int] | None = None,
        classes: Sequence[str] | None = None,
    ) -> None:
        if find_spec("PIL") is None:
            raise RuntimeError(
                "ImageFolder: expected Pillow, to read pictures, found none; "
                "pip install 'tinygrad_edu[images]'"
            )
        self.root, self.size = Path(root), size
        self.transform, self.target_transform = transform, target_transform
        found = sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())
        self.classes = list(found if classes is None else classes)
        if not found:
            raise FileNotFoundError(
                f"ImageFolder: expected a folder for each class in {str(root)!r}, got none"
            )
        self.class_to_idx = {name: label for label, name in enumerate(self.classes)}
        self.samples = [
            (str(path), label)
            for name, label in self.class_to_idx.items()
            for path in sorted((self.root / name).rglob("*"))
            if path.suffix.lower() in SUFFIXES
        ]
        self.imgs, self.targets = self.samples, [label for _, label in self.samples]
        empty = [self.classes[k] for k in sorted({*self.class_to_idx.values()} - {*self.targets})]
        if empty and classes is None:
            raise FileNotFoundError(
                f"ImageFolder: expected pictures in each folder of {str(root)!r}, got none in {', '.join(empty)}"
            )

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, label = self.samples[index]
        image: Any = from_numpy(self._read(path) / np.float32(255))
        target: Any = label if self.target_transform is None else self.target_transform(label)
        return (image if self.transform is None else self.transform(image)), target

    def tensors(self) -> tuple[Tensor, Tensor]:
        """All images (N, 3, height, width), which must be of one size, and all labels (N,)."""
        images = [self._read(path) for path, _ in self.samples]
        sizes = {image.shape for image in images}
        if len(sizes) > 1:
            raise ValueError(
                f"tensors: expected images of one size, got {len(sizes)} sizes; pass size=(height, width)"
            )
        return from_numpy(np.stack(images) / np.float32(255)), from_numpy(np.array(self.targets))

    def _read(self, path: str) -> np.ndarray[Any, Any]:
        from PIL import Image

        try:
            with Image.open(path) as file:
                picture = file.convert("RGBA")
        except OSError as error:
            raise ValueError(f"ImageFolder: expected a picture, got {path}; {error}") from None
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
        if self.size is not None:
            height, width = self.size
            picture = picture.resize((width, height))
        return np.moveaxis(np.asarray(picture), -1, 0)
