"""Datasets: what is embedded, what is read from files, and what damaged files do."""

import gzip
import hashlib
import http.client
import urllib.request

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import datasets


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.tobytes()


@pytest.fixture
def small(tmp_path):
    """A folder with a tiny MNIST: 5 images for training, 3 for testing."""
    for part, n in (("train", 5), ("t10k", 3)):
        images = (np.arange(n * 784) % 256).astype(np.uint8).reshape(n, 28, 28)
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(idx(np.arange(n, dtype=np.uint8)))
        )
    return tmp_path


@pytest.fixture
def cache(tmp_path_factory, monkeypatch):
    """An empty folder for downloads, and no other place to look."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.delenv("TINYGRAD_EDU_DATA", raising=False)
    return folder


def checksums(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.gz")}


def test_digits_are_1797_in_two_parts():
    train, test = te.datasets.Digits(), te.datasets.Digits(train=False)
    assert len(train) + len(test) == 1797
    assert set(train.targets.tolist()) == set(range(10)) == set(test.targets.tolist())
    image, label = train[0]
    assert (
        image.shape == (1, 8, 8)
        and image.dtype is te.float32
        and 0 == image.min() < image.max() <= 1
    )
    assert label == int(train.targets[0]) and test[0][1] == 0


def test_tensors_are_the_samples_at_once():
    digits = te.datasets.Digits(train=False)
    X, y = digits.tensors()
    assert X.shape == (359, 64) and y.shape == (359,)
    assert te.equal(X[7].reshape(1, 8, 8), digits[7][0])
    assert digits.tensors(flat=False)[0].shape == (359, 1, 8, 8)


def test_mnist_reads_idx_files_with_transforms(small):
    mnist = te.datasets.MNIST(
        small, train=False, transform=lambda x: x.flatten(), target_transform=str, download=False
    )
    image, label = mnist[2]
    assert len(mnist) == 3 and image.shape == (784,) and label == "2"


def test_files_may_be_unpacked(small):
    for packed in small.glob("*.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    assert len(te.datasets.MNIST(small, download=False)) == 5


def test_environment_names_the_folder(small, monkeypatch):
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(small))
    assert len(te.datasets.FashionMNIST(download=False)) == 5
    assert te.datasets.FashionMNIST(download=False).classes[9] == "Ankle boot"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda b: b[: len(b) // 2], "damaged"),
        (lambda b: gzip.compress(gzip.decompress(b)[:-1]), "bytes for shape"),
        (lambda b: gzip.compress(b"\0\0\x0d\x03" + gzip.decompress(b)[4:]), "magic"),
        (lambda b: gzip.compress(idx(np.zeros(5, np.uint8))), "labels or of images"),
        (lambda b: gzip.compress(idx(np.zeros((4, 28, 28), np.uint8))), "as many labels"),
        (lambda b: gzip.compress(idx(np.zeros((5, 8, 8), np.uint8))), "28 x 28"),
        (lambda b: b"", "magic"),
    ],
)
def test_damaged_files_are_named(small, damage, message):
    path = small / "train-images-idx3-ubyte.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=message):
        te.datasets.MNIST(small, download=False)


def test_missing_files_say_where_they_were_looked_for(tmp_path):
    with pytest.raises(RuntimeError, match="download=True"):
        te.datasets.MNIST(tmp_path, download=False)


def test_download_tries_mirrors_and_checks(small, cache, monkeypatch):
    monkeypatch.setattr(datasets.MNIST, "sha256", checksums(small))
    monkeypatch.setattr(
        datasets.MNIST, "mirrors", ((cache / "nowhere").as_uri() + "/", small.as_uri() + "/")
    )
    assert len(te.datasets.MNIST()) == 5
    assert sorted(p.name for p in (cache / "tinygrad_edu" / "mnist").iterdir()) == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
    ]


def test_labels_without_a_class_are_an_error(small):
    labels = np.array([0, 1, 200, 3, 4], np.uint8)
    (small / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    with pytest.raises(ValueError, match="expected labels below 10, got 200"):
        te.datasets.MNIST(small, download=False)


def test_the_files_of_another_set_are_an_error(small, monkeypatch):
    monkeypatch.setattr(datasets.MNIST, "sha256", checksums(small))
    with pytest.raises(ValueError, match="FashionMNIST: expected train-images.* got MNIST's train"):
        te.datasets.FashionMNIST(small, download=False)
    (small / "t10k-labels-idx1-ubyte.gz").replace(small / "train-labels-idx1-ubyte.gz")
    with pytest.raises(ValueError, match="MNIST: expected train-labels.* got MNIST's t10k-labels"):
        te.datasets.MNIST(small, download=False)


@pytest.mark.parametrize(
    "error", [http.client.IncompleteRead(b""), TimeoutError(), ValueError("x")]
)
def test_a_broken_transfer_goes_on_to_the_next_mirror(tmp_path, monkeypatch, error):
    source, target = tmp_path / "whole", tmp_path / "new" / "copy"
    source.write_bytes(b"all of it")
    real = urllib.request.urlopen

    def urlopen(address, timeout):
        if address == "broken":
            raise error
        return real(address, timeout=timeout)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    datasets.fetch(["broken", source.as_uri()], target, hashlib.sha256(b"all of it").hexdigest())
    assert [p.name for p in target.parent.iterdir()] == ["copy"]
    assert target.stat().st_mode == source.stat().st_mode
    with pytest.raises(RuntimeError, match="from one of 1 mirrors, got broken"):
        datasets.fetch(["broken"], tmp_path / "other", "")


def test_an_interrupted_download_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(address, timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr(urllib.request, "urlopen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        datasets.fetch(["anywhere"], tmp_path / "new" / "copy", "")
    assert not list((tmp_path / "new").iterdir())


def test_real_files_have_their_checksums_shapes_and_counts(data_folder):
    for kind in (te.datasets.MNIST, te.datasets.FashionMNIST):
        for train, n in ((True, 60_000), (False, 10_000)):
            whole = kind(data_folder / kind.folder, train=train, download=False)
            assert whole.data.shape == (n, 28, 28)
            assert set(whole.targets.tolist()) == set(range(10))
        for name, sha256 in kind.sha256.items():
            packed = (data_folder / kind.folder / name).read_bytes()
            assert hashlib.sha256(packed).hexdigest() == sha256


def test_wrong_checksum_leaves_nothing(small, cache, monkeypatch):
    monkeypatch.setattr(datasets.MNIST, "mirrors", (small.as_uri() + "/",))
    with pytest.raises(RuntimeError, match="wrong checksum"):
        te.datasets.MNIST()
    assert not list((cache / "tinygrad_edu" / "mnist").iterdir())


def test_a_folder_of_your_own_may_have_other_sizes_and_labels(tmp_path):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(np.zeros((3, 5, 4), np.uint8)))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.array([0, 25, 3], np.uint8)))
    letters = te.datasets.IdxFolder(tmp_path)
    assert letters[1][0].shape == (1, 5, 4) and letters[1][1] == 25
    assert len(letters.classes) == 26
    with pytest.raises(RuntimeError, match="got none; put it there"):
        te.datasets.IdxFolder(tmp_path / "elsewhere")


@pytest.fixture
def pictures(tmp_path):
    """Two red pictures, the second transparent, and a green one."""
    image = pytest.importorskip("PIL.Image")
    for name, colour in (
        ("red/a", (255, 0, 0, 255)),
        ("red/b", (255, 0, 0, 0)),
        ("green/c", "lime"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        image.new("RGBA", (4, 6), colour).save(tmp_path / f"{name}.png")
    return tmp_path


def test_a_folder_of_pictures_for_each_class(pictures):
    folder = datasets.ImageFolder(pictures, target_transform=lambda label: label + 10)
    assert (folder.classes, folder.class_to_idx) == (["green", "red"], {"green": 0, "red": 1})
    assert (len(folder), folder.targets) == (3, [0, 1, 1])
    image, label = folder[1]
    assert (image.shape, image.dtype, label) == ((3, 6, 4), te.float32, 11)
    assert image[:, 0, 0].tolist() == [1.0, 0.0, 0.0]
    assert folder[2][0].min().item() == 1.0  # what is transparent is white


def test_pictures_of_one_size_come_in_one_tensor(pictures):
    images, labels = datasets.ImageFolder(pictures, size=(2, 3)).tensors()
    assert (images.shape, labels.tolist()) == ((3, 3, 2, 3), [0, 1, 1])
    pytest.importorskip("PIL.Image").new("RGB", (9, 9)).save(pictures / "red" / "large.png")
    with pytest.raises(ValueError, match=r"got 2 sizes; pass size"):
        datasets.ImageFolder(pictures).tensors()


def test_a_class_without_pictures_is_named(pictures):
    (pictures / "blue").mkdir()
    with pytest.raises(FileNotFoundError, match="got none in blue"):
        datasets.ImageFolder(pictures)
    with pytest.raises(FileNotFoundError, match="folder for each class"):
        datasets.ImageFolder(pictures / "blue")
