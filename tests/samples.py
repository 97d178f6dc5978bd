"""For every row of the table a strategy that draws inputs and params, float64 and away from kinks.

A sample is (inputs, params).  Inputs that a rule differentiates are float64 arrays; the others are
as the row wants them.  `SMOOTH` says where a function of one variable is smooth.
"""

import numpy as np
from hypothesis import strategies as st

SHAPES = st.sampled_from([(), (1,), (3,), (2, 3), (2, 1, 3), (0, 2)])
PAIRS = st.sampled_from(
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((2, 1), (1, 3)),
        ((), (2,)),
        ((2, 3), ()),
        ((1,), (2, 2)),
        ((0, 2), (2,)),
    ]
)
AXES = st.sampled_from(
    [((3,), (0,)), ((2, 3), (1,)), ((2, 3), (0, 1)), ((2, 3, 2), (0, 2)), ((4, 1), (1,))]
)
SEEDS = st.integers(0, 2**20)


def spread(seed, shape, low=-2.0, high=2.0, gap=0.05):
    """Numbers in [low, high], all at least `gap` apart and away from 0 and other integers and halves."""
    count = int(np.prod(shape))
    grid = np.arange(low + gap * 0.6, high, gap)
    grid = grid[np.abs(grid * 2 - np.round(grid * 2)) > 0.04]
    stream = np.random.default_rng(seed)
    picked = stream.choice(grid, count, replace=count > len(grid))
    return np.asarray(picked, np.float64).reshape(shape)


def unary(low=-2.0, high=2.0, **params):
    return st.builds(lambda seed, shape: ([spread(seed, shape, low, high)], params), SEEDS, SHAPES)


def binary(low=-2.0, high=2.0, low2=None, high2=None):
    def make(seed, shapes):
        # from two halves of one grid, so that no pair ties
        both = spread(
            seed, (int(np.prod(shapes[0])) + int(np.prod(shapes[1])),), low, high, gap=0.03
        )
        x, y = np.split(both, [int(np.prod(shapes[0]))])
        if low2 is not None:
            y = spread(seed + 1, shapes[1], low2, high2)
        return [x.reshape(shapes[0]), y.reshape(shapes[1])], {}

    return st.builds(make, SEEDS, PAIRS)


def reduction(low=-2.0, high=2.0, only_first=False):
    def make(seed, shape_axis, keepdims):
        shape, axis = shape_axis
        params = {"axis": axis[0]} if only_first else {"axis": axis, "keepdims": keepdims}
        return [spread(seed, shape, low, high)], params

    return st.builds(make, SEEDS, AXES, st.booleans())


def fixed(*choices):
    """Samples given one by one, as (seed -> inputs, params)."""
    return st.builds(
        lambda seed, choice: (choice[0](seed), choice[1]), SEEDS, st.sampled_from(choices)
    )


def some(*shapes, low=-2.0, high=2.0):
    return lambda seed: [spread(seed + k, shape, low, high) for k, shape in enumerate(shapes)]


SYMMETRIC = {"cholesky", "eigh", "eigvalsh"}  # rows of symmetric matrices


def positive_definite(seed, n=3):
    a = np.random.default_rng(seed).standard_normal((n, n))
    return a @ a.T + 3 * np.eye(n)


def with_a_zero(seed):
    x = spread(seed, (2, 3), 0.3, 2.0)
    x[0, 1] = 0.0
    return [x]


def bools(seed, shape):
    return np.random.default_rng(seed).random(shape) < 0.5


def integers(seed, shape, high):
    return np.random.default_rng(seed).integers(0, high, shape)


SMOOTH = {  # where functions of one variable are smooth
    "neg": (), "exp": (), "expm1": (), "log": (0.1, 3.0), "log1p": (-0.7, 3.0), "log2": (0.1, 3.0), "log10": (0.1, 3.0),
    "sqrt": (0.1, 3.0), "rsqrt": (0.1, 3.0), "abs": (), "sign": (), "sin": (), "cos": (), "tan": (-1.2, 1.2),
    "arcsin": (-0.9, 0.9), "arccos": (-0.9, 0.9), "arctan": (), "sinh": (), "cosh": (), "tanh": (), "sigmoid": (),
    "relu": (), "step": (), "erf": (), "floor": (), "ceil": (), "round": (),
    "erfc": (), "erfinv": (-0.8, 0.8), "lgamma": (0.3, 3.0), "trunc": (), "arcsinh": (), "arccosh": (1.2, 3.0), "arctanh": (-0.9, 0.9), "logit": (0.1, 0.9),
    "i0": (), "i0e": (), "i1": (), "i1e": (), "erfcx": (-1.5, 2.0), "log_ndtr": (), "ndtri": (0.1, 0.9),
}  # fmt: skip

