"""PyTorch's functions as methods: each one line, with a signature that help() and type checkers see."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import functional as F
from .inplace import become

if TYPE_CHECKING:
    from .tensor import Tensor

Number = builtins.bool | builtins.int | builtins.float
Dim = builtins.int | Sequence[builtins.int] | None
Ints = builtins.int | Sequence[builtins.int]


class Methods:
    """What a Tensor can do that `tinygrad_edu.functional` does; `_` at the end of a name means in place."""

    __slots__ = ()

    def exp(self: Any) -> Tensor:
        """e^x"""
        return F.exp(self)

    def expm1(self: Any) -> Tensor:
        """e^x - 1, exact near 0."""
        return F.expm1(self)

    def log(self: Any) -> Tensor:
        """The natural logarithm."""
        return F.log(self)

    def log1p(self: Any) -> Tensor:
        """log(1 + x), exact near 0."""
        return F.log1p(self)

    def log2(self: Any) -> Tensor:
        """The logarithm to base 2."""
        return F.log2(self)

    def log10(self: Any) -> Tensor:
        """The logarithm to base 10."""
        return F.log10(self)

    def sqrt(self: Any) -> Tensor:
        """The square root; its gradient at 0 is inf."""
        return F.sqrt(self)

    def rsqrt(self: Any) -> Tensor:
        """1 / sqrt(x)"""
        return F.rsqrt(self)

    def abs(self: Any) -> Tensor:
        """The absolute value; its gradient at 0 is 0."""
        return F.abs(self)

    def sign(self: Any) -> Tensor:
        """-1, 0 or 1; its gradient is 0."""
        return F.sign(self)

    def sin(self: Any) -> Tensor:
        """The sine."""
        return F.sin(self)

    def cos(self: Any) -> Tensor:
        """The cosine."""
        return F.cos(self)

    def tan(self: Any) -> Tensor:
        """The tangent."""
        return F.tan(self)

    def arcsin(self: Any) -> Tensor:
        """The inverse of sin, in [-pi/2, pi/2]."""
        return F.arcsin(self)

    def arccos(self: Any) -> Tensor:
        """The inverse of cos, in [0, pi]."""
        return F.arccos(self)

    def arctan(self: Any) -> Tensor:
        """The inverse of tan, in (-pi/2, pi/2)."""
        return F.arctan(self)

    def sinh(self: Any) -> Tensor:
        """The hyperbolic sine."""
        return F.sinh(self)

    def cosh(self: Any) -> Tensor:
        """The hyperbolic cosine."""
        return F.cosh(self)

    def tanh(self: Any) -> Tensor:
        """The hyperbolic tangent."""
        return F.tanh(self)

    def sigmoid(self: Any) -> Tensor:
        """1 / (1 + e^-x)"""
        return F.sigmoid(self)

    def relu(self: Any) -> Tensor:
        """max(x, 0); its gradient at 0 is 0."""
        return F.relu(self)

    def erf(self: Any) -> Tensor:
        """2/sqrt(pi) times the integral of e^(-t^2) from 0 to x."""
        return F.erf(self)

    def floor(self: Any) -> Tensor:
        """The greatest integer not above x; its gradient is 0."""
        return F.floor(self)

    def ceil(self: Any) -> Tensor:
        """The least integer not below x; its gradient is 0."""
        return F.ceil(self)

    def trunc(self: Any) -> Tensor:
        """x without its fraction; its gradient is 0."""
        return F.trunc(self)

    def round(self: Any, *, decimals: builtins.int = 0) -> Tensor:
        """The nearest integer, halves to even; its gradient is 0."""
        return F.round(self, decimals=decimals)

    def square(self: Any) -> Tensor:
        """self ** 2"""
        return F.square(self)

    def reciprocal(self: Any) -> Tensor:
        """1 / self"""
        return F.reciprocal(self)

    def neg(self: Any) -> Tensor:
        """-self. Raises RuntimeError for bools."""
        return F.neg(self)

    absolute = abs
    negative = neg
    asin = arcsin
    acos = arccos
    atan = arctan

    def add(self: Any, other: Any, *, alpha: Number = 1) -> Tensor:
        """self + alpha * other"""
        return F.add(self, other, alpha=alpha)

    def sub(self: Any, other: Any, *, alpha: Number = 1) -> Tensor:
        """self - alpha * other. Raises RuntimeError for bools, which have no difference."""
        return F.sub(self, other, alpha=alpha)

    def mul(self: Any, other: Any) -> Tensor:
        """self * other"""
        return F.mul(self, other)

    def div(self: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
        """self / other; integers give the default float unless rounded by "trunc" or "floor"."""
        return F.div(self, other, rounding_mode=rounding_mode)

    subtract = sub
    multiply = mul
    divide = div
    true_divide = div

    def floor_divide(self: Any, other: Any) -> Tensor:
        """The quotient rounded towards minus infinity. Raises ZeroDivisionError for integers divided by 0."""
        return F.floor_divide(self, other)

    def remainder(self: Any, other: Any) -> Tensor:
        """What is left of floor division: it has the sign of `other`."""
        return F.remainder(self, other)

    def pow(self: Any, exponent: Any) -> Tensor:
        """self ** exponent. Raises RuntimeError for an integer to a negative integer power."""
        return F.pow(self, exponent)

    def maximum(self: Any, other: Any) -> Tensor:
        """The larger of each pair; a tie gives half of the gradient to each. nan wins."""
        return F.maximum(self, other)

    def minimum(self: Any, other: Any) -> Tensor:
        """The smaller of each pair; a tie gives half of the gradient to each. nan wins."""
        return F.minimum(self, other)

    def arctan2(self: Any, other: Any) -> Tensor:
        """The angle of the point (other, self), in (-pi, pi]."""
        return F.arctan2(self, other)

    atan2 = arctan2

    def lerp(self: Any, end: Tensor, weight: Any) -> Tensor:
        """self + weight * (end - self)"""
        return F.lerp(self, end, weight)

    def clamp(self: Any, min: Any = None, max: Any = None) -> Tensor:
        """self kept between min and max; at a bound the gradient passes. Raises ValueError with neither."""
        return F.clamp(self, min, max)

    clip = clamp

    def eq(self: Any, other: Any) -> Tensor:
        """self == other"""
        return F.eq(self, other)

    def ne(self: Any, other: Any) -> Tensor:
        """self != other"""
        return F.ne(self, other)

    def lt(self: Any, other: Any) -> Tensor:
        """self < other"""
        return F.lt(self, other)

    def le(self: Any, other: Any) -> Tensor:
        """self <= other"""
        return F.le(self, other)

    def gt(self: Any, other: Any) -> Tensor:
        """self > other"""
        return F.gt(self, other)

    def ge(self: Any, other: Any) -> Tensor:
        """self >= other"""
        return F.ge(self, other)

    def logical_not(self: Any) -> Tensor:
        """Whether each element is 0."""
        return F.logical_not(self)

    def logical_and(self: Any, other: Any) -> Tensor:
        """Whether both are other than 0."""
        return F.logical_and(self, other)

    def logical_or(self: Any, other: Any) -> Tensor:
        """Whether either is other than 0."""
        return F.logical_or(self, other)

    def logical_xor(self: Any, other: Any) -> Tensor:
        """Whether just one is other than 0."""
        return F.logical_xor(self, other)

    def bitwise_not(self: Any) -> Tensor:
        """~self, for bools and integers."""
        return F.bitwise_not(self)

    def bitwise_and(self: Any, other: Any) -> Tensor:
        """self & other, for bools and integers."""
        return F.bitwise_and(self, other)

    def bitwise_or(self: Any, other: Any) -> Tensor:
        """self | other, for bools and integers."""
        return F.bitwise_or(self, other)

    def bitwise_xor(self: Any, other: Any) -> Tensor:
        """self ^ other, for bools and integers."""
        return F.bitwise_xor(self, other)

    def isnan(self: Any) -> Tensor:
        """Whether each element is nan."""
        return F.isnan(self)

    def isinf(self: Any) -> Tensor:
        """Whether each element is inf or -inf."""
        return F.isinf(self)

    def isfinite(self: Any) -> Tensor:
        """Whether each element is neither inf nor nan."""
        return F.isfinite(self)

    def isclose(
        self: Any,
        other: Tensor,
        rtol: builtins.float = 1e-05,
        atol: builtins.float = 1e-08,
        equal_nan: builtins.bool = False,
    ) -> Tensor:
        """|self - other| <= atol + rtol |other|"""
        return F.isclose(self, other, rtol, atol, equal_nan)

    def allclose(
        self: Any,
        other: Tensor,
        rtol: builtins.float = 1e-05,
        atol: builtins.float = 1e-08,
        equal_nan: builtins.bool = False,
    ) -> builtins.bool:
        """Whether all pairs are close."""
        return F.allclose(self, other, rtol, atol, equal_nan)

    def equal(self: Any, other: Tensor) -> builtins.bool:
        """Whether shapes and all elements are equal."""
        return F.equal(self, other)

    def sum(
        self: Any, dim: Dim = None, keepdim: builtins.bool = False, *, dtype: Any = None
    ) -> Tensor:
        """The sum over `dim`, or over all. Bools and integers sum to int64."""
        return F.sum(self, dim, keepdim, dtype=dtype)

    def mean(
        self: Any, dim: Dim = None, keepdim: builtins.bool = False, *, dtype: Any = None
    ) -> Tensor:
        """The mean over `dim`, or over all. Raises RuntimeError for integers."""
        return F.mean(self, dim, keepdim, dtype=dtype)

    def prod(
        self: Any,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        dtype: Any = None,
    ) -> Tensor:
        """The product over one dimension, or over all; zeros are differentiated right."""
        return F.prod(self, dim, keepdim, dtype=dtype)

    def var(
        self: Any,
        dim: Any = None,
        unbiased: builtins.bool | None = None,
        keepdim: builtins.bool = False,
        *,
        correction: builtins.float | None = None,
    ) -> Tensor:
        """The variance over `dim`: squared distances from the mean over n - correction, 1 unless told."""
        return F.var(self, dim, unbiased, keepdim, correction=correction)

    def std(
        self: Any,
        dim: Any = None,
        unbiased: builtins.bool | None = None,
        keepdim: builtins.bool = False,
        *,
        correction: builtins.float | None = None,
    ) -> Tensor:
        """The square root of the variance; the gradient where all elements are equal is 0."""
        return F.std(self, dim, unbiased, keepdim, correction=correction)

    def amax(self: Any, dim: Dim = None, keepdim: builtins.bool = False) -> Tensor:
        """The largest over `dim`; the gradient is shared evenly among ties."""
        return F.amax(self, dim, keepdim)

    def amin(self: Any, dim: Dim = None, keepdim: builtins.bool = False) -> Tensor:
        """The smallest over `dim`; the gradient is shared evenly among ties."""
        return F.amin(self, dim, keepdim)

    def max(self: Any, dim: Any = None, keepdim: builtins.bool = False) -> Any:
        """The largest of all (ties share the gradient); along `dim`, (values, indices), where one tie is picked;"""
        return F.max(self, dim, keepdim)

    def min(self: Any, dim: Any = None, keepdim: builtins.bool = False) -> Any:
        """The smallest of all (ties share the gradient); along `dim`, (values, indices), where one tie is picked;"""
        return F.min(self, dim, keepdim)

    def argmax(
        self: Any, dim: builtins.int | None = None, keepdim: builtins.bool = False
    ) -> Tensor:
        """Where the largest lies, the first of ties; over all, in the flattened tensor."""
        return F.argmax(self, dim, keepdim)

    def argmin(
        self: Any, dim: builtins.int | None = None, keepdim: builtins.bool = False
    ) -> Tensor:
        """Where the smallest lies, the first of ties; over all, in the flattened tensor."""
        return F.argmin(self, dim, keepdim)

    def logsumexp(self: Any, dim: Any, keepdim: builtins.bool = False) -> Tensor:
        """log of the sum of e^x over `dim`, without overflow."""
        return F.logsumexp(self, dim, keepdim)

    def cumsum(self: Any, dim: builtins.int, *, dtype: Any = None) -> Tensor:
        """Running sums along `dim`."""
        return F.cumsum(self, dim, dtype=dtype)

    def any(self: Any, dim: Dim = None, keepdim: builtins.bool = False) -> Tensor:
        """Whether one is other than 0."""
        return F.any(self, dim, keepdim)

    def all(self: Any, dim: Dim = None, keepdim: builtins.bool = False) -> Tensor:
        """Whether none is 0."""
        return F.all(self, dim, keepdim)

    def count_nonzero(self: Any, dim: Dim = None) -> Tensor:
        """How many are other than 0."""
        return F.count_nonzero(self, dim)

    def softmax(self: Any, dim: builtins.int, dtype: Any = None) -> Tensor:
        """e^x over its sum along `dim`. Raises RuntimeError for integers."""
        return F.softmax(self, dim, dtype)

    def log_softmax(self: Any, dim: builtins.int, dtype: Any = None) -> Tensor:
        """The logarithm of softmax, without overflow. Raises RuntimeError for integers."""
        return F.log_softmax(self, dim, dtype)

    def norm(
        self: Any,
        p: Any = "fro",
        dim: Dim = None,
        keepdim: builtins.bool = False,
        dtype: Any = None,
    ) -> Tensor:
        """(sum |x|^p)^(1/p) over `dim`; p may be inf, -inf or 0. The gradient at 0 is 0."""
        return F.norm(self, p, dim, keepdim, dtype)

    def reshape(self: Any, *shape: Any) -> Tensor:
        """The elements in another shape, of which one size may be -1; a view where strides allow it."""
        return F.reshape(self, *shape)

    def view(self: Any, *shape: Any) -> Tensor:
        """The elements in another shape, sharing memory. Raises RuntimeError where strides do not allow it."""
        return F.view(self, *shape)

    def flatten(self: Any, start_dim: builtins.int = 0, end_dim: builtins.int = -1) -> Tensor:
        """The dimensions from start_dim to end_dim made one."""
        return F.flatten(self, start_dim, end_dim)

    def unflatten(self: Any, dim: builtins.int, sizes: Sequence[int]) -> Tensor:
        """One dimension split into several, of which one size may be -1."""
        return F.unflatten(self, dim, sizes)

    def ravel(self: Any) -> Tensor:
        """All elements in one dimension."""
        return F.ravel(self)

    def squeeze(self: Any, dim: Ints | None = None) -> Tensor:
        """Without the dimensions of size 1, or without those of `dim` that are."""
        return F.squeeze(self, dim)

    def unsqueeze(self: Any, dim: builtins.int) -> Tensor:
        """With a dimension of size 1 put in at `dim`."""
        return F.unsqueeze(self, dim)

    def permute(self: Any, *dims: Any) -> Tensor:
        """The dimensions in another order."""
        return F.permute(self, *dims)

    def transpose(self: Any, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """Two dimensions swapped."""
        return F.transpose(self, dim0, dim1)

    swapaxes = transpose

    def t(self: Any) -> Tensor:
        """The transpose of a matrix; what has fewer dimensions stays. Raises RuntimeError for more."""
        return F.t(self)

    def movedim(self: Any, source: Ints, destination: Ints) -> Tensor:
        """Dimensions moved to other places, the rest in order."""
        return F.movedim(self, source, destination)

    def expand(self: Any, *sizes: Any) -> Tensor:
        """Dimensions of size 1 repeated without copying; -1 keeps a size, new ones come first."""
        return F.expand(self, *sizes)

    def broadcast_to(self: Any, size: Sequence[int]) -> Tensor:
        """The same as `expand`."""
        return F.broadcast_to(self, size)

    def repeat(self: Any, *sizes: Any) -> Tensor:
        """Copies laid side by side, so many along each dimension; new dimensions come first."""
        return F.repeat(self, *sizes)

    def tile(self: Any, *dims: Any) -> Tensor:
        """Copies laid side by side; missing leading numbers are 1."""
        return F.tile(self, *dims)

    def repeat_interleave(self: Any, repeats: Any, dim: builtins.int | None = None) -> Tensor:
        """Each element (or slice along `dim`) repeated in place, all alike or each its own number of times."""
        return F.repeat_interleave(self, repeats, dim)

    def clone(self: Any) -> Tensor:
        """A copy with memory of its own, in the graph."""
        return F.clone(self)

    def contiguous(self: Any) -> Tensor:
        """The Tensor itself if its elements lie in order, else a copy where they do."""
        return F.contiguous(self)

    def split(self: Any, split_size_or_sections: Any, dim: builtins.int = 0) -> tuple[Tensor, ...]:
        """Views of a given length along `dim` (the last may be shorter), or of the given lengths."""
        return F.split(self, split_size_or_sections, dim)

    def chunk(self: Any, chunks: builtins.int, dim: builtins.int = 0) -> tuple[Tensor, ...]:
        """At most `chunks` views of equal length along `dim`, the last perhaps shorter."""
        return F.chunk(self, chunks, dim)

    def unbind(self: Any, dim: builtins.int = 0) -> tuple[Tensor, ...]:
        """The views at each position along `dim`."""
        return F.unbind(self, dim)

    def flip(self: Any, *dims: Any) -> Tensor:
        """A copy with the order along some dimensions reversed."""
        return F.flip(self, *dims)

    def roll(self: Any, shifts: Ints, dims: Ints | None = None) -> Tensor:
        """A copy shifted along dimensions, what falls off one end put back at the other."""
        return F.roll(self, shifts, dims)

    def unfold(
        self: Any, dimension: builtins.int, size: builtins.int, step: builtins.int
    ) -> Tensor:
        """Windows of a size, a step apart, along a dimension: a view with the windows in a new last dimension."""
        return F.unfold(self, dimension, size, step)

    def gather(self: Any, dim: builtins.int, index: Tensor) -> Tensor:
        """out[i, j] = self[index[i, j], j] for dim 0, self[i, index[i, j]] for dim 1. Shape of `index`."""
        return F.gather(self, dim, index)

    def scatter_add(self: Any, dim: builtins.int, index: Tensor, src: Tensor) -> Tensor:
        """self with src[i, j] added at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1)."""
        return F.scatter_add(self, dim, index, src)

    def scatter(self: Any, dim: builtins.int, index: Tensor, src: Any) -> Tensor:
        """self with src[i, j] (or a number) put at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1)."""
        return F.scatter(self, dim, index, src)

    def index_select(self: Any, dim: builtins.int, index: Tensor) -> Tensor:
        """The slices along `dim` at the given positions."""
        return F.index_select(self, dim, index)

    def index_add(
        self: Any, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: builtins.float = 1
    ) -> Tensor:
        """self with alpha * source's slices added at positions along `dim`; repeated ones add up."""
        return F.index_add(self, dim, index, source, alpha=alpha)

    def take_along_dim(self: Any, indices: Tensor, dim: builtins.int | None = None) -> Tensor:
        """`gather` with the index broadcast against the self; over the flattened self without `dim`."""
        return F.take_along_dim(self, indices, dim)

    def masked_fill(self: Any, mask: Tensor, value: Any) -> Tensor:
        """self with `value` where the mask is True. Raises RuntimeError for a mask that is not bool."""
        return F.masked_fill(self, mask, value)

    def masked_select(self: Any, mask: Tensor) -> Tensor:
        """The elements where the mask is True, in one dimension."""
        return F.masked_select(self, mask)

    def tril(self: Any, diagonal: builtins.int = 0) -> Tensor:
        """The lower triangle of matrices, 0 above the diagonal."""
        return F.tril(self, diagonal)

    def triu(self: Any, diagonal: builtins.int = 0) -> Tensor:
        """The upper triangle of matrices, 0 below the diagonal."""
        return F.triu(self, diagonal)

    def diagonal(
        self: Any, offset: builtins.int = 0, dim1: builtins.int = 0, dim2: builtins.int = 1
    ) -> Tensor:
        """The diagonal of two dimensions, as a new last one."""
        return F.diagonal(self, offset, dim1, dim2)

    def diag(self: Any, diagonal: builtins.int = 0) -> Tensor:
        """A vector as the diagonal of a matrix, or a matrix's diagonal as a vector."""
        return F.diag(self, diagonal)

    def nonzero(self: Any, *, as_tuple: builtins.bool = False) -> Any:
        """Where elements are other than 0: one row per element, or one tensor per dimension."""
        return F.nonzero(self, as_tuple=as_tuple)

    def matmul(self: Any, other: Any) -> Tensor:
        """The product of vectors, matrices or batches of matrices, batches broadcast."""
        return F.matmul(self, other)

    def mm(self: Any, mat2: Tensor) -> Tensor:
        """The product of two matrices."""
        return F.mm(self, mat2)

    def bmm(self: Any, mat2: Tensor) -> Tensor:
        """The products of two batches of matrices, of equal size."""
        return F.bmm(self, mat2)

    def mv(self: Any, vec: Tensor) -> Tensor:
        """The product of a matrix and a vector."""
        return F.mv(self, vec)

    def dot(self: Any, tensor: Tensor) -> Tensor:
        """The inner product of two vectors."""
        return F.dot(self, tensor)

    def outer(self: Any, vec2: Tensor) -> Tensor:
        """The matrix of all products of two vectors' elements."""
        return F.outer(self, vec2)

    def addmm(
        self: Any,
        mat1: Tensor,
        mat2: Tensor,
        *,
        beta: builtins.float = 1,
        alpha: builtins.float = 1,
    ) -> Tensor:
        """beta * self + alpha * mat1 @ mat2"""
        return F.addmm(self, mat1, mat2, beta=beta, alpha=alpha)

    # ---- in place ----------------------------------------------------------------------------------
    def exp_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`exp`, in place."""
        return become(self, "exp_", F.exp(self, *args, **kwargs))

    def log_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`log`, in place."""
        return become(self, "log_", F.log(self, *args, **kwargs))

    def sqrt_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`sqrt`, in place."""
        return become(self, "sqrt_", F.sqrt(self, *args, **kwargs))

    def abs_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`abs`, in place."""
        return become(self, "abs_", F.abs(self, *args, **kwargs))

    def neg_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`neg`, in place."""
        return become(self, "neg_", F.neg(self, *args, **kwargs))

    def tanh_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`tanh`, in place."""
        return become(self, "tanh_", F.tanh(self, *args, **kwargs))

    def sigmoid_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`sigmoid`, in place."""
        return become(self, "sigmoid_", F.sigmoid(self, *args, **kwargs))

    def relu_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`relu`, in place."""
        return become(self, "relu_", F.relu(self, *args, **kwargs))

    def floor_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`floor`, in place."""
        return become(self, "floor_", F.floor(self, *args, **kwargs))

    def ceil_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`ceil`, in place."""
        return become(self, "ceil_", F.ceil(self, *args, **kwargs))

    def round_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`round`, in place."""
        return become(self, "round_", F.round(self, *args, **kwargs))

    def sin_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`sin`, in place."""
        return become(self, "sin_", F.sin(self, *args, **kwargs))

    def cos_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`cos`, in place."""
        return become(self, "cos_", F.cos(self, *args, **kwargs))

    def add_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`add`, in place."""
        return become(self, "add_", F.add(self, *args, **kwargs))

    def sub_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`sub`, in place."""
        return become(self, "sub_", F.sub(self, *args, **kwargs))

    def mul_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`mul`, in place."""
        return become(self, "mul_", F.mul(self, *args, **kwargs))

    def div_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`div`, in place."""
        return become(self, "div_", F.div(self, *args, **kwargs))

    def floor_divide_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`floor_divide`, in place."""
        return become(self, "floor_divide_", F.floor_divide(self, *args, **kwargs))

    def remainder_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`remainder`, in place."""
        return become(self, "remainder_", F.remainder(self, *args, **kwargs))

    def pow_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`pow`, in place."""
        return become(self, "pow_", F.pow(self, *args, **kwargs))

    def clamp_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`clamp`, in place."""
        return become(self, "clamp_", F.clamp(self, *args, **kwargs))

    def lerp_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`lerp`, in place."""
        return become(self, "lerp_", F.lerp(self, *args, **kwargs))

    def masked_fill_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`masked_fill`, in place."""
        return become(self, "masked_fill_", F.masked_fill(self, *args, **kwargs))

    def scatter_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`scatter`, in place."""
        return become(self, "scatter_", F.scatter(self, *args, **kwargs))

    def scatter_add_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`scatter_add`, in place."""
        return become(self, "scatter_add_", F.scatter_add(self, *args, **kwargs))

    def index_add_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`index_add`, in place."""
        return become(self, "index_add_", F.index_add(self, *args, **kwargs))

    def tril_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`tril`, in place."""
        return become(self, "tril_", F.tril(self, *args, **kwargs))

    def triu_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`triu`, in place."""
        return become(self, "triu_", F.triu(self, *args, **kwargs))

    def reciprocal_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`reciprocal`, in place."""
        return become(self, "reciprocal_", F.reciprocal(self, *args, **kwargs))

    def square_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`square`, in place."""
        return become(self, "square_", F.square(self, *args, **kwargs))

    def rsqrt_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`rsqrt`, in place."""
        return become(self, "rsqrt_", F.rsqrt(self, *args, **kwargs))

    def logical_not_(self: Any, *args: Any, **kwargs: Any) -> Tensor:
        """`logical_not`, in place."""
        return become(self, "logical_not_", F.logical_not(self, *args, **kwargs))
