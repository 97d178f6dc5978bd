"""Drawing: the DOT text is exact, every text safe, numbers true, and nothing needs `dot`."""

import re
import shutil
import time
from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as te
from tests.read.graphs import GOLDEN, GRAPHS, Tower, neuron, tower, tower_opened
from tinygrad_edu import Value, nn
from tinygrad_edu.palette import BINS
from tinygrad_edu.read.dot_layout import dot_layout
from tinygrad_edu.read.drawing import arranged
from tinygrad_edu.read.graph_view import LIMIT
from tinygrad_edu.read.svg import _moves as moves, svg


@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_dot_text_is_as_approved(make):
    approved = (GOLDEN / f"{make.__name__}.dot").read_text(encoding="utf-8")
    assert make().dot == approved, "renew with: python -m tests.read.graphs"


@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_svg_is_well_formed_and_shows_every_box(make):
    drawing = make()
    root = ElementTree.fromstring(drawing.svg(use_dot=False))
    ids = [g.get("id") for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("id")]
    assert len(ids) == len(set(ids))
    assert {box.key for box in drawing.scene.boxes} <= set(ids)


def titles(picture):
    return [box.title for box in picture.scene.boxes]


def cells(picture, caption):
    """What the cells of that caption say, by title of the box."""
    found = {}
    for box in picture.scene.boxes:
        for cell in box.cells:
            if cell.caption == caption:
                rows = cell.heat.texts if cell.heat and cell.heat.texts else [cell.lines]
                found[box.title] = [text.strip("\u2007") for row in rows for text in row]
    return found


# ---- what boxes say --------------------------------------------------------------------------------
def test_titles_say_how_a_value_was_made():
    a, b = Value(2.0), Value(3.0, label="b")
    assert titles(te.draw(-(a * b) + 1 - a**-2, names={"a": a})) == [
        "a", "b", "v1 = a × b", "v2 = −v1", "v3 = v2 + 1", "v4 = a ** (−2)", "v5 = v3 − v4",
    ]  # fmt: skip


def test_variables_of_the_caller_are_names():
    first, second = Value(2.0), te.tensor([1.0, 2.0], requires_grad=True)
    product = first * second
    assert titles(te.draw(product))[-1].startswith("product = ")
    assert {"first", "second"} <= set(titles(te.draw(product)))


def test_a_label_is_a_name_before_the_variable_is():
    a = Value(2.0, label="alpha")
    assert titles(te.draw(a * a)) == ["alpha", "v1 = alpha × alpha"]


def test_automatic_names_avoid_given_ones():
    assert titles(te.draw(Value(1.0, label="v1") * Value(2.0))) == ["v1", "x1", "v2 = v1 × x1"]


def test_parameters_of_scalar_networks_have_their_places():
    net, x = te.mlp.MLP(2, [2, 1]), [Value(0.5, label="a"), Value(1.0, label="b")]
    kinds = {box.title: box.kind for box in te.draw(net(x)).scene.boxes}
    assert kinds["a"] == "input" and kinds["0.1.w[0]"] == kinds["1.0.b"] == "parameter"
    neuron = te.mlp.Neuron(2)
    assert {"w[0]", "w[1]", "b"} <= set(titles(te.draw(neuron, x)))


def test_a_function_s_own_variables_are_names_too():
    weight, model = te.ones(2, requires_grad=True), nn.Linear(2, 2)
    kinds = {b.title: b.kind for b in te.draw(lambda x: model(x) * weight, te.ones(2)).scene.boxes}
    assert kinds["model"] == "module"
    assert "weight" in titles(drawn_elsewhere(lambda: weight * 2))
    assert "GLOBAL" in titles(te.draw(GLOBAL * 2))


GLOBAL = Value(3.0)


def drawn_elsewhere(function):
    return te.draw(function)


def test_before_backward_a_gradient_is_not_computed_and_never_0():
    w = te.ones(2, requires_grad=True)
    assert cells(te.draw((w * 2).sum()), "grad") == {"w": ["not computed"]}
    a = Value(1.0, label="a")
    assert cells(te.draw(a * 2), "grad") == {"a": ["not computed"], "v1 = a × 2": ["not computed"]}


