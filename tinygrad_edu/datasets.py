"""Data to learn from: digits that come with the package, MNIST and Fashion-MNIST, folders of your own.

A dataset gives (image, label) by index, the image a float32 Tensor in [0, 1] of shape (1, height,
width); `tensors()` gives the whole set at once, for networks that need no loop over samples.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .creation import from_numpy
from .files import replacing
from .image_folder import ImageFolder
from .tensor import Tensor
from .utils.data import Dataset

__all__ = ["MNIST", "Digits", "FashionMNIST", "IdxFolder", "ImageFolder", "read_idx"]

Array = np.ndarray[Any, Any]


class Images(Dataset[tuple[Any, Any]]):
    """Grey images with class labels.

    data     (N, height, width) uint8
    targets  (N,) int64
    classes  names of the labels
    """

    classes: tuple[str, ...] = tuple(map(str, range(10)))
    white = 255
    """The value of a full pixel."""

    def __init__(
        self,
        images: Array,
        labels: Array,
        transform: Callable[[Tensor], Any] | None,
        target_transform: Callable[[int], Any] | None,
    ) -> None:
        self.data, self.targets = from_numpy(images), from_numpy(labels.astype(np.int64))
        self.transform, self.target_transform = transform, target_transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image: Any = from_numpy(self.data.array[index][None] / np.float32(self.white))
        label: Any = int(self.targets.array[index])
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    def tensors(self, flat: bool = True) -> tuple[Tensor, Tensor]:
        """All images in [0, 1] as float32, (N, height * width) or (N, 1, height, width), and all labels (N,)."""
        n, height, width = self.data.array.shape
        images = self.data.array.reshape((n, height * width) if flat else (n, 1, height, width))
        return from_numpy(images / np.float32(self.white)), from_numpy(self.targets.array.copy())


class Digits(Images):
    """1,797 handwritten digits of 8 x 8 pixels, which come with the package.

    They are the test part of the Optical Recognition of Handwritten Digits data set (E. Alpaydin and
    C. Kaynak, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49, CC BY 4.0), in its order.
    For testing are the 359 whose number times 2,027, modulo 1,797, is below 359: a fixed choice as
    good as random, with 31 to 41 of each digit. The other 1,438 are for training.
    Both parts are by the same writers: digits of others are harder, by some five in a hundred.

    >>> len(te.datasets.Digits(train=True)), len(te.datasets.Digits(train=False))
    (1438, 359)
    """

    white = 16

    def __init__(
        self,
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        with np.load(Path(__file__).parent / "data" / "digits.npz") as file:
            fifth = np.arange(1797) * 2027 % 1797 < 359
            part = ~fifth if train else fifth
            super().__init__(
                file["images"][part], file["labels"][part], transform, target_transform
            )


class IdxFolder(Images):
    """Grey images of any size and their labels, in the four files that MNIST consists of, in a folder of your own.

    Raises RuntimeError if a file is missing, ValueError if one is damaged.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        names = file_names(train)
        images, labels = read_pair(*(found(name, places(root), "put it there") for name in names))
        super().__init__(images, labels, transform, target_transform)
        self.classes = tuple(map(str, range(1 + labels.max(initial=0))))


