"""`Module`: a function with parameters, and a tree of such functions.

What a module is made of are ordinary attributes; it only notes the role each plays: *parameter*
(learned), *buffer* (kept, not learned) or *module* (a part).  Reading `self.weight` is then as fast
as reading any attribute, and whatever is asked of a model, its parameters or its state or its
picture, is a walk over the tree that looks for one role.

Four classes build on each other: `Attributes` (roles.py), `Tree` (walks.py), `Hooked` (hooks.py)
and `Stateful` (state.py); `Module` adds the call, the modes, conversions and the print.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from ...creation import empty, empty_like
from ...tensor import Tensor
from ..parameter import is_lazy
from .calling import call_with_hooks
from .hooks import (
    register_module_backward_hook as register_module_backward_hook,
    register_module_buffer_registration_hook as register_module_buffer_registration_hook,
    register_module_forward_hook as register_module_forward_hook,
    register_module_forward_pre_hook as register_module_forward_pre_hook,
    register_module_full_backward_hook as register_module_full_backward_hook,
    register_module_full_backward_pre_hook as register_module_full_backward_pre_hook,
    register_module_module_registration_hook as register_module_module_registration_hook,
    register_module_parameter_registration_hook as register_module_parameter_registration_hook,
)
from .roles import BUFFERS, MODULE, PARAMETER
from .state import Stateful

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Module"]


class Module(Stateful):
    """The base of all layers and models.

    A subclass calls `super().__init__()`, assigns its parameters and parts as attributes, and says
    in `forward` what it computes; calling the module calls `forward`.

    Example:
        >>> from tinygrad_edu import nn
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> [name for name, _ in model.named_parameters()]
        ['0.weight', '0.bias']
    """

    training: bool
    dump_patches = False

    def __init__(self) -> None:
        self.__dict__.update(training=True, _roles={})

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    # ---- calling -----------------------------------------------------------------------------
    def _forward_unimplemented(self, *input: Any) -> NoReturn:
        raise NotImplementedError(
            f'Module [{self._get_name()}] is missing the required "forward" function'
        )

    forward: Callable[..., Any] = _forward_unimplemented

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What `forward` computes, between the hooks if there are any."""
        if self._hooks:
            return call_with_hooks(self, args, kwargs)
        if kwargs or len(args) != 1:
            return self.forward(*args, **kwargs)
        return self.forward(args[0])  # the usual case, spared packing its argument again

    # ---- modes and types -------------------------------------------------------------------------
    def train(self, mode: bool = True) -> Self:
        """Turn on what happens in training only, such as dropout; or off."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """Turn off what happens in training only."""
        return self.train(False)

    def apply(self, fn: Callable[[Module], None]) -> Self:
        """Call `fn` with every module below this one, children first, then with this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Learn the parameters, or freeze them."""
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or make them zero."""
        for p in self.parameters():
            if set_to_none:
                p._grad = None
            elif p.grad is not None:
                p.grad = p.grad.detach().zero_()

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Replace the data of every parameter, gradient and buffer by `fn` of it."""
        for module in self.modules() if recurse else [self]:
            for _, p in module._held(PARAMETER):
                if p is not None:
                    grad, p.grad = p.grad, None
                    p.data = fn(p.data)
                    p.grad = None if grad is None else fn(grad.detach())
            for name, buffer in module._held(*BUFFERS):
                if is_lazy(buffer):
                    buffer.data = fn(buffer.data)
                elif buffer is not None:
                    module.__dict__[name] = fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert floating-point parameters and buffers, which stay the same objects.

        Takes what `Tensor.to` takes.  Raises TypeError for a dtype that is not floating-point.
        """
        asked = empty(0).to(*args, **kwargs)
        if not asked.is_floating_point():
            raise TypeError(
                f"Module.to: expected a floating-point dtype, got {asked.dtype}; convert single tensors instead"
            )
        return self._apply(lambda t: t.to(*args, **kwargs) if t.is_floating_point() else t)

    def type(self, dst_type: Any) -> Self:
        """Convert all parameters and buffers, integers too."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self) -> Self:
        """Convert floating-point parameters and buffers to float32."""
        return self._apply(lambda t: t.float() if t.is_floating_point() else t)

    def double(self) -> Self:
        """Convert floating-point parameters and buffers to float64."""
        return self._apply(lambda t: t.double() if t.is_floating_point() else t)

    def half(self) -> Self:
        """Convert floating-point parameters and buffers to float16."""
        return self._apply(lambda t: t.half() if t.is_floating_point() else t)

    def bfloat16(self) -> Self:
        """Raises RuntimeError: NumPy has no bfloat16."""
        raise RuntimeError("Module.bfloat16: expected a dtype of NumPy; use half() or float()")

    def cpu(self) -> Self:
        """This module: its arrays are in memory already."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Raises RuntimeError: there is only the CPU."""
        return self.to("cuda" if device is None else device)

    def to_empty(self, *, device: Any, recurse: bool = True) -> Self:
        """Give parameters and buffers new memory, not filled."""
        return self._apply(lambda t: empty_like(t, device=device), recurse=recurse)

    def share_memory(self) -> Self:
        """This module: threads share its arrays already, and processes are not served."""
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: what PyTorch would compile runs as it is."""

    # ---- print -----------------------------------------------------------------------------------
    def _get_name(self) -> str:
        return self.__class__.__name__

    def extra_repr(self) -> str:
        """What stands between the parentheses of the printed module, before its parts."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        parts = [f"({name}): {indent(repr(part))}" for name, part in self._held(MODULE)]
        if not parts and "\n" not in extra:
            return f"{self._get_name()}({extra})"
        lines = [*extra.split("\n"), *parts] if extra else parts
        return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)"

    def __dir__(self) -> list[str]:
        return sorted(name for name in super().__dir__() if not name[:1].isdigit())


def indent(text: str) -> str:
    """Text with every line but the first moved in, to stand below a module's name."""
    return text.replace("\n", "\n  ")