def test_numbers_can_be_left_out():
    w = te.ones(2, requires_grad=True)
    (w * 2).sum().backward()
    picture = te.draw((w * 2).sum(), values=False)
    assert not cells(picture, "data") and cells(picture, "grad")["w"] == ["2", "2"]
    assert "data" not in picture.scene.boxes[0].tip


def test_drawing_leaves_buffers_and_the_random_generator_alone():
    model, x = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5)), te.randn(5, 3)
    before, state = model[0].running_mean.clone(), te.get_rng_state()
    te.draw(model, x)
    assert model[0].running_mean.equal(before) and model[0].num_batches_tracked == 0
    assert te.get_rng_state().equal(state)


def test_a_function_without_a_signature_can_be_drawn():
    boxes = te.draw(max, te.tensor([1.0]), te.tensor([2.0])).scene.boxes
    assert [box.title for box in boxes] == ["input1"]


def test_drawing_can_compute_gradients_and_leaves_grad_alone():
    w, a = te.tensor([1.0, 2.0], requires_grad=True), Value(3.0, label="a")
    loss = (w * w).sum()
    shown = cells(te.draw(loss, grads="compute"), "grad")
    assert shown["w"] == ["2", "4"] and shown["v1 = w × w"] == ["1", "1"]
    assert cells(te.draw(a * a, grads="compute"), "grad")["a"] == ["6"]
    assert w.grad is None and a.grad == 0


def test_after_backward_the_gradients_between_are_shown_though_all_was_freed():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3 + 1).exp().sum()
    y.backward()
    picture = te.draw(y)
    assert cells(picture, "data")["v2 = v1 + 1"] == ["4", "7"]
    assert cells(picture, "grad")["v1 = x × 3"] == ["55", "1097"]  # exp of 4 and 7
    loss = (x * x).sum()
    loss.backward()  # .grad holds both passes, what lies between only this one
    assert cells(te.draw(loss), "grad")["v1 = x × x"] == ["1", "1"]


def test_computed_gradients_are_those_of_backward():
    te.manual_seed(0)
    model, x = Tower(2), te.randn(3, 3)
    drawing = te.draw(lambda x: model(x).sum(), x, grads="compute", fold=False)
    model(x).sum().backward()
    view = drawing.view
    for p in model.parameters():
        assert np.allclose(view.gradient_of[id(p.node)], p.grad.numpy(), rtol=1e-5)


def test_numbers_written_over_since_are_not_shown():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3).sum()
    with te.no_grad():
        x += 1
    shown = cells(te.draw(y), "data")
    assert shown == {"v1 = x × 3": ["changed since"], "y = Σ(v1, dim 0)": ["9"]}
    assert cells(te.draw(y), "data, changed since") == {"x": ["2", "3"]}
    assert "1 leaf has changed since" in te.draw(y).scene.notes
    assert cells(te.draw(y, grads="compute"), "grad")["x"] == ["changed since"]
    with pytest.raises(RuntimeError, match="got x changed since"):
        te.explain(y)


def test_a_picture_stays_as_it_was_while_training_goes_on():
    te.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)), te.ones(4, 2)
    optimizer = te.optim.SGD(model.parameters(), lr=0.5)
    model(x).sum().backward()
    loss = model(x).sum()
    makers = [
        lambda: te.draw(loss, grads="compute"),
        lambda: te.draw(loss),
        lambda: te.explain(loss),
    ]
    kept, before = [make() for make in makers], [make() for make in makers]
    pages = [_page(page) for page in before]
    loss.backward()
    optimizer.step()
    assert [_page(page) for page in kept] == pages


def _page(picture):
    return picture.html() if callable(picture.html) else picture.html


def test_a_step_of_an_optimizer_is_seen_on_values_too():
    w, q = Value(2.0, label="w"), Value(3.0, label="q")
    z = w * q + w
    z.backward()
    assert "data, changed since" not in te.draw(z).dot
    q.data -= 0.1
    assert cells(te.draw(z), "data, changed since") == {"q": ["2.9"]}
    w.data -= 0.1
    assert set(cells(te.draw(z), "data, changed since")) == {"w", "q"}
    assert cells(te.draw(w + 1), "data") == {"w": ["1.9"], "v1 = w + 1": ["2.9"]}


