"""Every public name is documented, with an example that runs; the reference lists them all."""

import inspect

import pytest

from docs import make_reference as reference

ELSEWHERE = {
    "te.range",
    "te.nn.functional.upsample",
    "te.nn.functional.upsample_bilinear",
    "te.nn.functional.upsample_nearest",
    "te.nn.utils.clip_grad_norm",
    "te.nn.utils.remove_weight_norm",
    "te.nn.utils.weight_norm",
    "te.utils.data.WorkerInfo",
}
"""Old names, whose warnings are errors here, and what only a worker sees."""

NAMES = [name for _, things in reference.pages().values() for name in things]


@pytest.mark.parametrize("name", sorted(set(NAMES) - ELSEWHERE))
def test_public_names_have_an_example(name):
    doc = inspect.getdoc(reference.thing_of(name)) or ""
    assert ">>>" in doc or doc.startswith(f"`{name.rpartition('.')[2][:-1]}`, in place")


def test_names_listed_for_import_exist():
    assert all(hasattr(reference.te, name) for name in reference.te.__all__)


def test_reference_names_every_space_and_row():
    pages = dict(reference.written())
    assert {
        "elementary",
        "linalg",
        "func",
        "nn",
        "nn.functional",
        "optim",
        "table",
        "methods",
    } <= set(pages)
    assert "x: g × out" in pages["elementary"]
    assert all(f"(row.{name})=" in pages["table"] for name in reference.TABLE)


def test_differences_are_collected_from_the_docstrings():
    assert "another device is refused" in reference.differences()


def test_a_derivative_is_the_rules_own_or_says_what_it_is_made_of():
    te = reference.te
    assert "x: g × (1 − out²)" in reference.derivative(te.tanh)
    assert "[sin](#row.sin)" in reference.derivative(te.sinc)
    assert reference.derivative(te.isin) == ""
