"""Steps, formulas and texts: they say what the engine does, with its numbers."""

import json
import linecache
import re
import time

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu.nn import functional as F
from tinygrad_edu.primitive import TABLE
from tinygrad_edu.read import rule_terms
from tinygrad_edu.read.notation import SharedMathML, latex, mathml, text
from tinygrad_edu.read.rule_terms import rules_of
from tinygrad_edu.read.terms import name as named, partial
from tinygrad_edu.read.tiles import packed


def network():
    te.manual_seed(0)
    x, y = te.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), te.tensor([0, 1, 1, 0])
    w, b = te.randn(2, 3, requires_grad=True), te.randn(3, requires_grad=True)
    v = te.randn(3, 2, requires_grad=True)
    return lambda: F.cross_entropy(te.tanh(x @ w + b) @ v, y), (w, b, v)


def reused():
    a, b = te.Value(3.0, label="a"), te.Value(-2.0, label="b")
    return a * b + a * a + a.tanh(), a, b


# ---- formulas --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name, line",
    [
        ("tanh", "x: g × (1 − out²)"),
        ("div", "y: −g × (x / y) / y"),
        ("matmul", "y: xᵀ @ g"),
        ("softmax", "x: (g − Σ(g × out)) × out"),
        ("arcsin", "x: g / √(1 − x²)"),
        ("relu", "x: g × [out > 0]"),
        ("floor", "x: 0"),
        ("linear", "bias: Σ(g)"),
        ("sum", "x: broadcast_to(g)"),
    ],
)
def test_a_formula_is_its_rule(name, line):
    assert line in str(te.formula(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_row_has_a_formula_in_every_notation(name):
    written = te.formula(name)
    assert str(written).startswith("out = ") and "aligned" in written.latex
    for row, rules in written.rows:
        assert len(rules) == (1 if row.joint else sum(rule is not None for rule in row.vjps))
        assert all(rule.term or len(rule.words) > 3 for rule in rules)
    assert written.html.count("<math>") == written.html.count("</math>")


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "sqrt", "rsqrt", "log10", "arcsinh", "tan"])
def test_a_formula_computes_what_the_rule_computes(name):
    row, g, x = TABLE[name], 0.7, 0.4
    out = row.apply(x)
    written = text(rules_of(row)[0].term)
    for sign, code in {"×": "*", "−": "-", "²": "**2", "³": "**3"}.items():
        written = written.replace(sign, code)
    written = re.sub(r"√(\([^()]*\)|\w+)", r"(\1)**0.5", written)
    value = eval(written, {"g": g, "x": x, "out": out, "log": np.log})  # from our own table
    assert value == pytest.approx(row.vjps[0](g, out, x))


def test_all_formulas_are_one_page():
    written = te.formula()
    assert len(written.rows) == len(TABLE) and written._repr_html_() == written.html
    assert written._repr_latex_() == f"$${written.latex}$$"


def test_a_file_that_is_no_python_any_more_has_no_formulas(monkeypatch):
    monkeypatch.setattr(linecache, "getlines", lambda path: ["half a ("])
    assert not rule_terms._module.__wrapped__("edited.py").body


def test_an_unknown_operation_is_an_error_that_helps():
    with pytest.raises(ValueError, match="is it tan"):
        te.formula("tan_h")
    for unknown in ("nothing", te.ones(2), te.sinc):
        with pytest.raises(ValueError, match="formula: expected an operation"):
            te.formula(unknown)


@pytest.mark.parametrize(
    "made", [te.tanh, te.tanh(te.ones(2, requires_grad=True)), te.Value(2.0).tanh()]
)
def test_a_formula_of_what_an_operation_made(made):
    assert str(te.formula(made)) == str(te.formula("tanh"))


# ---- steps -----------------------------------------------------------------------------------------
def test_contributions_add_up_to_the_gradients_of_the_engine():
    compute, leaves = network()
    expected = te.autograd.grad(compute(), leaves)
    steps = te.steps(compute)
    for leaf, g in zip(leaves, expected):
        parts = [c.value for s in steps for c in s.contributions if c.input is leaf.node]
        assert np.allclose(sum(parts), g.numpy())
    assert all(leaf.grad is None for leaf in leaves)


def test_steps_go_forward_seed_and_back_in_reverse_order():
    compute, _ = network()
    steps = te.steps(compute)
    forward = [s.node for s in steps if s.phase == "forward"]
    backward = [s.node for s in steps if s.phase == "backward"]
    assert [s.phase for s in steps].count("seed") == 1
    assert backward == forward[::-1]


def test_a_local_derivative_times_the_incoming_gradient_is_the_contribution():
    compute, _ = network()
    found = [(s, c) for s in te.steps(compute) for c in s.contributions if c.local is not None]
    assert found
    for step, c in found:
        whole = c.value if c.unsummed is None else c.unsummed
        assert np.allclose(step.incoming * c.local, whole, atol=1e-6)


