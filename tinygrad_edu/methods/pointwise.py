"""Methods of functions element by element."""

from ..functional import pointwise as F
from ..inplace import in_place


class Pointwise:
    """The functions of `functional.pointwise` that are methods too."""

    __slots__ = ()

    exp = F.exp
    expm1 = F.expm1
    log = F.log
    log1p = F.log1p
    log2 = F.log2
    log10 = F.log10
    sqrt = F.sqrt
    rsqrt = F.rsqrt
    abs = F.abs
    sign = F.sign
    sin = F.sin
    cos = F.cos
    tan = F.tan
    arcsin = F.arcsin
    arccos = F.arccos
    arctan = F.arctan
    sinh = F.sinh
    cosh = F.cosh
    tanh = F.tanh
    sigmoid = F.sigmoid
    relu = F.relu
    erf = F.erf
    floor = F.floor
    ceil = F.ceil
    trunc = F.trunc
    round = F.round
    square = F.square
    reciprocal = F.reciprocal
    neg = F.neg
    absolute = F.absolute
    negative = F.negative
    asin = F.asin
    acos = F.acos
    atan = F.atan
    add = F.add
    sub = F.sub
    mul = F.mul
    div = F.div
    subtract = F.subtract
    multiply = F.multiply
    divide = F.divide
    true_divide = F.true_divide
    floor_divide = F.floor_divide
    remainder = F.remainder
    pow = F.pow
    maximum = F.maximum
    minimum = F.minimum
    arctan2 = F.arctan2
    atan2 = F.atan2
    lerp = F.lerp
    clamp = F.clamp
    clip = F.clip
    eq = F.eq
    ne = F.ne
    lt = F.lt
    le = F.le
    gt = F.gt
    ge = F.ge
    logical_not = F.logical_not
    logical_and = F.logical_and
    logical_or = F.logical_or
    logical_xor = F.logical_xor
    bitwise_not = F.bitwise_not
    bitwise_and = F.bitwise_and
    bitwise_or = F.bitwise_or
    bitwise_xor = F.bitwise_xor
    isnan = F.isnan
    isinf = F.isinf
    isfinite = F.isfinite
    isclose = F.isclose
    allclose = F.allclose
    equal = F.equal

    exp_ = in_place(F.exp)
    log_ = in_place(F.log)
    sqrt_ = in_place(F.sqrt)
    abs_ = in_place(F.abs)
    neg_ = in_place(F.neg)
    tanh_ = in_place(F.tanh)
    sigmoid_ = in_place(F.sigmoid)
    relu_ = in_place(F.relu)
    floor_ = in_place(F.floor)
    ceil_ = in_place(F.ceil)
    round_ = in_place(F.round)
    sin_ = in_place(F.sin)
    cos_ = in_place(F.cos)
    add_ = in_place(F.add)
    sub_ = in_place(F.sub)
    mul_ = in_place(F.mul)
    div_ = in_place(F.div)
    floor_divide_ = in_place(F.floor_divide)
    remainder_ = in_place(F.remainder)
    pow_ = in_place(F.pow)
    clamp_ = in_place(F.clamp)
    lerp_ = in_place(F.lerp)
    reciprocal_ = in_place(F.reciprocal)
    square_ = in_place(F.square)
    rsqrt_ = in_place(F.rsqrt)
    logical_not_ = in_place(F.logical_not)
