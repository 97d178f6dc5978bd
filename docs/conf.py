"""Sphinx configuration."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import make_reference

make_reference.main()

project = "tinygrad_edu"
author = "The tinygrad_edu authors"
extensions = ["myst_nb"]
nb_execution_mode = "force"
myst_enable_extensions = ["attrs_inline"]  # pictures in a table, for light or dark
html_theme = "furo"
html_show_copyright = False
exclude_patterns = ["_build"]