def test_edges_of_scalars_carry_local_derivatives():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    labels = [edge.label for edge in te.draw((a * b).tanh()).scene.edges]
    assert labels == ["×−3", "×2", f"×{1 - np.tanh(-6.0) ** 2:.4g}".replace("-", "−")]


NUMBER = r"-?[\d.]+"


def test_a_path_of_many_pieces_arrives_where_it_should():
    rng = np.random.default_rng(0)
    points = [tuple(p) for p in rng.uniform(-300, 300, (1 + 3 * 20 + 15, 2))]
    d = moves(points[0], ("c", *points[1:61]), ("l", *points[61:]))
    (_, first), *rest = re.findall(r"([Mcl])([^Mcl]+)", d)
    x, y = found = [float(c) for c in re.findall(NUMBER, first)]
    for command, numbers in rest:
        steps = np.reshape([float(c) for c in re.findall(NUMBER, numbers)], (-1, 2))
        for k, step in enumerate(steps, 1):
            found += (np.array([x, y]) + step).tolist()
            if command == "l" or k % 3 == 0:
                x, y = found[-2:]
    assert np.allclose(np.reshape(found, (-1, 2)), points, atol=0.06)


def test_edges_of_tensors_carry_shapes():
    x, w = te.ones(4, 2), te.ones(2, 3, requires_grad=True)
    assert [edge.label for edge in te.draw(x @ w).scene.edges] == ["4×2", "2×3"]


def test_gradients_are_coloured_by_size_and_called_dead_at_0():
    a, b = Value(1e-6), Value(1.0)
    (a * 1.0 + b * 1e-6).backward()
    text = te.draw((a * b) * 1.0).dot
    assert BINS[0] in text and BINS[4] in text
    model, x = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2)), te.ones(1, 2)
    model[1].weight.data.fill_(0.0)
    boxes = te.draw(lambda x: model(x).sum(), x, grads="compute").scene.boxes
    norms = [box.cells[1].lines for box in boxes if box.title == "Linear"]
    assert norms[0] == ["0, dead"] and norms[1] != ["0, dead"]


@pytest.mark.parametrize(
    "data",
    [
        [],
        [float("nan")],
        [float("inf"), 1.0],
        [[True, False]],
        [3, -4],
        [1e30, 1.0],
        [0.0, -0.0],
        [[0.5] * 9] * 9,
    ],
)
def test_any_numbers_can_be_shown(data):
    picture = te.draw(te.tensor(data))
    assert len(picture.scene.boxes) == 1
    ElementTree.fromstring(picture.svg(use_dot=False))


# ---- modules -----------------------------------------------------------------------------------------
def test_modules_that_are_alike_are_one_box():
    picture = tower(2)
    stack = next(box for box in picture.scene.boxes if box.stacked)
    assert stack.title == "Residual × 12"
    assert picture.opened and len(picture.scene.boxes) < 10


def test_depth_opens_levels_and_of_a_stack_the_first():
    assert [box.title for box in tower(0).scene.boxes] == ["x", "model", "cross entropy"]
    assert "Residual × 11" in titles(tower(3)) and "up" in titles(tower(3))


def test_a_loss_computed_before_shows_the_same_modules():
    te.manual_seed(0)
    model, x, y = Tower(), te.ones(5, 3), te.tensor([0, 1, 0, 1, 1])
    loss = nn.functional.cross_entropy(model(x), y)
    assert titles(te.draw(loss, depth=2)) == ["x", "first", "Residual × 12", "head", "loss"]


def test_layers_of_the_same_shape_with_names_of_their_own_are_no_stack():
    class Pair(nn.Module):
        def __init__(self):
            super().__init__()
            self.key, self.value = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x):
            return self.key(x) + self.value(x)

    assert {"key", "value"} <= set(titles(te.draw(Pair(), te.ones(1, 2))))


def test_drawing_a_model_leaves_no_trace():
    te.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)), te.ones(4, 2)
    state = te.get_rng_state()
    te.draw(model, x, grads="compute")
    assert (te.get_rng_state().numpy() == state.numpy()).all()
    assert all(p.grad is None for p in model.parameters()) and not x.requires_grad
    assert not te.graph.observers
    assert te.draw(model.eval(), x).dot == te.draw(model, x).dot  # no hook is left to listen twice


