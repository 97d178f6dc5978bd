"""Sphinx configuration."""

project = "tinygrad_edu"
author = "The tinygrad_edu authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
nb_execution_mode = "force"
html_theme = "furo"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
exclude_patterns = ["_build"]
suppress_warnings = ["myst.xref_missing", "myst.header"]
