"""Batch normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ...creation import empty, tensor, zeros
from ...dtypes import long
from .. import functional as F, init
from ..parameter import UninitializedBuffer, UninitializedParameter, is_lazy
from .lazy import LazyModuleMixin
from .module import Module
from .normalization import Affine

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LazyBatchNorm1d", "LazyBatchNorm2d", "LazyBatchNorm3d",
    "SyncBatchNorm",
]  # fmt: skip


class Norm(Affine):
    """What batch and instance normalisation share: parameters and running statistics per channel.

    weight, bias               1 and 0 at first; None unless `affine`
    running_mean, running_var  0 and 1 at first; None unless `track_running_stats`
    num_batches_tracked        how many batches the running statistics have seen
    dims                       how many dimensions an input may have
    """

    dims: ClassVar[tuple[int, ...]] = ()
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self._parameters_of(num_features, device, dtype, weight=affine, bias=affine and bias)
        for name in ("running_mean", "running_var"):
            t = empty(num_features, device=device, dtype=dtype) if track_running_stats else None
            self.register_buffer(name, t)
        count = tensor(0, dtype=long) if track_running_stats else None
        self.register_buffer("num_batches_tracked", count)
        self.reset_parameters()

    _version = 2  # since then it counts batches

    def _bring_up_to_date(
        self, state_dict: dict[str, Any], prefix: str, version: int | None
    ) -> None:
        if (version is None or version < 2) and self.num_batches_tracked is not None:
            state_dict.setdefault(prefix + "num_batches_tracked", self.num_batches_tracked)

    def reset_running_stats(self) -> None:
        """Forget the batches seen."""
        for t in (self.running_mean, self.num_batches_tracked):
            if t is not None:
                init.zeros_(t)
        if self.running_var is not None:
            init.ones_(self.running_var)

    def reset_parameters(self) -> None:
        """Start afresh."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check_input_dim(self, input: Tensor) -> None:
        if input.ndim not in self.dims:
            expected = " or ".join(f"{n}D" for n in self.dims)
            raise ValueError(f"expected {expected} input (got {input.ndim}D input)")

    def extra_repr(self) -> str:
        """The settings, as printed."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class LazyNorm(LazyModuleMixin, Norm):
    """A `Norm` that takes `num_features` from the first input it sees."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, False, False, bias=False)
        self.affine, self.track_running_stats = affine, track_running_stats
        kind = {"device": device, "dtype": dtype}
        if affine:
            self.weight = UninitializedParameter(**kind)
            if bias:
                self.bias = UninitializedParameter(**kind)
        if track_running_stats:
            self.running_mean = UninitializedBuffer(**kind)
            self.running_var = UninitializedBuffer(**kind)
            self.num_batches_tracked = zeros((), dtype=long)

    def reset_parameters(self) -> None:
        """Start afresh, once the shapes are known."""
        if self.num_features and not self.has_uninitialized_params():
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Take `num_features` from the input."""
        if self.has_uninitialized_params():
            self.num_features = input.shape[1]
            for t in (self.weight, self.bias, self.running_mean, self.running_var):
                if is_lazy(t):
                    t.materialize((self.num_features,))
            self.reset_parameters()


class _BatchNorm(Norm):
    def forward(self, input: Tensor) -> Tensor:
        """(x - mean) / sqrt(var + eps) weight + bias"""
        self._check_input_dim(input)
        momentum = 0.0 if self.momentum is None else self.momentum
        tracking = self.training and self.track_running_stats
        if tracking and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                momentum = 1.0 / float(self.num_batches_tracked)
        used = tracking or not self.training
        return F.batch_norm(
            input,
            self.running_mean if used else None,
            self.running_var if used else None,
            self.weight,
            self.bias,
            self.training or (self.running_mean is None and self.running_var is None),
            momentum,
            self.eps,
        )


class BatchNorm1d(_BatchNorm):
    """Standardises each channel of (N, C) or (N, C, L) over the batch, then weight x + bias.

    In training with the batch's mean and variance, which running ones follow: by `momentum`, or as
    the mean of all batches where that is None.  In evaluation with the running ones, if tracked.
    Raises ValueError for other shapes, and in training for one value per channel.
    Source: Ioffe and Szegedy 2015.

    Example:
        >>> te.nn.BatchNorm1d(1)(te.tensor([[1.0], [3.0]])).detach()
        tensor([[-1.0000],
                [ 1.0000]])
    """

    dims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """`BatchNorm1d` for (N, C, H, W).

    Example:
        >>> te.nn.BatchNorm2d(1)(te.tensor([[[[1.0, 3.0]]]])).detach()
        tensor([[[[-1.0000,  1.0000]]]])
    """

    dims = (4,)


class BatchNorm3d(_BatchNorm):
    """`BatchNorm1d` for (N, C, D, H, W).

    Example:
        >>> te.nn.BatchNorm3d(2)(te.ones(1, 2, 3, 4, 5)).shape
        tinygrad_edu.Size([1, 2, 3, 4, 5])
    """

    dims = (5,)


class SyncBatchNorm(_BatchNorm):
    """`BatchNorm1d` for (N, C, ...), by the statistics of all processes: here there is one.

    Example:
        >>> te.nn.SyncBatchNorm.convert_sync_batchnorm(te.nn.Sequential(te.nn.BatchNorm2d(3)))[0].num_features
        3
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )
        self.process_group = process_group

    def _check_input_dim(self, input: Tensor) -> None:
        if input.ndim < 2:
            raise ValueError(f"expected at least 2D input (got {input.ndim}D input)")

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """The module with all its batch norms made SyncBatchNorms, of the same parameters and statistics."""
        found = module
        if isinstance(module, _BatchNorm):
            found = cls(module.num_features, module.eps, module.momentum, module.affine,
                        module.track_running_stats, process_group, bias=module.bias is not None)  # fmt: skip
            found._parameters.update(module._parameters)
            found._buffers.update(module._buffers)
            found.training = module.training
        for name, child in module.named_children():
            found.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return found


class LazyBatchNorm1d(LazyNorm, _BatchNorm):
    """A BatchNorm1d that takes `num_features` from the first input it sees.

    Example:
        >>> layer = te.nn.LazyBatchNorm1d()
        >>> layer(te.ones(2, 3)).shape, layer.num_features
        (tinygrad_edu.Size([2, 3]), 3)
    """

    cls_to_become = BatchNorm1d
    dims = BatchNorm1d.dims


class LazyBatchNorm2d(LazyNorm, _BatchNorm):
    """A BatchNorm2d that takes `num_features` from the first input it sees.

    Example:
        >>> layer = te.nn.LazyBatchNorm2d()
        >>> layer(te.ones(2, 3, 4, 5)).shape, layer.num_features
        (tinygrad_edu.Size([2, 3, 4, 5]), 3)
    """

    cls_to_become = BatchNorm2d
    dims = BatchNorm2d.dims


class LazyBatchNorm3d(LazyNorm, _BatchNorm):
    """A BatchNorm3d that takes `num_features` from the first input it sees.

    Example:
        >>> layer = te.nn.LazyBatchNorm3d()
        >>> layer(te.ones(2, 3, 4, 5, 6)).shape, layer.num_features
        (tinygrad_edu.Size([2, 3, 4, 5, 6]), 3)
    """

    cls_to_become = BatchNorm3d
    dims = BatchNorm3d.dims
