"""`Tensor`: an array that remembers how it was made."""

from __future__ import annotations

import builtins
import math
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import functional as F
from .autograd import backward
from .device import CPU, device
from .dtypes import as_dtype, default_dtype, dtype
from .graph import Leaf, Node, stamp, tick
from .inplace import assign, become
from .methods import Methods
from .ops import elementwise as rows
from .primitive import TABLE, new, people_hold, raw, wrap
from .printing import tensor_text
from .promotion import cast, promoted
from .seeds import node_of
from .value import Value
from .views import View, follow

__all__ = ["Size", "Tensor", "Value"]


class Size(tuple[int, ...]):
    """The shape of a Tensor: a tuple of ints.

    >>> te.zeros(2, 3).shape.numel()
    6
    """

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

    def __mul__(self, times: Any) -> Size:
        return Size(super().__mul__(times))

    __rmul__ = __mul__


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


class Tensor(Methods):
    """An n-dimensional array of one dtype, with a gradient if asked for.

    `Tensor(data)` makes float32, as PyTorch's legacy constructor; `tensor(data)` keeps the kind of number.

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
            elif isinstance(source, (builtins.float, builtins.bool, str)) or source is None:
                raise TypeError(
                    f"Tensor: expected sizes or a sequence of data, got {source!r}; use tensor()"
                )
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

    ndimension = dim

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
        return builtins.bool(self.array.dtype.kind == "f")

    def is_complex(self) -> bool:
        """Whether the elements are complex."""
        return builtins.bool(self.array.dtype.kind == "c")

    def is_signed(self) -> bool:
        """Whether the elements may be negative."""
        return builtins.bool(self.array.dtype.kind not in "bu")

    def is_same_size(self, other: Tensor) -> bool:
        """Whether another has the same shape."""
        return builtins.bool(self.array.shape == other.array.shape)

    def is_nonzero(self) -> bool:
        """Whether the one element is not 0. Raises RuntimeError for more or none."""
        return builtins.bool(self)

    def is_inference(self) -> bool:
        """False: inference mode makes ordinary tensors here."""
        return False

    def pin_memory(self, device: Any = None) -> Tensor:
        """Itself: there is no other device to copy to."""
        return self

    def is_pinned(self, device: Any = None) -> bool:
        """False."""
        return False

    def share_memory_(self) -> Tensor:
        """Itself: threads share all memory, processes get copies."""
        return self

    def is_shared(self) -> bool:
        """False."""
        return False

    def resolve_conj(self) -> Tensor:
        """Itself: nothing is kept unresolved."""
        return self

    def resolve_neg(self) -> Tensor:
        """Itself: nothing is kept unresolved."""
        return self

    def get_device(self) -> int:
        """-1, which stands for the CPU."""
        return -1

    is_cpu = True
    is_cuda = is_mps = is_sparse = is_quantized = False
    layout = "strided"

    @property
    def T(self) -> Tensor:
        """All dimensions reversed."""
        return self.permute(*reversed(range(self.array.ndim)))

    @property
    def mT(self) -> Tensor:
        """The last two dimensions swapped."""
        return F.adjoint(self)

    @property
    def H(self) -> Tensor:
        """The transpose of a matrix. Raises RuntimeError for batches."""
        if self.array.ndim > 2:
            raise RuntimeError(f"H: expected a matrix, got {self.array.ndim} dimensions; use mH")
        return F.adjoint(self)

    @property
    def mH(self) -> Tensor:
        """The last two dimensions swapped."""
        return F.adjoint(self)

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
                raise RuntimeError(
                    "requires_grad: you can only change requires_grad flags of leaf variables; use detach()"
                )
            self.node = None
        elif not self.requires_grad:
            if self.array.dtype.kind not in "fc":
                raise RuntimeError(
                    f"requires_grad: only Tensors of floating point dtype can require "
                    f"gradients, got {self.dtype}; convert with float()"
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
                "The .grad attribute of a Tensor that is not a leaf Tensor is being "
                "accessed. Its .grad attribute won't be "
                "populated during autograd.backward(). If you want the .grad field to be "
                "populated for a non-leaf Tensor, "
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
                raise RuntimeError(
                    f"grad: expected shape {list(self.array.shape)}, got {list(g.array.shape)}"
                )
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
            raise RuntimeError(
                "retain_grad: can't retain_grad on Tensor that has requires_grad=False"
            )
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
            raise RuntimeError(
                "register_hook: cannot register a hook on a tensor that doesn't require gradient"
            )
        if node.hooks is None:
            node.hooks = {}
        key = tick()
        node.hooks[key] = hook
        return Handle(node.hooks, key)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], Any]) -> Handle:
        """Call `hook(tensor)` when backward() has added to the `.grad` of this leaf."""
        if not isinstance(self.node, Leaf):
            raise RuntimeError(
                "register_post_accumulate_grad_hook: expected a leaf that requires grad"
            )
        if self.node.after is None:
            self.node.after = {}
        key = tick()
        self.node.after[key] = hook
        return Handle(self.node.after, key)

    @property
    def _base(self) -> Tensor | None:
        return None if self._view is None else self._view.base

    # ---- out of it ----------------------------------------------------------------------------------
    def item(self) -> Any:
        """The one element, as a Python number. Raises RuntimeError if there are more."""
        if self.array.size != 1:
            raise RuntimeError(
                f"item: a Tensor with {self.array.size} elements cannot be converted to Scalar; use tolist()"
            )
        return self.array.item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self.array.tolist()

    def numpy(self, *, force: builtins.bool = False) -> np.ndarray[Any, Any]:
        """The array itself, sharing memory. Raises RuntimeError if it requires grad, unless forced."""
        if self.requires_grad and not force:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        return self.array

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        return (
            np.array(array, dtype=dtype)
            if copy or (dtype is not None and dtype != array.dtype)
            else array
        )

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: Any = None,
        dl_device: Any = None,
        copy: Any = None,
    ) -> Any:
        if self.requires_grad:
            raise BufferError(
                "__dlpack__: expected a Tensor without history, got one that requires grad; use tensor.detach()"
            )
        asked = {"max_version": max_version, "dl_device": dl_device, "copy": copy}
        return self.array.__dlpack__(**{k: v for k, v in asked.items() if v is not None})

    def __dlpack_device__(self) -> tuple[builtins.int, builtins.int]:
        return self.array.__dlpack_device__()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name: str = ufunc.__name__
        ours: Any = _UFUNCS.get(name) or (name in TABLE and TABLE[name].apply)
        if method != "__call__" or kwargs or not ours:
            raise TypeError(
                f"np.{name}: expected a function that tinygrad_edu has, got {method} {kwargs or ''} on a Tensor; "
                "use detach().numpy() first"
            )
        return ours(*(wrap(x) if isinstance(x, np.ndarray) else x for x in inputs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        ours: Any = getattr(F, function.__name__, None)
        if ours is None or function.__module__ != "numpy":
            raise TypeError(
                f"np.{function.__name__}: expected arrays, got a Tensor; use detach().numpy() first"
            )
        names: dict[Any, str] = {"axis": "dim", "keepdims": "keepdim"}
        ours_named: dict[str, Any] = {str(names.get(k, k)): v for k, v in kwargs.items()}
        return ours(*args, **ours_named)

    def _number(self) -> Any:
        """The one element. Raises ValueError, as Python's conversions do, for more or none."""
        if self.array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars, "
                f"got shape {tuple(self.array.shape)}"
            )
        return self.array.item()

    def __float__(self) -> builtins.float:
        return float(self._number())

    def __int__(self) -> builtins.int:
        return int(self._number())

    def __complex__(self) -> complex:
        return complex(self._number())

    def __index__(self) -> builtins.int:
        if self.array.dtype.kind not in "biu":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __bool__(self) -> builtins.bool:
        if self.array.size != 1:
            what = "no values" if not self.array.size else "more than one value"
            raise RuntimeError(
                f"Boolean value of Tensor with {what} is ambiguous; use any() or all()"
            )
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
        if not isinstance(
            element, (Tensor, np.generic, builtins.bool, int, builtins.float, complex)
        ):
            raise RuntimeError(
                f"in: expected a Tensor or a number, got {builtins.type(element).__name__}"
            )
        return bool((self.array == raw(element)).any())

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        node = self.grad_fn
        return tensor_text(
            self.array,
            requires_grad=self.requires_grad,
            grad_fn=None if node is None else node.name(),
        )

    def _repr_html_(self) -> str:
        from .tensor_html import tensor_html

        grad = None if self._grad is None else self._grad.array
        return tensor_html(repr(self), self.array, grad)

    def __format__(self, spec: str) -> str:
        if self.array.ndim == 0 and spec:
            return format(self.item(), spec)
        return object.__format__(self, spec)  # which takes no spec

    def __copy__(self) -> Tensor:
        return _rebuild(
            type(self), self.array, isinstance(self.node, Leaf), self._grad, self.__dict__
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "deepcopy: only Tensors created explicitly by the user support the "
                "deepcopy protocol; use detach() or clone()"
            )
        grad = None if self._grad is None else self._grad.detach().clone()
        memo[id(self)] = copied = _rebuild(
            type(self), self.array.copy(), self.requires_grad, grad, self.__dict__
        )
        return copied

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError(
                "pickle: expected a leaf Tensor, got a result with history; use detach()"
            )
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
        __eq__, __ne__, __lt__, __le__, __gt__, __ge__ = (
            rows.eq,
            rows.ne,
            rows.lt,
            rows.le,
            rows.gt,
            rows.ge,
        )

    def __sub__(self, other: Any) -> Tensor:
        return rows.sub(self, other) if self.array.dtype.kind == "f" else F.sub(self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return rows.sub(other, self) if self.array.dtype.kind == "f" else F.sub(other, self)

    def __rtruediv__(self, other: Any) -> Tensor:
        return F.div(other, self)

    __rdiv__ = __rtruediv__

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
        return F.abs(self)

    def __invert__(self) -> Tensor:
        if self.array.dtype.kind == "f":
            raise TypeError(
                "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
            )
        return F.bitwise_not(self)

    def __and__(self, other: Any) -> Tensor:
        return F.bitwise_and(self, other)

    def __or__(self, other: Any) -> Tensor:
        return F.bitwise_or(self, other)

    def __xor__(self, other: Any) -> Tensor:
        return F.bitwise_xor(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __lshift__(self, other: Any) -> Tensor:
        return F.bitwise_left_shift(self, other)

    def __rlshift__(self, other: Any) -> Tensor:
        return F.bitwise_left_shift(other, self)

    def __rshift__(self, other: Any) -> Tensor:
        return F.bitwise_right_shift(self, other)

    def __rrshift__(self, other: Any) -> Tensor:
        return F.bitwise_right_shift(other, self)

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

    def __ipow__(self, other: Any) -> Tensor:
        return become(self, "pow_", F.pow(self, other))

    def __iand__(self, other: Any) -> Tensor:
        return become(self, "bitwise_and_", F.bitwise_and(self, other))

    def __ior__(self, other: Any) -> Tensor:
        return become(self, "bitwise_or_", F.bitwise_or(self, other))

    def __ixor__(self, other: Any) -> Tensor:
        return become(self, "bitwise_xor_", F.bitwise_xor(self, other))

    def __ilshift__(self, other: Any) -> Tensor:
        return become(self, "bitwise_left_shift_", F.bitwise_left_shift(self, other))

    def __irshift__(self, other: Any) -> Tensor:
        return become(self, "bitwise_right_shift_", F.bitwise_right_shift(self, other))

    def __getitem__(self, index: Any) -> Tensor:
        return F.getitem(self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        *before, last = F.as_index(index)
        assign(F.getitem(self, before[0]) if before else self, last, value)

    # ---- places and shapes ----------------------------------------------------------------------------
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

    def fill_(self, value: Any) -> Tensor:
        """Put one number in every place. Raises RuntimeError for a Tensor with dimensions."""
        if isinstance(value, Tensor) and value.array.ndim:
            raise RuntimeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {value.array.ndim} dimensions."
            )
        assign(self, (...,), value, "fill_")
        return self

    def fill_diagonal_(self, fill_value: Any, wrap: builtins.bool = False) -> Tensor:
        """Put one number in the main diagonal; with `wrap`, of a tall matrix again below each square.

        Raises RuntimeError for less than 2 dimensions, or more of different sizes.
        """
        shape = self.array.shape
        if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
            raise RuntimeError(
                f"fill_diagonal_: expected a matrix, or more dimensions of one size, got {tuple(shape)}"
            )
        step = builtins.sum(math.prod(shape[k:]) for k in range(1, len(shape) + 1))
        flat = np.zeros(self.array.size, builtins.bool)
        tall = len(shape) == 2 and shape[0] > shape[1] and not wrap
        flat[: shape[1] ** 2 if tall else None : step] = True
        return self.masked_fill_(cast(flat.reshape(shape), flat.dtype), fill_value)

    def zero_(self) -> Tensor:
        """Put 0 in every place."""
        assign(self, (...,), 0, "zero_")
        return self

    def apply_(self, callable: Callable[[Any], Any]) -> Tensor:
        """Put what a function of one number makes of each element in its place; slow, not recorded."""
        self.array[...] = np.vectorize(callable, otypes=[self.array.dtype])(self.array)
        stamp(self.array)
        return self

    def map_(self, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
        """Put what a function makes of each element and that of another in its place; not recorded."""
        self.array[...] = np.vectorize(callable, otypes=[self.array.dtype])(
            self.array, tensor.array
        )
        stamp(self.array)
        return self

    def new(self, *data: Any) -> Tensor:
        """Of data, or of a size, in this dtype: the old way to say `new_tensor` and `new_empty`."""
        if len(data) == 1 and not isinstance(data[0], int):
            return self.new_tensor(data[0])
        return self.new_empty(data)

    def copy_(self, src: Any, non_blocking: builtins.bool = False) -> Tensor:
        """Put the elements of another in place, broadcast and converted."""
        assign(self, (...,), src, "copy_")
        return self


def _rebuild(
    kind: type[Tensor],
    array: Any,
    requires_grad: bool,
    grad: Tensor | None,
    attributes: dict[str, Any],
) -> Tensor:
    """A leaf made again from its parts, for copies and pickles."""
    t: Tensor = new(kind)
    t.array, t.node, t._grad, t._view = array, None, grad, None
    t.__dict__.update(attributes)
    return t.requires_grad_() if requires_grad else t


_UFUNCS = {
    "subtract": F.sub,
    "multiply": F.mul,
    "divide": F.div,
    "floor_divide": F.floor_divide,
    "remainder": F.remainder,
    "power": F.pow,
    "float_power": F.float_power,
    "negative": F.neg,
    "bitwise_and": F.bitwise_and,
    "bitwise_or": F.bitwise_or,
    "bitwise_xor": F.bitwise_xor,
    "left_shift": F.bitwise_left_shift,
    "right_shift": F.bitwise_right_shift,
    "equal": rows.eq,
    "not_equal": rows.ne,
    "less": rows.lt,
    "less_equal": rows.le,
    "greater": rows.gt,
    "greater_equal": rows.ge,
}  # NumPy's functions that are not the row of that name

people_hold(Tensor, Value, promoted)
