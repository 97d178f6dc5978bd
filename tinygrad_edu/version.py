"""What programs print of the installation."""

from . import __version__

__all__ = ["__version__", "cuda", "debug", "git_version", "hip"]

cuda = hip = git_version = None
debug = False
