"""`functional_call` under its old path."""

from ...func.modules import functional_call as functional_call

__all__ = ["functional_call"]