def test_a_function_knows_its_lines():
    compute, _ = network()
    sources = {s.source.code for s in te.steps(compute)}
    assert any("te.tanh(x @ w + b)" in line for line in sources)
    assert te.steps(compute())[0].source is None


def test_steps_of_a_freed_graph():
    compute, leaves = network()
    loss = compute()
    loss.backward()
    assert np.allclose(te.steps(loss)[-1].contributions[-1].value, leaves[0].grad.numpy())


def test_a_function_of_ones_own_has_steps():
    class Cube(te.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            return g * 3 * ctx.saved_tensors[0] ** 2

    x = te.tensor([1.0, 2.0], requires_grad=True)
    last = te.steps(Cube.apply(x).sum())[-1].contributions[0]
    assert np.allclose(last.value, [3, 12]) and "Cube.backward" in last.rule.words


def test_a_function_with_two_results_has_steps():
    class Twice(te.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, a, b):
            return a * 2 + b * 3

    x = te.tensor([1.0, 2.0], requires_grad=True)
    a, b = Twice.apply(x)
    explanation = te.explain((a * b).sum())
    last = explanation.steps[-1].contributions[0]
    assert np.allclose(last.value, [12, 24]) and "Twice" in explanation.html
    written = te.explain((a * b).sum(), format="text")
    assert "∂L/∂x = [12 24]" in written and "number" not in written.split("Twice.backward")[1]


def test_steps_and_explanations_say_what_they_are():
    c, *_ = reused()
    explanation = te.explain(c)
    assert repr(explanation) == "<Explanation of c: 11 steps; .save('x.html')>"
    assert len(explanation.steps) == 11
    assert repr(explanation.steps[0]) == "<Step forward: v1 = a × b>"


# ---- text ------------------------------------------------------------------------------------------
def test_accumulation_is_spelled_out():
    c, *_ = reused()
    line = "a is used 4 times: ∂c/∂a = 0.009866 + 3 + 3 + (−2) = 4.01"
    assert line in te.explain(c, format="text")


def test_finite_differences_agree():
    compute, _ = network()
    assert "✗" not in te.explain(compute, format="text")


def test_a_wrong_rule_is_noticed(monkeypatch):
    monkeypatch.setattr(TABLE["tanh"], "vjps", (lambda g, out, x: g * (1 + out * out),))
    x = te.tensor([0.5, 1.5], requires_grad=True)
    assert "✗" in te.explain(te.tanh(x).sum(), format="text")


def test_shapes_are_explained():
    compute, _ = network()
    written = te.explain(compute, format="text")
    assert "summed back 4×3 → 3" in written
    assert "2×4 @ 4×3 → 2×3" in written


def test_one_path():
    c, a, b = reused()
    only = te.explain(c, format="text", path=b)
    assert "a is used 4 times" in te.explain(c, format="text", path=a)
    assert "∂c/∂b = 3" in only and "tanh" not in only.replace("tanh(a)", "", 1)
    chain = te.explain(c, format="text", path=[b, c])
    assert "along this path\n  ∂c/∂b = 1 × 1 × 3 = 3" in chain
    with pytest.raises(ValueError, match="in this graph"):
        te.explain(c, format="text", path=te.Value(1.0))


def test_markdown_and_latex_are_well_formed():
    compute, _ = network()
    markdown = te.explain(compute, format="markdown")
    assert markdown.startswith("### forward") and markdown.count("$") % 2 == 0
    written = te.explain(compute, format="latex")
    assert written.count("{") == written.count("}")
    assert "text/latex" in written._repr_mimebundle_()


@pytest.mark.parametrize("bad", ["</script>", "a}b{", "$x$", "x_1^2\\", "ü漢\u2028", "z" * 10_000])
def test_names_are_safe_in_every_notation(bad):
    v = te.Value(2.0, label=bad)
    term = te.steps(v * v)[-1].contributions[0].rule.term
    assert "</script>" not in mathml(term) and "<mi></" not in mathml(term)
    assert latex(term).replace(r"\{", "").replace(r"\}", "").count("{") == latex(term).replace(
        r"\{", ""
    ).replace(r"\}", "").count("}")


# ---- errors ----------------------------------------------------------------------------------------
def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(RuntimeError, match="requires_grad_"):
        te.explain(te.ones(2))
    c, *_ = reused()
    with pytest.raises(ValueError, match="format"):
        te.explain(c, format="pdf")
    with pytest.raises(ValueError, match="a path with a text only"):
        te.explain(c, path=c)
    with pytest.raises(TypeError, match=r"draw\(error\) shows it"):
        te.explain(ValueError("no"))
    with pytest.raises(ValueError, match=r"\.html"):
        te.explain(c).save(tmp_path / "x.png")


# ---- the page --------------------------------------------------------------------------------------
def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])


