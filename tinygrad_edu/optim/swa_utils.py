"""Averages of a model's parameters along its training: SWA and EMA."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from itertools import chain
from typing import Any

from ..creation import tensor
from ..dtypes import int64
from ..grad_mode import no_grad
from ..nn.modules.batchnorm import _BatchNorm
from ..nn.modules.module import Module
from ..tensor import Tensor
from .lr_scheduler.base import ANNEALING, LRScheduler, check_annealing, per_group
from .optimizer import Optimizer

__all__ = [
    "SWALR", "AveragedModel", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn", "get_swa_multi_avg_fn",
    "update_bn",
]  # fmt: skip

Average = Callable[[Tensor, Tensor, Any], Tensor]
Averages = Callable[[Sequence[Tensor], Sequence[Tensor], Any], None]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential moving average `decay * average + (1 - decay) * parameter`, of one parameter.

    Raises ValueError for a decay outside [0, 1].

    Example:
        >>> te.optim.swa_utils.get_ema_avg_fn(0.75)(te.tensor(4.0), te.tensor(8.0), 1)
        tensor(5.)
    """
    if not 0.0 <= decay <= 1.0:
        raise ValueError(
            f"Invalid decay value {decay} provided. Please provide a value in [0,1] range."
        )

    @no_grad()
    def ema_update(ema_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn() -> Average:
    """The mean of all values a parameter had, each with the same weight.

    Example:
        >>> te.optim.swa_utils.get_swa_avg_fn()(te.tensor(4.0), te.tensor(8.0), te.tensor(3))
        tensor(5.)
    """

    @no_grad()
    def swa_update(averaged_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        change: Tensor = (current_param - averaged_param) / (num_averaged + 1)
        return averaged_param + change

    return swa_update


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """`get_ema_avg_fn` for a list of parameters, whose averages are written in place.

    Example:
        >>> x = [te.tensor([4.0])]
        >>> te.optim.swa_utils.get_ema_multi_avg_fn(0.75)(x, [te.tensor([8.0])], 1); x[0]
        tensor([5.])
    """
    return _for_each(get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> Averages:
    """`get_swa_avg_fn` for a list of parameters, whose averages are written in place.

    Example:
        >>> x = [te.tensor([4.0])]
        >>> te.optim.swa_utils.get_swa_multi_avg_fn()(x, [te.tensor([8.0])], te.tensor(3)); x[0]
        tensor([5.])
    """
    return _for_each(get_swa_avg_fn())


def _for_each(average: Average) -> Averages:
    @no_grad()
    def update(
        averaged_param_list: Sequence[Tensor],
        current_param_list: Sequence[Tensor],
        num_averaged: Any,
    ) -> None:
        for averaged, current in zip(averaged_param_list, current_param_list):
            averaged.copy_(average(averaged, current, num_averaged))

    return update


class AveragedModel(Module):
    """A copy of a model whose parameters are an average of those the model has in its training.

    `update_parameters` takes in the model as it is then; the first time, it copies.  `avg_fn(average,
    parameter, n)` says what the next average is, by default that of `get_swa_avg_fn`;
    `multi_avg_fn(averages, parameters, n)` writes it for all of a dtype at once.  With `use_buffers`
    buffers are averaged too, and otherwise copied.  `n_averaged` counts.

    Source: Izmailov et al. 2018.

    Example:
        >>> model = te.nn.Linear(1, 1, bias=False)
        >>> averaged = te.optim.swa_utils.AveragedModel(model)
        >>> for weight in (1.0, 2.0, 6.0):
        ...     _ = te.nn.init.constant_(model.weight, weight)
        ...     averaged.update_parameters(model)
        >>> averaged.module.weight.item()
        3.0
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=int64, device=device))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model computes."""
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Take the model's parameters into the average."""
        own, new = _tensors(self.module, self.use_buffers), _tensors(model, self.use_buffers)
        n = self.n_averaged
        if n == 0:
            for averaged, current in zip(own, new):
                averaged.copy_(current)
        elif self.avg_fn is not None:
            for averaged, current in zip(own, new):
                averaged.copy_(self.avg_fn(averaged, current, n))
        else:
            update = self.multi_avg_fn or get_swa_multi_avg_fn()
            for kind in dict.fromkeys(t.dtype for t in own):
                pairs = [(a, c) for a, c in zip(own, new) if a.dtype is kind]
                update([a for a, _ in pairs], [c for _, c in pairs], n)
        if not self.use_buffers:
            for averaged, current in zip(self.module.buffers(), model.buffers()):
                averaged.copy_(current)
        self.n_averaged += 1


def _tensors(model: Module, buffers: bool) -> list[Tensor]:
    found = chain(model.parameters(), model.buffers()) if buffers else model.parameters()
    return [t.detach() for t in found]


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Make the running statistics of a model's BatchNorm layers those of the data in `loader`.

    For an averaged model, whose layers have not seen what the averaged parameters make of the data.
    A batch is a Tensor, or a list or tuple that begins with one.

    Example:
        >>> model = te.nn.BatchNorm1d(1, momentum=0.1)
        >>> te.optim.swa_utils.update_bn([te.tensor([[1.0], [3.0]])], model); model.running_mean
        tensor([2.])
    """
    layers = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    if not layers:
        return
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a plain mean over all batches
    was_training = model.training
    model.train()
    for batch in loader:
        x = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(x if device is None else x.to(device))
    for layer, momentum in zip(layers, momenta):
        layer.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """From the rate that is to `swa_lr` in `anneal_epochs` epochs, there to stay.

    `anneal_strategy` is "cos" or "linear".  Another schedule may run before it on the same optimizer.

    Raises ValueError for another strategy, or for epochs that are no int or are negative.

    Example:
        >>> optimizer = te.optim.SGD([te.ones(1, requires_grad=True)], lr=1.0)
        >>> scheduler = te.optim.swa_utils.SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
        >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
        [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        for group, lr in zip(optimizer.param_groups, per_group("swa_lr", optimizer, swa_lr)):
            group["swa_lr"] = lr
        check_annealing(anneal_strategy)
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _rates(self) -> list[Any]:
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._part(step - 1), self._part(step)
        return [
            _on_the_way(group["lr"], group["swa_lr"], before, now)
            for group in self.optimizer.param_groups
        ]

    def _part(self, step: int) -> float:
        """How far on the way the rate is after so many steps."""
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return ANNEALING[self._anneal_strategy](t)


def _on_the_way(lr: Any, end: Any, before: float, now: float) -> Any:
    """The rate at the part `now` of the way to `end`, if at the part `before` it was `lr`."""
    start = end if before == 1 else (lr - before * end) / (1 - before)
    return end * now + start * (1 - now)
