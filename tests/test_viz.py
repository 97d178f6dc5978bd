"""Figures of training say what they should; none needs pyplot."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.palette import contrast
from tinygrad_edu.train import History
from tinygrad_edu.viz.live import Live, sparkline


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def viz() -> Any:
    pytest.importorskip("matplotlib")
    return te.viz


@pytest.fixture
def net() -> nn.Module:
    te.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))


X = np.random.default_rng(0).standard_normal((30, 2)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


def texts(figure: Any) -> str:
    """All that a figure says."""
    found = [artist.get_text() for artist in figure.findobj(lambda a: hasattr(a, "set_text"))]
    return "\n".join(found)


def test_curves_carry_their_names_and_last_numbers(viz: Any) -> None:
    figure = viz.curves({"training": [2.0, 1.0, 0.5], "unseen": [2.0, 1.5, float("nan")]}, x="step")
    assert {"training 0.5", "unseen 1.5, then nan", "step"} <= set(texts(figure).split("\n"))


def test_names_are_no_formulas_and_long_ones_leave_room(viz: Any) -> None:
    figure = viz.curves({"costs 5$ or 6$": [1.0, 0.5]})
    assert r"costs 5\$ or 6\$ 0.5" in texts(figure)
    figure = viz.attention(te.eye(3), ["$x$", "b", "a_very_long_token_here"])
    figure.canvas.draw()
    assert figure.axes[0].get_window_extent().width > 100
    labels = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert not any(one.overlaps(other) for one, other in zip(labels, labels[1:]))


def test_names_at_the_ends_of_curves_keep_clear_of_each_other(viz: Any) -> None:
    figure = viz.curves({f"curve {k}": [0.0, 1.0 + k / 1000] for k in range(5)})
    heights = sorted(a.xy[1] for a in figure.axes[0].texts)
    assert min(np.diff(heights)) > 0.04


def test_a_history_fills_two_frames(viz: Any) -> None:
    history = History()
    for k in range(3):
        for name in ("training", "unseen"):
            history.add(name, 1.0 / (k + 1), k / 3)
    figure = viz.curves(history)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["loss", "accuracy"]
    assert "training 66.7 %" in texts(figure)
    with pytest.raises(ValueError, match="which fills two"):
        viz.curves(history, ax=figure.axes[0])


def test_panels_stand_side_by_side_in_our_look(viz: Any) -> None:
    figure, (left, right) = viz.panels(1, 2, title="two losses", sharey=True)
    viz.curves([2.0, 1.0], ax=left)
    viz.curves([3.0, 1.0], ax=right)
    assert figure.axes == [left, right] and "two losses" in texts(figure)
    assert not left.spines["top"].get_visible()


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (lambda x: x[:, :1], 0),  # a logit
        (lambda x: x[:, 0].sigmoid(), 0),  # a chance
        (lambda x: te.stack([-x[:, 0], x[:, 0]], 1), 0),  # scores of two classes
        (lambda x: -x[:, :1], 30),
    ],
)
def test_a_boundary_counts_what_is_wrong(viz: Any, model: Any, wrong: int) -> None:
    assert f"wrong, {wrong} of 30" in texts(viz.boundary(model, X, Y, steps=20))


def test_a_boundary_asks_the_model_in_its_own_dtype(viz: Any) -> None:
    assert viz.boundary(nn.Linear(2, 1, dtype=te.float64), X, Y, steps=5)


def test_labels_may_be_signs(viz: Any) -> None:
    figure = viz.boundary(lambda x: x[:, 0], te.tensor(X), te.tensor(2 * Y - 1), steps=20)
    assert "wrong, 0 of 30" in texts(figure)


def test_a_boundary_over_training_is_a_gif(viz: Any, net: nn.Module, tmp_path: Path) -> None:
    film = viz.Film()
    with pytest.raises(ValueError, match="expected frames, got none"):
        film.save(tmp_path / "none.gif")
    for step in range(3):
        film.add(viz.boundary(net, X, Y, steps=10, title=f"step {step}"))
        with te.no_grad():
            net[0].weight.neg_()
    with pytest.importorskip("PIL.Image").open(film.save(tmp_path / "boundary.gif")) as image:
        assert (image.format, image.n_frames) == ("GIF", 3)


@pytest.mark.parametrize(
    ("shape", "tiles"),
    [
        ((5, 7), 1),
        ((4, 5, 5), 4),
        ((4, 1, 5, 5), 4),
        ((4, 2, 5, 5), 8),
        ((3, 64), 3),
        ((4, 3, 5, 5), 4),
    ],
)
def test_images_of_every_shape(viz: Any, shape: tuple[int, ...], tiles: int) -> None:
    assert len(viz.images(te.rand(shape)).axes[0].images) == tiles


def test_the_scale_of_signed_images_has_0_in_its_middle(viz: Any) -> None:
    image = viz.images(te.tensor([[-1.0, 3.0]])).axes[0].images[0]
    assert image.get_clim() == (-3.0, 3.0)


def test_confusion_counts_labels_and_scores_alike(viz: Any) -> None:
    by_label = viz.confusion([0, 0, 1, 2], [0, 1, 1, 2])
    by_score = viz.confusion(te.tensor([0, 0, 1, 2]), te.eye(3)[[0, 1, 1, 2]])
    assert texts(by_label) == texts(by_score)
    with pytest.raises(ValueError, match="as many answers as labels"):
        viz.confusion([0, 1], [0])


@pytest.mark.parametrize("wrong", range(11))
def test_numbers_of_a_confusion_are_readable_on_every_shade(viz: Any, wrong: int) -> None:
    to_hex = pytest.importorskip("matplotlib.colors").to_hex
    (axes,) = viz.confusion([0] * 10 + [1], [1] * wrong + [0] * (10 - wrong) + [1]).axes
    (picture,) = axes.images
    for text in axes.texts:
        column, row = text.get_position()
        ground = to_hex(picture.cmap(picture.get_array()[row, column]))
        assert contrast(to_hex(text.get_color()), ground) >= 4.5


def test_mistakes_are_named_surest_first(viz: Any) -> None:
    scores = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    said = texts(viz.mistakes(te.rand(3, 4, 4), [0, 0, 0], scores, classes=["cat", "hen"]))
    assert re.findall(r"said hen, \d+ %", said) == ["said hen, 80 %", "said hen, 60 %"]
    assert "no mistakes" in texts(viz.mistakes(te.rand(1, 4, 4), [0], scores[:1]))


def test_layers_show_what_is_0(viz: Any, net: nn.Module) -> None:
    assert re.search(r"1 ReLU", said := texts(viz.activations(net, te.tensor(X))))
    assert re.search(r"\d+ % are 0", said)
    with pytest.raises(ValueError, match="call backward"):
        viz.gradients(net)
    net(te.tensor(X)).sum().backward()
    assert {"0.weight", "2.weight"} <= set(texts(viz.gradients(net)).split("\n"))


def test_the_best_step_of_central_differences_is_near_1e_5(viz: Any) -> None:
    for f, x in ((lambda v: (v * v).tanh(), 0.7), (lambda x: x.sin().sum(), te.rand(3))):
        best = re.search(r"2h\nbest at h = (.*)", texts(viz.step_sizes(f, x)))
        assert best and 1e-7 < float(best[1]) < 1e-3


def test_a_surface_shows_the_path(viz: Any) -> None:
    figure = viz.surface(lambda a, b: a * a + b * b, [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)], steps=8)
    path = figure.axes[0].lines[1].get_xydata()
    assert path.tolist() == [[1.0, 1.0], [0.5, 0.5], [0.0, 0.0]]
    with pytest.raises(ValueError, match="expected x and y, or a path"):
        viz.surface(lambda a, b: a)


def test_figures_are_drawn_into_given_axes_and_show_themselves(viz: Any) -> None:
    figure = viz.attention(te.eye(3).expand(2, 3, 3), "abc")
    assert figure._repr_png_().startswith(b"\x89PNG")
    viz.confusion([0, 1], [0, 1], ax=figure.axes[0], title="into")
    assert figure.axes[0].get_title(loc="left") == "into"


def test_neither_pyplot_nor_matplotlib_is_imported_before_its_time() -> None:
    program = (
        "import sys, tinygrad_edu as te; te.viz.Live; print('matplotlib' in sys.modules)\n"
        "sys.modules['matplotlib'] = None\n"
        "try: te.viz.curves([1.0])\n"
        "except ImportError as error: print(error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    first, second = run.stdout.splitlines()
    assert first == "False"
    assert second.endswith("pip install tinygrad_edu[viz]")


# ---- while it goes -------------------------------------------------------------------------------
def test_live_is_one_line_that_does_not_flicker() -> None:
    stream = Terminal()
    with Live(steps=1000, stream=stream) as live:
        for k in range(1000):
            live(loss=1.0 / (k + 1))
    text = stream.getvalue()
    assert text.count("\n") == 1 and text.endswith("\n")
    assert text.count("\r") <= 5
    assert "step 1000/1000  loss 0.001" in text


def test_live_in_a_pipe_writes_its_last_line() -> None:
    stream = io.StringIO()
    with Live(stream=stream) as live:
        live(loss=2.0)
        live(loss=1.0)
    assert stream.getvalue() == "step 2  loss 1\n"


def test_a_sparkline_falls_with_the_loss() -> None:
    assert sparkline([8, 7, 6, 5, 4, 3, 2, 1], 8) == "█▇▆▅▄▃▂▁"
    assert sparkline([float("nan")]) == ""
    assert len(sparkline(list(range(1000)), 12)) == 12


# ---- tensors in notebooks ------------------------------------------------------------------------
def test_a_tensor_shows_numbers_colours_and_statistics() -> None:
    x = te.tensor([[1.0, -2.0], [float("inf"), 0.0]], requires_grad=True)
    html = x._repr_html_()
    assert "tensor([[" in html and "-2 to 1" in html and "1 not finite" in html
    assert html.count("<img") == 1
    (x * 2).sum().backward()
    assert x._repr_html_().count("<img") == 2


@pytest.mark.parametrize("x", [te.tensor(1.0), te.zeros(0), te.zeros(3, 0)])
def test_a_tensor_of_nothing_or_one_number_has_no_picture(x: te.Tensor) -> None:
    assert "<img" not in x._repr_html_()


@pytest.mark.parametrize("x", [te.ones(5), te.rand(500, 3) > 0.5, te.arange(24).reshape(2, 3, 4)])
def test_a_tensor_of_any_shape_has_one(x: te.Tensor) -> None:
    assert x._repr_html_().count("<img") == 1
