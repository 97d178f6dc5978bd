"""Pictures of training, by matplotlib (`pip install tinygrad_edu[viz]`): every drawing is a Figure.

    te.viz.curves(history).savefig("curves.png")

A notebook shows what the last line of a cell returns; `ax=` draws into a
figure of your own, such as `panels` makes.
`Live` shows how training goes while it goes and needs no matplotlib.
"""

from .checking import step_sizes
from .curves import curves
from .film import Film
from .judging import confusion
from .layers import activations, gradients
from .live import Live
from .plane import boundary, surface
from .style import panels
from .tiles import attention, images, mistakes

__all__ = [
    "Film", "Live", "activations", "attention", "boundary", "confusion", "curves", "gradients", "images", "mistakes",
    "panels", "step_sizes", "surface",
]  # fmt: skip
