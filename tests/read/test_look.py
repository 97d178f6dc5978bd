"""The visual language: text is readable in light and dark, and no meaning is in colour alone."""

import pytest

from tinygrad_edu.palette import BRIGHT, CAPTION, CARD, DATA, GRADIENT, INK, PAPER, contrast, ink_on
from tinygrad_edu.read import look
from tinygrad_edu.read.look import BIN_COLOURS, DARK, KINDS


def both(*colours):
    """The colours as they are, and as dark mode has them."""
    return [colours, tuple(DARK.get(c, c) for c in colours)]


@pytest.mark.parametrize("name", KINDS)
def test_titles_are_readable(name):
    kind = KINDS[name]
    for text, fill in both(kind.text, kind.fill):
        assert contrast(text, fill) >= 4.5


def test_captions_and_labels_are_readable():
    grounds = (CARD, PAPER, look.GROUP_FILL)
    for words in (CAPTION, INK, look.BACKWARD):
        for ground in grounds:
            assert all(contrast(*pair) >= 4.5 for pair in both(words, ground))


def test_numbers_on_gradient_colours_are_readable():
    for fill in BIN_COLOURS:
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