def test_the_page_is_one_small_file():
    compute, _ = network()
    page = te.explain(compute).html
    assert len(page) < 200_000
    outside = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|src=|url\(|@import", outside)


def test_the_page_has_the_numbers_of_the_engine():
    c, a, _ = reused()
    data = data_of(te.explain(c).html)
    c.backward()
    nodes = data["nodes"]
    assert data["tiles"][nodes["grad"][nodes["name"].index("a")]] == ["g", f"{a.grad:.4g}"]


@pytest.mark.parametrize("result", ["L", "v3", "a<b", "loss_1"])
def test_formulas_that_share_templates_are_the_formulas(result):
    shared, formulas = SharedMathML(named(result)), []
    for row in TABLE.values():
        for rule in rules_of(row, {"g": partial(result, "v12"), "x": named("v<\\1>")}):
            terms = (partial(result, result), "=", rule.term or named(rule.input))
            formulas.append((mathml(*terms), shared.add(*terms)))
    templates, words = list(shared.templates), list(shared.words)
    assert len(words) < len(templates) < len(formulas)
    for whole, (template, *holes) in formulas:
        parts = templates[template].replace(shared.OVER, shared.over).split(shared.HOLE)
        filled = [*(words[k] for k in holes), ""]
        assert len(filled) == len(parts)
        assert "".join(part + word for part, word in zip(parts, filled)) == whole


def test_packed_levels_can_be_read_again():
    levels = [k % 9 for k in range(2001)]
    text = packed(levels)
    codes = [ord(c) - (36 if c > "\\" else 35) for c in text]
    assert [level for code in codes for level in divmod(code, 9)][: len(levels)] == levels
    assert packed([8] * 81 + [0] * 81).isascii() and len(json.dumps(text)) == len(text) + 2


def test_a_page_of_twelve_layers_stays_small():
    te.manual_seed(0)
    layer = te.nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0)
    model, x = te.nn.TransformerEncoder(layer, 12), te.randn(5, 2, 32)
    assert len(te.explain(lambda x: model(x).sum(), x).html.encode()) < 300_000


@pytest.mark.parametrize("start", [te.Value(0.5), te.tensor([0.5, -1.0], requires_grad=True)])
def test_fifty_thousand_operations_are_explained_in_linear_time(start):
    def explained(count):
        out = start
        for k in range(count):
            out = out * 0.99 if k % 2 else out.tanh()
        begun = time.process_time()
        explanation = te.explain(out)
        assert len(explanation.html) < 1_500_000
        return explanation, time.process_time() - begun

    _, less = explained(5_000)
    explanation, seconds = explained(50_000)
    assert seconds < 30 * less  # ten times the nodes; a square law would be 100
    assert f"{2 * 50_000 + 1} steps" in repr(explanation)


def test_what_a_result_hands_to_another_is_not_its_gradient():
    a = te.Value(3.0, label="a")
    y = a * 2.0
    data = data_of(te.explain([y, y * 5.0]).html)
    (given,) = (
        c for s in data["steps"] for c in s.get("to", ()) if data["nodes"]["name"][c["n"]] == "y"
    )
    tiles, grad = data["tiles"], data["nodes"]["grad"][given["n"]]
    assert (tiles[given["value"]], tiles[grad]) == (["g", "5"], ["g", "6"])


def test_hostile_labels_stay_text():
    bad = "</script><img src=x onerror=alert(1)>'\"&\u2028" + "z" * 10_000
    v = te.Value(2.0, label=bad)
    page = te.explain(v * v + v).html
    assert (
        page.count("</script>") == 2
        and "<img" not in page.replace('"<img', "").split('id="data"')[0]
    )
    assert any(name.startswith("</script>") for name in data_of(page)["nodes"]["name"])


def test_many_operations_are_stepped_module_by_module():
    te.manual_seed(0)
    layers = [te.nn.Sequential(*(te.nn.Tanh() for _ in range(30))) for _ in range(5)]
    model = te.nn.Sequential(te.nn.Linear(2, 2), *layers)
    x = te.randn(3, 2)
    data = data_of(te.explain(lambda x: model(x).sum(), x).html)
    assert data["chapters"][0]["title"] == "module by module"
    assert sum(len(g["steps"]) for g in data["chapters"][0]["groups"]) == len(data["steps"])
    assert all(len(c["steps"]) <= 200 for c in data["chapters"][1:])


def test_a_long_chain_is_told_in_stretches():
    a = te.Value(0.5, label="a")
    for _ in range(1500):
        a = a.tanh()
    data = data_of(te.explain(a).html)
    assert all(len(c["steps"]) <= 200 for c in data["chapters"])
    assert len(data["nodes"]["name"]) <= 500


def test_a_notebook_shows_the_page_in_a_frame():
    c, *_ = reused()
    shown = te.explain(c)._repr_html_()
    assert shown.startswith("<iframe srcdoc=") and shown.count("<iframe") == 1
