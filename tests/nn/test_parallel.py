"""Programs for several devices and kernels run on the one there is."""

import numpy as np
import pytest

import tinygrad_edu as te
from tinygrad_edu import nn


def test_data_parallel_is_its_module():
    linear = nn.Linear(3, 2)
    model = nn.DataParallel(linear, device_ids=[0, 1])
    assert model.module is linear and list(model.state_dict()) == ["module.weight", "module.bias"]
    x = te.randn(4, 3)
    assert (model(x) == linear(x)).all() and (
        nn.parallel.data_parallel(linear, x) == linear(x)
    ).all()


def test_prefixes_of_state_dicts_come_off():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    state = nn.DataParallel(model).state_dict()
    nn.modules.utils.consume_prefix_in_state_dict_if_present(state, "module.")
    assert (
        list(state) == list(model.state_dict()) and state._metadata == model.state_dict()._metadata
    )
    model.load_state_dict(state)


def test_sync_batch_norm_is_batch_norm():
    for shape in ((4, 3), (4, 3, 5), (4, 3, 5, 2)):
        one = [None, None, nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d][len(shape)](3)
        all = nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(one))[0]
        assert isinstance(all, nn.SyncBatchNorm) and all.weight is one.weight
        one.load_state_dict(all.state_dict())
        x = te.randn(*shape)
        mean = one.running_mean.clone()
        assert np.allclose(one(x).detach(), all(x).detach()) and (one.running_mean != mean).all()
    with pytest.raises(ValueError, match="at least 2D"):
        nn.SyncBatchNorm(3)(te.ones(3))


def test_converting_keeps_modes_and_what_is_not_a_batch_norm():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2, affine=False, momentum=None)).eval()
    converted = nn.SyncBatchNorm.convert_sync_batchnorm(model)
    assert converted is model and isinstance(model[0], nn.Conv2d)
    assert not model[1].training and model[1].weight is None and model[1].momentum is None


def test_kernels_of_attention_may_be_asked_for():
    q = te.randn(1, 2, 3, 4)
    plain = nn.functional.scaled_dot_product_attention(q, q, q)
    with nn.attention.sdpa_kernel([nn.attention.SDPBackend.FLASH_ATTENTION]):
        assert (nn.functional.scaled_dot_product_attention(q, q, q) == plain).all()


def test_checkpoints_give_the_same_gradients():
    layers = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    x = te.randn(5, 2, requires_grad=True)
    (plain,) = te.autograd.grad(layers(x).sum(), x)
    for run in (
        lambda: te.utils.checkpoint.checkpoint(layers, x, use_reentrant=False),
        lambda: te.utils.checkpoint.checkpoint_sequential(layers, 2, x),
    ):
        assert (te.autograd.grad(run().sum(), x)[0] == plain).all()