def test_what_was_folded_is_said():
    notes = tower_opened().scene.notes
    assert notes[0] == "52 parameters folded into what uses them"
    assert "operations folded into" in notes[1]


def test_nothing_is_folded_when_not_wanted():
    te.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    assert titles(te.draw(model, te.ones(1, 2), fold=False)) == [
        "0.weight", "0.bias", "input", "v1 = linear(input, 0.weight, 0.bias)", "v2 = tanh(v1)",
    ]  # fmt: skip


def test_overlays_measure_memory_and_time():
    memory = cells(tower(overlay="memory"), "saved")
    assert all(words[0].endswith("B") for words in memory.values()) and memory
    assert all(words[0].endswith("s") for words in cells(tower(overlay="time"), "time").values())


def test_a_failed_forward_pass_can_be_drawn_from_its_exception():
    model, x = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(9, 2)), te.ones(5, 4)
    with pytest.raises(RuntimeError) as plain:
        model(x)
    with pytest.raises(RuntimeError, match="expected input") as watched:
        te.draw(model, x)
    for caught in (plain, watched):
        failed = te.draw(caught.value).scene.boxes[-1]
        assert failed.title == "✗ linear" and failed.kind == "failed"
    with pytest.raises(RuntimeError) as unbroadcast:
        te.ones(2, requires_grad=True) + te.ones(3)
    assert titles(te.draw(unbroadcast.value))[-1] == "✗ add"
    assert titles(te.draw(ValueError("nothing of ours")))[-1] == "✗ ValueError"


# ---- safety and size ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "label",
    [
        "<b>", "a & b", '"', "'", "]]>", "<!--", "&lt;", "\x00\x1b[31m", "\ud800", "x\ny", "<" * 10_000, "名前", "v1",
        ">", "{0}", "</script>", "__STATES__", "\\N\\G", "</template>",
    ],
)  # fmt: skip
def test_a_hostile_label_stays_text(label):
    v = Value(1.0, label=label)
    picture = te.draw(v * v)
    picture.dot.encode("utf-8")
    shown = titles(picture)[0]
    assert len(shown) <= 32 and shown.isprintable()
    assert shown == label or len(label) > 32 or not label.isprintable()
    root = ElementTree.fromstring(picture.svg(use_dot=False))
    assert shown in [
        "".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")
    ]
    page = picture.html()
    assert page.count("<script") == page.count("</script>") == 2 and "<!--" not in page
    assert len(re.findall(r"^  n\d", picture.dot, re.M)) == 2 + 2  # two boxes, two edges


def test_a_long_chain_is_drawn_from_its_young_end_in_linear_time():
    v = x = Value(1.0)
    for _ in range(50_000):
        v = v + x
    start = time.process_time()
    picture = te.draw(v)
    picture.svg(use_dot=False)
    assert time.process_time() - start < 5
    assert len(picture.scene.boxes) == LIMIT
    assert picture.scene.boxes[0].title == "49,501 older values"
    assert "49,501 older values are one box" in picture.scene.notes
    assert "style=dashed" in picture.dot  # what comes from one of them


def test_what_cannot_be_drawn_is_an_error():
    with pytest.raises(TypeError, match="expected a Tensor, a Value, a list of them, .* got str"):
        te.draw("x")
    with pytest.raises(TypeError, match="expected inputs after a Module"):
        te.draw(Value(1.0), Value(2.0))
    with pytest.raises(TypeError, match="returns Tensors"):
        te.draw(lambda: None)
    with pytest.raises(ValueError, match="direction"):
        te.draw(Value(1.0), direction="up")


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
    assert "v1 = Twice(w1)" in titles(te.draw(y))


