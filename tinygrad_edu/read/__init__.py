"""Readers of a graph: what it computed, drawn and written down."""
