"""Readers of a graph: what it computed, drawn and written down."""

from .code import program, source

__all__ = ["program", "source"]