def test_what_a_function_computed_is_known_from_who_reads_it_and_never_changed_since():
    class Twice(te.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    w = te.tensor([1.0, 2.0], requires_grad=True)
    shown = cells(te.draw((Twice.apply(w) ** 2).sum(), grads=False), "data")
    assert shown["v1 = Twice(w)"] == ["2", "4"] and shown["v2 = v1 ** 2"] == ["4", "16"]
    unread = cells(te.draw((Twice.apply(w) + 1).sum(), grads=False), "data")
    assert unread == {"w": ["1", "2"], "v3 = Σ(v2, dim 0)": ["8"]}  # and not a word on the others


def test_a_write_through_a_view_says_where():
    x = te.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 1
    y[1:].mul_(2)
    y.view(3, 1)[0] = 5.0
    y[...] = 7.0
    found = titles(te.draw(y.sum(), fold=False))
    assert "v4 = v1 with [1:] = v3" in found and "v5 = v4 with .reshape()[0] = c1" in found
    assert any(title.startswith("y = v5 with […] = ") for title in found)


def test_numbers_that_are_none_are_counted_under_a_heat_map():
    w = te.zeros(4, 5)
    w[0, 0], w[1, 1], w[2, 2] = 3.0, float("nan"), float("-inf")
    assert cells(te.draw(w.requires_grad_()), "data") == {"w": ["±3, 1 nan, 1 inf"]}
    assert cells(te.draw((w * float("nan")).detach()), "data")["x1"] == ["20 nan"]


def test_nothing_to_draw_is_an_error():
    for read in (te.draw, te.explain):
        with pytest.raises(ValueError, match="at least one"):
            read([])
        with pytest.raises(
            TypeError, match=r"expected a Tensor, a Value, a list of them, .* got int"
        ):
            read([Value(1.0), 3])


def test_a_folded_operation_shows_its_number_and_a_result_its_operation():
    te.manual_seed(0)
    model = nn.Sequential(*[nn.Linear(3, 3) for _ in range(12)])
    loss = (model(te.ones(1, 3)) ** 2).mean() * 0.5
    picture = te.draw(loss, names=model)
    result = picture.scene.boxes[-1]
    assert "** 2" in titles(picture) and (result.title, result.note) == ("loss", "× 0.5")
    assert any("told from their parameters" in note for note in picture.scene.notes)
    exact = te.draw(model, te.ones(1, 3)).scene.notes
    assert not any("told from their parameters" in note for note in exact)


# ---- files and notebooks -------------------------------------------------------------------------------
def test_files_are_written_without_dot(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    picture = neuron()
    for ending, begins in (("svg", "<svg"), ("html", "<!doctype html>"), ("dot", "digraph")):
        assert picture.save(tmp_path / f"x.{ending}").read_text("utf-8").startswith(begins)
    for ending in ("png", "pdf"):
        with pytest.warns(
            UserWarning, match=r"found no program dot.*apt install.*wrote y.svg"
        ) as said:
            assert picture.save(tmp_path / f"y.{ending}") == tmp_path / "y.svg"
        assert said[0].filename == __file__ and "\n" not in str(said[0].message)
    assert (tmp_path / "y.svg").read_text("utf-8").startswith("<svg")
    with pytest.raises(ValueError, match=r"\.svg, \.html"):
        picture.save(tmp_path / "x.jpg")


def test_a_notebook_shows_a_picture_with_and_without_dot(monkeypatch):
    assert set(neuron()._repr_mimebundle_()) == {"text/html", "image/svg+xml", "text/plain"}
    monkeypatch.setenv("PATH", "")
    assert "<svg" in neuron()._repr_mimebundle_()["text/html"]
    assert neuron().svg() == svg(neuron().scene, arranged(neuron().scene, use_dot=False))
    as_png = te.draw(Value(1.0), format="png")._repr_mimebundle_()
    assert "apt install" in as_png["text/html"] and "image/png" not in as_png


def test_a_broken_dot_is_as_good_as_none(tmp_path, monkeypatch):
    (tmp_path / "dot").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert neuron().svg() == neuron().svg(use_dot=False)


def test_the_graphviz_object_has_the_same_text():
    assert neuron().graphviz.source == neuron().dot


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_dot_understands_every_text_and_places_every_box(make, tmp_path):
    picture = make()
    assert picture.save(tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    laid = dot_layout(picture.scene)
    assert set(laid.frames) >= {box.key for box in picture.scene.boxes}
    assert all(len(route) > 1 for route in laid.routes)
    ElementTree.fromstring(picture.svg())
