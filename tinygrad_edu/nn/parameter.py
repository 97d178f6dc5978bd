"""Tensors that a module knows by their type: parameters, which are learned, and buffers."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor, empty

__all__ = ["Buffer", "Parameter"]
