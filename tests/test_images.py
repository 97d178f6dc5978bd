"""Images by name: always the same ones in the same sets, or an error that says what was found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinygrad_edu.images import Images, load


def arrays(images: Images) -> list[Any]:
    return [t.numpy() for t in (*images.training.tensors, *images.unseen.tensors)]


def test_the_embedded_digits_are_split_once_and_for_all() -> None:
    first, again = arrays(load("digits")), arrays(load("digits"))
    assert [a.shape for a in first] == [(1438, 8, 8), (1438,), (359, 8, 8), (359,)]
    assert all((a == b).all() for a, b in zip(first, again))
    assert first[0].dtype == np.float32
    assert first[0].min() == 0.0 and first[0].max() == 1.0
    assert np.bincount(first[3]).min() > 20  # every digit is among the unseen ones


def test_only_the_first_images_to_learn_from() -> None:
    some, all_ = load("digits", 50), load("digits")
    assert (some.training.tensors[0].numpy() == all_.training.tensors[0].numpy()[:50]).all()
    assert len(some.unseen) == len(all_.unseen)
    assert len(load("digits", 10**6).training) == 1438


@pytest.mark.parametrize("name", ["mnist", "fashion"])
def test_mnist_by_name(name: str, data_folder: Path) -> None:
    images = load(name, 50_000)
    assert (len(images.training), len(images.unseen), images.shape, images.pixels) == (
        50_000,
        10_000,
        (28, 28),
        784,
    )
    assert len(images.classes) == 10


def test_a_folder_with_the_files_of_mnist(data_folder: Path) -> None:
    images = load(str(data_folder / "fashion"), 10)
    assert images.classes == [str(k) for k in range(10)]
    assert images.shape == (28, 28)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two folders of ten pictures: red ones and blue ones, and a file that is no picture."""
    picture = pytest.importorskip("PIL.Image")
    for name, colour in (("red", (255, 0, 0)), ("blue", (0, 0, 255))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.txt").write_text("not a picture")
        for k in range(10):
            picture.new("RGB", (20 + k, 30), colour).save(tmp_path / name / f"{k}.png")
    return tmp_path


def test_a_folder_of_pictures_per_class(pictures: Path) -> None:
    images = load(str(pictures))
    assert images.classes == ["blue", "red"]
    assert (len(images.training), len(images.unseen), images.shape) == (16, 4, (28, 28, 3))
    for pixels, label in zip(
        images.training.tensors[0].numpy(), images.training.tensors[1].tolist()
    ):
        assert (pixels == [[1, 0, 0] if images.classes[label] == "red" else [0, 0, 1]]).all()


def test_a_folder_that_says_which_to_test_on(
    pictures: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("split")
    (folder / "train").symlink_to(pictures)
    (folder / "test").symlink_to(pictures)
    images = load(str(folder))
    assert (len(images.training), len(images.unseen)) == (20, 20)


def test_a_picture_that_is_none_is_named(pictures: Path) -> None:
    (pictures / "red" / "broken.png").write_bytes(b"\x89PNG and no more")
    with pytest.raises(ValueError, match=r"expected a picture, got .*broken\.png"):
        load(str(pictures))


def test_pillow_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "red").mkdir()
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(RuntimeError, match=r"pip install 'tinygrad_edu\[images\]'"):
        load(str(tmp_path))


def test_an_unknown_name_says_what_is_known() -> None:
    with pytest.raises(
        ValueError, match="expected digits, mnist, fashion or a folder, got 'digit'"
    ):
        load("digit")


def test_a_folder_without_pictures_says_so(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    (tmp_path / "red").mkdir()
    with pytest.raises(ValueError, match="got 0 pictures of 0 classes"):
        load(str(tmp_path))
