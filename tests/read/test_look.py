"""The visual language: text is readable in light and dark, and no meaning is in colour alone."""

import re
from pathlib import Path

import pytest

import tinygrad_edu
from tinygrad_edu.palette import (
    BACKWARD,
    BINS,
    BRIGHT,
    CAPTION,
    CARD,
    DARK,
    DATA,
    GRADIENT,
    GROUP,
    INK,
    PAGE,
    PAPER,
    coloured,
    contrast,
    ink_on,
)  # fmt: skip
from tinygrad_edu.read import look
from tinygrad_edu.read.look import KINDS


def both(*colours):
    """The colours as they are, and as dark mode has them."""
    return [colours, tuple(DARK.get(c, c) for c in colours)]


@pytest.mark.parametrize("name", KINDS)
def test_titles_are_readable(name):
    kind = KINDS[name]
    for text, fill in both(kind.text, kind.fill):
        assert contrast(text, fill) >= 4.5


def test_captions_and_labels_are_readable():
    grounds = (CARD, PAPER, GROUP)
    for words in (CAPTION, INK, BACKWARD):
        for ground in grounds:
            assert all(contrast(*pair) >= 4.5 for pair in both(words, ground))


def test_numbers_on_gradient_colours_are_readable():
    for fill in BINS:
        for ink in look.inks_on(fill):
            assert all(contrast(*pair) >= 4.5 for pair in both(ink, fill)), (fill, ink)


def test_numbers_on_heat_maps_are_readable_and_alike_in_dark_mode():
    for fill in (*DATA, *GRADIENT):
        assert contrast(ink_on(fill), fill) >= 4.5
        assert fill not in DARK and ink_on(fill) not in DARK


def test_a_bright_line_is_seen_on_light_and_dark_ground():
    assert min(contrast(BRIGHT, ground) for ground in ("#ffffff", "#111111")) >= 3


def test_kinds_differ_without_colour_too():
    borders = [
        (kind.width, kind.dash) for name, kind in KINDS.items() if name not in ("input", "module")
    ]
    assert (
        len(set(borders)) >= len(borders) - 1
    )  # an output is a parameter's border on a titled result


def test_every_text_colour_of_a_kind_has_a_dark_twin():
    assert all(colour in DARK for kind in KINDS.values() for colour in kind[:3])


# ---- pages -----------------------------------------------------------------------------------------
FILES = [
    path
    for path in Path(tinygrad_edu.__file__).parent.rglob("*")
    if path.suffix in (".py", ".css", ".html", ".js") and path.name != "palette.py"
]
SHEETS = [path for path in FILES if path.suffix == ".css"]


def test_colours_have_one_home():
    written = re.compile(
        r"[\"' :(]#(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6})[\"' ;,)]", re.IGNORECASE
    )
    assert len(FILES) > 100 and written.search("fill: #1f2933;")
    found = {path.name: written.findall(path.read_text("utf-8")) for path in FILES}
    assert not {name: colours for name, colours in found.items() if colours}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_colour_of_a_style_sheet_is_defined_in_light_and_dark(path):
    text = path.read_text("utf-8")
    used = set(re.findall(r"var\(--([\w-]+)", text))
    own = set(re.findall(r"--([\w-]+):", text)) | {"turn", "at", "side", "columns", "share"}
    assert len(used & PAGE.keys()) > 5 and used - PAGE.keys() <= own
    sheet = coloured(text)
    for name in used & PAGE.keys():
        assert re.findall(rf"--{name}:(#\w+)", sheet) == [
            PAGE[name][0],
            PAGE[name][1],
            PAGE[name][1],
        ]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_on_pages_is_readable(mode):
    pairs = [(ink, ground) for ink in ("ink", "sub") for ground in ("bg", "card", "soft")]
    pairs += [(ink, "card") for ink in ("yes", "no", "training", "unseen", "forward", "backward")]
    pairs += [("forward", "forward-soft"), ("backward", "backward-soft"), ("yes", "backward-soft")]
    pairs += [(f"{name}-ink", name) for name in PAGE if f"{name}-ink" in PAGE]
    pairs += [(name, f"{name[:-4]}-fill") for name in PAGE if f"{name[:-4]}-fill" in PAGE]
    assert len(pairs) > 20
    for ink, ground in pairs:
        assert contrast(PAGE[ink][mode], PAGE[ground][mode]) >= 4.5, (ink, ground)
