"""Pictures: well-formed whatever the numbers are, and showing those numbers."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

from tinygrad_edu.palette import colours
from tinygrad_edu.pictures import chart, neurons, percent, png, short


def test_a_share_is_told_from_nothing_and_from_all() -> None:
    assert [percent(s) for s in (0.5, 0.9712, 0.9997, 0.0003)] == [
        "50.0 %",
        "97.1 %",
        "99.97 %",
        "0.03 %",
    ]
    assert [short(2.30259), short(0.0001), short(0.5, share=True), short(float("nan"))] == [
        "2.303",
        "1.0e-04",
        "50.0 %",
        "nan",
    ]


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (2, 3, 3)])
def test_a_png_holds_its_pixels(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(256, size=shape).astype(np.uint8)
    file, chunks, at = png(pixels), {}, 8
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(file):
        (size,) = struct.unpack(">I", file[at : at + 4])
        kind, data = file[at + 4 : at + 8], file[at + 8 : at + 8 + size]
        assert struct.unpack(">I", file[at + 8 + size : at + 12 + size])[0] == zlib.crc32(
            kind + data
        )
        chunks[kind] = data
        at += 12 + size
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (shape[1], shape[0])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(shape[0], -1)
    assert not rows[:, 0].any()
    assert (rows[:, 1:].reshape(shape) == pixels).all()


def test_orange_is_negative_and_blue_positive() -> None:
    (row,) = colours(np.array([[-1.0, 0.0, 1.0]])).astype(int)
    red, _, blue = row.T
    assert red[0] > blue[0]
    assert min(red[1], blue[1]) > 240
    assert blue[2] > red[2]


nan = float("nan")


@pytest.mark.parametrize(
    "values",
    [[0.5], [0.5, 0.5], [1.0, 1.0, 1.0, 1.0], [0.0] * 5, [0.1, nan, nan, nan], [nan] * 4, [2, 1e9]],
    ids=str,
)
@pytest.mark.parametrize("share", [False, True])
def test_any_curve_can_be_drawn(values: list[float], share: bool) -> None:
    figure = chart("A title", {"training": values, "unseen": values[::-1]}, share=share)
    ElementTree.fromstring(figure)
    coordinates = re.findall(r'(?:points|cx|cy|x|y|[xy][12])="([^"]*)"', figure)
    assert "nan" not in " ".join(coordinates)
    assert "inf" not in " ".join(coordinates)


def test_a_curve_ends_with_its_name_and_number() -> None:
    figure = chart("A title", {"training": [0.1, 0.9, 0.95, 0.97]}, share=True)
    assert ">training 97.0 %</text>" in figure
    assert ">before training: 10.0 %</text>" in figure


def test_labels_of_curves_that_end_together_keep_apart() -> None:
    figure = chart("A title", {"training": [2.0, 0.1], "unseen": [2.0, 0.1]})
    labels = re.findall(r'<text class="s\d" x="[\d.]+" y="([\d.]+)"', figure)
    assert abs(float(labels[0]) - float(labels[1])) >= 16


def test_a_wide_layer_shows_its_most_active_neurons() -> None:
    wide: NDArray[Any] = np.linspace(0, 1, 50)
    svg = neurons("data:,", [wide, np.array([0.2, 0.8])], [np.ones((2, 50))], ["no", "yes"])
    ElementTree.fromstring(svg)
    assert "20 of 50 neurons" in svg
    assert "neuron 49:" in svg
    assert "neuron 29:" not in svg
    assert "which says yes" in svg


def test_a_silent_network_can_be_drawn() -> None:
    zeros = np.zeros(3)
    ElementTree.fromstring(neurons("data:,", [zeros, zeros], [np.zeros((3, 3))], list("abc")))
