"""Drawing: the DOT text is exact, safe, quick, and needs no `dot`."""

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tinygrad_edu as te
from tinygrad_edu import Value
from tinygrad_edu.read.draw import GRADS, LIMIT, Drawing, draw

HERE = Path(__file__).parent


def neuron():
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.5, label="b")
    out = (x * w + b).tanh()
    out.label = "L"
    out.backward()
    return draw(out)


def regression():
    x = te.tensor([[0.0, 1.0], [1.0, 2.0], [2.0, 0.5], [3.0, 4.0]])  # (4, 2)
    w = te.tensor([[0.5], [-0.25]], requires_grad=True)
    b = te.zeros(1, requires_grad=True)
    loss = ((x @ w + b - 1) ** 2).mean()
    loss.backward()
    return draw(loss, {"x": x, "w": w, "b": b})


def untrained():
    """Two outputs, views, constants, a gradient that is not computed."""
    w = te.arange(20.0).reshape(4, 5).requires_grad_()
    return draw([w[1:, ::2].sum(0) - te.tensor(1.5), -w.T.reshape(20).max()])


@pytest.mark.parametrize("make", [neuron, regression, untrained], ids=lambda make: make.__name__)
def test_dot_text_is_as_approved(make):
    assert make().source == (HERE / f"{make.__name__}.dot").read_text(encoding="utf-8")


def labels(picture):
    """The HTML-like label of every box, parsed as XML."""
    lines = [line for line in picture.source.splitlines() if "[label=<" in line]
    return [
        ElementTree.fromstring(line[line.index("label=<") + 7 : line.rindex("> class")])
        for line in lines
    ]


def titles(picture):
    return ["".join(label.find(".//B").itertext()) for label in labels(picture)]


def test_titles_say_how_a_value_was_made():
    a, b = Value(2.0), Value(3.0, label="b")
    assert titles(draw(-(a * b) + 1 - a**-2)) == [
        "v1", "b", "v2 = v1 × b", "v3 = −v2", "v4 = v3 + 1", "v5 = v1 ** (−2)", "v6 = v4 − v5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "label",
    [
        "<b>",
        "a & b",
        '"',
        "'",
        "]]>",
        "<!--",
        "&lt;",
        "\x00\x1b[31m",
        "\ud800",
        "x\ny",
        "<" * 10_000,
        "名前",
        "v1",
        ">",
        "{0}",
    ],
)
def test_a_hostile_label_stays_text(label):
    v = Value(1.0, label=label)
    picture = draw(v * v)
    picture.source.encode("utf-8")
    shown = titles(picture)[0]
    assert len(shown) <= 32 and shown.isprintable()
    assert shown == label or len(label) > 32 or not label.isprintable()


def test_a_backslash_is_doubled_for_dot():
    assert titles(draw(Value(1.0, label=r"\N\G")))[0] == r"\\N\\G"  # DOT reads two as one


def test_automatic_names_avoid_given_ones():
    assert titles(draw(Value(1.0, label="v1") * Value(2.0))) == ["v1", "v2", "v3 = v1 × v2"]


def test_without_dot_a_notebook_shows_the_text(monkeypatch):
    monkeypatch.setenv("PATH", "")
    picture = neuron()
    assert picture._repr_mimebundle_() == {"text/plain": picture.source}


def test_a_broken_dot_shows_the_text_too(monkeypatch):
    def fail(self, *args, **kwargs):
        raise PermissionError("dot")

    monkeypatch.setattr(Drawing, "pipe", fail)
    assert set(neuron()._repr_mimebundle_()) == {"text/plain"}


def test_a_long_chain_is_drawn_from_its_young_end_in_linear_time():
    v = x = Value(1.0)
    for _ in range(50_000):
        v = v + x
    start = time.process_time()
    picture = draw(v)
    assert time.process_time() - start < 5
    boxes = titles(picture)
    assert boxes[0] == "49,501 older values are not drawn"
    assert len(boxes) == LIMIT + 1 and boxes[-1] == "v50001 = v50000 + v1"


def test_arrays_that_were_freed_are_computed_again():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3 + 1).exp().sum()
    y.backward()
    assert ">4 7</FONT>" in draw(y).source


def test_numbers_written_over_since_are_not_shown():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3).sum()
    with te.no_grad():
        x += 1
    text = draw(y).source
    assert ">2 3</FONT>" in text and ">9</FONT>" in text  # the leaf as it is, the result as it was
    assert ">6 9</FONT>" not in text and ">3 6</FONT>" not in text


def test_gradients_are_binned_by_size():
    a, b = Value(1e-6), Value(1.0)
    (a * 1.0 + b * 1e-6).backward()
    text = draw((a * b) * 1.0).source
    assert GRADS[0] in text and GRADS[4] in text


def test_before_backward_no_gradient_is_coloured():
    text = draw(Value(1.0) * 2).source
    assert not any(fill in text for fill in GRADS)


@pytest.mark.parametrize(
    "data",
    [[], [float("nan")], [float("inf"), 1.0], [[True, False]], [3, -4], [1e30, 1.0], [0.0, -0.0]],
)
def test_any_numbers_can_be_shown(data):
    assert len(labels(draw(te.tensor(data)))) == 1


def test_what_is_not_a_tensor_is_an_error():
    with pytest.raises(TypeError, match="expected a Tensor or a Value, got str"):
        draw("x")


def test_a_mixed_graph_and_a_custom_function_are_drawn():
    class Twice(te.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    v = Value(2.0, label="s")
    y = Twice.apply(te.tensor([1.0, 2.0], requires_grad=True)) * v
    assert "v1 = Twice(w1)" in titles(draw(y))
