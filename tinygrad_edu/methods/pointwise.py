"""Methods of functions element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import functional as F
from ..dtypes import float64
from ..inplace import in_place

if TYPE_CHECKING:
    from ..tensor import Tensor


def where(input: Tensor, condition: Tensor, other: Any) -> Tensor:
    """`input` where the condition holds, else `other`."""
    out: Tensor = F.where(condition, input, other)
    return out


def polygamma(input: Tensor, n: int) -> Tensor:
    """The n-th derivative of digamma."""
    return F.polygamma(n, input)


def float_power_(input: Tensor, exponent: Any) -> Tensor:
    """`float_power`, in place. Raises RuntimeError unless in float64."""
    if input.dtype is not float64:
        raise RuntimeError(f"float_power_: expected a float64 tensor, got {input.dtype}")
    return _float_power_(input, exponent)


_float_power_ = in_place(F.float_power)


class Pointwise:
    """The functions element by element that are methods too."""

    __slots__ = ()

    where = where
    polygamma = polygamma

    # arithmetic
    add = F.add
    sub = F.sub
    mul = F.mul
    div = F.div
    floor_divide = F.floor_divide
    remainder = F.remainder
    fmod = F.fmod
    pow = F.pow
    float_power = F.float_power
    square = F.square
    reciprocal = F.reciprocal
    neg = F.neg
    positive = F.positive
    addcmul = F.addcmul
    addcdiv = F.addcdiv
    lerp = F.lerp
    ldexp = F.ldexp
    frexp = F.frexp
    gcd = F.gcd
    lcm = F.lcm
    subtract = F.subtract
    multiply = F.multiply
    divide = F.divide
    true_divide = F.true_divide
    negative = F.negative

    # comparison
    eq = F.eq
    ne = F.ne
    lt = F.lt
    le = F.le
    gt = F.gt
    ge = F.ge
    greater = F.greater
    greater_equal = F.greater_equal
    less = F.less
    less_equal = F.less_equal
    not_equal = F.not_equal
    isclose = F.isclose
    allclose = F.allclose
    equal = F.equal
    isnan = F.isnan
    isinf = F.isinf
    isfinite = F.isfinite
    isposinf = F.isposinf
    isneginf = F.isneginf
    signbit = F.signbit
    maximum = F.maximum
    minimum = F.minimum
    fmax = F.fmax
    fmin = F.fmin
    clamp = F.clamp
    clip = F.clip
    clamp_min = F.clamp_min
    clamp_max = F.clamp_max
    nan_to_num = F.nan_to_num
    heaviside = F.heaviside

    # truth and bits
    logical_not = F.logical_not
    logical_and = F.logical_and
    logical_or = F.logical_or
    logical_xor = F.logical_xor
    bitwise_not = F.bitwise_not
    bitwise_and = F.bitwise_and
    bitwise_or = F.bitwise_or
    bitwise_xor = F.bitwise_xor
    bitwise_left_shift = F.bitwise_left_shift
    bitwise_right_shift = F.bitwise_right_shift

    # rounding and signs
    abs = F.abs
    absolute = F.absolute
    sign = F.sign
    sgn = F.sgn
    copysign = F.copysign
    nextafter = F.nextafter
    floor = F.floor
    ceil = F.ceil
    trunc = F.trunc
    fix = F.fix
    round = F.round
    frac = F.frac

    # of one variable
    exp = F.exp
    expm1 = F.expm1
    exp2 = F.exp2
    log = F.log
    log1p = F.log1p
    log2 = F.log2
    log10 = F.log10
    logaddexp = F.logaddexp
    logaddexp2 = F.logaddexp2
    sqrt = F.sqrt
    rsqrt = F.rsqrt
    hypot = F.hypot
    sin = F.sin
    cos = F.cos
    tan = F.tan
    sinc = F.sinc
    asin = F.asin
    acos = F.acos
    atan = F.atan
    atan2 = F.atan2
    arcsin = F.arcsin
    arccos = F.arccos
    arctan = F.arctan
    arctan2 = F.arctan2
    sinh = F.sinh
    cosh = F.cosh
    tanh = F.tanh
    asinh = F.asinh
    acosh = F.acosh
    atanh = F.atanh
    arcsinh = F.arcsinh
    arccosh = F.arccosh
    arctanh = F.arctanh
    deg2rad = F.deg2rad
    rad2deg = F.rad2deg
    sigmoid = F.sigmoid
    relu = F.relu
    erf = F.erf
    erfc = F.erfc
    erfinv = F.erfinv
    logit = F.logit
    xlogy = F.xlogy
    lgamma = F.lgamma
    digamma = F.digamma
    mvlgamma = F.mvlgamma
    igamma = F.igamma
    igammac = F.igammac
    i0 = F.i0

    # arithmetic, in place
    add_ = in_place(F.add)
    sub_ = in_place(F.sub)
    mul_ = in_place(F.mul)
    div_ = in_place(F.div)
    floor_divide_ = in_place(F.floor_divide)
    remainder_ = in_place(F.remainder)
    fmod_ = in_place(F.fmod)
    pow_ = in_place(F.pow)
    float_power_ = float_power_
    square_ = in_place(F.square)
    reciprocal_ = in_place(F.reciprocal)
    neg_ = in_place(F.neg)
    addcmul_ = in_place(F.addcmul)
    addcdiv_ = in_place(F.addcdiv)
    lerp_ = in_place(F.lerp)
    ldexp_ = in_place(F.ldexp)
    gcd_ = in_place(F.gcd)
    lcm_ = in_place(F.lcm)
    subtract_ = sub_
    multiply_ = mul_
    divide_ = div_
    true_divide_ = div_
    negative_ = neg_

    # comparison, in place
    eq_ = in_place(F.eq)
    ne_ = in_place(F.ne)
    lt_ = in_place(F.lt)
    le_ = in_place(F.le)
    gt_ = in_place(F.gt)
    ge_ = in_place(F.ge)
    greater_ = gt_
    greater_equal_ = ge_
    less_ = lt_
    less_equal_ = le_
    not_equal_ = ne_
    clamp_ = in_place(F.clamp)
    clip_ = clamp_
    clamp_min_ = in_place(F.clamp_min)
    clamp_max_ = in_place(F.clamp_max)
    nan_to_num_ = in_place(F.nan_to_num)
    heaviside_ = in_place(F.heaviside)

    # truth and bits, in place
    logical_not_ = in_place(F.logical_not)
    logical_and_ = in_place(F.logical_and)
    logical_or_ = in_place(F.logical_or)
    logical_xor_ = in_place(F.logical_xor)
    bitwise_not_ = in_place(F.bitwise_not)
    bitwise_and_ = in_place(F.bitwise_and)
    bitwise_or_ = in_place(F.bitwise_or)
    bitwise_xor_ = in_place(F.bitwise_xor)
    bitwise_left_shift_ = in_place(F.bitwise_left_shift)
    bitwise_right_shift_ = in_place(F.bitwise_right_shift)

    # rounding and signs, in place
    abs_ = in_place(F.abs)
    absolute_ = abs_
    sign_ = in_place(F.sign)
    sgn_ = sign_
    copysign_ = in_place(F.copysign)
    nextafter_ = in_place(F.nextafter)
    floor_ = in_place(F.floor)
    ceil_ = in_place(F.ceil)
    trunc_ = in_place(F.trunc)
    fix_ = trunc_
    round_ = in_place(F.round)
    frac_ = in_place(F.frac)

    # of one variable, in place
    exp_ = in_place(F.exp)
    expm1_ = in_place(F.expm1)
    exp2_ = in_place(F.exp2)
    log_ = in_place(F.log)
    log1p_ = in_place(F.log1p)
    log2_ = in_place(F.log2)
    log10_ = in_place(F.log10)
    sqrt_ = in_place(F.sqrt)
    rsqrt_ = in_place(F.rsqrt)
    hypot_ = in_place(F.hypot)
    sin_ = in_place(F.sin)
    cos_ = in_place(F.cos)
    tan_ = in_place(F.tan)
    sinc_ = in_place(F.sinc)
    asin_ = in_place(F.asin)
    acos_ = in_place(F.acos)
    atan_ = in_place(F.atan)
    atan2_ = in_place(F.atan2)
    arcsin_ = in_place(F.arcsin)
    arccos_ = in_place(F.arccos)
    arctan_ = in_place(F.arctan)
    arctan2_ = in_place(F.arctan2)
    sinh_ = in_place(F.sinh)
    cosh_ = in_place(F.cosh)
    tanh_ = in_place(F.tanh)
    asinh_ = in_place(F.asinh)
    acosh_ = in_place(F.acosh)
    atanh_ = in_place(F.atanh)
    arcsinh_ = in_place(F.arcsinh)
    arccosh_ = in_place(F.arccosh)
    arctanh_ = in_place(F.arctanh)
    deg2rad_ = in_place(F.deg2rad)
    rad2deg_ = in_place(F.rad2deg)
    sigmoid_ = in_place(F.sigmoid)
    relu_ = in_place(F.relu)
    erf_ = in_place(F.erf)
    erfc_ = in_place(F.erfc)
    erfinv_ = in_place(F.erfinv)
    logit_ = in_place(F.logit)
    xlogy_ = in_place(F.xlogy)
    lgamma_ = in_place(F.lgamma)
    digamma_ = in_place(F.digamma)
    polygamma_ = in_place(polygamma)
    mvlgamma_ = in_place(F.mvlgamma)
    igamma_ = in_place(F.igamma)
    igammac_ = in_place(F.igammac)
    i0_ = in_place(F.i0)
