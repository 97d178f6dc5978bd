"""The functions behind the layers and losses, with PyTorch's signatures."""

from .activation import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
    threshold,
)
from .layer import dropout, embedding, linear, normalize, one_hot, pad
from .loss import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    half_squared_error,
    l1_loss,
    mse_loss,
    nll_loss,
)

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "dropout", "elu", "embedding",
    "gelu", "half_squared_error", "l1_loss", "leaky_relu", "linear", "log_softmax", "mse_loss", "nll_loss",
    "normalize", "one_hot", "pad", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh", "threshold",
]  # fmt: skip
