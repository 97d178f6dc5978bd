"""`Tensor`: an array that remembers how it was made."""

from __future__ import annotations

import builtins
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from . import functional as F
from .autograd import backward
from .dtypes import default_dtype
from .graph import Leaf, Node
from .hooks import RemovableHandle, add_hook
from .methods import Methods, Size
from .primitive import new, people_hold, wrap
from .printing import tensor_text
from .promotion import promoted
from .seeds import node_of
from .value import Value
from .views import View, follow

__all__ = ["Size", "Tensor", "Value"]


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
            if self.array.dtype.kind == "c":
                raise RuntimeError(
                    "requires_grad: expected real numbers, got complex ones, which have no "
                    "gradients here; keep real and imaginary parts as Tensors of their own"
                )
            if self.array.dtype.kind != "f":
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
            if g is self:
                raise RuntimeError("grad: can't assign a Tensor as its own grad; clone() it")
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
        """The same memory without history; unlike PyTorch's, a write to it is seen by the graph."""
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
        me, node = weakref.ref(self), weakref.ref(self.node)

        def keep(g: Tensor) -> None:
            t = me()
            if t is not None and t._retains is node:  # not written to in place since
                t._grad = g.clone() if t._grad is None else t._grad + g

        handle = self.register_hook(keep)
        self._retains, self._keeps = node, handle.key

    @property
    def retains_grad(self) -> builtins.bool:
        """Whether retain_grad() was called on this result."""
        known = self.__dict__.get("_retains")
        return known is not None and known() is self.node

    def register_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Call `hook(gradient)` when backward() has this tensor's; what it returns takes its place."""
        node = node_of(self)
        if node is None:
            raise RuntimeError(
                "register_hook: cannot register a hook on a tensor that doesn't require gradient"
            )
        if node.hooks is None:
            node.hooks = {}
        handle = add_hook(node.hooks, hook)
        if self.retains_grad:  # what is retained is what goes on: the last hook of all
            node.hooks[self._keeps] = node.hooks.pop(self._keeps)
        return handle

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Call `hook(tensor)` when backward() has added to the `.grad` of this leaf."""
        if not isinstance(self.node, Leaf):
            raise RuntimeError(
                "register_post_accumulate_grad_hook: expected a leaf that requires grad"
            )
        if self.node.after is None:
            self.node.after = {}
        return add_hook(self.node.after, hook)

    @property
    def _base(self) -> Tensor | None:
        return None if self._view is None else self._view.base

    # ---- printed, copied, pickled -------------------------------------------------------------------
    def __repr__(self) -> str:
        node = self.grad_fn
        return tensor_text(
            self.array,
            default_dtype=default_dtype(),
            requires_grad=self.requires_grad,
            grad_fn=None if node is None else node.name(),
        )

    def _repr_html_(self) -> str:
        from .tensor_html import tensor_html

        grad = None if self._grad is None else self._grad.array
        return tensor_html(repr(self), self.array, grad)

    def __format__(self, spec: str) -> str:
        if self.array.ndim == 0 and (spec or type(self) is Tensor):
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


people_hold(Tensor, Value, promoted)
