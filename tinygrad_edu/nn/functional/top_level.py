"""Functions of layers that PyTorch has at its top level as well; there they are imported when used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .activation import (
    celu,
    celu_,
    hardshrink,
    prelu,
    relu_,
    rrelu,
    rrelu_,
    selu,
    selu_,
    threshold,
    threshold_,
)
from .binary import binary_cross_entropy_with_logits
from .conv import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from .distance import cosine_similarity, pairwise_distance, pdist
from .dropping import alpha_dropout, dropout, feature_alpha_dropout
from .layer import bilinear, embedding as _embedding, embedding_bag
from .loss import kl_div, poisson_nll_loss
from .normalization import (
    batch_norm as _batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)
from .pairs import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    triplet_margin_loss,
)
from .pooling import avg_pool1d, max_pool1d, max_pool2d, max_pool3d
from .pooling_to_size import adaptive_avg_pool1d, adaptive_max_pool1d
from .sequence import ctc_loss
from .vision import channel_shuffle, pixel_shuffle, pixel_unshuffle

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "adaptive_avg_pool1d", "adaptive_max_pool1d", "alpha_dropout", "avg_pool1d", "batch_norm", "bilinear",
    "binary_cross_entropy_with_logits", "celu", "celu_", "channel_shuffle", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "cosine_embedding_loss", "cosine_similarity",
    "ctc_loss", "dropout", "embedding", "embedding_bag", "feature_alpha_dropout", "group_norm", "hardshrink",
    "hinge_embedding_loss", "instance_norm", "kl_div", "layer_norm", "margin_ranking_loss", "max_pool1d",
    "max_pool2d", "max_pool3d", "pairwise_distance", "pdist", "pixel_shuffle", "pixel_unshuffle",
    "poisson_nll_loss", "prelu", "relu_", "rms_norm", "rrelu", "rrelu_", "selu", "selu_", "threshold",
    "threshold_", "triplet_margin_loss",
]  # fmt: skip


# ---- with their arguments in another order than in nn.functional -----------------------------------
def embedding(
    weight: Tensor,
    indices: Tensor,
    padding_idx: int = -1,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """`nn.functional.embedding(indices, weight)`; no row is padding if `padding_idx` is -1.

    Example:
        >>> te.embedding(te.tensor([[1.0, 2.0], [3.0, 4.0]]), te.tensor([1, 0]))
        tensor([[3., 4.],
                [1., 2.]])
    """
    padding = None if padding_idx == -1 else padding_idx
    return _embedding(
        indices, weight, padding, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse
    )


def batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`nn.functional.batch_norm`, with all of its settings; `cudnn_enabled` is only noted.

    Example:
        >>> te.batch_norm(te.tensor([[1.0], [3.0]]), None, None, None, None, True, 0.1, 1e-5, False)
        tensor([[-1.0000],
                [ 1.0000]])
    """
    return _batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