class MNIST(Images):
    """70,000 handwritten digits of 28 x 28 pixels (LeCun, Cortes and Burges 1998), 60,000 of them for training.

    The four IDX files are looked for in `root`, in the folder that the environment variable
    TINYGRAD_EDU_DATA names, and in the cache, each also in a folder of the set's name; else they are
    downloaded to the cache (or to `root`), whole and with the right checksum or not at all.
    Raises RuntimeError if they are not found and cannot be downloaded, ValueError for damaged files.
    """

    folder = "mnist"
    mirrors: tuple[str, ...] = (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    )
    sha256 = {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    }

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Callable[[Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        download: bool = True,
    ) -> None:
        paths = [self._file(name, root, download) for name in file_names(train)]
        images, labels = read_pair(*paths)
        if images.shape[1:] != (28, 28):
            raise ValueError(
                f"{type(self).__name__}: expected images of 28 x 28 pixels, got {images.shape[1:]}; "
                "IdxFolder reads other sizes"
            )
        if labels.max(initial=0) >= len(self.classes):
            raise ValueError(
                f"{type(self).__name__}: expected labels below {len(self.classes)}, got {labels.max()}; "
                "IdxFolder reads other labels"
            )
        super().__init__(images, labels, transform, target_transform)

    def _file(self, name: str, root: str | os.PathLike[str] | None, download: bool) -> Path:
        """Where a file is, downloaded if it is nowhere."""
        bases = [root] if root is not None else [os.environ.get("TINYGRAD_EDU_DATA"), cache()]
        folders = [
            f for base in bases if base for f in places(base, self.folder, type(self).__name__)
        ]
        try:
            path = found(name, folders, "pass download=True")
        except RuntimeError:
            if not download:
                raise
            target = (Path(root) if root is not None else cache()) / self.folder / name
            fetch([mirror + name for mirror in self.mirrors], target, self.sha256[name])
            return target
        self._refuse_others(path, name)
        return path

    def _refuse_others(self, path: Path, name: str) -> None:
        """Raise ValueError for a file that is known to be another: sets are alike in all but content."""
        import hashlib

        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest == self.sha256[name]:
            return
        for known in (MNIST, FashionMNIST):
            for other, sha256 in known.sha256.items():
                if digest == sha256:
                    raise ValueError(
                        f"{type(self).__name__}: expected {name}, got {known.__name__}'s {other} "
                        f"in {path}; name the right folder"
                    )


class FashionMNIST(MNIST):
    """70,000 pictures of clothes of 28 x 28 pixels (Zalando Research 2017, MIT licence), else like MNIST."""

    classes = (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    )
    folder = "fashion"
    mirrors = (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",  # it has no https
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    )
    sha256 = {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    }


def file_names(train: bool) -> tuple[str, str]:
    """The names of the files of images and of labels, for training or for testing."""
    part = "train" if train else "t10k"
    return f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"


def places(root: str | os.PathLike[str], folder: str = "mnist", name: str = "MNIST") -> list[Path]:
    """The folders under `root` in which a set's files may be: ours, the folder itself, torchvision's."""
    return [Path(root) / folder, Path(root), Path(root) / name / "raw"]


def found(name: str, folders: list[Path], advice: str) -> Path:
    """The first such file, packed or not. Raises RuntimeError if there is none."""
    for folder in folders:
        for candidate in (folder / name, folder / name.removesuffix(".gz")):
            if candidate.is_file():
                return candidate
    looked = ", ".join(map(str, folders))
    raise RuntimeError(f"datasets: expected {name} in one of {looked}, got none; {advice}")


def read_pair(images: Path, labels: Path) -> tuple[Array, Array]:
    """Images and as many labels from their files. Raises ValueError if the numbers differ."""
    x, y = read_idx(images, ndim=3), read_idx(labels, ndim=1)
    if len(x) != len(y):
        raise ValueError(
            f"datasets: expected as many labels as images, got {len(y)} in {labels} and {len(x)} in "
            f"{images}; take both from one set"
        )
    return x, y


def read_idx(path: str | os.PathLike[str], ndim: int | None = None) -> Array:
    """The uint8 array in an IDX file, packed by gzip or not.

    Raises ValueError for a file that is not IDX, has another number of dimensions than `ndim`, or is
    cut short or too long; FileNotFoundError if there is none.
    """
    import gzip
    import zlib

    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(
                f"read_idx: expected a whole gzip file, got a damaged one, {path} ({error}); fetch it again"
            ) from None
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != 8:
        raise ValueError(
            f"read_idx: expected an IDX file of unsigned bytes (magic 00 00 08), got {data[:4].hex(' ')} in {path}"
        )
    rank = data[3]
    if ndim is not None and rank != ndim:
        raise ValueError(
            f"read_idx: expected {ndim} dimensions, got {rank} in {path}; is it the file of labels or of images?"
        )
    header = 4 + 4 * rank
    shape = tuple(int.from_bytes(data[k : k + 4], "big") for k in range(4, header, 4))
    if len(data) != header + math.prod(shape):
        raise ValueError(
            f"read_idx: expected {header + math.prod(shape)} bytes for shape {shape}, got "
            f"{len(data)} in {path}; fetch it again"
        )
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape).copy()


def cache() -> Path:
    """The folder for downloaded data."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tinygrad_edu"


def fetch(addresses: list[str], target: Path, sha256: str) -> None:
    """Download a file from the first address that has it, whole and with the right checksum, or not at all."""
    import hashlib
    from http.client import HTTPException
    from urllib.request import urlopen

    target.parent.mkdir(parents=True, exist_ok=True)
    problems = []
    for address in addresses:
        digest = hashlib.sha256()
        try:
            with replacing(target) as file, urlopen(address, timeout=30) as source:
                total, done = int(source.headers.get("Content-Length") or 0), 0
                while block := source.read(1 << 16):
                    file.write(block)
                    digest.update(block)
                    done += len(block)
                    _show(progress(target.name, done, total))
                if digest.hexdigest() != sha256:
                    raise ValueError(f"wrong checksum {digest.hexdigest()[:12]}")
            return
        except (OSError, HTTPException, ValueError) as error:
            problems.append(f"{address}: {error or type(error).__name__}")
        finally:
            _show("")
    raise RuntimeError(
        f"download: expected {target.name} from one of {len(addresses)} mirrors, got {'; '.join(problems)}; "
        f"put the file into {target.parent}, or set TINYGRAD_EDU_DATA to a folder that has it"
    )


def progress(name: str, done: int, total: int, width: int = 24) -> str:
    """How many of the bytes are there, as a bar; the number alone if the total is not known.

    >>> progress("labels.gz", 2_000_000, 4_000_000, width=8)
    'labels.gz [####----] 2.0 of 4.0 MB'
    """
    if not total:
        return f"{name} {done / 1e6:.1f} MB"
    full = min(width, width * done // total)
    return f"{name} [{'#' * full}{'-' * (width - full)}] {done / 1e6:.1f} of {total / 1e6:.1f} MB"


def _show(text: str) -> None:
    """One line of progress, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