from tinygrad_edu.primitive import TABLE  # noqa: E402

FLAT, WINDOW = np.array([0, 2, 2, 1]), {"size": (2,), "stride": (1,), "dilation": (2,)}
CONVOLUTIONS = (  # input, weight, settings
    ((2, 2, 6), (4, 1, 2), {"stride": (2,), "padding": ((1, -1),), "dilation": (1,), "groups": 2}),
    (
        (2, 3, 4, 4),
        (2, 3, 2, 3),
        {"stride": (1, 2), "padding": ((0, 0), (1, 2)), "dilation": (1, 1), "groups": 1},
    ),
    (
        (1, 2, 4, 2, 5),
        (2, 1, 2, 2, 2),
        {
            "stride": (1, 1, 1),
            "padding": ((0, 0), (0, 0), (0, 0)),
            "dilation": (2, 1, 2),
            "groups": 2,
        },
    ),
)
SAMPLES = {name: unary(*domain) for name, domain in SMOOTH.items()}
SAMPLES |= {
    "astype": unary(dtype=np.dtype(np.float64), origin=np.dtype(np.float64)),
    "add": binary(), "sub": binary(), "mul": binary(), "div": binary(low2=0.3, high2=2.0), "pow": binary(0.2, 2.0),
    "floor_divide": binary(low2=0.55, high2=0.9), "remainder": binary(1.05, 2.0, 0.55, 0.9),
    "maximum": binary(), "minimum": binary(), "arctan2": binary(0.2, 2.0),
    "fmod": binary(1.05, 2.0, 0.55, 0.9), "hypot": binary(), "logaddexp": binary(), "copysign": binary(),
    "nextafter": binary(), "igamma": binary(0.3, 3.0), "igammac": binary(0.3, 3.0), "zeta": binary(1.6, 3.0, 0.6, 2.0),
    "polygamma": st.one_of(unary(0.4, 3.0, n=0), unary(0.4, 3.0, n=2)),
    "where": fixed(*((lambda seed, s=s: [bools(seed, s[0]), *some(*s[1:])(seed)], {}) for s in [((3,),) * 3, ((2, 3), (3,), ()), ((3,), (2, 3), (2, 1))])),
    "isnan": unary(), "isinf": unary(), "isfinite": unary(), "bessel_j0": unary(), "bessel_j1": unary(), "logical_not": unary(),
    "invert": fixed((lambda seed: [bools(seed, (3,))], {})),
    "sum": reduction(), "prod": st.one_of(reduction(0.3, 2.0), fixed((with_a_zero, {"axis": (0, 1), "keepdims": False}))), "amax": reduction(), "amin": reduction(), "logsumexp": reduction(),
    "cumsum": reduction(only_first=True), "cumprod": st.one_of(reduction(0.3, 2.0, only_first=True), fixed((with_a_zero, {"axis": 1}))),
    "reshape": fixed((some((2, 3)), {"shape": (3, 2)}), (some((4,)), {"shape": (2, 1, 2)}), (some(()), {"shape": (1,)})),
    "permute": fixed((some((2, 3)), {"axes": (1, 0)}), (some((2, 3, 4)), {"axes": (2, 0, 1)})),
    "broadcast_to": fixed((some((3,)), {"shape": (2, 3)}), (some((2, 1)), {"shape": (4, 2, 3)}), (some(()), {"shape": (2, 2)})),
    "strided": fixed(
        (some((3, 4)), {"shape": (3,), "start": (0, 1), "steps": ((1, 1),)}), (some((2, 3, 3)), {"shape": (2, 3), "start": (0, 0, 0), "steps": ((1, 0, 0), (0, 1, 1))}),
        (some((6,)), {"shape": (2, 3), "start": (1,), "steps": ((2,), (1,))}), (some((4,)), {"shape": (3, 2), "start": (0,), "steps": ((1,), (0,))}),
        (some((3,)), {"shape": (), "start": (2,), "steps": ()}),
    ),
    "strided_add": fixed(
        (some((3,)), {"shape": (3, 4), "start": (0, 1), "steps": ((1, 1),)}), (some((2, 3)), {"shape": (6,), "start": (1,), "steps": ((2,), (1,))}),
        (some((3, 2)), {"shape": (4,), "start": (0,), "steps": ((1,), (0,))}), (some((3, 2, 2)), {"shape": (5, 3), "start": (0, 0), "steps": ((1, 0), (1, 1), (1, 1))}),
    ),
    "flip": fixed((some((2, 3)), {"axis": (0, 1)}), (some((3,)), {"axis": (0,)})),
    "pad": fixed((some((2, 3)), {"widths": ((1, 0), (2, 1)), "value": 0.0})),
    "concatenate": fixed((some((2, 3), (2, 1), (2, 2)), {"axis": 1, "sizes": (3, 1, 2)}), (some((2,), (3,)), {"axis": 0, "sizes": (2, 3)})),
    "getitem": fixed(
        (some((4, 3)), {"index": (slice(1, 3), ...)}), (some((4, 3)), {"index": (2, ...)}), (some((4, 3)), {"index": (FLAT,)}),
        (some((4, 3)), {"index": (None, slice(None, None, 2), 1, ...)}), (some((3,)), {"index": (np.array([True, False, True]),)}),
        (some((4, 3)), {"index": (slice(None), np.array([[0, 0], [2, 1]]))}),
    ),
    "index_add": fixed((some((4, 3)), {"index": (FLAT,), "shape": (3, 3)}), (some((2, 3)), {"index": (slice(1, 3), ...), "shape": (4, 3)})),
    "gather": st.builds(lambda seed: (some((3, 4))(seed), {"axis": 1, "index": integers(seed, (2, 5), 4)}), SEEDS),
    "scatter_add": st.builds(lambda seed: (some((2, 5))(seed), {"axis": 1, "index": integers(seed, (2, 5), 4), "shape": (3, 4)}), SEEDS),
    "replace": fixed(
        (some((4, 3), (2, 3)), {"ways": (), "index": (slice(1, 3), ...)}),
        (some((4, 3), (2,)), {"ways": ((TABLE["permute"], {"axes": (1, 0)}), (TABLE["getitem"], {"index": (1, ...)})), "index": (slice(0, 2),)}),
        (some((3,), (4,)), {"ways": (), "index": (FLAT,)}),
    ),
    "matmul": fixed((some((2, 3), (3, 4)), {}), (some((5, 2, 3), (3, 2)), {}), (some((2, 1, 2, 3), (4, 3, 2)), {})),
    "einsum": fixed((some((2, 3), (3, 4)), {"subscripts": ("ij", "jk", "ik")}), (some((2, 3), (2, 4, 3)), {"subscripts": ("bi", "bji", "jb")})),
    "inv": fixed((lambda seed: [positive_definite(seed)], {}), (lambda seed: [np.stack([positive_definite(seed), positive_definite(seed + 1)])], {})),
    "solve": fixed((lambda seed: [positive_definite(seed), *some((3, 2))(seed)], {})),
    "cholesky": fixed((lambda seed: [positive_definite(seed)], {})),
    "eigh": fixed((lambda seed: [positive_definite(seed)], {}), (lambda seed: [np.stack([positive_definite(seed), positive_definite(seed + 1)])], {})),
    "eigvalsh": fixed((lambda seed: [positive_definite(seed)], {})),
    "svd": fixed((some((3, 3)), {}), (some((2, 4)), {}), (some((2, 4, 3)), {})),
    "svdvals": fixed((some((2, 3)), {}), (some((2, 3, 2)), {})),
    "qr": fixed((some((3, 3)), {"mode": "reduced"}), (some((2, 4)), {"mode": "complete"}), (some((2, 4, 3)), {"mode": "reduced"})),
    "det": fixed((some((3, 3)), {}), (lambda seed: [np.array([[1.0, 2.0], [2.0, 4.0]])], {})),
    "logabsdet": fixed((lambda seed: [positive_definite(seed)], {})),
    "pinv": fixed((some((3, 2)), {"rcond": 1e-12, "hermitian": False}), (some((2, 3)), {"rcond": 1e-12, "hermitian": False})),
    "matrix_exp": fixed((some((2, 2)), {}), (some((2, 3, 3)), {})),
    "unfold": fixed((some((2, 6)), WINDOW), (some((2, 5, 5)), {"size": (2, 3), "stride": (2, 1), "dilation": (1, 2)})),
    "fold": fixed((some((2, 4, 2)), {"length": (6,), **WINDOW})),
    "avg_pool": fixed((some((2, 7)), {"size": (3,), "stride": (2,), "divisor": 3}), (some((2, 1, 4, 5)), {"size": (2, 2), "stride": (1, 2), "divisor": 1})),
    "max_pool": fixed((some((2, 7)), {"size": (3,), "stride": (2,), "dilation": (1,)}), (some((2, 1, 4, 6)), {"size": (2, 2), "stride": (1, 2), "dilation": (1, 2)})),
    "convolution": fixed(*((some(x, w, w[:1]), p) for x, w, p in CONVOLUTIONS)),
    "transposed_convolution": fixed(*((some((x[0], w[0], *out), w), p) for (x, w, p), out in zip(CONVOLUTIONS, ((3,), (3, 3), (2, 1, 3))))),
    "convolution_weight": fixed(*((some(x, (x[0], w[0], *out)), p) for (x, w, p), out in zip(CONVOLUTIONS, ((3,), (3, 3), (2, 1, 3))))),
    "linear": fixed((some((4, 3), (2, 3), (2,)), {}), (some((2, 4, 3), (2, 3), (2,)), {})),
    "softmax": fixed((some((2, 3)), {"axis": 1}), (some((4,)), {"axis": 0})),
    "log_softmax": fixed((some((2, 3)), {"axis": 1}), (some((4,)), {"axis": 0})),
    "squared_error": fixed((some((2, 3), (2, 3)), {}), (some((4,), (4,)), {})),
    "cross_entropy": st.builds(lambda seed: (some((4, 3))(seed), {"target": integers(seed, (4,), 3), "weight": 0.25}), SEEDS),
    "standardize": fixed((some((2, 4)), {"axis": (1,), "eps": 1e-2}), (some((3, 2, 2)), {"axis": (0, 2), "eps": 1e-5})),
    "lstm_gates": fixed((some((2, 5), (2, 3), (12, 5), (12, 3), (12,), (12,)), {})), "lstm_memory": fixed((some((12, 2), (2, 3)), {})), "lstm_hidden": fixed((some((12, 2), (2, 3)), {})),
    "gru_cell": fixed((some((2, 9), (2, 9), (2, 3)), {})),
    "recurrence": fixed(
        (some((3, 2, 12), (2, 2, 3), (12, 3), (12,)), {"cell": "lstm"}), (some((3, 2, 9), (1, 2, 3), (9, 3), (9,)), {"cell": "gru"}),
        (some((3, 2, 3), (1, 2, 3), (3, 3), (3,)), {"cell": "tanh"}),
    ),
    "clamp": fixed((some((2, 3)), {"low": -0.7, "high": 1.3}), (some((3,)), {"low": None, "high": 0.6}), (some(()), {"low": 0.6, "high": None})),
    "ndtr": unary(), "gelu": unary(), "silu": unary(), "leaky_relu": unary(slope=0.1), "hardtanh": fixed((some((2, 3)), {"low": -0.7, "high": 1.3}), (some(()), {"low": 0.0, "high": 6.0})),
    "elu": st.one_of(unary(alpha=1.0, rate=1.0), unary(alpha=1.5, rate=0.8)), "softplus": st.one_of(unary(threshold=0.7), unary(threshold=None)),
    "huber": st.one_of(unary(delta=0.8), unary(delta=1.7)),
    "binary_cross_entropy": fixed((some((3,), (3,), low=0.1, high=0.9), {})), "binary_cross_entropy_with_logits": fixed((some((2, 3), (2, 3)), {})),
    "dot": fixed((some(*[()] * 7), {}), (some(*[()] * 3), {})),
}  # fmt: skip
SAMPLES |= {
    name: binary()
    for name in ("eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor")
}
SAMPLES |= {
    name: fixed((lambda seed: [integers(seed, (3,), 8), integers(seed + 1, (3,), 8)], {}))
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor")
}

BRIDGES = {"item", "tensor_of", "value_of"}
"""Rows between kinds of things (several results, Values and Tensors), tested where they are used."""

LINEAR = {
    "neg": 1, "astype": 1, "sum": 1, "cumsum": 1, "reshape": 1, "permute": 1, "broadcast_to": 1, "strided": 1, "strided_add": 1, "flip": 1, "pad": 1, "concatenate": 3,
    "getitem": 1, "index_add": 1, "gather": 1, "scatter_add": 1, "unfold": 1, "fold": 1, "avg_pool": 1, "add": 2, "sub": 2, "replace": 2,
}  # fmt: skip
"""Rows that are linear in all their inputs, for the adjoint identity."""
