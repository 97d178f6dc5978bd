"""What a derivative does, in a sentence: for the operations whose formula does not say it to a beginner."""

from __future__ import annotations

from typing import Any

import numpy as np

from .step import Contribution, Step
from .steps import Story
from .terms import Term, name, partial
from .tiles import shape_text

__all__ = ["explanation", "note", "plugged"]

READ_BACK = "The gradient goes back to the places that were read; one read twice gets both, one not read gets 0."
EXPLAINED = {
    "add": "A sum hands the gradient on unchanged, to both.",
    "mul": "The product rule: each factor is multiplied by the other one.",
    "matmul": "The product rule for matrices: the other factor, transposed, on the other side.",
    "linear": "x Wᵀ + b: for x the gradient goes back through W, for W it meets the inputs, for b it is added up.",
    "relu": "Where the input was positive the gradient passes; elsewhere it stops.",
    "tanh": "Steep near 0, flat where the result nears ±1: there little gradient passes.",
    "sigmoid": "At most a quarter of the gradient passes; near 0 and 1 almost none.",
    "sum": "Each summand moves the sum one for one, so each gets the whole gradient.",
    "broadcast_to": "What was copied forward is added up backward.",
    "reshape": "The same numbers in the shape that they had.",
    "permute": "The same numbers, their axes back in order.",
    "getitem": READ_BACK,
    "gather": READ_BACK,
    "concatenate": "Each part gets its own slice of the gradient.",
    "pad": "What was added around the input gets no gradient: the inside is cut out.",
    "amax": "Only the largest element moved the result, so it gets the gradient; ties share it.",
    "amin": "Only the smallest element moved the result, so it gets the gradient; ties share it.",
    "softmax": "The probabilities add up to 1: raising one lowers the others, so their weighted mean is taken off.",
    "log_softmax": "Each gradient minus its probability's share of the sum: raising one score lowers all others.",
    "logsumexp": "A soft maximum: the gradient is shared out by the softmax of the inputs.",
    "cross_entropy": "Softmax and logarithm in one: what was predicted minus what was true, a simple difference.",
    "squared_error": "Twice the difference: it pulls as hard as it is wrong.",
    "convolution": "For the input each gradient stamps the kernel on its window, and overlapping stamps add up; "
    "for the kernel every window is weighted by its gradient; for the bias the gradient is summed over all places.",
    "max_pool": "Of each window only the largest element gets the gradient.",
    "avg_pool": "Each element of a window gets an equal share.",
    "standardize": "Shifting or stretching all inputs changes nothing: that part of the gradient is taken off.",
    "dot": "A neuron: a weight gets gradient × its input, an input gradient × its weight, the bias the gradient.",
    "astype": "The same numbers in another precision.",
}  # fmt: skip


def explanation(step: Step) -> str:
    """A sentence on what a backward step does; "" where the formula says it all."""
    row: Any = step.node.op
    return EXPLAINED.get(row.name, "") if step.phase == "backward" else ""


def note(story: Story, step: Step, c: Contribution) -> str:
    """What happens to shapes on the way: "2×4 @ 4×3 → 2×3", "summed back 4×3 → 3"."""
    mine = shape_text(c.input.shape)
    if isinstance(step.incoming, tuple) or isinstance(c.value, tuple):
        return ""
    if c.unsummed is not None:
        why = f"{c.name} was copied to all places, so their gradients add up"
        return f"summed back {shape_text(c.unsummed.shape)} → {mine}: {why}"
    factors = plugged(story, step, c)
    if len(factors) == 2 and factors[1][0] == "@":
        return f"{' @ '.join(shape_text(a.shape) for _, a, _ in factors)} → {mine}"
    incoming = np.shape(step.incoming)
    return f"{shape_text(incoming)} → {mine}" if incoming != c.input.shape else ""


def plugged(story: Story, step: Step, c: Contribution) -> list[tuple[str, Any, Term]]:
    """The arrays that a rule takes, each with the sign before it and what it is called."""
    term = c.rule.term if c.rule is not None else None
    g = partial(story.result, step.name)
    if term is not None and term.kind == "matmul":
        found = [(story.array_of(x, step), x) for x in term.parts]
        if all(a is not None for a, _ in found):
            return [("" if k == 0 else "@", a, x) for k, (a, x) in enumerate(found)]
    if isinstance(step.incoming, tuple):
        return []
    arrays = [("", step.incoming, g)]
    if c.local is not None:
        if not np.all(c.local == 1):
            arrays.append(("×", c.local, partial(step.name, c.name)))
        return arrays
    for word in _names(term):
        a = story.by_name.get(word)
        if a is not None and a.shape != () and len(arrays) < 3:
            arrays.append(("with", a, name(word)))
    return arrays


def _names(term: Any) -> dict[str, None]:
    """The names in a term, in order."""
    if isinstance(term, Term):
        return {term.parts[0]: None} if term.kind == "name" else _names(term.parts)
    return {w: None for part in term for w in _names(part)} if isinstance(term, tuple) else {}
