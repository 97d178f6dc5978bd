"""A notebook runs with every representation: what is shown has the types that its front ends know."""

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

BEGIN = """
import numpy as np
import tinygrad_edu as te
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
te.manual_seed(0)
a, b = te.Value(2.0, label="a"), te.Value(-3.0, label="</script>")
product = a * b
W = te.randn(2, 3, requires_grad=True)
loss = (te.ones(4, 2) @ W).tanh().sum()
loss.backward()
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
"""
SVG, HTML, PNG, TEXT = "image/svg+xml", "text/html", "image/png", "text/plain"

CELLS = {
    "W": {HTML, TEXT},
    "te.tensor(1.5)": {HTML, TEXT},
    "product": {TEXT},
    "model": {TEXT},
    "te.draw(product)": {HTML, SVG, TEXT},
    "te.draw(loss)": {HTML, SVG, TEXT},
    "te.draw(model, te.ones(1, 2))": {HTML, SVG, TEXT},
    "te.draw(loss, format='dot')": {TEXT},
    "te.explain(product)": {HTML, TEXT},
    "te.explain(lambda: model(te.ones(1, 2)).sum())": {HTML, TEXT},
    "te.explain(product, format='text')": {TEXT},
    "te.explain(product, format='markdown')": {"text/markdown", TEXT},
    "te.explain(product, format='latex')": {"text/latex", TEXT},
    "te.formula('tanh')": {HTML, "text/latex", TEXT},
    "te.viz.curves({'loss': [3.0, 2.0, 1.5]})": {PNG, TEXT},
    "te.viz.images(W)": {PNG, TEXT},
}
LIVE = """
with te.viz.Live(steps=3) as live:
    for step in range(3):
        live(loss=1 / (step + 1))
"""


@pytest.fixture(scope="module")
def outputs():
    """The outputs of each cell, by its source, after a kernel has run them all."""
    sources = [BEGIN, *CELLS, LIVE]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    nbformat.validate(book)
    return {cell.source: cell.outputs for cell in book.cells}


@pytest.mark.parametrize("source", CELLS)
def test_a_cell_shows_what_front_ends_know(outputs, source):
    (output,) = outputs[source]
    assert set(output.data) == CELLS[source]


def test_text_of_the_user_is_escaped(outputs):
    for source in ("te.draw(product)", "te.explain(product)"):
        assert "</script>" not in outputs[source][0].data[HTML]
        assert "script" in outputs[source][0].data[HTML]


def test_a_live_display_is_one_output_that_was_updated(outputs):
    (output,) = outputs[LIVE]
    assert output.output_type == "display_data"
    assert output.data[TEXT] == "step 3/3  loss 0.3333" and "<svg" in output.data[HTML]


def test_nothing_is_written_to_the_error_stream(outputs):
    assert not any(o.output_type in ("error", "stream") for os in outputs.values() for o in os)
