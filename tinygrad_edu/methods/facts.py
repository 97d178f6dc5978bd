"""What a Tensor is: its shape, its dtype, its place in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import functional as F
from ..device import CPU, device, strided
from ..dtypes import as_dtype, called, dtype

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..tensor import Tensor
    from ..views import View


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
        return called(f"Size({list(self)})")

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Size:
        return Size(super().__add__(tuple(other)))

    def __mul__(self, times: Any) -> Size:
        return Size(super().__mul__(times))

    __rmul__ = __mul__


class Facts:
    """Questions about a Tensor that compute nothing, and what one device and one layout make trivial."""

    __slots__ = ()

    array: np.ndarray[Any, Any]
    _view: View | None

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
        return bool(self.array.dtype.kind == "f")

    def is_complex(self) -> bool:
        """Whether the elements are complex."""
        return bool(self.array.dtype.kind == "c")

    def is_signed(self) -> bool:
        """Whether the elements may be negative."""
        return bool(self.array.dtype.kind not in "bu")

    def is_same_size(self, other: Tensor) -> bool:
        """Whether another has the same shape."""
        return bool(self.array.shape == other.array.shape)

    def is_nonzero(self) -> bool:
        """Whether the one element is not 0. Raises RuntimeError for more or none."""
        return bool(self)

    def is_inference(self) -> bool:
        """False: inference mode makes ordinary tensors here."""
        return False

    def pin_memory(self, device: Any = None) -> Self:
        """Itself: there is no other device to copy to."""
        return self

    def is_pinned(self, device: Any = None) -> bool:
        """False."""
        return False

    def share_memory_(self) -> Self:
        """Itself: threads share all memory, processes get copies."""
        return self

    def is_shared(self) -> bool:
        """False."""
        return False

    def resolve_conj(self) -> Self:
        """Itself: nothing is kept unresolved."""
        return self

    def resolve_neg(self) -> Self:
        """Itself: nothing is kept unresolved."""
        return self

    def get_device(self) -> int:
        """-1, which stands for the CPU."""
        return -1

    def cpu(self) -> Self:
        """Itself: it is there already."""
        return self

    def cuda(self, *args: Any, **kwargs: Any) -> Self:
        """Raises RuntimeError: there is only the CPU."""
        device("cuda")
        return self

    is_cpu = True
    is_cuda = is_mps = is_sparse = is_quantized = False
    layout = strided
