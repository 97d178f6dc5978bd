"""Views and indices under PyTorch and here: what shares memory, what a write through them does, what is an error."""

import itertools

import numpy as np
import pytest
import torch

import tinygrad_edu as te

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

LOOKS = {
    "[1:]": lambda x: x[1:],
    "[..., ::2]": lambda x: x[..., ::2],
    "[None, 1]": lambda x: x[None, 1],
    "[[0, 1]]": lambda x: x[[0, 1]],
    "view": lambda x: x.view(-1),
    "view 2": lambda x: x.view(2, -1),
    "reshape": lambda x: x.reshape(-1, 2),
    "flatten": lambda x: x.flatten(),
    "ravel": lambda x: x.ravel(),
    "unflatten": lambda x: x.unflatten(-1, (-1, 2)),
    "squeeze": lambda x: x.squeeze(),
    "unsqueeze": lambda x: x.unsqueeze(1),
    "transpose": lambda x: x.transpose(0, -1),
    "mT": lambda x: x.mT,
    "movedim": lambda x: x.movedim(0, -1),
    "permute": lambda x: x.permute(*reversed(range(x.ndim))),
    "expand": lambda x: x.expand(2, *x.shape),
    "narrow": lambda x: x.narrow(0, 1, 1),
    "select": lambda x: x.select(-1, 1),
    "diagonal": lambda x: x.diagonal(1),
    "unfold": lambda x: x.unfold(0, 2, 2),
    "as_strided": lambda x: x.as_strided((2, 2), (4, 1), 2),
    "split": lambda x: x.split(2)[0],
    "unbind": lambda x: x.unbind(-1)[1],
    "contiguous": lambda x: x.contiguous(),
    "clone": lambda x: x.clone(),
}
UNWRITTEN = {"split", "unbind", "expand"}
"""What PyTorch refuses to write through: here one of several views will do, and what is expanded stays so."""

WRITES = {
    "mul_": lambda t, x, c: x.mul_(2),
    "mul_ tracked": lambda t, x, c: x.mul_(c[0]),
    "add_": lambda t, x, c: x.add_(c[1] * x),
    "copy_": lambda t, x, c: x.copy_(c[2]),
    "fill_": lambda t, x, c: x.fill_(3.0),
    "exp_": lambda t, x, c: x.exp_(),
    "[1:]": lambda t, x, c: x.__setitem__(slice(1, None), c[0]),
    "[..., :1]": lambda t, x, c: x.__setitem__((..., slice(1)), c[:1]),
    "[mask]": lambda t, x, c: x.__setitem__(x > 0, c[1]),
    "[[-1]]": lambda t, x, c: x.__setitem__([-1], c[2] * 2),
    "[[0, 0]] = number": lambda t, x, c: x.__setitem__([0, 0], 5.0),
    "masked_fill_": lambda t, x, c: x.masked_fill_(x < 0, 1.0),
    "t_": lambda t, x, c: x.transpose_(0, -1).mul_(c[0]),
}


def outcome(program, t):
    """The numbers a program ends with, or the type of its error."""
    try:
        return [np.asarray(x.detach().numpy() if hasattr(x, "detach") else x) for x in program(t)]
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        return type(error)


def agree(program, title):
    ours, theirs = outcome(program, te), outcome(program, torch)
    if isinstance(theirs, type) or isinstance(ours, type):
        assert isinstance(ours, type) and isinstance(theirs, type), (title, ours, theirs)
        assert issubclass(ours, theirs), (title, ours, theirs)
        return
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert a.shape == b.shape, (title, a.shape, b.shape)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12, err_msg=str(title))


def leaf(t, *shape):
    numbers = np.sin(np.arange(1.0, np.prod(shape) + 1)).reshape(shape)
    return t.tensor(numbers.tolist(), dtype=t.float64, requires_grad=True)


CHAINS = [*((name,) for name in LOOKS), *itertools.product(LOOKS, LOOKS)]


def look(x, chain):
    for name in chain:
        x = LOOKS[name](x)
    return x


@pytest.mark.parametrize("shape", [(4, 4), (2, 3, 4)])
def test_memory_is_shared_where_pytorch_shares_it(shape):
    for chain in CHAINS:

        def program(t, chain=chain):
            b = leaf(t, *shape).detach().clone()
            seen = look(b, chain)
            b.fill_(7.0)
            own = seen._base is None or "ravel" in chain  # there a view of a copy
            return b, seen, t.tensor(seen.is_contiguous()), t.tensor(own)

        agree(program, chain)


