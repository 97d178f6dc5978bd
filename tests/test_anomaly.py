"""Anomaly mode names the lines that an error of a backward pass comes from."""

import inspect

import pytest

import tinygrad_edu as te
from tinygrad_edu.graph import observers
from tinygrad_edu.writes import write_observers


def line_of(text):
    """The number of the line of this file that has a text."""
    source = inspect.getsource(inspect.getmodule(line_of)).splitlines()
    return next(k for k, line in enumerate(source, 1) if text in line and "line_of" not in line)


def test_nan_is_found_where_it_arises():
    x = te.tensor([0.0, 1.0], requires_grad=True)
    with te.autograd.detect_anomaly():
        y = x.sqrt() * te.tensor([0.0, 1.0])  # the root
        with pytest.raises(RuntimeError, match="'SqrtBackward0' returned nan") as found:
            y.sum().backward()
    assert f"line {line_of('# the root')}" in str(found.value)
    assert "x.sqrt()" in str(found.value)


def test_nan_may_be_let_pass():
    x = te.tensor(0.0, requires_grad=True)
    with te.autograd.detect_anomaly(check_nan=False):
        (x.sqrt() * 0).backward()
    assert x.grad.isnan()


def test_a_changed_array_names_both_places():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    with te.autograd.detect_anomaly():
        y = x * 2
        z = y.exp()  # its result is needed
        z.add_(1)  # and changed
        with pytest.raises(RuntimeError, match="modified by an inplace") as found:
            z.sum().backward()
    assert f"line {line_of('# its result is needed')}" in str(found.value)
    assert f"line {line_of('# and changed')}" in str(found.value)


def test_gradients_of_grad_are_watched_too():
    x = te.tensor(0.0, requires_grad=True)
    with te.autograd.detect_anomaly(), pytest.raises(RuntimeError, match="nan"):
        te.autograd.grad(x.sqrt() * 0, x)


def test_it_is_off_after_the_block_and_costs_nothing():
    with te.autograd.detect_anomaly():
        assert te.is_anomaly_enabled()
    assert not te.is_anomaly_enabled() and not observers and not write_observers
    with te.autograd.set_detect_anomaly(True):
        assert te.is_anomaly_enabled()
    assert not te.is_anomaly_enabled()
    te.autograd.set_detect_anomaly(True)
    te.autograd.set_detect_anomaly(False)
    assert not te.is_anomaly_enabled()


def test_results_are_the_same():
    x = te.tensor([1.0, 2.0], requires_grad=True)
    (x.exp() * x).sum().backward()
    plain, x.grad = x.grad, None
    with te.autograd.detect_anomaly():
        (x.exp() * x).sum().backward()
    assert te.equal(plain, x.grad)
