"""`Tensor`: an array that remembers how it was made."""

from __future__ import annotations

import builtins
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import functional as F
from . import primitive as made
from .autograd import backward, node_of
from .device import CPU, device
from .dtypes import as_dtype, as_numpy, bool_, default_dtype, dtype, float16, float32, float64, int8, int16, int32, int64, uint8
from .graph import Leaf, Node
from .inplace import assign, become
from .ops import elementwise as rows
from .printing import tensor_text
from .primitive import TABLE, cast, new, people_hold, raw, wrap
from .value import Value
from .views import View, follow

__all__ = ["Size", "Tensor", "Value"]

Number = builtins.bool | builtins.int | builtins.float
Dim = builtins.int | Sequence[builtins.int] | None
Ints = builtins.int | Sequence[builtins.int]


class Size(tuple[int, ...]):
    """The shape of a Tensor: a tuple of ints."""

    __slots__ = ()

    def numel(self) -> int:
        """How many elements a Tensor of this shape has."""
        return int(np.prod(self, dtype=np.int64))

    def __repr__(self) -> str:
        return f"tinygrad_edu.Size({list(self)})"

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Size:
        return Size(super().__add__(tuple(other)))


class Handle:
    """Takes a hook away again."""

    def __init__(self, hooks: dict[int, Any], key: int) -> None:
        self.hooks, self.key = hooks, key

    def remove(self) -> None:
        """Take the hook away; it may be gone already."""
        self.hooks.pop(self.key, None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


class Tensor:
    """An n-dimensional array of one dtype, with a gradient if asked for.

    `Tensor(data)` makes float32, as PyTorch's legacy constructor; `tensor(data)` keeps the kind of number.

    >>> import tinygrad_edu as te
    >>> x = te.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4., 6.])
    """

    __slots__ = ("__dict__", "__weakref__", "_grad", "_view", "array", "node")

    array: np.ndarray[Any, Any]
    node: Node | None
    _grad: Tensor | None
    _view: View | None
    __array_priority__ = 1000

    def __init__(self, *data: Any, device: Any = None) -> None:
        if len(data) == 1 and not isinstance(data[0], (int, np.integer)):
            source = data[0]
            if isinstance(source, Size):
                self.array = np.zeros(source, default_dtype())
            elif isinstance(source, Tensor):
                self.array = source.array
            else:
                self.array = np.array(source, dtype=default_dtype())
        else:
            self.array = np.zeros(data if data else (0,), default_dtype())
        self.node, self._grad, self._view = None, None, None

    # ---- what it is -------------------------------------------------------------------------------
    @property
    def shape(self) -> Size:
        """The size of each dimension."""
        return Size(self.array.shape)

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        return self.shape if dim is None else self.array.shape[F.axis_of(dim, self.array.ndim)]

    @property
    def dtype(self) -> dtype:
        """The type of the elements."""
        return as_dtype(self.array.dtype)

    @property
    def device(self) -> device:
        """Where the elements are: the CPU."""
        return CPU

    @property
    def ndim(self) -> int:
        """How many dimensions."""
        return self.array.ndim

    def dim(self) -> int:
        """How many dimensions."""
        return self.array.ndim

    def numel(self) -> int:
        """How many elements."""
        return self.array.size

    nelement = numel

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    def element_size(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.array.nbytes

    def stride(self, dim: int | None = None) -> Any:
        """Steps between neighbours along each dimension, in elements."""
        steps = tuple(s // self.array.itemsize for s in self.array.strides)
        return steps if dim is None else steps[dim]

    def storage_offset(self) -> int:
        """Where the first element lies in the memory it shares, in elements."""
        base = self if self._view is None else self._view.base
        return (self.array.ctypes.data - base.array.ctypes.data) // self.array.itemsize

    def data_ptr(self) -> int:
        """The address of the first element."""
        return self.array.ctypes.data

    def is_contiguous(self) -> bool:
        """Whether the elements lie in order."""
        return self.array.flags.c_contiguous

    def is_floating_point(self) -> bool:
        """Whether the elements are floats."""
        return self.array.dtype.kind == "f"

    def is_complex(self) -> bool:
        """Whether the elements are complex."""
        return self.array.dtype.kind == "c"

    is_cuda = False
    layout = "strided"

    @property
    def T(self) -> Tensor:
        """All dimensions reversed."""
        return self.permute(*reversed(range(self.array.ndim)))

    @property
    def mT(self) -> Tensor:
        """The last two dimensions swapped."""
        return F.transpose(self, -2, -1)

    # ---- gradients --------------------------------------------------------------------------------
    @property
    def requires_grad(self) -> builtins.bool:
        """Whether operations on it are recorded. Set it on leaves only."""
        if self._view is not None:
            follow(self)
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, on: builtins.bool) -> None:
        self.requires_grad_(on)

    def requires_grad_(self, requires_grad: builtins.bool = True) -> Tensor:
        """Ask for a gradient, or no longer. Raises RuntimeError for integers and for results."""
        if not requires_grad:
            if not self.is_leaf:
                raise RuntimeError("requires_grad: you can only change requires_grad flags of leaf variables; use detach()")
            self.node = None
        elif not self.requires_grad:
            if self.array.dtype.kind not in "fc":
                raise RuntimeError(
                    f"requires_grad: only Tensors of floating point dtype can require gradients, got {self.dtype}; convert with float()"
                )
            self.node = Leaf(self)
        return self

    @property
    def is_leaf(self) -> builtins.bool:
        """Whether it was made by the user, not by a recorded operation."""
        if self._view is not None:
            follow(self)
        return self.node is None or self.node.op is None

    @property
    def grad_fn(self) -> Node | None:
        """The node of the operation that made it; None for a leaf."""
        return None if self.is_leaf else self.node

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backward() left here; None before. Results keep theirs only after retain_grad()."""
        if self._grad is None and not self.is_leaf and not self.retains_grad:
            import warnings

            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
                "populated during autograd.backward(). If you want the .grad field to be populated for a non-leaf Tensor, "
                "use .retain_grad() on the non-leaf Tensor before backward().",
                UserWarning,
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, g: Tensor | None) -> None:
        if g is not None:
            if not isinstance(g, Tensor):
                raise TypeError(f"grad: expected a Tensor or None, got {type(g).__name__}")
            if g.array.shape != self.array.shape:
                raise RuntimeError(f"grad: expected shape {list(self.array.shape)}, got {list(g.array.shape)}")
            if g.array.dtype != self.array.dtype:
                raise RuntimeError(f"grad: expected dtype {self.dtype}, got {g.dtype}")
        self._grad = g

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def data(self) -> Tensor:
        """The same memory without history."""
        return wrap(self.array)

    @data.setter
    def data(self, other: Any) -> None:
        if not isinstance(other, Tensor):
            raise TypeError(f"data: expected a Tensor, got {type(other).__name__}")
        self.array, self._view = other.array, None
        if isinstance(self.node, Leaf):
            self.node.array, self.node.shape = other.array, other.array.shape

    def detach(self) -> Tensor:
        """The same memory without history; a write to it is seen by the graph."""
        return wrap(self.array)

    def detach_(self) -> Tensor:
        """Forget the history."""
        self.node = None
        return self

    def backward(
        self,
        gradient: Any = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
        inputs: Any = None,
    ) -> None:
        """Add the derivative of this, weighted by `gradient`, to the `.grad` of every leaf it depends on.

        A scalar needs no `gradient`. `retain_graph` keeps what a second call needs, `create_graph` makes
        the gradients differentiable, `inputs` names the only tensors to receive one.
        """
        backward(self, gradient, retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Have backward() leave the gradient of this result in `.grad`."""
        if self.node is None:
            raise RuntimeError("retain_grad: can't retain_grad on Tensor that has requires_grad=False")
        if self.is_leaf or self.retains_grad:
            return
        me = weakref.ref(self)

        def keep(g: Tensor) -> None:
            t = me()
            if t is not None:
                t._grad = g.clone() if t._grad is None else t._grad + g

        self.register_hook(keep)
        self._retains = weakref.ref(self.node)

    @property
    def retains_grad(self) -> builtins.bool:
        """Whether retain_grad() was called on this result."""
        known = self.__dict__.get("_retains")
        return known is not None and known() is self.node

    def register_hook(self, hook: Callable[[Tensor], Any]) -> Handle:
        """Call `hook(gradient)` when backward() has this tensor's; what it returns takes its place."""
        node = node_of(self)
        if node is None:
            raise RuntimeError("register_hook: cannot register a hook on a tensor that doesn't require gradient")
        if node.hooks is None:
            node.hooks = {}
        key = max(node.hooks, default=0) + 1
        node.hooks[key] = hook
        return Handle(node.hooks, key)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], Any]) -> Handle:
        """Call `hook(tensor)` when backward() has added to the `.grad` of this leaf."""
        if not isinstance(self.node, Leaf):
            raise RuntimeError("register_post_accumulate_grad_hook: expected a leaf that requires grad")
        if self.node.after is None:
            self.node.after = {}
        key = max(self.node.after, default=0) + 1
        self.node.after[key] = hook
        return Handle(self.node.after, key)

    @property
    def _base(self) -> Tensor | None:
        return None if self._view is None else self._view.base

    # ---- out of it ----------------------------------------------------------------------------------
    def item(self) -> Any:
        """The one element, as a Python number. Raises RuntimeError if there are more."""
        if self.array.size != 1:
            raise RuntimeError(f"item: a Tensor with {self.array.size} elements cannot be converted to Scalar; use tolist()")
        return self.array.item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self.array.tolist()

    def numpy(self, *, force: builtins.bool = False) -> np.ndarray[Any, Any]:
        """The array itself, sharing memory. Raises RuntimeError if it requires grad, unless forced."""
        if self.requires_grad and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        return np.array(array, dtype=dtype) if copy or (dtype is not None and dtype != array.dtype) else array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        row = next((r for r in TABLE.values() if r.forward is ufunc), None) or TABLE.get(_UFUNCS.get(ufunc.__name__, ""))
        if method != "__call__" or kwargs or row is None:
            raise TypeError(
                f"np.{ufunc.__name__}: expected an operation with a derivative on record, got {method} {kwargs or ''} on a Tensor; "
                f"use tinygrad_edu's function, or detach().numpy() first"
            )
        return row.apply(*(wrap(x) if isinstance(x, np.ndarray) else x for x in inputs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        ours = getattr(F, function.__name__, None)
        if ours is None or function.__module__ != "numpy":
            raise TypeError(f"np.{function.__name__}: expected arrays, got a Tensor; use detach().numpy() first")
        names = {"axis": "dim", "keepdims": "keepdim"}
        return ours(*args, **{names.get(k, k): v for k, v in kwargs.items()})

    def __float__(self) -> builtins.float:
        return float(self.item())

    def __int__(self) -> builtins.int:
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __index__(self) -> builtins.int:
        if self.array.dtype.kind not in "biu":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __bool__(self) -> builtins.bool:
        if self.array.size != 1:
            what = "no values" if not self.array.size else "more than one value"
            raise RuntimeError(f"Boolean value of Tensor with {what} is ambiguous; use any() or all()")
        return bool(self.array.item())

    def __len__(self) -> builtins.int:
        if not self.array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self.array)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(F.unbind(self))

    def __contains__(self, element: Any) -> builtins.bool:
        return bool((self.array == raw(element)).any())

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        node = self.grad_fn
        return tensor_text(self.array, requires_grad=self.requires_grad, grad_fn=None if node is None else node.name())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.array.ndim == 0 and spec else format(str(self), spec)

    def __copy__(self) -> Tensor:
        return _rebuild(type(self), self.array, isinstance(self.node, Leaf), self._grad, self.__dict__)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError("deepcopy: only Tensors created explicitly by the user support the deepcopy protocol; use detach() or clone()")
        grad = None if self._grad is None else self._grad.detach().clone()
        memo[id(self)] = copied = _rebuild(type(self), self.array.copy(), self.requires_grad, grad, self.__dict__)
        return copied

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError("pickle: expected a leaf Tensor, got a result with history; use detach()")
        return _rebuild, (type(self), self.array, self.requires_grad, self._grad, self.__dict__)

    # ---- operators: the rows themselves, for speed ---------------------------------------------------
    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __eq__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...

    else:
        __add__ = __radd__ = rows.add
        __mul__ = __rmul__ = rows.mul
        __truediv__ = rows.div
        __eq__, __ne__, __lt__, __le__, __gt__, __ge__ = rows.eq, rows.ne, rows.lt, rows.le, rows.gt, rows.ge

    def __sub__(self, other: Any) -> Tensor:
        return rows.sub(self, other) if self.array.dtype.kind == "f" else F.sub(self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return rows.sub(other, self) if self.array.dtype.kind == "f" else F.sub(other, self)

    def __rtruediv__(self, other: Any) -> Tensor:
        return rows.div(other, self)

    def __floordiv__(self, other: Any) -> Tensor:
        return F.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return F.floor_divide(other, self)

    def __mod__(self, other: Any) -> Tensor:
        return F.remainder(self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return F.remainder(other, self)

    def __pow__(self, other: Any) -> Tensor:
        return rows.pow(self, other) if self.array.dtype.kind == "f" else F.pow(self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return F.pow(other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return F.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return F.matmul(other, self)

    def __neg__(self) -> Tensor:
        return rows.neg(self) if self.array.dtype.kind == "f" else F.neg(self)

    def __pos__(self) -> Tensor:
        return self

    def __abs__(self) -> Tensor:
        return rows.abs(self)

    def __invert__(self) -> Tensor:
        return F.bitwise_not(self)

    def __and__(self, other: Any) -> Tensor:
        return F.bitwise_and(self, other)

    def __or__(self, other: Any) -> Tensor:
        return F.bitwise_or(self, other)

    def __xor__(self, other: Any) -> Tensor:
        return F.bitwise_xor(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __iadd__(self, other: Any) -> Tensor:
        return become(self, "add_", rows.add(self, other))

    def __isub__(self, other: Any) -> Tensor:
        return become(self, "sub_", F.sub(self, other))

    def __imul__(self, other: Any) -> Tensor:
        return become(self, "mul_", rows.mul(self, other))

    def __itruediv__(self, other: Any) -> Tensor:
        return become(self, "div_", rows.div(self, other))

    def __ifloordiv__(self, other: Any) -> Tensor:
        return become(self, "floor_divide_", F.floor_divide(self, other))

    def __imod__(self, other: Any) -> Tensor:
        return become(self, "remainder_", F.remainder(self, other))

    def __ipow__(self, other: Any) -> Tensor:  # type: ignore[misc]
        return become(self, "pow_", F.pow(self, other))

    def __iand__(self, other: Any) -> Tensor:
        return become(self, "bitwise_and_", F.bitwise_and(self, other))

    def __ior__(self, other: Any) -> Tensor:
        return become(self, "bitwise_or_", F.bitwise_or(self, other))

    def __ixor__(self, other: Any) -> Tensor:
        return become(self, "bitwise_xor_", F.bitwise_xor(self, other))

    def __getitem__(self, index: Any) -> Tensor:
        return F.getitem(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        assign(self, F.as_index(index), value)

    # ---- conversions ----------------------------------------------------------------------------------
    def to(self, *args: Any, **kwargs: Any) -> Tensor:
        """In another dtype, or on a device (only "cpu" exists); itself where nothing changes."""
        wanted = kwargs.get("dtype")
        for a in (*args, kwargs.get("device")):
            if isinstance(a, Tensor):
                wanted = a.dtype
            elif isinstance(a, dtype):
                wanted = a
            elif isinstance(a, str) or (a is not None and not isinstance(a, (builtins.bool, np.dtype, type))):
                device(a)
            elif isinstance(a, (np.dtype, type)):
                wanted = a
        out = self if wanted is None else cast(self, as_numpy(wanted))
        return out.clone() if kwargs.get("copy") and out is self else out

    def type(self, dtype: Any = None) -> Any:
        """In another dtype; without one, the legacy name of its own, such as "torch.FloatTensor"."""
        return _LEGACY[self.array.dtype.name] if dtype is None else self.to(as_dtype(_FROM_LEGACY.get(dtype, dtype)))

    def type_as(self, other: Tensor) -> Tensor:
        """In the dtype of another."""
        return cast(self, other.array.dtype)

    def float(self) -> Tensor:
        """In float32."""
        return cast(self, float32.numpy)

    def double(self) -> Tensor:
        """In float64."""
        return cast(self, float64.numpy)

    def half(self) -> Tensor:
        """In float16."""
        return cast(self, float16.numpy)

    def long(self) -> Tensor:
        """In int64."""
        return cast(self, int64.numpy)

    def int(self) -> Tensor:
        """In int32."""
        return cast(self, int32.numpy)

    def short(self) -> Tensor:
        """In int16."""
        return cast(self, int16.numpy)

    def char(self) -> Tensor:
        """In int8."""
        return cast(self, int8.numpy)

    def byte(self) -> Tensor:
        """In uint8."""
        return cast(self, uint8.numpy)

    def bool(self) -> Tensor:
        """Whether each element is other than 0."""
        return cast(self, bool_.numpy)

    def cpu(self) -> Tensor:
        """Itself: it is there already."""
        return self

    def cuda(self, *args: Any, **kwargs: Any) -> Tensor:
        """Raises RuntimeError: there is only the CPU."""
        device("cuda")
        return self

    def view_as(self, other: Tensor) -> Tensor:
        """A view in the shape of another."""
        return self.view(other.array.shape)

    def reshape_as(self, other: Tensor) -> Tensor:
        """In the shape of another."""
        return self.reshape(other.array.shape)

    def expand_as(self, other: Tensor) -> Tensor:
        """Expanded to the shape of another."""
        return self.expand(other.array.shape)

    def new_zeros(self, *size: Any, dtype: Any = None, requires_grad: builtins.bool = False) -> Tensor:
        """Zeros of a shape, in this dtype unless told."""
        return self.new_full(F.size_of(size), 0, dtype=dtype, requires_grad=requires_grad)

    def new_ones(self, *size: Any, dtype: Any = None, requires_grad: builtins.bool = False) -> Tensor:
        """Ones of a shape, in this dtype unless told."""
        return self.new_full(F.size_of(size), 1, dtype=dtype, requires_grad=requires_grad)

    def new_full(self, size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: builtins.bool = False) -> Tensor:
        """One number in every place, in this dtype unless told."""
        t = wrap(np.full(tuple(size), fill_value, self.array.dtype if dtype is None else as_numpy(dtype)))
        return t.requires_grad_() if requires_grad else t

    def new_tensor(self, data: Any, *, dtype: Any = None, requires_grad: builtins.bool = False) -> Tensor:
        """A copy of data, in this dtype unless told."""
        t = wrap(np.array(raw(data), dtype=self.array.dtype if dtype is None else as_numpy(dtype)))
        return t.requires_grad_() if requires_grad else t

    # ---- in place ----------------------------------------------------------------------------------
    def fill_(self, value: Any) -> Tensor:
        """Put one number in every place."""
        assign(self, (...,), value, "fill_")
        return self

    def zero_(self) -> Tensor:
        """Put 0 in every place."""
        assign(self, (...,), 0, "zero_")
        return self

    def copy_(self, src: Any, non_blocking: builtins.bool = False) -> Tensor:
        """Put the elements of another in place, broadcast and converted."""
        assign(self, (...,), src, "copy_")
        return self

    def addcmul_(self, tensor1: Tensor, tensor2: Any, *, value: Number = 1) -> Tensor:
        """Add value * tensor1 * tensor2, in place."""
        return become(self, "addcmul_", self + tensor1 * tensor2 * value)

    def addcdiv_(self, tensor1: Tensor, tensor2: Any, *, value: Number = 1) -> Tensor:
        """Add value * tensor1 / tensor2, in place."""
        return become(self, "addcdiv_", self + tensor1 / tensor2 * value)

    def uniform_(self, a: builtins.float = 0, b: builtins.float = 1, *, generator: Any = None) -> Tensor:
        """Fill with numbers from [a, b), in place."""
        return self._filled(generator, lambda g: g.random(self.array.shape) * (b - a) + a)

    def normal_(self, mean: builtins.float = 0, std: builtins.float = 1, *, generator: Any = None) -> Tensor:
        """Fill with numbers from a normal distribution, in place."""
        return self._filled(generator, lambda g: g.standard_normal(self.array.shape) * std + mean)

    def bernoulli_(self, p: builtins.float = 0.5, *, generator: Any = None) -> Tensor:
        """Fill with 1 with probability p and else 0, in place."""
        return self._filled(generator, lambda g: g.random(self.array.shape) < raw(p))

    def _filled(self, generator: Any, draw: Callable[[Any], Any]) -> Tensor:
        from .random import default_generator

        assign(self, (...,), wrap(np.asarray(draw((generator or default_generator).numpy)).astype(self.array.dtype)), "random fill")
        return self

    # ---- functions, as methods -------------------------------------------------------------------------
    def exp(self) -> Tensor:
        """e^x"""
        return F.exp(self)

    def expm1(self) -> Tensor:
        """e^x - 1, exact near 0."""
        return F.expm1(self)

    def log(self) -> Tensor:
        """The natural logarithm."""
        return F.log(self)

    def log1p(self) -> Tensor:
        """log(1 + x), exact near 0."""
        return F.log1p(self)

    def log2(self) -> Tensor:
        """The logarithm to base 2."""
        return F.log2(self)

    def log10(self) -> Tensor:
        """The logarithm to base 10."""
        return F.log10(self)

    def sqrt(self) -> Tensor:
        """The square root; its gradient at 0 is inf."""
        return F.sqrt(self)

    def rsqrt(self) -> Tensor:
        """1 / sqrt(x)"""
        return F.rsqrt(self)

    def abs(self) -> Tensor:
        """The absolute value; its gradient at 0 is 0."""
        return F.abs(self)

    def sign(self) -> Tensor:
        """-1, 0 or 1; its gradient is 0."""
        return F.sign(self)

    def sin(self) -> Tensor:
        """The sine."""
        return F.sin(self)

    def cos(self) -> Tensor:
        """The cosine."""
        return F.cos(self)

    def tan(self) -> Tensor:
        """The tangent."""
        return F.tan(self)

    def arcsin(self) -> Tensor:
        """The inverse of sin, in [-pi/2, pi/2]."""
        return F.arcsin(self)

    def arccos(self) -> Tensor:
        """The inverse of cos, in [0, pi]."""
        return F.arccos(self)

    def arctan(self) -> Tensor:
        """The inverse of tan, in (-pi/2, pi/2)."""
        return F.arctan(self)

    def sinh(self) -> Tensor:
        """The hyperbolic sine."""
        return F.sinh(self)

    def cosh(self) -> Tensor:
        """The hyperbolic cosine."""
        return F.cosh(self)

    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
        return F.tanh(self)

    def sigmoid(self) -> Tensor:
        """1 / (1 + e^-x)"""
        return F.sigmoid(self)

    def relu(self) -> Tensor:
        """max(x, 0); its gradient at 0 is 0."""
        return F.relu(self)

    def erf(self) -> Tensor:
        """2/sqrt(pi) times the integral of e^(-t^2) from 0 to x."""
        return F.erf(self)

    def floor(self) -> Tensor:
        """The greatest integer not above x; its gradient is 0."""
        return F.floor(self)

    def ceil(self) -> Tensor:
        """The least integer not below x; its gradient is 0."""
        return F.ceil(self)

    def trunc(self) -> Tensor:
        """x without its fraction; its gradient is 0."""
        return F.trunc(self)

    def round(self, *, decimals: int = 0) -> Tensor:
        """The nearest integer, halves to even; its gradient is 0."""
        return F.round(self, decimals=decimals)

    def square(self) -> Tensor:
        """self ** 2"""
        return F.square(self)

    def reciprocal(self) -> Tensor:
        """1 / self"""
        return F.reciprocal(self)

    def neg(self) -> Tensor:
        """-self. Raises RuntimeError for bools."""
        return F.neg(self)

    absolute = abs
    negative = neg
    asin = arcsin
    acos = arccos
    atan = arctan
    def add(self, other: Any, *, alpha: Number = 1) -> Tensor:
        """self + alpha * other"""
        return F.add(self, other, alpha=alpha)

    def sub(self, other: Any, *, alpha: Number = 1) -> Tensor:
        """self - alpha * other. Raises RuntimeError for bools, which have no difference."""
        return F.sub(self, other, alpha=alpha)

    def mul(self, other: Any) -> Tensor:
        """self * other"""
        return F.mul(self, other)

    def div(self, other: Any, *, rounding_mode: str | None = None) -> Tensor:
        """self / other; integers give the default float unless rounded by "trunc" or "floor"."""
        return F.div(self, other, rounding_mode=rounding_mode)

    subtract = sub
    multiply = mul
    divide = div
    true_divide = div
    def floor_divide(self, other: Any) -> Tensor:
        """The quotient rounded towards minus infinity. Raises ZeroDivisionError for integers divided by 0."""
        return F.floor_divide(self, other)

    def remainder(self, other: Any) -> Tensor:
        """What is left of floor division: it has the sign of `other`."""
        return F.remainder(self, other)

    def pow(self, exponent: Any) -> Tensor:
        """self ** exponent. Raises RuntimeError for an integer to a negative integer power."""
        return F.pow(self, exponent)

    def maximum(self, other: Any) -> Tensor:
        """The larger of each pair; a tie gives half of the gradient to each. nan wins."""
        return F.maximum(self, other)

    def minimum(self, other: Any) -> Tensor:
        """The smaller of each pair; a tie gives half of the gradient to each. nan wins."""
        return F.minimum(self, other)

    def arctan2(self, other: Any) -> Tensor:
        """The angle of the point (other, self), in (-pi, pi]."""
        return F.arctan2(self, other)

    atan2 = arctan2
    def lerp(self, end: Tensor, weight: Any) -> Tensor:
        """self + weight * (end - self)"""
        return F.lerp(self, end, weight)

    def clamp(self, min: Any = None, max: Any = None) -> Tensor:
        """self kept between min and max; at a bound the gradient passes. Raises ValueError with neither."""
        return F.clamp(self, min, max)

    clip = clamp
    def eq(self, other: Any) -> Tensor:
        """self == other"""
        return F.eq(self, other)

    def ne(self, other: Any) -> Tensor:
        """self != other"""
        return F.ne(self, other)

    def lt(self, other: Any) -> Tensor:
        """self < other"""
        return F.lt(self, other)

    def le(self, other: Any) -> Tensor:
        """self <= other"""
        return F.le(self, other)

    def gt(self, other: Any) -> Tensor:
        """self > other"""
        return F.gt(self, other)

    def ge(self, other: Any) -> Tensor:
        """self >= other"""
        return F.ge(self, other)

    def logical_not(self) -> Tensor:
        """Whether each element is 0."""
        return F.logical_not(self)

    def logical_and(self, other: Any) -> Tensor:
        """Whether both are other than 0."""
        return F.logical_and(self, other)

    def logical_or(self, other: Any) -> Tensor:
        """Whether either is other than 0."""
        return F.logical_or(self, other)

    def logical_xor(self, other: Any) -> Tensor:
        """Whether just one is other than 0."""
        return F.logical_xor(self, other)

    def bitwise_not(self) -> Tensor:
        """~self, for bools and integers."""
        return F.bitwise_not(self)

    def bitwise_and(self, other: Any) -> Tensor:
        """self & other, for bools and integers."""
        return F.bitwise_and(self, other)

    def bitwise_or(self, other: Any) -> Tensor:
        """self | other, for bools and integers."""
        return F.bitwise_or(self, other)

    def bitwise_xor(self, other: Any) -> Tensor:
        """self ^ other, for bools and integers."""
        return F.bitwise_xor(self, other)

    def isnan(self) -> Tensor:
        """Whether each element is nan."""
        return F.isnan(self)

    def isinf(self) -> Tensor:
        """Whether each element is inf or -inf."""
        return F.isinf(self)

    def isfinite(self) -> Tensor:
        """Whether each element is neither inf nor nan."""
        return F.isfinite(self)

    def isclose(self, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
        """|self - other| <= atol + rtol |other|"""
        return F.isclose(self, other, rtol, atol, equal_nan)

    def allclose(self, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
        """Whether all pairs are close."""
        return F.allclose(self, other, rtol, atol, equal_nan)

    def equal(self, other: Tensor) -> bool:
        """Whether shapes and all elements are equal."""
        return F.equal(self, other)

    def sum(self, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
        """The sum over `dim`, or over all. Bools and integers sum to int64."""
        return F.sum(self, dim, keepdim, dtype=dtype)

    def mean(self, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
        """The mean over `dim`, or over all. Raises RuntimeError for integers."""
        return F.mean(self, dim, keepdim, dtype=dtype)

    def prod(self, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
        """The product over one dimension, or over all; zeros are differentiated right."""
        return F.prod(self, dim, keepdim, dtype=dtype)

    def var(self, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float | None = None) -> Tensor:
        """The variance over `dim`: squared distances from the mean over n - correction, 1 unless told."""
        return F.var(self, dim, unbiased, keepdim, correction=correction)

    def std(self, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float | None = None) -> Tensor:
        """The square root of the variance; the gradient where all elements are equal is 0."""
        return F.std(self, dim, unbiased, keepdim, correction=correction)

    def amax(self, dim: Dim = None, keepdim: bool = False) -> Tensor:
        """The largest over `dim`; the gradient is shared evenly among ties."""
        return F.amax(self, dim, keepdim)

    def amin(self, dim: Dim = None, keepdim: bool = False) -> Tensor:
        """The smallest over `dim`; the gradient is shared evenly among ties."""
        return F.amin(self, dim, keepdim)

    def max(self, dim: Any = None, keepdim: bool = False) -> Any:
        """The largest of all (ties share the gradient); along `dim`, (values, indices), where one tie is picked;"""
        return F.max(self, dim, keepdim)

    def min(self, dim: Any = None, keepdim: bool = False) -> Any:
        """The smallest of all (ties share the gradient); along `dim`, (values, indices), where one tie is picked;"""
        return F.min(self, dim, keepdim)

    def argmax(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Where the largest lies, the first of ties; over all, in the flattened tensor."""
        return F.argmax(self, dim, keepdim)

    def argmin(self, dim: int | None = None, keepdim: bool = False) -> Tensor:
        """Where the smallest lies, the first of ties; over all, in the flattened tensor."""
        return F.argmin(self, dim, keepdim)

    def logsumexp(self, dim: Any, keepdim: bool = False) -> Tensor:
        """log of the sum of e^x over `dim`, without overflow."""
        return F.logsumexp(self, dim, keepdim)

    def cumsum(self, dim: int, *, dtype: Any = None) -> Tensor:
        """Running sums along `dim`."""
        return F.cumsum(self, dim, dtype=dtype)

    def any(self, dim: Dim = None, keepdim: bool = False) -> Tensor:
        """Whether one is other than 0."""
        return F.any(self, dim, keepdim)

    def all(self, dim: Dim = None, keepdim: bool = False) -> Tensor:
        """Whether none is 0."""
        return F.all(self, dim, keepdim)

    def count_nonzero(self, dim: Dim = None) -> Tensor:
        """How many are other than 0."""
        return F.count_nonzero(self, dim)

    def softmax(self, dim: int, dtype: Any = None) -> Tensor:
        """e^x over its sum along `dim`. Raises RuntimeError for integers."""
        return F.softmax(self, dim, dtype)

    def log_softmax(self, dim: int, dtype: Any = None) -> Tensor:
        """The logarithm of softmax, without overflow. Raises RuntimeError for integers."""
        return F.log_softmax(self, dim, dtype)

    def norm(self, p: Any = 'fro', dim: Dim = None, keepdim: bool = False, dtype: Any = None) -> Tensor:
        """(sum |x|^p)^(1/p) over `dim`; p may be inf, -inf or 0. The gradient at 0 is 0."""
        return F.norm(self, p, dim, keepdim, dtype)

    def reshape(self, *shape: Any) -> Tensor:
        """The elements in another shape, of which one size may be -1; a view where strides allow it."""
        return F.reshape(self, *shape)

    def view(self, *shape: Any) -> Tensor:
        """The elements in another shape, sharing memory. Raises RuntimeError where strides do not allow it."""
        return F.view(self, *shape)

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Tensor:
        """The dimensions from start_dim to end_dim made one."""
        return F.flatten(self, start_dim, end_dim)

    def unflatten(self, dim: int, sizes: Sequence[int]) -> Tensor:
        """One dimension split into several, of which one size may be -1."""
        return F.unflatten(self, dim, sizes)

    def ravel(self) -> Tensor:
        """All elements in one dimension."""
        return F.ravel(self)

    def squeeze(self, dim: Ints | None = None) -> Tensor:
        """Without the dimensions of size 1, or without those of `dim` that are."""
        return F.squeeze(self, dim)

    def unsqueeze(self, dim: int) -> Tensor:
        """With a dimension of size 1 put in at `dim`."""
        return F.unsqueeze(self, dim)

    def permute(self, *dims: Any) -> Tensor:
        """The dimensions in another order."""
        return F.permute(self, *dims)

    def transpose(self, dim0: int, dim1: int) -> Tensor:
        """Two dimensions swapped."""
        return F.transpose(self, dim0, dim1)

    swapaxes = transpose
    def t(self) -> Tensor:
        """The transpose of a matrix; what has fewer dimensions stays. Raises RuntimeError for more."""
        return F.t(self)

    def movedim(self, source: Ints, destination: Ints) -> Tensor:
        """Dimensions moved to other places, the rest in order."""
        return F.movedim(self, source, destination)

    def expand(self, *sizes: Any) -> Tensor:
        """Dimensions of size 1 repeated without copying; -1 keeps a size, new ones come first."""
        return F.expand(self, *sizes)

    def broadcast_to(self, size: Sequence[int]) -> Tensor:
        """The same as `expand`."""
        return F.broadcast_to(self, size)

    def repeat(self, *sizes: Any) -> Tensor:
        """Copies laid side by side, so many along each dimension; new dimensions come first."""
        return F.repeat(self, *sizes)

    def tile(self, *dims: Any) -> Tensor:
        """Copies laid side by side; missing leading numbers are 1."""
        return F.tile(self, *dims)

    def repeat_interleave(self, repeats: Any, dim: int | None = None) -> Tensor:
        """Each element (or slice along `dim`) repeated in place, all alike or each its own number of times."""
        return F.repeat_interleave(self, repeats, dim)

    def clone(self) -> Tensor:
        """A copy with memory of its own, in the graph."""
        return F.clone(self)

    def contiguous(self) -> Tensor:
        """The Tensor itself if its elements lie in order, else a copy where they do."""
        return F.contiguous(self)

    def split(self, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
        """Views of a given length along `dim` (the last may be shorter), or of the given lengths."""
        return F.split(self, split_size_or_sections, dim)

    def chunk(self, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
        """At most `chunks` views of equal length along `dim`, the last perhaps shorter."""
        return F.chunk(self, chunks, dim)

    def unbind(self, dim: int = 0) -> tuple[Tensor, ...]:
        """The views at each position along `dim`."""
        return F.unbind(self, dim)

    def flip(self, *dims: Any) -> Tensor:
        """A copy with the order along some dimensions reversed."""
        return F.flip(self, *dims)

    def roll(self, shifts: Ints, dims: Ints | None = None) -> Tensor:
        """A copy shifted along dimensions, what falls off one end put back at the other."""
        return F.roll(self, shifts, dims)

    def unfold(self, dimension: int, size: int, step: int) -> Tensor:
        """Windows of a size, a step apart, along a dimension: a view with the windows in a new last dimension."""
        return F.unfold(self, dimension, size, step)

    def gather(self, dim: int, index: Tensor) -> Tensor:
        """out[i, j] = self[index[i, j], j] for dim 0, self[i, index[i, j]] for dim 1. Shape of `index`."""
        return F.gather(self, dim, index)

    def scatter_add(self, dim: int, index: Tensor, src: Tensor) -> Tensor:
        """self with src[i, j] added at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1)."""
        return F.scatter_add(self, dim, index, src)

    def scatter(self, dim: int, index: Tensor, src: Any) -> Tensor:
        """self with src[i, j] (or a number) put at [index[i, j], j] (dim 0) or [i, index[i, j]] (dim 1)."""
        return F.scatter(self, dim, index, src)

    def index_select(self, dim: int, index: Tensor) -> Tensor:
        """The slices along `dim` at the given positions."""
        return F.index_select(self, dim, index)

    def index_add(self, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
        """self with alpha * source's slices added at positions along `dim`; repeated ones add up."""
        return F.index_add(self, dim, index, source, alpha=alpha)

    def take_along_dim(self, indices: Tensor, dim: int | None = None) -> Tensor:
        """`gather` with the index broadcast against the self; over the flattened self without `dim`."""
        return F.take_along_dim(self, indices, dim)

    def masked_fill(self, mask: Tensor, value: Any) -> Tensor:
        """self with `value` where the mask is True. Raises RuntimeError for a mask that is not bool."""
        return F.masked_fill(self, mask, value)

    def masked_select(self, mask: Tensor) -> Tensor:
        """The elements where the mask is True, in one dimension."""
        return F.masked_select(self, mask)

    def tril(self, diagonal: int = 0) -> Tensor:
        """The lower triangle of matrices, 0 above the diagonal."""
        return F.tril(self, diagonal)

    def triu(self, diagonal: int = 0) -> Tensor:
        """The upper triangle of matrices, 0 below the diagonal."""
        return F.triu(self, diagonal)

    def diagonal(self, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
        """The diagonal of two dimensions, as a new last one."""
        return F.diagonal(self, offset, dim1, dim2)

    def diag(self, diagonal: int = 0) -> Tensor:
        """A vector as the diagonal of a matrix, or a matrix's diagonal as a vector."""
        return F.diag(self, diagonal)

    def nonzero(self, *, as_tuple: bool = False) -> Any:
        """Where elements are other than 0: one row per element, or one tensor per dimension."""
        return F.nonzero(self, as_tuple=as_tuple)

    def matmul(self, other: Any) -> Tensor:
        """The product of vectors, matrices or batches of matrices, batches broadcast."""
        return F.matmul(self, other)

    def mm(self, mat2: Tensor) -> Tensor:
        """The product of two matrices."""
        return F.mm(self, mat2)

    def bmm(self, mat2: Tensor) -> Tensor:
        """The products of two batches of matrices, of equal size."""
        return F.bmm(self, mat2)

    def mv(self, vec: Tensor) -> Tensor:
        """The product of a matrix and a vector."""
        return F.mv(self, vec)

    def dot(self, tensor: Tensor) -> Tensor:
        """The inner product of two vectors."""
        return F.dot(self, tensor)

    def outer(self, vec2: Tensor) -> Tensor:
        """The matrix of all products of two vectors' elements."""
        return F.outer(self, vec2)

    def addmm(self, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
        """beta * self + alpha * mat1 @ mat2"""
        return F.addmm(self, mat1, mat2, beta=beta, alpha=alpha)

    def exp_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`exp`, in place."""
        return become(self, "exp_", F.exp(self, *args, **kwargs))

    def log_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`log`, in place."""
        return become(self, "log_", F.log(self, *args, **kwargs))

    def sqrt_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`sqrt`, in place."""
        return become(self, "sqrt_", F.sqrt(self, *args, **kwargs))

    def abs_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`abs`, in place."""
        return become(self, "abs_", F.abs(self, *args, **kwargs))

    def neg_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`neg`, in place."""
        return become(self, "neg_", F.neg(self, *args, **kwargs))

    def tanh_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`tanh`, in place."""
        return become(self, "tanh_", F.tanh(self, *args, **kwargs))

    def sigmoid_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`sigmoid`, in place."""
        return become(self, "sigmoid_", F.sigmoid(self, *args, **kwargs))

    def relu_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`relu`, in place."""
        return become(self, "relu_", F.relu(self, *args, **kwargs))

    def floor_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`floor`, in place."""
        return become(self, "floor_", F.floor(self, *args, **kwargs))

    def ceil_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`ceil`, in place."""
        return become(self, "ceil_", F.ceil(self, *args, **kwargs))

    def round_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`round`, in place."""
        return become(self, "round_", F.round(self, *args, **kwargs))

    def sin_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`sin`, in place."""
        return become(self, "sin_", F.sin(self, *args, **kwargs))

    def cos_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`cos`, in place."""
        return become(self, "cos_", F.cos(self, *args, **kwargs))

    def add_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`add`, in place."""
        return become(self, "add_", F.add(self, *args, **kwargs))

    def sub_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`sub`, in place."""
        return become(self, "sub_", F.sub(self, *args, **kwargs))

    def mul_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`mul`, in place."""
        return become(self, "mul_", F.mul(self, *args, **kwargs))

    def div_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`div`, in place."""
        return become(self, "div_", F.div(self, *args, **kwargs))

    def floor_divide_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`floor_divide`, in place."""
        return become(self, "floor_divide_", F.floor_divide(self, *args, **kwargs))

    def remainder_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`remainder`, in place."""
        return become(self, "remainder_", F.remainder(self, *args, **kwargs))

    def pow_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`pow`, in place."""
        return become(self, "pow_", F.pow(self, *args, **kwargs))

    def clamp_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`clamp`, in place."""
        return become(self, "clamp_", F.clamp(self, *args, **kwargs))

    def lerp_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`lerp`, in place."""
        return become(self, "lerp_", F.lerp(self, *args, **kwargs))

    def masked_fill_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`masked_fill`, in place."""
        return become(self, "masked_fill_", F.masked_fill(self, *args, **kwargs))

    def scatter_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`scatter`, in place."""
        return become(self, "scatter_", F.scatter(self, *args, **kwargs))

    def scatter_add_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`scatter_add`, in place."""
        return become(self, "scatter_add_", F.scatter_add(self, *args, **kwargs))

    def index_add_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`index_add`, in place."""
        return become(self, "index_add_", F.index_add(self, *args, **kwargs))

    def tril_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`tril`, in place."""
        return become(self, "tril_", F.tril(self, *args, **kwargs))

    def triu_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`triu`, in place."""
        return become(self, "triu_", F.triu(self, *args, **kwargs))

    def reciprocal_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`reciprocal`, in place."""
        return become(self, "reciprocal_", F.reciprocal(self, *args, **kwargs))

    def square_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`square`, in place."""
        return become(self, "square_", F.square(self, *args, **kwargs))

    def rsqrt_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`rsqrt`, in place."""
        return become(self, "rsqrt_", F.rsqrt(self, *args, **kwargs))

    def logical_not_(self, *args: Any, **kwargs: Any) -> Tensor:
        """`logical_not`, in place."""
        return become(self, "logical_not_", F.logical_not(self, *args, **kwargs))

def _rebuild(kind: type[Tensor], array: Any, requires_grad: bool, grad: Tensor | None, attributes: dict[str, Any]) -> Tensor:
    """A leaf made again from its parts, for copies and pickles."""
    t: Tensor = new(kind)
    t.array, t.node, t._grad, t._view = array, None, grad, None
    t.__dict__.update(attributes)
    return t.requires_grad_() if requires_grad else t


_UFUNCS = {"add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "power": "pow", "negative": "neg", "float_power": "pow",
           "equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge", "matmul": "matmul"}  # fmt: skip
_LEGACY = {"float32": "torch.FloatTensor", "float64": "torch.DoubleTensor", "float16": "torch.HalfTensor", "int64": "torch.LongTensor",
           "int32": "torch.IntTensor", "int16": "torch.ShortTensor", "int8": "torch.CharTensor", "uint8": "torch.ByteTensor",
           "bool": "torch.BoolTensor"}  # fmt: skip
_FROM_LEGACY = {name: kind for kind, name in _LEGACY.items()}

people_hold(Tensor, Value)