@pytest.mark.parametrize("write", WRITES)
def test_writes_through_views_reach_the_base_and_its_other_views(write):
    for chain in CHAINS:
        if UNWRITTEN & set(chain):
            continue

        def program(t, chain=chain):
            a, c = leaf(t, 4, 4), leaf(t, 3)
            b = a * 1
            sibling = b.t()[1:]
            seen = look(b, chain)
            WRITES[write](t, seen, c)
            weights = leaf(t, 4, 4).detach()
            end = (b * weights).sum() + (sibling**2).sum() + (seen**3).sum()
            return b, sibling, seen, end, *t.autograd.grad(end, (a, c), allow_unused=True)

        def without_none(t):
            return [t.zeros(()) if x is None else x for x in program(t)]

        agree(without_none, (chain, write))


ERRORS = {
    "leaf": lambda t, a: a.mul_(2),
    "leaf, reshaped": lambda t, a: a.t_(),
    "leaf, set": lambda t, a: a.__setitem__(0, 1.0),
    "view of a leaf": lambda t, a: a[0].mul_(2),
    "view that is a leaf": lambda t, a: t.zeros(3, 2)[0].requires_grad_().mul_(2),
    "expanded": lambda t, a: (a * 1)[:, :1].expand(4, 4).add_(1),
    "expanded, set": lambda t, a: (a * 1)[:, :1].expand(4, 4).__setitem__(0, 1.0),
    "view of strides": lambda t, a: a.t().view(-1),
    "view of a wrong size": lambda t, a: a.view(3, 5),
    "two sizes to infer": lambda t, a: a.reshape(-1, -1),
    "a larger result": lambda t, a: (a * 1)[0].add_(a),
    "a list to write": lambda t, a: (a * 1).__setitem__(0, [1.0] * 4),
    "nothing to write": lambda t, a: (a * 1).__setitem__(0, None),
    "a wrong shape to write": lambda t, a: (a * 1).__setitem__(0, t.zeros(3, dtype=t.float64)),
    "too large a number": lambda t, a: t.zeros(2, dtype=t.uint8).__setitem__(0, 300),
    "nan to an integer": lambda t, a: t.zeros(2, dtype=t.int64).__setitem__(0, float("nan")),
    "bytes of another size": lambda t, a: t.zeros(2, 3).view(t.float64),
    "as_strided out of memory": lambda t, a: a.as_strided((5, 5), (4, 1)),
    "as_strided backwards": lambda t, a: a.as_strided((2,), (-1,), 4),
    "item of a scalar": lambda t, a: a.sum()[0],
    "transpose out of range": lambda t, a: a.transpose(0, 2),
    "permute too few": lambda t, a: a.permute(0),
    "permute twice": lambda t, a: a.permute(0, 0),
    "movedim twice": lambda t, a: a.movedim((0, 1), (0, 0)),
    "expand to fewer": lambda t, a: a.expand(4),
    "expand what is not 1": lambda t, a: a.expand(4, 5),
    "squeeze twice": lambda t, a: a.squeeze((0, 0)),
    "no sizes": lambda t, a: a.reshape(),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_of_pytorchs_type(name):
    def program(t):
        return [ERRORS[name](t, leaf(t, 4, 4))]

    assert isinstance(outcome(program, torch), type)
    agree(program, name)


@pytest.mark.parametrize("take", ["[0:2]", "split"])
def test_views_taken_in_no_grad_are_not_written_while_recording(take):
    def program(t):
        b = leaf(t, 4) * 1
        with t.no_grad():
            seen = b[0:2] if take == "[0:2]" else b.split(2)[0]
        return [seen.mul_(2)]

    assert outcome(program, torch) is RuntimeError
    agree(program, take)


def test_what_pytorch_refuses_or_leaves_to_chance_is_right_or_an_error():
    a = leaf(te, 4)
    b = a * 1
    b.split(2)[0].mul_(3)
    b.sum().backward()
    assert a.grad.tolist() == [3.0, 3.0, 1.0, 1.0]
    with pytest.raises(RuntimeError, match="single memory location"):
        te.zeros(5).unfold(0, 3, 1).add_(1)


def test_reshaping_in_place_leaves_views_taken_before_as_they_were():
    def program(t):
        a = leaf(t, 2, 3)
        b = a * 1
        row = b[0]
        b.t_()
        b.mul_(2)
        b.unsqueeze_(0)
        row.mul_(5)
        end = (b**2).sum() + row.sum()
        return b, row, *t.autograd.grad(end, a)

    agree(program, "t_")


INDEXES = {
    "int": lambda t: 1,
    "negative": lambda t: (-1, -2),
    "step": lambda t: (slice(None), slice(None, None, 2)),
    "bounds beyond": lambda t: (slice(-9, 9), slice(2, 1)),
    "slice of tensors": lambda t: slice(t.tensor(1), None),
    "None": lambda t: (None, 0, None, ..., None),
    "...": lambda t: (..., 0),
    "()": lambda t: (),
    "True": lambda t: True,
    "False": lambda t: False,
    "0, True": lambda t: (0, True),
    "list": lambda t: [0, 1, 0],
    "list of bools": lambda t: [True, False],
    "lists": lambda t: ([0, 1, 1], [2, 0, 2]),
    "nested list": lambda t: ([[0, 1], [1, 0]],),
    "tensor": lambda t: t.tensor([[1, 0], [0, 0]]),
    "int32": lambda t: t.tensor([1, 0], dtype=t.int32),
    "scalar tensor": lambda t: (t.tensor(1), slice(1, 2)),
    "scalar bool": lambda t: t.tensor(True),
    "broadcast": lambda t: (t.tensor([[0], [1]]), t.tensor([0, 2, 1])),
    "around a slice": lambda t: ([0, 1], slice(None), [3, 3]),
    "around None": lambda t: ([0, 1], None, [2, 2]),
    "int, slice, list": lambda t: (0, slice(None), [0, 1]),
    "list, slice, int": lambda t: ([0, 1], slice(1, 3), 0),
    "int, None, list": lambda t: (1, None, [0, 2]),
    "int, ..., list": lambda t: (1, ..., [0, 2, 2]),
    "slice, list": lambda t: (slice(None), [0, 0, 2], slice(1, None)),
    "mask": lambda t: t.tensor([[True, False, True], [False, True, False]]),
    "full mask": lambda t: leaf(t, 2, 3, 4) > 0,
    "mask of rows": lambda t: (t.tensor([False, True]), slice(1, 2)),
    "mask and list": lambda t: (slice(None), t.tensor([True, False, True]), [0, 1]),
    "int and mask": lambda t: (1, t.tensor([True, False, True])),
    "empty mask": lambda t: (leaf(t, 2, 3, 4) > 9,),
    "empty list": lambda t: [],
    "empty tensor": lambda t: t.zeros(0, 2, dtype=t.int64),
    "uint8": lambda t: t.tensor([0, 1], dtype=t.uint8),
    "numpy": lambda t: np.array([1, 0]),
    "out of range": lambda t: 2,
    "out of range below": lambda t: -3,
    "list out of range": lambda t: (slice(None), [0, 3]),
    "too many": lambda t: (0, 0, 0, 0),
    "mask of a wrong shape": lambda t: t.tensor([True, False, True]),
    "lists of two lengths": lambda t: ([0, 1], [0, 1, 2]),
    "float": lambda t: 1.0,
    "float tensor": lambda t: t.tensor([1.0]),
    "int16": lambda t: t.tensor([1], dtype=t.int16),
    "slice of floats": lambda t: slice(0.5, None),
    "negative step": lambda t: slice(None, None, -1),
    "step 0": lambda t: slice(None, None, 0),
    "dict": lambda t: {},
}


@pytest.mark.parametrize("name", INDEXES)
def test_reading(name):
    def program(t):
        a = leaf(t, 2, 3, 4)
        b = a * 1
        found = b[INDEXES[name](t)]
        weights = leaf(t, *found.shape).detach() if found.numel() else 1.0
        first = t.autograd.grad((found**2 * weights).sum(), a)
        shared = t.tensor(found._base is b)
        return found, shared, *first

    agree(program, name)


REPEATED = {"list", "nested list", "tensor", "int, ..., list", "slice, list"}
"""Which of several writers of one element gets the gradient, PyTorch leaves open; here it is the last."""


@pytest.mark.parametrize("name", sorted(set(INDEXES) - REPEATED))
@pytest.mark.parametrize("value", ["number", "scalar", "whole", "leading", "last"])
def test_writing(name, value):
    def program(t):
        a = leaf(t, 2, 3, 4)
        b = a * 1
        index = INDEXES[name](t)
        if (name, value) in [("uint8", "number"), ("uint8", "scalar"), ("full mask", "leading")]:
            return [b]  # PyTorch's masked_fill wants bools, NumPy's masks want vectors
        shape = tuple(b[index].shape)
        shape = {"scalar": (), "whole": shape, "leading": (1, 1, *shape), "last": shape[-1:]}.get(
            value
        )
        source = leaf(t, 1) if shape is None else leaf(t, *shape) if np.prod(shape) else None
        if source is None:
            return [b]
        b[index] = 2.5 if value == "number" else source * 2
        end = (b * leaf(t, 2, 3, 4).detach()).sum()
        first, second = t.autograd.grad(end, (a, source), allow_unused=True)
        return b, first, source * 0 if second is None else second

    agree(program, name)
